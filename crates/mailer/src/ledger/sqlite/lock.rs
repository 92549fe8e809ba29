//! The lock on a ledger. It belongs to the operating system, so it ends with the process, however that ends.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::files::{beside, private_file};
use crate::ledger::error::LedgerError;

/// The suffix of the lock file's name. The ledger itself cannot be locked: SQLite has locks of its own on it, and on
/// Unix they end whenever the process closes any handle of that file (POSIX `fcntl` locks).
pub(super) const SUFFIX: &str = ".lock";

/// How often, and how many times, a lock is tried that readers have: for no longer than it takes them to see whether
/// anybody works on the ledger.
const READERS: (Duration, usize) = (Duration::from_millis(5), 400);

/// How many octets of a lock file are read: another program may have written it.
const LONGEST_HOLDER: u64 = 500;

/// Exclusive access to a ledger, until it is dropped or the process ends. Whoever obtains it knows that the process
/// which had it before is gone.
#[derive(Debug)]
pub(in crate::ledger) struct LedgerLock {
    _file: File,
}

impl LedgerLock {
    /// Takes the lock of the ledger at `path`, which is its real path, and writes into its file who has it.
    ///
    /// # Errors
    /// [`LedgerError::Locked`] with what the other process wrote there; [`LedgerError::Lock`] if the lock file cannot
    /// be opened, locked or written.
    pub(super) fn take(path: &Path, holder: &str) -> Result<LedgerLock, LedgerError> {
        let (pause, tries) = READERS;
        LedgerLock::take_after(path, holder, tries, || thread::sleep(pause))
    }

    /// As [`take`](LedgerLock::take); waits by `wait` if readers have the lock.
    fn take_after(
        path: &Path,
        holder: &str,
        mut tries: usize,
        mut wait: impl FnMut(),
    ) -> Result<LedgerLock, LedgerError> {
        let failed = |source| LedgerError::Lock { path: path.to_owned(), source };
        let name = beside(path, SUFFIX);
        loop {
            // A link beside the ledger could lead to any file, which would be emptied below.
            if fs::symlink_metadata(&name).is_ok_and(|found| !found.is_file()) {
                return Err(failed(io::Error::other("its lock file is a link or a folder")));
            }
            let mut file = private_file().open(&name).map_err(failed)?;
            match file.try_lock() {
                Ok(()) => {}
                // A lock that can be shared is that of a reader, who is about to release it: see `is_held`.
                Err(TryLockError::WouldBlock) if tries > 0 && file.try_lock_shared().is_ok() => {
                    tries -= 1;
                    drop(file);
                    wait();
                    continue;
                }
                Err(TryLockError::WouldBlock) => {
                    let mut holder = String::new();
                    // Only for the message: on Windows nobody else can read a locked file, and the text stays empty.
                    let _ = file.take(LONGEST_HOLDER).read_to_string(&mut holder);
                    return Err(LedgerError::Locked(holder.trim().to_owned()));
                }
                Err(TryLockError::Error(source)) => return Err(failed(source)),
            }
            // The process before may have removed the file after we had opened it. Others would create a new one: a
            // lock on the old one would keep nobody out.
            if !is_still_there(&file, &name) {
                continue;
            }
            // Emptied first: an earlier process may have written a longer text.
            let written = file
                .set_len(0)
                .and_then(|()| file.rewind())
                .and_then(|()| file.write_all(holder.as_bytes()));
            written.map_err(failed)?;
            return Ok(LedgerLock { _file: file });
        }
    }
}

/// Whether a process has the lock of the ledger at `path`, which is its real path. Also true if that cannot be found
/// out.
pub(super) fn is_held(path: &Path) -> bool {
    let name = beside(path, SUFFIX);
    match fs::symlink_metadata(&name) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return false,
        // Opening a pipe could wait for ever.
        Ok(found) if found.is_file() => {}
        _ => return true,
    }
    // Shared, so that readers do not disturb each other, and released at once.
    match File::open(&name) {
        Ok(file) => file.try_lock_shared().is_err(),
        // Removed meanwhile, which its process does last.
        Err(error) => error.kind() != io::ErrorKind::NotFound,
    }
}

/// Removes the lock file of a ledger. The caller has the lock.
pub(super) fn remove_file(path: &Path) -> io::Result<()> {
    fs::remove_file(beside(path, SUFFIX))
}

/// Whether an open file is the one that has this name now.
fn is_still_there(file: &File, name: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        // Not `metadata`: if the name has become a link meanwhile, the open file is the link's target.
        let pair = file.metadata().ok().zip(fs::symlink_metadata(name).ok());
        pair.is_some_and(|(open, named)| open.ino() == named.ino() && open.dev() == named.dev())
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        fs::exists(name).unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_process_is_refused_and_learns_which_one_has_the_lock() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.db");
        let lock = LedgerLock::take(&path, "process 7").unwrap();
        assert_eq!(
            LedgerLock::take(&path, "process 8").unwrap_err().to_string(),
            "another meetmint is working on this meeting: process 7"
        );
        drop(lock);
        LedgerLock::take(&path, "process 9").unwrap();
    }

    #[test]
    fn a_reader_sees_the_lock_and_never_makes_taking_it_fail() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.db");
        // No file is created for looking.
        assert!(!is_held(&path));
        assert!(!beside(&path, SUFFIX).exists());
        let lock = LedgerLock::take(&path, "process 7").unwrap();
        assert!(is_held(&path));
        drop(lock);
        assert!(!is_held(&path));
        // Readers are waited for.
        let mut readers: Vec<File> =
            (0..3).map(|_| File::open(beside(&path, SUFFIX)).unwrap()).collect();
        for reader in &readers {
            reader.lock_shared().unwrap();
        }
        assert!(!is_held(&path));
        let lock = LedgerLock::take_after(&path, "process 8", 3, || drop(readers.pop())).unwrap();
        assert!(is_held(&path));
        drop(lock);
    }
}

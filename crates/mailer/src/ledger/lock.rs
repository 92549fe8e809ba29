//! The right to change a ledger: one process at a time, told by the system, so that it ends with the process.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

/// File systems that other machines see too. SQLite's shared memory does not reach across them.
const NETWORK: [&str; 8] = ["nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "afs"];

/// The right to change a ledger, until it is dropped or the process ends. Whoever gets it knows that the one who
/// had it before is gone.
#[derive(Debug)]
pub struct LedgerLock {
    _file: File,
}

/// The right could not be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LockError {
    /// Somebody else has it.
    #[error("another meetmint is at work on this meeting: {0}")]
    Held(String),
    /// The file that tells who has it cannot be made.
    #[error("cannot write beside the ledger `{}`", path.display())]
    File {
        /// The ledger.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl LedgerLock {
    /// Takes the right to change the ledger at `path`. `words` tell others who has it and since when.
    ///
    /// # Errors
    /// [`LockError::Held`] with the other one's words.
    pub fn take(path: &Path, words: &str) -> Result<LedgerLock, LockError> {
        let failed = |source| LockError::File { path: path.to_owned(), source };
        let mut name = path.as_os_str().to_owned();
        name.push(".lock");
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&name).map_err(failed)?;
        match file.try_lock() {
            // Whoever had it before may have taken the file away: a lock on that would keep nobody out.
            Ok(()) if !is_there(&file, Path::new(&name)) => return LedgerLock::take(path, words),
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut words = String::new();
                let _ = (&file).take(500).read_to_string(&mut words);
                return Err(LockError::Held(words.trim().to_owned()));
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        let written = file
            .set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| file.write_all(words.as_bytes()));
        written.map_err(failed)?;
        Ok(LedgerLock { _file: file })
    }
}

/// Whether an open file is the one of that name.
fn is_there(file: &std::fs::File, name: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let pair = file.metadata().ok().zip(std::fs::metadata(name).ok());
        pair.is_some_and(|(open, named)| open.ino() == named.ino() && open.dev() == named.dev())
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        name.exists()
    }
}

/// The kind of network drive that a file lies on, as far as the system tells.
pub(super) fn network_drive(path: &Path) -> Option<String> {
    let mounts = std::fs::read_to_string("/proc/self/mounts").ok()?;
    let folder =
        path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = folder.canonicalize().ok()?;
    kind_of_mount(&mounts, &folder).filter(|kind| NETWORK.contains(&kind.as_str()))
}

/// The kind of the innermost mount that holds `folder`, from the lines of `/proc/self/mounts`.
fn kind_of_mount(mounts: &str, folder: &Path) -> Option<String> {
    let mount = |line: &str| {
        let mut words = line.split(' ').skip(1);
        let place = words.next()?.replace("\\040", " ");
        folder.starts_with(&place).then_some((place.len(), words.next()?.to_owned()))
    };
    mounts.lines().filter_map(mount).max_by_key(|(length, _)| *length).map(|(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_has_the_right_and_others_are_told_who() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.db");
        let hold = LedgerLock::take(&path, "process 7").unwrap();
        assert_eq!(
            LedgerLock::take(&path, "process 8").unwrap_err().to_string(),
            "another meetmint is at work on this meeting: process 7"
        );
        drop(hold);
        LedgerLock::take(&path, "process 9").unwrap();
    }

    #[test]
    fn a_network_drive_is_told_by_its_mount() {
        let mounts = "/dev/sda1 / ext4 rw 0 0\nserver:/x /mnt/team\\040share nfs4 rw 0 0\ntmpfs /mnt/team\\040share/local tmpfs rw 0 0\n";
        let kind = |folder: &str| kind_of_mount(mounts, Path::new(folder));
        assert_eq!(kind("/home/x").as_deref(), Some("ext4"));
        assert_eq!(kind("/mnt/team share/meeting").as_deref(), Some("nfs4"));
        assert_eq!(kind("/mnt/team share/local/x").as_deref(), Some("tmpfs"));
        assert_eq!(kind("/mnt/teams").as_deref(), Some("ext4"));
    }
}

//! Messages as `.eml` files in a folder: what would be mailed, for inspection.

use std::fmt::Write as _;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use meetmint_core::{Email, Uid};
use tempfile::TempDir;

use crate::content::MessageKind;
use crate::durable::sync_folder;

/// How the names of staging folders begin. The dot hides them from mail programs and shells.
const STAGING: &str = ".staging-";

/// The maximum length of an address in a file name: with the rest, the name stays below the usual limit of 255 octets.
const LONGEST_ADDRESS: usize = 100;

/// A folder that receives messages. Staged messages appear in it only by [`deliver`](FolderOutbox::deliver), each file
/// complete; without that, they are removed.
///
/// A lock on the folder itself admits one process at a time. Whoever holds it knows that a staging folder which is
/// there already was left by a process that was killed.
#[derive(Debug)]
pub struct FolderOutbox {
    folder: PathBuf,
    staging: TempDir,
    /// `None` on file systems without locks.
    _lock: Option<File>,
}

/// The folder could not take the messages.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OutboxError {
    /// The path is a link, a file or the like.
    #[error("`{}` is not a folder", .0.display())]
    NotAFolder(PathBuf),
    /// Another process has locked it.
    #[error("another meetmint is writing to `{}`", .0.display())]
    Busy(PathBuf),
    /// The name is not that of a file directly in the folder.
    #[error("`{0}` is not a valid name for a message")]
    Name(String),
    /// Two messages have the same name.
    #[error("two messages have the name `{0}`")]
    Twice(String),
    /// The folder cannot be created, opened or listed.
    #[error("cannot use the folder `{}`", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file cannot be written or moved into the folder.
    #[error("cannot write `{}`", path.display())]
    Write {
        /// Where the file should be.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl FolderOutbox {
    /// Refuses a path that something other than a folder has. An absent one is created when it is opened.
    ///
    /// # Errors
    /// [`OutboxError::NotAFolder`] also for a link to a folder: messages hold credentials, and a link may lead to a
    /// place that others can read.
    pub fn check(folder: &Path) -> Result<(), OutboxError> {
        // Not `metadata`: it would follow a link.
        match fs::symlink_metadata(folder) {
            Ok(found) if !found.is_dir() => Err(OutboxError::NotAFolder(folder.to_owned())),
            _ => Ok(()),
        }
    }

    /// Opens the folder, creates it (mode 0700) if it is absent, and removes what a killed process left.
    ///
    /// # Errors
    /// As [`check`](FolderOutbox::check); [`OutboxError::Busy`] if another process uses the folder.
    pub fn open(folder: &Path) -> Result<FolderOutbox, OutboxError> {
        FolderOutbox::check(folder)?;
        let failed = |source| OutboxError::Folder { path: folder.to_owned(), source };
        match fs::symlink_metadata(folder) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                create_folder(folder).map_err(failed)?;
            }
            Err(error) => return Err(failed(error)),
        }
        let lock = lock(folder)?;
        // Without a lock, another process may be using its staging folder at this moment.
        if lock.is_some() {
            clear_leftovers(folder).map_err(failed)?;
        }
        let staging = staging(folder).map_err(failed)?;
        Ok(FolderOutbox { folder: folder.to_owned(), staging, _lock: lock })
    }

    /// Writes a message (mode 0600) to the staging folder and syncs it to the disk. Several threads may do so at once:
    /// then many files share one write of the file system's journal.
    ///
    /// # Errors
    /// [`OutboxError::Name`] for a name with a path in it, [`OutboxError::Twice`] for one that is staged already.
    pub fn stage(&self, name: &str, bytes: &[u8]) -> Result<(), OutboxError> {
        // `file_name` makes no such name. A backslash separates folders on Windows; a leading dot hides a file on Unix.
        if name.is_empty() || name.starts_with('.') || name.contains(['/', '\\', '\0']) {
            return Err(OutboxError::Name(name.to_owned()));
        }
        let failed = |source| OutboxError::Write { path: self.folder.join(name), source };
        match private_file().open(self.staging.path().join(name)) {
            // Before it has its name in the folder: some file systems rename before they write, and a power cut would
            // leave an empty file there.
            Ok(mut file) => file.write_all(bytes).and_then(|()| file.sync_data()).map_err(failed),
            // `create_new` lets the system decide, so that of two threads with the same name exactly one succeeds.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(OutboxError::Twice(name.to_owned()))
            }
            Err(error) => Err(failed(error)),
        }
    }

    /// Moves a staged message into the folder. If a link has its name, the link is replaced, not its target. A file
    /// with the same bytes is left alone. What was moved lasts only after [`sync`](FolderOutbox::sync).
    ///
    /// # Errors
    /// [`OutboxError::Write`]: the folder is as it was.
    pub fn deliver(&self, name: &str) -> Result<(), OutboxError> {
        let (from, to) = (self.staging.path().join(name), self.folder.join(name));
        move_into_place(&from, &to).map_err(|source| OutboxError::Write { path: to, source })
    }

    /// Syncs the folder to the disk: after that, no power cut takes back what was delivered. Files are synced when they
    /// are staged.
    ///
    /// # Errors
    /// [`OutboxError::Folder`]: it is unknown what is on the disk.
    pub fn sync(&self) -> Result<(), OutboxError> {
        let failed = |source| OutboxError::Folder { path: self.folder.clone(), source };
        sync_folder(&self.folder).map_err(failed)
    }
}

/// The file name of a message: `ADDRESS.UID8.SEQUENCE.KIND.COPY.eml`. The address is lower-cased and cut, and
/// characters that are special to a shell or a file system are replaced by `_`.
pub fn file_name(email: &Email, uid: Uid, sequence: u32, kind: MessageKind, copy: u32) -> String {
    let plain = |c: char| match c {
        'a'..='z' | '0'..='9' | '.' | '_' | '+' | '@' | '-' => c,
        _ => '_',
    };
    let key = email.key();
    // Room for all of it: a plan asks for the name of each file.
    let mut name = String::with_capacity(key.len().min(LONGEST_ADDRESS) + 40);
    name.extend(key.chars().map(plain).take(LONGEST_ADDRESS));
    // The UID tells apart people whose addresses differ only in what was cut or replaced.
    let _ = write!(name, ".{}.{sequence}.{kind}.{copy}.eml", uid.short());
    name
}

/// Whether there is a regular file, not a link, whose bytes have this digest.
pub(crate) fn holds(path: &Path, hash: &[u8; 32]) -> bool {
    let is_file = fs::symlink_metadata(path).is_ok_and(|there| there.is_file());
    is_file && fs::read(path).is_ok_and(|bytes| meetmint_core::digest(&bytes) == *hash)
}

/// The same as [`holds`], and the file is on the disk: an earlier process may have been killed before it had synced it.
pub(crate) fn holds_synced(path: &Path, hash: &[u8; 32]) -> bool {
    holds(path, hash) && sync_file(path).is_ok()
}

fn move_into_place(from: &Path, to: &Path) -> io::Result<()> {
    match fs::symlink_metadata(to) {
        // Left alone, the file keeps its modification time. A link is replaced in any case, so it is not compared.
        Ok(there) if there.is_file() && same_bytes(from, to, there.len())? => {
            sync_file(to)?;
            return fs::remove_file(from);
        }
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    // Whoever reads the folder sees the old file or the complete new one (POSIX: a rename is atomic).
    fs::rename(from, to)
}

fn sync_file(path: &Path) -> io::Result<()> {
    // Windows syncs only what is open for writing.
    OpenOptions::new().read(true).write(cfg!(windows)).open(path)?.sync_all()
}

/// Locks the folder. The system releases the lock when the process ends, however it ends. NFS has no locks on folders:
/// there the folder is used without one.
fn lock(folder: &Path) -> Result<Option<File>, OutboxError> {
    let failed = |source| OutboxError::Folder { path: folder.to_owned(), source };
    // The folder itself is locked: a lock file would lie among the messages.
    let handle = File::open(folder).map_err(failed)?;
    match handle.try_lock() {
        Ok(()) => Ok(Some(handle)),
        Err(TryLockError::WouldBlock) => Err(OutboxError::Busy(folder.to_owned())),
        Err(TryLockError::Error(_)) => Ok(None),
    }
}

/// Removes staging folders. Only called with the lock held: the process that created them has ended.
fn clear_leftovers(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let ours = entry.file_name().to_str().is_some_and(|name| name.starts_with(STAGING));
        // `file_type` doesn't follow links.
        if ours && entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

fn same_bytes(one: &Path, other: &Path, length: u64) -> io::Result<bool> {
    // Different lengths are known without reading: most files that differ, differ in length.
    Ok(fs::metadata(one)?.len() == length && fs::read(one)? == fs::read(other)?)
}

fn staging(folder: &Path) -> io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(STAGING);
    // Messages contain credentials, so the modes must not depend on the user's umask.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    // Inside of the folder, because a rename works only within one file system.
    builder.tempdir_in(folder)
}

/// Creates a folder (mode 0700), with those above it that are missing, and syncs their names to the disk.
fn create_folder(folder: &Path) -> io::Result<()> {
    let is_missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
    let missing: Vec<&Path> = folder.ancestors().take_while(is_missing).collect();
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    missing.iter().filter_map(|folder| folder.parent()).try_for_each(sync_folder)
}

fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(test)]
mod tests;

//! Messages as `.eml` files in a folder: what would be mailed, to be looked at.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use meetmint_core::{Email, Uid};
use tempfile::TempDir;

use crate::MessageKind;

/// How the folders are called in which messages wait until all of them are written.
const STAGING: &str = ".staging-";

/// The most octets of an address in a file name: with the rest it stays below the 255 of most systems.
const LONGEST_ADDRESS: usize = 100;

/// A folder that takes messages. What is staged shows up in it only by [`commit`](FolderOutbox::commit), each file
/// whole; without that, nothing is left of it.
///
/// One run at a time: a lock on the folder itself says so, and tells that a staging folder which lies there
/// when the next run comes was left by one that was killed.
#[derive(Debug)]
pub struct FolderOutbox {
    folder: PathBuf,
    staging: TempDir,
    /// Held until the end. `None` on file systems that have no locks.
    _lock: Option<File>,
}

/// What a commit did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Messages that were not there before.
    pub written: usize,
    /// Messages that lay there with the very same bytes.
    pub unchanged: usize,
    /// Messages that took the place of something else of that name.
    pub replaced: usize,
}

/// The folder could not take the messages.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OutboxError {
    /// A link, a file or the like lies where the folder should be.
    #[error("`{}` is not a folder", .0.display())]
    NotAFolder(PathBuf),
    /// Another run has it.
    #[error("another run is writing to `{}`", .0.display())]
    Busy(PathBuf),
    /// Not the name of a file in this very folder.
    #[error("`{0}` is not the name of a message")]
    Name(String),
    /// Two messages would be one file.
    #[error("there are two messages of the name `{0}`")]
    Twice(String),
    /// The folder can't be made, opened or looked through.
    #[error("cannot use the folder `{}`", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file can't be written, or not be put in its place.
    #[error("cannot write `{}`", path.display())]
    Write {
        /// Where the file should be.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl FolderOutbox {
    /// Opens the folder, making it (mode 0700) if it is absent, and clears away what a killed run has left.
    ///
    /// # Errors
    /// [`OutboxError::NotAFolder`] also for a link to a folder: files would end up where nobody looks for them.
    pub fn open(folder: &Path) -> Result<FolderOutbox, OutboxError> {
        let failed = |source| OutboxError::Folder { path: folder.to_owned(), source };
        match fs::symlink_metadata(folder) {
            Ok(found) if !found.is_dir() => return Err(OutboxError::NotAFolder(folder.to_owned())),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                private_folder().create(folder).map_err(failed)?;
            }
            Err(error) => return Err(failed(error)),
        }
        let lock = lock(folder)?;
        if lock.is_some() {
            clear_leftovers(folder).map_err(failed)?;
        }
        let staging = staging(folder).map_err(failed)?;
        Ok(FolderOutbox { folder: folder.to_owned(), staging, _lock: lock })
    }

    /// Writes a message (mode 0600) where it waits for [`commit`](FolderOutbox::commit). Several threads may do so at once.
    ///
    /// # Errors
    /// [`OutboxError::Name`] for a name with a path in it, [`OutboxError::Twice`] for one that was there already.
    pub fn stage(&self, name: &str, bytes: &[u8]) -> Result<(), OutboxError> {
        if name.is_empty() || name.starts_with('.') || name.contains(['/', '\\', '\0']) {
            return Err(OutboxError::Name(name.to_owned()));
        }
        let failed = |source| OutboxError::Write { path: self.folder.join(name), source };
        match private_file().open(self.staging.path().join(name)) {
            Ok(mut file) => file.write_all(bytes).map_err(failed),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(OutboxError::Twice(name.to_owned()))
            }
            Err(error) => Err(failed(error)),
        }
    }

    /// Puts one staged message into its place, as [`commit`](FolderOutbox::commit) does with all.
    ///
    /// # Errors
    /// [`OutboxError::Write`]: what was at its place is as it was.
    pub fn deliver(&self, name: &str) -> Result<(), OutboxError> {
        let (from, to) = (self.staging.path().join(name), self.folder.join(name));
        place(&from, &to).map(drop).map_err(|source| OutboxError::Write { path: to, source })
    }

    /// Puts all staged messages into the folder, in the order of their names. A link that lies at a name is
    /// replaced itself, not what it leads to.
    ///
    /// Files are not forced to the disk: whoever comes back after a power cut compares bytes.
    ///
    /// # Errors
    /// [`OutboxError::Write`]: files before it in the order are in their places, whole; the others are as they were.
    pub fn commit(self) -> Result<Delivered, OutboxError> {
        let failed = |source| OutboxError::Folder { path: self.folder.clone(), source };
        let mut staged = Vec::new();
        for entry in fs::read_dir(self.staging.path()).map_err(failed)? {
            staged.push(entry.map_err(failed)?.file_name());
        }
        staged.sort();
        let mut delivered = Delivered::default();
        for name in staged {
            let (from, to) = (self.staging.path().join(&name), self.folder.join(&name));
            match place(&from, &to) {
                Ok(Place::Unchanged) => delivered.unchanged += 1,
                Ok(Place::Free) => delivered.written += 1,
                Ok(Place::Taken) => delivered.replaced += 1,
                Err(source) => return Err(OutboxError::Write { path: to, source }),
            }
        }
        Ok(delivered)
    }
}

/// The name of a message's file: `ADDRESS.UID8.SEQUENCE.KIND.COPY.eml`, the address lower-cased and cut, and of
/// characters that mean nothing to any shell or file system.
pub fn file_name(email: &Email, uid: Uid, sequence: u32, kind: MessageKind, copy: u32) -> String {
    let plain = |c: char| {
        if c.is_ascii_lowercase() || c.is_ascii_digit() || "._+@-".contains(c) { c } else { '_' }
    };
    let address: String = email.key().chars().map(plain).take(LONGEST_ADDRESS).collect();
    format!("{address}.{}.{sequence}.{kind}.{copy}.eml", uid.short())
}

/// Whether a file, and no link, holds the very bytes of a digest.
pub(crate) fn holds(path: &Path, hash: &[u8; 32]) -> bool {
    let is_file = fs::symlink_metadata(path).is_ok_and(|there| there.is_file());
    is_file && fs::read(path).is_ok_and(|bytes| meetmint_core::digest(&bytes) == *hash)
}

/// What was found where a message belongs.
enum Place {
    Free,
    Taken,
    Unchanged,
}

fn place(from: &Path, to: &Path) -> io::Result<Place> {
    let place = match fs::symlink_metadata(to) {
        Ok(there) if there.is_file() && same_bytes(from, to, there.len())? => {
            return Ok(Place::Unchanged);
        }
        Ok(_) => Place::Taken,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Place::Free,
        Err(error) => return Err(error),
    };
    fs::rename(from, to)?;
    Ok(place)
}

/// A lock that ends with the process, however it ends. NFS has none on folders: better without than not at all.
fn lock(folder: &Path) -> Result<Option<File>, OutboxError> {
    let failed = |source| OutboxError::Folder { path: folder.to_owned(), source };
    let handle = File::open(folder).map_err(failed)?;
    match handle.try_lock() {
        Ok(()) => Ok(Some(handle)),
        Err(TryLockError::WouldBlock) => Err(OutboxError::Busy(folder.to_owned())),
        Err(TryLockError::Error(_)) => Ok(None),
    }
}

/// Only called with the lock held: whoever made such a folder is gone.
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
    Ok(fs::metadata(one)?.len() == length && fs::read(one)? == fs::read(other)?)
}

fn staging(folder: &Path) -> io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(STAGING);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.tempdir_in(folder)
}

fn private_folder() -> DirBuilder {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
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

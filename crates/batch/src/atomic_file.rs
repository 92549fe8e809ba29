//! Replacing a file as a whole.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, PersistError};

use crate::parallel::Beside;

/// After how many octets the disk is set to work. Syncing everything at the end takes a quarter of the time of a large file.
const SYNC_EVERY: usize = 8 << 20;

/// A file that is written beside its target, and replaces it when it is complete. Its mode is 0600 unless it is begun as
/// [`readable`](AtomicFile::readable), because links are credentials. If it is dropped before it is finished, the target
/// stays as it was.
#[derive(Debug)]
pub struct AtomicFile {
    target: PathBuf,
    file: NamedTempFile,
    /// What was written since the disk was last set to work, in octets.
    unsynced: usize,
    /// Syncs what has been written while more is being made. `None` for small files.
    syncing: Option<Beside>,
}

/// Why a file was not replaced. The target is as it was before.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AtomicFileError {
    /// No file can be created in the folder of the target.
    #[error("cannot create a file in the folder of `{}`", .0.display())]
    Create(PathBuf, #[source] io::Error),
    /// Writing or renaming failed, for example because the disk is full.
    #[error("cannot write `{}`", .0.display())]
    Write(PathBuf, #[source] io::Error),
    /// The target is a folder, a device or a pipe.
    #[error("`{}` is not a regular file, so it is not replaced", .0.display())]
    NotAFile(PathBuf),
}

impl AtomicFile {
    /// Begins a file that will replace `target`. A symbolic link is replaced, not followed.
    ///
    /// # Errors
    /// [`AtomicFileError::Create`] if the folder cannot be written to, [`AtomicFileError::NotAFile`] if something
    /// other than a file is there.
    pub fn new(target: &Path) -> Result<AtomicFile, AtomicFileError> {
        // tempfile's own choice is mode 0600.
        AtomicFile::begin(target, &mut tempfile::Builder::new())
    }

    /// The same for a file that others may read, as far as the umask lets them.
    ///
    /// # Errors
    /// As [`new`](AtomicFile::new).
    pub fn readable(target: &Path) -> Result<AtomicFile, AtomicFileError> {
        let mut builder = tempfile::Builder::new();
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        AtomicFile::begin(target, &mut builder)
    }

    fn begin<'b>(
        target: &Path,
        builder: &mut tempfile::Builder<'b, 'b>,
    ) -> Result<AtomicFile, AtomicFileError> {
        // Renaming would replace a device such as `/dev/null` for every program, and fail for a folder only at the end.
        // A symbolic link is replaced itself: following it could overwrite a file in another folder.
        if let Ok(metadata) = fs::symlink_metadata(target)
            && !metadata.is_file()
            && !metadata.is_symlink()
        {
            return Err(AtomicFileError::NotAFile(target.to_owned()));
        }
        let folder = match target.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            // The parent of a mere file name is the empty path, which names no folder.
            _ => Path::new("."),
        };
        // In the same folder, because renaming works only within one file system.
        let file = builder.prefix(".meetmint-").tempfile_in(folder);
        let file =
            file.map_err(|error| AtomicFileError::Create(target.to_owned(), without_path(error)))?;
        Ok(AtomicFile { target: target.to_owned(), file, unsynced: 0, syncing: None })
    }

    /// Appends to the file. There is no buffer: append many rows at a time.
    ///
    /// # Errors
    /// [`AtomicFileError::Write`] if writing fails.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), AtomicFileError> {
        self.file
            .as_file_mut()
            .write_all(bytes)
            .map_err(|error| AtomicFileError::Write(self.target.clone(), error))?;
        self.unsynced += bytes.len();
        if self.unsynced >= SYNC_EVERY {
            self.unsynced = 0;
            self.begin_syncing();
        }
        Ok(())
    }

    /// Has the disk write what there is. If that cannot be begun, everything is synced at the end.
    fn begin_syncing(&mut self) {
        if self.syncing.is_none()
            && let Ok(file) = self.file.as_file().try_clone()
        {
            self.syncing = Beside::start(move || file.sync_data()).ok();
        }
        if let Some(syncing) = &self.syncing {
            syncing.ask();
        }
    }

    /// Replaces the target. The content is on the disk before it has the target's name, so that a power cut leaves
    /// either the old file or the new one. To be sure of the new one, sync the folder.
    ///
    /// # Errors
    /// [`AtomicFileError::Write`] if writing to the disk or renaming fails.
    pub fn finish(self) -> Result<(), AtomicFileError> {
        self.finish_by(|file, target| file.persist(target))
    }

    /// The same, but fails if something has the target's name by now, and leaves that alone.
    ///
    /// # Errors
    /// [`AtomicFileError::Write`] also if the target exists.
    pub fn finish_new(self) -> Result<(), AtomicFileError> {
        self.finish_by(|file, target| file.persist_noclobber(target))
    }

    fn finish_by(
        self,
        persist: impl FnOnce(NamedTempFile, &Path) -> Result<fs::File, PersistError>,
    ) -> Result<(), AtomicFileError> {
        let AtomicFile { target, file, syncing, .. } = self;
        // An error of the disk is told once only, so it must not be lost with the thread that was told.
        let begun = syncing.map_or(Ok(()), Beside::end);
        // Some file systems rename before they write: without this, an empty file could have replaced the target.
        let synced = begun.and_then(|()| file.as_file().sync_all());
        let moved = synced.and_then(|()| persist(file, &target).map_err(|error| error.error));
        moved.map(drop).map_err(|error| AtomicFileError::Write(target, error))
    }
}

/// The error without the path that tempfile adds to it: the user knows the target, not the temporary name.
fn without_path(error: io::Error) -> io::Error {
    let message = error.to_string();
    match message.split_once(" at path ") {
        Some((message, _)) => io::Error::new(error.kind(), message),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_synced_while_it_is_written_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("links.csv");
        let mut file = AtomicFile::new(&target).unwrap();
        let piece = vec![b'x'; SYNC_EVERY / 2 + 1];
        file.write(&piece).unwrap();
        assert!(file.syncing.is_none(), "a small file needs no thread");
        for _ in 0..3 {
            file.write(&piece).unwrap();
        }
        assert!(file.syncing.is_some());
        file.finish().unwrap();
        assert_eq!(fs::metadata(&target).unwrap().len(), 4 * piece.len() as u64);
    }
}

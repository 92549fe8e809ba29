//! A file that takes the place of another as a whole, or not at all.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// A file that is written beside its target and takes its place only when all is written. Its mode is 0600:
/// links are credentials. Dropped before that, it leaves nothing.
#[derive(Debug)]
pub struct AtomicFile {
    target: PathBuf,
    file: NamedTempFile,
}

/// A file could not be replaced; the old one is whole.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AtomicFileError {
    /// The folder takes no new file.
    #[error("cannot write into the folder of `{}`", .0.display())]
    Create(PathBuf, #[source] io::Error),
    /// The disk is full, or gone.
    #[error("cannot write `{}`", .0.display())]
    Write(PathBuf, #[source] io::Error),
    /// A folder, a device or a pipe: nothing that another file could take the place of.
    #[error("`{}` is not a file, and is not replaced", .0.display())]
    NotAFile(PathBuf),
}

impl AtomicFile {
    /// Begins a file that will take the place of `target`. A link at that place is replaced, not followed.
    ///
    /// # Errors
    /// [`AtomicFileError`] if the folder takes no file, or what is there is no file.
    pub fn new(target: &Path) -> Result<AtomicFile, AtomicFileError> {
        if let Ok(metadata) = fs::symlink_metadata(target)
            && !metadata.is_file()
            && !metadata.is_symlink()
        {
            return Err(AtomicFileError::NotAFile(target.to_owned()));
        }
        let folder = match target.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let file = tempfile::Builder::new().prefix(".meetmint-").tempfile_in(folder);
        let file =
            file.map_err(|error| AtomicFileError::Create(target.to_owned(), plain(error)))?;
        Ok(AtomicFile { target: target.to_owned(), file })
    }

    /// Adds to the file, unbuffered: bring much at a time.
    ///
    /// # Errors
    /// [`AtomicFileError::Write`] if the disk takes no more.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), AtomicFileError> {
        self.file
            .as_file_mut()
            .write_all(bytes)
            .map_err(|error| AtomicFileError::Write(self.target.clone(), error))
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// [`AtomicFileError::Write`] if the disk does not take the rest, or the name.
    pub fn finish(self) -> Result<(), AtomicFileError> {
        let AtomicFile { target, file } = self;
        file.persist(&target).map(drop).map_err(|error| AtomicFileError::Write(target, error.error))
    }
}

/// The system's words without the name of the file that was tried: people know the target's.
fn plain(error: io::Error) -> io::Error {
    let words = error.to_string();
    match words.split_once(" at path ") {
        Some((words, _)) => io::Error::new(error.kind(), words),
        None => error,
    }
}

//! The temporary file for a list. It is private: the list has names and addresses.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::not_read::NotRead;
use crate::error::Error;

/// How much of a list is looked at to see what it is, in octets.
const BEGINNING: u64 = 1 << 12;

/// A temporary file that only this user can read. It is gone when the value is dropped. On Linux it has no name, so that
/// it is gone however the program ends.
pub(super) struct TemporaryList {
    path: PathBuf,
    file: File,
    /// Removes the file, where it has a name.
    _name: Option<tempfile::TempPath>,
}

impl TemporaryList {
    /// An empty file.
    ///
    /// # Errors
    /// If the folder for temporary files cannot be written to.
    pub(super) fn new() -> Result<TemporaryList, Error> {
        let created = tempfile::Builder::new().prefix("meetmint-").tempfile();
        let file = created.map_err(|error| {
            Error::failed("file", "cannot create a temporary file for the roster").caused_by(error)
        })?;
        Ok(match path_without_name(&file) {
            Some(path) => {
                // Dropping the name removes it.
                let (file, _) = file.into_parts();
                TemporaryList { path, file, _name: None }
            }
            None => {
                let (file, name) = file.into_parts();
                TemporaryList { path: name.to_path_buf(), file, _name: Some(name) }
            }
        })
    }

    /// The path, which is valid in this process.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The file, to be written from its beginning.
    pub(super) fn target(&self) -> Result<File, NotRead> {
        self.file.try_clone().map_err(|error| not_stored(&error))
    }

    /// The first octets.
    pub(super) fn beginning(&self) -> Result<Vec<u8>, NotRead> {
        let mut bytes = Vec::new();
        let mut read = || -> io::Result<()> {
            let mut file = &self.file;
            file.seek(SeekFrom::Start(0))?;
            file.take(BEGINNING).read_to_end(&mut bytes)?;
            Ok(())
        };
        read().map_err(|error| not_stored(&error))?;
        Ok(bytes)
    }
}

/// The list cannot be kept: the disk may be full.
pub(super) fn not_stored(error: &io::Error) -> NotRead {
    NotRead::failed(
        format!("it cannot be stored in a temporary file: {error}"),
        "make room in the folder for temporary files, or name another one in the environment variable TMPDIR",
    )
}

/// A path of the open file that works without its name.
#[cfg(target_os = "linux")]
fn path_without_name(file: &NamedTempFile) -> Option<PathBuf> {
    use std::os::fd::AsRawFd;
    use std::os::unix::fs::MetadataExt;
    let path = PathBuf::from(format!("/proc/self/fd/{}", file.as_file().as_raw_fd()));
    let identity = |metadata: std::fs::Metadata| (metadata.dev(), metadata.ino());
    let by_path = std::fs::metadata(&path).map(identity).ok()?;
    // `/proc` may be missing in a sandbox.
    let is_same = file.as_file().metadata().map(identity).is_ok_and(|by_file| by_file == by_path);
    is_same.then_some(path)
}

#[cfg(not(target_os = "linux"))]
fn path_without_name(_file: &NamedTempFile) -> Option<PathBuf> {
    None
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;

    use super::*;

    #[test]
    fn a_list_is_private_and_leaves_nothing_behind() {
        let list = TemporaryList::new().unwrap();
        list.target().ok().unwrap().write_all(b"email\n").unwrap();
        assert_eq!(list.beginning().ok().unwrap(), b"email\n");
        assert_eq!(fs::read(list.path()).unwrap(), b"email\n");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(list.path()).unwrap().permissions().mode() & 0o777, 0o600);
        }
        // Without a name from the start: not even a power cut leaves it.
        #[cfg(target_os = "linux")]
        assert!(fs::read_link(list.path()).unwrap().to_string_lossy().ends_with(" (deleted)"));
        let path = list.path().to_owned();
        drop(list);
        assert!(!path.exists());
    }

    #[test]
    fn each_reading_begins_at_the_beginning() {
        let list = TemporaryList::new().unwrap();
        list.target().ok().unwrap().write_all(b"email\n").unwrap();
        let mut first = File::open(list.path()).unwrap();
        let mut second = File::open(list.path()).unwrap();
        let mut text = String::new();
        first.read_to_string(&mut text).unwrap();
        second.read_to_string(&mut text).unwrap();
        assert_eq!(text, "email\nemail\n");
    }
}

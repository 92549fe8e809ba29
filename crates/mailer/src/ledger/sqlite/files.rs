//! Files of a ledger.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use crate::durable::sync_folder;

/// More links than this in a row are a circle. It is Linux's own limit (`path_resolution(7)`).
const MOST_LINKS: usize = 40;

/// The real path of a ledger, which need not exist yet, with all links resolved. Two names of one ledger have one
/// lock only if the lock is beside this path.
pub(super) fn real_path(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        match path.canonicalize() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            result => return result,
        }
        // The parent of a bare file name is the empty path, which no system resolves.
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder.canonicalize()?,
            _ => Path::new(".").canonicalize()?,
        };
        // A link to a file that does not exist yet: opening it would create that file.
        match fs::read_link(&path) {
            Ok(target) => path = folder.join(target),
            Err(_) => return Ok(folder.join(path.file_name().unwrap_or_default())),
        }
    }
    Err(io::Error::other("too many links"))
}

/// What is at the path of a ledger, as far as can be seen without opening it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    Nothing,
    /// A file that may be a ledger.
    File,
    /// A ledger was lost: its file is empty. A new one is never empty, because it is made beside its path.
    Empty,
    /// A ledger was lost: there is only its write-ahead log, with something in it.
    OnlyLog,
}

/// What is at a ledger's real path.
///
/// # Errors
/// If that cannot be found out, for example in a folder that must not be entered.
pub(super) fn find(path: &Path) -> io::Result<Found> {
    let file = |path: &Path| match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        found => found.map(Some),
    };
    let find_file = || -> io::Result<Option<Found>> {
        let found = file(path)?;
        // SQLite must not open an empty file: it would remove the log beside it (`pagerOpenWalIfPresent` in its
        // pager.c).
        Ok(match found {
            Some(file) if !file.is_file() => return Err(io::Error::other("it is not a file")),
            Some(file) if file.len() == 0 => Some(Found::Empty),
            Some(_) => Some(Found::File),
            None => None,
        })
    };
    if let Some(found) = find_file()? {
        return Ok(found);
    }
    if file(&beside(path, "-wal"))?.is_none_or(|log| log.len() == 0) {
        return Ok(Found::Nothing);
    }
    // Looked at again: another process may have created the ledger, and written to its log, between the two looks.
    Ok(find_file()?.unwrap_or(Found::OnlyLog))
}

/// Syncs the folder that a file is in.
pub(super) fn sync_folder_of(path: &Path) -> io::Result<()> {
    sync_folder(path.parent().unwrap_or(Path::new(".")))
}

/// Options that create a file with mode 0600, and fail if there is one, or a link.
pub(super) fn new_private_file() -> OpenOptions {
    let mut options = private_file();
    options.create_new(true);
    options
}

/// Options that open a file for writing, and create it with mode 0600 if it is absent.
pub(super) fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    // Never truncated: a lock file names the process which has the lock.
    options.read(true).write(true).create(true).truncate(false);
    // SQLite gives `-wal` and `-shm` the mode of the database (`findCreateFileMode` in its os_unix.c).
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// The file whose name is the ledger's with a suffix.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    // Appended, as SQLite appends `-wal`: `Path::with_extension` would replace the extension.
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

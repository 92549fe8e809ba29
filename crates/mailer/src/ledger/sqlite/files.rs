//! Files of a ledger.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

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

/// Options that open a file for writing, and create it with mode 0600 if it is absent.
pub(super) fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    // Never truncated: it may be a ledger, or a lock file that names the process which has the lock.
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

//! Files of a ledger.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};

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

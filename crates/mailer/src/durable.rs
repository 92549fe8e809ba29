//! Making changes in a folder survive a power cut.

use std::fs::File;
use std::io;
use std::path::Path;

/// Syncs a folder to the disk: the names of new and renamed files in it. Without this, a power cut may undo a rename
/// although the file itself was synced (fsync(2)).
///
/// # Errors
/// If the folder cannot be opened or synced.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    // Windows keeps names without being asked, and opens no folder as a file.
    if cfg!(not(unix)) {
        return Ok(());
    }
    // The parent of a bare file name is the empty path, which names no folder.
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    match File::open(folder)?.sync_all() {
        // Some file systems cannot sync folders, and say so in this way (fsync(2), EINVAL).
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
        result => result,
    }
}

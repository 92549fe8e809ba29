//! What the folder outbox holds, for whoever only looks.

use std::path::PathBuf;

use super::folder::holds;

/// The files of a folder outbox.
#[derive(Clone, Debug, Default)]
pub struct FolderFiles(Option<PathBuf>);

impl FolderFiles {
    /// The files in a folder.
    pub fn in_folder(folder: PathBuf) -> FolderFiles {
        FolderFiles(Some(folder))
    }

    /// Whether there is a file of this name with anything in it. True without a folder, as for mail: nothing can be
    /// missing.
    pub(crate) fn exists(&self, name: &str) -> bool {
        let Some(folder) = &self.0 else { return true };
        folder.join(name).metadata().is_ok_and(|file| file.is_file() && file.len() > 0)
    }

    /// Whether the file of this name has exactly the octets with this SHA-256 digest.
    pub(crate) fn holds(&self, name: &str, hash: &[u8; 32]) -> bool {
        self.0.as_ref().is_some_and(|folder| holds(&folder.join(name), hash))
    }
}

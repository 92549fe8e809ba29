//! The files that meetmint has written to the folder outbox for people who are erased.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use meetmint_mailer::{FolderOutbox, LedgerError, sync_folder};

use crate::error::Error;
use crate::settings::{DEFAULT_OUTBOX, OutboxSettings, Settings};

/// The folder outbox, if there is one.
pub(super) struct OutboxFiles {
    folder: PathBuf,
    /// Locked, so that no other process writes to it. None if there is no folder.
    lock: Option<FolderOutbox>,
}

impl OutboxFiles {
    /// The folder of the settings; where mail is configured, that of an earlier rehearsal. Also removes what a process left
    /// in it that was killed.
    ///
    /// # Errors
    /// If another process writes to it, or it cannot be used.
    pub(super) fn open(settings: &Settings) -> Result<OutboxFiles, Error> {
        let folder = match &settings.mail.outbox {
            OutboxSettings::Folder { dir, .. } => dir.clone(),
            OutboxSettings::Smtp(_) => settings.folder.join(DEFAULT_OUTBOX),
        };
        let is_folder = match fs::symlink_metadata(&folder) {
            // Anything else in its place may be the user's own, where no message goes there any more.
            Ok(found) => found.is_dir() || !settings.mail.outbox.is_mailed(),
            Err(_) => false,
        };
        // Opening it would create it.
        let lock = if is_folder { Some(FolderOutbox::open(&folder)?) } else { None };
        Ok(OutboxFiles { folder, lock })
    }

    /// The folder, as messages name it.
    pub(super) fn shown(&self) -> String {
        self.folder.display().to_string()
    }

    /// How many of these files there are.
    pub(super) fn count(
        &self,
        names: impl Iterator<Item = Result<String, LedgerError>>,
    ) -> Result<usize, Error> {
        let mut count = 0;
        if self.lock.is_some() {
            for name in names {
                let file = fs::symlink_metadata(self.folder.join(name?));
                count += usize::from(file.is_ok_and(|file| file.is_file()));
            }
        }
        Ok(count)
    }

    /// Removes these files. They are gone also after a power cut.
    ///
    /// # Errors
    /// If one cannot be removed. Those before it are.
    pub(super) fn remove(
        &self,
        names: impl Iterator<Item = Result<String, LedgerError>>,
    ) -> Result<RemovedFiles, Error> {
        let mut files = RemovedFiles::default();
        for name in names {
            let path = self.folder.join(name?);
            // A link with that name was not written by meetmint, and leads to a file of somebody else.
            if self.lock.is_none() || !fs::symlink_metadata(&path).is_ok_and(|file| file.is_file())
            {
                files.missing += 1;
                continue;
            }
            match fs::remove_file(&path) {
                Ok(()) => files.removed += 1,
                Err(error) if error.kind() == ErrorKind::NotFound => files.missing += 1,
                Err(error) => {
                    let message = format!("cannot remove `{}`", path.display());
                    let hint = "make the folder writable, and run the command again: nothing was erased from the ledger";
                    return Err(Error::failed("outbox-file", message)
                        .with_hint(hint)
                        .caused_by(error));
                }
            }
        }
        if files.removed > 0 {
            sync_folder(&self.folder).map_err(|error| {
                let message = format!("cannot sync `{}`", self.shown());
                Error::failed("outbox-file", message).caused_by(error)
            })?;
        }
        Ok(files)
    }
}

/// What became of the files.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RemovedFiles {
    /// How many there were.
    pub(super) removed: usize,
    /// How many were not in the folder: somebody removed them, or they are in another one.
    pub(super) missing: usize,
}

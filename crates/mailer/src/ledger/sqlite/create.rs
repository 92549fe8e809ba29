//! A new ledger: made beside its path, and moved there when it is whole.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use meetmint_core::MeetingId;
use rusqlite::OpenFlags;
use tempfile::TempPath;

use super::connection::{belong_to, connect};
use super::files::{beside, new_private_file, private_file, sync_folder_of};
use super::lock;
use super::schema;
use crate::ledger::error::LedgerError;

/// The suffix of an unfinished ledger's name. The `.gitignore` of a meeting folder covers `*.db.*`.
const UNFINISHED: &str = ".new";

/// What SQLite keeps beside a database.
const COMPANIONS: [&str; 3] = ["-journal", "-wal", "-shm"];

/// The file of a ledger, and those that meetmint and SQLite may have beside it.
pub(in crate::ledger) fn files_of(path: &Path) -> impl Iterator<Item = PathBuf> {
    let databases = [path.to_owned(), beside(path, UNFINISHED)];
    let companions = databases
        .clone()
        .into_iter()
        .flat_map(|path| COMPANIONS.map(|suffix| beside(&path, suffix)));
    databases.into_iter().chain(companions).chain([beside(path, lock::SUFFIX)])
}

/// Creates the ledger of a meeting (mode 0600). The caller holds the lock. Others see nothing at `path`, and then a
/// ledger with everything in it: a file that is not whole is never taken for one that was lost.
///
/// `replace` says whether a file at `path` is replaced. Nothing is left behind if it fails.
///
/// # Errors
/// [`LedgerError::Open`] if the file cannot be created or moved, also if there is one meanwhile that must not be
/// replaced; and any error of the database.
pub(super) fn create(path: &Path, meeting: &MeetingId, replace: bool) -> Result<(), LedgerError> {
    let failed = |source| LedgerError::Open { path: path.to_owned(), source };
    let name = beside(path, UNFINISHED);
    // What a killed process left. This process has the lock, so nobody is working on it.
    remove(&name).and_then(|()| remove_companions(&name)).map_err(failed)?;
    // SQLite would create it with the mode that the umask allows: names and addresses are for the owner alone.
    new_private_file().open(&name).map_err(failed)?;
    let unfinished = TempPath::try_from_path(&name).map_err(failed)?;
    fill(&name, meeting)?;
    // Opened again, because SQLite's own handle is closed. Synced before it has its name: a power cut must not leave
    // an empty file there, which would count as a ledger that was lost.
    File::open(&name).and_then(|file| file.sync_all()).map_err(failed)?;
    if replace {
        // Where only the log is left: an empty file goes on telling of the loss if this process is killed.
        private_file().open(path).map_err(failed)?;
        sync_folder_of(path).map_err(failed)?;
    }
    // SQLite would take the log of an earlier ledger for that of the new one, and apply it.
    remove_companions(path).map_err(failed)?;
    if replace {
        // A power cut must not bring the log back beside the new ledger: POSIX leaves it open which change of a folder
        // lasts first.
        sync_folder_of(path).map_err(failed)?;
    }
    let moved = if replace { unfinished.persist(path) } else { unfinished.persist_noclobber(path) };
    moved.map_err(|error| failed(error.error))?;
    sync_folder_of(path).map_err(|error| {
        // For a failure here there is no remedy.
        let _ = discard(path, replace);
        failed(error)
    })
}

/// Everything that a new ledger has in it, and nothing beside it.
fn fill(name: &Path, meeting: &MeetingId) -> Result<(), LedgerError> {
    let mut db = connect(name, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    // No journal on the disk, and no sync of each step: if this fails, the whole file is thrown away.
    db.pragma_update_and_check(None, "journal_mode", "MEMORY", |_| Ok(()))?;
    db.pragma_update(None, "synchronous", "OFF")?;
    schema::migrate(&mut db)?;
    belong_to(&db, meeting)?;
    // The mode is part of the file: switching later would need it without any reader.
    db.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    // Closing the only connection also removes the log.
    db.close().map_err(|(_, error)| error.into())
}

/// Removes a ledger's files except for its lock file. `was_lost` says whether the ledger had replaced one that was
/// lost: then an empty file takes its place again, so that the loss is not forgotten.
///
/// # Errors
/// Any error: the ledger may still be there. It is whole and has nobody in it, which does no harm.
pub(super) fn discard(path: &Path, was_lost: bool) -> io::Result<()> {
    if was_lost {
        let name = beside(path, UNFINISHED);
        remove(&name)?;
        new_private_file().open(&name)?;
        fs::rename(&name, path)?;
    } else {
        remove(path)?;
    }
    remove_companions(path)
}

fn remove_companions(path: &Path) -> io::Result<()> {
    COMPANIONS.iter().try_for_each(|suffix| remove(&beside(path, suffix)))
}

/// Removes a file, or a link but not its target. One that does not exist is no error.
fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

#[cfg(test)]
mod tests;

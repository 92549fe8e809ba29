//! The SQLite engine: one file beside the meeting, and a lock file beside that.

mod apply;
mod commit;
mod entries;
mod error;
mod files;
mod lock;
mod marks;
mod network;
mod outlines;
mod reports;
mod rounds;
mod row;
mod schema;
mod snapshots;
mod status;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use meetmint_core::MeetingId;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _};

use super::error::LedgerError;
use files::{beside, private_file, real_path};
pub(super) use lock::LedgerLock;

/// How long a statement waits for another connection's write. The lock keeps other processes from writing for long:
/// only a checkpoint or a migration is waited for.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// A connection to a ledger's file.
#[derive(Debug)]
pub(super) struct Sqlite {
    db: Connection,
    /// Empty for a ledger that is in memory only.
    path: PathBuf,
}

impl Sqlite {
    pub(super) fn look(path: &Path, meeting: &MeetingId) -> Result<Sqlite, LedgerError> {
        if !path.exists() {
            return Sqlite::in_memory(meeting);
        }
        let open = |flags| connect(path, flags);
        // Even a reader maps the `-shm` file for writing. In a folder where that is forbidden, only a connection that
        // is read-only altogether works.
        let db = open(OpenFlags::SQLITE_OPEN_READ_WRITE)
            .or_else(|_| open(OpenFlags::SQLITE_OPEN_READ_ONLY))?;
        if schema::version(&db)? == 0 {
            // A run was killed after it had created the file, and before it had written to it.
            return Sqlite::in_memory(meeting);
        }
        let db = schema::current(db)?;
        let ledger = Sqlite { db, path: path.to_owned() };
        match ledger.meeting()? {
            Some(id) if id != meeting.as_str() => Err(LedgerError::OtherMeeting(id)),
            _ => Ok(ledger),
        }
    }

    /// An empty ledger without a file.
    fn in_memory(meeting: &MeetingId) -> Result<Sqlite, LedgerError> {
        let mut ledger = Sqlite { db: Connection::open_in_memory()?, path: PathBuf::new() };
        schema::migrate(&mut ledger.db)?;
        ledger.belong_to(meeting)?;
        Ok(ledger)
    }

    /// Takes the lock and opens the file, which is created (mode 0600) if it is absent: then the `bool` is true.
    pub(super) fn open_locked(
        path: &Path,
        meeting: &MeetingId,
        holder: &str,
    ) -> Result<(Sqlite, bool, LedgerLock), LedgerError> {
        let failed = |source| LedgerError::Open { path: path.to_owned(), source };
        let path = &real_path(path).map_err(failed)?;
        if let Some(kind) = network::network_drive(path) {
            return Err(LedgerError::NetworkDrive(kind));
        }
        let lock = LedgerLock::take(path, holder)?;
        // Checked only now: before the lock was taken, another process might have been creating it.
        let is_new = !path.exists();
        // SQLite would create it with the mode that the umask allows: names and addresses are for the owner alone.
        private_file().open(path).map_err(failed)?;
        let mut db = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        // Before anything is written: the file may be another program's, or a newer version's.
        schema::version(&db)?;
        // With a write-ahead log others can read meanwhile, and a commit costs one sync instead of several.
        db.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
        // NORMAL would sync only at checkpoints: after a power cut, intents of messages that have left could be lost.
        db.pragma_update(None, "synchronous", "FULL")?;
        schema::migrate(&mut db)?;
        let ledger = Sqlite { db, path: path.to_owned() };
        ledger.belong_to(meeting)?;
        Ok((ledger, is_new, lock))
    }

    pub(super) fn reader(&self) -> Result<Sqlite, LedgerError> {
        let db = connect(&self.path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        Ok(Sqlite { db, path: self.path.clone() })
    }

    pub(super) fn meeting_at(path: &Path) -> Option<String> {
        fs::metadata(path).ok()?;
        let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).ok()?;
        Sqlite { db, path: path.to_owned() }.meeting().ok().flatten()
    }

    /// Removes the ledger's files, the lock file last. The caller holds the lock.
    pub(super) fn remove(&mut self) {
        // Closed first: the last connection removes `-wal` and `-shm` by their names when it is closed, and by then
        // these could be the files of another process's ledger.
        if let Ok(nothing) = Connection::open_in_memory() {
            self.db = nothing;
        }
        for suffix in ["", "-wal", "-shm", lock::SUFFIX] {
            // One that does not exist need not be removed, and for any other failure there is no remedy here.
            let _ = fs::remove_file(beside(&self.path, suffix));
        }
    }

    fn meeting(&self) -> Result<Option<String>, LedgerError> {
        Ok(self.db.query_row("SELECT id FROM meeting", [], |row| row.get(0)).optional()?)
    }

    /// Makes an empty ledger that of a meeting.
    fn belong_to(&self, meeting: &MeetingId) -> Result<(), LedgerError> {
        match self.meeting()? {
            None => {
                self.db.execute("INSERT INTO meeting (id) VALUES (?1)", [meeting.as_str()])?;
                Ok(())
            }
            Some(id) if id == meeting.as_str() => Ok(()),
            Some(id) => Err(LedgerError::OtherMeeting(id)),
        }
    }
}

/// Opens a file as a database.
fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, rusqlite::Error> {
    // No mutex of SQLite's own: a connection is used by one thread at a time anyway.
    let db = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    db.busy_timeout(BUSY_TIMEOUT)?;
    // Query plans do not depend on the values of parameters. Without this, SQLite prepares every statement with a
    // medium in it again each time it is run, in case the value allows a better plan.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(db)
}

#[cfg(test)]
impl Sqlite {
    pub(super) fn refuse_writes(&self, refuse: bool) {
        self.db.pragma_update(None, "query_only", refuse).unwrap();
    }
}

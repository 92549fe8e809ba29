//! A connection to a database, and the meeting that it belongs to.

use std::path::Path;
use std::time::Duration;

use meetmint_core::MeetingId;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension as _};

use crate::ledger::error::LedgerError;

/// How long a statement waits for another connection. The lock keeps other processes from writing for long: only a
/// checkpoint, a migration, or the recovery of the log after a kill is waited for.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// Opens a file as a database.
pub(super) fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, rusqlite::Error> {
    // No mutex of SQLite's own: a connection is used by one thread at a time anyway.
    let db = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    db.busy_timeout(BUSY_TIMEOUT)?;
    // Query plans do not depend on the values of parameters. Without this, SQLite prepares every statement with a
    // medium in it again each time it is run, in case the value allows a better plan.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(db)
}

/// Whether another connection is in the way.
pub(super) fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// The id of the meeting that a ledger belongs to. A ledger without people belongs to none, whatever id is in it: nothing
/// was made with that id, and it may have been derived from a room that has changed since.
pub(super) fn meeting_id(db: &Connection) -> Result<Option<String>, LedgerError> {
    // What is left of people who were erased was made with the id, too. Ledgers before version 6 have nothing like that.
    let has_erased = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'left_out')";
    let sql = if db.query_row(has_erased, [], |row| row.get(0))? {
        "SELECT id FROM meeting WHERE called_off OR EXISTS (SELECT 1 FROM entry)
         OR EXISTS (SELECT 1 FROM erased) OR EXISTS (SELECT 1 FROM left_out)"
    } else {
        "SELECT id FROM meeting WHERE called_off OR EXISTS (SELECT 1 FROM entry)"
    };
    Ok(db.query_row(sql, [], |row| row.get(0)).optional()?)
}

/// Makes a ledger without people that of a meeting.
///
/// # Errors
/// [`LedgerError::OtherMeeting`] if it belongs to another one.
pub(super) fn belong_to(db: &Connection, meeting: &MeetingId) -> Result<(), LedgerError> {
    match meeting_id(db)? {
        None => {
            // Written only if it is another one: most ledgers without people are new.
            let mut select = db.prepare("SELECT EXISTS (SELECT 1 FROM meeting WHERE id = ?1)")?;
            if !select.query_row([meeting.as_str()], |row| row.get(0))? {
                let transaction = db.unchecked_transaction()?;
                transaction.execute("DELETE FROM meeting", [])?;
                transaction.execute("INSERT INTO meeting (id) VALUES (?1)", [meeting.as_str()])?;
                transaction.commit()?;
            }
            Ok(())
        }
        Some(id) if id == meeting.as_str() => Ok(()),
        Some(id) => Err(LedgerError::OtherMeeting(id)),
    }
}

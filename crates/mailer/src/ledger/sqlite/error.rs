//! SQLite's errors as those of a ledger.

use rusqlite::ErrorCode;

use crate::ledger::error::LedgerError;

impl From<rusqlite::Error> for LedgerError {
    fn from(error: rusqlite::Error) -> LedgerError {
        // Distinguished only where the user can do something about it: see `LedgerError::hint`.
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => LedgerError::NotALedger,
            Some(ErrorCode::DatabaseCorrupt) => LedgerError::Damaged,
            Some(ErrorCode::DiskFull) => LedgerError::Full,
            Some(ErrorCode::ReadOnly) => LedgerError::ReadOnly,
            _ => LedgerError::Other(error.into()),
        }
    }
}

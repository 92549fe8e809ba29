//! SQLite's errors as those of a ledger.

use rusqlite::{Error, ErrorCode, ffi};

use crate::ledger::error::LedgerError;

impl From<Error> for LedgerError {
    fn from(error: Error) -> LedgerError {
        // Distinguished only where the user can do something about it: see `LedgerError::hint`.
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => LedgerError::NotALedger,
            Some(ErrorCode::DatabaseCorrupt) => LedgerError::Damaged,
            Some(ErrorCode::DiskFull) => LedgerError::Full,
            Some(ErrorCode::ReadOnly) => LedgerError::ReadOnly,
            // A value that is not of its column's type: no version has written that.
            None if is_unreadable(&error) => LedgerError::Damaged,
            // The index of the log beside the ledger cannot grow. A full disk is the usual cause, and SQLite has no code of
            // its own for it there (`unixShmMap` in its os_unix.c).
            _ if extended_code(&error) == Some(ffi::SQLITE_IOERR_SHMSIZE) => LedgerError::Full,
            _ => LedgerError::Other(error.into()),
        }
    }
}

/// Whether a value was read that is not what its column holds.
fn is_unreadable(error: &Error) -> bool {
    matches!(
        error,
        Error::InvalidColumnType(..)
            | Error::IntegralValueOutOfRange(..)
            | Error::FromSqlConversionFailure(..)
    )
}

fn extended_code(error: &Error) -> Option<i32> {
    error.sqlite_error().map(|error| error.extended_code)
}

//! The ledger's tables, and how an older ledger becomes one of today.

use rusqlite::Connection;

use super::LedgerError;

/// What each version adds to the one before. A version that was released never changes.
const STEPS: [&str; 1] = ["
CREATE TABLE meeting (
    id TEXT NOT NULL,
    called_off INTEGER NOT NULL DEFAULT 0
);
-- A person at a meeting: one calendar identity.
CREATE TABLE entry (
    id INTEGER PRIMARY KEY,
    uid BLOB NOT NULL,
    person TEXT NOT NULL,
    room TEXT NOT NULL,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    wanted INTEGER NOT NULL,
    called_off INTEGER NOT NULL DEFAULT 0,
    moderator INTEGER NOT NULL,
    fingerprint BLOB NOT NULL,
    sheet TEXT NOT NULL,
    -- The last ones handed out.
    sequence INTEGER NOT NULL DEFAULT -1,
    stamp INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE message (
    id INTEGER PRIMARY KEY,
    entry INTEGER NOT NULL REFERENCES entry (id),
    address TEXT NOT NULL,
    medium TEXT NOT NULL,
    kind TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    copy INTEGER NOT NULL,
    round INTEGER,
    stamp INTEGER NOT NULL,
    fingerprint BLOB NOT NULL,
    sheet TEXT NOT NULL,
    hash BLOB NOT NULL,
    state TEXT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    next_try INTEGER NOT NULL DEFAULT 0,
    reply TEXT,
    updated INTEGER NOT NULL
);
CREATE INDEX message_of_entry ON message (entry, id);
-- A reminder, or fresh copies for some people: finished before the next one begins.
CREATE TABLE round (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    medium TEXT NOT NULL,
    begun INTEGER NOT NULL,
    finished INTEGER
);
CREATE TABLE round_entry (
    round INTEGER NOT NULL REFERENCES round (id),
    entry INTEGER NOT NULL REFERENCES entry (id),
    PRIMARY KEY (round, entry)
) WITHOUT ROWID;
"];

/// Marks the file as a ledger of meetmint (`PRAGMA application_id`): `mint` in ASCII.
const APPLICATION: i64 = 0x6d69_6e74;

/// Makes the tables, or brings older ones up to date, in one transaction.
pub(super) fn migrate(db: &mut Connection) -> Result<(), LedgerError> {
    let transaction = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let version = version(&transaction)?;
    for (step, sql) in STEPS.iter().enumerate().skip(version) {
        transaction.execute_batch(sql)?;
        transaction.pragma_update(
            None,
            "user_version",
            i64::try_from(step + 1).unwrap_or(i64::MAX),
        )?;
        transaction.pragma_update(None, "application_id", APPLICATION)?;
    }
    transaction.commit()?;
    Ok(())
}

/// The version of a ledger; 0 for an empty file.
///
/// # Errors
/// [`LedgerError::Newer`], or [`LedgerError::NotALedger`] for another program's database.
pub(super) fn version(db: &Connection) -> Result<usize, LedgerError> {
    let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let application: i64 = db.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let tables: i64 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if application != APPLICATION && (tables > 0 || application != 0) {
        return Err(LedgerError::NotALedger);
    }
    let version = usize::try_from(version).unwrap_or(usize::MAX);
    if version > STEPS.len() { Err(LedgerError::Newer) } else { Ok(version) }
}

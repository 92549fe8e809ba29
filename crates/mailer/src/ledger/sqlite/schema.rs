//! The ledger's tables, and how an older ledger is brought up to date.

use std::time::Duration;

use rusqlite::backup::Backup;
use rusqlite::{Connection, TransactionBehavior};

use crate::ledger::error::LedgerError;

mod erased;
mod snapshots_once;

/// What each version adds to the one before. A step that was released never changes, because existing ledgers have
/// taken it already. So released columns keep their names, too.
const STEPS: [Step; 7] = [
    Step::Sql(TABLES),
    Step::Sql(UNIQUE_NUMBERS),
    Step::Sql(ORGANIZERS_AND_MARKS),
    Step::Sql(SERVERS),
    Step::Code(snapshots_once::migrate),
    Step::Sql(erased::TABLES),
    Step::Sql(erased::ORGANIZERS),
];

/// The version that this program writes.
pub(super) const CURRENT: usize = STEPS.len();

/// What makes one version of the schema from the one before.
enum Step {
    Sql(&'static str),
    Code(fn(&Connection) -> Result<(), rusqlite::Error>),
}

/// Version 1.
// Ids are rowids (`INTEGER PRIMARY KEY`): they need no index of their own, and SQLite gives a new row the highest id of its
// table plus one. So the rows of one entry are in the order of insertion, on which `History::add` relies, also after
// other entries were erased.
const TABLES: &str = "
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
-- A reminder, or new copies for some people: finished before the next one begins.
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
";

/// Version 2: no two entries have the same UID; and no two messages through one medium have the same Message-ID, which is
/// made from UID, SEQUENCE, kind and copy number.
///
/// The index of messages begins with the entry, so that it also serves where that of version 1 did: keeping both would
/// cost a second write for each message. UIDs are digests and come in no order. Measured, their index makes inserting
/// 100,000 entries a sixth slower (14 instead of 12 µs an entry). A million entries, whose index outgrows the cache, take
/// up to twice as long.
const UNIQUE_NUMBERS: &str = "
CREATE UNIQUE INDEX entry_uid ON entry (uid);
CREATE UNIQUE INDEX message_numbers ON message (entry, medium, sequence, kind, copy);
DROP INDEX message_of_entry;
";

/// Version 3: an entry has the address of its organizer, under which the person was last sent something; and the mark of a
/// meeting that is called off is no longer copied to each entry, whose own mark is for its person alone.
///
/// A snapshot's organizer is `Name <address>`. SQLite cannot look for the last `<`: `rtrim` with all characters but `<`
/// leaves what comes before the address, and `replace` removes that.
const ORGANIZERS_AND_MARKS: &str = "
ALTER TABLE entry ADD COLUMN organizer TEXT NOT NULL DEFAULT '';
UPDATE entry SET organizer = json_extract(coalesce(
    (SELECT m.sheet FROM message AS m WHERE m.entry = entry.id AND m.kind IN ('invite', 'update')
     AND m.state IN ('written', 'accepted', 'in_doubt', 'sending') ORDER BY m.id DESC LIMIT 1),
    entry.sheet), '$.facts.organizer');
UPDATE entry SET organizer =
    rtrim(replace(organizer, rtrim(organizer, replace(organizer, '<', '')), ''), '>');
UPDATE entry SET called_off = 0 WHERE (SELECT called_off FROM meeting);
";

/// Version 4: what is remembered besides people and messages, such as the Jitsi servers that were tried (`servers.rs`).
const SERVERS: &str = "
CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
";

/// How many pages a copy takes at once: all, so that no write of another process makes it begin again.
const ALL_PAGES: std::ffi::c_int = std::ffi::c_int::MAX;

/// Marks the file as a ledger (`PRAGMA application_id`): `mint` in ASCII.
const APPLICATION: i64 = 0x6d69_6e74;

/// Creates the tables, or brings older ones up to date: in one transaction, so that no ledger is left between two
/// versions.
pub(super) fn migrate(db: &mut Connection) -> Result<(), LedgerError> {
    // A step may replace tables that others refer to. Within a transaction, this could not be changed.
    db.pragma_update(None, "foreign_keys", false)?;
    // Immediate: no other process may take the same steps between reading the version and the first of them.
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version = version(&transaction)?;
    for (number, step) in STEPS.iter().enumerate().skip(version) {
        match step {
            Step::Sql(sql) => transaction.execute_batch(sql)?,
            Step::Code(migrate) => migrate(&transaction)?,
        }
        let version = i64::try_from(number + 1).unwrap_or(i64::MAX);
        // Both are in the header of the file, so they are part of the transaction: tables and version always agree.
        transaction.pragma_update(None, "user_version", version)?;
        transaction.pragma_update(None, "application_id", APPLICATION)?;
    }
    transaction.commit()?;
    db.pragma_update(None, "foreign_keys", true)?;
    Ok(())
}

/// A ledger of the current version, for reading: the same one, or a copy of an older one. Who only reads changes no
/// file of others.
pub(super) fn current(db: Connection) -> Result<Connection, LedgerError> {
    if version(&db)? == CURRENT {
        return Ok(db);
    }
    // Without a name: SQLite's own temporary file, which nobody else can open and which is gone when it is closed. A
    // ledger of many people would take as much memory as the file has octets.
    let mut copy = Connection::open("")?;
    Backup::new(&db, &mut copy)?.run_to_completion(ALL_PAGES, Duration::ZERO, None)?;
    migrate(&mut copy)?;
    Ok(copy)
}

/// The version of a ledger; 0 for an empty file.
///
/// # Errors
/// [`LedgerError::Newer`], or [`LedgerError::NotALedger`] for another program's database.
pub(super) fn version(db: &Connection) -> Result<usize, LedgerError> {
    let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let application: i64 = db.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let tables: i64 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    // 0 is SQLite's default: without tables the file is new, with tables it is another program's.
    if application != APPLICATION && (tables > 0 || application != 0) {
        return Err(LedgerError::NotALedger);
    }
    // A newer version is refused even for reading: its columns may mean something else.
    let version = usize::try_from(version).unwrap_or(usize::MAX);
    if version > CURRENT { Err(LedgerError::Newer) } else { Ok(version) }
}

/// A database of version 1, as the first release created it.
#[cfg(test)]
pub(super) fn create_version_1(db: &Connection) -> Result<(), rusqlite::Error> {
    db.execute_batch(TABLES)?;
    db.pragma_update(None, "user_version", 1)?;
    db.pragma_update(None, "application_id", APPLICATION)
}

//! The rows and entries that something may follow from, on disk.

use meetmint_core::Uid;
use rusqlite::types::Type;
use rusqlite::{OptionalExtension as _, Row, params};

use super::fate::Fate;
use crate::chunks::{CHUNK, in_chunks};
use crate::content::MessageKind;
use crate::ledger::{
    History, LastDelivered, LastMessage, LedgerEntry, LedgerError, MessageState, WantedRow,
    WhyLeftOut,
};
use crate::scratch::Scratch;

/// Rows by their numbers, entries by their ids; and while they are matched, who belongs together.
const TABLES: &str = "
CREATE TABLE roster_row (
    number INTEGER PRIMARY KEY,
    person TEXT NOT NULL,
    room TEXT NOT NULL,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    moderator INTEGER NOT NULL,
    fingerprint BLOB NOT NULL,
    snapshot INTEGER NOT NULL,
    is_over INTEGER NOT NULL,
    is_ordinary INTEGER NOT NULL,
    -- The id of its entry. One that is new has it once it is in the ledger.
    entry INTEGER,
    -- Whether it had one that was erased.
    had_entry INTEGER NOT NULL DEFAULT 0,
    name_key TEXT,
    address TEXT
);
CREATE TABLE known_entry (
    id INTEGER PRIMARY KEY,
    person TEXT NOT NULL,
    room TEXT NOT NULL,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    wanted INTEGER NOT NULL,
    called_off INTEGER NOT NULL,
    organizer TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    snapshot INTEGER NOT NULL,
    has_new_key INTEGER NOT NULL DEFAULT 0,
    delivered INTEGER,
    delivered_fingerprint BLOB,
    was_cancelled INTEGER NOT NULL,
    in_doubt INTEGER NOT NULL,
    is_missing INTEGER NOT NULL,
    last_kind TEXT,
    last_state TEXT,
    last_fingerprint BLOB,
    -- Whether it is under the present organizer, and whether a row may have moved it.
    own INTEGER NOT NULL,
    may_move INTEGER NOT NULL,
    -- The number of its row.
    row INTEGER,
    fate INTEGER NOT NULL DEFAULT 0,
    row_start INTEGER NOT NULL DEFAULT 0,
    name_key TEXT,
    address TEXT,
    -- Whether no bad row may be its own.
    is_known INTEGER NOT NULL DEFAULT 1
);
CREATE TABLE pair (number INTEGER PRIMARY KEY, id INTEGER NOT NULL UNIQUE);
-- People in the roster who are left out, any number of them, and why.
CREATE TABLE left_out (address TEXT PRIMARY KEY, reason TEXT NOT NULL) WITHOUT ROWID;
";

/// The columns of an entry, of a table that the statement calls `e`.
const ENTRY: &str = "e.id, e.person, e.room, e.start, e.end, e.wanted, e.called_off, e.organizer, e.fingerprint,
     e.snapshot, e.has_new_key, e.delivered, e.delivered_fingerprint, e.was_cancelled, e.in_doubt, e.is_missing,
     e.last_kind, e.last_state, e.last_fingerprint";

/// The columns of a row, of a table that the statement calls `r`.
const ROW: &str =
    "r.number, r.person, r.room, r.start, r.end, r.moderator, r.fingerprint, r.snapshot,
     r.is_ordinary";

/// How many columns [`ROW`] has.
const ROW_COLUMNS: usize = 9;

/// A row with its number, and with its entry if it has one.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    pub(crate) number: usize,
    pub(crate) row: WantedRow,
    pub(crate) entry: Option<LedgerEntry>,
}

/// Rows and entries, on disk.
#[derive(Clone, Debug)]
pub(super) struct Store {
    pub(super) scratch: Scratch,
}

impl Store {
    pub(super) fn new() -> Result<Store, LedgerError> {
        Ok(Store { scratch: Scratch::new(TABLES)? })
    }

    /// Adds a row, with its number and the id of its entry if that is known.
    pub(super) fn add_row(
        &self,
        number: usize,
        row: &WantedRow,
        is_over: bool,
        entry: Option<i64>,
    ) -> Result<(), LedgerError> {
        let WantedRow { person, room, start, end, moderator, fingerprint, snapshot, is_ordinary } =
            row;
        let sql = "INSERT INTO roster_row (number, person, room, start, end, moderator, fingerprint, snapshot, is_over,
                       is_ordinary, entry) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
        self.scratch.db().prepare_cached(sql)?.execute(params![
            integer(number),
            person,
            room,
            start,
            end,
            moderator,
            fingerprint,
            snapshot.cast_signed(),
            is_over,
            is_ordinary,
            entry
        ])?;
        Ok(())
    }

    /// Adds an entry, with the number of its row if that is known.
    pub(super) fn add_entry(
        &self,
        entry: &LedgerEntry,
        own: bool,
        may_move: bool,
        row: Option<usize>,
    ) -> Result<(), LedgerError> {
        let History { delivered, was_cancelled, in_doubt, is_missing, last } = &entry.history;
        let sql = "INSERT INTO known_entry (id, person, room, start, end, wanted, called_off, organizer, fingerprint,
                       snapshot, delivered, delivered_fingerprint, was_cancelled, in_doubt, is_missing, last_kind,
                       last_state, last_fingerprint, own, may_move, row)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,
                       ?21)";
        self.scratch.db().prepare_cached(sql)?.execute(params![
            entry.id,
            entry.person,
            entry.room,
            entry.start,
            entry.end,
            entry.wanted,
            entry.called_off,
            entry.organizer,
            entry.fingerprint,
            entry.snapshot.cast_signed(),
            delivered.map(|one| one.message),
            delivered.map(|one| one.fingerprint),
            was_cancelled,
            in_doubt,
            is_missing,
            last.map(|last| last.kind.name()),
            last.map(|last| last.state.name()),
            last.map(|last| last.fingerprint),
            own,
            may_move,
            row.map(integer)
        ])?;
        Ok(())
    }

    /// Notes that the entry of a row is in the ledger now.
    pub(super) fn note_entry(&self, number: usize, id: i64) -> Result<(), LedgerError> {
        let sql = "UPDATE roster_row SET entry = ?2 WHERE number = ?1";
        self.scratch.db().prepare_cached(sql)?.execute([integer(number), id])?;
        Ok(())
    }

    /// All rows, each with its entry, in the order of the roster.
    pub(super) fn pairs(&self) -> impl Iterator<Item = Result<Pair, LedgerError>> + use<> {
        let sql = format!(
            "SELECT {ROW}, {ENTRY} FROM roster_row AS r LEFT JOIN known_entry AS e ON e.id = r.entry
             WHERE r.number > ?1 ORDER BY r.number LIMIT {CHUNK}"
        );
        let scratch = self.scratch.clone();
        in_chunks(move |after| {
            let db = scratch.db();
            let mut select = db.prepare_cached(&sql)?;
            let pairs = select.query_map([after], |row| {
                let number: i64 = row.get(0)?;
                let has_entry = row.get_ref(ROW_COLUMNS)?.data_type() != Type::Null;
                let entry = if has_entry { Some(entry(row, ROW_COLUMNS)?) } else { None };
                let number_at = usize::try_from(number).unwrap_or(usize::MAX);
                Ok((number, Pair { number: number_at, row: wanted_row(row)?, entry }))
            })?;
            Ok(pairs.collect::<Result<_, _>>()?)
        })
    }

    /// Notes that somebody with this address is left out. `false` if that was noted before.
    pub(super) fn add_left_out(&self, address: &str, why: WhyLeftOut) -> Result<bool, LedgerError> {
        let sql = "INSERT OR IGNORE INTO left_out (address, reason) VALUES (?1, ?2)";
        Ok(self.scratch.db().prepare_cached(sql)?.execute([address, why.name()])? > 0)
    }

    /// Why somebody with this address is left out, if they are.
    pub(super) fn why_left_out(&self, address: &str) -> Result<Option<WhyLeftOut>, LedgerError> {
        let db = self.scratch.db();
        let mut select = db.prepare_cached("SELECT reason FROM left_out WHERE address = ?1")?;
        let name: Option<String> = select.query_row([address], |row| row.get(0)).optional()?;
        Ok(name.as_deref().and_then(WhyLeftOut::named))
    }

    /// Notes that a row had an entry which was erased.
    pub(super) fn note_erased(&self, number: usize) -> Result<(), LedgerError> {
        let sql = "UPDATE roster_row SET had_entry = 1 WHERE number = ?1";
        self.scratch.db().prepare_cached(sql)?.execute([integer(number)])?;
        Ok(())
    }

    /// Gives the rows that were noted, and that have no entry after all were matched, this one.
    pub(super) fn take_erased(&self, entry: i64) -> Result<(), LedgerError> {
        let sql = "UPDATE roster_row SET entry = ?1 WHERE had_entry AND entry IS NULL";
        self.scratch.db().execute(sql, [entry])?;
        Ok(())
    }

    /// Entries of which this is true, in the order of their ids, each with what becomes of it.
    pub(super) fn entries(
        &self,
        condition: &str,
    ) -> impl Iterator<Item = Result<(LedgerEntry, Fate), LedgerError>> + use<> {
        let sql = format!(
            "SELECT e.fate, e.row_start, {ENTRY} FROM known_entry AS e
             WHERE e.id > ?1 AND ({condition}) ORDER BY e.id LIMIT {CHUNK}"
        );
        let scratch = self.scratch.clone();
        in_chunks(move |after| {
            let db = scratch.db();
            let mut select = db.prepare_cached(&sql)?;
            let entries = select.query_map([after], |row| {
                let fate = Fate::of_number(row.get(0)?, row.get(1)?);
                let entry = entry(row, 2)?;
                Ok((entry.id, (entry, fate)))
            })?;
            Ok(entries.collect::<Result<_, _>>()?)
        })
    }

    /// Whether anything is selected.
    pub(super) fn exists(
        &self,
        select: &str,
        values: impl rusqlite::Params,
    ) -> Result<bool, LedgerError> {
        let sql = format!("SELECT EXISTS ({select})");
        Ok(self.scratch.db().prepare_cached(&sql)?.query_row(values, |row| row.get(0))?)
    }
}

fn wanted_row(row: &Row<'_>) -> Result<WantedRow, rusqlite::Error> {
    Ok(WantedRow {
        person: row.get(1)?,
        room: row.get(2)?,
        start: row.get(3)?,
        end: row.get(4)?,
        moderator: row.get(5)?,
        fingerprint: row.get(6)?,
        snapshot: row.get::<_, i64>(7)?.cast_unsigned(),
        is_ordinary: row.get(8)?,
    })
}

/// Reads the columns of [`ENTRY`], from the one with this index on.
fn entry(row: &Row<'_>, first: usize) -> Result<LedgerEntry, rusqlite::Error> {
    let at = |column| first + column;
    let message: Option<i64> = row.get(at(11))?;
    let delivered = match message {
        Some(message) => Some(LastDelivered { message, fingerprint: row.get(at(12))? }),
        None => None,
    };
    let kind: Option<String> = row.get(at(16))?;
    let state: Option<String> = row.get(at(17))?;
    let names = (kind.as_deref().and_then(MessageKind::named))
        .zip(state.as_deref().and_then(MessageState::named));
    let last = match names {
        Some((kind, state)) => Some(LastMessage { kind, state, fingerprint: row.get(at(18))? }),
        None => None,
    };
    Ok(LedgerEntry {
        id: row.get(at(0))?,
        // Nobody asks for it any more: it only named the files of its messages.
        uid: Uid::from_octets([0; 16]),
        person: row.get(at(1))?,
        room: row.get(at(2))?,
        start: row.get(at(3))?,
        end: row.get(at(4))?,
        wanted: row.get(at(5))?,
        called_off: row.get(at(6))?,
        organizer: row.get(at(7))?,
        fingerprint: row.get(at(8))?,
        snapshot: row.get::<_, i64>(at(9))?.cast_unsigned(),
        has_new_key: row.get(at(10))?,
        history: History {
            delivered,
            was_cancelled: row.get(at(13))?,
            in_doubt: row.get(at(14))?,
            is_missing: row.get(at(15))?,
            last,
        },
    })
}

/// A number as SQLite stores it.
pub(super) fn integer(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

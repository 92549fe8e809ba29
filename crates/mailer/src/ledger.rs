//! The memory of who was sent what, and what came of it. It holds no token and no secret.
//!
//! A ledger is changed by one process at a time, which holds its [`LedgerLock`]; anybody may look at the same time.
//! What was written before a message is handed over is on the disk by then (`PRAGMA synchronous = FULL`), so that
//! after a power cut only a message that may have left is in doubt.

mod lock;
mod message;
mod round;
mod schema;
mod state;
mod status;

use std::collections::HashSet;
use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use meetmint_core::{Email, MeetingId, Uid};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, params};

pub use lock::{LedgerLock, LockError};
pub(crate) use message::{Intent, Record, Recorded, Tried};
pub use round::Round;
pub use state::{Medium, MessageState};
pub use status::{Deferred, PersonStatus};

use crate::reconcile::{LedgerEntry, Reconciliation, Row};
use crate::snapshot::Unreadable;
use crate::{MessageKind, Snapshot, file_name};

/// How long to wait for whoever is just writing.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);

/// The ledger of one meeting.
#[derive(Debug)]
pub struct Ledger {
    pub(crate) db: Connection,
    /// Where it lies; nowhere, if it is empty.
    path: PathBuf,
}

/// Why a ledger cannot be used. Nothing in it is lost.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// The file cannot be made or opened.
    #[error("cannot open the ledger `{}`", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A later version has written it.
    #[error("the ledger was written by a newer meetmint")]
    Newer,
    /// Another program's file.
    #[error("the file is no ledger of meetmint")]
    NotALedger,
    /// The ledger of another meeting.
    #[error("the ledger is that of another meeting, whose id is `{0}`")]
    OtherMeeting(String),
    /// SQLite cannot read it.
    #[error("the ledger is damaged")]
    Damaged,
    /// No room for what has to be remembered.
    #[error("the disk of the ledger is full")]
    Full,
    /// It may only be read.
    #[error("the ledger may only be read")]
    ReadOnly,
    /// Several machines could not share its memory there.
    #[error("the ledger lies on a network drive ({0}), where it cannot be kept safely")]
    NetworkDrive(String),
    /// Something in it makes no sense.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// Anything else that SQLite says.
    #[error("the ledger does not answer")]
    Other(#[source] rusqlite::Error),
}

impl LedgerError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            LedgerError::Open { .. } => "`file` under [ledger] names another place",
            LedgerError::Newer => "use the newer meetmint, or another ledger",
            LedgerError::NotALedger | LedgerError::Damaged | LedgerError::Unreadable(_) => {
                "put back a copy of it; if there is none, take it away and say `--first`: everybody is then invited again"
            }
            LedgerError::OtherMeeting(_) => {
                "write the id of the ledger's meeting, or name another `file` under [ledger]"
            }
            LedgerError::Full => "make room, and run it again: it goes on where it stopped",
            LedgerError::ReadOnly => {
                "give yourself the right to write it, or name another `file` under [ledger]"
            }
            LedgerError::NetworkDrive(_) => "name a `file` on a local disk under [ledger]",
            LedgerError::Other(_) => "run it again; nothing in the ledger is lost",
        }
    }
}

impl From<rusqlite::Error> for LedgerError {
    fn from(error: rusqlite::Error) -> LedgerError {
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => LedgerError::NotALedger,
            Some(ErrorCode::DatabaseCorrupt) => LedgerError::Damaged,
            Some(ErrorCode::DiskFull) => LedgerError::Full,
            Some(ErrorCode::ReadOnly) => LedgerError::ReadOnly,
            _ => LedgerError::Other(error),
        }
    }
}

impl Ledger {
    /// Opens a ledger for looking. One that is not there yet is empty, and stays away.
    ///
    /// # Errors
    /// [`LedgerError`]; [`LedgerError::OtherMeeting`] if `meeting` is not the ledger's.
    pub fn look(path: &Path, meeting: &MeetingId) -> Result<Ledger, LedgerError> {
        if !path.exists() {
            return Ledger::empty(meeting);
        }
        let open = |flags| connect(path, flags);
        // Looking at a ledger that was just written wants to join in its memory, which a read-only folder forbids.
        let db = open(OpenFlags::SQLITE_OPEN_READ_WRITE)
            .or_else(|_| open(OpenFlags::SQLITE_OPEN_READ_ONLY))?;
        if schema::version(&db)? == 0 {
            // A run was killed before it had written anything.
            return Ledger::empty(meeting);
        }
        let ledger = Ledger { db, path: path.to_owned() };
        match ledger.meeting()? {
            Some(id) if id != meeting.as_str() => Err(LedgerError::OtherMeeting(id)),
            _ => Ok(ledger),
        }
    }

    /// A ledger that knows nobody and lies nowhere.
    fn empty(meeting: &MeetingId) -> Result<Ledger, LedgerError> {
        let mut ledger = Ledger { db: Connection::open_in_memory()?, path: PathBuf::new() };
        schema::migrate(&mut ledger.db)?;
        ledger.settle_meeting(meeting)?;
        Ok(ledger)
    }

    /// Opens a ledger for changing it, and makes it (mode 0600) if it is not there. `_hold` shows that nobody
    /// else changes it.
    ///
    /// # Errors
    /// [`LedgerError`]; [`LedgerError::OtherMeeting`] if `meeting` is not the ledger's.
    pub fn open(
        path: &Path,
        meeting: &MeetingId,
        _hold: &LedgerLock,
    ) -> Result<Ledger, LedgerError> {
        if let Some(kind) = lock::network_drive(path) {
            return Err(LedgerError::NetworkDrive(kind));
        }
        let failed = |source| LedgerError::Open { path: path.to_owned(), source };
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(path).map_err(failed)?;
        let mut db = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        schema::version(&db)?;
        db.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
        db.pragma_update(None, "synchronous", "FULL")?;
        schema::migrate(&mut db)?;
        let ledger = Ledger { db, path: path.to_owned() };
        ledger.settle_meeting(meeting)?;
        Ok(ledger)
    }

    /// The same ledger once more, to read in it while it is written.
    ///
    /// # Errors
    /// [`LedgerError`] if the ledger does not answer.
    pub(crate) fn reader(&self) -> Result<Ledger, LedgerError> {
        let db = connect(&self.path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        Ok(Ledger { db, path: self.path.clone() })
    }

    /// Lets go of the file. The ledger knows nobody from now on.
    pub fn close(&mut self) {
        if let Ok(nowhere) = Connection::open_in_memory() {
            self.db = nowhere;
        }
    }

    /// Answers several questions at once, from the same state of the ledger.
    pub(crate) fn reading<T>(&self, ask: impl FnOnce(&Ledger) -> T) -> T {
        // Without the transaction each question is one by itself: slower, and not wrong.
        let together = self.db.unchecked_transaction();
        let answer = ask(self);
        drop(together);
        answer
    }

    /// The id of the meeting that the ledger at `path` belongs to, if there is one.
    pub fn meeting_at(path: &Path) -> Option<String> {
        fs::metadata(path).ok()?;
        let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).ok()?;
        Ledger { db, path: path.to_owned() }.meeting().ok().flatten()
    }

    fn meeting(&self) -> Result<Option<String>, LedgerError> {
        Ok(self.db.query_row("SELECT id FROM meeting", [], |row| row.get(0)).optional()?)
    }

    fn settle_meeting(&self, meeting: &MeetingId) -> Result<(), LedgerError> {
        match self.meeting()? {
            None => {
                self.db.execute("INSERT INTO meeting (id) VALUES (?1)", [meeting.as_str()])?;
                Ok(())
            }
            Some(id) if id == meeting.as_str() => Ok(()),
            Some(id) => Err(LedgerError::OtherMeeting(id)),
        }
    }

    /// Whether the meeting was called off for everybody.
    ///
    /// # Errors
    /// [`LedgerError`] if the ledger does not answer.
    pub fn is_called_off(&self) -> Result<bool, LedgerError> {
        Ok(self.db.query_row("SELECT called_off FROM meeting", [], |row| row.get(0))?)
    }

    /// Calls the meeting off for everybody, or on again; `people` for these alone.
    ///
    /// # Errors
    /// [`LedgerError`] if the ledger does not answer.
    pub fn call_off(&mut self, people: Option<&[String]>, off: bool) -> Result<(), LedgerError> {
        let transaction = self.db.transaction()?;
        match people {
            None => {
                transaction.execute("UPDATE meeting SET called_off = ?1", [off])?;
                transaction.execute("UPDATE entry SET called_off = ?1", [off])?;
            }
            Some(people) => {
                let mut update =
                    transaction.prepare("UPDATE entry SET called_off = ?1 WHERE person = ?2")?;
                for person in people {
                    update.execute(params![off, person])?;
                }
            }
        }
        transaction.commit()?;
        Ok(())
    }

    /// Whether a mail server has accepted anything from this ledger.
    ///
    /// # Errors
    /// [`LedgerError`] if the ledger does not answer.
    pub fn has_accepted(&self) -> Result<bool, LedgerError> {
        let sql =
            "SELECT EXISTS (SELECT 1 FROM message WHERE medium = 'smtp' AND state = 'accepted')";
        Ok(self.db.query_row(sql, [], |row| row.get(0))?)
    }

    /// All entries, with what each person has been told through `medium`. `is_there` says of the name of a folder
    /// message whether the file is still there: one that was taken away is due again.
    ///
    /// # Errors
    /// [`LedgerError`] if the ledger does not answer.
    pub fn known(
        &self,
        medium: Medium,
        is_there: &dyn Fn(&str) -> bool,
    ) -> Result<Vec<LedgerEntry>, LedgerError> {
        let sql = "SELECT id, uid, person, room, start, end, wanted, called_off, fingerprint, sheet FROM entry ORDER BY id";
        let mut entries = self.db.prepare(sql)?;
        let mut rows = entries.query([])?;
        let mut known: Vec<LedgerEntry> = Vec::new();
        while let Some(row) = rows.next()? {
            let sheet = row.get_ref(9)?.as_str().map_err(rusqlite::Error::from)?;
            // Most people are in one room: its name is kept once.
            let room = row.get_ref(3)?.as_str().map_err(rusqlite::Error::from)?;
            let room = match known.last() {
                Some(last) if *last.room == *room => Arc::clone(&last.room),
                _ => room.into(),
            };
            let person = row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?.into();
            known.push(LedgerEntry {
                id: row.get(0)?,
                uid: Uid::from_octets(row.get(1)?),
                person,
                room,
                start: row.get(4)?,
                end: row.get(5)?,
                wanted: row.get(6)?,
                called_off: row.get(7)?,
                fingerprint: row.get(8)?,
                sheet: crate::reconcile::snapshot_hash(sheet),
                standing: crate::reconcile::History::default(),
            });
        }
        self.stand(&mut known, medium, is_there)?;
        Ok(known)
    }

    /// Adds to entries, which are in the order of their ids, what became of their messages.
    fn stand(
        &self,
        known: &mut [LedgerEntry],
        medium: Medium,
        is_there: &dyn Fn(&str) -> bool,
    ) -> Result<(), LedgerError> {
        let sql = "SELECT entry, id, kind, state, fingerprint, address, sequence, copy FROM message WHERE medium = ?1 ORDER BY entry, id";
        let mut messages = self.db.prepare(sql)?;
        let mut rows = messages.query([medium.name()])?;
        let mut at = 0;
        while let Some(row) = rows.next()? {
            let entry: i64 = row.get(0)?;
            while at < known.len() && known[at].id < entry {
                at += 1;
            }
            let Some(known) = known.get_mut(at).filter(|known| known.id == entry) else { continue };
            let (kind, mut state) =
                named(row.get_ref(2)?.as_str(), row.get_ref(3)?.as_str(), &known.person)?;
            if state == MessageState::Written {
                let address =
                    row.get_ref(5)?.as_str().ok().and_then(|address| Email::parse(address).ok());
                let name = address.map(|email| {
                    file_name(
                        &email,
                        known.uid,
                        row.get(6).unwrap_or(0),
                        kind,
                        row.get(7).unwrap_or(0),
                    )
                });
                if name.is_some_and(|name| !is_there(&name)) {
                    state = MessageState::Due;
                }
            }
            known.standing.add(row.get(1)?, kind, state, row.get(4)?);
        }
        Ok(())
    }

    /// A place beside the ledger for the sheets of a roster, gone when the ledger is closed.
    pub(crate) fn begin_temporary_rows(&self) -> Result<(), LedgerError> {
        self.db.execute_batch(
            "PRAGMA temp_store = FILE;
             CREATE TEMP TABLE IF NOT EXISTS spilled (row INTEGER PRIMARY KEY, sheet TEXT NOT NULL);
             DELETE FROM spilled; BEGIN",
        )?;
        Ok(())
    }

    pub(crate) fn add_temporary_row(&self, row: usize, sheet: &str) -> Result<(), LedgerError> {
        let mut insert =
            self.db.prepare_cached("INSERT INTO spilled (row, sheet) VALUES (?1, ?2)")?;
        insert.execute(params![i64::try_from(row).unwrap_or(i64::MAX), sheet])?;
        Ok(())
    }

    pub(crate) fn finish_temporary_rows(&self) -> Result<(), LedgerError> {
        self.db.execute_batch("COMMIT")?;
        Ok(())
    }

    pub(crate) fn temporary_row(&self, row: usize) -> Result<Option<Snapshot>, LedgerError> {
        let mut select = self.db.prepare_cached("SELECT sheet FROM spilled WHERE row = ?1")?;
        let text: Option<String> = select
            .query_row([i64::try_from(row).unwrap_or(i64::MAX)], |row| row.get(0))
            .optional()?;
        Ok(text.map(|text| Snapshot::read(&text)).transpose()?)
    }

    /// The sheet of an entry as it is to be told, or as a message has told it.
    pub(crate) fn sheet_of_entry(&self, entry: i64) -> Result<Snapshot, LedgerError> {
        let mut select = self.db.prepare_cached("SELECT sheet FROM entry WHERE id = ?1")?;
        let text: String = select.query_row([entry], |row| row.get(0))?;
        Ok(Snapshot::read(&text)?)
    }

    pub(crate) fn sheet_of_message(&self, message: i64) -> Result<Snapshot, LedgerError> {
        let mut select = self.db.prepare_cached("SELECT sheet FROM message WHERE id = ?1")?;
        let text: String = select.query_row([message], |row| row.get(0))?;
        Ok(Snapshot::read(&text)?)
    }

    /// Writes down what a roster wants, all of it or nothing. Gives the entry of each row.
    ///
    /// # Errors
    /// [`LedgerError`] if the ledger does not answer; it is then as it was.
    pub(crate) fn apply(
        &mut self,
        staged: &Reconciliation,
        id: &MeetingId,
    ) -> Result<Vec<i64>, LedgerError> {
        let off = self.is_called_off()?;
        let transaction =
            self.db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let mut entries = Vec::with_capacity(staged.rows().len());
        // An index would cost more: it is asked only here, and all of it is in memory already.
        let mut taken: HashSet<Uid> = staged.known().iter().map(|known| known.uid).collect();
        {
            let mut insert = transaction.prepare(
                "INSERT INTO entry (uid, person, room, start, end, wanted, called_off, moderator, fingerprint, sheet)
                 SELECT ?1, ?2, ?3, ?4, ?5, 1, ?6, ?7, ?8, sheet FROM spilled WHERE row = ?9",
            )?;
            let mut update = transaction.prepare(
                "UPDATE entry SET room = ?2, start = ?3, end = ?4, wanted = 1, moderator = ?5, fingerprint = ?6,
                 sheet = coalesce((SELECT sheet FROM spilled WHERE row = ?7), sheet) WHERE id = ?1",
            )?;
            let mut remove = transaction.prepare("UPDATE entry SET wanted = 0 WHERE id = ?1")?;
            for (at, (row, known)) in staged.pairs().enumerate() {
                let number = i64::try_from(at).unwrap_or(i64::MAX);
                let Row { person, room, start, end, fingerprint, moderator, .. } = row;
                let Some(known) = known else {
                    let uid = free_uid(id, row, &mut taken);
                    insert.execute(params![
                        uid.octets(),
                        person,
                        room,
                        start,
                        end,
                        off,
                        moderator,
                        fingerprint,
                        number
                    ])?;
                    entries.push(transaction.last_insert_rowid());
                    continue;
                };
                entries.push(known.id);
                if !known.is_as(row) {
                    update.execute(params![
                        known.id,
                        room,
                        start,
                        end,
                        moderator,
                        fingerprint,
                        number
                    ])?;
                }
            }
            for known in staged.removed() {
                remove.execute([known.id])?;
            }
        }
        transaction.commit()?;
        Ok(entries)
    }
}

/// A connection to a file. Statements keep the plan that they were prepared with: else SQLite prepares those that
/// ask for a message's medium anew each time, in case its name helps.
fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, rusqlite::Error> {
    let db = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    db.busy_timeout(PATIENCE)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(db)
}

/// The first identity for a person, room and start that no other entry has; it is taken then.
fn free_uid(id: &MeetingId, row: &Row, taken: &mut HashSet<Uid>) -> Uid {
    let start = Timestamp::from_second(row.start).unwrap_or_default();
    let mut uid = id.uid(&row.person, &row.room, start);
    let mut beside = 0;
    while !taken.insert(uid) {
        beside += 1;
        uid = id.alternative_uid(&row.person, &row.room, start, beside);
    }
    uid
}

/// The kind and state of a message, from their names in the ledger.
fn named<E>(
    kind: Result<&str, E>,
    state: Result<&str, E>,
    person: &str,
) -> Result<(MessageKind, MessageState), LedgerError> {
    let kind = kind.ok().and_then(MessageKind::named);
    let state = state.ok().and_then(MessageState::named);
    kind.zip(state).ok_or_else(|| LedgerError::Unreadable(Unreadable(person.to_owned())))
}

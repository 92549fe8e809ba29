//! The record of what each attendee was sent and what became of it. It holds no token and no secret.
//!
//! [`Ledger`] is the interface; every engine has these operations:
//!
//! | operation | what it is for |
//! | --- | --- |
//! | `entries_after` | the next entries, with what was delivered: reconciliation and plan start from them |
//! | temporary rows, `apply` | write what the roster wants, all of it or nothing |
//! | `outlines` | everything that the next messages of some entries depend on |
//! | `commit` | results of earlier messages and intents of the next ones, in one durable step |
//! | [`Ledger::recover`], [`Ledger::settle_sent`] | messages whose outcome was unknown |
//! | [`Ledger::has_noted`], [`Ledger::note_server`] | the Jitsi servers that were tried |
//! | [`Ledger::status`], [`Ledger::deferred`], [`Ledger::doubts`] … | reports |
//! | [`Ledger::begin_round`] … | reminders and new copies |
//! | [`Ledger::export`], [`Ledger::examine`] | everything in it, and whether it is sound |
//! | [`Ledger::choose`], [`Ledger::erase_chosen`], [`Ledger::why_left_out`] … | erase people, and recognize them |
//!
//! UIDs, SEQUENCE and copy numbers are decided by the database, in `apply` and `commit`. Only the engine knows the ledger's
//! SQL, tables, files and locks. The only engine is SQLite (`sqlite.rs`): one process at a time changes the ledger, and its
//! lock is its claim to everything that is due. Anybody may read meanwhile. An engine that several processes share
//! needs one more operation, to claim the next few messages.

mod entry;
mod erasure;
mod error;
mod examine;
mod export;
mod if_lost;
mod message;
mod round;
mod servers;
mod sqlite;
mod state;
mod status;
#[cfg(test)]
pub(crate) mod testing;

use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};

use meetmint_core::MeetingId;

pub(crate) use entry::{EntryChange, History, LastDelivered, LastMessage};
pub use entry::{LedgerEntry, WantedRow};
pub(crate) use erasure::Recognizer;
pub use erasure::{ChosenEntries, Erasable, ErasedCounts, WhyLeftOut};
pub use error::LedgerError;
pub use examine::{Examination, LedgerFinding};
pub use export::{EntryRecord, ExportRecord, SentRecord};
pub use if_lost::IfLost;
pub use message::{Deferred, Doubt};
pub(crate) use message::{
    EarlierMessage, EntryOutline, Intent, InterruptedMessage, MessageRecord, MessageResult,
    Outcome, SnapshotId,
};
pub use round::{NewRound, Round, RoundKind};
pub use servers::ServerNote;
use sqlite::{LedgerLock, Origin, Sqlite};
pub use state::{Medium, MessageState};
pub use status::{MessageStatus, PersonStatus};

use crate::chunks::{CHUNK, in_chunks};
use crate::outbox::FolderFiles;
use crate::snapshot::Snapshot;

/// The ledger of one meeting.
#[derive(Debug)]
pub struct Ledger {
    // No trait as long as there is only one engine.
    engine: Sqlite,
}

/// A ledger that this process alone may change, until it is dropped.
#[derive(Debug)]
pub struct LockedLedger {
    // Fields are dropped in this order: the database is closed before others may open it.
    ledger: Ledger,
    /// Where it came from, as long as nothing worth keeping was written.
    unused: Option<Origin>,
    _lock: LedgerLock,
}

impl LockedLedger {
    /// Keeps the ledger from now on, even if it is new. Call it before the first change that has to last.
    pub fn keep(&mut self) -> &mut Ledger {
        self.unused = None;
        &mut self.ledger
    }
}

impl Deref for LockedLedger {
    type Target = Ledger;

    fn deref(&self) -> &Ledger {
        &self.ledger
    }
}

impl DerefMut for LockedLedger {
    fn deref_mut(&mut self) -> &mut Ledger {
        // Without `keep`, for what leaves a new ledger empty: temporary rows, and the recovery of interrupted messages.
        &mut self.ledger
    }
}

impl Drop for LockedLedger {
    /// Removes a ledger that was created for nothing, before the lock is released.
    fn drop(&mut self) {
        // A run that is declined at its question leaves no file that was not there before.
        if let Some(origin) = self.unused {
            self.ledger.engine.remove(origin);
        }
    }
}

/// Opening.
impl Ledger {
    /// The file of a ledger and those that may be beside it, by the ledger's real path. They need not exist.
    pub fn files(path: &Path) -> impl Iterator<Item = PathBuf> {
        sqlite::files_of(path)
    }

    /// Opens a ledger for reading. If there is none, it is empty, and none is created.
    ///
    /// # Errors
    /// [`LedgerError::OtherMeeting`] if it belongs to another meeting. [`LedgerError::Lost`] if it was lost.
    pub fn look(path: &Path, meeting: &MeetingId) -> Result<Ledger, LedgerError> {
        Ledger::look_with(path, meeting, IfLost::Refuse)
    }

    /// As [`look`](Ledger::look); with [`IfLost::StartAnew`], a ledger that was lost is empty.
    ///
    /// # Errors
    /// As [`look`](Ledger::look).
    pub fn look_with(
        path: &Path,
        meeting: &MeetingId,
        if_lost: IfLost,
    ) -> Result<Ledger, LedgerError> {
        Ok(Ledger { engine: Sqlite::look(path, meeting, if_lost)? })
    }

    /// Opens a ledger for changing it, and creates it if there is none. Others see a new one only when it is complete.
    /// It is removed again when it is dropped before [`LockedLedger::keep`]. `holder` is what other processes are shown: who has the ledger, and since when.
    ///
    /// # Errors
    /// [`LedgerError::Locked`] while another process has it, with that one's `holder`: the caller may try again.
    /// [`LedgerError::OtherMeeting`] if it belongs to another meeting. [`LedgerError::NetworkDrive`] where locks do not
    /// work. [`LedgerError::Lost`] if it was lost.
    pub fn open_locked(
        path: &Path,
        meeting: &MeetingId,
        holder: &str,
    ) -> Result<LockedLedger, LedgerError> {
        Ledger::open_locked_with(path, meeting, holder, IfLost::Refuse)
    }

    /// As [`open_locked`](Ledger::open_locked); with [`IfLost::StartAnew`], a new ledger replaces one that was lost. If
    /// the new one is removed again, an empty file is left, so that the loss is not forgotten.
    ///
    /// # Errors
    /// As [`open_locked`](Ledger::open_locked).
    pub fn open_locked_with(
        path: &Path,
        meeting: &MeetingId,
        holder: &str,
        if_lost: IfLost,
    ) -> Result<LockedLedger, LedgerError> {
        let (engine, origin, lock) = Sqlite::open_locked(path, meeting, holder, if_lost)?;
        let unused = Some(origin).filter(|origin| *origin != Origin::Existing);
        Ok(LockedLedger { ledger: Ledger { engine }, unused, _lock: lock })
    }

    /// Whether another process is working on the ledger at this moment: it has the lock that
    /// [`open_locked`](Ledger::open_locked) takes. Also true if that cannot be found out. False for a ledger that this
    /// process has locked itself, and for one that does not exist.
    ///
    /// Without such a process, nobody is sending what is [`MessageState::Sending`]. Ask after reading: a process that
    /// has begun since then does not concern what was read.
    pub fn is_in_use(&self) -> bool {
        self.engine.is_in_use()
    }

    /// The id of the meeting that the ledger belongs to, if there is one that can be read.
    pub fn meeting_at(path: &Path) -> Option<String> {
        Sqlite::meeting_at(path)
    }

    /// Opens the same ledger once more, to read in it while another thread writes.
    pub(crate) fn reader(&self) -> Result<Ledger, LedgerError> {
        Ok(Ledger { engine: self.engine.reader()? })
    }
}

/// What the roster wants.
impl Ledger {
    /// The next entries after an id, in the order of ids, with what was sent to each person through `medium`. `files` tell
    /// what became of a folder message whose process was killed, and which files are missing.
    pub(crate) fn entries_after(
        &self,
        after: i64,
        limit: usize,
        medium: Medium,
        files: &FolderFiles,
    ) -> Result<Vec<LedgerEntry>, LedgerError> {
        self.engine.entries_after(after, limit, medium, files)
    }

    /// The addresses of all organizers that entries have, as they are written.
    pub(crate) fn organizers(&self) -> Result<Vec<String>, LedgerError> {
        self.engine.organizers()
    }

    /// Prepares for temporary rows. They keep the snapshots of rows that are new or changed, on disk and outside the
    /// ledger, until the ledger is closed or this is called again.
    pub(crate) fn begin_temporary_rows(&mut self) -> Result<(), LedgerError> {
        self.engine.begin_temporary_rows()
    }

    /// Adds the snapshot of a row, which is known by its index in the roster.
    pub(crate) fn add_temporary_row(&mut self, row: usize, text: &str) -> Result<(), LedgerError> {
        self.engine.add_temporary_row(row, text)
    }

    /// Finishes adding: from now on temporary rows can be read and applied.
    pub(crate) fn finish_temporary_rows(&mut self) -> Result<(), LedgerError> {
        self.engine.finish_temporary_rows()
    }

    /// The snapshot of a row, if the row is new or changed.
    pub(crate) fn temporary_row(&self, row: usize) -> Result<Option<Snapshot>, LedgerError> {
        self.engine.temporary_row(row)
    }

    /// The snapshot of an entry, as the roster wanted it when it was last applied.
    pub(crate) fn snapshot_of_entry(&self, entry: i64) -> Result<Snapshot, LedgerError> {
        self.engine.snapshot_of_entry(entry)
    }

    /// The meeting's title in a message that is in doubt.
    ///
    /// # Errors
    /// [`LedgerError`] if the ledger cannot be read.
    pub fn title_of(&self, doubt: &Doubt) -> Result<String, LedgerError> {
        Ok(self.snapshot_of_message(doubt.message.id)?.facts().title().to_owned())
    }

    /// The snapshot that a message was made from.
    pub(crate) fn snapshot_of_message(&self, message: i64) -> Result<Snapshot, LedgerError> {
        self.engine.snapshot_of_message(message)
    }

    /// Makes all changes or none. `inserted` is told the number and the id of each new entry, which gets the first UID of
    /// its person, room and start that no other entry has. Nothing is changed if it fails.
    pub(crate) fn apply<'c>(
        &mut self,
        meeting: &MeetingId,
        changes: impl Iterator<Item = Result<EntryChange<'c>, LedgerError>>,
        inserted: impl FnMut(usize, i64) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        self.engine.apply(meeting, changes, inserted)
    }

    /// Whether the meeting is called off for everyone.
    pub fn is_called_off(&self) -> Result<bool, LedgerError> {
        self.engine.is_called_off()
    }

    /// The addresses of people for whom the meeting is called off by a mark of their own.
    pub fn people_called_off(&self) -> Result<Vec<String>, LedgerError> {
        self.engine.people_called_off()
    }

    /// Whether everybody with this address, in lower case, has a mark of their own; false if nobody has it.
    pub fn is_called_off_for(&self, address: &str) -> Result<bool, LedgerError> {
        self.engine.is_called_off_for(address)
    }

    /// Marks the meeting as called off, or clears the mark: of everybody with one of these addresses, or the meeting's.
    /// One does not change the other. Nothing is changed if it fails.
    pub fn call_off(&mut self, people: Option<&[String]>, off: bool) -> Result<(), LedgerError> {
        self.engine.call_off(people, off)
    }

    /// Whether anybody with this address, in lower case, has an entry.
    pub fn knows(&self, address: &str) -> Result<bool, LedgerError> {
        self.engine.knows(address)
    }
}

/// Messages.
impl Ledger {
    /// Everything that the next messages of entries depend on, in the order of the entries.
    pub(crate) fn outlines(&self, entries: &[i64]) -> Result<Vec<EntryOutline>, LedgerError> {
        #[cfg(test)]
        testing::notice(testing::Operation::LookUp);
        self.engine.outlines(entries)
    }

    /// Records the results of earlier messages and the intents of the next ones, all or nothing, and returns the ids
    /// of the latter. They are on the disk before it returns, so that after a crash only a message with an intent
    /// may have left. `now` is in seconds since 1970 UTC.
    ///
    /// # Errors
    /// [`LedgerError::Conflict`] if an entry has moved on since its message was prepared. After any error nothing is
    /// recorded, and none of the messages may be handed over.
    pub(crate) fn commit(
        &mut self,
        results: &[MessageResult],
        intents: &[Intent],
        now: i64,
    ) -> Result<Vec<i64>, LedgerError> {
        #[cfg(test)]
        testing::notice(testing::Operation::Commit);
        let committed = self.engine.commit(results, intents, now);
        #[cfg(test)]
        testing::notice(testing::Operation::Committed);
        committed
    }

    /// Messages of a medium that the previous process left with an intent and no outcome.
    pub(crate) fn interrupted(
        &self,
        medium: Medium,
    ) -> Result<Vec<InterruptedMessage>, LedgerError> {
        self.engine.interrupted(medium)
    }

    /// Marks mail that the previous process left without an outcome as in doubt, and returns how many messages these
    /// are. The lock shows that no other process is still sending them. `now` is in seconds since 1970 UTC.
    pub fn recover(&mut self, now: i64) -> Result<usize, LedgerError> {
        self.engine.recover(now)
    }

    /// Resolves messages in doubt as sent. `now` is in seconds since 1970 UTC.
    pub fn settle_sent(&mut self, doubts: &[Doubt], now: i64) -> Result<(), LedgerError> {
        let messages: Vec<i64> = doubts.iter().map(|doubt| doubt.message.id).collect();
        self.engine.settle_sent(&messages, now)
    }

    /// When mail was handed over after a moment, in ascending order: it counts towards the quota. All times are in
    /// seconds since 1970 UTC.
    pub fn sent_since(&self, since: i64) -> Result<Vec<i64>, LedgerError> {
        self.engine.sent_since(since)
    }
}

/// Reports.
impl Ledger {
    /// Every person, with the messages through a medium, in the order in which they came into the ledger. A few are read
    /// at once, each as it is then. An item is [`LedgerError::Unreadable`] if the record of a person or message is
    /// damaged.
    pub fn status<'l>(
        &'l self,
        medium: Medium,
        files: &'l FolderFiles,
    ) -> impl Iterator<Item = Result<PersonStatus, LedgerError>> + use<'l> {
        in_chunks(move |after| self.engine.status_after(after, CHUNK, medium, files))
    }

    /// The identifier of the key that signed the newest entry's links, if there is an entry.
    ///
    /// # Errors
    /// [`LedgerError::Unreadable`] if the record of that person is damaged.
    pub fn last_key(&self) -> Result<Option<String>, LedgerError> {
        self.engine.last_key()
    }

    /// Messages that a mail server deferred and that are still wanted, the next one first. Those whose meeting is over
    /// at `now` (seconds since 1970 UTC) are left out: nothing is tried after the end.
    ///
    /// # Errors
    /// [`LedgerError::Unreadable`] if a message has a kind that this version does not know.
    pub fn deferred(&self, medium: Medium, now: i64) -> Result<Vec<Deferred>, LedgerError> {
        self.engine.deferred(medium, now)
    }

    /// Messages of which it is unknown whether they arrived, in the order in which they were recorded.
    ///
    /// # Errors
    /// [`LedgerError::Unreadable`] if one of them is damaged.
    pub fn doubts(&self, medium: Medium) -> Result<Vec<Doubt>, LedgerError> {
        self.engine.doubts(medium)
    }

    /// How many entries have a message in the folder outbox.
    pub fn written(&self) -> Result<usize, LedgerError> {
        self.engine.written()
    }

    /// Whether a mail server has ever accepted a message of this ledger.
    pub fn has_accepted(&self) -> Result<bool, LedgerError> {
        self.engine.has_accepted()
    }
}

//! Writing what the roster wants.

use std::collections::HashSet;

use jiff::Timestamp;
use meetmint_core::{MeetingId, Uid};
use rusqlite::{OptionalExtension as _, Statement, Transaction, TransactionBehavior, ffi, params};

use super::Sqlite;
use super::row::integer;
use super::snapshot_writer::SnapshotWriter;
use crate::ledger::entry::{EntryChange, WantedRow};
use crate::ledger::erasure::WhyLeftOut;
use crate::ledger::error::LedgerError;
use crate::snapshot::Unreadable;

impl Sqlite {
    pub(in crate::ledger) fn apply<'c>(
        &mut self,
        meeting: &MeetingId,
        changes: impl Iterator<Item = Result<EntryChange<'c>, LedgerError>>,
        inserted: impl FnMut(usize, i64) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        // Immediate: the write lock is waited for here. A transaction that begins by reading and finds, when it comes
        // to write, that another connection has written is not made to wait: it fails.
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        write(&transaction, meeting, changes, inserted)?;
        Ok(transaction.commit()?)
    }
}

fn write<'c>(
    transaction: &Transaction<'_>,
    meeting: &MeetingId,
    changes: impl Iterator<Item = Result<EntryChange<'c>, LedgerError>>,
    mut inserted: impl FnMut(usize, i64) -> Result<(), LedgerError>,
) -> Result<(), LedgerError> {
    let mut insert = transaction.prepare(
        "INSERT INTO entry (uid, person, room, start, end, wanted, called_off, moderator, fingerprint, organizer, digest,
                            snapshot, sequence, stamp)
         VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?;
    let mut erased = ErasedUids::new(transaction)?;
    // A mark is a person's, and also holds for their further entries. Read once: there is no index of people.
    let called_off = called_off(transaction)?;
    let mut text = transaction.prepare("SELECT text FROM wanted WHERE row = ?1")?;
    let mut snapshots = SnapshotWriter::new(transaction)?;
    // The snapshot of a row that has one in the temporary rows, because it is new or changed.
    let mut snapshot = |number: usize| -> Result<Option<i64>, rusqlite::Error> {
        let mut rows = text.query([integer(number)])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        snapshots.add(row.get_ref(0)?.as_str()?).map(Some)
    };
    let mut update = transaction.prepare(
        "UPDATE entry SET room = ?2, start = ?3, end = ?4, wanted = 1, moderator = ?5, fingerprint = ?6,
         digest = ?7, snapshot = coalesce(?8, snapshot), person = ?9 WHERE id = ?1",
    )?;
    // The entry stays: somebody who is put back keeps the UID, and SEQUENCE goes on.
    let mut remove = transaction.prepare("UPDATE entry SET wanted = 0 WHERE id = ?1")?;
    for change in changes {
        match change? {
            EntryChange::Insert { number, row, organizer } => {
                let called_off = called_off.contains(row.person.as_ref());
                let person = || Unreadable(row.person.to_string());
                let snapshot = snapshot(number)?.ok_or_else(person)?;
                let new = NewEntry { snapshot, row: &row, organizer, called_off };
                insert_entry(&mut insert, &mut erased, meeting, &new)?;
                inserted(number, transaction.last_insert_rowid())?;
            }
            EntryChange::Update { entry, number, row } => {
                let WantedRow { person, room, start, end, moderator, fingerprint, .. } = row;
                update.execute(params![
                    entry,
                    room,
                    start,
                    end,
                    moderator,
                    fingerprint,
                    row.snapshot.cast_signed(),
                    snapshot(number)?,
                    person
                ])?;
            }
            EntryChange::Remove { entry } => {
                remove.execute([entry])?;
            }
        }
    }
    Ok(())
}

/// The people for whom the meeting is called off.
fn called_off(transaction: &Transaction<'_>) -> Result<HashSet<String>, LedgerError> {
    let mut select = transaction.prepare("SELECT person FROM entry WHERE called_off")?;
    let people = select.query_map([], |row| row.get(0))?;
    Ok(people.collect::<Result<_, _>>()?)
}

/// SEQUENCE and DTSTAMP of an entry whose UID was never used.
const NO_NUMBERS: (i64, i64) = (-1, 0);

/// An entry that is to be inserted.
struct NewEntry<'a> {
    snapshot: i64,
    row: &'a WantedRow,
    organizer: &'a str,
    called_off: bool,
}

/// The UIDs of entries that were erased.
struct ErasedUids<'t> {
    /// By UID, and by place. None if nothing was erased, as in most ledgers.
    selects: Option<[Statement<'t>; 2]>,
}

impl<'t> ErasedUids<'t> {
    fn new(transaction: &'t Transaction<'_>) -> Result<ErasedUids<'t>, LedgerError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM erased)";
        let has_erased: bool = transaction.query_row(sql, [], |row| row.get(0))?;
        let by_uid = "SELECT reason, sequence, stamp FROM erased WHERE uid = ?1";
        let by_place = "SELECT uid FROM erased WHERE place = ?1 AND reason = ?2 ORDER BY since DESC, id DESC LIMIT 1";
        let selects = if has_erased {
            Some([transaction.prepare(by_uid)?, transaction.prepare(by_place)?])
        } else {
            None
        };
        Ok(ErasedUids { selects })
    }

    /// The UID under which somebody who was forgotten had their last event at a place (person, room and start): if it had
    /// moved before, this is not the one that is made from the place.
    fn of_forgotten(&mut self, place: Uid) -> Result<Option<Uid>, LedgerError> {
        let Some([_, by_place]) = &mut self.selects else { return Ok(None) };
        let values = params![place.octets(), WhyLeftOut::Forgotten.name()];
        let uid = by_place.query_row(values, |row| row.get(0)).optional()?;
        Ok(uid.map(Uid::from_octets))
    }

    /// The last SEQUENCE and DTSTAMP under a UID: calendars may know them. `None` if it belongs to another event.
    fn numbers(&mut self, uid: Uid) -> Result<Option<(i64, i64)>, LedgerError> {
        let Some([by_uid, _]) = &mut self.selects else { return Ok(Some(NO_NUMBERS)) };
        let found = by_uid.query_row([uid.octets()], |row| {
            // Of somebody who was forgotten, and is in the roster on purpose: the same event goes on. One that was pruned was
            // long over, and what is over matches nobody who is invited anew.
            let is_pruned = row.get_ref(0)?.as_str()? == WhyLeftOut::Pruned.name();
            Ok((!is_pruned).then_some((row.get(1)?, row.get(2)?)))
        });
        Ok(found.optional()?.unwrap_or(Some(NO_NUMBERS)))
    }
}

/// Inserts an entry under the first UID that is free: another entry has it if it was for the same person, room and
/// start before it moved, or under another organizer.
fn insert_entry(
    insert: &mut Statement<'_>,
    erased: &mut ErasedUids<'_>,
    meeting: &MeetingId,
    new: &NewEntry<'_>,
) -> Result<(), LedgerError> {
    let NewEntry { snapshot, row, organizer, called_off } = *new;
    let WantedRow { person, room, start, end, moderator, fingerprint, .. } = row;
    let begins = Timestamp::from_second(*start).unwrap_or_default();
    let place = meeting.uid(person, room, begins);
    let candidates = (1..).map(|number| meeting.alternative_uid(person, room, begins, number));
    for uid in erased.of_forgotten(place)?.into_iter().chain([place]).chain(candidates) {
        let Some((sequence, stamp)) = erased.numbers(uid)? else { continue };
        let octets = uid.octets();
        let values = params![
            octets,
            person,
            room,
            start,
            end,
            called_off,
            moderator,
            fingerprint,
            organizer,
            row.snapshot.cast_signed(),
            snapshot,
            sequence,
            stamp
        ];
        match insert.execute(values) {
            Ok(_) => return Ok(()),
            // The index of UIDs refuses it. Only this statement fails: the transaction goes on.
            Err(rusqlite::Error::SqliteFailure(error, _))
                if error.extended_code == ffi::SQLITE_CONSTRAINT_UNIQUE => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(LedgerError::Damaged)
}

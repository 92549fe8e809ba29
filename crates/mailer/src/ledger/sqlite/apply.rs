//! Writing what the roster wants.

use std::collections::HashSet;

use jiff::Timestamp;
use meetmint_core::{MeetingId, Uid};
use rusqlite::{OptionalExtension as _, Statement, Transaction, TransactionBehavior, ffi, params};

use super::Sqlite;
use super::last_known::last_known_kind;
use super::row::integer;
use super::snapshot_writer::SnapshotWriter;
use crate::ledger::entry::{EntryChange, WantedRow};
use crate::ledger::erasure::{WhyLeftOut, organizer_key, place, place_under};
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

/// The UID of an entry, and the last SEQUENCE and DTSTAMP under it: calendars may know them.
#[derive(Clone, Copy)]
struct Numbers {
    uid: Uid,
    sequence: i64,
    stamp: i64,
}

impl Numbers {
    /// Those of a UID that was never used.
    fn new(uid: Uid) -> Numbers {
        Numbers { uid, sequence: -1, stamp: 0 }
    }
}

/// An entry that is to be inserted.
struct NewEntry<'a> {
    snapshot: i64,
    row: &'a WantedRow,
    organizer: &'a str,
    called_off: bool,
}

/// The UIDs of entries that were erased.
struct ErasedUids<'t> {
    /// The organizers of the entries that are still there.
    organizers: Vec<String>,
    /// The marks of the organizers of entries that were erased. Version 0.2.0 kept none.
    erased_organizers: Vec<[u8; 16]>,
    /// None if nothing was erased, as in most ledgers.
    selects: Option<(Statement<'t>, Statement<'t>)>,
}

/// The event of somebody who was forgotten, and is in the roster on purpose: it goes on if person, room, start and organizer
/// are those that it had last. The first version that could forget has kept them without the organizer. Of several, the one
/// that was not cancelled by mail.
fn same_event() -> String {
    let kind = last_known_kind("erased_message", "m.erased = erased.id AND m.medium = 'smtp'");
    format!(
        "SELECT uid, sequence, stamp FROM erased
         WHERE place IN (?1, ?2) AND reason = ?3 AND uid NOT IN (SELECT uid FROM entry)
         ORDER BY 'cancel' IS {kind}, id DESC LIMIT 1"
    )
}

impl<'t> ErasedUids<'t> {
    fn new(transaction: &'t Transaction<'_>) -> Result<ErasedUids<'t>, LedgerError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM erased)";
        let has_erased: bool = transaction.query_row(sql, [], |row| row.get(0))?;
        let sql = "SELECT 1 FROM erased WHERE uid = ?1";
        if !has_erased {
            return Ok(ErasedUids {
                organizers: Vec::new(),
                erased_organizers: Vec::new(),
                selects: None,
            });
        }
        let mut select = transaction.prepare("SELECT DISTINCT organizer FROM entry")?;
        let organizers = select.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let of_erased = "SELECT DISTINCT organizer FROM erased WHERE organizer IS NOT NULL";
        let mut select = transaction.prepare(of_erased)?;
        let erased_organizers =
            select.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let selects = Some((transaction.prepare(&same_event())?, transaction.prepare(sql)?));
        Ok(ErasedUids { organizers, erased_organizers, selects })
    }

    /// The event with which an entry goes on, if there is one.
    fn same_event(
        &mut self,
        meeting: &MeetingId,
        row: &WantedRow,
        organizer: &str,
    ) -> Result<Option<Numbers>, LedgerError> {
        let Some((select, _)) = &mut self.selects else { return Ok(None) };
        let WantedRow { person, room, start, .. } = row;
        let own = place_under(meeting, person, room, *start, organizer);
        // Of an event that was kept without its organizer, nobody knows whose it was if the organizer has changed. Under another
        // one, calendars refuse its UID; a new event may stand beside it, but is seen.
        let key = organizer_key(organizer);
        let has_changed = self.organizers.iter().any(|other| organizer_key(other) != key) || {
            let mark = meeting.address_mark(&key);
            self.erased_organizers.iter().any(|other| *other != mark)
        };
        let without = if has_changed { own } else { place(meeting, person, room, *start) };
        let places = [own, without];
        let values = params![places[0], places[1], WhyLeftOut::Forgotten.name()];
        let found = select.query_row(values, |row| {
            Ok(Numbers {
                uid: Uid::from_octets(row.get(0)?),
                sequence: row.get(1)?,
                stamp: row.get(2)?,
            })
        });
        Ok(found.optional()?)
    }

    /// Whether a UID belongs to an event that was erased.
    fn have(&mut self, uid: Uid) -> Result<bool, LedgerError> {
        let Some((_, select)) = &mut self.selects else { return Ok(false) };
        Ok(select.exists([uid.octets()])?)
    }
}

/// Inserts an entry: with the event that it had before its person was forgotten, or under the first UID that is free.
/// Another entry has it if it was for the same person, room and start before it moved, or under another organizer.
fn insert_entry(
    insert: &mut Statement<'_>,
    erased: &mut ErasedUids<'_>,
    meeting: &MeetingId,
    new: &NewEntry<'_>,
) -> Result<(), LedgerError> {
    let NewEntry { snapshot, row, organizer, called_off } = *new;
    let WantedRow { person, room, start, end, moderator, fingerprint, .. } = row;
    let begins = Timestamp::from_second(*start).unwrap_or_default();
    let same = erased.same_event(meeting, row, organizer)?;
    let is_same = same.is_some();
    let mut numbers = same.unwrap_or_else(|| Numbers::new(meeting.uid(person, room, begins)));
    let mut alternative = 0;
    loop {
        if !is_same && erased.have(numbers.uid)? {
            alternative += 1;
            numbers = Numbers::new(meeting.alternative_uid(person, room, begins, alternative));
            continue;
        }
        let Numbers { uid, sequence, stamp } = numbers;
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
                if error.extended_code == ffi::SQLITE_CONSTRAINT_UNIQUE =>
            {
                alternative += 1;
                numbers = Numbers::new(meeting.alternative_uid(person, room, begins, alternative));
            }
            Err(error) => return Err(error.into()),
        }
    }
}

//! Writing what the roster wants.

use std::collections::HashSet;

use jiff::Timestamp;
use meetmint_core::{MeetingId, Uid};
use rusqlite::{Statement, Transaction, TransactionBehavior, ffi, params};

use super::Sqlite;
use super::row::integer;
use crate::ledger::entry::{EntryChange, WantedRow};
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
        "INSERT INTO entry (uid, person, room, start, end, wanted, called_off, moderator, fingerprint, sheet, organizer)
         SELECT ?1, ?2, ?3, ?4, ?5, 1, ?6, ?7, ?8, sheet, ?9 FROM wanted WHERE row = ?10",
    )?;
    // A mark is a person's, and also holds for their further entries. Read once: there is no index of people.
    let called_off = called_off(transaction)?;
    let mut update = transaction.prepare(
        "UPDATE entry SET room = ?2, start = ?3, end = ?4, wanted = 1, moderator = ?5, fingerprint = ?6,
         sheet = coalesce((SELECT sheet FROM wanted WHERE row = ?7), sheet), person = ?8 WHERE id = ?1",
    )?;
    // The entry stays: somebody who is put back keeps the UID, and SEQUENCE goes on.
    let mut remove = transaction.prepare("UPDATE entry SET wanted = 0 WHERE id = ?1")?;
    for change in changes {
        match change? {
            EntryChange::Insert { number, row, organizer } => {
                let called_off = called_off.contains(row.person.as_ref());
                let new = NewEntry { number, row: &row, organizer, called_off };
                insert_entry(&mut insert, meeting, &new)?;
                inserted(number, transaction.last_insert_rowid())?;
            }
            EntryChange::Update { entry, number, row } => {
                let WantedRow { person, room, start, end, moderator, fingerprint, .. } = row;
                let number = integer(number);
                update.execute(params![
                    entry,
                    room,
                    start,
                    end,
                    moderator,
                    fingerprint,
                    number,
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

/// An entry that is to be inserted.
struct NewEntry<'a> {
    number: usize,
    row: &'a WantedRow,
    organizer: &'a str,
    called_off: bool,
}

/// Inserts an entry under the first UID that is free: another entry has it if it was for the same person, room and
/// start before it moved, or under another organizer.
fn insert_entry(
    insert: &mut Statement<'_>,
    meeting: &MeetingId,
    new: &NewEntry<'_>,
) -> Result<(), LedgerError> {
    let NewEntry { number, row, organizer, called_off } = *new;
    let WantedRow { person, room, start, end, moderator, fingerprint, .. } = row;
    let begins = Timestamp::from_second(*start).unwrap_or_default();
    let mut uid: Uid = meeting.uid(person, room, begins);
    let mut alternative = 0;
    loop {
        let number = integer(number);
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
            number
        ];
        match insert.execute(values) {
            Ok(1) => return Ok(()),
            // There is no temporary row.
            Ok(_) => return Err(Unreadable(person.to_string()).into()),
            // The index of UIDs refuses it. Only this statement fails: the transaction goes on.
            Err(rusqlite::Error::SqliteFailure(error, _))
                if error.extended_code == ffi::SQLITE_CONSTRAINT_UNIQUE =>
            {
                alternative += 1;
                uid = meeting.alternative_uid(person, room, begins, alternative);
            }
            Err(error) => return Err(error.into()),
        }
    }
}

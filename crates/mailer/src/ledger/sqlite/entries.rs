//! All entries, with what was sent to each person.

use std::sync::Arc;

use meetmint_core::{Email, Uid};
use rusqlite::Row;

use super::Sqlite;
use super::row::{named, text};
use crate::content::MessageKind;
use crate::ledger::entry::{History, LedgerEntry, snapshot_hash};
use crate::ledger::error::LedgerError;
use crate::ledger::state::{Medium, MessageState};
use crate::outbox::file_name;

impl Sqlite {
    pub(in crate::ledger) fn known(
        &self,
        medium: Medium,
        has_file: &dyn Fn(&str) -> bool,
    ) -> Result<Vec<LedgerEntry>, LedgerError> {
        // In the order of ids, so that messages find their entry by binary search.
        let sql = "SELECT id, uid, person, room, start, end, wanted, called_off, fingerprint, sheet
                   FROM entry ORDER BY id";
        let mut select = self.db.prepare(sql)?;
        let mut rows = select.query([])?;
        let mut entries: Vec<LedgerEntry> = Vec::new();
        while let Some(row) = rows.next()? {
            // Most entries are for one room: its name is kept once.
            let room = text(row, 3)?;
            let room = match entries.last() {
                Some(last) if *last.room == *room => Arc::clone(&last.room),
                _ => room.into(),
            };
            entries.push(LedgerEntry {
                id: row.get(0)?,
                uid: Uid::from_octets(row.get(1)?),
                person: text(row, 2)?.into(),
                room,
                start: row.get(4)?,
                end: row.get(5)?,
                wanted: row.get(6)?,
                called_off: row.get(7)?,
                fingerprint: row.get(8)?,
                snapshot: snapshot_hash(text(row, 9)?),
                history: History::default(),
            });
        }
        self.add_histories(&mut entries, medium, has_file)?;
        Ok(entries)
    }

    /// Adds its messages to each entry. Entries are in the order of their ids.
    fn add_histories(
        &self,
        entries: &mut [LedgerEntry],
        medium: Medium,
        has_file: &dyn Fn(&str) -> bool,
    ) -> Result<(), LedgerError> {
        // A history needs an entry's messages in the order in which they were recorded. The order of all ids gives
        // that, and is the order of the table: nothing has to be sorted, and the file is read from start to end.
        let sql = "SELECT entry, id, kind, state, fingerprint, address, sequence, copy
                   FROM message WHERE medium = ?1 ORDER BY id";
        let mut select = self.db.prepare(sql)?;
        let mut rows = select.query([medium.name()])?;
        while let Some(row) = rows.next()? {
            let id: i64 = row.get(0)?;
            let Ok(at) = entries.binary_search_by_key(&id, |entry| entry.id) else { continue };
            let entry = &mut entries[at];
            let kind = named(row, 2, MessageKind::named, &entry.person)?;
            let mut state = named(row, 3, MessageState::named, &entry.person)?;
            if state == MessageState::Written
                && file(row, entry.uid, kind)?.is_some_and(|name| !has_file(&name))
            {
                state = MessageState::Due;
            }
            entry.history.add(row.get(1)?, kind, state, row.get(4)?);
        }
        Ok(())
    }
}

/// The name of a folder message's file.
fn file(row: &Row<'_>, uid: Uid, kind: MessageKind) -> Result<Option<String>, LedgerError> {
    // An address that this version refuses has no file name: the message counts as written.
    let Ok(email) = Email::parse(text(row, 5)?) else { return Ok(None) };
    Ok(Some(file_name(&email, uid, row.get(6)?, kind, row.get(7)?)))
}

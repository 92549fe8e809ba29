//! Reconciliation: which row of the roster belongs to which entry of the ledger, whatever was edited since.

mod families;
mod matching;
mod organizer;
mod reconciliation;

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use meetmint_core::Email;

use crate::ledger::{Ledger, LedgerEntry, LedgerError, WantedRow};
use families::FullKeys;
use matching::{Matching, key};
use organizer::Organizer;
use reconciliation::MatchedRoster;
pub use reconciliation::{BadRows, LeftAlone, Reconciliation};

/// Reads a roster, row by row. Snapshots that are new or changed go to temporary rows of the ledger, so that only keys
/// are in memory.
#[derive(Debug)]
pub struct Reconciler<'l> {
    ledger: &'l mut Ledger,
    entries: Vec<LedgerEntry>,
    /// The index of each entry of this organizer, by person, room and start.
    indexes: HashMap<u64, usize>,
    rows: Vec<WantedRow>,
    organizer: Organizer,
}

impl<'l> Reconciler<'l> {
    /// Starts with the ledger's entries, which are [`Ledger::known`]. Rows match only entries under `organizer`: servers
    /// reject another ORGANIZER for a UID that they know.
    ///
    /// # Errors
    /// [`LedgerError`] if the ledger cannot be written.
    pub fn new(
        ledger: &'l mut Ledger,
        entries: Vec<LedgerEntry>,
        organizer: &Email,
    ) -> Result<Reconciler<'l>, LedgerError> {
        ledger.begin_temporary_rows()?;
        let organizer = Organizer::new(organizer);
        let indexes = entries.iter().enumerate().filter(|(_, entry)| organizer.has(entry));
        let indexes = indexes.map(|(at, entry)| (key(&entry.person, &entry.room, entry.start), at));
        let indexes = indexes.collect();
        Ok(Reconciler { ledger, entries, indexes, rows: Vec::new(), organizer })
    }

    /// Adds the next row of the roster, with the text of its snapshot.
    ///
    /// # Errors
    /// [`LedgerError`] if the ledger cannot be written.
    pub fn add(&mut self, mut row: WantedRow, text: &str) -> Result<(), LedgerError> {
        let index = self.indexes.get(&key(&row.person, &row.room, row.start));
        let entry = index.map(|at| &self.entries[*at]);
        // The index was found by a hash, which another person may share.
        let entry = entry.filter(|entry| entry.person == row.person && entry.room == row.room);
        let changed = entry.is_none_or(|entry| !entry.equals(&row));
        if changed {
            self.ledger.add_temporary_row(self.rows.len(), text)?;
        }
        // Entry and row share one copy of each name: there may be a million of both, and most are in the same room.
        if let Some(entry) = entry {
            row.person = Arc::clone(&entry.person);
            row.room = Arc::clone(&entry.room);
        } else if let Some(last) = self.rows.last().filter(|last| last.room == row.room) {
            row.room = Arc::clone(&last.room);
        }
        self.rows.push(row);
        Ok(())
    }

    /// Matches rows and entries. An entry that is over at `now` only matches the row with its person, room and start,
    /// unless the meeting was `postponed`. A row that is over leaves its entry alone.
    ///
    /// # Errors
    /// [`LedgerError`] if the ledger cannot be written.
    pub fn finish(
        mut self,
        now: Timestamp,
        postponed: bool,
        bad: &BadRows,
    ) -> Result<Reconciliation, LedgerError> {
        self.ledger.finish_temporary_rows()?;
        // A growing vector has up to twice the space that it needs, and this one lives as long as the run.
        self.rows.shrink_to_fit();
        let now = now.as_second();
        let organizer = &self.organizer;
        let may_move = |entry: &LedgerEntry| (postponed || entry.end > now) && organizer.has(entry);
        let is_over = |row: &WantedRow| row.end <= now;
        let mut matching = Matching::new(&self.entries, &self.rows, may_move, is_over);
        matching.by_person(&self.indexes);
        if matching.has_families() {
            let (rows, entries) = (matching.rows_left(), matching.entries_left());
            let keys = FullKeys::read(self.ledger, rows, entries)?;
            let is_bad = |address: &str| bad.people.contains(address);
            matching.by_name_and_address(&keys, |entry| organizer.has(entry), is_bad);
        }
        let matches = matching.finish();
        let called_off = self.ledger.is_called_off()?;
        let Reconciler { entries, rows, organizer, .. } = self;
        let roster = MatchedRoster { entries, rows, entry_of: matches, organizer };
        Ok(Reconciliation::new(roster, bad, called_off, now))
    }
}

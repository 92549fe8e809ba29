//! Reconciliation: which row of the roster belongs to which entry of the ledger, whatever was edited since.

mod matching;
mod reconciliation;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;

use crate::ledger::{Ledger, LedgerEntry, LedgerError, WantedRow};
use matching::{key, match_rows};
pub use reconciliation::Reconciliation;

/// Reads a roster, row by row. Snapshots that are new or changed go to temporary rows of the ledger, so that only keys
/// are in memory.
#[derive(Debug)]
pub struct Reconciler<'l> {
    ledger: &'l mut Ledger,
    entries: Vec<LedgerEntry>,
    /// The index of each entry, by person, room and start.
    indexes: HashMap<u64, usize>,
    rows: Vec<WantedRow>,
}

/// Rows that cannot be read, when a run goes on without them.
#[derive(Clone, Debug, Default)]
pub struct BadRows {
    /// Keys of people with a bad row: their entries stay as they are.
    pub people: HashSet<String>,
    /// Whether a bad row has no readable address. It may be anybody's, so nobody is removed.
    pub anybody: bool,
}

impl<'l> Reconciler<'l> {
    /// Starts with the ledger's entries, which are [`Ledger::known`].
    ///
    /// # Errors
    /// [`LedgerError`] if the ledger cannot be written.
    pub fn new(
        ledger: &'l mut Ledger,
        entries: Vec<LedgerEntry>,
    ) -> Result<Reconciler<'l>, LedgerError> {
        ledger.begin_temporary_rows()?;
        let indexes = entries.iter().enumerate();
        let indexes = indexes.map(|(at, entry)| (key(&entry.person, &entry.room, entry.start), at));
        let indexes = indexes.collect();
        Ok(Reconciler { ledger, entries, indexes, rows: Vec::new() })
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
    /// unless the meeting was `postponed`.
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
        let may_move = |entry: &LedgerEntry| postponed || entry.end > now;
        let matches = match_rows(&self.entries, &self.rows, &self.indexes, may_move);
        Ok(Reconciliation::new(self.entries, self.rows, matches, &bad.people, !bad.anybody))
    }
}

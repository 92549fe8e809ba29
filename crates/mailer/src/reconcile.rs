//! Reconciliation: which row of the roster belongs to which entry of the ledger, whatever was edited since.

mod families;
mod matching;
mod organizer;
mod reconciliation;
mod window;

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use meetmint_core::{Email, name_in_key};

use crate::ledger::{Ledger, LedgerEntry, LedgerError, Medium, WantedRow};
use crate::outbox::FolderFiles;
use families::FullKeys;
use matching::{Matching, key};
use organizer::Organizer;
use reconciliation::MatchedRoster;
pub use reconciliation::{BadRows, LeftAlone, Reconciliation};
use window::Window;

/// How rows and entries are reconciled.
#[derive(Clone, Copy, Debug)]
pub struct ReconcileSpec<'s> {
    /// The present organizer. Rows match only entries under this address: servers reject another ORGANIZER for a UID that
    /// they know.
    pub organizer: &'s Email,
    /// The medium whose messages count.
    pub medium: Medium,
    /// The files of the folder outbox.
    pub files: &'s FolderFiles,
    /// The time that decides what is over.
    pub now: Timestamp,
    /// Whether the meeting was postponed, so that entries may move although they are over.
    pub postponed: bool,
    /// Whether people for whom nothing is due are only counted. Otherwise they can be asked for, for example to remind
    /// them.
    pub only_due: bool,
}

/// Reads a roster, row by row, beside the ledger's entries. Snapshots that are new or changed go to temporary rows of the
/// ledger.
#[derive(Debug)]
pub struct Reconciler<'l> {
    ledger: &'l mut Ledger,
    spec: ReconcileSpec<'l>,
    organizer: Organizer,
    /// Whether people who have what they should have are counted and forgotten.
    settles: bool,
    /// How many these are.
    settled: usize,
    window: Window,
    /// Entries that rows have taken.
    taken: Vec<LedgerEntry>,
    rows: Vec<WantedRow>,
    /// For each row, the id of its entry.
    entry_of: Vec<Option<i64>>,
    /// Whether any person's key has a name in it.
    has_names: bool,
}

impl<'l> Reconciler<'l> {
    /// Starts with the ledger's entries.
    ///
    /// # Errors
    /// [`LedgerError`] if the ledger cannot be read or written.
    pub fn new(
        ledger: &'l mut Ledger,
        spec: ReconcileSpec<'l>,
    ) -> Result<Reconciler<'l>, LedgerError> {
        // First, because from here on all that is read is of one moment.
        ledger.begin_temporary_rows()?;
        let organizer = Organizer::new(spec.organizer);
        // With a mark, or with entries under another organizer, what is due for one person may follow from another entry.
        let settles = spec.only_due
            && !ledger.is_called_off()?
            && ledger.people_called_off()?.is_empty()
            && ledger.organizers()?.iter().all(|address| organizer.is(address));
        let window = Window::new(organizer.clone());
        Ok(Reconciler {
            ledger,
            spec,
            organizer,
            settles,
            settled: 0,
            window,
            taken: Vec::new(),
            rows: Vec::new(),
            entry_of: Vec::new(),
            has_names: false,
        })
    }

    /// Adds the next row of the roster, with the text of its snapshot.
    ///
    /// # Errors
    /// [`LedgerError`] if the ledger cannot be read or written.
    pub fn add(&mut self, mut row: WantedRow, text: &str) -> Result<(), LedgerError> {
        self.has_names |= name_in_key(&row.person).is_some();
        let ReconcileSpec { medium, files, .. } = self.spec;
        let read = |after, limit| self.ledger.entries_after(after, limit, medium, files);
        let entry = self.window.take(&row, read)?;
        let is_same = entry.as_ref().is_some_and(|entry| entry.equals(&row));
        if is_same && entry.as_ref().is_some_and(|entry| self.is_settled(&row, entry)) {
            self.settled += 1;
            return Ok(());
        }
        if !is_same {
            self.ledger.add_temporary_row(self.rows.len(), text)?;
        }
        self.entry_of.push(entry.as_ref().map(|entry| entry.id));
        // Entry and row share one copy of each name: there may be a million of both, and most are in the same room.
        if let Some(entry) = entry {
            row.person = Arc::clone(&entry.person);
            row.room = Arc::clone(&entry.room);
            self.taken.push(entry);
        } else if let Some(last) = self.rows.last().filter(|last| last.room == row.room) {
            row.room = Arc::clone(&last.room);
        }
        self.rows.push(row);
        Ok(())
    }

    /// Whether nothing is due for a row that equals its entry, and nothing else is to be said about it.
    fn is_settled(&self, row: &WantedRow, entry: &LedgerEntry) -> bool {
        self.settles
            && row.end > self.spec.now.as_second()
            && entry.history.has(&row.fingerprint)
            && !entry.history.is_missing
    }

    /// Matches rows and entries. An entry that is over only matches the row with its person, room and start, unless the
    /// meeting was postponed. A row that is over leaves its entry alone.
    ///
    /// # Errors
    /// [`LedgerError`] if the ledger cannot be read or written.
    pub fn finish(self, bad: &BadRows) -> Result<Reconciliation, LedgerError> {
        let Reconciler { ledger, spec, organizer, settled, window, rows, entry_of, .. } = self;
        let ReconcileSpec { medium, files, postponed, .. } = spec;
        let left =
            window.into_left(|after, limit| ledger.entries_after(after, limit, medium, files))?;
        ledger.finish_temporary_rows()?;
        let mut entries = self.taken;
        entries.extend(left);
        entries.sort_unstable_by_key(|entry| entry.id);
        let at = |id: i64| entries.binary_search_by_key(&id, |entry| entry.id).ok();
        let entry_of: Vec<_> = entry_of.into_iter().map(|id| id.and_then(at)).collect();
        let now = spec.now.as_second();
        let may_move = |entry: &LedgerEntry| (postponed || entry.end > now) && organizer.has(entry);
        let is_over = |row: &WantedRow| row.end <= now;
        let mut matching = Matching::new(&entries, &rows, &entry_of, may_move, is_over);
        matching.by_person(&indexes(&entries, &organizer));
        let has_name = |entry: &LedgerEntry| name_in_key(&entry.person).is_some();
        if (self.has_names || entries.iter().any(has_name)) && !matching.are_complete() {
            let (rows, entries) = (matching.rows_left(), matching.entries_left());
            let keys = FullKeys::read(ledger, rows, entries)?;
            let is_bad = |address: &str| bad.people.contains(address);
            matching.by_name_and_address(&keys, |entry| organizer.has(entry), is_bad);
        }
        let entry_of = matching.finish();
        let called_off = ledger.is_called_off()?;
        let roster = MatchedRoster { entries, rows, entry_of, organizer, settled };
        Ok(Reconciliation::new(roster, bad, called_off, now))
    }
}

/// The index of each entry of this organizer, by person, room and start. Of several, that of the last that is in the roster.
fn indexes(entries: &[LedgerEntry], organizer: &Organizer) -> HashMap<u64, usize> {
    let mut indexes = HashMap::new();
    for wanted in [false, true] {
        let own = entries.iter().enumerate();
        let own = own.filter(|(_, entry)| entry.wanted == wanted && organizer.has(entry));
        indexes.extend(own.map(|(at, entry)| (key(&entry.person, &entry.room, entry.start), at)));
    }
    indexes
}

#[cfg(test)]
mod tests;

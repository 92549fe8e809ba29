//! A roster whose rows were matched to the ledger's entries.

use std::collections::HashSet;

use jiff::Timestamp;
use meetmint_core::MeetingId;

use crate::ledger::{EntryChange, Ledger, LedgerEntry, LedgerError, WantedRow};

/// A roster whose rows were matched to the ledger's entries.
#[derive(Debug)]
pub struct Reconciliation {
    entries: Vec<LedgerEntry>,
    rows: Vec<WantedRow>,
    /// For each row, the index of its entry.
    entry_of: Vec<Option<u32>>,
    /// For each entry, whether a row has it, or a bad row may have it.
    is_kept: Vec<bool>,
    /// Whether entries without a row are removed.
    removes: bool,
}

impl Reconciliation {
    /// Entries of `bad` people are kept although no row has them.
    pub(super) fn new(
        entries: Vec<LedgerEntry>,
        rows: Vec<WantedRow>,
        entry_of: Vec<Option<u32>>,
        bad: &HashSet<String>,
        removes: bool,
    ) -> Reconciliation {
        let is_bad = |entry: &LedgerEntry| bad.contains(entry.person.as_ref());
        // Which of their entries a bad row means cannot be read from it, so all of them are kept.
        let mut is_kept: Vec<bool> = entries.iter().map(is_bad).collect();
        for at in entry_of.iter().flatten() {
            is_kept[*at as usize] = true;
        }
        Reconciliation { entries, rows, entry_of, is_kept, removes }
    }

    /// The roster's rows.
    pub fn rows(&self) -> &[WantedRow] {
        &self.rows
    }

    /// The people of the rows, with the ids of their entries that [`apply`](Reconciliation::apply) returned.
    pub fn people<'a>(&'a self, ids: &'a [i64]) -> impl Iterator<Item = (&'a str, i64)> {
        self.rows.iter().map(|row| row.person.as_ref()).zip(ids.iter().copied())
    }

    /// Keys and entries of those who have an invitation that still holds, before the end of their meeting.
    pub fn invited(&self, now: Timestamp) -> impl Iterator<Item = (&str, i64)> {
        let now = now.as_second();
        // The end is the row's: the entry may still have an earlier one.
        self.pairs().filter_map(move |(row, entry)| {
            let entry = entry?;
            let invited = entry.history.delivered.is_some() && !entry.called_off && row.end > now;
            invited.then_some((row.person.as_ref(), entry.id))
        })
    }

    /// Keys of those to whom an invitation was delivered, in the roster or not, before the end of their meeting.
    pub fn delivered(&self, now: Timestamp) -> impl Iterator<Item = &str> {
        let now = now.as_second();
        let entries = self.entries.iter();
        let entries =
            entries.filter(move |entry| entry.history.delivered.is_some() && entry.end > now);
        entries.map(|entry| entry.person.as_ref())
    }

    /// Keys of those in the roster who have an entry, and for whom the meeting is not called off.
    pub fn expected(&self) -> impl Iterator<Item = &str> {
        let rows = self.pairs().filter(|(_, entry)| entry.is_some_and(|entry| !entry.called_off));
        rows.map(|(row, _)| row.person.as_ref())
    }

    /// The earliest start after `now` among those who have an invitation, in seconds since 1970 UTC.
    pub fn next_start(&self, now: Timestamp) -> Option<i64> {
        let now = now.as_second();
        let rows = self.pairs().filter(|(row, entry)| {
            row.start > now && entry.is_some_and(|entry| entry.history.delivered.is_some())
        });
        rows.map(|(row, _)| row.start).min()
    }

    /// Whether anybody with this key is in the roster or in the ledger.
    pub fn knows(&self, person: &str) -> bool {
        // Asked for the few people who are named on the command line: an index would cost more than these searches.
        self.rows.iter().any(|row| *row.person == *person)
            || self.entries.iter().any(|entry| *entry.person == *person)
    }

    /// The ledger's entries.
    pub(crate) fn entries(&self) -> &[LedgerEntry] {
        &self.entries
    }

    /// Each row with its entry.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&WantedRow, Option<&LedgerEntry>)> {
        let entries = self.entry_of.iter().map(|at| at.map(|at| &self.entries[at as usize]));
        self.rows.iter().zip(entries)
    }

    /// Entries that the last roster had and this one has not.
    pub(crate) fn removed(&self) -> impl Iterator<Item = &LedgerEntry> {
        let entries = self.entries.iter().zip(&self.is_kept);
        let removed = entries.filter(|(entry, kept)| self.removes && !**kept && entry.wanted);
        removed.map(|(entry, _)| entry)
    }

    /// Entries without a row that stay as they are: they were removed earlier, or a bad row may be theirs.
    pub(crate) fn untouched(&self) -> impl Iterator<Item = &LedgerEntry> {
        let with_row: HashSet<usize> =
            self.entry_of.iter().flatten().map(|at| *at as usize).collect();
        let entries = self.entries.iter().zip(&self.is_kept).enumerate();
        let untouched = entries.filter(move |(at, (entry, kept))| {
            !with_row.contains(at) && (**kept || !self.removes || !entry.wanted)
        });
        untouched.map(|(_, (entry, _))| entry)
    }

    /// Writes what the roster wants into the ledger, and returns the id of each row's entry.
    ///
    /// # Errors
    /// [`LedgerError`]: the ledger is as it was before.
    pub fn apply(&self, ledger: &mut Ledger, meeting: &MeetingId) -> Result<Vec<i64>, LedgerError> {
        let mut inserted = ledger.apply(meeting, self.changes())?.into_iter();
        // New entries come in the order of their rows.
        let ids = self.pairs().map(|(_, entry)| match entry {
            Some(entry) => Some(entry.id),
            None => inserted.next(),
        });
        Ok(ids.flatten().collect())
    }

    fn changes(&self) -> impl Iterator<Item = EntryChange<'_>> {
        let rows = self.pairs().enumerate().filter_map(|(number, (row, entry))| match entry {
            None => Some(EntryChange::Insert { number, row }),
            // Nothing to write, and no temporary row was added for it.
            Some(entry) if entry.equals(row) => None,
            Some(entry) => Some(EntryChange::Update { entry: entry.id, number, row }),
        });
        rows.chain(self.removed().map(|entry| EntryChange::Remove { entry: entry.id }))
    }
}

//! Reconciliation: which row of the roster belongs to which entry of the ledger, whatever was edited since.

mod erased;
mod families;
mod fate;
mod matching;
mod organizer;
mod reconciliation;
mod store;
mod window;

use jiff::Timestamp;
use meetmint_core::{Email, name_in_key};

use crate::ledger::{Ledger, LedgerEntry, LedgerError, Medium, WantedRow};
use crate::outbox::FolderFiles;
use erased::{Erased, Recognized};
pub use erased::{LeftOutPeople, LeftOutPerson};
use families::note_full_keys;
use matching::Matching;
use organizer::Organizer;
pub use reconciliation::{BadRows, LeftAlone, Reconciliation};
pub(crate) use store::Pair;
use store::Store;
use window::Window;

/// Stands for the entry of a row whose entry was erased: none has this id.
const ERASED_ENTRY: i64 = -1;

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
/// ledger, and all that is to be asked about later to a `Scratch`, so that nothing here grows
/// with the number of people.
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
    erased: Erased,
    store: Store,
    /// How many rows are stored, how many of them have no entry yet, and how many entries no row.
    rows: usize,
    rows_left: usize,
    entries_left: usize,
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
        let erased = Erased::new(ledger, organizer.address())?;
        Ok(Reconciler {
            ledger,
            spec,
            organizer,
            settles,
            settled: 0,
            window,
            erased,
            store: Store::new()?,
            rows: 0,
            rows_left: 0,
            entries_left: 0,
            has_names: false,
        })
    }

    /// Adds the next row of the roster, with the text of its snapshot.
    ///
    /// # Errors
    /// [`LedgerError`] if the ledger cannot be read or written.
    pub fn add(&mut self, row: &WantedRow, text: &str) -> Result<(), LedgerError> {
        let ReconcileSpec { medium, files, now, .. } = self.spec;
        match self.erased.recognize(self.ledger, &self.store, row, medium, now.as_second())? {
            Recognized::No => {}
            Recognized::LeftOut => return Ok(()),
            Recognized::Over(wanted) => {
                let number = self.rows;
                self.rows += 1;
                self.rows_left += usize::from(!wanted);
                self.store.add_row(number, row, true, wanted.then_some(ERASED_ENTRY))?;
                return if wanted { Ok(()) } else { self.store.note_erased(number) };
            }
        }
        self.has_names |= name_in_key(&row.person).is_some();
        let read = |after, limit| self.ledger.entries_after(after, limit, medium, files);
        let entry = self.window.take(row, read)?;
        let given_up = self.window.given_up();
        self.add_entries_left(given_up)?;
        let is_same = entry.as_ref().is_some_and(|entry| entry.equals(row));
        if is_same && entry.as_ref().is_some_and(|entry| self.is_settled(row, entry)) {
            self.settled += 1;
            return Ok(());
        }
        let number = self.rows;
        self.rows += 1;
        if !is_same {
            self.ledger.add_temporary_row(number, text)?;
        }
        let is_over = row.end <= now.as_second();
        self.store.add_row(number, row, is_over, entry.as_ref().map(|entry| entry.id))?;
        match entry {
            Some(entry) => self.add_entry(&entry, Some(number)),
            None => {
                self.rows_left += 1;
                Ok(())
            }
        }
    }

    /// Stores entries that no row has taken.
    fn add_entries_left(&mut self, entries: Vec<LedgerEntry>) -> Result<(), LedgerError> {
        for entry in entries {
            self.has_names |= name_in_key(&entry.person).is_some();
            self.entries_left += 1;
            self.add_entry(&entry, None)?;
        }
        Ok(())
    }

    /// Stores an entry.
    fn add_entry(&self, entry: &LedgerEntry, row: Option<usize>) -> Result<(), LedgerError> {
        let own = self.organizer.has(entry);
        let may_move = own && (self.spec.postponed || entry.end > self.spec.now.as_second());
        self.store.add_entry(entry, own, may_move, row)
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
    pub fn finish(mut self, bad: &BadRows) -> Result<Reconciliation, LedgerError> {
        loop {
            let ReconcileSpec { medium, files, .. } = self.spec;
            let read = |after, limit| self.ledger.entries_after(after, limit, medium, files);
            let some = self.window.give_up_some(read)?;
            if some.is_empty() {
                break;
            }
            self.add_entries_left(some)?;
        }
        self.ledger.finish_temporary_rows()?;
        let Reconciler {
            ledger,
            spec,
            organizer,
            settled,
            store,
            rows_left,
            entries_left,
            erased,
            ..
        } = self;
        let mut matching = Matching::new(&store, rows_left, entries_left);
        matching.by_person()?;
        if self.has_names && !matching.is_complete() {
            // A row that equals an entry has no temporary row, and is not among those that are left.
            let name_of_row = |number| {
                let snapshot = ledger.temporary_row(number)?;
                Ok(snapshot.map(|snapshot| snapshot.facts().name().to_owned()))
            };
            let name_of_entry = |id| Ok(ledger.snapshot_of_entry(id)?.facts().name().to_owned());
            let is_bad = |address: &str| bad.people.contains(address);
            note_full_keys(&store, name_of_row, name_of_entry, is_bad)?;
            matching.by_name_and_address()?;
        }
        store.take_erased(ERASED_ENTRY)?;
        let now = spec.now.as_second();
        let reconciliation = Reconciliation::new(store, organizer, settled, bad, now)?;
        let (left_out, events) = erased.finish(ledger, spec.medium)?;
        Ok(reconciliation.with_mark(ledger.is_called_off()?).without_erased(left_out, events))
    }
}

#[cfg(test)]
mod tests;

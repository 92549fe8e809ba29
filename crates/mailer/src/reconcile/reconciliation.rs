//! A roster whose rows were matched to the ledger's entries.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use meetmint_core::{MeetingId, address_in_key};

use super::organizer::Organizer;
use crate::content::MessageKind;
use crate::ledger::{EntryChange, Ledger, LedgerEntry, LedgerError, WantedRow};

/// A roster whose rows were matched to the ledger's entries. People who have what they should have are only counted, unless
/// everybody was asked for ([`ReconcileSpec::only_due`](super::ReconcileSpec::only_due)).
#[derive(Debug)]
pub struct Reconciliation {
    entries: Vec<LedgerEntry>,
    rows: Vec<WantedRow>,
    /// For each row, the index of its entry.
    entry_of: Vec<Option<u32>>,
    /// How many people have what they should have, and are not among rows and entries.
    settled: usize,
    /// For each entry, what becomes of it.
    fates: Vec<Fate>,
    /// People with an entry under another organizer that stays as it is.
    waiting: HashSet<Arc<str>>,
    organizer: Organizer,
    /// Whether the meeting is called off for everybody.
    called_off: bool,
    /// People for whom the meeting is called off by a mark of their own.
    people_called_off: HashSet<Arc<str>>,
    /// Addresses for which it is to be called off.
    addresses_called_off: HashSet<String>,
    /// The time that decides what is over, in seconds since 1970 UTC.
    now: i64,
}

/// Rows that cannot be read, when a run goes on without them.
#[derive(Clone, Debug, Default)]
pub struct BadRows {
    /// Addresses of people with a bad row, in lower case: their entries stay as they are.
    pub people: HashSet<String>,
    /// Whether a bad row has no readable address. It may be anybody's, so nobody is removed.
    pub anybody: bool,
}

/// The roster's rows and the ledger's entries.
pub(super) struct MatchedRoster {
    pub(super) entries: Vec<LedgerEntry>,
    pub(super) rows: Vec<WantedRow>,
    pub(super) entry_of: Vec<Option<u32>>,
    pub(super) organizer: Organizer,
    /// How many people have what they should have, and are not among rows and entries.
    pub(super) settled: usize,
}

/// What a roster says about an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// A row has it.
    HasRow,
    /// Its person has a row that is over, with this start, and may be its own: it stays as it is.
    LeftAlone { row_start: i64 },
    /// No row has it, and the roster is clean.
    Removed,
    /// No row has it, but a bad row may be its person's: it stays as it is.
    Kept,
    /// Its person has a row, but the meeting has another organizer now: it is cancelled in the name of its own.
    Replaced,
}

/// A row whose meeting is over, and the entry that it leaves alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftAlone {
    /// The person's key.
    pub person: Arc<str>,
    /// The start that the row has, in seconds since 1970 UTC.
    pub row_start: i64,
    /// The start that the entry keeps, in seconds since 1970 UTC.
    pub start: i64,
}

impl Reconciliation {
    pub(super) fn new(
        roster: MatchedRoster,
        bad: &BadRows,
        called_off: bool,
        now: i64,
    ) -> Reconciliation {
        let MatchedRoster { mut entries, rows, entry_of, organizer, settled } = roster;
        take_new_keys(&mut entries, &rows, &entry_of, now);
        let marked = entries.iter().filter(|entry| entry.called_off);
        let people_called_off = marked.map(|entry| Arc::clone(&entry.person)).collect();
        // Needed only after a change of organizer: a set of all people would take memory for nothing.
        let is_replacing = entries.iter().any(|entry| !organizer.has(entry));
        let with_live_row: HashSet<&str> = if is_replacing {
            let live = rows.iter().filter(|row| row.end > now);
            live.map(|row| row.person.as_ref()).collect()
        } else {
            HashSet::new()
        };
        let over = rows.iter().zip(&entry_of).filter(|(row, _)| row.end <= now);
        // A row with an entry that was never delivered may have been moved from another one, for example under an earlier
        // organizer.
        let has_no_event = |at: u32| {
            let entry = &entries[at as usize];
            entry.end > now && entry.history.delivered.is_none()
        };
        let over = over.filter(|(_, at)| at.is_none_or(has_no_event));
        let with_past_row: HashMap<&str, i64> =
            over.map(|(row, _)| (row.person.as_ref(), row.start)).collect();
        // What was not cancelled yet may be the event that a row in the past means.
        let may_have_row = |entry: &LedgerEntry| {
            let last = &entry.history.last;
            let is_being_cancelled = last.is_some_and(|last| last.kind == MessageKind::Cancel);
            entry.wanted || entry.history.delivered.is_some() && !is_being_cancelled
        };
        let fate = |entry: &LedgerEntry| {
            let person = entry.person.as_ref();
            if bad.anybody || bad.people.contains(address_in_key(person)) {
                // Which of their entries a bad row means cannot be read from it, so all of them are kept.
                Fate::Kept
            } else if !organizer.has(entry) && with_live_row.contains(person) {
                Fate::Replaced
            } else if let Some(start) = with_past_row.get(person)
                && may_have_row(entry)
                && entry.end > now
            {
                // It may be the row's entry, before its date was typed into the past. It is not wanted if the organizer was
                // changed since, and perhaps changed back.
                Fate::LeftAlone { row_start: *start }
            } else {
                Fate::Removed
            }
        };
        let mut fates: Vec<Fate> = entries.iter().map(fate).collect();
        for (row, at) in rows.iter().zip(&entry_of) {
            let Some(at) = at else { continue };
            let is_alone = row.end <= now && entries[*at as usize].end > now;
            fates[*at as usize] =
                if is_alone { Fate::LeftAlone { row_start: row.start } } else { Fate::HasRow };
        }
        let kept = entries.iter().zip(&fates).filter(|(_, fate)| **fate == Fate::Kept);
        let kept = kept.filter(|(entry, _)| !organizer.has(entry) && entry.end > now);
        let waiting = kept.filter(|(entry, _)| entry.history.delivered.is_some());
        let waiting = waiting.map(|(entry, _)| Arc::clone(&entry.person)).collect();
        Reconciliation {
            entries,
            rows,
            entry_of,
            settled,
            fates,
            waiting,
            organizer,
            called_off,
            people_called_off,
            addresses_called_off: HashSet::new(),
            now,
        }
    }

    /// Decides as if the meeting were called off: for the people with these addresses, or for everybody. The ledger is
    /// not changed.
    pub fn call_off(&mut self, people: Option<&[String]>) {
        match people {
            None => self.called_off = true,
            Some(addresses) => self.addresses_called_off.extend(addresses.iter().cloned()),
        }
    }

    /// Whether the meeting is called off for everybody.
    pub fn is_called_off(&self) -> bool {
        self.called_off
    }

    /// Whether the meeting is called off for a person: for everybody, or by a mark of their own.
    pub(crate) fn is_called_off_for(&self, person: &str) -> bool {
        self.called_off
            || self.people_called_off.contains(person)
            || self.addresses_called_off.contains(address_in_key(person))
    }

    /// How many people have what they should have, and are neither among the rows nor among the entries.
    pub(crate) fn settled(&self) -> usize {
        self.settled
    }

    /// The roster's rows.
    pub fn rows(&self) -> &[WantedRow] {
        &self.rows
    }

    /// Rows whose meeting is over while that of their entry is not, so that the entry keeps what it had.
    pub fn left_alone(&self) -> impl Iterator<Item = LeftAlone> {
        self.entries.iter().zip(&self.fates).filter_map(|(entry, fate)| {
            let Fate::LeftAlone { row_start } = *fate else { return None };
            // Without an invitation there is none that stays.
            entry.history.delivered?;
            let person = Arc::clone(&entry.person);
            Some(LeftAlone { person, row_start, start: entry.start })
        })
    }

    /// Whether anybody with this address has an entry, or will have one when the roster is applied: a row that is over
    /// gets none.
    ///
    /// # Errors
    /// [`LedgerError`] if the ledger cannot be read.
    pub fn has_entry(&self, ledger: &Ledger, address: &str) -> Result<bool, LedgerError> {
        let is_new = |row: &WantedRow| address_in_key(&row.person) == address && !self.is_over(row);
        Ok(self.rows.iter().any(is_new) || ledger.knows(address)?)
    }

    /// Whether a row has to wait: its person's event under an earlier organizer is not to be cancelled yet, and a second
    /// event beside it would be one too many.
    pub(crate) fn has_to_wait(&self, row: &WantedRow) -> bool {
        self.waiting.contains(&row.person)
    }

    /// Whether anybody with this address is in the roster or in the ledger.
    ///
    /// # Errors
    /// [`LedgerError`] if the ledger cannot be read.
    pub fn knows(&self, ledger: &Ledger, address: &str) -> Result<bool, LedgerError> {
        // Asked for the few people who are named on the command line: an index would cost more than these searches.
        let is_row = self.rows.iter().any(|row| address_in_key(&row.person) == address);
        Ok(is_row || ledger.knows(address)?)
    }

    /// The ledger's entries.
    pub(crate) fn entries(&self) -> &[LedgerEntry] {
        &self.entries
    }

    /// Each row with its entry, also rows that are over.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&WantedRow, Option<&LedgerEntry>)> {
        let entries = self.entry_of.iter().map(|at| at.map(|at| &self.entries[at as usize]));
        self.rows.iter().zip(entries)
    }

    /// Whether the meeting of a row is over.
    pub(crate) fn is_over(&self, row: &WantedRow) -> bool {
        row.end <= self.now
    }

    /// The time that decides what is over, in seconds since 1970 UTC.
    pub(crate) fn now(&self) -> i64 {
        self.now
    }

    /// Entries that nobody wants any more, or under another organizer: now, or since an earlier run.
    pub(crate) fn removed(&self) -> impl Iterator<Item = &LedgerEntry> {
        self.with_fate(|fate| matches!(fate, Fate::Removed | Fate::Replaced))
    }

    /// Entries that stay as they are, because a bad row or one that is over may be theirs.
    pub(crate) fn kept(&self) -> impl Iterator<Item = &LedgerEntry> {
        self.with_fate(|fate| matches!(fate, Fate::Kept | Fate::LeftAlone { .. }))
    }

    /// Whether an entry is kept because a row that is over may be its own.
    pub(crate) fn is_left_alone(&self, entry: &LedgerEntry) -> bool {
        // Entries are in the order of their ids.
        let at = self.entries.binary_search_by_key(&entry.id, |entry| entry.id);
        at.is_ok_and(|at| matches!(self.fates[at], Fate::LeftAlone { .. }))
    }

    /// Entries under another organizer, whose person has a row.
    pub(crate) fn replaced(&self) -> impl Iterator<Item = &LedgerEntry> {
        self.with_fate(|fate| fate == Fate::Replaced)
    }

    fn with_fate(&self, is_meant: impl Fn(Fate) -> bool) -> impl Iterator<Item = &LedgerEntry> {
        let entries = self.entries.iter().zip(&self.fates);
        entries.filter(move |(_, fate)| is_meant(**fate)).map(|(entry, _)| entry)
    }

    /// Writes what the roster wants into the ledger, and returns the id of each row's entry: none for a row that is over
    /// and never had one.
    ///
    /// # Errors
    /// [`LedgerError`]: the ledger is as it was before.
    pub fn apply(
        &self,
        ledger: &mut Ledger,
        meeting: &MeetingId,
    ) -> Result<Vec<Option<i64>>, LedgerError> {
        let mut inserted = ledger.apply(meeting, self.changes())?.into_iter();
        // New entries come in the order of their rows.
        let ids = self.pairs().map(|(row, entry)| match entry {
            Some(entry) => Some(entry.id),
            None if self.is_over(row) => None,
            None => inserted.next(),
        });
        Ok(ids.collect())
    }

    pub(super) fn changes(&self) -> impl Iterator<Item = EntryChange<'_>> {
        let organizer = self.organizer.address();
        let rows = self.pairs().enumerate().filter(|(_, (row, _))| !self.is_over(row));
        let rows = rows.filter_map(move |(number, (row, entry))| match entry {
            None => Some(EntryChange::Insert { number, row, organizer }),
            // Nothing to write, and no temporary row was added for it.
            Some(entry) if entry.equals(row) => None,
            Some(entry) => Some(EntryChange::Update { entry: entry.id, number, row }),
        });
        let removed = self.removed().filter(|entry| entry.wanted);
        rows.chain(removed.map(|entry| EntryChange::Remove { entry: entry.id }))
    }
}

/// Gives entries the keys of their rows, where a name was corrected: from here on, both are the same person.
fn take_new_keys(
    entries: &mut [LedgerEntry],
    rows: &[WantedRow],
    entry_of: &[Option<u32>],
    now: i64,
) {
    // A row that is over leaves its entry as it is.
    for (row, at) in rows.iter().zip(entry_of).filter(|(row, _)| row.end > now) {
        let Some(at) = at else { continue };
        let entry = &mut entries[*at as usize];
        if entry.person != row.person {
            entry.person = Arc::clone(&row.person);
            entry.has_new_key = true;
        }
    }
}

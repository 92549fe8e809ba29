//! Finding the entry of each row with everything in memory: what the passes on disk are compared with.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use meetmint_core::address_in_key;

use super::full_keys::FullKeys;
use crate::content::MessageKind;
use crate::ledger::{LedgerEntry, WantedRow};
use crate::reconcile::BadRows;
use crate::reconcile::fate::Fate;
use crate::reconcile::matching::key;
use crate::reconcile::organizer::Organizer;

/// What a pass compares, beside the person.
#[derive(Clone, Copy)]
enum Pass {
    RoomAndStart,
    Room,
    Start,
    Person,
}

impl Pass {
    /// The hash of what this pass compares.
    fn key(self, person: &str, room: &str, start: i64) -> u64 {
        // Each pass has a map of its own, so a constant may stand for what it does not compare.
        match self {
            Pass::RoomAndStart => key(person, room, start),
            Pass::Room => key(person, room, 0),
            Pass::Start => key(person, "", start),
            Pass::Person => key(person, "", 0),
        }
    }
}

/// See [`Matching`](crate::reconcile::matching::Matching).
pub(super) struct Matching<'m, M, O> {
    entries: &'m [LedgerEntry],
    rows: &'m [WantedRow],
    may_move: M,
    is_over: O,
    /// For each row the index of its entry.
    entry_of: Vec<Option<usize>>,
    /// For each entry, whether no row has it yet.
    is_free: Vec<bool>,
}

/// What the person is recognized by.
#[derive(Clone, Copy)]
enum By<'k> {
    Person,
    Name(&'k FullKeys),
    Address,
}

impl By<'_> {
    fn of_row(self, at: usize, row: &WantedRow) -> Cow<'_, str> {
        match self {
            By::Person => Cow::Borrowed(&row.person),
            By::Name(keys) => Cow::Owned(keys.of_row(at, row)),
            By::Address => Cow::Borrowed(address_in_key(&row.person)),
        }
    }

    fn of_entry(self, at: usize, entry: &LedgerEntry) -> Cow<'_, str> {
        match self {
            By::Person => Cow::Borrowed(&entry.person),
            By::Name(keys) => Cow::Owned(keys.of_entry(at, entry)),
            By::Address => Cow::Borrowed(address_in_key(&entry.person)),
        }
    }
}

impl<'m, M: Fn(&LedgerEntry) -> bool, O: Fn(&WantedRow) -> bool> Matching<'m, M, O> {
    pub(super) fn new(
        entries: &'m [LedgerEntry],
        rows: &'m [WantedRow],
        may_move: M,
        is_over: O,
    ) -> Matching<'m, M, O> {
        let (entry_of, is_free) = (vec![None; rows.len()], vec![true; entries.len()]);
        Matching { entries, rows, may_move, is_over, entry_of, is_free }
    }

    /// The four passes by each person's key. `indexes` has the index of each entry by person, room and start.
    pub(super) fn by_person(&mut self, indexes: &HashMap<u64, usize>) {
        for wanted in [true, false] {
            self.unmoved(indexes, wanted);
            self.later_passes(By::Person, wanted, |_| true);
        }
    }

    /// The rows that have no entry yet, with their indexes.
    pub(super) fn rows_left(&self) -> impl Iterator<Item = (usize, &'m WantedRow)> {
        let rows = self.rows.iter().enumerate();
        rows.filter(|(at, _)| self.entry_of[*at].is_none())
    }

    /// The entries that no row has yet, with their indexes.
    pub(super) fn entries_left(&self) -> impl Iterator<Item = (usize, &'m LedgerEntry)> {
        let entries = self.entries.iter().enumerate();
        entries.filter(|(at, _)| self.is_free[*at])
    }

    /// The passes for people of families. `is_own` says which entries are under the present organizer. An entry whose
    /// address has a bad row is not found by the address alone: the row may be its own.
    pub(super) fn by_name_and_address(
        &mut self,
        keys: &FullKeys,
        is_own: impl Fn(&LedgerEntry) -> bool,
        is_bad: impl Fn(&str) -> bool,
    ) {
        let is_known = |entry: &LedgerEntry| !is_bad(address_in_key(&entry.person));
        for (by, checks) in [(By::Name(keys), false), (By::Address, true)] {
            for wanted in [true, false] {
                let entry_counts = |entry: &LedgerEntry| !checks || is_known(entry);
                // What has not moved may be over.
                let unmoved = |entry: &LedgerEntry| {
                    entry.wanted == wanted && is_own(entry) && entry_counts(entry)
                };
                self.pass(by, Pass::RoomAndStart, |_, _| true, |_, entry| unmoved(entry));
                self.later_passes(by, wanted, entry_counts);
            }
        }
    }

    /// For each row the index of its entry.
    pub(super) fn finish(self) -> Vec<Option<usize>> {
        self.entry_of
    }

    /// The passes after the first one.
    fn later_passes(
        &mut self,
        by: By<'_>,
        wanted: bool,
        entry_counts: impl Fn(&LedgerEntry) -> bool,
    ) {
        for over in [false, true] {
            for pass in [Pass::Room, Pass::Start, Pass::Person] {
                // As a rule nothing has moved, and the maps of the later passes are not needed.
                if self.are_complete() {
                    return;
                }
                if over && !wanted {
                    continue;
                }
                self.pass(
                    by,
                    pass,
                    |matching, row| (matching.is_over)(row) == over,
                    |matching, entry| {
                        entry.wanted == wanted && (matching.may_move)(entry) && entry_counts(entry)
                    },
                );
            }
        }
    }

    /// The first pass. Entries with the same person, room and start are rare, and only one of them has an index.
    fn unmoved(&mut self, indexes: &HashMap<u64, usize>, wanted: bool) {
        for (at, row) in self.rows.iter().enumerate() {
            let key = Pass::RoomAndStart.key(&row.person, &row.room, row.start);
            let Some(index) = indexes.get(&key).copied() else { continue };
            let entry = &self.entries[index];
            if self.entry_of[at].is_none()
                && self.is_free[index]
                && entry.wanted == wanted
                && entry.person == row.person
            {
                self.pair(at, index);
            }
        }
    }

    /// Among all that is left, the only row and the only entry with a key.
    fn pass(
        &mut self,
        by: By<'_>,
        pass: Pass,
        row_counts: impl Fn(&Self, &WantedRow) -> bool,
        entry_counts: impl Fn(&Self, &LedgerEntry) -> bool,
    ) {
        let mut groups: HashMap<u64, Group> = HashMap::new();
        for (at, row) in self.rows_left().filter(|(_, row)| row_counts(self, row)) {
            let key = pass.key(&by.of_row(at, row), &row.room, row.start);
            groups.entry(key).or_default().row.add(at);
        }
        for (at, entry) in self.entries_left().filter(|(_, entry)| entry_counts(self, entry)) {
            let key = pass.key(&by.of_entry(at, entry), &entry.room, entry.start);
            groups.entry(key).or_default().entry.add(at);
        }
        for (row, entry) in groups.into_values().filter_map(Group::pair) {
            // Equal hashes do not prove that the people are equal.
            if by.of_row(row, &self.rows[row]) == by.of_entry(entry, &self.entries[entry]) {
                self.pair(row, entry);
            }
        }
    }

    fn pair(&mut self, row: usize, entry: usize) {
        self.entry_of[row] = Some(entry);
        self.is_free[entry] = false;
    }

    /// Whether no row or no entry is left.
    pub(super) fn are_complete(&self) -> bool {
        self.entry_of.iter().all(Option::is_some) || !self.is_free.contains(&true)
    }
}

/// The rows and entries that have the same key in a pass.
#[derive(Clone, Copy, Default)]
struct Group {
    row: Only,
    entry: Only,
}

impl Group {
    /// The row and the entry, if there is exactly one of each.
    fn pair(self) -> Option<(usize, usize)> {
        match (self.row, self.entry) {
            (Only::One(row), Only::One(entry)) => Some((row, entry)),
            _ => None,
        }
    }
}

/// The only member on one side of a group, if there is just one.
#[derive(Clone, Copy, Default)]
enum Only {
    #[default]
    None,
    One(usize),
    Several,
}

impl Only {
    fn add(&mut self, at: usize) {
        *self = match self {
            Only::None => Only::One(at),
            _ => Only::Several,
        };
    }
}

/// What becomes of each entry.
pub(super) fn fates(
    entries: &[LedgerEntry],
    rows: &[WantedRow],
    entry_of: &[Option<usize>],
    organizer: &Organizer,
    bad: &BadRows,
    now: i64,
) -> Vec<Fate> {
    let live = rows.iter().filter(|row| row.end > now);
    let with_live_row: HashSet<&str> = live.map(|row| row.person.as_ref()).collect();
    let over = rows.iter().zip(entry_of).filter(|(row, _)| row.end <= now);
    let has_no_event = |at: usize| entries[at].end > now && entries[at].history.delivered.is_none();
    let over = over.filter(|(_, at)| at.is_none_or(has_no_event));
    let with_past_row: HashMap<&str, i64> =
        over.map(|(row, _)| (row.person.as_ref(), row.start)).collect();
    let may_have_row = |entry: &LedgerEntry| {
        let last = &entry.history.last;
        let is_being_cancelled = last.is_some_and(|last| last.kind == MessageKind::Cancel);
        entry.wanted || entry.history.delivered.is_some() && !is_being_cancelled
    };
    let fate = |entry: &LedgerEntry| {
        let person = entry.person.as_ref();
        if bad.anybody || bad.people.contains(address_in_key(person)) {
            Fate::Kept
        } else if !organizer.has(entry) && with_live_row.contains(person) {
            Fate::Replaced
        } else if let Some(start) = with_past_row.get(person)
            && may_have_row(entry)
            && entry.end > now
        {
            Fate::LeftAlone { row_start: *start }
        } else {
            Fate::Removed
        }
    };
    let mut fates: Vec<Fate> = entries.iter().map(fate).collect();
    for (row, at) in rows.iter().zip(entry_of) {
        let Some(at) = at else { continue };
        let is_alone = row.end <= now && entries[*at].end > now;
        fates[*at] = if is_alone { Fate::LeftAlone { row_start: row.start } } else { Fate::HasRow };
    }
    fates
}

/// Gives entries the keys of their rows, where a name was corrected.
pub(super) fn take_new_keys(
    entries: &mut [LedgerEntry],
    rows: &[WantedRow],
    entry_of: &[Option<usize>],
    now: i64,
) {
    for (row, at) in rows.iter().zip(entry_of).filter(|(row, _)| row.end > now) {
        let Some(at) = at else { continue };
        if entries[*at].person != row.person {
            entries[*at].person = row.person.clone();
        }
    }
}

//! Finding the entry of each row.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use crate::ledger::{LedgerEntry, WantedRow};

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

/// The hash of a person, room and start: rows and entries are looked up by it.
pub(super) fn key(person: &str, room: &str, start: i64) -> u64 {
    // Strings as keys would take four times the memory (`performance` facts, §7). A collision never matches two people:
    // those of the row and the entry are compared as well.
    let mut hasher = DefaultHasher::new();
    (person, room, start).hash(&mut hasher);
    hasher.finish()
}

/// For each row the index of its entry. There are four passes: same person, room and start; person and room; person and
/// start; person. From the second pass on, the entry has moved, and two match only if no other row and no other entry
/// is left with the same values: otherwise it would be unknown which of them moved where.
///
/// All passes first look at entries that the last roster had, so that a row takes over a removed entry only if no
/// current one fits. `indexes` has the index of each entry by person, room and start, and `may_move` says which entries
/// take part in the later passes.
///
/// A row that `is_over` takes what other rows leave, so that a past date of a series does not keep another one from being
/// found; and in these passes it takes no removed entry, because it changes none.
pub(super) fn match_rows(
    entries: &[LedgerEntry],
    rows: &[WantedRow],
    indexes: &HashMap<u64, usize>,
    may_move: impl Fn(&LedgerEntry) -> bool,
    is_over: impl Fn(&WantedRow) -> bool,
) -> Vec<Option<u32>> {
    let mut matches = Matches {
        entries,
        rows,
        entry_of: vec![None; rows.len()],
        is_free: vec![true; entries.len()],
    };
    for wanted in [true, false] {
        matches.unmoved(indexes, wanted);
        for over in [false, true] {
            for pass in [Pass::Room, Pass::Start, Pass::Person] {
                // As a rule nothing has moved, and the maps of the later passes are not needed.
                if matches.are_complete() {
                    return matches.entry_of;
                }
                if over && !wanted {
                    continue;
                }
                matches.moved(
                    pass,
                    |row| is_over(row) == over,
                    |entry| entry.wanted == wanted && may_move(entry),
                );
            }
        }
    }
    matches.entry_of
}

/// What is matched so far.
struct Matches<'m> {
    entries: &'m [LedgerEntry],
    rows: &'m [WantedRow],
    /// For each row the index of its entry. In four octets, because there may be a million of them.
    entry_of: Vec<Option<u32>>,
    /// For each entry, whether no row has it yet.
    is_free: Vec<bool>,
}

impl Matches<'_> {
    /// The first pass. Entries with the same person, room and start are rare, and only the last of them has an index.
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

    /// A later pass: among all that is left, the only row and the only entry with a key.
    fn moved(
        &mut self,
        pass: Pass,
        row_counts: impl Fn(&WantedRow) -> bool,
        entry_counts: impl Fn(&LedgerEntry) -> bool,
    ) {
        let mut groups: HashMap<u64, Group> = HashMap::new();
        for (at, row) in self.rows.iter().enumerate() {
            if self.entry_of[at].is_none() && row_counts(row) {
                let key = pass.key(&row.person, &row.room, row.start);
                groups.entry(key).or_default().row.add(at);
            }
        }
        for (at, entry) in self.entries.iter().enumerate() {
            if self.is_free[at] && entry_counts(entry) {
                let key = pass.key(&entry.person, &entry.room, entry.start);
                groups.entry(key).or_default().entry.add(at);
            }
        }
        for (row, entry) in groups.into_values().filter_map(Group::pair) {
            // Equal hashes do not prove that the people are equal.
            if self.rows[row].person == self.entries[entry].person {
                self.pair(row, entry);
            }
        }
    }

    fn pair(&mut self, row: usize, entry: usize) {
        self.entry_of[row] = u32::try_from(entry).ok();
        self.is_free[entry] = false;
    }

    fn are_complete(&self) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::testing::{entry, row};

    /// Rows and entries are all of one person: each is a room and a start.
    #[test]
    fn rows_and_entries_match_in_four_passes() {
        #[track_caller]
        fn case(entries: &[(&str, i64)], rows: &[(&str, i64)], expected: &[Option<u32>]) {
            let entries: Vec<LedgerEntry> =
                (1..).zip(entries).map(|(id, (room, start))| entry(id, room, *start)).collect();
            let rows: Vec<WantedRow> = rows
                .iter()
                .map(|(room, start)| WantedRow { room: (*room).into(), start: *start, ..row(1) })
                .collect();
            let indexes = entries.iter().enumerate();
            let indexes = indexes
                .map(|(at, entry)| (key(&entry.person, &entry.room, entry.start), at))
                .collect();
            // Starts below zero are over.
            let is_over = |row: &WantedRow| row.start < 0;
            assert_eq!(match_rows(&entries, &rows, &indexes, |_| true, is_over), expected);
        }

        case(&[("a", 1), ("a", 2)], &[("a", 2), ("a", 1)], &[Some(1), Some(0)]);
        // Another start in the same room; another room at the same start; both.
        case(&[("a", 1)], &[("a", 2)], &[Some(0)]);
        case(&[("a", 1), ("a", 2)], &[("b", 2), ("a", 1)], &[Some(1), Some(0)]);
        case(&[("a", 1)], &[("b", 2)], &[Some(0)]);
        // Two that may have moved to the same place: it is unknown which of them did.
        case(&[("a", 1)], &[("a", 2), ("a", 3)], &[None, None]);
        case(&[("a", 1), ("a", 2)], &[("a", 3)], &[None]);
        // The one that is left over once the others are found has moved.
        case(&[("a", 1), ("a", 2)], &[("a", 1), ("b", 9)], &[Some(0), Some(1)]);
        case(&[], &[("a", 1)], &[None]);
        // A row that is over takes what is left: it neither hides the move of another row, nor does it take its entry.
        case(&[("a", 2)], &[("a", -1), ("a", 3)], &[None, Some(0)]);
        case(&[("a", 1), ("a", 2)], &[("a", 1), ("a", -2)], &[Some(0), Some(1)]);
    }
}

//! The ledger's entries beside the roster's rows, while both are read.

use std::collections::{HashMap, VecDeque};

use super::matching::key;
use super::organizer::Organizer;
use crate::ledger::{LedgerEntry, LedgerError, WantedRow};

/// How many entries are read at once. A row finds its entry if it is about as far from the ones before it as in the
/// ledger: people who were moved in the list by fewer places than this are still found.
pub(super) const CHUNK: usize = if cfg!(test) { 4 } else { 1024 };

/// The entries that the next rows may be about. People are in the ledger in the order of the first roster, and a roster
/// usually keeps its order.
#[derive(Debug)]
pub(super) struct Window {
    organizer: Organizer,
    /// In the order of their ids. `None` where a row has taken the entry.
    entries: VecDeque<Option<LedgerEntry>>,
    /// The number of the first of them, counted from the first entry.
    first: usize,
    /// The number of each entry, by person, room and start.
    numbers: HashMap<u64, usize>,
    /// How many rows in a row found nothing.
    misses: usize,
    /// The id of the last entry that was read.
    last: i64,
    /// Whether all entries were read.
    is_complete: bool,
    /// Entries that no row has taken, until they are asked for.
    given_up: Vec<LedgerEntry>,
}

impl Window {
    pub(super) fn new(organizer: Organizer) -> Window {
        Window {
            organizer,
            entries: VecDeque::new(),
            first: 0,
            numbers: HashMap::new(),
            misses: 0,
            last: i64::MIN,
            is_complete: false,
            given_up: Vec::new(),
        }
    }

    /// Takes the entry with the person, room and start of a row, if it is in the roster, under the present organizer, and
    /// near the one that was taken last. `read` reads the next entries after an id, at most as many as it is told.
    pub(super) fn take(
        &mut self,
        row: &WantedRow,
        read: impl Fn(i64, usize) -> Result<Vec<LedgerEntry>, LedgerError>,
    ) -> Result<Option<LedgerEntry>, LedgerError> {
        self.fill(&read)?;
        let key = key(&row.person, &row.room, row.start);
        let number = self.numbers.get(&key).copied();
        let slot = number.and_then(|number| self.entries.get_mut(number - self.first));
        // The number was found by a hash, which another person may share.
        let is_same = |entry: &mut LedgerEntry| {
            (&entry.person, &entry.room, entry.start) == (&row.person, &row.room, row.start)
        };
        let Some((entry, number)) = slot.and_then(|slot| slot.take_if(is_same)).zip(number) else {
            self.misses += 1;
            if self.misses > CHUNK && !self.is_complete {
                // A block of rows is missing, or the order is another one. What is given up here is found in the end.
                self.give_up(self.first + CHUNK);
                self.misses = 0;
            }
            return Ok(None);
        };
        self.misses = 0;
        self.numbers.remove(&key);
        while let Some(None) = self.entries.front() {
            self.entries.pop_front();
            self.first += 1;
        }
        self.give_up(number.saturating_sub(CHUNK / 2));
        Ok(Some(entry))
    }

    /// Entries that were given up since this was last called. To be called after each row: when all rows have moved, no
    /// entry is taken by one.
    pub(super) fn given_up(&mut self) -> Vec<LedgerEntry> {
        std::mem::take(&mut self.given_up)
    }

    /// Gives up some of the entries that are left, when there are no more rows: none after the last.
    pub(super) fn give_up_some(
        &mut self,
        read: impl Fn(i64, usize) -> Result<Vec<LedgerEntry>, LedgerError>,
    ) -> Result<Vec<LedgerEntry>, LedgerError> {
        while self.given_up.is_empty() && !(self.is_complete && self.entries.is_empty()) {
            self.fill(&read)?;
            self.give_up(usize::MAX);
        }
        Ok(self.given_up())
    }

    /// Reads on while there are few entries.
    fn fill(
        &mut self,
        read: impl Fn(i64, usize) -> Result<Vec<LedgerEntry>, LedgerError>,
    ) -> Result<(), LedgerError> {
        while self.entries.len() < CHUNK && !self.is_complete {
            let some = read(self.last, CHUNK)?;
            self.is_complete = some.len() < CHUNK;
            self.last = some.last().map_or(self.last, |entry| entry.id);
            for entry in some {
                // Others are matched when all rows are known.
                if !entry.wanted || !self.organizer.has(&entry) {
                    self.given_up.push(entry);
                    continue;
                }
                let key = key(&entry.person, &entry.room, entry.start);
                self.numbers.insert(key, self.first + self.entries.len());
                self.entries.push_back(Some(entry));
            }
        }
        Ok(())
    }

    /// Gives up the entries before a number.
    fn give_up(&mut self, before: usize) {
        while self.first < before
            && let Some(entry) = self.entries.pop_front()
        {
            if let Some(entry) = entry {
                let key = key(&entry.person, &entry.room, entry.start);
                // Another entry with the same values may have come since.
                if self.numbers.get(&key) == Some(&self.first) {
                    self.numbers.remove(&key);
                }
                self.given_up.push(entry);
            }
            self.first += 1;
        }
    }
}

#[cfg(test)]
impl Window {
    /// How many entries are in memory.
    pub(super) fn held(&self) -> usize {
        self.entries.len() + self.given_up.len()
    }
}

//! Finding the entry of each row.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::store::Store;
use crate::ledger::LedgerError;

/// The hash of a person, room and start.
pub(super) fn key(person: &str, room: &str, start: i64) -> u64 {
    let mut hasher = DefaultHasher::new();
    (person, room, start).hash(&mut hasher);
    hasher.finish()
}

/// What the passes after the first one compare, beside the person.
const MOVED: [&str; 3] = [", room", ", start", ""];

/// Finds for each row its entry. There are four passes: same person, room and start; person and room; person and
/// start; person. From the second pass on, the entry has moved, and two match only if no other row and no other entry
/// is left with the same values: otherwise it would be unknown which of them moved where.
///
/// All passes first look at entries that the last roster had, so that a row takes over a removed entry only if no
/// current one fits. Whether an entry `may_move` says whether it takes part in the later passes.
///
/// A row that is over takes what other rows leave, so that a past date of a series does not keep another one from being
/// found; and in these passes it takes no removed entry, because it changes none.
///
/// Where several people may share an address, their key is address and name. So the passes are repeated for what is left:
/// by address and name, because people whose key was the address alone are still the same people; then by address alone,
/// because a name may have been corrected.
pub(super) struct Matching<'m> {
    store: &'m Store,
    /// How many rows have no entry, and how many entries no row.
    rows_left: usize,
    entries_left: usize,
}

impl<'m> Matching<'m> {
    /// `rows_left` rows have no entry yet, and `entries_left` entries no row.
    pub(super) fn new(store: &'m Store, rows_left: usize, entries_left: usize) -> Matching<'m> {
        Matching { store, rows_left, entries_left }
    }

    /// The four passes by each person's key.
    pub(super) fn by_person(&mut self) -> Result<(), LedgerError> {
        for wanted in ["wanted", "NOT wanted"] {
            self.unmoved(wanted)?;
            self.later_passes("person", wanted, "1")?;
        }
        Ok(())
    }

    /// The passes for people of families, whose columns `name_key` and `address` are filled. An entry whose address has a
    /// bad row is not found by the address alone: the row may be its own.
    pub(super) fn by_name_and_address(&mut self) -> Result<(), LedgerError> {
        for (by, counts) in [("name_key", "1"), ("address", "is_known")] {
            for wanted in ["wanted", "NOT wanted"] {
                // What has not moved may be over.
                let unmoved = format!("own AND {wanted} AND {counts}");
                self.pass(by, ", room, start", "1", &unmoved)?;
                self.later_passes(by, wanted, counts)?;
            }
        }
        Ok(())
    }

    /// Whether no row or no entry is left.
    pub(super) fn is_complete(&self) -> bool {
        self.rows_left == 0 || self.entries_left == 0
    }

    /// The passes after the first one.
    fn later_passes(&mut self, by: &str, wanted: &str, counts: &str) -> Result<(), LedgerError> {
        for rows in ["NOT is_over", "is_over"] {
            if rows == "is_over" && wanted != "wanted" {
                continue;
            }
            for compared in MOVED {
                self.pass(by, compared, rows, &format!("may_move AND {wanted} AND {counts}"))?;
            }
        }
        Ok(())
    }

    /// The first pass. Entries with the same person, room and start are rare: the last one counts.
    fn unmoved(&mut self, wanted: &str) -> Result<(), LedgerError> {
        let entries = format!("own AND {wanted}");
        self.match_groups(
            "person, room, start",
            "1",
            &entries,
            "count(number) > 0 AND count(id) > 0",
        )
    }

    /// Among all that is left, the only row and the only entry with the same values. `rows` and `entries` are the
    /// conditions under which they take part.
    fn pass(
        &mut self,
        by: &str,
        compared: &str,
        rows: &str,
        entries: &str,
    ) -> Result<(), LedgerError> {
        let columns = format!("{by}{compared}");
        self.match_groups(&columns, rows, entries, "count(number) = 1 AND count(id) = 1")
    }

    /// Pairs the first row and the last entry of each group of rows and entries with the same values, if it has `members`.
    fn match_groups(
        &mut self,
        columns: &str,
        rows: &str,
        entries: &str,
        members: &str,
    ) -> Result<(), LedgerError> {
        // As a rule nothing has moved, and nothing is left for the later passes.
        if self.is_complete() {
            return Ok(());
        }
        // Rows and entries together, so that they are sorted once, on disk, and nothing has to be joined.
        let insert = format!(
            "INSERT INTO pair SELECT min(number), max(id) FROM
             (SELECT {columns}, number, NULL AS id FROM roster_row WHERE entry IS NULL AND {rows}
              UNION ALL
              SELECT {columns}, NULL, id FROM known_entry WHERE row IS NULL AND {entries})
             GROUP BY {columns} HAVING {members}"
        );
        let db = self.store.scratch.db();
        let pairs = db.execute(&insert, [])?;
        if pairs > 0 {
            db.execute_batch(
                "UPDATE roster_row SET entry = pair.id FROM pair WHERE pair.number = roster_row.number;
                 UPDATE known_entry SET row = pair.number FROM pair WHERE pair.id = known_entry.id;
                 DELETE FROM pair",
            )?;
        }
        self.rows_left -= pairs;
        self.entries_left -= pairs;
        Ok(())
    }
}

#[cfg(test)]
mod tests;

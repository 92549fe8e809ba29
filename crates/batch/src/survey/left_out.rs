//! Why people are not in the list although the roster has a row about them.

use std::collections::HashSet;

use meetmint_core::address_in_key;

use super::reading::read_rows;
use crate::problem::Problem;
use crate::roster::rows::Row;
use crate::roster::{Choice, Roster, RowReader, Verdict};

/// A row that is left out, and the cell that did it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The person's key.
    pub person: String,
    /// When the row's meeting starts, in seconds since 1970 UTC; `None` if that cannot be read.
    pub start: Option<i64>,
    /// The line on which the row begins.
    pub line: u64,
    /// The heading of the column.
    pub column: String,
    /// The cell, without outer spaces.
    pub value: String,
}

impl Roster {
    /// The rows about people with these keys that are left out by `where` or a status column, in the order of the roster.
    /// They are looked up in a reading of their own: for most rosters nobody asks.
    ///
    /// # Errors
    /// If the roster can no longer be read.
    pub fn left_out_rows(&self, people: &HashSet<&str>) -> Result<Vec<LeftOut>, Problem> {
        let reader = self.row_reader();
        // Everything but the choice: the row of a person who stays away says which meeting it is about.
        let every_row = Choice::default();
        let with_all = RowReader { choice: &every_row, ..reader };
        let find = |rows: &mut dyn Iterator<Item = Row<'_>>| -> Vec<LeftOut> {
            rows.flat_map(|row| {
                let Verdict::LeftOut(decider) = reader.verdict(row) else { return Vec::new() };
                let (column, value) = self.choice().reason(decider);
                let left_out = |person: String, start| LeftOut {
                    person,
                    start,
                    line: row.line(),
                    column: column.to_owned(),
                    value: value.to_owned(),
                };
                match with_all.people(row, &mut Vec::new()) {
                    Some(entries) => entries
                        .into_iter()
                        .map(|entry| {
                            let start = self.meeting_of(&entry).start.as_second();
                            left_out(entry.attendee.key().into_owned(), Some(start))
                        })
                        .collect(),
                    None => reader
                        .bad_people(row)
                        .into_iter()
                        .filter_map(|person| Some(left_out(person.address?, None)))
                        .collect::<Vec<_>>(),
                }
            })
            .filter(|row| {
                people.contains(row.person.as_str()) || people.contains(address_in_key(&row.person))
            })
            .collect()
        };
        let mut all = Vec::new();
        read_rows(self, find, |rows| all.extend(rows))?;
        Ok(all)
    }
}

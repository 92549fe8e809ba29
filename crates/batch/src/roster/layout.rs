//! Which rows of a file are headings, which are people, and which are neither.
//!
//! Exports put a summary above the headings, repeat the headings for each class, add a line of totals, or append a second
//! table. What is certain is left out, with a remark; an address is in none of the rows that are.

mod below;
mod start;

pub(super) use start::letter;

use std::collections::BTreeSet;

use super::address::looks_like_address;
use super::headings::fold;
use super::reading::Reading;
use super::rows::Row;
use super::sample::{Sample, SampleRow};
use crate::problem::Problem;
use crate::remark::Remark;

/// The headings of a roster, and which of its rows are people.
#[derive(Debug)]
pub(crate) struct Layout {
    /// The headings as they are written; the letters of the columns if there are none.
    pub(super) headings: Vec<String>,
    /// The line of the heading row; of the first row if there is none.
    pub(super) line: u64,
    /// Whether there is a heading row.
    pub(super) has_headings: bool,
    /// Where the people are.
    pub(super) rows: PeopleRows,
    /// What is not read.
    pub(super) remarks: Vec<Remark>,
}

/// Which rows are people.
#[derive(Debug, Default)]
pub(crate) struct PeopleRows {
    /// The number of the first row that may be a person's.
    first: u64,
    /// The number of the row with which another table begins.
    end: Option<u64>,
    /// The numbers of rows among them that are none, as far as they were looked at.
    skipped: BTreeSet<u64>,
    /// The headings in the form in which they are compared, to find where they are repeated. Empty if there are none.
    folded: Vec<String>,
}

impl Layout {
    /// Finds the headings and the people. `file` is how the file is shown.
    ///
    /// # Errors
    /// What is wrong with the layout: no row at all, a heading row that is not there, a second table of other people.
    pub(super) fn find(
        sample: &Sample,
        reading: &Reading,
        file: &str,
    ) -> Result<Layout, Vec<Problem>> {
        let start = start::find(&sample.rows, reading.header_row, file)?;
        // Not the number of the first person: a row that cannot be read may come before.
        let above = start.people.checked_sub(1).map(|at| sample.rows[at].number);
        let mut layout = Layout {
            headings: start.headings,
            line: start.line,
            has_headings: start.has_headings,
            rows: PeopleRows {
                first: above.map_or(0, |number| number + 1),
                ..PeopleRows::default()
            },
            remarks: start.remarks,
        };
        if layout.has_headings {
            layout.rows.folded = layout.headings.iter().map(|heading| fold(heading)).collect();
        }
        below::look(&mut layout, &sample.rows[start.people..], sample.is_whole, file)?;
        Ok(layout)
    }

    /// The rows of the sample that are people.
    pub(super) fn people<'s>(&self, sample: &'s Sample) -> Vec<&'s SampleRow> {
        let is_person = |row: &&SampleRow| {
            self.rows.has(row.number)
                && !self.rows.is_no_person(row.cells.iter().map(String::as_str))
        };
        sample.rows.iter().filter(is_person).collect()
    }
}

impl PeopleRows {
    /// Whether a row is to be read as a person.
    pub(crate) fn contains(&self, row: Row<'_>) -> bool {
        // What cannot be read is a problem, and not left out.
        if row.flaw().is_some() {
            return row.number() >= self.first;
        }
        // Most rows have an address, and need no closer look.
        self.has(row.number())
            && (row.cells().any(|cell| cell.contains('@')) || !self.is_no_person(row.cells()))
    }

    /// Whether a row is where people are, by its number.
    fn has(&self, number: u64) -> bool {
        number >= self.first
            && self.end.is_none_or(|end| number < end)
            && !self.skipped.contains(&number)
    }

    /// Whether a row without an address repeats the headings, or has nothing but a number that was filled in for all rows.
    fn is_no_person<'c>(&self, cells: impl Iterator<Item = &'c str> + Clone) -> bool {
        is_blank_but_numbered(cells.clone()) || self.repeats_headings(cells)
    }

    fn repeats_headings<'c>(&self, cells: impl Iterator<Item = &'c str>) -> bool {
        let mut equal = 0;
        for (at, cell) in cells.enumerate() {
            if cell.trim().is_empty() {
                continue;
            }
            if self
                .folded
                .get(at)
                .is_none_or(|heading| heading.is_empty() || *heading != fold(cell))
            {
                return false;
            }
            equal += 1;
        }
        // In a list of one column, its only cell; elsewhere a single cell may be equal by chance.
        equal >= 2.min(self.folded.iter().filter(|heading| !heading.is_empty()).count())
            && equal > 0
    }
}

/// Whether the only cells with something in them are numbers and empty boxes: spreadsheets number rows, and put boxes
/// into them, before anybody is in the list.
fn is_blank_but_numbered<'c>(cells: impl Iterator<Item = &'c str>) -> bool {
    let is_filler = |cell: &str| {
        let cell = cell.trim().trim_end_matches('.');
        cell.len() <= 6 && cell.bytes().all(|byte| byte.is_ascii_digit())
            || matches!(cell, "FALSE" | "false" | "FALSCH" | "FAUX" | "FALSO" | "☐")
    };
    cells.into_iter().all(|cell| cell.chars().all(char::is_whitespace) || is_filler(cell))
}

/// Whether a row has an address.
fn has_address(row: &SampleRow) -> bool {
    row.filled().any(|(_, cell)| looks_like_address(cell))
}

/// "line 3", "lines 1 to 4".
fn lines(first: u64, last: u64) -> String {
    if first == last { format!("line {first}") } else { format!("lines {first} to {last}") }
}

#[cfg(test)]
mod tests;

//! What a layout is: the headings, and which rows are people.

use std::collections::BTreeSet;

use super::super::address::looks_like_address;
use super::super::headings::fold;
use super::super::rows::Row;
use super::super::sample::SampleRow;
use crate::remark::Remark;

/// The headings of a roster, and which of its rows are people.
#[derive(Debug)]
pub(crate) struct Layout {
    /// The headings as they are written; the letters of the columns if there are none.
    pub(in super::super) headings: Vec<String>,
    /// The line of the heading row; of the first row if there is none.
    pub(in super::super) line: u64,
    /// Whether there is a heading row.
    pub(in super::super) has_headings: bool,
    /// What separates the cells of a row; `None` in a workbook.
    pub(in super::super) separator: Option<char>,
    /// Whether the whole list was looked at: in a long one, what follows the sample may be different.
    pub(in super::super) is_whole: bool,
    /// Where the people are.
    pub(in super::super) rows: PeopleRows,
    /// What is not read.
    pub(in super::super) remarks: Vec<Remark>,
}

/// Which rows are people.
#[derive(Debug, Default)]
pub(crate) struct PeopleRows {
    /// The number of the first row that may be a person's.
    pub(super) first: u64,
    /// The number of the row with which another table begins.
    pub(super) end: Option<u64>,
    /// The numbers of rows among them that are none, as far as they were looked at.
    pub(super) skipped: BTreeSet<u64>,
    /// The headings in the form in which they are compared, to find where they are repeated. Empty if there are none.
    pub(super) folded: Vec<String>,
    /// The columns whose headings say that they are of names.
    pub(super) names: BTreeSet<usize>,
}

impl PeopleRows {
    /// Whether a row is to be read as a person.
    pub(crate) fn contains(&self, row: Row<'_>) -> bool {
        // What cannot be read is a problem, and not left out.
        if row.flaw().is_some() {
            return row.number() >= self.first;
        }
        // Most rows have an address, and need no closer look.
        self.has(row.number()) && (row.has_at() || !self.is_no_person(row.filled_cells()))
    }

    /// Whether a row is where people are, by its number.
    pub(crate) fn has(&self, number: u64) -> bool {
        number >= self.first
            && self.end.is_none_or(|end| number < end)
            && !self.skipped.contains(&number)
    }

    /// Whether a heading says that its column is of names.
    pub(super) fn is_of_names(&self, at: usize) -> bool {
        self.names.contains(&at)
    }

    /// Whether a row without an address repeats the headings, or has nothing but a number that was filled in for all rows.
    pub(super) fn is_no_person<'c>(&self, cells: impl Iterator<Item = &'c str> + Clone) -> bool {
        is_blank_but_numbered(cells.clone()) || self.repeats_headings(cells)
    }

    /// Whether all cells of a row are what the headings above them are. A row with an address is always a person.
    pub(super) fn repeats_headings<'c>(&self, cells: impl Iterator<Item = &'c str>) -> bool {
        let mut equal = 0;
        for (at, cell) in cells.enumerate() {
            if cell.trim().is_empty() {
                continue;
            }
            if looks_like_address(cell) {
                return false;
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
pub(super) fn is_blank_but_numbered<'c>(cells: impl Iterator<Item = &'c str>) -> bool {
    let is_filler = |cell: &str| {
        let cell = cell.trim().trim_end_matches('.');
        cell.len() <= 6 && cell.bytes().all(|byte| byte.is_ascii_digit())
            || matches!(cell, "FALSE" | "false" | "FALSCH" | "FAUX" | "FALSO" | "☐")
    };
    cells.into_iter().all(|cell| cell.chars().all(char::is_whitespace) || is_filler(cell))
}

/// Whether a row has an address.
pub(super) fn has_address(row: &SampleRow) -> bool {
    row.filled().any(|(_, cell)| looks_like_address(cell))
}

/// "line 3", "lines 1 to 4".
pub(super) fn lines(first: u64, last: u64) -> String {
    if first == last { format!("line {first}") } else { format!("lines {first} to {last}") }
}

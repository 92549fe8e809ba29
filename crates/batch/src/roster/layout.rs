//! Which rows of a file are headings, which are people, and which are neither.
//!
//! Exports put a summary above the headings, repeat the headings for each class, add a line of totals, or append a second
//! table. What is certain is left out, with a remark; an address is in none of the rows that are.

mod below;
mod outline;
mod start;

use super::field::Field;
use super::headings::{HeadingKind, Whose, fold, guesses};
use super::reading::Reading;
use super::sample::{Sample, SampleRow};
use crate::problem::Problem;
pub(super) use outline::{Layout, PeopleRows};
pub(super) use start::letter;

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
            separator: None,
            is_whole: sample.is_whole,
            rows: PeopleRows {
                first: above.map_or(0, |number| number + 1),
                ..PeopleRows::default()
            },
            remarks: start.remarks,
        };
        if layout.has_headings {
            let is_of_names = |heading: &str| {
                let names =
                    [Field::Name, Field::FirstName, Field::LastName].map(HeadingKind::Field);
                guesses(heading)
                    .iter()
                    .any(|guess| names.contains(&guess.kind) && guess.whose != Whose::Other)
            };
            let headings = layout.headings.iter().enumerate();
            layout.rows.names =
                headings.filter(|(_, heading)| is_of_names(heading)).map(|(at, _)| at).collect();
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

#[cfg(test)]
mod tests;

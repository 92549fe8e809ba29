//! Which rows of a roster count: by `where`, and by what a status column says.

mod report;
mod rules;
mod tally;
mod words;

pub(crate) use rules::{Choice, Verdict};
pub(crate) use tally::ChoiceTally;

/// Whether a cell holds a word that is known from status columns, whatever it decides.
#[expect(dead_code, reason = "for telling what a column `Status` is about")]
pub(crate) fn is_status_word(cell: &str) -> bool {
    words::standing(cell).is_some()
}

#[cfg(test)]
mod tests;

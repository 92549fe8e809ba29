//! Which rows of a roster count: by `where`, and by what a status column says.

mod headings;
mod report;
mod rules;
mod tally;
mod words;

pub(crate) use headings::{is_about_taking_part, is_of_absence};
pub(crate) use report::{MOST_STATUSES, counts, further};
pub(crate) use rules::{Choice, Verdict};
pub(crate) use tally::{ChoiceTally, Values};
pub(crate) use words::{Standing, standing};

/// Whether a cell holds a word that is known from status columns, whatever it decides.
pub(crate) fn is_status_word(cell: &str) -> bool {
    words::standing(cell).is_some()
}

/// Whether a cell of a status column says that somebody does not take part.
pub(crate) fn stays_away(cell: &str) -> bool {
    words::standing(cell) == Some(words::Standing::StaysAway)
}

#[cfg(test)]
mod tests;

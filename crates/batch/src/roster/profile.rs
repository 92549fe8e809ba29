//! What the cells of a column are, whatever its heading says.

use std::collections::HashSet;

use super::address::looks_like_address;
use super::cell_text::{is_missing, trimmed};
use super::field::Field;
use super::name_form::{could_be_name, is_whole_name, without_additions};
use super::sample::SampleRow;
use crate::roles::yes_or_no;

/// What the cells of a column are. All counts are of cells that have something in them.
#[derive(Clone, Debug, Default)]
pub(super) struct ColumnProfile {
    /// All of them.
    pub(super) filled: usize,
    /// Those that are addresses.
    pub(super) addresses: usize,
    /// Those of them with nothing beside the address.
    pub(super) bare_addresses: usize,
    /// Those that could be the name of a person, or a part of one.
    pub(super) names: usize,
    /// Those of them with two to four words that begin with capitals, as whole names do.
    pub(super) whole_names: usize,
    /// Those that say yes or no.
    pub(super) answers: usize,
    /// Those without a letter: numbers, dates, marks.
    pub(super) letterless: usize,
    /// Those that are URLs.
    pub(super) urls: usize,
    /// Those of them whose first letter is a capital, or of a script without capitals.
    pub(super) capitals: usize,
    /// Those of rows with an address of which a word is in the part before the `@`.
    pub(super) in_address: usize,
    /// Different ones.
    pub(super) distinct: usize,
}

impl ColumnProfile {
    /// The profile of the column at an index, but for what only the column of addresses tells.
    pub(super) fn of(rows: &[&SampleRow], at: usize) -> ColumnProfile {
        let mut profile = ColumnProfile::default();
        let mut seen = HashSet::new();
        for row in rows {
            let cell = trimmed(row.cell(at));
            if cell.is_empty() || is_missing(Field::Name, cell) {
                continue;
            }
            profile.filled += 1;
            seen.insert(cell);
            if looks_like_address(cell) {
                profile.addresses += 1;
                profile.bare_addresses += usize::from(!cell.contains(char::is_whitespace));
                continue;
            }
            profile.answers += usize::from(yes_or_no(cell).is_some());
            profile.letterless += usize::from(!cell.contains(char::is_alphabetic));
            profile.urls += usize::from(cell.contains("://"));
            if could_be_name(cell) {
                profile.names += 1;
                let first = without_additions(cell);
                profile.capitals += usize::from(
                    !first.starts_with(|c: char| !c.is_alphabetic() || c.is_lowercase()),
                );
                profile.whole_names += usize::from(is_whole_name(first));
            }
        }
        profile.distinct = seen.len();
        profile
    }

    /// Compares the names in the column at an index with the addresses in the column `email`.
    pub(super) fn compare_with_addresses(&mut self, rows: &[&SampleRow], at: usize, email: usize) {
        // Most columns, and nothing in them has to be looked at again.
        if self.names == 0 {
            return;
        }
        let is_in_address = |row: &&&SampleRow| {
            let cell = row.cell(at);
            let local = row.cell(email).split_once('@');
            local.is_some_and(|(local, _)| shares_a_word(cell, local)) && is_name(cell)
        };
        self.in_address = rows.iter().filter(is_in_address).count();
    }

    /// Whether at least `percent` of the cells are addresses, and at least one is.
    pub(super) fn is_of_addresses(&self, percent: usize) -> bool {
        self.addresses > 0 && self.addresses * 100 >= self.filled * percent
    }

    /// Whether these could be names of people, as far as cells can tell: most have the form of a name, and not all are the
    /// same. Towns and companies look the same.
    pub(super) fn could_be_names(&self) -> bool {
        self.filled > 0
            && self.names * 100 >= self.filled * 80
            && (self.capitals * 100 >= self.filled * 80
                || self.in_address * 100 >= self.filled * 30)
            && (self.distinct > 1 || self.filled <= 3)
    }
}

/// Whether a cell counts among the names of its column.
fn is_name(cell: &str) -> bool {
    !is_missing(Field::Name, cell) && !looks_like_address(cell) && could_be_name(cell)
}

/// Whether a word of at least three letters of a name is in the part of an address before the `@`.
fn shares_a_word(name: &str, local: &str) -> bool {
    let local = super::headings::fold(local);
    let words = name.split(|c: char| !c.is_alphabetic()).map(super::headings::fold);
    words.filter(|word| word.chars().count() >= 3).any(|word| local.contains(&word))
}

//! The columns while it is being decided what they mean.

use super::super::cell_text::{is_missing, trimmed};
use super::super::field::{FIELDS, Field, PER_ROW};
use super::super::headings::{HeadingGuess, HeadingKind, Whose, guesses};
use super::super::layout::{Layout, letter};
use super::super::profile::ColumnProfile;
use super::super::sample::SampleRow;
use crate::parallel::on_all_cores;
use crate::problem::Problem;
use crate::remark::Remark;
use crate::suggestion::{quoted, toml_string};

/// The columns while it is being decided what they mean.
pub(super) struct Table<'t> {
    headings: Vec<String>,
    guesses: Vec<Vec<HeadingGuess>>,
    has_headings: bool,
    separator: Option<char>,
    is_whole: bool,
    pub(super) profiles: Vec<ColumnProfile>,
    pub(super) people: &'t [&'t SampleRow],
    file: &'t str,
    line: u64,
    /// Fields that the user names.
    pub(super) named: Vec<Field>,
    /// Whether the user says that a column means nothing.
    pub(super) ignored: Vec<bool>,
    pub(super) taken: Vec<Option<Field>>,
    pub(super) by_field: [Vec<usize>; FIELDS.len()],
    pub(super) spare_addresses: Vec<usize>,
    /// A column `Status` whose first cells are no status.
    pub(super) spare_status: Option<usize>,
    /// Fields that may be one of several columns, which is among the problems.
    pub(super) refused: Vec<Field>,
    pub(super) problems: Vec<Problem>,
    pub(super) remarks: Vec<Remark>,
}

impl<'t> Table<'t> {
    pub(super) fn new(layout: &Layout, people: &'t [&'t SampleRow], file: &'t str) -> Table<'t> {
        // Cells beyond the last heading are a problem of their row.
        let columns = layout.headings.len();
        let guesses: Vec<_> = layout
            .headings
            .iter()
            .map(|heading| if layout.has_headings { guesses(heading) } else { Vec::new() })
            .collect();
        Table {
            headings: layout.headings.iter().map(|heading| heading.trim().to_owned()).collect(),
            guesses,
            has_headings: layout.has_headings,
            separator: layout.separator,
            is_whole: layout.is_whole,
            profiles: on_all_cores((0..columns).collect(), |at| ColumnProfile::of(people, at)),
            people,
            file,
            line: layout.line,
            named: Vec::new(),
            ignored: vec![false; columns],
            taken: vec![None; columns],
            by_field: Default::default(),
            spare_addresses: Vec::new(),
            spare_status: None,
            refused: Vec::new(),
            problems: Vec::new(),
            remarks: Vec::new(),
        }
    }

    /// How many columns there are.
    pub(super) fn len(&self) -> usize {
        self.headings.len()
    }

    /// Whether columns are known by their letters.
    pub(super) fn has_no_headings(&self) -> bool {
        !self.has_headings
    }

    /// What to do about a list without headings: a row of them, as many as there are columns, as its cells seem to be.
    pub(super) fn heading_row_hint(&self) -> String {
        let mut email = Some("email");
        let mut names = vec!["last_name", "first_name"];
        let heading = |at: usize| {
            let profile = &self.profiles[at];
            let known = if profile.is_of_addresses(50) {
                email.take()
            } else if !profile.could_be_names() {
                None
            } else if names.len() == 2 && profile.whole_names * 2 > profile.filled {
                names.clear();
                Some("name")
            } else {
                names.pop()
            };
            known.map_or_else(|| format!("column{}", at + 1), str::to_owned)
        };
        let headings: Vec<String> = (0..self.len()).map(heading).collect();
        match self.separator {
            Some(separator) if !separator.is_whitespace() => {
                let row = headings.join(&separator.to_string());
                format!("write a heading row above the first person, such as `{row}`")
            }
            _ => format!(
                "write a heading row above the first person, with these headings in its cells, for example: {}",
                headings.join(", ")
            ),
        }
    }

    pub(super) fn heading(&self, at: usize) -> &str {
        &self.headings[at]
    }

    /// What the user can call a column by: its heading, or its letter if it has none.
    pub(super) fn shown(&self, at: usize) -> String {
        if self.headings[at].is_empty() { letter(at) } else { self.headings[at].clone() }
    }

    /// The same, quoted for a message.
    pub(super) fn quoted(&self, at: usize) -> String {
        quoted(&self.shown(at))
    }

    /// Gives a column a meaning.
    pub(super) fn take(&mut self, field: Field, at: usize) {
        self.by_field[field as usize].push(at);
        self.taken[at] = Some(field);
    }

    pub(super) fn is_free(&self, at: usize) -> bool {
        self.taken[at].is_none() && !self.ignored[at]
    }

    /// Whether nothing is known about a column by its heading.
    pub(super) fn is_unknown(&self, at: usize) -> bool {
        self.guesses[at].is_empty()
    }

    /// Whether a heading may say that its column holds this kind.
    pub(super) fn is_called(&self, at: usize, kind: HeadingKind) -> bool {
        self.guesses[at].iter().any(|guess| guess.kind == kind)
    }

    /// The columns that are still free.
    pub(super) fn free(&self) -> Vec<usize> {
        (0..self.len()).filter(|at| self.is_free(*at)).collect()
    }

    /// Whose value a heading says that a free column holds, if it says that it holds this kind.
    pub(super) fn whose(&self, at: usize, kind: HeadingKind) -> Option<Whose> {
        let guess = self.guesses[at].iter().find(|guess| guess.kind == kind)?;
        self.is_free(at).then_some(guess.whose)
    }

    /// Whether the heading of a column, free or not, says that it holds this kind of value of these people.
    pub(super) fn is_called_as(&self, at: usize, kind: HeadingKind, whose: Whose) -> bool {
        self.guesses[at].iter().any(|guess| guess.kind == kind && guess.whose == whose)
    }

    /// The free columns whose headings say that they hold this kind of value of this person.
    pub(super) fn called(&self, kind: HeadingKind, whose: &[Whose]) -> Vec<usize> {
        let is_called = |at: &usize| self.whose(*at, kind).is_some_and(|it| whose.contains(&it));
        (0..self.len()).filter(is_called).collect()
    }

    /// The first column of a field.
    pub(super) fn first(&self, field: Field) -> Option<usize> {
        self.by_field[field as usize].first().copied()
    }

    /// Whether a column has any value of a field. A mark for nothing, such as `-`, is a value where it is not read as an empty
    /// cell: as a status, and in the row's own meeting.
    fn is_filled(&self, field: Field, at: usize) -> bool {
        let has_marks =
            field != Field::Status && (field == Field::Title || !PER_ROW.contains(&field));
        let is_value =
            |cell: &str| !(trimmed(cell).is_empty() || has_marks && is_missing(field, cell));
        self.people.iter().any(|row| is_value(row.cell(at)))
    }

    /// Leaves out columns without any value of a field, if others have some: surveys and merged lists have such columns
    /// beside those that are filled in. Where it matters which column is used, a column counts as empty only if the whole
    /// list was looked at: further down, it may be filled in.
    pub(super) fn drop_empty(&self, field: Field, columns: &mut Vec<usize>, matters: bool) {
        if (self.is_whole || !matters) && columns.iter().any(|at| self.is_filled(field, *at)) {
            columns.retain(|at| self.is_filled(field, *at));
        }
    }

    /// Whether a field is decided: by the user, or by a column with any value.
    pub(super) fn is_decided(&self, field: Field) -> bool {
        self.named.contains(&field)
            || self.by_field[field as usize]
                .iter()
                .any(|at| !self.is_whole || self.is_filled(field, *at))
    }

    /// A problem with the heading row.
    pub(super) fn problem(&self, code: &'static str, message: impl Into<String>) -> Problem {
        Problem::of_file(code, self.file, message).at(self.line)
    }

    /// `"Heading"`, as a line for `meeting.toml` has it.
    pub(super) fn in_toml(&self, at: usize) -> String {
        toml_string(&self.shown(at))
    }

    /// Several columns, quoted: "`A`, `B` and `C`".
    pub(super) fn listed(&self, columns: &[usize]) -> String {
        let all: Vec<String> = columns.iter().take(8).map(|at| self.quoted(*at)).collect();
        match &all[..] {
            [] => String::new(),
            [one] => one.clone(),
            [first @ .., last] => format!("{} and {last}", first.join(", ")),
        }
    }

    /// Whether two columns have the same cells, as far as the second has any.
    pub(super) fn agree(&self, at: usize, other: usize) -> bool {
        self.people.iter().all(|row| {
            row.cell(other).is_empty()
                || row.cell(at).to_lowercase() == row.cell(other).to_lowercase()
        })
    }
}

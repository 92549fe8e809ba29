//! What each column of a roster is taken for: headings and cells decide together.
//!
//! A meaning is given to a column only where both agree, or nothing else can be meant. Otherwise the roster is refused with
//! the line for `meeting.toml` that decides.

mod email;
mod name_doubts;
mod names;
mod others;
mod settings;
mod something_else;
mod table;

use meetmint_core::one_line;

use super::condition::RowCondition;
use super::field::{FIELDS, Field, PER_ROW};
use super::headings::fold;
use super::layout::Layout;
use super::sample::SampleRow;
use crate::problem::Problem;
use crate::remark::Remark;
use crate::roles::Roles;
pub use settings::ColumnSettings;
use table::Table;

/// The longest heading, in characters. Forms have whole questions for headings.
const LONGEST_HEADING: usize = 1000;

/// A column, and what it is taken for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The heading, on one line.
    pub heading: String,
    /// What the column means.
    pub meaning: Meaning,
}

/// What a column is taken for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// One of the known fields.
    Field(Field),
    /// A field of the meeting that `per_row` does not name: it changes no meeting, and templates know it
    /// as `extra.KEY`.
    LeftAlone(Field, String),
    /// Anything else: templates know it as `extra.KEY`.
    Extra(String),
}

/// The columns of a roster by what they mean.
#[derive(Clone, Debug)]
pub(crate) struct Columns {
    all: Vec<Column>,
    /// Indexes of columns by field.
    by_field: [Vec<usize>; FIELDS.len()],
    per_row: Vec<Field>,
    /// Columns of other addresses of the same people. Where the right column is empty, they must not be overlooked.
    spare_addresses: Vec<usize>,
    /// A column `Status` whose first cells are no status.
    spare_status: Option<usize>,
    /// Whether people have addresses, as far as the first of them show.
    has_addresses: bool,
}

impl Columns {
    /// Decides what each column means, by the headings, and the cells of the first `people`. `file` is how the file is
    /// shown.
    ///
    /// # Errors
    /// What is not certain, each with the line to write; columns that the user names and that are not there.
    pub(super) fn decide(
        layout: &Layout,
        people: &[&SampleRow],
        settings: &ColumnSettings,
        conditions: &[RowCondition],
        roles: &Roles,
        file: &str,
    ) -> Result<(Columns, Vec<Remark>), Vec<Problem>> {
        let mut table = Table::new(layout, people, file);
        settings::apply(&mut table, settings);
        email::choose(&mut table);
        names::choose(&mut table);
        others::choose(&mut table, settings, conditions, roles);
        for field in &settings.per_row {
            // Without this, a misspelled heading would leave everybody in the common meeting.
            if table.by_field[*field as usize].is_empty() && !table.refused.contains(field) {
                table.problems.push(settings::no_column_for(*field, file, layout.line));
            }
        }
        if !table.problems.is_empty() {
            return Err(table.problems);
        }
        let all = (0..table.len()).map(|at| {
            // Shown in messages and link files, so a line break or a control character must not survive.
            let heading = one_line(table.heading(at), LONGEST_HEADING).unwrap_or_default();
            let meaning = match table.taken[at] {
                Some(field) if is_used(field, &settings.per_row) => Meaning::Field(field),
                Some(field) => Meaning::LeftAlone(field, extra_key(&heading)),
                None => Meaning::Extra(extra_key(&heading)),
            };
            Column { heading, meaning }
        });
        let columns = Columns {
            all: all.collect(),
            by_field: table.by_field.clone(),
            per_row: settings.per_row.clone(),
            spare_addresses: table.spare_addresses.clone(),
            spare_status: table.spare_status,
            has_addresses: table.by_field[Field::Email as usize]
                .iter()
                .any(|at| table.profiles[*at].addresses > 0),
        };
        Ok((columns, table.remarks))
    }

    /// All columns, in the order of the file.
    pub(crate) fn all(&self) -> &[Column] {
        &self.all
    }

    /// The indexes of the columns of a field; none if the file has no such column, or it is left alone.
    pub(crate) fn of(&self, field: Field) -> &[usize] {
        if is_used(field, &self.per_row) { &self.by_field[field as usize] } else { &[] }
    }

    /// Whether a field has a column that is used.
    pub(crate) fn has(&self, field: Field) -> bool {
        !self.of(field).is_empty()
    }

    /// Whether a row may override a field of the meeting.
    pub(crate) fn overrides(&self, field: Field) -> bool {
        self.per_row.contains(&field)
    }

    /// Columns of other addresses of the same people.
    pub(super) fn spare_addresses(&self) -> &[usize] {
        &self.spare_addresses
    }

    /// A column `Status` that is not used, because the first of its cells are no status.
    pub(super) fn spare_status(&self) -> Option<usize> {
        self.spare_status
    }

    /// Whether this is a list of people with addresses: a row without one is then an exception.
    pub(super) fn has_addresses(&self) -> bool {
        self.has_addresses
    }

    /// The heading of a field's first column, for messages.
    pub(crate) fn heading(&self, field: Field) -> &str {
        self.of(field).first().map_or(field.name(), |at| self.all[*at].heading.as_str())
    }

    /// The index of a column by its heading, compared as loosely as in recognizing columns.
    pub(crate) fn position(&self, heading: &str) -> Option<usize> {
        let wanted = fold(heading);
        self.all.iter().position(|column| !wanted.is_empty() && fold(&column.heading) == wanted)
    }
}

/// Whether a column of this field is read. A field of the meeting is used only if `per_row` names it, because
/// a column `Title` often holds `Dr`. A zone that moves no meeting is still the person's own.
fn is_used(field: Field, per_row: &[Field]) -> bool {
    field == Field::Zone || !PER_ROW.contains(&field) || per_row.contains(&field)
}

/// The name of a column in templates: lower case, and `_` for everything but letters and digits.
pub(super) fn extra_key(heading: &str) -> String {
    // A key has to be a name in the template language: `{{ extra.t_shirt }}`.
    let key = heading.trim().to_lowercase();
    key.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect()
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(super) use tests::of_headings;

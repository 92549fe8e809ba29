//! The cells of one row by what their columns mean.

use super::cell_text::{is_formula, is_missing, trimmed};
use super::columns::Columns;
use super::field::Field;
use super::rows::Row;
use crate::problem::Problem;
use crate::rejection::Rejection;
use crate::suggestion::quoted;

/// The cells of one row by what their columns mean, and problems with the row's location.
#[derive(Clone, Copy)]
pub(super) struct Cells<'r, 'b> {
    pub(super) columns: &'r Columns,
    /// The file as it is shown to the user.
    pub(super) file: &'r str,
    pub(super) row: Row<'b>,
    /// Of several columns of addresses the one that counts. Without it, all of them do.
    pub(super) email_column: Option<usize>,
}

impl<'b> Cells<'_, 'b> {
    /// The first cell of a field that has something in it, without outer spaces. A mark for nothing, such as `-`, counts
    /// as empty.
    pub(super) fn get(&self, field: Field) -> Option<&'b str> {
        // Without allocation: this runs for each field of each row.
        let mut cells = self.columns_of(field).iter().map(|at| trimmed(self.row.cell(*at)));
        cells.find(|cell| !cell.is_empty() && !self.stands_for_nothing(field, cell))
    }

    /// Whether a cell is a mark for nothing. Where a row may override the meeting, `?` in a room or start is no reason to
    /// put somebody into everybody's meeting.
    fn stands_for_nothing(&self, field: Field, cell: &str) -> bool {
        is_missing(field, cell) && (field == Field::Title || !self.columns.overrides(field))
    }

    /// The first cell of a field that is shown as it is. A formula in it is a problem.
    pub(super) fn text(&self, field: Field, problems: &mut Vec<Problem>) -> Option<&'b str> {
        let cell = self.get(field)?;
        if is_formula(cell) {
            problems.push(self.formula(field, cell));
        }
        Some(cell)
    }

    /// The problem with a formula, or the error of one, in place of its value.
    pub(super) fn formula(&self, field: Field, cell: &str) -> Problem {
        let message = format!("{} is a formula or its error, not a value", quoted(cell));
        let hint = "replace it with its value, or leave the cell empty";
        self.problem_in(field, "formula", message).hint(hint)
    }

    /// The same cells for the person whose address is in this column.
    pub(super) fn of_email_column(self, at: usize) -> Self {
        Cells { email_column: Some(at), ..self }
    }

    fn columns_of(&self, field: Field) -> &[usize] {
        match (field, &self.email_column) {
            (Field::Email, Some(at)) => std::slice::from_ref(at),
            _ => self.columns.of(field),
        }
    }

    /// Reads a cell that may be empty; a [`Rejection`] becomes a problem.
    pub(super) fn parse<T, E: Into<Rejection>>(
        &self,
        field: Field,
        code: &'static str,
        problems: &mut Vec<Problem>,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let cell = self.get(field)?;
        match parse(cell) {
            Ok(value) => Some(value),
            Err(rejection) => {
                let Rejection { message, hint } = rejection.into();
                let message = format!("{}: {message}", quoted(cell));
                problems.push(self.problem_in(field, code, message).hint(hint));
                None
            }
        }
    }

    /// A problem with the row.
    pub(super) fn problem(&self, code: &'static str, message: impl Into<String>) -> Problem {
        Problem::of_file(code, self.file, message).at(self.row.line())
    }

    /// A problem with one of its cells.
    pub(super) fn problem_in(
        &self,
        field: Field,
        code: &'static str,
        message: impl Into<String>,
    ) -> Problem {
        let heading = match self.columns_of(field) {
            [at, ..] => self.columns.all()[*at].heading.as_str(),
            [] => self.columns.heading(field),
        };
        self.problem(code, message).in_column(heading)
    }
}

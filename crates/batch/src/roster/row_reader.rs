//! From a row of cells to a person at a meeting, or to the problems with the row.

use meetmint_core::{Attendee, DisplayName, Email, one_line};

use super::cells::Cells;
use super::columns::Columns;
use super::entry::RosterEntry;
use super::field::Field;
use super::other_separator::other_separator;
use super::own_meeting::own_meeting;
use super::person;
use super::rows::Row;
use crate::meeting_spec::MeetingSpec;
use crate::problem::Problem;
use crate::roles::Roles;

/// The longest `id` cell, in characters. It is part of each token, and so of each link.
const LONGEST_ID: usize = 100;

/// What a row is read with.
#[derive(Clone, Copy)]
pub(crate) struct RowReader<'r> {
    pub(crate) columns: &'r Columns,
    pub(crate) roles: &'r Roles,
    pub(crate) meeting: &'r MeetingSpec,
    pub(crate) need_email: bool,
    /// The file as it is shown to the user.
    pub(crate) file: &'r str,
}

impl RowReader<'_> {
    /// The person of a row; `None` if there is a problem with it. All its problems are added.
    pub(crate) fn entry(&self, row: Row<'_>, problems: &mut Vec<Problem>) -> Option<RosterEntry> {
        let before = problems.len();
        let cells = self.cells(row);
        // Alone: what else would be reported about such a row is a consequence.
        if let Some(problem) = other_separator(cells) {
            problems.push(problem);
            return None;
        }
        // All cells are read even after a problem, so that the user can correct the row in one go.
        problems.extend(self.too_many_cells(cells));
        let name = person::name(cells);
        let email = person::email(cells, self.need_email, name.as_ref(), problems);
        let role = person::role(cells, self.roles, email.as_ref(), problems);
        let own_meeting = own_meeting(cells, self.meeting, problems);
        let avatar = person::avatar(cells, problems);
        let language = person::language(cells, problems);
        let zone = person::zone(cells, problems);
        if problems.len() > before {
            return None;
        }
        // Many rosters are lists of addresses.
        let from_address = || DisplayName::clean(email.as_ref()?.local_part());
        let Some(name) = name.or_else(from_address) else {
            let message = "this row has neither a name nor an email address";
            problems.push(cells.problem("no-person", message));
            return None;
        };
        let own_id = cells.get(Field::Id).and_then(|cell| one_line(cell, LONGEST_ID));
        let attendee = Attendee { own_id, email, name, avatar, namesake: 1 };
        Some(RosterEntry { attendee, role, own_meeting, language, zone })
    }

    /// The key of the person of a row, if its address can be read: that much is known of most bad rows.
    pub(crate) fn key(&self, row: Row<'_>) -> Option<String> {
        let email = Email::parse(self.cells(row).get(Field::Email)?).ok()?;
        Some(email.key().into_owned())
    }

    /// Whether a row has something in the column of addresses.
    pub(crate) fn has_address(&self, row: Row<'_>) -> bool {
        self.cells(row).get(Field::Email).is_some()
    }

    fn cells<'b>(&self, row: Row<'b>) -> Cells<'_, 'b> {
        Cells { columns: self.columns, file: self.file, row }
    }

    /// A cell without a heading is mostly part of the one before, which was not quoted: the cells after it
    /// are then read under the wrong headings.
    fn too_many_cells(&self, cells: Cells<'_, '_>) -> Option<Problem> {
        let headings = self.columns.all().len();
        // Spreadsheet programs export empty cells after the last heading.
        if cells.row.cells().skip(headings).all(|cell| cell.trim().is_empty()) {
            return None;
        }
        let message =
            format!("this row has {} cells, but there are {headings} headings", cells.row.len());
        let problem = cells.problem("too-many-cells", message);
        Some(problem.hint("put a cell that contains the separator in double quotes"))
    }
}

//! From a row of cells to a person at a meeting, or to the problems with the row.

use meetmint_core::{Attendee, DisplayName, Email, LinkPart, LinkSize, LinkTooLong, one_line};

use super::cells::Cells;
use super::columns::Columns;
use super::entry::{NameSource, RosterEntry};
use super::field::Field;
use super::marked_cells;
use super::other_separator::other_separator;
use super::own_meeting::own_meeting;
use super::person;
use super::rows::{QUOTES, Row, RowFlaw};
use crate::meeting_spec::MeetingSpec;
use crate::problem::Problem;
use crate::roles::Roles;
use crate::suggestion::quoted;

/// The longest `id` cell, in characters. It is part of each token, and so of each link.
const LONGEST_ID: usize = 100;

/// What a row is read with.
#[derive(Clone, Copy)]
pub(crate) struct RowReader<'r> {
    pub(crate) columns: &'r Columns,
    pub(crate) roles: &'r Roles,
    pub(crate) meeting: &'r MeetingSpec,
    pub(crate) need_email: bool,
    /// By role.
    pub(crate) link_sizes: &'r [Option<LinkSize>],
    /// The file as it is shown to the user.
    pub(crate) file: &'r str,
}

impl RowReader<'_> {
    /// The person of a row; `None` if there is a problem with it. All its problems are added.
    pub(crate) fn entry(&self, row: Row<'_>, problems: &mut Vec<Problem>) -> Option<RosterEntry> {
        let before = problems.len();
        let cells = self.cells(row);
        problems.extend(bad_quote(cells));
        // Its cells cannot be known.
        if let Some(RowFlaw::UnclosedQuote { .. }) = row.flaw() {
            return None;
        }
        // Alone: what else would be reported about such a row is a consequence.
        if let Some(problem) = other_separator(cells) {
            problems.push(problem);
            return None;
        }
        // All cells are read even after a problem, so that the user can correct the row in one go.
        problems.extend(self.too_many_cells(cells));
        marked_cells::report(cells, problems);
        let name = person::name(cells);
        let email =
            person::email(cells, self.need_email, name.as_ref().map(|(name, _)| name), problems);
        let role = person::role(cells, self.roles, email.as_ref(), problems);
        let own_meeting = own_meeting(cells, self.meeting, problems);
        let avatar = person::avatar(cells, problems);
        let language = person::language(cells, problems);
        let zone = person::zone(cells, problems);
        // A row in doubt is reported where the quotation mark is.
        if problems.len() > before || row.flaw().is_some() {
            return None;
        }
        // Many rosters are lists of addresses.
        let from_address = || {
            let name = DisplayName::clean(email.as_ref()?.local_part())?;
            Some((name, NameSource::Address))
        };
        let Some((name, name_source)) = name.or_else(from_address) else {
            let message = "this row has neither a name nor an email address";
            problems.push(cells.problem("no-person", message));
            return None;
        };
        let own_id = cells.get(Field::Id).and_then(|cell| one_line(cell, LONGEST_ID));
        let attendee = Attendee { own_id, email, name, avatar, namesake: 1 };
        let room = own_meeting.as_ref().map_or(&self.meeting.room, |meeting| &meeting.room);
        if let Some(Some(size)) = self.link_sizes.get(role)
            && let Err(too_long) = size.check(room, &attendee)
        {
            problems.push(link_too_long(cells, &too_long));
            return None;
        }
        Some(RosterEntry { attendee, name_source, role, own_meeting, language, zone })
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
        Some(problem.hint("put a cell that contains the separator in double quotes; in a workbook, write a heading above the cell"))
    }
}

/// A misplaced quotation mark in the row itself.
fn bad_quote(cells: Cells<'_, '_>) -> Option<Problem> {
    let (code, line, message) = match cells.row.flaw()? {
        RowFlaw::MayBeTakenIn => return None,
        RowFlaw::TextAfterQuote { line } => (
            "text-after-quote",
            line,
            "a quoted cell that begins here is not closed at its end".to_owned(),
        ),
        RowFlaw::UnclosedQuote { line, last } => {
            let last = last.map_or("the end of the file".to_owned(), |last| format!("line {last}"));
            let message = format!(
                "a quoted cell that begins here is not closed, so the rows up to {last} cannot be told apart"
            );
            ("unclosed-quote", line, message)
        }
    };
    Some(Problem::of_file(code, cells.file, message).at(line).hint(QUOTES))
}

fn link_too_long(cells: Cells<'_, '_>, too_long: &LinkTooLong) -> Problem {
    let field = match too_long.longest() {
        LinkPart::Avatar => Some(Field::Avatar),
        LinkPart::Name => Some(Field::Name),
        LinkPart::Email => Some(Field::Email),
        LinkPart::Id => Some(Field::Id),
        LinkPart::Room => Some(Field::Room),
        LinkPart::Features | LinkPart::Server => None,
    };
    let problem = match field.and_then(|field| Some((field, cells.get(field)?))) {
        Some((field, cell)) => {
            let message = format!("{}: {too_long}", quoted(cell));
            cells.problem_in(field, "link-too-long", message)
        }
        None => cells.problem("link-too-long", too_long.to_string()),
    };
    problem.hint(too_long.hint())
}

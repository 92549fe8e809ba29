//! From a row of cells to a person at a meeting, or to the problems with the row.

use meetmint_core::{
    Attendee, DisplayName, FamilyMember, LinkPart, LinkSize, LinkTooLong, Meeting, MeetingId,
    family_key, one_line,
};

use super::address::{CellAddress, looks_like_address};
use super::cell_text::trimmed;
use super::cells::Cells;
use super::choice::{Choice, Verdict, stays_away};
use super::columns::Columns;
use super::entry::{NameSource, RosterEntry};
use super::field::Field;
use super::marked_cells;
use super::name_form::could_be_name;
use super::other_separator::other_separator;
use super::own_meeting::own_meeting;
use super::people::{BadPerson, People, bad_people, emails};
use super::person;
use super::plain_row::PlainColumns;
use super::rows::{QUOTE_INSIDE, QUOTES, Row, RowFlaw, is_blank};
use crate::meeting_spec::MeetingSpec;
use crate::problem::Problem;
use crate::roles::{Roles, yes_or_no};
use crate::suggestion::{quoted, toml_string};

/// The longest `id` cell, in characters. It is part of each token, and so of each link.
const LONGEST_ID: usize = 100;

/// What a row is read with.
#[derive(Clone, Copy)]
pub(crate) struct RowReader<'r> {
    pub(crate) columns: &'r Columns,
    pub(crate) choice: &'r Choice,
    pub(crate) roles: &'r Roles,
    pub(crate) meeting: &'r MeetingSpec,
    /// The meeting of rows that override nothing.
    pub(crate) common: &'r Meeting,
    /// The meeting's id, if several people may share an address.
    pub(crate) family: Option<&'r MeetingId>,
    pub(crate) need_email: bool,
    /// By role.
    pub(crate) link_sizes: &'r [Option<LinkSize>],
    /// The file as it is shown to the user.
    pub(crate) file: &'r str,
    /// The columns of a roster in which most rows can be read at once.
    pub(crate) plain: Option<PlainColumns>,
}

impl RowReader<'_> {
    /// The number of the first person of a row. Further people of the row have the numbers that follow, and the next row
    /// begins after as many as there are columns of addresses. With one column it is the number of the row.
    pub(crate) fn number(&self, row: Row<'_>) -> u64 {
        row.number().saturating_mul(self.most_people())
    }

    /// The last number that somebody in a row can have.
    pub(crate) fn last_number(&self, row: Row<'_>) -> u64 {
        self.number(row).saturating_add(self.most_people() - 1)
    }

    fn most_people(&self) -> u64 {
        (self.columns.of(Field::Email).len() as u64).max(1)
    }

    /// Takes the problems that a row's cell names no role out of those since `before`, and gives the cell.
    pub(crate) fn unknown_role<'b>(
        &self,
        row: Row<'b>,
        problems: &mut Vec<Problem>,
        before: usize,
    ) -> Option<&'b str> {
        let all = problems.len();
        let mut at = 0;
        problems.retain(|problem| {
            at += 1;
            at <= before || problem.code != person::UNKNOWN_ROLE
        });
        if problems.len() < all { self.cells(row).get(Field::Role) } else { None }
    }

    /// The people of a row; `None` if the row is left out, or if there is a problem with it. All its problems are added.
    ///
    /// In a roster of families, each counts as one of several people with their address: only the survey knows better.
    pub(crate) fn people(&self, row: Row<'_>, problems: &mut Vec<Problem>) -> Option<People> {
        match self.plain_entry(row) {
            Some(entry) => Some(People::new(entry, Vec::new())),
            None => self.read_in_full(row, problems),
        }
    }

    /// Calls `each` with the people of a row, as [`people`](RowReader::people) finds them; `false` where that finds `None`. For
    /// what goes through whole rosters: a person takes some hundred octets, and is not moved as often.
    pub(crate) fn each_person(
        &self,
        row: Row<'_>,
        problems: &mut Vec<Problem>,
        mut each: impl FnMut(RosterEntry),
    ) -> bool {
        if let Some(entry) = self.plain_entry(row) {
            each(entry);
            return true;
        }
        let people = self.read_in_full(row, problems);
        let is_read = people.is_some();
        people.into_iter().flatten().for_each(each);
        is_read
    }

    /// The person of a row that is plain; `None` if it has to be read in full.
    pub(super) fn plain_entry(&self, row: Row<'_>) -> Option<RosterEntry> {
        let read = self.plain?.read(row, self.roles);
        if let Some(entry) = &read
            && let Some(Some(size)) = self.link_sizes.get(entry.role)
            && size.check(&self.common.room, &entry.attendee).is_err()
        {
            return None;
        }
        read
    }

    /// The people of a row of any kind, and all its problems.
    pub(super) fn read_in_full(&self, row: Row<'_>, problems: &mut Vec<Problem>) -> Option<People> {
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
        // Before the rest is read: nothing is wrong with a cell of a row that does not count.
        match self.verdict(row) {
            Verdict::Counts => {}
            Verdict::LeftOut(_) => return None,
            Verdict::Unclear(decider) => {
                problems.push(self.choice.unclear(decider, self.file, row.line()));
                return None;
            }
        }
        marked_cells::report(cells, self.choice, problems);
        problems.extend(overlooked_address(cells));
        problems.extend(overlooked_status(cells));
        let name = person::name(cells, problems);
        if let Some(problem) = name.as_ref().and_then(|(name, _)| no_name(cells, name)) {
            problems.push(problem);
            return None;
        }
        // A cell whose text is not known may have an address, and has been reported.
        let need_email = self.need_email && !marked_cells::any_of(cells, Field::Email);
        let (address, further) =
            emails(cells, need_email, name.as_ref().map(|(name, _)| name), problems);
        let email = address.as_ref().map(|found| &found.email);
        let role = person::role(cells, self.roles, email, problems);
        let own_meeting = own_meeting(cells, self.meeting, problems);
        let avatar = person::avatar(cells, problems);
        let language = person::language(cells, problems);
        let zone = person::zone(cells, problems);
        let own_id = cells.text(Field::Id, problems).and_then(|cell| one_line(cell, LONGEST_ID));
        // A row in doubt is reported where the quotation mark is.
        if problems.len() > before || row.flaw().is_some() {
            return None;
        }
        // Many rosters are lists of addresses.
        // Copied for further people only: nearly every row has none.
        let shared = if further.is_empty() { None } else { name.clone() };
        let own_name = name.or_else(|| beside_or_in(address.as_ref()?));
        let Some((own_name, name_source)) = own_name else {
            let message = "this row has neither a name nor an email address";
            problems.push(cells.problem("no-person", message));
            return None;
        };
        let email = address.map(|found| found.email);
        let attendee =
            Attendee { own_id, email, name: own_name, avatar, namesake: 1, family: None };
        let first = RosterEntry { attendee, name_source, role, own_meeting, language, zone };
        let guardian = |found| self.guardian(cells, &first, shared.as_ref(), found);
        let further = further.into_iter().filter_map(guardian).collect();
        let mut people = People::new(first, further);
        for entry in people.iter_mut() {
            let meeting = entry.own_meeting.as_deref().unwrap_or(self.common);
            entry.attendee.family = self.family_member(&entry.attendee, meeting);
            if let Some(Some(size)) = self.link_sizes.get(entry.role)
                && let Err(too_long) = size.check(&meeting.room, &entry.attendee)
            {
                problems.push(link_too_long(cells, &too_long));
            }
        }
        // A guardian must not be left out because of the other one.
        (problems.len() == before).then_some(people)
    }

    /// The person of a further address of the row: with all other cells of the first.
    fn guardian(
        &self,
        cells: Cells<'_, '_>,
        first: &RosterEntry,
        name: Option<&(DisplayName, NameSource)>,
        found: CellAddress,
    ) -> Option<RosterEntry> {
        let (name, name_source) = name.cloned().or_else(|| beside_or_in(&found))?;
        let email = found.email;
        // What is wrong with the cells of the role was reported with the first address.
        let role = person::role(cells, self.roles, Some(&email), &mut Vec::new());
        let attendee = Attendee { email: Some(email), name, ..first.attendee.clone() };
        Some(RosterEntry { attendee, name_source, role, ..first.clone() })
    }

    /// What makes somebody one of several people with their address; `None` if address or family do not count.
    fn family_member(&self, attendee: &Attendee, meeting: &Meeting) -> Option<FamilyMember> {
        let (id, email) = (self.family?, attendee.email.as_ref()?);
        let key = family_key(&email.key(), attendee.name.as_str());
        Some(FamilyMember { shares: Some(id.uid(&key, meeting.room.node(), meeting.start)) })
    }

    /// Who a row with a problem is about: that much is known of most bad rows.
    pub(crate) fn bad_people(&self, row: Row<'_>) -> Vec<BadPerson> {
        bad_people(self.cells(row))
    }

    /// Whether a row counts. A row whose cells may be in the wrong columns does: it is a problem.
    pub(crate) fn verdict<'b>(&self, row: Row<'b>) -> Verdict<'b> {
        if self.choice.is_idle() || row.flaw().is_some() {
            return Verdict::Counts;
        }
        let verdict = self.choice.verdict(row);
        let cells = self.cells(row);
        let is_shifted = verdict != Verdict::Counts
            && (self.too_many_cells(cells).is_some() || other_separator(cells).is_some());
        if is_shifted { Verdict::Counts } else { verdict }
    }

    /// Whether a row has something in the column of addresses.
    pub(crate) fn has_address(&self, row: Row<'_>) -> bool {
        self.cells(row).get(Field::Email).is_some()
    }

    /// The cells that the name of a row is made of.
    pub(crate) fn name_cells<'b>(&self, row: Row<'b>) -> impl Iterator<Item = &'b str> {
        let fields = [Field::Name, Field::FirstName, Field::LastName];
        // Chained and not flattened: this runs for each row, and nearly all of them have one column of names.
        let [whole, first, last] = fields.map(|field| self.columns.of(field));
        whole.iter().chain(first).chain(last).map(move |at| trimmed(row.cell(*at)))
    }

    fn cells<'b>(&self, row: Row<'b>) -> Cells<'_, 'b> {
        Cells { columns: self.columns, file: self.file, row, email_column: None }
    }

    /// A cell without a heading is mostly part of the one before, which was not quoted: the cells after it
    /// are then read under the wrong headings.
    fn too_many_cells(&self, cells: Cells<'_, '_>) -> Option<Problem> {
        let headings = self.columns.all().len();
        // Spreadsheet programs export empty cells after the last heading.
        if cells.row.filled_cells_from(headings).all(is_blank) {
            return None;
        }
        let message =
            format!("this row has {} cells, but there are {headings} headings", cells.row.len());
        let problem = cells.problem("too-many-cells", message);
        Some(problem.hint("put a cell that contains the separator in double quotes; in a workbook, write a heading above the cell"))
    }
}

/// An address that is in another column of addresses than the one that is used: without it, the person would get no mail.
fn overlooked_address(cells: Cells<'_, '_>) -> Option<Problem> {
    let columns = cells.columns;
    if !columns.has_addresses() || cells.get(Field::Email).is_some() {
        return None;
    }
    // A note below the list is often in the column of names.
    let fields = [Field::Name, Field::FirstName, Field::LastName];
    let all =
        columns.spare_addresses().iter().chain(fields.iter().flat_map(|field| columns.of(*field)));
    let at = all.copied().find(|at| looks_like_address(cells.row.cell(*at)))?;
    let message = format!(
        "there is no address here, but {} has one: {}",
        quoted(&cells.columns.all()[at].heading),
        quoted(cells.row.cell(at).trim())
    );
    let problem = cells.problem_in(Field::Email, "other-address", message);
    Some(problem.hint("write the address into this column; if this is no person, take the row out"))
}

/// A status in a column whose first cells seemed to be about something else: somebody who has declined must not be invited.
fn overlooked_status(cells: Cells<'_, '_>) -> Option<Problem> {
    let at = cells.columns.spare_status()?;
    let cell = cells.row.cell(at).trim();
    if yes_or_no(cell).is_some() || !stays_away(cell) {
        return None;
    }
    let heading = &cells.columns.all()[at].heading;
    let message = format!(
        "{} says that the person does not take part, but the column seems to be about something else",
        quoted(cell)
    );
    let hint = format!(
        "write under [roster] in meeting.toml: columns = {{ status = {} }}, or: ignore = [{}]",
        toml_string(heading),
        toml_string(heading)
    );
    Some(cells.problem("unclear-status", message).in_column(heading).hint(hint))
}

/// A row without an address whose name is none: the title of a section, mostly. With a colon at its end it is one in any
/// list.
fn no_name(cells: Cells<'_, '_>, name: &DisplayName) -> Option<Problem> {
    let is_title = name.as_str().ends_with([':', '：']);
    if cells.get(Field::Email).is_some()
        || !is_title && (!cells.columns.has_addresses() || could_be_name(name.as_str()))
    {
        return None;
    }
    let name = quoted(name.as_str());
    if is_title {
        let message = format!("{name} looks like a title, not like a person");
        let problem = cells.problem("no-person", message);
        return Some(problem.hint(
            "delete the row, and those below it if these people are not meant; or delete the colon if it is a name",
        ));
    }
    let message = format!("{name} does not look like a name, and there is no address");
    let problem = cells.problem("no-person", message);
    Some(problem.hint("add the address; if this is no person, take the row out"))
}

/// The name that stands beside an address, or else the part of it before the `@`. A column of names wins over both.
fn beside_or_in(found: &CellAddress) -> Option<(DisplayName, NameSource)> {
    if let Some(name) = &found.name {
        return Some((name.clone(), NameSource::OneCell));
    }
    Some((DisplayName::clean(found.email.local_part())?, NameSource::Address))
}

/// A misplaced quotation mark in the row itself.
fn bad_quote(cells: Cells<'_, '_>) -> Option<Problem> {
    let mut hint = QUOTES;
    let (code, line, message) = match cells.row.flaw()? {
        RowFlaw::MayBeTakenIn => return None,
        RowFlaw::QuoteInside { line } => {
            hint = QUOTE_INSIDE;
            let message = "a quotation mark is in the middle of a cell".to_owned();
            ("quote-inside", line, message)
        }
        RowFlaw::EscapedQuote { line } => {
            hint = "double each quotation mark that is part of the text, and write no backslash: `\"\"`";
            let message = "a quotation mark in a cell is escaped with a backslash".to_owned();
            ("escaped-quote", line, message)
        }
        RowFlaw::TextAfterQuote { line } => (
            "text-after-quote",
            line,
            "a quoted cell that begins here is not closed at its end".to_owned(),
        ),
        RowFlaw::UnclosedQuote { line, last } => {
            let which = match last {
                Some(last) if last <= line => "the line".to_owned(),
                Some(last) => format!("lines {line} to {last}"),
                None => "the rest of the file".to_owned(),
            };
            let message = format!(
                "a quotation mark on this line is never closed, so {which} could not be read"
            );
            ("unclosed-quote", line, message)
        }
    };
    Some(Problem::of_file(code, cells.file, message).at(line).hint(hint))
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

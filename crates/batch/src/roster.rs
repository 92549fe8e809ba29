//! The list of people: opened once, read as often as needed.

mod address;
mod cell_text;
mod cells;
mod choice;
mod columns;
mod condition;
mod encoded;
mod entry;
mod field;
mod headings;
mod layout;
mod marked_cells;
mod name_form;
mod other_separator;
mod own_meeting;
mod people;
mod person;
mod plain_row;
mod profile;
mod reading;
mod row_reader;
pub(crate) mod rows;
mod sample;
pub(crate) mod source;
mod spellings;

use std::path::Path;

use meetmint_core::{LinkSize, Meeting, MeetingId, shortened};

pub(crate) use choice::{
    Choice, ChoiceTally, MOST_STATUSES, Standing, Values, Verdict, counts, further,
};
pub use columns::{Column, ColumnSettings, Meaning};
pub use condition::RowCondition;
pub use entry::{NameSource, RosterEntry};
pub use field::{FIELDS, Field, PER_ROW};
pub(crate) use people::BadPerson;
pub use person::reachable;
pub use reading::{HiddenRows, Reading};
pub(crate) use row_reader::RowReader;

use crate::meeting_spec::MeetingSpec;
use crate::problem::Problem;
use crate::remark::Remark;
use crate::roles::Roles;
use crate::suggestion::list;
use columns::{Columns, extra_key};
use layout::{Layout, PeopleRows};
use plain_row::PlainColumns;
use rows::Row;
use sample::{Sample, SampleRow};
use source::{RosterSource, SourceRows};

/// The most columns that a roster may have: more than any export of an event system.
const MOST_COLUMNS: usize = 2000;

/// How many rows are read at a time to find out whether a column is empty.
const FEW_ROWS: usize = 256;

/// What happens if a person is in the roster twice for the same meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duplicates {
    /// It is a problem, unless name and role agree.
    Refuse,
    /// The first row counts.
    First,
    /// The last row counts.
    Last,
}

/// What a roster is read with.
#[derive(Clone, Debug)]
pub struct RosterSpec {
    /// How the file is read.
    pub reading: Reading,
    /// Which rows count: those that meet all conditions.
    pub conditions: Vec<RowCondition>,
    /// The meeting's id if people with different names may share an address: each has a link and a message of their own.
    pub family: Option<MeetingId>,
    /// What the user says about the columns.
    pub columns: ColumnSettings,
    /// The roles that people can have.
    pub roles: Roles,
    /// What happens if a person is in it twice.
    pub duplicates: Duplicates,
    /// The meeting, except where a row overrides it.
    pub meeting: MeetingSpec,
    /// Whether a person without an email address is a problem.
    pub need_email: bool,
    /// What the links of each role have in common, by the role's index: a row whose link would be too long is a
    /// problem. Empty if that is not known.
    pub link_sizes: Vec<Option<LinkSize>>,
}

/// A roster whose headings have been read.
#[derive(Debug)]
pub struct Roster {
    source: RosterSource,
    /// Which of its rows are people.
    people: PeopleRows,
    columns: Columns,
    choice: Choice,
    remarks: Vec<Remark>,
    spec: RosterSpec,
    /// Made once: most rows override nothing, and share it.
    meeting: Meeting,
}

impl Roster {
    /// Opens a roster and reads its headings. `shown` is how the path is shown to the user.
    ///
    /// # Errors
    /// All problems with the file and its headings.
    pub fn open(path: &Path, shown: &str, spec: RosterSpec) -> Result<Roster, Vec<Problem>> {
        let columns = spec.columns.clone();
        let merged = |hint: &mut Option<String>| with_own_lines(&columns, hint);
        let mut opened = Roster::open_plain(path, shown, spec);
        match &mut opened {
            Ok(roster) => roster.remarks.iter_mut().for_each(|remark| merged(&mut remark.hint)),
            Err(problems) => problems.iter_mut().for_each(|problem| merged(&mut problem.hint)),
        }
        opened
    }

    /// The same, with hints as if nothing were set under `[roster]`.
    fn open_plain(path: &Path, shown: &str, spec: RosterSpec) -> Result<Roster, Vec<Problem>> {
        let source = RosterSource::open(path, shown, &spec.reading).map_err(single)?;
        let (layout, columns, decided) = find_layout(&source, &spec)?;
        let is_filled = |columns: &[usize]| filled(&source, &layout.rows, columns);
        let at = (shown, layout.line);
        let choice = Choice::new(&columns, &spec.conditions, &spec.columns, is_filled, at)?;
        let mut remarks = source.remarks().to_vec();
        remarks.extend(layout.remarks);
        remarks.extend(decided);
        // Here and not with the first row, so that a bad start is reported once.
        let meeting = spec.meeting.meeting().map_err(|bad| {
            single(Problem::of_file("bad-start", shown, bad.to_string()).hint(bad.hint()))
        })?;
        Ok(Roster { source, people: layout.rows, columns, choice, remarks, spec, meeting })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        self.source.path()
    }

    /// Completes the lines to paste in a hint by what is written already.
    pub(crate) fn complete_hint(&self, hint: &mut Option<String>) {
        with_own_lines(&self.spec.columns, hint);
    }

    /// The path as it is shown to the user.
    pub fn shown(&self) -> &str {
        self.source.shown()
    }

    /// The columns in the order of the file, each with what it is taken for.
    pub fn columns(&self) -> &[Column] {
        self.columns.all()
    }

    /// How the file was read, where that was a choice.
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    /// The index of a column by its heading, without regard to case, spaces and punctuation.
    pub fn column(&self, heading: &str) -> Option<usize> {
        self.columns.position(heading)
    }

    /// The columns that templates know as `extra.KEY`: each key with the index of its column.
    pub fn extras(&self) -> Vec<(String, usize)> {
        let columns = self.columns().iter().enumerate();
        columns
            .filter_map(|(at, column)| match &column.meaning {
                Meaning::Extra(key) | Meaning::LeftAlone(_, key) => Some((key.clone(), at)),
                // A status says nothing about a person that has a place of its own in templates.
                Meaning::Field(Field::Status) => Some((extra_key(&column.heading), at)),
                Meaning::Field(_) => None,
            })
            // A column without a heading has no name that a template could use.
            .filter(|(key, _)| !key.is_empty())
            .collect()
    }

    /// The roles that people can have.
    pub fn roles(&self) -> &Roles {
        &self.spec.roles
    }

    /// The meeting of everybody whose row does not override it.
    pub fn meeting(&self) -> &Meeting {
        &self.meeting
    }

    /// Whether rows may have meetings of their own.
    pub fn has_own_meetings(&self) -> bool {
        !self.spec.columns.per_row.is_empty()
    }

    /// Whether rows may have titles of their own.
    pub fn has_own_titles(&self) -> bool {
        self.spec.columns.per_row.contains(&Field::Title)
    }

    /// The meeting of a person.
    pub fn meeting_of<'a>(&'a self, entry: &'a RosterEntry) -> &'a Meeting {
        entry.own_meeting.as_deref().unwrap_or(&self.meeting)
    }

    /// Whether rows have ids of their own.
    pub(crate) fn has_ids(&self) -> bool {
        self.columns.has(Field::Id)
    }

    /// The heading of the column of roles, for messages.
    pub(crate) fn role_heading(&self) -> &str {
        self.columns.heading(Field::Role)
    }

    /// The heading of the column of ids, for messages.
    pub(crate) fn id_heading(&self) -> &str {
        self.columns.heading(Field::Id)
    }

    /// Whether people with different names may share an address.
    pub(crate) fn has_families(&self) -> bool {
        self.spec.family.is_some()
    }

    /// What happens if a person is in it twice.
    pub(crate) fn duplicates(&self) -> Duplicates {
        self.spec.duplicates
    }

    /// All rows, those that are no people included.
    pub(crate) fn rows(&self) -> Result<SourceRows<'_>, Problem> {
        self.source.rows()
    }

    /// Whether a row is to be read as a person: it is neither blank nor a heading, a title or a total.
    pub(crate) fn is_person(&self, row: Row<'_>) -> bool {
        // Spreadsheet programs export blank rows at the end of the range that was once used.
        if marked_cells::is_uncomputed(row, &self.columns) {
            return self.people.has(row.number());
        }
        !row.is_blank() && self.people.contains(row)
    }

    /// Refuses a roster that has changed since it was opened.
    pub(crate) fn check_unchanged(&self) -> Result<(), Problem> {
        self.source.check_unchanged()
    }

    /// Which rows count.
    pub(crate) fn choice(&self) -> &Choice {
        &self.choice
    }

    /// What its rows are read with.
    pub(crate) fn row_reader(&self) -> RowReader<'_> {
        RowReader {
            columns: &self.columns,
            choice: &self.choice,
            roles: &self.spec.roles,
            meeting: &self.spec.meeting,
            common: &self.meeting,
            family: self.spec.family.as_ref(),
            need_email: self.spec.need_email,
            link_sizes: &self.spec.link_sizes,
            file: self.shown(),
            plain: self.plain_columns(),
        }
    }

    /// The columns, if rows that are plain can be read without looking at anything else.
    fn plain_columns(&self) -> Option<PlainColumns> {
        let is_plain = self.choice.is_idle() && self.spec.family.is_none();
        if is_plain { PlainColumns::of(&self.columns) } else { None }
    }
}

fn with_own_lines(columns: &ColumnSettings, hint: &mut Option<String>) {
    if let Some(hint) = hint {
        *hint = shortened(columns.with_own_lines(hint));
    }
}

fn single(problem: Problem) -> Vec<Problem> {
    vec![problem]
}

/// Those of some columns that have something in them. Mostly the first row tells.
fn filled(
    source: &RosterSource,
    people: &PeopleRows,
    columns: &[usize],
) -> Result<Vec<usize>, Problem> {
    let mut rows = source.rows()?;
    let mut open = columns.to_vec();
    while !open.is_empty()
        && let Some(batch) = rows.batch(FEW_ROWS)?
    {
        for row in (0..batch.len()).map(|at| batch.row(at)).filter(|row| people.contains(*row)) {
            open.retain(|column| row.cell(*column).trim().is_empty());
        }
    }
    Ok(columns.iter().copied().filter(|column| !open.contains(column)).collect())
}

fn find_layout(
    source: &RosterSource,
    spec: &RosterSpec,
) -> Result<(Layout, Columns, Vec<Remark>), Vec<Problem>> {
    let shown = source.shown();
    let sample = Sample::read(&mut source.rows().map_err(single)?).map_err(single)?;
    if let Some(row) = sample.rows.iter().find(|row| row.cells.len() > MOST_COLUMNS) {
        let message =
            format!("this row has {} cells, and at most {MOST_COLUMNS} are read", row.cells.len());
        let problem = Problem::of_file("too-many-columns", shown, message).at(row.line);
        return Err(single(problem.hint("export only the columns that are needed")));
    }
    let mut layout = Layout::find(&sample, &spec.reading, shown)?;
    layout.separator = source.separator();
    let people = layout.people(&sample);
    let (columns, remarks) =
        Columns::decide(&layout, &people, &spec.columns, &spec.conditions, &spec.roles, shown)?;
    let has_names = [Field::Name, Field::FirstName, Field::LastName]
        .into_iter()
        .any(|field| columns.has(field));
    // Names alone are enough for link files, on printed slips for example, but not for mail.
    if !columns.has(Field::Email) && (!has_names || spec.need_email) {
        return Err(single(no_addresses(&layout, &people, shown)));
    }
    Ok((layout, columns, remarks))
}

fn no_addresses(layout: &Layout, people: &[&SampleRow], shown: &str) -> Problem {
    let headings: Vec<&str> =
        layout.headings.iter().map(String::as_str).filter(|heading| !heading.is_empty()).collect();
    let is_wider_below =
        layout.has_headings && people.iter().any(|row| row.filled().count() > headings.len());
    let message =
        format!("no column of email addresses found; {}", list("the headings are", headings));
    let problem = Problem::of_file("no-email-column", shown, message).at(layout.line);
    let hint = "name the column under [roster] in meeting.toml: columns = { email = \"…\" }";
    problem.hint(if is_wider_below {
        format!("{hint}; if the headings are on another line, write it there: header_row = …")
    } else {
        hint.to_owned()
    })
}

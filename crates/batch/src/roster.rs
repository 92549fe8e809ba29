//! The list of people: opened once, read as often as needed.

mod cells;
mod choice;
mod columns;
mod entry;
mod field;
mod other_separator;
mod own_meeting;
mod person;
mod reading;
mod row_reader;
pub(crate) mod rows;
pub(crate) mod source;
mod spellings;

use std::path::Path;

use meetmint_core::{LinkSize, Meeting};

pub(crate) use choice::{Choice, ChoiceTally, Verdict};
pub use columns::{Column, ColumnSettings, Meaning};
pub use entry::{NameSource, RosterEntry};
pub use field::{FIELDS, Field, PER_ROW};
pub use person::reachable;
pub use reading::{HiddenRows, Reading};
pub(crate) use row_reader::RowReader;

use crate::meeting_spec::MeetingSpec;
use crate::problem::Problem;
use crate::remark::Remark;
use crate::roles::Roles;
use crate::suggestion::list;
use columns::{Columns, extra_key};
use rows::RowBatch;
use source::{RosterSource, SourceRows};
use spellings::fold;

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

/// Which rows count: those with one of these values in a column.
#[derive(Clone, Debug)]
pub struct RowCondition {
    /// The heading of the column.
    pub heading: String,
    /// The values, compared without regard to case, to spaces around them and to characters that cannot be seen.
    pub values: Vec<String>,
    /// The file that says so, as it is shown to the user, and the line; for messages.
    pub place: Option<(String, u64)>,
}

/// What a roster is read with.
#[derive(Clone, Debug)]
pub struct RosterSpec {
    /// How the file is read.
    pub reading: Reading,
    /// Which rows count: those that meet all conditions.
    pub conditions: Vec<RowCondition>,
    /// Whether people with different names may share an address: each has a link and a message of their own.
    pub family: bool,
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
        let source = RosterSource::open(path, shown, &spec.reading).map_err(single)?;
        let (columns, line) = read_columns(&source, &spec)?;
        let is_filled = |columns: &[usize]| filled(&source, columns);
        let at = (shown, line);
        let choice = Choice::new(&columns, &spec.conditions, &spec.columns, is_filled, at)?;
        let remarks = source.remarks().to_vec();
        // Here and not with the first row, so that a bad start is reported once.
        let meeting = spec.meeting.meeting().map_err(|bad| {
            single(Problem::of_file("bad-start", shown, bad.to_string()).hint(bad.hint()))
        })?;
        Ok(Roster { source, columns, choice, remarks, spec, meeting })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        self.source.path()
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
        entry.own_meeting.as_ref().unwrap_or(&self.meeting)
    }

    /// Whether rows have ids of their own.
    pub(crate) fn has_ids(&self) -> bool {
        self.columns.has(Field::Id)
    }

    /// The heading of the column of ids, for messages.
    pub(crate) fn id_heading(&self) -> &str {
        self.columns.heading(Field::Id)
    }

    /// What happens if a person is in it twice.
    pub(crate) fn duplicates(&self) -> Duplicates {
        self.spec.duplicates
    }

    /// The rows after the headings.
    pub(crate) fn rows(&self) -> Result<SourceRows<'_>, Problem> {
        let mut rows = self.source.rows()?;
        // Found anew at each reading: where the rows after it begin is known to the source alone.
        heading_row(&mut rows)?;
        Ok(rows)
    }

    /// Refuses a roster that has changed since it was opened.
    pub(crate) fn check_unchanged(&self) -> Result<(), Problem> {
        self.source.check_unchanged()
    }

    /// Whether the user says that a column means nothing.
    pub(crate) fn ignores(&self, heading: &str) -> bool {
        let heading = fold(heading);
        self.spec.columns.ignore.iter().any(|ignored| fold(ignored) == heading)
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
            need_email: self.spec.need_email,
            link_sizes: &self.spec.link_sizes,
            file: self.shown(),
        }
    }
}

fn single(problem: Problem) -> Vec<Problem> {
    vec![problem]
}

/// The first row that is not blank, in a batch of its own; `None` if there is none.
fn heading_row(rows: &mut SourceRows<'_>) -> Result<Option<RowBatch>, Problem> {
    loop {
        // One at a time, so that the rows after it are not read yet.
        match rows.batch(1)? {
            Some(batch) if batch.row(0).is_blank() => {}
            heading => return Ok(heading),
        }
    }
}

/// Those of some columns that have something in them. Mostly the first row tells.
fn filled(source: &RosterSource, columns: &[usize]) -> Result<Vec<usize>, Problem> {
    let mut rows = source.rows()?;
    heading_row(&mut rows)?;
    let mut open = columns.to_vec();
    while !open.is_empty()
        && let Some(batch) = rows.batch(FEW_ROWS)?
    {
        for at in 0..batch.len() {
            open.retain(|column| batch.row(at).cell(*column).trim().is_empty());
        }
    }
    Ok(columns.iter().copied().filter(|column| !open.contains(column)).collect())
}

/// The columns, and the line of their headings.
fn read_columns(source: &RosterSource, spec: &RosterSpec) -> Result<(Columns, u64), Vec<Problem>> {
    let shown = source.shown();
    let mut rows = source.rows().map_err(single)?;
    let Some(heading) = heading_row(&mut rows).map_err(single)? else {
        let problem = Problem::of_file("empty-roster", shown, "the roster is empty");
        let hint = "write a heading row such as `email,name,role`, and one row for each person";
        return Err(single(problem.hint(hint)));
    };
    let row = heading.row(0);
    if row.len() > MOST_COLUMNS {
        let message =
            format!("the heading row has {} cells, and at most {MOST_COLUMNS} are read", row.len());
        let problem = Problem::of_file("too-many-columns", shown, message).at(row.line());
        return Err(single(problem.hint("export only the columns that are needed")));
    }
    let headings: Vec<&str> = row.cells().collect();
    let columns = Columns::read(&headings, &spec.columns, shown, row.line())?;
    let has_names = [Field::Name, Field::FirstName, Field::LastName]
        .into_iter()
        .any(|field| columns.has(field));
    // Names alone are enough for link files, on printed slips for example, but not for mail.
    if columns.has(Field::Email) || (has_names && !spec.need_email) {
        return Ok((columns, row.line()));
    }
    let message =
        format!("no column of email addresses found; {}", list("the headings are", headings));
    let problem = Problem::of_file("no-email-column", shown, message).at(row.line());
    let hint = "name the column under [roster] in meeting.toml: columns = { email = \"…\" }";
    Err(single(problem.hint(hint)))
}

//! The spreadsheet of people: opened once, read twice.

mod columns;
mod csv;
mod row;
mod survey;

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use meetmint_core::{Attendee, DisplayName, Email, Meeting};

pub use columns::{Column, ColumnSettings, FIELDS, Field, Meaning, PER_ROW};
pub use row::{LONGEST_TITLE, MeetingSpec, RosterEntry, duration as meeting_duration, zone};
pub use survey::Survey;

use crate::parallel::in_order;
use crate::problem::Problem;
use crate::roles::Roles;
use columns::Columns;
use csv::{Batch, Dialect, ReadError, Record, Records};
use row::RowReader;

/// The rows that are worked on together.
const ROWS: usize = 4096;

/// What happens with the same person twice at the same meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duplicates {
    /// A problem, unless name and role agree.
    Refuse,
    /// The first row counts.
    First,
}

/// What a roster is read with.
#[derive(Clone, Debug)]
pub struct RosterSpec {
    /// What the user says of its columns.
    pub columns: ColumnSettings,
    /// The roles there are.
    pub roles: Roles,
    /// What happens with the same person twice.
    pub duplicates: Duplicates,
    /// The meeting as far as no row overrides it.
    pub slot: MeetingSpec,
    /// Whether everybody needs an address.
    pub need_email: bool,
}

/// A roster whose heading row has been understood.
#[derive(Debug)]
pub struct Roster {
    path: PathBuf,
    shown: String,
    dialect: Dialect,
    columns: Columns,
    spec: RosterSpec,
    meeting: Meeting,
    /// Length and time of the file when it was opened.
    state: Option<(u64, SystemTime)>,
}

/// Which of the roster's people are wanted.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Keys of addresses: only these people.
    pub only: Vec<String>,
    /// The place of a role: only its people.
    pub role: Option<usize>,
    /// At most so many, from the first.
    pub limit: Option<usize>,
    /// Those whose meeting is over as well.
    pub over: bool,
    /// Rows with something wrong in them are passed over, instead of ending the reading.
    pub skip_bad: bool,
}

/// A person of the roster as somebody works on them.
#[derive(Debug)]
pub struct RosterRow<'b> {
    /// Who, with what role, at which meeting.
    pub entry: RosterEntry,
    record: Option<Record<'b>>,
}

/// Going through the people ended early.
#[derive(Debug)]
pub enum EachError<E> {
    /// The roster cannot be read to its end any more.
    Roster(Box<Problem>),
    /// Whoever takes the results has had enough.
    Taken(E),
}

impl Roster {
    /// Opens a roster and reads its heading row. `shown` is what people call the file.
    ///
    /// # Errors
    /// Everything that is wrong with the file or its headings.
    pub fn open(path: &Path, shown: &str, spec: RosterSpec) -> Result<Roster, Vec<Problem>> {
        let one = |problem: Problem| vec![problem];
        let of_file = |code, message: String| Problem::of_file(code, shown, message);
        // Looked at before it is opened: opening a pipe waits for whoever writes into it.
        if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
            let problem =
                of_file("no-roster", "the roster is not a file, but a folder or a pipe".to_owned());
            return Err(one(problem.hint("`file` under [roster] in meeting.toml names it")));
        }
        let mut file = File::open(path).map_err(|error| {
            let problem =
                of_file("no-roster", format!("the roster cannot be read: {}", in_words(&error)));
            one(problem.hint("`file` under [roster] in meeting.toml names it"))
        })?;
        let state = state_of(path);
        let mut start = vec![0; 1 << 16];
        let filled = fill(&mut file, &mut start).map_err(|error| {
            one(of_file("no-roster", format!("the roster cannot be read: {}", in_words(&error))))
        })?;
        start.truncate(filled);
        if let Some(problem) = not_csv(&start, shown) {
            return Err(one(problem));
        }
        let dialect = Dialect::sniff(&start);
        let mut records = reopen(path, dialect).map_err(|error| {
            one(of_file("no-roster", format!("the roster cannot be read: {}", in_words(&error))))
        })?;
        let heading = loop {
            match records.batch(1) {
                Ok(Some(batch)) if batch.record(0).is_blank() => {}
                Ok(Some(batch)) => break batch,
                Ok(None) => {
                    let problem =
                        of_file("empty-roster", "nobody is in it: the file is empty".to_owned());
                    return Err(one(
                        problem.hint("its first row names the columns: email, name, role")
                    ));
                }
                Err(error) => return Err(one(unreadable(&error, shown))),
            }
        };
        let record = heading.record(0);
        let headings: Vec<&str> = record.cells().collect();
        let columns = Columns::read(&headings, &spec.columns, shown, record.line())?;
        let named = columns.has(Field::Name)
            || columns.has(Field::FirstName)
            || columns.has(Field::LastName);
        if !columns.has(Field::Email) && (spec.need_email || !named) {
            let list = headings
                .iter()
                .map(|heading| crate::quoted(heading))
                .collect::<Vec<_>>()
                .join(", ");
            let problem = of_file(
                "no-email-column",
                format!("no column holds addresses: the headings are {list}"),
            );
            let hint =
                "say which one does, under [roster] in meeting.toml: columns = { email = \"…\" }";
            return Err(one(problem.at(record.line()).hint(hint)));
        }
        let meeting = spec
            .slot
            .meeting()
            .map_err(|bad| one(of_file("bad-start", bad.to_string()).hint(bad.hint())))?;
        Ok(Roster {
            path: path.to_owned(),
            shown: shown.to_owned(),
            dialect,
            columns,
            spec,
            meeting,
            state,
        })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What people call the file.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// What each column was taken for.
    pub fn columns(&self) -> &[Column] {
        &self.columns.all
    }

    /// The place of a column by its heading, matched loosely.
    pub fn column(&self, heading: &str) -> Option<usize> {
        self.columns.position(heading)
    }

    /// The columns that templates know as `extra.KEY`: key and place.
    pub fn extras(&self) -> Vec<(String, usize)> {
        let key = |column: &Column| match &column.meaning {
            Meaning::Extra(key) | Meaning::LeftAlone(_, key) => Some(key.clone()),
            Meaning::Field(_) => None,
        };
        let keys =
            self.columns.all.iter().enumerate().filter_map(|(at, column)| Some((key(column)?, at)));
        keys.filter(|(key, _)| !key.is_empty()).collect()
    }

    /// The roles its people can have.
    pub fn roles(&self) -> &Roles {
        &self.spec.roles
    }

    /// The meeting of everybody whose row does not say otherwise.
    pub fn meeting(&self) -> &Meeting {
        &self.meeting
    }

    /// Whether rows have meetings of their own.
    pub fn has_own_meetings(&self) -> bool {
        !self.spec.columns.per_row.is_empty()
    }

    /// The meeting of a person.
    pub fn meeting_of<'a>(&'a self, entry: &'a RosterEntry) -> &'a Meeting {
        entry.own_meeting.as_ref().unwrap_or(&self.meeting)
    }

    /// Goes through everybody who counts and is chosen, in roster order: `work` is called with some of them at
    /// a time, on all cores; `take` gets the results in order. Those whose meeting is over are left out, as are
    /// repeated rows; those who are only named in `meeting.toml` come last.
    ///
    /// # Errors
    /// [`EachError`]: whoever takes the results has had enough, or the file changed since the survey.
    pub fn each<T: Send, E: Send>(
        &self,
        survey: &Survey,
        choice: &Selection,
        piece: usize,
        work: impl Fn(&[RosterRow<'_>]) -> T + Sync,
        mut take: impl FnMut(T) -> Result<(), E> + Send,
    ) -> Result<(), EachError<E>> {
        let until = match choice.limit {
            Some(limit) => self.last_of(survey, choice, limit)?,
            None => u64::MAX,
        };
        let mut records = self.records().map_err(|problem| EachError::Roster(Box::new(problem)))?;
        let reading = self.reading();
        let mut added = 0;
        in_order(
            || {
                records
                    .batch(ROWS)
                    .map_err(|error| EachError::Roster(Box::new(unreadable(&error, &self.shown))))
            },
            Batch::len,
            piece,
            |batch, rows| {
                let records =
                    rows.map(|at| batch.record(at)).take_while(|record| record.number() <= until);
                let people = records
                    .filter_map(|record| self.person(&reading, survey, choice, record).transpose());
                people.collect::<Result<Vec<_>, _>>().map(|people| work(&people))
            },
            |result| match result {
                Ok(result) => take(result).map_err(EachError::Taken),
                Err(problem) => Err(EachError::Roster(Box::new(problem))),
            },
        )?;
        self.unchanged().map_err(|problem| EachError::Roster(Box::new(problem)))?;
        for entry in survey.added().iter().filter(|entry| self.wants(survey, choice, entry)) {
            added += 1;
            if survey.rows() + added > until {
                break;
            }
            let person = RosterRow { entry: entry.clone(), record: None };
            take(work(&[person])).map_err(EachError::Taken)?;
        }
        Ok(())
    }

    /// The number of the row behind which nobody is wanted any more.
    fn last_of<E>(
        &self,
        survey: &Survey,
        choice: &Selection,
        limit: usize,
    ) -> Result<u64, EachError<E>> {
        let whole = Selection { limit: None, ..choice.clone() };
        let (mut last, mut seen) = (0, 0);
        let mut added = survey.rows();
        let number = |person: &RosterRow<'_>| person.record.map(|record| record.number());
        let counted = self.each(
            survey,
            &whole,
            ROWS,
            |people| people.iter().map(number).collect::<Vec<_>>(),
            |numbers| {
                for number in numbers {
                    let number = number.unwrap_or_else(|| {
                        added += 1;
                        added
                    });
                    if seen == limit {
                        return Err(());
                    }
                    seen += 1;
                    last = number;
                }
                Ok(())
            },
        );
        match counted {
            Err(EachError::Roster(problem)) => Err(EachError::Roster(problem)),
            Ok(()) | Err(EachError::Taken(())) => Ok(last),
        }
    }

    /// The person of a row, if the row counts and is chosen.
    ///
    /// # Errors
    /// What is wrong with the row: the file was changed since the survey.
    fn person<'b>(
        &self,
        reading: &RowReader<'_>,
        survey: &Survey,
        choice: &Selection,
        record: Record<'b>,
    ) -> Result<Option<RosterRow<'b>>, Problem> {
        if record.is_blank() || survey.is_repeated(record.number()) {
            return Ok(None);
        }
        let mut problems = Vec::new();
        let Some(mut entry) = reading.entry(record, &mut problems) else {
            return problems.pop().filter(|_| !choice.skip_bad).map_or(Ok(None), Err);
        };
        if entry.attendee.email.is_none() {
            entry.attendee.namesake = survey.namesake(record.number());
        }
        Ok(self.wants(survey, choice, &entry).then_some(RosterRow { entry, record: Some(record) }))
    }

    fn wants(&self, survey: &Survey, choice: &Selection, entry: &RosterEntry) -> bool {
        (choice.over || self.meeting_of(entry).end > survey.now())
            && choice.role.is_none_or(|role| role == entry.role)
            && (choice.only.is_empty()
                || choice.only.iter().any(|key| *key == entry.attendee.key()))
    }

    fn reading(&self) -> RowReader<'_> {
        RowReader {
            columns: &self.columns,
            roles: &self.spec.roles,
            slot: &self.spec.slot,
            need_email: self.spec.need_email,
            file: &self.shown,
        }
    }

    /// Rows are known by their number from one reading to the next, so the file must stay as it is.
    fn unchanged(&self) -> Result<(), Problem> {
        if state_of(&self.path) == self.state {
            return Ok(());
        }
        let problem =
            Problem::of_file("changed", &self.shown, "the list was changed while it was read");
        Err(problem.hint("run it again"))
    }

    /// The rows below the heading.
    fn records(&self) -> Result<Records<File>, Problem> {
        self.unchanged()?;
        let mut records = reopen(&self.path, self.dialect).map_err(|error| {
            Problem::of_file(
                "no-roster",
                &self.shown,
                format!("the roster cannot be read: {}", in_words(&error)),
            )
        })?;
        loop {
            match records.batch(1) {
                Ok(Some(batch)) if batch.record(0).is_blank() => {}
                Ok(_) => return Ok(records),
                Err(error) => return Err(unreadable(&error, &self.shown)),
            }
        }
    }

    /// Somebody who has a role whatever the list says, and is not in the list.
    fn added(email: &Email, role: usize) -> Option<RosterEntry> {
        let name = DisplayName::clean(email.local_part())?;
        let attendee =
            Attendee { own_id: None, email: Some(email.clone()), name, avatar: None, namesake: 1 };
        Some(RosterEntry { attendee, role, own_meeting: None, language: None, zone: None })
    }
}

impl RosterRow<'_> {
    /// The line that the person's row begins on; none for those who are in no row.
    pub fn line(&self) -> Option<u64> {
        self.record.map(|record| record.line())
    }

    /// A cell of the person's row, as it stands in the file.
    pub fn cell(&self, column: usize) -> &str {
        self.record.map_or("", |record| record.cell(column))
    }
}

fn state_of(path: &Path) -> Option<(u64, SystemTime)> {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.len(), metadata.modified().ok()?))
}

fn reopen(path: &Path, dialect: Dialect) -> io::Result<Records<File>> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(dialect.skip))?;
    Ok(Records::new(file, dialect))
}

fn fill(file: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..])? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}

/// Tells what else a file is, by its beginning.
fn not_csv(start: &[u8], shown: &str) -> Option<Problem> {
    let problem =
        |message: &str, hint: &str| Some(Problem::of_file("not-csv", shown, message).hint(hint));
    if start.starts_with(b"PK\x03\x04") {
        problem(
            "this is a spreadsheet or an archive, not CSV",
            "save it as CSV UTF-8 from the spreadsheet program",
        )
    } else if start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff") {
        problem(
            "this is UTF-16 text, not UTF-8",
            "save it as CSV UTF-8 from the spreadsheet program",
        )
    } else if start.contains(&0) {
        problem("this is not a text file", "save it as CSV UTF-8 from the spreadsheet program")
    } else {
        None
    }
}

fn unreadable(error: &ReadError, shown: &str) -> Problem {
    let (code, line, hint) = match error {
        ReadError::Io(error) => {
            let message = format!("the roster cannot be read: {}", in_words(error));
            return Problem::of_file("no-roster", shown, message);
        }
        ReadError::TooLong { line } => {
            ("row-too-long", line, "look for a quote that is opened there and never closed")
        }
        ReadError::UnclosedQuote { line } => {
            ("unclosed-quote", line, "close it, or double it if it is part of the text")
        }
        ReadError::NotUtf8 { line } => {
            ("not-utf8", line, "save the file as CSV UTF-8 from the spreadsheet program")
        }
        ReadError::Nul { line } => {
            ("not-csv", line, "save the file as CSV UTF-8 from the spreadsheet program")
        }
    };
    Problem::of_file(code, shown, error.to_string()).at(*line).hint(hint)
}

/// What the system says, without its number.
fn in_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "you may not read it".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => error.to_string(),
    }
}

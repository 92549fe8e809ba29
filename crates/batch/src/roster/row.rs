//! Cells into a person at a meeting, or into what is wrong with them. No file format in sight.

use std::cell::RefCell;
use std::sync::LazyLock;

use jiff::tz::TimeZone;
use meetmint_core::{
    Attendee, Avatar, BadStart, DisplayName, Email, Meeting, Room, Start, known_zone, one_line,
    zone_names,
};

use super::columns::{Columns, Field};
use super::csv::Record;
use crate::problem::{Problem, nearest, quoted, suggest};
use crate::roles::{Roles, yes_or_no};

/// The most characters of a title: what calendars show of one (`invitation-email` facts, §1.5).
pub const LONGEST_TITLE: usize = 200;

/// The meeting as it was written down: what a row may override, piece by piece.
#[derive(Clone, Debug)]
pub struct MeetingSpec {
    /// What people call it.
    pub title: String,
    /// Where.
    pub room: Room,
    /// When, in the zone.
    pub start: Start,
    /// The zone.
    pub zone: TimeZone,
    /// How long, in seconds; more than none.
    pub duration: i64,
}

impl MeetingSpec {
    /// The meeting it is.
    ///
    /// # Errors
    /// [`BadStart`] if a clock change skips the start or makes it come twice.
    pub fn meeting(&self) -> Result<Meeting, BadStart> {
        let start = self.start.resolve(&self.zone)?;
        let end = start
            .checked_add(jiff::SignedDuration::from_secs(self.duration))
            .map_err(|_| BadStart::OutOfRange)?;
        Ok(Meeting {
            title: self.title.clone(),
            room: self.room.clone(),
            start,
            end,
            zone: self.zone.clone(),
        })
    }
}

/// A person of the roster at a meeting.
#[derive(Clone, Debug)]
pub struct RosterEntry {
    /// Who.
    pub attendee: Attendee,
    /// The place of their role among all.
    pub role: usize,
    /// Their meeting, where it is not the roster's.
    pub own_meeting: Option<Meeting>,
    /// Their language, as the roster says it.
    pub language: Option<String>,
    /// Their own zone, which moves nothing.
    pub zone: Option<TimeZone>,
}

/// What a row is read with.
pub(crate) struct RowReader<'r> {
    pub(crate) columns: &'r Columns,
    pub(crate) roles: &'r Roles,
    pub(crate) slot: &'r MeetingSpec,
    pub(crate) need_email: bool,
    pub(crate) file: &'r str,
}

impl RowReader<'_> {
    /// The person a row is about; `None` with at least one more problem if it is about nobody.
    pub(crate) fn entry(
        &self,
        record: Record<'_>,
        problems: &mut Vec<Problem>,
    ) -> Option<RosterEntry> {
        let before = problems.len();
        let headings = self.columns.all.len();
        if record.cells().skip(headings).any(|cell| !cell.trim().is_empty()) {
            let message =
                format!("this row has {} cells, and there are {headings} headings", record.len());
            let problem = self.problem(record, "too-many-cells", message);
            problems.push(problem.hint("put a cell that holds the separator into double quotes"));
        }
        let email = self.email(record, problems);
        let name = self.name(record);
        let role = self.role(record, email.as_ref(), problems);
        let own_meeting = self.own_meeting(record, problems);
        let avatar = self.read(record, Field::Avatar, problems, "not-an-avatar", |cell| {
            Avatar::parse(cell).map_err(|bad| {
                (
                    bad.to_string(),
                    "write a picture's whole address, or leave the cell empty".to_owned(),
                )
            })
        });
        let language = self.read(record, Field::Language, problems, "not-a-language", |cell| {
            is_language(cell).then(|| cell.to_owned()).ok_or_else(|| {
                (
                    "it is not a language tag".to_owned(),
                    "write it like `de` or `pt-BR`, or leave the cell empty".to_owned(),
                )
            })
        });
        let zone = if self.columns.overrides(Field::Zone) {
            None
        } else {
            self.read(record, Field::Zone, problems, "unknown-zone", |cell| {
                zone(cell).map_err(|(message, hint)| {
                    (message, format!("{hint} Rename the column if it is about something else"))
                })
            })
        };
        if problems.len() > before {
            return None;
        }
        let name = match (name, &email) {
            (Some(name), _) => name,
            (None, Some(email)) => DisplayName::clean(email.local_part())?,
            (None, None) => {
                problems.push(self.problem(
                    record,
                    "no-person",
                    "there is neither a name nor an address in this row",
                ));
                return None;
            }
        };
        let own_id = self.cell(record, Field::Id).and_then(|cell| one_line(cell, 100));
        let attendee = Attendee { own_id, email, name, avatar, namesake: 1 };
        Some(RosterEntry { attendee, role, own_meeting, language, zone })
    }

    fn email(&self, record: Record<'_>, problems: &mut Vec<Problem>) -> Option<Email> {
        match self.cell(record, Field::Email) {
            Some(cell) => match Email::parse(cell) {
                Ok(email) if self.need_email && !email.local_part().is_ascii() => {
                    let message = format!(
                        "{} cannot be mailed: only plain letters reach every mail server",
                        quoted(cell)
                    );
                    let problem = self.in_column(record, Field::Email, "not-ascii", message);
                    problems.push(problem.hint(
                        "ask for another address; `meetmint links` makes a link all the same",
                    ));
                    None
                }
                Ok(email) => Some(email),
                Err(bad) => {
                    let message = format!("{} is not an address: {bad}", quoted(cell));
                    problems.push(
                        self.in_column(record, Field::Email, "not-an-email", message)
                            .hint(bad.hint()),
                    );
                    None
                }
            },
            None if self.need_email => {
                let problem = self.in_column(
                    record,
                    Field::Email,
                    "no-email",
                    "the address is missing: mail needs one",
                );
                problems.push(problem.hint(
                    "write one, or take the row out; `meetmint links` makes links for names alone",
                ));
                None
            }
            None => None,
        }
    }

    /// The key of whoever a bad row is about, as far as it can be told.
    pub(crate) fn key(&self, record: Record<'_>) -> Option<String> {
        let email = Email::parse(self.cell(record, Field::Email)?).ok()?;
        Some(email.key().into_owned())
    }

    fn name(&self, record: Record<'_>) -> Option<DisplayName> {
        let whole = self.columns.of(Field::Name);
        let joined = |places: &[usize]| {
            let words: Vec<&str> = places
                .iter()
                .map(|at| record.cell(*at).trim())
                .filter(|word| !word.is_empty())
                .collect();
            DisplayName::clean(&words.join(" "))
        };
        match whole {
            [at] => DisplayName::clean(record.cell(*at)),
            places => joined(places),
        }
        .or_else(|| {
            joined(&[self.columns.of(Field::FirstName), self.columns.of(Field::LastName)].concat())
        })
    }

    fn role(
        &self,
        record: Record<'_>,
        email: Option<&Email>,
        problems: &mut Vec<Problem>,
    ) -> usize {
        let named = self.cell(record, Field::Role).and_then(|cell| {
            let role = self.roles.named(cell);
            if role.is_none() {
                problems.push(self.unknown_role(record, cell));
            }
            role
        });
        let moderates = self.cell(record, Field::Moderator).and_then(|cell| {
            let answer = yes_or_no(cell)
                .or_else(|| self.roles.named(cell).map(|at| self.roles.all()[at].moderator));
            if answer.is_none() {
                let message = format!("{} is neither yes nor no", quoted(cell));
                problems.push(
                    self.in_column(record, Field::Moderator, "not-yes-or-no", message)
                        .hint("write `yes` or `no`"),
                );
            }
            answer
        });
        let moderator =
            || self.roles.named(meetmint_core::MODERATOR).unwrap_or(self.roles.default());
        if let Some(role) = email.and_then(|email| self.roles.of_person(&email.key())) {
            return role;
        }
        match (named, moderates) {
            (None, Some(true)) => moderator(),
            (Some(role), Some(true)) if !self.roles.all()[role].moderator => {
                let name = &self.roles.all()[role].name;
                let message =
                    format!("it says yes, and the role is `{name}`, which does not moderate");
                let problem = self.in_column(record, Field::Moderator, "two-roles", message);
                problems.push(problem.hint("make the two cells agree"));
                role
            }
            (Some(role), Some(false)) if self.roles.all()[role].moderator => {
                let name = &self.roles.all()[role].name;
                let message = format!("it says no, and the role is `{name}`, which moderates");
                let problem = self.in_column(record, Field::Moderator, "two-roles", message);
                problems.push(problem.hint("make the two cells agree"));
                role
            }
            (None, Some(false)) if self.roles.all()[self.roles.default()].moderator => {
                self.roles.named(meetmint_core::PARTICIPANT).unwrap_or(self.roles.default())
            }
            (role, _) => role.unwrap_or(self.roles.default()),
        }
    }

    fn unknown_role(&self, record: Record<'_>, cell: &str) -> Problem {
        let names = self.roles.all().iter().map(|role| role.name.as_str());
        let hint =
            suggest(cell, names, "a role of your own is a [roles.NAME] in meeting.toml; there are");
        self.in_column(
            record,
            Field::Role,
            "unknown-role",
            format!("{} is not a role", quoted(cell)),
        )
        .hint(hint)
    }

    fn own_meeting(&self, record: Record<'_>, problems: &mut Vec<Problem>) -> Option<Meeting> {
        let differs =
            |field: &Field| self.columns.overrides(*field) && self.cell(record, *field).is_some();
        if !super::columns::PER_ROW.iter().any(differs) {
            return None;
        }
        let before = problems.len();
        let mut slot = self.slot.clone();
        let own = |field| if self.columns.overrides(field) { Some(field) } else { None };
        if let Some(title) = own(Field::Title).and_then(|field| self.cell(record, field)) {
            slot.title = one_line(title, LONGEST_TITLE).unwrap_or(slot.title);
        }
        let room = own(Field::Room).and_then(|field| {
            self.read(record, field, problems, "bad-room", |cell| {
                Room::parse(cell).map_err(|bad| {
                    (bad.reason.to_string(), format!("`{}` would work", bad.suggestion))
                })
            })
        });
        let place = own(Field::Zone)
            .and_then(|field| self.read(record, field, problems, "unknown-zone", zone));
        let duration = own(Field::Duration)
            .and_then(|field| self.read(record, field, problems, "bad-duration", duration));
        let start = own(Field::Start).and_then(|field| {
            self.read(record, field, problems, "bad-start", |cell| {
                Start::parse(cell).map_err(|bad| (bad.to_string(), bad.hint()))
            })
        });
        if problems.len() > before {
            return None;
        }
        slot.room = room.unwrap_or(slot.room);
        slot.zone = place.unwrap_or(slot.zone);
        slot.duration = duration.unwrap_or(slot.duration);
        slot.start = start.unwrap_or(slot.start);
        match slot.meeting() {
            Ok(meeting) => Some(meeting),
            Err(bad) => {
                problems.push(
                    self.in_column(record, Field::Start, "bad-start", bad.to_string())
                        .hint(bad.hint()),
                );
                None
            }
        }
    }

    /// A cell with something in it.
    fn cell<'b>(&self, record: Record<'b>, field: Field) -> Option<&'b str> {
        self.columns
            .of(field)
            .iter()
            .map(|at| record.cell(*at).trim())
            .find(|cell| !cell.is_empty())
    }

    /// Reads a cell that may be empty; what is wrong with it becomes a problem.
    fn read<T>(
        &self,
        record: Record<'_>,
        field: Field,
        problems: &mut Vec<Problem>,
        code: &'static str,
        parse: impl FnOnce(&str) -> Result<T, (String, String)>,
    ) -> Option<T> {
        let cell = self.cell(record, field)?;
        match parse(cell) {
            Ok(value) => Some(value),
            Err((message, hint)) => {
                problems.push(
                    self.in_column(record, field, code, format!("{}: {message}", quoted(cell)))
                        .hint(hint),
                );
                None
            }
        }
    }

    fn problem(
        &self,
        record: Record<'_>,
        code: &'static str,
        message: impl Into<String>,
    ) -> Problem {
        Problem::of_file(code, self.file, message).at(record.line())
    }

    fn in_column(
        &self,
        record: Record<'_>,
        field: Field,
        code: &'static str,
        message: impl Into<String>,
    ) -> Problem {
        self.problem(record, code, message).in_column(self.columns.heading(field))
    }
}

/// A zone by its name, or what is wrong with it and what to write.
pub fn zone(name: &str) -> Result<TimeZone, (String, String)> {
    thread_local! {
        /// A whole column is often wrong in the same way, and looking for what was meant takes its time.
        static LAST: RefCell<(String, String)> = RefCell::default();
    }
    known_zone(name).map_err(|unknown| {
        let hint = LAST.with_borrow_mut(|(last, hint)| {
            if *last != unknown.0 || hint.is_empty() {
                *hint = zone_hint(&unknown.0);
                last.clone_from(&unknown.0);
            }
            hint.clone()
        });
        ("it is not a time zone".to_owned(), hint)
    })
}

fn zone_hint(unknown: &str) -> String {
    static NAMES: LazyLock<Vec<String>> = LazyLock::new(zone_names);
    let is_city = |known: &&String| {
        known.rsplit('/').next().is_some_and(|city| city.eq_ignore_ascii_case(unknown))
    };
    let near = NAMES.iter().find(is_city).map(String::as_str);
    match near.or_else(|| nearest(unknown, NAMES.iter().map(String::as_str))) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "write a name of the IANA list, like `Europe/Berlin`".to_owned(),
    }
}

/// A meeting's length in seconds, or what is wrong with it and what to write.
pub fn duration(text: &str) -> Result<i64, (String, String)> {
    match crate::duration::seconds(text) {
        Ok(0) => Err((
            "a meeting takes some time".to_owned(),
            "write it like `90m` or `1h 30m`".to_owned(),
        )),
        Ok(seconds) => Ok(seconds),
        Err(bad) => Err((bad.to_string(), "write it like `90m` or `1h 30m`".to_owned())),
    }
}

/// The shape of a language tag (RFC 5646 §2.1), without its registry.
fn is_language(text: &str) -> bool {
    text.len() <= 35
        && text.split(['-', '_']).enumerate().all(|(at, part)| {
            let letters = part.bytes().all(|byte| byte.is_ascii_alphabetic());
            let plain = part.bytes().all(|byte| byte.is_ascii_alphanumeric());
            if at == 0 {
                letters && (2..=8).contains(&part.len())
            } else {
                plain && (1..=8).contains(&part.len())
            }
        })
}

//! Reads one list as the commands do: open, survey, and each person.

use std::fmt::Write as _;
use std::path::Path;

use jiff::Timestamp;
use jiff::civil::date;
use meetmint_batch::{
    ColumnSettings, Duplicates, EachError, Field, HiddenRows, MeetingSpec, Reading, Roles, Roster,
    RosterRow, RosterSpec, RowCondition, Selection, zone,
};
use meetmint_core::{MeetingId, Room, Start};

/// What became of a list.
pub(crate) enum Outcome {
    /// It has problems: each one as it is shown, with its code and hint.
    Refused(Vec<String>),
    /// It was read.
    Read {
        /// `email<TAB>name<TAB>role`, then what else is known of the person, as `key=value`.
        people: Vec<String>,
        /// Remarks, repeated lines, and lines without an address.
        notes: String,
    },
}

/// The settings of `[roster]` in TOML, as far as a list needs any.
pub(crate) fn spec(roster: &str) -> RosterSpec {
    let table: toml::Table = roster.parse().unwrap_or_else(|error| panic!("{roster}: {error}"));
    let mut spec = RosterSpec {
        reading: Reading::default(),
        conditions: Vec::new(),
        family: None,
        columns: ColumnSettings::default(),
        roles: Roles::new(Vec::new()).unwrap(),
        duplicates: Duplicates::Refuse,
        meeting: MeetingSpec {
            title: "Trial".to_owned(),
            room: Room::parse("trial").unwrap(),
            start: Start::parse("2031-07-15 10:00").unwrap(),
            zone: zone("Europe/Berlin").unwrap(),
            duration: 90 * 60,
        },
        need_email: false,
        link_sizes: Vec::new(),
    };
    for (key, value) in &table {
        set(&mut spec, key, value);
    }
    spec
}

fn set(spec: &mut RosterSpec, key: &str, value: &toml::Value) {
    let text = || value.as_str().unwrap().to_owned();
    match key {
        "encoding" => spec.reading.encoding = Some(text()),
        "delimiter" => {
            spec.reading.delimiter =
                Some(if text() == "tab" { b'\t' } else { text().as_bytes()[0] });
        }
        "header_row" => {
            spec.reading.header_row = Some(value.as_integer().unwrap().try_into().unwrap());
        }
        "sheet" => spec.reading.sheet = Some(text()),
        "hidden_rows" => {
            let keep = text() == "keep";
            spec.reading.hidden_rows = Some(if keep { HiddenRows::Keep } else { HiddenRows::Skip });
        }
        "duplicates" => {
            spec.duplicates = match text().as_str() {
                "first" => Duplicates::First,
                "last" => Duplicates::Last,
                _ => Duplicates::Refuse,
            };
        }
        "family" => {
            spec.family = (text() == "each").then(|| MeetingId::written("corpus")).flatten();
        }
        "ignore" => spec.columns.ignore = texts(value),
        "per_row" => {
            spec.columns.per_row =
                texts(value).iter().map(|name| Field::named(name).unwrap()).collect();
        }
        "columns" => {
            let columns = value.as_table().unwrap().iter();
            spec.columns.named =
                columns.map(|(name, value)| (Field::named(name).unwrap(), texts(value))).collect();
        }
        "where" => {
            let conditions = value.as_table().unwrap().iter();
            spec.conditions = conditions
                .map(|(heading, value)| RowCondition {
                    place: None,
                    heading: heading.clone(),
                    values: texts(value),
                })
                .collect();
        }
        _ => panic!("unknown key `{key}`"),
    }
}

/// One text, or a list of them.
fn texts(value: &toml::Value) -> Vec<String> {
    match value {
        toml::Value::Array(values) => {
            values.iter().map(|value| value.as_str().unwrap().to_owned()).collect()
        }
        _ => vec![value.as_str().unwrap().to_owned()],
    }
}

/// Reads a list, and everybody in it.
pub(crate) fn read(path: &Path, spec: RosterSpec) -> Outcome {
    let shown = path.file_name().unwrap().to_string_lossy();
    let words = |problems: &[meetmint_batch::Problem]| {
        problems
            .iter()
            .map(|problem| {
                let hint = problem.hint.as_deref().unwrap_or_default();
                format!("{} [{}] hint: {hint}", problem, problem.code)
            })
            .collect()
    };
    let roster = match Roster::open(path, &shown, spec) {
        Ok(roster) => roster,
        Err(problems) => return Outcome::Refused(words(&problems)),
    };
    let survey = roster.survey(now());
    if !survey.problems().is_empty() {
        return Outcome::Refused(words(survey.problems()));
    }
    let mut people = Vec::new();
    let selection = Selection::default();
    let each = roster.each(
        &survey,
        &selection,
        256,
        |rows| rows.iter().map(|row| person(&roster, row)).collect::<Vec<_>>(),
        |chunk| {
            people.extend(chunk);
            Ok::<(), ()>(())
        },
    );
    match each {
        Ok(()) => {}
        Err(EachError::Roster(problem)) => return Outcome::Refused(words(&[*problem])),
        Err(EachError::Taken(())) => unreachable!("nothing is refused above"),
    }
    // Both readings see the same people, or someone is counted who gets no link.
    assert_eq!(people.len(), survey.people(), "{}", path.display());
    let mut notes = String::new();
    for remark in roster.remarks().iter().chain(survey.remarks()) {
        let hint = remark.hint.as_deref().unwrap_or_default();
        writeln!(notes, "{} [{}] hint: {hint}", remark.message, remark.code).unwrap();
    }
    for repetition in survey.repetitions() {
        writeln!(notes, "line {} repeats line {}", repetition.line, repetition.counts).unwrap();
    }
    for line in survey.without_address() {
        writeln!(notes, "line {line} has no address").unwrap();
    }
    Outcome::Read { people, notes }
}

/// Before all meetings of the lists.
fn now() -> Timestamp {
    date(2026, 11, 1).at(12, 0, 0, 0).to_zoned_datetime(zone("UTC").unwrap()).unwrap().timestamp()
}

fn person(roster: &Roster, row: &RosterRow<'_>) -> String {
    let entry = &row.entry;
    let attendee = &entry.attendee;
    let meeting = roster.meeting_of(entry);
    let email = attendee.email.as_ref().map_or("", |email| email.as_str());
    let role = &roster.roles().all()[entry.role].name;
    let mut text = format!("{email}\t{}\t{role}", attendee.name.as_str());
    write!(text, "\troom={}\ttitle={}", meeting.room.name(), meeting.title).unwrap();
    write!(text, "\tstart={}\tend={}", meeting.start, meeting.end).unwrap();
    if let Some(id) = &attendee.own_id {
        write!(text, "\tid={id}").unwrap();
    }
    if let Some(language) = &entry.language {
        write!(text, "\tlanguage={language}").unwrap();
    }
    if let Some(zone) = entry.zone.as_ref().and_then(|zone| zone.iana_name()) {
        write!(text, "\tzone={zone}").unwrap();
    }
    text
}

//! Rosters for tests.

use jiff::Timestamp;
use meetmint_core::{Room, Start, known_zone};

use super::Survey;
use crate::meeting_spec::MeetingSpec;
use crate::roles::Roles;
use crate::roster::{ColumnSettings, Duplicates, Field, Reading, Roster, RosterSpec};
use crate::selection::{EachError, RosterRow, Selection};

/// What a roster is read with, where `per_row` overrides the meeting.
pub(crate) fn spec(per_row: Vec<Field>) -> RosterSpec {
    RosterSpec {
        reading: Reading::default(),
        conditions: Vec::new(),
        family: None,
        columns: ColumnSettings { per_row, ..ColumnSettings::default() },
        roles: Roles::new(Vec::new()).unwrap(),
        duplicates: Duplicates::Refuse,
        meeting: MeetingSpec {
            title: "Autumn town hall".to_owned(),
            room: Room::parse("autumn-town-hall").unwrap(),
            start: Start::parse("2027-03-11 14:00").unwrap(),
            zone: known_zone("Europe/Berlin").unwrap(),
            duration: 5400,
        },
        need_email: true,
        link_sizes: Vec::new(),
    }
}

/// The roster with this text, and what its survey found half a year before the meeting.
pub(crate) fn survey_of(csv: &str) -> (Roster, Survey) {
    survey_with(csv, spec(Vec::new()))
}

/// The same, read with `spec`.
pub(crate) fn survey_with(csv: &str, spec: RosterSpec) -> (Roster, Survey) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.csv");
    std::fs::write(&path, csv).unwrap();
    let roster = Roster::open(&path, "people.csv", spec).unwrap();
    let survey = roster.survey(Timestamp::constant(1_788_000_000, 0));
    (roster, survey)
}

/// Each person of a roster, in a line of what the row says: address, name, role, language, the person's own zone; and the
/// row's own meeting, if it has one. A roster with problems is their texts.
pub(crate) fn people(csv: &str, spec: RosterSpec) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.csv");
    std::fs::write(&path, csv).unwrap();
    let roster = Roster::open(&path, "people.csv", spec).unwrap();
    let survey = roster.survey(Timestamp::constant(1_788_000_000, 0));
    if !survey.problems().is_empty() {
        let shown = survey.problems().iter();
        return shown
            .map(|bad| format!("{bad} | {}", bad.hint.as_deref().unwrap_or_default()))
            .collect();
    }
    let line = |person: &RosterRow<'_>| {
        let entry = &person.entry;
        let mut parts = vec![
            entry.attendee.email.as_ref().map_or("-", |email| email.as_str()).to_owned(),
            entry.attendee.name.to_string(),
            roster.roles().all()[entry.role].name.clone(),
            entry.language.clone().unwrap_or_default(),
            entry.zone.as_ref().and_then(|zone| zone.iana_name()).unwrap_or_default().to_owned(),
        ];
        if let Some(own) = &entry.own_meeting {
            let minutes = (own.end.as_second() - own.start.as_second()) / 60;
            parts.push(format!("{} {minutes}", own.start));
        }
        parts.join("|").trim_end_matches('|').to_owned()
    };
    let mut lines = Vec::new();
    let work = |rows: &[RosterRow<'_>]| rows.iter().map(line).collect::<Vec<_>>();
    let selection = Selection::default();
    let all: Result<(), EachError<()>> = roster.each(&survey, &selection, 100, work, |found| {
        lines.extend(found);
        Ok(())
    });
    assert!(all.is_ok());
    lines
}

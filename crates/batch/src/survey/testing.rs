//! Rosters for tests.

use jiff::Timestamp;
use meetmint_core::{Room, Start, known_zone};

use super::Survey;
use crate::meeting_spec::MeetingSpec;
use crate::roles::Roles;
use crate::roster::{ColumnSettings, Duplicates, Field, Reading, Roster, RosterSpec};

/// What a roster is read with, where `per_row` overrides the meeting.
pub(crate) fn spec(per_row: Vec<Field>) -> RosterSpec {
    RosterSpec {
        reading: Reading::default(),
        conditions: Vec::new(),
        family: false,
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

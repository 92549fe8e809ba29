//! Rosters for tests.

use std::io::Write as _;

use jiff::tz::TimeZone;
use meetmint_core::{Room, Start};
use tempfile::NamedTempFile;

use crate::{ColumnSettings, Duplicates, MeetingSpec, Problem, Reading, Roles, Roster, RosterSpec};

/// How a roster is read if nothing is set. The meeting is at 14:00 UTC and lasts for 90 minutes.
pub(crate) fn spec() -> RosterSpec {
    RosterSpec {
        reading: Reading::default(),
        conditions: Vec::new(),
        family: None,
        columns: ColumnSettings::default(),
        roles: Roles::new(Vec::new()).unwrap(),
        duplicates: Duplicates::Refuse,
        meeting: MeetingSpec {
            title: "Open day".to_owned(),
            room: Room::parse("open-day").unwrap(),
            start: Start::parse("2027-03-11 14:00").unwrap(),
            zone: TimeZone::UTC,
            duration: 90 * 60,
        },
        need_email: true,
        link_sizes: Vec::new(),
    }
}

/// A file with this text, which lasts as long as the first value, and the roster in it.
pub(crate) fn opened(
    text: &str,
    spec: RosterSpec,
) -> (NamedTempFile, Result<Roster, Vec<Problem>>) {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let roster = Roster::open(file.path(), "people.csv", spec);
    (file, roster)
}

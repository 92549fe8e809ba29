//! The cells of a row that override the roster's meeting.

use meetmint_core::{Meeting, Room, Start, one_line};

use super::cells::Cells;
use super::field::{Field, PER_ROW};
use crate::duration::meeting_duration;
use crate::meeting_spec::{LONGEST_TITLE, MeetingSpec};
use crate::problem::Problem;
use crate::rejection::Rejection;
use crate::zone::{ZoneOf, roster_zone};

/// The meeting of a row, if one of its cells overrides the roster's.
pub(super) fn own_meeting(
    cells: Cells<'_, '_>,
    common: &MeetingSpec,
    problems: &mut Vec<Problem>,
) -> Option<Box<Meeting>> {
    let overrides = |field: &Field| cells.columns.overrides(*field) && cells.get(*field).is_some();
    // Most rows end here, and share the roster's meeting.
    if !PER_ROW.iter().any(overrides) {
        return None;
    }
    let before = problems.len();
    let title = cells.text(Field::Title, problems).and_then(|title| one_line(title, LONGEST_TITLE));
    let room = cells.parse(Field::Room, "bad-room", problems, Room::parse);
    // Unlike the other fields, a zone has a column in use even if `per_row` does not name it.
    let zone = if cells.columns.overrides(Field::Zone) {
        cells
            .parse(Field::Zone, "unknown-zone", problems, |cell| roster_zone(cell, ZoneOf::Meeting))
    } else {
        None
    };
    let duration = cells.parse(Field::Duration, "bad-duration", problems, meeting_duration);
    let start = cells.parse(Field::Start, "bad-start", problems, Start::read);
    // Without one of its values, what is left would be another meeting.
    if problems.len() > before {
        return None;
    }
    let spec = MeetingSpec {
        title: title.unwrap_or_else(|| common.title.clone()),
        room: room.unwrap_or_else(|| common.room.clone()),
        start: start.unwrap_or(common.start),
        zone: zone.unwrap_or_else(|| common.zone.clone()),
        duration: duration.unwrap_or(common.duration),
    };
    // Whether a start exists depends on the zone, and each of the two may be the row's or the roster's.
    match spec.meeting() {
        Ok(meeting) => Some(Box::new(meeting)),
        Err(bad) => {
            let Rejection { message, hint } = bad.into();
            problems.push(cells.problem_in(Field::Start, "bad-start", message).hint(hint));
            None
        }
    }
}

//! The meetings of a roster: what `check` lists, and what may be wrong with them.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use meetmint_batch::{EachError, MeetingUse, Meetings, Roster, TwoAtOnce, quoted};
use meetmint_core::{Moderation, Role};
use serde::Serialize;

use crate::error::Error;
use crate::folder::LoadedFolder;
use crate::front_end::Notice;
use crate::phrases::time_in;
use crate::settings::Settings;

use super::json::{as_text, as_zone_name};

/// How many notices of one kind are shown, unless all are wanted: whoever fixes the first few knows the rest.
const SHOWN: usize = 5;

/// A meeting that people are invited to.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MeetingUseReport {
    /// What people call it.
    pub title: String,
    /// The room's name.
    pub room: String,
    /// When it starts: RFC 3339 in UTC.
    #[serde(serialize_with = "as_text")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub start: Timestamp,
    /// When it ends: RFC 3339 in UTC.
    #[serde(serialize_with = "as_text")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub end: Timestamp,
    /// Its time zone: an IANA name.
    #[serde(serialize_with = "as_zone_name")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub zone: TimeZone,
    /// How many people are invited.
    pub people: usize,
    /// How many of them are moderators.
    pub moderators: usize,
}

impl MeetingUseReport {
    pub(super) fn of(meeting: &MeetingUse) -> MeetingUseReport {
        let MeetingUse { title, room, start, end, zone, people, moderators, .. } = meeting;
        MeetingUseReport {
            title: title.clone(),
            room: room.clone(),
            start: *start,
            end: *end,
            zone: zone.clone(),
            people: *people,
            moderators: *moderators,
        }
    }
}

/// The meetings of a folder. Nothing if anything in it is wrong: the meeting may be a stand-in then, and the row of the only
/// moderator a bad one, so that what is said about rooms would be a consequence.
///
/// # Errors
/// If the roster has changed since it was read.
pub(super) fn meetings(folder: &LoadedFolder) -> Result<Option<Meetings>, Error> {
    let LoadedFolder { roster: Some(roster), survey: Some(survey), problems, .. } = folder else {
        return Ok(None);
    };
    if !problems.is_empty() {
        return Ok(None);
    }
    match roster.meetings(survey) {
        Ok(meetings) => Ok(Some(meetings)),
        Err(EachError::Roster(problem)) => Err((*problem).into()),
        // Nothing is taken that could fail.
        Err(EachError::Taken(())) => Ok(None),
    }
}

/// Rooms without a moderator, meetings in one room that overlap, and people who would have to be in two meetings at once.
/// `all` is whether each of them is named.
pub(super) fn notices(
    settings: &Settings,
    roster: &Roster,
    meetings: &Meetings,
    all: bool,
) -> Vec<Notice> {
    // Another role would change nothing on a server that is known to make moderators in another way.
    let is_in_vain =
        settings.written.roles && !Moderation::of(&settings.accepts.roles).counts_roles();
    let mut notices = if is_in_vain { Vec::new() } else { unmoderated(meetings, all) };
    notices.extend(overlaps(settings, roster, meetings, all));
    notices.extend(two_at_once(roster, meetings, all));
    if meetings.uncounted() > 0 {
        let message = format!(
            "there are more than {} meetings: {} invitations are to further ones, which are neither listed nor compared",
            meetings.all().len(),
            meetings.uncounted()
        );
        notices.push(Notice::warning("many-meetings", message));
    }
    notices
}

fn unmoderated(meetings: &Meetings, all: bool) -> Vec<Notice> {
    let rooms = meetings.unmoderated();
    let shown = if all { rooms.len() } else { SHOWN };
    let notice = |room: &&str| {
        let message = format!("nobody in the room {} is a moderator", quoted(room));
        let hint = "give somebody the role moderator, or name them under [roles.moderator]: people = [\"…\"]";
        Notice::warning("no-moderator", message).hint(hint)
    };
    let mut notices: Vec<Notice> = rooms.iter().take(shown).map(notice).collect();
    let more = rooms.len().saturating_sub(shown);
    notices.extend((more > 0).then(|| {
        Notice::warning("no-moderator", format!("nobody is a moderator in {more} more rooms"))
    }));
    notices
}

/// Meetings in one room whose links work at the same time.
fn overlaps(settings: &Settings, roster: &Roster, meetings: &Meetings, all: bool) -> Vec<Notice> {
    let windows = settings.windows;
    // Whoever may come first or leave last decides when a room is in use.
    let widest = |own: fn(&Role) -> Option<i64>, usual: i64| {
        roster.roles().all().iter().filter_map(own).chain([usual]).max().unwrap_or(usual)
    };
    let opens = widest(|role| role.opens, windows.opens);
    let closes = widest(|role| role.closes, windows.closes);
    let zone = &roster.meeting().zone;
    let overlaps = meetings.overlaps(opens, closes);
    let shown = if all { overlaps.len() } else { SHOWN };
    let notice = |(room, first, second): &(&str, Timestamp, Timestamp)| {
        let message = format!(
            "in the room {}, links for {} still work when links for {} begin to work",
            quoted(room),
            time_in(first.as_second(), zone),
            time_in(second.as_second(), zone)
        );
        let hint = "give each meeting a room of its own, or shorten `opens` and `closes`";
        Notice::warning("overlap", message).hint(hint)
    };
    let mut notices: Vec<Notice> = overlaps.iter().take(shown).map(notice).collect();
    let more = overlaps.len().saturating_sub(shown);
    notices.extend((more > 0).then(|| {
        Notice::warning(
            "overlap",
            format!("{more} more meetings overlap with one before in their room"),
        )
    }));
    notices
}

fn two_at_once(roster: &Roster, meetings: &Meetings, all: bool) -> Vec<Notice> {
    let people = meetings.two_at_once();
    let shown = if all { people.len() } else { SHOWN };
    let zone = &roster.meeting().zone;
    let notice = |two: &TwoAtOnce| {
        let TwoAtOnce { person, lines: (first, second), rooms: (room, other), start } = two;
        let rooms = if room == other {
            format!("twice to the room {}", quoted(room))
        } else {
            format!("to the rooms {} and {}", quoted(room), quoted(other))
        };
        let message = format!(
            "{} is invited {rooms} at the same time, on {}: lines {first} and {second}",
            quoted(person),
            time_in(start.as_second(), zone),
        );
        Notice::warning("two-at-once", message)
    };
    let mut notices: Vec<Notice> = people.iter().take(shown).map(notice).collect();
    let more = people.len().saturating_sub(shown) + meetings.more_at_once();
    notices.extend((more > 0).then(|| {
        let message = format!("{more} more people are invited to two meetings at the same time");
        Notice::warning("two-at-once", message)
    }));
    notices
}

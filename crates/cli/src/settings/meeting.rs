//! `[meeting]`: what, where, when, and for how long its links work.

use meetmint_batch::{
    LONGEST_TITLE, MeetingSpec, Rejection, WindowPolicy, meeting_duration, seconds, zone,
};
use meetmint_core::{Email, MeetingId, Room, Start, one_line};

use crate::document::Table;

/// The organizer, where it is not who the mail is from.
#[derive(Clone, Debug)]
pub(crate) struct Organizer {
    pub(crate) name: Option<String>,
    pub(crate) email: Email,
}

pub(super) struct MeetingSettings {
    pub(super) id: Option<MeetingId>,
    pub(super) slot: Option<MeetingSpec>,
    pub(super) windows: WindowPolicy,
    pub(super) organizer: Option<Organizer>,
}

pub(super) fn read(root: &Table<'_>) -> MeetingSettings {
    let table = root.table("meeting");
    let id = table.string("id");
    let id = table.parsed(id, "empty-value", |text| {
        MeetingId::written(text).ok_or_else(|| {
            Rejection::new(
                "an id cannot be empty",
                "leave it out, and `meetmint check` says what to write",
            )
        })
    });
    let title = table.required("title", "it is what people call the meeting");
    let title = table.parsed(title, "bad-title", |text| {
        one_line(text, LONGEST_TITLE).ok_or_else(|| {
            Rejection::new("nothing of it can be seen", "write what people call the meeting")
        })
    });
    let room = table.required("room", "it is the meeting's name in the link");
    let room = table.parsed(room, "bad-room", Room::parse);
    let place = table.parsed(
        table.required("zone", "it is where the clock on the wall shows the start"),
        "unknown-zone",
        zone,
    );
    let text = table.required("start", "it is when the meeting begins, like `2027-03-11 14:00`");
    let span = text.as_ref().map(|text| text.span.clone());
    let start = table.parsed(text, "bad-start", Start::parse);
    let duration = table.required("duration", "it is how long the meeting takes, like `90m`");
    let duration = table.parsed(duration, "bad-duration", meeting_duration);
    let windows = WindowPolicy {
        opens: window(&table, "opens").unwrap_or(30 * 60),
        closes: window(&table, "closes").unwrap_or(2 * 3600),
    };
    let organizer = organizer(&table);
    table.later("repeat", "a meeting that repeats");
    let slot = match (title, room, start, place, duration) {
        (Some(title), Some(room), Some(start), Some(zone), Some(duration)) => {
            let slot = MeetingSpec { title, room, start, zone, duration };
            match (slot.meeting(), span) {
                (Err(bad), Some(span)) => {
                    table.report("bad-start", &span, bad.to_string(), bad.hint());
                    None
                }
                _ => Some(slot),
            }
        }
        _ => None,
    };
    table.finish();
    MeetingSettings { id, slot, windows, organizer }
}

/// A meeting far ahead, for reading a list whose own meeting is not clear.
pub(super) fn stand_in() -> Option<MeetingSpec> {
    Some(MeetingSpec {
        title: "meeting".to_owned(),
        room: Room::parse("meeting").ok()?,
        start: Start::parse("2100-01-01 12:00").ok()?,
        zone: jiff::tz::TimeZone::UTC,
        duration: 3600,
    })
}

/// A length of time before the start or after the end.
pub(super) fn window(table: &Table<'_>, key: &'static str) -> Option<i64> {
    table.parsed(table.string(key), "bad-duration", |text| {
        seconds(text).map_err(|bad| Rejection::new(bad.to_string(), "write it like `30m` or `2h`"))
    })
}

fn organizer(table: &Table<'_>) -> Option<Organizer> {
    let organizer = table.table("organizer");
    if !organizer.is_present() {
        return None;
    }
    let name = organizer.string("name").map(|name| name.value);
    let email = organizer.required("email", "answers to the invitation go there");
    let email = organizer.parsed(email, "not-an-email", Email::parse);
    organizer.finish();
    Some(Organizer { name, email: email? })
}

//! `[meeting]`: title, room, start and duration, and how long its links work.

use jiff::tz::TimeZone;
use meetmint_batch::{
    LONGEST_TITLE, MeetingSpec, Rejection, WindowPolicy, meeting_duration, seconds, zone,
};
use meetmint_core::{Email, MeetingId, Room, Start, one_line};

use super::document::Location;
use super::table::Table;
use super::value::Located;

/// How long before the start links begin to work, in seconds, unless `opens` says otherwise.
const OPENS: i64 = 30 * 60;

/// How long after the end links stop working, in seconds, unless `closes` says otherwise. Meetings overrun, and whoever
/// reloads the page needs the link again.
const CLOSES: i64 = 2 * 60 * 60;

/// The organizer of the meeting, if that is not the sender of the mail.
#[derive(Clone, Debug)]
pub(crate) struct Organizer {
    pub(crate) name: Option<String>,
    pub(crate) email: Email,
}

/// What `[meeting]` says.
pub(super) struct MeetingSettings {
    pub(super) id: Option<MeetingId>,
    /// The meeting, if nothing is wrong with it.
    pub(super) spec: Option<MeetingSpec>,
    /// The line of `start`, if it is written.
    pub(super) start: Option<Location>,
    pub(super) windows: WindowPolicy,
    pub(super) organizer: Option<Organizer>,
}

/// Reads `[meeting]`.
pub(super) fn read(root: &Table<'_>) -> MeetingSettings {
    let table = root.table("meeting");
    let id = id(&table);
    let spec = spec(&table);
    let start = table.offset_of("start").map(|offset| table.location(offset));
    let windows = WindowPolicy {
        opens: duration(&table, "opens").unwrap_or(OPENS),
        closes: duration(&table, "closes").unwrap_or(CLOSES),
    };
    let organizer = organizer(&table);
    table.not_supported("repeat");
    table.finish();
    MeetingSettings { id, spec, start, windows, organizer }
}

/// A meeting far in the future, for reading a roster whose own meeting has mistakes.
pub(super) fn placeholder() -> Option<MeetingSpec> {
    Some(MeetingSpec {
        title: "meeting".to_owned(),
        room: Room::parse("meeting").ok()?,
        // In the past, everybody's meeting would be over, and that is not the mistake to report.
        start: Start::parse("2100-01-01 12:00").ok()?,
        zone: TimeZone::UTC,
        duration: 3600,
    })
}

/// A time before the start or after the end, in seconds.
pub(super) fn duration(table: &Table<'_>, key: &'static str) -> Option<i64> {
    table.parsed(table.string(key), "bad-duration", seconds)
}

fn id(table: &Table<'_>) -> Option<MeetingId> {
    let text = table.string("id")?;
    let id = MeetingId::written(&text.value);
    if id.is_none() {
        table.report(
            "empty-value",
            text.offset,
            "`id` is empty",
            "remove it and run `meetmint check`, which shows the line to write",
        );
    }
    id
}

fn spec(table: &Table<'_>) -> Option<MeetingSpec> {
    // Each key is read before the first `?` below, so that all mistakes are reported at once.
    let title = table.required("title", "the meeting's title", "Autumn town hall");
    let title = table.parsed(title, "bad-title", title_of);
    let room = table.required("room", "the room name", "autumn-town-hall");
    let room = table.parsed(room, "bad-room", Room::parse);
    let zone_name = table.required("zone", "the time zone of the start", "Europe/Berlin");
    let zone = table.parsed(zone_name, "unknown-zone", zone);
    let start = table.required("start", "the date and time of the start", "2027-03-11 14:00");
    // Kept, because whether clocks show this start is known only together with the zone.
    let offset = start.as_ref().map(|start| start.offset);
    let start = table.parsed(start, "bad-start", Start::parse);
    // `duration = 90` can only mean minutes, as the same number does in quotation marks.
    let duration = if table.is_integer("duration") {
        let number = table.integer("duration");
        number.map(|Located { value, offset }| Located::new(value.to_string(), offset))
    } else {
        table.required("duration", "the meeting's length", "90m")
    };
    let duration = table.parsed(duration, "bad-duration", meeting_duration);
    let spec =
        MeetingSpec { title: title?, room: room?, start: start?, zone: zone?, duration: duration? };
    is_possible(table, &spec, offset?).then_some(spec)
}

/// Reads a title: one line of at most [`LONGEST_TITLE`] characters. What is longer is cut.
///
/// # Errors
/// [`Rejection`] of a text without visible characters.
pub(crate) fn title_of(text: &str) -> Result<String, Rejection> {
    one_line(text, LONGEST_TITLE).ok_or_else(|| {
        let hint = "write the title that people see in the invitation";
        Rejection::new("it has no visible characters", hint)
    })
}

/// Whether the clocks of the zone show the start exactly once. They skip an hour in spring, and repeat one in autumn.
fn is_possible(table: &Table<'_>, spec: &MeetingSpec, start: usize) -> bool {
    let meeting = spec.meeting();
    if let Err(bad) = &meeting {
        table.report("bad-start", start, bad.to_string(), bad.hint());
    }
    meeting.is_ok()
}

fn organizer(table: &Table<'_>) -> Option<Organizer> {
    let organizer = table.table("organizer");
    if !organizer.is_present() {
        return None;
    }
    let name = organizer.string("name").map(|name| name.value);
    let email =
        organizer.required("email", "the address for replies to the invitation", "me@example.org");
    let email = organizer.parsed(email, "not-an-email", Email::parse);
    organizer.finish();
    Some(Organizer { name, email: email? })
}

//! A person of the roster at a meeting.

use jiff::tz::TimeZone;
use meetmint_core::{Attendee, Meeting};

/// A person of the roster at a meeting.
#[derive(Clone, Debug)]
pub struct RosterEntry {
    /// The person.
    pub attendee: Attendee,
    /// The index of the person's role in [`Roles::all`](crate::Roles::all).
    pub role: usize,
    /// The meeting, where it differs from the roster's.
    pub own_meeting: Option<Meeting>,
    /// The language tag, as the roster has it.
    pub language: Option<String>,
    /// The person's own time zone. Times are shown in it as well; it moves no meeting.
    pub zone: Option<TimeZone>,
}

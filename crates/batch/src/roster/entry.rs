//! A person of the roster at a meeting.

use jiff::tz::TimeZone;
use meetmint_core::{Attendee, Meeting};

/// Where a name is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameSource {
    /// One cell that holds the whole name.
    OneCell,
    /// The cells of first and last name, or several that the user has named.
    Parts,
    /// The part of the address before the `@`.
    Address,
}

/// A person of the roster at a meeting.
#[derive(Clone, Debug)]
pub struct RosterEntry {
    /// The person.
    pub attendee: Attendee,
    /// Where the person's name is from.
    pub name_source: NameSource,
    /// The index of the person's role in [`Roles::all`](crate::Roles::all).
    pub role: usize,
    /// The meeting, where it differs from the roster's. Boxed, because few rows have one, and an entry is moved several times.
    pub own_meeting: Option<Box<Meeting>>,
    /// The language tag, as the roster has it or for the language that it names.
    pub language: Option<String>,
    /// The person's own time zone. Times are shown in it as well; it moves no meeting.
    pub zone: Option<TimeZone>,
}

//! A meeting as it was written down.

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use meetmint_core::{BadStart, Meeting, Room, Start};

/// The most characters of a title: calendar programs cut longer ones (`invitation-email` facts, §1.5).
pub const LONGEST_TITLE: usize = 200;

/// A meeting as it was written down: the values that a row of a roster may override one by one.
#[derive(Clone, Debug)]
pub struct MeetingSpec {
    /// The title: one line of at most [`LONGEST_TITLE`] characters, never empty.
    pub title: String,
    /// The room.
    pub room: Room,
    /// The start, in local time of `zone`.
    pub start: Start,
    /// The time zone.
    pub zone: TimeZone,
    /// The duration in seconds, at least 1.
    pub duration: i64,
}

impl MeetingSpec {
    /// The meeting, with start and end as points in time.
    ///
    /// # Errors
    /// [`BadStart`] if the local time does not exist or occurs twice because of a clock change.
    pub fn meeting(&self) -> Result<Meeting, BadStart> {
        let start = self.start.resolve(&self.zone)?;
        // Added to a point in time, not to local time: a clock change does not lengthen a meeting.
        let end = start
            .checked_add(SignedDuration::from_secs(self.duration))
            .map_err(|_| BadStart::OutOfRange)?;
        Ok(Meeting {
            title: self.title.clone(),
            room: self.room.clone(),
            start,
            end,
            zone: self.zone.clone(),
        })
    }
}

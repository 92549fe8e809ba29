//! A meeting, and who is invited to it.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A meeting, and how many people are invited to it.
#[derive(Clone, Debug)]
pub struct MeetingUse {
    /// The title that its first row has.
    pub title: String,
    /// The name of the room, as its first row has it.
    pub room: String,
    /// When it starts.
    pub start: Timestamp,
    /// When it ends; of rows with different durations, the latest.
    pub end: Timestamp,
    /// The zone of its first row.
    pub zone: TimeZone,
    /// How many people are invited.
    pub people: usize,
    /// How many of them moderate.
    pub moderators: usize,
    /// The index of its room.
    pub(super) room_at: usize,
}

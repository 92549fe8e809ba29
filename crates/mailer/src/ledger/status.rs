//! The latest message to each person, for reports.

use super::state::MessageState;
use crate::content::MessageKind;

/// A person at a meeting, and the latest message to them.
#[derive(Clone, Debug)]
pub struct PersonStatus {
    /// The address in the spelling that mail goes to.
    pub email: String,
    /// The name.
    pub name: String,
    /// The room's name.
    pub room: String,
    /// When the meeting starts, in seconds since 1970 UTC.
    pub start: i64,
    /// What the latest message is for.
    pub kind: MessageKind,
    /// What became of it.
    pub state: MessageState,
    /// Whether the meeting is called off for this person.
    pub called_off: bool,
    /// Whether the person is in the roster.
    pub wanted: bool,
    /// The SEQUENCE of the calendar event; none before the first message.
    pub revision: Option<i64>,
    /// The server's last reply.
    pub reply: Option<String>,
    /// When the state was reached, in seconds since 1970 UTC.
    pub updated: Option<i64>,
}

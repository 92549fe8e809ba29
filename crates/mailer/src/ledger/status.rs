//! The messages to each person, for reports.

use super::state::MessageState;
use crate::content::MessageKind;
use crate::snapshot::Snapshot;

/// A person at a meeting, and the messages to them.
#[derive(Clone, Debug)]
pub struct PersonStatus {
    /// The id of the entry.
    pub entry: i64,
    /// The person's key.
    pub person: String,
    /// What the roster said when it was last applied.
    pub snapshot: Snapshot,
    /// Whether the meeting is called off for this person, or for everybody.
    pub called_off: bool,
    /// Whether the person was in the roster then.
    pub wanted: bool,
    /// The messages through one medium, the newest first.
    pub messages: Vec<MessageStatus>,
}

/// A message to a person.
#[derive(Clone, Debug)]
pub struct MessageStatus {
    /// What it is for.
    pub kind: MessageKind,
    /// What became of it. Of a message that a process was sending when it was killed, what the next run will find.
    pub state: MessageState,
    /// Its SEQUENCE.
    pub sequence: u32,
    /// The server's last reply.
    pub reply: Option<String>,
    /// When the state was reached, in seconds since 1970 UTC.
    pub updated: Option<i64>,
}

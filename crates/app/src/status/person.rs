//! A person in a report.

use jiff::Timestamp;
use meetmint_mailer::{MessageKind, MessageState, MessageStatus, PersonStatus, Snapshot};
use serde::Serialize;

/// A person at a meeting, and the latest message to them.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PersonReport {
    /// The address, as it is written in the roster.
    pub email: String,
    /// The name.
    pub name: String,
    /// The room's name.
    pub room: String,
    /// When the meeting starts: RFC 3339 in UTC.
    pub start: Option<String>,
    /// What the latest message is for.
    pub kind: MessageKind,
    /// The state of that message.
    pub state: MessageState,
    /// Whether the meeting is called off for this person.
    pub called_off: bool,
    /// The SEQUENCE of the calendar event; null before the first message.
    #[cfg_attr(feature = "schema", schemars(range(min = 0)))]
    pub revision: Option<i64>,
    /// The server's last reply.
    pub reply: Option<String>,
    /// When the state was reached: RFC 3339 in UTC.
    pub updated: Option<String>,
    /// Whether the person is in the roster.
    #[serde(skip)]
    pub in_roster: bool,
    /// Whether a person with another name has the same address.
    #[serde(skip)]
    pub shares_address: bool,
}

impl PersonReport {
    /// A person of the ledger, with the message that says how things stand.
    pub(super) fn of_ledger(status: &PersonStatus, message: MessageStatus) -> PersonReport {
        let MessageStatus { kind, state, sequence, reply, updated } = message;
        PersonReport {
            kind,
            state,
            called_off: status.called_off,
            revision: Some(sequence.into()),
            reply,
            updated: updated.and_then(time),
            in_roster: status.wanted,
            ..PersonReport::due(&status.snapshot, kind)
        }
    }

    /// A person who was never sent anything.
    pub(super) fn due(snapshot: &Snapshot, kind: MessageKind) -> PersonReport {
        let facts = snapshot.facts();
        PersonReport {
            email: snapshot.address().to_owned(),
            name: facts.name().to_owned(),
            room: facts.room().to_owned(),
            start: time(facts.start()),
            kind,
            state: MessageState::Due,
            called_off: false,
            revision: None,
            reply: None,
            updated: None,
            in_roster: true,
            shares_address: false,
        }
    }

    /// Whether a mail server has accepted the message.
    pub fn is_accepted(&self) -> bool {
        self.state == MessageState::Accepted
    }
}

/// A time in seconds since 1970 UTC as in RFC 3339.
fn time(seconds: i64) -> Option<String> {
    Timestamp::from_second(seconds).ok().map(|at| at.to_string())
}

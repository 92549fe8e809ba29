//! Everything in a ledger, record by record.

use jiff::Timestamp;
use serde::Serialize;

use super::Ledger;
use super::error::LedgerError;
#[cfg(feature = "schema")]
use super::{
    Medium, MessageState, RoundKind, ServerNote,
    erasure::{why_erased, why_left_out},
};
#[cfg(feature = "schema")]
use crate::content::{CancelReason, MessageKind};
use crate::snapshot::SnapshotRecord;

/// A line of an export: one record of the ledger.
// None has a token, a link or a secret in it. Names that the ledger has are as they are stored: a damaged one is exported,
// too.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ExportRecord {
    /// The ledger itself: the first line.
    Ledger {
        /// The meeting's id.
        meeting: String,
        /// The version of the tables.
        #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
        version: usize,
        /// Whether the meeting is called off for everybody.
        called_off: bool,
    },
    /// A person at a meeting. The messages to them follow.
    Entry(Box<EntryRecord>),
    /// A message to the person of the entry before it.
    Message(Box<SentRecord>),
    /// A reminder, or new copies, for several people.
    Round {
        /// Its number, which messages have.
        #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
        round: i64,
        /// What its messages are.
        #[cfg_attr(feature = "schema", schemars(with = "RoundKind"))]
        kind: String,
        /// What its messages go through.
        #[cfg_attr(feature = "schema", schemars(with = "Medium"))]
        medium: String,
        /// When it began: RFC 3339 in UTC.
        begun: Option<String>,
        /// When it was finished: RFC 3339 in UTC; null if it was not.
        finished: Option<String>,
        /// For how many entries it is.
        #[cfg_attr(feature = "schema", schemars(range(min = 0)))]
        entries: i64,
    },
    /// What is left of an entry that was erased.
    Erased {
        /// The UID of the calendar event: the part before the `@`.
        uid: String,
        /// Why it was erased.
        #[cfg_attr(feature = "schema", schemars(schema_with = "why_erased"))]
        reason: String,
        /// When the meeting starts: RFC 3339 in UTC.
        start: Option<String>,
        /// When the meeting ends: RFC 3339 in UTC.
        end: Option<String>,
        /// The last SEQUENCE; null if there was no message.
        #[cfg_attr(feature = "schema", schemars(range(min = 0)))]
        sequence: Option<i64>,
        /// How many messages there were.
        #[cfg_attr(feature = "schema", schemars(range(min = 0)))]
        messages: i64,
        /// When it was erased: RFC 3339 in UTC.
        since: Option<String>,
    },
    /// Somebody who is left out of later rosters.
    LeftOut {
        /// An HMAC of the address, and of the name if several people share the address.
        #[cfg_attr(feature = "schema", schemars(regex(pattern = "^[0-9a-f]{32}$")))]
        mark: String,
        /// Why.
        #[cfg_attr(feature = "schema", schemars(schema_with = "why_left_out"))]
        reason: String,
        /// Since when: RFC 3339 in UTC.
        since: Option<String>,
    },
    /// What is remembered about a Jitsi server.
    Server {
        /// The address that its links begin with.
        server: String,
        /// What is remembered.
        #[cfg_attr(feature = "schema", schemars(with = "ServerNote"))]
        note: String,
        /// The date.
        date: String,
    },
}

/// A person at a meeting.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
// In place, because the enum adds a field to it.
#[cfg_attr(feature = "schema", schemars(inline))]
pub struct EntryRecord {
    /// The number of the entry, which its messages have.
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub entry: i64,
    /// The UID of the calendar event: the part before the `@`.
    pub uid: String,
    /// The address, in lower case.
    pub email: String,
    /// Whether the roster had the person when it was last applied.
    pub in_roster: bool,
    /// Whether the meeting is called off for this person.
    pub called_off: bool,
    /// The last SEQUENCE; null before the first message.
    #[cfg_attr(feature = "schema", schemars(range(min = 0)))]
    pub sequence: Option<i64>,
    /// What the roster said when it was last applied.
    pub content: SnapshotRecord,
}

/// A message.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
// In place, because the enum adds a field to it.
#[cfg_attr(feature = "schema", schemars(inline))]
pub struct SentRecord {
    /// The number of the entry.
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub entry: i64,
    /// The address that it goes to.
    pub address: String,
    /// What it goes through.
    #[cfg_attr(feature = "schema", schemars(with = "Medium"))]
    pub medium: String,
    /// What it is for.
    #[cfg_attr(feature = "schema", schemars(with = "MessageKind"))]
    pub kind: String,
    /// What became of it.
    #[cfg_attr(feature = "schema", schemars(with = "MessageState"))]
    pub state: String,
    /// Its SEQUENCE.
    #[cfg_attr(feature = "schema", schemars(range(min = 0)))]
    pub sequence: i64,
    /// The number of the copy; 0 for the first.
    #[cfg_attr(feature = "schema", schemars(range(min = 0)))]
    pub copy: i64,
    /// The number of the round that it belongs to; null if it belongs to none.
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub round: Option<i64>,
    /// Why the invitation was withdrawn; null if it is no cancellation, or if an early version recorded it.
    #[cfg_attr(feature = "schema", schemars(with = "Option<CancelReason>"))]
    pub reason: Option<String>,
    /// Its date: RFC 3339 in UTC.
    pub date: Option<String>,
    /// When the state was reached: RFC 3339 in UTC.
    pub updated: Option<String>,
    /// How often it was tried.
    #[cfg_attr(feature = "schema", schemars(range(min = 0)))]
    pub tries: i64,
    /// When a deferred message is tried again: RFC 3339 in UTC; null for others.
    pub next_try: Option<String>,
    /// The server's last reply.
    pub reply: Option<String>,
    /// The SHA-256 of its octets.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = "^[0-9a-f]{64}$")))]
    pub sha256: String,
    /// What it was made from.
    pub content: SnapshotRecord,
}

/// A time in a record.
pub(super) fn time(seconds: i64) -> Option<String> {
    Timestamp::from_second(seconds).ok().map(|at| at.to_string())
}

/// Everything in it.
impl Ledger {
    /// Every record, each read when it is asked for, as everything is at the first one. With `only`, addresses in lower
    /// case, nothing but the ledger itself and the entries of these people. Call it once on a ledger that was opened for
    /// reading. An item is [`LedgerError::Unreadable`] if the record of a person or message is damaged.
    pub fn export<'l>(
        &'l self,
        only: &'l [String],
    ) -> impl Iterator<Item = Result<ExportRecord, LedgerError>> + use<'l> {
        self.engine.export(only)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::round::RoundKind;
    use super::super::servers::ServerNote;
    use super::super::state::{Medium, MessageState};
    use crate::content::{CancelReason, MessageKind};

    /// The schema of an export has the names in JSON. Those in the ledger are exported.
    #[test]
    fn names_in_the_ledger_are_those_in_json() {
        let json = |value: Value| value.as_str().unwrap().to_owned();
        let rounds = [RoundKind::Reminder, RoundKind::Before, RoundKind::NewCopies];
        for kind in rounds {
            assert_eq!(json(json!(kind)), kind.name());
        }
        for note in [ServerNote::Tried, ServerNote::Reminded] {
            assert_eq!(json(json!(note)), note.name());
        }
        for medium in [Medium::Folder, Medium::Smtp] {
            assert_eq!(json(json!(medium)), medium.name());
        }
        for state in MessageState::ALL.map(|(state, _)| state) {
            assert_eq!(json(json!(state)), state.name());
        }
        for kind in MessageKind::ALL {
            assert_eq!(json(json!(kind)), kind.name());
        }
        for reason in CancelReason::ALL {
            assert_eq!(json(json!(reason)), reason.name());
        }
    }
}

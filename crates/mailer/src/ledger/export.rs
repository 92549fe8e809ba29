//! Everything in a ledger, record by record.

use jiff::Timestamp;
use serde::Serialize;

use super::Ledger;
use super::error::LedgerError;
use crate::snapshot::SnapshotRecord;

/// One record of a ledger. Times are in UTC, as RFC 3339 has them; none has a token, a link or a secret in it.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ExportRecord {
    /// The ledger itself: the first record.
    Ledger {
        /// The meeting's id.
        meeting: String,
        /// The version of the tables.
        version: usize,
        /// Whether the meeting is called off for everybody.
        called_off: bool,
    },
    /// A person at a meeting. The messages to them follow.
    Entry(Box<EntryRecord>),
    /// A message to the person of the entry before it.
    Message(Box<SentRecord>),
    /// A reminder, or new copies, to several people.
    Round {
        /// Its number, which messages have.
        round: i64,
        /// `remind`, `before` (`remind --before`) or `again` (`send --again`).
        kind: String,
        /// `smtp` or `folder`.
        medium: String,
        /// When it began.
        begun: Option<String>,
        /// When it was finished.
        finished: Option<String>,
        /// For how many entries it is.
        entries: i64,
    },
    /// An entry that was erased: what is left of it.
    Erased {
        /// The UID.
        uid: String,
        /// `forgotten` or `pruned`.
        reason: String,
        /// When the meeting started.
        start: Option<String>,
        /// When the meeting ended.
        end: Option<String>,
        /// The last SEQUENCE.
        sequence: Option<i64>,
        /// How many messages there were.
        messages: i64,
        /// When it was erased.
        since: Option<String>,
    },
    /// Somebody who is left out of later rosters.
    LeftOut {
        /// An HMAC of the address.
        mark: String,
        /// `forgotten` or `called_off`.
        reason: String,
        /// Since when.
        since: Option<String>,
    },
    /// What is remembered about a Jitsi server.
    Server {
        /// Its address.
        server: String,
        /// `tried` or `reminded`.
        note: String,
        /// The date.
        date: String,
    },
}

/// A person at a meeting.
#[derive(Debug, Serialize)]
pub struct EntryRecord {
    /// Its number, which messages have.
    pub entry: i64,
    /// The UID: the part before the `@`.
    pub uid: String,
    /// The person's address, in lower case.
    pub email: String,
    /// Whether the roster had the person when it was last applied.
    pub in_roster: bool,
    /// Whether the meeting is called off for this person.
    pub called_off: bool,
    /// The last SEQUENCE; none before the first message.
    pub sequence: Option<i64>,
    /// What the roster said when it was last applied.
    pub content: SnapshotRecord,
}

/// A message.
#[derive(Debug, Serialize)]
pub struct SentRecord {
    /// The number of the entry.
    pub entry: i64,
    /// The address it goes to.
    pub address: String,
    /// `smtp` or `folder`.
    pub medium: String,
    /// What it is for.
    pub kind: String,
    /// What became of it.
    pub state: String,
    /// Its SEQUENCE.
    pub sequence: i64,
    /// Copy number, starting at 0.
    pub copy: i64,
    /// The round that it belongs to.
    pub round: Option<i64>,
    /// Why the person was sent a cancellation.
    pub reason: Option<String>,
    /// Its date.
    pub date: Option<String>,
    /// When the state was reached.
    pub updated: Option<String>,
    /// How often it was tried.
    pub tries: i64,
    /// When a deferred message is tried again.
    pub next_try: Option<String>,
    /// The server's last reply.
    pub reply: Option<String>,
    /// The SHA-256 of its octets.
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

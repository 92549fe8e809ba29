//! Messages as they go into the ledger and come out of it.

use std::sync::Arc;

use meetmint_core::Uid;

use super::state::{Medium, MessageState};
use crate::content::{CancelReason, MessageKind};
use crate::snapshot::{Snapshot, Unreadable};

/// A snapshot in the ledger. None is ever changed, so a message that has this number says what was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SnapshotId(pub(super) i64);

/// A message that is about to be handed over.
#[derive(Clone, Debug)]
pub(crate) struct MessageRecord {
    /// The message's id, if the ledger has it from an earlier attempt.
    pub(crate) id: Option<i64>,
    pub(crate) entry: i64,
    /// The last SEQUENCE of the entry when the message was prepared; -1 if it had none. A commit refuses the message
    /// if the entry has moved on since.
    pub(crate) entry_sequence: i64,
    /// The address in the spelling that mail goes to.
    // Kept with each message: with UID, SEQUENCE, kind and copy number it gives the name of a folder message's file.
    pub(crate) address: String,
    pub(crate) medium: Medium,
    pub(crate) kind: MessageKind,
    /// The SEQUENCE of the calendar event.
    pub(crate) sequence: u32,
    /// Copy number among the messages of this SEQUENCE and kind, starting at 0.
    pub(crate) copy: u32,
    pub(crate) round: Option<i64>,
    /// Date and DTSTAMP, in seconds since 1970 UTC.
    pub(crate) stamp: i64,
    /// The fingerprint of its facts.
    pub(crate) fingerprint: [u8; 16],
    /// The snapshot that it is made from.
    pub(crate) snapshot: SnapshotId,
    /// Why a cancellation is sent.
    // Kept with the message: marks and roster may be different when it has to be repeated.
    pub(crate) reason: Option<CancelReason>,
    /// The SHA-256 of its bytes.
    // `settle --resend` compares it, because only identical bytes are harmless when they arrive twice; and the recovery
    // of a folder finds out by it whether a file was written completely.
    pub(crate) hash: [u8; 32],
}

/// What is recorded before a message is handed over. A message that was refused before its body was due has its outcome
/// recorded in the same step.
#[derive(Clone, Debug)]
pub(crate) struct Intent {
    pub(crate) record: MessageRecord,
    pub(crate) outcome: Option<Outcome>,
}

/// What became of a message.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) state: MessageState,
    /// The server's reply.
    pub(crate) reply: Option<String>,
    /// When a deferred message is tried again, in seconds since 1970 UTC; 0 for any other state.
    pub(crate) next_try: i64,
}

impl From<MessageState> for Outcome {
    /// An outcome without a server's reply.
    fn from(state: MessageState) -> Outcome {
        Outcome { state, reply: None, next_try: 0 }
    }
}

/// What became of a message whose intent was recorded.
#[derive(Clone, Debug)]
pub(crate) struct MessageResult {
    /// The message's id.
    pub(crate) id: i64,
    pub(crate) outcome: Outcome,
}

/// A message that the ledger has.
#[derive(Clone, Debug)]
pub(crate) struct EarlierMessage {
    pub(crate) id: i64,
    pub(crate) entry: i64,
    pub(crate) medium: Medium,
    pub(crate) kind: MessageKind,
    pub(crate) state: MessageState,
    pub(crate) sequence: u32,
    pub(crate) copy: u32,
    pub(crate) round: Option<i64>,
    pub(crate) stamp: i64,
    pub(crate) fingerprint: [u8; 16],
    pub(crate) hash: [u8; 32],
    /// How often it was tried.
    pub(crate) tries: u32,
    /// The snapshot that it was made from.
    pub(crate) snapshot: SnapshotId,
    /// The text of its snapshot, if the message may have been delivered: only then is another message made from it.
    pub(super) text: Option<String>,
    /// Why the person was told that the invitation is withdrawn. In messages of older versions, the text has it.
    pub(crate) reason: Option<CancelReason>,
}

impl EarlierMessage {
    /// Whether it is an invitation or an update that may have been delivered.
    pub(crate) fn is_delivered_invitation(&self) -> bool {
        matches!(self.kind, MessageKind::Invite | MessageKind::Update) && self.state.may_be_known()
    }

    /// The snapshot that it was made from.
    ///
    /// # Errors
    /// [`Unreadable`] also for a message that was not delivered.
    pub(crate) fn snapshot(&self) -> Result<Snapshot, Unreadable> {
        let snapshot = Snapshot::read(self.text.as_deref().unwrap_or_default())?;
        Ok(match self.reason {
            Some(reason) => snapshot.cancelled(reason),
            None => snapshot,
        })
    }
}

/// Everything that the ledger knows about an entry and that its next message depends on.
#[derive(Clone, Debug)]
pub(crate) struct EntryOutline {
    pub(crate) id: i64,
    pub(crate) person: String,
    pub(crate) uid: Uid,
    /// The last SEQUENCE of the entry; -1 if it has none yet.
    pub(crate) sequence: i64,
    /// The last DTSTAMP of the entry, in seconds since 1970 UTC.
    pub(crate) stamp: i64,
    /// The snapshot that the roster wants.
    pub(crate) snapshot: SnapshotId,
    /// Its text.
    pub(crate) text: String,
    /// The fingerprint of its facts.
    pub(crate) fingerprint: [u8; 16],
    /// Why a cancellation would be sent, as far as the ledger knows.
    pub(crate) reason: CancelReason,
    /// Its messages through any medium, the newest first.
    // Shared: an entry is asked for twice if two of its messages are sent again.
    pub(crate) messages: Arc<[EarlierMessage]>,
}

/// A message whose intent was recorded by a process that ended before it recorded the outcome.
#[derive(Clone, Debug)]
pub(crate) struct InterruptedMessage {
    pub(crate) message: EarlierMessage,
    pub(crate) uid: Uid,
    pub(crate) address: String,
}

/// A message of which it is unknown whether it arrived.
#[derive(Clone, Debug)]
pub struct Doubt {
    /// The person's key.
    pub person: String,
    /// When the meeting ends, in seconds since 1970 UTC: by the message or by its entry, whichever is earlier.
    // `settle --resend` repeats this message, also if the meeting has been moved since. If either end has passed, `plan` and
    // `send` have nothing more to send.
    pub end: i64,
    pub(crate) message: EarlierMessage,
}

impl Doubt {
    /// The entry of the person.
    pub fn entry(&self) -> i64 {
        self.message.entry
    }

    /// What the message is for.
    pub fn kind(&self) -> MessageKind {
        self.message.kind
    }
}

/// A message that a mail server deferred.
#[derive(Clone, Copy, Debug)]
pub struct Deferred {
    /// The entry that it belongs to.
    pub entry: i64,
    /// What it is for.
    pub kind: MessageKind,
    /// The round that it belongs to.
    pub round: Option<i64>,
    /// When it is tried again, in seconds since 1970 UTC.
    pub next_try: i64,
}

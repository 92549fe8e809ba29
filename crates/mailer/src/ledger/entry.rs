//! Where reconciliation and ledger meet: the row that the roster wants, the entry that the ledger has, and the change
//! that makes one of the other.

use std::sync::Arc;

use meetmint_core::{Uid, digest};

use super::state::MessageState;
use crate::content::MessageKind;
use crate::snapshot::{CommonSnapshot, Snapshot, WrittenSnapshot};

/// A row of the roster, reduced to what is needed to find its entry and to see whether it changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedRow {
    /// The person's key: the address in lower case, and in a roster of families also the name.
    pub person: Arc<str>,
    /// The room's node.
    pub room: Arc<str>,
    /// When the meeting starts, in seconds since 1970 UTC.
    pub start: i64,
    /// When it ends, in seconds since 1970 UTC.
    pub end: i64,
    /// Whether the person moderates: moderators get their messages first.
    pub moderator: bool,
    /// The fingerprint of the facts.
    pub fingerprint: [u8; 16],
    /// The hash of the snapshot's text.
    // 64 bits are enough: it is only compared with the hash of one entry, never looked up among all of them.
    pub(crate) snapshot: u64,
    /// Whether an invitation of the person needs no check of its own before others are sent.
    pub(crate) is_ordinary: bool,
}

impl WantedRow {
    /// The row of a snapshot; `text` is [`Snapshot::text`].
    pub fn new(person: &str, room: &str, snapshot: &Snapshot, text: &str) -> WantedRow {
        let facts = snapshot.facts();
        WantedRow {
            person: person.into(),
            room: room.into(),
            start: facts.start(),
            end: facts.end(),
            moderator: facts.moderator(),
            fingerprint: Snapshot::fingerprint_in(text),
            snapshot: snapshot_hash(text),
            is_ordinary: false,
        }
    }

    /// The row of a snapshot that was written with what it has in common with others.
    pub fn written(
        person: &str,
        room: &str,
        common: &CommonSnapshot,
        written: &WrittenSnapshot,
    ) -> WantedRow {
        WantedRow {
            person: person.into(),
            room: room.into(),
            start: common.start,
            end: common.end,
            moderator: common.moderator,
            fingerprint: written.fingerprint,
            snapshot: first_octets(&written.digest),
            is_ordinary: false,
        }
    }

    /// The same row, whose person and occasion are ordinary, or not: see
    /// [`is_ordinary_person`](crate::is_ordinary_person).
    #[must_use]
    pub fn ordinary(self, is_ordinary: bool) -> WantedRow {
        WantedRow { is_ordinary, ..self }
    }
}

/// An entry of the ledger: one person at one meeting, with the calendar identity that they share.
#[derive(Clone, Debug)]
pub struct LedgerEntry {
    pub(crate) id: i64,
    pub(crate) uid: Uid,
    pub(crate) person: Arc<str>,
    pub(crate) room: Arc<str>,
    pub(crate) start: i64,
    pub(crate) end: i64,
    /// Whether the roster had it when it was last applied.
    pub(crate) wanted: bool,
    /// Whether the meeting is called off for its person.
    pub(crate) called_off: bool,
    /// The organizer's address: the one that calendars know the UID with.
    pub(crate) organizer: Arc<str>,
    pub(crate) fingerprint: [u8; 16],
    /// The hash of the snapshot's text.
    pub(crate) snapshot: u64,
    /// Whether `person` is the key of a row, and the ledger has another one: the person's name was corrected.
    pub(crate) has_new_key: bool,
    pub(crate) history: History,
}

impl LedgerEntry {
    /// Whether the entry already says what the row says, so that nothing has to be written.
    pub(crate) fn equals(&self, row: &WantedRow) -> bool {
        // `moderator` is missing because the role is one of the facts: the fingerprint covers it.
        self.wanted
            && !self.has_new_key
            && (&self.room, self.start, self.end, self.fingerprint, self.snapshot)
                == (&row.room, row.start, row.end, row.fingerprint, row.snapshot)
    }
}

/// What one person was sent through one medium, as far as the next message depends on it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct History {
    /// The invitation or update that was last delivered; none after a cancellation.
    pub(crate) delivered: Option<LastDelivered>,
    /// Whether the person was last told that the meeting is called off.
    pub(crate) was_cancelled: bool,
    /// Whether it is unknown if the last message arrived.
    pub(crate) in_doubt: bool,
    /// Whether the file of the last invitation, update or cancellation is no longer in the folder outbox.
    pub(crate) is_missing: bool,
    /// The last invitation, update or cancellation, whatever became of it.
    pub(crate) last: Option<LastMessage>,
}

/// The message that was last delivered to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LastDelivered {
    pub(crate) message: i64,
    pub(crate) fingerprint: [u8; 16],
}

/// The last message that was prepared for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LastMessage {
    pub(crate) kind: MessageKind,
    pub(crate) state: MessageState,
    pub(crate) fingerprint: [u8; 16],
}

impl History {
    /// Whether the person has an invitation with these facts for certain.
    pub(crate) fn has(&self, fingerprint: &[u8; 16]) -> bool {
        !self.in_doubt && self.delivered.is_some_and(|one| one.fingerprint == *fingerprint)
    }

    /// Adds a message. Messages must be added in the order in which they were recorded: a later one that may have
    /// arrived replaces what was delivered before, and ends an earlier doubt.
    pub(crate) fn add(
        &mut self,
        id: i64,
        kind: MessageKind,
        state: MessageState,
        fingerprint: [u8; 16],
    ) {
        // A reminder changes nothing about what the person has been sent. In doubt, it waits for `settle` all the same;
        // and one that was accepted says what an invitation in doubt says.
        if kind == MessageKind::Remind {
            if state.may_be_known() {
                self.in_doubt = state == MessageState::InDoubt;
            }
            return;
        }
        self.is_missing = false;
        self.last = Some(LastMessage { kind, state, fingerprint });
        // A refused update leaves the invitation before it as it was: the person still has that one.
        if state.may_be_known() {
            self.in_doubt = state == MessageState::InDoubt;
            self.was_cancelled = kind == MessageKind::Cancel;
            self.delivered =
                (kind != MessageKind::Cancel).then_some(LastDelivered { message: id, fingerprint });
        }
    }
}

/// One change that makes the ledger say what the roster wants. `number` is the row's index in the roster, under which
/// its snapshot was added to the temporary rows.
#[derive(Clone, Debug)]
pub(crate) enum EntryChange<'a> {
    /// A new entry, under an organizer's address.
    Insert { number: usize, row: WantedRow, organizer: &'a str },
    /// An entry takes over what a row says. A row without a temporary row has the snapshot that the entry has.
    Update { entry: i64, number: usize, row: WantedRow },
    /// No row wants the entry any more.
    Remove { entry: i64 },
}

/// Distinguishes one snapshot's text from another: the first eight octets of its SHA-256. Ledgers keep it.
pub(crate) fn snapshot_hash(text: &str) -> u64 {
    first_octets(&digest(text.as_bytes()))
}

fn first_octets(digest: &[u8; 32]) -> u64 {
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    u64::from_be_bytes(first)
}

//! Makes messages from entries: decides the numbers of the next message, and composes it.

use jiff::Timestamp;
use meetmint_core::{Mint, Uid, digest};

use super::compose::{MessageSpec, compose};
use super::error::DeliveryError;
use crate::content::MessageKind;
use crate::ledger::{EarlierMessage, EntryOutline, Medium, MessageRecord, MessageState};
use crate::message::{Composer, Message};
use crate::outbox::file_name;
use crate::snapshot::{Snapshot, Unreadable};

/// A composed message, with everything that the ledger has to record about it.
pub(super) struct Draft {
    pub(super) person: String,
    /// The name of its file in the folder outbox.
    pub(super) name: String,
    pub(super) message: Message,
    pub(super) record: MessageRecord,
    /// How often it was tried before.
    pub(super) tries: u32,
    /// When its meeting ends, in seconds since 1970 UTC.
    pub(super) end: i64,
}

/// A message whose contents and numbers are decided, but which is not composed yet.
pub(super) struct Outline {
    person: String,
    entry: i64,
    entry_sequence: i64,
    uid: Uid,
    snapshot: Snapshot,
    /// For an update: what was delivered before it.
    before: Option<Snapshot>,
    numbers: Numbers,
}

/// What identifies a message, and its date.
#[derive(Clone, Copy)]
struct Numbers {
    /// The message's id, if the ledger has it from an earlier attempt.
    id: Option<i64>,
    kind: MessageKind,
    medium: Medium,
    round: Option<i64>,
    sequence: u32,
    copy: u32,
    stamp: i64,
    tries: u32,
}

/// What messages are made with. Any number of threads may use it at once.
#[derive(Clone, Copy)]
pub(super) struct MessageFactory<'p> {
    pub(super) composer: &'p Composer,
    pub(super) mint: &'p Mint,
    pub(super) now: &'p (dyn Fn() -> Timestamp + Sync),
    /// The date of folder messages, if it is not the current time.
    pub(super) stamp: Option<Timestamp>,
}

impl MessageFactory<'_> {
    /// The current time, in seconds since 1970 UTC.
    pub(super) fn second(&self) -> i64 {
        (self.now)().as_second()
    }

    /// The message of a kind that an entry gets next: the one that was tried before, if it is still the same.
    pub(super) fn outline(
        &self,
        entry: EntryOutline,
        kind: MessageKind,
        medium: Medium,
        round: Option<i64>,
    ) -> Result<Outline, Unreadable> {
        let earlier = || entry.messages.iter().filter(|message| message.medium == medium);
        let delivered = earlier().find(|message| message.is_delivered_invitation());
        let snapshot = match (kind, delivered) {
            // A cancellation or reminder is about what the person has, whatever the roster says by now.
            (MessageKind::Cancel | MessageKind::Remind, Some(delivered)) => delivered.snapshot()?,
            _ => Snapshot::read(&entry.snapshot)?,
        };
        let fingerprint = snapshot.fingerprint();
        let newest = earlier().find(|message| message.round == round);
        let numbers = match newest.filter(|newest| is_resumed(newest, kind, fingerprint)) {
            Some(resumed) => {
                Numbers { stamp: self.resumed_stamp(&entry, resumed), ..Numbers::of(resumed) }
            }
            None => {
                let (sequence, copy) = next_numbers(&entry, kind, medium, round, fingerprint);
                // Of two revisions, a calendar takes the one with the later DTSTAMP as the newer (RFC 5546 §2.1.5). So
                // the date of an entry's messages always advances, even if the clock was set back.
                let stamp = self.date(medium).max(entry.stamp + 1);
                Numbers { id: None, kind, medium, round, sequence, copy, stamp, tries: 0 }
            }
        };
        with_numbers(entry, snapshot, numbers)
    }

    /// A message that is sent once more as it was, with its own numbers.
    pub(super) fn outline_again(
        entry: EntryOutline,
        message: &EarlierMessage,
    ) -> Result<Outline, Unreadable> {
        let snapshot = message.snapshot()?;
        with_numbers(entry, snapshot, Numbers::of(message))
    }

    /// Composes the message.
    pub(super) fn compose(&self, outline: Outline) -> Result<Draft, DeliveryError> {
        let Outline { person, entry, entry_sequence, uid, snapshot, before, numbers } = outline;
        let Numbers { id, kind, medium, round, sequence, copy, stamp, tries } = numbers;
        let spec = MessageSpec { uid, sequence, copy, kind, stamp, before, test_copy: false };
        let message = compose(self.composer, self.mint, &snapshot, &spec)?;
        let record = MessageRecord {
            id,
            entry,
            entry_sequence,
            address: snapshot.address().to_owned(),
            medium,
            kind,
            sequence,
            copy,
            round,
            stamp,
            fingerprint: snapshot.fingerprint(),
            snapshot: snapshot.text(),
            hash: digest(&message.bytes),
        };
        let name = file_name(&message.to, uid, sequence, kind, copy);
        Ok(Draft { person, name, message, record, tries, end: snapshot.facts().end() })
    }

    /// The date of a message that was tried before, in seconds since 1970 UTC.
    fn resumed_stamp(&self, entry: &EntryOutline, message: &EarlierMessage) -> i64 {
        if message.state == MessageState::Written {
            // The same file, written once more.
            return message.stamp;
        }
        // Nobody has it, so it is made anew. Its own date is no reason to advance: a second run of the same second
        // writes the same file.
        let advanced = if entry.stamp == message.stamp { entry.stamp } else { entry.stamp + 1 };
        self.date(message.medium).max(advanced)
    }

    /// The date of a new message, in seconds since 1970 UTC.
    fn date(&self, medium: Medium) -> i64 {
        // A fixed date makes the files of a folder reproducible. Mail always carries the time at which it is made.
        match (medium, self.stamp) {
            (Medium::Folder, Some(stamp)) => stamp.as_second(),
            _ => self.second(),
        }
    }
}

/// Whether the newest message of a round, or of none, is the one that is due, so that it keeps its numbers. An older
/// one cannot be: a newer one has replaced it.
fn is_resumed(newest: &EarlierMessage, kind: MessageKind, fingerprint: [u8; 16]) -> bool {
    let may_be_tried = match newest.state {
        MessageState::Due | MessageState::Deferred => true,
        // Due again because its file was removed; it is written anew under the same name. A copy of a round is not.
        MessageState::Written => newest.medium == Medium::Folder && newest.round.is_none(),
        _ => false,
    };
    may_be_tried && newest.kind == kind && newest.fingerprint == fingerprint
}

/// SEQUENCE and copy number of a new message.
fn next_numbers(
    entry: &EntryOutline,
    kind: MessageKind,
    medium: Medium,
    round: Option<i64>,
    fingerprint: [u8; 16],
) -> (u32, u32) {
    // -1 before the first message.
    let Ok(current) = u32::try_from(entry.sequence) else { return (0, 0) };
    let with_current =
        |message: &&EarlierMessage| message.medium == medium && message.sequence == current;
    if round.is_some() {
        // Reminders and new copies change nothing about the event.
        let copies = entry.messages.iter().filter(with_current);
        let copies = copies.filter(|message| message.kind == kind);
        return (current, copies.map(|message| message.copy + 1).max().unwrap_or(0));
    }
    // What the other medium sent last is sent with the same SEQUENCE: it is the same revision.
    let newest = entry.messages.iter().find(|message| message.kind != MessageKind::Remind);
    let is_same_revision = newest.is_some_and(|newest| {
        newest.medium != medium
            && newest.fingerprint == fingerprint
            && (newest.kind == MessageKind::Cancel) == (kind == MessageKind::Cancel)
    });
    let is_free = !entry.messages.iter().any(|message| with_current(&message));
    if is_same_revision && is_free { (current, 0) } else { (current + 1, 0) }
}

fn with_numbers(
    entry: EntryOutline,
    snapshot: Snapshot,
    numbers: Numbers,
) -> Result<Outline, Unreadable> {
    let before = match numbers.kind {
        MessageKind::Update => delivered_before(&entry, numbers)?,
        _ => None,
    };
    let EntryOutline { id, person, uid, sequence, .. } = entry;
    Ok(Outline { person, entry: id, entry_sequence: sequence, uid, snapshot, before, numbers })
}

/// What was delivered before a message: the update says what is different now.
fn delivered_before(
    entry: &EntryOutline,
    numbers: Numbers,
) -> Result<Option<Snapshot>, Unreadable> {
    let before = entry.messages.iter().find(|message| {
        message.medium == numbers.medium
            && message.is_delivered_invitation()
            && numbers.id.is_none_or(|id| message.id < id)
            // New copies of an update have its SEQUENCE.
            && (numbers.round.is_none() || message.sequence < numbers.sequence)
    });
    before.map(EarlierMessage::snapshot).transpose()
}

impl Numbers {
    fn of(message: &EarlierMessage) -> Numbers {
        Numbers {
            id: Some(message.id),
            kind: message.kind,
            medium: message.medium,
            round: message.round,
            sequence: message.sequence,
            copy: message.copy,
            stamp: message.stamp,
            tries: message.tries,
        }
    }
}

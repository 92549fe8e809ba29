//! Makes messages from entries: decides the numbers of the next message, and composes it.

use jiff::Timestamp;
use meetmint_core::{Mint, Uid, digest};

use super::compose::MessageSpec;
#[cfg(not(test))]
use super::compose::compose;
use super::error::DeliveryError;
#[cfg(test)]
use super::testing::compose_once as compose;
use crate::content::{CancelReason, MessageKind};
use crate::ledger::{
    EarlierMessage, EntryOutline, Medium, MessageRecord, MessageState, SnapshotId,
};
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
    source: Source,
    /// For an update: what was delivered before it.
    before: Option<Snapshot>,
    /// Whether the person was last told that the meeting is called off.
    back_on: bool,
    numbers: Numbers,
}

impl Outline {
    /// When its meeting ends, in seconds since 1970 UTC.
    pub(super) fn end(&self) -> i64 {
        self.source.snapshot.facts().end()
    }
}

/// What a message is made from, and what the ledger has about that.
struct Source {
    snapshot: Snapshot,
    id: SnapshotId,
    fingerprint: [u8; 16],
    /// Why a cancellation is sent. The snapshot has it, too.
    reason: Option<CancelReason>,
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
        let mut source = match (kind, delivered) {
            // A cancellation or reminder is about what the person has, whatever the roster says by now.
            (MessageKind::Cancel | MessageKind::Remind, Some(delivered)) => Source::of(delivered)?,
            _ => Source {
                snapshot: Snapshot::read(&entry.text)?,
                id: entry.snapshot,
                fingerprint: entry.fingerprint,
                reason: None,
            },
        };
        if kind == MessageKind::Cancel {
            // Kept with the message: marks and roster may be different when it has to be repeated.
            let reason = self.reason(&source.snapshot, entry.reason);
            source.snapshot = source.snapshot.cancelled(reason);
            source.reason = Some(reason);
        }
        let fingerprint = source.fingerprint;
        // A reminder repeats what was delivered, which may not be the last revision.
        let repeated = delivered.filter(|_| kind == MessageKind::Remind);
        let sequence = repeated.map_or(entry.sequence, |delivered| delivered.sequence.into());
        let newest = earlier().find(|message| message.round == round);
        let resumed = newest.filter(|newest| {
            // Of a revision that is no longer the current one, not even a retry may leave.
            is_resumed(newest, kind, fingerprint) && i64::from(newest.sequence) == sequence
        });
        let numbers = match resumed {
            Some(resumed) => {
                Numbers { stamp: self.resumed_stamp(&entry, resumed), ..Numbers::of(resumed) }
            }
            None => {
                let (sequence, copy) = match (round, repeated) {
                    (Some(_), Some(delivered)) => {
                        let sequence = delivered.sequence;
                        (sequence, next_copy(&entry, medium, sequence, kind))
                    }
                    (Some(_), None) => copy_numbers(&entry, kind, medium, fingerprint),
                    (None, _) => next_numbers(&entry, kind, medium, fingerprint),
                };
                // Of two revisions, a calendar takes the one with the later DTSTAMP as the newer (RFC 5546 §2.1.5). So
                // the date of an entry's messages always advances, even if the clock was set back.
                let stamp = self.date(medium).max(entry.stamp + 1);
                Numbers { id: None, kind, medium, round, sequence, copy, stamp, tries: 0 }
            }
        };
        with_numbers(entry, source, numbers)
    }

    /// A message that is sent once more as it was, with its own numbers.
    pub(super) fn outline_again(
        entry: EntryOutline,
        message: &EarlierMessage,
    ) -> Result<Outline, Unreadable> {
        with_numbers(entry, Source::of(message)?, Numbers::of(message))
    }

    /// Composes the message.
    pub(super) fn compose(&self, outline: Outline) -> Result<Draft, DeliveryError> {
        let Outline { person, entry, entry_sequence, uid, source, before, back_on, numbers } =
            outline;
        let Source { snapshot, id: snapshot_id, fingerprint, reason } = source;
        let Numbers { id, kind, medium, round, sequence, copy, stamp, tries } = numbers;
        let spec =
            MessageSpec { uid, sequence, copy, kind, stamp, before, back_on, test_copy: false };
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
            fingerprint,
            snapshot: snapshot_id,
            reason,
            hash: digest(&message.bytes),
        };
        let name = file_name(&message.to, uid, sequence, kind, copy);
        Ok(Draft { person, name, message, record, tries, end: snapshot.facts().end() })
    }

    /// Why a cancellation is sent.
    fn reason(&self, snapshot: &Snapshot, recorded: CancelReason) -> CancelReason {
        let present = self.composer.sender();
        let earlier = present.on_behalf_of(snapshot.facts().organizer());
        let is_replaced = earlier.is_some_and(|earlier| {
            earlier.organizer_email().key() != present.organizer_email().key()
        });
        // Also of somebody who is not in the roster any more: nobody knows which of the two came first.
        if is_replaced && recorded != CancelReason::Meeting {
            CancelReason::Organizer
        } else {
            recorded
        }
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
        // Its file was removed, and is asked for again; it is written under the same name. A copy of a round is not.
        MessageState::Written => newest.medium == Medium::Folder && newest.round.is_none(),
        _ => false,
    };
    may_be_tried && newest.kind == kind && newest.fingerprint == fingerprint
}

/// SEQUENCE and copy number of a message that was due by itself.
fn next_numbers(
    entry: &EntryOutline,
    kind: MessageKind,
    medium: Medium,
    fingerprint: [u8; 16],
) -> (u32, u32) {
    // -1 before the first message.
    let Ok(current) = u32::try_from(entry.sequence) else { return (0, 0) };
    // What the other medium sent last is sent with the same SEQUENCE: it is the same revision.
    let newest = entry.messages.iter().find(|message| message.kind != MessageKind::Remind);
    let is_same_revision = newest
        .is_some_and(|newest| newest.medium != medium && says_the_same(newest, kind, fingerprint));
    let is_free = !entry
        .messages
        .iter()
        .any(|message| message.medium == medium && message.sequence == current);
    if is_same_revision && is_free { (current, 0) } else { (current + 1, 0) }
}

/// SEQUENCE and copy number of a new copy: those of the revision that it repeats, or the next revision if what it says has
/// changed since.
fn copy_numbers(
    entry: &EntryOutline,
    kind: MessageKind,
    medium: Medium,
    fingerprint: [u8; 16],
) -> (u32, u32) {
    let Ok(current) = u32::try_from(entry.sequence) else { return (0, 0) };
    let is_current = |message: &EarlierMessage| {
        message.sequence == current
            && message.kind != MessageKind::Remind
            && says_the_same(message, kind, fingerprint)
    };
    if entry.messages.iter().any(is_current) {
        (current, next_copy(entry, medium, current, kind))
    } else {
        (current + 1, 0)
    }
}

fn next_copy(entry: &EntryOutline, medium: Medium, sequence: u32, kind: MessageKind) -> u32 {
    let copies = entry.messages.iter().filter(|message| {
        (message.medium, message.sequence, message.kind) == (medium, sequence, kind)
    });
    copies.map(|message| message.copy + 1).max().unwrap_or(0)
}

/// Whether a message says the same about the event as one of a kind with these facts: both cancel it, or neither does.
fn says_the_same(message: &EarlierMessage, kind: MessageKind, fingerprint: [u8; 16]) -> bool {
    message.fingerprint == fingerprint
        && (message.kind == MessageKind::Cancel) == (kind == MessageKind::Cancel)
}

fn with_numbers(
    entry: EntryOutline,
    source: Source,
    numbers: Numbers,
) -> Result<Outline, Unreadable> {
    let before = match numbers.kind {
        MessageKind::Update => delivered_before(&entry, numbers)?,
        _ => None,
    };
    let back_on = last_told(&entry, numbers) == Some(MessageKind::Cancel);
    let EntryOutline { id, person, uid, sequence: entry_sequence, .. } = entry;
    Ok(Outline { person, entry: id, entry_sequence, uid, source, before, back_on, numbers })
}

/// The kind of the message that the person was last sent, or may have been, reminders aside.
fn last_told(entry: &EntryOutline, numbers: Numbers) -> Option<MessageKind> {
    let told = entry.messages.iter().find(|message| {
        message.kind != MessageKind::Remind
            && message.state.may_be_known()
            && is_before(message, numbers)
    });
    told.map(|message| message.kind)
}

/// What was delivered before a message: the update says what is different now. Nothing if the last message is in doubt,
/// because nobody knows then what the person has.
fn delivered_before(
    entry: &EntryOutline,
    numbers: Numbers,
) -> Result<Option<Snapshot>, Unreadable> {
    let mut earlier = entry.messages.iter().filter(|message| is_before(message, numbers));
    let newest = earlier.clone().find(|message| message.state.may_be_known());
    if newest.is_some_and(|newest| newest.state == MessageState::InDoubt) {
        return Ok(None);
    }
    let before = earlier.find(|message| message.is_delivered_invitation());
    before.map(EarlierMessage::snapshot).transpose()
}

/// Whether a message through the same medium came before another one.
fn is_before(message: &EarlierMessage, numbers: Numbers) -> bool {
    message.medium == numbers.medium
        && numbers.id.is_none_or(|id| message.id < id)
        // A new copy has the SEQUENCE of the message that it repeats.
        && (numbers.round.is_none() || message.sequence < numbers.sequence)
}

impl Source {
    /// What an earlier message was made from.
    fn of(message: &EarlierMessage) -> Result<Source, Unreadable> {
        Ok(Source {
            snapshot: message.snapshot()?,
            id: message.snapshot,
            fingerprint: message.fingerprint,
            reason: message.reason,
        })
    }
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

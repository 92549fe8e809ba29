//! The message that somebody is to get next: numbered, composed, and ready to be written down.

use jiff::Timestamp;
use meetmint_core::{Mint, digest};

use super::error::DeliveryError;
use crate::content::Before;
use crate::ledger::{Ledger, Medium, MessageState, Record, Tried};
use crate::snapshot::Unreadable;
use crate::{ComposeError, Composer, Message, MessageContent, MessageKind, Snapshot, file_name};

/// A message with everything that the ledger has to know of it.
pub(super) struct Draft {
    pub(super) person: String,
    pub(super) name: String,
    pub(super) message: Message,
    pub(super) record: Record,
    pub(super) tries: u32,
    pub(super) end: i64,
}

/// What the ledger knows of the message that somebody is to get next.
pub(super) struct Outline {
    person: String,
    entry: i64,
    uid: meetmint_core::Uid,
    sheet: Snapshot,
    before: Option<Snapshot>,
    numbers: Numbers,
}

/// What messages are made with. Any number of threads may write at it.
#[derive(Clone, Copy)]
pub(super) struct MessageFactory<'p> {
    pub(super) composer: &'p Composer,
    pub(super) mint: &'p Mint,
    pub(super) now: &'p (dyn Fn() -> Timestamp + Sync),
    /// The date that folder messages carry, if it is not now.
    pub(super) stamp: Option<Timestamp>,
}

impl MessageFactory<'_> {
    /// The real time, in seconds since 1970 UTC.
    pub(super) fn second(&self) -> i64 {
        (self.now)().as_second()
    }

    /// The message of a kind that an entry is to get next: the one that was tried before, if it is the same.
    pub(super) fn outline(
        &self,
        ledger: &Ledger,
        entry: i64,
        kind: MessageKind,
        medium: Medium,
        round: Option<i64>,
    ) -> Result<Outline, DeliveryError> {
        let tried = ledger.tried(entry, medium)?;
        let told = tried.iter().find(|tried| {
            matches!(tried.kind, MessageKind::Invite | MessageKind::Update)
                && tried.state.may_be_known()
        });
        let sheet = match told.filter(|_| matches!(kind, MessageKind::Cancel | MessageKind::Remind))
        {
            // What is called off, or reminded of, is what the person was told of.
            Some(told) => ledger.sheet_of_message(told.id)?,
            None => ledger.sheet_of_entry(entry)?,
        };
        let fingerprint = sheet.fingerprint();
        let resumed = tried.iter().find(|tried| {
            tried.kind == kind
                && tried.round == round
                && tried.fingerprint == fingerprint
                && matches!(
                    tried.state,
                    MessageState::Due | MessageState::Deferred | MessageState::Written
                )
                && (tried.state != MessageState::Written
                    || medium == Medium::Folder && round.is_none())
        });
        // Only the newest message of an entry can be gone on with.
        let resumed = resumed.filter(|resumed| {
            tried.iter().all(|tried| tried.round != resumed.round || tried.id <= resumed.id)
        });
        if let Some(resumed) = resumed {
            return outlined(ledger, entry, sheet, &tried, Numbers::of(resumed, medium));
        }
        let (last, stamp) = ledger.numbers(entry)?;
        let now = match (medium, self.stamp) {
            (Medium::Folder, Some(stamp)) => stamp.as_second(),
            _ => self.second(),
        };
        let stamp = now.max(stamp + 1);
        let current = u32::try_from(last).unwrap_or(0);
        let (sequence, copy) = if round.is_some() {
            let copies =
                tried.iter().filter(|tried| tried.kind == kind && tried.sequence == current);
            (current, copies.map(|tried| tried.copy + 1).max().unwrap_or(0))
        } else if last < 0 {
            (0, 0)
        } else {
            // What the other medium was told goes out under the same number.
            let newest = ledger.newest(entry)?;
            let shared = newest.is_some_and(|(other, told, facts)| {
                other != medium
                    && facts == fingerprint
                    && (told == MessageKind::Cancel) == (kind == MessageKind::Cancel)
            }) && tried.iter().all(|tried| tried.sequence != current);
            (if shared { current } else { current + 1 }, 0)
        };
        let numbers = Numbers { id: None, kind, medium, round, sequence, copy, stamp, tries: 0 };
        outlined(ledger, entry, sheet, &tried, numbers)
    }

    /// A message that was tried before, under its own numbers.
    pub(super) fn outline_again(ledger: &Ledger, tried: &Tried) -> Result<Outline, DeliveryError> {
        let sheet = ledger.sheet_of_message(tried.id)?;
        let all = ledger.tried(tried.entry, Medium::Smtp)?;
        outlined(ledger, tried.entry, sheet, &all, Numbers::of(tried, Medium::Smtp))
    }

    /// Makes the message.
    pub(super) fn write(&self, outline: Outline) -> Result<Draft, DeliveryError> {
        let Outline { person, entry, uid, sheet, before, numbers } = outline;
        let letter = MessageSpec {
            uid,
            sequence: numbers.sequence,
            copy: numbers.copy,
            kind: numbers.kind,
            stamp: numbers.stamp,
            before,
            rehearsal: false,
        };
        let message = compose(self.composer, self.mint, &sheet, &letter)?;
        let record = Record {
            id: numbers.id,
            entry,
            address: sheet.address().to_owned(),
            medium: numbers.medium,
            kind: numbers.kind,
            sequence: numbers.sequence,
            copy: numbers.copy,
            round: numbers.round,
            stamp: numbers.stamp,
            fingerprint: sheet.fingerprint(),
            sheet: sheet.text(),
            hash: digest(&message.bytes),
        };
        let name = file_name(&message.to, uid, numbers.sequence, numbers.kind, numbers.copy);
        Ok(Draft { person, name, message, record, tries: numbers.tries, end: sheet.facts().end() })
    }
}

fn outlined(
    ledger: &Ledger,
    entry: i64,
    sheet: Snapshot,
    tried: &[Tried],
    numbers: Numbers,
) -> Result<Outline, DeliveryError> {
    let (person, uid) = (ledger.person_of(entry)?, ledger.uid_of(entry)?);
    let before = before(ledger, tried, &numbers)?;
    Ok(Outline { person, entry, uid, sheet, before, numbers })
}

/// What an update changes: what the person was told before it.
fn before(
    ledger: &Ledger,
    tried: &[Tried],
    numbers: &Numbers,
) -> Result<Option<Snapshot>, DeliveryError> {
    if numbers.kind != MessageKind::Update {
        return Ok(None);
    }
    let told = tried.iter().find(|tried| {
        matches!(tried.kind, MessageKind::Invite | MessageKind::Update)
            && tried.state.may_be_known()
            && numbers.id.is_none_or(|id| tried.id < id)
            && (numbers.round.is_none() || tried.sequence < numbers.sequence)
    });
    Ok(told.map(|told| ledger.sheet_of_message(told.id)).transpose()?)
}

/// What a message is numbered with.
struct Numbers {
    id: Option<i64>,
    kind: MessageKind,
    medium: Medium,
    round: Option<i64>,
    sequence: u32,
    copy: u32,
    stamp: i64,
    tries: u32,
}

impl Numbers {
    fn of(tried: &Tried, medium: Medium) -> Numbers {
        Numbers {
            id: Some(tried.id),
            kind: tried.kind,
            medium,
            round: tried.round,
            sequence: tried.sequence,
            copy: tried.copy,
            stamp: tried.stamp,
            tries: tried.tries,
        }
    }
}

/// What a message says beside its sheet.
pub struct MessageSpec {
    /// The calendar identity.
    pub uid: meetmint_core::Uid,
    /// The revision.
    pub sequence: u32,
    /// The copy.
    pub copy: u32,
    /// What it is for.
    pub kind: MessageKind,
    /// Date and DTSTAMP, in seconds since 1970 UTC.
    pub stamp: i64,
    /// For an update: what the person was told before.
    pub before: Option<Snapshot>,
    /// Whether it is a rehearsal.
    pub rehearsal: bool,
}

/// The message that a sheet makes: the roster is not needed for it.
///
/// # Errors
/// [`DeliveryError`] if the sheet cannot be understood, or the message must not leave.
pub fn compose(
    composer: &Composer,
    mint: &Mint,
    sheet: &Snapshot,
    told: &MessageSpec,
) -> Result<Message, DeliveryError> {
    with_letter(mint, sheet, told, |letter| composer.compose(letter))
}

/// Whether [`compose`] makes a message of it, told without making it.
///
/// # Errors
/// What [`compose`] would refuse it with.
pub fn try_compose(
    composer: &Composer,
    mint: &Mint,
    sheet: &Snapshot,
    told: &MessageSpec,
) -> Result<(), DeliveryError> {
    with_letter(mint, sheet, told, |letter| composer.check(letter))
}

fn with_letter<T>(
    mint: &Mint,
    sheet: &Snapshot,
    told: &MessageSpec,
    make: impl FnOnce(&MessageContent<'_>) -> Result<T, ComposeError>,
) -> Result<T, DeliveryError> {
    let unreadable = || Unreadable(sheet.address().to_owned());
    let attendee = sheet.attendee().ok_or_else(unreadable)?;
    let meeting = sheet.meeting().ok_or_else(unreadable)?;
    let window = sheet.window().ok_or_else(unreadable)?;
    let role = sheet.role();
    let invite =
        mint.template(&role, &meeting.room, window).invite(&attendee).map_err(|_| unreadable())?;
    let before = told.before.as_ref().map(|sheet| Before {
        title: sheet.facts().title(),
        room: sheet.facts().room(),
        start: Timestamp::from_second(sheet.facts().start()).unwrap_or_default(),
        end: Timestamp::from_second(sheet.facts().end()).unwrap_or_default(),
        zone: sheet.facts().zone(),
        role: sheet.facts().role(),
        moderator: sheet.facts().moderator(),
        name: sheet.facts().name(),
    });
    let extra = sheet.extra();
    let letter = MessageContent {
        invite: &invite,
        meeting: &meeting,
        role: &role,
        address: &mint.server().address(&meeting.room),
        uid: told.uid,
        sequence: told.sequence,
        copy: told.copy,
        kind: told.kind,
        stamp: Timestamp::from_second(told.stamp).unwrap_or_default(),
        language: sheet.language(),
        zone: sheet.own_zone(),
        extra: &extra,
        practice: mint.key().is_practice(),
        before,
        test_copy: told.rehearsal,
    };
    Ok(make(&letter)?)
}

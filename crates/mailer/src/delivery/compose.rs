//! A message from a snapshot: the roster is not needed for it.

use std::sync::Arc;

use jiff::Timestamp;
use meetmint_core::{Attendee, Email, Meeting, Mint, Role, Uid};

use super::error::DeliveryError;
use crate::content::{Before, CancelReason, MessageContent, MessageKind};
use crate::leak_check::is_plain;
use crate::message::{ComposeError, Composer, Message};
use crate::occasion::Occasion;
use crate::sender::Sender;
use crate::snapshot::{Change, Snapshot, Unreadable};

/// What a message says beside its snapshot.
#[derive(Debug)]
pub struct MessageSpec {
    /// The UID of the calendar event.
    pub uid: Uid,
    /// The SEQUENCE of the calendar event.
    pub sequence: u32,
    /// Copy number, starting at 0.
    pub copy: u32,
    /// What the message is for.
    pub kind: MessageKind,
    /// Date and DTSTAMP, in seconds since 1970 UTC.
    pub stamp: i64,
    /// For an update: what was delivered before it.
    pub before: Option<Snapshot>,
    /// Whether the person was last told that the meeting is called off.
    pub back_on: bool,
    /// Whether it is a test copy, for whoever sends it.
    pub test_copy: bool,
}

/// Makes the message of a snapshot.
///
/// # Errors
/// [`DeliveryError::Ledger`] if the snapshot is no longer valid, [`DeliveryError::Compose`] if a template or the leak
/// check fails.
pub fn compose(
    composer: &Composer,
    mint: &Mint,
    snapshot: &Snapshot,
    spec: &MessageSpec,
) -> Result<Message, DeliveryError> {
    with_content(composer, mint, snapshot, spec, |content| composer.compose(content))
}

/// Checks that [`compose`] would make a message, without putting it together.
///
/// # Errors
/// The error that [`compose`] would return.
pub fn try_compose(
    composer: &Composer,
    mint: &Mint,
    snapshot: &Snapshot,
    spec: &MessageSpec,
) -> Result<(), DeliveryError> {
    let parts = Parts::of(composer, snapshot)?;
    if is_ordinary(composer, mint, snapshot, spec, &parts) {
        return Ok(());
    }
    let check = |snapshot: &Snapshot| {
        with_content(composer, mint, snapshot, spec, |content| composer.check(content))
    };
    if spec.kind != MessageKind::Cancel {
        return check(snapshot);
    }
    // The reason is decided when a cancellation is sent. So templates have to be right for each of them.
    CancelReason::ALL.into_iter().try_for_each(|reason| check(&snapshot.clone().cancelled(reason)))
}

/// Whether the built-in templates make the message, and none of its values could be a part of a token or fail in a
/// template. Then nothing depends on the person, and the message needs no check of its own before others are sent: most
/// people have plain names, and to make each message twice would take most of the time. [`compose`] checks it all the same.
fn is_ordinary(
    composer: &Composer,
    mint: &Mint,
    snapshot: &Snapshot,
    spec: &MessageSpec,
    parts: &Parts,
) -> bool {
    let Parts { attendee, occasion } = parts;
    let Occasion { meeting, role, sender, .. } = &**occasion;
    let before = spec.before.as_ref().map(Snapshot::facts);
    let before = before.map(|facts| [facts.title(), facts.room(), facts.name(), facts.role()]);
    is_plain(snapshot.address())
        && is_plain(snapshot.greeting().unwrap_or_default())
        && is_ordinary_person(attendee)
        && before.into_iter().flatten().all(is_plain)
        && is_ordinary_occasion(composer, mint, meeting, role, sender)
}

/// Whether none of a person's values could make the invitation fail. If this is also true of the occasion
/// ([`is_ordinary_occasion`]), and the person has no greeting of their own, [`try_compose`] accepts the invitation.
pub fn is_ordinary_person(attendee: &Attendee) -> bool {
    let address = attendee.email.as_ref().map_or("", Email::as_str);
    is_plain(address) && is_plain(attendee.name.as_str()) && is_plain(&attendee.id())
}

/// Whether nothing that the messages of a meeting and a role have in common could make one fail.
pub fn is_ordinary_occasion(
    composer: &Composer,
    mint: &Mint,
    meeting: &Meeting,
    role: &Role,
    sender: &Sender,
) -> bool {
    // Link options are any text, and come right after the token.
    if !composer.templates().are_built_in() || !role.link_options.is_empty() {
        return false;
    }
    let address = mint.server().address(&meeting.room);
    [meeting.title.as_str(), meeting.room.name(), role.name.as_str(), &address]
        .into_iter()
        .chain([sender.organizer_name(), sender.organizer_email().as_str()])
        .chain([sender.contact_name(), sender.contact_email().as_str()])
        .chain(composer.message().iter().map(String::as_str))
        .all(is_plain)
}

/// What a message is made from, taken out of its snapshot.
struct Parts {
    attendee: Attendee,
    occasion: Arc<Occasion>,
}

impl Parts {
    /// # Errors
    /// [`Unreadable`] if a value is no longer valid.
    fn of(composer: &Composer, snapshot: &Snapshot) -> Result<Parts, Unreadable> {
        // Named by its address, by which the user finds the person in the roster.
        let unreadable = || Unreadable(snapshot.address().to_owned());
        Ok(Parts {
            attendee: snapshot.attendee().ok_or_else(unreadable)?,
            occasion: composer.occasion(snapshot).ok_or_else(unreadable)?,
        })
    }
}

/// Makes the content of a message and passes it on: it borrows from values that are made here, so it cannot be
/// returned.
fn with_content<T>(
    composer: &Composer,
    mint: &Mint,
    snapshot: &Snapshot,
    spec: &MessageSpec,
    make: impl FnOnce(&MessageContent<'_>) -> Result<T, ComposeError>,
) -> Result<T, DeliveryError> {
    let unreadable = || Unreadable(snapshot.address().to_owned());
    let Parts { attendee, occasion } = Parts::of(composer, snapshot)?;
    let Occasion { meeting, window, role, sender } = &*occasion;
    // Signing itself does not fail: a `SigningKey` has signed a test input. So the record must be at fault.
    let invite =
        mint.template(role, &meeting.room, *window).invite(&attendee).map_err(|_| unreadable())?;
    let content = MessageContent {
        invite: &invite,
        sender,
        meeting,
        role,
        // Without a token: unlike the link, it may be shown to anyone.
        address: &mint.server().address(&meeting.room),
        uid: spec.uid,
        sequence: spec.sequence,
        copy: spec.copy,
        kind: spec.kind,
        stamp: Timestamp::from_second(spec.stamp).unwrap_or_default(),
        language: snapshot.language(),
        zone: snapshot.own_zone(),
        extra: &snapshot.extra(),
        message: composer.message(),
        greeting: snapshot.greeting(),
        several_zones: snapshot.has_several_zones(),
        practice: mint.key().is_practice(),
        before: spec.before.as_ref().map(|before| before_change(before, snapshot)),
        back_on: spec.back_on,
        reason: snapshot.reason(),
        test_copy: spec.test_copy,
    };
    Ok(make(&content)?)
}

/// What the last message said, compared with what this one says.
fn before_change<'a>(before: &'a Snapshot, now: &Snapshot) -> Before<'a> {
    let facts = before.facts();
    let changes = now.facts().changes(facts);
    let of_place = [Change::Room, Change::Server, Change::Key, Change::Window, Change::Id];
    Before {
        title: facts.title(),
        room: facts.room(),
        start: Timestamp::from_second(facts.start()).unwrap_or_default(),
        end: Timestamp::from_second(facts.end()).unwrap_or_default(),
        zone: facts.zone(),
        role: facts.role(),
        moderator: facts.moderator(),
        name: facts.name(),
        other_link: !now.has_same_link(before),
        other_place: of_place.iter().any(|change| changes.contains(change)),
    }
}

#[cfg(test)]
mod tests;

//! `send --to ME`: one message to look at, which leaves no trace.

use std::time::Duration;

use meetmint_batch::{RosterRow, Selection, quoted};
use meetmint_core::{Attendee, Email, MODERATOR};
use meetmint_mailer::{MessageKind, MessageSpec, Outbox, Stopped, compose, file_name};

use crate::campaign::Campaign;
use crate::failure::{Exit, Failure};
use crate::prepare;
use crate::report::Report;
use crate::world::World;

/// One rehearsal to ME: the first participant's message, or somebody's, with a token of ME's own.
pub(super) fn rehearse(
    campaign: &Campaign<'_>,
    me: &str,
    as_: Option<&str>,
    report: Report,
    world: &World,
) -> Result<Exit, Failure> {
    let me = prepare::email(me)?;
    campaign.refuse_practice()?;
    let prepared = campaign.prepared;
    let (roster, survey) = (&prepared.roster, &prepared.survey);
    let mut choice = Selection { skip_bad: true, ..Selection::default() };
    match as_ {
        Some(address) => choice.only.push(prepare::email(address)?.key().into_owned()),
        None => choice.role = roster.roles().named(meetmint_core::PARTICIPANT),
    }
    let first = |choice: &Selection| -> Result<Option<meetmint_mailer::Snapshot>, Failure> {
        let mut found = None;
        let make = |people: &[RosterRow<'_>]| {
            people.first().and_then(|person| sheet_for(campaign, person, &me))
        };
        roster.each(survey, choice, 256, make, |sheet: Option<_>| {
            if found.is_none() {
                found = sheet;
            }
            Ok::<(), Failure>(())
        })?;
        Ok(found)
    };
    let mut sheet = first(&choice)?;
    if sheet.is_none() && as_.is_none() {
        sheet = first(&Selection { skip_bad: true, ..Selection::default() })?;
    }
    let Some(sheet) = sheet else {
        return Err(Failure::wrong(
            format!(
                "{} is not in the list, or that meeting is over",
                quoted(as_.unwrap_or("a participant"))
            ),
            "write the address as it stands in the list",
        ));
    };
    let uid = prepared.settings.id.uid(&format!("rehearsal {}", me.key()), "", world.now);
    let told = MessageSpec {
        uid,
        sequence: 0,
        copy: 0,
        kind: MessageKind::Invite,
        stamp: world.stamp()?.as_second(),
        before: None,
        test_copy: true,
    };
    let message = compose(&campaign.mail.composer, &prepared.mint, &sheet, &told)?;
    match campaign.outbox(Duration::ZERO)? {
        Outbox::Folder(folder) => {
            let name = file_name(&me, uid, 0, MessageKind::Invite, 0);
            folder.stage(&name, &message.bytes)?;
            folder.deliver(&name)?;
            report.done(&format!("1 rehearsal {}: {name}", prepared.settings.mail.outbox.words()));
        }
        Outbox::Smtp(relay) => {
            let reply = relay
                .send_one(campaign.mail.composer.sender().from_email(), &message, &world.flag())
                .map_err(|Stopped { why, hint: cure, .. }| Failure::Broken {
                    message: format!("the rehearsal was not taken: {why}"),
                    cause: None,
                    hint: cure,
                })?;
            report.done(&format!("1 rehearsal {}: {reply}", prepared.settings.mail.outbox.words()));
        }
    }
    Ok(Exit::Done)
}

/// The sheet of a person with ME in their place: a moderator's only if ME is one in the roster.
fn sheet_for(
    campaign: &Campaign<'_>,
    person: &RosterRow<'_>,
    me: &Email,
) -> Option<meetmint_mailer::Snapshot> {
    let prepared = campaign.prepared;
    let mut entry = person.entry.clone();
    let roles = prepared.roster.roles();
    let moderates = roles.of_person(&me.key()).is_some_and(|role| roles.all()[role].moderator)
        || entry.attendee.email.as_ref().is_some_and(|email| email.key() == me.key());
    if roles.all()[entry.role].moderator && !moderates {
        entry.role = roles.named(meetmint_core::PARTICIPANT).unwrap_or(entry.role);
        debug_assert_ne!(roles.all()[entry.role].name, MODERATOR);
    }
    entry.attendee = Attendee { own_id: None, email: Some(me.clone()), ..entry.attendee };
    campaign.mail.sheet_of(prepared, &entry, person)
}

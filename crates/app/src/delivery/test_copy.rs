//! `send --to ME`: one message to look at, with a link of its own. It leaves no trace in the ledger.

use std::time::Duration;

use meetmint_batch::{CHUNK_ROWS, RosterRow, Selection, quoted};
use meetmint_core::{Attendee, Email, EmptyWindow, MODERATOR, PARTICIPANT};
use meetmint_mailer::{MessageKind, MessageSpec, Outbox, Snapshot, Stopped, compose, file_name};

use crate::context::Context;
use crate::delivery::report::OutboxReport;
use crate::delivery::session::DeliverySession;
use crate::error::Error;
use crate::plan;
use crate::plan_request::PlanRequest;
use crate::selection;

/// Who gets a test copy, and whose message it is.
#[derive(Clone, Debug)]
pub struct TestCopyRequest {
    /// The address it goes to.
    pub to: String,
    /// Whose message; the first participant's if there is none.
    pub as_person: Option<String>,
    /// How the roster is read.
    pub plan: PlanRequest,
}

/// Where a test copy went.
#[derive(Debug, serde::Serialize)]
pub struct TestCopyReport {
    /// Where messages go.
    pub outbox: OutboxReport,
    /// The file, as people name it, or the server's reply.
    pub result: String,
}

/// Sends one test copy.
///
/// # Errors
/// [`ErrorClass::Invalid`](crate::ErrorClass::Invalid) if anything in the folder is wrong,
/// [`Failed`](crate::ErrorClass::Failed) if the folder outbox or the mail server does not take the message.
pub fn test_copy(context: &Context, request: &TestCopyRequest) -> Result<TestCopyReport, Error> {
    let mail = plan::load(context, &request.plan)?;
    let time = context.environment.message_time()?;
    let session = DeliverySession::new(&mail, context);
    let folder = session.folder;
    let me = selection::email(&request.to)?;
    let snapshot = snapshot(&session, &me, request.as_person.as_deref())?;
    let now = context.environment.now;
    // With the time in it: a calendar shows each test copy as an event of its own, beside the real one.
    let uid = folder.settings.id.uid(&format!("rehearsal {}", me.key()), "", now);
    let spec = MessageSpec {
        uid,
        sequence: 0,
        copy: 0,
        kind: MessageKind::Invite,
        stamp: time.as_second(),
        before: None,
        back_on: false,
        test_copy: true,
    };
    let message = compose(&session.composition.composer, &folder.mint, &snapshot, &spec)?;
    // No retries: whoever sends a test copy is waiting for the result.
    let result = match session.outbox(Duration::ZERO)? {
        Outbox::Folder(outbox) => {
            let name = file_name(&me, uid, 0, MessageKind::Invite, 0);
            outbox.stage(&name, &message.bytes)?;
            outbox.deliver(&name)?;
            session.shown_file(&name)
        }
        Outbox::Smtp(relay) => {
            let from = session.composition.composer.sender().from_email();
            let sent = relay.send_one(from, &message, &context.environment.interrupted);
            sent.map_err(|Stopped { why, hint, .. }| {
                let error =
                    Error::failed("test-copy", format!("the test copy was not accepted: {why}"));
                match hint {
                    Some(hint) => error.with_hint(hint),
                    None => error,
                }
            })?
        }
    };
    Ok(TestCopyReport { outbox: session.outbox_report(), result })
}

/// What the test copy is made from: a person's snapshot, with ME in their place.
fn snapshot(
    session: &DeliverySession<'_>,
    me: &Email,
    as_person: Option<&str>,
) -> Result<Snapshot, Error> {
    // Bad rows were refused or listed when the folder was loaded.
    let mut wanted = Selection { skip_bad: true, ..Selection::default() };
    match as_person {
        Some(address) => wanted.only.push(selection::email(address)?.key().into_owned()),
        None => wanted.role = session.folder.roster.roles().named(PARTICIPANT),
    }
    let mut found = first(session, me, &wanted)?;
    if found.is_none() && as_person.is_none() {
        // There may be no participant: perhaps everybody moderates, or has a role of the user's own.
        wanted.role = None;
        found = first(session, me, &wanted)?;
    }
    found.ok_or_else(|| {
        let person = quoted(as_person.unwrap_or("a participant"));
        let message = format!("{person} is not in the roster, or their meeting is over");
        Error::invalid("not-selectable", message, "write the address as it appears in the roster")
    })
}

fn first(
    session: &DeliverySession<'_>,
    me: &Email,
    selection: &Selection,
) -> Result<Option<Snapshot>, Error> {
    let mut found = None;
    session.folder.roster.each(
        &session.folder.survey,
        selection,
        CHUNK_ROWS,
        |rows| match rows.first() {
            Some(row) => in_place_of(session, row, me),
            None => Ok(None),
        },
        |snapshot: Result<Option<_>, EmptyWindow>| {
            let snapshot = snapshot?;
            if found.is_none() {
                found = snapshot;
            }
            Ok::<(), Error>(())
        },
    )?;
    Ok(found)
}

/// A person's snapshot with ME in their place: a moderator's rights only if ME is a moderator in the roster.
fn in_place_of(
    session: &DeliverySession<'_>,
    row: &RosterRow<'_>,
    me: &Email,
) -> Result<Option<Snapshot>, EmptyWindow> {
    let mut entry = row.entry.clone();
    let roles = session.folder.roster.roles();
    let is_moderator = roles.of_person(&me.key()).is_some_and(|role| roles.all()[role].moderator)
        || entry.attendee.email.as_ref().is_some_and(|email| email.key() == me.key());
    if roles.all()[entry.role].moderator && !is_moderator {
        entry.role = roles.named(PARTICIPANT).unwrap_or(entry.role);
        debug_assert_ne!(roles.all()[entry.role].name, MODERATOR);
    }
    // Not the id of the other person, which would identify ME as that person in the meeting.
    entry.attendee =
        Attendee { own_id: None, email: Some(me.clone()), family: None, ..entry.attendee };
    session.composition.snapshot(session.folder, &entry, row)
}

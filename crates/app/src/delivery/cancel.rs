//! `cancel`: cancels the meeting, for everybody or for some people, and records it.

use std::collections::HashSet;

use meetmint_mailer::{Deferred, MessageKind, Plan};

use crate::context::Context;
use crate::delivery::outcome::DeliveryOutcome;
use crate::delivery::report::DeliveryReport;
use crate::delivery::session::{DeliverySession, Overrides};
use crate::delivery::wait::RunRequest;
use crate::error::Error;
use crate::mailing::{self, Purpose};
use crate::phrases::counted;
use crate::selection;

/// Cancelling is what is asked for, so nothing about it needs an override.
// `first` does not matter: a ledger that has mailed nobody has nobody to cancel.
const OVERRIDES: Overrides = Overrides { first: false, cancel_many: true, postponed: true };

/// For whom a meeting is cancelled, or no longer cancelled.
#[derive(Clone, Debug, Default)]
pub struct CancelRequest {
    /// Addresses: only for these people. By default for everybody.
    pub only: Vec<String>,
    /// Whether to undo an earlier cancellation instead.
    pub undo: bool,
    /// Whether to ask, and how long to wait.
    pub run: RunRequest,
}

/// The result of cancelling a meeting.
#[derive(Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelReport {
    /// It is no longer cancelled; `send` invites those who were cancelled.
    Undone,
    /// It is cancelled, and no cancellation had to be sent.
    NothingToSend(DeliveryReport),
    /// It is cancelled, and those who had been invited were sent a cancellation.
    Sent(DeliveryReport),
}

/// Cancels a meeting, or takes that back.
///
/// # Errors
/// [`ErrorClass::Invalid`](crate::ErrorClass::Invalid) if anything in the folder is wrong,
/// [`Busy`](crate::ErrorClass::Busy) if another process has the ledger, [`Declined`](crate::ErrorClass::Declined) if
/// the answer is no, and [`Failed`](crate::ErrorClass::Failed) if the ledger or the outbox fails.
pub fn cancel(context: &Context, request: &CancelRequest) -> Result<CancelReport, Error> {
    // Nothing is mailed by an undo.
    let purpose = if request.undo { Purpose::Record } else { Purpose::Send };
    let mail = mailing::load(context, purpose)?.into_valid()?;
    let session = DeliverySession::new(&mail, context);
    let folder = session.folder;
    folder.report_key_notices(context);
    let mut ledger = session.lock_ledger(request.run.wait)?;
    let reconciliation = session.reconcile(&mut ledger, OVERRIDES)?;
    // Known to the ledger is enough: somebody who was taken out of the roster may still have an invitation.
    let only = selection::known_keys(&request.only, |key| Ok(reconciliation.knows(key)))?;
    let people = (!only.is_empty()).then_some(only.as_slice());
    let id = &folder.settings.id;
    // Nothing is mailed, so nothing is asked: the next `send` invites those who were cancelled.
    if request.undo {
        let ledger = ledger.keep();
        // First the entries, then the mark, which is kept on entries: people who are new in the roster have none yet.
        reconciliation.apply(ledger, id)?;
        ledger.call_off(people, false)?;
        return Ok(CancelReport::Undone);
    }
    let is_chosen = |person: &str| only.is_empty() || only.iter().any(|only| only == person);
    let now = context.environment.now;
    // Also people who are no longer in the roster. After the end nobody is counted: there is nothing left to cancel.
    let invited = reconciliation.delivered(now).filter(|person| is_chosen(person)).count();
    // Before the question: after a yes, nothing should fail for lack of a password.
    let outbox = session.outbox(request.run.for_retries())?;
    if invited > 0 {
        session.confirm(invited, counted(invited, "cancellation"), &request.run)?;
    }
    // Not before the answer: after a No, a ledger that was created for this run is removed again.
    let ledger = ledger.keep();
    reconciliation.apply(ledger, id)?;
    ledger.call_off(people, true)?;
    // Read again: what is due has changed by the mark.
    let reconciliation = session.reconcile(ledger, OVERRIDES)?;
    let mut plan = Plan::new(ledger, &reconciliation, now)?;
    plan.keep(is_chosen, None);
    // Invitations and updates that happen to be due are left to `send`.
    plan.due.retain(|due| due.kind == MessageKind::Cancel);
    let entries = reconciliation.apply(ledger, id)?;
    let due = plan.entries(&entries).into_iter();
    let due: Vec<(i64, MessageKind)> = due.map(|(entry, due)| (entry, due.kind)).collect();
    let ours: HashSet<i64> = due.iter().map(|(entry, _)| *entry).collect();
    let messages = due.len();
    let mut summary = session.deliver(ledger, &outbox, due, None)?;
    let is_ours = |one: &Deferred| one.kind == MessageKind::Cancel && ours.contains(&one.entry);
    session.retry(ledger, &outbox, &mut summary, request.run.for_retries(), is_ours)?;
    let mut report = session.report(summary, messages);
    report.add_earlier_doubts(plan.in_doubt);
    // Not by `messages`: a cancellation that an earlier run left in doubt only shows in the outcome.
    let nothing_to_send = report.delivered == 0 && report.outcome() == DeliveryOutcome::Complete;
    Ok(if nothing_to_send {
        CancelReport::NothingToSend(report)
    } else {
        CancelReport::Sent(report)
    })
}

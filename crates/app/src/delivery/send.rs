//! `send`: invites, updates and cancels what is due, and records it.

use meetmint_mailer::{Ledger, Summary};

use crate::context::Context;
use crate::delivery::report::DeliveryReport;
use crate::delivery::round::RoundPlan;
use crate::delivery::send_plan::SendPlan;
use crate::delivery::session::DeliverySession;
use crate::delivery::wait::{RunRequest, ToSend};
use crate::error::Error;
use crate::front_end::{Event, Notice};
use crate::jitsi_server;
use crate::phrases::time_in;
use crate::plan;
use crate::plan_request::PlanRequest;

/// What is sent, and how.
#[derive(Clone, Debug, Default)]
pub struct SendRequest {
    /// Who is chosen.
    pub plan: PlanRequest,
    /// Whether to ask, and how long to wait.
    pub run: RunRequest,
}

/// Sends what is due.
///
/// # Errors
/// [`ErrorClass::Invalid`](crate::ErrorClass::Invalid) if anything in the folder is wrong, a message cannot be made, or
/// the plan needs an override, [`Usage`](crate::ErrorClass::Usage) for `again` over SMTP without a choice of people,
/// [`Busy`](crate::ErrorClass::Busy) if another process has the ledger, [`Declined`](crate::ErrorClass::Declined) if
/// the answer is no, and [`Failed`](crate::ErrorClass::Failed) if the ledger or the outbox fails. What could not be
/// sent is part of the report.
pub fn send(context: &Context, request: &SendRequest) -> Result<DeliveryReport, Error> {
    let mail = plan::load(context, &request.plan)?;
    let session = DeliverySession::new(&mail, context);
    if session.is_mailed() && context.environment.fixed_message_time()?.is_some() {
        let message =
            "SOURCE_DATE_EPOCH applies to the folder outbox only: mail carries the real date";
        context.notice(&Notice::note("source-date-epoch", message));
    }
    let overrides = request.plan.overrides;
    let mut ledger = session.lock_ledger_with(request.run.wait, overrides.if_lost())?;
    let reconciliation = session.reconcile(&mut ledger, overrides, !request.plan.again)?;
    let mut plan = SendPlan::new(&session, &ledger, &reconciliation, &request.plan)?;
    let mut round = plan.round.take();
    let copies = round.as_ref().map_or(0, RoundPlan::messages);
    let plan_report = plan.report(&session, &ledger)?;
    let leaves_people_out = plan_report.leaves_people_out();
    context.event(&Event::Plan(&plan_report));
    // Not before the plan is shown: it says who would be mailed.
    refuse_empty_ledger(&session, &ledger, request)?;
    if let Some(refusal) = plan.refusal.take() {
        return Err(refusal);
    }
    let messages = plan.plan.due.len() + copies;
    let settings = &session.folder.settings;
    // Before the question: a No leaves time to try it.
    let reminder = if session.is_mailed() && messages > 0 {
        jitsi_server::reminder(settings, &ledger)?
    } else {
        None
    };
    context.notices(reminder.as_slice());
    // Before the question: whoever says yes should not learn afterwards that the password is missing.
    let outbox = session.outbox(request.run.for_retries())?;
    if messages > 0 {
        let mut words = plan_report.summary().unwrap_or_default();
        words.extend(round.as_ref().and_then(|round| rest(&session, round)));
        session.confirm(&plan.titles, &plan_report.due, words, &request.run)?;
    }

    // Not before the answer: after a No, a ledger that was created for this run is removed again.
    let ledger = ledger.keep();
    if reminder.is_some() {
        jitsi_server::was_reminded(settings, ledger, context)?;
    }
    // Even if nothing is due, the roster may say something new that changes no message.
    reconciliation.apply(ledger, &session.folder.settings.id)?;
    let summary = if messages > 0 {
        let to_send = ToSend { due: Some(&plan.plan.due), round: round.as_mut() };
        session.deliver_with_retries(ledger, &outbox, to_send, &request.run)?
    } else {
        if let Some(round) = &mut round
            && round.unfinished.is_some()
        {
            round.deliver(&session, ledger, &outbox)?;
            let message = "the new copies of an interrupted run had nobody left, and are finished now; to send further copies, run the command again";
            context.notice(&Notice::note("unfinished-round", message));
        }
        Summary::default()
    };
    let mut report = session.report(summary, messages);
    report.leaves_people_out = leaves_people_out;
    Ok(report)
}

/// Names the rest of an interrupted round, which is sent first.
fn rest(session: &DeliverySession<'_>, round: &RoundPlan) -> Option<String> {
    let left = round.left_of_unfinished();
    let unfinished = round.unfinished.as_ref().filter(|_| left > 0)?;
    let when = time_in(unfinished.begun, &session.folder.roster.meeting().zone);
    Some(format!(" ({left} left over from {when})"))
}

/// Without its ledger, for example in a new checkout, a meeting would mail everybody once more.
fn refuse_empty_ledger(
    session: &DeliverySession<'_>,
    ledger: &Ledger,
    request: &SendRequest,
) -> Result<(), Error> {
    let smtp = session.folder.settings.mail.outbox.smtp();
    let is_remote = smtp.is_some_and(|smtp| !smtp.address.is_loopback());
    // Without `--yes`, the question says how many people would be invited. A server on this machine is usually a
    // test.
    if !is_remote || !request.run.yes || request.plan.overrides.first || ledger.has_accepted()? {
        return Ok(());
    }
    Err(Error::invalid(
        "first",
        "nobody has been mailed from this ledger yet: is it the ledger of this meeting?",
        "if nobody has been invited yet, use `--first`; otherwise restore the meeting's ledger",
    ))
}

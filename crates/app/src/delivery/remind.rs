//! `remind`: the reminder, to those who are invited.

use std::collections::HashSet;

use meetmint_mailer::{Deferred, Ledger, MessageKind, Reconciliation, RoundKind};

use crate::context::Context;
use crate::delivery::report::DeliveryReport;
use crate::delivery::round::{Round, UnfinishedRound};
use crate::delivery::session::{DeliverySession, Overrides};
use crate::delivery::wait::RunRequest;
use crate::error::Error;
use crate::mailing::{self, Purpose};
use crate::phrases::time_in;
use crate::selection::{ChosenPeople, SelectionRequest};

/// Who is reminded, and when.
#[derive(Clone, Debug, Default)]
pub struct RemindRequest {
    /// Who is chosen.
    pub selection: SelectionRequest,
    /// Only within this many seconds before the start, and only once.
    pub before: Option<i64>,
    /// Whether to ask, and how long to wait.
    pub run: RunRequest,
}

/// The result of a reminder.
#[derive(Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RemindReport {
    /// It is not time yet, or everybody was reminded already.
    NotNow,
    /// Nobody is invited.
    NobodyInvited,
    /// An interrupted reminder had nobody left: it was marked as finished, and nothing was mailed.
    Finished {
        /// When it began, in seconds since 1970 UTC.
        begun: i64,
        /// Whose message is in doubt.
        delivery: DeliveryReport,
    },
    /// It was sent.
    Sent(DeliveryReport),
}

/// Sends a reminder, or finishes one that was interrupted.
///
/// # Errors
/// [`ErrorClass::Invalid`](crate::ErrorClass::Invalid) if anything in the folder is wrong,
/// [`Busy`](crate::ErrorClass::Busy) if another process has the ledger, [`Declined`](crate::ErrorClass::Declined) if
/// the answer is no, and [`Failed`](crate::ErrorClass::Failed) if the ledger or the outbox fails.
pub fn remind(context: &Context, request: &RemindRequest) -> Result<RemindReport, Error> {
    let mail = mailing::load(context, Purpose::Send)?.into_valid()?;
    let session = DeliverySession::new(&mail, context);
    let mut ledger = session.lock_ledger(request.run.wait)?;
    // A reminder invites nobody: whether this is the next event or a postponed one is decided by `send`.
    let overrides = Overrides { postponed: true, ..Overrides::default() };
    let reconciliation = session.reconcile(&mut ledger, overrides)?;
    // Before anything is printed or asked: cron runs this every few minutes, and usually there is nothing to do.
    if !is_time(&session, &ledger, &reconciliation, request.before)? {
        return Ok(RemindReport::NotNow);
    }
    let now = context.environment.now;
    // The reconciliation is not applied: a reminder is about the invitation that people have, even if the roster has
    // changed since.
    let still_invited: HashSet<i64> = reconciliation.invited(now).map(|(_, entry)| entry).collect();
    let knows = |key: &str| Ok(reconciliation.knows(key));
    let chosen = ChosenPeople::new(session.folder, &request.selection, knows)?;
    let entries = reconciliation.invited(now).filter(|(person, _)| chosen.contains(person));
    let entries: HashSet<i64> = entries.map(|(_, entry)| entry).collect();
    let round =
        Round { kind: RoundKind::Reminder, entries: &entries, still_invited: &still_invited };
    let unfinished = round.unfinished(&session, &ledger)?;
    let people = unfinished.as_ref().map_or(entries.len(), |unfinished| unfinished.left);
    let wait = request.run.for_retries();
    if people == 0 {
        // Nothing is mailed, so nothing is asked: the round is only marked as finished, so that a new one can begin.
        let Some(unfinished) = unfinished else { return Ok(RemindReport::NobodyInvited) };
        let outbox = session.outbox(wait)?;
        let summary = round.deliver(&session, ledger.keep(), &outbox, Some(&unfinished))?;
        let mut delivery = session.report(summary, 0);
        delivery.add_earlier_doubts(unfinished.in_doubt);
        return Ok(RemindReport::Finished { begun: unfinished.begun, delivery });
    }
    let words = words(&session, &ledger, unfinished.as_ref())?;
    // Before the question: after a yes, nothing should fail for lack of a password.
    let outbox = session.outbox(wait)?;
    session.confirm(people, words, &request.run)?;
    let ledger = ledger.keep();
    let mut summary = round.deliver(&session, ledger, &outbox, unfinished.as_ref())?;
    let is_ours = |one: &Deferred| one.kind == MessageKind::Remind;
    session.retry(ledger, &outbox, &mut summary, wait, is_ours)?;
    // Otherwise the next reminder would be taken for the rest of this one, and mail nobody.
    round.finish_if_done(&session, ledger)?;
    let mut report = session.report(summary, people);
    report.add_earlier_doubts(unfinished.map(|unfinished| unfinished.in_doubt).unwrap_or_default());
    Ok(RemindReport::Sent(report))
}

/// Whether the next start is near enough, and nobody was reminded of it yet.
fn is_time(
    session: &DeliverySession<'_>,
    ledger: &Ledger,
    reconciliation: &Reconciliation,
    before: Option<i64>,
) -> Result<bool, Error> {
    let Some(before) = before else { return Ok(true) };
    let now = session.context.environment.now;
    let Some(start) = reconciliation.next_start(now) else { return Ok(false) };
    let opens = start - before;
    let last = ledger.last_round(RoundKind::Reminder, session.medium)?;
    // A round that began earlier does not count, for example a reminder sent by hand the day before. An interrupted
    // one has to be finished.
    let is_done = last.is_some_and(|round| round.finished.is_some() && round.begun >= opens);
    Ok(now.as_second() >= opens && !is_done)
}

/// What is asked for, with the date of the last reminder.
fn words(
    session: &DeliverySession<'_>,
    ledger: &Ledger,
    unfinished: Option<&UnfinishedRound>,
) -> Result<String, Error> {
    let zone = &session.folder.roster.meeting().zone;
    if let Some(unfinished) = unfinished {
        return Ok(format!("the rest of the reminder of {}", time_in(unfinished.begun, zone)));
    }
    Ok(match ledger.last_round(RoundKind::Reminder, session.medium)? {
        Some(last) => format!("a reminder; the last one was sent on {}", time_in(last.begun, zone)),
        None => "a reminder".to_owned(),
    })
}

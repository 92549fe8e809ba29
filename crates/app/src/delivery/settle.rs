//! `settle`: resolves messages in doubt.

use std::collections::HashSet;

use meetmint_core::address_in_key;
use meetmint_mailer::{Doubt, IfLost, Ledger, Medium, Outbox, Plan, Summary};

use crate::context::Context;
use crate::delivery::confirm::Titles;
use crate::delivery::report::DeliveryReport;
use crate::delivery::session::{DeliverySession, Overrides, lock_ledger};
use crate::delivery::wait::RunRequest;
use crate::error::Error;
use crate::folder;
use crate::front_end::Notice;
use crate::mailing::{self, Purpose};
use crate::phrases::counted;
use crate::planned::{PlannedMessage, PlannedMessages};
use crate::selection;

/// How messages in doubt are resolved.
#[derive(Clone, Debug, Default)]
pub struct SettleRequest {
    /// Whether the same messages are sent once more; otherwise they count as sent.
    pub resend: bool,
    /// Addresses: only for these people. By default for everybody.
    pub only: Vec<String>,
    /// Whether to ask, and how long to wait.
    pub run: RunRequest,
}

/// The result of resolving messages in doubt.
#[derive(Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SettleReport {
    /// Nothing was in doubt.
    NothingInDoubt,
    /// Messages count as sent.
    CountedAsSent {
        /// How many.
        messages: usize,
        /// Whether that is because the meeting is over and nobody is mailed any more.
        meeting_over: bool,
    },
    /// The same messages were sent once more.
    Resent(Box<DeliveryReport>),
}

/// Resolves messages in doubt.
///
/// # Errors
/// [`ErrorClass::Invalid`](crate::ErrorClass::Invalid) if anything in the folder is wrong or the same bytes cannot be
/// made again, [`Busy`](crate::ErrorClass::Busy) if another process has the ledger,
/// [`Declined`](crate::ErrorClass::Declined) if the answer is no, and [`Failed`](crate::ErrorClass::Failed) if the
/// ledger or the outbox fails.
pub fn settle(context: &Context, request: &SettleRequest) -> Result<SettleReport, Error> {
    if request.resend { resend(context, request) } else { count_as_sent(context, request) }
}

/// Nothing is sent, so that neither roster nor secret is needed.
fn count_as_sent(context: &Context, request: &SettleRequest) -> Result<SettleReport, Error> {
    let settings = folder::load_settings(context)?.into_settings()?;
    let mut ledger = lock_ledger(&settings, request.run.wait, IfLost::Refuse, context)?;
    let chosen = chosen_doubts(&ledger, request)?;
    if chosen.is_empty() {
        return Ok(SettleReport::NothingInDoubt);
    }
    // No `keep`: a ledger with messages in doubt is not new.
    ledger.settle_sent(&chosen, context.environment.now.as_second())?;
    Ok(SettleReport::CountedAsSent { messages: chosen.len(), meeting_over: false })
}

fn resend(context: &Context, request: &SettleRequest) -> Result<SettleReport, Error> {
    let mail = mailing::load(context, Purpose::Send)?.into_valid()?;
    let session = DeliverySession::new(&mail, context);
    let mut ledger = session.lock_ledger(request.run.wait)?;
    let chosen = chosen_doubts(&ledger, request)?;
    if chosen.is_empty() {
        return Ok(SettleReport::NothingInDoubt);
    }
    let now = context.environment.now.as_second();
    // After the end nobody is mailed: the only thing left is to record an outcome.
    let (over, chosen): (Vec<Doubt>, Vec<Doubt>) =
        chosen.into_iter().partition(|doubt| doubt.end <= now);
    if chosen.is_empty() {
        ledger.settle_sent(&over, now)?;
        return Ok(SettleReport::CountedAsSent { messages: over.len(), meeting_over: true });
    }
    if !session.is_mailed() {
        return Err(Error::invalid(
            "no-mail-server",
            "the outbox is a folder: nothing can be sent again",
            "write kind = \"smtp\" under [outbox], or resolve the doubt with `--sent`",
        ));
    }
    // Before the question, as everything that is to be sent.
    session.with_delivery(&mut ledger, |delivery| {
        delivery.check_resend(&chosen).map(|()| Summary::default())
    })?;
    // Only to whom nothing else is due: for others the message may have become wrong, and the one that is due ends the
    // doubt.
    let reconciliation = session.reconcile(&mut ledger, Overrides::LEFT_TO_SEND, true)?;
    let plan = Plan::new(&ledger, &reconciliation)?;
    let still_right: HashSet<i64> = plan.in_doubt.iter().map(|doubt| doubt.entry).collect();
    let (chosen, outdated): (Vec<Doubt>, Vec<Doubt>) =
        chosen.into_iter().partition(|doubt| still_right.contains(&doubt.entry()));
    let due = plan.due.by_entry()?;
    for doubt in &outdated {
        let is_due = due.contains(doubt.entry())?;
        context.notice(&outdated_notice(address_in_key(&doubt.person), is_due));
    }
    // Before the question: after a yes, nothing should fail for lack of a password.
    let Outbox::Smtp(relay) = session.outbox(request.run.for_retries())? else {
        return Err(Error::failed("no-mail-server", "the outbox is a folder"));
    };
    let messages = chosen.len();
    if messages > 0 {
        let mut titles = Titles::default();
        for doubt in &chosen {
            titles.add(&ledger.title_of(doubt)?);
        }
        let again = chosen.iter().map(|doubt| PlannedMessage::again(&doubt.person, doubt.kind()));
        let planned = PlannedMessages::again(again.collect());
        session.announce(&planned);
        let words = format!("{} again, unchanged", counted(messages, "message"));
        session.confirm(&titles, &planned, words, &request.run)?;
    }
    ledger.settle_sent(&over, now)?;
    if !over.is_empty() {
        let counts = if over.len() == 1 { "counts" } else { "count" };
        let message = format!(
            "{} {counts} as sent, because the meeting is over",
            counted(over.len(), "message")
        );
        context.notice(&Notice::note("over", message));
    }
    let summary = session.with_delivery(&mut ledger, |delivery| delivery.resend(&relay, chosen))?;
    let mut report = session.report(summary, messages);
    report.leaves_people_out = !outdated.is_empty();
    Ok(SettleReport::Resent(Box::new(report)))
}

/// Why a message is not sent again. `is_due`: whether another one is due for the same event.
fn outdated_notice(person: &str, is_due: bool) -> Notice {
    let message = format!("the message to {person} is not sent again, because it is out of date");
    let hint = if is_due {
        "another message is due by now: `meetmint send` sends it, which ends the doubt".to_owned()
    } else {
        format!(
            "a newer message was refused: to try that one once more, run `meetmint send --again --only {person}`"
        )
    };
    Notice::action("outdated", message).hint(hint)
}

/// The messages in doubt of those chosen. The ledger alone is asked: somebody who was taken out of the roster may have a
/// message in doubt.
fn chosen_doubts(ledger: &Ledger, request: &SettleRequest) -> Result<Vec<Doubt>, Error> {
    let only = selection::known_addresses(&request.only, |key| Ok(ledger.knows(key)?))?;
    // Mail only: whether a folder message was written shows in the folder.
    let doubts = ledger.doubts(Medium::Smtp)?.into_iter();
    let is_chosen = |doubt: &Doubt| {
        only.is_empty() || only.iter().any(|only| only == address_in_key(&doubt.person))
    };
    Ok(doubts.filter(is_chosen).collect())
}

//! `settle`: resolves messages in doubt.

use meetmint_mailer::{Doubt, Ledger, Medium, Outbox};

use crate::context::Context;
use crate::delivery::report::DeliveryReport;
use crate::delivery::session::{DeliverySession, lock_ledger};
use crate::delivery::wait::RunRequest;
use crate::error::Error;
use crate::folder;
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
    if !request.resend {
        return settle_sent(context, request);
    }
    let folder = folder::load(context, true)?.into_valid()?;
    let session = DeliverySession::new(&folder, context)?;
    let mut ledger = session.lock_ledger(request.run.wait)?;
    // The ledger alone is asked: somebody who was taken out of the roster may have a message in doubt.
    let (only, chosen) = chosen(&ledger, request)?;
    if chosen.is_empty() {
        return Ok(SettleReport::NothingInDoubt);
    }
    let now = context.environment.now.as_second();
    // After the end nobody is mailed: the only thing left is to record an outcome.
    if chosen.iter().all(|doubt| doubt.end <= now) {
        // No `keep`: a ledger with messages in doubt is not new.
        let messages = ledger.settle_sent(&only, now)?;
        return Ok(SettleReport::CountedAsSent { messages, meeting_over: true });
    }
    let words =
        if chosen.len() == 1 { "the same message again" } else { "the same messages again" };
    // Before the question: after a yes, nothing should fail for lack of a password.
    let Outbox::Smtp(relay) = session.outbox(request.run.for_retries())? else {
        return Err(Error::invalid(
            "no-mail-server",
            "the outbox is a folder: nothing can be sent again",
            "write kind = \"smtp\" under [outbox], or resolve the doubt with `--sent`",
        ));
    };
    session.confirm(chosen.len(), words, &request.run)?;
    let messages = chosen.len();
    let summary = session.with_delivery(&mut ledger, |delivery| delivery.resend(&relay, &only))?;
    Ok(SettleReport::Resent(Box::new(session.report(summary, messages))))
}

/// Counts messages in doubt as sent. Roster and secret do not matter for that, so the secret's command does not run.
fn settle_sent(context: &Context, request: &SettleRequest) -> Result<SettleReport, Error> {
    let loaded = folder::load_settings(context)?;
    let Some(settings) = &loaded.settings else {
        return Err(Error::problems(loaded.problems, 0));
    };
    let mut ledger = lock_ledger(settings, request.run.wait, context)?;
    let (only, chosen) = chosen(&ledger, request)?;
    if chosen.is_empty() {
        return Ok(SettleReport::NothingInDoubt);
    }
    let messages = ledger.settle_sent(&only, context.environment.now.as_second())?;
    Ok(SettleReport::CountedAsSent { messages, meeting_over: false })
}

/// The people who are named, and the messages in doubt that are meant.
fn chosen(ledger: &Ledger, request: &SettleRequest) -> Result<(Vec<String>, Vec<Doubt>), Error> {
    let only = selection::known_keys(&request.only, |key| Ok(ledger.knows(key)?))?;
    let doubts = ledger.doubts(Medium::Smtp)?.into_iter();
    let chosen = doubts.filter(|doubt| only.is_empty() || only.contains(&doubt.person)).collect();
    Ok((only, chosen))
}

//! `remind`: the reminder, to those who are invited.

use std::collections::HashSet;

use meetmint_mailer::{Due, DueList, Ledger, LedgerError, RoundKind, Summary, reminders};

use crate::context::Context;
use crate::delivery::report::DeliveryReport;
use crate::delivery::round::RoundPlan;
use crate::delivery::session::{DeliverySession, Overrides};
use crate::delivery::uninvited::Uninvited;
use crate::delivery::wait::{RunRequest, ToSend};
use crate::error::Error;
use crate::front_end::Notice;
use crate::mailing::{self, Purpose};
use crate::phrases::{counted, people, time_in};
use crate::planned::PlannedMessages;
use crate::selection::{ChosenPeople, SelectionRequest};

/// With `yes`, whoever was reminded within so many seconds is left out: it is more likely that a command was run twice
/// than that somebody wants two reminders within an hour.
const RECENT: i64 = 60 * 60;

/// Who is reminded, and when.
#[derive(Clone, Debug, Default)]
pub struct RemindRequest {
    /// Who is chosen.
    pub selection: SelectionRequest,
    /// Only those whose start is within this many seconds, each once for that start.
    pub before: Option<i64>,
    /// Whether people who were reminded within the last hour are reminded again without asking.
    pub again: bool,
    /// Whether to ask, and how long to wait.
    pub run: RunRequest,
}

/// The result of a reminder.
#[derive(Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RemindReport {
    /// It is nobody's time yet, or those whose time it is were reminded already.
    NotNow,
    /// Nobody chosen is invited.
    NobodyInvited(Uninvited),
    /// Everybody was reminded within the last hour, and nothing was mailed.
    RemindedRecently {
        /// How many people these are.
        people: usize,
        /// Whose message is in doubt.
        delivery: DeliveryReport,
    },
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
/// [`ErrorClass::Invalid`](crate::ErrorClass::Invalid) if anything in the folder is wrong or a message cannot be made,
/// [`Busy`](crate::ErrorClass::Busy) if another process has the ledger, [`Declined`](crate::ErrorClass::Declined) if
/// the answer is no, and [`Failed`](crate::ErrorClass::Failed) if the ledger or the outbox fails.
pub fn remind(context: &Context, request: &RemindRequest) -> Result<RemindReport, Error> {
    let mail = mailing::load(context, Purpose::Send)?.into_valid()?;
    let session = DeliverySession::new(&mail, context);
    let mut ledger = session.lock_ledger(request.run.wait)?;
    // It is not applied: a reminder is about the invitation that people have, even if the roster has changed since.
    let reconciliation = session.reconcile(&mut ledger, Overrides::LEFT_TO_SEND, false)?;
    let knows = |key: &str| Ok(reconciliation.knows(&ledger, key)?);
    let chosen = ChosenPeople::new(session.folder, &request.selection, knows)?;
    let mut allowed = reminders(&ledger, &reconciliation)?;
    if request.before.is_some() {
        let now = context.environment.seconds();
        allowed.retain(|due| Ok(due.start > now))?;
    }
    let mut wanted = allowed.copied()?;
    wanted.retain(|due| chosen.contains(&due.person))?;
    let mut doubts = wanted.copied()?;
    doubts.retain(|due| Ok(due.in_doubt))?;
    if let Some(before) = request.before {
        keep_due_within(&session, &ledger, &mut wanted, before)?;
    }
    let recent = leave_out_recent(&session, &ledger, &mut allowed, &mut wanted, request)?;
    let kind = if request.before.is_some() { RoundKind::Before } else { RoundKind::Reminder };
    let mut round = RoundPlan::new(&session, &ledger, kind, &wanted, &allowed)?;
    let messages = round.messages();
    let earlier_doubts = earlier_doubts(&doubts, &round)?;
    if messages == 0 {
        // Before anything is printed or asked: cron runs this every few minutes, and usually there is nothing to do.
        if request.before.is_some() {
            return Ok(RemindReport::NotNow);
        }
        // Nothing is mailed, so nothing is asked: the round is only marked as finished, so that a new one can begin.
        let begun = round.unfinished.as_ref().map(|unfinished| unfinished.begun);
        let mut delivery = session.report(Summary::default(), 0);
        delivery.reminds = true;
        delivery.add_earlier_doubts(earlier_doubts);
        return Ok(match begun {
            Some(begun) => {
                let outbox = session.outbox(request.run.for_retries())?;
                round.deliver(&session, ledger.keep(), &outbox)?;
                RemindReport::Finished { begun, delivery }
            }
            None if recent > 0 => RemindReport::RemindedRecently { people: recent, delivery },
            None => RemindReport::NobodyInvited(Uninvited::find(&session, &ledger, &chosen)?),
        });
    }
    if recent > 0 {
        let message = format!("{} left out: reminded within the last hour", people(recent));
        context.notice(&Notice::note("reminded", message).hint("`--again` includes them"));
    }
    if round.left_of_unfinished() > 0 && round.new_messages() == 0 {
        let message =
            "this only finishes the earlier reminder; to send another one, run the command again";
        context.notice(&Notice::note("unfinished-round", message));
    }
    let mailed = round.mailed()?;
    let mut due = allowed;
    due.retain(|due| mailed.has_entry_of(due))?;
    warn_of_outdated(&session, &due)?;
    let titles = session.check_messages(&ledger, &due)?;
    let planned = PlannedMessages::new(&due);
    session.announce(&planned);
    let words = words(&session, &ledger, &round)?;
    // Before the question: after a yes, nothing should fail for lack of a password.
    let outbox = session.outbox(request.run.for_retries())?;
    session.confirm(&titles, &planned, words, &request.run)?;
    let to_send = ToSend { due: None, round: Some(&mut round) };
    let summary = session.deliver_with_retries(ledger.keep(), &outbox, to_send, &request.run)?;
    let mut report = session.report(summary, messages);
    report.reminds = true;
    report.add_earlier_doubts(earlier_doubts);
    Ok(RemindReport::Sent(report))
}

/// Keeps those whose own start is within `before` seconds, and who were not reminded of it since that time began.
fn keep_due_within(
    session: &DeliverySession<'_>,
    ledger: &Ledger,
    wanted: &mut DueList,
    before: i64,
) -> Result<(), Error> {
    let now = session.context.environment.seconds();
    let waiting = session.waiting(ledger)?;
    let waiting: HashSet<_> = waiting.iter().map(|one| (one.entry, one.kind)).collect();
    wanted.retain(|due| {
        let opens = due.start - before;
        let Some(entry) = due.known_entry() else { return Ok(false) };
        if opens > now || waiting.contains(&(entry, due.kind)) {
            return Ok(false);
        }
        // One that was sent earlier does not count, for example by hand the day before.
        let last = ledger.last_reminder(session.medium, entry, due.start)?;
        Ok(last.is_none_or(|sent| sent < opens))
    })?;
    Ok(())
}

/// Leaves out whoever was reminded within the last hour, unless the question names the last reminder. Returns how many
/// people these are.
fn leave_out_recent(
    session: &DeliverySession<'_>,
    ledger: &Ledger,
    allowed: &mut DueList,
    wanted: &mut DueList,
    request: &RemindRequest,
) -> Result<usize, Error> {
    if !request.run.yes || request.again {
        return Ok(0);
    }
    let since = session.context.environment.seconds() - RECENT;
    let is_older = |due: &Due| -> Result<bool, LedgerError> {
        let Some(entry) = due.known_entry() else { return Ok(true) };
        Ok(!ledger.was_reminded_since(session.medium, since, entry)?)
    };
    let all = wanted.len();
    wanted.retain(is_older)?;
    // Nor do they get the rest of an unfinished round.
    allowed.retain(is_older)?;
    Ok(all - wanted.len())
}

/// Those whose last message an earlier run left in doubt, and who are not sent anything now.
fn earlier_doubts(doubts: &DueList, round: &RoundPlan) -> Result<Vec<String>, Error> {
    let mailed = round.mailed()?;
    let mut people = Vec::new();
    for due in doubts.iter() {
        let due = due?;
        if !mailed.has_entry_of(&due)? {
            people.push(due.person.to_string());
        }
    }
    Ok(people)
}

/// Says whom a reminder will tell something outdated.
fn warn_of_outdated(session: &DeliverySession<'_>, due: &DueList) -> Result<(), Error> {
    let mut outdated = 0;
    for due in due.iter() {
        outdated += usize::from(!due?.changes.is_empty());
    }
    if outdated > 0 {
        let message = format!(
            "{} not yet received the latest changes: a reminder repeats the last invitation or update that was sent",
            if outdated == 1 {
                "1 person has".to_owned()
            } else {
                format!("{} have", people(outdated))
            }
        );
        let hint = "`meetmint plan` shows the changes, and `meetmint send` sends them";
        session.context.notice(&Notice::warning("outdated", message).hint(hint));
    }
    Ok(())
}

/// What is asked for, with the date of the last reminder.
fn words(
    session: &DeliverySession<'_>,
    ledger: &Ledger,
    round: &RoundPlan,
) -> Result<String, Error> {
    let zone = &session.folder.roster.meeting().zone;
    if let Some(unfinished) = round.unfinished.as_ref().filter(|_| round.left_of_unfinished() > 0) {
        let rest = format!("the rest of the reminder of {}", time_in(unfinished.begun, zone));
        return Ok(match round.new_messages() {
            0 => rest,
            new => format!("{rest}, and {} more", counted(new, "reminder")),
        });
    }
    // Whether it was sent by hand or a certain time before the start makes no difference to whoever gets it.
    let by_hand = ledger.last_round(RoundKind::Reminder, session.medium)?;
    let before = ledger.last_round(RoundKind::Before, session.medium)?;
    Ok(match by_hand.into_iter().chain(before).map(|round| round.begun).max() {
        Some(last) => {
            let (count, last) = (counted(round.messages(), "reminder"), time_in(last, zone));
            format!("{count}, after that of {last}")
        }
        None => counted(round.messages(), "reminder"),
    })
}

//! `cancel`: calls the meeting off, for everybody or for some people, or takes that back.

use std::collections::HashSet;

use meetmint_core::address_in_key;
use meetmint_mailer::{IfLost, Ledger, MessageKind, Plan, WhyLeftOut};

use crate::context::Context;
use crate::delivery::left_out;
use crate::delivery::report::DeliveryReport;
use crate::delivery::session::{DeliverySession, Overrides, lock_ledger};
use crate::delivery::wait::{RunRequest, ToSend};
use crate::error::{Error, ErrorClass};
use crate::folder;
use crate::mailing::{self, Purpose};
use crate::phrases::counted;
use crate::planned::PlannedMessages;
use crate::selection;
use crate::settings::Settings;

/// For whom a meeting is called off, or no longer called off.
#[derive(Clone, Debug, Default)]
pub struct CancelRequest {
    /// Addresses: only for these people. By default for everybody.
    pub only: Vec<String>,
    /// Whether to take an earlier cancellation back instead.
    pub undo: bool,
    /// Whether to ask, and how long to wait.
    pub run: RunRequest,
}

/// The result of calling a meeting off.
#[derive(Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelReport {
    /// It is no longer called off; `send` invites those who were sent a cancellation.
    Undone {
        /// Whether a mark still stops messages to those who are meant: the meeting's, or those of some people.
        still_called_off: bool,
        /// How many of those who are meant were sent a cancellation last.
        cancelled: usize,
    },
    /// It is called off, and those who had been invited were sent a cancellation, if there were any.
    CalledOff {
        /// Whether it was called off before.
        already: bool,
        /// What was sent.
        delivery: Box<DeliveryReport>,
    },
}

/// Calls a meeting off, or takes that back.
///
/// # Errors
/// [`ErrorClass::Invalid`] if anything in the folder is wrong, a message cannot be made, or
/// there is nothing to take back, [`Busy`](crate::ErrorClass::Busy) if another process has the ledger,
/// [`Declined`](crate::ErrorClass::Declined) if the answer is no, and [`Failed`](crate::ErrorClass::Failed) if the
/// ledger or the outbox fails.
pub fn cancel(context: &Context, request: &CancelRequest) -> Result<CancelReport, Error> {
    if request.undo {
        return undo(context, request);
    }
    let mail = mailing::load(context, Purpose::Send)?.into_valid()?;
    let session = DeliverySession::new(&mail, context);
    let folder = session.folder;
    folder.report_key_notices(context);
    let mut ledger = session.lock_ledger(request.run.wait)?;
    let mut reconciliation = session.reconcile(&mut ledger, Overrides::LEFT_TO_SEND, false)?;
    // Known to the ledger is enough: somebody who was taken out of the roster may still have an invitation.
    let only =
        selection::known_addresses(&request.only, |key| Ok(reconciliation.knows(&ledger, key)?))?;
    for person in &only {
        if reconciliation.has_entry(&ledger, person)? {
            continue;
        }
        if let Some(why) = reconciliation.why_left_out(person)? {
            let message = format!(
                "the ledger has no invitation to {person}, so there is nothing to call off"
            );
            return Err(Error::invalid("left-out", message, left_out::reason(why)));
        }
        return Err(Error::invalid(
            "never-invited",
            format!(
                "{person} was never invited, and their meeting is over: there is nothing to call off"
            ),
            "correct the start in the roster, or delete the row",
        ));
    }
    let people = (!only.is_empty()).then_some(only.as_slice());
    let already = is_called_off(&ledger, people)?;
    // The plan as it will be with the mark.
    reconciliation.call_off(people);
    let mut plan = Plan::new(&ledger, &reconciliation)?;
    let is_meant = |person: &str| {
        Ok(only.is_empty() || only.iter().any(|only| only == address_in_key(person)))
    };
    plan.keep(is_meant, None)?;
    // Only these: what the mark stops is not due any more, and what is due for other reasons is left to `send`.
    plan.due.retain(|due| Ok(due.kind == MessageKind::Cancel))?;
    let titles = session.check_messages(&ledger, &plan.due)?;
    let planned = PlannedMessages::new(&plan.due);
    session.announce(&planned);
    let (messages, keys) = (plan.due.len(), people);
    // Before the question: after a yes, nothing should fail for lack of a password.
    let outbox = session.outbox(request.run.for_retries())?;
    if messages > 0 {
        let words = counted(messages, "cancellation");
        let not_called_off = not_called_off(&ledger, keys)?;
        session.confirm(&titles, &planned, words, &request.run).map_err(|error| {
            // Whoever answers No has to know that the mark is not set either.
            match not_called_off {
                Some(whom) if error.class() == ErrorClass::Declined => {
                    Error::cancel_declined(&whom)
                }
                _ => error,
            }
        })?;
    }
    // Not before the answer: after a No, a ledger that was created for this run is removed again.
    let ledger = ledger.keep();
    reconciliation.apply(ledger, &folder.settings.id)?;
    // After `apply`, because a person's mark is kept on their entries.
    ledger.call_off(people, true)?;
    let to_send = ToSend { due: Some(&plan.due), round: None };
    let summary = session.deliver_with_retries(ledger, &outbox, to_send, &request.run)?;
    let mut delivery = session.report(summary, messages);
    delivery.add_earlier_doubts(plan.in_doubt.into_iter().map(|doubt| doubt.person));
    // They are still invited: the exit code must not say that everybody is told.
    delivery.add_earlier_refusals(plan.refused.into_iter().map(|refused| refused.person));
    Ok(CancelReport::CalledOff { already, delivery: Box::new(delivery) })
}

/// Clears the mark. Nobody is mailed, so that neither roster nor secret is needed.
fn undo(context: &Context, request: &CancelRequest) -> Result<CancelReport, Error> {
    let settings = folder::load_settings(context)?.into_settings()?;
    let mut ledger = lock_ledger(&settings, request.run.wait, IfLost::Refuse, context)?;
    // A mark outlives the entries of its person, if these are pruned.
    let is_kept = |key: &str| -> Result<bool, Error> {
        Ok(ledger.why_left_out(&settings.id, key)? == Some(WhyLeftOut::CalledOff))
    };
    let knows = |key: &str| Ok(ledger.knows(key)? || is_kept(key)?);
    let only = selection::known_addresses(&request.only, knows)?;
    let people = (!only.is_empty()).then_some(only.as_slice());
    let mut marked = ledger.people_called_off()?;
    for key in &only {
        if is_kept(key)? {
            marked.push(key.clone());
        }
    }
    let meeting = ledger.is_called_off()?;
    match people {
        None if !meeting => return Err(nothing_to_undo("the meeting is not called off", &marked)),
        Some(people) => {
            let unmarked: Vec<&str> =
                people.iter().filter(|key| !marked.contains(key)).map(String::as_str).collect();
            if !unmarked.is_empty() {
                let message =
                    format!("the meeting is not called off for {} alone", unmarked.join(", "));
                return Err(if meeting {
                    Error::invalid(
                        "not-called-off",
                        format!("{message}, but for everybody"),
                        "to take that back, run `meetmint cancel --undo`",
                    )
                } else {
                    nothing_to_undo(&message, &marked)
                });
            }
        }
        None => {}
    }
    // No `keep`: a ledger with a mark is not new.
    ledger.call_off(people, false)?;
    for key in &only {
        ledger.include(&settings.id, key, WhyLeftOut::CalledOff)?;
    }
    let still_called_off = match people {
        None => !marked.is_empty(),
        Some(_) => meeting,
    };
    let cancelled = cancelled(&ledger, &settings, &only)?;
    Ok(CancelReport::Undone { still_called_off, cancelled })
}

/// How many of these people, or of all, were sent a cancellation last, and have no mark of their own.
fn cancelled(ledger: &Ledger, settings: &Settings, only: &[String]) -> Result<usize, Error> {
    let outbox = &settings.mail.outbox;
    let mut people = HashSet::new();
    for person in ledger.status(outbox.medium(), &outbox.files()) {
        let person = person?;
        let last = person.messages.iter().find(|message| message.state.may_be_known());
        let was_cancelled = last.is_some_and(|last| last.kind == MessageKind::Cancel);
        let address = address_in_key(&person.person);
        let is_meant = only.is_empty() || only.iter().any(|only| only == address);
        if was_cancelled && is_meant && person.wanted && !person.called_off {
            people.insert(person.person);
        }
    }
    Ok(people.len())
}

/// Whether there is nothing more to call off: for everybody, or for each of these people.
fn is_called_off(ledger: &Ledger, people: Option<&[String]>) -> Result<bool, Error> {
    let Some(people) = people else { return Ok(ledger.is_called_off()?) };
    for address in people {
        if !ledger.is_called_off_for(address)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// For whom a meeting is not called off, of these people or of all: ` for ada@example.org`, and nothing for everybody. `None`
/// if there is nobody like that.
fn not_called_off(ledger: &Ledger, people: Option<&[String]>) -> Result<Option<String>, Error> {
    if ledger.is_called_off()? {
        return Ok(None);
    }
    let Some(people) = people else {
        let marked = ledger.people_called_off()?;
        return Ok(Some(if marked.is_empty() { "" } else { " for everybody" }.to_owned()));
    };
    let mut others: Vec<&str> = Vec::new();
    for address in people {
        if !ledger.is_called_off_for(address)? {
            others.push(address);
        }
    }
    Ok((!others.is_empty()).then(|| format!(" for {}", others.join(", "))))
}

/// Names the marks that are set instead, if there are any.
fn nothing_to_undo(message: &str, marked: &[String]) -> Error {
    let hint = match marked {
        [] => "`meetmint status` shows who is called off".to_owned(),
        [first, rest @ ..] => {
            let others = match rest.len() {
                0 => String::new(),
                more => format!(" and {more} more (`meetmint plan` names them)"),
            };
            format!(
                "it is called off for {first}{others}: to take that back, run `meetmint cancel --undo --only {first}`"
            )
        }
    };
    Error::invalid("not-called-off", message, hint)
}

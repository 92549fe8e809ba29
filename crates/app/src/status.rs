//! `status`: who has what.

mod people;
mod person;

use std::collections::{BTreeMap, HashSet};

use meetmint_mailer::{
    Due, DueByEntry, ErasedCounts, IfLost, Ledger, MessageKind, MessageState, MessageStatus,
    PersonStatus, Plan, Unresolved, contents,
};
use serde::Serialize;

use crate::context::Context;
use crate::delivery::session::{DeliverySession, Overrides};
use crate::error::{Error, ErrorClass};
use crate::folder;
use crate::front_end::Notice;
use crate::mailing;
use crate::phrases::counted;
use crate::roster_source::NOT_READ;
pub use people::PeopleReport;
use people::{Finished, People};
pub use person::PersonReport;

/// What each person has been sent.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StatusReport {
    /// One object for each person at each meeting, in the order in which they were added.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<PersonReport>"))]
    pub people: PeopleReport,
    /// How many people are in each state; without states that nobody is in.
    #[cfg_attr(feature = "schema", schemars(schema_with = "people::by_state"))]
    pub totals: BTreeMap<&'static str, usize>,
    /// How many entries were erased from the ledger, and are not among the people.
    pub erased: ErasedCounts,
    /// How many characters the longest address has.
    #[serde(skip)]
    pub longest_address: usize,
}

/// Who has what, and who is due. Changes nothing. Of the roster it only needs what can be read.
///
/// # Errors
/// [`ErrorClass::Invalid`] if the settings are wrong or the ledger is another meeting's,
/// [`Failed`](crate::ErrorClass::Failed) if it cannot be read.
pub fn status(context: &Context) -> Result<StatusReport, Error> {
    let settings = folder::load_settings(context)?.into_settings()?;
    // Only the configured outbox counts: with SMTP, what was written to a folder before has reached nobody.
    let medium = settings.mail.outbox.medium();
    let ledger = Ledger::look(&settings.mail.ledger, &settings.id)?;
    let mut due = match due(context, &ledger) {
        Ok(due) => due,
        Err(error) if error.class() == ErrorClass::Invalid => {
            let message =
                "people who are due may be missing here, because the meeting folder has errors";
            let hint = "to see the errors, run `meetmint check`";
            context.notice(&Notice::warning("due-unknown", message).hint(hint));
            DuePeople::unknown()?
        }
        // What the ledger knows does not depend on a server that has the list.
        Err(error) if error.code() == NOT_READ => {
            let message = format!("people who are due may be missing here: {error}");
            let notice = Notice::warning("due-unknown", message);
            let hint = error.hint().unwrap_or("to see who is due, run `meetmint plan`");
            context.notice(&notice.hint(hint));
            DuePeople::unknown()?
        }
        Err(error) => return Err(error),
    };
    let files = settings.mail.outbox.files();
    for status in ledger.status(medium, &files) {
        let mut status = status?;
        let task = due.of_entry(status.entry)?;
        let latest = due.telling(&mut status, task.as_ref());
        let latest = latest.map(|told| PersonReport::of_ledger(&status, told));
        // What was tried has a state of its own.
        let new = task.filter(|task| !task.again).map(|task| task.kind);
        match (new, latest) {
            (Some(kind), Some(latest)) => {
                let state = MessageState::Due;
                // The reply was to an earlier message.
                let (reply, updated) = (None, None);
                due.people.push(&PersonReport { kind, state, reply, updated, ..latest })?;
            }
            (Some(kind), None) => due.people.push(&PersonReport::due(&status.snapshot, kind))?,
            (None, Some(latest)) => due.people.push(&latest)?,
            // Without the roster, an invitation is due if nothing speaks against it.
            (None, None) if due.is_unknown && status.wanted && !status.called_off => {
                due.people.push(&PersonReport::due(&status.snapshot, MessageKind::Invite))?;
            }
            (None, None) => {}
        }
    }
    let Finished { people, totals, longest_address } = due.people.finish()?;
    Ok(StatusReport { people, totals, erased: ledger.erased()?, longest_address })
}

/// What `plan` says about people.
struct DuePeople {
    /// The messages that are due. None if nothing is.
    of_entries: Option<DueByEntry>,
    refused: HashSet<i64>,
    in_doubt: HashSet<i64>,
    /// People whom the ledger does not know yet, who come last.
    people: People,
    /// Whether the roster could not be compared with the ledger.
    is_unknown: bool,
}

impl DuePeople {
    fn unknown() -> Result<DuePeople, Error> {
        Ok(DuePeople {
            of_entries: None,
            refused: HashSet::new(),
            in_doubt: HashSet::new(),
            people: People::new()?,
            is_unknown: true,
        })
    }

    /// The message that is due for an entry, if there is one.
    fn of_entry(&self, entry: i64) -> Result<Option<Due>, Error> {
        Ok(self.of_entries.as_ref().map_or(Ok(None), |due| due.get(entry))?)
    }

    /// Takes out the message that says how things stand with a person: the one that `plan` speaks of, or else the latest
    /// that is not out of date.
    fn telling(&self, status: &mut PersonStatus, due: Option<&Due>) -> Option<MessageStatus> {
        use MessageState::{Deferred, Due, InDoubt, Refused};
        let is_waiting = |message: &MessageStatus| matches!(message.state, Due | Deferred);
        let tells = |message: &MessageStatus| {
            if self.is_unknown {
                true
            } else if self.in_doubt.contains(&status.entry) {
                message.state == InDoubt
            } else if self.refused.contains(&status.entry) {
                message.state == Refused
            } else if due.is_some_and(|due| due.again) {
                is_waiting(message)
            } else {
                // One that was deferred and is not due any more is never sent. Reminders are due by themselves.
                !is_waiting(message) || message.kind == MessageKind::Remind
            }
        };
        let at = status.messages.iter().position(tells)?;
        Some(status.messages.swap_remove(at))
    }
}

/// What `plan` would list.
fn due(context: &Context, ledger: &Ledger) -> Result<DuePeople, Error> {
    let Some(mail) = mailing::load_to_compare(context, ledger.last_key()?)? else {
        let message = "who is due is not shown: that needs the key, and `status` does not run the command that prints it";
        context.notice(&Notice::note("due-unknown", message).hint("run `meetmint plan`"));
        return DuePeople::unknown();
    };
    let bad = mail.folder.bad_rows.len();
    if bad > 0 {
        let message =
            format!("{} in the roster may hide people who are due", counted(bad, "problem"));
        let hint = "to see the problems, run `meetmint check`";
        context.notice(&Notice::warning("bad-rows", message).hint(hint));
    }
    let session = DeliverySession::new(&mail, context);
    // Opened once more, because reconciling needs temporary rows.
    let mut ledger = session.ledger_for_reading(IfLost::Refuse)?;
    let reconciliation = session.reconcile(&mut ledger, Overrides::LEFT_TO_SEND, true)?;
    let mut plan = Plan::new(&ledger, &reconciliation)?;
    let entries = |some: Vec<Unresolved>| some.into_iter().map(|one| one.entry).collect();
    let refused = entries(std::mem::take(&mut plan.refused));
    let in_doubt = entries(std::mem::take(&mut plan.in_doubt));
    let mut people = People::new()?;
    let is_new =
        |due: &Result<Due, _>| due.as_ref().map_or(true, |due| due.known_entry().is_none());
    for contents in contents(plan.due.iter().filter(is_new), &ledger) {
        let contents = contents?;
        people.push_new(&PersonReport::due(&contents.snapshot, contents.kind))?;
    }
    let of_entries = (!plan.due.is_empty()).then(|| plan.due.by_entry()).transpose()?;
    Ok(DuePeople { of_entries, refused, in_doubt, people, is_unknown: false })
}

//! `status`: who has what.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use meetmint_mailer::{
    Due, IfLost, LatestMessage, Ledger, MessageKind, MessageState, PersonStatus, Plan, Snapshot,
    contents,
};
use serde::Serialize;

use crate::context::Context;
use crate::delivery::session::{DeliverySession, Overrides};
use crate::error::{Error, ErrorClass};
use crate::folder;
use crate::front_end::Notice;
use crate::mailing;
use crate::phrases::counted;

/// Everybody in the ledger with the latest message to them.
#[derive(Debug, Serialize)]
pub struct StatusReport {
    /// One for each person at each meeting, in the order in which they were added.
    pub people: Vec<PersonReport>,
    /// How many are in each state.
    pub totals: BTreeMap<&'static str, usize>,
}

/// A person at a meeting, and the latest message to them.
#[derive(Debug, Serialize)]
pub struct PersonReport {
    /// The address, as it is written in the roster.
    pub email: String,
    /// The name.
    pub name: String,
    /// The room's name.
    pub room: String,
    /// When the meeting begins: RFC 3339, UTC.
    pub start: Option<String>,
    /// What the latest message is for.
    pub kind: MessageKind,
    /// Its state.
    pub state: &'static str,
    /// Whether the meeting is called off for this person.
    pub called_off: bool,
    /// The SEQUENCE of the calendar event; none before the first message.
    pub revision: Option<i64>,
    /// The server's last SMTP reply.
    pub reply: Option<String>,
    /// When the state was reached: RFC 3339, UTC.
    pub updated: Option<String>,
    /// Whether the person is in the roster.
    #[serde(skip)]
    pub in_roster: bool,
    /// Whether a mail server has accepted the message.
    #[serde(skip)]
    pub accepted: bool,
}

impl PersonReport {
    /// A person of the ledger. `None` for one who was never sent anything.
    fn of_ledger(status: PersonStatus) -> Option<PersonReport> {
        let LatestMessage { kind, state, sequence, reply, updated } = status.message?;
        Some(PersonReport {
            kind,
            state: state.name(),
            called_off: status.called_off,
            revision: Some(sequence.into()),
            reply,
            updated: updated.and_then(time),
            in_roster: status.wanted,
            accepted: state == MessageState::Accepted,
            ..PersonReport::due(&status.snapshot, kind)
        })
    }

    /// A person who was never sent anything.
    fn due(snapshot: &Snapshot, kind: MessageKind) -> PersonReport {
        let facts = snapshot.facts();
        PersonReport {
            email: snapshot.address().to_owned(),
            name: facts.name().to_owned(),
            room: facts.room().to_owned(),
            start: time(facts.start()),
            kind,
            state: MessageState::Due.name(),
            called_off: false,
            revision: None,
            reply: None,
            updated: None,
            in_roster: true,
            accepted: false,
        }
    }
}

/// A time in seconds since 1970 UTC as in RFC 3339.
fn time(seconds: i64) -> Option<String> {
    Timestamp::from_second(seconds).ok().map(|at| at.to_string())
}

/// Who has what, and who is due. Changes nothing. Of the roster it only needs what can be read.
///
/// # Errors
/// [`ErrorClass::Invalid`](crate::ErrorClass::Invalid) if the settings are wrong or the ledger is another meeting's,
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
            DuePeople::default()
        }
        Err(error) => return Err(error),
    };
    let files = settings.mail.outbox.files();
    let mut people = Vec::new();
    for status in ledger.status(medium, &files)? {
        let (entry, snapshot) = (status.entry, status.snapshot.clone());
        let (wanted, called_off) = (status.wanted, status.called_off);
        let latest = PersonReport::of_ledger(status);
        match (due.of_entries.remove(&entry), latest) {
            (Some(kind), Some(latest)) => {
                let state = MessageState::Due.name();
                // The reply was to an earlier message.
                let (reply, updated) = (None, None);
                people.push(PersonReport {
                    kind,
                    state,
                    reply,
                    updated,
                    accepted: false,
                    ..latest
                });
            }
            (Some(kind), None) => people.push(PersonReport::due(&snapshot, kind)),
            (None, Some(latest)) => people.push(latest),
            // Without the roster, an invitation is due if nothing speaks against it.
            (None, None) if due.is_unknown && wanted && !called_off => {
                people.push(PersonReport::due(&snapshot, MessageKind::Invite));
            }
            (None, None) => {}
        }
    }
    people.append(&mut due.new);
    // Sorted, so that the same states give the same JSON.
    let mut totals: BTreeMap<&'static str, usize> = BTreeMap::new();
    for person in &people {
        *totals.entry(person.state).or_default() += 1;
    }
    Ok(StatusReport { people, totals })
}

/// For whom something is due that was not tried yet.
struct DuePeople {
    /// The kind of message, by entry.
    of_entries: HashMap<i64, MessageKind>,
    /// People whom the ledger does not know yet.
    new: Vec<PersonReport>,
    /// Whether the roster could not be compared with the ledger.
    is_unknown: bool,
}

impl Default for DuePeople {
    fn default() -> DuePeople {
        DuePeople { of_entries: HashMap::new(), new: Vec::new(), is_unknown: true }
    }
}

/// What `plan` would list.
fn due(context: &Context, ledger: &Ledger) -> Result<DuePeople, Error> {
    let Some(mail) = mailing::load_to_compare(context, ledger.last_key()?)? else {
        let message = "who is due is not shown: that needs the key, and `status` does not run the command that prints it";
        context.notice(&Notice::note("due-unknown", message).hint("run `meetmint plan`"));
        return Ok(DuePeople::default());
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
    let reconciliation = session.reconcile(&mut ledger, Overrides::LEFT_TO_SEND)?;
    let mut plan = Plan::new(&ledger, &reconciliation)?;
    // What was tried has a state of its own.
    plan.due.retain(|due| !due.again);
    let entry = |due: &Due| Some((due.known_entry()?, due.kind));
    let of_entries = plan.due.iter().filter_map(entry).collect();
    plan.due.retain(|due| due.known_entry().is_none());
    let new = contents(&plan.due, &ledger, &reconciliation).map(|contents| {
        contents.map(|contents| PersonReport::due(&contents.snapshot, contents.kind))
    });
    let new = new.collect::<Result<Vec<_>, _>>()?;
    Ok(DuePeople { of_entries, new, is_unknown: false })
}

//! `status`: who has what.

use std::collections::BTreeMap;

use jiff::Timestamp;
use meetmint_mailer::{Ledger, MessageKind, MessageState, PersonStatus};
use serde::Serialize;

use crate::context::Context;
use crate::error::Error;
use crate::folder;

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
    fn new(status: PersonStatus) -> PersonReport {
        let time = |seconds| Timestamp::from_second(seconds).ok().map(|at| at.to_string());
        PersonReport {
            email: status.email,
            name: status.name,
            room: status.room,
            start: time(status.start),
            kind: status.kind,
            state: status.state.name(),
            called_off: status.called_off,
            revision: status.revision,
            reply: status.reply,
            updated: status.updated.and_then(time),
            in_roster: status.wanted,
            accepted: status.state == MessageState::Accepted,
        }
    }
}

/// Reads the ledger; changes nothing.
///
/// # Errors
/// [`ErrorClass::Invalid`](crate::ErrorClass::Invalid) if the settings are wrong or the ledger is another meeting's,
/// [`Failed`](crate::ErrorClass::Failed) if it cannot be read.
pub fn status(context: &Context) -> Result<StatusReport, Error> {
    // Neither roster nor secret matters: what was sent is in the ledger alone.
    let settings = folder::load_settings(context)?.into_settings()?;
    // Only the configured outbox counts: with SMTP, what was written to a folder before has reached nobody.
    let medium = settings.mail.outbox.medium();
    let ledger = Ledger::look(&settings.mail.ledger, &settings.id)?;
    // Sorted, so that the same states give the same JSON.
    let mut totals: BTreeMap<&'static str, usize> = BTreeMap::new();
    let people: Vec<PersonReport> =
        ledger.status(medium)?.into_iter().map(PersonReport::new).collect();
    for person in &people {
        *totals.entry(person.state).or_default() += 1;
    }
    Ok(StatusReport { people, totals })
}

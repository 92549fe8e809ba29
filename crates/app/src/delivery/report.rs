//! The result of a run that sends.

use jiff::tz::TimeZone;
use meetmint_core::{address_in_key, name_in_key};
use meetmint_mailer::{DeferredMessage, FailedMessage, Summary};
use serde::Serialize;

use crate::delivery::outcome::DeliveryOutcome;
use crate::delivery::session::DeliverySession;
use crate::settings::OutboxSettings;

/// What a run sent.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(clippy::struct_excessive_bools, reason = "none of them follows from another")]
pub struct DeliveryReport {
    /// How many messages were to be sent.
    pub messages: usize,
    /// How many were written, or accepted by a mail server.
    pub delivered: usize,
    /// Messages that the server refused.
    pub refused: Vec<Reply>,
    /// Messages whose delivery is unknown.
    pub in_doubt: Vec<Reply>,
    /// Messages that the server deferred.
    pub deferred: Vec<Later>,
    /// Messages that were not sent because their meeting had ended by then.
    pub over: usize,
    /// Messages that are still due.
    pub left: usize,
    /// Why the run stopped before all messages were sent: every further one would have failed in the same way.
    pub stopped: Option<String>,
    /// What to do about that.
    // The name in JSON, which programs rely on; messages call it a hint.
    #[serde(rename = "cure")]
    pub hint: Option<String>,
    /// From when it may go on, in seconds since 1970 UTC, if that is known.
    pub resumes: Option<i64>,
    /// Whether the pace ended the run, because the next message may not leave before `resumes`.
    #[serde(skip)]
    pub paced: bool,
    /// Whether the program was asked to stop.
    #[serde(skip)]
    pub interrupted: bool,
    /// Whether people who were chosen are left out: because of a bad row, or an earlier message that was refused or is
    /// in doubt.
    #[serde(skip)]
    pub leaves_people_out: bool,
    /// Whether the messages are reminders.
    #[serde(skip)]
    pub reminds: bool,
    /// Where messages go.
    #[serde(skip)]
    pub outbox: OutboxReport,
    /// One of the files that were written, as people name it, if messages go to a folder.
    #[serde(skip)]
    pub file: Option<String>,
    /// The meeting's zone.
    #[serde(skip)]
    pub zone: TimeZone,
}

/// A person, and the reply of the server.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Reply {
    /// The person's address.
    pub email: String,
    /// The person's name, with `family = "each"`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub name: Option<String>,
    /// The server's reply, or why there is none.
    pub reply: String,
}

/// A person whose message is tried again.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Later {
    /// The person's address.
    pub email: String,
    /// The person's name, with `family = "each"`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub name: Option<String>,
    /// The server's reply.
    pub reply: String,
    /// When it is tried again, in seconds since 1970 UTC.
    pub next_try: i64,
}

/// Where messages go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OutboxReport {
    /// A folder.
    // In a box: a report with two more strings is large to move.
    Folder(Box<FolderReport>),
    /// A mail server's name.
    Server(String),
}

/// The folder that messages are written to, as people name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FolderReport {
    /// The folder.
    pub folder: String,
    /// The `meeting.toml` whose `[outbox]` says so.
    pub settings: String,
}

impl Reply {
    /// The reply to the message of a person, who is known by their key.
    fn to(person: &str, reply: String) -> Reply {
        let email = address_in_key(person).to_owned();
        Reply { email, name: name_in_key(person).map(str::to_owned), reply }
    }

    /// The person, for messages.
    pub fn person(&self) -> String {
        with_name(&self.email, self.name.as_deref())
    }
}

impl Later {
    /// The person, for messages.
    pub fn person(&self) -> String {
        with_name(&self.email, self.name.as_deref())
    }
}

/// "ada@example.org", or "muster@example.org (Ada Muster)".
fn with_name(email: &str, name: Option<&str>) -> String {
    name.map_or_else(|| email.to_owned(), |name| format!("{email} ({name})"))
}

impl DeliveryReport {
    /// How the run ended.
    pub fn outcome(&self) -> DeliveryOutcome {
        let is_whole = self.refused.is_empty()
            && self.deferred.is_empty()
            && self.in_doubt.is_empty()
            && self.over == 0
            && self.left == 0
            && !self.leaves_people_out;
        // Checked first: the next run would stop for the same reason, whether or not this one was interrupted.
        if self.stopped.is_some() {
            DeliveryOutcome::Stopped
        } else if self.interrupted {
            DeliveryOutcome::Interrupted
        } else if is_whole {
            DeliveryOutcome::Complete
        } else {
            DeliveryOutcome::Partial
        }
    }

    /// Adds people whose message an earlier run left in doubt. They are mailed nothing until `settle` resolves it.
    pub(crate) fn add_earlier_doubts(&mut self, people: impl IntoIterator<Item = String>) {
        // There is no reply to show: none came, or the process ended before it could record one.
        let reply = "an earlier run did not learn whether it was accepted";
        let doubts = people.into_iter().map(|person| Reply::to(&person, reply.to_owned()));
        self.in_doubt.extend(doubts);
    }

    /// Adds people whose message a server refused in an earlier run. It is not tried again by itself.
    pub(crate) fn add_earlier_refusals(&mut self, people: impl IntoIterator<Item = String>) {
        let reply = "this was in an earlier run, and `meetmint status` shows the reply";
        let refused = people.into_iter().map(|person| Reply::to(&person, reply.to_owned()));
        self.refused.extend(refused);
    }
}

impl DeliverySession<'_> {
    /// Where messages go.
    pub(crate) fn outbox_report(&self) -> OutboxReport {
        match &self.folder.settings.mail.outbox {
            OutboxSettings::Folder { shown, .. } => {
                let settings = self.folder.settings.file.display().to_string();
                let folder = shown.clone();
                OutboxReport::Folder(Box::new(FolderReport { folder, settings }))
            }
            OutboxSettings::Smtp(smtp) => OutboxReport::Server(smtp.address.host.clone()),
        }
    }

    /// A file of the outbox by the path that leads there from the current folder.
    pub(crate) fn shown_file(&self, name: &str) -> String {
        match &self.folder.settings.mail.outbox {
            OutboxSettings::Folder { dir, .. } => dir.join(name).display().to_string(),
            OutboxSettings::Smtp(_) => name.to_owned(),
        }
    }

    /// The result of sending `messages`.
    pub(crate) fn report(&self, summary: Summary, messages: usize) -> DeliveryReport {
        let replies = |list: Vec<FailedMessage>| {
            list.into_iter()
                .map(|FailedMessage { person, reply }| Reply::to(&person, reply))
                .collect()
        };
        let deferred = summary.deferred.into_iter();
        let (stopped, hint, resumes) = match summary.stopped {
            Some(stopped) => (Some(stopped.why), stopped.hint, stopped.resumes),
            None => (None, None, None),
        };
        DeliveryReport {
            messages,
            delivered: summary.delivered,
            refused: replies(summary.refused),
            in_doubt: replies(summary.in_doubt),
            deferred: deferred
                .map(|DeferredMessage { person, reply, next_try }| {
                    let Reply { email, name, reply } = Reply::to(&person, reply);
                    Later { email, name, reply, next_try }
                })
                .collect(),
            over: summary.over,
            left: summary.left,
            stopped,
            hint,
            resumes: resumes.or(summary.later),
            paced: summary.later.is_some(),
            interrupted: summary.interrupted,
            leaves_people_out: false,
            reminds: false,
            file: summary.first_file.map(|name| self.shown_file(&name)),
            outbox: self.outbox_report(),
            zone: self.folder.roster.meeting().zone.clone(),
        }
    }
}

//! Posting: what is due is composed, its intent written, handed over, and what came of it written.
//!
//! Into a folder one after the other. To a mail server over several connections at once, each with a thread of its
//! own ([`worker`]); what they share is a [`run`], and the [`ledger_writer`] writes for all of them.

mod factory;
mod ledger_writer;
mod rate;
mod relay;
mod run;
mod worker;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;
use std::time::Duration;

use jiff::Timestamp;
use meetmint_core::{Email, Mint};

use crate::ledger::{Intent, Ledger, LedgerError, Medium, MessageState, Recorded};
use crate::snapshot::Unreadable;
use crate::{ComposeError, Composer, FolderOutbox, MessageKind, OutboxError, file_name, holds};
use factory::{Draft, MessageFactory};
pub use factory::{MessageSpec, compose, try_compose};
pub use rate::{Pace, Rate};
pub use relay::{Relay, Stopped};
use run::{Run, Task};
use worker::ConnectionWorker;

/// Messages whose intents share a commit in the folder outbox, which can tell afterwards what became of each.
const TOGETHER: usize = 64;

/// How often a run looks up from its work: whether somebody wants it to end, and how far it is.
const LOOK_UP: Duration = Duration::from_millis(100);

/// Clock, signals and listeners from outside: this crate has none of its own.
pub struct DeliveryContext<'w> {
    /// Now.
    pub now: &'w (dyn Fn() -> Timestamp + Sync),
    /// The date that folder messages carry, if it is not now.
    pub stamp: Option<Timestamp>,
    /// Whether somebody wants the run to end: what is in flight is finished.
    pub interrupted: &'w dyn Fn() -> bool,
    /// Told how far the run is, again and again.
    pub progress: &'w dyn Fn(Tally),
    /// Told what people have to know while the run goes on.
    pub note: &'w dyn Fn(&str),
}

/// Where messages go.
pub enum Outbox {
    /// Files in a folder.
    Folder(FolderOutbox),
    /// A mail server.
    Smtp(Box<Relay>),
}

/// What a run has done.
#[derive(Debug, Default)]
pub struct Summary {
    /// Messages that were delivered: written, or accepted by a mail server.
    pub delivered: usize,
    /// People that were refused, with the reply.
    pub refused: Vec<(String, String)>,
    /// People whose message is to be tried again, with the reply and when.
    pub deferred: Vec<(String, String, i64)>,
    /// People whose message may have left, with why it is not known.
    pub in_doubt: Vec<(String, String)>,
    /// Why the run stopped for everybody's sake.
    pub stopped: Option<Stopped>,
    /// When there is room for the rest, in seconds since 1970 UTC, if the pace allows no more for now.
    pub later: Option<i64>,
    /// Whether it was interrupted.
    pub interrupted: bool,
    /// How many messages were not sent because their meeting had ended by then.
    pub over: usize,
    /// How many messages are still due.
    pub left: usize,
}

/// How far a run is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Delivered: written, or accepted by a mail server.
    pub delivered: usize,
    /// Refused.
    pub refused: usize,
    /// To be tried again later.
    pub deferred: usize,
    /// Nobody knows.
    pub in_doubt: usize,
    /// Still to be done.
    pub left: usize,
}

/// Why a run ended at once. What was handed over before is in the ledger.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DeliveryError {
    /// The ledger failed.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A message could not be made.
    #[error(transparent)]
    Compose(#[from] ComposeError),
    /// The folder failed.
    #[error(transparent)]
    Folder(#[from] OutboxError),
    /// What was to be sent again is not the same any more.
    #[error(
        "the message to {0} would not be the same any more: its template, key or server changed since"
    )]
    Changed(String),
}

impl From<Unreadable> for DeliveryError {
    fn from(error: Unreadable) -> DeliveryError {
        DeliveryError::Ledger(error.into())
    }
}

/// Posts what is due, for one meeting.
pub struct Delivery<'p> {
    ledger: &'p mut Ledger,
    factory: MessageFactory<'p>,
    context: &'p DeliveryContext<'p>,
}

impl<'p> Delivery<'p> {
    /// A poster for one run.
    pub fn new(
        ledger: &'p mut Ledger,
        composer: &'p Composer,
        mint: &'p Mint,
        context: &'p DeliveryContext<'p>,
    ) -> Delivery<'p> {
        let factory = MessageFactory { composer, mint, now: context.now, stamp: context.stamp };
        Delivery { ledger, factory, context }
    }

    /// Posts to entries, in their order. `round` is for reminders and fresh copies.
    ///
    /// # Errors
    /// [`DeliveryError`]; what was handed over before is in the ledger.
    pub fn post(
        &mut self,
        outbox: &Outbox,
        due: Vec<(i64, MessageKind)>,
        round: Option<i64>,
    ) -> Result<Summary, DeliveryError> {
        match outbox {
            Outbox::Folder(folder) => self.post_to_folder(folder, &due, round),
            Outbox::Smtp(relay) => {
                let tasks = due.into_iter().map(|(entry, kind)| Task::Due(entry, kind)).collect();
                self.post_to_relay(relay, tasks, round)
            }
        }
    }

    /// Sends messages in doubt once more, byte for byte.
    ///
    /// # Errors
    /// [`DeliveryError::Changed`] before anything is sent, if one would not be the same.
    pub fn resend(&mut self, relay: &Relay, people: &[String]) -> Result<Summary, DeliveryError> {
        let mut again = Vec::new();
        for tried in self.ledger.doubtful(Medium::Smtp)? {
            let person = self.ledger.person_of(tried.entry)?;
            if people.is_empty() || people.contains(&person) {
                let outline = MessageFactory::outline_again(self.ledger, &tried)?;
                if self.factory.write(outline)?.record.hash != tried.hash {
                    return Err(DeliveryError::Changed(person));
                }
                again.push(Task::Again(Box::new(tried)));
            }
        }
        self.post_to_relay(relay, again, None)
    }

    fn post_to_folder(
        &mut self,
        folder: &FolderOutbox,
        due: &[(i64, MessageKind)],
        round: Option<i64>,
    ) -> Result<Summary, DeliveryError> {
        let mut summary = Summary { left: due.len(), ..Summary::default() };
        let mut results: Vec<Recorded> = Vec::new();
        for some in due.chunks(TOGETHER) {
            if (self.context.interrupted)() {
                summary.interrupted = true;
                break;
            }
            let mut drafts: Vec<Draft> = Vec::with_capacity(some.len());
            for (entry, kind) in some {
                let ledger = &*self.ledger;
                let outline = self.factory.outline(ledger, *entry, *kind, Medium::Folder, round)?;
                let draft = self.factory.write(outline)?;
                if draft.end <= self.factory.second() {
                    summary.left -= 1;
                    summary.over += 1;
                    continue;
                }
                folder.stage(&draft.name, &draft.message.bytes)?;
                drafts.push(draft);
            }
            let record = |draft: &Draft| Intent { record: draft.record.clone(), outcome: None };
            let intents: Vec<Intent> = drafts.iter().map(record).collect();
            let now = self.factory.second();
            let ids = self.ledger.intend(&std::mem::take(&mut results), &intents, now)?;
            for (draft, id) in drafts.iter().zip(ids) {
                folder.deliver(&draft.name)?;
                results.push(Recorded {
                    id,
                    state: MessageState::Written,
                    reply: None,
                    next_try: 0,
                });
                summary.delivered += 1;
                summary.left -= 1;
            }
            (self.context.progress)(summary.tally());
        }
        self.ledger.conclude(&results, self.factory.second())?;
        Ok(summary)
    }

    fn post_to_relay(
        &mut self,
        relay: &Relay,
        tasks: Vec<Task>,
        round: Option<i64>,
    ) -> Result<Summary, DeliveryError> {
        let tasks_or_more = u32::try_from(tasks.len()).unwrap_or(u32::MAX);
        let connections = relay.pace.connections.max(1).min(tasks_or_more);
        let halt = Arc::new(AtomicBool::new(false));
        let run = Run::new(self.factory, relay, self.ledger, tasks, round, halt)?;
        (0..connections).for_each(|_| run.enter());
        thread::scope(|scope| {
            for number in 0..connections {
                let worker = ConnectionWorker::new(&run, number);
                scope.spawn(|| worker.work());
            }
            scope.spawn(|| run.make_ahead());
            while let Some((tally, notes)) = run.look(LOOK_UP) {
                for note in &notes {
                    (self.context.note)(note);
                }
                (self.context.progress)(tally);
                if (self.context.interrupted)() {
                    run.interrupt();
                }
            }
        });
        run.end()
    }
}

/// Tells of each folder message that a dead process left behind whether it is there, byte for byte.
///
/// # Errors
/// [`LedgerError`] if the ledger does not answer.
pub fn recover_folder(ledger: &mut Ledger, folder: &Path, now: i64) -> Result<(), LedgerError> {
    let mut results = Vec::new();
    for tried in ledger.in_state(Medium::Folder, MessageState::Sending)? {
        let sheet = ledger.sheet_of_message(tried.id)?;
        let uid = ledger.uid_of(tried.entry)?;
        let there = Email::parse(sheet.address()).is_ok_and(|email| {
            let name = file_name(&email, uid, tried.sequence, tried.kind, tried.copy);
            holds(&folder.join(name), &tried.hash)
        });
        let state = if there { MessageState::Written } else { MessageState::Due };
        results.push(Recorded { id: tried.id, state, reply: None, next_try: 0 });
    }
    ledger.conclude(&results, now)
}

/// Decides messages in doubt as sent, for all or for some people.
///
/// # Errors
/// [`LedgerError`] if the ledger does not answer.
pub fn settle_sent(ledger: &mut Ledger, people: &[String], now: i64) -> Result<usize, LedgerError> {
    let mut settled = 0;
    for tried in ledger.doubtful(Medium::Smtp)? {
        let person = ledger.person_of(tried.entry)?;
        if people.is_empty() || people.contains(&person) {
            ledger.settle(tried.id, MessageState::Accepted, now)?;
            settled += 1;
        }
    }
    Ok(settled)
}

impl Summary {
    fn add(&mut self, person: &str, state: MessageState, reply: &str, next_try: i64) {
        let (person, reply) = (person.to_owned(), reply.to_owned());
        match state {
            MessageState::Accepted | MessageState::Written => self.delivered += 1,
            MessageState::Refused => self.refused.push((person, reply)),
            MessageState::Deferred => self.deferred.push((person, reply, next_try)),
            _ => self.in_doubt.push((person, reply)),
        }
    }

    fn tally(&self) -> Tally {
        Tally {
            delivered: self.delivered,
            refused: self.refused.len(),
            deferred: self.deferred.len(),
            in_doubt: self.in_doubt.len(),
            left: self.left,
        }
    }

    /// Whether anything speaks against going on.
    pub fn goes_on(&self) -> bool {
        self.stopped.is_none() && self.later.is_none() && !self.interrupted
    }

    /// Whether everybody has what was due.
    pub fn is_whole(&self) -> bool {
        self.refused.is_empty()
            && self.deferred.is_empty()
            && self.in_doubt.is_empty()
            && self.over == 0
            && self.left == 0
    }
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |&cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

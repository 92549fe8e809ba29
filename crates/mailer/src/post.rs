//! Posting: what is due is composed, its intent written, handed over, and what came of it written.
//!
//! Into a folder one after the other. To a mail server over several connections at once, each with a thread of its
//! own ([`courier`]); what they share is a [`run`], and the [`clerk`] writes for all of them.

mod clerk;
mod courier;
mod draft;
mod pace;
mod relay;
mod run;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;
use std::time::Duration;

use jiff::Timestamp;
use meetmint_core::{Email, Mint};

use crate::facts::Unreadable;
use crate::ledger::{Intent, Ledger, LedgerError, Medium, Recorded, State};
use crate::{ComposeError, Composer, FolderOutbox, Kind, OutboxError, file_name, holds};
use courier::Courier;
use draft::{Desk, Draft};
pub use draft::{Told, compose, try_compose};
pub use pace::{Pace, Rate};
pub use relay::{Relay, Stopped};
use run::{Run, Task};

/// Messages whose intents share a commit in the folder outbox, which can tell afterwards what became of each.
const TOGETHER: usize = 64;

/// How often a run looks up from its work: whether somebody wants it to end, and how far it is.
const LOOK_UP: Duration = Duration::from_millis(100);

/// The world outside: this crate reads no clock.
pub struct World<'w> {
    /// Now.
    pub now: &'w (dyn Fn() -> Timestamp + Sync),
    /// The date that folder messages carry, if it is not now.
    pub stamp: Option<Timestamp>,
    /// Whether somebody wants the run to end: what is in flight is finished.
    pub interrupted: &'w dyn Fn() -> bool,
    /// Told how far it is, again and again.
    pub progress: &'w dyn Fn(Tally),
    /// Told what has to be known while the run goes on.
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
pub enum PostError {
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

impl From<Unreadable> for PostError {
    fn from(error: Unreadable) -> PostError {
        PostError::Ledger(error.into())
    }
}

/// Posts what is due, for one meeting.
pub struct Poster<'p> {
    ledger: &'p mut Ledger,
    desk: Desk<'p>,
    world: &'p World<'p>,
}

impl<'p> Poster<'p> {
    /// A poster for one run.
    pub fn new(
        ledger: &'p mut Ledger,
        composer: &'p Composer,
        mint: &'p Mint,
        world: &'p World<'p>,
    ) -> Poster<'p> {
        let desk = Desk { composer, mint, now: world.now, stamp: world.stamp };
        Poster { ledger, desk, world }
    }

    /// Posts to entries, in their order. `round` is for reminders and fresh copies.
    ///
    /// # Errors
    /// [`PostError`]; what was handed over before is in the ledger.
    pub fn post(
        &mut self,
        outbox: &Outbox,
        due: Vec<(i64, Kind)>,
        round: Option<i64>,
    ) -> Result<Summary, PostError> {
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
    /// [`PostError::Changed`] before anything is sent, if one would not be the same.
    pub fn resend(&mut self, relay: &Relay, people: &[String]) -> Result<Summary, PostError> {
        let mut again = Vec::new();
        for tried in self.ledger.doubtful(Medium::Smtp)? {
            let person = self.ledger.person_of(tried.entry)?;
            if people.is_empty() || people.contains(&person) {
                let outline = Desk::outline_again(self.ledger, &tried)?;
                if self.desk.write(outline)?.record.hash != tried.hash {
                    return Err(PostError::Changed(person));
                }
                again.push(Task::Again(Box::new(tried)));
            }
        }
        self.post_to_relay(relay, again, None)
    }

    fn post_to_folder(
        &mut self,
        folder: &FolderOutbox,
        due: &[(i64, Kind)],
        round: Option<i64>,
    ) -> Result<Summary, PostError> {
        let mut summary = Summary { left: due.len(), ..Summary::default() };
        let mut results: Vec<Recorded> = Vec::new();
        for some in due.chunks(TOGETHER) {
            if (self.world.interrupted)() {
                summary.interrupted = true;
                break;
            }
            let mut drafts: Vec<Draft> = Vec::with_capacity(some.len());
            for (entry, kind) in some {
                let ledger = &*self.ledger;
                let outline = self.desk.outline(ledger, *entry, *kind, Medium::Folder, round)?;
                let draft = self.desk.write(outline)?;
                if draft.end <= self.desk.second() {
                    summary.left -= 1;
                    summary.over += 1;
                    continue;
                }
                folder.stage(&draft.name, &draft.message.bytes)?;
                drafts.push(draft);
            }
            let record = |draft: &Draft| Intent { record: draft.record.clone(), outcome: None };
            let intents: Vec<Intent> = drafts.iter().map(record).collect();
            let now = self.desk.second();
            let ids = self.ledger.intend(&std::mem::take(&mut results), &intents, now)?;
            for (draft, id) in drafts.iter().zip(ids) {
                folder.deliver(&draft.name)?;
                results.push(Recorded { id, state: State::Written, reply: None, next_try: 0 });
                summary.delivered += 1;
                summary.left -= 1;
            }
            (self.world.progress)(summary.tally());
        }
        self.ledger.conclude(&results, self.desk.second())?;
        Ok(summary)
    }

    fn post_to_relay(
        &mut self,
        relay: &Relay,
        tasks: Vec<Task>,
        round: Option<i64>,
    ) -> Result<Summary, PostError> {
        let tasks_or_more = u32::try_from(tasks.len()).unwrap_or(u32::MAX);
        let connections = relay.pace.connections.max(1).min(tasks_or_more);
        let halt = Arc::new(AtomicBool::new(false));
        let run = Run::new(self.desk, relay, self.ledger, tasks, round, halt)?;
        (0..connections).for_each(|_| run.enter());
        thread::scope(|scope| {
            for number in 0..connections {
                let courier = Courier::new(&run, number);
                scope.spawn(|| courier.work());
            }
            scope.spawn(|| run.make_ahead());
            while let Some((tally, notes)) = run.look(LOOK_UP) {
                for note in &notes {
                    (self.world.note)(note);
                }
                (self.world.progress)(tally);
                if (self.world.interrupted)() {
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
    for tried in ledger.in_state(Medium::Folder, State::Sending)? {
        let sheet = ledger.sheet_of_message(tried.id)?;
        let uid = ledger.uid_of(tried.entry)?;
        let there = Email::parse(sheet.address()).is_ok_and(|email| {
            let name = file_name(&email, uid, tried.sequence, tried.kind, tried.copy);
            holds(&folder.join(name), &tried.hash)
        });
        let state = if there { State::Written } else { State::Due };
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
            ledger.settle(tried.id, State::Accepted, now)?;
            settled += 1;
        }
    }
    Ok(settled)
}

impl Summary {
    fn add(&mut self, person: &str, state: State, reply: &str, next_try: i64) {
        let (person, reply) = (person.to_owned(), reply.to_owned());
        match state {
            State::Accepted | State::Written => self.delivered += 1,
            State::Refused => self.refused.push((person, reply)),
            State::Deferred => self.deferred.push((person, reply, next_try)),
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

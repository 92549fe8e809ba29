//! Posting: what is due is composed, its intent written, handed over, and what came of it written.

mod draft;
mod relay;

use std::collections::VecDeque;
use std::path::Path;

use jiff::Timestamp;
use meetmint_core::{Email, Mint, digest};

use crate::facts::Unreadable;
use crate::ledger::{Ledger, LedgerError, Medium, Record, Recorded, State};
use crate::{
    ComposeError, Composer, FolderOutbox, Handed, Kind, NotTaken, OutboxError, file_name, holds,
};
use draft::Draft;
pub use draft::{Told, compose, try_compose};
pub use relay::Relay;

/// Messages whose intents share a commit in the folder outbox, which can tell afterwards what became of each.
const TOGETHER: usize = 64;

/// Minutes until a deferred message is tried again, try by try (`invitation-email` facts, §3.5).
const PAUSES: [i64; 5] = [1, 2, 5, 15, 60];

/// How often a broken connection is made anew for one message before the run stops.
const CONNECTIONS: usize = 3;

/// The world outside: this crate reads no clock and never waits by itself.
pub struct World<'w> {
    /// Now.
    pub now: &'w dyn Fn() -> Timestamp,
    /// The date that folder messages carry, if it is not now.
    pub stamp: Option<Timestamp>,
    /// Whether somebody wants the run to end: what is in flight is finished.
    pub interrupted: &'w dyn Fn() -> bool,
    /// Called after each message.
    pub progress: &'w dyn Fn(),
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
    pub stopped: Option<String>,
    /// Whether it was interrupted.
    pub interrupted: bool,
    /// How many messages are still due.
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
    composer: &'p Composer,
    mint: &'p Mint,
    world: &'p World<'p>,
}

impl Outbox {
    fn medium(&self) -> Medium {
        match self {
            Outbox::Folder(_) => Medium::Folder,
            Outbox::Smtp(_) => Medium::Smtp,
        }
    }
}

impl<'p> Poster<'p> {
    /// A poster for one run.
    pub fn new(
        ledger: &'p mut Ledger,
        composer: &'p Composer,
        mint: &'p Mint,
        world: &'p World<'p>,
    ) -> Poster<'p> {
        Poster { ledger, composer, mint, world }
    }

    /// Posts to entries, in their order. `round` is for reminders and fresh copies.
    ///
    /// # Errors
    /// [`PostError`]; what was handed over before is in the ledger.
    pub fn post(
        &mut self,
        outbox: &mut Outbox,
        due: &[(i64, Kind)],
        round: Option<i64>,
    ) -> Result<Summary, PostError> {
        let medium = outbox.medium();
        let mut summary = Summary { left: due.len(), ..Summary::default() };
        match outbox {
            Outbox::Folder(folder) => self.post_to_folder(folder, due, round, &mut summary)?,
            Outbox::Smtp(relay) => {
                let posted = self.post_to_relay(
                    relay,
                    due,
                    |poster, (entry, kind)| poster.draft(entry, kind, medium, round),
                    &mut summary,
                );
                relay.quit();
                posted?;
            }
        }
        Ok(summary)
    }

    /// Sends messages in doubt once more, byte for byte.
    ///
    /// # Errors
    /// [`PostError::Changed`] before anything is sent, if one would not be the same.
    pub fn resend(&mut self, relay: &mut Relay, people: &[String]) -> Result<Summary, PostError> {
        let mut again = Vec::new();
        for tried in self.ledger.doubtful(Medium::Smtp)? {
            let person = self.ledger.person_of(tried.entry)?;
            if people.is_empty() || people.contains(&person) {
                let draft = self.draft_again(&tried)?;
                if draft.record.hash != tried.hash {
                    return Err(PostError::Changed(person));
                }
                again.push(tried);
            }
        }
        let mut summary = Summary { left: again.len(), ..Summary::default() };
        let posted = self.post_to_relay(
            relay,
            &again,
            |poster, tried| poster.draft_again(&tried),
            &mut summary,
        );
        relay.quit();
        posted?;
        Ok(summary)
    }

    /// Decides messages in doubt as sent.
    ///
    /// # Errors
    /// [`LedgerError`] if the ledger does not answer.
    pub fn settle_sent(&mut self, people: &[String]) -> Result<usize, LedgerError> {
        settle_sent(self.ledger, people, (self.world.now)().as_second())
    }

    fn post_to_folder(
        &mut self,
        folder: &FolderOutbox,
        due: &[(i64, Kind)],
        round: Option<i64>,
        summary: &mut Summary,
    ) -> Result<(), PostError> {
        let mut results: Vec<Recorded> = Vec::new();
        for some in due.chunks(TOGETHER) {
            if (self.world.interrupted)() {
                summary.interrupted = true;
                break;
            }
            let mut drafts = Vec::with_capacity(some.len());
            for (entry, kind) in some {
                let draft = self.draft(*entry, *kind, Medium::Folder, round)?;
                if draft.end <= (self.world.now)().as_second() {
                    summary.left -= 1;
                    continue;
                }
                folder.stage(&draft.name, &draft.message.bytes)?;
                drafts.push(draft);
            }
            let intents: Vec<Record> = drafts.iter().map(|draft| draft.record.clone()).collect();
            let now = (self.world.now)().as_second();
            let ids = self.ledger.intend(&std::mem::take(&mut results), &intents, now)?;
            for (draft, id) in drafts.iter().zip(ids) {
                folder.deliver(&draft.name)?;
                results.push(Recorded { id, state: State::Written, reply: None, next_try: 0 });
                summary.delivered += 1;
                summary.left -= 1;
                (self.world.progress)();
            }
        }
        self.ledger.conclude(&results, (self.world.now)().as_second())?;
        Ok(())
    }

    fn post_to_relay<T: Clone>(
        &mut self,
        relay: &mut Relay,
        due: &[T],
        draft: impl Fn(&Self, T) -> Result<Draft, PostError>,
        summary: &mut Summary,
    ) -> Result<(), PostError> {
        let mut results: Vec<Recorded> = Vec::new();
        let mut queue: VecDeque<T> = due.iter().cloned().collect();
        while let Some(next) = queue.pop_front() {
            if (self.world.interrupted)() {
                summary.interrupted = true;
                break;
            }
            let draft = match draft(self, next) {
                Ok(draft) => draft,
                Err(error) => {
                    // What came of the messages before it must not be lost.
                    self.ledger.conclude(&results, (self.world.now)().as_second())?;
                    return Err(error);
                }
            };
            if draft.end <= (self.world.now)().as_second() {
                // The meeting ended while the run went on.
                summary.left -= 1;
                continue;
            }
            match self.send(relay, &draft, &mut results)? {
                Sent::Result { state, reply, next_try } => {
                    summary.left -= 1;
                    summary.add(&draft.person, state, &reply, next_try);
                }
                Sent::Stopped(why) => {
                    summary.stopped = Some(why);
                    break;
                }
            }
            (self.world.progress)();
        }
        self.ledger.conclude(&results, (self.world.now)().as_second())?;
        Ok(())
    }

    /// Hands one message over. Its result goes into the next commit, with the next one's intent.
    fn send(
        &mut self,
        relay: &mut Relay,
        draft: &Draft,
        results: &mut Vec<Recorded>,
    ) -> Result<Sent, PostError> {
        let from = self.composer.sender().from_email().clone();
        let mut broken = String::new();
        for _ in 0..CONNECTIONS {
            let connection = match relay.connected(from.domain()) {
                Ok(connection) => connection,
                Err(error) => return Ok(Sent::Stopped(with_causes(&error))),
            };
            let offered = connection.offer(&from, &draft.message.to);
            let (state, reply) = match offered {
                Err(NotTaken::Broken(error)) => {
                    relay.connection = None;
                    broken = with_causes(&error);
                    continue;
                }
                Err(NotTaken::Stop(reply)) => return Ok(Sent::Stopped(reply.to_string())),
                Err(NotTaken::Refused(reply)) => (Some(State::Refused), reply.to_string()),
                Err(NotTaken::Deferred(reply)) => (Some(State::Deferred), reply.to_string()),
                Ok(()) => (None, String::new()),
            };
            let now = (self.world.now)().as_second();
            if let Some(state) = state {
                let next_try = if state == State::Deferred {
                    self.next_try(draft.record.entry, draft.tries)
                } else {
                    0
                };
                let outcome = |id| Recorded { id, state, reply: Some(reply.clone()), next_try };
                self.ledger.conclude_with(results, &draft.record, outcome, now)?;
                results.clear();
                return Ok(Sent::Result { state, reply, next_try });
            }
            let intended = self.ledger.intend(results, std::slice::from_ref(&draft.record), now);
            let id = match intended {
                Ok(ids) => ids[0],
                Err(error) => {
                    // Without its intent on the disk, nothing may leave.
                    if let Some(connection) = relay.connection.take() {
                        connection.abandon();
                    }
                    return Err(error.into());
                }
            };
            results.clear();
            let (state, reply) = match relay
                .connection
                .as_mut()
                .map(|connection| connection.hand_over(&draft.message.bytes))
            {
                Some(Handed::Accepted(reply)) => (State::Accepted, reply.to_string()),
                Some(Handed::Refused(reply)) => (State::Refused, reply.to_string()),
                Some(Handed::Deferred(reply)) => (State::Deferred, reply.to_string()),
                Some(Handed::Broken(why)) => {
                    relay.connection = None;
                    // Provably nothing was handed over: the very message is due again.
                    let due = Recorded { id, state: State::Due, reply: None, next_try: 0 };
                    self.ledger.conclude(&[due], now)?;
                    return Ok(Sent::Stopped(with_causes(&why)));
                }
                Some(Handed::InDoubt(why)) => {
                    relay.connection = None;
                    (State::InDoubt, with_causes(&why))
                }
                None => (State::InDoubt, "the connection is gone".to_owned()),
            };
            let next_try =
                if state == State::Deferred { self.next_try(id, draft.tries) } else { 0 };
            results.push(Recorded { id, state, reply: Some(reply.clone()), next_try });
            if state == State::InDoubt {
                // What nobody can know must not wait for the next message.
                self.ledger.conclude(&std::mem::take(results), now)?;
            }
            return Ok(Sent::Result { state, reply, next_try });
        }
        Ok(Sent::Stopped(broken))
    }

    /// When a deferred message is tried again, a little apart from others.
    fn next_try(&self, id: i64, tries: u32) -> i64 {
        let minutes = PAUSES[(tries as usize).min(PAUSES.len() - 1)];
        let spread = digest(&id.to_le_bytes())[0];
        (self.world.now)().as_second() + minutes * 60 * (80 + i64::from(spread) * 40 / 255) / 100
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

/// What became of one message.
enum Sent {
    Result { state: State, reply: String, next_try: i64 },
    Stopped(String),
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

    /// Whether everybody has what was due.
    pub fn is_whole(&self) -> bool {
        self.refused.is_empty()
            && self.deferred.is_empty()
            && self.in_doubt.is_empty()
            && self.left == 0
    }
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |&cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

//! What the connections of one run share: the queue, the pace, what came of everybody, and whether it goes on.

mod ahead;
mod outcome;

use std::collections::VecDeque;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::factory::{Draft, MessageFactory, Outline};
use super::ledger_writer::LedgerWriter;
use super::rate::{RateLimiter, Slot};
use super::relay::Relay;
use super::{DeliveryError, Summary, Tally};
use crate::MessageKind;
use crate::ledger::{Ledger, Tried};

/// Who waits for something looks again after so long in any case.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// A pace with a longer gap than this counts as waiting.
const LONGEST_GAP: Duration = Duration::from_secs(60);

/// A message to be sent.
#[derive(Clone, Debug)]
pub(super) enum Task {
    /// What is due for an entry.
    Due(i64, MessageKind),
    /// A message in doubt, once more as it was.
    Again(Box<Tried>),
}

/// One run.
pub(super) struct Run<'r> {
    pub(super) factory: MessageFactory<'r>,
    pub(super) relay: &'r Relay,
    pub(super) writer: LedgerWriter<'r>,
    pub(super) halt: Arc<AtomicBool>,
    round: Option<i64>,
    reader: Mutex<Ledger>,
    shared: Mutex<Shared>,
    /// For connections: something is different.
    changed: Condvar,
    /// For who makes ahead: there is something to do.
    room: Condvar,
    /// So many messages are made ahead.
    enough: usize,
    /// For who looks on: the last connection has ended its work.
    over: Condvar,
}

#[expect(clippy::struct_excessive_bools, reason = "none of them follows from another")]
struct Shared {
    queue: VecDeque<Task>,
    /// Looked up in the ledger.
    outlined: VecDeque<(Task, Outline)>,
    /// Made ahead.
    made: VecDeque<Job>,
    /// Tasks that are in none of these, because somebody is at them.
    in_hand: usize,
    /// Whether there is a long time to wait: what is made ahead would be old by then.
    rests: bool,
    limiter: RateLimiter,
    summary: Summary,
    notes: Vec<String>,
    /// Connections at work.
    active: usize,
    /// Whether the first message has shown that the way is clear.
    clear: bool,
    ended: bool,
    /// Whether it was said that the quota is used up.
    full: bool,
    error: Option<DeliveryError>,
    /// Messages that connections are at.
    held: usize,
    /// Connections that wait.
    idle: usize,
    /// Counts what may concern those who wait.
    changes: u64,
    /// Since when nothing goes, and how often it was tried.
    trouble: Option<(Instant, u32)>,
    /// The last messages that were refused in words that may concern everybody.
    suspects: Vec<Suspect>,
    /// Whether they were found to concern everybody.
    suspected: bool,
    /// Messages in doubt, one after the other.
    doubts: usize,
    /// People that were asked for at RCPT, and how many of them were refused.
    asked: usize,
    refused: usize,
}

impl Shared {
    /// Whether there is something to make, with fewer messages than these made ahead.
    fn has_work(&self, than: usize) -> bool {
        let something = !(self.outlined.is_empty() && self.queue.is_empty());
        something && !self.rests && self.made.len() < than
    }

    /// The meeting of a message is over before it could be sent.
    fn is_over(&mut self) {
        self.summary.left -= 1;
        self.summary.over += 1;
    }

    /// Whether nothing more is to be made.
    fn closed(&self) -> bool {
        self.ended || self.active == 0
    }

    /// What is made ahead would be old when its time comes: it is made anew then.
    fn rest(&mut self) {
        self.rests = true;
        let made = self.made.drain(..).map(|job| job.task);
        let tasks: Vec<Task> = made.chain(self.outlined.drain(..).map(|(task, _)| task)).collect();
        for task in tasks.into_iter().rev() {
            self.queue.push_front(task);
        }
    }
}

/// A message, with the task that it came from.
pub(super) struct Job {
    pub(super) task: Task,
    pub(super) draft: Draft,
    /// Whether its intent was written in this attempt.
    pub(super) intended: bool,
}

/// A message that was refused in words that may concern everybody.
pub(super) struct Suspect {
    pub(super) id: i64,
    pub(super) person: String,
    pub(super) words: String,
    /// What is the same in replies that are alike.
    pub(super) kind_of_reply: String,
}

/// What a connection is to do next.
pub(super) enum Next {
    /// Send this.
    Job(Box<Job>),
    /// Make this, and send it.
    Outline(Task, Box<Outline>),
    /// Wait so long, or until something else has changed than what was seen.
    Wait(Duration, u64),
    /// Nothing is left for it.
    Done,
}

impl<'r> Run<'r> {
    pub(super) fn new(
        factory: MessageFactory<'r>,
        relay: &'r Relay,
        ledger: &'r mut Ledger,
        tasks: Vec<Task>,
        round: Option<i64>,
        halt: Arc<AtomicBool>,
    ) -> Result<Run<'r>, DeliveryError> {
        // At a pace that lasts, a message would carry the date of long before.
        let enough = match relay.pace.rate {
            Some(_) => 1,
            None => 2 * relay.pace.connections.clamp(1, 32) as usize,
        };
        let day = factory.second() - 24 * 60 * 60;
        let sent = if relay.pace.quota.is_some() { ledger.sent_since(day)? } else { Vec::new() };
        let summary = Summary { left: tasks.len(), ..Summary::default() };
        let shared = Shared {
            queue: tasks.into(),
            outlined: VecDeque::new(),
            made: VecDeque::new(),
            in_hand: 0,
            rests: false,
            limiter: RateLimiter::new(&relay.pace, sent),
            summary,
            notes: Vec::new(),
            active: 0,
            clear: false,
            ended: false,
            full: false,
            error: None,
            held: 0,
            idle: 0,
            changes: 0,
            trouble: None,
            suspects: Vec::new(),
            suspected: false,
            doubts: 0,
            asked: 0,
            refused: 0,
        };
        Ok(Run {
            factory,
            relay,
            reader: Mutex::new(ledger.reader()?),
            writer: LedgerWriter::new(ledger, relay.pace.connections),
            halt,
            round,
            shared: Mutex::new(shared),
            changed: Condvar::new(),
            room: Condvar::new(),
            enough,
            over: Condvar::new(),
        })
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection begins its work.
    pub(super) fn enter(&self) {
        self.shared().active += 1;
    }

    /// A connection has ended its work.
    pub(super) fn leave(&self) {
        let mut shared = self.shared();
        shared.active -= 1;
        // Without one of its threads a run would wait for ever for what that one was at.
        shared.ended |= std::thread::panicking();
        self.tell_all(&mut shared);
        self.over.notify_all();
    }

    /// Waits a little for something to happen. Gives how far it is and what is to be said; `None` at the end.
    pub(super) fn look(&self, wait: Duration) -> Option<(Tally, Vec<String>)> {
        let shared = self.shared();
        let (mut shared, _) = self
            .over
            .wait_timeout_while(shared, wait, |shared| shared.active > 0)
            .unwrap_or_else(PoisonError::into_inner);
        let notes = std::mem::take(&mut shared.notes);
        let over = shared.active == 0 && notes.is_empty();
        (!over).then(|| (shared.summary.tally(), notes))
    }

    /// What is to be done next. Only one connection works until the way is shown to be clear: a login that is
    /// refused on all of them at once would lock the account.
    pub(super) fn next(&self, first: bool) -> Next {
        let mut shared = self.shared();
        let nothing = shared.made.is_empty() && shared.outlined.is_empty();
        // What another connection is at may come back.
        let in_hand = shared.in_hand + shared.held;
        if shared.ended || nothing && shared.queue.is_empty() && in_hand == 0 {
            return Next::Done;
        }
        let seen = shared.changes;
        if !first && !shared.clear {
            return Next::Wait(LONGEST_PAUSE, seen);
        }
        let wait = match shared.limiter.look(Instant::now(), self.factory.second()) {
            Slot::Now => Duration::ZERO,
            Slot::In(wait) => wait,
            Slot::Full(until) => self.wait_for_room(&mut shared, until),
        };
        if wait > LONGEST_GAP.max(self.relay.patience) {
            let until = i64::try_from(wait.as_secs()).unwrap_or(i64::MAX);
            shared.summary.later = Some(self.factory.second().saturating_add(until));
            shared.ended = true;
            self.tell_all(&mut shared);
            return Next::Done;
        }
        if wait > LONGEST_GAP {
            shared.rest();
        }
        if !wait.is_zero() {
            return Next::Wait(wait, seen);
        }
        if std::mem::take(&mut shared.rests) {
            self.tell_all(&mut shared);
        }
        // While one connection works the order is kept: the next message may just be being made.
        let alone = self.relay.pace.connections <= 1 || !shared.clear;
        let is_next = shared.in_hand > 0 && alone;
        if nothing || shared.made.is_empty() && is_next {
            return Next::Wait(LONGEST_PAUSE, shared.changes);
        }
        shared.limiter.take(Instant::now(), self.factory.second());
        shared.held += 1;
        if let Some(job) = shared.made.pop_front() {
            // Room for another one.
            self.tell_all(&mut shared);
            return Next::Job(Box::new(job));
        }
        match shared.outlined.pop_front() {
            Some((task, outline)) => Next::Outline(task, Box::new(outline)),
            None => Next::Done,
        }
    }

    /// How long it takes until the quota has room.
    fn wait_for_room(&self, shared: &mut Shared, until: i64) -> Duration {
        let wait = Duration::from_secs((until - self.factory.second()).max(1).unsigned_abs());
        if wait <= self.relay.patience && !std::mem::replace(&mut shared.full, true) {
            let words = "the quota is used up: waiting until there is room";
            shared.notes.push(words.to_owned());
        }
        wait
    }

    /// Something has changed: whoever waits looks again.
    fn tell_all(&self, shared: &mut Shared) {
        shared.changes += 1;
        if shared.idle > 0 {
            self.changed.notify_all();
        }
        if shared.closed() || shared.has_work(self.enough / 2 + 1) {
            self.room.notify_one();
        }
    }

    /// Waits, but not longer than until something else has changed than what was seen.
    pub(super) fn wait(&self, duration: Duration, seen: u64) {
        self.wait_while(duration, |shared| shared.changes == seen && !shared.ended);
    }

    fn wait_while(&self, duration: Duration, waits: impl FnMut(&mut Shared) -> bool) {
        let mut shared = self.shared();
        shared.idle += 1;
        let waited = self.changed.wait_timeout_while(shared, duration, waits);
        waited.unwrap_or_else(PoisonError::into_inner).0.idle -= 1;
    }

    /// Waits all of it, unless the run ends.
    pub(super) fn pause(&self, duration: Duration) {
        self.wait_while(duration, |shared| !shared.ended);
    }

    /// The meeting of a message ended while the run went on: it is not sent.
    pub(super) fn skip(&self) {
        let mut shared = self.shared();
        shared.is_over();
        shared.held -= 1;
        shared.limiter.give_back();
        self.tell_all(&mut shared);
    }

    /// A message that was taken for sending, and is not sent by this connection.
    pub(super) fn put_back(&self, task: Task) {
        let mut shared = self.shared();
        shared.queue.push_front(task);
        shared.held -= 1;
        shared.limiter.give_back();
        self.tell_all(&mut shared);
    }

    pub(super) fn is_ended(&self) -> bool {
        self.shared().ended
    }

    /// Whether other connections are at work. Those that wait for the first one are not.
    pub(super) fn has_others(&self) -> bool {
        let shared = self.shared();
        shared.active > 1 && shared.clear
    }

    /// A connection ends its work because the server wants fewer. Whether it may: somebody has to go on.
    pub(super) fn retire(&self) -> bool {
        let mut shared = self.shared();
        let may = shared.active > 1 && shared.clear;
        if may {
            shared.active -= 1;
            self.tell_all(&mut shared);
        }
        may
    }

    /// Writes down what came of messages so far.
    pub(super) fn flush(&self) {
        if !self.writer.flush(self.factory.second()) {
            self.fail_over_ledger();
        }
    }

    /// What came of all of it.
    pub(super) fn end(self) -> Result<Summary, DeliveryError> {
        self.flush();
        let shared = self.shared.into_inner().unwrap_or_else(PoisonError::into_inner);
        match (shared.error, self.writer.take_error()) {
            (Some(error), _) => Err(error),
            (None, Some(error)) => Err(error.into()),
            (None, None) => Ok(shared.summary),
        }
    }
}

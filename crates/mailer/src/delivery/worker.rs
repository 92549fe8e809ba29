//! One connection's work: take a message, offer it, write its intent, let go of it, note what came of it.

use std::time::Duration;

use meetmint_core::{Email, digest};

use super::factory::Draft;
use super::run::{Job, Next, Run, Suspect, Task};
use super::with_causes;
use crate::ledger::{Intent, MessageState, Recorded};
use crate::outbox::{Concerns, Verdict};
use crate::{Fault, Handed, Rejected, Reply, SmtpError, SmtpServer, SmtpSession, Stage};

/// Minutes until a deferred message is tried again, try by try (`invitation-email` facts, §3.5).
const PAUSES: [i64; 5] = [1, 2, 5, 15, 60];

/// How often one message may break a connection.
const BREAKS: u32 = 3;

/// A connection that has taken so many messages has done its share: that it ends is no wish to have less to do.
const SHARE: u32 = 10;

/// A connection that would idle for longer is closed: servers do it after five minutes (RFC 5321 §4.5.3.2.7).
const IDLE: Duration = Duration::from_secs(60);

/// One connection.
pub(super) struct ConnectionWorker<'r, 'p> {
    run: &'r Run<'p>,
    server: SmtpServer,
    from: Email,
    /// Whether it is the one that shows whether the way is clear.
    first: bool,
    outbox: Option<SmtpSession>,
    /// Whether the server has asked for fewer connections.
    too_many: bool,
}

/// A connection's place in the run: given up when its thread ends, however that ends.
struct Place<'r, 'p> {
    run: &'r Run<'p>,
    /// Whether it was given up already.
    retired: bool,
}

impl Drop for Place<'_, '_> {
    fn drop(&mut self) {
        if !self.retired {
            self.run.leave();
        }
    }
}

/// Whether to wait before the next connection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pause {
    Yes,
    No,
}

/// What became of an attempt.
enum Attempt {
    /// It is over, one way or the other; perhaps the next message is made already.
    Done(Option<Job>),
    /// The connection failed, and nothing was handed over; or it has done its share.
    Again(Job, String, Pause),
    /// This connection has no more to do.
    Leave(Job),
}

impl<'r, 'p> ConnectionWorker<'r, 'p> {
    /// The connection of a number, from 0.
    pub(super) fn new(run: &'r Run<'p>, number: u32) -> ConnectionWorker<'r, 'p> {
        let from = run.factory.composer.sender().from_email().clone();
        let mut server = run.relay.server.clone();
        if run.relay.pace.connections > 1 {
            server.trace = server.trace.map(|trace| trace.numbered(number + 1));
        }
        let first = number == 0;
        ConnectionWorker { run, server, from, first, outbox: None, too_many: false }
    }

    /// Sends until nothing is left for it.
    pub(super) fn work(mut self) {
        let mut place = Place { run: self.run, retired: false };
        let mut ready = None;
        while let Some(job) = ready.take().or_else(|| self.next()) {
            ready = self.send(job);
            if std::mem::take(&mut self.too_many) && ready.is_none() && self.run.retire() {
                place.retired = true;
                break;
            }
        }
        self.run.flush();
        self.quit();
    }

    /// The next message, as soon as it may go.
    fn next(&mut self) -> Option<Job> {
        loop {
            match self.run.next(self.first) {
                Next::Done => return None,
                Next::Job(job) => return Some(*job),
                Next::Outline(task, outline) => {
                    if let Some(job) = self.run.job(task, *outline) {
                        return Some(job);
                    }
                }
                Next::Wait(wait, seen) => {
                    // What came of the last message must not wait for the next one.
                    self.run.flush();
                    if wait > IDLE {
                        self.quit();
                    }
                    self.run.wait(wait, seen);
                }
            }
        }
    }

    /// The next message, if it may go at once.
    fn next_already(&self) -> Option<Job> {
        match self.run.next(self.first) {
            Next::Job(job) => Some(*job),
            Next::Outline(task, outline) => self.run.job(task, *outline),
            _ => None,
        }
    }

    /// Sends one message. Gives the next one, if it was made meanwhile.
    fn send(&mut self, mut job: Job) -> Option<Job> {
        let mut breaks = 0;
        loop {
            if self.run.is_ended() || !self.is_connected(job.draft.end) {
                return self.give_up(job);
            }
            match self.attempt(job) {
                Attempt::Done(next) => return next,
                Attempt::Leave(job) => return self.give_up(job),
                Attempt::Again(again, _, Pause::No) => job = again,
                Attempt::Again(again, why, Pause::Yes) => {
                    job = again;
                    breaks += 1;
                    if breaks >= BREAKS {
                        let cure =
                            "run it again: it goes on where it stopped; -v shows the conversation";
                        self.run.stop(why.clone(), Some(cure), None);
                    }
                    match self.run.trouble(&why, None) {
                        Some(pause) => self.run.pause(pause),
                        None => return self.give_up(job),
                    }
                }
            }
        }
    }

    /// A message that this connection does not send.
    fn give_up(&self, job: Job) -> Option<Job> {
        if job.intended {
            // Whoever takes it next has to find in the ledger that it is due.
            self.run.flush();
        }
        if job.draft.end <= self.run.factory.second() {
            self.run.skip();
        } else {
            self.run.put_back(job.task);
        }
        None
    }

    /// Whether there is a connection for the next message: a new one, if there is none or it has done its share.
    /// If not, the run has ended, or the message's meeting.
    fn is_connected(&mut self, end: i64) -> bool {
        let share = self.run.relay.pace.per_connection.unwrap_or(u32::MAX).max(1);
        if self.outbox.as_ref().is_some_and(|outbox| outbox.taken() >= share) {
            self.quit();
        }
        while self.outbox.as_ref().is_none_or(|outbox| !outbox.is_open()) {
            self.outbox = None;
            if self.run.is_ended() || end <= self.run.factory.second() {
                return false;
            }
            match SmtpSession::connect(&self.server, &self.run.halt) {
                Ok(outbox) => {
                    self.run.reached();
                    self.outbox = Some(outbox);
                }
                Err(error) => {
                    if !self.goes_on_without(&error) {
                        return false;
                    }
                }
            }
        }
        true
    }

    /// Waits after a connection that failed. Whether it is to be tried again.
    fn goes_on_without(&mut self, error: &SmtpError) -> bool {
        let (why, cure) = (with_causes(error), error.hint());
        // An address that nobody ever answered at is more often wrong than away.
        let hopeless = !self.run.was_reached() && !error.is_answer();
        if !error.is_temporary() || hopeless {
            self.run.stop(why, Some(cure), None);
            return false;
        }
        let Some(mut pause) = self.run.trouble(&why, Some(cure)) else { return false };
        if let SmtpError::Deferred { stage: Stage::Login, .. } = error
            && !self.run.relay.patience.is_zero()
        {
            if self.run.has_others() {
                self.too_many = true;
                return false;
            }
            // Too many logins are forgotten in minutes.
            pause = pause.max(IDLE);
        }
        self.run.pause(pause);
        true
    }

    fn attempt(&mut self, mut job: Job) -> Attempt {
        job.intended = false;
        let Some(outbox) = &mut self.outbox else { return Attempt::Leave(job) };
        let bytes = &job.draft.message.bytes;
        if let Err(not_taken) = outbox.begin(&self.from, &job.draft.message.to, bytes) {
            return self.not_taken(job, not_taken);
        }
        // The ledger writes while the server thinks.
        let intent = Intent { record: job.draft.record.clone(), outcome: None };
        let Some(id) = self.run.writer.write(intent, self.run.factory.second()) else {
            // Without its intent on the disk, nothing may leave.
            self.abandon();
            self.run.fail_over_ledger();
            return Attempt::Leave(job);
        };
        job.draft.record.id = Some(id);
        job.intended = true;
        if let Err(not_taken) = outbox.answer() {
            return self.not_taken(job, not_taken);
        }
        self.run.count_address(false);
        if self.run.is_ended() {
            // Still nothing has left, and whatever ended the run may concern this message, too.
            self.abandon();
            self.is_due(&job);
            return Attempt::Leave(job);
        }
        let Some(outbox) = &mut self.outbox else { return Attempt::Leave(job) };
        if let Err(handed) = outbox.let_go(&job.draft.message.bytes) {
            return self.handed(job, handed, None);
        }
        let next = self.next_already();
        let handed = match &mut self.outbox {
            Some(outbox) => outbox.outcome(),
            None => Handed::InDoubt(Fault::Closed),
        };
        self.handed(job, handed, next)
    }

    /// A message that was offered, and is not wanted.
    fn not_taken(&mut self, job: Job, not_taken: Rejected) -> Attempt {
        match not_taken {
            Rejected::Broken(fault) => self.broken(job, &fault),
            Rejected::Unsupported(unfit) => {
                let judgement = Verdict::of_unfit(unfit);
                if judgement.scope == Concerns::Person {
                    self.note(&job, MessageState::Refused, &unfit.to_string(), 0);
                    return Attempt::Done(None);
                }
                self.run.stop(unfit.to_string(), judgement.cure, None);
                Attempt::Leave(job)
            }
            Rejected::Reply { stage, reply } => self.judged(job, stage, &reply, None),
        }
    }

    /// What came of a message that has left.
    fn handed(&mut self, job: Job, handed: Handed, next: Option<Job>) -> Attempt {
        match handed {
            Handed::Accepted(reply) => {
                self.note(&job, MessageState::Accepted, &reply.to_string(), 0);
            }
            Handed::Rejected(reply) => return self.judged(job, Stage::Message, &reply, next),
            Handed::InDoubt(fault) => {
                self.abandon();
                self.note(&job, MessageState::InDoubt, &with_causes(&fault), 0);
                // What nobody can know must not wait for the next message.
                self.run.flush();
                if self.run.is_doubtful() {
                    let why = "the server takes messages and does not say what becomes of them";
                    let cure = "ask whoever runs it; then meetmint settle --sent, or --resend";
                    self.run.stop(format!("{why}: {}", with_causes(&fault)), Some(cure), None);
                }
            }
            Handed::Broken(fault) => {
                if let Some(next) = next {
                    self.run.put_back(next.task);
                }
                return self.broken(job, &fault);
            }
        }
        Attempt::Done(next)
    }

    fn broken(&mut self, job: Job, fault: &Fault) -> Attempt {
        self.abandon();
        self.is_due(&job);
        if matches!(fault, Fault::Interrupted) || self.run.is_ended() {
            return Attempt::Leave(job);
        }
        Attempt::Again(job, with_causes(fault), Pause::Yes)
    }

    /// A reply other than yes.
    fn judged(&mut self, job: Job, stage: Stage, reply: &Reply, next: Option<Job>) -> Attempt {
        let mut judgement = Verdict::of_reply(stage, reply);
        let words = reply.to_string();
        let taken = self.outbox.as_ref().map_or(0, SmtpSession::taken);
        let has_done_its_share =
            taken >= SHARE && !judgement.fewer && judgement.scope == Concerns::Connection;
        if judgement.scope == Concerns::Connection && reply.code == 452 && taken == 0 {
            judgement.scope = Concerns::PersonLater;
        }
        if judgement.slow && !has_done_its_share {
            self.run.slow();
        }
        let many = stage == Stage::Recipient
            && self.run.count_address(judgement.scope == Concerns::Person);
        match judgement.scope {
            Concerns::Person => {
                self.note(&job, MessageState::Refused, &words, 0);
                if many {
                    let why = format!(
                        "more than a tenth of the addresses were refused, the last with {words}"
                    );
                    let cure = "look whether the list is right; those refused are tried again with send --again --only";
                    self.run.stop(why, Some(cure), None);
                }
            }
            Concerns::PersonLater => {
                let next_try = self.next_try(&job.draft);
                self.note(&job, MessageState::Deferred, &words, next_try);
                if judgement.fewer && self.run.has_others() {
                    self.too_many = true;
                    if let Some(next) = next {
                        self.run.put_back(next.task);
                    }
                    return Attempt::Done(None);
                }
            }
            Concerns::Undecided if self.run.is_suspicious() => {
                self.is_due(&job);
                return self.stopped(job, words, &judgement, next);
            }
            Concerns::Undecided => {
                // First it is noted: another connection may take it back at once.
                self.note(&job, MessageState::Refused, &words, 0);
                let suspect = Suspect {
                    id: job.draft.record.id.unwrap_or_default(),
                    person: job.draft.person.clone(),
                    words: words.clone(),
                    kind_of_reply: alike(stage, reply),
                };
                if let Some(messages) = self.run.suspect(suspect) {
                    self.run.writer.reopen(&messages, self.run.factory.second());
                    self.run.stop(words, judgement.cure, judgement.resumes_in);
                    if let Some(next) = next {
                        self.run.put_back(next.task);
                    }
                    return Attempt::Done(None);
                }
            }
            Concerns::Connection => {
                self.is_due(&job);
                if judgement.fewer && self.run.has_others() {
                    self.too_many = true;
                    return Attempt::Leave(job);
                }
                self.quit();
                if let Some(next) = next {
                    self.run.put_back(next.task);
                }
                let pause = if has_done_its_share { Pause::No } else { Pause::Yes };
                return Attempt::Again(job, words, pause);
            }
            Concerns::EveryMessage => {
                self.is_due(&job);
                return self.stopped(job, words, &judgement, next);
            }
        }
        Attempt::Done(next)
    }

    fn stopped(
        &mut self,
        job: Job,
        why: String,
        judgement: &Verdict,
        next: Option<Job>,
    ) -> Attempt {
        self.run.stop(why, judgement.cure, judgement.resumes_in);
        if let Some(next) = next {
            self.run.put_back(next.task);
        }
        Attempt::Leave(job)
    }

    /// Notes what came of a message, in the ledger and for the summary.
    fn note(&self, job: &Job, state: MessageState, reply: &str, next_try: i64) {
        // What was in doubt before stays so: of the copy that may have arrived this one says nothing.
        let was_in_doubt = matches!(job.task, Task::Again(_));
        let state = if was_in_doubt && state != MessageState::Accepted {
            MessageState::InDoubt
        } else {
            state
        };
        if let Some(id) = job.draft.record.id.filter(|_| job.intended) {
            let reply = Some(reply.to_owned());
            self.run.writer.note(Recorded { id, state, reply, next_try });
        } else {
            let outcome = Some((state, reply.to_owned(), next_try));
            let intent = Intent { record: job.draft.record.clone(), outcome };
            if self.run.writer.write(intent, self.run.factory.second()).is_none() {
                self.run.fail_over_ledger();
            }
        }
        self.run.tell(&job.draft, state, reply, next_try);
    }

    /// Nothing of a message was handed over: the very same is due again.
    fn is_due(&self, job: &Job) {
        if let Some(id) = job.draft.record.id.filter(|_| job.intended) {
            let was_in_doubt = matches!(job.task, Task::Again(_));
            let state = if was_in_doubt { MessageState::InDoubt } else { MessageState::Due };
            self.run.writer.note(Recorded { id, state, reply: None, next_try: 0 });
        }
    }

    /// When a deferred message is tried again, a little apart from others.
    fn next_try(&self, draft: &Draft) -> i64 {
        let minutes = PAUSES[(draft.tries as usize).min(PAUSES.len() - 1)];
        let spread = digest(&draft.record.entry.to_le_bytes())[0];
        self.run.factory.second() + minutes * 60 * (80 + i64::from(spread) * 40 / 255) / 100
    }

    fn abandon(&mut self) {
        if let Some(outbox) = self.outbox.take() {
            outbox.abandon();
        }
    }

    fn quit(&mut self) {
        if let Some(outbox) = self.outbox.take() {
            outbox.quit();
        }
    }
}

/// What makes two refusals alike: servers put numbers and addresses into their words.
fn alike(stage: Stage, reply: &Reply) -> String {
    format!("{stage} {} {:?}", reply.code, reply.enhanced())
}

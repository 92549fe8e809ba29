//! Sending one message over an open session, and acting on what the server replies.

use meetmint_core::Email;

use crate::delivery::run::{Job, Next, Origin, Run};
use crate::delivery::session::SmtpSession;
use crate::delivery::sync::Instant;
use crate::error_chain::ErrorChain;
use crate::ledger::{Intent, MessageState};
use crate::outbox::{
    Concerns, ConnectionError, DataOutcome, Rejected, Reply, Slowdown, Stage, Verdict,
};

/// A connection that the server closes after this many messages has reached a limit per connection. That is no reason
/// to slow down or to pause.
const FULL_CONNECTION: u32 = 10;

/// A code that, with 4.5.3 at MAIL, limits the messages of one connection.
const INSUFFICIENT_STORAGE: u16 = 452;

/// A session, and how to send messages over it.
pub(super) struct Transfer<'r, 'p> {
    run: &'r Run<'p>,
    from: Email,
    pub(super) session: Option<SmtpSession>,
    /// When the session was opened.
    pub(super) opened: Instant,
    /// The server has asked for fewer connections.
    pub(super) fewer_connections: bool,
}

/// The result of an attempt to send a message.
pub(super) enum Attempt<'r, 'p> {
    /// The result of the message is recorded. Perhaps the next one was taken meanwhile.
    Done(Option<Job<'r, 'p>>),
    /// Nothing was sent, and the next session can be opened at once.
    RetryAtOnce(Job<'r, 'p>),
    /// The server closed the connection with a reply, and nothing was sent: retry after a pause.
    Refused(Job<'r, 'p>, String),
    /// The connection broke, and nothing was sent: retry after a pause.
    Broken(Job<'r, 'p>, String),
    /// Nothing was sent, and this connection does not send it.
    GiveUp(Job<'r, 'p>),
}

impl<'r, 'p> Transfer<'r, 'p> {
    pub(super) fn new(run: &'r Run<'p>) -> Transfer<'r, 'p> {
        let from = run.factory.composer.sender().from_email().clone();
        Transfer { run, from, session: None, opened: Instant::now(), fewer_connections: false }
    }

    pub(super) fn is_open(&self) -> bool {
        self.session.as_ref().is_some_and(SmtpSession::is_open)
    }

    /// How many messages were sent over the session.
    pub(super) fn messages(&self) -> u32 {
        self.session.as_ref().map_or(0, SmtpSession::messages)
    }

    /// Ends the session with QUIT.
    pub(super) fn quit(&mut self) {
        if let Some(session) = self.session.take() {
            session.quit();
        }
    }

    /// Sends a message, once. The order is what keeps it from getting lost or being sent twice: envelope; intent on the
    /// disk; 354; message; reply; result. With CHUNKING, the session keeps the envelope, and sends it with the message.
    pub(super) fn attempt(&mut self, mut job: Job<'r, 'p>, origin: Origin) -> Attempt<'r, 'p> {
        // The intent of an earlier attempt was withdrawn when that one failed.
        job.intended = false;
        let Some(session) = &mut self.session else { return Attempt::GiveUp(job) };
        let (to, bytes) = (&job.draft.message.to, &job.draft.message.bytes);
        if let Err(rejected) = session.send_envelope(&self.from, to, bytes) {
            return self.on_rejected(job, origin, rejected);
        }
        // The commit takes as long as the server's replies, so it runs meanwhile.
        let intent = Intent { record: job.draft.record.clone(), outcome: None };
        let Some(id) = self.run.writer.commit_intent(intent, self.run.factory.second()) else {
            self.abandon();
            self.run.ledger_failed();
            return Attempt::GiveUp(job);
        };
        job.draft.record.id = Some(id);
        job.intended = true;
        if let Err(rejected) = session.read_envelope_replies() {
            return self.on_rejected(job, origin, rejected);
        }
        if self.run.is_ended() {
            // The last chance not to send it: what stopped the run may concern this message, too.
            self.abandon();
            self.run.withdraw_intent(&job);
            return Attempt::GiveUp(job);
        }
        if let Err(outcome) = session.send_data(&job.draft.message.bytes) {
            return self.on_data_outcome(job, origin, outcome, None);
        }
        // The next message is taken while the server works on this one, if it may be sent at once.
        let next = match self.run.next(origin.connection, true) {
            Next::Send(next) => Some(next),
            Next::Wait(..) | Next::Done => None,
        };
        let outcome = session.read_data_reply();
        self.on_data_outcome(job, origin, outcome, next)
    }

    /// The message was not accepted, and its content was not sent.
    fn on_rejected(
        &mut self,
        job: Job<'r, 'p>,
        origin: Origin,
        rejected: Rejected,
    ) -> Attempt<'r, 'p> {
        match rejected {
            Rejected::Broken(error) => self.on_broken(job, &error),
            Rejected::Reply { stage, reply } => self.on_reply(job, origin, stage, &reply, None),
            Rejected::Unsupported(unsupported) => {
                let verdict = Verdict::on_unsupported(unsupported);
                if verdict.concerns == Concerns::Person {
                    let why = unsupported.to_string();
                    // No server was asked: what it does not offer, it would not accept.
                    self.run.record_result(job, origin, MessageState::Refused, &why, 0);
                    return Attempt::Done(None);
                }
                self.run.stop(unsupported.to_string(), verdict.hint, None);
                Attempt::GiveUp(job)
            }
        }
    }

    /// The content of the message was sent.
    fn on_data_outcome(
        &mut self,
        job: Job<'r, 'p>,
        origin: Origin,
        outcome: DataOutcome,
        next: Option<Job<'r, 'p>>,
    ) -> Attempt<'r, 'p> {
        match outcome {
            DataOutcome::Accepted(reply) => {
                self.run.record_result(job, origin, MessageState::Accepted, &reply.to_string(), 0);
                Attempt::Done(next)
            }
            DataOutcome::Rejected(stage, reply) => self.on_reply(job, origin, stage, &reply, next),
            DataOutcome::NoChunking(reply) => {
                self.abandon();
                self.run.withdraw_intent(&job);
                self.run.note_chunking(&reply);
                Attempt::RetryAtOnce(job)
            }
            DataOutcome::NotSent(error) => self.on_broken(job, &error),
            DataOutcome::InDoubt(error) => {
                self.abandon();
                let why = ErrorChain(&error).to_string();
                self.run.record_result(job, origin, MessageState::InDoubt, &why, 0);
                // A doubt is committed at once: the process may be about to be killed.
                self.run.flush();
                if self.run.has_too_many_in_doubt() {
                    let why =
                        format!("the server receives messages but does not confirm them: {why}");
                    let hint = "ask the operator of the server whether they arrived; then run `meetmint settle --sent`, or `meetmint settle --resend`";
                    self.run.stop(why, Some(hint), None);
                }
                Attempt::Done(next)
            }
        }
    }

    fn on_broken(&mut self, job: Job<'r, 'p>, error: &ConnectionError) -> Attempt<'r, 'p> {
        self.abandon();
        self.run.withdraw_intent(&job);
        if matches!(error, ConnectionError::Interrupted) || self.run.is_ended() {
            return Attempt::GiveUp(job);
        }
        Attempt::Broken(job, ErrorChain(error).to_string())
    }

    /// A 4xx or 5xx. `next` is returned only if it can be sent over the same session; dropping it puts it back.
    fn on_reply(
        &mut self,
        mut job: Job<'r, 'p>,
        origin: Origin,
        stage: Stage,
        reply: &Reply,
        next: Option<Job<'r, 'p>>,
    ) -> Attempt<'r, 'p> {
        let mut verdict = Verdict::on_reply(stage, reply);
        let messages = self.messages();
        // On a new connection it cannot be a limit of messages per connection.
        if verdict.concerns == Concerns::Connection
            && reply.code == INSUFFICIENT_STORAGE
            && messages == 0
        {
            verdict.concerns = Concerns::PersonLater;
        }
        let closes = verdict.concerns == Concerns::Connection && !verdict.fewer_connections;
        let at_once = if closes {
            let is_full = messages >= FULL_CONNECTION && verdict.slowdown != Slowdown::Requested;
            let works = is_full || self.run.count_closing(origin, verdict.slowdown);
            // Once for each message: it may be the one that the server objects to.
            works && !std::mem::replace(&mut job.reopened, true)
        } else {
            self.run.slow_down(origin, verdict.slowdown);
            false
        };
        let words = reply.to_string();
        match verdict.concerns {
            Concerns::Person => {
                self.run.record_result(job, origin, MessageState::Refused, &words, 0);
                Attempt::Done(next)
            }
            Concerns::PersonLater => {
                let next_try = self.run.next_try(&job.draft);
                let person = job.draft.person.clone();
                self.run.record_result(job, origin, MessageState::Deferred, &words, next_try);
                if verdict.about_sender
                    && self.run.count_sender_deferral(origin, person, &words, &verdict)
                {
                    // Dropping the next message puts it back until the pause is over.
                    return Attempt::Done(None);
                }
                if verdict.fewer_connections && self.run.has_others() {
                    self.fewer_connections = true;
                    return Attempt::Done(None);
                }
                Attempt::Done(next)
            }
            Concerns::Undecided => {
                self.run.withdraw_intent(&job);
                // At once: a kill must leave it due, and this connection may have to wait for another one.
                self.run.flush();
                match self.run.add_undecided(job, origin, stage, reply, &verdict) {
                    Some(job) => Attempt::GiveUp(job),
                    None => Attempt::Done(next),
                }
            }
            Concerns::Connection => {
                self.run.withdraw_intent(&job);
                if verdict.fewer_connections && self.run.has_others() {
                    self.fewer_connections = true;
                    return Attempt::GiveUp(job);
                }
                self.quit();
                if at_once { Attempt::RetryAtOnce(job) } else { Attempt::Refused(job, words) }
            }
            Concerns::EveryMessage => {
                // Due again rather than refused: with the cause removed, the next run sends it.
                self.run.withdraw_intent(&job);
                self.run.stop(words, verdict.hint, verdict.resumes_in);
                Attempt::GiveUp(job)
            }
        }
    }

    /// Closes the connection without QUIT.
    fn abandon(&mut self) {
        if let Some(session) = self.session.take() {
            session.abandon();
        }
    }
}

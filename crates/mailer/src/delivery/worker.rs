//! One connection's thread: takes messages, keeps a session open, and sends them.

mod record;
mod transfer;

use std::time::Duration;

use self::transfer::{Attempt, Transfer};
use super::run::{ActiveConnection, Job, Next, Run};
use crate::error_chain::ErrorChain;
use crate::outbox::{SmtpError, SmtpServer, SmtpSession, Stage};

/// When one message has broken this many connections, the message is the likely cause, and the run stops.
const MAX_BREAKS: u32 = 3;

/// A session that would be idle for longer is closed. Servers may close one after five minutes (RFC 5321 §4.5.3.2.7),
/// and many do so much earlier.
const MAX_IDLE: Duration = Duration::from_secs(60);

/// The shortest pause after a login that was deferred: servers count logins per minute.
const LOGIN_PAUSE: Duration = Duration::from_secs(60);

/// The thread of one connection.
pub(super) struct ConnectionWorker<'r, 'p> {
    run: &'r Run<'p>,
    server: SmtpServer,
    /// Whether it is the one that works alone until a message has had a definite result.
    first: bool,
    transfer: Transfer<'r, 'p>,
    /// Dropped last, as the last field: the run waits for it.
    active: ActiveConnection<'r, 'p>,
}

impl<'r, 'p> ConnectionWorker<'r, 'p> {
    /// The worker of a connection, numbered from 0. It counts as working from now on.
    pub(super) fn new(run: &'r Run<'p>, number: u32) -> ConnectionWorker<'r, 'p> {
        let mut server = run.relay.server.clone();
        if run.relay.pace.connections > 1 {
            server.trace = server.trace.map(|trace| trace.numbered(number + 1));
        }
        let active = ActiveConnection::new(run);
        ConnectionWorker { run, server, first: number == 0, transfer: Transfer::new(run), active }
    }

    /// Sends messages until nothing is left for this connection.
    pub(super) fn work(mut self) {
        let mut prepared = None;
        while let Some(job) = prepared.take().or_else(|| self.next()) {
            prepared = self.send(job);
            // Not with a message in hand: it was taken because this connection could send it at once.
            let too_many = std::mem::take(&mut self.transfer.fewer_connections);
            if too_many && prepared.is_none() && self.active.retire() {
                break;
            }
        }
        // Before QUIT, which waits for the server: until the commit a kill would leave the last message in doubt.
        self.run.flush();
        self.transfer.quit();
    }

    /// Waits for the next message. `None` if there is none for this connection.
    fn next(&mut self) -> Option<Job<'r, 'p>> {
        loop {
            match self.run.next(self.first) {
                Next::Done => return None,
                Next::Send(job) => return Some(job),
                Next::Wait(wait, seen) => {
                    // The last result must not wait for the next message to share its commit.
                    self.run.flush();
                    if wait > MAX_IDLE {
                        self.transfer.quit();
                    }
                    self.run.wait(wait, seen);
                }
            }
        }
    }

    /// Sends one message, in several attempts if need be. Returns the next one, if it was taken meanwhile.
    fn send(&mut self, mut job: Job<'r, 'p>) -> Option<Job<'r, 'p>> {
        let mut breaks = 0;
        loop {
            if self.run.is_ended() || !self.connect(job.draft.end) {
                job.give_up();
                return None;
            }
            match self.transfer.attempt(job, self.first) {
                Attempt::Done(next) => return next,
                Attempt::GiveUp(job) => {
                    job.give_up();
                    return None;
                }
                Attempt::RetryAtOnce(again) => job = again,
                Attempt::Retry(again, why) => {
                    job = again;
                    breaks += 1;
                    if breaks >= MAX_BREAKS {
                        let hint = "run the command again to continue; -v shows the conversation";
                        self.run.stop(why.clone(), Some(hint), None);
                    }
                    // It is `None` after a stop, too: then the message stays due.
                    let Some(pause) = self.run.count_failure(&why, None) else {
                        job.give_up();
                        return None;
                    };
                    self.run.pause(pause);
                }
            }
        }
    }

    /// Makes sure that there is an open session, with messages left on it. `false` if the run has ended, or the meeting of
    /// the message, at `end`.
    fn connect(&mut self, end: i64) -> bool {
        let most = self.run.relay.pace.per_connection.unwrap_or(u32::MAX).max(1);
        if self.transfer.messages() >= most {
            self.transfer.quit();
        }
        while !self.transfer.is_open() {
            self.transfer.session = None;
            // Checked before each try, because a server may be down until after the meeting.
            if self.run.is_ended() || end <= self.run.factory.second() {
                return false;
            }
            match SmtpSession::connect(&self.server, &self.run.halt) {
                Ok(session) => {
                    self.run.set_reached();
                    self.transfer.session = Some(session);
                }
                Err(error) => {
                    if !self.wait_to_reconnect(&error) {
                        return false;
                    }
                }
            }
        }
        true
    }

    /// Waits after a failed connection. Returns whether to try again.
    fn wait_to_reconnect(&mut self, error: &SmtpError) -> bool {
        let (why, hint) = (ErrorChain(error).to_string(), error.hint());
        let hint = hint.as_ref();
        // An address at which nothing has ever answered is more often wrong than the server down.
        let wrong_address = !self.run.was_reached() && !error.is_deferral();
        if !error.is_temporary() || wrong_address {
            self.run.stop(why, Some(hint), None);
            return false;
        }
        let Some(mut pause) = self.run.count_failure(&why, Some(hint)) else { return false };
        // 454 at AUTH means too many logins (`invitation-email` facts, §3.1): one connection fewer helps more than
        // waiting.
        if let SmtpError::Deferred { stage: Stage::Login, .. } = error
            && !self.run.relay.max_wait.is_zero()
        {
            if self.run.has_others() {
                self.transfer.fewer_connections = true;
                return false;
            }
            pause = pause.max(LOGIN_PAUSE);
        }
        self.run.pause(pause);
        true
    }
}

//! One connection's thread: takes messages, keeps a session open, and sends them.

mod record;
mod transfer;

use std::time::Duration;

use self::transfer::{Attempt, Transfer};
use super::run::{ActiveConnection, Job, Next, Origin, Run};
use super::session::SmtpSession;
use super::sync::Instant;
use crate::error_chain::ErrorChain;
use crate::outbox::{SmtpError, SmtpServer, Stage};

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
    /// Counted from 0.
    number: u32,
    transfer: Transfer<'r, 'p>,
    /// Dropped last, as the last field: the run waits for it.
    active: ActiveConnection<'r, 'p>,
}

impl<'r, 'p> ConnectionWorker<'r, 'p> {
    /// The worker of a connection, numbered from 0. Number 0 sends the first message. It counts as working from now on.
    pub(super) fn new(run: &'r Run<'p>, number: u32) -> ConnectionWorker<'r, 'p> {
        let mut server = run.relay.server.clone();
        if run.relay.pace.connections > 1 {
            server.trace = server.trace.map(|trace| trace.numbered(number + 1));
        }
        let active = ActiveConnection::new(run);
        ConnectionWorker { run, server, number, transfer: Transfer::new(run), active }
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
            match self.run.next(self.number, self.transfer.is_open()) {
                Next::Done => return None,
                Next::Send(job) => return Some(job),
                Next::Wait(wait, seen) => {
                    // The last result must not wait for the next message to share its commit.
                    self.run.flush();
                    if wait.is_some_and(|wait| wait > MAX_IDLE) {
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
            let origin = Origin { connection: self.number, began: Instant::now() };
            // The server may be down until after the meeting.
            let is_over = job.draft.end <= self.run.factory.second();
            if is_over || !self.run.may_work(self.number, self.transfer.is_open()) {
                job.give_up();
                return None;
            }
            self.close_full_session();
            if !self.transfer.is_open() {
                if !self.connect(origin, job.reopened) {
                    job.give_up();
                    return None;
                }
                // That may have taken long: another connection may have trouble by now.
                continue;
            }
            job = self.run.renew(job)?;
            let (why, hint) = match self.transfer.attempt(job, origin) {
                Attempt::Done(next) => return next,
                Attempt::GiveUp(job) => {
                    job.give_up();
                    return None;
                }
                Attempt::RetryAtOnce(again) => {
                    job = again;
                    continue;
                }
                Attempt::Refused(again, why) => {
                    job = again;
                    (why, "wait a few minutes, then run the command again")
                }
                Attempt::Broken(again, why) => {
                    job = again;
                    breaks += 1;
                    let hint = "run the command again to continue; -v shows the conversation";
                    if breaks >= MAX_BREAKS {
                        self.run.stop(why.clone(), Some(hint), None);
                    }
                    (why, hint)
                }
            };
            // It broke with whatever the connection went through, not only with this message.
            let origin = Origin { began: self.transfer.opened, ..origin };
            // It is `None` after a stop, too: then the message stays due.
            let Some(pause) = self.run.count_failure(origin, &why, Some(hint)) else {
                job.give_up();
                return None;
            };
            self.pause(pause);
        }
    }

    /// Closes a session that has sent as many messages as one may.
    fn close_full_session(&mut self) {
        let most = self.run.relay.pace.per_connection.unwrap_or(u32::MAX).max(1);
        if self.transfer.messages() >= most {
            self.transfer.quit();
        }
    }

    /// Opens a session, or waits until the next try. `false` if there is none. `reopened` says whether the server has just
    /// closed one with a reply.
    fn connect(&mut self, origin: Origin, reopened: bool) -> bool {
        self.transfer.session = None;
        match SmtpSession::connect(&self.server, &self.run.halt) {
            Ok(session) => {
                self.run.set_reached();
                self.transfer.session = Some(session);
                self.transfer.opened = Instant::now();
                true
            }
            Err(error) => self.wait_to_reconnect(&error, origin, reopened),
        }
    }

    /// Pauses, unless another connection is the one that goes on after the pause.
    fn pause(&self, pause: Duration) {
        if self.run.may_work(self.number, false) {
            self.run.pause(pause);
        }
    }

    /// Waits after a failed connection. Returns whether to try again.
    fn wait_to_reconnect(&mut self, error: &SmtpError, origin: Origin, reopened: bool) -> bool {
        let (why, hint) = (ErrorChain(error).to_string(), error.hint());
        // An address at which nothing has ever answered is more often wrong than the server down.
        let wrong_address = !self.run.was_reached() && !error.is_deferral();
        if !error.is_temporary() || wrong_address {
            self.run.stop(why, Some(&hint), None);
            return false;
        }
        // 454 at AUTH means too many logins (`invitation-email` facts, §3.1), 421 as the greeting often too many
        // connections: while others work, one connection fewer helps more than waiting. It is no outage. A server that
        // has just closed connections may be restarting: then all of them are needed again.
        if error.is_deferral() && self.run.has_others() && !reopened {
            self.transfer.fewer_connections = true;
            return false;
        }
        let too_many_logins = matches!(error, SmtpError::Deferred { stage: Stage::Login, .. });
        let Some(mut pause) = self.run.count_failure(origin, &why, Some(&hint)) else {
            return false;
        };
        if too_many_logins && !self.run.relay.max_wait.is_zero() {
            pause = pause.max(LOGIN_PAUSE);
        }
        self.pause(pause);
        true
    }
}

//! Trouble with the server that is not about one message: how often it happened, and how long the run waits.
//!
//! It is counted for the run, not for each connection: a restart of the server that breaks eight connections is one
//! event.

use std::time::Duration;

use super::events::{Events, IN_A_ROW, Origin, Outage};
use super::shared::Run;
use super::state::RunState;
use crate::delivery::sync::Instant;
use crate::outbox::{Slowdown, Verdict};

/// The first pause in an outage, doubled after each failure, and the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// The doubling ends here: by then the longest pause is reached, and 2^8 does not overflow.
const MOST_DOUBLINGS: u32 = 8;

/// The pause of a run that is not to wait at all: long enough for a server that is just restarting a process.
const PAUSE_WITHOUT_WAIT: Duration = Duration::from_millis(100);

/// A run tolerates fewer failures than this even if it is not to wait: a single broken connection is common.
const MIN_FAILURES: u32 = 3;

/// The first pause if the server does not know the sender for the moment, doubled each further time, and the longest.
/// Its resolver asks again after minutes, not seconds.
const FIRST_SENDER_PAUSE: Duration = Duration::from_secs(60);
const LONGEST_SENDER_PAUSE: Duration = Duration::from_secs(15 * 60);

impl Run<'_> {
    /// Whether a connection may go on: the run has not ended, and no other connection goes on alone. `is_open` says
    /// whether it has a session.
    pub(in crate::delivery) fn may_work(&self, connection: u32, is_open: bool) -> bool {
        self.state().may_work(connection, is_open)
    }

    /// Counts a failure that may be temporary. Returns how long to pause before the next try; `None` if the run has ended,
    /// because the outage lasts too long or for any other reason.
    pub(in crate::delivery) fn count_failure(
        &self,
        origin: Origin,
        why: &str,
        hint: Option<&str>,
    ) -> Option<Duration> {
        let mut state = self.state();
        if state.ended {
            return None;
        }
        let now = Instant::now();
        let mut outage =
            state.outage.unwrap_or(Outage { since: now, failures: Events::default(), until: now });
        if !outage.failures.notice(origin.began, now) {
            return Some(outage.until.saturating_duration_since(now));
        }
        let max_wait = self.relay.max_wait;
        let failures = outage.failures.count();
        let pause = if max_wait.is_zero() {
            PAUSE_WITHOUT_WAIT
        } else {
            (FIRST_PAUSE * 2u32.pow((failures - 1).min(MOST_DOUBLINGS))).min(LONGEST_PAUSE)
        };
        outage.until = now + pause;
        state.outage = Some(outage);
        state.lead = origin.connection;
        // Before a pause that would end too late, not after it: the user learns at once that the run has stopped.
        if failures >= MIN_FAILURES && outage.since.elapsed() + pause > max_wait {
            // `stop` locks it again.
            drop(state);
            self.stop(why.to_owned(), hint, None);
            return None;
        }
        // A shorter pause is over before anybody has read about it.
        if pause >= FIRST_PAUSE {
            state.notes.push(format!("{why}; trying again in {} s", pause.as_secs()));
        }
        self.notify(&mut state);
        Some(pause)
    }

    /// Lowers the pace if a reply asks for it, or if it may ask for it and such replies are frequent. Requests in replies to
    /// messages that were under way together are one request.
    pub(in crate::delivery) fn slow_down(&self, origin: Origin, slowdown: Slowdown) {
        let mut state = self.state();
        let why = match slowdown {
            Slowdown::Requested => "the server asked for a slower pace",
            Slowdown::Possible if state.limiter.suspect() => {
                "the server often defers messages or closes connections"
            }
            Slowdown::Possible | Slowdown::No => return,
        };
        let now = Instant::now();
        if !state.slowed.notice(origin.began, now) {
            return;
        }
        let gap = state.limiter.slow_down(now);
        // One note among others is enough.
        if state.notes.is_empty() {
            let tenths = (gap.as_secs_f64() * 10.0).round() / 10.0;
            state.notes.push(format!("{why}: slowing down to one message every {tenths} s"));
        }
        self.notify(&mut state);
    }

    /// Counts a connection that the server closed with a reply, and lowers the pace if the reply asks for it. Returns whether
    /// another one may be opened at once: a message was accepted since the previous closing, so the server works, and
    /// closes connections after some messages or some time. Connections that are closed together are one closing.
    pub(in crate::delivery) fn count_closing(&self, origin: Origin, slowdown: Slowdown) -> bool {
        let mut state = self.state();
        let closings = &mut state.closings;
        let is_new = closings.events.notice(origin.began, Instant::now());
        if is_new {
            closings.reopen = std::mem::take(&mut closings.accepted_since);
        }
        let reopen = closings.reopen && slowdown != Slowdown::Requested;
        drop(state);
        if is_new {
            self.slow_down(origin, slowdown);
        }
        reopen
    }

    /// Whether messages got in doubt so often in a row that the next ones would, too.
    pub(in crate::delivery) fn has_too_many_in_doubt(&self) -> bool {
        self.state().doubts.count() as usize >= IN_A_ROW
    }

    /// Counts a message that was deferred because of its sender. From the third person in a row on, all connections
    /// pause, or the run stops if the pause would be longer than it may wait. Returns whether the run pauses or has stopped.
    pub(in crate::delivery) fn count_sender_deferral(
        &self,
        origin: Origin,
        person: String,
        reply: &str,
        verdict: &Verdict,
    ) -> bool {
        let mut state = self.state();
        let RunState { sender_trouble: trouble, lead, notes, .. } = &mut *state;
        trouble.people.insert(person);
        if trouble.people.len() < IN_A_ROW {
            return false;
        }
        let now = Instant::now();
        if !trouble.pauses.notice(origin.began, now) {
            return true;
        }
        let doublings = (trouble.pauses.count() - 1).min(MOST_DOUBLINGS);
        let pause = (FIRST_SENDER_PAUSE * 2u32.pow(doublings)).min(LONGEST_SENDER_PAUSE);
        let since = *trouble.since.get_or_insert(now);
        if since.elapsed() + pause > self.relay.max_wait {
            drop(state);
            self.stop(reply.to_owned(), verdict.hint, None);
            return true;
        }
        trouble.until = Some(now + pause);
        *lead = origin.connection;
        notes.push(format!(
            "the server does not accept the sender at the moment: {reply}; trying again in {} s",
            pause.as_secs()
        ));
        self.notify(&mut state);
        true
    }
}

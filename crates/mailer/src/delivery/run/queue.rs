//! Handing out messages to connections, at the pace and in the order of the list.

use std::time::Duration;

use super::shared::Run;
use super::state::{CHUNK, RunState};
use super::task::Task;
use crate::delivery::factory::{Draft, Outline};
use crate::delivery::rate::Permit;
use crate::delivery::sync::{Instant, panicking, wait_for, wait_for_change};

/// A longer gap between two messages counts as waiting, which `max_wait` limits.
const LONGEST_GAP: Duration = Duration::from_secs(60);

/// A task that a connection has taken. If it is dropped before its result is recorded, the task goes back to the front of
/// the queue: no message can get lost on the way out of a function.
pub(super) struct Claim<'r, 'p> {
    run: &'r Run<'p>,
    /// `None` once the result is recorded.
    task: Option<Task>,
}

/// A message to be sent by the connection that holds it. Dropping it unsent puts it back into the queue.
pub(in crate::delivery) struct Job<'r, 'p> {
    claim: Claim<'r, 'p>,
    pub(in crate::delivery) draft: Box<Draft>,
    /// Whether its intent was committed in this attempt.
    pub(in crate::delivery) intended: bool,
    /// Whether a new connection was opened for it without a pause.
    pub(in crate::delivery) reopened: bool,
}

/// What a connection does next.
pub(in crate::delivery) enum Next<'r, 'p> {
    /// Send this message.
    Send(Job<'r, 'p>),
    /// Wait until the number of changes is another one than this, or for this long: there is nothing to do before a change
    /// if it says nothing.
    Wait(Option<Duration>, u64),
    /// Finish: nothing is left for it.
    Done,
}

impl<'r, 'p> Claim<'r, 'p> {
    /// A claim on a task that was counted as claimed. The caller must not hold the state's lock: dropping the claim
    /// takes it.
    fn new(run: &'r Run<'p>, task: Task) -> Claim<'r, 'p> {
        Claim { run, task: Some(task) }
    }

    fn release(mut self) {
        self.task = None;
    }
}

impl Drop for Claim<'_, '_> {
    fn drop(&mut self) {
        let Some(task) = self.task.take() else { return };
        let mut state = self.run.state();
        if panicking() {
            // Whether the message was sent is unknown here, so no other connection may send it. If its intent is in the
            // ledger, the next run will find it in doubt.
            state.ended = true;
        } else {
            state.given_back.push_front(task);
            // Nothing was sent, so it does not count for the quota.
            state.limiter.refund();
        }
        state.claimed -= 1;
        self.run.notify(&mut state);
    }
}

impl<'r, 'p> Job<'r, 'p> {
    fn new(claim: Claim<'r, 'p>, draft: Box<Draft>) -> Job<'r, 'p> {
        Job { claim, draft, intended: false, reopened: false }
    }

    /// The same job with its message made anew.
    pub(super) fn with_draft(self, draft: Box<Draft>) -> Job<'r, 'p> {
        Job { draft, intended: false, ..self }
    }

    /// Whether this is a copy of a message in doubt.
    pub(in crate::delivery) fn is_resend(&self) -> bool {
        matches!(self.claim.task, Some(Task::Resend(_)))
    }

    /// The task, if its message may be made anew: a resent one is sent as it was.
    pub(super) fn task(&self) -> Option<&Task> {
        self.claim.task.as_ref().filter(|task| matches!(task, Task::Due { .. }))
    }

    /// Gives up the job, because its meeting has ended.
    pub(super) fn skip(self) {
        self.claim.run.skip(self.claim);
    }

    /// Gives up the job without sending it: back to the queue, unless its meeting has ended.
    pub(in crate::delivery) fn give_up(self) {
        let run = self.claim.run;
        // Committed first: the connection that takes it next has to find it due in the ledger. Its intent may be that of an
        // earlier attempt.
        run.flush();
        if self.draft.end <= run.factory.second() {
            self.skip();
        }
    }

    /// Takes the message out of the run, because its result is being recorded. The caller counts it as no longer claimed.
    pub(super) fn release(self) -> Box<Draft> {
        self.claim.release();
        self.draft
    }
}

impl<'p> Run<'p> {
    /// What a connection does next; `is_open` says whether it has a session. Until a message has had a definite result, only the first one works: a login that
    /// fails on all of them at once would lock the account.
    pub(in crate::delivery) fn next(&self, connection: u32, is_open: bool) -> Next<'_, 'p> {
        loop {
            match self.claim_next(connection, is_open) {
                Ok((claim, outline)) => {
                    if let Some(job) = self.prepare_claimed(claim, outline) {
                        return Next::Send(job);
                    }
                }
                Err(next) => return next,
            }
        }
    }

    /// Claims the next message. As the error, what the connection does instead.
    fn claim_next(
        &self,
        connection: u32,
        is_open: bool,
    ) -> Result<(Claim<'_, 'p>, Outline), Next<'_, 'p>> {
        // So many that the other connections can go on while this one looks up.
        let low_water = (self.relay.pace.connections as usize).clamp(1, CHUNK);
        let mut state = self.state();
        loop {
            // A claimed task may come back, so a connection waits for it.
            let on_the_way = state.preparing + state.claimed;
            let is_empty = state.outlines.is_empty() && state.queued() == 0;
            if state.ended || is_empty && on_the_way == 0 {
                return Err(Next::Done);
            }
            // Asked before the pace: with nothing left to send, nobody has to wait for a quota.
            if !state.may_work(connection, is_open) || is_empty && state.preparing == 0 {
                return Err(Next::Wait(None, state.changes));
            }
            if let Some(pause) = state.sender_pause() {
                return Err(Next::Wait(Some(pause), state.changes));
            }
            self.check_pace(&mut state)?;
            // One connection looks up for all of them.
            let is_low = state.outlines.len() < low_water && state.queued() > 0;
            if !is_low || state.preparing > 0 {
                break;
            }
            state = self.look_up(state);
        }
        let Some((task, outline)) = state.outlines.pop_front() else {
            // Another connection is looking them up.
            return Err(Next::Wait(None, state.changes));
        };
        state.limiter.acquire(Instant::now(), self.factory.second());
        state.claimed += 1;
        drop(state);
        Ok((Claim::new(self, task), outline))
    }

    /// Whether the pace allows a message now. If not, the connection waits, or the run ends because that would take too
    /// long.
    fn check_pace(&self, state: &mut RunState) -> Result<(), Next<'_, 'p>> {
        let permit = state.limiter.check(Instant::now(), self.factory.second());
        if matches!(permit, Permit::QuotaUsedUp(_)) && state.claimed > 0 {
            // If one of the messages under way is not accepted, its permit is returned.
            return Err(Next::Wait(None, state.changes));
        }
        let wait = match permit {
            Permit::Granted => Duration::ZERO,
            Permit::After(wait) => wait,
            Permit::QuotaUsedUp(until) => self.wait_for_quota(state, until),
        };
        if wait > LONGEST_GAP.max(self.relay.max_wait) {
            let seconds = i64::try_from(wait.as_secs()).unwrap_or(i64::MAX);
            state.summary.later = Some(self.factory.second().saturating_add(seconds));
            state.ended = true;
            self.notify(state);
            return Err(Next::Done);
        }
        if wait.is_zero() { Ok(()) } else { Err(Next::Wait(Some(wait), state.changes)) }
    }

    /// Composes a message for the connection that has claimed it. `None` if its meeting has ended, or if the run has
    /// failed.
    fn prepare_claimed<'r>(
        &'r self,
        claim: Claim<'r, 'p>,
        outline: Outline,
    ) -> Option<Job<'r, 'p>> {
        match self.compose(outline) {
            Ok(Some(draft)) => Some(Job::new(claim, draft)),
            Ok(None) => {
                self.skip(claim);
                None
            }
            Err(error) => {
                self.fail(error);
                None
            }
        }
    }

    /// How long to wait until the quota allows another message.
    fn wait_for_quota(&self, state: &mut RunState, until: i64) -> Duration {
        let wait = Duration::from_secs((until - self.factory.second()).max(1).unsigned_abs());
        if wait <= self.relay.max_wait && !std::mem::replace(&mut state.quota_noted, true) {
            state
                .notes
                .push("the quota is used up: waiting until it allows more messages".to_owned());
        }
        wait
    }

    /// A claimed message is not sent, because its meeting ended during the run.
    fn skip(&self, claim: Claim<'_, '_>) {
        claim.release();
        let mut state = self.state();
        state.count_over();
        state.claimed -= 1;
        state.limiter.refund();
        self.notify(&mut state);
    }

    /// Waits until the number of changes is another one than `seen`, for `duration` at most if there is one.
    pub(in crate::delivery) fn wait(&self, duration: Option<Duration>, seen: u64) {
        self.wait_while(duration, |state| state.changes == seen && !state.ended);
    }

    /// Waits for all of `duration`, unless the run ends.
    pub(in crate::delivery) fn pause(&self, duration: Duration) {
        self.wait_while(Some(duration), |state| !state.ended);
    }

    fn wait_while(&self, duration: Option<Duration>, condition: impl FnMut(&mut RunState) -> bool) {
        let mut state = self.state();
        state.waiting += 1;
        let mut state = match duration {
            Some(duration) => wait_for(&self.changed, state, duration, condition),
            None => wait_for_change(&self.changed, state, condition),
        };
        state.waiting -= 1;
    }
}

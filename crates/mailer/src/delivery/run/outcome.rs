//! Results of messages, and whether the run goes on.

use std::sync::atomic::Ordering;

use super::events::{Origin, SenderTrouble};
use super::queue::Job;
use super::shared::Run;
use super::state::RunState;
use super::task::UndecidedMessage;
use crate::delivery::error::DeliveryError;
use crate::delivery::summary::Stopped;
use crate::delivery::sync::Instant;
use crate::ledger::MessageState;
use crate::outbox::Reply;

/// The result of a message.
#[derive(Clone, Copy)]
pub(in crate::delivery) struct Recorded<'o> {
    /// What the server replied, or that it did not.
    pub(in crate::delivery) result: MessageState,
    /// What the ledger records.
    pub(in crate::delivery) state: MessageState,
    /// The reply, or why there is none.
    pub(in crate::delivery) reply: &'o str,
    /// When a deferred message is tried again, in seconds since 1970 UTC.
    pub(in crate::delivery) next_try: i64,
}

impl Run<'_> {
    /// Ends the run because of an error of this program.
    pub(in crate::delivery) fn fail(&self, error: DeliveryError) {
        let mut state = self.state();
        state.fail(error);
        self.notify(&mut state);
    }

    /// Ends the run at the user's request.
    pub(in crate::delivery) fn interrupt(&self) {
        let mut state = self.state();
        self.halt();
        state.ended = true;
        state.summary.interrupted = true;
        self.notify(&mut state);
    }

    /// Ends every wait for the server except for the reply to a message that was sent, which would be in doubt without it.
    pub(in crate::delivery) fn halt(&self) {
        // Relaxed, because the flag guards no other data.
        self.halt.store(true, Ordering::Relaxed);
    }

    /// Stops the run, because every further message would fail in the same way.
    pub(in crate::delivery) fn stop(
        &self,
        why: String,
        hint: Option<&str>,
        resumes_in: Option<i64>,
    ) {
        let mut state = self.state();
        // The first reason counts: while the run ends, other connections may fail because of it.
        if !state.ended {
            let hint = hint.map(str::to_owned);
            let resumes = resumes_in.map(|seconds| self.factory.second() + seconds);
            state.summary.stopped = Some(Stopped { why, hint, resumes });
            state.ended = true;
        }
        self.notify(&mut state);
    }

    /// Tells the user that the server does not know BDAT although it offers CHUNKING.
    pub(in crate::delivery) fn note_chunking(&self, reply: &Reply) {
        let mut state = self.state();
        let note = format!(
            "the server offers CHUNKING but does not accept it ({reply}): going on without it; chunking = false under [outbox] avoids this"
        );
        // Connections that tried at the same time learn it at the same time.
        if !std::mem::replace(&mut state.chunking_noted, true) {
            state.notes.push(note);
        }
    }

    /// A connection to the server was opened.
    pub(in crate::delivery) fn set_reached(&self) {
        self.relay.reached.store(true, Ordering::Relaxed);
    }

    /// Whether a connection was ever opened: if not, the address may be wrong.
    pub(in crate::delivery) fn was_reached(&self) -> bool {
        self.relay.reached.load(Ordering::Relaxed)
    }

    /// Stops the run, because so many recipients were refused that the list is probably wrong. What was refused stays so.
    pub(super) fn stop_for_refusals(&self, reply: &str) {
        let why =
            format!("more than a tenth of the addresses were refused; the last reply was: {reply}");
        let hint = "check the roster; to retry a refused address, run `meetmint send --again --only EMAIL`";
        self.stop(why, Some(hint), None);
    }

    /// Records the result of a message, and takes the message out of the run. Returns the undecided messages that an
    /// acceptance decides: they are refused.
    pub(in crate::delivery) fn record(
        &self,
        job: Job<'_, '_>,
        origin: Origin,
        result: &Recorded<'_>,
    ) -> Vec<UndecidedMessage> {
        let Recorded { result, state: recorded, reply, next_try } = *result;
        let draft = job.release();
        let mut state = self.state();
        let RunState { summary, limiter, claimed, .. } = &mut *state;
        *claimed -= 1;
        summary.left -= 1;
        summary.add(&draft.person, recorded, reply, next_try);
        match result {
            MessageState::Accepted => limiter.record_accepted(),
            // It may have been accepted, so it counts for the quota.
            MessageState::InDoubt => {}
            _ => limiter.refund(),
        }
        let mut decided = Vec::new();
        if result == MessageState::InDoubt {
            if state.doubts.notice(origin.began, Instant::now()) {
                state.lead = origin.connection;
            }
        } else {
            state.probed = true;
            state.count_definite();
        }
        // Acceptance shows that the server works, and that the refusals before it were not about every message.
        if result == MessageState::Accepted {
            state.sender_trouble = SenderTrouble::default();
            state.closings.accepted_since = true;
            decided = std::mem::take(&mut state.undecided);
        }
        let too_many = recorded == MessageState::Refused && state.has_too_many_refused();
        self.notify(&mut state);
        drop(state);
        if too_many {
            self.stop_for_refusals(reply);
        }
        decided
    }
}

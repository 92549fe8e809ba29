//! Results of messages, and whether the run goes on.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::queue::Job;
use super::shared::Run;
use super::state::{Outage, RunState};
use super::task::UndecidedMessage;
use crate::delivery::error::DeliveryError;
use crate::delivery::summary::{FailedMessage, Stopped};
use crate::ledger::MessageState;

/// The first pause in an outage, doubled after each failure, and the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// The doubling ends here: by then the longest pause is reached, and 2^8 does not overflow.
const MOST_DOUBLINGS: u32 = 8;

/// The pause of a run that is not to wait at all: long enough for a server that is just restarting a process.
const PAUSE_WITHOUT_WAIT: Duration = Duration::from_millis(100);

/// A run tolerates fewer failures than this even if it is not to wait: a single broken connection is common.
const MIN_FAILURES: u32 = 3;

/// After this many equal results in a row the next messages are expected to end in the same way (`invitation-email`
/// facts, §3.1).
const IN_A_ROW: usize = 3;

/// From this many recipients on, more than a tenth of them refused means that the list is wrong (`invitation-email`
/// facts, §3.1).
const MIN_RECIPIENTS: usize = 30;

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
        // Ends every wait for the server except for the reply to a message that was sent, which would be in doubt
        // without it. Relaxed, because the flag guards no other data.
        self.halt.store(true, Ordering::Relaxed);
        state.ended = true;
        state.summary.interrupted = true;
        self.notify(&mut state);
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

    /// A connection to the server was opened.
    pub(in crate::delivery) fn set_reached(&self) {
        self.relay.reached.store(true, Ordering::Relaxed);
    }

    /// Whether a connection was ever opened: if not, the address may be wrong.
    pub(in crate::delivery) fn was_reached(&self) -> bool {
        self.relay.reached.load(Ordering::Relaxed)
    }

    /// Counts a failure that may be temporary. Returns how long to pause before the next try; `None` if the run has ended,
    /// because the outage lasts too long or for any other reason.
    pub(in crate::delivery) fn count_failure(
        &self,
        why: &str,
        hint: Option<&str>,
    ) -> Option<Duration> {
        let mut state = self.state();
        if state.ended {
            return None;
        }
        let max_wait = self.relay.max_wait;
        let Outage { since, failures } =
            state.outage.unwrap_or(Outage { since: Instant::now(), failures: 0 });
        state.outage = Some(Outage { since, failures: failures + 1 });
        let pause = if max_wait.is_zero() {
            PAUSE_WITHOUT_WAIT
        } else {
            (FIRST_PAUSE * 2u32.pow(failures.min(MOST_DOUBLINGS))).min(LONGEST_PAUSE)
        };
        // Before a pause that would end too late, not after it: the user learns at once that the run has stopped.
        if failures + 1 >= MIN_FAILURES && since.elapsed() + pause > max_wait {
            // `stop` locks it again.
            drop(state);
            self.stop(why.to_owned(), hint, None);
            return None;
        }
        // A shorter pause is over before anybody has read about it.
        if pause >= FIRST_PAUSE {
            state.notes.push(format!("{why}; trying again in {} s", pause.as_secs()));
        }
        Some(pause)
    }

    /// Lowers the pace, as the server asked.
    pub(in crate::delivery) fn slow_down(&self) {
        let mut state = self.state();
        let gap = state.limiter.slow_down(Instant::now());
        // Gaps below a second need no note, and one note among others is enough.
        if gap >= FIRST_PAUSE && state.notes.is_empty() {
            let note =
                format!("the server asked to slow down: one message every {} s", gap.as_secs());
            state.notes.push(note);
        }
        self.notify(&mut state);
    }

    /// Records the result of a message in the summary, and takes the message out of the run.
    pub(in crate::delivery) fn record(
        &self,
        job: Job<'_, '_>,
        message_state: MessageState,
        reply: &str,
        next_try: i64,
    ) {
        let draft = job.release();
        let mut state = self.state();
        let RunState { summary, limiter, claimed, .. } = &mut *state;
        *claimed -= 1;
        summary.left -= 1;
        summary.add(&draft.person, message_state, reply, next_try);
        match message_state {
            MessageState::Accepted => limiter.record_accepted(),
            // It may have been accepted, so it counts for the quota.
            MessageState::InDoubt => {}
            _ => limiter.refund(),
        }
        // Acceptance shows that the server works, and that the refusals before it were not about every message.
        if message_state == MessageState::Accepted {
            state.outage = None;
            state.undecided.clear();
        }
        // A doubt lets no other connection start: a server that never confirms would put a message of each in doubt.
        if message_state == MessageState::InDoubt {
            state.in_doubt_in_a_row += 1;
        } else {
            state.in_doubt_in_a_row = 0;
            state.probed = true;
        }
        self.notify(&mut state);
    }

    /// Whether so many messages in a row are in doubt that the next ones would be, too.
    pub(in crate::delivery) fn has_too_many_in_doubt(&self) -> bool {
        self.state().in_doubt_in_a_row >= IN_A_ROW
    }

    /// Counts a recipient that was named to the server. Returns whether too many of them are refused to go on.
    pub(in crate::delivery) fn count_recipient(&self, refused: bool) -> bool {
        let mut state = self.state();
        state.recipients += 1;
        state.recipients_refused += usize::from(refused);
        refused
            && state.recipients >= MIN_RECIPIENTS
            && state.recipients_refused * 10 > state.recipients
    }

    /// Whether an undecided reply concerns every message without further evidence: none was accepted before it, or
    /// the run has been stopped while this message was on its way.
    pub(in crate::delivery) fn undecided_concerns_every_message(&self) -> bool {
        let state = self.state();
        state.undecided_concerns_every_message
            || state.summary.stopped.is_some()
            || state.summary.delivered == 0
    }

    /// Adds a message that was recorded as refused by an undecided reply. If the reply turns out to concern every message,
    /// the last such messages become due again in the summary, and their ids are returned for the ledger.
    pub(in crate::delivery) fn add_undecided(&self, message: UndecidedMessage) -> Option<Vec<i64>> {
        let mut state = self.state();
        let RunState { undecided, undecided_concerns_every_message, summary, .. } = &mut *state;
        // Replies of another class have another cause: they are no evidence about this one.
        if undecided.last().is_some_and(|last| last.reply_class != message.reply_class) {
            undecided.clear();
        }
        undecided.push(message);
        if !*undecided_concerns_every_message && undecided.len() < IN_A_ROW {
            return None;
        }
        *undecided_concerns_every_message = true;
        let mut ids = Vec::new();
        for message in undecided.drain(..) {
            summary.reopen(&FailedMessage { person: message.person, reply: message.reply });
            ids.push(message.id);
        }
        Some(ids)
    }
}

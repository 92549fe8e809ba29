//! What came of messages, and whether the run goes on.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::{Run, Shared, Suspect};
use crate::delivery::DeliveryError;
use crate::delivery::factory::Draft;
use crate::delivery::relay::Stopped;
use crate::ledger::MessageState;

/// The first pause after trouble with the server, and the longest.
const PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// A run without any patience pauses so long between two of its tries.
const SHORT_PAUSE: Duration = Duration::from_millis(100);

/// So often trouble is borne, however little patience there is.
const TRIES: u32 = 3;

/// So many that are alike, one after the other, are no accident.
const ALIKE: usize = 3;

/// Of so many people that were asked for, a tenth may be refused (`architecture`).
const ENOUGH: usize = 30;

impl Run<'_> {
    /// The run ends because this program fails.
    pub(in crate::delivery) fn fail(&self, error: DeliveryError) {
        let mut shared = self.shared();
        shared.error.get_or_insert(error);
        shared.ended = true;
        self.tell_all(&mut shared);
    }

    /// The ledger has failed: nothing more may be handed over.
    pub(in crate::delivery) fn fail_over_ledger(&self) {
        let mut shared = self.shared();
        shared.ended = true;
        self.tell_all(&mut shared);
    }

    /// Somebody wants it to end.
    pub(in crate::delivery) fn interrupt(&self) {
        let mut shared = self.shared();
        // What is waited for is not waited for any more; messages on their way are.
        self.halt.store(true, Ordering::Relaxed);
        shared.ended = true;
        shared.summary.interrupted = true;
        self.tell_all(&mut shared);
    }

    /// The run ends for everybody's sake.
    pub(in crate::delivery) fn stop(
        &self,
        why: String,
        cure: Option<&str>,
        resumes_in: Option<i64>,
    ) {
        let mut shared = self.shared();
        if !shared.ended {
            let cure = cure.map(str::to_owned);
            let resumes = resumes_in.map(|seconds| self.factory.second() + seconds);
            shared.summary.stopped = Some(Stopped { why, cure, resumes });
            shared.ended = true;
        }
        self.tell_all(&mut shared);
    }

    /// The server was reached.
    pub(in crate::delivery) fn reached(&self) {
        self.relay.reached.store(true, Ordering::Relaxed);
    }

    /// Whether the server was reached before: if not, its address may be wrong.
    pub(in crate::delivery) fn was_reached(&self) -> bool {
        self.relay.reached.load(Ordering::Relaxed)
    }

    /// Something with the server failed that may go better later. Gives how long to wait before it is tried again;
    /// `None` if the run has ended, over this or anything else.
    pub(in crate::delivery) fn trouble(&self, why: &str, cure: Option<&str>) -> Option<Duration> {
        let mut shared = self.shared();
        if shared.ended {
            return None;
        }
        let patience = self.relay.patience;
        let (since, tries) = shared.trouble.unwrap_or((Instant::now(), 0));
        shared.trouble = Some((since, tries + 1));
        let pause = if patience.is_zero() {
            SHORT_PAUSE
        } else {
            (PAUSE * 2u32.saturating_pow(tries.min(8))).min(LONGEST_PAUSE)
        };
        if tries + 1 >= TRIES && since.elapsed() + pause > patience {
            drop(shared);
            self.stop(why.to_owned(), cure, None);
            return None;
        }
        if pause >= PAUSE {
            shared.notes.push(format!("{why}; trying again in {} s", pause.as_secs()));
        }
        Some(pause)
    }

    /// The server wants it slower.
    pub(in crate::delivery) fn slow(&self) {
        let mut shared = self.shared();
        let before = shared.notes.len();
        let gap = shared.limiter.slow(Instant::now());
        if gap >= PAUSE && before == 0 {
            let words =
                format!("the server wants it slower: one message every {} s", gap.as_secs());
            shared.notes.push(words);
        }
        self.tell_all(&mut shared);
    }

    /// What came of a message.
    pub(in crate::delivery) fn tell(
        &self,
        draft: &Draft,
        state: MessageState,
        reply: &str,
        next_try: i64,
    ) {
        let mut shared = self.shared();
        let Shared { summary, limiter, held, .. } = &mut *shared;
        *held -= 1;
        summary.left -= 1;
        summary.add(&draft.person, state, reply, next_try);
        match state {
            MessageState::Accepted => limiter.good(),
            MessageState::InDoubt => {}
            _ => limiter.give_back(),
        }
        if state == MessageState::Accepted {
            shared.trouble = None;
            shared.suspects.clear();
        }
        // After a message of which nobody knows, the next one has to show that the way is clear.
        shared.clear |= state != MessageState::InDoubt;
        shared.doubts = if state == MessageState::InDoubt { shared.doubts + 1 } else { 0 };
        self.tell_all(&mut shared);
    }

    /// Whether so many messages in a row are in doubt that more would be, too.
    pub(in crate::delivery) fn is_doubtful(&self) -> bool {
        self.shared().doubts >= ALIKE
    }

    /// How a person's address was taken at RCPT. Whether so many are refused that it is no longer about people.
    pub(in crate::delivery) fn count_address(&self, refused: bool) -> bool {
        let mut shared = self.shared();
        shared.asked += 1;
        shared.refused += usize::from(refused);
        refused && shared.asked >= ENOUGH && shared.refused * 10 > shared.asked
    }

    /// Whether a refusal in words that may concern everybody does: nothing was taken before it, or the run stops
    /// already, while this message was on its way.
    pub(in crate::delivery) fn is_suspicious(&self) -> bool {
        let shared = self.shared();
        shared.suspected || shared.summary.stopped.is_some() || shared.summary.delivered == 0
    }

    /// A message was refused in words that may concern everybody, and that was noted. If they do, gives the messages
    /// that were refused in the same words, and takes back what was told of them.
    pub(in crate::delivery) fn suspect(&self, suspect: Suspect) -> Option<Vec<i64>> {
        let mut shared = self.shared();
        let Shared { suspects, suspected, summary, .. } = &mut *shared;
        if suspects.last().is_some_and(|last| last.kind_of_reply != suspect.kind_of_reply) {
            suspects.clear();
        }
        suspects.push(suspect);
        if !*suspected && suspects.len() < ALIKE {
            return None;
        }
        *suspected = true;
        let mut messages = Vec::new();
        for suspect in suspects.drain(..) {
            let told = (suspect.person, suspect.words);
            if let Some(at) = summary.refused.iter().rposition(|refused| *refused == told) {
                summary.refused.remove(at);
                summary.left += 1;
            }
            messages.push(suspect.id);
        }
        Some(messages)
    }
}

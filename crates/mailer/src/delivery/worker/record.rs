//! Recording what became of a message: in the ledger, then in the run.

use meetmint_core::digest;

use crate::delivery::factory::Draft;
use crate::delivery::run::{Job, Origin, Recorded, Run};
use crate::ledger::{Intent, MessageResult, MessageState, Outcome};

/// Minutes until a deferred message is tried again, try by try; the last one is repeated (`invitation-email` facts,
/// §3.5).
const RETRY_MINUTES: [i64; 5] = [1, 2, 5, 15, 60];

impl Run<'_> {
    /// Records the result of a message, and takes it out of the run.
    pub(super) fn record_result(
        &self,
        job: Job<'_, '_>,
        origin: Origin,
        result: MessageState,
        reply: &str,
        next_try: i64,
    ) {
        // A resent message stays in doubt unless it is accepted: the result says nothing about the first copy.
        let state = match result {
            MessageState::Accepted => result,
            _ if job.is_resend() => MessageState::InDoubt,
            _ => result,
        };
        let outcome = Outcome { state, reply: Some(reply.to_owned()), next_try };
        if let Some(id) = job.draft.record.id.filter(|_| job.intended) {
            self.writer.add_result(MessageResult { id, outcome });
        } else {
            // Refused before its intent was due: both go into one commit.
            let intent = Intent { record: job.draft.record.clone(), outcome: Some(outcome) };
            if self.writer.commit_intent(intent, self.factory.second()).is_none() {
                self.ledger_failed();
            }
        }
        let decided = self.record(job, origin, &Recorded { result, state, reply, next_try });
        self.refuse(decided);
    }

    /// Withdraws a message's intent, because nothing of the message was sent: the same message is due again.
    pub(super) fn withdraw_intent(&self, job: &Job<'_, '_>) {
        if let Some(id) = job.draft.record.id.filter(|_| job.intended) {
            let state = if job.is_resend() { MessageState::InDoubt } else { MessageState::Due };
            self.writer.add_result(MessageResult { id, outcome: state.into() });
        }
    }

    /// When a deferred message is tried again, in seconds since 1970 UTC. Up to 20 % earlier or later, depending on the
    /// entry, so that a whole list that was deferred does not come back at once.
    pub(super) fn next_try(&self, draft: &Draft) -> i64 {
        let minutes = RETRY_MINUTES[(draft.tries as usize).min(RETRY_MINUTES.len() - 1)];
        let spread = digest(&draft.record.entry.to_le_bytes())[0];
        self.factory.second() + minutes * 60 * (80 + i64::from(spread) * 40 / 255) / 100
    }
}

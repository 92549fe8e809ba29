//! Replies that may concern one message or every message: the results after them decide.
//!
//! An undecided message stays due, in the ledger and in the summary, while one connection goes on alone. The next
//! accepted message shows that it was about that message only; a third person in a row with the same reply, that every
//! message would fail.

use std::collections::HashSet;

use super::events::{IN_A_ROW, Origin};
use super::queue::Job;
use super::shared::Run;
use super::task::UndecidedMessage;
use crate::delivery::factory::Draft;
use crate::ledger::{Intent, MessageState, Outcome};
use crate::outbox::{Reply, Stage, Verdict};

impl<'r, 'p> Run<'p> {
    /// Puts a message aside whose reply is undecided, and stops the run if that shows that every message would fail. Its
    /// intent has been withdrawn. Returns the job if the run has ended: then nothing will decide.
    pub(in crate::delivery) fn add_undecided(
        &'r self,
        job: Job<'r, 'p>,
        origin: Origin,
        stage: Stage,
        reply: &Reply,
        verdict: &Verdict,
    ) -> Option<Job<'r, 'p>> {
        let mut state = self.state();
        if state.ended {
            return Some(job);
        }
        let is_resend = job.is_resend();
        let Draft { person, record, .. } = *job.release();
        state.claimed -= 1;
        state.limiter.refund();
        state.count_definite();
        state.lead = origin.connection;
        let words = reply.to_string();
        let reply_class = format!("{stage} {} {:?}", reply.code, reply.enhanced());
        let (reply, class) = (words.clone(), reply_class.clone());
        state.undecided.push(UndecidedMessage { person, record, is_resend, reply, reply_class });
        // Replies of another class have another cause: they end the row. One person may have several messages.
        let alike = state.undecided.iter().rev().take_while(|other| other.reply_class == class);
        let people: HashSet<&str> = alike.map(|message| message.person.as_str()).collect();
        let is_every_message = people.len() >= IN_A_ROW;
        let too_many = state.has_too_many_refused();
        if is_every_message || too_many {
            // They stay due.
            state.undecided.clear();
        }
        self.notify(&mut state);
        drop(state);
        if is_every_message {
            self.stop(words, verdict.hint, verdict.resumes_in);
        } else if too_many {
            self.stop_for_refusals(&words);
        }
        None
    }

    /// Records undecided messages as refused.
    pub(in crate::delivery) fn refuse(&self, messages: Vec<UndecidedMessage>) {
        for UndecidedMessage { person, record, is_resend, reply, .. } in messages {
            // The first copy of a resent message may have arrived.
            let result = if is_resend { MessageState::InDoubt } else { MessageState::Refused };
            let outcome = Outcome { state: result, reply: Some(reply.clone()), next_try: 0 };
            // The intent was withdrawn, or never needed: both go into one commit.
            let intent = Intent { record, outcome: Some(outcome) };
            if self.writer.commit_intent(intent, self.factory.second()).is_none() {
                self.ledger_failed();
                return;
            }
            let mut state = self.state();
            state.summary.left -= 1;
            state.summary.add(&person, result, &reply, 0);
            let too_many = state.has_too_many_refused();
            self.notify(&mut state);
            drop(state);
            if too_many {
                self.stop_for_refusals(&reply);
            }
        }
    }

    /// The run is over. If nobody else was due, nothing can decide any more, and what is undecided is refused.
    pub(super) fn decide_at_the_end(&self) {
        let undecided = {
            let mut state = self.state();
            if state.ended { Vec::new() } else { std::mem::take(&mut state.undecided) }
        };
        self.refuse(undecided);
    }
}

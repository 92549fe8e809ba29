//! What a run did, and how far it is.

use crate::ledger::MessageState;

/// What a run did. Times are in seconds since 1970 UTC.
#[derive(Debug, Default)]
pub struct Summary {
    /// Messages that were written to a folder or accepted by a mail server.
    pub delivered: usize,
    /// People whose message was refused, with the server's reply.
    pub refused: Vec<(String, String)>,
    /// People whose message was deferred, with the server's reply and the time of the next try.
    pub deferred: Vec<(String, String, i64)>,
    /// People whose message is in doubt, with the reason.
    pub in_doubt: Vec<(String, String)>,
    /// Why the run stopped, if every further message would have failed in the same way.
    pub stopped: Option<Stopped>,
    /// When the next message may be sent, if the pace allows no more for now.
    pub later: Option<i64>,
    /// Whether the run was interrupted.
    pub interrupted: bool,
    /// Messages that were not sent because their meeting had ended.
    pub over: usize,
    /// Messages that are still due.
    pub left: usize,
}

/// How far a run is, in messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Written to a folder, or accepted by a mail server.
    pub delivered: usize,
    /// Refused.
    pub refused: usize,
    /// To be tried again later.
    pub deferred: usize,
    /// In doubt.
    pub in_doubt: usize,
    /// Still due.
    pub left: usize,
}

/// Why no message can be sent, and what the user can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// Why.
    pub why: String,
    /// What the user can do.
    pub hint: Option<String>,
    /// When messages may be accepted again, in seconds since 1970 UTC, if that is known.
    pub resumes: Option<i64>,
}

impl Summary {
    /// Counts a message that was sent or tried.
    pub(super) fn add(&mut self, person: &str, state: MessageState, reply: &str, next_try: i64) {
        let (person, reply) = (person.to_owned(), reply.to_owned());
        match state {
            MessageState::Accepted | MessageState::Written => self.delivered += 1,
            MessageState::Refused => self.refused.push((person, reply)),
            MessageState::Deferred => self.deferred.push((person, reply, next_try)),
            _ => self.in_doubt.push((person, reply)),
        }
    }

    /// Counts a refused message as due again.
    pub(super) fn reopen(&mut self, person: String, reply: String) {
        let refused = (person, reply);
        // From the end: the message is one of the last few.
        if let Some(at) = self.refused.iter().rposition(|other| *other == refused) {
            self.refused.remove(at);
            self.left += 1;
        }
    }

    pub(super) fn tally(&self) -> Tally {
        Tally {
            delivered: self.delivered,
            refused: self.refused.len(),
            deferred: self.deferred.len(),
            in_doubt: self.in_doubt.len(),
            left: self.left,
        }
    }

    /// Adds what came of another run.
    pub fn merge(&mut self, other: Summary) {
        self.delivered += other.delivered;
        self.refused.extend(other.refused);
        self.deferred.extend(other.deferred);
        self.in_doubt.extend(other.in_doubt);
        self.over += other.over;
        self.left += other.left;
        self.interrupted |= other.interrupted;
        self.stopped = self.stopped.take().or(other.stopped);
        self.later = self.later.or(other.later);
    }

    /// Whether nothing prevents a further run at once.
    pub fn can_continue(&self) -> bool {
        self.stopped.is_none() && self.later.is_none() && !self.interrupted
    }

    /// Whether everyone has received what was due.
    pub fn is_complete(&self) -> bool {
        self.refused.is_empty()
            && self.deferred.is_empty()
            && self.in_doubt.is_empty()
            && self.over == 0
            && self.left == 0
    }
}

//! What a run did, and how far it is.

use crate::ledger::MessageState;

/// What a run did. Times are in seconds since 1970 UTC.
#[derive(Debug, Default)]
pub struct Summary {
    /// Messages that were written to a folder or accepted by a mail server.
    pub delivered: usize,
    /// The name of the first file that was written, if messages go to a folder.
    pub first_file: Option<String>,
    /// Messages that were refused.
    pub refused: Vec<FailedMessage>,
    /// Messages that were deferred.
    pub deferred: Vec<DeferredMessage>,
    /// Messages that are in doubt, with the reason as the reply.
    pub in_doubt: Vec<FailedMessage>,
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

/// A message that a run did not deliver, or perhaps not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedMessage {
    /// The person's key.
    pub person: String,
    /// The server's reply, or what broke the connection.
    pub reply: String,
}

/// A message that a run has to try again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeferredMessage {
    /// The person's key.
    pub person: String,
    /// The server's reply.
    pub reply: String,
    /// When it is tried again, in seconds since 1970 UTC.
    pub next_try: i64,
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
    /// Messages are not sent, because their meeting has ended.
    pub(super) fn leave_out(&mut self, over: usize) {
        self.left -= over;
        self.over += over;
    }

    /// Counts a message that was sent or tried.
    pub(super) fn add(&mut self, person: &str, state: MessageState, reply: &str, next_try: i64) {
        let (person, reply) = (person.to_owned(), reply.to_owned());
        match state {
            MessageState::Accepted | MessageState::Written => self.delivered += 1,
            MessageState::Refused => self.refused.push(FailedMessage { person, reply }),
            MessageState::Deferred => {
                self.deferred.push(DeferredMessage { person, reply, next_try });
            }
            // Due and sending are no results, so only messages in doubt are left.
            _ => self.in_doubt.push(FailedMessage { person, reply }),
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

    /// Adds what a later run did.
    pub fn merge(&mut self, other: Summary) {
        self.delivered += other.delivered;
        self.first_file = self.first_file.take().or(other.first_file);
        self.refused.extend(other.refused);
        self.deferred.extend(other.deferred);
        self.in_doubt.extend(other.in_doubt);
        self.over += other.over;
        self.left += other.left;
        self.interrupted |= other.interrupted;
        // The earlier reason stays: whatever stopped a run first is what the user has to deal with.
        self.stopped = self.stopped.take().or(other.stopped);
        self.later = self.later.or(other.later);
    }

    /// Whether a further run may follow at once: nothing has stopped, paced or interrupted this one.
    pub fn can_continue(&self) -> bool {
        self.stopped.is_none() && self.later.is_none() && !self.interrupted
    }
}

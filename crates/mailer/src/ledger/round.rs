//! Rounds: one reminder, or one set of new copies, to many people.

use super::state::Medium;

/// What the messages of a round are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoundKind {
    /// A reminder.
    Reminder,
    /// Reminders a certain time before the start. Whom they are for follows from the clock, so that none has to be finished
    /// before another begins.
    Before,
    /// New copies of invitations.
    NewCopies,
}

impl RoundKind {
    /// Its name in the database. Released names never change.
    pub(super) fn name(self) -> &'static str {
        match self {
            RoundKind::Reminder => "remind",
            RoundKind::Before => "before",
            RoundKind::NewCopies => "again",
        }
    }
}

/// A round that is to begin.
#[derive(Clone, Copy, Debug)]
pub struct NewRound<'r> {
    /// What its messages are.
    pub kind: RoundKind,
    /// What they go through.
    pub medium: Medium,
    /// The entries that it is for.
    pub entries: &'r [i64],
    /// When it begins, in seconds since 1970 UTC.
    pub begun: i64,
}

/// A round of messages. An interrupted one is finished before another of its kind begins, so that nobody gets two
/// copies because a command was killed and run again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    /// Its id.
    pub id: i64,
    /// When it began, in seconds since 1970 UTC.
    pub begun: i64,
    /// When its last message was done, in seconds since 1970 UTC; none while it is unfinished.
    pub finished: Option<i64>,
}

//! Rounds: one reminder, or one set of new copies, to many people.

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

//! Rounds: one reminder, or one set of new copies, to many people.

use serde::Serialize;

use super::Ledger;
use super::error::LedgerError;
use super::state::Medium;

/// What the messages of a round are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum RoundKind {
    /// A reminder.
    #[serde(rename = "remind")]
    Reminder,
    /// Reminders a certain time before the start: `remind --before`.
    // Whom they are for follows from the clock, so that none has to be finished before another begins.
    #[serde(rename = "before")]
    Before,
    /// New copies of invitations: `send --again`.
    #[serde(rename = "again")]
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
pub struct NewRound {
    /// What its messages are.
    pub kind: RoundKind,
    /// What they go through.
    pub medium: Medium,
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

/// Rounds of reminders and new copies.
impl Ledger {
    /// The last round of a kind.
    pub fn last_round(
        &self,
        kind: RoundKind,
        medium: Medium,
    ) -> Result<Option<Round>, LedgerError> {
        self.engine.last_round(kind, medium)
    }

    /// Begins a round for these entries. If one of them is an error, none has begun.
    pub fn begin_round(
        &mut self,
        round: &NewRound,
        entries: impl Iterator<Item = Result<i64, LedgerError>>,
    ) -> Result<Round, LedgerError> {
        self.engine.begin_round(round, entries)
    }

    /// Takes each entry of a round whose message was neither delivered nor refused yet, and is not in doubt, in the order
    /// of their ids.
    pub fn each_left_of_round(
        &self,
        round: i64,
        take: impl FnMut(i64) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        self.engine.each_left_of_round(round, take)
    }

    /// Whether an entry is in a round.
    pub fn is_in_round(&self, round: i64, entry: i64) -> Result<bool, LedgerError> {
        self.engine.is_in_round(round, entry)
    }

    /// Whether the person of an entry was sent a reminder at or after `since`, or may have been. Times are in seconds since
    /// 1970 UTC.
    pub fn was_reminded_since(
        &self,
        medium: Medium,
        since: i64,
        entry: i64,
    ) -> Result<bool, LedgerError> {
        self.engine.was_reminded_since(medium, since, entry)
    }

    /// When the person of an entry was last reminded of a start. Reminders that are to be tried again do not count. All
    /// times are in seconds since 1970 UTC.
    pub fn last_reminder(
        &self,
        medium: Medium,
        entry: i64,
        start: i64,
    ) -> Result<Option<i64>, LedgerError> {
        self.engine.last_reminder(medium, entry, start)
    }

    /// Ends a round. `now` is in seconds since 1970 UTC.
    pub fn finish_round(&mut self, round: i64, now: i64) -> Result<(), LedgerError> {
        self.engine.finish_round(round, now)
    }
}

//! Rounds: one reminder, or one set of new copies, to many people.

use std::collections::HashMap;

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

    /// Begins a round.
    pub fn begin_round(&mut self, round: &NewRound<'_>) -> Result<Round, LedgerError> {
        self.engine.begin_round(round)
    }

    /// Entries of a round whose message was neither delivered nor refused yet, and is not in doubt.
    pub fn round_left(&self, round: i64) -> Result<Vec<i64>, LedgerError> {
        self.engine.round_left(round)
    }

    /// All entries of a round.
    pub fn round_members(&self, round: i64) -> Result<Vec<i64>, LedgerError> {
        self.engine.round_members(round)
    }

    /// Entries whose person was sent a reminder at or after `since`, or may have been. Times are in seconds since 1970 UTC.
    pub fn reminded_since(&self, medium: Medium, since: i64) -> Result<Vec<i64>, LedgerError> {
        self.engine.reminded_since(medium, since)
    }

    /// When the person of an entry was last reminded of a start, by entry and start. Reminders that are to be tried again
    /// do not count. All times are in seconds since 1970 UTC.
    pub fn last_reminders(&self, medium: Medium) -> Result<HashMap<(i64, i64), i64>, LedgerError> {
        self.engine.last_reminders(medium)
    }

    /// Ends a round. `now` is in seconds since 1970 UTC.
    pub fn finish_round(&mut self, round: i64, now: i64) -> Result<(), LedgerError> {
        self.engine.finish_round(round, now)
    }
}

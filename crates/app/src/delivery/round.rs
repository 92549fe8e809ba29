//! A reminder, or new copies: a round. One that was interrupted is finished before another begins.

use std::collections::HashSet;

use meetmint_mailer::{Ledger, MessageKind, NewRound, Outbox, RoundKind, Summary};

use crate::delivery::session::DeliverySession;
use crate::error::Error;

/// A round of messages besides those that are due.
pub(crate) struct Round<'r> {
    /// What the messages of the round are.
    pub(crate) kind: RoundKind,
    /// The entries that a new round is for.
    pub(crate) entries: &'r HashSet<i64>,
    /// The entries that are still invited: nobody else gets the rest of an unfinished round.
    pub(crate) still_invited: &'r HashSet<i64>,
}

/// An earlier round that was interrupted.
pub(crate) struct UnfinishedRound {
    id: i64,
    /// People whose message of this round is in doubt.
    pub(crate) in_doubt: Vec<String>,
    /// How many people it has not reached yet: none, if its run was killed at the last message.
    pub(crate) left: usize,
    /// When it began, in seconds since 1970 UTC.
    pub(crate) begun: i64,
}

impl Round<'_> {
    /// The round that an earlier run began and did not finish.
    pub(crate) fn unfinished(
        &self,
        session: &DeliverySession<'_>,
        ledger: &Ledger,
    ) -> Result<Option<UnfinishedRound>, Error> {
        let last = ledger.last_round(self.kind, session.medium)?;
        let Some(round) = last.filter(|round| round.finished.is_none()) else { return Ok(None) };
        // May be 0, if the process was killed after the last message and before it marked the round as finished.
        let left = self.left(ledger, round.id)?.len();
        let in_doubt = ledger.round_doubts(round.id)?;
        Ok(Some(UnfinishedRound { id: round.id, in_doubt, left, begun: round.begun }))
    }

    /// Sends the rest of the unfinished round, or else begins a new one. A finished round must not be followed by a new
    /// one in the same run: whoever runs an interrupted command again wants what it was going to do, and another round
    /// would mail everybody twice.
    pub(crate) fn deliver(
        &self,
        session: &DeliverySession<'_>,
        ledger: &mut Ledger,
        outbox: &Outbox,
        unfinished: Option<&UnfinishedRound>,
    ) -> Result<Summary, Error> {
        let environment = &session.context.environment;
        let round = match unfinished {
            Some(unfinished) => unfinished.id,
            None => {
                let entries: Vec<i64> = self.entries.iter().copied().collect();
                let (kind, medium, begun) = (self.kind, session.medium, environment.seconds());
                ledger.begin_round(&NewRound { kind, medium, entries: &entries, begun })?.id
            }
        };
        let due = self.left(ledger, round)?;
        let summary = session.deliver(ledger, outbox, due, Some(round))?;
        // Asked again: a deferred message keeps the round open, and so does an interruption.
        if self.left(ledger, round)?.is_empty() {
            ledger.finish_round(round, environment.seconds())?;
        }
        Ok(summary)
    }

    /// Finishes the round that was delivered, if retries have reached the last of its people.
    pub(crate) fn finish_if_done(
        &self,
        session: &DeliverySession<'_>,
        ledger: &mut Ledger,
    ) -> Result<(), Error> {
        let last = ledger.last_round(self.kind, session.medium)?;
        let Some(round) = last.filter(|round| round.finished.is_none()) else { return Ok(()) };
        if self.left(ledger, round.id)?.is_empty() {
            ledger.finish_round(round.id, session.context.environment.seconds())?;
        }
        Ok(())
    }

    fn left(&self, ledger: &Ledger, round: i64) -> Result<Vec<(i64, MessageKind)>, Error> {
        let left = ledger.round_left(round)?.into_iter();
        // Since the round began, some may have been cancelled or removed.
        let left = left.filter(|entry| self.still_invited.contains(entry));
        let kind = match self.kind {
            RoundKind::Reminder => MessageKind::Remind,
            RoundKind::NewCopies => MessageKind::Invite,
        };
        Ok(left.map(|entry| (entry, kind)).collect())
    }
}

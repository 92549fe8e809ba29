//! A reminder, or fresh copies: a round that was interrupted is finished before another one begins.

use std::collections::HashSet;

use meetmint_mailer::{Ledger, MessageKind, Outbox, Summary};

use crate::campaign::Campaign;
use crate::failure::Failure;
use crate::world::World;

/// A round of messages beside what is due.
pub(super) struct Round<'r> {
    pub(super) name: &'static str,
    pub(super) kind: MessageKind,
    /// Whom a new round is for.
    pub(super) entries: &'r HashSet<i64>,
    /// Who is still invited: nobody else gets the rest of an old one.
    pub(super) still: &'r HashSet<i64>,
}

/// An earlier round that was interrupted.
pub(super) struct Unfinished {
    id: i64,
    /// Of whom nobody knows whether it reached them.
    pub(super) doubts: Vec<String>,
    /// Whom it still has to reach: nobody, if its run was killed at the last message.
    pub(super) left: usize,
    /// When it began, in seconds since 1970 UTC.
    pub(super) begun: i64,
}

impl Round<'_> {
    /// The round that an earlier run began and did not end.
    pub(super) fn unfinished(
        &self,
        campaign: &Campaign<'_>,
        ledger: &Ledger,
    ) -> Result<Option<Unfinished>, Failure> {
        let last =
            ledger.last_round(self.name, campaign.medium)?.filter(|round| round.finished.is_none());
        let Some(round) = last else { return Ok(None) };
        let left = self.left(ledger, round.id)?.len();
        let doubts = ledger.round_doubts(round.id)?;
        Ok(Some(Unfinished { id: round.id, doubts, left, begun: round.begun }))
    }

    /// Posts the rest of the unfinished round and nothing else, or else a new one. To begin another one where
    /// nobody is left would mail everybody twice: who runs a killed command again wants what it was to do.
    pub(super) fn post(
        &self,
        campaign: &Campaign<'_>,
        ledger: &mut Ledger,
        outbox: &Outbox,
        unfinished: Option<&Unfinished>,
    ) -> Result<Summary, Failure> {
        let round = match unfinished {
            Some(unfinished) => unfinished.id,
            None => {
                let entries: Vec<i64> = self.entries.iter().copied().collect();
                ledger
                    .begin_round(self.name, campaign.medium, &entries, World::clock().as_second())?
                    .id
            }
        };
        let due = self.left(ledger, round)?;
        let summary = campaign.post(ledger, outbox, due, Some(round))?;
        if self.left(ledger, round)?.is_empty() {
            ledger.finish_round(round, World::clock().as_second())?;
        }
        Ok(summary)
    }

    fn left(&self, ledger: &Ledger, round: i64) -> Result<Vec<(i64, MessageKind)>, Failure> {
        let left = ledger.round_left(round)?.into_iter().filter(|entry| self.still.contains(entry));
        Ok(left.map(|entry| (entry, self.kind)).collect())
    }
}

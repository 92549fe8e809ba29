//! Reminders and new copies: rounds of messages besides those that are due. One that was interrupted is finished before
//! another of its kind begins, so that nobody gets two because a command was killed and run again.

use std::collections::HashSet;

use meetmint_mailer::{
    Deferred, Due, DueByEntry, DueList, DueMessages, Ledger, LedgerError, NewRound, Outbox,
    RoundKind, Summary,
};

use crate::delivery::session::DeliverySession;
use crate::error::Error;

/// What a run does about a kind of round.
pub(crate) struct RoundPlan {
    kind: RoundKind,
    /// An earlier round that was interrupted.
    pub(crate) unfinished: Option<Unfinished>,
    /// The messages of the round that is to begin.
    new: DueList,
    /// The message that each entry may get: nobody else gets the rest of an unfinished round.
    allowed: DueByEntry,
    /// The rounds that were worked on.
    worked_on: Vec<i64>,
}

/// An earlier round that was interrupted.
pub(crate) struct Unfinished {
    id: i64,
    /// The messages that it has not sent yet and that may be sent now.
    rest: DueList,
    /// How many it has not sent yet either, because the server deferred them until later.
    waiting: usize,
    /// When it began, in seconds since 1970 UTC.
    pub(crate) begun: i64,
}

impl RoundPlan {
    /// The plan for a round with the messages that are `wanted`. `allowed` are the messages that anybody may get by now:
    /// since the unfinished round began, some may have been cancelled or removed.
    pub(crate) fn new(
        session: &DeliverySession<'_>,
        ledger: &Ledger,
        kind: RoundKind,
        wanted: &DueList,
        allowed: &DueList,
    ) -> Result<RoundPlan, Error> {
        // A list of its own, because the caller's may still change.
        let allowed = allowed.copied()?.by_entry()?;
        let new = wanted.copied()?;
        let mut plan = RoundPlan { kind, unfinished: None, new, allowed, worked_on: Vec::new() };
        let last = ledger.last_round(kind, session.medium)?;
        let Some(round) = last.filter(|round| round.finished.is_none()) else { return Ok(plan) };
        let mut left = wanted.emptied();
        plan.each_left(ledger, round.id, |message| left.push(&message))?;
        let is_left = left.by_entry()?;
        let mut is_wanted = false;
        for due in wanted.iter() {
            is_wanted = is_wanted || is_left.has_entry_of(&due?)?;
        }
        // Unless none of those who are left is wanted, this may be the interrupted command, run again, perhaps after an
        // edit of the roster: nobody gets a second message. Reminders before the start know by their dates whom they
        // have reached.
        let is_another_choice = !left.is_empty() && !is_wanted;
        let all_are_done = kind != RoundKind::Before && !is_another_choice;
        plan.new.retain(|due| {
            let is_done =
                is_left.has_entry_of(due)? || all_are_done && is_in_round(ledger, round.id, due)?;
            Ok(!is_done)
        })?;
        let waiting = session.waiting(ledger)?.into_iter();
        let waiting = waiting.filter(|one| one.round == Some(round.id));
        let waiting: HashSet<i64> = waiting.map(|one| one.entry).collect();
        let mut rest = left;
        let all = rest.len();
        rest.retain(|due| Ok(!due.known_entry().is_some_and(|entry| waiting.contains(&entry))))?;
        let waiting = all - rest.len();
        plan.unfinished = Some(Unfinished { id: round.id, rest, waiting, begun: round.begun });
        Ok(plan)
    }

    /// How many messages are to be sent.
    pub(crate) fn messages(&self) -> usize {
        self.new.len() + self.left_of_unfinished()
    }

    /// How many messages of the unfinished round are left: none, if its run was killed at the last one.
    pub(crate) fn left_of_unfinished(&self) -> usize {
        self.unfinished.as_ref().map_or(0, |unfinished| unfinished.rest.len() + unfinished.waiting)
    }

    /// The messages that are to be sent, by entry.
    pub(crate) fn mailed(&self) -> Result<Mailed, Error> {
        let rest = self.unfinished.as_ref().map(|unfinished| unfinished.rest.by_entry());
        Ok(Mailed { rest: rest.transpose()?, new: self.new.by_entry()? })
    }

    /// How many messages the new round has.
    pub(crate) fn new_messages(&self) -> usize {
        self.new.len()
    }

    /// Sends the rest of the unfinished round, and then the new one.
    pub(crate) fn deliver(
        &mut self,
        session: &DeliverySession<'_>,
        ledger: &mut Ledger,
        outbox: &Outbox,
    ) -> Result<Summary, Error> {
        let mut summary = Summary::default();
        if let Some(unfinished) = &mut self.unfinished {
            let rest = unfinished.take_rest();
            let id = unfinished.id;
            self.worked_on.push(id);
            if !rest.is_empty() {
                summary = session.deliver(ledger, outbox, messages(&rest), Some(id))?;
            }
        }
        // Counted here, because they stay to be sent if the new round cannot begin.
        summary.left += self.new.len();
        self.begin_new(session, ledger, outbox, &mut summary)?;
        Ok(summary)
    }

    /// Begins the new round, unless it has begun or the unfinished one still has messages to send. Returns whether anything
    /// was sent.
    pub(crate) fn begin_new(
        &mut self,
        session: &DeliverySession<'_>,
        ledger: &mut Ledger,
        outbox: &Outbox,
        summary: &mut Summary,
    ) -> Result<bool, Error> {
        if let Some(id) = self.unfinished.as_ref().map(|unfinished| unfinished.id) {
            let is_finished = self.finish(session, ledger, id)?;
            if !is_finished && self.kind != RoundKind::Before {
                return Ok(false);
            }
        }
        if self.new.is_empty() || !summary.can_continue() {
            return Ok(false);
        }
        let nothing = self.new.emptied();
        let new = std::mem::replace(&mut self.new, nothing);
        summary.left -= new.len();
        let (kind, medium) = (self.kind, session.medium);
        let begun = session.context.environment.seconds();
        let entries = new.tasks().map(|task| Ok(task?.entry));
        let id = ledger.begin_round(&NewRound { kind, medium, begun }, entries)?.id;
        self.worked_on.push(id);
        summary.merge(session.deliver(ledger, outbox, messages(&new), Some(id))?);
        Ok(true)
    }

    /// Whether a deferred message belongs to a round that was worked on.
    pub(crate) fn is_ours(&self, one: &Deferred) -> Result<bool, LedgerError> {
        Ok(one.round.is_some_and(|round| self.worked_on.contains(&round))
            && self.allowed.contains(one.entry)?)
    }

    /// Finishes the rounds that have nothing left to send. Otherwise the next round would be taken for the rest of this
    /// one, and mail nobody.
    pub(crate) fn finish_all(
        &self,
        session: &DeliverySession<'_>,
        ledger: &mut Ledger,
    ) -> Result<(), Error> {
        for round in &self.worked_on {
            self.finish(session, ledger, *round)?;
        }
        Ok(())
    }

    /// Finishes a round if nobody is left: a deferred message keeps it open, and so does an interruption.
    fn finish(
        &self,
        session: &DeliverySession<'_>,
        ledger: &mut Ledger,
        round: i64,
    ) -> Result<bool, Error> {
        let mut is_done = true;
        self.each_left(ledger, round, |_| {
            is_done = false;
            Ok(())
        })?;
        if is_done {
            ledger.finish_round(round, session.context.environment.seconds())?;
        }
        Ok(is_done)
    }

    /// Takes the messages of a round that are still to be sent, in the order of their entries.
    fn each_left(
        &self,
        ledger: &Ledger,
        round: i64,
        mut take: impl FnMut(Due) -> Result<(), LedgerError>,
    ) -> Result<(), Error> {
        let take = |entry| self.allowed.get(entry)?.map_or(Ok(()), &mut take);
        Ok(ledger.each_left_of_round(round, take)?)
    }
}

impl Unfinished {
    /// Takes out the messages that may be sent now.
    fn take_rest(&mut self) -> DueList {
        let nothing = self.rest.emptied();
        std::mem::replace(&mut self.rest, nothing)
    }
}

/// The messages of a run, by entry.
pub(crate) struct Mailed {
    rest: Option<DueByEntry>,
    new: DueByEntry,
}

impl Mailed {
    /// Whether an entry is sent something.
    pub(crate) fn contains(&self, entry: i64) -> Result<bool, LedgerError> {
        let in_rest = self.rest.as_ref().map_or(Ok(false), |rest| rest.contains(entry));
        Ok(in_rest? || self.new.contains(entry)?)
    }

    /// Whether the person of another message is sent something.
    pub(crate) fn has_entry_of(&self, due: &Due) -> Result<bool, LedgerError> {
        due.known_entry().map_or(Ok(false), |entry| self.contains(entry))
    }
}

fn is_in_round(ledger: &Ledger, round: i64, due: &Due) -> Result<bool, LedgerError> {
    due.known_entry().map_or(Ok(false), |entry| ledger.is_in_round(round, entry))
}

/// The messages of a list, as a delivery takes them.
fn messages(list: &DueList) -> DueMessages<'static> {
    let tasks = list.tasks().map(|task| task.map(|task| (task.entry, task.kind)));
    DueMessages::new(list.len(), tasks)
}

//! Reminders and new copies: rounds of messages besides those that are due. One that was interrupted is finished before
//! another of its kind begins, so that nobody gets two because a command was killed and run again.

use std::collections::{HashMap, HashSet};

use meetmint_mailer::{
    Deferred, DueList, Ledger, MessageKind, NewRound, Outbox, RoundKind, Summary,
};

use crate::delivery::session::DeliverySession;
use crate::error::Error;

/// What a run does about a kind of round.
pub(crate) struct RoundPlan {
    kind: RoundKind,
    /// An earlier round that was interrupted.
    pub(crate) unfinished: Option<Unfinished>,
    /// The entries of the round that is to begin, with the kinds of their messages.
    new: Vec<(i64, MessageKind)>,
    /// The kind of message that each entry may get: nobody else gets the rest of an unfinished round.
    allowed: HashMap<i64, MessageKind>,
    /// The rounds that were worked on.
    worked_on: Vec<i64>,
}

/// An earlier round that was interrupted.
pub(crate) struct Unfinished {
    id: i64,
    /// The messages that it has not sent yet and that may be sent now.
    rest: Vec<(i64, MessageKind)>,
    /// Those that it has not sent yet either, because the server deferred them until later.
    waiting: Vec<(i64, MessageKind)>,
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
        let wanted = messages(wanted)?;
        let allowed: HashMap<i64, MessageKind> = messages(allowed)?.into_iter().collect();
        let last = ledger.last_round(kind, session.medium)?;
        let mut plan =
            RoundPlan { kind, unfinished: None, new: Vec::new(), allowed, worked_on: Vec::new() };
        let mut done: HashSet<i64> = HashSet::new();
        if let Some(round) = last.filter(|round| round.finished.is_none()) {
            let left = plan.left(ledger, round.id)?;
            done = left.iter().map(|(entry, _)| *entry).collect();
            let wanted: HashSet<i64> = wanted.iter().map(|(entry, _)| *entry).collect();
            // Unless none of those who are left is wanted, this may be the interrupted command, run again, perhaps after an
            // edit of the roster: nobody gets a second message. Reminders before the start know by their dates whom they
            // have reached.
            let is_another_choice = !done.is_empty() && done.is_disjoint(&wanted);
            if kind != RoundKind::Before && !is_another_choice {
                done.extend(ledger.round_members(round.id)?);
            }
            let waiting = session.waiting(ledger)?.into_iter();
            let waiting = waiting.filter(|one| one.round == Some(round.id));
            let waiting: HashSet<i64> = waiting.map(|one| one.entry).collect();
            let (waiting, rest) = left.into_iter().partition(|(entry, _)| waiting.contains(entry));
            plan.unfinished = Some(Unfinished { id: round.id, rest, waiting, begun: round.begun });
        }
        plan.new = wanted.into_iter().filter(|(entry, _)| !done.contains(entry)).collect();
        Ok(plan)
    }

    /// How many messages are to be sent.
    pub(crate) fn messages(&self) -> usize {
        self.new.len() + self.left_of_unfinished()
    }

    /// How many messages of the unfinished round are left: none, if its run was killed at the last one.
    pub(crate) fn left_of_unfinished(&self) -> usize {
        self.unfinished
            .as_ref()
            .map_or(0, |unfinished| unfinished.rest.len() + unfinished.waiting.len())
    }

    /// The entries that are to be sent something.
    pub(crate) fn entries(&self) -> HashSet<i64> {
        let rest = self.unfinished.iter().flat_map(|unfinished| &unfinished.rest);
        rest.chain(&self.new).map(|(entry, _)| *entry).collect()
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
            let rest = std::mem::take(&mut unfinished.rest);
            let id = unfinished.id;
            self.worked_on.push(id);
            if !rest.is_empty() {
                summary = session.deliver(ledger, outbox, rest.into(), Some(id))?;
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
        let new = std::mem::take(&mut self.new);
        summary.left -= new.len();
        let entries: Vec<i64> = new.iter().map(|(entry, _)| *entry).collect();
        let (kind, medium) = (self.kind, session.medium);
        let begun = session.context.environment.seconds();
        let id = ledger.begin_round(&NewRound { kind, medium, entries: &entries, begun })?.id;
        self.worked_on.push(id);
        summary.merge(session.deliver(ledger, outbox, new.into(), Some(id))?);
        Ok(true)
    }

    /// Whether a deferred message belongs to a round that was worked on.
    pub(crate) fn is_ours(&self, one: &Deferred) -> bool {
        one.round.is_some_and(|round| self.worked_on.contains(&round))
            && self.allowed.contains_key(&one.entry)
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
        let is_done = self.left(ledger, round)?.is_empty();
        if is_done {
            ledger.finish_round(round, session.context.environment.seconds())?;
        }
        Ok(is_done)
    }

    fn left(&self, ledger: &Ledger, round: i64) -> Result<Vec<(i64, MessageKind)>, Error> {
        let left = ledger.round_left(round)?.into_iter();
        let allowed = left.filter_map(|entry| Some((entry, *self.allowed.get(&entry)?)));
        Ok(allowed.collect())
    }
}

/// The entries of messages, and their kinds.
fn messages(due: &DueList) -> Result<Vec<(i64, MessageKind)>, Error> {
    let tasks = due.tasks().map(|task| task.map(|task| (task.entry, task.kind)));
    Ok(tasks.collect::<Result<_, _>>()?)
}

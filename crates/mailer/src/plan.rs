//! The plan: what the roster wants against what was delivered, and so who gets which message.

mod action;
mod contents;
mod copies;
mod due;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::content::MessageKind;
use crate::ledger::{History, Ledger, LedgerEntry, LedgerError, MessageState};
use crate::reconcile::{LeftAlone, Pair, Reconciliation};
use crate::snapshot::{Change, Snapshot, Unreadable};
use action::{Action, action, last_alike};
pub use contents::{Contents, contents};
pub use copies::{copies, missing_files, reminders};
pub use due::{Due, DueByEntry, DueList, DueTask, Listed};

/// The history of somebody who has no entry.
static NO_HISTORY: History = History {
    delivered: None,
    was_cancelled: false,
    in_doubt: false,
    is_missing: false,
    last: None,
};

/// What a send would do.
#[derive(Debug)]
pub struct Plan {
    /// Messages that are due, those to moderators first.
    pub due: DueList,
    /// How many people have what they should have.
    pub same: usize,
    /// People to whom a server refused the message that they should get. It is tried again when their facts change.
    pub refused: Vec<Unresolved>,
    /// People of whom it is unknown whether the last message arrived, also if their meeting is over.
    pub in_doubt: Vec<Unresolved>,
    /// How many people get nothing because their meeting is over.
    pub over: usize,
    /// Rows that are over although the invitation of their person is not.
    pub left_alone: Vec<LeftAlone>,
    /// How many people have an invitation before this plan is carried out.
    pub invited: usize,
    /// How many people are cancelled because they are no longer in the roster.
    pub removals: usize,
    /// How many people are cancelled under an earlier organizer, because they are invited under the present one.
    pub replaced: usize,
    /// The addresses of these organizers.
    pub earlier_organizers: BTreeSet<String>,
    /// Whether the meeting is called off for everybody.
    pub called_off: bool,
    /// How many people of the roster have what they should have, but not in the folder outbox any more.
    pub missing: usize,
    /// How many old links still work after their person was removed, or lost the role of a moderator.
    pub old_links: usize,
    /// The last second in which one of them works, since 1970 UTC.
    pub old_links_until: i64,
}

/// A person whose last message was refused or is in doubt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unresolved {
    /// The person's key.
    pub person: String,
    /// The person's entry.
    pub entry: i64,
}

/// A person for whom something may be due.
struct Candidate<'a> {
    history: &'a History,
    /// The fingerprint of what the person should have; none if that is no invitation.
    wanted: Option<[u8; 16]>,
    person: &'a Arc<str>,
    start: i64,
    moderator: bool,
    row: Option<usize>,
    entry: Option<i64>,
}

impl<'a> Candidate<'a> {
    /// A row of the roster, with its entry if it has one.
    fn of_row(reconciliation: &Reconciliation, pair: &'a Pair) -> Candidate<'a> {
        let Pair { number, row, entry } = pair;
        let called_off = reconciliation.is_called_off_for(&row.person);
        Candidate {
            history: entry.as_ref().map_or(&NO_HISTORY, |entry| &entry.history),
            wanted: (!called_off).then_some(row.fingerprint),
            person: &row.person,
            start: row.start,
            moderator: row.moderator,
            row: Some(*number),
            entry: entry.as_ref().map(|entry| entry.id),
        }
    }

    /// An entry whose person should have no invitation.
    fn unwanted(entry: &'a LedgerEntry) -> Candidate<'a> {
        Candidate {
            history: &entry.history,
            wanted: None,
            person: &entry.person,
            start: entry.start,
            moderator: false,
            row: None,
            entry: Some(entry.id),
        }
    }

    /// A message to the person.
    fn due(&self, kind: MessageKind, changes: Vec<Change>, again: bool) -> Due {
        Due {
            person: Arc::clone(self.person),
            start: self.start,
            kind,
            changes,
            moderator: self.moderator,
            again,
            in_doubt: self.history.in_doubt,
            was_cancelled: self.history.was_cancelled,
            delivered: self.history.delivered.map(|delivered| delivered.message),
            row: self.row,
            entry: self.entry,
        }
    }
}

impl Plan {
    /// The plan for a roster that was reconciled with the entries of one medium.
    ///
    /// # Errors
    /// [`LedgerError`] if the ledger cannot be read.
    pub fn new(ledger: &Ledger, reconciliation: &Reconciliation) -> Result<Plan, LedgerError> {
        let mut plan = Plan {
            due: DueList::new(reconciliation.scratch())?,
            same: reconciliation.settled(),
            refused: Vec::new(),
            in_doubt: Vec::new(),
            over: 0,
            left_alone: reconciliation.left_alone()?,
            invited: reconciliation.settled(),
            removals: 0,
            replaced: 0,
            earlier_organizers: BTreeSet::new(),
            called_off: reconciliation.is_called_off(),
            missing: 0,
            old_links: 0,
            old_links_until: 0,
        };
        for pair in reconciliation.pairs() {
            let pair = pair?;
            let (row, entry) = (&pair.row, pair.entry.as_ref());
            let candidate = Candidate::of_row(reconciliation, &pair);
            let history = candidate.history;
            if reconciliation.is_over(row) {
                // An entry that is not over is among those that are kept.
                let is_over = entry.is_none_or(|entry| entry.end <= reconciliation.now());
                plan.over += usize::from(is_over);
                plan.invited += usize::from(is_over && history.delivered.is_some());
                if let Some(entry) = entry.filter(|_| is_over) {
                    plan.tell_doubt(entry);
                }
                continue;
            }
            plan.invited += usize::from(history.delivered.is_some());
            if entry.is_none() && reconciliation.has_to_wait(row) {
                plan.same += 1;
                continue;
            }
            let action = plan.add(&candidate, || changes(ledger, &pair))?;
            // Counted only while the message that follows from the change is due: later plans do not repeat it.
            if let Action::Send(_) = action {
                let row = candidate.wanted.map(|_| pair.number);
                plan.count_old_link(ledger, history, row, entry)?;
            }
            plan.missing += usize::from(action == Action::Same && history.is_missing);
        }
        for entry in reconciliation.removed() {
            let entry = entry?;
            if plan.remove(ledger, reconciliation, &entry)? {
                let by_mark = reconciliation.is_called_off_for(&entry.person);
                plan.removals += usize::from(!by_mark);
            }
        }
        for entry in reconciliation.replaced() {
            let entry = entry?;
            // Counted as a removal above, but its person stays.
            let Action::Send(_) = action(&entry.history, None) else { continue };
            if entry.end > reconciliation.now() {
                let by_mark = reconciliation.is_called_off_for(&entry.person);
                plan.removals = plan.removals.saturating_sub(usize::from(!by_mark));
                plan.replaced += 1;
                plan.earlier_organizers.insert(entry.organizer.to_string());
            }
        }
        for entry in reconciliation.kept() {
            let (entry, is_alone) = entry?;
            plan.keep_entry(ledger, reconciliation, &entry, is_alone)?;
        }
        Ok(plan)
    }

    /// Adds an entry that a bad row may mean, or one that is over.
    fn keep_entry(
        &mut self,
        ledger: &Ledger,
        reconciliation: &Reconciliation,
        entry: &LedgerEntry,
        is_alone: bool,
    ) -> Result<(), LedgerError> {
        // What was called off by a command does not depend on the roster.
        if reconciliation.is_called_off_for(&entry.person) {
            return self.remove(ledger, reconciliation, entry).map(drop);
        }
        let delivered = usize::from(entry.history.delivered.is_some());
        self.invited += delivered;
        if entry.end <= reconciliation.now() {
            self.over += delivered;
            self.tell_doubt(entry);
            return Ok(());
        }
        // Nothing is sent, but what an earlier message became is still to be told.
        let wanted = entry.wanted.then_some(entry.fingerprint);
        let unresolved = Unresolved { person: entry.person.to_string(), entry: entry.id };
        match action(&entry.history, wanted) {
            Action::Refused(_) => self.refused.push(unresolved),
            _ if entry.history.in_doubt => self.in_doubt.push(unresolved),
            // Those whose row is over are named one by one.
            _ if is_alone => {}
            _ => self.same += delivered,
        }
        Ok(())
    }

    /// Tells of a doubt about a meeting that is over: nothing is sent any more, but the doubt waits for `settle` all the same.
    fn tell_doubt(&mut self, entry: &LedgerEntry) {
        if entry.history.in_doubt {
            self.in_doubt.push(Unresolved { person: entry.person.to_string(), entry: entry.id });
        }
    }

    /// Adds somebody who is not to have an invitation. Returns whether a cancellation is due.
    fn remove(
        &mut self,
        ledger: &Ledger,
        reconciliation: &Reconciliation,
        entry: &LedgerEntry,
    ) -> Result<bool, LedgerError> {
        let delivered = usize::from(entry.history.delivered.is_some());
        self.invited += delivered;
        if entry.end <= reconciliation.now() {
            self.over += delivered;
            self.tell_doubt(entry);
            return Ok(false);
        }
        let action = self.add(&Candidate::unwanted(entry), || Ok(Vec::new()))?;
        self.count_old_link(ledger, &entry.history, None, Some(entry))?;
        Ok(matches!(action, Action::Send(_)))
    }

    fn add(
        &mut self,
        candidate: &Candidate<'_>,
        changes: impl FnOnce() -> Result<Vec<Change>, LedgerError>,
    ) -> Result<Action, LedgerError> {
        let Candidate { history, wanted, person, .. } = *candidate;
        let action = action(history, wanted);
        match action {
            Action::Send(kind) => {
                // Only an update names them. Reading snapshots for every invitation would slow down a first plan.
                let changes = if kind == MessageKind::Update { changes()? } else { Vec::new() };
                let again = last_alike(history, kind, wanted).is_some_and(|last| {
                    matches!(last.state, MessageState::Deferred | MessageState::Due)
                });
                self.due.push_by_role(&candidate.due(kind, changes, again))?;
            }
            Action::Same => self.same += 1,
            Action::Refused(_) | Action::InDoubt => {
                // Without an entry, nothing was ever sent.
                if let Some(entry) = candidate.entry {
                    let unresolved = Unresolved { person: person.to_string(), entry };
                    match action {
                        Action::Refused(_) => self.refused.push(unresolved),
                        _ => self.in_doubt.push(unresolved),
                    }
                }
            }
            Action::Nothing => {}
        }
        Ok(action)
    }

    /// Counts the link of somebody who was removed, or who is no longer a moderator: nothing revokes it. `row` is the
    /// row that the person has now.
    fn count_old_link(
        &mut self,
        ledger: &Ledger,
        history: &History,
        row: Option<usize>,
        entry: Option<&LedgerEntry>,
    ) -> Result<(), LedgerError> {
        // Whoever was sent nothing has no link.
        let Some(delivered) = history.delivered else { return Ok(()) };
        let before = ledger.snapshot_of_message(delivered.message)?;
        let outlives = match (row, entry) {
            (Some(row), Some(entry)) => {
                let now = wanted_snapshot(ledger, row, Some(entry.id))?;
                before.facts().moderator() && !now.facts().moderator()
            }
            _ => true,
        };
        if outlives {
            self.old_links += 1;
            self.old_links_until = self.old_links_until.max(before.facts().closes());
        }
        Ok(())
    }

    /// How many messages of a kind are due.
    pub fn count(&self, kind: MessageKind) -> usize {
        self.due.count(kind)
    }

    /// Keeps only the messages to chosen people, and at most `limit` of them. What is due for others stays due.
    ///
    /// # Errors
    /// [`LedgerError`] if the disk fails.
    pub fn keep(
        &mut self,
        chosen: impl Fn(&str) -> Result<bool, LedgerError>,
        limit: Option<usize>,
    ) -> Result<(), LedgerError> {
        // `limit` last: it counts chosen people only, and moderators come first.
        self.due.retain(|due| chosen(&due.person))?;
        self.keep_unresolved(|unresolved| chosen(&unresolved.person))?;
        limit.map_or(Ok(()), |limit| self.due.truncate(limit))
    }

    /// Keeps only those people whose last message was refused or is in doubt whom `is_kept` wants.
    ///
    /// # Errors
    /// [`LedgerError`] if `is_kept` fails.
    pub fn keep_unresolved(
        &mut self,
        is_kept: impl Fn(&Unresolved) -> Result<bool, LedgerError>,
    ) -> Result<(), LedgerError> {
        for people in [&mut self.refused, &mut self.in_doubt] {
            let kept = std::mem::take(people).into_iter().filter_map(|one| match is_kept(&one) {
                Ok(true) => Some(Ok(one)),
                Ok(false) => None,
                Err(error) => Some(Err(error)),
            });
            *people = kept.collect::<Result<_, _>>()?;
        }
        Ok(())
    }
}

/// The snapshot that a row wants: its temporary row, or the entry's if nothing changed.
fn wanted_snapshot(
    ledger: &Ledger,
    row: usize,
    entry: Option<i64>,
) -> Result<Snapshot, LedgerError> {
    match (ledger.temporary_row(row)?, entry) {
        (Some(snapshot), _) => Ok(snapshot),
        (None, Some(entry)) => ledger.snapshot_of_entry(entry),
        // A row without an entry always has a temporary row.
        (None, None) => Err(Unreadable(format!("row {row}")).into()),
    }
}

/// What a row changes about the message that was delivered.
fn changes(ledger: &Ledger, pair: &Pair) -> Result<Vec<Change>, LedgerError> {
    let Some(entry) = &pair.entry else { return Ok(Vec::new()) };
    let Some(delivered) = entry.history.delivered else { return Ok(Vec::new()) };
    let wanted = wanted_snapshot(ledger, pair.number, Some(entry.id))?;
    let before = ledger.snapshot_of_message(delivered.message)?;
    Ok(wanted.facts().changes(before.facts()))
}

/// Whether this is the next event in the folder of the last one: everything that was delivered is over, no row is one of
/// those entries, and a row lies ahead.
///
/// # Errors
/// [`LedgerError`] if the disk fails.
pub fn is_next_event(reconciliation: &Reconciliation) -> Result<bool, LedgerError> {
    reconciliation.is_next_event()
}

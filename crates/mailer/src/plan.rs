//! The plan: what the roster wants against what was delivered, and so who gets which message.

mod action;
mod contents;
mod copies;

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use jiff::Timestamp;

use crate::content::MessageKind;
use crate::ledger::{History, Ledger, LedgerEntry, LedgerError, MessageState, WantedRow};
use crate::reconcile::{LeftAlone, Reconciliation};
use crate::snapshot::{Change, Snapshot, Unreadable};
use action::{Action, action, last_alike};
pub use contents::{Contents, contents};
pub use copies::{copies, missing_files, reminders};

/// The history of somebody who has no entry.
static NO_HISTORY: History = History {
    delivered: None,
    was_cancelled: false,
    in_doubt: false,
    is_missing: false,
    last: None,
};

/// What a send would do.
#[derive(Debug, Default)]
pub struct Plan {
    /// Messages that are due, those to moderators first.
    pub due: Vec<Due>,
    /// How many people have what they should have.
    pub same: usize,
    /// People to whom a server refused the message that they should get. It is tried again when their facts change.
    pub refused: Vec<Unresolved>,
    /// People of whom it is unknown whether the last message arrived.
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

/// A message that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "none of them follows from another")]
pub struct Due {
    /// The person's key.
    pub person: Arc<str>,
    /// When the meeting starts, in seconds since 1970 UTC.
    pub start: i64,
    /// What the message is for.
    pub kind: MessageKind,
    /// For an update: what changed. For a reminder: what has changed since the invitation that it repeats.
    pub changes: Vec<Change>,
    /// Whether the person moderates.
    pub moderator: bool,
    /// Whether the same message was tried before.
    pub again: bool,
    /// Whether the last message to the person is in doubt.
    pub in_doubt: bool,
    /// Whether the person was last told that the meeting is called off.
    was_cancelled: bool,
    /// The id of the invitation or update that was last delivered to the person.
    delivered: Option<i64>,
    source: Source,
}

/// A person whose last message was refused or is in doubt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unresolved {
    /// The person's key.
    pub person: String,
    /// The person's entry.
    pub entry: i64,
}

/// Where the message comes from: an entry, or a row that has no entry before the plan is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    Row(usize),
    Entry(i64),
}

/// A person for whom something may be due.
struct Candidate<'a> {
    history: &'a History,
    /// The fingerprint of what the person should have; none if that is no invitation.
    wanted: Option<[u8; 16]>,
    person: &'a Arc<str>,
    start: i64,
    moderator: bool,
    source: Source,
}

impl<'a> Candidate<'a> {
    /// A row of the roster, with its entry if it has one.
    fn of_row(
        reconciliation: &Reconciliation,
        at: usize,
        row: &'a WantedRow,
        entry: Option<&'a LedgerEntry>,
    ) -> Candidate<'a> {
        let called_off = reconciliation.is_called_off_for(&row.person);
        Candidate {
            history: entry.map_or(&NO_HISTORY, |entry| &entry.history),
            wanted: (!called_off).then_some(row.fingerprint),
            person: &row.person,
            start: row.start,
            moderator: row.moderator,
            source: entry.map_or(Source::Row(at), |entry| Source::Entry(entry.id)),
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
            source: Source::Entry(entry.id),
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
            source: self.source,
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
            left_alone: reconciliation.left_alone().collect(),
            called_off: reconciliation.is_called_off(),
            same: reconciliation.settled(),
            invited: reconciliation.settled(),
            ..Plan::default()
        };
        for (at, (row, entry)) in reconciliation.pairs().enumerate() {
            let candidate = Candidate::of_row(reconciliation, at, row, entry);
            let history = candidate.history;
            if reconciliation.is_over(row) {
                // An entry that is not over is among those that are kept.
                let is_over = entry.is_none_or(|entry| entry.end <= reconciliation.now());
                plan.over += usize::from(is_over);
                plan.invited += usize::from(is_over && history.delivered.is_some());
                continue;
            }
            plan.invited += usize::from(history.delivered.is_some());
            if entry.is_none() && reconciliation.has_to_wait(row) {
                plan.same += 1;
                continue;
            }
            let action = plan.add(&candidate, || changes(ledger, at, entry))?;
            // Counted only while the message that follows from the change is due: later plans do not repeat it.
            if let Action::Send(_) = action {
                let row = candidate.wanted.map(|_| at);
                plan.count_old_link(ledger, history, row, entry)?;
            }
            plan.missing += usize::from(action == Action::Same && history.is_missing);
        }
        for entry in reconciliation.removed() {
            if plan.remove(ledger, reconciliation, entry)? {
                let by_mark = reconciliation.is_called_off_for(&entry.person);
                plan.removals += usize::from(!by_mark);
            }
        }
        for entry in reconciliation.replaced() {
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
            plan.keep_entry(ledger, reconciliation, entry)?;
        }
        // A stable sort would need half as much memory in addition, and there may be a million messages.
        let moderators: Vec<Due> = plan.due.extract_if(.., |due| due.moderator).collect();
        plan.due.splice(0..0, moderators);
        Ok(plan)
    }

    /// Adds an entry that a bad row may mean, or one that is over.
    fn keep_entry(
        &mut self,
        ledger: &Ledger,
        reconciliation: &Reconciliation,
        entry: &LedgerEntry,
    ) -> Result<(), LedgerError> {
        // What was called off by a command does not depend on the roster.
        if reconciliation.is_called_off_for(&entry.person) {
            return self.remove(ledger, reconciliation, entry).map(drop);
        }
        let delivered = usize::from(entry.history.delivered.is_some());
        self.invited += delivered;
        if entry.end <= reconciliation.now() {
            self.over += delivered;
            return Ok(());
        }
        // Nothing is sent, but what an earlier message became is still to be told.
        let wanted = entry.wanted.then_some(entry.fingerprint);
        let unresolved = Unresolved { person: entry.person.to_string(), entry: entry.id };
        match action(&entry.history, wanted) {
            Action::Refused(_) => self.refused.push(unresolved),
            _ if entry.history.in_doubt => self.in_doubt.push(unresolved),
            // Those whose row is over are named one by one.
            _ if reconciliation.is_left_alone(entry) => {}
            _ => self.same += delivered,
        }
        Ok(())
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
                self.due.push(candidate.due(kind, changes, again));
            }
            Action::Same => self.same += 1,
            Action::Refused(_) | Action::InDoubt => {
                // Without an entry, nothing was ever sent.
                if let Source::Entry(entry) = candidate.source {
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
        self.due.iter().filter(|due| due.kind == kind).count()
    }

    /// Keeps only the messages to chosen people, and at most `limit` of them. What is due for others stays due.
    pub fn keep(&mut self, chosen: impl Fn(&str) -> bool, limit: Option<usize>) {
        // `limit` last: it counts chosen people only, and moderators come first.
        self.due.retain(|due| chosen(&due.person));
        self.refused.retain(|refused| chosen(&refused.person));
        self.in_doubt.retain(|doubt| chosen(&doubt.person));
        if let Some(limit) = limit {
            self.due.truncate(limit);
        }
    }
}

impl Due {
    /// The id of its entry, if the ledger has one already.
    pub fn known_entry(&self) -> Option<i64> {
        self.entry(&[])
    }

    /// The id of its entry. `ids` has the id of each row's entry ([`Reconciliation::apply`]).
    pub fn entry(&self, ids: &[Option<i64>]) -> Option<i64> {
        match self.source {
            Source::Row(row) => ids.get(row).copied().flatten(),
            Source::Entry(entry) => Some(entry),
        }
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
fn changes(
    ledger: &Ledger,
    row: usize,
    entry: Option<&LedgerEntry>,
) -> Result<Vec<Change>, LedgerError> {
    let Some(entry) = entry else { return Ok(Vec::new()) };
    let Some(delivered) = entry.history.delivered else { return Ok(Vec::new()) };
    let wanted = wanted_snapshot(ledger, row, Some(entry.id))?;
    let before = ledger.snapshot_of_message(delivered.message)?;
    Ok(wanted.facts().changes(before.facts()))
}

/// Whether this is the next event in the folder of the last one: everything that was delivered is over, no row is one of
/// those entries, and a row lies ahead.
pub fn is_next_event(reconciliation: &Reconciliation, now: Timestamp) -> bool {
    let now = now.as_second();
    let entries = reconciliation.entries().iter();
    let delivered: Vec<&LedgerEntry> =
        entries.filter(|entry| entry.history.delivered.is_some()).collect();
    let with_row: HashSet<i64> =
        reconciliation.pairs().filter_map(|(_, entry)| entry.map(|entry| entry.id)).collect();
    // Whoever has what they should have has a row.
    reconciliation.settled() == 0
        && !delivered.is_empty()
        && delivered.iter().all(|entry| entry.end <= now && !with_row.contains(&entry.id))
        && reconciliation.rows().iter().any(|row| row.start > now)
}

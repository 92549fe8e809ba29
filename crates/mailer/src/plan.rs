//! The plan: what the roster wants against what was delivered, and so who gets which message.

mod action;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;

use crate::content::MessageKind;
use crate::ledger::{History, Ledger, LedgerEntry, LedgerError, MessageState};
use crate::reconcile::Reconciliation;
use crate::snapshot::{Change, Snapshot};
use action::{Action, action, last_alike};

/// What a send would do.
#[derive(Debug, Default)]
pub struct Plan {
    /// Messages that are due, those to moderators first.
    pub due: Vec<Due>,
    /// How many people have what they should have.
    pub same: usize,
    /// Keys of people to whom a server refused the message that they should get. It is tried again when their facts
    /// change.
    pub refused: Vec<String>,
    /// Keys of people of whom it is unknown whether the last message arrived.
    pub in_doubt: Vec<String>,
    /// How many people get nothing because their meeting is over.
    pub over: usize,
    /// How many people have an invitation before this plan is carried out.
    pub invited: usize,
    /// How many old links still work after their person was removed, or lost the role of a moderator.
    pub old_links: usize,
    /// The last second in which one of them works, since 1970 UTC.
    pub old_links_until: i64,
}

/// A message that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The person's key.
    pub person: Arc<str>,
    /// When the meeting starts, in seconds since 1970 UTC.
    pub start: i64,
    /// What the message is for.
    pub kind: MessageKind,
    /// For an update: what changed.
    pub changes: Vec<Change>,
    /// Whether the person moderates.
    pub moderator: bool,
    /// Whether the same message was tried before.
    pub again: bool,
    source: Source,
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

impl Plan {
    /// The plan for a roster that was reconciled with the entries of one medium.
    ///
    /// # Errors
    /// [`LedgerError`] if the ledger cannot be read.
    pub fn new(
        ledger: &Ledger,
        reconciliation: &Reconciliation,
        now: Timestamp,
    ) -> Result<Plan, LedgerError> {
        let mut plan = Plan::default();
        let now = now.as_second();
        let called_off = ledger.is_called_off()?;
        let none = History::default();
        for (at, (row, entry)) in reconciliation.pairs().enumerate() {
            let history = entry.map_or(&none, |entry| &entry.history);
            plan.invited += usize::from(history.delivered.is_some());
            // A row that moves a meeting from the past into the future, or back, changes something: both must be over.
            if row.end <= now && entry.is_none_or(|entry| entry.end <= now) {
                plan.over += 1;
                continue;
            }
            // A person who is new has no mark yet: the meeting's decides, as `apply` will write it.
            let called_off = entry.map_or(called_off, |entry| entry.called_off);
            let candidate = Candidate {
                history,
                wanted: (!called_off).then_some(row.fingerprint),
                person: &row.person,
                start: row.start,
                moderator: row.moderator,
                source: entry.map_or(Source::Row(at), |entry| Source::Entry(entry.id)),
            };
            plan.add(&candidate, || changes(ledger, at, entry))?;
            // Counted only while the message that follows from the change is due: later plans do not repeat it.
            if let Action::Send(_) = action(history, candidate.wanted) {
                let row = candidate.wanted.map(|_| at);
                plan.count_old_link(ledger, history, row, entry)?;
            }
        }
        for entry in reconciliation.removed() {
            plan.remove(ledger, entry, now)?;
        }
        for entry in reconciliation.untouched() {
            if entry.history.in_doubt && entry.end > now {
                plan.invited += usize::from(entry.history.delivered.is_some());
                plan.in_doubt.push(entry.person.to_string());
            } else if !entry.wanted || entry.called_off {
                // Removed by an earlier run, whose cancellation may still be due.
                plan.remove(ledger, entry, now)?;
            } else {
                plan.invited += usize::from(entry.history.delivered.is_some());
                plan.same += 1;
            }
        }
        // A stable sort would need half as much memory in addition, and there may be a million messages.
        let moderators: Vec<Due> = plan.due.extract_if(.., |due| due.moderator).collect();
        plan.due.splice(0..0, moderators);
        Ok(plan)
    }

    /// Adds somebody who is no longer in the roster.
    fn remove(
        &mut self,
        ledger: &Ledger,
        entry: &LedgerEntry,
        now: i64,
    ) -> Result<(), LedgerError> {
        let delivered = usize::from(entry.history.delivered.is_some());
        self.invited += delivered;
        if entry.end <= now {
            self.over += delivered;
            return Ok(());
        }
        let candidate = Candidate {
            history: &entry.history,
            wanted: None,
            person: &entry.person,
            start: entry.start,
            moderator: false,
            source: Source::Entry(entry.id),
        };
        self.add(&candidate, || Ok(Vec::new()))?;
        self.count_old_link(ledger, &entry.history, None, Some(entry))
    }

    fn add(
        &mut self,
        candidate: &Candidate<'_>,
        changes: impl FnOnce() -> Result<Vec<Change>, LedgerError>,
    ) -> Result<(), LedgerError> {
        let Candidate { history, wanted, person, start, moderator, source } = *candidate;
        match action(history, wanted) {
            Action::Send(kind) => {
                // Only an update names them. Reading snapshots for every invitation would slow down a first plan.
                let changes = if kind == MessageKind::Update { changes()? } else { Vec::new() };
                let again = last_alike(history, kind, wanted).is_some_and(|last| {
                    matches!(last.state, MessageState::Deferred | MessageState::Due)
                });
                let person = Arc::clone(person);
                self.due.push(Due { person, start, kind, changes, moderator, again, source });
            }
            Action::Same => self.same += 1,
            Action::Refused => self.refused.push(person.to_string()),
            Action::InDoubt => self.in_doubt.push(person.to_string()),
            Action::Nothing => {}
        }
        Ok(())
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
                let now = wanted_snapshot(ledger, row, entry)?;
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
        self.refused.retain(|person| chosen(person));
        self.in_doubt.retain(|person| chosen(person));
        if let Some(limit) = limit {
            self.due.truncate(limit);
        }
    }

    /// The due messages with the ids of their entries. `ids` has the id of each row's entry
    /// ([`Reconciliation::apply`]).
    pub fn entries<'p>(&'p self, ids: &[i64]) -> Vec<(i64, &'p Due)> {
        let entry = |due: &Due| match due.source {
            Source::Row(row) => ids[row],
            Source::Entry(entry) => entry,
        };
        self.due.iter().map(|due| (entry(due), due)).collect()
    }

    /// The due messages with the snapshots that they would be made from, to check them before anything is sent.
    pub fn snapshots<'p>(
        &'p self,
        ledger: &'p Ledger,
        reconciliation: &Reconciliation,
    ) -> impl Iterator<Item = Result<(&'p Due, Snapshot), LedgerError>> {
        let rows = reconciliation.pairs().enumerate();
        let rows = rows.filter_map(|(at, (_, entry))| Some((entry?.id, at)));
        // By entry, because what is due refers to a person's entry if there is one.
        let row_of: HashMap<i64, usize> = rows.collect();
        self.due.iter().filter_map(move |due| {
            let (row, entry) = match due.source {
                Source::Row(row) => (Some(row), None),
                // A cancellation is about what was wanted before.
                Source::Entry(entry) if due.kind == MessageKind::Cancel => (None, Some(entry)),
                Source::Entry(entry) => (row_of.get(&entry).copied(), Some(entry)),
            };
            let found = row.and_then(|row| ledger.temporary_row(row).transpose());
            let found = found.or_else(|| Some(ledger.snapshot_of_entry(entry?)));
            found.map(|snapshot| Ok((due, snapshot?)))
        })
    }
}

/// The snapshot that a row wants: its temporary row, or the entry's if nothing changed.
fn wanted_snapshot(
    ledger: &Ledger,
    row: usize,
    entry: &LedgerEntry,
) -> Result<Snapshot, LedgerError> {
    match ledger.temporary_row(row)? {
        Some(snapshot) => Ok(snapshot),
        None => ledger.snapshot_of_entry(entry.id),
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
    let wanted = wanted_snapshot(ledger, row, entry)?;
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
    !delivered.is_empty()
        && delivered.iter().all(|entry| entry.end <= now && !with_row.contains(&entry.id))
        && reconciliation.rows().iter().any(|row| row.start > now)
}

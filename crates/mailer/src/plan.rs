//! What the roster wants against what people have been told: who is to get what.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::Timestamp;

use crate::ledger::{Ledger, LedgerError, MessageState};
use crate::reconcile::{History, LedgerEntry, Reconciliation};
use crate::snapshot::Change;
use crate::{MessageKind, Snapshot};

/// What a send would do.
#[derive(Debug, Default)]
pub struct Plan {
    /// Those who are to get a message, moderators first.
    pub due: Vec<Due>,
    /// People who have what they should have.
    pub same: usize,
    /// People whose address or message was refused: tried again when their facts change.
    pub refused: Vec<String>,
    /// People of whom it is not known whether the last message arrived.
    pub in_doubt: Vec<String>,
    /// People whose meeting is over: left alone.
    pub over: usize,
    /// People who have been told that they are invited, before this plan.
    pub invited: usize,
    /// Old links that go on working after a removal, or after a role was taken away: how many, and until when.
    pub outliving: usize,
    /// The last second in which one of them works, since 1970 UTC.
    pub outliving_until: i64,
}

/// A message that somebody is to get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The person's key.
    pub person: Arc<str>,
    /// When the meeting that it is about begins, in seconds since 1970 UTC.
    pub start: i64,
    /// What the message is for.
    pub kind: MessageKind,
    /// For an update: what changed.
    pub changes: Vec<Change>,
    /// Whether the person moderates.
    pub moderator: bool,
    /// Whether the message was tried before, and is tried again.
    pub again: bool,
    source: Source,
}

/// Where a message's entry is: in the ledger, or still only a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    Row(usize),
    Entry(i64),
}

/// What is to be done for one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Send(MessageKind),
    Same,
    Refused,
    InDoubt,
    Nothing,
}

/// What is to be done for somebody who has been told `standing` and is to be told the facts of `fingerprint`, or
/// that they are no longer expected.
pub(crate) fn action(standing: &History, wanted: Option<[u8; 16]>) -> Action {
    let kind = match (wanted, standing.told) {
        (Some(facts), Some((_, told))) if facts == told => {
            return if standing.doubt { Action::InDoubt } else { Action::Same };
        }
        (Some(_), Some(_)) => MessageKind::Update,
        (Some(_), None) => MessageKind::Invite,
        (None, Some(_)) => MessageKind::Cancel,
        (None, None) if standing.doubt => return Action::InDoubt,
        (None, None) => return Action::Nothing,
    };
    let same = |last: &&crate::reconcile::Last| {
        last.kind == kind && wanted.is_none_or(|facts| facts == last.fingerprint)
    };
    match standing.last.as_ref().filter(same) {
        Some(last) if last.state == MessageState::Refused => Action::Refused,
        _ => Action::Send(kind),
    }
}

impl Plan {
    /// What a staged roster makes due through a medium.
    ///
    /// # Errors
    /// [`LedgerError`] if the ledger does not answer.
    pub fn new(
        ledger: &Ledger,
        staged: &Reconciliation,
        now: Timestamp,
    ) -> Result<Plan, LedgerError> {
        let mut plan = Plan::default();
        let now = now.as_second();
        let off = ledger.is_called_off()?;
        for (at, (row, known)) in staged.pairs().enumerate() {
            plan.invited += usize::from(known.is_some_and(|known| known.standing.told.is_some()));
            if row.end <= now && known.is_none_or(|known| known.end <= now) {
                plan.over += 1;
                continue;
            }
            let none = History::default();
            let standing = known.map_or(&none, |known| &known.standing);
            let called_off = known.map_or(off, |known| known.called_off);
            let wanted = (!called_off).then_some(row.fingerprint);
            let source = known.map_or(Source::Row(at), |known| Source::Entry(known.id));
            let (person, start, moderator) = (&row.person, row.start, row.moderator);
            let told = Candidate { standing, wanted, person, start, moderator };
            let changes = || changes(ledger, at, known);
            plan.add(&told, source, changes)?;
            if let Action::Send(_) = action(standing, wanted) {
                plan.count_outliving(ledger, standing, wanted.map(|_| at), known)?;
            }
        }
        for known in staged.removed() {
            plan.remove(ledger, known, now)?;
        }
        for known in staged.left() {
            plan.invited += usize::from(known.standing.told.is_some());
            if known.standing.doubt && known.end > now {
                plan.in_doubt.push(known.person.to_string());
            } else if !known.wanted || known.called_off {
                // Taken out before: a cancellation may still be due.
                plan.invited -= usize::from(known.standing.told.is_some());
                plan.remove(ledger, known, now)?;
            } else {
                plan.same += 1;
            }
        }
        // To sort would take half as much memory again, and a list may be long.
        let moderators: Vec<Due> = plan.due.extract_if(.., |due| due.moderator).collect();
        plan.due.splice(0..0, moderators);
        Ok(plan)
    }

    fn remove(
        &mut self,
        ledger: &Ledger,
        known: &LedgerEntry,
        now: i64,
    ) -> Result<(), LedgerError> {
        let told = known.standing.told.is_some();
        self.invited += usize::from(told);
        if known.end <= now {
            self.over += usize::from(told);
            return Ok(());
        }
        let told = Candidate {
            standing: &known.standing,
            wanted: None,
            person: &known.person,
            start: known.start,
            moderator: false,
        };
        self.add(&told, Source::Entry(known.id), || Ok(Vec::new()))?;
        self.count_outliving(ledger, &known.standing, None, Some(known))
    }

    fn add(
        &mut self,
        told: &Candidate<'_>,
        source: Source,
        changes: impl FnOnce() -> Result<Vec<Change>, LedgerError>,
    ) -> Result<(), LedgerError> {
        match action(told.standing, told.wanted) {
            Action::Send(kind) => {
                let changes = if kind == MessageKind::Update { changes()? } else { Vec::new() };
                let again = told.standing.last.is_some_and(|last| {
                    last.kind == kind
                        && matches!(last.state, MessageState::Deferred | MessageState::Due)
                        && told.wanted.is_none_or(|facts| facts == last.fingerprint)
                });
                let Candidate { start, moderator, .. } = *told;
                let person = Arc::clone(told.person);
                self.due.push(Due { person, start, kind, changes, moderator, again, source });
            }
            Action::Same => self.same += 1,
            Action::Refused => self.refused.push(told.person.to_string()),
            Action::InDoubt => self.in_doubt.push(told.person.to_string()),
            Action::Nothing => {}
        }
        Ok(())
    }

    /// A role that is taken away, or a person, revokes no link.
    fn count_outliving(
        &mut self,
        ledger: &Ledger,
        standing: &History,
        row: Option<usize>,
        known: Option<&LedgerEntry>,
    ) -> Result<(), LedgerError> {
        let Some((message, _)) = standing.told else { return Ok(()) };
        let told = ledger.sheet_of_message(message)?;
        let demoted = match (row, known) {
            (Some(row), Some(known)) => {
                let new = match ledger.temporary_row(row)? {
                    Some(sheet) => sheet,
                    None => ledger.sheet_of_entry(known.id)?,
                };
                told.facts().moderator() && !new.facts().moderator()
            }
            _ => true,
        };
        if demoted {
            self.outliving += 1;
            self.outliving_until = self.outliving_until.max(told.facts().closes());
        }
        Ok(())
    }

    /// How many messages of a kind are due.
    pub fn count(&self, kind: MessageKind) -> usize {
        self.due.iter().filter(|due| due.kind == kind).count()
    }

    /// Keeps only those who are chosen: what is due for the others stays due.
    pub fn keep(&mut self, chosen: impl Fn(&str) -> bool, limit: Option<usize>) {
        self.due.retain(|due| chosen(&due.person));
        self.refused.retain(|person| chosen(person));
        self.in_doubt.retain(|person| chosen(person));
        if let Some(limit) = limit {
            self.due.truncate(limit);
        }
    }

    /// The due messages with their entries, given the entries that rows have become.
    pub fn entries<'p>(&'p self, of_rows: &[i64]) -> Vec<(i64, &'p Due)> {
        let entry = |due: &Due| match due.source {
            Source::Row(row) => of_rows[row],
            Source::Entry(entry) => entry,
        };
        self.due.iter().map(|due| (entry(due), due)).collect()
    }

    /// The sheet of each due message, in their order, to try what would be written.
    ///
    /// # Errors
    /// [`LedgerError`] if the ledger does not answer.
    pub fn sheets(
        &self,
        ledger: &Ledger,
        staged: &Reconciliation,
        mut take: impl FnMut(&Due, Snapshot),
    ) -> Result<(), LedgerError> {
        let row_of =
            staged.pairs().enumerate().filter_map(|(at, (_, known))| Some((known?.id, at)));
        let row_of: std::collections::HashMap<i64, usize> = row_of.collect();
        for due in &self.due {
            let sheet = match due.source {
                Source::Row(row) => ledger.temporary_row(row)?,
                Source::Entry(entry) => {
                    let row = row_of.get(&entry).filter(|_| due.kind != MessageKind::Cancel);
                    let spilled = row.map(|row| ledger.temporary_row(*row)).transpose()?.flatten();
                    Some(spilled.map_or_else(|| ledger.sheet_of_entry(entry), Ok)?)
                }
            };
            if let Some(sheet) = sheet {
                take(due, sheet);
            }
        }
        Ok(())
    }
}

/// Somebody, and what they are to be told.
struct Candidate<'a> {
    standing: &'a History,
    wanted: Option<[u8; 16]>,
    person: &'a Arc<str>,
    start: i64,
    moderator: bool,
}

fn changes(
    ledger: &Ledger,
    row: usize,
    known: Option<&LedgerEntry>,
) -> Result<Vec<Change>, LedgerError> {
    let Some(known) = known else { return Ok(Vec::new()) };
    let Some((message, _)) = known.standing.told else { return Ok(Vec::new()) };
    let new = match ledger.temporary_row(row)? {
        Some(sheet) => sheet,
        None => ledger.sheet_of_entry(known.id)?,
    };
    Ok(new.facts().changes(ledger.sheet_of_message(message)?.facts()))
}

/// Whether this is the next event in the folder of the last one: everything that was told is over, no row is it,
/// and what comes lies ahead.
pub fn is_next_event(staged: &Reconciliation, now: Timestamp) -> bool {
    let now = now.as_second();
    let told: Vec<&LedgerEntry> =
        staged.known().iter().filter(|known| known.standing.told.is_some()).collect();
    let met: HashSet<i64> =
        staged.pairs().filter_map(|(_, known)| known.map(|known| known.id)).collect();
    !told.is_empty()
        && told.iter().all(|known| known.end <= now && !met.contains(&known.id))
        && staged.rows().iter().any(|row| row.start > now)
}

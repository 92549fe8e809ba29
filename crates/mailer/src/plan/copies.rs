//! Messages that are not due by themselves: new copies, missing files, and reminders.

use super::{Action, Candidate, DueList, action, changes};
use crate::content::MessageKind;
use crate::ledger::{Ledger, LedgerError};
use crate::reconcile::Reconciliation;
use crate::snapshot::Change;

/// A new copy of what everybody has: an invitation, or the message that a server refused. Nothing for people for whom a
/// message is due anyway, or who are to have none.
///
/// # Errors
/// [`LedgerError`] if the disk fails.
pub fn copies(reconciliation: &Reconciliation) -> Result<DueList, LedgerError> {
    let mut due = DueList::new(reconciliation.scratch())?;
    each_candidate(reconciliation, |candidate| {
        match action(candidate.history, candidate.wanted) {
            Action::Refused(kind) => due.push(&candidate.due(kind, Vec::new(), false)),
            // Of a cancellation in doubt there is no new copy: `settle` resolves it.
            Action::Same | Action::InDoubt if candidate.wanted.is_some() => {
                due.push(&candidate.due(MessageKind::Invite, Vec::new(), false))
            }
            _ => Ok(()),
        }
    })?;
    Ok(due)
}

/// The messages that were written to the folder outbox and that say what people should have, but whose files are no
/// longer there.
///
/// # Errors
/// [`LedgerError`] if the disk fails.
pub fn missing_files(reconciliation: &Reconciliation) -> Result<DueList, LedgerError> {
    let mut due = DueList::new(reconciliation.scratch())?;
    each_candidate(reconciliation, |candidate| {
        let history = candidate.history;
        let is_current = action(history, candidate.wanted) == Action::Same;
        match history.last.filter(|_| is_current && history.is_missing) {
            Some(last) => due.push(&candidate.due(last.kind, Vec::new(), false)),
            None => Ok(()),
        }
    })?;
    Ok(due)
}

/// A reminder of the invitation that each person has, with the start that it says.
///
/// # Errors
/// [`LedgerError`] if the ledger cannot be read.
pub fn reminders(ledger: &Ledger, reconciliation: &Reconciliation) -> Result<DueList, LedgerError> {
    let mut due = DueList::new(reconciliation.scratch())?;
    for pair in reconciliation.pairs() {
        let pair = pair?;
        if pair.entry.is_none() {
            continue;
        }
        let candidate = Candidate::of_row(reconciliation, &pair);
        let Some(delivered) = candidate.history.delivered else { continue };
        if candidate.wanted.is_none() {
            continue;
        }
        let mut reminder = candidate.due(MessageKind::Remind, Vec::new(), false);
        let mut end = pair.row.end;
        if delivered.fingerprint != pair.row.fingerprint {
            let snapshot = ledger.snapshot_of_message(delivered.message)?;
            reminder.start = snapshot.facts().start();
            end = snapshot.facts().end();
            reminder.changes = changes(ledger, &pair)?;
        }
        if end > reconciliation.now() {
            due.push(&reminder)?;
        }
    }
    // Under the organizer that the person knows, until they are invited by the new one.
    for entry in reconciliation.replaced() {
        let entry = entry?;
        let is_invited = entry.history.delivered.is_some() && entry.end > reconciliation.now();
        if is_invited && !reconciliation.is_called_off_for(&entry.person) {
            let changes = vec![Change::Organizer];
            due.push(&Candidate::unwanted(&entry).due(MessageKind::Remind, changes, false))?;
        }
    }
    Ok(due)
}

/// Everybody in the roster, and entries that no row has, while their meeting is not over.
fn each_candidate(
    reconciliation: &Reconciliation,
    mut take: impl FnMut(&Candidate<'_>) -> Result<(), LedgerError>,
) -> Result<(), LedgerError> {
    for pair in reconciliation.pairs() {
        let pair = pair?;
        if !reconciliation.is_over(&pair.row) {
            take(&Candidate::of_row(reconciliation, &pair))?;
        }
    }
    let is_ahead = |end: i64| end > reconciliation.now();
    for entry in reconciliation.removed() {
        let entry = entry?;
        if is_ahead(entry.end) {
            take(&Candidate::unwanted(&entry))?;
        }
    }
    for entry in reconciliation.kept() {
        let (entry, _) = entry?;
        if is_ahead(entry.end) && reconciliation.is_called_off_for(&entry.person) {
            take(&Candidate::unwanted(&entry))?;
        }
    }
    Ok(())
}

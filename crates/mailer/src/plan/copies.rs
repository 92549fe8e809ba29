//! Messages that are not due by themselves: new copies, missing files, and reminders.

use super::{Action, Candidate, Due, action, changes};
use crate::content::MessageKind;
use crate::ledger::{Ledger, LedgerError};
use crate::reconcile::Reconciliation;
use crate::snapshot::Change;

/// A new copy of what everybody has: an invitation, or the message that a server refused. Nothing for people for whom a
/// message is due anyway, or who are to have none.
pub fn copies(reconciliation: &Reconciliation) -> Vec<Due> {
    candidates(reconciliation)
        .filter_map(|candidate| match action(candidate.history, candidate.wanted) {
            Action::Refused(kind) => Some(candidate.due(kind, Vec::new(), false)),
            // Of a cancellation in doubt there is no new copy: `settle` resolves it.
            Action::Same | Action::InDoubt if candidate.wanted.is_some() => {
                Some(candidate.due(MessageKind::Invite, Vec::new(), false))
            }
            _ => None,
        })
        .collect()
}

/// The messages that were written to the folder outbox and that say what people should have, but whose files are no
/// longer there.
pub fn missing_files(reconciliation: &Reconciliation) -> Vec<Due> {
    candidates(reconciliation)
        .filter_map(|candidate| {
            let history = candidate.history;
            let is_current = action(history, candidate.wanted) == Action::Same;
            let last = history.last.filter(|_| is_current && history.is_missing)?;
            Some(candidate.due(last.kind, Vec::new(), false))
        })
        .collect()
}

/// A reminder of the invitation that each person has, with the start that it says.
///
/// # Errors
/// [`LedgerError`] if the ledger cannot be read.
pub fn reminders(
    ledger: &Ledger,
    reconciliation: &Reconciliation,
) -> Result<Vec<Due>, LedgerError> {
    let mut due = Vec::new();
    for (at, (row, entry)) in reconciliation.pairs().enumerate() {
        let Some(entry) = entry else { continue };
        let candidate = Candidate::of_row(reconciliation, at, row, Some(entry));
        let Some(delivered) = candidate.history.delivered else { continue };
        if candidate.wanted.is_none() {
            continue;
        }
        let mut reminder = candidate.due(MessageKind::Remind, Vec::new(), false);
        let mut end = row.end;
        if delivered.fingerprint != row.fingerprint {
            let snapshot = ledger.snapshot_of_message(delivered.message)?;
            reminder.start = snapshot.facts().start();
            end = snapshot.facts().end();
            reminder.changes = changes(ledger, at, Some(entry))?;
        }
        if end > reconciliation.now() {
            due.push(reminder);
        }
    }
    // Under the organizer that the person knows, until they are invited by the new one.
    for entry in reconciliation.replaced().filter(|entry| entry.end > reconciliation.now()) {
        let is_invited = entry.history.delivered.is_some();
        if is_invited && !reconciliation.is_called_off_for(&entry.person) {
            let changes = vec![Change::Organizer];
            due.push(Candidate::unwanted(entry).due(MessageKind::Remind, changes, false));
        }
    }
    Ok(due)
}

/// Everybody in the roster, and entries that no row has, while their meeting is not over.
fn candidates(reconciliation: &Reconciliation) -> impl Iterator<Item = Candidate<'_>> {
    let rows = reconciliation.pairs().enumerate();
    let rows = rows.filter(|(_, (row, _))| !reconciliation.is_over(row));
    let rows = rows.map(|(at, (row, entry))| Candidate::of_row(reconciliation, at, row, entry));
    let called_off =
        reconciliation.kept().filter(|entry| reconciliation.is_called_off_for(&entry.person));
    let unwanted = reconciliation.removed().chain(called_off);
    let unwanted = unwanted.filter(|entry| entry.end > reconciliation.now());
    rows.chain(unwanted.map(Candidate::unwanted))
}

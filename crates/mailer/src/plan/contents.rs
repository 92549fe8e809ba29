//! What messages are made from before the ledger has their numbers: to check all of them before the first is sent.

use std::collections::HashMap;

use super::{Due, Source, wanted_snapshot};
use crate::content::MessageKind;
use crate::ledger::{Ledger, LedgerError};
use crate::reconcile::Reconciliation;
use crate::snapshot::Snapshot;

/// What a message is made from.
#[derive(Debug)]
pub struct Contents {
    /// What the message is for.
    pub kind: MessageKind,
    /// What it says.
    pub snapshot: Snapshot,
    /// For an update: what was delivered before it.
    pub before: Option<Snapshot>,
    /// Whether the person was last told that the meeting is called off.
    pub back_on: bool,
}

/// What each message is made from, in their order.
pub fn contents<'p>(
    due: &'p [Due],
    ledger: &'p Ledger,
    reconciliation: &'p Reconciliation,
) -> impl Iterator<Item = Result<Contents, LedgerError>> + 'p {
    let rows = reconciliation.pairs().enumerate();
    // By entry, because what is due refers to a person's entry if there is one.
    let row_of: HashMap<i64, usize> =
        rows.filter_map(|(at, (_, entry))| Some((entry?.id, at))).collect();
    due.iter().map(move |due| {
        let delivered = due.delivered.map(|message| ledger.snapshot_of_message(message));
        let (snapshot, before) = match (due.kind, delivered) {
            // A cancellation or reminder is about what the person has, whatever the roster says by now.
            (MessageKind::Cancel | MessageKind::Remind, Some(delivered)) => (delivered?, None),
            (MessageKind::Update, delivered) => {
                // If nobody knows what the person has, there is nothing to compare with.
                let before = delivered.transpose()?.filter(|_| !due.in_doubt);
                (wanted(due, ledger, &row_of)?, before)
            }
            _ => (wanted(due, ledger, &row_of)?, None),
        };
        Ok(Contents { kind: due.kind, snapshot, before, back_on: due.was_cancelled })
    })
}

/// What the roster wants the person to have.
fn wanted(
    due: &Due,
    ledger: &Ledger,
    row_of: &HashMap<i64, usize>,
) -> Result<Snapshot, LedgerError> {
    match due.source {
        Source::Row(row) => wanted_snapshot(ledger, row, None),
        Source::Entry(entry) => match row_of.get(&entry) {
            Some(row) => wanted_snapshot(ledger, *row, Some(entry)),
            None => ledger.snapshot_of_entry(entry),
        },
    }
}

//! What messages are made from before the ledger has their numbers: to check all of them before the first is sent.

use super::{Due, wanted_snapshot};
use crate::content::MessageKind;
use crate::ledger::{Ledger, LedgerError};
use crate::snapshot::{Snapshot, Unreadable};

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

/// What each of these messages is made from.
pub fn contents<I: Iterator<Item = Result<Due, LedgerError>>>(
    due: I,
    ledger: &Ledger,
) -> impl Iterator<Item = Result<Contents, LedgerError>> + use<'_, I> {
    due.map(move |due| {
        let due = due?;
        let delivered = due.delivered.map(|message| ledger.snapshot_of_message(message));
        let (snapshot, before) = match (due.kind, delivered) {
            // A cancellation or reminder is about what the person has, whatever the roster says by now.
            (MessageKind::Cancel | MessageKind::Remind, Some(delivered)) => (delivered?, None),
            (MessageKind::Update, delivered) => {
                // If nobody knows what the person has, there is nothing to compare with.
                let before = delivered.transpose()?.filter(|_| !due.in_doubt);
                (wanted(&due, ledger)?, before)
            }
            _ => (wanted(&due, ledger)?, None),
        };
        Ok(Contents { kind: due.kind, snapshot, before, back_on: due.was_cancelled })
    })
}

/// What the roster wants the person to have.
fn wanted(due: &Due, ledger: &Ledger) -> Result<Snapshot, LedgerError> {
    match (due.row, due.entry) {
        (Some(row), entry) => wanted_snapshot(ledger, row, entry),
        (None, Some(entry)) => ledger.snapshot_of_entry(entry),
        // Every message is for a row or an entry.
        (None, None) => Err(Unreadable(due.person.to_string()).into()),
    }
}

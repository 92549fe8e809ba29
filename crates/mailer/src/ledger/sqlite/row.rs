//! Reading columns.

use rusqlite::Row;
use rusqlite::types::ValueRef;

use crate::content::{CancelReason, MessageKind};
use crate::ledger::error::LedgerError;
use crate::ledger::message::{EarlierMessage, SnapshotId};
use crate::ledger::state::{Medium, MessageState};
use crate::snapshot::Unreadable;

/// The columns of an [`EarlierMessage`], from a table that the statement calls `m`. Snapshots take most of the space,
/// so they are read only where they may be needed: a message in an earlier state is made from its entry's.
pub(super) const MESSAGE: &str = "m.id, m.entry, m.medium, m.kind, m.state, m.sequence, m.copy, m.round, m.stamp, \
     m.fingerprint, m.hash, m.tries, m.snapshot, m.reason, \
     CASE WHEN m.state IN ('sending', 'written', 'accepted', 'in_doubt') \
     THEN (SELECT text FROM snapshot_text WHERE id = m.snapshot) END";

/// How many columns [`MESSAGE`] has.
pub(super) const MESSAGE_COLUMNS: usize = 15;

/// What an error is about: who gets a message is in another table.
const WHOSE: &str = "a message";

/// Reads the columns of [`MESSAGE`], which come first.
pub(super) fn message(row: &Row<'_>) -> Result<EarlierMessage, LedgerError> {
    Ok(EarlierMessage {
        id: row.get(0)?,
        entry: row.get(1)?,
        medium: named(row, 2, Medium::named, WHOSE)?,
        kind: named(row, 3, MessageKind::named, WHOSE)?,
        state: named(row, 4, MessageState::named, WHOSE)?,
        sequence: row.get(5)?,
        copy: row.get(6)?,
        round: row.get(7)?,
        stamp: row.get(8)?,
        fingerprint: row.get(9)?,
        hash: row.get(10)?,
        tries: row.get(11)?,
        snapshot: SnapshotId(row.get(12)?),
        reason: reason(row, 13)?,
        text: row.get(14)?,
    })
}

/// Reads the reason of a cancellation. Other messages have none.
pub(super) fn reason(row: &Row<'_>, column: usize) -> Result<Option<CancelReason>, LedgerError> {
    match row.get_ref(column)? {
        ValueRef::Null => Ok(None),
        _ => named(row, column, CancelReason::named, WHOSE).map(Some),
    }
}

/// Reads a column that holds a name, such as that of a state. `whose` is who or what the error is about.
pub(super) fn named<T>(
    row: &Row<'_>,
    column: usize,
    find: impl FnOnce(&str) -> Option<T>,
    whose: &str,
) -> Result<T, LedgerError> {
    // A value that is no text is as unknown as a name that this version does not have.
    let name = row.get_ref(column)?.as_str().ok();
    name.and_then(find).ok_or_else(|| Unreadable(whose.to_owned()).into())
}

/// Reads a column of text without copying it.
pub(super) fn text<'r>(row: &'r Row<'_>, column: usize) -> Result<&'r str, LedgerError> {
    Ok(row.get_ref(column)?.as_str().map_err(rusqlite::Error::from)?)
}

/// Reads a column that holds a number of rows.
pub(super) fn count(row: &Row<'_>, column: usize) -> Result<usize, rusqlite::Error> {
    Ok(usize::try_from(row.get::<_, i64>(column)?).unwrap_or_default())
}

/// A number of rows as SQLite stores it: a signed integer of 64 bits.
pub(super) fn integer(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

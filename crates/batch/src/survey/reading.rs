//! One reading of all rows of a roster.

use crate::parallel::{BATCH_ROWS, CHUNK_ROWS, in_order};
use crate::problem::Problem;
use crate::roster::Roster;
use crate::roster::rows::{Row, RowBatch};

/// Reads all rows that are people: `work` on all cores, `take` with its results in order.
pub(super) fn read_rows<T: Send>(
    roster: &Roster,
    work: impl Fn(&mut dyn Iterator<Item = Row<'_>>) -> T + Sync,
    mut take: impl FnMut(T) + Send,
) -> Result<(), Problem> {
    let mut rows = roster.rows()?;
    in_order(
        || rows.batch(BATCH_ROWS),
        RowBatch::len,
        CHUNK_ROWS,
        |batch, range| {
            work(&mut range.map(|at| batch.row(at)).filter(|row| roster.is_person(*row)))
        },
        |result| {
            take(result);
            Ok(())
        },
    )
}

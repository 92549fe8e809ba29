//! Rows whose cells are not separated like those of the heading row.

use meetmint_core::Email;

use super::address::read_address;
use super::cells::Cells;
use super::field::Field;
use crate::problem::Problem;
use crate::suggestion::quoted;

/// Characters that separate cells in some file or other, and how messages name them.
const SEPARATORS: [(char, &str); 3] = [(';', "`;`"), ('\t', "tabs"), (',', "`,`")];

/// A row that is written with another separator, or in quotes as a whole. It is read as one cell, so the whole line
/// would become somebody's name, and the address would be lost.
pub(super) fn other_separator(cells: Cells<'_, '_>) -> Option<Problem> {
    let row = cells.row;
    // A row may be short: spreadsheet programs leave out empty cells at its end. With an address in its column, the
    // cells are where they belong.
    let is_address = |cell: &str| Email::parse(cell.trim().trim_matches('"')).is_ok();
    if row.len() >= cells.columns.all().len()
        || cells.get(Field::Email).is_some_and(|cell| read_address(cell).is_ok())
    {
        return None;
    }
    let is_alone = row.len() == 1;
    row.filled_cells().find_map(|cell| {
        let (_, shown) = SEPARATORS.into_iter().find(|(separator, _)| {
            cell.contains(*separator)
                // Names have commas: `Lovelace, Ada`. So a comma needs an address beside it.
                && (is_alone && *separator != ',' || cell.split(*separator).any(is_address))
        })?;
        let message =
            format!("{} looks like several cells in one, separated by {shown}", quoted(cell));
        let hint = "separate the cells as in the heading row, and put no quotes around a whole row";
        Some(cells.problem("separator", message).hint(hint))
    })
}

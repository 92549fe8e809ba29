//! Cells of a workbook whose text is not what it should be.

use super::cells::Cells;
use super::columns::Meaning;
use super::rows::CellMark;
use super::source::{cell_name, range_name};
use crate::problem::Problem;
use crate::suggestion::quoted;

const SAVE: &str =
    "open the workbook in the spreadsheet program and save it: that stores the results of formulas";

/// Adds the problems with such cells of a row.
pub(crate) fn report(cells: Cells<'_, '_>, problems: &mut Vec<Problem>) {
    let line = cells.row.line();
    for marked in cells.row.marks() {
        let Some(column) = cells.columns.all().get(marked.column) else { continue };
        let name = cell_name(line, marked.sheet_column);
        let (code, message, hint) = match marked.mark {
            // In other columns it is a text like any other, which nothing is made of.
            CellMark::Error if !matches!(column.meaning, Meaning::Field(_)) => continue,
            CellMark::Error => {
                let error = quoted(cells.row.cell(marked.column).trim());
                let message = format!("{name} has the error {error} instead of a result");
                ("error-cell", message, "correct the formula, or write the value itself".to_owned())
            }
            // In every column: `where` chooses people by any of them, and templates show them.
            CellMark::NoResult | CellMark::Covered { .. } if column.heading.is_empty() => continue,
            CellMark::NoResult => {
                let message =
                    format!("{name} is a formula whose result is not stored in the workbook");
                ("no-result", message, SAVE.to_owned())
            }
            CellMark::Covered { range } => {
                let range = range_name(&range);
                let message = format!(
                    "{name} is merged into {range}, so this row has no cell of its own here"
                );
                let hint = format!("unmerge {range}, and write the text into each of its rows");
                ("merged-cells", message, hint)
            }
        };
        let problem = Problem::of_file(code, cells.file, message).at(line);
        problems.push(problem.in_column(column.heading.clone()).hint(hint));
    }
}

//! Cells of a workbook whose text is not what it should be.

use super::cells::Cells;
use super::choice::Choice;
use super::columns::{Columns, Meaning};
use super::field::Field;
use super::rows::{CellMark, Row};
use super::source::{cell_name, range_name};
use crate::problem::Problem;
use crate::suggestion::quoted;

const SAVE: &str =
    "open the workbook in the spreadsheet program and save it: that stores the results of formulas";

/// Adds the problems with such cells of a row.
pub(crate) fn report(cells: Cells<'_, '_>, choice: &Choice, problems: &mut Vec<Problem>) {
    let line = cells.row.line();
    for marked in cells.row.marks() {
        let Some(column) = cells.columns.all().get(marked.column) else { continue };
        let is_used =
            matches!(column.meaning, Meaning::Field(_)) || choice.decides_by(marked.column);
        let name = cell_name(line, marked.sheet_column);
        let (code, message, hint) = match marked.mark {
            // In other columns it is a text like any other, which nothing is made of.
            CellMark::Error if !is_used => continue,
            CellMark::Error => {
                let error = quoted(cells.row.cell(marked.column).trim());
                let message = format!("{name} has the error {error} instead of a result");
                ("error-cell", message, "correct the formula, or write the value itself".to_owned())
            }
            // In every column: `where` chooses people by any of them, and templates show them.
            CellMark::NoResult | CellMark::Covered { .. }
                if !is_used && column.heading.is_empty() =>
            {
                continue;
            }
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

/// Whether a row has such cells in the columns of a field.
pub(crate) fn any_of(cells: Cells<'_, '_>, field: Field) -> bool {
    let columns = cells.columns.of(field);
    cells.row.marks().iter().any(|marked| columns.contains(&marked.column))
}

/// Whether a row has a formula without a result below a heading. It may be about somebody even if nothing can be seen in
/// any of its cells.
pub(crate) fn is_uncomputed(row: Row<'_>, columns: &Columns) -> bool {
    row.marks().iter().any(|marked| {
        let column = columns.all().get(marked.column);
        marked.mark == CellMark::NoResult && column.is_some_and(|it| !it.heading.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::super::columns::of_headings;
    use super::super::rows::{CellRange, MarkedCell, RowBatch, RowSpan};
    use super::*;

    #[test]
    fn marked_cells_are_problems_where_they_are_used() {
        let headings = ["email", "name", "Class", ""];
        let columns = of_headings(&headings);
        let range = CellRange { first_row: 6, last_row: 7, first_column: 3, last_column: 3 };
        let codes = |column, mark| {
            let row = RowSpan { number: 2, line: 7, text: 0, ends: 0..2, cells: 2, flaw: None };
            let other = MarkedCell { number: 1, column, sheet_column: 0, mark };
            let marked = MarkedCell { number: 2, column, sheet_column: column + 2, mark };
            let batch = RowBatch::new("#REF!#REF!".to_owned(), vec![5, 10], vec![row]).unwrap();
            let batch = batch.with_marks(vec![other, marked]);
            let mut problems = Vec::new();
            let cells =
                Cells { columns: &columns, file: "people", row: batch.row(0), email_column: None };
            report(cells, &Choice::default(), &mut problems);
            problems.into_iter().map(|problem| problem.to_string()).collect::<Vec<_>>()
        };
        let error = "people:7: column `name`: D7 has the error `#REF!` instead of a result";
        assert_eq!(codes(1, CellMark::Error), [error]);
        assert_eq!(codes(2, CellMark::Error), [""; 0]);
        let none =
            "people:7: column `Class`: E7 is a formula whose result is not stored in the workbook";
        assert_eq!(codes(2, CellMark::NoResult), [none]);
        assert_eq!(codes(3, CellMark::NoResult), [""; 0]);
        let merged = "people:7: column `name`: D7 is merged into D6:D7, so this row has no cell of its own here";
        assert_eq!(codes(1, CellMark::Covered { range }), [merged]);
        assert_eq!(codes(3, CellMark::Covered { range }), [""; 0]);
        assert_eq!(codes(9, CellMark::NoResult), [""; 0]);
    }
}

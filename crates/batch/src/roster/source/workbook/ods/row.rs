//! One row of a sheet.

use std::io::Read;
use std::ops::Range;

use quick_xml::events::{BytesStart, Event};

use super::super::super::super::rows::{CellMark, CellRange};
use super::super::refusal::{Refusal, Stop};
use super::super::table::{MOST_COLUMNS, SheetSink};
use super::super::xml::{LONGEST, Xml, attribute, count};
use super::cell::{Cell, Value};

/// The most cells of a row, repeated ones counted once.
const MOST_CELLS: usize = 1 << 15;

/// How often a row with content may be repeated: it is not the same person that often.
const MOST_REPEATED: u64 = 10_000;

/// A row whose cells are known, each with how often it is repeated.
#[derive(Default)]
pub(super) struct Row {
    text: String,
    cells: Vec<Place>,
    merged: Vec<CellRange>,
    links: Vec<(usize, String)>,
    cell: Cell,
}

struct Place {
    column: usize,
    repeated: usize,
    text: Range<usize>,
    mark: Option<CellMark>,
}

impl Row {
    /// Reads a row whose start was read.
    pub(super) fn read<R: Read>(&mut self, xml: &mut Xml<R>, line: u64) -> Result<(), Refusal> {
        self.text.clear();
        self.cells.clear();
        self.merged.clear();
        self.links.clear();
        let mut column = 0usize;
        loop {
            match xml.next()? {
                Event::Start(element) => {
                    if !matches!(element.local_name().as_ref(), "table-cell" | "covered-table-cell")
                    {
                        xml.skip()?;
                        continue;
                    }
                    let repeated = usize::try_from(count(&element, "number-columns-repeated"));
                    let repeated = repeated.unwrap_or(usize::MAX);
                    self.add_range(&element, line, column);
                    let value = Value::of(&element);
                    self.cell.read(xml, value)?;
                    self.add(line, column, repeated)?;
                    column = column.saturating_add(repeated);
                }
                Event::End(_) => return Ok(()),
                Event::Eof => return Err(Refusal::damaged("a row ends too early")),
                _ => {}
            }
        }
    }

    fn add_range(&mut self, element: &BytesStart<'_>, line: u64, column: usize) {
        let rows = count(element, "number-rows-spanned");
        if rows > 1 {
            let columns = usize::try_from(count(element, "number-columns-spanned"));
            self.merged.push(CellRange {
                first_row: line,
                last_row: line.saturating_add(rows - 1),
                first_column: column,
                last_column: column.saturating_add(columns.unwrap_or(usize::MAX) - 1),
            });
        }
    }

    fn add(&mut self, line: u64, column: usize, repeated: usize) -> Result<(), Refusal> {
        if let Some(link) = self.cell.link.take() {
            self.links.push((column, link));
        }
        if self.cell.text.is_empty() && self.cell.mark.is_none() {
            return Ok(());
        }
        if self.cells.len() >= MOST_CELLS || self.text.len() + self.cell.text.len() > LONGEST {
            return Err(Refusal::too_large("a row is longer than 1 MiB").at(line));
        }
        let start = self.text.len();
        self.text.push_str(&self.cell.text);
        // One more than can be read, which the table refuses.
        let repeated = repeated.min(MOST_COLUMNS + 1);
        let text = start..self.text.len();
        self.cells.push(Place { column, repeated, text, mark: self.cell.mark });
        Ok(())
    }

    /// Passes the row on, as often as it is repeated.
    pub(super) fn write(
        &self,
        line: u64,
        repeated: u64,
        hidden: bool,
        sink: &mut dyn SheetSink,
    ) -> Result<(), Stop> {
        // Blank rows are repeated to the last row of the sheet.
        if !self.cells.is_empty() {
            if repeated > MOST_REPEATED {
                let message = format!("row {line} has content, and is repeated {repeated} times");
                let hint = "delete the rows below the list in the spreadsheet program";
                return Err(Refusal::new("workbook-too-large", message, hint).at(line).into());
            }
            let is_whole = sink.wants_repeated();
            let rows = if is_whole { repeated } else { 1 };
            for line in line..line.saturating_add(rows) {
                sink.row(line, hidden)?;
                for cell in &self.cells {
                    let columns = if is_whole { cell.repeated } else { 1 };
                    for column in cell.column..cell.column.saturating_add(columns) {
                        sink.cell(column, &self.text[cell.text.clone()], cell.mark)?;
                    }
                }
            }
        }
        for range in &self.merged {
            sink.merged(*range);
        }
        for (column, link) in &self.links {
            sink.link(line, *column, link);
        }
        Ok(())
    }
}

/// Whether a row is hidden, by hand or by a filter.
pub(super) fn is_hidden(element: &BytesStart<'_>) -> bool {
    attribute(element, "visibility").is_some_and(|value| value == "collapse" || value == "filter")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts what it is passed.
    struct Count {
        wants_repeated: bool,
        rows: usize,
        cells: usize,
    }

    impl SheetSink for Count {
        fn wants_repeated(&self) -> bool {
            self.wants_repeated
        }

        fn row(&mut self, _: u64, _: bool) -> Result<(), Stop> {
            self.rows += 1;
            Ok(())
        }

        fn cell(&mut self, _: usize, _: &str, _: Option<CellMark>) -> Result<(), Stop> {
            self.cells += 1;
            Ok(())
        }

        fn merged(&mut self, _: CellRange) {}

        fn link(&mut self, _: u64, _: usize, _: &str) {}
    }

    #[test]
    fn repeated_cells_are_passed_on_as_often_as_they_are_wanted() {
        let xml = r#"<table-row><table-cell number-columns-repeated="18446744073709551615"><p>x</p></table-cell></table-row>"#;
        for (wants_repeated, rows, cells) in [(true, 3, 3 * (MOST_COLUMNS + 1)), (false, 1, 1)] {
            let mut xml = Xml::new(xml.as_bytes(), 1, std::rc::Rc::default());
            xml.next().unwrap();
            let mut row = Row::default();
            row.read(&mut xml, 7).unwrap();
            let mut count = Count { wants_repeated, rows: 0, cells: 0 };
            assert!(row.write(7, 3, false, &mut count).is_ok());
            assert_eq!((count.rows, count.cells), (rows, cells));
        }
    }
}

//! What is taken from a sheet: its rows into a spool, or only whether it holds addresses.

use super::super::super::reading::HiddenRows;
use super::super::super::rows::{CellMark, CellRange};
use super::super::merged::MergedCells;
use super::super::spool::{Spool, SpoolCell, SpoolError, SpoolWriter};
use super::cell_name::cell_name;
use super::links::{Links, has_address};
use super::refusal::{Refusal, Stop};
use super::xml::LONGEST;
use crate::remark::Remark;

/// The most columns that are read: no list of people has as many.
pub(super) const MOST_COLUMNS: usize = 2000;

/// The most cells, empty ones before others included: sixty columns of a million rows.
const MOST_CELLS: u64 = 1 << 26;

/// The most ranges of merged cells.
const MOST_MERGED: usize = 1 << 20;

/// The greatest number of a row: those of `LibreOffice` can have 16 million.
const LAST_ROW: u64 = 1 << 24;

/// Takes what a sheet has, in its order: rows with their cells, then merged cells and links. Rows are counted from 1,
/// columns from 0.
pub(super) trait SheetSink {
    /// Whether cells and rows that are repeated are wanted as often as they are there.
    fn wants_repeated(&self) -> bool;
    /// Begins a row. Rows come in their order, each once; empty ones may be left out.
    fn row(&mut self, line: u64, hidden: bool) -> Result<(), Stop>;
    /// Adds a cell to the row. Cells come in their order; empty ones may be left out.
    fn cell(&mut self, column: usize, text: &str, mark: Option<CellMark>) -> Result<(), Stop>;
    /// Cells that are merged.
    fn merged(&mut self, range: CellRange);
    /// A cell that leads somewhere.
    fn link(&mut self, line: u64, column: usize, target: &str);
}

/// The rows of a sheet, as they are written into a spool.
pub(super) struct Table {
    spool: SpoolWriter,
    hidden_rows: Option<HiddenRows>,
    row: Row,
    last_line: u64,
    cells: u64,
    first_column: usize,
    last_column: usize,
    hidden: Counted,
    no_result: Counted,
    merged: Vec<CellRange>,
    links: Links,
    pub(super) has_addresses: bool,
}

/// The row that is being read.
#[derive(Default)]
struct Row {
    line: u64,
    is_hidden: bool,
    has_content: bool,
    cells: Vec<SpoolCell>,
    text: String,
}

/// Rows or cells that are counted, and where the first is.
#[derive(Default)]
struct Counted {
    count: u64,
    first: Option<(u64, usize)>,
}

impl Counted {
    fn add(&mut self, line: u64, column: usize) {
        self.count += 1;
        self.first.get_or_insert((line, column));
    }
}

impl Table {
    pub(super) fn new(hidden_rows: Option<HiddenRows>) -> Table {
        Table {
            spool: SpoolWriter::new(),
            hidden_rows,
            row: Row::default(),
            last_line: 0,
            cells: 0,
            first_column: usize::MAX,
            last_column: 0,
            hidden: Counted::default(),
            no_result: Counted::default(),
            merged: Vec::new(),
            links: Links::default(),
            has_addresses: false,
        }
    }

    /// Whether no row has content, after the last one.
    pub(super) fn is_empty(&mut self) -> Result<bool, Refusal> {
        self.end_row()?;
        // Hidden rows that are left out are content as well.
        Ok(self.last_line == 0)
    }

    /// Ends reading: the rows, and what there is to say about them.
    pub(super) fn finish(mut self) -> Result<(Spool, Vec<Remark>), Refusal> {
        self.end_row()?;
        let mut remarks = Vec::new();
        self.judge_hidden(&mut remarks)?;
        if let Some((line, column)) = self.no_result.first {
            remarks.push(no_result(&cell_name(line, column), self.no_result.count));
        }
        let merged = MergedCells::new(self.merged, self.last_line, self.last_column, MOST_CELLS)
            .ok_or_else(|| Refusal::damaged("cells are merged with several others"))?;
        // Columns to the left of the table are left out.
        let first_column = if self.first_column == usize::MAX { 0 } else { self.first_column };
        let spool = self.spool.finish(first_column, merged).map_err(|error| no_space(&error))?;
        remarks.extend(self.links.compare(&spool, first_column).map_err(|error| no_space(&error))?);
        Ok((spool, remarks))
    }

    fn end_row(&mut self) -> Result<(), Refusal> {
        let row = &mut self.row;
        if row.has_content {
            self.last_line = row.line;
            if row.is_hidden {
                self.hidden.add(row.line, 0);
            }
            if !row.is_hidden || self.hidden_rows != Some(HiddenRows::Skip) {
                let (first, last) = (row.cells.first(), row.cells.last());
                self.first_column = self.first_column.min(first.map_or(0, |cell| cell.column));
                self.last_column = self.last_column.max(last.map_or(0, |cell| cell.column));
                self.cells += last.map_or(0, |cell| cell.column as u64 + 1);
                if self.cells > MOST_CELLS {
                    return Err(Refusal::too_large("the sheet has more than 67 million cells"));
                }
                self.spool.row(row.line, &row.cells, &row.text).map_err(|error| match error {
                    SpoolError::Full => {
                        Refusal::too_large("the sheet has more than 512 MiB of text")
                    }
                    SpoolError::Io(error) => no_space(&error),
                })?;
            }
        }
        row.has_content = false;
        row.cells.clear();
        row.text.clear();
        Ok(())
    }

    /// Leaving hidden rows out would cancel whoever a filter hides, and reading them would invite whom somebody has
    /// hidden on purpose.
    fn judge_hidden(&self, remarks: &mut Vec<Remark>) -> Result<(), Refusal> {
        let Some((first, _)) = self.hidden.first else { return Ok(()) };
        let (rows, are) = match self.hidden.count {
            1 => ("1 row".to_owned(), "is"),
            count => (format!("{count} rows"), "are"),
        };
        match self.hidden_rows {
            None => Err(Refusal::new(
                "hidden-rows",
                format!(
                    "{rows} of the sheet {are} hidden, by a filter or by hand; the first is row {first}"
                ),
                "write hidden_rows = \"keep\" under [roster] in meeting.toml if they count, or hidden_rows = \"skip\" if they do not",
            )),
            Some(HiddenRows::Keep) => Ok(()),
            Some(HiddenRows::Skip) => {
                let message = format!("{rows} {are} left out because of hidden_rows = \"skip\"");
                remarks.push(Remark::note("hidden-rows", message));
                Ok(())
            }
        }
    }
}

fn no_result(first: &str, count: u64) -> Remark {
    let message = match count {
        1 => format!("{first} is a formula without a stored result"),
        _ => {
            format!("{count} cells are formulas without a stored result; the first is {first}")
        }
    };
    let hint = "open the workbook in the spreadsheet program and save it: that stores the results";
    Remark::warning("no-result", message).hint(hint)
}

fn no_space(error: &std::io::Error) -> Refusal {
    let message = format!("the rows cannot be kept in a temporary file: {error}");
    Refusal::new("no-temporary-file", message, "free some space, or set TMPDIR to another folder")
}

impl SheetSink for Table {
    fn wants_repeated(&self) -> bool {
        true
    }

    fn row(&mut self, line: u64, hidden: bool) -> Result<(), Stop> {
        if line <= self.row.line || line > LAST_ROW {
            return Err(Refusal::damaged("its rows are not in their order").at(line).into());
        }
        self.end_row()?;
        self.row.line = line;
        self.row.is_hidden = hidden;
        Ok(())
    }

    fn cell(&mut self, column: usize, text: &str, mark: Option<CellMark>) -> Result<(), Stop> {
        let has_content = !text.trim().is_empty();
        if !has_content && mark.is_none() {
            return Ok(());
        }
        let row = &mut self.row;
        if column >= MOST_COLUMNS {
            let message = format!(
                "{} has content, and at most {MOST_COLUMNS} columns are read",
                cell_name(row.line, column)
            );
            let hint = "delete what is that far to the right, or name another sheet: sheet = \"…\" under [roster] in meeting.toml";
            return Err(Refusal::new("too-many-columns", message, hint).at(row.line).into());
        }
        if row.cells.last().is_some_and(|last| column <= last.column) {
            return Err(Refusal::damaged("its cells are not in their order").at(row.line).into());
        }
        if row.text.len() + text.len() > LONGEST {
            let message = "this row is longer than 1 MiB";
            let hint = "keep only the columns that are needed";
            return Err(Refusal::new("row-too-long", message, hint).at(row.line).into());
        }
        row.text.push_str(text);
        row.cells.push(SpoolCell { column, length: text.len(), mark });
        row.has_content = true;
        if mark == Some(CellMark::NoResult) {
            self.no_result.add(row.line, column);
        }
        self.has_addresses = self.has_addresses || has_address(text);
        Ok(())
    }

    fn merged(&mut self, range: CellRange) {
        if self.merged.len() < MOST_MERGED {
            self.merged.push(range);
        }
    }

    fn link(&mut self, line: u64, column: usize, target: &str) {
        self.links.add(line, column, target);
    }
}

/// Looks only for what a sheet that is not read has.
#[derive(Default)]
pub(super) struct Glance {
    pub(super) has_content: bool,
    pub(super) has_addresses: bool,
}

impl SheetSink for Glance {
    fn wants_repeated(&self) -> bool {
        false
    }

    fn row(&mut self, _: u64, _: bool) -> Result<(), Stop> {
        Ok(())
    }

    fn cell(&mut self, _: usize, text: &str, _: Option<CellMark>) -> Result<(), Stop> {
        self.has_content = self.has_content || !text.trim().is_empty();
        self.has_addresses = has_address(text);
        if self.has_addresses { Err(Stop::Enough) } else { Ok(()) }
    }

    fn merged(&mut self, _: CellRange) {}

    fn link(&mut self, _: u64, _: usize, _: &str) {}
}

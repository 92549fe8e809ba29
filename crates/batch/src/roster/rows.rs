//! Numbered rows of cells: what every source of a roster yields, whatever its file format.

use std::ops::Range;

use meetmint_core::is_invisible;

use super::cell_text::without_formula;

/// Consecutive rows, their cells one after the other in a single text. One allocation for some thousand
/// rows, where a `String` for each cell would take most of the time of reading.
#[derive(Debug, Default)]
pub(crate) struct RowBatch {
    text: String,
    ends: Vec<usize>,
    rows: Vec<RowSpan>,
    /// By row and column.
    marks: Vec<MarkedCell>,
}

/// Where one row is in a [`RowBatch`].
#[derive(Debug)]
pub(crate) struct RowSpan {
    /// The number of the row, counted from 1 through the whole source, the heading row included.
    pub(crate) number: u64,
    /// The line on which the row begins, as an editor or a spreadsheet program counts.
    pub(crate) line: u64,
    /// Where its text begins, in octets.
    pub(crate) text: usize,
    /// Which of the ends of cells are its own. An end is counted from where the row's text begins.
    pub(crate) ends: Range<usize>,
    /// Why its cells are not reliable.
    pub(crate) flaw: Option<RowFlaw>,
}

/// Why the cells of a row are not reliable: a quotation mark is misplaced, here or above.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RowFlaw {
    /// Text follows the mark that closes a cell, or the last row ends within a cell.
    TextAfterQuote {
        /// The line of the mark that opens the cell.
        line: u64,
    },
    /// A mark stands in the middle of a cell that has no marks around it.
    QuoteInside {
        /// The line of the mark.
        line: u64,
    },
    /// A mark follows a backslash, which some programs write instead of a second mark.
    EscapedQuote {
        /// The line of the mark, or of the one that opens the cell.
        line: u64,
    },
    /// The cell runs on into the lines after it.
    UnclosedQuote {
        /// The line of the mark that opens the cell.
        line: u64,
        /// The last line that it takes in; `None` if that is not known.
        last: Option<u64>,
    },
    /// The row is on one of those lines. It can be read, but it may be a part of the cell.
    MayBeTakenIn,
}

/// A cell whose text is not what it should be. Only workbooks have such cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MarkedCell {
    /// The number of its row.
    pub(crate) number: u64,
    /// The index of its column.
    pub(crate) column: usize,
    /// The index of its column in the sheet, where a table may begin further right.
    pub(crate) sheet_column: usize,
    /// What is wrong with it.
    pub(crate) mark: CellMark,
}

/// Why the text of a cell is not what it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CellMark {
    /// The spreadsheet program could not compute it: its text is an error such as `#REF!`.
    Error,
    /// It is a formula, and its result is not stored in the file.
    NoResult,
    /// It is merged with a cell above it, which has the text.
    Covered {
        /// The merged cells.
        range: CellRange,
    },
}

/// A range of cells. Rows are counted from 1, columns from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CellRange {
    pub(crate) first_row: u64,
    pub(crate) last_row: u64,
    pub(crate) first_column: usize,
    pub(crate) last_column: usize,
}

/// What to do about a misplaced quotation mark.
pub(crate) const QUOTES: &str = "add the closing quotation mark, or delete the opening one; write a quotation mark inside the text twice";

/// What to do about a quotation mark in the middle of a cell.
pub(crate) const QUOTE_INSIDE: &str =
    "put the whole cell in quotation marks, and double each mark in it: `\"a 5\"\" pipe\"`";

/// Whether a cell has nothing that can be seen: white space, no-break and zero-width characters, and the mark with which
/// DOS ends a file.
pub(crate) fn is_blank(cell: &str) -> bool {
    cell.chars().all(|c| c.is_whitespace() || c == '\u{1a}' || is_invisible(c))
}

/// One row of cells.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<'b> {
    batch: &'b RowBatch,
    span: &'b RowSpan,
}

impl RowBatch {
    /// Rows over a text; `None` if a cell would begin or end inside a character.
    pub(crate) fn new(text: String, ends: Vec<usize>, rows: Vec<RowSpan>) -> Option<RowBatch> {
        // Checked once for all rows, so that `cell` can cut the text without a panic.
        let is_whole = rows.iter().all(|row| {
            text.is_char_boundary(row.text)
                && ends[row.ends.clone()].iter().all(|end| text.is_char_boundary(row.text + end))
        });
        is_whole.then_some(RowBatch { text, ends, rows, marks: Vec::new() })
    }

    /// Adds marks, which are in the order of the rows.
    pub(crate) fn with_marks(mut self, marks: Vec<MarkedCell>) -> RowBatch {
        self.marks = marks;
        self
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The row at an index from 0.
    pub(crate) fn row(&self, at: usize) -> Row<'_> {
        Row { batch: self, span: &self.rows[at] }
    }
}

impl<'b> Row<'b> {
    /// The number of the row: see [`RowSpan::number`].
    pub(crate) fn number(&self) -> u64 {
        self.span.number
    }

    /// The line on which the row begins.
    pub(crate) fn line(&self) -> u64 {
        self.span.line
    }

    /// Why its cells are not reliable, if they are not.
    pub(crate) fn flaw(&self) -> Option<RowFlaw> {
        self.span.flaw
    }

    /// Its cells whose text is not what it should be.
    pub(crate) fn marks(&self) -> &'b [MarkedCell] {
        let marks = &self.batch.marks;
        let first = marks.partition_point(|mark| mark.number < self.span.number);
        let count = marks[first..].partition_point(|mark| mark.number == self.span.number);
        &marks[first..first + count]
    }

    /// How many cells the row has.
    pub(crate) fn len(&self) -> usize {
        self.span.ends.len()
    }

    /// A cell as it is in the source, apart from a formula around a text; empty after the last one.
    pub(crate) fn cell(&self, at: usize) -> &'b str {
        let ends = &self.batch.ends[self.span.ends.clone()];
        // Rows are often shorter than the heading row, because exports leave out empty cells at the end.
        let Some(end) = ends.get(at) else { return "" };
        let start = if at == 0 { 0 } else { ends[at - 1] };
        without_formula(&self.batch.text[self.span.text + start..self.span.text + end])
    }

    /// All cells.
    pub(crate) fn cells(self) -> impl Iterator<Item = &'b str> + Clone {
        (0..self.len()).map(move |at| self.cell(at))
    }

    /// Whether all cells are blank.
    pub(crate) fn is_blank(&self) -> bool {
        // A row that cannot be read has no cells, and is not blank.
        matches!(self.span.flaw, None | Some(RowFlaw::MayBeTakenIn)) && self.cells().all(is_blank)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_with_nothing_to_see_is_blank() {
        for cell in
            ["", " ", "\t\u{a0}", "\u{200b}\u{feff}", "\u{3000}\r\n", "\u{1a}", "\u{2060}\u{ad}"]
        {
            assert!(is_blank(cell), "{cell:?}");
        }
        for cell in ["0", " x ", "\u{a0}-"] {
            assert!(!is_blank(cell), "{cell:?}");
        }
    }
}

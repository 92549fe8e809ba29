//! Numbered rows of cells: what every source of a roster yields, whatever its file format.

use std::ops::Range;

use meetmint_core::is_invisible;

use super::cell_text::without_formula;

/// Consecutive rows, their cells one after the other in a single text. One allocation for some thousand
/// rows, where a `String` for each cell would take most of the time of reading.
#[derive(Debug, Default)]
pub(crate) struct RowBatch {
    text: String,
    /// In four octets each: there are more of them than of anything else.
    ends: Vec<u32>,
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
    /// Which of the ends of cells are its own. An end is counted from where the row's text begins. There is none for empty
    /// cells at the end of the row.
    pub(crate) ends: Range<usize>,
    /// How many cells it has, with those.
    pub(crate) cells: usize,
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
    pub(crate) fn new(text: String, ends: Vec<u32>, rows: Vec<RowSpan>) -> Option<RowBatch> {
        // Checked once for all rows, so that `cell` can cut the text without a panic.
        let is_whole = rows.iter().all(|row| {
            let is_boundary = |end: &u32| text.is_char_boundary(row.text + *end as usize);
            text.is_char_boundary(row.text) && ends[row.ends.clone()].iter().all(is_boundary)
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
        // Text files have none.
        if marks.is_empty() {
            return &[];
        }
        let first = marks.partition_point(|mark| mark.number < self.span.number);
        let count = marks[first..].partition_point(|mark| mark.number == self.span.number);
        &marks[first..first + count]
    }

    /// How many cells there are up to the last one that is not empty.
    pub(crate) fn filled(&self) -> usize {
        self.span.ends.len()
    }

    /// How many cells the row has.
    pub(crate) fn len(&self) -> usize {
        self.span.cells
    }

    /// A cell as it is in the source, apart from a formula around a text; empty after the last one.
    pub(crate) fn cell(&self, at: usize) -> &'b str {
        let ends = &self.batch.ends[self.span.ends.clone()];
        // Rows are often shorter than the heading row, because exports leave out empty cells at the end.
        let Some(end) = ends.get(at) else { return "" };
        let start = if at == 0 { 0 } else { ends[at - 1] };
        let text = &self.batch.text[self.span.text..];
        without_formula(&text[start as usize..*end as usize])
    }

    /// Whether any of its cells has an `@`.
    pub(crate) fn has_at(&self) -> bool {
        let ends = &self.batch.ends[self.span.ends.clone()];
        let end = ends.last().map_or(0, |end| *end as usize);
        // What is around a text that is written as a formula has none.
        memchr::memchr(b'@', &self.batch.text.as_bytes()[self.span.text..self.span.text + end])
            .is_some()
    }

    /// The cells up to the last one that is not empty. Programs export thousands of empty ones behind it.
    pub(crate) fn filled_cells(self) -> impl Iterator<Item = &'b str> + Clone {
        self.filled_cells_from(0)
    }

    /// Those of them from an index on.
    pub(crate) fn filled_cells_from(self, first: usize) -> impl Iterator<Item = &'b str> + Clone {
        (first..self.span.ends.len()).map(move |at| self.cell(at))
    }

    /// All cells.
    pub(crate) fn cells(self) -> impl Iterator<Item = &'b str> + Clone {
        (0..self.len()).map(move |at| self.cell(at))
    }

    /// Whether all cells are blank.
    pub(crate) fn is_blank(&self) -> bool {
        // A row that cannot be read has no cells, and is not blank.
        matches!(self.span.flaw, None | Some(RowFlaw::MayBeTakenIn))
            && self.filled_cells().all(is_blank)
    }
}

/// Takes the ends of empty cells at the end of a row out of `ends`, in which its own begin at `first`. Returns how many cells
/// the row has all the same.
pub(crate) fn drop_empty_cells(ends: &mut Vec<u32>, first: usize) -> usize {
    let cells = ends.len() - first;
    // The first one stays: a row that has cells is not one without.
    while let [.., before, last] = ends[first..]
        && before == last
    {
        ends.pop();
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_cells_at_the_end_of_a_row_are_counted_and_not_kept() {
        for (ends, kept, cells) in [
            (&[9][..], 0, 0),
            (&[9, 0], 1, 1),
            (&[9, 0, 0, 0], 1, 3),
            (&[9, 0, 0, 5, 5, 5], 3, 5),
            (&[9, 5, 5, 7], 3, 3),
            (&[9, 9, 9], 1, 2),
        ] {
            let mut ends = ends.to_vec();
            assert_eq!(drop_empty_cells(&mut ends, 1), cells, "{ends:?}");
            assert_eq!(ends.len(), 1 + kept);
        }
    }

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

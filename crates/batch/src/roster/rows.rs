//! Numbered rows of cells: what every source of a roster yields, whatever its file format.

use std::ops::Range;

/// Consecutive rows, their cells one after the other in a single text. One allocation for some thousand
/// rows, where a `String` for each cell would take most of the time of reading.
#[derive(Debug, Default)]
pub(crate) struct RowBatch {
    text: String,
    ends: Vec<usize>,
    rows: Vec<RowSpan>,
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
        is_whole.then_some(RowBatch { text, ends, rows })
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

    /// How many cells the row has.
    pub(crate) fn len(&self) -> usize {
        self.span.ends.len()
    }

    /// A cell as it is in the source; empty after the last one.
    pub(crate) fn cell(&self, at: usize) -> &'b str {
        let ends = &self.batch.ends[self.span.ends.clone()];
        // Rows are often shorter than the heading row, because exports leave out empty cells at the end.
        let Some(end) = ends.get(at) else { return "" };
        let start = if at == 0 { 0 } else { ends[at - 1] };
        &self.batch.text[self.span.text + start..self.span.text + end]
    }

    /// All cells.
    pub(crate) fn cells(self) -> impl Iterator<Item = &'b str> {
        (0..self.len()).map(move |at| self.cell(at))
    }

    /// Whether all cells are empty or white space.
    pub(crate) fn is_blank(&self) -> bool {
        self.cells().all(|cell| cell.trim().is_empty())
    }
}

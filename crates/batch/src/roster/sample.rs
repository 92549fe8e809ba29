//! The first rows of a roster, by which its layout and its columns are recognized.

use super::rows::Row;
use super::source::SourceRows;
use crate::problem::Problem;

/// How many rows are looked at. Most rosters are shorter; in longer ones, the rest is like the beginning, and what is
/// not is a problem of its row.
const MOST_ROWS: usize = 2000;

/// How much text is kept, in octets, and how many cells: rows can be long.
const MOST_TEXT: usize = 4 << 20;
const MOST_CELLS: usize = 400_000;

/// How much of a cell is kept, in octets: what kind of value it is can be told from less.
const LONGEST_CELL: usize = 500;

/// The first rows of a roster that are not blank.
#[derive(Debug, Default)]
pub(super) struct Sample {
    pub(super) rows: Vec<SampleRow>,
    /// Whether these are all rows.
    pub(super) is_whole: bool,
}

/// One of the first rows.
#[derive(Clone, Debug)]
pub(super) struct SampleRow {
    /// As [`Row::number`].
    pub(super) number: u64,
    /// As [`Row::line`].
    pub(super) line: u64,
    /// Without outer white space.
    pub(super) cells: Vec<String>,
}

impl Sample {
    /// Reads the first rows. A row that cannot be read as cells is left out: it is a problem of its own.
    pub(super) fn read(rows: &mut SourceRows<'_>) -> Result<Sample, Problem> {
        let mut sample = Sample::default();
        let (mut text, mut cells) = (0, 0);
        while let Some(batch) = rows.batch(256)? {
            for row in (0..batch.len()).map(|at| batch.row(at)) {
                if row.is_blank() || row.flaw().is_some() {
                    continue;
                }
                // The first row always, whatever its length: without headings, nothing can be said.
                if sample.rows.len() >= MOST_ROWS || text > MOST_TEXT || cells > MOST_CELLS {
                    return Ok(sample);
                }
                let row = SampleRow::of(row);
                text += row.cells.iter().map(String::len).sum::<usize>();
                cells += row.cells.len();
                sample.rows.push(row);
            }
        }
        sample.is_whole = true;
        Ok(sample)
    }
}

impl SampleRow {
    fn of(row: Row<'_>) -> SampleRow {
        let cut = |cell: &str| {
            let cell = cell.trim();
            let end =
                (0..=LONGEST_CELL.min(cell.len())).rev().find(|at| cell.is_char_boundary(*at));
            cell[..end.unwrap_or_default()].to_owned()
        };
        SampleRow { number: row.number(), line: row.line(), cells: row.cells().map(cut).collect() }
    }

    /// A cell; empty after the last one.
    pub(super) fn cell(&self, at: usize) -> &str {
        self.cells.get(at).map_or("", String::as_str)
    }

    /// The cells that have something in them, with their columns.
    pub(super) fn filled(&self) -> impl Iterator<Item = (usize, &str)> + Clone {
        self.cells
            .iter()
            .enumerate()
            .filter(|(_, cell)| !cell.is_empty())
            .map(|(at, cell)| (at, cell.as_str()))
    }
}

//! Rows of a source that can be read only once, kept in a private temporary file.
//!
//! The file has no name in any folder, and is gone when the program ends, however that ends. Small lists stay in memory.

use std::fmt;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::SpooledTempFile;

use super::super::rows::{CellMark, MarkedCell, RowBatch, RowSpan, drop_empty_cells};
use super::merged::MergedCells;

/// Up to this many octets, rows stay in memory.
const IN_MEMORY: usize = 1 << 22;

/// The most octets that are spooled: a million rows of five hundred characters.
const MOST_OCTETS: u64 = 1 << 29;

/// A batch ends after the row with which its text exceeds this many octets, or with which it has more cells and marks than
/// half as many.
const LONGEST_BATCH: usize = 1 << 19;

/// How much is read at once.
const READ: usize = 1 << 16;

/// Writes rows.
pub(super) struct SpoolWriter {
    output: BufWriter<SpooledTempFile>,
    written: u64,
    header: Vec<u8>,
}

/// Rows that were written, to be read as often as needed.
pub(crate) struct Spool {
    file: Mutex<SpooledTempFile>,
    length: u64,
    /// The first column that is read: those before it are empty in all rows.
    first_column: usize,
    merged: MergedCells,
}

/// One reading of a [`Spool`].
pub(crate) struct SpoolRows<'s> {
    spool: &'s Spool,
    /// Where to read on.
    position: u64,
    buffer: Vec<u8>,
    start: usize,
    number: u64,
    merged: super::merged::Sweep<'s>,
}

/// One cell of a row to write; empty cells are left out.
#[derive(Clone, Copy, Debug)]
pub(super) struct SpoolCell {
    pub(super) column: usize,
    /// How many octets of the row's text are its own.
    pub(super) length: usize,
    pub(super) mark: Option<CellMark>,
}

/// Why a row cannot be written.
#[derive(Debug, thiserror::Error)]
pub(super) enum SpoolError {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("too many rows")]
    Full,
}

impl SpoolWriter {
    pub(super) fn new() -> SpoolWriter {
        let output = BufWriter::with_capacity(READ, SpooledTempFile::new(IN_MEMORY));
        SpoolWriter { output, written: 0, header: Vec::new() }
    }

    /// Writes a row: its number in the source, and its cells in the order of their columns with their text.
    pub(super) fn row(
        &mut self,
        line: u64,
        cells: &[SpoolCell],
        text: &str,
    ) -> Result<(), SpoolError> {
        self.header.clear();
        put(&mut self.header, line);
        put(&mut self.header, cells.len() as u64);
        let mut next = 0;
        for cell in cells {
            put(&mut self.header, (cell.column - next) as u64);
            next = cell.column + 1;
            let mark = match cell.mark {
                None => 0,
                Some(CellMark::Error) => 1,
                Some(CellMark::NoResult | CellMark::Covered { .. }) => 2,
            };
            put(&mut self.header, (cell.length as u64) << 2 | mark);
        }
        let length = self.header.len() + text.len();
        self.written += 4 + length as u64;
        if self.written > MOST_OCTETS {
            return Err(SpoolError::Full);
        }
        // A row is shorter than the whole, which fits.
        let length = u32::try_from(length).map_err(|_| SpoolError::Full)?;
        self.output.write_all(&length.to_le_bytes())?;
        self.output.write_all(&self.header)?;
        self.output.write_all(text.as_bytes())?;
        Ok(())
    }

    /// Ends writing.
    pub(super) fn finish(self, first_column: usize, merged: MergedCells) -> io::Result<Spool> {
        let file = self.output.into_inner().map_err(io::IntoInnerError::into_error)?;
        Ok(Spool { file: Mutex::new(file), length: self.written, first_column, merged })
    }
}

impl Spool {
    /// The rows from the first on.
    pub(super) fn rows(&self) -> SpoolRows<'_> {
        let merged = self.merged.sweep();
        SpoolRows { spool: self, position: 0, buffer: Vec::new(), start: 0, number: 0, merged }
    }

    fn file(&self) -> MutexGuard<'_, SpooledTempFile> {
        // Each reading seeks first, so a panic of another one leaves nothing half done.
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Spool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not its content: that is the list of people.
        f.debug_struct("Spool").field("length", &self.length).finish_non_exhaustive()
    }
}

impl SpoolRows<'_> {
    /// The next rows, at most `most` of them; `None` after the last.
    pub(super) fn batch(&mut self, most: usize) -> io::Result<Option<RowBatch>> {
        let mut batch = Batch::default();
        while batch.rows.len() < most
            && batch.text.len() < LONGEST_BATCH
            && batch.ends.len() + batch.marks.len() < LONGEST_BATCH / 2
        {
            let Some(length) = self.more(4)? else { break };
            let length = u32::from_le_bytes([length[0], length[1], length[2], length[3]]) as usize;
            self.start += 4;
            self.more(length)?.ok_or(io::ErrorKind::UnexpectedEof)?;
            self.number += 1;
            let record = &self.buffer[self.start..self.start + length];
            let first = self.spool.first_column;
            batch
                .add(record, self.number, first, &mut self.merged)
                .ok_or(io::ErrorKind::InvalidData)?;
            self.start += length;
        }
        if batch.rows.is_empty() {
            return Ok(None);
        }
        let made = RowBatch::new(batch.text, batch.ends, batch.rows);
        Ok(Some(made.ok_or(io::ErrorKind::InvalidData)?.with_marks(batch.marks)))
    }

    /// The next octets, without going past them; `None` at the end.
    fn more(&mut self, needed: usize) -> io::Result<Option<&[u8]>> {
        if self.buffer.len() - self.start < needed {
            self.buffer.drain(..self.start);
            self.start = 0;
            let have = self.buffer.len();
            let left = usize::try_from(self.spool.length - self.position).unwrap_or(usize::MAX);
            let wanted = needed.max(READ).min(have + left);
            self.buffer.resize(wanted, 0);
            let mut file = self.spool.file();
            file.seek(SeekFrom::Start(self.position))?;
            file.read_exact(&mut self.buffer[have..])?;
            self.position += (wanted - have) as u64;
            if wanted < needed {
                return Ok(None);
            }
        }
        Ok(Some(&self.buffer[self.start..self.start + needed]))
    }
}

#[derive(Default)]
struct Batch {
    text: String,
    ends: Vec<u32>,
    rows: Vec<RowSpan>,
    marks: Vec<MarkedCell>,
}

impl Batch {
    /// Adds a row as it was written; `None` if it was not written by [`SpoolWriter`].
    fn add(
        &mut self,
        mut record: &[u8],
        number: u64,
        first_column: usize,
        merged: &mut super::merged::Sweep<'_>,
    ) -> Option<()> {
        let line = take(&mut record)?;
        let cells = take(&mut record)?;
        let (text, first_end) = (self.text.len(), self.ends.len());
        let mut end = 0;
        let mut column = first_column;
        let mut next = 0;
        for _ in 0..cells {
            let at = next + usize::try_from(take(&mut record)?).ok()?;
            let packed = take(&mut record)?;
            let length = u32::try_from(packed >> 2).ok()?;
            self.ends.extend(std::iter::repeat_n(end, at.checked_sub(column)?));
            end = length.checked_add(end)?;
            self.ends.push(end);
            let mark = match packed & 3 {
                0 => None,
                1 => Some(CellMark::Error),
                _ => Some(CellMark::NoResult),
            };
            let marked =
                |mark| MarkedCell { number, column: at - first_column, sheet_column: at, mark };
            self.marks.extend(mark.map(marked));
            next = at + 1;
            column = next;
        }
        self.text.push_str(str::from_utf8(record).ok()?);
        let cells = drop_empty_cells(&mut self.ends, first_end);
        let ends = first_end..self.ends.len();
        self.rows.push(RowSpan { number, line, text, ends, cells, flaw: None });
        for (at, mark) in merged.at(line) {
            if let Some(column) = at.checked_sub(first_column) {
                self.marks.push(MarkedCell { number, column, sheet_column: at, mark });
            }
        }
        Some(())
    }
}

/// Writes a number in as few octets as it needs, seven bits in each.
fn put(output: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        output.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    output.push(number.to_le_bytes()[0]);
}

/// Reads a number that [`put`] wrote, and moves past it.
fn take(input: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (first, rest) = input.split_first()?;
        *input = rest;
        number |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::super::rows::CellRange;
    use super::*;

    fn write(writer: &mut SpoolWriter, line: u64, cells: &[(usize, &str)]) {
        let text: String = cells.iter().map(|(_, text)| *text).collect();
        let cells: Vec<SpoolCell> = cells
            .iter()
            .map(|(column, text)| SpoolCell { column: *column, length: text.len(), mark: None })
            .collect();
        writer.row(line, &cells, &text).unwrap();
    }

    fn read(spool: &Spool, most: usize) -> Vec<(u64, u64, Vec<String>)> {
        let mut rows = spool.rows();
        let mut all = Vec::new();
        while let Some(batch) = rows.batch(most).unwrap() {
            assert!(batch.len() <= most);
            for row in (0..batch.len()).map(|at| batch.row(at)) {
                all.push((row.number(), row.line(), row.cells().map(str::to_owned).collect()));
            }
        }
        all
    }

    #[test]
    fn rows_come_back_with_their_lines_as_often_as_asked() {
        let mut writer = SpoolWriter::new();
        write(&mut writer, 5, &[(2, "email"), (3, "name"), (300, "far")]);
        write(&mut writer, 9, &[(3, "Ada")]);
        write(&mut writer, 1_048_576, &[(2, "ä@example.org"), (4, "漢字")]);
        let spool = writer.finish(2, MergedCells::default()).unwrap();
        let first = read(&spool, 100);
        assert_eq!(first, read(&spool, 1));
        assert_eq!(first[0].2.len(), 299);
        assert_eq!((first[0].2[0].as_str(), first[0].2[298].as_str()), ("email", "far"));
        assert_eq!(first[1], (2, 9, vec![String::new(), "Ada".to_owned()]));
        assert_eq!(first[2].0, 3);
        assert_eq!(first[2].1, 1_048_576);
        assert_eq!(first[2].2, ["ä@example.org", "", "漢字"]);
    }

    /// A mark for each merged cell takes more room than the cell.
    #[test]
    fn marks_end_a_batch_as_cells_do() {
        let mut writer = SpoolWriter::new();
        for line in 1..=300 {
            write(&mut writer, line, &[(0, "x")]);
        }
        let range = CellRange { first_row: 1, last_row: 300, first_column: 0, last_column: 1999 };
        let merged = MergedCells::new(vec![range], 300, 1999, 1 << 20).unwrap();
        let spool = writer.finish(0, merged).unwrap();
        let (mut rows, mut marks) = (spool.rows(), 0);
        while let Some(batch) = rows.batch(1000).unwrap() {
            assert!(batch.len() < 200);
            marks += (0..batch.len()).map(|at| batch.row(at).marks().len()).sum::<usize>();
        }
        assert_eq!(marks, 299 * 2000);
    }

    /// More than fits into memory, read at two places by turns.
    #[test]
    fn readings_do_not_disturb_each_other() {
        let mut writer = SpoolWriter::new();
        let long = "x".repeat(700);
        for line in 1..=8000 {
            write(&mut writer, line, &[(0, &line.to_string()), (1, &long)]);
        }
        let spool = writer.finish(0, MergedCells::default()).unwrap();
        let (mut one, mut other) = (spool.rows(), spool.rows());
        let mut lines = 0;
        while let Some(batch) = one.batch(997).unwrap() {
            if let Some(batch) = other.batch(10).unwrap() {
                assert_eq!(batch.row(0).cell(0), batch.row(0).line().to_string());
            }
            for row in (0..batch.len()).map(|at| batch.row(at)) {
                lines += 1;
                assert_eq!((row.line(), row.cell(0)), (lines, lines.to_string().as_str()));
            }
        }
        assert_eq!(lines, 8000);
    }

    #[test]
    fn numbers_of_every_size_come_back() {
        for number in [0, 1, 127, 128, 16_383, 16_384, u64::from(u32::MAX), u64::MAX] {
            let mut octets = Vec::new();
            put(&mut octets, number);
            assert_eq!(take(&mut octets.as_slice()), Some(number));
        }
        assert_eq!(take(&mut [0x80].as_slice()), None);
        assert_eq!(take(&mut [0xff; 11].as_slice()), None);
    }
}

//! The records of a CSV file, in batches of bounded size.

use std::io::{self, Read};

use super::super::lines::LineCounter;
use super::cells::{After, BadQuote, BadQuoteKind, CellParser, Cells};
use super::dialect::Dialect;
use super::swallowed::swallowed_row;
use super::window::Window;
use crate::roster::rows::{RowBatch, RowFlaw, RowSpan, drop_empty_cells};

/// The longest row, in octets. [`CsvError::TooLong`] says it in words.
pub(super) const LONGEST_ROW: usize = 1 << 20;

/// A batch ends after the row with which its text exceeds this many octets.
const LONGEST_BATCH: usize = 1 << 19;

/// Likewise with more cells than this, which take four octets each.
const MOST_CELLS: usize = 1 << 18;

/// The records of a CSV file, one after the other.
pub(super) struct Records<R> {
    input: Window<R>,
    delimiter: u8,
    position: LineCounter,
    /// The number of the last row.
    number: u64,
    /// How many cells the last row had that is on one line; none before the first row that is not blank.
    width: Option<usize>,
    /// The last line that a cell with a bad quotation mark has taken in.
    doubtful_until: u64,
}

/// Why reading a CSV file stops; `line` is where the record begins.
#[derive(Debug, thiserror::Error)]
pub(super) enum CsvError {
    #[error("the file cannot be read")]
    Io(#[from] io::Error),
    #[error("the row that begins here is longer than 1 MiB")]
    TooLong { line: u64 },
    #[error("a quotation mark in the heading row is not closed, or text follows it")]
    HeadingQuote { line: u64 },
    #[error("a quotation mark is in the middle of a cell of the heading row")]
    HeadingInside { line: u64 },
    #[error("this row is not valid UTF-8")]
    NotUtf8 { line: u64 },
    #[error("this row contains a NUL character, so this is not a text file")]
    Nul { line: u64 },
}

impl<R: Read> Records<R> {
    /// The records of `input`, which begins where the dialect says that the first row does.
    pub(super) fn new(input: R, dialect: Dialect) -> Records<R> {
        Records {
            input: Window::new(input),
            delimiter: dialect.delimiter,
            position: LineCounter::at(1 + dialect.lines),
            number: 0,
            width: None,
            doubtful_until: 0,
        }
    }

    /// The next records, at most `most` of them; `None` after the last.
    pub(super) fn batch(&mut self, most: usize) -> Result<Option<RowBatch>, CsvError> {
        // Room for most batches; a single row needs little.
        let room = (LONGEST_BATCH + (1 << 14)).min(most.saturating_mul(1 << 7));
        let mut batch = BatchBuilder { text: Vec::with_capacity(room), ..BatchBuilder::default() };
        while batch.rows.len() < most
            && batch.text.len() < LONGEST_BATCH
            && batch.ends.len() < MOST_CELLS
            && self.read(&mut batch)?
        {}
        batch.finish()
    }

    /// Reads one record into a batch; `false` at the end of the file.
    fn read(&mut self, batch: &mut BatchBuilder) -> Result<bool, CsvError> {
        if !self.skip_blank_lines()? {
            return Ok(false);
        }
        let mark = batch.mark();
        let mut parser = CellParser::new(self.delimiter);
        let (mut length, mut is_ended) = self.line_end(0)?;
        let is_too_long = |length: usize| length > LONGEST_ROW;
        if is_too_long(length) {
            return Err(CsvError::TooLong { line: self.position.line });
        }
        let first_line = self.input.first(length);
        if memchr::memchr(b'"', first_line).is_none() {
            parser.plain_line(first_line, &mut batch.cells(mark));
            self.push(batch, mark, length, None, true);
            return Ok(true);
        }
        let mut after = parser.line(first_line, 0, &mut batch.cells(mark));
        let first_length = length;
        while after == After::Open {
            // A cell that is open after a flaw of the same line is not followed any further.
            if parser.bad.is_some() || is_ended {
                break;
            }
            let start = length;
            (length, is_ended) = self.line_end(start)?;
            if length == start {
                break;
            }
            if is_too_long(length) {
                // Not read on to its end: the rest of the file may be in it.
                parser.end_open_cell(&mut batch.cells(mark));
                break;
            }
            let line = &self.input.first(length)[start..];
            after = parser.line(line, start, &mut batch.cells(mark));
        }
        let is_cut = is_too_long(length);
        if after == After::Open && !is_cut {
            parser.end_open_cell(&mut batch.cells(mark));
        }
        if parser.bad.is_none() && length > first_length {
            let width = self.width.unwrap_or(usize::MAX);
            let opened = swallowed_row(self.input.first(length), self.delimiter, width);
            parser.bad =
                opened.map(|at| BadQuote { kind: BadQuoteKind::NotClosed, at, spans_lines: true });
        }
        let Some(bad) = parser.bad else {
            self.push(batch, mark, length, None, length == first_length);
            return Ok(true);
        };
        let last = if is_cut {
            None
        } else {
            let record = self.input.first(length);
            let end = record.iter().rposition(|byte| !matches!(byte, b'\n' | b'\r'));
            Some(self.line_at(end.unwrap_or(0)))
        };
        self.push_flawed(batch, mark, (first_length, length), bad, last).map(|()| true)
    }

    /// Adds a record with a bad quotation mark as one row. If the mark has taken other lines in, they are read again,
    /// each for itself, and all rows up to the line `last` are in doubt.
    fn push_flawed(
        &mut self,
        batch: &mut BatchBuilder,
        mark: Mark,
        (first_line, length): (usize, usize),
        bad: BadQuote,
        last: Option<u64>,
    ) -> Result<(), CsvError> {
        let line = self.line_at(bad.at);
        // Without headings, nothing after them can be read.
        if self.width.is_none() {
            return Err(match bad.kind {
                BadQuoteKind::NotClosed => CsvError::HeadingQuote { line },
                BadQuoteKind::Inside | BadQuoteKind::Escaped => CsvError::HeadingInside { line },
            });
        }
        // The line break at the end of the file is in the cell as well, and takes nothing in.
        if !bad.spans_lines || last == Some(self.position.line) {
            let flaw = match bad.kind {
                // A mark that closes a cell of a line above is within a cell if its line is read for itself.
                BadQuoteKind::Inside if line <= self.doubtful_until => RowFlaw::MayBeTakenIn,
                BadQuoteKind::Inside => RowFlaw::QuoteInside { line },
                BadQuoteKind::Escaped => RowFlaw::EscapedQuote { line },
                BadQuoteKind::NotClosed => RowFlaw::TextAfterQuote { line },
            };
            self.push(batch, mark, length, Some(flaw), false);
            return Ok(());
        }
        let flaw = if self.closes_a_cell_above(first_line) {
            RowFlaw::MayBeTakenIn
        } else {
            self.doubtful_until = self.doubtful_until.max(last.unwrap_or(u64::MAX));
            RowFlaw::UnclosedQuote { line, last }
        };
        // Its cells cannot be known.
        batch.truncate(mark);
        self.push(batch, mark, first_line, Some(flaw), false);
        Ok(())
    }

    /// Whether the line that comes next begins with the mark that closes a cell of a line above. Read for itself, it
    /// would seem to open a cell.
    fn closes_a_cell_above(&self, length: usize) -> bool {
        self.position.line == self.doubtful_until
            && match self.input.first(length) {
                [b'"', after, ..] => *after == self.delimiter || matches!(after, b'\n' | b'\r'),
                line => line == b"\"",
            }
    }

    /// Adds a row that takes the next `length` octets. `is_usual` is whether they are one line: other rows then have as many
    /// cells.
    fn push(
        &mut self,
        batch: &mut BatchBuilder,
        mark: Mark,
        length: usize,
        flaw: Option<RowFlaw>,
        is_usual: bool,
    ) {
        let line = self.position.line;
        let in_doubt = (line <= self.doubtful_until).then_some(RowFlaw::MayBeTakenIn);
        // The end of one line was found already.
        if is_usual {
            self.position.end_line(&self.input.first(length)[length.saturating_sub(2)..]);
        } else {
            self.position.advance(self.input.first(length));
        }
        self.input.consume(length);
        self.number += 1;
        let cells = drop_empty_cells(&mut batch.ends, mark.ends);
        let ends = mark.ends..batch.ends.len();
        // Blank rows may come before the headings.
        let is_blank = batch.text[mark.text..].iter().all(u8::is_ascii_whitespace);
        if !is_blank && (is_usual || self.width.is_none()) {
            self.width = Some(cells);
        }
        let number = self.number;
        let (text, flaw) = (mark.text, flaw.or(in_doubt));
        batch.rows.push(RowSpan { number, line, text, ends, cells, flaw });
    }

    /// The line of an octet of the window.
    fn line_at(&self, at: usize) -> u64 {
        let mut position = self.position;
        position.advance(self.input.first(at));
        position.line
    }

    fn advance(&mut self, length: usize) {
        self.position.advance(self.input.first(length));
        self.input.consume(length);
    }

    /// Where the line ends that begins at `start`, with the octet that ends it; and whether the file ends there. The
    /// search ends when the record has become too long.
    fn line_end(&mut self, start: usize) -> Result<(usize, bool), CsvError> {
        let mut end = start;
        loop {
            let input = self.input.after(end)?;
            if input.is_empty() {
                return Ok((end, true));
            }
            if let Some(at) = memchr::memchr2(b'\n', b'\r', input) {
                return Ok((end + at + 1, false));
            }
            end += input.len();
            if end > LONGEST_ROW {
                return Ok((end, false));
            }
        }
    }

    /// Skips empty lines, and the second octet of CRLF.
    fn skip_blank_lines(&mut self) -> Result<bool, CsvError> {
        loop {
            let input = self.input.after(0)?;
            if input.is_empty() {
                return Ok(false);
            }
            let blank = input.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
            if blank == 0 {
                return Ok(true);
            }
            self.advance(blank);
        }
    }
}

/// A batch that is being read.
#[derive(Default)]
struct BatchBuilder {
    text: Vec<u8>,
    ends: Vec<u32>,
    rows: Vec<RowSpan>,
}

/// Where a record begins in a batch.
#[derive(Clone, Copy)]
struct Mark {
    text: usize,
    ends: usize,
}

impl BatchBuilder {
    fn mark(&self) -> Mark {
        Mark { text: self.text.len(), ends: self.ends.len() }
    }

    fn truncate(&mut self, mark: Mark) {
        self.text.truncate(mark.text);
        self.ends.truncate(mark.ends);
    }

    /// The cells of the record that begins at a mark.
    fn cells(&mut self, mark: Mark) -> Cells<'_> {
        Cells { text: &mut self.text, ends: &mut self.ends, start: mark.text }
    }

    /// The batch, once its text is known to be text; `None` if it has no rows.
    fn finish(self) -> Result<Option<RowBatch>, CsvError> {
        if self.rows.is_empty() {
            return Ok(None);
        }
        let line_of = |at: usize| {
            let row = self.rows.partition_point(|row| row.text <= at);
            self.rows[row.saturating_sub(1)].line
        };
        // NUL is valid UTF-8, but keys are joined with it, and no text has one.
        if let Some(at) = memchr::memchr(0, &self.text) {
            return Err(CsvError::Nul { line: line_of(at) });
        }
        let first = self.rows[0].line;
        let text = match String::from_utf8(self.text) {
            Ok(text) => text,
            Err(error) => {
                return Err(CsvError::NotUtf8 { line: line_of(error.utf8_error().valid_up_to()) });
            }
        };
        // The text can be valid although a cell ends inside a character: delimiters and quotation marks are left out, and
        // what stood on both sides of one can form a character.
        let batch = RowBatch::new(text, self.ends, self.rows);
        batch.map(Some).ok_or(CsvError::NotUtf8 { line: first })
    }
}

#[cfg(test)]
mod tests;

//! The records of a CSV file, in batches of bounded size.
//!
//! The parser is the one of the csv crate (csv-core). The csv crate itself reports lines one too low in files
//! with CRLF, and has no limit on the length of a record: a quotation mark that is never closed would make
//! one record of the rest of the file.

use std::io::{self, Read};

use csv_core::ReadRecordResult;

use super::super::lines::LineCounter;
use super::dialect::Dialect;
use super::quotes::{BadQuote, examine};
use super::window::Window;
use crate::roster::rows::{RowBatch, RowFlaw, RowSpan};

/// The longest row, in octets. [`CsvError::TooLong`] says it in words.
pub(super) const LONGEST_ROW: usize = 1 << 20;

/// A batch ends after the row with which its text exceeds this many octets.
const LONGEST_BATCH: usize = 1 << 19;

/// The records of a CSV file, one after the other.
pub(super) struct Records<R> {
    input: Window<R>,
    parser: csv_core::Reader,
    delimiter: u8,
    position: LineCounter,
    /// The number of the last row.
    number: u64,
    /// How many headings there are; `None` before the heading row.
    headings: Option<usize>,
    /// The last line that a cell with a bad quotation mark has taken in.
    doubtful_until: u64,
    ended: bool,
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
            parser: csv_core::ReaderBuilder::new().delimiter(dialect.delimiter).build(),
            delimiter: dialect.delimiter,
            position: LineCounter::at(1 + dialect.lines),
            number: 0,
            headings: None,
            doubtful_until: 0,
            ended: false,
        }
    }

    /// The next records, at most `most` of them; `None` after the last.
    pub(super) fn batch(&mut self, most: usize) -> Result<Option<RowBatch>, CsvError> {
        let mut batch = BatchBuilder {
            // Room for the record with which the batch ends: most batches never grow.
            text: vec![0; LONGEST_BATCH + (1 << 14)],
            ends: vec![0; 64],
            ..BatchBuilder::default()
        };
        while batch.rows.len() < most && batch.used < LONGEST_BATCH && self.read(&mut batch)? {}
        batch.finish()
    }

    /// Reads one record into a batch; `false` at the end of the file.
    fn read(&mut self, batch: &mut BatchBuilder) -> Result<bool, CsvError> {
        if self.ended || !self.skip_blank_lines()? {
            return Ok(false);
        }
        let line = self.position.line;
        let (text, ends) = (batch.used, batch.ends_used);
        let mut length = 0;
        let mut has_quotes = false;
        loop {
            let input = self.input.after(length)?;
            let (result, read, wrote, ended) = self.parser.read_record(
                input,
                &mut batch.text[batch.used..],
                &mut batch.ends[batch.ends_used..],
            );
            has_quotes |= memchr::memchr(b'"', &input[..read]).is_some();
            length += read;
            batch.used += wrote;
            batch.ends_used += ended;
            match result {
                // Before the buffers grow: a quotation mark that is never closed takes 1 MiB, not the size of the file.
                _ if length > LONGEST_ROW => {
                    let bad = self.examine(length).filter(|bad| bad.spans_lines);
                    let Some(bad) = bad else { return Err(CsvError::TooLong { line }) };
                    return self.split(batch, (text, ends), length, bad, u64::MAX).map(|()| true);
                }
                ReadRecordResult::InputEmpty => {}
                // Doubled, so that a long record is copied only a few times. csv-core then continues it.
                ReadRecordResult::OutputFull => batch.text.resize(batch.text.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => batch.ends.resize(batch.ends.len() * 2, 0),
                ReadRecordResult::Record => {
                    let bad = if has_quotes { self.examine(length) } else { None };
                    let Some(bad) = bad else {
                        let flaw = (line <= self.doubtful_until).then_some(RowFlaw::MayBeTakenIn);
                        self.push(batch, (text, ends), length, flaw);
                        return Ok(true);
                    };
                    let record = self.input.first(length);
                    let end = record.iter().rposition(|byte| !matches!(byte, b'\n' | b'\r'));
                    let last = self.line_at(end.unwrap_or(0));
                    return self.split(batch, (text, ends), length, bad, last).map(|()| true);
                }
                ReadRecordResult::End => {
                    self.ended = true;
                    return Ok(false);
                }
            }
        }
    }

    /// What is wrong with the quotation marks in the first `length` octets of the window.
    fn examine(&self, length: usize) -> Option<BadQuote> {
        examine(self.input.first(length), self.delimiter, self.headings.unwrap_or(usize::MAX))
    }

    /// Adds a record with a bad quotation mark as one row. If the mark has taken other lines in, they are read again,
    /// each for itself, and all rows up to the line `last` are in doubt.
    fn split(
        &mut self,
        batch: &mut BatchBuilder,
        (text, ends): (usize, usize),
        length: usize,
        bad: BadQuote,
        last: u64,
    ) -> Result<(), CsvError> {
        let line = self.line_at(bad.opened);
        // Without headings, nothing after them can be read.
        if self.headings.is_none() {
            return Err(CsvError::HeadingQuote { line });
        }
        // The line break at the end of the file is in the cell as well, and takes nothing in.
        if !bad.spans_lines || last == self.position.line {
            self.push(batch, (text, ends), length, Some(RowFlaw::TextAfterQuote { line }));
            return Ok(());
        }
        let first_line = memchr::memchr2(b'\n', b'\r', self.input.first(length));
        let first_line = first_line.map_or(length, |at| at + 1);
        let flaw = if self.closes_a_cell_above(first_line) {
            RowFlaw::MayBeTakenIn
        } else {
            self.doubtful_until = self.doubtful_until.max(last);
            RowFlaw::UnclosedQuote { line, last: (last < u64::MAX).then_some(last) }
        };
        // Its cells cannot be known.
        (batch.used, batch.ends_used) = (text, ends);
        self.parser.reset();
        self.push(batch, (text, ends), first_line, Some(flaw));
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

    /// Adds a row that takes the next `length` octets.
    fn push(
        &mut self,
        batch: &mut BatchBuilder,
        (text, ends): (usize, usize),
        length: usize,
        flaw: Option<RowFlaw>,
    ) {
        let line = self.position.line;
        self.advance(length);
        self.number += 1;
        // Blank rows may come before the headings.
        let is_blank = batch.text[text..batch.used].iter().all(u8::is_ascii_whitespace);
        if self.headings.is_none() && !is_blank {
            self.headings = Some(batch.ends_used - ends);
        }
        let number = self.number;
        batch.rows.push(RowSpan { number, line, text, ends: ends..batch.ends_used, flaw });
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

    /// csv-core skips blank lines by itself, but as part of the record that follows: its line would be too low.
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

/// A batch that is being read; its vectors are longer than what is used of them.
#[derive(Default)]
struct BatchBuilder {
    text: Vec<u8>,
    used: usize,
    ends: Vec<usize>,
    ends_used: usize,
    rows: Vec<RowSpan>,
}

impl BatchBuilder {
    /// The batch, once its text is known to be text; `None` if it has no rows.
    fn finish(mut self) -> Result<Option<RowBatch>, CsvError> {
        if self.rows.is_empty() {
            return Ok(None);
        }
        self.text.truncate(self.used);
        self.ends.truncate(self.ends_used);
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
        // The text can be valid although a cell ends inside a character: csv-core drops the octets of delimiters
        // and quotes, and what stood on both sides of one can form a character.
        let batch = RowBatch::new(text, self.ends, self.rows);
        batch.map(Some).ok_or(CsvError::NotUtf8 { line: first })
    }
}

#[cfg(test)]
mod tests;

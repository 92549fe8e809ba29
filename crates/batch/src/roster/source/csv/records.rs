//! The records of a CSV file, in batches of bounded size.
//!
//! The parser is the one of the csv crate (csv-core). The csv crate itself reports lines one too low in files
//! with CRLF, and has no limit on the length of a record: a quotation mark that is never closed would make
//! one record of the rest of the file.

use std::io::{self, BufRead, BufReader, Read};

use csv_core::ReadRecordResult;

use super::dialect::Dialect;
use crate::roster::rows::{RowBatch, RowSpan};

/// The longest row, in octets. [`CsvError::TooLong`] says it in words.
pub(super) const LONGEST_ROW: usize = 1 << 20;

/// A batch ends after the row with which its text exceeds this many octets.
const LONGEST_BATCH: usize = 1 << 19;

/// The records of a CSV file, one after the other.
pub(super) struct Records<R> {
    input: BufReader<R>,
    parser: csv_core::Reader,
    position: Position,
    /// The number of the last row.
    number: u64,
    ended: bool,
}

/// Why reading a CSV file stops; `line` is where the record begins.
#[derive(Debug, thiserror::Error)]
pub(super) enum CsvError {
    #[error("the file cannot be read")]
    Io(#[from] io::Error),
    #[error("the row that begins here is longer than 1 MiB")]
    TooLong { line: u64 },
    #[error("a quoted cell in this row is never closed")]
    UnclosedQuote { line: u64 },
    #[error("this row is not valid UTF-8")]
    NotUtf8 { line: u64 },
    #[error("this row contains a NUL character, so this is not a text file")]
    Nul { line: u64 },
}

impl<R: Read> Records<R> {
    /// The records of `input`, which begins where the dialect says that the first row does.
    pub(super) fn new(input: R, dialect: Dialect) -> Records<R> {
        Records {
            // 64 KiB instead of the default 8: fewer calls of the system, and still small beside a batch.
            input: BufReader::with_capacity(1 << 16, input),
            parser: csv_core::ReaderBuilder::new().delimiter(dialect.delimiter).build(),
            position: Position { line: 1 + dialect.lines, after_cr: false },
            number: 0,
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
        let mut quotes = 0;
        loop {
            let input = self.input.fill_buf()?;
            let at_end = input.is_empty();
            let (result, read, wrote, ended) = self.parser.read_record(
                input,
                &mut batch.text[batch.used..],
                &mut batch.ends[batch.ends_used..],
            );
            // A doubled quotation mark counts as two, so an odd number means that a cell is still open.
            quotes += memchr::memchr_iter(b'"', &input[..read]).count();
            self.position.advance(&input[..read]);
            self.input.consume(read);
            batch.used += wrote;
            batch.ends_used += ended;
            // Before the buffer grows: a quotation mark that is never closed takes 1 MiB, not the size of the file.
            if batch.used - text > LONGEST_ROW {
                return Err(CsvError::TooLong { line });
            }
            match result {
                ReadRecordResult::InputEmpty => {}
                // Doubled, so that a long record is copied only a few times. csv-core then continues it.
                ReadRecordResult::OutputFull => batch.text.resize(batch.text.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => batch.ends.resize(batch.ends.len() * 2, 0),
                ReadRecordResult::Record => {
                    // At the end of the file the parser accepts a cell that is still open.
                    if at_end && quotes % 2 == 1 {
                        return Err(CsvError::UnclosedQuote { line });
                    }
                    self.number += 1;
                    batch.rows.push(RowSpan {
                        number: self.number,
                        line,
                        text,
                        ends: ends..batch.ends_used,
                    });
                    return Ok(true);
                }
                ReadRecordResult::End => {
                    self.ended = true;
                    return Ok(false);
                }
            }
        }
    }

    /// csv-core skips blank lines by itself, but as part of the record that follows: its line would be too low.
    fn skip_blank_lines(&mut self) -> Result<bool, CsvError> {
        loop {
            let input = self.input.fill_buf()?;
            if input.is_empty() {
                return Ok(false);
            }
            let blank = input.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
            if blank == 0 {
                return Ok(true);
            }
            self.position.advance(&input[..blank]);
            self.input.consume(blank);
        }
    }
}

/// Where reading has got to.
struct Position {
    /// The line of the next octet, counted from 1.
    line: u64,
    /// Whether the octet before was a CR: an LF after it ends the same line.
    after_cr: bool,
}

impl Position {
    fn advance(&mut self, octets: &[u8]) {
        for at in memchr::memchr2_iter(b'\n', b'\r', octets) {
            let after_cr = if at == 0 { self.after_cr } else { octets[at - 1] == b'\r' };
            self.line += u64::from(!(octets[at] == b'\n' && after_cr));
        }
        if let Some(last) = octets.last() {
            self.after_cr = *last == b'\r';
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

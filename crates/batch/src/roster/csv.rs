//! A CSV file as numbered rows of cells, in batches of bounded size.
//!
//! The parser is csv's own (csv-core); what is added are line numbers as editors count them, through
//! blank lines and quoted line breaks, and a bound on the length of a row: a quote that is never
//! closed would otherwise swallow the rest of the file.

use std::io::{self, BufRead, BufReader, Read};

use csv_core::ReadRecordResult;

/// The longest row, in octets.
pub(crate) const LONGEST_ROW: usize = 1 << 20;

/// The octets of text after which a batch is closed.
const BATCH: usize = 1 << 19;

/// What separates cells, and where the heading row begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dialect {
    pub(crate) delimiter: u8,
    /// Octets before the heading row: a byte-order mark, a `sep=` line.
    pub(crate) skip: u64,
    /// Lines before it.
    pub(crate) lines: u64,
}

/// Rows of a file, one after the other.
pub(crate) struct Records<R> {
    input: BufReader<R>,
    parser: csv_core::Reader,
    /// The line that the next octet stands on.
    line: u64,
    after_cr: bool,
    row: u64,
    ended: bool,
}

/// Some rows that follow each other, their cells side by side in one piece of text.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    text: String,
    ends: Vec<usize>,
    rows: Vec<Span>,
}

#[derive(Debug)]
struct Span {
    number: u64,
    line: u64,
    text: usize,
    ends: std::ops::Range<usize>,
}

/// One row of cells.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record<'b> {
    batch: &'b Batch,
    span: &'b Span,
}

/// Why reading a file stops.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    #[error("the file cannot be read")]
    Io(#[from] io::Error),
    #[error("the row that begins here is longer than 1 MiB")]
    TooLong { line: u64 },
    #[error("a quote opens in this row and is never closed")]
    UnclosedQuote { line: u64 },
    #[error("this row is not UTF-8 text")]
    NotUtf8 { line: u64 },
    #[error("this row holds a NUL character, which no text does")]
    Nul { line: u64 },
}

impl<R: Read> Records<R> {
    /// The rows from where `input` stands, in the given dialect.
    pub(crate) fn new(input: R, dialect: Dialect) -> Records<R> {
        Records {
            input: BufReader::with_capacity(1 << 16, input),
            parser: csv_core::ReaderBuilder::new().delimiter(dialect.delimiter).build(),
            line: 1 + dialect.lines,
            after_cr: false,
            row: 0,
            ended: false,
        }
    }

    /// The next rows, at most `most` of them; `None` behind the last.
    pub(crate) fn batch(&mut self, most: usize) -> Result<Option<Batch>, ReadError> {
        let mut batch =
            Filling { text: vec![0; BATCH + (1 << 14)], ends: vec![0; 64], ..Filling::default() };
        while batch.rows.len() < most && batch.used < BATCH && self.read(&mut batch)? {}
        batch.finish()
    }

    /// Reads one row into a batch; `false` at the end of the file.
    fn read(&mut self, batch: &mut Filling) -> Result<bool, ReadError> {
        if self.ended || !self.skip_blank_lines()? {
            return Ok(false);
        }
        let line = self.line;
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
            quotes += memchr::memchr_iter(b'"', &input[..read]).count();
            let mut lines = 0;
            for at in memchr::memchr2_iter(b'\n', b'\r', &input[..read]) {
                let after_cr = if at == 0 { self.after_cr } else { input[at - 1] == b'\r' };
                lines += u64::from(!(input[at] == b'\n' && after_cr));
            }
            if read > 0 {
                self.after_cr = input[read - 1] == b'\r';
            }
            self.line += lines;
            self.input.consume(read);
            batch.used += wrote;
            batch.ends_used += ended;
            if batch.used - text > LONGEST_ROW {
                return Err(ReadError::TooLong { line });
            }
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => batch.text.resize(batch.text.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => batch.ends.resize(batch.ends.len() * 2, 0),
                ReadRecordResult::Record => {
                    if at_end && quotes % 2 == 1 {
                        return Err(ReadError::UnclosedQuote { line });
                    }
                    self.row += 1;
                    batch.rows.push(Span {
                        number: self.row,
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

    fn skip_blank_lines(&mut self) -> Result<bool, ReadError> {
        loop {
            let input = self.input.fill_buf()?;
            if input.is_empty() {
                return Ok(false);
            }
            let blank = input.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
            if blank == 0 {
                return Ok(true);
            }
            for byte in &input[..blank] {
                if !(*byte == b'\n' && self.after_cr) {
                    self.line += 1;
                }
                self.after_cr = *byte == b'\r';
            }
            self.input.consume(blank);
        }
    }
}

/// A batch that is being read.
#[derive(Default)]
struct Filling {
    text: Vec<u8>,
    used: usize,
    ends: Vec<usize>,
    ends_used: usize,
    rows: Vec<Span>,
}

impl Filling {
    fn finish(mut self) -> Result<Option<Batch>, ReadError> {
        if self.rows.is_empty() {
            return Ok(None);
        }
        self.text.truncate(self.used);
        self.ends.truncate(self.ends_used);
        let line_of = |at: usize| {
            let row = self.rows.partition_point(|row| row.text <= at);
            self.rows[row.saturating_sub(1)].line
        };
        if let Some(at) = memchr::memchr(0, &self.text) {
            return Err(ReadError::Nul { line: line_of(at) });
        }
        let text = match String::from_utf8(self.text) {
            Ok(text) => text,
            Err(error) => {
                return Err(ReadError::NotUtf8 { line: line_of(error.utf8_error().valid_up_to()) });
            }
        };
        // Cells are cut out of the text below; a cell that began inside a character would not be one.
        let whole = self.rows.iter().all(|row| {
            text.is_char_boundary(row.text)
                && self.ends[row.ends.clone()]
                    .iter()
                    .all(|end| text.is_char_boundary(row.text + end))
        });
        if !whole {
            return Err(ReadError::NotUtf8 { line: self.rows[0].line });
        }
        Ok(Some(Batch { text, ends: self.ends, rows: self.rows }))
    }
}

impl Batch {
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn record(&self, at: usize) -> Record<'_> {
        Record { batch: self, span: &self.rows[at] }
    }
}

impl<'b> Record<'b> {
    /// Counted from 1 through the whole file, the heading row included.
    pub(crate) fn number(&self) -> u64 {
        self.span.number
    }

    /// The line on which the row begins.
    pub(crate) fn line(&self) -> u64 {
        self.span.line
    }

    pub(crate) fn len(&self) -> usize {
        self.span.ends.len()
    }

    /// A cell as it stands in the file; nothing behind the last one.
    pub(crate) fn cell(&self, at: usize) -> &'b str {
        let ends = &self.batch.ends[self.span.ends.clone()];
        let Some(end) = ends.get(at) else { return "" };
        let start = if at == 0 { 0 } else { ends[at - 1] };
        &self.batch.text[self.span.text + start..self.span.text + end]
    }

    pub(crate) fn cells(self) -> impl Iterator<Item = &'b str> {
        (0..self.len()).map(move |at| self.cell(at))
    }

    /// Whether nothing is written in it.
    pub(crate) fn is_blank(&self) -> bool {
        self.cells().all(|cell| cell.trim().is_empty())
    }
}

impl Dialect {
    /// Tells the dialect from the beginning of a file: the separator that cuts its first lines into most cells.
    pub(crate) fn sniff(start: &[u8]) -> Dialect {
        let mut dialect = Dialect { delimiter: b',', skip: 0, lines: 0 };
        let mut text = start;
        if let Some(rest) = text.strip_prefix(b"\xef\xbb\xbf") {
            dialect.skip = 3;
            text = rest;
        }
        // Excel's own hint, which is no row (`invitation-email` facts, §4.1).
        if let Some([delimiter @ (b',' | b';' | b'\t'), rest @ ..]) = text.strip_prefix(b"sep=") {
            let end = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            if end > 0 {
                let end = if rest.starts_with(b"\r\n") { 2 } else { 1 };
                return Dialect { delimiter: *delimiter, skip: dialect.skip + 5 + end, lines: 1 };
            }
        }
        let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
        let mut quoted = false;
        for byte in text {
            match byte {
                b'"' => quoted = !quoted,
                b'\n' | b'\r' if !quoted && counts.iter().any(|(_, count)| *count > 0) => break,
                _ if quoted => {}
                _ => {
                    for (delimiter, count) in &mut counts {
                        *count += usize::from(byte == delimiter);
                    }
                }
            }
        }
        // The first of the most frequent: a comma where nothing decides.
        for (delimiter, count) in counts {
            if count
                > counts
                    .iter()
                    .filter(|(other, _)| *other != delimiter)
                    .map(|(_, count)| *count)
                    .max()
                    .unwrap_or(0)
            {
                dialect.delimiter = delimiter;
            }
        }
        dialect
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &[u8]) -> Result<Vec<(u64, Vec<String>)>, String> {
        let dialect = Dialect::sniff(text);
        let skip = usize::try_from(dialect.skip).unwrap();
        let mut records = Records::new(&text[skip..], dialect);
        let mut rows = Vec::new();
        loop {
            match records.batch(2) {
                Ok(Some(batch)) => rows.extend((0..batch.len()).map(|at| {
                    let record = batch.record(at);
                    (record.line(), record.cells().map(str::to_owned).collect())
                })),
                Ok(None) => return Ok(rows),
                Err(error) => return Err(format!("{error:?}")),
            }
        }
    }

    #[test]
    fn rows_have_the_lines_that_an_editor_shows() {
        #[track_caller]
        fn case(text: &str, expected: &[(u64, &[&str])]) {
            let expected: Vec<(u64, Vec<String>)> = expected
                .iter()
                .map(|(line, cells)| (*line, cells.iter().map(|cell| (*cell).to_owned()).collect()))
                .collect();
            assert_eq!(rows(text.as_bytes()), Ok(expected));
        }

        case("", &[]);
        case("\n\r\n\n", &[]);
        case("a,b\n1,2", &[(1, &["a", "b"]), (2, &["1", "2"])]);
        case("a,b\r\n1,2\r\n", &[(1, &["a", "b"]), (2, &["1", "2"])]);
        case("a,b\r1,2\r", &[(1, &["a", "b"]), (2, &["1", "2"])]);
        case("\u{feff}a;b\n\n\n1;2\n", &[(1, &["a", "b"]), (4, &["1", "2"])]);
        case("\u{feff}\"a\"\tb\r\n\r\n1\t2\r\n", &[(1, &["a", "b"]), (3, &["1", "2"])]);
        case("a,b\n\"1\n1\",2\n3,4", &[(1, &["a", "b"]), (2, &["1\n1", "2"]), (4, &["3", "4"])]);
        case(
            "a,b\r\n\"1\r\n1\",2\r\n3,4\r\n",
            &[(1, &["a", "b"]), (2, &["1\r\n1", "2"]), (4, &["3", "4"])],
        );
        case("a\n\"x \"\"y\"\" z\"", &[(1, &["a"]), (2, &["x \"y\" z"])]);
        case("sep=;\r\na;b\r\n1;2,3", &[(2, &["a", "b"]), (3, &["1", "2,3"])]);
        case("\"x;y;z\",b\n1,2", &[(1, &["x;y;z", "b"]), (2, &["1", "2"])]);
        case("a,b\n1\n1,2,3\n", &[(1, &["a", "b"]), (2, &["1"]), (3, &["1", "2", "3"])]);
    }

    #[test]
    fn what_is_no_text_is_refused_at_its_line() {
        assert_eq!(rows(b"a,b\n1,2\n\n\xff\xfe,2\n"), Err("NotUtf8 { line: 4 }".to_owned()));
        assert_eq!(rows(b"a,b\n1,\0\n"), Err("Nul { line: 2 }".to_owned()));
        assert_eq!(rows(b"a,b\n\"1,2\n3,4\n"), Err("UnclosedQuote { line: 2 }".to_owned()));
        let endless = [b"a,b\n".as_slice(), &vec![b'x'; 2 * LONGEST_ROW]].concat();
        assert_eq!(rows(&endless), Err("TooLong { line: 2 }".to_owned()));
        assert_eq!(rows(b"a\xc3,\xa9\n"), Err("NotUtf8 { line: 1 }".to_owned()));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(proptest::prop_oneof![
            proptest::prelude::any::<u8>(), proptest::sample::select(b"\",;\t\r\n\0a".to_vec())], 0..200)) {
            let _ = rows(&bytes);
        }

        #[test]
        fn what_was_written_is_read(cells in proptest::collection::vec(proptest::collection::vec("[^\0]{1,12}", 2..4), 1..20)) {
            let mut writer = csv::WriterBuilder::new().flexible(true).terminator(csv::Terminator::CRLF).from_writer(Vec::new());
            writer.write_record(["heading", "other"]).unwrap();
            for row in &cells {
                writer.write_record(row).unwrap();
            }
            let text = writer.into_inner().unwrap();
            let read: Vec<Vec<String>> = rows(&text).unwrap().into_iter().skip(1).map(|(_, cells)| cells).collect();
            assert_eq!(read, cells);
        }
    }
}

//! CSV files.
//!
//! csv-core parses them. What is added: the dialect is recognized, lines are counted as editors do, a row has a greatest
//! length, and a misplaced quotation mark is found.

mod dialect;
mod quotes;
mod records;
mod window;

use super::super::reading::Reading;
use super::super::rows::{QUOTES, RowBatch};
use super::file::RosterFile;
use super::format::{EXPORT, recognize_text};
use super::text::{Text, TextReader};
use crate::problem::Problem;
use crate::remark::Remark;
use dialect::Dialect;
use records::{CsvError, Records};

/// A CSV file whose dialect is known.
#[derive(Debug)]
pub(crate) struct CsvSource {
    file: RosterFile,
    text: Text,
    dialect: Dialect,
}

/// The rows of a CSV file.
pub(crate) struct CsvRows<'s> {
    file: &'s RosterFile,
    records: Records<TextReader<'s>>,
}

impl CsvSource {
    /// Recognizes encoding and dialect, except where `reading` overrides them. `start` is the beginning of the file.
    pub(super) fn new(
        file: RosterFile,
        start: &[u8],
        reading: &Reading,
    ) -> Result<CsvSource, Problem> {
        let text = Text::open(&file, start, reading.encoding.as_deref())?;
        let start = text.start(&file)?;
        if let Some(foreign) = recognize_text(&start) {
            return Err(foreign.refused(file.shown()));
        }
        let dialect = Dialect::recognize(start.as_bytes());
        Ok(CsvSource { file, text, dialect })
    }

    pub(super) fn rows(&self) -> Result<CsvRows<'_>, Problem> {
        let input = self.text.reader(&self.file, self.dialect.skip)?;
        Ok(CsvRows { file: &self.file, records: Records::new(input, self.dialect) })
    }

    pub(super) fn remarks(&self) -> &[Remark] {
        &self.text.remarks
    }

    pub(super) fn file(&self) -> &RosterFile {
        &self.file
    }
}

impl CsvRows<'_> {
    pub(super) fn batch(&mut self, most: usize) -> Result<Option<RowBatch>, Problem> {
        self.records.batch(most).map_err(|error| match &error {
            CsvError::Io(error) => self.file.unreadable(error),
            CsvError::TooLong { line } => self
                .problem("row-too-long", *line, &error)
                .hint("look for a quotation mark that is never closed"),
            CsvError::HeadingQuote { line } => {
                self.problem("unclosed-quote", *line, &error).hint(QUOTES)
            }
            CsvError::NotUtf8 { line } => self.problem("not-utf8", *line, &error).hint(EXPORT),
            CsvError::Nul { line } => self.problem("not-csv", *line, &error).hint(EXPORT),
        })
    }

    fn problem(&self, code: &'static str, line: u64, error: &CsvError) -> Problem {
        Problem::of_file(code, self.file.shown(), error.to_string()).at(line)
    }
}

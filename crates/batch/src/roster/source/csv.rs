//! CSV files.
//!
//! csv-core parses them. What is added: the dialect is recognized, lines are counted as editors do, a row has a greatest
//! length, and a misplaced quotation mark is found.

mod dialect;
mod quotes;
mod records;
mod window;

use std::fs::File;

use super::super::rows::{QUOTES, RowBatch};
use super::file::RosterFile;
use crate::problem::Problem;
use dialect::Dialect;
use records::{CsvError, Records};

const EXPORT: &str = "export it as `CSV UTF-8` from the spreadsheet program";

/// A CSV file whose dialect is known.
#[derive(Debug)]
pub(crate) struct CsvSource {
    file: RosterFile,
    dialect: Dialect,
}

/// The rows of a CSV file.
pub(crate) struct CsvRows<'s> {
    file: &'s RosterFile,
    records: Records<File>,
}

impl CsvSource {
    /// Recognises the dialect by the beginning of the file.
    pub(super) fn new(file: RosterFile, start: &[u8]) -> Result<CsvSource, Problem> {
        match why_not_csv(start) {
            Some(message) => Err(Problem::of_file("not-csv", file.shown(), message).hint(EXPORT)),
            None => Ok(CsvSource { file, dialect: Dialect::recognize(start) }),
        }
    }

    pub(super) fn rows(&self) -> Result<CsvRows<'_>, Problem> {
        let input = self.file.reopen(self.dialect.skip)?;
        Ok(CsvRows { file: &self.file, records: Records::new(input, self.dialect) })
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

/// What a file is instead of CSV, by its first octets.
fn why_not_csv(start: &[u8]) -> Option<&'static str> {
    // XLSX and ODS are zip archives.
    if start.starts_with(b"PK\x03\x04") {
        Some("this is a spreadsheet or an archive, not a CSV file")
    } else if start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff") {
        Some("the file is UTF-16 text, not UTF-8")
    // UTF-16 without a byte-order mark is valid UTF-8: only the NULs give it away.
    } else if start.contains(&0) {
        Some("this is not a text file")
    } else {
        None
    }
}

//! CSV files.
//!
//! The dialect is recognized, lines are counted as editors do, a row has a greatest length, and a misplaced quotation mark
//! is a flaw of its row.

mod cells;
mod dialect;
mod records;
mod swallowed;
mod window;

use super::super::reading::Reading;
use super::super::rows::{QUOTE_INSIDE, QUOTES, RowBatch};
use super::file::RosterFile;
use super::format::{EXPORT, recognize_text};
use super::text::{Text, TextReader};
use crate::problem::Problem;
use crate::remark::Remark;
use dialect::{BadSeparator, Dialect};
use records::{CsvError, Records};

/// A CSV file whose dialect is known.
#[derive(Debug)]
pub(crate) struct CsvSource {
    file: RosterFile,
    text: Text,
    dialect: Dialect,
    remarks: Vec<Remark>,
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
        let mut text = Text::open(&file, start, reading.encoding.as_deref())?;
        let start = text.start(&file)?;
        if let Some(foreign) = recognize_text(&start) {
            return Err(foreign.refused(file.shown()));
        }
        let dialect = Dialect::recognize(start.as_bytes(), reading.delimiter)
            .map_err(|BadSeparator| bad_separator(&file))?;
        let mut remarks = std::mem::take(&mut text.remarks);
        remarks.extend(dialect.rival.map(|rival| unclear_delimiter(dialect.delimiter, rival)));
        Ok(CsvSource { file, text, dialect, remarks })
    }

    /// What separates the cells of a row.
    pub(super) fn separator(&self) -> u8 {
        self.dialect.delimiter
    }

    pub(super) fn rows(&self) -> Result<CsvRows<'_>, Problem> {
        let input = self.text.reader(&self.file, self.dialect.skip)?;
        Ok(CsvRows { file: &self.file, records: Records::new(input, self.dialect) })
    }

    pub(super) fn remarks(&self) -> &[Remark] {
        &self.remarks
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
            CsvError::HeadingInside { line } => {
                self.problem("quote-inside", *line, &error).hint(QUOTE_INSIDE)
            }
            CsvError::NotUtf8 { line } => self.problem("not-utf8", *line, &error).hint(EXPORT),
            CsvError::Nul { line } => self.problem("not-csv", *line, &error).hint(EXPORT),
        })
    }

    fn problem(&self, code: &'static str, line: u64, error: &CsvError) -> Problem {
        Problem::of_file(code, self.file.shown(), error.to_string()).at(line)
    }
}

fn bad_separator(file: &RosterFile) -> Problem {
    let message =
        "the line that begins with `sep=` does not name one character that can separate cells";
    Problem::of_file("bad-separator", file.shown(), message)
        .at(1)
        .hint("delete the line, or write `sep=;`")
}

/// Two delimiters fit equally well.
fn unclear_delimiter(delimiter: u8, rival: u8) -> Remark {
    let (delimiter, rival) = (name(delimiter), name(rival));
    Remark::warning(
        "delimiter",
        format!("cells may be separated by {delimiter} or {rival}; {delimiter} was used"),
    )
    .hint(format!(
        "set `delimiter` under [roster] in meeting.toml: \"{}\" or \"{}\"",
        word(delimiter),
        word(rival)
    ))
}

/// How messages name a delimiter.
fn name(delimiter: u8) -> &'static str {
    match delimiter {
        b';' => "`;`",
        b'\t' => "tabs",
        b'|' => "`|`",
        _ => "`,`",
    }
}

/// How `meeting.toml` names what messages name.
fn word(name: &'static str) -> &'static str {
    if name == "tabs" { "tab" } else { name.trim_matches('`') }
}

#[cfg(test)]
mod tests;

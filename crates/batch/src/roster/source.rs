//! Where the rows of a roster come from: one variant, and one file below, for each file format.

mod csv;
mod file;

use std::path::Path;

use super::rows::RowBatch;
use crate::problem::Problem;
use csv::{CsvRows, CsvSource};
use file::RosterFile;

/// A source of rows. It can be read from its first row as often as needed: a roster is read once to find its
/// problems, and again to work on its people.
#[derive(Debug)]
pub(crate) enum RosterSource {
    /// Read from the disk each time: a list of a million rows need not fit into memory.
    Csv(CsvSource),
}

/// The rows of a source, from the heading row on.
pub(crate) enum SourceRows<'s> {
    Csv(CsvRows<'s>),
}

impl RosterSource {
    /// Opens a file and recognises its format by its content. `shown` is how the path is shown to the user.
    ///
    /// # Errors
    /// The [`Problem`] why no rows can be read from it.
    pub(crate) fn open(path: &Path, shown: &str) -> Result<RosterSource, Problem> {
        let (file, start) = RosterFile::open(path, shown)?;
        CsvSource::new(file, &start).map(RosterSource::Csv)
    }

    /// The rows from the first on.
    ///
    /// # Errors
    /// A [`Problem`] if the source has changed since it was opened, or cannot be read any more.
    pub(crate) fn rows(&self) -> Result<SourceRows<'_>, Problem> {
        match self {
            RosterSource::Csv(source) => source.rows().map(SourceRows::Csv),
        }
    }

    /// Refuses a source that has changed since it was opened. Rows are known by their number from one reading
    /// to the next, and a changed file gives the numbers to other people.
    ///
    /// # Errors
    /// The [`Problem`] that says so.
    pub(crate) fn check_unchanged(&self) -> Result<(), Problem> {
        match self {
            RosterSource::Csv(source) => source.file().check_unchanged(),
        }
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        match self {
            RosterSource::Csv(source) => source.file().path(),
        }
    }

    /// The path as it is shown to the user.
    pub(crate) fn shown(&self) -> &str {
        match self {
            RosterSource::Csv(source) => source.file().shown(),
        }
    }
}

impl SourceRows<'_> {
    /// The next rows, at most `most` of them; `None` after the last.
    ///
    /// # Errors
    /// The [`Problem`] at which reading ends.
    pub(crate) fn batch(&mut self, most: usize) -> Result<Option<RowBatch>, Problem> {
        match self {
            SourceRows::Csv(rows) => rows.batch(most),
        }
    }
}

//! Where the rows of a roster come from. Each file format has a variant and a module below.

mod csv;
mod file;
mod format;
mod lines;
mod merged;
mod spool;
mod text;
mod workbook;

use std::path::Path;

use super::reading::Reading;
use super::rows::RowBatch;
use crate::problem::Problem;
use crate::remark::Remark;
use csv::{CsvRows, CsvSource};
use file::RosterFile;
use format::{Format, recognize};
use workbook::{WorkbookRows, WorkbookSource};
pub(crate) use workbook::{cell_name, range_name};

/// A source of rows. It can be read from its first row as often as needed: a roster is read once to find its
/// problems, and again to work on its people.
#[derive(Debug)]
pub(crate) enum RosterSource {
    /// Read from the disk each time: a list of a million rows need not fit into memory.
    Csv(CsvSource),
    /// Read once into a temporary file.
    Workbook(WorkbookSource),
}

/// The rows of a source, from the heading row on.
pub(crate) enum SourceRows<'s> {
    Csv(Box<CsvRows<'s>>),
    Workbook(WorkbookRows<'s>),
}

impl RosterSource {
    /// Opens a file and recognizes its format by its content. `shown` is how the path is shown to the user.
    ///
    /// # Errors
    /// The [`Problem`] why no rows can be read from it.
    pub(crate) fn open(
        path: &Path,
        shown: &str,
        reading: &Reading,
    ) -> Result<RosterSource, Problem> {
        let (file, start) = RosterFile::open(path, shown)?;
        match recognize(&start, || file.end().unwrap_or_default()) {
            Format::Text => {
                let source = CsvSource::new(file, &start, reading)?;
                let settings = [
                    ("sheet", reading.sheet.is_some()),
                    ("hidden_rows", reading.hidden_rows.is_some()),
                ];
                no_settings(settings, "a text file", "a workbook", shown)?;
                Ok(RosterSource::Csv(source))
            }
            Format::Workbook(_) => {
                let source = WorkbookSource::new(file, reading)?;
                let settings = [
                    ("encoding", reading.encoding.is_some()),
                    ("delimiter", reading.delimiter.is_some()),
                ];
                no_settings(settings, "a workbook", "a text file", shown)?;
                Ok(RosterSource::Workbook(source))
            }
            Format::Foreign(foreign) => Err(foreign.refused(shown)),
        }
    }

    /// How it was read, where that was a choice: encoding, delimiter, sheet.
    pub(crate) fn remarks(&self) -> &[Remark] {
        match self {
            RosterSource::Csv(source) => source.remarks(),
            RosterSource::Workbook(source) => source.remarks(),
        }
    }

    /// What separates the cells of a row; `None` in a workbook.
    pub(crate) fn separator(&self) -> Option<char> {
        match self {
            RosterSource::Csv(source) => Some(char::from(source.separator())),
            RosterSource::Workbook(_) => None,
        }
    }

    /// The rows from the first on.
    ///
    /// # Errors
    /// A [`Problem`] if the source has changed since it was opened, or cannot be read any more.
    pub(crate) fn rows(&self) -> Result<SourceRows<'_>, Problem> {
        match self {
            RosterSource::Csv(source) => source.rows().map(|rows| SourceRows::Csv(Box::new(rows))),
            RosterSource::Workbook(source) => Ok(SourceRows::Workbook(source.rows())),
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
            // Its rows are those that were read, whatever becomes of the file.
            RosterSource::Workbook(_) => Ok(()),
        }
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        match self {
            RosterSource::Csv(source) => source.file().path(),
            RosterSource::Workbook(source) => source.file().path(),
        }
    }

    /// The path as it is shown to the user.
    pub(crate) fn shown(&self) -> &str {
        match self {
            RosterSource::Csv(source) => source.file().shown(),
            RosterSource::Workbook(source) => source.file().shown(),
        }
    }
}

/// Refuses settings, of which some are set, that say how to read a file of another kind: whoever wrote them expects them to
/// be followed.
fn no_settings(
    settings: [(&str, bool); 2],
    kind: &str,
    other: &str,
    shown: &str,
) -> Result<(), Problem> {
    let set = settings.iter().filter(|(_, is_set)| *is_set).map(|(name, _)| format!("`{name}`"));
    let set: Vec<String> = set.collect();
    if set.is_empty() {
        return Ok(());
    }
    let (set, are) = (set.join(" and "), if set.len() == 1 { "is" } else { "are" });
    let message = format!("this is {kind}, and {set} under [roster] {are} for {other}");
    let hint = format!("delete {set} in meeting.toml, or name {other} there");
    Err(Problem::of_file("wrong-kind", shown, message).hint(hint))
}

impl SourceRows<'_> {
    /// The next rows, at most `most` of them; `None` after the last.
    ///
    /// # Errors
    /// The [`Problem`] at which reading ends.
    pub(crate) fn batch(&mut self, most: usize) -> Result<Option<RowBatch>, Problem> {
        match self {
            SourceRows::Csv(rows) => rows.batch(most),
            SourceRows::Workbook(rows) => rows.batch(most),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write as _;

    use super::*;

    fn cells(source: &RosterSource, most: usize) -> Result<Vec<String>, Problem> {
        let mut rows = source.rows()?;
        let mut cells = Vec::new();
        while let Some(batch) = rows.batch(most)? {
            assert!(batch.len() <= most);
            cells.extend((0..batch.len()).flat_map(|at| batch.row(at).cells().map(str::to_owned)));
        }
        Ok(cells)
    }

    #[test]
    fn a_source_is_read_from_its_first_row_as_often_as_asked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("people.csv");
        fs::write(&path, "\u{feff}email;name\n\na@example.org;A\nb@example.org;B\n").unwrap();
        let source = RosterSource::open(&path, "people.csv", &Reading::default()).unwrap();
        let expected = ["email", "name", "a@example.org", "A", "b@example.org", "B"];
        assert_eq!(cells(&source, 1).unwrap(), expected);
        assert_eq!(cells(&source, 100).unwrap(), expected);
    }

    #[test]
    fn a_source_that_has_changed_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("people.csv");
        fs::write(&path, "email\na@example.org\n").unwrap();
        let source = RosterSource::open(&path, "people.csv", &Reading::default()).unwrap();
        assert_eq!(source.check_unchanged(), Ok(()));
        fs::write(&path, "email\na@example.org\nb@example.org\n").unwrap();
        assert_eq!(source.check_unchanged().unwrap_err().code, "changed");
        assert_eq!(cells(&source, 1).unwrap_err().code, "changed");
        fs::remove_file(&path).unwrap();
        assert_eq!(cells(&source, 1).unwrap_err().code, "changed");
    }

    #[test]
    fn settings_for_another_kind_of_file_are_refused() {
        let mut text = tempfile::NamedTempFile::new().unwrap();
        text.write_all(b"email,name\na@example.org,A\n").unwrap();
        let sheet = r#"<sheetData><row><c t="str"><v>email</v></c></row></sheetData>"#;
        let workbook = crate::testing::workbook(sheet);
        let for_workbooks = Reading { sheet: Some("A".to_owned()), ..Reading::default() };
        let hidden = Some(crate::HiddenRows::Skip);
        let for_texts = Reading { delimiter: Some(b','), ..Reading::default() };
        let encoding = Some("utf-8".to_owned());
        for (wrong, reading, message) in [
            (
                &text,
                &for_workbooks,
                "people: this is a text file, and `sheet` under [roster] is for a workbook",
            ),
            (
                &text,
                &Reading { hidden_rows: hidden, ..for_workbooks.clone() },
                "people: this is a text file, and `sheet` and `hidden_rows` under [roster] are for a workbook",
            ),
            (
                &workbook,
                &for_texts,
                "people: this is a workbook, and `delimiter` under [roster] is for a text file",
            ),
            (
                &workbook,
                &Reading { encoding, ..for_texts.clone() },
                "people: this is a workbook, and `encoding` and `delimiter` under [roster] are for a text file",
            ),
        ] {
            let problem = RosterSource::open(wrong.path(), "people", reading).unwrap_err();
            assert_eq!(problem.to_string(), message);
            let right = if wrong.path() == text.path() { &workbook } else { &text };
            assert!(RosterSource::open(right.path(), "people", reading).is_ok(), "{message}");
            assert!(RosterSource::open(wrong.path(), "people", &Reading::default()).is_ok());
        }
    }

    #[test]
    fn what_is_not_csv_is_refused_by_its_content() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("people.csv");
        for (content, words) in [
            (&b"PK\x03\x04"[..], "this is a ZIP archive, not a CSV file or a workbook"),
            (b"email\0", "this is not a text file"),
        ] {
            fs::write(&path, content).unwrap();
            let problem = RosterSource::open(&path, "people.csv", &Reading::default()).unwrap_err();
            assert_eq!((problem.code, problem.message.as_str()), ("not-csv", words));
        }
        let problem =
            RosterSource::open(folder.path(), "people.csv", &Reading::default()).unwrap_err();
        assert_eq!(problem.to_string(), "people.csv: the roster is not a regular file");
    }
}

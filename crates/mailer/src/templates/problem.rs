//! One thing wrong at one place of a template.

use std::fmt;
use std::string::FromUtf8Error;

use tera::ReportError;

/// One thing wrong at one place of a template.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TemplateProblem {
    /// The file's name, without the folder.
    pub file: String,
    /// The line, from 1.
    pub line: Option<usize>,
    /// The character in the line, from 1.
    pub column: Option<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl fmt::Display for TemplateProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        for place in [self.line, self.column].into_iter().flatten() {
            write!(f, ":{place}")?;
        }
        write!(f, ": {}", self.message)
    }
}

impl TemplateProblem {
    /// A problem at an octet of a file.
    pub(super) fn at(file: &str, source: &str, octet: usize, message: String) -> TemplateProblem {
        let before = &source[..octet];
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        TemplateProblem {
            file: file.to_owned(),
            line: Some(before.matches('\n').count() + 1),
            column: Some(before[start..].chars().count() + 1),
            message,
            hint: None,
        }
    }

    /// A problem of a file as a whole.
    pub(super) fn of(file: &str, message: impl Into<String>) -> TemplateProblem {
        let (file, message) = (file.to_owned(), message.into());
        TemplateProblem { file, line: None, column: None, message, hint: None }
    }

    pub(super) fn hinting(mut self, hint: impl Into<String>) -> TemplateProblem {
        self.hint = Some(hint.into());
        self
    }
}

/// What tera found at a place.
pub(super) fn reported(report: &ReportError) -> TemplateProblem {
    let span = report.span();
    TemplateProblem {
        file: report.filename().to_owned(),
        line: Some(span.start_line),
        // Tera counts columns from 0.
        column: Some(span.start_col + 1),
        message: in_our_style(report.message()),
        hint: None,
    }
}

/// What tera found and tells as a text: for some errors a drawing, of which the first line is the sentence and
/// the second the place.
pub(super) fn of_file(file: &str, error: &tera::Error) -> TemplateProblem {
    let text = error.to_string();
    let mut lines = text.lines();
    let sentence = lines.next().unwrap_or_default();
    let message = in_our_style(sentence.strip_prefix("error: ").unwrap_or(sentence));
    let place = lines.next().and_then(|line| line.trim_start().strip_prefix("--> "));
    let mut place = place.into_iter().flat_map(|place| place.rsplitn(3, ':'));
    let [column, line] = [place.next(), place.next()].map(|number| number?.parse().ok());
    TemplateProblem { line, column, ..TemplateProblem::of(place.next().unwrap_or(file), message) }
}

/// A file that can't be used for a reason nobody could tell.
pub(super) fn unusable(file: &str) -> TemplateProblem {
    TemplateProblem::of(file, "it does not fit together with the other templates")
}

/// A file that is no text.
pub(super) fn not_utf8(file: &str, error: &FromUtf8Error) -> TemplateProblem {
    let valid = error.utf8_error().valid_up_to();
    let before = String::from_utf8_lossy(&error.as_bytes()[..valid]);
    TemplateProblem::at(file, &before, before.len(), "it is not UTF-8 from here on".to_owned())
        .hinting("save the file as UTF-8")
}

/// A sentence as ours are: a small letter first, no full stop.
fn in_our_style(sentence: &str) -> String {
    let mut letters = sentence.trim_end_matches('.').chars();
    let first = letters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

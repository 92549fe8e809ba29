//! A problem with a template.

use std::fmt;
use std::string::FromUtf8Error;

use tera::{ErrorKind, ReportError};

/// A problem with a template, and its position.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TemplateProblem {
    /// The name of the file, without the folder.
    pub file: String,
    /// The line, starting at 1.
    pub line: Option<usize>,
    /// The character in the line, starting at 1.
    pub column: Option<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// A template cannot be rendered for a person.
///
/// With templates that passed [`Templates::check`](crate::Templates::check), only this person's values can be the
/// reason.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct RenderError(pub TemplateProblem);

impl fmt::Display for TemplateProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        for number in [self.line, self.column].into_iter().flatten() {
            write!(f, ":{number}")?;
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
            // In characters, as editors count.
            column: Some(before[start..].chars().count() + 1),
            message,
            hint: None,
        }
    }

    /// A problem with a whole file.
    pub(super) fn of(file: &str, message: impl Into<String>) -> TemplateProblem {
        let (file, message) = (file.to_owned(), message.into());
        TemplateProblem { file, line: None, column: None, message, hint: None }
    }

    pub(super) fn with_hint(mut self, hint: impl Into<String>) -> TemplateProblem {
        self.hint = Some(hint.into());
        self
    }
}

/// The problem that an error of tera reports. `file` is named if the error does not name one.
pub(super) fn of_tera(file: &str, error: &tera::Error) -> TemplateProblem {
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => of_report(report),
        _ => of_text(file, error),
    }
}

/// The problem with a set of templates, none of which can be rendered.
pub(super) fn of_set(error: &tera::Error) -> TemplateProblem {
    // An error without a file belongs to no file in particular; the invitation is the template that everybody has.
    of_tera("invite.txt", error)
}

/// The problem in an error that has a position.
pub(super) fn of_report(report: &ReportError) -> TemplateProblem {
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

/// The problem in an error that is only a text. Some of these are a drawing: the message is on the first line, the
/// position on the second (`crates` facts, §4).
fn of_text(file: &str, error: &tera::Error) -> TemplateProblem {
    let text = error.to_string();
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default();
    let message = in_our_style(first.strip_prefix("error: ").unwrap_or(first));
    let position = lines.next().and_then(|line| line.trim_start().strip_prefix("--> "));
    let mut position = position.into_iter().flat_map(|position| position.rsplitn(3, ':'));
    // `FILE:LINE:COLUMN`, read from the right because a file name may contain a colon.
    let [column, line] = [position.next(), position.next()].map(|number| number?.parse().ok());
    TemplateProblem {
        line,
        column,
        ..TemplateProblem::of(position.next().unwrap_or(file), message)
    }
}

/// The problem of a file that is not UTF-8.
pub(super) fn not_utf8(file: &str, error: &FromUtf8Error) -> TemplateProblem {
    let valid = error.utf8_error().valid_up_to();
    let before = String::from_utf8_lossy(&error.as_bytes()[..valid]);
    TemplateProblem::at(file, &before, before.len(), "invalid UTF-8".to_owned())
        .with_hint("save the file as UTF-8")
}

/// A message of tera in the style of our own: it begins in lower case and has no full stop.
fn in_our_style(message: &str) -> String {
    let mut chars = message.trim_end_matches('.').chars();
    let first = chars.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(chars).collect()
}

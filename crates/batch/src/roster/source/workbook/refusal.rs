//! Why a workbook, or a part of it, is not read on.

use std::io;

use crate::problem::Problem;

/// What mends most damaged workbooks.
pub(super) const SAVE_AGAIN: &str =
    "open it in the spreadsheet program, and save it as an Excel workbook (.xlsx)";

/// What to do about a workbook that exceeds a limit.
pub(super) const EXPORT: &str =
    "keep only the sheet with the list, or export it as `CSV UTF-8` from the spreadsheet program";

/// Why a workbook cannot be read: a problem, except for the file.
#[derive(Debug)]
pub(super) struct Refusal {
    code: &'static str,
    message: String,
    hint: String,
    line: Option<u64>,
}

/// Why reading a sheet ends early.
#[derive(Debug)]
pub(super) enum Stop {
    /// Enough is known about it.
    Enough,
    Refused(Refusal),
}

impl Refusal {
    pub(super) fn new(
        code: &'static str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Refusal {
        Refusal { code, message: message.into(), hint: hint.into(), line: None }
    }

    /// The file ends too early, or contradicts itself.
    pub(super) fn damaged(what: &str) -> Refusal {
        let message = format!("the workbook is damaged: {what}");
        Refusal::new("damaged-workbook", message, SAVE_AGAIN)
    }

    /// It exceeds a limit that no list of people reaches.
    pub(super) fn too_large(what: &str) -> Refusal {
        Refusal::new("workbook-too-large", format!("the workbook is too large: {what}"), EXPORT)
    }

    pub(super) fn password() -> Refusal {
        let hint = "open it in the spreadsheet program, remove the password, and save it again";
        Refusal::new("protected-workbook", "the workbook is protected by a password", hint)
    }

    pub(super) fn at(mut self, line: u64) -> Refusal {
        self.line = Some(line);
        self
    }

    pub(super) fn problem(self, shown: &str) -> Problem {
        let problem = Problem::of_file(self.code, shown, self.message).hint(self.hint);
        match self.line {
            Some(line) => problem.at(line),
            None => problem,
        }
    }
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Refusal {
        // A limit of ours travels as an error of reading, because the parser passes nothing else on.
        match error.downcast::<Refusal>() {
            Ok(refusal) => refusal,
            Err(error) => Refusal::damaged(&error.to_string()),
        }
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Stop {
        Stop::Refused(refusal)
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refusal {}

//! One thing that is wrong in a file that the user wrote.

use std::fmt;

use meetmint_core::shortened;
use serde::Serialize;

/// One thing that is wrong in a file that the user wrote: where, what, and how to correct it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Problem {
    /// A name that does not change, such as `unknown-role`: see docs/errors.md.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = "^[a-z0-9-]+$")))]
    pub code: &'static str,
    /// The file, as it is shown to the user.
    pub file: String,
    /// The line, from 1.
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub line: Option<u64>,
    /// The heading of the column, or the key.
    pub column: Option<String>,
    /// What is wrong, with the value in question.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Problem {
    /// A problem that concerns a whole file. Texts of more than a thousand octets are cut in the middle.
    pub fn of_file(code: &'static str, file: &str, message: impl Into<String>) -> Problem {
        Problem {
            code,
            file: shortened(file.to_owned()),
            line: None,
            column: None,
            message: shortened(message.into()),
            hint: None,
        }
    }

    /// Adds the line.
    #[must_use]
    pub fn at(mut self, line: u64) -> Problem {
        self.line = Some(line);
        self
    }

    /// Adds the column.
    #[must_use]
    pub fn in_column(mut self, column: impl Into<String>) -> Problem {
        self.column = Some(shortened(column.into()));
        self
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Problem {
        self.hint = Some(shortened(hint.into()));
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            // `FILE:LINE:` is what editors and terminals turn into a link.
            write!(f, ":{line}")?;
        }
        f.write_str(": ")?;
        if let Some(column) = &self.column {
            write!(f, "column `{column}`: ")?;
        }
        f.write_str(&self.message)
    }
}

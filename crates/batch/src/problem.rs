//! One thing wrong at one place of what somebody wrote.

use std::fmt;

use meetmint_core::is_invisible;

/// One thing wrong at one place, in words for whoever has to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// A name for this kind of problem that never changes, for scripts: `unknown-role`.
    pub code: &'static str,
    /// The file, as people know it.
    pub file: String,
    /// The line, counted from 1 as an editor does.
    pub line: Option<u64>,
    /// The heading of the column, or the key.
    pub column: Option<String>,
    /// What is wrong, with the value that is.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Problem {
    /// A problem of a whole file.
    pub fn of_file(code: &'static str, file: &str, message: impl Into<String>) -> Problem {
        Problem {
            code,
            file: file.to_owned(),
            line: None,
            column: None,
            message: message.into(),
            hint: None,
        }
    }

    /// The same problem, at a line.
    #[must_use]
    pub fn at(mut self, line: u64) -> Problem {
        self.line = Some(line);
        self
    }

    /// The same problem, in a column.
    #[must_use]
    pub fn in_column(mut self, column: impl Into<String>) -> Problem {
        self.column = Some(column.into());
        self
    }

    /// The same problem, with what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Problem {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        f.write_str(": ")?;
        if let Some(column) = &self.column {
            write!(f, "column `{column}`: ")?;
        }
        f.write_str(&self.message)
    }
}

/// A value as a message can quote it: on one line, and not the whole of a book.
pub fn quoted(value: &str) -> String {
    const SHOWN: usize = 60;
    let mut shown: String = value
        .chars()
        .map(|c| if c.is_control() || is_invisible(c) { '\u{fffd}' } else { c })
        .take(SHOWN)
        .collect();
    if value.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

/// The known word nearest to a misspelt one, if any is near.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    known
        .into_iter()
        .map(|known| (strsim::damerau_levenshtein(&word, &known.to_lowercase()), known))
        .filter(|(distance, known)| *distance <= 1 + known.chars().count() / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// What to write instead of a word that is not known: the one that was meant, or all there are, after
/// the words that introduce them.
pub fn suggest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>, all: &str) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    match nearest(word, known.iter().copied()) {
        Some(near) => format!("did you mean {}?", quoted(near)),
        None => format!("{all} {}", known.into_iter().map(quoted).collect::<Vec<_>>().join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_word_finds_the_one_that_was_meant() {
        let roles = ["moderator", "participant", "speaker"];
        assert_eq!(nearest("moderatr", roles), Some("moderator"));
        assert_eq!(nearest("Speakers", roles), Some("speaker"));
        assert_eq!(nearest("teacher", roles), None);
        assert_eq!(nearest("", roles), None);
    }

    #[test]
    fn a_value_is_quoted_on_one_short_line() {
        assert_eq!(quoted("a\nb"), "`a\u{fffd}b`");
        assert_eq!(quoted(&"x".repeat(61)), format!("`{}…`", "x".repeat(60)));
    }
}

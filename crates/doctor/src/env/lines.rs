//! The lines of a `.env`, as Docker Compose reads them (its documentation, "Syntax for environment files").

use std::collections::BTreeMap;

use super::expand::Expander;
use super::value::EnvValue;
use crate::place::Position;

/// All variables that a file sets; of those set twice, the last.
#[derive(Debug, Default)]
pub(crate) struct EnvFile {
    pub(crate) values: BTreeMap<String, EnvValue>,
    /// Variables that are set again further down, with the place that does not count.
    pub(crate) again: Vec<(String, Position)>,
}

/// Why Docker Compose refuses a file.
#[derive(Debug)]
pub(crate) struct EnvError {
    pub(crate) what: &'static str,
    pub(crate) at: Position,
}

/// Reads a file.
///
/// # Errors
/// The first thing that Docker Compose does not accept.
pub(crate) fn read(text: &str) -> Result<EnvFile, EnvError> {
    let mut file = EnvFile::default();
    let mut expander = Expander::new();
    let mut lines = Lines { rest: text, at: Position::START };
    loop {
        lines.skip_blanks_and_comments();
        if lines.rest.is_empty() {
            return Ok(file);
        }
        let at = lines.at;
        let Some(name) = lines.name()? else { continue };
        let (raw, quote) = lines.value()?;
        let text = match quote {
            Some('\'') => Ok(raw),
            Some(_) => expander.expand(&escapes(&raw), &file.values),
            None => expander.expand(&raw, &file.values),
        };
        let value = EnvValue { text, at, has_default: expander.take_default() };
        if let Some(before) = file.values.insert(name.clone(), value) {
            file.again.push((name, before.at));
        }
    }
}

struct Lines<'t> {
    rest: &'t str,
    at: Position,
}

impl<'t> Lines<'t> {
    /// Goes on so many octets.
    fn advance(&mut self, octets: usize) -> &'t str {
        let (passed, rest) = self.rest.split_at(octets);
        self.rest = rest;
        let breaks = passed.matches('\n').count();
        let last = passed.rsplit('\n').next().unwrap_or_default().chars().count();
        self.at.line += breaks;
        self.at.column = if breaks > 0 { last + 1 } else { self.at.column + last };
        passed
    }

    fn skip_blanks_and_comments(&mut self) {
        loop {
            let text = self.rest.trim_start();
            self.advance(self.rest.len() - text.len());
            if !text.starts_with('#') {
                return;
            }
            self.skip_line();
        }
    }

    fn skip_line(&mut self) {
        self.advance(self.rest.find('\n').unwrap_or(self.rest.len()));
    }

    /// Reads a name and its `=` (or `:`, as in YAML). `None` for a name alone, which comes from the shell.
    fn name(&mut self) -> Result<Option<String>, EnvError> {
        let begin = EnvError { what: "this is not a line NAME=value", at: self.at };
        if let Some(after) = self.rest.strip_prefix("export")
            && after.starts_with([' ', '\t'])
        {
            self.advance(self.rest.len() - after.trim_start_matches([' ', '\t']).len());
        }
        let is_end = |c: char| matches!(c, '=' | ':' | '\n');
        let end = self.rest.find(is_end).unwrap_or(self.rest.len());
        let has_value = self.rest[end..].starts_with(['=', ':']);
        let name = self.advance(end).trim().to_owned();
        let is_part = |c: char| c.is_alphanumeric() || "_.-[]".contains(c);
        if name.is_empty() || !name.chars().all(is_part) {
            return Err(begin);
        }
        if !has_value {
            return Ok(None);
        }
        self.advance(1);
        let blanks = self.rest.trim_start_matches([' ', '\t', '\r', '\u{b}', '\u{c}']);
        self.advance(self.rest.len() - blanks.len());
        Ok(Some(name))
    }

    /// Reads a value, and says in which quotation marks it stands.
    fn value(&mut self) -> Result<(String, Option<char>), EnvError> {
        let Some(quote) = self.rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
            let line = self.rest.find('\n').unwrap_or(self.rest.len());
            let line = self.advance(line);
            // A comment needs a blank before it.
            let value = line.split(" #").next().unwrap_or_default();
            return Ok((value.trim_end().to_owned(), None));
        };
        let unclosed = EnvError { what: "a quotation mark that is never closed", at: self.at };
        let mut value = String::new();
        let mut escaped = false;
        for (at, character) in self.rest.char_indices().skip(1) {
            if character == quote && !escaped {
                self.advance(at + 1);
                return self.end_of_line().map(|()| (value, Some(quote)));
            }
            if escaped && character != quote {
                value.push('\\');
            }
            escaped = !escaped && character == '\\';
            if !escaped {
                value.push(character);
            }
        }
        Err(unclosed)
    }

    /// After a closing quotation mark, only a comment may follow.
    fn end_of_line(&mut self) -> Result<(), EnvError> {
        let line = self.rest.split('\n').next().unwrap_or_default().trim_start();
        if !line.is_empty() && !line.starts_with('#') {
            return Err(EnvError {
                what: "something follows the closing quotation mark",
                at: self.at,
            });
        }
        self.skip_line();
        Ok(())
    }
}

/// What backslashes mean between double quotation marks. `\$` becomes `$$`, which then stands for itself.
fn escapes(text: &str) -> String {
    let mut value = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        if character != '\\' {
            value.push(character);
            continue;
        }
        let Some(next) = rest.next_if(|c| "abcfnrtv$\"\\0".contains(*c)) else {
            value.push('\\');
            continue;
        };
        match next {
            'a' => value.push('\u{7}'),
            'b' => value.push('\u{8}'),
            'f' => value.push('\u{c}'),
            'n' => value.push('\n'),
            'r' => value.push('\r'),
            't' => value.push('\t'),
            'v' => value.push('\u{b}'),
            '$' => value += "$$",
            '0' => {
                let mut code = 0;
                for _ in 0..3 {
                    let Some(digit) = rest.next_if(|c| c.is_digit(8)) else { break };
                    code = code * 8 + digit.to_digit(8).unwrap_or_default();
                }
                value.extend(char::from_u32(code));
            }
            // `\c` is no escape of Go, and stays as it is.
            'c' => value += "\\c",
            other => value.push(other),
        }
    }
    value
}

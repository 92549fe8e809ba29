//! HOCON, as far as a `jicofo.conf` needs it: which value each path of keys has in the end.
//!
//! Arrays are skipped, and substitutions are not resolved: what depends on them is not known.

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::str::CharIndices;

use crate::place::Position;

/// How deep objects may be nested.
const DEEPEST: usize = 50;

/// How long a path of keys may be.
const LONGEST_PATH: usize = 100;

/// The value of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Hocon {
    Text(String),
    /// It depends on something that is not in the file, or it is an array.
    Unknown,
}

/// What a file says.
#[derive(Debug, Default)]
pub(super) struct Contents {
    pub(super) values: BTreeMap<Vec<String>, (Hocon, Position)>,
    pub(super) includes: Vec<Position>,
}

/// Why a text is not HOCON.
#[derive(Debug)]
pub(super) struct HoconError {
    pub(super) what: &'static str,
    pub(super) at: Position,
}

/// Reads a file.
///
/// # Errors
/// If a brace, a bracket or a quotation mark is never closed, or something stands where a key is expected.
pub(super) fn read(text: &str) -> Result<Contents, HoconError> {
    let mut reader = Reader {
        text,
        rest: text.char_indices().peekable(),
        at: Position::START,
        contents: Contents::default(),
    };
    let mut path = Vec::new();
    reader.skip_separators();
    if reader.peek() == Some('{') {
        reader.take();
        reader.object(&mut path, true, 0)?;
        reader.skip_separators();
    } else {
        reader.object(&mut path, false, 0)?;
    }
    match reader.peek() {
        None => Ok(reader.contents),
        Some(_) => Err(reader.error("a `}` without its `{`")),
    }
}

struct Reader<'t> {
    text: &'t str,
    rest: Peekable<CharIndices<'t>>,
    at: Position,
    contents: Contents,
}

impl Reader<'_> {
    fn error(&self, what: &'static str) -> HoconError {
        HoconError { what, at: self.at }
    }

    fn peek(&mut self) -> Option<char> {
        self.rest.peek().map(|(_, character)| *character)
    }

    fn starts_with(&mut self, text: &str) -> bool {
        let at = self.rest.peek().map_or(self.text.len(), |(at, _)| *at);
        self.text[at..].starts_with(text)
    }

    fn take(&mut self) -> Option<char> {
        let (_, character) = self.rest.next()?;
        if character == '\n' {
            self.at = Position { line: self.at.line + 1, column: 1 };
        } else {
            self.at.column += 1;
        }
        Some(character)
    }

    fn is_comment(&mut self) -> bool {
        self.starts_with("#") || self.starts_with("//")
    }

    fn skip_line(&mut self) {
        while self.peek().is_some_and(|character| character != '\n') {
            self.take();
        }
    }

    /// Skips blanks within a line.
    fn skip_blanks(&mut self) {
        while self.peek().is_some_and(|c| c != '\n' && (c.is_whitespace() || c == '\u{feff}')) {
            self.take();
        }
    }

    /// Skips blanks, line breaks, commas and comments.
    fn skip_separators(&mut self) {
        loop {
            if self.is_comment() {
                self.skip_line();
            } else if self.peek().is_some_and(|c| c.is_whitespace() || c == ',' || c == '\u{feff}')
            {
                self.take();
            } else {
                return;
            }
        }
    }

    /// Reads fields until the object ends: at its brace, or at the end of the file.
    fn object(
        &mut self,
        path: &mut Vec<String>,
        braces: bool,
        depth: usize,
    ) -> Result<(), HoconError> {
        if depth == DEEPEST {
            return Err(self.error("objects are nested too deep"));
        }
        let unclosed = self.error("a `{` that is never closed");
        loop {
            self.skip_separators();
            match self.peek() {
                None if braces => return Err(unclosed),
                Some('}') if braces => {
                    self.take();
                    return Ok(());
                }
                None | Some('}') => return Ok(()),
                Some(_) => self.field(path, depth)?,
            }
        }
    }

    fn field(&mut self, path: &mut Vec<String>, depth: usize) -> Result<(), HoconError> {
        let at = self.at;
        let outer = path.len();
        if self.is_include() {
            self.contents.includes.push(at);
            self.skip_line();
            return Ok(());
        }
        self.key(path)?;
        if path.len() == outer || path.len() > LONGEST_PATH {
            return Err(HoconError { what: "a key is missing or too long", at });
        }
        self.skip_blanks();
        if self.peek() == Some('{') {
            self.take();
            self.object(path, true, depth + 1)?;
        } else {
            if self.starts_with("+=") {
                self.take();
            }
            if !matches!(self.peek(), Some('=' | ':')) {
                return Err(self.error("a `=`, `:` or `{` is missing after a key"));
            }
            self.take();
            // The value may stand in the next line.
            while self.peek().is_some_and(char::is_whitespace) {
                self.take();
            }
            self.value(path, depth)?;
        }
        path.truncate(outer);
        Ok(())
    }

    /// Whether `include` stands here as a word of its own, and not as a key.
    fn is_include(&mut self) -> bool {
        let at = self.rest.peek().map_or(self.text.len(), |(at, _)| *at);
        let Some(rest) = self.text[at..].strip_prefix("include") else { return false };
        let argument = rest.trim_start_matches([' ', '\t']);
        argument.len() < rest.len()
            && ["\"", "file(", "url(", "classpath(", "required("]
                .iter()
                .any(|start| argument.starts_with(start))
    }

    /// Reads a path of keys: `a.b."c d"`.
    fn key(&mut self, path: &mut Vec<String>) -> Result<(), HoconError> {
        let mut part = String::new();
        let mut quoted = false;
        loop {
            match self.peek() {
                Some('"') => {
                    part += &self.quoted()?;
                    quoted = true;
                }
                Some('.') => {
                    self.take();
                    path.push(std::mem::take(&mut part).trim().to_owned());
                    quoted = false;
                }
                Some('=' | ':' | '{' | '}' | '[' | ']' | ',' | '\n' | '+' | '#') | None => break,
                Some('$') => return Err(self.error("a key cannot be a substitution")),
                Some(character) => {
                    self.take();
                    part.push(character);
                }
            }
            if path.len() > LONGEST_PATH {
                break;
            }
        }
        let part = part.trim();
        if !part.is_empty() || quoted {
            path.push(part.to_owned());
        }
        Ok(())
    }

    /// Reads a value for a path: an object, an array, or words up to the end of the line.
    fn value(&mut self, path: &mut Vec<String>, depth: usize) -> Result<(), HoconError> {
        let at = self.at;
        let mut words = String::new();
        let mut known = true;
        let mut objects = false;
        loop {
            if self.is_comment() {
                self.skip_line();
            }
            match self.peek() {
                None | Some('\n' | ',' | '}' | ']') => break,
                Some('{') => {
                    self.take();
                    self.object(path, true, depth + 1)?;
                    objects = true;
                }
                Some('[') => {
                    self.array()?;
                    known = false;
                }
                Some('"') => words += &self.quoted()?,
                Some('$') => {
                    self.substitution()?;
                    known = false;
                }
                Some(character) => {
                    self.take();
                    words.push(character);
                }
            }
        }
        if objects {
            return Ok(());
        }
        // A value in place of an object takes all that was in it away.
        let inside: Vec<Vec<String>> = self
            .contents
            .values
            .range(path.clone()..)
            .take_while(|(other, _)| other.starts_with(path))
            .map(|(other, _)| other.clone())
            .collect();
        for other in inside {
            self.contents.values.remove(&other);
        }
        let value = if known { Hocon::Text(words.trim().to_owned()) } else { Hocon::Unknown };
        self.contents.values.insert(path.clone(), (value, at));
        Ok(())
    }

    /// Skips an array.
    fn array(&mut self) -> Result<(), HoconError> {
        let unclosed = self.error("a `[` that is never closed");
        let mut open = 0_usize;
        loop {
            if self.is_comment() {
                self.skip_line();
            }
            match self.peek() {
                None => return Err(unclosed),
                Some('"') => {
                    self.quoted()?;
                }
                Some(character) => {
                    self.take();
                    match character {
                        '[' => open += 1,
                        ']' => open -= 1,
                        _ => {}
                    }
                    if open == 0 {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// Skips `${…}`.
    fn substitution(&mut self) -> Result<(), HoconError> {
        let unclosed = self.error("a `${` that is never closed");
        self.take();
        if self.peek() != Some('{') {
            return Err(unclosed);
        }
        loop {
            match self.take() {
                Some('}') => return Ok(()),
                Some('\n') | None => return Err(unclosed),
                Some(_) => {}
            }
        }
    }

    /// A text in quotation marks, or in three of them.
    fn quoted(&mut self) -> Result<String, HoconError> {
        let unclosed = self.error("a quotation mark that is never closed");
        let mut text = String::new();
        if self.starts_with("\"\"\"") {
            for _ in 0..3 {
                self.take();
            }
            while !self.starts_with("\"\"\"") {
                let Some(character) = self.take() else { return Err(unclosed) };
                text.push(character);
            }
            // All marks but the last three belong to the text.
            while self.starts_with("\"\"\"\"") {
                text.extend(self.take());
            }
            for _ in 0..3 {
                self.take();
            }
            return Ok(text);
        }
        self.take();
        loop {
            match self.take() {
                None | Some('\n') => return Err(unclosed),
                Some('"') => return Ok(text),
                Some('\\') => match self.take() {
                    None | Some('\n') => return Err(unclosed),
                    Some('n') => text.push('\n'),
                    Some('t') => text.push('\t'),
                    Some(character) => text.push(character),
                },
                Some(character) => text.push(character),
            }
        }
    }
}

//! From octets to the words of Lua 5.2 and later, with their places.
//!
//! Lua works on octets, and a string may hold any: so does this.

use std::fmt;

use crate::place::Position;

/// A word of the language. `{:?}` shows no text: it may be a secret.
#[derive(Clone, PartialEq)]
pub(super) enum Token {
    Name(String),
    Text(Vec<u8>),
    /// `None` if it is not an integer that every version of Lua writes in the same way.
    Number(Option<f64>),
    /// An operator or punctuation.
    Symbol(&'static str),
}

/// A word, and where it begins.
pub(super) struct Word {
    pub(super) token: Token,
    pub(super) at: Position,
}

/// Why a text is not Lua.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LuaError {
    pub(crate) what: &'static str,
    pub(crate) at: Position,
}

/// How many digits a number may have that every version of Lua writes as it stands (`%.14g` before 5.3).
const LONGEST_NUMBER: usize = 14;

/// Longer ones first.
const SYMBOLS: [&str; 33] = [
    "...", "..", "==", "~=", "<=", ">=", "::", "//", "<<", ">>", "=", "{", "}", "(", ")", "[", "]",
    ";", ",", ".", ":", "+", "-", "*", "/", "%", "^", "#", "<", ">", "&", "|", "~",
];

/// The words of a file.
///
/// # Errors
/// The first thing that no Lua program may contain.
pub(super) fn words(text: &[u8]) -> Result<Vec<Word>, LuaError> {
    let mut lexer = Lexer { rest: text, at: Position::START };
    // Lua skips a first line that is meant for the system.
    if text.starts_with(b"#") {
        lexer.skip_line();
    }
    let mut words = Vec::new();
    loop {
        lexer.skip_blanks_and_comments()?;
        let at = lexer.at;
        let Some(token) = lexer.token()? else { return Ok(words) };
        words.push(Word { token, at });
    }
}

/// What the server makes of a text that a program has put between two quotation marks: Docker's images do that with
/// every value. `None` if it is no longer one string.
pub(crate) fn as_string(inside: &[u8]) -> Option<Vec<u8>> {
    let text = [b"\"", inside, b"\""].concat();
    let mut words = words(&text).ok()?.into_iter();
    match (words.next()?.token, words.next()) {
        (Token::Text(text), None) => Some(text),
        _ => None,
    }
}

struct Lexer<'t> {
    rest: &'t [u8],
    at: Position,
}

impl Lexer<'_> {
    fn error(&self, what: &'static str) -> LuaError {
        LuaError { what, at: self.at }
    }

    fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// Takes one octet. A line break of two octets is one.
    fn take(&mut self) -> Option<u8> {
        let (&octet, rest) = self.rest.split_first()?;
        self.rest = rest;
        match octet {
            b'\n' | b'\r' => {
                let other = if octet == b'\n' { b'\r' } else { b'\n' };
                if let Some(rest) = self.rest.strip_prefix(&[other]) {
                    self.rest = rest;
                }
                self.at = Position { line: self.at.line + 1, column: 1 };
                return Some(b'\n');
            }
            // The further octets of a character in UTF-8.
            0x80..=0xbf => {}
            _ => self.at.column += 1,
        }
        Some(octet)
    }

    fn take_if(&mut self, text: &[u8]) -> bool {
        let found = self.rest.starts_with(text);
        if found {
            for _ in text {
                self.take();
            }
        }
        found
    }

    fn take_while(&mut self, accepts: impl Fn(u8) -> bool) -> Vec<u8> {
        let mut taken = Vec::new();
        while let Some(octet) = self.peek().filter(|octet| accepts(*octet)) {
            self.take();
            taken.push(octet);
        }
        taken
    }

    fn skip_line(&mut self) {
        while self.peek().is_some_and(|octet| !matches!(octet, b'\n' | b'\r')) {
            self.take();
        }
    }

    fn skip_blanks_and_comments(&mut self) -> Result<(), LuaError> {
        loop {
            if self.peek().is_some_and(|octet| octet.is_ascii_whitespace() || octet == 0x0b) {
                self.take();
            } else if self.take_if(b"--") {
                match self.long_opening() {
                    Some(level) => {
                        self.long_text(level, "a comment that is never closed")?;
                    }
                    None => self.skip_line(),
                }
            } else {
                return Ok(());
            }
        }
    }

    /// The number of `=` in an opening `[==[`, if there is one here.
    fn long_opening(&self) -> Option<usize> {
        let inside = self.rest.strip_prefix(b"[")?;
        let level = inside.iter().take_while(|octet| **octet == b'=').count();
        (inside.get(level) == Some(&b'[')).then_some(level)
    }

    /// A text between `[==[` and `]==]`; the lexer stands at its opening. A line break right after it does not count.
    fn long_text(&mut self, level: usize, unclosed: &'static str) -> Result<Vec<u8>, LuaError> {
        let begin = self.error(unclosed);
        let closing: Vec<u8> = [&b"]"[..], &vec![b'='; level], b"]"].concat();
        for _ in 0..level + 2 {
            self.take();
        }
        if matches!(self.peek(), Some(b'\n' | b'\r')) {
            self.take();
        }
        let mut text = Vec::new();
        loop {
            // Compared only at a bracket, so that a long run of `=` costs nothing.
            if self.peek() == Some(b']') && self.take_if(&closing) {
                return Ok(text);
            }
            text.push(self.take().ok_or(begin)?);
        }
    }

    fn token(&mut self) -> Result<Option<Token>, LuaError> {
        let Some(first) = self.peek() else { return Ok(None) };
        if first.is_ascii_alphabetic() || first == b'_' {
            let name = self.take_while(|octet| octet.is_ascii_alphanumeric() || octet == b'_');
            // ASCII by construction.
            return Ok(Some(Token::Name(String::from_utf8_lossy(&name).into_owned())));
        }
        let second_is_digit = self.rest.get(1).is_some_and(u8::is_ascii_digit);
        if first.is_ascii_digit() || first == b'.' && second_is_digit {
            return Ok(Some(Token::Number(self.number())));
        }
        if let Some(level) = self.long_opening() {
            let text = self.long_text(level, "a text that is never closed")?;
            return Ok(Some(Token::Text(text)));
        }
        if first == b'"' || first == b'\'' {
            return self.short_text().map(|text| Some(Token::Text(text)));
        }
        let symbol = SYMBOLS.iter().find(|symbol| self.rest.starts_with(symbol.as_bytes()));
        let symbol = symbol.ok_or_else(|| self.error("a character that Lua does not know"))?;
        self.take_if(symbol.as_bytes());
        Ok(Some(Token::Symbol(symbol)))
    }

    fn number(&mut self) -> Option<f64> {
        let digits = self.take_while(|octet| octet.is_ascii_alphanumeric() || octet == b'.');
        let mut text = String::from_utf8_lossy(&digits).into_owned();
        if text.ends_with(['e', 'E']) && !text.starts_with("0x") {
            let sign = self.take_while(|octet| octet == b'-' || octet == b'+');
            let rest = self.take_while(|octet| octet.is_ascii_digit());
            text += &String::from_utf8_lossy(&[sign, rest].concat());
        }
        match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
            Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok().map(f64::from),
            // How others are written as a text depends on Lua's version.
            None if text.len() <= LONGEST_NUMBER && text.bytes().all(|c| c.is_ascii_digit()) => {
                text.parse().ok()
            }
            None => None,
        }
    }

    fn short_text(&mut self) -> Result<Vec<u8>, LuaError> {
        let begin = self.error("a text that is not closed on its line");
        let quote = self.take();
        let mut text = Vec::new();
        loop {
            let at = self.at;
            match self.take().ok_or(begin)? {
                octet if Some(octet) == quote => return Ok(text),
                b'\n' => return Err(begin),
                b'\\' => {
                    self.escape(&mut text).ok_or(LuaError {
                        what: "a backslash with a character that Lua does not know",
                        at,
                    })?;
                }
                octet => text.push(octet),
            }
        }
    }

    /// What follows a backslash (Lua 5.4 manual, §3.1). `None` if Lua does not know it.
    fn escape(&mut self, text: &mut Vec<u8>) -> Option<()> {
        let octet = match self.peek()? {
            first if first.is_ascii_digit() => return self.decimal_escape(text),
            _ => self.take()?,
        };
        text.push(match octet {
            b'a' => 0x07,
            b'b' => 0x08,
            b'f' => 0x0c,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'v' => 0x0b,
            b'\\' | b'"' | b'\'' | b'\n' => octet,
            b'x' => {
                let digits = [self.take()?, self.take()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16)
                    .ok()
                    .filter(|_| digits.iter().all(u8::is_ascii_hexdigit))?
            }
            b'z' => {
                self.take_while(|octet| octet.is_ascii_whitespace() || octet == 0x0b);
                return Some(());
            }
            b'u' => {
                self.take_if(b"{").then_some(())?;
                let digits = self.take_while(|octet| octet.is_ascii_hexdigit());
                self.take_if(b"}").then_some(())?;
                let code = u32::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?;
                let character = char::from_u32(code)?;
                text.extend(character.encode_utf8(&mut [0; 4]).bytes());
                return Some(());
            }
            _ => return None,
        });
        Some(())
    }

    /// `\065`: at most three decimal digits, at most 255.
    fn decimal_escape(&mut self, text: &mut Vec<u8>) -> Option<()> {
        let mut code = 0_u32;
        for _ in 0..3 {
            let Some(digit) = self.peek().filter(u8::is_ascii_digit) else { break };
            self.take();
            code = code * 10 + u32::from(digit - b'0');
        }
        text.push(u8::try_from(code).ok()?);
        Some(())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Token::Name(_) => f.write_str("Name(…)"),
            Token::Text(_) => f.write_str("Text(…)"),
            Token::Number(_) => f.write_str("Number(…)"),
            Token::Symbol(symbol) => f.write_str(symbol),
        }
    }
}

//! The tokens of JavaScript, as far as they are needed to find assignments.

use super::escapes::escaped_length;

/// A token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// Where it stands; for a text, where its content stands, without the quotation marks.
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether it is the first one of its line: a statement may end before it.
    pub(super) begins_line: bool,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name or a keyword.
    Word,
    /// The content of a string, or a piece of a template literal.
    Text,
    /// A number, a regular expression, or a string that does not end.
    Opaque,
    Open(u8),
    Close(u8),
    Assign,
    AddAssign,
    /// `||=` and `??=`.
    OrAssign,
    /// Another operator that assigns, such as `*=` and `++`.
    OtherAssign,
    Plus,
    /// `||` and `??`.
    Or,
    Dot,
    Spread,
    Comma,
    Semicolon,
    Colon,
    Operator,
}

/// Longer ones first.
const OPERATORS: [(&str, Kind); 40] = [
    (">>>=", Kind::OtherAssign),
    ("...", Kind::Spread),
    ("||=", Kind::OrAssign),
    ("??=", Kind::OrAssign),
    ("&&=", Kind::OtherAssign),
    ("===", Kind::Operator),
    ("!==", Kind::Operator),
    ("**=", Kind::OtherAssign),
    ("<<=", Kind::OtherAssign),
    (">>=", Kind::OtherAssign),
    ("||", Kind::Or),
    ("??", Kind::Or),
    ("?.", Kind::Dot),
    ("+=", Kind::AddAssign),
    ("++", Kind::OtherAssign),
    ("--", Kind::OtherAssign),
    ("-=", Kind::OtherAssign),
    ("*=", Kind::OtherAssign),
    ("/=", Kind::OtherAssign),
    ("%=", Kind::OtherAssign),
    ("&=", Kind::OtherAssign),
    ("|=", Kind::OtherAssign),
    ("^=", Kind::OtherAssign),
    ("==", Kind::Operator),
    ("!=", Kind::Operator),
    ("<=", Kind::Operator),
    (">=", Kind::Operator),
    ("=>", Kind::Operator),
    ("=", Kind::Assign),
    ("+", Kind::Plus),
    (".", Kind::Dot),
    (",", Kind::Comma),
    (";", Kind::Semicolon),
    (":", Kind::Colon),
    ("(", Kind::Open(b')')),
    ("[", Kind::Open(b']')),
    ("{", Kind::Open(b'}')),
    (")", Kind::Close(b')')),
    ("]", Kind::Close(b']')),
    ("}", Kind::Close(b'}')),
];

/// All tokens of a text. A template literal becomes a chain in parentheses: `a${b}c` is `("a" + (b) + "c")`.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut lexer =
        Lexer { text, at: 0, tokens: Vec::new(), begins_line: true, ..Lexer::default() };
    lexer.run();
    lexer.tokens
}

#[derive(Default)]
struct Lexer<'t> {
    text: &'t str,
    at: usize,
    tokens: Vec<Token>,
    begins_line: bool,
    /// The braces that are open, and whether each is the `${` of a template literal.
    braces: Vec<bool>,
    /// No regular expression begins before here: a `/` on this line is known to have no end.
    no_regex_before: usize,
}

impl Lexer<'_> {
    fn run(&mut self) {
        while let Some(first) = self.rest().chars().next() {
            match first {
                '\n' | '\r' | '\u{2028}' | '\u{2029}' => self.begins_line = true,
                '\u{feff}' => {}
                '\'' | '"' => {
                    self.string(first);
                    continue;
                }
                '`' => {
                    self.at += 1;
                    self.push(Kind::Open(b')'), self.at, self.at);
                    self.template();
                    continue;
                }
                '/' if self.comment() => continue,
                '/' if self.regex() => continue,
                '<' if self.rest().starts_with("<!--") => {
                    // A comment to the end of the line (ECMAScript, annex B.1.1).
                    self.skip_line();
                    continue;
                }
                _ if first.is_whitespace() => {}
                _ if is_word(first) => {
                    self.word(first);
                    continue;
                }
                _ => {
                    self.operator(first);
                    continue;
                }
            }
            self.at += first.len_utf8();
        }
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn push(&mut self, kind: Kind, start: usize, end: usize) {
        self.tokens.push(Token { kind, start, end, begins_line: self.begins_line });
        self.begins_line = false;
    }

    /// Skips a comment, if one begins here.
    fn comment(&mut self) -> bool {
        if self.rest().starts_with("//") {
            self.skip_line();
        } else if let Some(inside) = self.rest().strip_prefix("/*") {
            let length = inside.find("*/").unwrap_or(inside.len());
            self.begins_line |= inside[..length].contains(['\n', '\r']);
            self.at = (self.at + 2 + length + 2).min(self.text.len());
        } else {
            return false;
        }
        true
    }

    fn skip_line(&mut self) {
        self.at += line_length(self.rest());
    }

    fn string(&mut self, quote: char) {
        let start = self.at + 1;
        let mut end = start;
        while let Some(char) = self.text[end..].chars().next() {
            match char {
                _ if char == quote => {
                    self.push(Kind::Text, start, end);
                    self.at = end + 1;
                    return;
                }
                '\n' | '\r' => break,
                '\\' => end += 1 + escaped_length(&self.text[end + 1..]),
                _ => end += char.len_utf8(),
            }
        }
        self.push(Kind::Opaque, start, end);
        self.at = end;
    }

    /// Reads a piece of a template literal, to its end or to `${`.
    fn template(&mut self) {
        let start = self.at;
        let mut end = start;
        while let Some(char) = self.text[end..].chars().next() {
            match char {
                '`' => {
                    self.push(Kind::Text, start, end);
                    self.at = end + 1;
                    self.push(Kind::Close(b')'), end, end);
                    return;
                }
                '$' if self.text[end..].starts_with("${") => {
                    self.push(Kind::Text, start, end);
                    self.push(Kind::Plus, end, end);
                    self.push(Kind::Open(b')'), end, end);
                    self.braces.push(true);
                    self.at = end + 2;
                    return;
                }
                '\\' => end += 1 + escaped_length(&self.text[end + 1..]),
                _ => end += char.len_utf8(),
            }
        }
        self.push(Kind::Opaque, start, end);
        self.at = end;
    }

    /// Reads a regular expression, if one begins here.
    fn regex(&mut self) -> bool {
        if self.at < self.no_regex_before
            || self.tokens.last().is_some_and(|last| self.is_operand(last))
        {
            return false;
        }
        let length = line_length(self.rest());
        let line = &self.rest()[..length];
        let (mut in_class, mut escaped) = (false, false);
        for (index, char) in line.char_indices().skip(1) {
            match char {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '[' => in_class = true,
                ']' => in_class = false,
                '/' if !in_class => {
                    let start = self.at;
                    self.at += index + 1;
                    self.push(Kind::Opaque, start, self.at);
                    return true;
                }
                _ => {}
            }
        }
        self.no_regex_before = self.at + length;
        false
    }

    /// Whether a value ends with this token, so that a `/` after it divides.
    fn is_operand(&self, token: &Token) -> bool {
        let keyword = || {
            let word = &self.text[token.start..token.end];
            matches!(
                word,
                "return" | "typeof" | "case" | "in" | "of" | "delete" | "void" | "else" | "throw"
            )
        };
        match token.kind {
            Kind::Word => !keyword(),
            Kind::Text | Kind::Opaque | Kind::Close(_) => true,
            _ => false,
        }
    }

    fn word(&mut self, first: char) {
        let rest = self.rest();
        let length = rest.find(|char| !is_word(char)).unwrap_or(rest.len());
        let kind = if first.is_ascii_digit() { Kind::Opaque } else { Kind::Word };
        let start = self.at;
        self.at += length;
        self.push(kind, start, self.at);
    }

    fn operator(&mut self, first: char) {
        let found = OPERATORS.iter().find(|(operator, _)| self.rest().starts_with(operator));
        let (length, kind) = found
            .map_or((first.len_utf8(), Kind::Operator), |(operator, kind)| (operator.len(), *kind));
        let start = self.at;
        self.at += length;
        match kind {
            Kind::Open(b'}') => self.braces.push(false),
            Kind::Close(b'}') if self.braces.pop() == Some(true) => {
                self.push(Kind::Close(b')'), start, start);
                self.push(Kind::Plus, start, start);
                return self.template();
            }
            _ => {}
        }
        self.push(kind, start, self.at);
    }
}

fn is_word(char: char) -> bool {
    char.is_ascii_alphanumeric()
        || matches!(char, '_' | '$' | '#')
        || !char.is_ascii()
            && !char.is_whitespace()
            && !matches!(char, '\u{feff}' | '\u{2028}' | '\u{2029}')
}

fn line_length(text: &str) -> usize {
    text.find(['\n', '\r', '\u{2028}', '\u{2029}']).unwrap_or(text.len())
}

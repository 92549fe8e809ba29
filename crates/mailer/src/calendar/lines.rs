//! Writes content lines (RFC 5545 §3.1): folds them, and escapes texts.

use crate::octets;

/// The most octets of a line without its line break (RFC 5545 §3.1).
const LIMIT: usize = 75;

/// What divides a long line: the space belongs to the next one.
const FOLD: &str = "\r\n ";

/// Content lines, folded between characters.
pub(super) struct Lines {
    out: String,
    /// The octets of the line that is being written.
    column: usize,
}

impl Lines {
    pub(super) fn with_capacity(capacity: usize) -> Lines {
        Lines { out: String::with_capacity(capacity), column: 0 }
    }

    /// Writes lines that need no folding, each with its CRLF.
    pub(super) fn fixed(&mut self, lines: &str) {
        self.out.push_str(lines);
    }

    /// Writes a property without parameters: its name with the colon, and its value, escaped.
    pub(super) fn line(&mut self, name: &str, value: &str) {
        self.text(name);
        self.escaped(value);
        self.end();
    }

    /// Writes a text as it is.
    pub(super) fn text(&mut self, text: &str) {
        let mut rest = text;
        while self.column + rest.len() > LIMIT {
            // On an empty line any character fits, so each round writes one at least.
            let room = LIMIT.saturating_sub(self.column);
            let fits = (0..=room).rev().find(|at| rest.is_char_boundary(*at)).unwrap_or_default();
            self.out.push_str(&rest[..fits]);
            rest = &rest[fits..];
            self.fold();
        }
        self.out.push_str(rest);
        self.column += rest.len();
    }

    /// Writes a value of type TEXT (RFC 5545 §3.3.11).
    pub(super) fn escaped(&mut self, text: &str) {
        let mut rest = text;
        while let Some(at) = octets::find::<32>(rest.as_bytes(), may_be_escaped) {
            let octet = rest.as_bytes()[at];
            self.text(&rest[..at]);
            match octet {
                b'\\' => self.whole("\\\\"),
                b';' => self.whole("\\;"),
                b',' => self.whole("\\,"),
                // A CR would be a line break, too.
                b'\n' | b'\r' => self.whole("\\n"),
                _ => self.text(&rest[at..=at]),
            }
            rest = &rest[at + 1..];
        }
        self.text(rest);
    }

    /// Writes a parameter value in quotes. It must have no quote in it.
    pub(super) fn quoted(&mut self, value: &str) {
        self.whole("\"");
        self.text(value);
        self.whole("\"");
    }

    /// Writes a few octets on one line: a fold in an escape is allowed, but some calendars misread it.
    pub(super) fn whole(&mut self, token: &str) {
        if self.column + token.len() > LIMIT {
            self.fold();
        }
        self.out.push_str(token);
        self.column += token.len();
    }

    /// Ends the line.
    pub(super) fn end(&mut self) {
        self.out.push_str("\r\n");
        self.column = 0;
    }

    pub(super) fn into_text(self) -> String {
        self.out
    }

    fn fold(&mut self) {
        self.out.push_str(FOLD);
        self.column = 1;
    }
}

/// Whether an octet is one of those that texts cannot have as they are, or another control character.
#[expect(clippy::needless_bitwise_bool, reason = "`find` is fast only without branches")]
fn may_be_escaped(octet: u8) -> bool {
    (octet < b' ') | (octet == b',') | (octet == b';') | (octet == b'\\')
}

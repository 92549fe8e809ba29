//! From where a link begins to where it ends.

use super::character::{is_mark, without_width};
use super::entity;

/// The text of a link, as it is after escapes of JSON and HTML are undone.
pub(super) struct Run {
    pub(super) text: Vec<u8>,
    /// How much of the text is without the marks at its end that belong to a sentence.
    pub(super) trimmed: usize,
    /// Where it ends in the line.
    pub(super) end: usize,
    /// Where it ends in the line without those marks. Not certain if there were escapes.
    pub(super) trimmed_end: usize,
}

/// What is known while a link is read.
struct Reader<'a> {
    line: &'a [u8],
    html: bool,
    text: Vec<u8>,
    /// The name of the token's parameter was read: what follows is a token, and then other parameters.
    token: bool,
    /// Opened and not closed: `(`, `[`.
    open: [usize; 2],
    /// It stands in single quotation marks.
    quoted: bool,
}

/// Reads the link that begins at `start`. In HTML, entities are what they stand for.
pub(super) fn link(line: &[u8], start: usize, html: bool) -> Run {
    let before = |back: usize| start.checked_sub(back).map(|at| line[at]);
    // An attribute of HTML: name, `=`, quotation mark.
    let attribute = matches!(before(1), Some(b'"' | b'\''))
        && before(2) == Some(b'=')
        && before(3).is_some_and(|octet| octet.is_ascii_alphabetic());
    let mut reader = Reader {
        line,
        html: html || attribute,
        text: Vec::with_capacity(512.min(line.len() - start)),
        token: false,
        open: [0, 0],
        quoted: before(1) == Some(b'\''),
    };
    let mut at = start;
    while let Some(octet) = line.get(at) {
        let Some(length) = reader.take(*octet, at) else { break };
        at += length;
    }
    let mut text = reader.text;
    if !reader.html
        && line[at..].starts_with(b"</")
        && let Some(decoded) = std::str::from_utf8(&text).ok().and_then(entity::decoded)
    {
        // The content of an element.
        text = decoded.into_bytes();
    }
    let marks = text.iter().rev().take_while(|octet| b".,;:!?'*~".contains(octet)).count();
    let trimmed = text.len() - marks;
    Run { trimmed, end: at, trimmed_end: at.saturating_sub(marks), text }
}

impl Reader<'_> {
    /// Takes the character at `at`. Returns its length in the line, or `None` if the link ends before it.
    fn take(&mut self, octet: u8, at: usize) -> Option<usize> {
        match octet {
            b'a'..=b'z'
            | b'A'..=b'Z'
            | b'0'..=b'9'
            | b'-'
            | b'.'
            | b'_'
            | b'~'
            | b'/'
            | b':'
            | b'+'
            | b'@'
            | b'$'
            | b'*'
            | b'!'
            | b'?'
            | b'#' => {}
            b'=' | b'%' => self.name_ends(),
            b'&' => {
                self.name_ends();
                if let Some((character, length)) = entity::at(&self.line[at..]) {
                    return self.entity(character, length, at);
                }
            }
            b'(' | b'[' => self.open[usize::from(octet == b'[')] += 1,
            b')' | b']' => {
                let open = &mut self.open[usize::from(octet == b']')];
                *open = open.checked_sub(1)?;
            }
            b',' | b';' | b'\'' => {
                let next = *self.line.get(at + 1)?;
                let ends = self.token && !self.text.starts_with(b"https://urldefense.")
                    || self.quoted && octet == b'\''
                    || !(next.is_ascii_alphanumeric()
                        || b"-_~%/?&#=+.@:$(*!".contains(&next)
                        || character(&self.line[at + 1..]).is_some_and(|(c, _)| {
                            !c.is_ascii() && !c.is_whitespace() && !is_mark(c)
                        }))
                    || scheme_at(&self.line[at + 1..]);
                if ends {
                    return None;
                }
            }
            b'\\' => return self.json(at),
            b'"' => return self.fragment(at),
            0x80.. => return self.other(at),
            _ => return None,
        }
        self.text.push(octet);
        Some(1)
    }

    fn name_ends(&mut self) {
        self.token |= self.text.ends_with(b"jwt") || self.text.ends_with(b"token");
    }

    /// `&amp;` and its like.
    fn entity(&mut self, character: char, length: usize, at: usize) -> Option<usize> {
        if matches!(character, '<' | '>' | '"' | '\'' | '\u{a0}') || character.is_whitespace() {
            return None;
        }
        if self.html {
            self.text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        } else {
            self.text.extend_from_slice(&self.line[at..at + length]);
        }
        Some(length)
    }

    /// `\/` and `\u0026`.
    fn json(&mut self, at: usize) -> Option<usize> {
        match self.line.get(at + 1)? {
            b'/' => {
                self.text.push(b'/');
                Some(2)
            }
            b'u' => {
                let digits = std::str::from_utf8(self.line.get(at + 2..at + 6)?).ok()?;
                let code = u8::from_str_radix(digits, 16).ok()?;
                if !code.is_ascii_graphic() || b"\"<>\\`{|}^".contains(&code) {
                    return None;
                }
                if matches!(code, b'=' | b'&' | b'%') {
                    self.name_ends();
                }
                self.text.push(code);
                Some(6)
            }
            _ => None,
        }
    }

    /// `#jwt="TOKEN"`: the value is JSON, and browsers take quotation marks in a fragment.
    fn fragment(&mut self, at: usize) -> Option<usize> {
        if !self.text.ends_with(b"jwt=") || !self.text.contains(&b'#') {
            return None;
        }
        let value = &self.line[at + 1..];
        let length = value.iter().take_while(|octet| super::token::is_token_octet(**octet)).count();
        if length == 0 || value.get(length) != Some(&b'"') {
            return None;
        }
        self.text.extend_from_slice(&self.line[at..=at + 1 + length]);
        Some(length + 2)
    }

    /// Other characters than those of ASCII: in the name of a room, or invisible inside a link.
    fn other(&mut self, at: usize) -> Option<usize> {
        let (character, length) = character(&self.line[at..])?;
        if without_width(character) {
            let mut next = at + length;
            while let Some((c, more)) = self.line.get(next..).and_then(character_or_octet) {
                if !without_width(c) {
                    let goes_on = c.is_ascii_alphanumeric()
                        || "-_.~%/?&#=+@:$".contains(c)
                        || !self.token && c.is_alphanumeric();
                    if !goes_on {
                        return None;
                    }
                    break;
                }
                next += more;
            }
            if next >= self.line.len() {
                return None;
            }
            self.text.extend_from_slice(&self.line[at..next]);
            return Some(next - at);
        }
        if self.token || character.is_whitespace() || is_mark(character) {
            return None;
        }
        self.text.extend_from_slice(&self.line[at..at + length]);
        Some(length)
    }
}

/// Whether a link begins here.
pub(super) fn scheme_at(text: &[u8]) -> bool {
    ["https:", "http:", "org.jitsi.meet:", "intent:"].iter().any(|scheme| {
        text.get(..scheme.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(scheme.as_bytes()))
    })
}

/// The first character of a text, and its length. `None`: it is not UTF-8.
fn character(text: &[u8]) -> Option<(char, usize)> {
    let text = &text[..text.len().min(4)];
    let valid = match std::str::from_utf8(text) {
        Ok(valid) => valid,
        Err(error) => std::str::from_utf8(&text[..error.valid_up_to()]).ok()?,
    };
    let character = valid.chars().next()?;
    Some((character, character.len_utf8()))
}

fn character_or_octet(text: &[u8]) -> Option<(char, usize)> {
    character(text).or_else(|| text.first().map(|_| (char::REPLACEMENT_CHARACTER, 1)))
}

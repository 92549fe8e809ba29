//! A text as a reader's program would come to understand it: without what can hide a token.
//!
//! Undone, over and over until nothing is left to undo: percent-encoding, HTML's character references,
//! the soft line breaks and escapes of quoted-printable, and characters that nobody sees. Every step makes
//! the text shorter, so there is an end.

use std::borrow::Cow;

use super::{scan, token};

/// Stands for every character that is no ASCII: no token has one.
const OTHER: u8 = b'\x1a';

/// HTML's names for what separates the parts of a link and a token, or hides between them.
const NAMED: [(&[u8], u8); 22] = [
    (b"amp", b'&'),
    (b"period", b'.'),
    (b"equals", b'='),
    (b"lowbar", b'_'),
    (b"UnderBar", b'_'),
    (b"quest", b'?'),
    (b"num", b'#'),
    (b"percnt", b'%'),
    (b"colon", b':'),
    (b"semi", b';'),
    (b"sol", b'/'),
    (b"quot", b'"'),
    (b"apos", b'\''),
    (b"lt", b'<'),
    (b"gt", b'>'),
    (b"excl", b'!'),
    (b"NewLine", b'\n'),
    (b"Tab", b'\t'),
    (b"nbsp", b' '),
    (b"shy", 0),
    (b"zwj", 0),
    (b"zwnj", 0),
];

/// A decoded text in ASCII, with the line breaks of the original.
pub(crate) struct DecodedText<'a>(Cow<'a, [u8]>);

/// The tokens of a text.
pub(crate) struct Survey {
    /// The line of the first that is somebody else's, from 1, be it that it looks like one or that it is handed over
    /// as one.
    pub(crate) foreign: Option<usize>,
    /// Whether the person's own stands there, and nothing glued to it; looked for as far as there is none of
    /// somebody else's.
    pub(crate) own: bool,
}

impl<'a> DecodedText<'a> {
    /// Text, HTML, a subject or a cell.
    pub(crate) fn of(text: &'a str) -> DecodedText<'a> {
        let mut reading = in_ascii(text);
        while let Some(decoded) = decoded_once(&reading) {
            reading = Cow::Owned(decoded);
        }
        DecodedText(reading)
    }

    /// A calendar: its lines are folded (RFC 5545 §3.1).
    pub(crate) fn of_calendar(text: &str) -> DecodedText<'static> {
        let unfolded = without(&without(text, "\r\n "), "\r\n\t").into_owned();
        DecodedText(Cow::Owned(DecodedText::of(&unfolded).0.into_owned()))
    }

    #[cfg(test)]
    pub(super) fn octets(&self) -> &[u8] {
        &self.0
    }

    /// What tokens stand in it, beside `own`.
    pub(crate) fn survey(&self, own: &str) -> Survey {
        let mut holds = false;
        let token = token::all(&self.0).find(|found| {
            let same = &self.0[found.clone()] == own.as_bytes();
            holds |= same;
            !same
        });
        let parameter =
            token::parameters(&self.0).find(|found| &self.0[found.clone()] != own.as_bytes());
        let first = [token, parameter].into_iter().flatten().map(|found| found.start).min();
        let line = first.map(|first| 1 + memchr::memchr_iter(b'\n', &self.0[..first]).count());
        Survey { foreign: line, own: holds }
    }

    /// The line of the first token, from 1.
    pub(crate) fn token(&self) -> Option<usize> {
        self.token_other_than("")
    }

    /// The line of the first token that is not `own`.
    pub(crate) fn token_other_than(&self, own: &str) -> Option<usize> {
        self.survey(own).foreign
    }

    /// HTML as it is shown: tags and comments taken away, those of blocks leaving a space.
    pub(crate) fn without_tags(&self) -> DecodedText<'static> {
        let mut shown = Vec::with_capacity(self.0.len());
        let mut rest: &[u8] = &self.0;
        while let Some(at) = memchr::memchr(b'<', rest) {
            shown.extend_from_slice(&rest[..at]);
            rest = &rest[at..];
            let Some(length) = tag(rest) else {
                shown.push(b'<');
                rest = &rest[1..];
                continue;
            };
            let (tag, behind) = rest.split_at(length);
            if !is_inline(tag) {
                shown.push(b' ');
            }
            shown.extend(memchr::memchr_iter(b'\n', tag).map(|_| b'\n'));
            rest = behind;
        }
        shown.extend_from_slice(rest);
        DecodedText(Cow::Owned(shown))
    }
}

/// The text without what its lines are folded with.
fn without<'a>(text: &'a str, fold: &str) -> Cow<'a, str> {
    let mut folds = memchr::memmem::find_iter(text.as_bytes(), fold).peekable();
    if folds.peek().is_none() {
        return Cow::Borrowed(text);
    }
    let mut unfolded = String::with_capacity(text.len());
    let mut from = 0;
    for at in folds {
        unfolded.push_str(&text[from..at]);
        from = at + fold.len();
    }
    unfolded.push_str(&text[from..]);
    Cow::Owned(unfolded)
}

/// The text with one octet a character, without those that nobody sees.
fn in_ascii(text: &str) -> Cow<'_, [u8]> {
    let plain = |byte: u8| {
        let space = (byte == b'\n') | (byte == b'\r') | (byte == b'\t');
        (byte.wrapping_sub(b' ') <= b'~' - b' ') | space
    };
    let Some(mut run) = scan::byte(text.as_bytes(), |byte| !plain(byte)) else {
        return Cow::Borrowed(text.as_bytes());
    };
    let mut ascii = Vec::with_capacity(text.len());
    let mut rest = text;
    loop {
        ascii.extend_from_slice(&rest.as_bytes()[..run]);
        let mut letters = rest[run..].chars();
        match letters.next() {
            Some(c) => push(&mut ascii, c),
            None => return Cow::Owned(ascii),
        }
        rest = letters.as_str();
        run = scan::byte(rest.as_bytes(), |byte| !plain(byte)).unwrap_or(rest.len());
    }
}

/// `None` if there is nothing to decode.
fn decoded_once(text: &[u8]) -> Option<Vec<u8>> {
    let mut next = Vec::new();
    let (mut from, mut at) = (0, 0);
    while let Some(special) = scan::pair(&text[at..], begins_escape) {
        at += special;
        let rest = &text[at..];
        let decoded = match rest[0] {
            b'%' => percent(rest),
            b'&' => reference(rest),
            _ => quoted_printable(rest),
        };
        let Some((length, c)) = decoded else {
            at += 1;
            continue;
        };
        if from == 0 {
            next.reserve_exact(text.len());
        }
        next.extend_from_slice(&text[from..at]);
        match c {
            // It ends a word as any space, but is no line of the original.
            Some('\n' | '\r' | '\t') => next.push(b' '),
            Some(c) => push(&mut next, c),
            None => {}
        }
        at += length;
        from = at;
    }
    if from == 0 {
        return None;
    }
    next.extend_from_slice(&text[from..]);
    Some(next)
}

/// Whether something to decode may begin with these two octets. HTML is full of `=`, and of few that
/// [`quoted_printable`] takes for an escape.
fn begins_escape(first: u8, second: u8) -> bool {
    let soft = (second == b'\n') | (second == b'\r');
    let digit = (second == b'2') | (second == b'3') | (second == b'5');
    (first == b'%') | (first == b'&') | ((first == b'=') & (soft | digit))
}

pub(super) fn push(ascii: &mut Vec<u8>, c: char) {
    match c {
        ' '..='~' => ascii.push(c as u8),
        // Full-width forms look like the letters they are read as.
        '\u{ff01}'..='\u{ff5e}' => {
            ascii.push(u8::try_from(u32::from(c) - 0xfee0).unwrap_or(OTHER));
        }
        c if is_unseen(c) => {}
        _ => ascii.push(OTHER),
    }
}

/// Soft hyphens, joiners, directions, variation selectors: nothing is shown for them.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

pub(super) type Decoded = Option<(usize, Option<char>)>;

/// `%2E`.
pub(super) fn percent(rest: &[u8]) -> Decoded {
    let byte = hexadecimal(rest.get(1..3)?)?;
    Some((3, Some(char::from(u8::try_from(byte).ok()?))))
}

/// `&#46;`, `&#x2e` or `&period;`.
pub(super) fn reference(rest: &[u8]) -> Decoded {
    let Some(digits) = rest.get(1..).and_then(|rest| rest.strip_prefix(b"#")) else {
        let (name, decoded) = NAMED.iter().find(|(name, _)| {
            rest[1..].starts_with(name) && rest.get(1 + name.len()) == Some(&b';')
        })?;
        return Some((name.len() + 2, (*decoded != 0).then_some(char::from(*decoded))));
    };
    let (digits, radix, prefix) = match digits.first() {
        Some(b'x' | b'X') => (&digits[1..], 16, 3),
        _ => (digits, 10, 2),
    };
    let count = digits.iter().take_while(|digit| char::from(**digit).is_digit(radix)).count();
    let number = std::str::from_utf8(&digits[..count]).ok()?;
    let number = u32::from_str_radix(number, radix).ok()?;
    let semicolon = usize::from(digits.get(count) == Some(&b';'));
    Some((prefix + count + semicolon, char::from_u32(number)))
}

/// A soft line break, and the escapes of what a link is made of. Not every `=XX`: in `token=abc` there is none.
pub(super) fn quoted_printable(rest: &[u8]) -> Decoded {
    if rest.starts_with(b"=\n") {
        return Some((2, None));
    }
    if rest.starts_with(b"=\r\n") {
        return Some((3, None));
    }
    let c = match hexadecimal(rest.get(1..3)?)? {
        byte @ (0x25 | 0x26 | 0x2d | 0x2e | 0x3d | 0x3f | 0x5f) => char::from_u32(byte)?,
        _ => return None,
    };
    Some((3, Some(c)))
}

fn hexadecimal(digits: &[u8]) -> Option<u32> {
    let digit = |at: usize| char::from(*digits.get(at)?).to_digit(16);
    Some(digit(0)? * 16 + digit(1)?)
}

/// The length of the tag or comment that a text begins with.
fn tag(text: &[u8]) -> Option<usize> {
    match text.get(1)? {
        b'!' if text.starts_with(b"<!--") => memchr::memmem::find(text, b"-->").map(|at| at + 3),
        b'/' | b'!' | b'a'..=b'z' | b'A'..=b'Z' => memchr::memchr(b'>', text).map(|at| at + 1),
        _ => None,
    }
}

/// Whether it is a comment, or of an element in the middle of a word: a browser shows what stands around
/// such tags as one.
pub(super) fn is_inline(tag: &[u8]) -> bool {
    if tag.starts_with(b"<!--") {
        return true;
    }
    let name = tag[1..].strip_prefix(b"/").unwrap_or(&tag[1..]);
    let end = name.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(name.len());
    let mut lower = [0; 6];
    let Some(lower) = lower.get_mut(..end) else { return false };
    lower.copy_from_slice(&name[..end]);
    lower.make_ascii_lowercase();
    matches!(
        &*lower,
        b"wbr"
            | b"b"
            | b"i"
            | b"u"
            | b"s"
            | b"a"
            | b"em"
            | b"strong"
            | b"span"
            | b"font"
            | b"small"
            | b"big"
            | b"code"
            | b"tt"
    )
}

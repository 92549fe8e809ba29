//! The forms in which programs write one address, and the name beside it.

use std::borrow::Cow;

use meetmint_core::{DisplayName, Email, is_invisible};

use super::looks::looks_like_address;
use super::prefix::{after_prefix, is_exchange};

/// What stands in brackets behind an address and is no name, in lower case.
const LABELS: [&str; 33] = [
    "work",
    "home",
    "private",
    "personal",
    "office",
    "business",
    "mobile",
    "main",
    "primary",
    "other",
    "new",
    "old",
    "mother",
    "father",
    "mum",
    "mom",
    "dad",
    "parent",
    "guardian",
    "privat",
    "arbeit",
    "dienstlich",
    "geschäftlich",
    "büro",
    "neu",
    "alt",
    "mutter",
    "vater",
    "eltern",
    "travail",
    "domicile",
    "trabajo",
    "lavoro",
];

/// Quotation marks, opening and closing.
const QUOTES: [(char, char); 6] =
    [('"', '"'), ('\'', '\''), ('“', '”'), ('„', '“'), ('«', '»'), ('‘', '’')];

/// The address in a cell, and the name that stands beside it.
#[derive(Debug)]
pub(in crate::roster) struct CellAddress {
    pub(in crate::roster) email: Email,
    pub(in crate::roster) name: Option<DisplayName>,
}

impl From<Email> for CellAddress {
    fn from(email: Email) -> CellAddress {
        CellAddress { email, name: None }
    }
}

/// An address, possibly with a name, if the whole text has a form that leaves no doubt.
pub(super) fn in_form(text: &str) -> Option<CellAddress> {
    if let Some(email) = bare(text) {
        return Some(email.into());
    }
    if let Some(link) = after_prefix(text, "mailto:") {
        let address = link.split('?').next().unwrap_or_default();
        return bare(&percent_decoded(address)).map(CellAddress::from);
    }
    // How Exchange lists the addresses of a person.
    if let Some(address) = after_prefix(text, "smtp:") {
        return bare(address).map(CellAddress::from);
    }
    let (outer, inner) = bracketed(text, '<', '>').or_else(|| bracketed(text, '(', ')'))?;
    let (outer, inner) = (outer.trim(), inner.trim());
    let inner_address = after_prefix(inner, "mailto:").unwrap_or(inner);
    if let Some(email) = bare(inner_address) {
        let name = unquoted(outer.trim_end_matches(':'));
        // Outlook writes an address without a name twice: `jane@x.org <jane@x.org>`.
        if let Some(same) = bare(name) {
            return (same.key() == email.key()).then(|| email.into());
        }
        let has_address = looks_like_address(name) || name.contains(['<', '>']);
        return (!has_address).then(|| CellAddress { email, name: DisplayName::clean(name) });
    }
    let email = bare(outer)?;
    let is_name = text.ends_with(')') && is_name_beside(inner);
    (!looks_like_address(inner))
        .then(|| CellAddress { email, name: DisplayName::clean(inner).filter(|_| is_name) })
}

/// An address alone, possibly in quotation marks or with a separator, full stop or bracket behind it.
pub(super) fn bare(text: &str) -> Option<Email> {
    let text = unquoted(text);
    if is_exchange(text) {
        return None;
    }
    if let Ok(email) = Email::parse(text) {
        return Some(email);
    }
    let text = text.trim_end_matches(|c: char| matches!(c, ',' | ';') || c.is_whitespace());
    let text = match text.as_bytes() {
        [b'<', inner @ .., b'>'] if !inner.contains(&b'<') => &text[1..text.len() - 1],
        // With an opening bracket, there is more than an address.
        [.., b'.' | b':' | b'>' | b')' | b']'] if !text.contains(['<', '(', '[']) => {
            &text[..text.len() - 1]
        }
        _ => text,
    };
    Email::parse(text).ok()
}

/// What stands before the last `open` and behind it, up to a `close` at the very end of the text.
fn bracketed(text: &str, open: char, close: char) -> Option<(&str, &str)> {
    let text = text.trim_end_matches(|c: char| matches!(c, ',' | ';') || c.is_whitespace());
    text.strip_suffix(close)?.rsplit_once(open)
}

/// Whether a text in brackets behind an address is a name, and not a remark such as `work`.
fn is_name_beside(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() && !c.is_lowercase())
        && text.chars().all(|c| c.is_alphabetic() || !c.is_ascii() || " .,'-".contains(c))
        && !LABELS.contains(&text.to_lowercase().as_str())
}

/// Without the quotation marks around the whole text.
pub(super) fn unquoted(text: &str) -> &str {
    let text = text.trim();
    let inner = |(open, close): &(char, char)| {
        let inner = text.strip_prefix(*open)?.strip_suffix(*close)?;
        (!inner.contains([*open, *close])).then_some(inner.trim())
    };
    QUOTES.iter().find_map(inner).unwrap_or(text)
}

/// A text in which full-width letters and signs, which input methods for Chinese and Japanese write, are ASCII.
pub(super) fn half_width(text: &str) -> Cow<'_, str> {
    let is_wide =
        |c: char| matches!(c, '\u{ff01}'..='\u{ff5e}' | '\u{fe6b}' | '\u{3002}' | '\u{3000}');
    if text.is_ascii() || !text.contains(is_wide) {
        return Cow::Borrowed(text);
    }
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{fe6b}' => '@',
        '\u{3002}' => '.',
        '\u{3000}' => ' ',
        c => c,
    };
    Cow::Owned(text.chars().map(narrow).collect())
}

/// Without white space and invisible characters at both ends.
pub(super) fn without_ends(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c))
}

/// A text with its percent encoding (RFC 3986 §2.1) decoded, if it has any and the result is UTF-8.
pub(super) fn percent_decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, more @ ..] = rest {
        let digit = |at: usize| more.get(at).and_then(|byte| char::from(*byte).to_digit(16));
        if let (b'%', Some(high), Some(low)) = (*first, digit(0), digit(1)) {
            octets.push(u8::try_from(high * 16 + low).unwrap_or_default());
            rest = &more[2..];
        } else {
            octets.push(*first);
            rest = more;
        }
    }
    String::from_utf8(octets).map_or(Cow::Borrowed(text), Cow::Owned)
}

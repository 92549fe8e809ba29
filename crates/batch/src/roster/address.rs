//! Addresses as mail programs, address books and forms put them into a cell.

mod likely;
mod looks;

use std::borrow::Cow;

use meetmint_core::{DisplayName, Email, NotAnEmail, is_invisible};

use crate::rejection::Rejection;
use crate::suggestion::quoted;
use likely::likely;

pub(crate) use looks::looks_like_address;

/// How many addresses of a cell a message names.
const MOST_NAMED: usize = 4;

/// The longest cell that is searched for addresses, in octets. A longer one holds something else.
const LONGEST: usize = 4000;

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
pub(super) struct CellAddress {
    pub(super) email: Email,
    pub(super) name: Option<DisplayName>,
}

impl From<Email> for CellAddress {
    fn from(email: Email) -> CellAddress {
        CellAddress { email, name: None }
    }
}

/// Reads a cell with one address in any of the forms that programs write: `Jane <jane@x.org>`, `"Doe, Jane"
/// <jane@x.org>`, `Jane (jane@x.org)`, `jane@x.org (Jane)`, `mailto:jane@x.org?subject=…`, and with a separator or full
/// stop behind it (`invitation-email` facts, §4.3).
///
/// # Errors
/// A [`Rejection`] if the cell has several addresses, none, or one that is encoded or damaged. If it is clear which one
/// was meant, the hint names it. The message follows the quoted cell.
pub(super) fn read_address(cell: &str) -> Result<CellAddress, Rejection> {
    let mut bad = match Email::parse(cell) {
        // An Exchange path with an address at its end has the form of an address.
        Ok(email) if !is_exchange(cell) => return Ok(email.into()),
        Ok(_) => None,
        Err(bad) => Some(bad),
    };
    let text = half_width(cell);
    let text = without_ends(&text);
    if is_exchange(text) {
        return Err(Rejection::new(
            "is an Exchange path, not an email address",
            "look the address up in the address book, or ask the person for it",
        ));
    }
    if let Cow::Owned(_) = half_width(cell)
        && let Err(full) = Email::parse(text)
    {
        bad = Some(full);
    }
    if let Some(found) = in_form(text) {
        return Ok(found);
    }
    let all = addresses_in(text);
    match all.as_slice() {
        // Written twice, as in `jane@x.org; jane@x.org` or `[jane@x.org](mailto:jane@x.org)`.
        [one] if text.matches('@').count() > 1 && is_only(text, one) => Ok(one.clone().into()),
        [_, _, ..] => Err(several(&all)),
        _ => Err(damaged(text, &all, bad)),
    }
}

/// An address, possibly with a name, if the whole text has a form that leaves no doubt.
fn in_form(text: &str) -> Option<CellAddress> {
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
fn bare(text: &str) -> Option<Email> {
    let text = unquoted(text);
    if is_exchange(text) {
        return None;
    }
    if let Ok(email) = Email::parse(text) {
        return Some(email);
    }
    let text = text.trim_end_matches(|c: char| matches!(c, ',' | ';') || c.is_whitespace());
    let text = match text.as_bytes() {
        // Three full stops say that the address was cut off.
        [.., b'.', b'.'] => text,
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
fn unquoted(text: &str) -> &str {
    let text = text.trim();
    let inner = |(open, close): &(char, char)| {
        let inner = text.strip_prefix(*open)?.strip_suffix(*close)?;
        (!inner.contains([*open, *close])).then_some(inner.trim())
    };
    QUOTES.iter().find_map(inner).unwrap_or(text)
}

/// What follows a prefix, in any case.
fn after_prefix<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let start = text.get(..prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then(|| text[prefix.len()..].trim())
}

/// Whether a text is a path of Exchange's directory (X.500), or an address that Exchange makes of one. Mail to either
/// comes back.
pub(super) fn is_exchange(text: &str) -> bool {
    ["/o=", "/ou=", "/cn=", "/c=", "ex:/", "x500:", "imceaex-"]
        .iter()
        .any(|prefix| after_prefix(text, prefix).is_some())
}

/// The different addresses in a text, in order.
fn addresses_in(text: &str) -> Vec<Email> {
    let mut all: Vec<Email> = Vec::new();
    if text.len() > LONGEST {
        return all;
    }
    let ends = |c: char| c.is_whitespace() || c.is_control() || ",;:|<>()[]\"“”„".contains(c);
    let words = text.split(ends).flat_map(|word| match word.matches('@').count() {
        // A slash is valid before the `@`, and separates two addresses all the same.
        0 | 1 => vec![word],
        _ => word.split(['/', '&', '+']).collect(),
    });
    for word in words.filter(|word| word.contains('@')) {
        if let Some(email) = bare(word)
            && !all.iter().any(|known| known.key() == email.key())
        {
            all.push(email);
        }
    }
    all
}

/// Whether a text says nothing but one address, perhaps several times.
fn is_only(text: &str, email: &Email) -> bool {
    let text = text.to_lowercase().replace("mailto:", "");
    let rest = text.replace(&email.as_str().to_lowercase(), "");
    !rest.chars().any(|c| c.is_alphanumeric() || c == '@')
}

fn several(all: &[Email]) -> Rejection {
    let named: Vec<String> =
        all.iter().take(MOST_NAMED).map(|email| quoted(email.as_str())).collect();
    let more = match all.len() - named.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Rejection::new(
        format!("has {} addresses: {}{more}", all.len(), named.join(", ")),
        "a link is personal: write one row for each person, or leave only the address that the person reads",
    )
}

/// Why no address can be read, and which one was probably meant.
fn damaged(text: &str, all: &[Email], bad: Option<NotAnEmail>) -> Rejection {
    let bad = bad.unwrap_or(NotAnEmail::LocalPart);
    let message = format!("is not an email address: {bad}");
    if let Some((email, certain)) = likely(text) {
        let email = quoted(email.as_str());
        let hint =
            if certain { format!("write {email}") } else { format!("did you mean {email}?") };
        return Rejection::new(message, hint);
    }
    match all {
        // What stands beside it may be a part of it: `jane doe@x.org`.
        [one] => Rejection::new(
            "is more than an email address",
            format!("if the address is {}, write that alone", quoted(one.as_str())),
        ),
        _ => Rejection::new(message, bad.hint()),
    }
}

/// A text in which full-width letters and signs, which input methods for Chinese and Japanese write, are ASCII.
fn half_width(text: &str) -> Cow<'_, str> {
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
fn without_ends(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c))
}

/// A text with its percent encoding (RFC 3986 §2.1) decoded, if it has any and the result is UTF-8.
fn percent_decoded(text: &str) -> Cow<'_, str> {
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

#[cfg(test)]
mod tests;

//! A text that is one link or token.

use super::examined::examined;
use super::written::{Found, Written};
use super::{percent, run};

/// Takes a text as one link or token, whatever it is. White space, quotation marks and `<…>` around it are removed.
///
/// With a scheme (`https://`) it is a link, and so is an address without one that has `jwt=` in it (`meet.example.org/…`).
/// A path with one (`/room?jwt=…`) is a link to the server that it is judged for. Everything else is a token; `Bearer` or
/// `jwt=` before it is skipped.
pub fn of_argument(text: &str) -> Found {
    let examined = examined(as_one(without_frame(text)));
    Found { line: 1, written: examined.written, damage: examined.damage, mended: examined.mended }
}

/// The text without what was put around it.
fn without_frame(text: &str) -> &str {
    const PAIRS: [(char, char); 7] =
        [('<', '>'), ('"', '"'), ('\'', '\''), ('`', '`'), ('“', '”'), ('‘', '’'), ('«', '»')];
    let mut text = text.trim_start_matches('\u{feff}').trim();
    loop {
        let inner = PAIRS.iter().find_map(|(open, close)| {
            text.strip_prefix(*open).and_then(|text| text.strip_suffix(*close))
        });
        match inner {
            Some(inner) => text = inner.trim(),
            None => return text,
        }
    }
}

fn as_one(text: &str) -> Written {
    let text = if text.contains(":\\/\\/") || text.contains("\\u00") {
        // A string of JSON, without its quotation marks.
        serde_json::from_str::<String>(&format!("\"{text}\"")).unwrap_or_else(|_| text.to_owned())
    } else {
        text.to_owned()
    };
    if let Some(colon) = text.find("://") {
        let start = text[..colon]
            .rfind(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '-')))
            .map_or(0, |before| before + text[before..].chars().next().map_or(1, char::len_utf8));
        return Written::Link(text[start..].to_owned());
    }
    if run::scheme_at(text.as_bytes()) || encoded_scheme(&text) {
        return Written::Link(text);
    }
    let address = ["jwt=", "token="].iter().find_map(|name| Some(text.split_once(name)?.0));
    if let Some(address) = address
        && address.starts_with('/')
        && !address.contains(char::is_whitespace)
    {
        let scheme = if address.starts_with("//") { "https:" } else { "" };
        return Written::Link(format!("{scheme}{text}"));
    }
    if let Some(address) = address
        && address.contains('/')
        && address.contains('.')
        && !address.contains(char::is_whitespace)
    {
        return Written::Link(format!("https://{text}"));
    }
    let token = ["jwt=", "token="]
        .iter()
        .find_map(|name| text.trim_start_matches('?').strip_prefix(name))
        .unwrap_or(&text);
    let token = token
        .split_once(':')
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case("authorization"))
        .map_or(token, |(_, value)| value.trim());
    let token = token
        .split_once(char::is_whitespace)
        .filter(|(name, _)| name.eq_ignore_ascii_case("bearer"))
        .map_or(token, |(_, value)| value.trim());
    Written::Token(token.to_owned())
}

/// `https%3A%2F%2F…`
fn encoded_scheme(text: &str) -> bool {
    text.get(..16).is_some_and(|begin| {
        let begin = percent::decoded(&percent::decoded(begin));
        run::scheme_at(begin.as_bytes())
    })
}

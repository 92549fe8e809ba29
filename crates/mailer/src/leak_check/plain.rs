//! Values of which no part of a token, no parameter and no escape can be made, whatever stands beside them.

use super::decoded_text::seen;
use super::token::{SHORTEST_HEADER, STARTS, is_base64url};

/// What a value may have besides letters, digits and what else base64url has.
const USUAL: &[u8] = b" .,:@/'()!?";

/// Whether a value consists of words, none of which could be the header of a token, and of characters that begin no escape,
/// no tag and no parameter. So a text that has no token without such values has none with them.
pub(crate) fn is_plain(value: &str) -> bool {
    if value.is_ascii() { is_plain_ascii(value.as_bytes()) } else { is_plain_text(value) }
}

/// The same for ASCII, in a single pass: nearly every message has such values only.
fn is_plain_ascii(octets: &[u8]) -> bool {
    let mut word = 0;
    for (at, octet) in octets.iter().enumerate() {
        word = if is_base64url(*octet) { word + 1 } else { 0 };
        let is_usual = word > 0 || USUAL.contains(octet);
        let begins = *octet == b'e' && STARTS.iter().any(|start| octets[at..].starts_with(start));
        if !is_usual || word >= SHORTEST_HEADER || begins {
            return false;
        }
    }
    true
}

fn is_plain_text(value: &str) -> bool {
    let is_usual = |c: char| match c {
        '\0'..='\x7f' => {
            u8::try_from(c).is_ok_and(|octet| is_base64url(octet) || USUAL.contains(&octet))
        }
        // Neither invisible nor another form of an ASCII character, both of which are read as ASCII.
        _ => c.is_alphanumeric() && seen(c).is_some_and(|octet| !octet.is_ascii_graphic()),
    };
    let octets = value.as_bytes();
    value.chars().all(is_usual)
        && octets.split(|octet| !is_base64url(*octet)).all(|word| word.len() < SHORTEST_HEADER)
        && !octets.windows(3).any(|some| STARTS.contains(&some))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ordinary_words_are_plain() {
        for plain in [
            "",
            "Ada Lovelace",
            "O'Neil, Zoë (Berlin)",
            "李小明",
            "harvey.moneypenny@example.org",
            "Q1: what now?",
        ] {
            assert!(is_plain(plain), "{plain}");
        }
        for other in [
            "eyJhbGciOi",
            "a=b",
            "50%",
            "A & B",
            "<b>",
            "a\u{200b}b",
            "ｅｙＪ",
            "x.eyJ",
            "\"Ada\"",
            "a\nb",
            "a;b",
            "a+b",
            "Donaudampfschiffahrt",
            "\u{ff0e}",
        ] {
            assert!(!is_plain(other), "{other}");
        }
    }

    proptest::proptest! {
        #[test]
        fn ascii_is_judged_as_any_text(value in "([a-zA-Z]{1,15}|ey[JAa]|ew[o0k]|[ -~]|[-_]){0,6}") {
            assert_eq!(is_plain_ascii(value.as_bytes()), is_plain_text(&value), "{value}");
        }
    }
}

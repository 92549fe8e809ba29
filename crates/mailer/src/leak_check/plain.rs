//! Values of which no part of a token, no parameter and no escape can be made, whatever stands beside them.

use super::decoded_text::seen;
use super::token::{SHORTEST_HEADER, STARTS, is_base64url};

/// Whether a value consists of words, none of which could be the header of a token, and of characters that begin no escape,
/// no tag and no parameter. So a text that has no token without such values has none with them.
pub(crate) fn is_plain(value: &str) -> bool {
    let is_usual = |c: char| match c {
        'a'..='z'
        | 'A'..='Z'
        | '0'..='9'
        | ' '
        | '-'
        | '_'
        | '.'
        | ','
        | ':'
        | '@'
        | '/'
        | '\''
        | '('
        | ')'
        | '!'
        | '?' => true,
        // Neither invisible nor another form of an ASCII character, both of which are read as ASCII.
        _ => {
            !c.is_ascii()
                && c.is_alphanumeric()
                && seen(c).is_some_and(|octet| !octet.is_ascii_graphic())
        }
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
}

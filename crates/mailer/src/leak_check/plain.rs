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
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::super::decoded_text::{DecodedText, Parameters, escapes};
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

    /// Words, what may be in the way of reading them, and pieces of tokens, parameters and escapes.
    fn values() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            4 => "[a-zA-Z]{1,9}|[ .,:@/'()!?_-]",
            2 => "[äéßžøŁЖяλΩ李小明がカな한글אבعمนกकि]{1,4}",
            1 => "[\u{300}-\u{304}\u{327}\u{93f}\u{e34}\u{5b4}\u{64e}\u{20e3}]",
            1 => "[ｅｙＪｗ０．＝％＆＠ｊｗｔ]{1,3}|[ｱｶ𝐞𝐲𝐉𝒿²½Ⅷ]",
            1 => "[\u{ad}\u{200b}-\u{200f}\u{202e}\u{2060}\u{115f}\u{3164}\u{fe0f}\u{feff}\u{e0020}\u{e000}\r\n\t\0\u{85}]",
            1 => "ey[JAa]|ew[o0k]|e|y|J|[a-zA-Z0-9_-]{11,16}",
            1 => "(eyJ[a-zA-Z0-9]{8,12}|eyJhbGciOiJIUzI1NiJ9)(\\.[a-zA-Z0-9]{2,9}){0,2}",
            1 => "[%=&]([0-9a-f]{2}|#x?[0-9]{2};?|amp;|\n)?|jwt=?|token=?|<(wbr|b|td)?>?",
            1 => "\\PC{1,3}|(?s).{1,2}",
        ];
        vec(piece, 0..7).prop_map(|pieces| pieces.concat())
    }

    /// What may stand between two values in a text of ours: it ends a word.
    const AROUND: [&str; 22] = [
        " ",
        "\n",
        ".",
        ", ",
        ": ",
        "@",
        "\"",
        "'",
        " (",
        "&amp;",
        "&#39;",
        "<td>",
        "</p>\n",
        "é",
        "%20",
        "=\r\n ",
        " jwt ",
        "?token ",
        " &",
        " <",
        "\u{200b} ",
        "/",
    ];

    fn holds_token(text: &str, own: &str) -> bool {
        let decoded = DecodedText::of(text);
        [&decoded, &decoded.without_tags()]
            .iter()
            .any(|text| text.token_other_than(own, Parameters::Any).is_some())
    }

    proptest! {
        #[test]
        fn ascii_is_judged_as_any_text(value in "([a-zA-Z]{1,15}|ey[JAa]|ew[o0k]|[ -~]|[-_\0-\x1f\x7f]){0,6}") {
            prop_assert_eq!(is_plain_ascii(value.as_bytes()), is_plain_text(&value), "{:?}", value);
        }

        #[test]
        fn nothing_in_a_plain_value_is_read_as_something_else(value in values()) {
            let is_plain = is_plain(&value);
            if value.is_ascii() {
                prop_assert_eq!(is_plain, is_plain_text(&value), "{:?}", value);
            }
            if is_plain {
                // Each character stands for itself, or is none that a token could have.
                let itself = |c: char| u8::try_from(c).ok().filter(u8::is_ascii);
                let read = value.chars().map(|c| seen(c).filter(|octet| c.is_ascii() || !octet.is_ascii_graphic()));
                prop_assert!(value.chars().zip(read).all(|(c, read)| read.is_some() && (!c.is_ascii() || read == itself(c))));
                let octets = value.as_bytes();
                prop_assert!((0..octets.len()).all(|at| escapes::escape(&octets[at..]).is_none()));
            }
        }

        #[test]
        fn no_token_is_made_of_plain_values(values in vec((values(), select(AROUND.to_vec())), 0..6)) {
            const OWN: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJuYW1lIjoiQWRhIn0.c2lnbmF0dXJlLW9mLWFkYQ";
            let plain = values.iter().filter(|(value, _)| is_plain(value));
            let text: String = plain.flat_map(|(value, around)| [value.as_str(), around]).collect();
            prop_assert!(!holds_token(&text, ""), "{:?}", text);
            // Nor does a value beside the own link change it.
            let text = format!("{text}\nhttps://meet.example.org/x?jwt={OWN}\n{text}");
            prop_assert!(!holds_token(&text, OWN), "{:?}", text);
            prop_assert!(DecodedText::of(&text).survey(OWN, Parameters::Any).own);
        }
    }
}

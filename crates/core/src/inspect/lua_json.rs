//! JSON as the server's library reads it (lua-cjson), which accepts more than RFC 8259.

use std::fmt::Write as _;
use std::iter::Peekable;
use std::str::Chars;

use serde_json::Value;

/// How deep the server reads, and how deep this does: what is deeper has no meaning for Jitsi.
const DEEPEST: usize = 1000;
const DEEPEST_READ: usize = 100;

/// Stands for infinity, which `serde_json` does not have.
const INFINITE: &str = "1.7e308";

/// Stands for octets that are not UTF-8. Unicode will never have such a character.
pub(super) const NO_CHARACTER: char = '\u{fdd0}';

/// Reads JSON. Octets that are not UTF-8 are no error to the server; each is a [`NO_CHARACTER`] here.
pub(super) fn json(octets: &[u8]) -> Option<Value> {
    match serde_json::from_slice(octets) {
        Ok(value) => Some(value),
        Err(_) => serde_json::from_str(&strict(&text(octets))?).ok(),
    }
}

fn text(octets: &[u8]) -> String {
    let mut text = String::with_capacity(octets.len());
    for chunk in octets.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().first().map(|_| NO_CHARACTER));
    }
    text
}

/// The same JSON as RFC 8259 has it, as far as the server would accept it: control characters in texts are escaped,
/// numbers in other notations are written anew, and the text ends at a NUL. `None` if it is too deep for the server.
fn strict(text: &str) -> Option<String> {
    let mut written = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    let mut depth = 0_usize;
    while let Some(c) = rest.next() {
        if matches!(c, '{' | '[') {
            depth += 1;
            if depth > DEEPEST {
                return None;
            }
            if depth == DEEPEST_READ {
                written.push_str("null");
            }
        }
        let is_read = depth < DEEPEST_READ;
        match c {
            '\0' => break,
            '"' => {
                let text = string(&mut rest)?;
                if is_read {
                    written.push_str(&text);
                }
            }
            '0'..='9' | '+' | '-' | '.' | 'i' | 'I' | 'n' | 'N' => {
                let number = number(c, &mut rest);
                if is_read {
                    written.push_str(&number);
                }
            }
            _ if is_read => written.push(c),
            _ => {}
        }
        if matches!(c, '}' | ']') {
            depth = depth.saturating_sub(1);
        }
    }
    Some(written)
}

/// A text with its quotation marks; the first one has been read. `None` if the server's text ends in it, at a NUL.
fn string(rest: &mut Peekable<Chars<'_>>) -> Option<String> {
    let mut text = "\"".to_owned();
    while let Some(c) = rest.next() {
        match c {
            '\\' => {
                text.push(c);
                text.extend(rest.next());
            }
            '\0' => return None,
            c if c < ' ' => {
                let _ = write!(text, "\\u{:04x}", u32::from(c));
            }
            c => text.push(c),
        }
        if c == '"' {
            break;
        }
    }
    Some(text)
}

/// A number, or another word.
fn number(first: char, rest: &mut Peekable<Chars<'_>>) -> String {
    let mut word = first.to_string();
    while let Some(c) = rest.next_if(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    {
        word.push(c);
    }
    if word == "null" || serde_json::from_str::<f64>(&word).is_ok() {
        return word;
    }
    let unsigned = word.trim_start_matches(['+', '-']);
    if unsigned.starts_with('.') {
        return word;
    }
    let hexadecimal = unsigned.strip_prefix("0x").or_else(|| unsigned.strip_prefix("0X"));
    let value = match hexadecimal {
        #[expect(
            clippy::cast_precision_loss,
            reason = "the server has floating-point numbers only"
        )]
        Some(digits) => u64::from_str_radix(digits, 16).map(|value| value as f64).ok(),
        None => unsigned.parse::<f64>().ok(),
    };
    let sign = if word.starts_with('-') { "-" } else { "" };
    match value {
        // No comparison with it is true, so it counts like an absent value.
        Some(value) if value.is_nan() => "false".to_owned(),
        Some(value) if value.is_infinite() => format!("{sign}{INFINITE}"),
        Some(value) => format!("{sign}{value:?}"),
        None => word,
    }
}

/// How the server writes a number in a text: all of its numbers are floating point.
pub(super) fn number_text(number: f64) -> String {
    if number.abs() > 1e308 {
        return if number < 0.0 { "-inf" } else { "inf" }.to_owned();
    }
    if number.fract() == 0.0 && number.abs() < 1e15 {
        format!("{number:.1}")
    } else {
        format!("{number}")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json as value;

    use super::*;

    #[test]
    fn what_the_server_accepts_is_accepted() {
        #[track_caller]
        fn case(text: &str, expected: &Value) {
            assert_eq!(json(text.as_bytes()).as_ref(), Some(expected), "{text}");
        }

        case("{\n\"a\\\\\":\"b\nc\\\"\"}", &value!({ "a\\": "b\nc\"" }));
        case(
            "[007,+5,0x10,-0x10,NaN,1e400,-Infinity,null,1.5]",
            &value!([7.0, 5.0, 16.0, -16.0, false, 1.7e308, -1.7e308, null, 1.5]),
        );
        case("{\"a\":1}\0x", &value!({ "a": 1 }));
        let deep = format!("{{\"a\":{}{},\"b\":2}}", "[".repeat(900), "]".repeat(900));
        assert_eq!(json(deep.as_bytes()).unwrap()["b"], 2);
        let too_deep = format!("{}{}", "[".repeat(1100), "]".repeat(1100));
        assert_eq!(json(too_deep.as_bytes()), None);
        assert!(json(b"{\"a\":\"\xff\"}").is_some());
    }

    #[test]
    fn what_the_server_refuses_is_refused() {
        for text in [
            "",
            "{",
            "{\"a\":1}x",
            "{\"a\" 1}",
            "{\"a\":0y}",
            "nul",
            "[.5]",
            "\"a",
            "[1,]",
            "\"\\ud800\"",
        ] {
            assert_eq!(json(text.as_bytes()), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_octets_are_json_or_none(octets in proptest::collection::vec(proptest::num::u8::ANY, 0..40)) {
            let _ = json(&octets);
        }

        #[test]
        fn good_json_stays_as_it_is(text in "\\PC{0,20}", number in proptest::num::i64::ANY) {
            let good = value!({ "a": [text, number, null, true], "b": { "c": 1.5 } });
            let again = strict(&good.to_string()).unwrap();
            proptest::prop_assert_eq!(serde_json::from_str::<Value>(&again).unwrap(), good);
        }
    }
}

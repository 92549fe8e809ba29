//! A token taken apart the way Jitsi's server does it, which is more lenient than RFC 7519.

use std::borrow::Cow;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use percent_encoding::percent_decode;
use serde_json::Value;

/// What the server gets of a token in a link: it decodes the parameter like a form's (`+` is a space).
pub(super) fn received(token: &str) -> Cow<'_, str> {
    if !token.contains(['%', '+']) {
        return Cow::Borrowed(token);
    }
    let spaced = token.replace('+', " ");
    Cow::Owned(percent_decode(spaced.as_bytes()).decode_utf8_lossy().into_owned())
}

/// The parts of a token. The server separates at dots and backslashes, and ignores empty parts.
pub(super) fn split(token: &str) -> Vec<&str> {
    token.split(['.', '\\']).filter(|part| !part.is_empty()).collect()
}

/// Decodes base64url. Padding is ignored wherever it is, and so are bits that are too few for an octet.
pub(super) fn decode(part: &str) -> Option<Vec<u8>> {
    // What is written as RFC 7515 §2 says, nearly all of it, is decoded faster by the library.
    if let Ok(octets) = BASE64URL.decode(part) {
        return Some(octets);
    }
    let mut octets = Vec::with_capacity(part.len() / 4 * 3 + 3);
    let (mut bits, mut count) = (0_u32, 0);
    for byte in part.bytes().filter(|byte| *byte != b'=') {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(digit);
        count += 6;
        if count >= 8 {
            count -= 8;
            octets.extend(u8::try_from(bits >> count & 0xff));
        }
    }
    Some(octets)
}

/// Reads JSON. Octets that are not UTF-8, and control characters in texts, are no error to the server.
pub(super) fn json(octets: &[u8]) -> Option<Value> {
    match serde_json::from_slice(octets) {
        Ok(value) => Some(value),
        Err(_) => serde_json::from_str(&with_escapes(&String::from_utf8_lossy(octets))).ok(),
    }
}

/// The same JSON with the control characters in its texts escaped (RFC 8259 §7).
fn with_escapes(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let (mut is_in_text, mut is_escape) = (false, false);
    for c in text.chars() {
        if is_in_text && c < ' ' {
            let _ = write!(escaped, "\\u{:04x}", u32::from(c));
        } else {
            escaped.push(c);
        }
        is_in_text ^= c == '"' && !is_escape;
        is_escape = is_in_text && c == '\\' && !is_escape;
    }
    escaped
}

/// Whether the server's code can look for a member in a value: in Lua, texts have members, too, but never one of these
/// names. Of anything else, looking for one is an error, and the client gets no answer.
pub(super) fn has_members(value: &Value) -> bool {
    value.is_object() || value.is_array() || value.is_string()
}

/// A member as the server sees it. `null` is a value there, not an absent member (`jitsi-tokens` facts, §9).
pub(super) fn member<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    value.as_object()?.get(name)
}

/// How the server writes a number in a text: all of its numbers are floating point.
pub(super) fn lua_number(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        format!("{number:.1}")
    } else {
        format!("{number}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_taken_apart_as_the_server_does_it() {
        assert_eq!(split("a.b.c"), ["a", "b", "c"]);
        assert_eq!(split("a.b.c."), ["a", "b", "c"]);
        assert_eq!(split(".a..b\\c"), ["a", "b", "c"]);
        assert_eq!(split(""), [""; 0]);
        assert_eq!(received("a%2Eb"), "a.b");
        assert_eq!(received("a+b%20"), "a b ");
        assert_eq!(decode("eyJ9").unwrap(), b"{\"}");
        assert_eq!(decode("e=yJ9==").unwrap(), b"{\"}");
        assert_eq!(decode("eyJ9e").unwrap(), b"{\"}");
        assert_eq!(decode("ey J9"), None);
        assert_eq!(decode("ey+9"), None);
    }

    #[test]
    fn json_may_have_octets_that_are_no_text() {
        assert!(json(b"{\"a\":\"\xff\"}").is_some());
        assert_eq!(json(b"{\n\"a\\\\\":\"b\nc\\\"\"}").unwrap()["a\\"], "b\nc\"");
        assert!(json(b"{\"a\":1}x").is_none());
        assert!(json(b"").is_none());
    }
}

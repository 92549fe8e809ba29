//! A token taken apart the way Jitsi's server does it, which is more lenient than RFC 7519.

use std::borrow::Cow;

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

/// Whether the server's code can look for a member in a value: in Lua, texts have members, too, but never one of these
/// names. Of anything else, looking for one is an error, and the client gets no answer.
pub(super) fn has_members(value: &Value) -> bool {
    value.is_object() || value.is_array() || value.is_string()
}

/// A member as the server sees it. `null` is a value there, not an absent member (`jitsi-tokens` facts, §9).
pub(super) fn member<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    value.as_object()?.get(name)
}

/// Whether the server takes a value for true: most of Jitsi's plugins accept the text, too.
pub(super) fn is_true(value: &Value) -> bool {
    *value == Value::Bool(true) || value.as_str() == Some("true")
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
}

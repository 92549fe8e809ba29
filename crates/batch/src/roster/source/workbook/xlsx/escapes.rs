//! Characters that XML cannot hold are written as `_x000D_` in workbooks.

use std::borrow::Cow;

/// A text with its escapes replaced. `_x005F_` is the underscore of a text that looks like an escape.
pub(super) fn without_escapes(text: &str) -> Cow<'_, str> {
    if !text.contains("_x") {
        return Cow::Borrowed(text);
    }
    let mut units: Vec<u16> = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        units.extend(rest[..at].encode_utf16());
        match unit(&rest[at..]) {
            Some(unit) => {
                units.push(unit);
                rest = &rest[at + 7..];
            }
            None => {
                units.push(u16::from(b'_'));
                rest = &rest[at + 1..];
            }
        }
    }
    units.extend(rest.encode_utf16());
    // A character beyond the first 65,536 is two escapes.
    Cow::Owned(String::from_utf16_lossy(&units))
}

/// The UTF-16 unit of an escape at the beginning of a text.
fn unit(text: &str) -> Option<u16> {
    let digits = text.get(2..6).filter(|digits| digits.bytes().all(|c| c.is_ascii_hexdigit()))?;
    text.get(6..7).filter(|end| *end == "_")?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_replaced_once() {
        for (text, expected) in [
            ("plain", "plain"),
            ("a_x000D_b", "a\rb"),
            ("_x005F_x000D_", "_x000D_"),
            ("_xD83D__xDE00_", "😀"),
            ("_xD83D_", "\u{fffd}"),
            ("_x00_", "_x00_"),
            ("_xä0000_", "_xä0000_"),
            ("__x0041_", "_A"),
            ("_x", "_x"),
        ] {
            assert_eq!(without_escapes(text), expected);
        }
    }
}

//! Encodings of the files: UTF-8, and what Windows makes of it on the way.

use std::borrow::Cow;

/// The octets without a byte order mark. UTF-16, which PowerShell writes with `>`, becomes UTF-8.
pub(crate) fn to_utf8(octets: &[u8]) -> Cow<'_, [u8]> {
    let decoded = |octets: &[u8], unit: fn([u8; 2]) -> u16| {
        let units = octets.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        let text: String = char::decode_utf16(units)
            .map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect();
        Cow::Owned(text.into_bytes())
    };
    match octets {
        [0xef, 0xbb, 0xbf, rest @ ..] => Cow::Borrowed(rest),
        [0xff, 0xfe, rest @ ..] => decoded(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => decoded(rest, u16::from_be_bytes),
        octets => Cow::Borrowed(octets),
    }
}

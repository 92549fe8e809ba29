//! Text reduced to ASCII: tokens consist of nothing else.

use std::borrow::Cow;

use crate::leak_check::scan;

/// Replaces every visible character outside of ASCII (the control character SUBSTITUTE). No token contains it, so such
/// a character ends one.
const OTHER: u8 = b'\x1a';

/// The text with one octet for each character, and without invisible characters.
pub(super) fn ascii(text: &str) -> Cow<'_, [u8]> {
    #[expect(clippy::needless_bitwise_bool, reason = "`scan` is fast only without branches")]
    let plain = |byte: u8| {
        let space = (byte == b'\n') | (byte == b'\r') | (byte == b'\t');
        (byte.wrapping_sub(b' ') <= b'~' - b' ') | space
    };
    let Some(mut run) = scan::byte(text.as_bytes(), |byte| !plain(byte)) else {
        // Plain ASCII needs no copy.
        return Cow::Borrowed(text.as_bytes());
    };
    let mut ascii = Vec::with_capacity(text.len());
    let mut rest = text;
    loop {
        ascii.extend_from_slice(&rest.as_bytes()[..run]);
        let mut chars = rest[run..].chars();
        match chars.next() {
            Some(c) => push(&mut ascii, c),
            None => return Cow::Owned(ascii),
        }
        rest = chars.as_str();
        run = scan::byte(rest.as_bytes(), |byte| !plain(byte)).unwrap_or(rest.len());
    }
}

/// Appends one decoded character.
pub(crate) fn push(ascii: &mut Vec<u8>, c: char) {
    match c {
        ' '..='~' => ascii.push(c as u8),
        // A full-width form counts as the ASCII character that it looks like.
        '\u{ff01}'..='\u{ff5e}' => {
            ascii.push(u8::try_from(u32::from(c) - 0xfee0).unwrap_or(OTHER));
        }
        c if is_invisible(c) => {}
        _ => ascii.push(OTHER),
    }
}

/// Control characters, soft hyphens, joiners, directional marks and variation selectors.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

//! Text reduced to ASCII: tokens consist of nothing else.

use std::borrow::Cow;

/// Replaces every visible character outside of ASCII (the control character SUBSTITUTE). No token contains it, so such
/// a character ends one.
const OTHER: u8 = b'\x1a';

/// The text with one octet for each character, and without invisible characters.
pub(super) fn ascii(text: &str) -> Cow<'_, [u8]> {
    let is_plain = |octet: u8| matches!(octet, b' '..=b'~' | b'\n' | b'\r' | b'\t');
    if text.bytes().all(is_plain) {
        return Cow::Borrowed(text.as_bytes());
    }
    // White space is kept, although these are control characters.
    let keep = |c| if matches!(c, '\n' | '\r' | '\t') { Some(c as u8) } else { seen(c) };
    Cow::Owned(text.chars().filter_map(keep).collect())
}

/// A character as the check sees it; `None` if it is invisible.
pub(crate) fn seen(c: char) -> Option<u8> {
    match c {
        ' '..='~' => Some(c as u8),
        // A full-width form counts as the ASCII character that it looks like.
        '\u{ff01}'..='\u{ff5e}' => Some(u8::try_from(u32::from(c) - 0xfee0).unwrap_or(OTHER)),
        c if is_invisible(c) => None,
        _ => Some(OTHER),
    }
}

/// Control characters, soft hyphens, joiners, directional marks and variation selectors.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

//! HTML without its tags: a browser shows `eyJ<wbr>0eX` as one word.

/// Removes tags and comments. The tags of block elements leave a space, because they end a word.
pub(super) fn without_tags(html: &[u8]) -> Vec<u8> {
    let mut shown = Vec::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = memchr::memchr(b'<', rest) {
        shown.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        // Without a closing `>` it is text, and a token in it must be found.
        let Some(length) = tag_length(rest) else {
            shown.push(b'<');
            rest = &rest[1..];
            continue;
        };
        let (tag, after) = rest.split_at(length);
        if !is_inline(tag) {
            shown.push(b' ');
        }
        // Line breaks inside a tag are kept, so that lines keep their numbers.
        shown.extend(memchr::memchr_iter(b'\n', tag).map(|_| b'\n'));
        rest = after;
    }
    shown.extend_from_slice(rest);
    shown
}

/// The length of the tag or comment at the start of the text, if there is one.
fn tag_length(text: &[u8]) -> Option<usize> {
    match text.get(1)? {
        b'!' if text.starts_with(b"<!--") => memchr::memmem::find(text, b"-->").map(|at| at + 3),
        b'/' | b'!' | b'a'..=b'z' | b'A'..=b'Z' => memchr::memchr(b'>', text).map(|at| at + 1),
        _ => None,
    }
}

/// Whether this is a comment or the tag of an inline element. A browser shows the text on both sides as one word.
fn is_inline(tag: &[u8]) -> bool {
    if tag.starts_with(b"<!--") {
        return true;
    }
    let name = tag[1..].strip_prefix(b"/").unwrap_or(&tag[1..]);
    let end = name.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(name.len());
    // The longest of the names below has six letters.
    let mut lower = [0; 6];
    let Some(lower) = lower.get_mut(..end) else { return false };
    lower.copy_from_slice(&name[..end]);
    lower.make_ascii_lowercase();
    matches!(
        &*lower,
        b"wbr"
            | b"b"
            | b"i"
            | b"u"
            | b"s"
            | b"a"
            | b"em"
            | b"strong"
            | b"span"
            | b"font"
            | b"small"
            | b"big"
            | b"code"
            | b"tt"
    )
}

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
        b'!' if text.starts_with(b"<!--") => comment_length(text),
        b'/' | b'!' | b'?' | b'a'..=b'z' | b'A'..=b'Z' => {
            memchr::memchr(b'>', text).map(|at| at + 1)
        }
        _ => None,
    }
}

/// A comment ends with `-->`, and browsers accept `--!>` as well.
fn comment_length(text: &[u8]) -> Option<usize> {
    let ends = [b"-->".as_slice(), b"--!>"]
        .map(|end| memchr::memmem::find(text, end).map(|at| at + end.len()));
    ends.into_iter().flatten().min()
}

/// The text without the inline tags and comments that it begins with: what a browser shows as part of the word before.
pub(crate) fn continued(mut text: &[u8]) -> &[u8] {
    while text.first() == Some(&b'<')
        && let Some(length) = tag_length(text)
        && is_inline(&text[..length])
    {
        text = &text[length..];
    }
    text
}

/// Whether a browser shows the text on both sides as one word: this is a comment, or the tag of an element that is
/// neither a block nor shown itself. Elements that a browser does not know are inline.
pub(crate) fn is_inline(tag: &[u8]) -> bool {
    let name = tag[1..].strip_prefix(b"/").unwrap_or(&tag[1..]);
    let end = name.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(name.len());
    // Comments and their like have no name. The longest of the names below has ten letters.
    let mut lower = [0; 10];
    let Some(lower) = lower.get_mut(..end) else { return true };
    lower.copy_from_slice(&name[..end]);
    lower.make_ascii_lowercase();
    // `x-li` and `li:x` are other elements.
    let is_whole = !matches!(name.get(end), Some(b'-' | b':' | b'_' | b'.'));
    !(is_whole && BREAKS.binary_search(&&*lower).is_ok())
}

/// Elements that begin a line, a cell, or something that is no text. Sorted for the binary search.
const BREAKS: [&[u8]; 81] = [
    b"address",
    b"article",
    b"aside",
    b"audio",
    b"blockquote",
    b"body",
    b"br",
    b"button",
    b"canvas",
    b"caption",
    b"center",
    b"col",
    b"colgroup",
    b"dd",
    b"details",
    b"dialog",
    b"dir",
    b"div",
    b"dl",
    b"dt",
    b"embed",
    b"fieldset",
    b"figcaption",
    b"figure",
    b"footer",
    b"form",
    b"frame",
    b"frameset",
    b"h1",
    b"h2",
    b"h3",
    b"h4",
    b"h5",
    b"h6",
    b"head",
    b"header",
    b"hgroup",
    b"hr",
    b"html",
    b"iframe",
    b"img",
    b"input",
    b"legend",
    b"li",
    b"link",
    b"listing",
    b"main",
    b"marquee",
    b"menu",
    b"meta",
    b"nav",
    b"noframes",
    b"noscript",
    b"object",
    b"ol",
    b"optgroup",
    b"option",
    b"p",
    b"picture",
    b"plaintext",
    b"pre",
    b"q",
    b"script",
    b"search",
    b"section",
    b"select",
    b"style",
    b"summary",
    b"svg",
    b"table",
    b"tbody",
    b"td",
    b"textarea",
    b"tfoot",
    b"th",
    b"thead",
    b"title",
    b"tr",
    b"ul",
    b"video",
    b"xmp",
];

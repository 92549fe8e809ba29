//! The escapes in strings of JavaScript.

/// How many octets follow a backslash and belong to it.
pub(super) fn escaped_length(text: &str) -> usize {
    if text.starts_with("\r\n") { 2 } else { text.chars().next().map_or(0, char::len_utf8) }
}

/// The value of a string, from its content.
pub(super) fn unescaped(content: &str) -> String {
    let mut value = String::with_capacity(content.len());
    let mut rest = content;
    while let Some(at) = rest.find('\\') {
        value.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        // Two escapes can be the halves of one character.
        let mut units: Vec<u16> = Vec::new();
        let mut next = utf16_escape(rest);
        while let Some((unit, after)) = next {
            units.push(unit);
            rest = after;
            next = rest.strip_prefix('\\').and_then(utf16_escape);
        }
        if !units.is_empty() {
            value.push_str(&String::from_utf16_lossy(&units));
            continue;
        }
        let length = escaped_length(rest);
        let (escaped, after) = rest.split_at(length);
        rest = after;
        match escaped {
            "n" => value.push('\n'),
            "t" => value.push('\t'),
            "r" => value.push('\r'),
            "b" => value.push('\u{8}'),
            "v" => value.push('\u{b}'),
            "f" => value.push('\u{c}'),
            "0" => value.push('\0'),
            // The string goes on in the next line.
            "\n" | "\r" | "\r\n" | "\u{2028}" | "\u{2029}" => {}
            "x" | "u" => match hexadecimal(escaped, rest) {
                Some((char, after)) => {
                    value.push(char);
                    rest = after;
                }
                None => value.push_str(escaped),
            },
            other => value.push_str(other),
        }
    }
    value + rest
}

/// `uHHHH`, the content of an escape.
fn utf16_escape(text: &str) -> Option<(u16, &str)> {
    let digits = text.strip_prefix('u')?.get(..4)?;
    let is_number = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let unit = is_number.then(|| u16::from_str_radix(digits, 16).ok())??;
    Some((unit, &text[5..]))
}

/// What follows `\x`, or `\u` with braces.
fn hexadecimal<'t>(escaped: &str, rest: &'t str) -> Option<(char, &'t str)> {
    let (digits, after) = if escaped == "x" {
        (rest.get(..2)?, rest.get(2..)?)
    } else {
        let inside = rest.strip_prefix('{')?;
        let end = inside.bytes().take(8).position(|byte| byte == b'}')?;
        (&inside[..end], &inside[end + 1..])
    };
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let number = is_number.then(|| u32::from_str_radix(digits, 16).ok())??;
    Some((char::from_u32(number)?, after))
}

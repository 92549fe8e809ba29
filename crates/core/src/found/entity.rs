//! The few characters that HTML writes as names or numbers, and that can be in a link or end it.

/// The longest that is read: `&#x0000003d;` has more digits than anybody writes.
const LONGEST: usize = 12;

/// The entity at the beginning of a text that begins with `&`: its character, and its length in octets. `None`: there
/// is none, or it is none that matters for links.
pub(super) fn at(text: &[u8]) -> Option<(char, usize)> {
    let end = text.iter().take(LONGEST).position(|octet| *octet == b';')?;
    let name = std::str::from_utf8(text.get(1..end)?).ok()?;
    let character = if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        char::from_u32(code).filter(|character| *character != '\0')?
    } else {
        match name {
            "amp" | "AMP" => '&',
            "equals" => '=',
            "lt" | "LT" => '<',
            "gt" | "GT" => '>',
            "quot" | "QUOT" => '"',
            "apos" => '\'',
            "nbsp" => '\u{a0}',
            "shy" => '\u{ad}',
            "sol" => '/',
            "quest" => '?',
            "num" => '#',
            "period" => '.',
            "colon" => ':',
            "lowbar" => '_',
            "percnt" => '%',
            "plus" => '+',
            "commat" => '@',
            "comma" => ',',
            "semi" => ';',
            "lpar" => '(',
            "rpar" => ')',
            "zwnj" => '\u{200c}',
            "zwj" => '\u{200d}',
            "ZeroWidthSpace" => '\u{200b}',
            _ => return None,
        }
    };
    Some((character, end + 1))
}

/// A text with its entities replaced. `None`: it has none.
pub(super) fn decoded(text: &str) -> Option<String> {
    let mut decoded: Option<String> = None;
    let mut rest = text;
    let mut kept = 0;
    while let Some(ampersand) = memchr::memchr(b'&', &rest.as_bytes()[kept..]) {
        let ampersand = kept + ampersand;
        if let Some((character, length)) = at(&rest.as_bytes()[ampersand..]) {
            let decoded = decoded.get_or_insert_default();
            decoded.push_str(&rest[..ampersand]);
            decoded.push(character);
            rest = &rest[ampersand + length..];
            kept = 0;
        } else {
            kept = ampersand + 1;
        }
    }
    decoded.map(|decoded| decoded + rest)
}

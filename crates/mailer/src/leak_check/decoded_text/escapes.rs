//! Escapes that can hide a token: percent-encoding, HTML character references, quoted-printable.

use super::ascii::push;
use crate::leak_check::scan;

/// HTML's named characters that separate the parts of a link or a token, or can be hidden inside one. The value 0
/// stands for an invisible character.
const NAMED: [(&[u8], u8); 35] = [
    (b"amp", b'&'),
    (b"period", b'.'),
    (b"equals", b'='),
    (b"lowbar", b'_'),
    (b"UnderBar", b'_'),
    (b"quest", b'?'),
    (b"num", b'#'),
    (b"percnt", b'%'),
    (b"colon", b':'),
    (b"semi", b';'),
    (b"sol", b'/'),
    (b"quot", b'"'),
    (b"apos", b'\''),
    (b"lt", b'<'),
    (b"gt", b'>'),
    (b"excl", b'!'),
    (b"NewLine", b'\n'),
    (b"Tab", b'\t'),
    (b"nbsp", b' '),
    (b"shy", 0),
    (b"zwj", 0),
    (b"zwnj", 0),
    (b"lrm", 0),
    (b"rlm", 0),
    (b"ZeroWidthSpace", 0),
    (b"NegativeVeryThinSpace", 0),
    (b"NegativeThinSpace", 0),
    (b"NegativeMediumSpace", 0),
    (b"NegativeThickSpace", 0),
    (b"NoBreak", 0),
    (b"InvisibleComma", 0),
    (b"InvisibleTimes", 0),
    (b"ApplyFunction", 0),
    (b"ic", 0),
    (b"af", 0),
];

/// Names that browsers also accept in upper case.
const UPPER: [(&[u8], u8); 4] = [(b"AMP", b'&'), (b"QUOT", b'"'), (b"LT", b'<'), (b"GT", b'>')];

/// Names that browsers accept without a semicolon, as older versions of HTML had them.
const WITHOUT_SEMICOLON: [&[u8]; 10] =
    [b"amp", b"quot", b"lt", b"gt", b"nbsp", b"shy", b"AMP", b"QUOT", b"LT", b"GT"];

/// The length of an escape and the character it stands for, if that is visible.
type Decoded = Option<(usize, Option<char>)>;

/// Undoes one level of escapes. `None` if there are none.
pub(super) fn decoded_once(text: &[u8]) -> Option<Vec<u8>> {
    decode(text, |rest| scan::pair(rest, may_begin_escape))
}

/// Undoes one level of escapes. `next_escape` finds where the next one may begin.
pub(crate) fn decode(text: &[u8], next_escape: impl Fn(&[u8]) -> Option<usize>) -> Option<Vec<u8>> {
    let mut decoded = Vec::new();
    let (mut from, mut at) = (0, 0);
    while let Some(skipped) = next_escape(&text[at..]) {
        at += skipped;
        let rest = &text[at..];
        let escape = match rest[0] {
            b'%' => percent(rest),
            b'&' => reference(rest),
            _ => quoted_printable(rest),
        };
        let Some((length, c)) = escape else {
            at += 1;
            continue;
        };
        if from == 0 {
            // One allocation, because decoding never makes a text longer.
            decoded.reserve_exact(text.len());
        }
        decoded.extend_from_slice(&text[from..at]);
        match c {
            // An escaped line break ends a word like any space, but it is not a line of the original.
            Some('\n' | '\r' | '\t') => decoded.push(b' '),
            Some(c) => push(&mut decoded, c),
            None => {}
        }
        at += length;
        from = at;
    }
    if from == 0 {
        return None;
    }
    decoded.extend_from_slice(&text[from..]);
    Some(decoded)
}

/// Whether an escape may begin with these two octets. HTML is full of `=`, but only few of them are followed by
/// something that [`quoted_printable`] decodes.
fn may_begin_escape(first: u8, second: u8) -> bool {
    let soft = (second == b'\n') | (second == b'\r');
    let digit = (second == b'2') | (second == b'3') | (second == b'5');
    (first == b'%') | (first == b'&') | ((first == b'=') & (soft | digit))
}

/// `%2E`.
fn percent(rest: &[u8]) -> Decoded {
    let byte = hexadecimal(rest.get(1..3)?)?;
    // An octet above 127 is a part of a UTF-8 character, and no such character belongs to a token.
    Some((3, Some(char::from(u8::try_from(byte).ok()?))))
}

/// `&#46;`, `&#x2e` or `&period;`.
fn reference(rest: &[u8]) -> Decoded {
    let Some(digits) = rest.get(1..).and_then(|rest| rest.strip_prefix(b"#")) else {
        let (name, decoded) = NAMED.iter().chain(&UPPER).find(|(name, _)| {
            rest[1..].starts_with(name)
                && (rest.get(1 + name.len()) == Some(&b';') || WITHOUT_SEMICOLON.contains(name))
        })?;
        let semicolon = usize::from(rest.get(1 + name.len()) == Some(&b';'));
        return Some((1 + name.len() + semicolon, (*decoded != 0).then_some(char::from(*decoded))));
    };
    let (digits, radix, prefix) = match digits.first() {
        Some(b'x' | b'X') => (&digits[1..], 16, 3),
        _ => (digits, 10, 2),
    };
    let count = digits.iter().take_while(|digit| char::from(**digit).is_digit(radix)).count();
    let number = std::str::from_utf8(&digits[..count]).ok()?;
    let number = u32::from_str_radix(number, radix).ok()?;
    // Browsers accept a number without its semicolon.
    let semicolon = usize::from(digits.get(count) == Some(&b';'));
    // If the number is no character, nothing takes its place: a false alarm is better than a missed token.
    Some((prefix + count + semicolon, char::from_u32(number)))
}

/// A soft line break, or the escape of a character that links contain. Other pairs of digits are left alone:
/// `token=abc` is not an escape.
fn quoted_printable(rest: &[u8]) -> Decoded {
    if rest.starts_with(b"=\n") {
        return Some((2, None));
    }
    if rest.starts_with(b"=\r\n") {
        return Some((3, None));
    }
    // `%`, `&`, `-`, `.`, `=`, `?` and `_`.
    let c = match hexadecimal(rest.get(1..3)?)? {
        byte @ (0x25 | 0x26 | 0x2d | 0x2e | 0x3d | 0x3f | 0x5f) => char::from_u32(byte)?,
        _ => return None,
    };
    Some((3, Some(c)))
}

fn hexadecimal(digits: &[u8]) -> Option<u32> {
    let digit = |at: usize| char::from(*digits.get(at)?).to_digit(16);
    Some(digit(0)? * 16 + digit(1)?)
}

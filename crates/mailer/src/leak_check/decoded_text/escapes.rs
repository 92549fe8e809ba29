//! Escapes that can hide a token: percent-encoding, HTML character references, quoted-printable.

use super::ascii::seen;

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

/// The length of an escape and the character it stands for, if it stands for one.
type Decoded = Option<(usize, Option<char>)>;

/// Undoes one level of escapes. `None` if there are none.
pub(super) fn decoded_once(text: &[u8]) -> Option<Vec<u8>> {
    let mut decoded = Vec::new();
    let (mut from, mut at) = (0, 0);
    while let Some(skipped) = memchr::memchr3(b'%', b'&', b'=', &text[at..]) {
        at += skipped;
        let Some((length, c)) = escape(&text[at..]) else {
            at += 1;
            continue;
        };
        if from == 0 {
            // One allocation, because decoding never makes a text longer.
            decoded.reserve_exact(text.len());
        }
        decoded.extend_from_slice(&text[from..at]);
        decoded.extend(c.and_then(|c| match c {
            // An escaped line break ends a word like any space, but it is not a line of the original.
            '\n' | '\r' | '\t' => Some(b' '),
            c => seen(c),
        }));
        at += length;
        from = at;
    }
    if from == 0 {
        return None;
    }
    decoded.extend_from_slice(&text[from..]);
    Some(decoded)
}

/// The escape at the start of the text, if there is one.
pub(crate) fn escape(text: &[u8]) -> Decoded {
    match text.first()? {
        b'%' => percent(text),
        b'&' => reference(&text[1..]).map(|(length, c)| (1 + length, c)),
        b'=' => quoted_printable(text),
        _ => None,
    }
}

/// `%2E`.
fn percent(rest: &[u8]) -> Decoded {
    let byte = hexadecimal(rest.get(1..3)?)?;
    // An octet above 127 is a part of a UTF-8 character, and no such character belongs to a token.
    Some((3, Some(char::from(u8::try_from(byte).ok()?))))
}

/// `#46;`, `#x2e` or `period;`, after an ampersand.
pub(crate) fn reference(rest: &[u8]) -> Decoded {
    let Some(digits) = rest.strip_prefix(b"#") else {
        let (name, decoded) = NAMED.iter().chain(&UPPER).find(|(name, _)| {
            rest.starts_with(name)
                && (rest.get(name.len()) == Some(&b';') || WITHOUT_SEMICOLON.contains(name))
        })?;
        let semicolon = usize::from(rest.get(name.len()) == Some(&b';'));
        return Some((name.len() + semicolon, (*decoded != 0).then_some(char::from(*decoded))));
    };
    let (digits, radix, prefix) = match digits.first() {
        Some(b'x' | b'X') => (&digits[1..], 16, 2),
        _ => (digits, 10, 1),
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

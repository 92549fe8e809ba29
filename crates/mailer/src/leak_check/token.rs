//! What a token looks like (RFC 7515 §3.1), and where links put one.

use std::ops::Range;

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::scan;

/// Reads a header whose end was cut anywhere.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// `{"`, `{ ` and `{` with a line break, in base64url.
const STARTS: [&[u8]; 4] = [b"eyJ", b"eyA", b"ewo", b"ew0"];

/// No header is shorter: `{"alg":""}`.
const SHORTEST_HEADER: usize = 14;

/// Parameters that hand a token over; what only ends in such a name (`access_token`) counts too.
const PARAMETERS: [&[u8]; 2] = [b"jwt", b"token"];

/// Where all that looks like a token stands: header and payload at least, with the signature if there is one.
pub(super) fn all(text: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let start = from + scan::pair(&text[from..], begins_token)?;
            match length_at(text, start) {
                Some(length) => {
                    from = start + length;
                    return Some(start..from);
                }
                None => from = start + 1,
            }
        }
    })
}

/// Where all values of token parameters stand that are not empty.
pub(super) fn parameters(text: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let sign = from + scan::pair(&text[from..], ends_name)? + 1;
            from = sign;
            if let Some(value) = value_at(text, sign) {
                return Some(value);
            }
        }
    })
}

/// The value behind a `=`, if it is one that hands a token over.
fn value_at(text: &[u8], sign: usize) -> Option<Range<usize>> {
    let named = |name: &&[u8]| {
        let start = sign.checked_sub(name.len());
        start.is_some_and(|start| text[start..sign].eq_ignore_ascii_case(name))
    };
    PARAMETERS.iter().find(|name| named(name))?;
    let mut start = sign + 1;
    // In a fragment the value is JSON: `#jwt="…"`.
    while matches!(text.get(start), Some(b'"' | b'\'' | b'\\')) {
        start += 1;
    }
    let value = &text[start..];
    let length =
        value.iter().position(|byte| ENDS_VALUE[usize::from(*byte)]).unwrap_or(value.len());
    let punctuation = |byte: &&u8| matches!(byte, b'.' | b'!' | b'?' | b':' | b'*');
    let trailing = value[..length].iter().rev().take_while(punctuation).count();
    (trailing < length).then(|| start..start + length - trailing)
}

/// How all of [`STARTS`] begin.
fn begins_token(first: u8, second: u8) -> bool {
    (first == b'e') & ((second == b'y') | (second == b'w'))
}

/// How all of [`PARAMETERS`] end, with the sign behind them.
fn ends_name(last: u8, sign: u8) -> bool {
    let last = last | 0x20;
    (sign == b'=') & ((last == b't') | (last == b'n'))
}

pub(super) fn length_at(text: &[u8], at: usize) -> Option<usize> {
    let rest = &text[at..];
    if !STARTS.iter().any(|start| rest.starts_with(start)) {
        return None;
    }
    let header = segment(rest);
    let payload = segment(rest.get(header + 1..)?);
    if header < SHORTEST_HEADER || rest[header] != b'.' || payload < 2 {
        return None;
    }
    let two = header + 1 + payload;
    let signature = match rest.get(two) {
        Some(b'.') => segment(&rest[two + 1..]),
        _ => 0,
    };
    // Names happen: HarveyJohnsonAssociates.example.org is no token.
    let stands_alone = at == 0 || !is_base64url(text[at - 1]);
    let looks = stands_alone && rest.starts_with(b"eyJ") && signature > 0;
    if !looks && !is_header(&rest[..header]) {
        return None;
    }
    Some(if signature > 0 { two + 1 + signature } else { two })
}

fn is_header(text: &[u8]) -> bool {
    // One digit more than whole groups is no octet.
    let whole = if text.len() % 4 == 1 { text.len() - 1 } else { text.len() };
    LENIENT.decode(&text[..whole]).is_ok_and(|json| json.windows(5).any(|part| part == b"\"alg\""))
}

fn segment(text: &[u8]) -> usize {
    scan::byte(text, |byte| !is_base64url(byte)).unwrap_or(text.len())
}

pub(super) fn is_base64url(byte: u8) -> bool {
    let letter = (byte | 0x20).wrapping_sub(b'a') < 26;
    let digit = byte.wrapping_sub(b'0') < 10;
    letter | digit | (byte == b'-') | (byte == b'_')
}

const ENDS_VALUE: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte: u8 = 0;
    while byte < 128 {
        table[byte as usize] = byte.is_ascii_whitespace()
            || byte.is_ascii_control()
            || matches!(
                byte,
                b'&' | b'"'
                    | b'\''
                    | b'<'
                    | b'>'
                    | b'#'
                    | b'('
                    | b')'
                    | b'['
                    | b']'
                    | b'{'
                    | b'}'
                    | b';'
                    | b','
                    | b'|'
                    | b'\\'
                    | b'`'
            );
        byte += 1;
    }
    table
};

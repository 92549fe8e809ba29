//! What a token looks like (RFC 7515 §3.1), and which parameters of a link contain one.

use std::ops::Range;

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::scan;

/// Decodes a header that may have been cut off at any character.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// How a token begins: `{"`, `{ `, and `{` with LF, CR or tab, in base64url.
pub(super) const STARTS: [&[u8]; 5] = [b"eyJ", b"eyA", b"ewo", b"ew0", b"ewk"];

/// The length of the shortest possible header, `{"alg":""}`.
pub(super) const SHORTEST_HEADER: usize = 14;

/// How far the beginning of an address is searched for, in octets.
const LONGEST_ADDRESS: usize = 2048;

/// Parameters whose value is a token: Jitsi's links call it `jwt`, its requests to the server `token`. Names that end
/// in one of these, such as `access_token`, count as well.
pub(super) const PARAMETERS: [&[u8]; 2] = [b"jwt", b"token"];

/// The position of everything that looks like a token: a header and a payload at least, and the signature if there is
/// one.
pub(super) fn all(text: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let start = from + memchr::memchr(b'e', &text[from..])?;
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

/// The position of each value of a token parameter that is not empty.
pub(super) fn parameters(text: &[u8]) -> impl Iterator<Item = Range<usize>> {
    memchr::memchr_iter(b'=', text).filter_map(|sign| value_at(text, sign))
}

/// The value after the `=` at `sign`, if it belongs to a token parameter.
fn value_at(text: &[u8], sign: usize) -> Option<Range<usize>> {
    let named = |name: &&[u8]| {
        let start = sign.checked_sub(name.len());
        start.is_some_and(|start| text[start..sign].eq_ignore_ascii_case(name))
    };
    PARAMETERS.iter().find(|name| named(name))?;
    let mut start = sign + 1;
    // In the fragment of a Jitsi link, values are JSON: `#jwt="…"`.
    while matches!(text.get(start), Some(b'"' | b'\'' | b'\\')) {
        start += 1;
    }
    let value = &text[start..];
    let length = value.iter().position(|byte| ends_value(*byte)).unwrap_or(value.len());
    // Punctuation at the end belongs to the sentence around the link.
    let punctuation = |byte: &&u8| matches!(byte, b'.' | b'!' | b'?' | b':' | b'*');
    let trailing = value[..length].iter().rev().take_while(punctuation).count();
    (trailing < length).then(|| start..start + length - trailing)
}

/// The length of the token that begins at `at`, if one does.
pub(super) fn length_at(text: &[u8], at: usize) -> Option<usize> {
    let rest = &text[at..];
    if !STARTS.iter().any(|start| rest.starts_with(start)) {
        return None;
    }
    let header = segment(rest);
    let payload = segment(rest.get(header + 1..)?);
    // Two characters are the least that encode an octet.
    if header < SHORTEST_HEADER || rest[header] != b'.' || payload < 2 {
        return None;
    }
    let end = header + 1 + payload;
    let signature = match rest.get(end) {
        Some(b'.') => segment(&rest[end + 1..]),
        _ => 0,
    };
    // A host name may have the shape of a token: HarveyJohnsonAssociates.example.org.
    let stands_alone = at == 0 || !is_base64url(text[at - 1]);
    // Almost every token has this form, so that its header need not be decoded.
    let typical = stands_alone && rest.starts_with(b"eyJ") && signature > 0;
    if !typical && !is_header(&rest[..header]) {
        return None;
    }
    Some(if signature > 0 { end + 1 + signature } else { end })
}

fn is_header(text: &[u8]) -> bool {
    // A single character after the last group of four does not make an octet.
    let whole = if text.len() % 4 == 1 { text.len() - 1 } else { text.len() };
    LENIENT.decode(&text[..whole]).is_ok_and(|json| json.windows(5).any(|part| part == b"\"alg\""))
}

/// Whether the value of a parameter is a token: its first part is a header in JSON, perhaps after white space.
pub(super) fn is_token(value: &[u8]) -> bool {
    let header = &value[..segment(value)];
    value.get(header.len()) == Some(&b'.') && is_header(header)
}

/// Whether the value at `at` is part of an address that contains `host`. It may be in the middle of the address: link
/// checkers put a whole link into a parameter of their own.
pub(super) fn is_sent_to(text: &[u8], at: usize, host: &str) -> bool {
    let before = &text[..at];
    // A text may be one long word: only so much of it is searched for each value.
    let before = &before[before.len().saturating_sub(LONGEST_ADDRESS)..];
    // The quotation mark that begins the value in a fragment (`#jwt="…"`) does not end the address.
    let marks = before.iter().rev().take_while(|byte| matches!(byte, b'"' | b'\'' | b'\\'));
    let before = &before[..before.len() - marks.count()];
    let start = before.iter().rposition(|byte| {
        byte.is_ascii_whitespace() || byte.is_ascii_control() || b"\"'<>".contains(byte)
    });
    let address = &before[start.map_or(0, |start| start + 1)..];
    let is_host = |at: usize| {
        let end = at + host.len();
        let part_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
        address[at..end].eq_ignore_ascii_case(host.as_bytes())
            && !(at > 0 && part_of_name(&address[at - 1]))
            && !address.get(end).is_some_and(part_of_name)
    };
    !host.is_empty() && address.len() >= host.len() && (0..=address.len() - host.len()).any(is_host)
}

/// The number of base64url characters at the start of the text.
fn segment(text: &[u8]) -> usize {
    scan::byte(text, |byte| !is_base64url(byte)).unwrap_or(text.len())
}

pub(super) fn is_base64url(byte: u8) -> bool {
    let letter = (byte | 0x20).wrapping_sub(b'a') < 26;
    let digit = byte.wrapping_sub(b'0') < 10;
    letter | digit | (byte == b'-') | (byte == b'_')
}

fn ends_value(byte: u8) -> bool {
    // White space and control characters, and what separates values or surrounds links.
    matches!(
        byte,
        b'\0'
            ..=b' '
                | b'\x7f'
                | b'&'
                | b'"'
                | b'\''
                | b'<'
                | b'>'
                | b'#'
                | b'('
                | b')'
                | b'['
                | b']'
    ) || matches!(byte, b'{' | b'}' | b';' | b',' | b'|' | b'\\' | b'`')
}

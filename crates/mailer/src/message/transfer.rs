//! Transfer encodings (RFC 2045 §6), written directly into the message.
//!
//! The output is the same as lettre's, which tests compare. But lettre reads a text five times to encode it, and the
//! HTML is the largest part of a message.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::octets;

/// The maximum length of a line (RFC 2045 §6.7 and §6.8).
const LINE: usize = 76;

/// A soft line break, which decoding removes.
const SOFT: &[u8] = b"=\r\n";

/// Lower-case digits are not allowed (RFC 2045 §6.7, rule 1).
const DIGITS: &[u8; 16] = b"0123456789ABCDEF";

/// Writes a text as quoted-printable. Its lines end in LF or CRLF.
pub(super) fn quoted_printable(out: &mut Vec<u8>, text: &str) {
    let mut rest = text.as_bytes();
    let mut column = 0;
    while !rest.is_empty() {
        // Runs of plain octets are copied at once; only their length has to be checked against the line.
        let plain_octets = octets::find::<16>(rest, may_be_escaped).unwrap_or(rest.len());
        let (run, after) = rest.split_at(plain_octets);
        let ends = line_end(after).is_some();
        match run {
            // White space at the end of a line would be lost in transport (RFC 2045 §6.7, rule 3).
            [run @ .., b' '] if ends => {
                plain(out, &mut column, run, false);
                escaped(out, &mut column, b' ', true);
            }
            _ => plain(out, &mut column, run, ends),
        }
        rest = after;
        // In most scripts a letter is several of these octets.
        while let [octet, after @ ..] = rest
            && may_be_escaped(*octet)
        {
            if let Some(length) = line_end(rest) {
                // Always CRLF, whatever the template has (RFC 2045 §6.7, rule 4).
                out.extend_from_slice(b"\r\n");
                column = 0;
                rest = &rest[length..];
                continue;
            }
            let ends = line_end(after).is_some();
            if *octet == b'\t' && !ends {
                plain(out, &mut column, b"\t", false);
            } else {
                escaped(out, &mut column, *octet, ends);
            }
            rest = after;
        }
    }
}

/// The length of the line break at the start of a text: 0 if the text is empty, `None` if the line goes on.
fn line_end(text: &[u8]) -> Option<usize> {
    match text {
        [] => Some(0),
        [b'\n', ..] => Some(1),
        [b'\r', b'\n', ..] => Some(2),
        _ => None,
    }
}

/// Writes octets that need no escape. `ends`: whether the line ends after them.
fn plain(out: &mut Vec<u8>, column: &mut usize, mut run: &[u8], ends: bool) {
    // A run can be longer than a line, such as a link: soft line breaks divide it.
    while run.len() > room(*column, ends) {
        let (fitting, more) = run.split_at(room(*column, false));
        out.extend_from_slice(fitting);
        out.extend_from_slice(SOFT);
        run = more;
        *column = 0;
    }
    out.extend_from_slice(run);
    *column += run.len();
}

fn escaped(out: &mut Vec<u8>, column: &mut usize, octet: u8, ends: bool) {
    // An escape must not be divided between lines.
    if room(*column, ends) < 3 {
        out.extend_from_slice(SOFT);
        *column = 0;
    }
    let digit = |value: u8| DIGITS[usize::from(value)];
    out.extend_from_slice(&[b'=', digit(octet >> 4), digit(octet & 15)]);
    *column += 3;
}

/// The characters that still fit on the line. Unless the line ends here, one is needed for a soft line break.
fn room(column: usize, ends: bool) -> usize {
    LINE - column - usize::from(!ends)
}

/// Whether an octet is a tab, or cannot stand as it is. A bare CR cannot: mail allows it only before an LF (RFC 5322
/// §2.3).
#[expect(clippy::needless_bitwise_bool, reason = "`find` is fast only without branches")]
fn may_be_escaped(octet: u8) -> bool {
    (octet.wrapping_sub(b' ') > b'~' - b' ') | (octet == b'=')
}

/// Encodes a text as base64, in lines.
pub(super) fn base64(text: &str) -> Vec<u8> {
    let whole = BASE64.encode(text);
    let mut lines = Vec::with_capacity(whole.len() + whole.len() / LINE * 2);
    // The encoder writes no line breaks, and MIME requires them (RFC 2045 §6.8). None follows the last line: the
    // boundary begins with one.
    for (index, line) in whole.as_bytes().chunks(LINE).enumerate() {
        if index > 0 {
            lines.extend_from_slice(b"\r\n");
        }
        lines.extend_from_slice(line);
    }
    lines
}

/// A text, encoded in the way that takes fewer octets, and the name of that encoding. Relays keep both intact
/// (`invitation-email` facts, §1.1).
pub(super) fn shorter(text: &str) -> (&'static str, Vec<u8>) {
    let limit = text.len().div_ceil(3) * 4;
    // ASCII is shorter as quoted-printable, most scripts as base64: an escape takes three octets for one.
    let escapes = text.bytes().filter(|octet| !octet.is_ascii()).count();
    if text.len() + 2 * escapes <= limit {
        let mut quoted = Vec::with_capacity(text.len() + text.len() / 8);
        quoted_printable(&mut quoted, text);
        if quoted.len() <= limit {
            return ("quoted-printable", quoted);
        }
    }
    ("base64", base64(text))
}

#[cfg(test)]
mod tests {
    use lettre::message::Body;
    use lettre::message::header::ContentTransferEncoding;

    use super::*;

    #[track_caller]
    fn as_lettre_encodes(text: &str) {
        let body =
            |encoding| Body::new_with_encoding(text.to_owned(), encoding).unwrap().into_vec();
        let mut quoted = Vec::new();
        quoted_printable(&mut quoted, text);
        let expected = body(ContentTransferEncoding::QuotedPrintable);
        assert_eq!(String::from_utf8(quoted), String::from_utf8(expected));
        if !text.contains('\n') {
            assert_eq!(base64(text), body(ContentTransferEncoding::Base64));
        }
    }

    #[test]
    fn lines_break_where_lettre_breaks_them() {
        for length in 0..160 {
            for end in [
                "", " ", "\t", "=", "\r", "\n", " \n", "\t\r\n", "=\n", "é", " é", "é \n\n", "=x",
                "\r\r\n",
            ] {
                as_lettre_encodes(&format!("{}{end}", "x".repeat(length)));
                as_lettre_encodes(&format!("{}{end}", "=x ".repeat(length / 3)));
                as_lettre_encodes(&format!("{}{end}{end}x", "é".repeat(length)));
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn every_text_is_encoded_as_lettre_encodes_it(
            text in "(?s)([a-z]{1,80}|[ \\t=\\r\\n]{1,3}|\\PC{1,20}|.){0,30}"
        ) {
            as_lettre_encodes(&text);
        }
    }
}

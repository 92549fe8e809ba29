//! Octets in letters: the two encodings of mail (RFC 2045), line by line, and base64 in links and tokens.

use base64::alphabet::{Alphabet, STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Base64 as redirecting services write it, and servers read it: padding is optional, and the spare bits of the last
/// character are ignored.
pub(super) const BASE64: GeneralPurpose = lenient(&STANDARD);
pub(super) const BASE64URL: GeneralPurpose = lenient(&URL_SAFE);

const fn lenient(alphabet: &Alphabet) -> GeneralPurpose {
    let config = GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(alphabet, config)
}

/// Decodes a line of quoted-printable. Returns whether the line goes on with the next one.
pub(super) fn quoted_printable(line: &[u8], decoded: &mut Vec<u8>) -> bool {
    let mut rest = line;
    while let Some(at) = memchr::memchr(b'=', rest) {
        decoded.extend_from_slice(&rest[..at]);
        let after = &rest[at + 1..];
        if after.trim_ascii().is_empty() {
            return true;
        }
        if let Some(octet) = after.get(..2).and_then(hex) {
            decoded.push(octet);
            rest = &after[2..];
        } else {
            // An error of the program that made the message. Readers show it as it is.
            decoded.push(b'=');
            rest = after;
        }
    }
    decoded.extend_from_slice(rest);
    false
}

/// Decodes base64 that comes in pieces of any length.
#[derive(Default)]
pub(super) struct Base64 {
    bits: u32,
    count: u32,
}

impl Base64 {
    /// Characters that are not of base64 are skipped, as RFC 2045 §6.8 says.
    pub(super) fn decode(&mut self, line: &[u8], decoded: &mut Vec<u8>) {
        for octet in line {
            let value = match octet {
                b'A'..=b'Z' => octet - b'A',
                b'a'..=b'z' => octet - b'a' + 26,
                b'0'..=b'9' => octet - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                b'=' => {
                    *self = Base64::default();
                    continue;
                }
                _ => continue,
            };
            self.bits = self.bits << 6 | u32::from(value);
            self.count += 6;
            if self.count >= 8 {
                self.count -= 8;
                decoded.push((self.bits >> self.count & 0xff) as u8);
            }
        }
    }
}

/// The octet that two hexadecimal digits say.
pub(super) fn hex(digits: &[u8]) -> Option<u8> {
    let digit = |octet: &u8| char::from(*octet).to_digit(16);
    let [high, low] = digits else { return None };
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

//! Octets with mistakes.

use crate::random::Random;

/// What parsers stumble over, as text.
const TOKENS: [&str; 40] = [
    "\"",
    "\"\"",
    "'",
    ",",
    ";",
    "\t",
    "|",
    "\n",
    "\r",
    "\r\n",
    "\0",
    "\u{feff}",
    "@",
    "sep=;",
    "=\"",
    "{",
    "}",
    "<",
    ">",
    "&",
    "&#",
    "&amp;",
    "0",
    "-1",
    "1e308",
    "4294967296",
    "18446744073709551616",
    "99999999999999999999",
    "1048576",
    "XFD1048576",
    "A1:XFD1048576",
    "NaN",
    "\\",
    "%",
    "#REF!",
    "BEGIN:VCARD",
    "<html>",
    "1900-02-29",
    "24:00",
    "\u{202e}",
];

/// Changes octets in one to four places; `other` is what parts are taken from.
pub(crate) fn mutate(random: &mut Random, octets: &mut Vec<u8>, other: &[u8]) {
    for _ in 0..=random.below(4) {
        once(random, octets, other);
        // Copies of copies must not grow without end.
        octets.truncate(1 << 20);
    }
}

fn once(random: &mut Random, octets: &mut Vec<u8>, other: &[u8]) {
    let at = random.below(octets.len() + 1);
    let end = (at + random.below(200)).min(octets.len());
    match random.below(12) {
        0 | 1 => {
            if let Some(octet) = octets.get_mut(at) {
                *octet ^= 1 << random.below(8);
            }
        }
        2 => {
            if let Some(octet) = octets.get_mut(at) {
                *octet = random
                    .pick(&[0, 0x7f, 0x80, 0xc0, 0xd8, 0xed, 0xf4, 0xfe, 0xff, b'"', b'\n', b'\r']);
            }
        }
        3 => octets.truncate(at),
        4 => {
            octets.drain(at..end);
        }
        5 => {
            let part = octets[at..end].to_vec();
            let times = 1 + random.below(40);
            octets.splice(at..at, part.repeat(times));
        }
        6 => {
            let token = random.pick(&TOKENS);
            octets.splice(at..at, token.bytes());
        }
        7 => {
            let token = random.pick(&TOKENS);
            octets.splice(at..end, token.bytes());
        }
        8 => {
            let from = random.below(other.len() + 1);
            octets.truncate(at);
            octets.extend_from_slice(&other[from..]);
        }
        9 => {
            let from = random.below(other.len() + 1);
            let to = (from + random.below(400)).min(other.len());
            octets.splice(at..end, other[from..to].iter().copied());
        }
        10 => number(random, octets, at),
        _ => {
            let token = random.pick(&TOKENS);
            let times = 1 + random.below(5000);
            octets.splice(at..at, token.repeat(times).into_bytes());
        }
    }
}

/// Replaces the next number by one that is too large, negative, or none.
fn number(random: &mut Random, octets: &mut Vec<u8>, from: usize) {
    let Some(start) = octets[from..].iter().position(u8::is_ascii_digit) else { return };
    let start = from + start;
    let digits = octets[start..].iter().take_while(|octet| octet.is_ascii_digit()).count();
    let token = random.pick(&[
        "0",
        "-1",
        "1",
        "65536",
        "4294967295",
        "9223372036854775808",
        "1e999",
        "",
        "0x10",
        "1048577",
        "999999999",
    ]);
    octets.splice(start..start + digits, token.bytes());
}

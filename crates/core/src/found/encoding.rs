//! Text files that are not in UTF-8: UTF-16, as PowerShell writes it with `>`.

/// How many octets are looked at, if no line ends before.
pub(super) const SAMPLE: usize = 512;

/// How the characters of a file are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// UTF-8, or anything else that has ASCII in it.
    Ascii,
    Utf16Le,
    Utf16Be,
}

/// The encoding of a file that begins like this, and the length of its byte order mark.
pub(super) fn recognized(begin: &[u8]) -> (Encoding, usize) {
    let line = memchr::memchr(b'\n', begin).map_or(begin.len(), |end| end + 1);
    let sample = &begin[..line.min(SAMPLE)];
    let zeros =
        |odd: usize| sample.iter().skip(odd).step_by(2).filter(|octet| **octet == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    match sample {
        [0xef, 0xbb, 0xbf, ..] => (Encoding::Ascii, 3),
        [0xff, 0xfe, ..] => (Encoding::Utf16Le, 2),
        [0xfe, 0xff, ..] => (Encoding::Utf16Be, 2),
        // Of ASCII in UTF-16, every second octet is zero.
        _ if odd > sample.len() / 4 && even == 0 => (Encoding::Utf16Le, 0),
        _ if even > sample.len() / 4 && odd == 0 => (Encoding::Utf16Be, 0),
        _ => (Encoding::Ascii, 0),
    }
}

/// Decodes UTF-16 that comes in pieces of any length.
#[derive(Default)]
pub(super) struct Utf16 {
    /// The first octet of a unit whose second is not there yet.
    half: Option<u8>,
    /// The first unit of a character of two.
    surrogate: Option<u16>,
}

impl Utf16 {
    /// The text in UTF-8.
    pub(super) fn decoded(&mut self, octets: &[u8], order: fn([u8; 2]) -> u16) -> String {
        let mut octets = self.half.take().into_iter().chain(octets.iter().copied());
        let mut units = Vec::with_capacity(octets.size_hint().0 / 2 + 2);
        units.extend(self.surrogate.take());
        while let Some(first) = octets.next() {
            match octets.next() {
                Some(second) => units.push(order([first, second])),
                None => self.half = Some(first),
            }
        }
        if let Some(0xd800..=0xdbff) = units.last() {
            self.surrogate = units.pop();
        }
        char::decode_utf16(units)
            .map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect()
    }
}

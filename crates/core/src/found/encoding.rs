//! Text files that are not in UTF-8: UTF-16, as PowerShell writes it with `>`.

/// How many octets of the first line are looked at.
const SAMPLE: usize = 512;

/// Decodes lines of a file.
#[derive(Default)]
pub(super) struct Decoder {
    encoding: Encoding,
    /// The first octet of a character whose second is not there yet.
    half: Option<u8>,
    text: String,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Encoding {
    /// The first line has not been read.
    #[default]
    Unknown,
    /// UTF-8, or anything else that has ASCII in it.
    Ascii,
    Utf16Le,
    Utf16Be,
}

impl Decoder {
    /// The text of a line, or of a part of a line, without its line feed. Anything but UTF-16 is handed on as it is.
    pub(super) fn text<'a>(&'a mut self, raw: &'a [u8], ends: bool) -> &'a [u8] {
        let mut raw = raw;
        if self.encoding == Encoding::Unknown {
            (self.encoding, raw) = recognized(raw);
        } else if self.encoding == Encoding::Utf16Le
            && self.half.is_none()
            && raw.first() == Some(&0)
        {
            // The second octet of the line feed before.
            raw = &raw[1..];
        }
        let order = match self.encoding {
            Encoding::Utf16Le => u16::from_le_bytes,
            Encoding::Utf16Be => u16::from_be_bytes,
            Encoding::Unknown | Encoding::Ascii => return raw,
        };
        let mut octets = self.half.take().into_iter().chain(raw.iter().copied());
        let mut units = Vec::with_capacity(raw.len() / 2 + 1);
        while let Some(first) = octets.next() {
            if let Some(second) = octets.next() {
                units.push(order([first, second]));
            } else if !ends {
                self.half = Some(first);
            }
        }
        self.text.clear();
        self.text.extend(
            char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)),
        );
        self.text.as_bytes()
    }
}

fn recognized(raw: &[u8]) -> (Encoding, &[u8]) {
    if let Some(rest) = raw.strip_prefix(b"\xef\xbb\xbf") {
        return (Encoding::Ascii, rest);
    }
    if let Some(rest) = raw.strip_prefix(b"\xff\xfe") {
        return (Encoding::Utf16Le, rest);
    }
    if let Some(rest) = raw.strip_prefix(b"\xfe\xff") {
        return (Encoding::Utf16Be, rest);
    }
    let sample = &raw[..raw.len().min(SAMPLE)];
    let zeros =
        |odd: usize| sample.iter().skip(odd).step_by(2).filter(|octet| **octet == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    // Of ASCII in UTF-16, every second octet is zero.
    if odd > sample.len() / 4 && even == 0 {
        (Encoding::Utf16Le, raw)
    } else if even > sample.len() / 4 && odd == 0 {
        (Encoding::Utf16Be, raw)
    } else {
        (Encoding::Ascii, raw)
    }
}

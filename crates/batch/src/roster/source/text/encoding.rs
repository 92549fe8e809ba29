//! The encodings that text can have, their names, and the signs by which some are certain.

use encoding_rs::{Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, X_USER_DEFINED};

use super::code_pages::{CODE_PAGES, CodePage};

/// How characters are written as octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TextEncoding {
    /// One of the Encoding Standard.
    Standard(&'static Encoding),
    /// One of DOS.
    Dos(&'static CodePage),
}

/// Labels that programs use and the Encoding Standard does not have.
const OTHER_LABELS: [(&str, &str); 11] = [
    ("utf-8-sig", "utf-8"),
    ("utf8-sig", "utf-8"),
    ("latin-1", "latin1"),
    ("latin-2", "latin2"),
    ("cp932", "shift_jis"),
    ("cp936", "gbk"),
    ("cp949", "euc-kr"),
    ("cp950", "big5"),
    ("mac-roman", "macintosh"),
    ("mac_roman", "macintosh"),
    ("macroman", "macintosh"),
];

impl TextEncoding {
    /// The encoding of a label, in any case; `None` if there is none.
    pub(super) fn of_label(label: &str) -> Option<TextEncoding> {
        let label = label.trim().to_ascii_lowercase();
        let other = OTHER_LABELS.iter().find(|(other, _)| *other == label);
        let label = other.map_or(label.as_str(), |(_, label)| label);
        // `cp850`, `ibm850` and `850` are in use.
        let number = label.trim_start_matches("cp").trim_start_matches("ibm");
        let dos = CODE_PAGES.iter().find(|page| page.name.strip_prefix("cp") == Some(number));
        if let Some(page) = dos {
            return Some(TextEncoding::Dos(page));
        }
        let encoding = Encoding::for_label(label.as_bytes())?;
        // They read no text: one refuses everything, the other is for binary data.
        (encoding != REPLACEMENT && encoding != X_USER_DEFINED)
            .then_some(TextEncoding::Standard(encoding))
    }

    /// The encoding that a byte-order mark says, and the length of the mark.
    pub(super) fn of_mark(start: &[u8]) -> Option<(TextEncoding, usize)> {
        let (encoding, length) = Encoding::for_bom(start)?;
        Some((TextEncoding::Standard(encoding), length))
    }

    /// UTF-16 without a mark, by the beginning of a file. Addresses and separators are ASCII, which has a NUL in each
    /// unit. To UTF-8 that is valid text (`crates` facts, §4).
    pub(super) fn utf16_without_mark(start: &[u8]) -> Option<TextEncoding> {
        let units = || start.chunks_exact(2);
        let ascii = |nul: usize, letter: usize| {
            units()
                .filter(|unit| {
                    unit[nul] == 0 && matches!(unit[letter], b'\t' | b'\n' | b'\r' | b' '..=b'~')
                })
                .count()
        };
        let (little, big) = (ascii(1, 0), ascii(0, 1));
        let all = units().count();
        // Lists in other scripts have ASCII, too: separators, line ends, addresses.
        let is = |one: usize, other: usize| one * 5 >= all * 2 && other * 20 <= one && one > 0;
        if is(little, big) && !units().any(|unit| unit == [0; 2]) {
            Some(TextEncoding::Standard(UTF_16LE))
        } else if is(big, little) && !units().any(|unit| unit == [0; 2]) {
            Some(TextEncoding::Standard(UTF_16BE))
        } else {
            None
        }
    }

    /// The name, which is a label as well.
    pub(super) fn name(self) -> String {
        match self {
            TextEncoding::Standard(encoding) => encoding.name().to_ascii_lowercase(),
            TextEncoding::Dos(page) => page.name.to_owned(),
        }
    }

    /// Whether the octets of ASCII mean the same in it.
    pub(super) fn is_ascii_compatible(self) -> bool {
        match self {
            TextEncoding::Standard(encoding) => encoding.is_ascii_compatible(),
            TextEncoding::Dos(_) => true,
        }
    }

    pub(super) fn is_utf8(self) -> bool {
        self == TextEncoding::Standard(UTF_8)
    }

    pub(super) fn is_utf16(self) -> bool {
        [UTF_16LE, UTF_16BE].map(TextEncoding::Standard).contains(&self)
    }

    /// A few octets as text; `None` if they are not valid in this encoding.
    pub(super) fn decode(self, octets: &[u8]) -> Option<String> {
        let text = match self {
            TextEncoding::Standard(encoding) => {
                encoding.decode_without_bom_handling_and_without_replacement(octets)?.into_owned()
            }
            TextEncoding::Dos(page) => {
                let mut text = String::new();
                page.decode(octets, &mut text);
                text
            }
        };
        (!text.contains(is_unassigned)).then_some(text)
    }
}

/// Whether a character is one that the Encoding Standard gives to octets that have none in the original code page, such
/// as 0x81 in windows-1252. No list contains it.
pub(super) fn is_unassigned(c: char) -> bool {
    ('\u{80}'..='\u{9f}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_programs_are_known() {
        for (label, name) in [
            ("windows-1250", "windows-1250"),
            ("CP1252", "windows-1252"),
            (" utf-8-sig ", "utf-8"),
            ("Latin-1", "windows-1252"),
            ("cp850", "cp850"),
            ("IBM437", "cp437"),
            ("852", "cp852"),
            ("mac_roman", "macintosh"),
            ("cp932", "shift_jis"),
            ("866", "ibm866"),
            ("utf-16", "utf-16le"),
            ("koi8-r", "koi8-r"),
        ] {
            let encoding = TextEncoding::of_label(label).unwrap();
            assert_eq!(encoding.name(), name);
            assert_eq!(TextEncoding::of_label(&encoding.name()), Some(encoding));
        }
        for label in ["", "ansi", "hz-gb-2312", "x-user-defined", "utf-7"] {
            assert_eq!(TextEncoding::of_label(label), None, "{label}");
        }
    }

    #[test]
    fn utf16_is_seen_by_its_nuls() {
        let little =
            |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let big = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
        for text in
            ["email\n", "email\tИмя\nada@example.org\tАда Мустер\n", "张伟,zhangwei@example.org\n"]
        {
            let name =
                |octets: &[u8]| TextEncoding::utf16_without_mark(octets).map(TextEncoding::name);
            assert_eq!(name(&little(text)).as_deref(), Some("utf-16le"), "{text}");
            assert_eq!(name(&big(text)).as_deref(), Some("utf-16be"), "{text}");
        }
        for octets in
            [&b""[..], b"email\0", b"email\0name", b"\0\0\0\0", b"a\0\0b", b"email,name\n"]
        {
            assert_eq!(TextEncoding::utf16_without_mark(octets), None, "{octets:?}");
        }
    }
}

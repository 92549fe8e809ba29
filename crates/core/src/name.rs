//! A person's name, made safe for a token, a header and a calendar line.

use std::fmt;

use unicode_normalization::{UnicodeNormalization, is_nfc_quick};

/// The most characters of a name that are kept: longer ones break header lines
/// and belong to no person (`invitation-email` facts, §4.3).
const LONGEST: usize = 100;

/// A name as it is shown to people: one line in NFC, without control characters and
/// without the invisible ones that reorder or hide text, at most 100 characters.
///
/// A control character in a name makes some Jitsi servers never answer the join
/// (`jitsi-tokens` facts, §2), and would end a mail header line.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DisplayName(String);

impl DisplayName {
    /// Cleans a name; `None` if nothing of it can be seen.
    pub fn clean(text: &str) -> Option<DisplayName> {
        one_line(text, LONGEST).map(DisplayName)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DisplayName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text as one line in NFC: white space folded, control characters and the invisible ones that reorder
/// or hide text gone, at most `longest` characters; `None` if nothing of it can be seen.
pub fn one_line(text: &str, longest: usize) -> Option<String> {
    if is_clean_ascii(text, longest) {
        return Some(text.to_owned());
    }
    let mut line = String::with_capacity(text.len());
    let mut length = 0;
    let mut gap = false;
    for c in text.chars() {
        if c.is_whitespace() || c.is_control() {
            gap = true;
        } else if !is_invisible(c) && !is_private_or_no_character(c) {
            if gap && !line.is_empty() {
                line.push(' ');
                length += 1;
            }
            gap = false;
            if length >= longest {
                break;
            }
            line.push(c);
            length += 1;
        }
    }
    if !matches!(is_nfc_quick(line.chars()), unicode_normalization::IsNormalized::Yes) {
        line = line.nfc().take(longest).collect();
    }
    line.truncate(line.trim_end().len());
    // A line of joiners alone shows nothing.
    let seen =
        line.chars().any(|c| !matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe0e}' | '\u{fe0f}'));
    seen.then_some(line)
}

/// The common case, told in one pass over the bytes.
fn is_clean_ascii(text: &str, longest: usize) -> bool {
    let bytes = text.as_bytes();
    bytes.len() <= longest
        && !bytes.is_empty()
        && bytes.iter().all(|byte| (0x20..0x7f).contains(byte))
        && bytes[0] != b' '
        && bytes[bytes.len() - 1] != b' '
        && !text.contains("  ")
}

/// Characters that change how text is read without being seen: bidi controls, zero-width
/// spaces, soft hyphens, tags. The joiners U+200C and U+200D are not among them: Persian, Indic
/// scripts and emoji need them.
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
        | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// What no font of the reader's has to show.
fn is_private_or_no_character(c: char) -> bool {
    matches!(c, '\u{fdd0}'..='\u{fdef}' | '\u{e000}'..='\u{f8ff}')
        || (u32::from(c) & 0xfffe) == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_what_people_see_of_it() {
        #[track_caller]
        fn case(text: &str, expected: Option<&str>) {
            assert_eq!(DisplayName::clean(text).as_ref().map(DisplayName::as_str), expected);
        }

        case("Ada Lovelace", Some("Ada Lovelace"));
        case("  Ada \t Lovelace ", Some("Ada Lovelace"));
        case("Ada\r\nBcc: x@example.org", Some("Ada Bcc: x@example.org"));
        case("Ada\0Lovelace", Some("Ada Lovelace"));
        case("a\u{202e}dlrow", Some("adlrow"));
        case("Zoe\u{301}", Some("Zo\u{e9}"));
        case("می‌خواهم", Some("می‌خواهم"));
        case("👩‍🚀 Mae", Some("👩‍🚀 Mae"));
        case("O'Brien \"x\" <y> & ,;:", Some("O'Brien \"x\" <y> & ,;:"));
        case("\u{200b}\u{202e} \r\n", None);
        case("", None);
        case("\u{200d}", None);
        case(&"x".repeat(300), Some(&"x".repeat(100)));
        case(&"é ".repeat(300), Some("é ".repeat(50).trim_end()));
    }

    proptest::proptest! {
        #[test]
        fn a_clean_name_is_one_short_line_and_stays_as_it_is(text in "(?s).{0,200}") {
            if let Some(name) = DisplayName::clean(&text) {
                let name = name.as_str();
                assert!(!name.is_empty() && name.chars().count() <= LONGEST);
                assert!(!name.contains(|c: char| c.is_control() || is_invisible(c) || c == '\u{2028}'));
                assert_eq!(name, name.trim());
                assert_eq!(DisplayName::clean(name).unwrap().as_str(), name);
            }
        }
    }
}

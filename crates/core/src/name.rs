//! A person's name, cleaned so that it is safe in a token, a mail header and a calendar.

use std::fmt;

use unicode_normalization::{UnicodeNormalization, is_nfc_quick};

/// How many characters of a name are kept. Longer names break header lines (`invitation-email` facts, §4.3).
const LONGEST: usize = 100;

/// A name as it is shown: one line in NFC, without control characters and without invisible characters that
/// reorder or hide text, at most 100 characters.
///
/// With a control character in the name, some Jitsi servers never answer the request to join
/// (`jitsi-tokens` facts, §2). In a mail header, it would end the line.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DisplayName(String);

impl DisplayName {
    /// Cleans a name; `None` if no visible character is left.
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

/// A text as one line of at most `longest` characters in NFC. White space and control characters become single
/// spaces, and invisible characters that reorder or hide text are removed. `None` if no visible character is left.
pub fn one_line(text: &str, longest: usize) -> Option<String> {
    if is_clean_ascii(text, longest) || is_clean(text, longest) {
        return Some(text.to_owned());
    }
    cleaned(text, longest)
}

fn cleaned(text: &str, longest: usize) -> Option<String> {
    let mut line = String::with_capacity(text.len());
    let mut length = 0;
    let mut gap = false;
    for c in text.chars() {
        // A space and not nothing, so that a line break in a cell does not join two words.
        if c.is_whitespace() || c.is_control() {
            gap = true;
        } else if !is_invisible(c) && !is_private_use_or_noncharacter(c) {
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
    // One name in two encodings has to compare as equal. Cut again, because some characters are longer in NFC.
    if !matches!(is_nfc_quick(line.chars()), unicode_normalization::IsNormalized::Yes) {
        line = line.nfc().take(longest).collect();
    }
    // The cut can fall after a space.
    line.truncate(line.trim_end().len());
    // Joiners and variation selectors show nothing by themselves.
    let visible =
        line.chars().any(|c| !matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe0e}' | '\u{fe0f}'));
    visible.then_some(line)
}

/// The common case, checked first because it takes a single pass over the octets.
fn is_clean_ascii(text: &str, longest: usize) -> bool {
    let bytes = text.as_bytes();
    if bytes.is_empty()
        || bytes.len() > longest
        || bytes[bytes.len() - 1] == b' '
        || !text.is_ascii()
    {
        return false;
    }
    // The full pass makes one space of several, and two spaces separate a name from its number in `Attendee::key`. As if
    // one stood before the text: none may be at its beginning either.
    let mut before = b' ';
    let mut is_clean = true;
    for byte in bytes {
        let is_second = before == b' ' && *byte == b' ';
        is_clean &= (0x20..0x7f).contains(byte) && !is_second;
        before = *byte;
    }
    is_clean
}

/// Most of the others, likewise: words of letters that stand for themselves, with single spaces between them.
fn is_clean(text: &str, longest: usize) -> bool {
    let mut before = ' ';
    let mut length = 0;
    for c in text.chars() {
        if !(is_plain(c) || c == ' ' && before != ' ') {
            return false;
        }
        before = c;
        length += 1;
    }
    before != ' ' && length <= longest
}

/// Whether a character is visible, and NFC leaves it as it is whatever stands beside it: the signs
/// and letters of ASCII, and the letters of many languages.
pub fn is_plain(c: char) -> bool {
    matches!(c,
        '!'..='~' | 'À'..='\u{17f}' | 'Ș'..='ț' | 'Ά' | 'Έ'..='Ί' | 'Ό' | 'Ύ'..='Ώ' | 'ΐ'..='ώ'
        | 'Ѐ'..='ѯ' | 'א'..='ת' | 'ء'..='غ' | 'ف'..='ي' | 'क'..='न' | 'ก'..='ะ' | 'า' | 'เ'..='ไ'
        | 'ა'..='ჺ' | 'Ạ'..='ỹ' | 'ぁ'..='ゖ' | 'ァ'..='ヺ' | 'ー' | '一'..='\u{9fef}' | '가'..='힣')
}

/// Whether a character changes how text is read and is not visible itself: bidi controls, zero-width spaces,
/// soft hyphens, tags. The joiners U+200C and U+200D do not count, because Persian, Indic scripts and emoji need
/// them.
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        // Most of Unicode's Default_Ignorable_Code_Point, and the interlinear annotations U+FFF9 to U+FFFB. Variation
        // selectors up to U+FE0F stay, because emoji need them.
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
        | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Private-use characters and noncharacters: what they look like, if anything, depends on the font.
fn is_private_use_or_noncharacter(c: char) -> bool {
    matches!(c, '\u{fdd0}'..='\u{fdef}' | '\u{e000}'..='\u{f8ff}')
        // The last two code points of each plane are noncharacters.
        || (u32::from(c) & 0xfffe) == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clean_name_keeps_its_visible_characters() {
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

    #[test]
    fn plain_characters_are_visible_and_in_nfc_beside_any_other() {
        for c in ('\0'..=char::MAX).filter(|c| is_plain(*c)) {
            let is_yes = is_nfc_quick([c].into_iter()) == unicode_normalization::IsNormalized::Yes;
            let class = unicode_normalization::char::canonical_combining_class(c);
            // Some that are in NFC alone are joined with what stands before.
            assert!(is_yes && class == 0, "{c:?}");
            assert!(!c.is_whitespace() && !c.is_control() && !is_invisible(c), "{c:?}");
            assert!(!is_private_use_or_noncharacter(c), "{c:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn the_fast_paths_change_nothing(
            text in "[ a-zÀ-ſА-яא-תء-ي一-丁가-갂\u{300}\u{301}\u{200b}]{0,12}|.{0,12}",
            longest in 0_usize..14,
        ) {
            assert_eq!(one_line(&text, longest), cleaned(&text, longest));
        }

        #[test]
        fn a_clean_name_is_one_short_line_and_cleaning_it_again_changes_nothing(text in "(?s).{0,200}") {
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

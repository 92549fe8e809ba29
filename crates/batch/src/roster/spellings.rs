//! How headings are compared.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// A heading as it is compared: without accents, spaces and punctuation, in lower case, and with
/// compatibility forms such as full-width letters replaced.
pub(super) fn fold(heading: &str) -> String {
    // Most words, and the tables of Unicode change nothing in them but the case.
    if heading.is_ascii() {
        let letters = heading.bytes().filter(u8::is_ascii_alphanumeric);
        let mut folded = String::with_capacity(heading.len());
        folded.extend(letters.map(|byte| char::from(byte.to_ascii_lowercase())));
        return folded;
    }
    fold_by_unicode(heading)
}

fn fold_by_unicode(heading: &str) -> String {
    let mut folded = String::with_capacity(heading.len());
    for c in heading.chars() {
        // Character by character: what a text becomes in NFKD differs from that in nothing but the order of combining marks.
        decompose_compatible(c, |part| fold_part(part, &mut folded));
    }
    folded
}

/// Adds a part of a decomposed character.
fn fold_part(part: char, folded: &mut String) {
    if part.is_ascii() {
        if part.is_ascii_alphanumeric() {
            folded.push(part.to_ascii_lowercase());
        }
        return;
    }
    if is_combining_mark(part) || !part.is_alphanumeric() {
        return;
    }
    // By way of upper case, which is the same for `ß` and `ss`, for both forms of sigma, and for a dotless `ı` and `i`.
    let letters = part.to_uppercase().flat_map(char::to_lowercase).filter_map(|c| match c {
        // Unicode does not take a stroke for an accent.
        'ł' => Some('l'),
        'ø' => Some('o'),
        'đ' => Some('d'),
        // Arabic letters are lengthened to fill a line, and written with and without dots at the end of a word.
        'ـ' => None,
        'ى' => Some('ي'),
        'ة' => Some('ه'),
        c => Some(c).filter(|c| !is_combining_mark(*c)),
    });
    folded.extend(letters);
}

/// The words of a heading, each as [`fold`] leaves it: what stands between blanks, punctuation and digits.
pub(super) fn fold_words(heading: &str) -> Vec<String> {
    let decomposed: String = heading.nfkd().filter(|c| !is_invisible(*c)).collect();
    let words = decomposed.split(|c: char| !c.is_alphanumeric() && !is_combining_mark(c));
    words.map(fold).filter(|word| !word.is_empty()).collect()
}

/// Whether a character stands inside a word without parting it: a soft hyphen, a zero-width blank.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_compared_without_case_accents_and_marks() {
        #[track_caller]
        fn case(one: &str, other: &str) {
            assert_eq!(fold(one), fold(other));
            assert_eq!(fold_words(other).concat(), fold(other));
        }

        case("E-Mail", "ｅｍａｉｌ");
        case("Prénom", "PRE\u{301}NOM");
        case("Soyadı", "SOYADI");
        case("İsim", "isim");
        case("Straße", "STRASSE");
        case("Όνομα πατρός", "ΌΝΟΜΑ ΠΑΤΡΌΣ");
        case("Imię i nazwisko (pełne)", "IMIE I NAZWISKO PELNE");
        case("Påmeldte søkere", "PAMELDTE SOKERE");
        case("الإسم", "الاسم");
        case("メールアドレス", "ﾒｰﾙｱﾄﾞﾚｽ");
        case("이메일", "\u{110b}\u{1175}\u{1106}\u{1166}\u{110b}\u{1175}\u{11af}");
        case("Na\u{ad}me\u{200b}", "name");
        case("№", "No");
    }

    /// What the fast paths stand for.
    fn fold_as_a_whole(heading: &str) -> String {
        let letters = heading.nfkd().filter(|c| c.is_alphanumeric() && !is_combining_mark(*c));
        let folded = letters.flat_map(char::to_uppercase).flat_map(char::to_lowercase);
        let folded = folded.filter(|c| !is_combining_mark(*c) && *c != 'ـ').map(|c| match c {
            'ł' => 'l',
            'ø' => 'o',
            'đ' => 'd',
            'ى' => 'ي',
            'ة' => 'ه',
            c => c,
        });
        folded.collect()
    }

    #[test]
    fn each_character_is_folded_as_in_a_text() {
        for c in (char::MIN..=char::MAX).map(String::from) {
            assert_eq!(fold(&c), fold_as_a_whole(&c), "{c:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn the_fast_paths_change_nothing(heading in "[\\x00-\\x7f]{0,20}|.{0,10}|[a-zé\\p{M}\u{1100}-\u{11ff}가-힣ﾒｰﾙﾞßıςΣ]{0,10}") {
            assert_eq!(fold(&heading), fold_as_a_whole(&heading));
        }
    }
}

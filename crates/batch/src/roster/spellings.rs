//! How headings are compared.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A heading as it is compared: without accents, spaces and punctuation, in lower case, and with
/// compatibility forms such as full-width letters replaced.
pub(super) fn fold(heading: &str) -> String {
    heading
        .nfkd()
        .filter(|c| c.is_alphanumeric() && !is_combining_mark(*c))
        // By way of upper case, which is the same for `ß` and `ss`, for both forms of sigma, and for a dotless `ı` and `i`.
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .filter_map(|c| match c {
            // Unicode does not take a stroke for an accent.
            'ł' => Some('l'),
            'ø' => Some('o'),
            'đ' => Some('d'),
            // Arabic letters are lengthened to fill a line, and written with and without dots at the end of a word.
            'ـ' => None,
            'ى' => Some('ي'),
            'ة' => Some('ه'),
            c => Some(c).filter(|c| !is_combining_mark(*c)),
        })
        .collect()
}

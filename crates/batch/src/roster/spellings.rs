//! How headings are compared.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A heading as it is compared: without accents, spaces and punctuation, in lower case, and with
/// compatibility forms such as full-width letters replaced.
pub(super) fn fold(heading: &str) -> String {
    heading
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        // Unicode does not take the stroke for an accent.
        .map(|c| if c == 'ł' { 'l' } else { c })
        .filter(|c| c.is_alphanumeric())
        .collect()
}

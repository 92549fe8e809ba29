//! Language tags.

/// The longest tag, in octets: a buffer of this size holds every tag without extensions (RFC 5646 §4.4.1).
const LONGEST: usize = 35;

/// Whether a text has the form of a language tag: the lengths and characters of RFC 5646 §2.1, with `_`
/// for `-` as in `pt_BR`.
///
/// By hand, because the crate oxilangtag (0.1.6) also checks the order of the subtags. It refuses names that
/// address books and locale settings contain, such as `zh_TW_Hant` and `de_DE_EURO`: rows that are accepted
/// would become problems. It would also accept `x-…` and `i-…`, which name no language that a text could be in.
pub(crate) fn is_language(text: &str) -> bool {
    text.len() <= LONGEST
        && text.split(['-', '_']).enumerate().all(|(at, subtag)| {
            if at == 0 {
                subtag.bytes().all(|byte| byte.is_ascii_alphabetic())
                    && (2..=8).contains(&subtag.len())
            } else {
                subtag.bytes().all(|byte| byte.is_ascii_alphanumeric())
                    && (1..=8).contains(&subtag.len())
            }
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_locale_names_are_accepted() {
        for text in ["de", "pt-BR", "pt_BR", "zh-Hant-TW", "zh_TW_Hant", "de_DE_EURO", "es-419"] {
            assert!(is_language(text), "{text}");
        }
        for text in ["", "d", "german!", "de-", "de--DE", "419", "de_DE.UTF-8", "deutschland"] {
            assert!(!is_language(text), "{text}");
        }
    }
}

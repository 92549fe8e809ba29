//! Language tags.

mod codes;

use crate::rejection::Rejection;
use codes::{CODES, OTHER_WORDS};

/// The longest tag, in octets: a buffer of this size holds every tag without extensions (RFC 5646 §4.4.1).
const LONGEST: usize = 35;

/// Checks a language tag such as `de` or `pt-BR`. Mail programs read messages aloud and hyphenate them by it.
///
/// # Errors
/// A [`Rejection`] unless the text has the form of a tag and begins with a language. All codes of two letters are
/// known (ISO 639-1). Codes of three letters are only checked for their form: there are thousands. Longer ones are
/// registered for no language (RFC 5646 §2.2.1).
pub fn check_language(text: &str) -> Result<(), Rejection> {
    let code = text.split(['-', '_']).next().unwrap_or_default();
    if has_form_of_tag(text) && is_known(code) {
        return Ok(());
    }
    let hint = match suggested(text).or_else(|| suggested(code)) {
        Some(code) => format!("write `{code}`"),
        None => "write a tag such as `de` or `pt-BR`".to_owned(),
    };
    Err(Rejection::new("not a known language", hint))
}

/// Whether a text has the form of a language tag: the lengths and characters of RFC 5646 §2.1, with `_`
/// for `-` as in `pt_BR`.
///
/// By hand, because the crate oxilangtag (0.1.6) also checks the order of the subtags. It refuses names that
/// address books and locale settings contain, such as `zh_TW_Hant` and `de_DE_EURO`: rows that are accepted
/// would become problems. It would also accept `x-…` and `i-…`, which name no language that a text could be in.
fn has_form_of_tag(text: &str) -> bool {
    let is_subtag = |subtag: &str| {
        subtag.bytes().all(|byte| byte.is_ascii_alphanumeric()) && (1..=8).contains(&subtag.len())
    };
    text.len() <= LONGEST && text.split(['-', '_']).all(is_subtag)
}

/// Whether this is the code of a language, the first subtag of a tag.
fn is_known(code: &str) -> bool {
    let lower = code.to_ascii_lowercase();
    match code.len() {
        2 => CODES.binary_search_by_key(&lower.as_str(), |(code, _)| *code).is_ok(),
        3 => code.bytes().all(|byte| byte.is_ascii_alphabetic()),
        _ => false,
    }
}

/// The code that somebody meant who wrote a word for a language.
fn suggested(word: &str) -> Option<&'static str> {
    let word = word.trim().to_lowercase();
    let by_name = CODES.iter().find(|(_, name)| name.to_lowercase() == word).map(|(code, _)| *code);
    by_name.or_else(|| OTHER_WORDS.iter().find(|(other, _)| *other == word).map(|(_, code)| *code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_locale_names_are_accepted() {
        for text in [
            "de",
            "DE",
            "pt-BR",
            "pt_BR",
            "zh-Hant-TW",
            "zh_TW_Hant",
            "de_DE_EURO",
            "es-419",
            "gsw",
        ] {
            assert_eq!(check_language(text), Ok(()), "{text}");
        }
        for text in [
            "",
            "d",
            "german!",
            "de-",
            "de--DE",
            "419",
            "d3",
            "de_DE.UTF-8",
            "deutschland",
            "xx",
            "klingon",
            "latn",
            "x-private",
        ] {
            assert!(check_language(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_code_is_suggested_for_a_name() {
        for (text, code) in [
            ("German", "de"),
            ("deutsch", "de"),
            ("Français", "fr"),
            ("gr", "el"),
            ("gb-Latn", "en"),
        ] {
            assert_eq!(check_language(text).unwrap_err().hint, format!("write `{code}`"));
        }
        assert_eq!(check_language("xx").unwrap_err().hint, "write a tag such as `de` or `pt-BR`");
    }

    #[test]
    fn the_codes_are_sorted() {
        assert!(CODES.is_sorted());
    }
}

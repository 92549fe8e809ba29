//! Language tags.

mod codes;
mod names;

use std::borrow::Cow;

use crate::rejection::Rejection;
use codes::{CODES, OTHER_WORDS};
use names::{NAMES, REGIONS};

/// The longest tag, in octets: a buffer of this size holds every tag without extensions (RFC 5646 §4.4.1).
const LONGEST: usize = 35;

/// The longest name of a language and a region, in octets.
const LONGEST_NAME: usize = 80;

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

/// The language tag that a cell means: a tag as it is, also of a locale (`de_DE.UTF-8`), and the name of a language in one
/// of several languages, possibly with a region: `de` for `Deutsch`, `pt-BR` for `Português (Brasil)`.
///
/// # Errors
/// The [`Rejection`] of [`check_language`] for anything else. The code of a country is refused with the language that was
/// probably meant, because many countries have several.
pub(crate) fn language_tag(text: &str) -> Result<Cow<'_, str>, Rejection> {
    let Err(rejection) = check_language(text) else { return Ok(Cow::Borrowed(text)) };
    // POSIX locales have an encoding and a modifier.
    let locale = text.split(['.', '@']).next().unwrap_or_default();
    if locale.contains('_') && check_language(locale).is_ok() {
        return Ok(Cow::Borrowed(locale));
    }
    named(text).map(Cow::Owned).ok_or(rejection)
}

/// The tag for the name of a language, with the region or script that follows it.
fn named(text: &str) -> Option<String> {
    if text.len() > LONGEST_NAME {
        return None;
    }
    let word = text.to_lowercase();
    if let Some(code) = code_of(&word) {
        return Some(code.to_owned());
    }
    let end = |c: char| matches!(c, '(' | ')' | '（' | '）' | '[' | ']' | ',' | '-' | '–' | '/');
    let (language, region) = word.split_once(end)?;
    let code = code_of(language.trim())?;
    let region = region.trim_matches(|c| end(c) || c.is_whitespace());
    // A region by its name, or by its code in capitals: `English (US)`. What is unknown says nothing about the language,
    // but a second language does.
    let is_code = |region: &&str| {
        region.len() == 2
            && region.bytes().all(|byte| byte.is_ascii_alphabetic())
            && text.contains(&region.to_uppercase())
    };
    let known = REGIONS.binary_search_by_key(&region, |(name, _)| *name);
    let region = match known {
        Ok(at) => REGIONS[at].1.to_owned(),
        Err(_) if is_code(&region) => region.to_uppercase(),
        // `German / English`
        Err(_) if region.split([' ', ',', '/', '-']).any(|word| code_of(word).is_some()) => {
            return None;
        }
        // `Deutsch/xyz`
        Err(_) if !word.contains(['(', '（', '[']) => return None,
        Err(_) => return Some(code.to_owned()),
    };
    Some(format!("{code}-{region}"))
}

/// The code of a language by its name, in lower case.
fn code_of(word: &str) -> Option<&'static str> {
    let own = NAMES.binary_search_by_key(&word, |(name, _)| *name).map(|at| NAMES[at].1).ok();
    // Without allocation: a column has a name in each row. Only ASCII letters of these names are capital.
    own.or_else(|| {
        CODES.iter().find(|(_, name)| name.eq_ignore_ascii_case(word)).map(|(code, _)| *code)
    })
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
    code_of(&word)
        .or_else(|| OTHER_WORDS.iter().find(|(other, _)| *other == word).map(|(_, code)| *code))
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
    fn names_of_languages_and_locales_are_read() {
        for (text, tag) in [
            ("de", "de"),
            ("Deutsch", "de"),
            ("German", "de"),
            ("GERMAN", "de"),
            ("allemand", "de"),
            ("deutsch (Schweiz)", "de-CH"),
            ("Deutsch - Österreich", "de-AT"),
            ("German (informal)", "de"),
            ("Français", "fr"),
            ("English (US)", "en-US"),
            ("English (United Kingdom)", "en-GB"),
            ("English, UK", "en-GB"),
            ("en_US.UTF-8", "en_US"),
            ("de_DE@euro", "de_DE"),
            ("Português (Brasil)", "pt-BR"),
            ("Chinese (Traditional)", "zh-Hant"),
            ("中文", "zh"),
            ("中文（繁體）", "zh-Hant"),
            ("日本語", "ja"),
            ("한국어", "ko"),
            ("Ελληνικά", "el"),
            ("Українська", "uk"),
            ("العربية", "ar"),
            ("Türkçe", "tr"),
            ("Norwegian Bokmål", "nb"),
        ] {
            let found = language_tag(text).unwrap();
            assert_eq!(found, tag);
            assert_eq!(check_language(&found), Ok(()));
        }
        for text in [
            "",
            "German/English",
            "German (English)",
            "Deutsch, Englisch",
            "us",
            "at",
            "Deutschland",
            "Klingon",
            "German xyz",
            "-",
            "(US)",
            "Deutsch-xyz",
            "Deutsch-__",
            "Deutsch-12",
            &"x".repeat(5000),
        ] {
            assert!(language_tag(text).is_err(), "{text}");
        }
        assert_eq!(language_tag("us").unwrap_err().hint, "write `en`");
    }

    #[test]
    fn tables_are_sorted_and_in_lower_case() {
        assert!(CODES.is_sorted());
        assert!(NAMES.is_sorted() && REGIONS.is_sorted());
        for (name, code) in NAMES {
            assert_eq!(name.to_lowercase(), name);
            assert_eq!(check_language(code), Ok(()));
            // An English name with another code would hide it.
            let english = CODES.iter().find(|(_, english)| english.to_lowercase() == name);
            assert!(english.is_none_or(|(other, _)| *other == code), "{name}");
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_read_as_a_language_is_a_tag(text in "(Deutsch|english|中文|[a-z]{2}|İ|US|Schweiz|[-_(). /]|.){0,6}") {
            if let Ok(tag) = language_tag(&text) {
                proptest::prop_assert_eq!(check_language(&tag), Ok(()));
            }
        }
    }
}

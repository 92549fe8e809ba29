//! Characters that a web form or a database has left as HTML codes.

use std::borrow::Cow;

/// The longest code, in octets, with `&` and `;`.
const LONGEST: usize = 10;

/// The names of HTML that occur in names and addresses.
const NAMED: [(&str, char); 58] = [
    ("amp", '&'),
    ("apos", '\''),
    ("quot", '"'),
    ("lt", '<'),
    ("gt", '>'),
    ("nbsp", ' '),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("auml", 'ä'),
    ("ouml", 'ö'),
    ("uuml", 'ü'),
    ("Auml", 'Ä'),
    ("Ouml", 'Ö'),
    ("Uuml", 'Ü'),
    ("szlig", 'ß'),
    ("euml", 'ë'),
    ("iuml", 'ï'),
    ("eacute", 'é'),
    ("egrave", 'è'),
    ("ecirc", 'ê'),
    ("Eacute", 'É'),
    ("agrave", 'à'),
    ("aacute", 'á'),
    ("acirc", 'â'),
    ("atilde", 'ã'),
    ("aring", 'å'),
    ("Aring", 'Å'),
    ("aelig", 'æ'),
    ("AElig", 'Æ'),
    ("ccedil", 'ç'),
    ("Ccedil", 'Ç'),
    ("iacute", 'í'),
    ("icirc", 'î'),
    ("igrave", 'ì'),
    ("ntilde", 'ñ'),
    ("Ntilde", 'Ñ'),
    ("oacute", 'ó'),
    ("ograve", 'ò'),
    ("ocirc", 'ô'),
    ("otilde", 'õ'),
    ("oslash", 'ø'),
    ("Oslash", 'Ø'),
    ("oelig", 'œ'),
    ("uacute", 'ú'),
    ("ugrave", 'ù'),
    ("ucirc", 'û'),
    ("yacute", 'ý'),
    ("scaron", 'š'),
    ("Scaron", 'Š'),
    ("yuml", 'ÿ'),
    ("Aacute", 'Á'),
    ("Iacute", 'Í'),
    ("Oacute", 'Ó'),
    ("commat", '@'),
];

/// A text with its HTML codes decoded: `O'Neil` for `O&#39;Neil`. Other signs `&` stay.
pub(super) fn entities_decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        let code = rest.as_bytes().iter().take(LONGEST).position(|byte| *byte == b';');
        match code.and_then(|end| Some((character(&rest[1..end])?, end))) {
            Some((c, end)) => {
                decoded.push(c);
                rest = &rest[end + 1..];
            }
            None => {
                decoded.push('&');
                rest = &rest[1..];
            }
        }
    }
    decoded.push_str(rest);
    if decoded == text { Cow::Borrowed(text) } else { Cow::Owned(decoded) }
}

/// The character of a code without `&` and `;`.
fn character(code: &str) -> Option<char> {
    let Some(number) = code.strip_prefix('#') else {
        return NAMED.iter().find(|(name, _)| *name == code).map(|(_, c)| *c);
    };
    let number = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => number.parse(),
    };
    number.ok().and_then(char::from_u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_html_are_decoded_and_other_signs_stay() {
        for (text, expected) in [
            ("Ben O&#39;Neil", "Ben O'Neil"),
            ("Ben O&#039;Neil", "Ben O'Neil"),
            ("Ben O&#x27;Neil", "Ben O'Neil"),
            ("Zo&euml; &amp; Bj&ouml;rn", "Zoë & Björn"),
            ("R&D; Team", "R&D; Team"),
            ("Ada & Ben", "Ada & Ben"),
            ("&#xffffffff;&#;&;&", "&#xffffffff;&#;&;&"),
            ("&ampü;", "&ampü;"),
        ] {
            assert_eq!(entities_decoded(text), expected);
        }
    }

    proptest::proptest! {
        #[test]
        fn decoding_never_panics(text in "(?s)(&|#|x|[0-9]|;|amp|ü|.){0,30}") {
            let _ = entities_decoded(&text);
        }
    }
}

//! Splits a tag of a template into tokens.

/// A token of the template language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    Word(&'a str),
    /// The content of a string literal.
    Text(&'a str),
    /// `.` or `?.`.
    Field {
        optional: bool,
    },
    /// Any other character. A number is one of these, too.
    Sign(u8),
    /// `==`, `!=`, `<=` or `>=`. Different from `=`, which follows the name of an argument.
    Comparison,
}

/// The tokens of the tag whose content begins at `from`, each with its position, and the position after the tag.
pub(super) fn tokens(source: &str, from: usize) -> (Vec<(Token<'_>, usize)>, usize) {
    let bytes = source.as_bytes();
    let mut tokens = Vec::new();
    // The hyphen of `{{-` and `{%-`.
    let mut at = from + usize::from(bytes.get(from) == Some(&b'-'));
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        let next = bytes.get(at + 1).copied();
        let token = match (byte, next) {
            (b'}' | b'%', Some(b'}')) if !is_inside_map(&tokens) => return (tokens, at + 2),
            (b'"' | b'\'' | b'`', _) => {
                at = end_of_string(bytes, at);
                Token::Text(source.get(start + 1..at).unwrap_or_default())
            }
            (b'_' | b'a'..=b'z' | b'A'..=b'Z', _) => {
                let word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
                // Only to the last octet of the word: `at += 1` below completes tokens of every kind.
                at += bytes[at..].iter().take_while(|byte| word(byte)).count() - 1;
                Token::Word(&source[start..=at])
            }
            (b'0'..=b'9', _) => {
                // The point is included, so that `1.5` does not look like a field.
                let digit = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
                at += bytes[at..].iter().take_while(|byte| digit(byte)).count() - 1;
                Token::Sign(b'0')
            }
            (b'.', _) => Token::Field { optional: false },
            (b'?', Some(b'.')) => {
                at += 1;
                Token::Field { optional: true }
            }
            (b'=' | b'!' | b'<' | b'>', Some(b'=')) => {
                at += 1;
                Token::Comparison
            }
            (byte, _) => Token::Sign(byte),
        };
        at += 1;
        if !matches!(token, Token::Sign(byte) if byte.is_ascii_whitespace() || !byte.is_ascii()) {
            tokens.push((token, start));
        }
    }
    (tokens, source.len())
}

/// Whether a map `{…}` is open. Two closing braces then end maps, not the tag.
fn is_inside_map(tokens: &[(Token<'_>, usize)]) -> bool {
    let count = |sign: u8| tokens.iter().filter(|(token, _)| *token == Token::Sign(sign)).count();
    count(b'{') > count(b'}')
}

/// The position of the quotation mark that closes the string literal at `start`.
fn end_of_string(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at).filter(|byte| **byte != bytes[start]) {
        // A backslash escapes the octet after it, which may be the quotation mark.
        at += if byte == b'\\' { 2 } else { 1 };
    }
    at
}

//! Values in messages: on one line, never so long that they hide what the message says, and without tokens.

use std::borrow::Cow;

use crate::name::is_invisible;

/// The longest value that a message shows whole, in characters.
const LONGEST_VALUE: usize = 60;

/// The longest message that is shown whole, in octets. Paths of ordinary length fit.
const LONGEST_MESSAGE: usize = 1000;

/// How much of a longer message is shown, in octets: its beginning, and its end, which often says what is wrong.
const SHOWN: (usize, usize) = (400, 400);

/// How a token begins: `{"`, or `{`, a space or a line end, and `"`.
const TOKENS: [&str; 4] = ["eyJ", "eyAi", "ewog", "ew0K"];

/// How a token begins that was put into lower case: with `{"alg`, `{"typ`, `{"kid` or `{"cty`. The letters after that
/// are most of the token.
const LOWER_CASE: [&str; 4] = ["eyjhbgci", "eyj0exai", "eyjrawqi", "eyjjdhki"];

/// A text without a space that begins with `eyj` and is so long, in any case of letters, is a piece of a token.
const LONGEST_WORD: usize = 64;

/// The shortest text that is taken for a token, or the beginning of one: the names of rooms may begin like it.
const SHORTEST_TOKEN: usize = 15;

/// A text in which each token, whole or cut, is replaced by `(token)`. A token may be where nobody expects it: in a
/// claim, in a room, in the path of a file.
pub fn without_tokens(text: &str) -> Cow<'_, str> {
    let mut shown = String::new();
    let mut shown_to = 0;
    for at in memchr::memchr2_iter(b'e', b'E', text.as_bytes()) {
        if at >= shown_to
            && let begins = begins_token(&text[at..])
            && (begins || text[at..].get(..3).is_some_and(|it| it.eq_ignore_ascii_case("eyj")))
            && let length = token_length(&text.as_bytes()[at..])
            && length >= if begins { SHORTEST_TOKEN } else { LONGEST_WORD }
        {
            shown.push_str(&text[shown_to..at]);
            shown.push_str("(token)");
            shown_to = at + length;
        }
    }
    if shown_to == 0 {
        return Cow::Borrowed(text);
    }
    shown.push_str(&text[shown_to..]);
    Cow::Owned(shown)
}

fn begins_token(text: &str) -> bool {
    let is_lower_case =
        |begin: &&str| text.get(..begin.len()).is_some_and(|text| text.eq_ignore_ascii_case(begin));
    TOKENS.iter().any(|begin| text.starts_with(begin)) || LOWER_CASE.iter().any(is_lower_case)
}

/// How far the characters of a token go on, and those of its percent-encoded dots and padding.
fn token_length(text: &[u8]) -> usize {
    text.iter()
        .take_while(|octet| octet.is_ascii_alphanumeric() || b"-_.=%".contains(octet))
        .count()
}

/// An argument, such as a path, as a POSIX shell reads it.
pub fn for_shell(argument: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+,:@%".contains(c);
    if argument.chars().all(is_plain) {
        argument.to_owned()
    } else {
        format!("'{}'", argument.replace('\'', "'\\''"))
    }
}

/// A value as a message quotes it: on one line, cut after 60 characters, without tokens.
pub fn quoted(value: &str) -> String {
    let value = without_tokens(value);
    let mut shown: String = harmless(&value).take(LONGEST_VALUE).collect();
    if value.chars().nth(LONGEST_VALUE).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

/// A text that can be printed on one line: U+FFFD stands for characters that would change how the rest of a message
/// looks. It may be long, and have tokens in it.
pub fn printable(text: &str) -> String {
    harmless(text).collect()
}

/// A control character in a roster, or from a server, must not move the cursor or recolor the terminal; marks of direction
/// and breaks of lines must not move the text.
fn harmless(text: &str) -> impl Iterator<Item = char> + '_ {
    let moves_the_text =
        |c: char| c.is_control() || is_invisible(c) || matches!(c, '\u{2028}' | '\u{2029}');
    text.chars().map(move |c| if moves_the_text(c) { '\u{fffd}' } else { c })
}

/// A message without its middle, if it is longer than a thousand octets. Values are cut by [`quoted`]; this is for paths
/// and for what other programs and libraries say. Tokens are removed.
pub fn shortened(message: String) -> String {
    let message = match without_tokens(&message) {
        Cow::Borrowed(_) => message,
        Cow::Owned(shown) => shown,
    };
    if message.len() <= LONGEST_MESSAGE {
        return message;
    }
    let boundary = |at: &usize| message.is_char_boundary(*at);
    let begin = (0..=SHOWN.0).rev().find(boundary).unwrap_or(0);
    let end = (message.len() - SHOWN.1..message.len()).find(boundary).unwrap_or(message.len());
    format!("{} … {}", &message[..begin], &message[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_quoted_on_one_short_line() {
        assert_eq!(quoted("a\nb"), "`a\u{fffd}b`");
        assert_eq!(quoted("a\u{2028}b"), "`a\u{fffd}b`");
        assert_eq!(quoted(&"x".repeat(60)), format!("`{}`", "x".repeat(60)));
        assert_eq!(quoted(&"x".repeat(61)), format!("`{}…`", "x".repeat(60)));
    }

    #[test]
    fn a_long_message_keeps_its_beginning_and_its_end() {
        let message = format!("cannot read `{}`", "é".repeat(493));
        assert_eq!(message.len(), LONGEST_MESSAGE);
        assert_eq!(shortened(message.clone()), message);
        let long = shortened(format!("cannot read `{}`: denied", "é".repeat(1_000_000)));
        assert!(long.len() < 900, "{}", long.len());
        assert!(long.starts_with("cannot read `é") && long.ends_with("é`: denied"), "{long}");
    }

    #[test]
    fn no_token_is_shown_wherever_it_is() {
        let token = "eyJhbGciOiJIUzI1NiJ9.eyJyb29tIjoiYSJ9.c2lnbmF0dXJlLXg";
        assert_eq!(without_tokens(&format!("a?jwt={token}&b")), "a?jwt=(token)&b");
        assert_eq!(
            without_tokens(&format!("hall\u{e9}jwt{}/x", token.to_lowercase())),
            "hall\u{e9}jwt(token)/x"
        );
        assert_eq!(without_tokens(&format!("{token} {token}")), "(token) (token)");
        assert_eq!(without_tokens(&token[..15]), "(token)");
        assert_eq!(quoted(&format!("Bearer {token}")), "`Bearer (token)`");
        assert_eq!(shortened(format!("cannot read /tmp/{token}")), "cannot read /tmp/(token)");
        for other in ["", "e", "eyJ", "eyjafjallajokull-town-hall", "they eye eyed \u{e9}ey"] {
            assert_eq!(without_tokens(other), other);
        }
    }
}

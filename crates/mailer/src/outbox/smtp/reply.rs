//! A mail server's reply (RFC 5321 §4.2).
//!
//! Not lettre's `Response`: it is parsed from a `&str`, but a reply need not be UTF-8.

use std::fmt;

use meetmint_core::one_line;
use memchr::memmem;

/// The maximum length of a reply's text, in characters: enough for every explanation, and less than a screen.
pub(super) const LONGEST_TEXT: usize = 500;

/// The maximum length of a quotation of something that is not a reply, in characters.
const LONGEST_QUOTE: usize = 80;

/// 334: the server continues a login (RFC 4954 §4).
const CHALLENGE: u16 = 334;

/// 421: the server closes the connection, whatever the command was (RFC 5321 §3.8).
const CLOSING: u16 = 421;

/// How a token begins: in a link, and by itself (`eyJ` is base64 for `{"`).
const TOKEN_STARTS: [&str; 2] = ["jwt=", "eyJ"];

/// A complete reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The code, 200 to 599.
    pub code: u16,
    /// Its lines joined by spaces, without control characters, at most 500 characters. It begins with the enhanced
    /// code (RFC 2034), if there is one. If the server quotes a link, the token is removed.
    pub text: String,
    /// The single lines, if there are several: the reply to EHLO is a list.
    pub(super) lines: Vec<String>,
    /// The text of a 334 as it was received. `text` will not do: base64 of JSON begins like a token and is removed.
    pub(super) challenge: String,
}

/// One line of a reply.
#[derive(Debug)]
pub(super) struct ReplyLine {
    pub(super) code: u16,
    pub(super) last: bool,
    text: String,
}

impl Reply {
    /// A reply of these lines. They all have the code of the first.
    pub(super) fn from_lines(lines: &[ReplyLine]) -> Reply {
        let first = lines.first().map_or("", |line| &line.text);
        let enhanced = first.split(' ').next().filter(|word| is_enhanced(word));
        let mut text = String::new();
        for line in lines {
            // Many servers repeat the enhanced code on each line.
            let repeated = enhanced.filter(|_| !text.is_empty());
            let rest = repeated.and_then(|code| line.text.strip_prefix(code));
            text.push_str(rest.filter(|rest| rest.starts_with(' ')).unwrap_or(&line.text));
            text.push(' ');
        }
        let code = lines.first().map_or(0, |line| line.code);
        let challenge = lines.last().filter(|_| code == CHALLENGE);
        let challenge = challenge.map(|line| line.text.clone()).unwrap_or_default();
        // A single line is in `text` already.
        let several = if lines.len() > 1 { lines } else { &[] };
        let lines = several.iter().map(|line| shown(&line.text, LONGEST_TEXT)).collect();
        Reply { code, text: shown(&text, LONGEST_TEXT), lines, challenge }
    }

    /// The enhanced code's class, subject and detail (RFC 3463 §2), if there is one.
    pub(crate) fn enhanced(&self) -> Option<(u16, u16, u16)> {
        let word = self.text.split(' ').next().filter(|word| is_enhanced(word))?;
        // At most three digits each, so parsing cannot fail.
        let mut numbers = word.split('.').map(|number| number.parse().unwrap_or_default());
        Some((numbers.next()?, numbers.next()?, numbers.next()?))
    }

    /// The code's first digit. A client must be able to decide by it alone (RFC 5321 §4.2.1).
    pub(super) fn class(&self) -> u16 {
        self.code / 100
    }

    /// Whether the server continues a login.
    pub(super) fn is_challenge(&self) -> bool {
        self.code == CHALLENGE
    }

    /// Whether the server closes the connection.
    pub(super) fn is_closing(&self) -> bool {
        self.code == CLOSING
    }
}

#[cfg(test)]
impl Reply {
    /// The reply of one line.
    pub(crate) fn of_line(line: &str) -> Reply {
        Reply::from_lines(&[ReplyLine::parse(line.as_bytes()).unwrap()])
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Reply { code, text, .. } = self;
        if text.is_empty() { write!(f, "{code}") } else { write!(f, "{code} {text}") }
    }
}

impl ReplyLine {
    /// Parses a line with its line end. Lenient, because a reply that is not understood after the final dot puts the
    /// message in doubt: the text may be missing (RFC 5321 §4.2), the line may end in a bare LF, and the second digit
    /// may be any (servers reply 571 and the like).
    pub(super) fn parse(line: &[u8]) -> Option<ReplyLine> {
        let line = line.trim_ascii_end();
        let (digits, rest) = line.split_at_checked(3)?;
        let mut code = 0;
        for digit in digits {
            code = code * 10 + u16::from(digit.is_ascii_digit().then(|| digit - b'0')?);
        }
        let (last, text) = match rest {
            [] => (true, rest),
            [b' ', text @ ..] => (true, text),
            [b'-', text @ ..] => (false, text),
            // RFC 5321 §4.2.1: after the code comes a space, a hyphen or nothing.
            _ => return None,
        };
        let text = String::from_utf8_lossy(text).into_owned();
        // SMTP has no 1xx replies, and none above 5xx (RFC 5321 §4.2).
        (200..600).contains(&code).then_some(ReplyLine { code, last, text })
    }
}

/// The beginning of something that is not a reply, safe to be shown.
pub(super) fn quoted(line: &[u8]) -> String {
    shown(&String::from_utf8_lossy(line), LONGEST_QUOTE)
}

/// A server's text as one line without tokens: content filters like to quote the link that they object to.
pub(super) fn shown(text: &str, longest: usize) -> String {
    // Nearly every reply. In ASCII, no character that will not be seen can be in the middle of a start.
    if text.is_ascii() && start_of_token(text.as_bytes()).is_none() {
        return one_line(text, longest).unwrap_or_default();
    }
    one_line(&without_tokens(text), longest).unwrap_or_default()
}

/// A text's words, each without the token in it.
fn without_tokens(text: &str) -> String {
    let mut line = String::new();
    for word in text.split_whitespace() {
        // From the start of the token to the end of the word: the rest of a link is of no use without it.
        let token = start_of_token(word.as_bytes());
        let before = token.map_or(word, |at| &word[..at]);
        // A start with something between its letters, which may be invisible.
        let ascii: Vec<u8> = before.bytes().filter(u8::is_ascii).collect();
        let is_hidden = start_of_token(&ascii).is_some();
        line.push_str(if is_hidden { "" } else { before });
        line.push_str(if is_hidden || token.is_some() { "… " } else { " " });
    }
    line
}

/// Where the first token of a text starts.
fn start_of_token(text: &[u8]) -> Option<usize> {
    TOKEN_STARTS.iter().filter_map(|start| memmem::find(text, start.as_bytes())).min()
}

/// Whether a word is an enhanced code: `class.subject.detail`, one to three digits each (RFC 3463 §2).
fn is_enhanced(word: &str) -> bool {
    let number =
        |part: &str| matches!(part.len(), 1..=3) && part.bytes().all(|b| b.is_ascii_digit());
    word.split('.').count() == 3 && word.split('.').all(number)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn reply(text: &[u8]) -> Option<String> {
        let lines: Option<Vec<_>> =
            text.split_inclusive(|&b| b == b'\n').map(ReplyLine::parse).collect();
        Some(Reply::from_lines(&lines?).to_string())
    }

    #[test]
    fn a_reply_is_shown_as_one_line() {
        #[track_caller]
        fn case(text: &[u8], expected: &str) {
            assert_eq!(reply(text).as_deref(), Some(expected));
        }

        case(b"250 ok\r\n", "250 ok");
        case(b"250 ok\n", "250 ok");
        case(b"250\r\n", "250");
        case(b"250 \r\n", "250");
        case(b"571 no\r\n", "571 no");
        case(b"250-one\r\n250-\r\n250 two\r\n", "250 one two");
        case(b"550-5.1.1 no such\r\n550 5.1.1 user\r\n", "550 5.1.1 no such user");
        case(b"550-5.1.1 no such\r\n550 5.1.10 user\r\n", "550 5.1.1 no such 5.1.10 user");
        case(b"550 Bo\xeete pleine\r\n", "550 Bo\u{fffd}te pleine");
        case("550 Postfach voll: für\r\n".as_bytes(), "550 Postfach voll: für");
        case(b"550 \x1b[31mred\x07\t\0x\r\n", "550 [31mred x");
        case(
            b"554 bad link https://meet.example.org/x?jwt=eyJhbGciOi.eyJhIjox.abc here\r\n",
            "554 bad link https://meet.example.org/x?… here",
        );
        case(b"554 token eyJhbGciOi.eyJhIjox.abc\r\n", "554 token …");
        case("554 token e\u{200b}yJhbGciOi.eyJhIjox.abc\r\n".as_bytes(), "554 token …");
        case("554 ?j\u{ad}wt=abc no\r\n".as_bytes(), "554 … no");
        case("554 e\u{200d}yJhbGciOi.eyJhIjox.abc\r\n".as_bytes(), "554 …");
        let long = format!("550 {}\r\n", "é ".repeat(2_000));
        assert_eq!(reply(long.as_bytes()).unwrap().chars().count(), 4 + 499);
    }

    #[test]
    fn a_line_without_a_code_is_not_a_reply() {
        for text in [
            "",
            "\r\n",
            "25\r\n",
            "ok\r\n",
            "250_ok\r\n",
            "2500 ok\r\n",
            "150 a\r\n",
            "600 a\r\n",
            "2x0 a\r\n",
        ] {
            assert!(text.is_empty() || reply(text.as_bytes()).is_none(), "{text:?}");
        }
        assert_eq!(quoted(b"HTTP/1.1 400 Bad\x1b Request\r\n"), "HTTP/1.1 400 Bad Request");
    }
    /// Words, and pieces of tokens with what may be between them.
    fn texts() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            "[ -~]{0,12}",
            "\\PC{0,6}",
            "(?s).{0,4}",
            "[\0-\x1f\x7f\u{85}\u{a0}\u{3000} ]",
            "[\u{ad}\u{200b}-\u{200f}\u{202e}\u{feff}\u{fe0f}\u{e000}\u{ffff}\u{301}\u{338}]",
            "jwt=|jw|t=|eyJ|ey|e|yJ|J|j|wt|=",
            "(ey|jwt)[\u{80}\u{ad}\u{200b}\u{200d}\u{fe0f}\u{e000}é](J|=)",
        ];
        vec(piece, 0..8).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn nothing_of_a_token_is_shown(text in texts(), longest in 0_usize..40) {
            let shown = shown(&text, longest);
            // The short cut changes nothing.
            prop_assert_eq!(&shown, &one_line(&without_tokens(&text), longest).unwrap_or_default());
            // Nor is one that joiners or variation selectors hide, which stay in a line.
            let joiners = ['\u{200c}', '\u{200d}', '\u{fe0e}', '\u{fe0f}'];
            prop_assert_eq!(start_of_token(shown.replace(joiners, "").as_bytes()), None, "{:?}", shown);
            prop_assert!(shown.chars().count() <= longest && !shown.contains(char::is_control));
            // Other words are all there.
            let reduced: String = text.chars().filter(char::is_ascii).collect();
            if start_of_token(reduced.as_bytes()).is_none() {
                prop_assert_eq!(shown, one_line(&text, longest).unwrap_or_default());
            }
        }
    }
}

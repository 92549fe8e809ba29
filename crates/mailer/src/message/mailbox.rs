//! Headers with a mailbox: `To: "Ada Lovelace" <ada@example.org>`.
//!
//! lettre splits a long name that is not ASCII wherever a line is full. Some mail programs (those based on Python's
//! `email`, for example) then show a space inside a word. Here only the words that need it are encoded, and a name
//! is split between words if possible.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use meetmint_core::Email;

use crate::octets::push;

/// How many octets fit into an encoded word of at most 75 characters (RFC 2047 §2), in complete groups of base64.
const MAX_ENCODED: usize = 45;

/// The maximum length of a line. RFC 5322 §2.1.1 recommends 78, RFC 2047 §2 allows 76 in a line with an encoded word.
const MAX_LINE: usize = 76;

/// Writes the header `name` with one mailbox. `shown` is the display name.
pub(super) fn header(out: &mut Vec<u8>, name: &str, shown: Option<&str>, email: &Email) {
    // The space after the colon is not counted: messages that are sent once more must be the same as before.
    let mut line = out.len() + 1;
    push(out, [name.as_bytes(), b": "]);
    let Some(shown) = shown else {
        push(out, [email.as_str().as_bytes(), b"\r\n"]);
        return;
    };
    // Some mail programs decode what looks like an encoded word even in quotes.
    if shown.is_ascii() && !shown.contains("=?") {
        quoted(out, shown);
    } else {
        for (index, word) in words(shown).iter().enumerate() {
            if index > 0 {
                space(out, &mut line, word.len());
            }
            push(out, [word.as_bytes()]);
        }
    }
    space(out, &mut line, email.as_str().len() + "<>".len());
    push(out, [b"<", email.as_str().as_bytes(), b">\r\n"]);
}

/// Writes the space before a word of `length` octets, on a new line if the word does not fit. `line` is where the line
/// starts.
fn space(out: &mut Vec<u8>, line: &mut usize, length: usize) {
    if out.len() - *line + 1 + length > MAX_LINE {
        push(out, [b"\r\n"]);
        *line = out.len();
    }
    out.push(b' ');
}

/// Writes a display name as a quoted string. It is never folded: with its escapes it is far below the limit of 998
/// (RFC 5322 §2.1.1).
fn quoted(out: &mut Vec<u8>, name: &str) {
    // Always in quotes: a comma would end the mailbox, and an atom cannot contain a period (RFC 5322 §3.2.3).
    out.push(b'"');
    for octet in name.bytes() {
        if matches!(octet, b'\\' | b'"') {
            out.push(b'\\');
        }
        out.push(octet);
    }
    out.push(b'"');
}

/// A display name as words (RFC 5322 §3.2.5), those that need it encoded. A line can be folded between any two of them.
fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut open = String::new();
    for word in name.split(' ') {
        if is_atom(word) {
            words.extend(encoded(&mut open));
            words.push(word.to_owned());
            continue;
        }
        // The space between two encoded words is not shown (RFC 2047 §6.2), so one of them has to contain it.
        let between = usize::from(!open.is_empty());
        if open.len() + between + word.len() > MAX_ENCODED && !open.is_empty() {
            open.push(' ');
            words.extend(encoded(&mut open));
        } else if between > 0 {
            open.push(' ');
        }
        open.push_str(word);
    }
    words.extend(encoded(&mut open));
    words
}

/// Takes the collected text, in as many encoded words as it needs.
fn encoded(open: &mut String) -> Vec<String> {
    let text = std::mem::take(open);
    let mut words = Vec::new();
    let mut rest = text.as_str();
    while !rest.is_empty() {
        // A character must not be divided between encoded words (RFC 2047 §5).
        let end = (0..=MAX_ENCODED.min(rest.len())).rev().find(|end| rest.is_char_boundary(*end));
        let (word, left) = rest.split_at(end.unwrap_or(rest.len()));
        // Base64 rather than Q, which takes three characters for each octet of most scripts.
        words.push(format!("=?utf-8?b?{}?=", BASE64.encode(word)));
        rest = left;
    }
    words
}

/// Whether a word of a display name can stand as it is (RFC 5322 §3.2.3).
fn is_atom(word: &str) -> bool {
    let atext = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
    !word.is_empty() && word.bytes().all(atext) && !word.contains("=?")
}

#[cfg(test)]
mod tests {
    use mail_parser::MessageParser;

    use super::*;

    fn written(shown: Option<&str>) -> String {
        let mut out = Vec::new();
        header(&mut out, "To", shown, &Email::parse("ada@example.org").unwrap());
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_name_is_encoded_no_more_than_necessary() {
        #[track_caller]
        fn case(name: &str, expected: &str) {
            assert_eq!(written(Some(name)), format!("To: {expected} <ada@example.org>\r\n"));
        }

        assert_eq!(written(None), "To: ada@example.org\r\n");
        case("Ada", "\"Ada\"");
        case("Lovelace, \"A\\da\"", "\"Lovelace, \\\"A\\\\da\\\"\"");
        case("Seán O'Brien", "=?utf-8?b?U2XDoW4=?= O'Brien");
        case("=?utf-8?q?x?= y", "=?utf-8?b?PT91dGYtOD9xP3g/PQ==?= y");
        case("Þór Ægir x", "=?utf-8?b?w57Ds3Igw4ZnaXI=?= x");
        case(
            "Maria da Conceição Aparecida de Albuquerque e Vasconcelos Figueiredo",
            "Maria da =?utf-8?b?Q29uY2Vpw6fDo28=?= Aparecida de Albuquerque e\r\n Vasconcelos Figueiredo",
        );
    }

    proptest::proptest! {
        #[test]
        fn every_name_is_read_back_unchanged(text in "\\PC{1,30}( \\PC{1,60})?") {
            if let Some(name) = meetmint_core::DisplayName::clean(&text) {
                let header = written(Some(name.as_str()));
                assert!(header.is_ascii() && !header.trim_end().ends_with('\r'));
                assert!(header.split("\r\n").skip(1).all(|line| line.is_empty() || line.starts_with(' ')));
                let message = format!("{header}\r\n");
                let parsed = MessageParser::default().parse(message.as_bytes()).unwrap();
                assert_eq!(parsed.to().unwrap().first().unwrap().name(), Some(name.as_str()));
            }
        }
    }
}

//! Encoded words (RFC 2047), and headers that are folded between words.
//!
//! lettre splits a long text that is not ASCII wherever a line is full. Its lines can have more than 76 characters, and
//! some mail programs (those based on Python's `email`, for example) show a space inside a word. Here only the words
//! that need it are encoded, and a text is split between words if possible.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

/// The maximum length of a line. RFC 5322 §2.1.1 recommends 78, RFC 2047 §2 allows 76 in a line with an encoded word.
const MAX_LINE: usize = 76;

/// How many octets fit into an encoded word of at most 75 characters (RFC 2047 §2), in complete groups of base64.
const MAX_ENCODED: usize = 45;

/// What surrounds the base64 of an encoded word.
const AROUND: usize = "=?utf-8?b??=".len();

/// Writes a header with these words. A line is folded before a word that it has no room for. A word that is longer than
/// a line gets one of its own: an address, or a name in quotes, with its escapes far below the limit of 998 characters
/// (RFC 5322 §2.1.1).
pub(super) fn header<'w>(
    out: &mut Vec<u8>,
    name: &str,
    words: impl IntoIterator<Item = &'w String>,
) {
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b": ");
    let mut line = name.len() + 2;
    for (index, word) in words.into_iter().enumerate() {
        if index > 0 {
            let full = line + 1 + word.len() > MAX_LINE;
            out.extend_from_slice(if full { b"\r\n " } else { b" " });
            line = if full { 1 } else { line + 1 };
        }
        out.extend_from_slice(word.as_bytes());
        line += word.len();
    }
    out.extend_from_slice(b"\r\n");
}

/// The words of a text for the header `name`: those that are `plain` as they are, the others encoded.
pub(super) fn words(name: &str, text: &str, plain: impl Fn(&str) -> bool) -> Vec<String> {
    // The first word is on the line of the header's name: a line with nothing but the name would be lost on programs
    // that read it as an empty header.
    let first = (MAX_LINE - name.len() - 2 - AROUND) / 4 * 3;
    let mut words = Words { done: Vec::new(), open: String::new(), first: first.min(MAX_ENCODED) };
    for word in text.split(' ') {
        if plain(word) {
            words.close();
            words.done.push(word.to_owned());
            continue;
        }
        // The space between two encoded words is not shown (RFC 2047 §6.2), so one of them has to contain it.
        if !words.open.is_empty() {
            words.open.push(' ');
            // Another space may have to follow.
            if words.open.len() + word.len() >= words.room() {
                words.close();
            }
        }
        words.open.push_str(word);
    }
    words.close();
    words.done
}

struct Words {
    done: Vec<String>,
    /// What is to be encoded next.
    open: String,
    /// How many octets the first encoded word may hold, if no other word is before it.
    first: usize,
}

impl Words {
    fn room(&self) -> usize {
        if self.done.is_empty() { self.first } else { MAX_ENCODED }
    }

    /// Encodes what is open, in as many words as it needs.
    fn close(&mut self) {
        let text = std::mem::take(&mut self.open);
        let mut rest = text.as_str();
        while !rest.is_empty() {
            // A character must not be divided between encoded words (RFC 2047 §5).
            let most = self.room().min(rest.len());
            let end = (1..=most).rev().find(|end| rest.is_char_boundary(*end));
            let (word, left) = rest.split_at(end.unwrap_or(rest.len()));
            // Base64 rather than Q, which takes three characters for each octet of most scripts.
            self.done.push(format!("=?utf-8?b?{}?=", BASE64.encode(word)));
            rest = left;
        }
    }
}

/// Whether a text has what a mail program may decode as an encoded word, even in quotes.
pub(super) fn looks_encoded(text: &str) -> bool {
    text.contains("=?")
}

/// The words of a subject.
pub(super) fn subject(text: &str) -> Vec<String> {
    let plain =
        |word: &str| word.bytes().all(|byte| byte.is_ascii_graphic()) && !looks_encoded(word);
    words("Subject", text, plain)
}

#[cfg(test)]
mod tests {
    use mail_parser::MessageParser;
    use meetmint_core::{DisplayName, Email, one_line};

    use super::super::mailbox;
    use super::*;

    /// Checks the length of lines and of encoded words.
    #[track_caller]
    fn assert_lines(header: &str) {
        assert!(header.is_ascii() && header.ends_with("\r\n"), "{header}");
        for (index, line) in header.trim_end_matches("\r\n").split("\r\n").enumerate() {
            assert!(!line.trim().is_empty() && (index == 0 || line.starts_with(' ')), "{header}");
            assert!(!line.ends_with(' ') && !line.trim_start().is_empty(), "{header}");
            assert!(line.len() <= 76 || !line.contains("=?"), "{} {header}", line.len());
            for word in line.split(' ').filter(|word| word.starts_with("=?")) {
                assert!(word.len() <= 75 && word.ends_with("?="), "{header}");
            }
        }
    }

    fn subject_header(text: &str) -> String {
        let mut out = Vec::new();
        header(&mut out, "Subject", &subject(text));
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_subject_is_folded_between_words_and_encoded_where_needed() {
        assert_eq!(subject_header("Invitation: x"), "Subject: Invitation: x\r\n");
        assert_eq!(subject_header("A é b"), "Subject: A =?utf-8?b?w6k=?= b\r\n");
        assert_eq!(
            subject_header("word ".repeat(17).trim_end()),
            format!("Subject: {}\r\n {}\r\n", ["word"; 13].join(" "), ["word"; 4].join(" "))
        );
        // No character is divided: 39 octets are 13 of these.
        let long = subject_header(&"会".repeat(30));
        assert_eq!(long.split("\r\n").next().unwrap().len(), "Subject: =?utf-8?b??=".len() + 52);
    }

    proptest::proptest! {
        #[test]
        fn every_header_has_short_lines_and_is_read_back_unchanged(
            text in "([a-zA-Z,.\"=?]{1,90}|[ء-ي]{1,40}|[一-龥]{1,60}|(👩‍🚀|e\u{301}|🇩🇪){1,30}|\\PC{1,40}| ){1,8}",
            long: bool,
        ) {
            let Some(subject) = one_line(&text, 150) else { return Ok(()) };
            let header = subject_header(&subject);
            assert_lines(&header);
            let message = format!("{header}\r\n");
            let parsed = MessageParser::default().parse(message.as_bytes()).unwrap();
            assert_eq!(parsed.subject(), Some(subject.as_str()));

            let Some(name) = DisplayName::clean(&text) else { return Ok(()) };
            let labels = ["d".repeat(60), "e".repeat(60), "f".repeat(60)].join(".");
            let address = format!("{}@{labels}.org", "l".repeat(64));
            let email = Email::parse(if long { &address } else { "ada@example.org" }).unwrap();
            for field in ["From", "To", "Reply-To"] {
                let mut out = Vec::new();
                mailbox::header(&mut out, field, Some(name.as_str()), &email);
                let header = String::from_utf8(out).unwrap();
                assert_lines(&header);
                let message = format!("{header}\r\n");
                let parsed = MessageParser::default().parse(message.as_bytes()).unwrap();
                let found = [parsed.from(), parsed.to(), parsed.reply_to()];
                let found = found.into_iter().flatten().next().unwrap().first().unwrap();
                assert_eq!((found.name(), found.address()), (Some(name.as_str()), Some(email.as_str())));
            }
        }
    }
}

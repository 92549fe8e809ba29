//! Headers with a mailbox: `To: "Ada Lovelace" <ada@example.org>`.

use meetmint_core::Email;

use super::encoded_words::{self, looks_encoded};

/// Writes the header `name` with one mailbox. `shown` is the display name.
pub(super) fn header(out: &mut Vec<u8>, name: &str, shown: Option<&str>, email: &Email) {
    let address = match shown {
        Some(_) => format!("<{email}>"),
        None => email.to_string(),
    };
    let words = shown.map(|shown| phrase(name, shown)).unwrap_or_default();
    encoded_words::header(out, name, words.iter().chain([&address]));
}

/// A display name as words (RFC 5322 §3.2.5). A line can be folded between any two of them.
fn phrase(header: &str, name: &str) -> Vec<String> {
    // Some mail programs decode what looks like an encoded word even in quotes.
    if name.is_ascii() && !looks_encoded(name) {
        // Always in quotes: a comma would end the mailbox, and an atom cannot contain a period (RFC 5322 §3.2.3).
        return vec![format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))];
    }
    encoded_words::words(header, name, is_atom)
}

/// Whether a word of a display name can stand as it is (RFC 5322 §3.2.3).
fn is_atom(word: &str) -> bool {
    let atext = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
    !word.is_empty() && word.bytes().all(atext) && !looks_encoded(word)
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

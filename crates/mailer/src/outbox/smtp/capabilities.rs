//! The extensions that a server offers in its reply to EHLO (RFC 5321 §4.1.1.1).
//!
//! Not lettre's `ServerInfo`: it drops PIPELINING, SIZE and unknown login mechanisms.

use super::reply::Reply;

/// The extensions that a server offers.
#[expect(clippy::struct_excessive_bools, reason = "each is an EHLO keyword")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// PIPELINING: several commands in one write (RFC 2920).
    pub pipelining: bool,
    /// CHUNKING: messages whose length is told instead of a final dot (RFC 3030).
    pub chunking: bool,
    /// 8BITMIME: octets above 127 in a message (RFC 6152).
    pub eight_bit_mime: bool,
    /// SMTPUTF8: non-ASCII addresses (RFC 6531).
    pub smtp_utf8: bool,
    /// SIZE (RFC 1870): whether it is offered and, if there is one, the size limit in octets.
    pub size: Option<Option<u64>>,
    /// STARTTLS: upgrading the connection to TLS (RFC 3207).
    pub starttls: bool,
    /// AUTH: the login mechanisms (RFC 4954), in upper case, sorted.
    pub auth: Vec<String>,
    /// Every line as it was received.
    pub lines: Vec<String>,
}

impl Capabilities {
    /// Parses the reply to EHLO. Its first line is the server's name, not an extension.
    pub(super) fn from_reply(reply: &Reply) -> Capabilities {
        let mut capabilities = Capabilities::default();
        for line in reply.lines.iter().skip(1) {
            // Some servers write `AUTH=PLAIN`, a form of before RFC 4954, besides `AUTH PLAIN`.
            // Case does not matter in keywords (RFC 5321 §2.4); SASL mechanisms are in upper case (RFC 4422 §3.1).
            let line = line.to_ascii_uppercase().replacen("AUTH=", "AUTH ", 1);
            let mut words = line.split_ascii_whitespace();
            match words.next() {
                Some("PIPELINING") => capabilities.pipelining = true,
                Some("CHUNKING") => capabilities.chunking = true,
                Some("8BITMIME") => capabilities.eight_bit_mime = true,
                Some("SMTPUTF8") => capabilities.smtp_utf8 = true,
                Some("STARTTLS") => capabilities.starttls = true,
                Some("SIZE") => {
                    // 0 means that there is no limit (RFC 1870 §4).
                    // A limit that cannot be read counts as none: the server will refuse what is too large.
                    let largest = words.next().and_then(|size| size.parse().ok());
                    capabilities.size = Some(largest.filter(|largest| *largest > 0));
                }
                Some("AUTH") => capabilities.auth.extend(words.map(str::to_owned)),
                _ => {}
            }
        }
        // `AUTH` and `AUTH=` list the same mechanisms.
        capabilities.auth.sort_unstable();
        capabilities.auth.dedup();
        // Unknown keywords are kept, because `doctor` shows everything that the server offers.
        let lines = reply.lines.iter().skip(1).filter(|line| !line.is_empty());
        capabilities.lines = lines.cloned().collect();
        capabilities
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbox::smtp::reply::ReplyLine;

    fn capabilities(text: &str) -> Capabilities {
        let lines = text.split_inclusive('\n').map(|line| ReplyLine::parse(line.as_bytes()));
        Capabilities::from_reply(&Reply::from_lines(&lines.collect::<Option<Vec<_>>>().unwrap()))
    }

    #[test]
    fn extensions_are_read_in_any_spelling() {
        let all = capabilities(
            "250-mx.example.org hello\r\n250-pipelining\r\n250-Size 10240000\r\n250-STARTTLS\r\n250-AUTH plain LOGIN\r\n250-AUTH=PLAIN CRAM-MD5\r\n250-8BITMIME\r\n250-chunking\r\n250 SMTPUTF8\r\n",
        );
        assert!(
            all.pipelining && all.chunking && all.eight_bit_mime && all.smtp_utf8 && all.starttls
        );
        assert_eq!(all.size, Some(Some(10_240_000)));
        assert_eq!(all.auth, ["CRAM-MD5", "LOGIN", "PLAIN"]);
        assert_eq!(all.lines.len(), 8);
    }

    #[test]
    fn the_first_line_is_not_an_extension() {
        assert_eq!(capabilities("250 PIPELINING\r\n"), Capabilities::default());
        for (line, size) in [
            ("SIZE", Some(None)),
            ("SIZE 0", Some(None)),
            ("SIZE many", Some(None)),
            ("SIZE 99999999999999999999999", Some(None)),
            ("SIZES 5", None),
        ] {
            assert_eq!(capabilities(&format!("250-a\r\n250 {line}\r\n")).size, size, "{line}");
        }
    }
}

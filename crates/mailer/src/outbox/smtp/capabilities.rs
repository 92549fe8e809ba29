//! What a server offers in its answer to EHLO (RFC 5321 §4.1.1.1).

use super::reply::Reply;

/// What a server offers.
#[expect(clippy::struct_excessive_bools, reason = "each is a keyword of its own")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// Several commands in one write (RFC 2920).
    pub pipelining: bool,
    /// Octets above 127 in a message (RFC 6152).
    pub eight_bit_mime: bool,
    /// Addresses above ASCII (RFC 6531).
    pub smtp_utf8: bool,
    /// The size of messages can be said beforehand (RFC 1870); the largest one taken, in octets, if there is one.
    pub size: Option<Option<u64>>,
    /// A way from plain text to TLS (RFC 3207).
    pub starttls: bool,
    /// The ways to log in (RFC 4954), in capitals.
    pub auth: Vec<String>,
    /// Every line, as it was said.
    pub lines: Vec<String>,
}

impl Capabilities {
    /// Reads an answer to EHLO. Its first line is the server's name.
    pub(super) fn of(reply: &Reply) -> Capabilities {
        let mut offered = Capabilities::default();
        for line in reply.lines.iter().skip(1) {
            // Old servers write `AUTH=PLAIN` beside `AUTH PLAIN`.
            let line = line.to_ascii_uppercase().replacen("AUTH=", "AUTH ", 1);
            let mut words = line.split_ascii_whitespace();
            match words.next() {
                Some("PIPELINING") => offered.pipelining = true,
                Some("8BITMIME") => offered.eight_bit_mime = true,
                Some("SMTPUTF8") => offered.smtp_utf8 = true,
                Some("STARTTLS") => offered.starttls = true,
                Some("SIZE") => {
                    // 0 is no limit (RFC 1870 §4).
                    let largest = words.next().and_then(|size| size.parse().ok());
                    offered.size = Some(largest.filter(|largest| *largest > 0));
                }
                Some("AUTH") => offered.auth.extend(words.map(str::to_owned)),
                _ => {}
            }
        }
        offered.auth.sort_unstable();
        offered.auth.dedup();
        let lines = reply.lines.iter().skip(1).filter(|line| !line.is_empty());
        offered.lines = lines.cloned().collect();
        offered
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbox::smtp::reply::ReplyLine;

    fn offered(text: &str) -> Capabilities {
        let lines = text.split_inclusive('\n').map(|line| ReplyLine::parse(line.as_bytes()));
        Capabilities::of(&Reply::of(&lines.collect::<Option<Vec<_>>>().unwrap()))
    }

    #[test]
    fn what_is_offered_is_read_in_any_spelling() {
        let all = offered(
            "250-mx.example.org hello\r\n250-pipelining\r\n250-Size 10240000\r\n250-STARTTLS\r\n250-AUTH plain LOGIN\r\n250-AUTH=PLAIN CRAM-MD5\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
        );
        assert!(all.pipelining && all.eight_bit_mime && all.smtp_utf8 && all.starttls);
        assert_eq!(all.size, Some(Some(10_240_000)));
        assert_eq!(all.auth, ["CRAM-MD5", "LOGIN", "PLAIN"]);
        assert_eq!(all.lines.len(), 7);
    }

    #[test]
    fn the_servers_name_offers_nothing() {
        assert_eq!(offered("250 PIPELINING\r\n"), Capabilities::default());
        for (line, size) in [
            ("SIZE", Some(None)),
            ("SIZE 0", Some(None)),
            ("SIZE many", Some(None)),
            ("SIZE 99999999999999999999999", Some(None)),
            ("SIZES 5", None),
        ] {
            assert_eq!(offered(&format!("250-a\r\n250 {line}\r\n")).size, size, "{line}");
        }
    }
}

//! The message as it is sent after DATA.

use memchr::memmem;

/// The final dot, after a complete last line.
pub(super) const END: &[u8] = b".\r\n";

/// The message with dots at the beginnings of lines doubled (RFC 5321 §4.5.2), and the final dot.
///
/// A line begins after every LF, not only after CRLF. Messages have no bare LF; if one ever had, a server that
/// takes it for a line end must not see the end of the message there ("SMTP smuggling"). If the message ends in CRLF,
/// that is the one before the dot, and no empty line is added (§4.1.1.4).
pub(super) fn stuffed(bytes: &[u8]) -> Vec<u8> {
    // Few lines begin with a dot, so this is nearly always enough for a single allocation.
    let mut body = Vec::with_capacity(bytes.len() + bytes.len() / 64 + 8);
    // No LF comes before the first line, so the search below does not find its dot.
    if bytes.starts_with(b".") {
        body.push(b'.');
    }
    let mut copied = 0;
    for line_end in memmem::find_iter(bytes, b"\n.") {
        body.extend_from_slice(&bytes[copied..=line_end]);
        body.push(b'.');
        copied = line_end + 1;
    }
    body.extend_from_slice(&bytes[copied..]);
    // The CRLF before the dot of an empty message is the one of the DATA command.
    if !bytes.is_empty() && !bytes.ends_with(b"\r\n") {
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(END);
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dot_at_the_beginning_of_a_line_is_doubled() {
        #[track_caller]
        fn case(message: &str, expected: &str) {
            assert_eq!(String::from_utf8(stuffed(message.as_bytes())).unwrap(), expected);
        }

        case("a\r\n", "a\r\n.\r\n");
        case("a", "a\r\n.\r\n");
        case("", ".\r\n");
        case(".\r\n", "..\r\n.\r\n");
        case("..\r\n", "...\r\n.\r\n");
        case(".a\r\nb.\r\n.c\r\n\r\n.\r\n", "..a\r\nb.\r\n..c\r\n\r\n..\r\n.\r\n");
        case("a\r\n.", "a\r\n..\r\n.\r\n");
        // A server that takes a bare LF for a line end must not see an end here.
        case("a\n.\nb\r\n", "a\n..\nb\r\n.\r\n");
        case("a\r", "a\r\r\n.\r\n");
    }

    proptest::proptest! {
        #[test]
        fn the_final_dot_is_last_and_unstuffing_restores_the_message(message in "([.a\r\n]|\r\n){0,40}") {
            let body = String::from_utf8(stuffed(message.as_bytes())).unwrap();
            let lines: Vec<&str> = body.split('\n').collect();
            assert_eq!(lines.iter().position(|line| *line == ".\r"), Some(lines.len() - 2));
            // The end as a server understands it that accepts a bare LF.
            assert!(!lines.contains(&"."));
            let mut plain = String::new();
            for line in &lines[..lines.len() - 2] {
                plain.push_str(line.strip_prefix('.').unwrap_or(line));
                plain.push('\n');
            }
            let whole = message.is_empty() || message.ends_with("\r\n");
            assert_eq!(plain, if whole { message } else { message + "\r\n" });
        }
    }
}

//! The subject line of a message.

use meetmint_core::one_line;

/// The most characters of a subject. A longer one is unreadable in a list of messages, and the limit of RFC 5322
/// §2.1.1 (998 octets a line) is far away even if each character takes four octets.
const MAX_CHARS: usize = 150;

/// The fewest characters of a title that are kept to make room for the rest of the subject. If even that does not
/// help, the end of the subject is cut off instead.
const MIN_TITLE_CHARS: usize = 24;

/// Starts the subject of a test copy, whatever the template says, so that it is not mistaken for the real message.
const TEST_COPY: &str = "[Test copy] ";

/// Turns what a template made into a subject: one line of limited length. `None` if nothing visible is left.
///
/// `=?` gets a space, because a mail program would decode what follows as an encoded word (RFC 2047 §2).
pub(crate) fn subject_line(rendered: &str) -> Option<String> {
    one_line(&rendered.replace("=?", "= ?"), MAX_CHARS)
}

/// The subject line of a message. `None` if nothing visible is left of `rendered`.
pub(crate) fn message_subject(rendered: &str, test_copy: bool) -> Option<String> {
    let subject = subject_line(rendered)?;
    // The second pass is needed even without a mark: the first removes invisible characters, and may so join
    // `=` and `?`.
    subject_line(&format!("{}{subject}", mark(test_copy)))
}

/// A shorter title to render the subject with again, if `rendered` is too long for a subject line.
///
/// Templates put the time after the title. Without this, a long title would push the time out of the subject.
pub(crate) fn shorter_title(title: &str, rendered: &str, test_copy: bool) -> Option<String> {
    let max = MAX_CHARS - mark(test_copy).len();
    let excess = rendered.trim().chars().count().checked_sub(max).filter(|excess| *excess > 0)?;
    let length = title.chars().count();
    // One character more is dropped for the ellipsis.
    (excess + MIN_TITLE_CHARS < length)
        .then(|| title.chars().take(length - excess - 1).chain(['…']).collect())
}

fn mark(test_copy: bool) -> &'static str {
    if test_copy { TEST_COPY } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_one_short_line_that_is_not_decoded_twice() {
        #[track_caller]
        fn case(rendered: &str, expected: Option<&str>) {
            assert_eq!(subject_line(rendered).as_deref(), expected);
        }

        case("  Invitation:\r\n x \n", Some("Invitation: x"));
        case("=?utf-8?q?x?=", Some("= ?utf-8?q?x?="));
        case("a\u{202e}b\0", Some("ab"));
        case(&"é".repeat(200), Some(&"é".repeat(150)));
        case(" \n", None);
    }
}

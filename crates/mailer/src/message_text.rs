//! The organizer's own text, which invitations show.

use meetmint_core::one_line;

use crate::leak_check::{DecodedText, Parameters};

/// The most characters of the text, each line break counted as one: about a page. What is longer belongs in a document
/// that the text links to.
pub const LONGEST_MESSAGE: usize = 2000;

/// Why a text cannot be shown in messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadMessageText {
    /// There is nothing to show.
    #[error("it has no visible characters")]
    Empty,
    /// It is longer than [`LONGEST_MESSAGE`].
    #[error(
        "it is {length} characters long, and at most {LONGEST_MESSAGE} are allowed: the rest begins in line {line} of the text, column {column}"
    )]
    TooLong {
        /// Its length in characters, without what is not shown.
        length: usize,
        /// The line of the text in which the limit is passed, starting at 1.
        line: usize,
        /// The column of the first character that is too many, starting at 1.
        column: usize,
    },
}

/// The lines of a text. White space and control characters become single spaces, and invisible characters that reorder
/// or hide text are removed, as in a name. Several blank lines become a single empty one; none is first or last.
///
/// # Errors
/// [`BadMessageText`] if nothing is left, or too much.
pub fn message_lines(text: &str) -> Result<Vec<String>, BadMessageText> {
    let mut lines: Vec<String> = Vec::new();
    let mut length = 0;
    let mut limit = None;
    let mut is_blank_before = false;
    for (index, line) in split_lines(text).enumerate() {
        let Some(line) = one_line(line, usize::MAX) else {
            is_blank_before = true;
            continue;
        };
        if !lines.is_empty() {
            if is_blank_before {
                lines.push(String::new());
                length += 1;
            }
            length += 1;
        }
        is_blank_before = false;
        let chars = line.chars().count();
        if limit.is_none() && length + chars > LONGEST_MESSAGE {
            limit = Some((index + 1, LONGEST_MESSAGE.saturating_sub(length) + 1));
        }
        length += chars;
        lines.push(line);
    }
    match limit {
        Some((line, column)) => Err(BadMessageText::TooLong { length, line, column }),
        None if lines.is_empty() => Err(BadMessageText::Empty),
        None => Ok(lines),
    }
}

/// The line of the first personal link in a text, starting at 1: a token, or the value of a token parameter in an address of
/// `host`. Everybody would get it.
pub fn line_with_link(text: &str, host: &str) -> Option<usize> {
    DecodedText::of(text).token(Parameters::OfHost(host))
}

/// Splits a text wherever a reader sees a new line (Unicode Standard, §5.8): a mail program might show any of these.
fn split_lines(text: &str) -> impl Iterator<Item = &str> {
    let is_break =
        |c| matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}');
    text.split('\n').flat_map(move |line| line.strip_suffix('\r').unwrap_or(line).split(is_break))
}

#[cfg(test)]
mod tests {
    use meetmint_core::is_invisible;

    use super::*;

    #[test]
    fn a_text_becomes_clean_lines_with_single_blank_ones_between_paragraphs() {
        #[track_caller]
        fn case(text: &str, expected: &[&str]) {
            assert_eq!(message_lines(text).unwrap(), expected);
        }

        case("Agenda: budget", &["Agenda: budget"]);
        case("\n\n a \r\n \t\n\n\nb\tc\u{0}d\n\n", &["a", "", "b c d"]);
        case("a\r\n\r\nb", &["a", "", "b"]);
        case("a\u{2028}b\u{85}c\rd\u{2029}e", &["a", "b", "c", "d", "e"]);
        case("a\u{202e}b\n\u{202e}\nc", &["ab", "", "c"]);
        case("Zoe\u{301}", &["Zo\u{e9}"]);
    }

    #[test]
    fn a_text_that_is_empty_or_too_long_is_refused() {
        let refused = |text: &str| message_lines(text).unwrap_err();
        assert_eq!(refused(""), BadMessageText::Empty);
        assert_eq!(refused(" \n\u{200b}\u{202e}"), BadMessageText::Empty);
        // The limit itself is allowed, whatever the octets, and what is not shown does not count.
        assert_eq!(message_lines(&format!("\n{}  \n", "é".repeat(2000))).unwrap().len(), 1);
        assert!(message_lines(&format!("{}\n{}", "x".repeat(999), "y".repeat(1000))).is_ok());
        let too_long = |length, line, column| BadMessageText::TooLong { length, line, column };
        assert_eq!(refused(&"x".repeat(2001)), too_long(2001, 1, 2001));
        let text = format!("\n{}\n\n{}\nz", "x".repeat(999), "y".repeat(1000));
        assert_eq!(refused(&text), too_long(2003, 4, 1000));
        assert_eq!(
            too_long(2003, 4, 1000).to_string(),
            "it is 2003 characters long, and at most 2000 are allowed: the rest begins in line 4 of the text, column 1000"
        );
    }

    proptest::proptest! {
        #[test]
        fn every_line_is_clean(text in "(?s)([a-z]{0,9}|[\\r\\n\\t \u{b}\u{2028}]{1,3}|.){0,40}") {
            let Ok(lines) = message_lines(&text) else { return Ok(()) };
            for line in &lines {
                assert!(!line.contains(|c: char| c.is_control() || is_invisible(c)), "{line:?}");
                assert!(!line.contains(['\u{2028}', '\u{2029}']), "{line:?}");
                assert_eq!(line.trim(), line);
            }
            assert!(!lines[0].is_empty() && !lines[lines.len() - 1].is_empty());
            assert!(!lines.windows(2).any(|pair| pair[0].is_empty() && pair[1].is_empty()));
            // What a template shows can be written back into `meeting.toml`.
            assert_eq!(message_lines(&lines.join("\n")).unwrap(), lines);
        }
    }
}

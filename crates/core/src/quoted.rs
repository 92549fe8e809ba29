//! Values in messages: on one line, and never so long that they hide what the message says.

use crate::name::is_invisible;

/// The longest value that a message shows whole, in characters.
const LONGEST_VALUE: usize = 60;

/// The longest message that is shown whole, in octets. Paths of ordinary length fit.
const LONGEST_MESSAGE: usize = 1000;

/// How much of a longer message is shown, in octets: its beginning, and its end, which often says what is wrong.
const SHOWN: (usize, usize) = (400, 400);

/// A value as a message quotes it: on one line, cut after 60 characters.
pub fn quoted(value: &str) -> String {
    let mut shown: String = value
        .chars()
        // A control character in a roster must not move the cursor or recolor the terminal.
        .map(|c| if c.is_control() || is_invisible(c) { '\u{fffd}' } else { c })
        .take(LONGEST_VALUE)
        .collect();
    if value.chars().nth(LONGEST_VALUE).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

/// A message without its middle, if it is longer than a thousand octets. Values are cut by [`quoted`]; this is for paths
/// and for what other programs and libraries say.
pub fn shortened(message: String) -> String {
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
}

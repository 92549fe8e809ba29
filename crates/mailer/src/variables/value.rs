//! Texts on their way into a template.

use std::fmt;

use meetmint_core::one_line;
use serde::Serialize;

/// The maximum length of a value, in characters. Outlook cuts off titles at this length, too.
const MAX_CHARS: usize = 255;

/// The maximum length of a roster's cell, in characters: enough for several pages of text.
const MAX_CELL_CHARS: usize = 10_000;

/// A value on a single line. In the text part, a line break would let the value add lines of its own.
pub(super) fn line(text: &str) -> String {
    one_line(text, MAX_CHARS).unwrap_or_default()
}

/// The content of a roster's cell on a single line.
pub(super) fn cell(text: &str) -> String {
    one_line(text, MAX_CELL_CHARS).unwrap_or_default()
}

/// A link. `{:?}` does not show it.
#[derive(Clone, Copy, Serialize)]
#[serde(transparent)]
pub(super) struct HiddenLink<'a>(pub(super) &'a str);

impl fmt::Debug for HiddenLink<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A link is a credential: whoever reads it in a log can join as this person.
        f.write_str("hidden")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_one_line() {
        assert_eq!(line("a\r\nBcc: b\u{2028}c\0"), "a Bcc: b c");
        assert_eq!(line("\u{202e}"), "");
        assert_eq!(line(&"x".repeat(300)).len(), 255);
        assert_eq!(cell(&"x".repeat(10_001)).len(), 10_000);
    }
}

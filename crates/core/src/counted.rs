//! Counts in messages.

use std::fmt::Display;

/// "1 message", "5 messages": for words with a regular plural.
pub fn counted<N: Display + PartialEq + From<u8> + Copy>(count: N, word: &str) -> String {
    let plural = if count == N::from(1) { "" } else { "s" };
    format!("{count} {word}{plural}")
}

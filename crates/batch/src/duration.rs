//! Durations as people write them.

use jiff::SignedDuration;

/// The longest duration, in seconds: a leap year. A longer one is a typing error.
const LONGEST: i64 = 366 * 24 * 3600;

/// A text is not a duration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadDuration {
    /// No number with a unit, negative, not whole seconds, or more than a year.
    #[error("not a duration of at most a year, such as `90m` or `1h 30m`")]
    Unreadable,
    /// Zero, where something has to last.
    #[error("the duration is zero")]
    Zero,
}

/// Reads `90m`, `1h30m`, `1h 30m`, `90 minutes` or `PT1H30M` as seconds, from 0 to a year.
///
/// # Errors
/// [`BadDuration::Unreadable`] for anything else, also for a number without a unit.
pub fn seconds(text: &str) -> Result<i64, BadDuration> {
    let text = text.trim();
    // jiff reads digits of every script, and a duration of any length.
    if !text.is_ascii() || text.len() > 60 {
        return Err(BadDuration::Unreadable);
    }
    let duration: SignedDuration = text.parse().map_err(|_| BadDuration::Unreadable)?;
    // Claims and calendars count whole seconds. jiff also reads negative durations, such as `90m ago`.
    let is_whole = duration.subsec_nanos() == 0 && (0..=LONGEST).contains(&duration.as_secs());
    if is_whole { Ok(duration.as_secs()) } else { Err(BadDuration::Unreadable) }
}

/// Reads the duration of a meeting as seconds, at least 1.
///
/// # Errors
/// [`BadDuration`] if [`seconds`] refuses the text, or if it is zero.
pub fn meeting_duration(text: &str) -> Result<i64, BadDuration> {
    match seconds(text)? {
        0 => Err(BadDuration::Zero),
        seconds => Ok(seconds),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_has_a_unit() {
        for (text, expected) in [
            ("90m", 5400),
            (" 1h30m ", 5400),
            ("1h 30m", 5400),
            ("90 minutes", 5400),
            ("1.5h", 5400),
            ("PT1H30M", 5400),
            ("0m", 0),
            ("45s", 45),
        ] {
            assert_eq!(seconds(text), Ok(expected), "{text}");
        }
        for text in [
            "",
            "90",
            "1:30",
            "-90m",
            "90m ago",
            "0.5s",
            "9999999h",
            "an hour",
            "९०m",
            &"1h ".repeat(40),
        ] {
            assert_eq!(seconds(text), Err(BadDuration::Unreadable), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn reading_a_duration_never_panics(text in "[0-9.]{0,20} ?[a-zA-Z]{0,9}[0-9hms ]{0,9}") {
            let _ = seconds(&text);
        }
    }
}

//! A length of time as people write it.

use jiff::SignedDuration;

/// The longest duration: a year.
const LONGEST: i64 = 366 * 24 * 3600;

/// A text is no length of time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is not a length of time like `90m` or `1h 30m`, at most a year")]
pub struct BadDuration;

/// Reads `90m`, `1h30m`, `1h 30m`, `90 minutes`, `PT1H30M`; in whole seconds, never negative, at most a year.
///
/// # Errors
/// [`BadDuration`] for everything else; a number alone has no unit.
pub fn seconds(text: &str) -> Result<i64, BadDuration> {
    let text = text.trim();
    if !text.is_ascii() || text.len() > 60 {
        return Err(BadDuration);
    }
    let duration: SignedDuration = text.parse().map_err(|_| BadDuration)?;
    let whole = duration.subsec_nanos() == 0 && (0..=LONGEST).contains(&duration.as_secs());
    if whole { Ok(duration.as_secs()) } else { Err(BadDuration) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_time_has_a_unit() {
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
            assert_eq!(seconds(text), Err(BadDuration), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn reading_a_length_never_panics(text in "[0-9.]{0,20} ?[a-zA-Z]{0,9}[0-9hms ]{0,9}") {
            let _ = seconds(&text);
        }
    }
}

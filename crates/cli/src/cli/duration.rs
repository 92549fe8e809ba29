//! Durations as they are typed.

use std::time::Duration;

use meetmint_app::seconds;

/// A duration of at least a second, in seconds: `90m`, `1h 30m`.
pub(super) fn duration(text: &str) -> Result<i64, String> {
    // Zero would make a link that never works, or a reminder that is never due.
    let seconds = seconds(text).ok().filter(|seconds| *seconds > 0);
    seconds.ok_or_else(|| "not a duration; write it like 1h or 30m".to_owned())
}

/// How long to wait: a duration, `0` or `forever`.
pub(super) fn wait(text: &str) -> Result<Duration, String> {
    match text {
        "0" => Ok(Duration::ZERO),
        "forever" => Ok(Duration::MAX),
        _ => seconds(text)
            .map(|seconds| Duration::from_secs(seconds.unsigned_abs()))
            .map_err(|_| "not a duration; write it like 15m, 0 or forever".to_owned()),
    }
}

/// How long ago something was, in seconds: as [`duration`], and in days or weeks: `30d`, `12w`.
pub(super) fn age(text: &str) -> Result<i64, String> {
    const DAY: i64 = 24 * 3600;
    let days = |unit: &str, days: i64| {
        let number = text.trim().strip_suffix(unit)?.trim_end();
        let number: i64 = number.parse().ok().filter(|number| (1..=99_999).contains(number))?;
        Some(number * days * DAY)
    };
    let age = ["days", "day", "d"].into_iter().find_map(|unit| days(unit, 1));
    let age = age.or_else(|| ["weeks", "week", "w"].into_iter().find_map(|unit| days(unit, 7)));
    age.map_or_else(|| duration(text), Ok)
        .map_err(|_| "not a duration; write it like 30d, 12w or 48h".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_in_days_or_any_other_unit() {
        let day = 24 * 3600;
        for (text, seconds) in [
            ("30d", 30 * day),
            ("1 day", day),
            ("12w", 84 * day),
            ("2 weeks", 14 * day),
            ("48h", 2 * day),
        ] {
            assert_eq!(age(text), Ok(seconds), "{text}");
        }
        for text in ["", "d", "0d", "-3d", "1.5d", "30", "999999d", "3x", "0s"] {
            assert!(age(text).is_err(), "{text}");
        }
    }
}

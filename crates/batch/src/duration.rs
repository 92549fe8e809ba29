//! Durations as people write them.

mod bad_duration;
mod written;

use jiff::SignedDuration;

pub use bad_duration::BadDuration;

/// The longest duration, in seconds: a leap year. A longer one is a typing error.
const LONGEST: i64 = 366 * 24 * 3600;

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

/// Reads the duration of a meeting as seconds, at least 1: as [`seconds`] does, and as people write it: `90` (minutes), `90
/// Min.`, `1:30` (hours and minutes), `1h30`, `1,5 Std.`, `90 минут`.
///
/// # Errors
/// [`BadDuration`] for anything else, for zero, and for a number below ten without a unit.
pub fn meeting_duration(text: &str) -> Result<i64, BadDuration> {
    let found = match seconds(text) {
        Err(BadDuration::Unreadable) => written::seconds(text)?,
        found => found?,
    };
    match found {
        0 => Err(BadDuration::Zero),
        1..=LONGEST => Ok(found),
        _ => Err(BadDuration::Unreadable),
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

    #[test]
    fn a_meeting_lasts_as_long_as_people_write() {
        for (text, minutes) in [
            ("90", 90),
            ("60.0", 60),
            ("90m", 90),
            ("90 min", 90),
            ("90 Min.", 90),
            ("90'", 90),
            ("90min", 90),
            ("1:30", 90),
            ("01:30", 90),
            ("01:30:00", 90),
            ("1:30 h", 90),
            ("0:45", 45),
            ("1h30", 90),
            ("1h30m", 90),
            ("1 h 30", 90),
            ("1,5 Std.", 90),
            ("1.5 h", 90),
            ("1 Std. 30 Min.", 90),
            ("1 Stunde und 30 Minuten", 90),
            ("PT1H30M", 90),
            ("90 минут", 90),
            ("1 час 30 минут", 90),
            ("1 heure 30", 90),
            ("2 horas", 120),
            ("1,5 timmar", 90),
            ("1 godz. 30 min", 90),
            ("2時間", 120),
            ("1小时30分钟", 90),
            ("1시간 30분", 90),
            ("1 ώρα", 60),
            ("1 hour, 30 minutes", 90),
            ("90 Minutes", 90),
            ("5 min", 5),
            ("5", 0),
            ("1.5", 0),
            ("1,5", 0),
        ] {
            match meeting_duration(text) {
                Ok(found) => assert_eq!(found, minutes * 60, "{text}"),
                Err(bad) => {
                    assert!(matches!(bad, BadDuration::NoUnit(_)) && minutes == 0, "{text}: {bad}");
                }
            }
        }
        for text in [
            "",
            "an hour",
            "1:3",
            "1:75",
            "90:00",
            "24:00",
            "-90",
            "-1:30",
            "1h30h",
            "30 min 1 h 30",
            "1-2 h",
            "90 x",
            "1:30:30:30",
            "0,1 sec",
            "1.2.3 h",
            "99999999999999999999",
            "9000000 h",
            "h",
            "90 min extra",
            "1e3",
            "½ h",
        ] {
            assert_eq!(meeting_duration(text), Err(BadDuration::Unreadable), "{text}");
        }
        for text in ["0", "0 min", "0:00", "00:00:00"] {
            assert_eq!(meeting_duration(text), Err(BadDuration::Zero), "{text}");
        }
        assert_eq!(meeting_duration("2").unwrap_err().hint(), "write `2 min` or `2 h`");
        assert_eq!(meeting_duration("2 min"), Ok(120));
        assert_eq!(meeting_duration("2 h"), Ok(7200));
        assert_eq!(meeting_duration("1.5 h"), Ok(5400));
    }

    proptest::proptest! {
        #[test]
        fn reading_what_people_may_write_never_panics(text in "([0-9]{1,20}|[:.,' -]|h|min|Std\\.|час|分|.){0,10}") {
            if let Ok(found) = meeting_duration(&text) {
                proptest::prop_assert!((1..=LONGEST).contains(&found));
            }
        }

        #[test]
        fn a_duration_is_the_same_in_every_form(minutes in 10_i64..1440) {
            let (h, m) = (minutes / 60, minutes % 60);
            for text in [
                format!("{minutes}"), format!("{minutes} min"), format!("{h}:{m:02}"), format!("{h:02}:{m:02}:00"), format!("{h}h{m:02}"),
                format!("{h} Std. {m} Min."), format!("PT{h}H{m}M"),
            ] {
                proptest::prop_assert_eq!(meeting_duration(&text), Ok(minutes * 60), "{}", text);
            }
        }
        #[test]
        fn reading_a_duration_never_panics(text in "[0-9.]{0,20} ?[a-zA-Z]{0,9}[0-9hms ]{0,9}") {
            let _ = seconds(&text);
        }
    }
}

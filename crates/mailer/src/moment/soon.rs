//! How soon a meeting starts, for reminders.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Up to this many minutes before the start, hours are counted; before that, days.
const HOURS_UNTIL: i64 = 4 * 60;

/// How soon `start` is at `now`: `in 25 minutes`, `in 1 hour`, `today`, `tomorrow`, `in 3 days`. `None` once it has come.
///
/// Days are those of `zone`, where the reader is. A mail may be read some minutes later than it was made, so minutes are
/// rounded to five.
pub(crate) fn soon(start: Timestamp, now: Timestamp, zone: &TimeZone) -> Option<String> {
    let seconds = start.as_second() - now.as_second();
    if seconds <= 0 {
        return None;
    }
    let minutes = match (seconds + 59) / 60 {
        few @ ..=10 => few,
        // The nearest multiple of five.
        more => (more + 2) / 5 * 5,
    };
    Some(match minutes {
        1 => "in 1 minute".to_owned(),
        2..60 => format!("in {minutes} minutes"),
        60..90 => "in 1 hour".to_owned(),
        90..HOURS_UNTIL => format!("in {} hours", (minutes + 30) / 60),
        _ => {
            let date = |at: Timestamp| at.to_zoned_datetime(zone.clone()).date();
            match date(now).until(date(start)).map_or(0, |span| span.get_days()) {
                0 => "today".to_owned(),
                1 => "tomorrow".to_owned(),
                days @ ..14 => format!("in {days} days"),
                days @ ..60 => format!("in {} weeks", days / 7),
                days => format!("in {} months", days / 30),
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use meetmint_core::known_zone;

    use super::*;

    #[test]
    fn how_soon_is_said_as_precisely_as_it_matters() {
        #[track_caller]
        fn case(now: &str, zone: &str, expected: Option<&str>) {
            let start = "2027-03-11T13:00:00Z".parse().unwrap();
            let found = soon(start, now.parse().unwrap(), &known_zone(zone).unwrap());
            assert_eq!(found.as_deref(), expected);
        }

        let berlin = "Europe/Berlin";
        case("2027-03-11T13:00:00Z", berlin, None);
        case("2027-03-11T12:59:31Z", berlin, Some("in 1 minute"));
        case("2027-03-11T12:51:00Z", berlin, Some("in 9 minutes"));
        case("2027-03-11T12:33:00Z", berlin, Some("in 25 minutes"));
        case("2027-03-11T12:01:10Z", berlin, Some("in 1 hour"));
        case("2027-03-11T11:30:00Z", berlin, Some("in 2 hours"));
        case("2027-03-11T09:05:00Z", berlin, Some("in 4 hours"));
        case("2027-03-11T08:00:00Z", berlin, Some("today"));
        case("2027-03-10T22:30:00Z", berlin, Some("tomorrow"));
        // Already the 11th in Berlin.
        case("2027-03-10T23:30:00Z", berlin, Some("today"));
        case("2027-03-10T23:30:00Z", "America/New_York", Some("tomorrow"));
        case("2027-03-04T13:00:00Z", berlin, Some("in 7 days"));
        case("2027-02-25T13:00:00Z", berlin, Some("in 2 weeks"));
        case("2027-01-11T13:00:00Z", berlin, Some("in 8 weeks"));
        case("2026-11-11T13:00:00Z", berlin, Some("in 4 months"));
    }
}

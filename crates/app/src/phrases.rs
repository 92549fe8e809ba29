//! Counts and times in the words of messages.

use jiff::Timestamp;
use jiff::tz::TimeZone;
pub use meetmint_core::counted;

/// A day and a time on the clock: `14 October 2031 13:00`.
const DAY_AND_TIME: &str = "%-d %B %Y %H:%M";

/// "1 person", "5 people".
pub fn people(count: usize) -> String {
    if count == 1 { "1 person".to_owned() } else { format!("{count} people") }
}

/// "1 entry", "2 entries".
pub fn entries(count: usize) -> String {
    if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") }
}

/// A time in seconds since 1970 UTC, on the clock of a zone: "14 October 2031 13:00 (Europe/Berlin)".
pub fn time_in(seconds: i64, zone: &TimeZone) -> String {
    let Ok(at) = Timestamp::from_second(seconds) else { return "the end of time".to_owned() };
    format!("{} ({})", zone.to_datetime(at).strftime(DAY_AND_TIME), zone_name(zone))
}

/// A window in seconds since 1970 UTC, on the clock of a zone: "from 14 October 2031 13:00 to 17:30 (Europe/Berlin)".
pub fn window_in((opens, closes): (i64, i64), zone: &TimeZone) -> String {
    let local = |seconds| Timestamp::from_second(seconds).map(|at| zone.to_datetime(at)).ok();
    let (Some(from), Some(until)) = (local(opens), local(closes)) else {
        return "without end".to_owned();
    };
    let until = until.strftime(if from.date() == until.date() { "%H:%M" } else { DAY_AND_TIME });
    format!("from {} to {until} ({})", from.strftime(DAY_AND_TIME), zone_name(zone))
}

/// The zone's IANA name; zones without one are UTC here.
pub fn zone_name(zone: &TimeZone) -> &str {
    zone.iana_name().unwrap_or("UTC")
}

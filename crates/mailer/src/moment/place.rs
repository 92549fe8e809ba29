//! Time zones as people name them: `Berlin time`.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Countries whose zones have names that say nothing without the country, such as `US/Eastern`.
const COUNTRIES: [&str; 5] = ["Brazil", "Canada", "Chile", "Mexico", "US"];

/// Parts of a country that zones are named after.
const PARTS: [&str; 5] = ["Center", "East", "North", "South", "West"];

/// The zone in words: `Berlin time` for `Europe/Berlin`, `UTC+1` for a zone that has no place.
///
/// `with_offset` adds the offset, for readers of whom nobody knows where they are: `Berlin time, UTC+1`.
pub(crate) fn place(zone: &TimeZone, at: Timestamp, with_offset: bool) -> String {
    let name = match zone.iana_name().and_then(place_name) {
        Some(name) => format!("{name} time"),
        None => abbreviation(zone, at),
    };
    // `CST` is the time in Chicago and in Shanghai. What begins with `UTC` is an offset already.
    if with_offset && !name.starts_with("UTC") {
        format!("{name}, {}", utc_offset(zone, at))
    } else {
        name
    }
}

/// The place in a zone's name; `None` for one that names an offset or a rule, such as `Etc/GMT+5` or `CET`.
fn place_name(iana: &str) -> Option<String> {
    let (area, last) = match (iana.split_once('/'), iana.rsplit_once('/')) {
        (Some((area, _)), Some((_, last))) => (area, last),
        // `Japan` or `Singapore`, but not `CET`, `EST5EDT` or `GB-Eire`.
        _ => ("", iana),
    };
    let begins_with_capitals = last.chars().take(2).all(|c| c.is_ascii_uppercase())
        || !last.contains(|c: char| c.is_ascii_lowercase());
    if area == "Etc" || area.is_empty() && begins_with_capitals {
        return None;
    }
    let last = last.replace('_', " ");
    let says_nothing = COUNTRIES.contains(&area) || PARTS.contains(&last.as_str());
    // `America/North_Dakota/Center`: the part between them.
    let middle = iana.split('/').rev().nth(1).unwrap_or(area).replace('_', " ");
    Some(if says_nothing { format!("{middle} {last}") } else { last })
}

/// The abbreviation of the zone, such as `CET`. Where the IANA database has only an offset (`+03`), this is `UTC+3`, which
/// more people recognize as a time zone.
pub(super) fn abbreviation(zone: &TimeZone, at: Timestamp) -> String {
    let info = zone.to_offset_info(at);
    let letters = info.abbreviation();
    if letters.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return letters.to_owned();
    }
    utc_offset(zone, at)
}

/// The offset from UTC: `UTC+1`, `UTC-3:30`, `UTC`.
pub(super) fn utc_offset(zone: &TimeZone, at: Timestamp) -> String {
    let seconds = zone.to_offset(at).seconds();
    let sign = if seconds < 0 { '-' } else { '+' };
    match (seconds.abs() / 3600, seconds.abs() / 60 % 60) {
        (0, 0) => "UTC".to_owned(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, minutes) => format!("UTC{sign}{hours}:{minutes:02}"),
    }
}

#[cfg(test)]
mod tests {
    use meetmint_core::known_zone;

    use super::*;

    #[test]
    fn a_zone_is_named_after_its_place() {
        #[track_caller]
        fn case(zone: &str, expected: [&str; 2]) {
            let zone = known_zone(zone).unwrap();
            let at = "2026-12-10T18:30:00Z".parse().unwrap();
            assert_eq!([place(&zone, at, false), place(&zone, at, true)], expected);
        }

        case("Europe/Berlin", ["Berlin time", "Berlin time, UTC+1"]);
        case("America/New_York", ["New York time", "New York time, UTC-5"]);
        case("America/St_Johns", ["St Johns time", "St Johns time, UTC-3:30"]);
        case("America/Argentina/Buenos_Aires", ["Buenos Aires time", "Buenos Aires time, UTC-3"]);
        case("America/Port-au-Prince", ["Port-au-Prince time", "Port-au-Prince time, UTC-5"]);
        case("Asia/Kathmandu", ["Kathmandu time", "Kathmandu time, UTC+5:45"]);
        case("Europe/London", ["London time", "London time, UTC"]);
        case("US/Eastern", ["US Eastern time", "US Eastern time, UTC-5"]);
        case("UTC", ["UTC", "UTC"]);
        case("Etc/UTC", ["UTC", "UTC"]);
        case("Etc/GMT+5", ["UTC-5", "UTC-5"]);
        case("EST5EDT", ["EST", "EST, UTC-5"]);
        case("Australia/South", ["Australia South time", "Australia South time, UTC+10:30"]);
        case(
            "America/North_Dakota/Center",
            ["North Dakota Center time", "North Dakota Center time, UTC-6"],
        );
        case("W-SU", ["MSK", "MSK, UTC+3"]);
        case("Japan", ["Japan time", "Japan time, UTC+9"]);
    }

    #[test]
    fn every_zone_has_a_readable_name() {
        let at = "2026-12-10T18:30:00Z".parse().unwrap();
        for name in jiff::tz::db().available() {
            let Ok(zone) = known_zone(name.as_str()) else { continue };
            let words = place(&zone, at, false);
            assert!(!words.is_empty() && !words.contains(['_', '/']), "{name}: {words}");
        }
    }
}

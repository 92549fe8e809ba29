//! Which time zone somebody meant who wrote an offset, an abbreviation or a city.

use std::sync::LazyLock;

use jiff::Timestamp;
use meetmint_core::{known_zone, zone_names};

use super::offset::offset;
use crate::suggestion::{nearest, quoted};

/// How many zones are suggested.
const MOST: usize = 4;

/// What is said where nothing resembles the name.
const EXAMPLE: &str = "write an IANA time zone name, such as `Europe/Berlin`";

/// A zone for each offset that is in use, the ones with most people first. An offset alone does not say when the clocks
/// change, so more than one may be meant.
const COMMON: [&str; 56] = [
    "UTC",
    "Europe/Berlin",
    "Europe/London",
    "Europe/Athens",
    "Europe/Istanbul",
    "Europe/Moscow",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "America/Bogota",
    "America/Mexico_City",
    "America/Phoenix",
    "America/Halifax",
    "America/Caracas",
    "America/Santiago",
    "America/St_Johns",
    "America/Anchorage",
    "America/Argentina/Buenos_Aires",
    "Africa/Lagos",
    "Africa/Johannesburg",
    "Africa/Cairo",
    "Africa/Nairobi",
    "Africa/Abidjan",
    "Atlantic/Azores",
    "Atlantic/Cape_Verde",
    "Atlantic/South_Georgia",
    "Asia/Dubai",
    "Asia/Tehran",
    "Asia/Kabul",
    "Asia/Karachi",
    "Asia/Tashkent",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Dhaka",
    "Asia/Yangon",
    "Asia/Bangkok",
    "Asia/Jakarta",
    "Asia/Shanghai",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Australia/Perth",
    "Australia/Eucla",
    "Australia/Darwin",
    "Australia/Adelaide",
    "Australia/Brisbane",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Pacific/Noumea",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Pacific/Tongatapu",
    "Pacific/Kiritimati",
    "Pacific/Honolulu",
    "Pacific/Pago_Pago",
];

/// Abbreviations that are no names of zones, or whose nearest name is another zone.
const ABBREVIATIONS: [(&str, &[&str]); 27] = [
    ("AEDT", &["Australia/Sydney"]),
    ("AEST", &["Australia/Sydney", "Australia/Brisbane"]),
    ("AKST", &["America/Anchorage"]),
    ("AST", &["America/Halifax", "Asia/Riyadh"]),
    ("AWST", &["Australia/Perth"]),
    ("BRT", &["America/Sao_Paulo"]),
    ("BST", &["Europe/London"]),
    ("CAT", &["Africa/Johannesburg"]),
    ("CDT", &["America/Chicago"]),
    ("CEST", &["Europe/Berlin"]),
    ("CST", &["America/Chicago", "Asia/Shanghai"]),
    ("EAT", &["Africa/Nairobi"]),
    ("EDT", &["America/New_York"]),
    ("EEST", &["Europe/Athens"]),
    ("IST", &["Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"]),
    ("JST", &["Asia/Tokyo"]),
    ("KST", &["Asia/Seoul"]),
    ("MDT", &["America/Denver"]),
    ("MESZ", &["Europe/Berlin"]),
    ("MEZ", &["Europe/Berlin"]),
    ("MSK", &["Europe/Moscow"]),
    ("NZST", &["Pacific/Auckland"]),
    ("PDT", &["America/Los_Angeles"]),
    ("PST", &["America/Los_Angeles"]),
    ("SGT", &["Asia/Singapore"]),
    ("WEST", &["Europe/Lisbon"]),
    ("Z", &["UTC"]),
];

/// Abbreviations of zones that have no summer time in the IANA database, but do where most people who write them live.
const WITHOUT_SUMMER_TIME: [(&str, [&str; 2]); 2] = [
    ("EST", ["America/New_York", "America/Panama"]),
    ("MST", ["America/Denver", "America/Phoenix"]),
];

/// What to write instead of an abbreviation that may be with or without summer time.
pub(super) fn summer_time_hint(name: &str) -> Option<String> {
    let known = |(short, _): &&(&str, _)| short.eq_ignore_ascii_case(name);
    let (_, [with, without]) = WITHOUT_SUMMER_TIME.iter().find(known)?;
    let (with, without) = (quoted(with), quoted(without));
    Some(format!("write {with} (with summer time) or {without} (without)"))
}

static NAMES: LazyLock<Vec<String>> = LazyLock::new(zone_names);

/// What to write instead of `unknown`, which is not a zone.
pub(super) fn hint(unknown: &str) -> String {
    if let Some(offset) = offset(unknown) {
        return with_offset(offset);
    }
    if let Some((_, zones)) =
        ABBREVIATIONS.iter().find(|(short, _)| short.eq_ignore_ascii_case(unknown))
    {
        return did_you_mean(zones);
    }
    // Their signs are the other way round (`Etc/GMT+1` is an hour behind UTC), so nobody is led to them.
    let names = NAMES.iter().map(String::as_str);
    let names = names.filter(|name| !name.starts_with("Etc/") && !name.contains(['+', '-']));
    // People write `Berlin`; by edit distance it is nearer to shorter names than to `Europe/Berlin`.
    let is_city = |known: &&str| {
        known.rsplit('/').next().is_some_and(|city| city.eq_ignore_ascii_case(unknown))
    };
    if let Some(city) = names.clone().find(is_city) {
        return did_you_mean(&[city]);
    }
    // Among words so short, one letter makes another continent.
    if unknown.len() <= 4 {
        return EXAMPLE.to_owned();
    }
    nearest(unknown, names).map_or(EXAMPLE.to_owned(), |near| did_you_mean(&[near]))
}

fn did_you_mean(zones: &[&str]) -> String {
    let zones: Vec<String> = zones.iter().copied().map(quoted).collect();
    format!("did you mean {}?", zones.join(" or "))
}

/// The zones that have an offset, at least for a part of the year.
fn with_offset(seconds: i32) -> String {
    // In January and in July of a year, which one does not matter much.
    let times = [1_768_478_400, 1_784_116_800].map(Timestamp::from_second);
    let has_offset = |name: &&str| {
        let Ok(zone) = known_zone(name) else { return false };
        times.iter().flatten().any(|at| zone.to_offset(*at).seconds() == seconds)
    };
    let zones: Vec<String> =
        COMMON.iter().copied().filter(has_offset).take(MOST).map(quoted).collect();
    if zones.is_empty() {
        return EXAMPLE.to_owned();
    }
    format!(
        "an offset does not say when the clocks change: write a time zone such as {}",
        zones.join(" or ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_suggests_places_that_have_it() {
        for text in [
            "GMT+1",
            "UTC+1",
            "utc +01:00",
            "CET+1",
            "+01:00",
            "+1",
            "+0100",
            "(UTC+01:00) Amsterdam, Berlin",
        ] {
            let expected = "an offset does not say when the clocks change: write a time zone such as `Europe/Berlin` or `Europe/London` or `Africa/Lagos`";
            assert_eq!(hint(text), expected, "{text}");
        }
        let begins = |text: &str, zones: &str| {
            let expected = format!(
                "an offset does not say when the clocks change: write a time zone such as {zones}"
            );
            assert!(hint(text).starts_with(&expected), "{text}: {}", hint(text));
        };
        begins("UTC+2", "`Europe/Berlin` or `Europe/Athens` or ");
        begins("UTC-5", "`America/New_York` or `America/Chicago` or ");
        begins("GMT\u{2212}05", "`America/New_York`");
        begins("UTC+5:30", "`Asia/Kolkata`");
        begins("UTC+05:45", "`Asia/Kathmandu`");
        begins("+0", "`UTC`");
        for text in ["GMT+15", "UTC+99", "+", "GMT+", "UTC+1:", "UTC+x"] {
            assert_eq!(hint(text), EXAMPLE, "{text}");
        }
    }

    #[test]
    fn every_suggested_zone_exists() {
        let abbreviated = ABBREVIATIONS.iter().flat_map(|(_, zones)| *zones);
        for name in COMMON.iter().chain(abbreviated) {
            assert!(known_zone(name).is_ok(), "{name}");
        }
        // An abbreviation that is a zone needs no suggestion.
        for (name, _) in ABBREVIATIONS {
            assert!(known_zone(name).is_err(), "{name}");
        }
    }

    #[test]
    fn an_abbreviation_suggests_no_other_continent() {
        assert_eq!(hint("PST"), "did you mean `America/Los_Angeles`?");
        assert_eq!(hint("MEZ"), "did you mean `Europe/Berlin`?");
        assert_eq!(hint("cst"), "did you mean `America/Chicago` or `Asia/Shanghai`?");
        assert_eq!(hint("QQT"), EXAMPLE);
    }
}

//! Names of time zones beside those of the IANA database.

use std::collections::HashMap;
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use meetmint_core::{known_zone, zone_names};

use super::windows::WINDOWS;

/// The longest name, in octets: Windows lists up to six cities.
const LONGEST: usize = 120;

/// Areas of the IANA database whose zones are named after places.
const AREAS: [&str; 9] = [
    "Africa",
    "America",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
    "Antarctica",
];

/// Places in the IANA database that share their name with a larger one elsewhere, or with a direction.
const OTHER_PLACES: [&str; 14] = [
    "act",
    "catamarca",
    "center",
    "cordoba",
    "east",
    "jujuy",
    "lhi",
    "mendoza",
    "merida",
    "north",
    "nsw",
    "south",
    "victoria",
    "west",
];

/// Names in lower case and sorted: those of CLDR, of Rails, of Zoom and of operating systems for zones with one set of
/// rules, and cities that such lists name beside those of the IANA database. Zones of several countries have the IANA
/// name that belongs to none of them, so that nobody in Paris reads `Berlin time`.
const OTHER: [(&str, &str); 60] = [
    ("abu dhabi", "Asia/Dubai"),
    ("alaska", "America/Anchorage"),
    ("alaska time", "America/Anchorage"),
    ("arizona", "America/Phoenix"),
    ("atlantic time (canada)", "America/Halifax"),
    ("australian eastern time", "Australia/Sydney"),
    ("beijing", "Asia/Shanghai"),
    ("bern", "Europe/Zurich"),
    ("brasilia", "America/Sao_Paulo"),
    ("central european summer time", "CET"),
    ("central european time", "CET"),
    ("central time (us & canada)", "America/Chicago"),
    ("central time (us and canada)", "America/Chicago"),
    ("central time - chicago", "America/Chicago"),
    ("cest", "CET"),
    ("chennai", "Asia/Kolkata"),
    ("coordinated universal time", "UTC"),
    ("eastern european standard time", "EET"),
    ("eastern european summer time", "EET"),
    ("eastern european time", "EET"),
    ("eastern time (us & canada)", "America/New_York"),
    ("eastern time (us and canada)", "America/New_York"),
    ("edinburgh", "Europe/London"),
    ("eest", "EET"),
    ("gmt", "GMT"),
    ("greenwich mean time", "GMT"),
    ("hanoi", "Asia/Ho_Chi_Minh"),
    ("hawaii", "Pacific/Honolulu"),
    ("hawaii-aleutian standard time", "Pacific/Honolulu"),
    ("heure d’europe centrale", "CET"),
    ("heure normale d’europe centrale", "CET"),
    ("hora de europa central", "CET"),
    ("hora estándar de europa central", "CET"),
    ("islamabad", "Asia/Karachi"),
    ("japan standard time", "Asia/Tokyo"),
    ("kyiv", "Europe/Kyiv"),
    ("mesz", "CET"),
    ("mez", "CET"),
    ("mitteleuropäische normalzeit", "CET"),
    ("mitteleuropäische sommerzeit", "CET"),
    ("mitteleuropäische zeit", "CET"),
    ("mountain time (us & canada)", "America/Denver"),
    ("mountain time (us and canada)", "America/Denver"),
    ("mumbai", "Asia/Kolkata"),
    ("new delhi", "Asia/Kolkata"),
    ("osaka", "Asia/Tokyo"),
    ("osteuropäische zeit", "EET"),
    ("pacific time (us & canada)", "America/Los_Angeles"),
    ("pacific time (us and canada)", "America/Los_Angeles"),
    ("rio de janeiro", "America/Sao_Paulo"),
    ("sapporo", "Asia/Tokyo"),
    ("st. petersburg", "Europe/Moscow"),
    ("wellington", "Pacific/Auckland"),
    ("west", "WET"),
    ("western european standard time", "WET"),
    ("western european summer time", "WET"),
    ("western european time", "WET"),
    ("wien", "Europe/Vienna"),
    ("z", "UTC"),
    ("zürich", "Europe/Zurich"),
];

/// IANA zones by city in lower case, where a city is in one zone only.
static CITIES: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let mut cities: HashMap<String, Option<String>> = HashMap::new();
    for name in zone_names() {
        let Some((area, place)) = name.split_once('/') else { continue };
        // Deeper names are small places, but for the capital of Argentina.
        let place = place.strip_prefix("Argentina/Bue").map_or(place, |_| "Buenos_Aires");
        let city = place.replace('_', " ").to_lowercase();
        if !AREAS.contains(&area) || place.contains('/') || OTHER_PLACES.contains(&city.as_str()) {
            continue;
        }
        let known = cities.entry(city).or_insert_with(|| Some(name.clone()));
        if known.as_ref().is_some_and(|known| !are_alike(known, &name)) {
            *known = None;
        }
    }
    cities.into_iter().filter_map(|(city, zone)| Some((city, zone?))).collect()
});

/// The IANA name of the zone with another name, in any case: of Windows, of a city, or one of a list such as
/// `(UTC+01:00) Amsterdam, Berlin`. `None` if it may be more than one zone, or if offset and city disagree.
pub(super) fn iana_name(name: &str) -> Option<&'static str> {
    if name.len() > LONGEST {
        return None;
    }
    let name = name.to_lowercase();
    let Some((offset, places)) = name.strip_prefix('(').and_then(|rest| rest.split_once(')'))
    else {
        return one(&name);
    };
    let offset = super::offset::offset(offset)?;
    let places = places.trim();
    // Google: `(GMT+01:00) Central European Time - Berlin`.
    let last = places.rsplit_once(" - ").map_or(places, |(_, city)| city);
    let mut found =
        one(places).or_else(|| one(last)).into_iter().chain(last.split(',').filter_map(one));
    // Lists show the offset of winter.
    found.find(|zone| offsets(zone).into_iter().flatten().any(|known| known == offset))
}

/// A name alone, in lower case.
fn one(name: &str) -> Option<&'static str> {
    let name = name.trim().trim_end_matches('*').trim_end();
    let named = |table: &[(&'static str, &'static str)]| {
        table.binary_search_by_key(&name, |(known, _)| *known).ok().map(|at| table[at].1)
    };
    named(&WINDOWS).or_else(|| named(&OTHER)).or_else(|| CITIES.get(name).map(String::as_str))
}

/// The offsets of a zone in January and July, in seconds. Of which year does not matter much.
fn offsets(name: &str) -> [Option<i32>; 2] {
    let zone = known_zone(name).ok();
    [1_768_478_400, 1_784_116_800].map(|second| {
        let at = Timestamp::from_second(second).ok()?;
        zone.as_ref().map(|zone: &TimeZone| zone.to_offset(at).seconds())
    })
}

fn are_alike(one: &str, other: &str) -> bool {
    one == other || offsets(one) == offsets(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted_and_name_zones() {
        assert!(WINDOWS.is_sorted() && OTHER.is_sorted());
        for (name, zone) in WINDOWS.iter().chain(&OTHER) {
            assert_eq!(name.to_lowercase(), *name);
            assert!(known_zone(zone).is_ok(), "{zone}");
        }
    }

    #[test]
    fn zones_are_known_by_the_names_that_programs_write() {
        for (name, zone) in [
            ("W. Europe Standard Time", "Europe/Berlin"),
            ("eastern standard time", "America/New_York"),
            ("Berlin", "Europe/Berlin"),
            ("new york", "America/New_York"),
            ("Buenos Aires", "America/Argentina/Buenos_Aires"),
            ("(GMT+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "Europe/Amsterdam"),
            ("(UTC+1:00) Bern", "Europe/Zurich"),
            ("(GMT-05:00) Eastern Time (US and Canada)", "America/New_York"),
            ("(GMT+02:00) Central European Time - Berlin", "Europe/Berlin"),
            ("(UTC) Dublin, Edinburgh, Lisbon, London", "Europe/Dublin"),
            ("(UTC+05:30) Chennai, Kolkata, Mumbai, New Delhi", "Asia/Kolkata"),
            ("Central European Time", "CET"),
            ("CEST", "CET"),
            ("Kyiv", "Europe/Kyiv"),
        ] {
            let found = iana_name(name).unwrap_or_else(|| panic!("{name}"));
            assert_eq!(offsets(found), offsets(zone), "{name}: {found}");
        }
        for name in [
            "",
            "Cordoba",
            "North",
            "Petersburg",
            "San Juan",
            "(GMT+05:00) Berlin",
            "(GMT+01:00) Atlantis",
            "IST",
            "CST",
        ] {
            assert_eq!(iana_name(name), None, "{name}");
        }
    }
}

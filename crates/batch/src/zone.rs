//! Time zones by name.

mod names;
mod offset;
mod suggestion;
mod windows;

use std::cell::RefCell;

use jiff::tz::TimeZone;
use meetmint_core::known_zone;

use crate::rejection::Rejection;
use names::iana_name;
use offset::fixed;
use suggestion::{hint, summer_time_hint};

/// Reads the name of a time zone in the IANA database, in any case.
///
/// # Errors
/// [`Rejection`] of a name that is not in the database, with the one that was probably meant.
pub fn zone(name: &str) -> Result<TimeZone, Rejection> {
    known_zone(name).map_err(|unknown| Rejection::new("not a time zone", hint(&unknown.0)))
}

/// Whose zone a cell of a roster names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ZoneOf {
    /// The row's own meeting. A fixed offset is refused: it does not say when the clocks change, and the start would be an
    /// hour off for those who meant a place.
    Meeting,
    /// The person, to whom times are shown in it as well. A fixed offset is shown as what it is: `UTC+2`.
    Person,
}

/// Reads the zone in a cell of a roster: a name of the IANA database, of Windows or CLDR, a city, or an entry of a list such
/// as `(UTC+01:00) Amsterdam, Berlin`.
///
/// # Errors
/// [`Rejection`] of what is none of these or may be several zones, with those that were probably meant. So are `EST` and
/// `MST`: in the database they have no summer time, but most people who write them do.
pub(crate) fn roster_zone(name: &str, of: ZoneOf) -> Result<TimeZone, Rejection> {
    struct Last {
        name: String,
        of: ZoneOf,
        found: Result<TimeZone, Rejection>,
    }
    // A whole column often has the same name, and comparing it with 600 names takes longer than reading the row: the last
    // one is kept. One for each thread: rows are read on all cores, which would wait for each other at a shared one.
    thread_local! {
        static LAST: RefCell<Option<Last>> = const { RefCell::new(None) };
    }
    LAST.with_borrow_mut(|last| match last {
        Some(last) if last.name == name && last.of == of => last.found.clone(),
        _ => {
            let found = read_zone(name, of);
            *last = Some(Last { name: name.to_owned(), of, found: found.clone() });
            found
        }
    })
}

fn read_zone(name: &str, of: ZoneOf) -> Result<TimeZone, Rejection> {
    if let Some(hint) = summer_time_hint(name) {
        return Err(Rejection::new("a time zone with and without summer time", hint));
    }
    let spaced = || known_zone(&name.replace(" / ", "/").replace(' ', "_"));
    let other = || known_zone(iana_name(name).unwrap_or_default());
    let fixed = || match of {
        ZoneOf::Person => fixed(name).and_then(|name| known_zone(&name).ok()),
        ZoneOf::Meeting => None,
    };
    let found = known_zone(name).or_else(|_| spaced()).or_else(|_| other()).ok().or_else(fixed);
    found.ok_or_else(|| Rejection::new("not a time zone", hint(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_roster_names_zones_in_many_ways() {
        let read = |name: &str, of| {
            let found = roster_zone(name, of).map(|zone| zone.iana_name().unwrap().to_owned());
            found.map_err(|rejection| rejection.hint)
        };
        for of in [ZoneOf::Person, ZoneOf::Meeting] {
            for (name, zone) in [
                ("europe/zurich", "Europe/Zurich"),
                ("America/New York", "America/New_York"),
                ("Europe / Berlin", "Europe/Berlin"),
                ("W. Europe Standard Time", "Europe/Berlin"),
                ("Eastern Standard Time", "America/New_York"),
                ("CET", "CET"),
                ("MESZ", "CET"),
                ("Berlin", "Europe/Berlin"),
                ("(GMT+01:00) Amsterdam, Berlin, Rome", "Europe/Amsterdam"),
                ("UTC", "UTC"),
            ] {
                assert_eq!(read(name, of).as_deref(), Ok(zone), "{name}");
            }
            for (name, hint) in [
                (
                    "EST",
                    "write `America/New_York` (with summer time) or `America/Panama` (without)",
                ),
                ("cst", "did you mean `America/Chicago` or `Asia/Shanghai`?"),
                ("IST", "did you mean `Asia/Kolkata` or `Europe/Dublin` or `Asia/Jerusalem`?"),
                (
                    "UTC+5:30",
                    "an offset does not say when the clocks change: write a time zone such as `Asia/Kolkata`",
                ),
            ] {
                assert_eq!(read(name, of).unwrap_err(), hint);
            }
        }
        assert_eq!(read("UTC+2", ZoneOf::Person).as_deref(), Ok("Etc/GMT-2"));
        assert!(read("UTC+2", ZoneOf::Meeting).unwrap_err().starts_with("an offset does not say"));
        // Not what was read before for the other one.
        assert!(read("UTC+2", ZoneOf::Person).is_ok());
    }

    #[test]
    fn an_unknown_zone_is_rejected_with_the_nearest_name() {
        let hint = |name: &str| zone(name).unwrap_err().hint;
        assert_eq!(zone("europe/berlin").unwrap().iana_name(), Some("Europe/Berlin"));
        assert_eq!(hint("Berlin"), "did you mean `Europe/Berlin`?");
        assert_eq!(hint("Europe/Berln"), "did you mean `Europe/Berlin`?");
        assert_eq!(
            hint("somewhere else entirely"),
            "write an IANA time zone name, such as `Europe/Berlin`"
        );
    }
}

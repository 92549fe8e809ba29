//! Values that a new meeting begins with: random numbers, the zone, the start.

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use crate::environment::Environment;
use crate::phrases::zone_name;

/// The zone of this machine, or UTC if calendar programs would not know its name.
pub(super) fn zone(environment: &Environment) -> TimeZone {
    match zone_name(&environment.zone) {
        // What servers and containers say, and nobody writes into a calendar.
        "Etc/UTC" => TimeZone::UTC,
        // Calendar programs recognize IANA names (`invitation-email` facts, §1.6).
        name => meetmint_core::known_zone(name).unwrap_or(TimeZone::UTC),
    }
}

/// Today in a week at two in the afternoon, as `start` is written.
pub(super) fn start(now: Timestamp, zone: &TimeZone) -> String {
    let day = zone.to_datetime(now).date().saturating_add(Span::new().days(7));
    format!("{day} 14:00")
}

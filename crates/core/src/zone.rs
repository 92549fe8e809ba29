//! Time zones of the IANA database.

use std::sync::LazyLock;

use jiff::tz::{TimeZone, TimeZoneDatabase};

use crate::quoted::quoted;

/// A text is not the name of a time zone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} is not a time zone", quoted(.0))]
pub struct UnknownZone(pub String);

/// The rules are part of the program, so that they are the same on every machine. A system that has not been
/// updated would be an hour off in zones whose rules changed (`invitation-email` facts, §1.6).
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// The zone with an IANA name such as `Europe/Berlin`. Case and surrounding white space are ignored.
///
/// # Errors
/// [`UnknownZone`] for names that are not in the IANA database.
pub fn known_zone(name: &str) -> Result<TimeZone, UnknownZone> {
    let name = name.trim();
    ZONES.get(name).map_err(|_| UnknownZone(name.to_owned()))
}

/// All names that [`known_zone`] accepts.
pub fn zone_names() -> Vec<String> {
    ZONES.available().map(|name| name.to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_have_iana_names() {
        assert_eq!(known_zone(" europe/berlin ").unwrap().iana_name(), Some("Europe/Berlin"));
        assert_eq!(known_zone("Europe/Berln"), Err(UnknownZone("Europe/Berln".to_owned())));
        assert!(known_zone("").is_err());
        assert!(known_zone("../etc/passwd").is_err());
    }
}

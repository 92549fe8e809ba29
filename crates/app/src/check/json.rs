//! How values of the report of `check` are written as JSON.

use std::fmt::Display;

use jiff::tz::TimeZone;
use serde::ser::{Serialize, Serializer};

/// As the text that it is displayed as.
pub(super) fn as_text<S: Serializer>(
    value: &impl Display,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

/// As its IANA name.
pub(super) fn as_zone_name<S: Serializer>(
    zone: &TimeZone,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    zone.iana_name().serialize(serializer)
}

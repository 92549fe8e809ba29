//! A start as people write it, in a zone with its clock changes.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase};

/// A start as it was written: local time, and the offset if one was given to tell the two
/// passes of a repeated hour apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    local: DateTime,
    offset: Option<Offset>,
}

/// Why a text is no start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadStart {
    /// Not `YYYY-MM-DD HH:MM`.
    #[error("it is not a date and time like `2027-03-11 14:00`")]
    Unreadable,
    /// The clocks jump over it.
    #[error("{} does not exist in {zone}: the clocks jump over it", written(*local))]
    Gap {
        /// What was written.
        local: DateTime,
        /// The zone's name.
        zone: String,
        /// The local time just as long before the jump.
        before: DateTime,
        /// The local time just as long after it.
        after: DateTime,
    },
    /// The clocks go back, and it comes twice.
    #[error("{} comes twice in {zone}: the clocks go back", written(*local))]
    Fold {
        /// What was written.
        local: DateTime,
        /// The zone's name.
        zone: String,
        /// The offset of the first time.
        first: Offset,
        /// The offset of the second.
        second: Offset,
    },
    /// The offset written is not the zone's at that time.
    #[error("{zone} is not at {offset} then")]
    OtherOffset {
        /// The offset that was written.
        offset: Offset,
        /// The zone's name.
        zone: String,
    },
    /// Outside of the years 1 to 9999.
    #[error("it lies outside of the years that calendars know")]
    OutOfRange,
}

impl BadStart {
    /// What to write instead.
    pub fn hint(&self) -> String {
        match self {
            BadStart::Gap { before, after, .. } => {
                format!("write `{}` or `{}`", written(*before), written(*after))
            }
            BadStart::Fold { local, first, second, .. } => format!(
                "say which one: `{local}{first}` or `{local}{second}`",
                local = written(*local),
                first = offset(*first),
                second = offset(*second)
            ),
            BadStart::OtherOffset { .. } => "leave the offset out, or correct the zone".to_owned(),
            BadStart::OutOfRange => "write a year that people live to see".to_owned(),
            BadStart::Unreadable => {
                "write year, month, day and a 24-hour time: `2027-03-11 14:00`".to_owned()
            }
        }
    }
}

impl Start {
    /// Reads `YYYY-MM-DD HH:MM`, with a `T` instead of the space and with seconds if one likes,
    /// and with an offset (`+01:00`) behind it where a clock change makes the time come twice.
    ///
    /// # Errors
    /// [`BadStart::Unreadable`] for everything else.
    pub fn parse(text: &str) -> Result<Start, BadStart> {
        let text = text.trim();
        let bytes = text.as_bytes();
        let shaped = text.is_ascii()
            && bytes.len() >= 16
            && bytes[4] == b'-'
            && bytes[7] == b'-'
            && matches!(bytes[10], b' ' | b'T')
            && bytes[13] == b':';
        if !shaped {
            return Err(BadStart::Unreadable);
        }
        let time_ends = text[11..].find(['+', '-', 'Z', ' ']).map_or(text.len(), |at| 11 + at);
        let local: DateTime = text[..time_ends].parse().map_err(|_| BadStart::Unreadable)?;
        let offset = match text[time_ends..].trim() {
            "" => None,
            "Z" => Some(Offset::UTC),
            written => Some(read_offset(written).ok_or(BadStart::Unreadable)?),
        };
        Ok(Start { local, offset })
    }

    /// The moment it is in a zone.
    ///
    /// # Errors
    /// [`BadStart`] if a clock change skips it or makes it come twice, with both candidates.
    pub fn resolve(&self, zone: &TimeZone) -> Result<Timestamp, BadStart> {
        let name = || zone.iana_name().unwrap_or("UTC").to_owned();
        let moment =
            |offset: Offset| offset.to_timestamp(self.local).map_err(|_| BadStart::OutOfRange);
        let ambiguous = zone.to_ambiguous_timestamp(self.local);
        let candidates = match ambiguous.offset() {
            AmbiguousOffset::Unambiguous { offset } => [offset, offset],
            AmbiguousOffset::Gap { before, after } => {
                let shifted =
                    |through: Offset, to: Offset| moment(through).map(|at| to.to_datetime(at));
                return Err(BadStart::Gap {
                    local: self.local,
                    zone: name(),
                    before: shifted(after, before)?,
                    after: shifted(before, after)?,
                });
            }
            AmbiguousOffset::Fold { before, after } => [before, after],
        };
        match self.offset {
            Some(offset) if candidates.contains(&offset) => moment(offset),
            Some(offset) => Err(BadStart::OtherOffset { offset, zone: name() }),
            None if candidates[0] == candidates[1] => moment(candidates[0]),
            None => Err(BadStart::Fold {
                local: self.local,
                zone: name(),
                first: candidates[0],
                second: candidates[1],
            }),
        }
    }
}

fn read_offset(text: &str) -> Option<Offset> {
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = text[1..].split_once(':')?;
    if hours.len() != 2 || minutes.len() != 2 {
        return None;
    }
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    if minutes > 59 {
        return None;
    }
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}

fn written(local: DateTime) -> String {
    local.strftime("%Y-%m-%d %H:%M").to_string()
}

fn offset(offset: Offset) -> String {
    let seconds = offset.seconds();
    let sign = if seconds < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", seconds.abs() / 3600, seconds.abs() / 60 % 60)
}

/// A name that is no time zone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a time zone")]
pub struct UnknownZone(pub String);

/// The rules come with the program, so they are the same on every machine: an old system would be
/// an hour wrong where they changed (`invitation-email` facts, §1.6).
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// The zone of an IANA name such as `Europe/Berlin`.
///
/// # Errors
/// [`UnknownZone`] for names the IANA database does not have.
pub fn known_zone(name: &str) -> Result<TimeZone, UnknownZone> {
    let name = name.trim();
    ZONES.get(name).map_err(|_| UnknownZone(name.to_owned()))
}

/// All names that [`known_zone`] knows.
pub fn zone_names() -> Vec<String> {
    ZONES.available().map(|name| name.to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_is_the_moment_the_clocks_on_the_wall_show() {
        #[track_caller]
        fn case(text: &str, zone: &str, expected: Result<&str, &str>) {
            let zone = known_zone(zone).unwrap();
            let found = Start::parse(text).and_then(|start| start.resolve(&zone));
            match expected {
                Ok(moment) => assert_eq!(found.unwrap().to_string(), moment),
                Err(words) => {
                    let bad = found.unwrap_err();
                    assert_eq!(format!("{bad} | {}", bad.hint()), words);
                }
            }
        }
        let how = "write year, month, day and a 24-hour time: `2027-03-11 14:00`";
        let unreadable = format!("it is not a date and time like `2027-03-11 14:00` | {how}");

        case("2027-03-11 14:00", "Europe/Berlin", Ok("2027-03-11T13:00:00Z"));
        case(" 2027-07-11T14:00:30 ", "Europe/Berlin", Ok("2027-07-11T12:00:30Z"));
        case("2027-07-11 14:00+02:00", "Europe/Berlin", Ok("2027-07-11T12:00:00Z"));
        case("2027-07-11 14:00Z", "UTC", Ok("2027-07-11T14:00:00Z"));
        case("2027-10-31 02:30+02:00", "Europe/Berlin", Ok("2027-10-31T00:30:00Z"));
        case("2027-10-31 02:30 +01:00", "Europe/Berlin", Ok("2027-10-31T01:30:00Z"));
        case(
            "2027-03-28 02:30",
            "Europe/Berlin",
            Err(
                "2027-03-28 02:30 does not exist in Europe/Berlin: the clocks jump over it | write `2027-03-28 01:30` or `2027-03-28 03:30`",
            ),
        );
        case(
            "2027-10-31 02:30",
            "Europe/Berlin",
            Err(
                "2027-10-31 02:30 comes twice in Europe/Berlin: the clocks go back | say which one: `2027-10-31 02:30+02:00` or `2027-10-31 02:30+01:00`",
            ),
        );
        case(
            "2027-07-11 14:00+05:00",
            "Europe/Berlin",
            Err("Europe/Berlin is not at +05 then | leave the offset out, or correct the zone"),
        );
        for text in [
            "",
            "tomorrow",
            "11.03.2027 14:00",
            "2027-03-11",
            "2027-03-11 9:00",
            "2027-03-11 24:00",
            "2027-02-30 14:00",
            "2027-03-11 14:00 Uhr",
            "2027-03-11 14:00+1",
            "2027-03-11 14:00+01:99",
            "２０２７-03-11 14:00",
            "2027-03-11 14:00+",
            "14:00",
        ] {
            case(text, "Europe/Berlin", Err(&unreadable));
        }
    }

    #[test]
    fn zones_go_by_their_iana_names() {
        assert_eq!(known_zone(" europe/berlin ").unwrap().iana_name(), Some("Europe/Berlin"));
        assert_eq!(known_zone("Europe/Berln"), Err(UnknownZone("Europe/Berln".to_owned())));
        assert!(known_zone("").is_err());
        assert!(known_zone("../etc/passwd").is_err());
    }

    proptest::proptest! {
        #[test]
        fn reading_a_start_never_panics(text in "(?s).{0,30}") {
            let _ = Start::parse(&text).and_then(|start| start.resolve(&TimeZone::UTC));
        }

        #[test]
        fn nearly_right_starts_never_panic(text in "[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}([+-][0-9:]{0,7})?") {
            let zone = known_zone("America/New_York").unwrap();
            let _ = Start::parse(&text).and_then(|start| start.resolve(&zone));
        }
    }
}

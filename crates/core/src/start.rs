//! When a meeting starts: local time as people write it, resolved in a time zone.

use std::borrow::Cow;
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::fmt::temporal::Pieces;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase};

use crate::quoted::quoted;

/// The start of a meeting as written: local time, and the offset if there is one. The offset decides which
/// one is meant when the clocks go back and an hour is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    local: DateTime,
    offset: Option<Offset>,
}

/// Why a text is not a start, or not one in the given zone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadStart {
    /// Something in brackets follows, as in RFC 9557.
    #[error("a time zone in brackets is not supported")]
    Annotated,
    /// Not `YYYY-MM-DD HH:MM`.
    #[error("not a date and time in a form that meetmint reads")]
    Unreadable,
    /// The month has no such day.
    #[error("{month} {year} has {days} days")]
    NoSuchDay {
        /// The year.
        year: i16,
        /// The month's name.
        month: String,
        /// How many days it has.
        days: i8,
    },
    /// The year has no such month.
    #[error("a year has 12 months")]
    NoSuchMonth,
    /// The day has no such time.
    #[error("a day has 24 hours, from `00:00` to `23:59`")]
    NoSuchTime,
    /// The clocks go forward, and this local time is skipped.
    #[error("`{}` does not exist in {zone}: the clocks go forward and skip it", local_text(*local))]
    Gap {
        /// The local time as written.
        local: DateTime,
        /// The zone's name.
        zone: String,
        /// `local` minus the time that is skipped.
        before: DateTime,
        /// `local` plus the time that is skipped.
        after: DateTime,
    },
    /// The clocks go back, and this local time is repeated.
    #[error("`{}` occurs twice in {zone}: the clocks go back", local_text(*local))]
    Fold {
        /// The local time as written.
        local: DateTime,
        /// The zone's name.
        zone: String,
        /// The offset the first time.
        first: Offset,
        /// The offset the second time.
        second: Offset,
    },
    /// The zone has another offset at that time.
    #[error("the offset of {zone} is not {} at that time", offset_text(*offset))]
    OtherOffset {
        /// The offset as written.
        offset: Offset,
        /// The zone's name.
        zone: String,
    },
    /// Start or end is outside the range of years that can be represented.
    #[error("it is too far in the past or in the future")]
    OutOfRange,
}

impl BadStart {
    /// What to write instead.
    pub fn hint(&self) -> String {
        match self {
            BadStart::Gap { before, after, .. } => {
                format!("write `{}` or `{}`", local_text(*before), local_text(*after))
            }
            BadStart::Fold { local, first, second, .. } => format!(
                "add the offset: `{local}{first}` or `{local}{second}`",
                local = local_text(*local),
                first = offset_text(*first),
                second = offset_text(*second)
            ),
            BadStart::OtherOffset { .. } => "remove the offset, or correct the zone".to_owned(),
            BadStart::Annotated => {
                "remove the brackets, and set the time zone with `zone`".to_owned()
            }
            BadStart::OutOfRange => "use a year between 1 and 9998".to_owned(),
            BadStart::NoSuchDay { .. } => "correct the day or the month".to_owned(),
            BadStart::NoSuchMonth => "correct the month; it comes before the day".to_owned(),
            BadStart::NoSuchTime => "correct the time".to_owned(),
            BadStart::Unreadable => {
                "write year, month, day and a 24-hour time: `2027-03-11 14:00`".to_owned()
            }
        }
    }
}

impl Start {
    /// Reads `YYYY-MM-DD HH:MM`. There may be a `T` instead of the space, seconds, and an offset from UTC
    /// (`+01:00` or `Z`), which is needed where the clocks go back and a local time occurs twice.
    ///
    /// # Errors
    /// [`BadStart::Annotated`] if a zone in brackets follows, [`BadStart::NoSuchMonth`], [`BadStart::NoSuchDay`] and
    /// [`BadStart::NoSuchTime`] for numbers that are too large or zero, and [`BadStart::Unreadable`] for everything else.
    pub fn parse(text: &str) -> Result<Start, BadStart> {
        let text = text.trim();
        // `Pieces` also reads the compact form of ISO 8601, a date alone, and years of six digits.
        let [_, _, _, _, b'-', _, _, b'-', _, _, b' ' | b'T', _, _, b':', ..] = text.as_bytes()
        else {
            return Err(BadStart::Unreadable);
        };
        // People write a space in front of the offset. ISO 8601 has none there.
        let text = match text.rsplit_once(' ') {
            Some((local, offset)) if offset.starts_with(['+', '-', 'Z']) => {
                Cow::Owned(format!("{}{offset}", local.trim_end()))
            }
            _ => Cow::Borrowed(text),
        };
        // Annotations of RFC 9557: the zone of a start is configured or in a column of its own, and there is one calendar.
        if text.contains('[') {
            return Err(BadStart::Annotated);
        }
        if !is_plain(text.as_bytes().get(16..).unwrap_or_default()) {
            return Err(BadStart::Unreadable);
        }
        let pieces = Pieces::parse(text.as_ref()).map_err(|_| impossible(&text))?;
        let time = pieces.time().ok_or(BadStart::Unreadable)?;
        // `Z` as `+00:00`: RFC 9557 reads it as an unknown local offset, but people mean UTC.
        let offset = pieces.to_numeric_offset();
        Ok(Start { local: pieces.date().to_datetime(time), offset })
    }

    /// The moment in a time zone.
    ///
    /// # Errors
    /// [`BadStart`] if the local time does not exist there or occurs twice, or if the zone has another offset at
    /// that time.
    pub fn resolve(&self, zone: &TimeZone) -> Result<Timestamp, BadStart> {
        let name = || zone.iana_name().unwrap_or("UTC").to_owned();
        let moment =
            |offset: Offset| offset.to_timestamp(self.local).map_err(|_| BadStart::OutOfRange);
        // jiff's other conversions silently choose one of two times, and the invitation could be an hour off.
        let ambiguous = zone.to_ambiguous_timestamp(self.local);
        let candidates = match ambiguous.offset() {
            AmbiguousOffset::Unambiguous { offset } => [offset, offset],
            // An offset in the text does not help: no clock in the zone ever shows this time.
            AmbiguousOffset::Gap { before, after } => {
                let shifted =
                    |through: Offset, to: Offset| moment(through).map(|at| to.to_datetime(at));
                return Err(BadStart::Gap {
                    local: self.local,
                    zone: name(),
                    // The later offset leads to a moment before the gap, which the earlier offset then shows.
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

/// Why a text in the form `YYYY-MM-DD HH:MM` is not a date and time.
fn impossible(text: &str) -> BadStart {
    let number = |range| text.get(range).and_then(|digits: &str| digits.parse::<u8>().ok());
    let (Some(Ok(year)), Some(month), Some(day), Some(hour), Some(minute)) = (
        text.get(0..4).map(str::parse::<i16>),
        number(5..7),
        number(8..10),
        number(11..13),
        number(14..16),
    ) else {
        return BadStart::Unreadable;
    };
    let Some(first) = i8::try_from(month).ok().and_then(|month| Date::new(year, month, 1).ok())
    else {
        return BadStart::NoSuchMonth;
    };
    let days = first.days_in_month();
    if !i8::try_from(day).is_ok_and(|day| (1..=days).contains(&day)) {
        return BadStart::NoSuchDay { year, month: first.strftime("%B").to_string(), days };
    }
    if hour > 23 || minute > 59 { BadStart::NoSuchTime } else { BadStart::Unreadable }
}

/// Whether what follows `YYYY-MM-DD HH:MM` is seconds, an offset, both or nothing. `Pieces` reads more: a second 60 as
/// 59, fractions, and offsets of seconds or of more than a day.
fn is_plain(rest: &[u8]) -> bool {
    let below = |tens: u8, digits: [u8; 2]| digits[0] <= tens && digits[1].is_ascii_digit();
    let mut rest = rest;
    if let [b':', ten, one, more @ ..] = rest {
        if !below(b'5', [*ten, *one]) {
            return false;
        }
        rest = more;
    }
    // Programs write milliseconds, which are zero.
    if let [b'.', b'0', more @ ..] = rest {
        let zeros = more.iter().take_while(|byte| **byte == b'0').count();
        rest = &more[zeros..];
    }
    match rest {
        [] | [b'Z'] => true,
        [b'+' | b'-', ten, one, minutes @ ..] => {
            let hours = [*ten, *one];
            let minutes = minutes.strip_prefix(b":").unwrap_or(minutes);
            (below(b'1', hours) || hours[0] == b'2' && (b'0'..=b'3').contains(&hours[1]))
                && (minutes.is_empty()
                    || matches!(minutes, [ten, one] if below(b'5', [*ten, *one])))
        }
        _ => false,
    }
}

fn local_text(local: DateTime) -> String {
    local.strftime("%Y-%m-%d %H:%M").to_string()
}

/// `+01:00`. `Offset` itself leaves out minutes that are zero.
fn offset_text(offset: Offset) -> String {
    let seconds = offset.seconds();
    let sign = if seconds < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", seconds.abs() / 3600, seconds.abs() / 60 % 60)
}

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
    fn a_start_is_local_time_in_its_zone() {
        #[track_caller]
        fn case(text: &str, zone: &str, expected: Result<&str, &str>) {
            let zone = known_zone(zone).unwrap();
            let found = Start::parse(text).and_then(|start| start.resolve(&zone));
            match expected {
                Ok(moment) => assert_eq!(found.unwrap().to_string(), moment),
                Err(expected) => {
                    let bad = found.unwrap_err();
                    assert_eq!(format!("{bad} | {}", bad.hint()), expected);
                }
            }
        }
        let hint = "write year, month, day and a 24-hour time: `2027-03-11 14:00`";
        let unreadable = format!("not a date and time in a form that meetmint reads | {hint}");

        case("2027-03-11 14:00", "Europe/Berlin", Ok("2027-03-11T13:00:00Z"));
        case("2027-03-11T14:00:00.000+0100", "Europe/Berlin", Ok("2027-03-11T13:00:00Z"));
        case("2027-03-11 14:00+01", "Europe/Berlin", Ok("2027-03-11T13:00:00Z"));
        let annotated = "a time zone in brackets is not supported | remove the brackets, and set the time zone with `zone`";
        case("2027-03-11 14:00[America/New_York]", "Europe/Berlin", Err(annotated));
        case("2027-03-11 14:00 +01:00[Europe/Berlin]", "Europe/Berlin", Err(annotated));
        case("2027-03-11 14:00[u-ca=iso8601]", "Europe/Berlin", Err(annotated));
        case(" 2027-07-11T14:00:30 ", "Europe/Berlin", Ok("2027-07-11T12:00:30Z"));
        case("2027-07-11 14:00+02:00", "Europe/Berlin", Ok("2027-07-11T12:00:00Z"));
        case("2027-07-11 14:00Z", "UTC", Ok("2027-07-11T14:00:00Z"));
        case("2027-10-31 02:30+02:00", "Europe/Berlin", Ok("2027-10-31T00:30:00Z"));
        case("2027-07-11 14:00:00 Z", "UTC", Ok("2027-07-11T14:00:00Z"));
        case("2027-10-31 02:30 +01:00", "Europe/Berlin", Ok("2027-10-31T01:30:00Z"));
        case(
            "2027-03-28 02:30",
            "Europe/Berlin",
            Err(
                "`2027-03-28 02:30` does not exist in Europe/Berlin: the clocks go forward and skip it | write `2027-03-28 01:30` or `2027-03-28 03:30`",
            ),
        );
        case(
            "2027-10-31 02:30",
            "Europe/Berlin",
            Err(
                "`2027-10-31 02:30` occurs twice in Europe/Berlin: the clocks go back | add the offset: `2027-10-31 02:30+02:00` or `2027-10-31 02:30+01:00`",
            ),
        );
        case(
            "2027-07-11 14:00+05:00",
            "Europe/Berlin",
            Err(
                "the offset of Europe/Berlin is not +05:00 at that time | remove the offset, or correct the zone",
            ),
        );
        for text in [
            "",
            "tomorrow",
            "11.03.2027 14:00",
            "2027-03-11",
            "2027-03-11 14",
            "2027-03-11 1400",
            "20270311T1400",
            "+002027-03-11 14:00",
            "2027-03-11 14:00++1:00",
            "2027-03-11 14:00+25:00",
            "2027-03-11 14:00+24:00",
            "2027-03-11 14:00+01:00:00",
            "2027-03-11 14:00+01:00+01:00",
            "2027-03-11 14:00 +01:00 +01:00",
            "2027-03-11 14:00Z+01:00",
            "2027-03-11 14:00 Europe/Berlin",
            "2027-03-11 14:00:60",
            "2027-03-11 14:00:30.5",
            "2027-03-11 14:00:30,0",
            "2027-03-11 14:00:30.",
            "2027-03-11 14:00.0",
            "2027-03-11 9:00",
            "2027-03-11 14:00 Uhr",
            "2027-03-11 14:00+1",
            "2027-03-11 14:00+01:99",
            "２０２７-03-11 14:00",
            "2027-03-11 14:00+",
            "14:00",
        ] {
            case(text, "Europe/Berlin", Err(&unreadable));
        }
        for (text, expected) in [
            ("2027-02-30 14:00", "February 2027 has 28 days | correct the day or the month"),
            ("2028-02-30 14:00", "February 2028 has 29 days | correct the day or the month"),
            ("2027-03-00 14:00", "March 2027 has 31 days | correct the day or the month"),
            (
                "2027-13-11 14:00",
                "a year has 12 months | correct the month; it comes before the day",
            ),
            ("2027-03-11 24:00", "a day has 24 hours, from `00:00` to `23:59` | correct the time"),
            ("2027-03-11 14:60", "a day has 24 hours, from `00:00` to `23:59` | correct the time"),
        ] {
            case(text, "Europe/Berlin", Err(expected));
        }
    }

    #[test]
    fn zones_have_iana_names() {
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

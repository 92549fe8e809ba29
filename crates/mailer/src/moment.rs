//! Times in the form in which people read them.

mod place;
mod soon;
mod span;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ZonedDateTime};
use serde::Serialize;

use place::{abbreviation, place, utc_offset};
pub(crate) use soon::soon;
pub(crate) use span::{Span, SpanKey, Spans};

/// A time in the meeting's zone, in UTC, and in the person's own zone. The fields are documented in
/// [`VARIABLES`](crate::VARIABLES).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Moment {
    date: String,
    short_date: String,
    time: String,
    zone: String,
    abbreviation: String,
    utc: String,
    own: Option<Own>,
    local: Local,
    iso: String,
    #[serde(skip)]
    clock: Clock,
}

/// What a range has to know of a time beside its texts.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Clock {
    day: Date,
    /// The offset from UTC, such as `UTC+1`.
    offset: String,
}

/// The time as the person reads it: in their own zone if it is known, else in the meeting's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Local {
    date: String,
    short_date: String,
    day: String,
    month: String,
    time: String,
    zone: String,
    #[serde(skip)]
    clock: Clock,
}

/// The same time in the person's own zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Own {
    date: String,
    short_date: String,
    time: String,
    zone: String,
}

impl Moment {
    /// `own` is the person's zone, if clocks there [`differ`] from those of the meeting's zone. `with_offset`: whether the
    /// meeting's zone is named with its offset, for readers of whom nobody knows where they are.
    fn new(at: Timestamp, zone: &TimeZone, own: Option<&TimeZone>, with_offset: bool) -> Moment {
        let local = at.to_zoned_datetime(zone.clone());
        Moment {
            local: match own {
                Some(own) => Local::new(at, own, false),
                None => Local::new(at, zone, with_offset),
            },
            date: date(&local),
            short_date: short_date(&local),
            time: time(&local),
            zone: zone_name(zone, at),
            abbreviation: abbreviation(zone, at),
            utc: utc(at, &local),
            own: own.map(|zone| {
                let local = at.to_zoned_datetime(zone.clone());
                Own {
                    date: date(&local),
                    short_date: short_date(&local),
                    time: time(&local),
                    zone: own_zone_name(zone, at),
                }
            }),
            iso: local.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
            clock: Clock::new(&local, zone, at),
        }
    }

    /// The time from this one to `end`, as the person reads it:
    /// `Thursday, 10 December 2026, 19:30–21:00 (Berlin time)`.
    fn until(&self, end: &Moment) -> String {
        range(self.local.point(), end.local.point(), &self.local.zone)
    }

    /// The same in the meeting's zone, if the person reads it in another one. A date that is the same is left out.
    fn until_there(&self, end: &Moment, zone: &str) -> Option<String> {
        let own = self.own.as_ref()?;
        let mut whole = range(self.point(), end.point(), zone);
        let same_day =
            self.clock.day == end.clock.day && self.local.clock.day == end.local.clock.day;
        if same_day && own.date == self.date {
            whole.drain(..self.date.len() + ", ".len());
        }
        Some(whole)
    }

    /// The time in the meeting's zone.
    fn point(&self) -> Point<'_> {
        (&self.date, &self.time, &self.clock)
    }

    /// Whether the person reads another time of day than at `other`, which is the same instant or not.
    fn is_read_differently(&self, other: &Moment) -> bool {
        (&self.local.date, &self.local.time) != (&other.local.date, &other.local.time)
    }
}

impl Local {
    fn new(at: Timestamp, zone: &TimeZone, with_offset: bool) -> Local {
        let local = at.to_zoned_datetime(zone.clone());
        Local {
            date: date(&local),
            short_date: short_date(&local),
            day: local.day().to_string(),
            month: local.strftime("%b").to_string(),
            time: time(&local),
            zone: place(zone, at, with_offset),
            clock: Clock::new(&local, zone, at),
        }
    }

    fn point(&self) -> Point<'_> {
        (&self.date, &self.time, &self.clock)
    }
}

impl Clock {
    fn new(local: &ZonedDateTime, zone: &TimeZone, at: Timestamp) -> Clock {
        Clock { day: local.date(), offset: utc_offset(zone, at) }
    }
}

/// The meeting's zone in words, for readers whose own zone is another one: `Berlin time`.
fn zone_in_words(zone: &TimeZone, at: Timestamp) -> String {
    place(zone, at, false)
}

/// A date, a time of day, and what else a range has to know.
type Point<'a> = (&'a str, &'a str, &'a Clock);

/// From one date and time to another.
fn range(start: Point<'_>, end: Point<'_>, zone: &str) -> String {
    let ((date, time, clock), (end_date, end_time, end_clock)) = (start, end);
    // In the night in which clocks go back, `02:45–02:15` would look like a mistake.
    if clock.offset != end_clock.offset {
        let end_date = if date == end_date { String::new() } else { format!("{end_date}, ") };
        let (offset, end_offset) = (&clock.offset, &end_clock.offset);
        return format!("{date}, {time} {offset} – {end_date}{end_time} {end_offset} ({zone})");
    }
    // With the date of the next day, midnight would look like a meeting of two days.
    let is_midnight =
        end_time == "00:00" && clock.day.tomorrow().is_ok_and(|next| next == end_clock.day);
    match () {
        () if date == end_date => format!("{date}, {time}–{end_time} ({zone})"),
        () if is_midnight => format!("{date}, {time}–24:00 ({zone})"),
        () => format!("{date}, {time} – {end_date}, {end_time} ({zone})"),
    }
}

/// Whether clocks in two zones show different times at `at`.
pub(crate) fn differ(one: &TimeZone, other: &TimeZone, at: Timestamp) -> bool {
    // Zones with different names are often the same for a reader: Berlin and Paris.
    one.to_offset(at) != other.to_offset(at)
}

/// A duration in words, such as `1 hour 30 minutes`. Fractions of a second are ignored.
fn duration(length: SignedDuration) -> String {
    let seconds = length.as_secs();
    let units = [
        (seconds / 86_400, "day"),
        (seconds / 3600 % 24, "hour"),
        (seconds / 60 % 60, "minute"),
        (seconds % 60, "second"),
    ];
    let words = units.iter().filter(|(count, _)| *count > 0).map(|(count, unit)| {
        let plural = if *count == 1 { "" } else { "s" };
        format!("{count} {unit}{plural}")
    });
    words.collect::<Vec<_>>().join(" ")
}

fn date(local: &ZonedDateTime) -> String {
    // jiff writes English names, which is the language of the built-in templates.
    local.strftime("%A, %-d %B %Y").to_string()
}

fn short_date(local: &ZonedDateTime) -> String {
    local.strftime("%a %-d %b %Y").to_string()
}

fn time(local: &ZonedDateTime) -> String {
    // Almost every time is a full minute; `:00` would only be noise.
    let format = if local.second() == 0 { "%H:%M" } else { "%H:%M:%S" };
    local.strftime(format).to_string()
}

/// The time in UTC, with the date if it is not the local one.
fn utc(at: Timestamp, local: &ZonedDateTime) -> String {
    let utc = at.to_zoned_datetime(TimeZone::UTC);
    // Late in Tokyo is early in UTC: without the date, readers would look at the wrong day.
    if utc.date() == local.date() {
        format!("{} UTC", time(&utc))
    } else {
        format!("{}, {} UTC", short_date(&utc), time(&utc))
    }
}

/// The IANA name of the zone, or the abbreviation if it has none.
fn zone_name(zone: &TimeZone, at: Timestamp) -> String {
    zone.iana_name().map_or_else(|| abbreviation(zone, at), str::to_owned)
}

/// The same for a person's own zone. A fixed offset that somebody wrote as `UTC+2` is shown so: the database calls it
/// `Etc/GMT-2`, with the sign the other way round.
fn own_zone_name(zone: &TimeZone, at: Timestamp) -> String {
    let is_offset = zone.iana_name().is_some_and(|name| name.starts_with("Etc/GMT"));
    if is_offset { abbreviation(zone, at) } else { zone_name(zone, at) }
}

#[cfg(test)]
mod tests {
    use meetmint_core::known_zone;

    use super::*;

    fn moment(at: &str, zone: &str, own: Option<&str>) -> Moment {
        let own = own.map(|own| known_zone(own).unwrap());
        Moment::new(at.parse().unwrap(), &known_zone(zone).unwrap(), own.as_ref(), false)
    }

    #[test]
    fn a_persons_fixed_offset_has_the_sign_that_people_write() {
        let own = moment("2027-07-11T12:00:00Z", "Europe/Berlin", Some("Etc/GMT+5")).own.unwrap();
        assert_eq!((own.zone.as_str(), own.time.as_str()), ("UTC-5", "07:00"));
    }

    #[test]
    fn a_time_has_all_its_forms() {
        let moment = moment("2027-03-11T13:00:00Z", "Europe/Berlin", Some("Asia/Kathmandu"));
        assert_eq!(
            serde_json::to_value(&moment).unwrap(),
            serde_json::json!({
                "date": "Thursday, 11 March 2027",
                "short_date": "Thu 11 Mar 2027",
                "time": "14:00",
                "zone": "Europe/Berlin",
                "abbreviation": "CET",
                "utc": "13:00 UTC",
                "own": {
                    "date": "Thursday, 11 March 2027",
                    "short_date": "Thu 11 Mar 2027",
                    "time": "18:45",
                    "zone": "Asia/Kathmandu",
                },
                "local": {
                    "date": "Thursday, 11 March 2027",
                    "short_date": "Thu 11 Mar 2027",
                    "day": "11",
                    "month": "Mar",
                    "time": "18:45",
                    "zone": "Kathmandu time",
                },
                "iso": "2027-03-11T14:00:00+01:00",
            })
        );
    }

    #[test]
    fn a_range_names_each_date_once() {
        #[track_caller]
        fn case(start: &str, end: &str, own: Option<&str>, expected: [Option<&str>; 2]) {
            let [start, end] = [start, end].map(|at| moment(at, "Europe/Berlin", own));
            let there = start.until_there(&end, "Berlin time");
            assert_eq!([Some(&*start.until(&end)), there.as_deref()], expected);
        }

        let (start, end) = ("2026-12-10T18:30:00Z", "2026-12-10T20:00:00Z");
        let berlin = "Thursday, 10 December 2026, 19:30–21:00 (Berlin time)";
        case(start, end, None, [Some(berlin), None]);
        let tokyo = "Friday, 11 December 2026, 03:30–05:00 (Tokyo time)";
        case(start, end, Some("Asia/Tokyo"), [Some(tokyo), Some(berlin)]);
        let there = "19:30–21:00 (Berlin time)";
        let london = "Thursday, 10 December 2026, 18:30–20:00 (London time)";
        case(start, end, Some("Europe/London"), [Some(london), Some(there)]);
        let late =
            "Thursday, 10 December 2026, 19:30 – Friday, 11 December 2026, 01:00 (Berlin time)";
        case(start, "2026-12-11T00:00:00Z", None, [Some(late), None]);
        let midnight = "Thursday, 10 December 2026, 19:30–24:00 (Berlin time)";
        case(start, "2026-12-10T23:00:00Z", None, [Some(midnight), None]);
        // The night in which clocks go back.
        let back = "Sunday, 26 October 2031, 02:45 UTC+2 – 02:15 UTC+1 (Berlin time)";
        case("2031-10-26T00:45:00Z", "2031-10-26T01:15:00Z", None, [Some(back), None]);
        let back = "Saturday, 25 October 2031, 23:30 UTC+2 – Sunday, 26 October 2031, 04:00 UTC+1 (Berlin time)";
        case("2031-10-25T21:30:00Z", "2031-10-26T03:00:00Z", None, [Some(back), None]);
    }

    #[test]
    fn zones_and_dates_are_unambiguous() {
        #[track_caller]
        fn case(at: &str, zone: &str, expected: [&str; 3]) {
            let moment = moment(at, zone, None);
            assert_eq!([&*moment.time, &*moment.abbreviation, &*moment.utc], expected);
        }

        case("2027-07-11T12:00:00Z", "Europe/Berlin", ["14:00", "CEST", "12:00 UTC"]);
        case("2027-07-11T12:00:30Z", "UTC", ["12:00:30", "UTC", "12:00:30 UTC"]);
        case("2027-03-11T13:00:00Z", "Europe/Istanbul", ["16:00", "UTC+3", "13:00 UTC"]);
        case("2027-03-11T13:00:00Z", "Asia/Kathmandu", ["18:45", "UTC+5:45", "13:00 UTC"]);
        case("2027-03-11T13:00:00Z", "America/Sao_Paulo", ["10:00", "UTC-3", "13:00 UTC"]);
        case("2027-03-11T13:00:00Z", "Asia/Kolkata", ["18:30", "IST", "13:00 UTC"]);
        case("2027-03-11T20:30:00Z", "Asia/Tokyo", ["05:30", "JST", "Thu 11 Mar 2027, 20:30 UTC"]);
    }

    #[test]
    fn a_duration_is_written_in_words() {
        for (seconds, words) in [
            (5400, "1 hour 30 minutes"),
            (60, "1 minute"),
            (7200, "2 hours"),
            (90_061, "1 day 1 hour 1 minute 1 second"),
        ] {
            assert_eq!(duration(SignedDuration::from_secs(seconds)), words);
        }
    }
}

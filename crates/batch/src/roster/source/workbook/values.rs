//! Numbers, dates and times of cells as text.

use jiff::ToSpan;
use jiff::civil::{Date, date};

use super::formats::NumberFormat;

/// From here on, the 53 bits of a number do not hold all its digits.
const EXACT: f64 = 1e15;

/// The last day that spreadsheet programs know, 9999-12-31.
const LAST_DAY: i64 = 2_958_465;

/// Numbers of days below this are times of a day or durations, if the format shows no date.
const FIRST_YEAR: i64 = 366;

/// A number as text. `written` is how it is written in the file, `None` if it is stored as eight octets.
pub(super) fn number(
    value: f64,
    written: Option<&str>,
    format: NumberFormat,
    from_1904: bool,
) -> String {
    let moment = match format {
        NumberFormat::Moment { date, time } => moment(value, date, time, from_1904),
        NumberFormat::Elapsed => elapsed(value),
        NumberFormat::Zeros(width) if value >= 0.0 && value.fract() == 0.0 && value < EXACT => {
            Some(format!("{value:0>width$.0}", width = usize::from(width)))
        }
        NumberFormat::Zeros(_) | NumberFormat::Plain => None,
    };
    moment.unwrap_or_else(|| plain(value, written))
}

/// A number as a person sees it in a wide cell.
fn plain(value: f64, written: Option<&str>) -> String {
    // Programs other than spreadsheets write longer numbers than fit: their digits are all there.
    if let Some(written) = written
        && !written.is_empty()
        && written.len() <= 40
        && !written.starts_with('0')
        && written.bytes().all(|octet| octet.is_ascii_digit())
    {
        return written.to_owned();
    }
    if value.fract() == 0.0 {
        // Not `-0`. Large numbers have zeros after their digits, and no exponent.
        return (value + 0.0).to_string();
    }
    // Fifteen digits are shown: `0.3`, and not `0.30000000000000004`.
    let shown: f64 = format!("{value:.14e}").parse().unwrap_or(value);
    shown.to_string()
}

/// A date, a time of day, or both, as ISO 8601 writes them, with a space between.
fn moment(value: f64, has_date: bool, has_time: bool, from_1904: bool) -> Option<String> {
    let seconds = seconds(value)?;
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let has_day = has_date && (days > 0 || from_1904);
    if !has_day && has_time && days == 0 {
        return Some(clock(second));
    }
    if !has_date && days < FIRST_YEAR {
        return Some(clock(seconds));
    }
    let day = day(days, from_1904)?;
    Some(if second == 0 && !has_time {
        day.to_string()
    } else {
        format!("{day} {}", clock(second))
    })
}

/// A duration in hours and minutes.
fn elapsed(value: f64) -> Option<String> {
    Some(clock(seconds(value)?))
}

/// A number of days as seconds.
fn seconds(value: f64) -> Option<i64> {
    #[expect(clippy::cast_precision_loss, reason = "a small constant")]
    let is_valid = value >= 0.0 && value < (LAST_DAY + 1) as f64;
    #[expect(clippy::cast_possible_truncation, reason = "checked")]
    is_valid.then(|| (value * 86_400.0).round() as i64)
}

/// The date of a day's number.
fn day(days: i64, from_1904: bool) -> Option<Date> {
    let (start, days) = match days {
        _ if from_1904 => (date(1904, 1, 1), days),
        // The spreadsheet programs have a 29 February 1900, which there was not.
        0 | 60 => return None,
        1..60 => (date(1899, 12, 31), days),
        _ => (date(1899, 12, 30), days),
    };
    start.checked_add(days.days()).ok()
}

/// Hours and minutes, with seconds if there are any.
fn clock(seconds: i64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if seconds == 0 {
        format!("{hours:02}:{minutes:02}")
    } else {
        format!("{hours:02}:{minutes:02}:{seconds:02}")
    }
}

/// A date, a time or both in ISO 8601, as text of the same form as [`number`] makes; what it is not stays as it is.
pub(super) fn iso(text: &str) -> String {
    let text = text.trim();
    let (day, time) = match text.split_once('T') {
        Some((day, time)) => (day, time),
        None if text.contains(':') => ("", text),
        None => (text, ""),
    };
    // An instant would lose its zone, so it stays as it is written.
    if time.ends_with('Z') || time.contains(['+', '-']) {
        return text.to_owned();
    }
    let time = time.split_once('.').map_or(time, |(whole, _)| whole);
    let time = match time.len() {
        8 => time.strip_suffix(":00").unwrap_or(time),
        _ => time,
    };
    match (day.is_empty(), time.is_empty()) {
        (false, false) => format!("{day} {time}"),
        (true, _) => time.to_owned(),
        (_, true) => day.to_owned(),
    }
}

/// A duration in ISO 8601, such as `PT1H30M00S`, as hours and minutes; what it is not stays as it is.
pub(super) fn iso_duration(text: &str) -> String {
    let parsed = text.trim().parse::<jiff::SignedDuration>().ok();
    match parsed.filter(|duration| !duration.is_negative() && duration.as_secs() < 1 << 40) {
        // To the nearest second: programs write fractions that are errors of rounding.
        Some(duration) => clock(duration.as_secs() + i64::from(duration.subsec_millis() >= 500)),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_a_person_sees_them() {
        for (written, expected) in [
            ("7", "7"),
            ("7.0", "7"),
            ("-3", "-3"),
            ("-0", "0"),
            ("4.9170123456E+10", "49170123456"),
            ("491701234567", "491701234567"),
            ("999999999999999", "999999999999999"),
            ("1.23456789012345E+17", "123456789012345000"),
            ("12345678901234567890", "12345678901234567890"),
            ("0.30000000000000004", "0.3"),
            ("2.5", "2.5"),
            ("1E-7", "0.0000001"),
            ("1E+300", &1e300.to_string()),
        ] {
            let value: f64 = written.parse().unwrap();
            assert_eq!(number(value, Some(written), NumberFormat::Plain, false), expected);
        }
        assert_eq!(number(1234.0, None, NumberFormat::Zeros(6), false), "001234");
        assert_eq!(number(12.5, None, NumberFormat::Zeros(6), false), "12.5");
        assert_eq!(number(f64::NAN, None, NumberFormat::Elapsed, false), "NaN");
    }

    #[test]
    fn dates_and_times_are_iso() {
        let date = NumberFormat::Moment { date: true, time: false };
        let time = NumberFormat::Moment { date: false, time: true };
        let both = NumberFormat::Moment { date: true, time: true };
        for (value, format, from_1904, expected) in [
            (46_457.0, date, false, "2027-03-11"),
            (44_995.0, date, true, "2027-03-11"),
            (46_457.583_333_333_336, both, false, "2027-03-11 14:00"),
            (46_457.583_333_333_336, date, false, "2027-03-11 14:00"),
            (46_457.583_333_333_336, time, false, "2027-03-11 14:00"),
            (46_457.0, both, false, "2027-03-11 00:00"),
            (0.583_333_333_333_333_4, time, false, "14:00"),
            (0.583_333_333_333_333_4, both, false, "14:00"),
            (0.583_344_907_407_407_4, time, false, "14:00:01"),
            (0.0, time, false, "00:00"),
            (1.0, date, false, "1900-01-01"),
            (59.0, date, false, "1900-02-28"),
            (60.0, date, false, "60"),
            (61.0, date, false, "1900-03-01"),
            (0.0, date, true, "1904-01-01"),
            (1.0625, time, false, "25:30"),
            (1.0625, NumberFormat::Elapsed, false, "25:30"),
            (2_958_465.0, date, false, "9999-12-31"),
            (2_958_466.0, date, false, "2958466"),
            (-1.0, date, false, "-1"),
            (1e300, both, false, &1e300.to_string()),
        ] {
            assert_eq!(number(value, None, format, from_1904), expected, "{value} {format:?}");
        }
    }

    #[test]
    fn iso_texts_have_the_same_form() {
        for (text, expected) in [
            ("2027-03-11", "2027-03-11"),
            ("2027-03-11T14:00:00", "2027-03-11 14:00"),
            ("2027-03-11T14:00:30.000", "2027-03-11 14:00:30"),
            ("2027-03-11T14:00:00Z", "2027-03-11T14:00:00Z"),
            ("2027-03-11T14:00:00+01:00", "2027-03-11T14:00:00+01:00"),
            ("14:00:00", "14:00"),
            ("", ""),
        ] {
            assert_eq!(iso(text), expected);
        }
        assert_eq!(iso_duration("PT14H00M00S"), "14:00");
        assert_eq!(iso_duration("PT25H30M00.000000001S"), "25:30");
        assert_eq!(iso_duration("PT0H59M59.999999S"), "01:00");
        assert_eq!(iso_duration("soon"), "soon");
    }
}

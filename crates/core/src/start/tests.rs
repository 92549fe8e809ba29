use jiff::tz::TimeZone;

use super::*;
use crate::known_zone;

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
        ("2027-13-11 14:00", "a year has 12 months | correct the month; it comes before the day"),
        ("2027-03-11 24:00", "a day has 24 hours, from `00:00` to `23:59` | correct the time"),
        ("2027-03-11 14:60", "a day has 24 hours, from `00:00` to `23:59` | correct the time"),
    ] {
        case(text, "Europe/Berlin", Err(expected));
    }
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

/// The moment that a text means in Berlin, or why there is none.
fn in_berlin(text: &str) -> Result<String, String> {
    let zone = known_zone("Europe/Berlin").unwrap();
    let found = Start::read(text).and_then(|start| start.resolve(&zone));
    found.map(|at| at.to_string()).map_err(|bad| format!("{bad} | {}", bad.hint()))
}

#[test]
fn a_start_in_a_list_is_read_as_people_write_it() {
    for text in [
        "2027-03-11 14:00",
        "2027-03-11T14:00:00",
        "2027-03-11 14:00:00",
        "2027-03-11T13:00:00Z",
        "2027-03-11T13:00:00.000Z",
        "2027-03-11T08:00:00-05:00",
        "2027-03-11 13:00 UTC",
        "2027-3-11 14:00",
        "2027/03/11 14:00",
        "2027. 03. 11. 14:00",
        "11.03.2027 14:00",
        "11.3.2027, 14.00 Uhr",
        "11.03.2027 14.00",
        "11.03.2027 14 Uhr",
        "11.03.2027 um 14:00 Uhr",
        "Do, 11.03.2027 14:00",
        "Donnerstag, den 11. März 2027, 14:00 Uhr",
        "11 March 2027 2:00 pm",
        "11 March 2027 at 2pm",
        "Mar 11, 2027 2:00 PM",
        "Mar 11, 2027 2:00\u{202f}PM",
        "March 11th, 2027 02:00:00 p.m.",
        "Thu, Mar 11, 2027 2 PM",
        "Thursday, March 11, 2027 at 2:00 PM",
        "11-Mar-2027 14:00",
        "jeudi 11 mars 2027 à 14h00",
        "11 mars 2027 14h",
        "11 de marzo de 2027, 14:00 h",
        "11 marca 2027 14:00",
        "2027. március 11. 14:00",
        "11 марта 2027, 14:00",
        "2027年3月11日 14:00",
        "2027年3月11日14時",
        "2027년 3월 11일 14:00",
        "14:00 11.03.2027",
        "14:00, 11 March 2027",
    ] {
        assert_eq!(in_berlin(text).as_deref(), Ok("2027-03-11T13:00:00Z"), "{text}");
    }
    assert_eq!(in_berlin("13/04/2027 14:00").as_deref(), Ok("2027-04-13T12:00:00Z"));
    assert_eq!(in_berlin("04/13/2027 2:00 PM").as_deref(), Ok("2027-04-13T12:00:00Z"));
    assert_eq!(in_berlin("4/4/2027 14:00").as_deref(), Ok("2027-04-04T12:00:00Z"));
    assert_eq!(in_berlin("2027-03-11 9:00").as_deref(), Ok("2027-03-11T08:00:00Z"));
    assert_eq!(in_berlin("11.03.2027 12:15 am").as_deref(), Ok("2027-03-10T23:15:00Z"));
}

#[test]
fn a_start_that_is_not_certain_is_refused() {
    for (text, expected) in [
        (
            "3/4/2027 14:00",
            "it can be 3 April 2027 or 4 March 2027 | write `2027-04-03 14:00` or `2027-03-04 14:00`",
        ),
        (
            "03-04-2027 2 pm",
            "it can be 3 April 2027 or 4 March 2027 | write `2027-04-03 14:00` or `2027-03-04 14:00`",
        ),
        ("11.03.27 14:00", "the year has two digits | write the year with four digits"),
        ("11 Mar 27 14:00", "the year has two digits | write the year with four digits"),
        ("11.03.2027", "the time is missing | add it, as in `2027-03-11 14:00`"),
        ("2027-03-11", "the time is missing | add it, as in `2027-03-11 14:00`"),
        ("March 11, 2027", "the time is missing | add it, as in `2027-03-11 14:00`"),
        ("2:30 pm", "the date is missing | add it, as in `2027-03-11 14:30`"),
        (
            "Fri, 11 March 2027 14:00",
            "11 March 2027 is not the day of the week that it says | it is a Thursday: correct one of the two",
        ),
        ("31.02.2027 14:00", "February 2027 has 28 days | correct the day or the month"),
        ("11.13.2027 14:00", "a year has 12 months | correct the month; it comes before the day"),
        ("11.03.2027 25:00", "a day has 24 hours, from `00:00` to `23:59` | correct the time"),
        ("11.03.2027 13:00 pm", "a day has 24 hours, from `00:00` to `23:59` | correct the time"),
        (
            "2027-03-28 02:30",
            "`2027-03-28 02:30` does not exist in Europe/Berlin: the clocks go forward and skip it | write `2027-03-28 01:30` or `2027-03-28 03:30`",
        ),
    ] {
        assert_eq!(in_berlin(text).unwrap_err(), expected, "{text}");
    }
    for text in [
        "",
        "tomorrow 14:00",
        "11.03.2027 14:00 CET",
        "11.03.2027 14:00-15:30",
        "11.03.2027 2 or 3 pm",
        "46457.5833",
        "11 Mars March 2027 14:00",
        "11.03.2027 11.03.2027 14:00",
        "Q2 2027",
        "11/03-2027 14:00",
        "2027-03-11 14:00 +01:00 x",
        "20270311T1400",
        "11.03.2027 14:00 und 15:00",
    ] {
        assert_eq!(
            in_berlin(text).unwrap_err(),
            "not a date and time in a form that meetmint reads | write year, month, day and a 24-hour time: `2027-03-11 14:00`",
            "{text}"
        );
    }
}

#[test]
fn words_of_dates_are_sorted_and_in_lower_case() {
    assert!(words::MONTHS.is_sorted() && words::WEEKDAYS.is_sorted());
    for (word, _) in words::MONTHS.iter().chain(&words::WEEKDAYS) {
        assert_eq!(word.to_lowercase(), *word);
    }
}

proptest::proptest! {
    #[test]
    fn reading_what_people_may_write_never_panics(
        text in "([0-9]{1,5}|[.:/, -]|2027|Mar|März|uhr|pm|p\\.m\\.|UTC|Do|年|.){0,14}",
    ) {
        let _ = Start::read(&text).and_then(|start| start.resolve(&TimeZone::UTC));
    }

    #[test]
    fn a_moment_is_the_same_in_every_form(second in 1_735_689_600_i64..4_102_444_800) {
        let at = Timestamp::from_second(second / 60 * 60).unwrap();
        let local = Offset::UTC.to_datetime(at);
        for form in ["%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M", "%-d.%-m.%Y, %H.%M Uhr", "%A, %B %-d, %Y at %-I:%M %p", "%-d %b %Y %H:%M", "%Y年%-m月%-d日 %H:%M"] {
            let text = local.strftime(form).to_string();
            proptest::prop_assert_eq!(Start::read(&text).unwrap().resolve(&TimeZone::UTC), Ok(at), "{}", text);
        }
        // Read as the day and month that were meant, or not at all.
        for form in ["%d/%m/%Y %H:%M", "%m/%d/%Y %-I:%M %p"] {
            let text = local.strftime(form).to_string();
            let found = Start::read(&text).map(|start| start.resolve(&TimeZone::UTC));
            proptest::prop_assert!(matches!(found, Err(BadStart::DayOrMonth { .. })) || found == Ok(Ok(at)), "{}", text);
        }
    }
}

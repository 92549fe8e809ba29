//! How fast mail goes: `connections`, `per_connection`, `rate` and `quota`.

use std::time::Duration;

use meetmint_batch::{Rejection, quoted};
use meetmint_mailer::{Pace, Rate};

use super::presets::{CAREFUL_CONNECTION, CAREFUL_RATE, Preset};
use crate::document::{Placed, Table};

const MOST_CONNECTIONS: u32 = 100;

const DAY: u64 = 24 * 60 * 60;

/// The times that a rate can be written with, in seconds; the last spelling is what people are told.
const UNITS: [(&[&str], u64); 4] = [
    (&["s", "sec", "second"], 1),
    (&["m", "min", "minute"], 60),
    (&["h", "hour"], 60 * 60),
    (&["d", "day"], DAY),
];

const RATES: &str = "write it like `14/s`, `30/min` or `500/h`";
const QUOTAS: &str = "write it like `2000/day`";

/// What is written; else the preset's; else careful, but on this machine as fast as it goes.
pub(super) fn read(table: &Table<'_>, preset: Option<&Preset>, is_here: bool) -> Pace {
    let connections = number(table, "connections", MOST_CONNECTIONS);
    let per_connection = number(table, "per_connection", u32::MAX);
    let rate = table.parsed(table.string("rate"), "bad-rate", rate);
    let quota = table.parsed(table.string("quota"), "bad-quota", quota);
    let (usual_rate, usual_connection) = match preset {
        Some(preset) => (Some(preset.rate), Some(preset.per_connection)),
        None if is_here => (None, None),
        None => (Some(CAREFUL_RATE), Some(CAREFUL_CONNECTION)),
    };
    Pace {
        connections: connections.unwrap_or(1),
        per_connection: per_connection.or(usual_connection),
        rate: rate.or(usual_rate),
        quota: quota.or(preset.and_then(|preset| preset.quota)),
    }
}

fn number(table: &Table<'_>, key: &'static str, most: u32) -> Option<u32> {
    let Placed { value, span } = table.integer(key)?;
    let number = u32::try_from(value).ok().filter(|number| (1..=most).contains(number));
    if number.is_none() {
        let (least, example) = if most < u32::MAX {
            (format!("from 1 to {most}"), 1)
        } else {
            ("1 or more".to_owned(), CAREFUL_CONNECTION)
        };
        let message = format!("`{key}` is {value}, and has to be {least}");
        table.report("bad-value", &span, message, format!("write it like {key} = {example}"));
    }
    number
}

/// Reads `14/s`, `30/min`, `500/h`, `2000/day`.
///
/// # Errors
/// What is wrong, and what to do about it.
fn rate(text: &str) -> Result<Rate, Rejection> {
    let (messages, seconds) = count(text).map_err(|why| Rejection::new(why, RATES))?;
    Ok(Rate { messages, per: Duration::from_secs(seconds) })
}

/// Reads `2000/day`: a quota is for a day.
///
/// # Errors
/// What is wrong, and what to do about it.
fn quota(text: &str) -> Result<u32, Rejection> {
    match count(text) {
        Ok((messages, DAY)) => Ok(messages),
        Ok(_) => Err(Rejection::new(
            "a quota is for a day",
            format!("{QUOTAS}; for a shorter time there is `rate`"),
        )),
        Err(why) => Err(Rejection::new(why, QUOTAS)),
    }
}

/// "30 a minute".
pub(crate) fn words(rate: Rate) -> String {
    let Rate { messages, per } = rate;
    let unit = UNITS.iter().find(|(_, seconds)| Duration::from_secs(*seconds) == per);
    match unit.and_then(|(names, _)| names.last()) {
        Some(&"hour") => format!("{messages} an hour"),
        Some(name) => format!("{messages} a {name}"),
        None => format!("{messages} in {} seconds", per.as_secs()),
    }
}

/// How many, and in how many seconds.
fn count(text: &str) -> Result<(u32, u64), String> {
    let Some((number, unit)) = text.split_once('/') else {
        return Err("it does not say in which time".to_owned());
    };
    let (number, unit) = (number.trim(), unit.trim());
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("it does not begin with a whole number".to_owned());
    }
    let Ok(messages) = number.parse::<u32>() else {
        return Err("no server takes so many".to_owned());
    };
    if messages == 0 {
        return Err("nothing would ever leave".to_owned());
    }
    match UNITS.iter().find(|(names, _)| names.contains(&unit)) {
        Some((_, seconds)) => Ok((messages, *seconds)),
        None => Err(format!("{} is no second, minute, hour or day", quoted(unit))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(text: &str) -> Option<(u32, u64)> {
        rate(text).ok().map(|rate| (rate.messages, rate.per.as_secs()))
    }

    #[test]
    fn a_rate_has_a_number_and_a_time() {
        for (text, expected) in [
            ("14/s", Some((14, 1))),
            ("14 / s", Some((14, 1))),
            (" 1/sec ", Some((1, 1))),
            ("30/min", Some((30, 60))),
            ("30/m", Some((30, 60))),
            ("500/h", Some((500, 3600))),
            ("500/hour", Some((500, 3600))),
            ("2000/day", Some((2000, 86400))),
            ("4294967295/d", Some((u32::MAX, 86400))),
            ("4294967296/d", None),
            ("0/s", None),
            ("-1/s", None),
            ("+1/s", None),
            ("1.5/s", None),
            ("٣/s", None),
            ("14", None),
            ("14/", None),
            ("/s", None),
            ("14/week", None),
            ("14/s/s", None),
            ("", None),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }

    #[test]
    fn a_rate_in_words_is_what_was_written() {
        for (text, expected) in [
            ("14/s", "14 a second"),
            ("30/min", "30 a minute"),
            ("500/h", "500 an hour"),
            ("7/d", "7 a day"),
        ] {
            assert_eq!(words(rate(text).unwrap()), expected);
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_written_is_read_or_refused(text in "[0-9 +.-]{0,12}/?[a-z /]{0,8}") {
            match rate(&text) {
                Ok(rate) => assert!(rate.messages > 0 && !rate.per.is_zero()),
                Err(Rejection { message, hint }) => assert!(!message.is_empty() && hint.contains("14/s")),
            }
            let daily = seconds(&text).is_some_and(|(_, seconds)| seconds == DAY);
            assert_eq!(quota(&text).is_ok(), daily);
        }

        #[test]
        fn every_number_goes_with_every_time(
            messages in 1..=u32::MAX, unit in 0..UNITS.len(), spelling in 0..2_usize, space in " ?",
        ) {
            let (names, expected) = UNITS[unit];
            let text = format!("{messages}{space}/{space}{}", names[spelling]);
            assert_eq!(seconds(&text), Some((messages, expected)));
            assert_eq!(quota(&text).ok(), (expected == DAY).then_some(messages));
        }
    }
}

//! How fast messages are sent: `connections`, `per_connection`, `rate` and `quota`.

use std::time::Duration;

use meetmint_batch::{Rejection, quoted};
use meetmint_mailer::{Pace, Rate};

use super::presets::{CAREFUL_CONNECTION, CAREFUL_RATE, Preset};
use super::table::Table;
use super::value::Located;

/// Providers allow far fewer; a mistyped number must not open thousands of connections.
const MOST_CONNECTIONS: u32 = 100;

const DAY: u64 = 24 * 60 * 60;

/// The units of time in a rate, in seconds. The last spelling is the one that messages use.
const UNITS: [(&[&str], u64); 4] = [
    (&["s", "sec", "second"], 1),
    (&["m", "min", "minute"], 60),
    (&["h", "hour"], 60 * 60),
    (&["d", "day"], DAY),
];

const RATE_HINT: &str = "write it like `14/s`, `30/min` or `500/h`";
const QUOTA_HINT: &str = "write it like `2000/day`";

/// Reads the pace. What is not written comes from the preset. Without a preset, a server on this machine has no limit,
/// and any other is treated carefully.
pub(super) fn read(table: &Table<'_>, preset: Option<&Preset>, is_local: bool) -> Pace {
    let connections = number(table, "connections", MOST_CONNECTIONS);
    let per_connection = number(table, "per_connection", u32::MAX);
    let rate = table.parsed(table.string("rate"), "bad-rate", rate);
    let quota = table.parsed(table.string("quota"), "bad-quota", quota);
    let (default_rate, default_per_connection) = match preset {
        Some(preset) => (Some(preset.rate), Some(preset.per_connection)),
        // No provider's limit applies on this machine, and a local server queues messages.
        None if is_local => (None, None),
        None => (Some(CAREFUL_RATE), Some(CAREFUL_CONNECTION)),
    };
    Pace {
        // One, because providers limit connections, too, and few publish the number.
        connections: connections.unwrap_or(1),
        per_connection: per_connection.or(default_per_connection),
        rate: rate.or(default_rate),
        quota: quota.or_else(|| preset?.quota),
    }
}

/// A rate in words: "30 a minute".
pub(crate) fn rate_words(rate: Rate) -> String {
    let Rate { messages, per } = rate;
    let unit = UNITS.iter().find(|(_, seconds)| Duration::from_secs(*seconds) == per);
    match unit.and_then(|(names, _)| names.last()) {
        Some(&"hour") => format!("{messages} an hour"),
        Some(name) => format!("{messages} a {name}"),
        None => format!("{messages} in {} seconds", per.as_secs()),
    }
}

fn number(table: &Table<'_>, key: &'static str, most: u32) -> Option<u32> {
    let Located { value, offset } = table.integer(key)?;
    let number = u32::try_from(value).ok().filter(|number| (1..=most).contains(number));
    if number.is_none() {
        let (range, example) = if most < u32::MAX {
            (format!("from 1 to {most}"), 1)
        } else {
            ("1 or more".to_owned(), CAREFUL_CONNECTION)
        };
        let message = format!("`{key}` must be {range}, not {value}");
        table.report("bad-value", offset, message, format!("write it like {key} = {example}"));
    }
    number
}

/// Reads `14/s`, `30/min`, `500/h`, `2000/day`.
fn rate(text: &str) -> Result<Rate, Rejection> {
    let (messages, seconds) = messages_per_seconds(text, RATE_HINT)?;
    Ok(Rate { messages, per: Duration::from_secs(seconds) })
}

/// Reads `2000/day`. Other units are refused, because providers set their quotas by the day.
fn quota(text: &str) -> Result<u32, Rejection> {
    match messages_per_seconds(text, QUOTA_HINT)? {
        (messages, DAY) => Ok(messages),
        _ => {
            let hint = format!("{QUOTA_HINT}; for shorter times, use `rate`");
            Err(Rejection::new("a quota must be per day", hint))
        }
    }
}

/// How many messages, in how many seconds.
fn messages_per_seconds(text: &str, hint: &str) -> Result<(u32, u64), Rejection> {
    let rejected = |message: &str| Err(Rejection::new(message, hint));
    let Some((number, unit)) = text.split_once('/') else {
        return rejected("the unit of time is missing");
    };
    let (number, unit) = (number.trim(), unit.trim());
    // `parse` alone would accept `+1`.
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return rejected("it does not start with a whole number");
    }
    let Ok(messages) = number.parse::<u32>() else {
        return rejected("the number is too large");
    };
    if messages == 0 {
        return rejected("the number must be 1 or more");
    }
    match UNITS.iter().find(|(names, _)| names.contains(&unit)) {
        Some((_, seconds)) => Ok((messages, *seconds)),
        None => rejected(&format!("unknown unit of time {}", quoted(unit))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(text: &str) -> Option<(u32, u64)> {
        rate(text).ok().map(|rate| (rate.messages, rate.per.as_secs()))
    }

    #[test]
    fn a_rate_is_a_number_and_a_unit_of_time() {
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
    fn a_rate_in_words_has_the_number_and_unit_that_were_written() {
        for (text, expected) in [
            ("14/s", "14 a second"),
            ("30/min", "30 a minute"),
            ("500/h", "500 an hour"),
            ("7/d", "7 a day"),
        ] {
            assert_eq!(rate_words(rate(text).unwrap()), expected);
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_accepted_or_rejected_with_a_hint(text in "[0-9 +.-]{0,12}/?[a-z /]{0,8}") {
            match rate(&text) {
                Ok(rate) => assert!(rate.messages > 0 && !rate.per.is_zero()),
                Err(Rejection { message, hint }) => {
                    assert!(!message.is_empty() && hint.contains("14/s"));
                }
            }
            let daily = seconds(&text).is_some_and(|(_, seconds)| seconds == DAY);
            assert_eq!(quota(&text).is_ok(), daily);
        }

        #[test]
        fn every_number_is_accepted_with_every_unit(
            messages in 1..=u32::MAX, unit in 0..UNITS.len(), spelling in 0..2_usize, space in " ?",
        ) {
            let (names, expected) = UNITS[unit];
            let text = format!("{messages}{space}/{space}{}", names[spelling]);
            assert_eq!(seconds(&text), Some((messages, expected)));
            assert_eq!(quota(&text).ok(), (expected == DAY).then_some(messages));
        }
    }
}

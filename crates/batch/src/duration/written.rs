//! Durations with units of several languages, on a clock, or as a number alone.

use super::bad_duration::BadDuration;

/// Units in lower case: hours.
const HOURS: [&str; 51] = [
    "h",
    "hr",
    "hrs",
    "hour",
    "hours",
    "std",
    "stunde",
    "stunden",
    "heure",
    "heures",
    "hora",
    "horas",
    "ora",
    "ore",
    "uur",
    "uren",
    "godz",
    "godzina",
    "godziny",
    "godzin",
    "hod",
    "hodina",
    "hodiny",
    "hodin",
    "timme",
    "timmar",
    "tim",
    "time",
    "timer",
    "t",
    "tunti",
    "tuntia",
    "óra",
    "saat",
    "sa",
    "ώρα",
    "ώρες",
    "час",
    "часа",
    "часов",
    "ч",
    "година",
    "години",
    "годин",
    "год",
    "ساعة",
    "ساعات",
    "小时",
    "小時",
    "時間",
    "시간",
];

/// Units in lower case: minutes.
const MINUTES: [&str; 41] = [
    "m",
    "min",
    "mins",
    "minute",
    "minutes",
    "minuten",
    "minuto",
    "minutos",
    "minuti",
    "minuut",
    "minuta",
    "minuty",
    "minut",
    "minutter",
    "minutt",
    "minuuttia",
    "perc",
    "dakika",
    "dk",
    "λεπτά",
    "λεπτό",
    "λ",
    "минута",
    "минуты",
    "минут",
    "мин",
    "хвилина",
    "хвилини",
    "хвилин",
    "хв",
    "دقيقة",
    "دقائق",
    "分钟",
    "分鐘",
    "分",
    "분",
    "'",
    "’",
    "′",
    "minuttia",
    "minuter",
];

/// Words between hours and minutes.
const AND: [&str; 8] = ["und", "and", "et", "y", "e", "og", "och", "и"];

/// The longest text, in characters.
const LONGEST: usize = 60;

/// A number without a unit is minutes from here on: below, hours are as likely.
const LEAST_MINUTES: i64 = 10;

/// Reads a duration in seconds.
pub(super) fn seconds(text: &str) -> Result<i64, BadDuration> {
    let text = text.trim();
    if text.chars().count() > LONGEST {
        return Err(BadDuration::Unreadable);
    }
    let text = text.to_lowercase();
    if let Some(found) = clock(&text) {
        return Ok(found);
    }
    if let Some(thousandths) = number(&text) {
        return match thousandths {
            0 => Ok(0),
            whole if whole % 1000 == 0 && whole / 1000 >= LEAST_MINUTES => Ok(whole / 1000 * 60),
            _ => Err(BadDuration::NoUnit(text)),
        };
    }
    with_units(&text).ok_or(BadDuration::Unreadable)
}

/// `1:30`, `01:30:00` and `1:30 h`: hours, minutes and seconds of a clock.
fn clock(text: &str) -> Option<i64> {
    let unit = text.find(char::is_alphabetic).unwrap_or(text.len());
    let (digits, unit) = (text[..unit].trim_end(), text[unit..].trim_end_matches('.'));
    if !unit.is_empty() && !HOURS.contains(&unit) {
        return None;
    }
    let mut parts = digits.split(':');
    let (hours, minutes, seconds) = (parts.next()?, parts.next()?, parts.next().unwrap_or("00"));
    if parts.next().is_some() || minutes.len() != 2 || seconds.len() != 2 {
        return None;
    }
    let part = |text: &str, most: i64| {
        let is_number = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        text.parse::<i64>().ok().filter(|number| is_number && *number <= most)
    };
    // `90:00` may be minutes and seconds.
    Some(part(hours, 23)? * 3600 + part(minutes, 59)? * 60 + part(seconds, 59)?)
}

/// A number in thousandths, with up to three decimals after a point or comma.
fn number(text: &str) -> Option<i64> {
    let (whole, decimals) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    let digits = |text: &str, longest| {
        (1..=longest).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !digits(whole, 6) || !digits(decimals, 3) {
        return None;
    }
    let decimals = format!("{decimals:0<3}");
    Some(whole.parse::<i64>().ok()? * 1000 + decimals.parse::<i64>().ok()?)
}

/// `1 Std. 30 Min.`, `1h30`, `1,5 Std.`, `90 минут`.
fn with_units(text: &str) -> Option<i64> {
    let mut total = 0;
    // How many seconds one of the last unit is: units become smaller.
    let mut last = i64::MAX;
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',')?;
        let (count, behind) = rest.split_at(end);
        let thousandths = number(count)?;
        let behind = behind.trim_start();
        let of_unit = |c: char| c.is_alphabetic() || "'’′".contains(c);
        let end = behind.find(|c| !of_unit(c)).unwrap_or(behind.len());
        let (unit, behind) = behind.split_at(end);
        let size = match unit {
            unit if HOURS.contains(&unit) => 3600,
            unit if MINUTES.contains(&unit) => 60,
            _ => return None,
        };
        if size >= last {
            return None;
        }
        total += exact(thousandths, size)?;
        last = size;
        rest = next(behind);
        // `1h30`: minutes need no unit behind hours.
        if size == 3600
            && let Some(minutes) = number(rest).filter(|minutes| *minutes < 60_000)
        {
            return Some(total + exact(minutes, 60)?);
        }
    }
    (last != i64::MAX).then_some(total)
}

/// The text after a unit, its full stop, and a comma or a word such as `and`.
fn next(text: &str) -> &str {
    let text = text.strip_prefix('.').unwrap_or(text).trim_start();
    let text = text.strip_prefix(',').unwrap_or(text).trim_start();
    let word = text.split(' ').next().unwrap_or_default();
    if AND.contains(&word) { text[word.len()..].trim_start() } else { text }
}

/// Thousandths of a unit in seconds, if they are whole.
fn exact(thousandths: i64, size: i64) -> Option<i64> {
    let product = thousandths * size;
    (product % 1000 == 0).then_some(product / 1000)
}

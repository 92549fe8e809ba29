//! Starts as people write them.

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::Offset;

use super::bad_start::BadStart;
use super::words::{FILLERS, MONTHS, WEEKDAYS};

/// The longest text that is read, in characters.
const LONGEST: usize = 80;

/// The most pieces of a text: `Thursday, the 11th of March 2027, at 2:00:00 p.m. UTC` has 20.
const MOST_PIECES: usize = 40;

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    /// A number of up to four digits, and how many there are.
    Number(i16, usize),
    /// Letters, in lower case.
    Word(String),
    /// A sign between others. White space is not among them.
    Sign(char),
}

use Piece::{Number, Sign, Word};

/// Reads a start in the forms that [`Start::read`](super::Start::read) names.
pub(super) fn read(text: &str) -> Result<(DateTime, Option<Offset>), BadStart> {
    let mut pieces = pieces(text).ok_or(BadStart::Unreadable)?;
    let time = take_time(&mut pieces)?;
    let offset = take_utc(&mut pieces);
    let weekday = take_weekday(&mut pieces);
    pieces.retain(|piece| !matches!(piece, Word(word) if FILLERS.contains(&word.as_str())));
    while let Some(Sign(',' | '(' | ')' | '·' | '|')) = pieces.last() {
        pieces.pop();
    }
    if pieces.is_empty() {
        return Err(time.map_or(BadStart::Unreadable, BadStart::NoDate));
    }
    let date = date(&pieces, time)?;
    if weekday.is_some_and(|weekday| weekday != date.weekday()) {
        return Err(BadStart::OtherWeekday { date });
    }
    let time = time.ok_or(BadStart::NoTime(date))?;
    Ok((date.to_datetime(time), offset))
}

/// The pieces of a text; `None` if it is too long, or has digits of other scripts.
fn pieces(text: &str) -> Option<Vec<Piece>> {
    if text.chars().count() > LONGEST {
        return None;
    }
    let mut pieces: Vec<Piece> = Vec::new();
    let mut rest = text.trim();
    while let Some(first) = rest.chars().next() {
        let is_word = |c: char| c.is_alphabetic() && !is_east_asian(c);
        let length = |of: &dyn Fn(char) -> bool| rest.find(|c| !of(c)).unwrap_or(rest.len());
        let end = if first.is_ascii_digit() {
            let end = length(&|c| c.is_ascii_digit());
            pieces.push(Number(rest[..end].parse().ok().filter(|_| end <= 4)?, end));
            end
        } else if is_word(first) {
            let end = length(&|c| is_word(c) || c == '-');
            pieces.push(Word(rest[..end].trim_end_matches('-').to_lowercase()));
            end
        } else {
            if !first.is_whitespace() {
                pieces.push(Sign(first));
            }
            first.len_utf8()
        };
        rest = &rest[end..];
    }
    (pieces.len() <= MOST_PIECES).then_some(pieces)
}

/// Signs of dates and times in Chinese, Japanese and Korean.
fn is_east_asian(c: char) -> bool {
    "年月日時时分点點년월일시분".contains(c)
}

/// Takes the time out of the pieces.
fn take_time(pieces: &mut Vec<Piece>) -> Result<Option<Time>, BadStart> {
    for at in 0..pieces.len() {
        let Some((hour, minute, second, mut used)) = clock(&pieces[at..], at == 0) else {
            continue;
        };
        let half = match pieces.get(at + used..).unwrap_or_default() {
            [Word(m), ..] if m == "am" || m == "pm" => Some((m.starts_with('p'), 1)),
            [Word(a), Sign('.'), Word(m), Sign('.'), ..] if m == "m" && (a == "a" || a == "p") => {
                Some((a == "p", 4))
            }
            _ => None,
        };
        let hour = match half {
            Some((_, _)) if !(1..=12).contains(&hour) => return Err(BadStart::NoSuchTime),
            Some((is_pm, length)) => {
                used += length;
                hour % 12 + if is_pm { 12 } else { 0 }
            }
            None => hour,
        };
        let part = |number: i16| i8::try_from(number).map_err(|_| BadStart::NoSuchTime);
        let time = Time::new(part(hour)?, part(minute)?, part(second)?, 0);
        // `14.00 Uhr`, `14h`, and the comma or `T` between date and time.
        let mut end = at + used;
        while matches!(pieces.get(end), Some(Word(word)) if word == "uhr" || word == "h") {
            end += 1;
        }
        pieces.drain(at..end);
        return time.map(Some).map_err(|_| BadStart::NoSuchTime);
    }
    Ok(None)
}

/// Hour, minute and second of a clock at the beginning of these pieces, and how many pieces it takes.
fn clock(pieces: &[Piece], is_first: bool) -> Option<(i16, i16, i16, usize)> {
    let found = match pieces {
        [Number(h, 1..=2), Sign(':'), Number(m, 2), Sign(':'), Number(s, 2), rest @ ..] => {
            // Milliseconds that are zero.
            let zeros = matches!(rest, [Sign('.'), Number(0, _), ..]);
            (*h, *m, *s, if zeros { 7 } else { 5 })
        }
        [Number(h, 1..=2), Sign(':' | '：'), Number(m, 2), ..] => (*h, *m, 0, 3),
        [Number(h, 1..=2), Sign('時' | '时' | '点' | '點' | '시'), rest @ ..] => match rest {
            [Number(m, 1..=2), Sign('分' | '분'), ..] => (*h, *m, 0, 4),
            _ => (*h, 0, 0, 2),
        },
        [Number(h, 1..=2), Word(unit), rest @ ..] if unit == "h" => match rest {
            [Number(m, 2), ..] => (*h, *m, 0, 3),
            _ => (*h, 0, 0, 2),
        },
        // With full stops only where a word says that it is a time, because dates have them.
        [Number(h, 1..=2), Sign('.'), Number(m, 2), Word(unit), ..] if is_half(unit, true) => {
            (*h, *m, 0, 3)
        }
        [Number(h, 1..=2), Word(unit), rest @ ..]
            if is_half(unit, false)
                || matches!((unit.as_str(), rest), ("a" | "p", [Sign('.'), Word(m), ..]) if m == "m") =>
        {
            (*h, 0, 0, 1)
        }
        [Number(h, 1..=2), Sign('.'), Number(m, 2)] if !is_first => (*h, *m, 0, 3),
        _ => return None,
    };
    Some(found)
}

fn is_half(unit: &str, with_p: bool) -> bool {
    ["uhr", "am", "pm"].contains(&unit) || with_p && ["a", "p"].contains(&unit)
}

/// Takes `UTC`, `GMT` or `Z` out of the end.
fn take_utc(pieces: &mut Vec<Piece>) -> Option<Offset> {
    let is_utc =
        matches!(pieces.last(), Some(Word(word)) if ["utc", "gmt", "z"].contains(&word.as_str()));
    is_utc.then(|| {
        pieces.pop();
        Offset::UTC
    })
}

/// Takes the day of the week, which stands first, out of the pieces.
fn take_weekday(pieces: &mut Vec<Piece>) -> Option<Weekday> {
    let at = pieces.iter().position(|piece| matches!(piece, Word(_)))?;
    let Word(word) = &pieces[at] else { return None };
    let known = WEEKDAYS.binary_search_by_key(&word.as_str(), |(known, _)| *known).ok()?;
    let end = at + 1 + usize::from(matches!(pieces.get(at + 1), Some(Sign('.'))));
    let end = end + usize::from(matches!(pieces.get(end), Some(Sign(','))));
    pieces.drain(at..end);
    Weekday::from_monday_one_offset(WEEKDAYS[known].1).ok()
}

/// The date that these pieces are.
fn date(pieces: &[Piece], time: Option<Time>) -> Result<Date, BadStart> {
    let is_day_word = |word: &str| ["st", "nd", "rd", "th", "er", "º", "ª"].contains(&word);
    // Ordinals, and full stops and commas that end a part of the date.
    let mut parts: Vec<&Piece> = pieces.iter().collect();
    parts.retain(|piece| !matches!(piece, Word(word) if is_day_word(word)));
    while let [.., Sign(',' | '.')] = parts.as_slice() {
        parts.pop();
    }
    let slashes = |sign: &Piece| matches!(sign, Sign('/' | '-' | '–' | '\u{2010}' | '\u{2011}'));
    match parts.as_slice() {
        [
            Number(year, 4),
            Sign('年' | '년'),
            Number(m, 1..=2),
            Sign('月' | '월'),
            Number(d, 1..=2),
            Sign('日' | '일'),
        ] => checked(*year, *m, *d),
        [Number(year, 4), one, Number(m, 1..=2), other, Number(d, 1..=2)]
            if one == other && (slashes(one) || **one == Sign('.')) =>
        {
            checked(*year, *m, *d)
        }
        // With full stops, the day comes first in every country that writes them.
        [Number(d, 1..=2), Sign('.'), Number(m, 1..=2), Sign('.'), Number(year, 4)] => {
            checked(*year, *m, *d)
        }
        [Number(one, 1..=2), first, Number(two, 1..=2), second, Number(year, 4)]
            if first == second && slashes(first) =>
        {
            day_or_month(*year, *one, *two, time)
        }
        [Number(_, 1..=2), first, Number(_, 1..=2), second, Number(_, 2)] if first == second => {
            Err(BadStart::ShortYear)
        }
        _ => with_month_name(&parts),
    }
}

/// A date with the name of its month: `11. März 2027`, `March 11, 2027`, `2027. március 11.`
fn with_month_name(parts: &[&Piece]) -> Result<Date, BadStart> {
    let mut parts = parts.to_vec();
    parts.retain(|piece| !matches!(piece, Sign('.' | ',' | '-' | '/')));
    let (month, day, year) = match parts.as_slice() {
        [Number(day, 1..=2), Word(month), Number(year, 4)]
        | [Word(month), Number(day, 1..=2), Number(year, 4)]
        | [Number(year, 4), Word(month), Number(day, 1..=2)] => (month, day, year),
        [Number(_, 1..=2), Word(_), Number(_, 2)] | [Word(_), Number(_, 1..=2), Number(_, 2)] => {
            return Err(BadStart::ShortYear);
        }
        _ => return Err(BadStart::Unreadable),
    };
    let known = MONTHS.binary_search_by_key(&month.as_str(), |(known, _)| *known);
    let month = known.map(|at| MONTHS[at].1).map_err(|_| BadStart::Unreadable)?;
    checked(*year, i16::from(month), *day)
}

/// The date of `3/4/2027`, if only one of its two readings is a date.
fn day_or_month(year: i16, one: i16, two: i16, time: Option<Time>) -> Result<Date, BadStart> {
    if one == two || one > 12 {
        return checked(year, two, one);
    }
    if two > 12 {
        return checked(year, one, two);
    }
    let (day_first, month_first) = (checked(year, two, one)?, checked(year, one, two)?);
    Err(BadStart::DayOrMonth { day_first, month_first, time })
}

fn checked(year: i16, month: i16, day: i16) -> Result<Date, BadStart> {
    let month = i8::try_from(month).map_err(|_| BadStart::NoSuchMonth)?;
    let first = Date::new(year, month, 1).map_err(|_| BadStart::NoSuchMonth)?;
    let days = first.days_in_month();
    let day = i8::try_from(day).ok().filter(|day| (1..=days).contains(day));
    day.and_then(|day| Date::new(year, month, day).ok()).ok_or_else(|| BadStart::NoSuchDay {
        year,
        month: first.strftime("%B").to_string(),
        days,
    })
}

//! Starts as ISO 8601 writes them.

use std::borrow::Cow;

use jiff::civil::{Date, DateTime};
use jiff::fmt::temporal::Pieces;
use jiff::tz::Offset;

use super::bad_start::BadStart;

/// Reads `YYYY-MM-DD HH:MM`, and what [`Start::parse`](super::Start::parse) says of it.
pub(super) fn parse(text: &str) -> Result<(DateTime, Option<Offset>), BadStart> {
    let text = text.trim();
    // `Pieces` also reads the compact form of ISO 8601, a date alone, and years of six digits.
    let [_, _, _, _, b'-', _, _, b'-', _, _, b' ' | b'T', _, _, b':', ..] = text.as_bytes() else {
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
    Ok((pieces.date().to_datetime(time), offset))
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

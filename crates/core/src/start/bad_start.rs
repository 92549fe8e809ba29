//! Why a text is not a start.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

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
    /// A date as `3/4/2027`, of which nobody knows whether day or month comes first.
    #[error("it can be {} or {}", date_in_words(*day_first), date_in_words(*month_first))]
    DayOrMonth {
        /// The date if the day comes first.
        day_first: Date,
        /// The date if the month comes first.
        month_first: Date,
        /// The time as written, if there is one.
        time: Option<Time>,
    },
    /// A year of two digits, which may also be a day.
    #[error("the year has two digits")]
    ShortYear,
    /// A date without a time.
    #[error("the time is missing")]
    NoTime(Date),
    /// A time without a date.
    #[error("the date is missing")]
    NoDate(Time),
    /// The date is another day of the week.
    #[error("{} is not the day of the week that it says", date_in_words(*date))]
    OtherWeekday {
        /// The date as written.
        date: Date,
    },
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
            BadStart::DayOrMonth { day_first, month_first, time } => {
                let time = time.unwrap_or(EXAMPLE_TIME);
                let text = |date: &Date| local_text(date.to_datetime(time));
                format!("write `{}` or `{}`", text(day_first), text(month_first))
            }
            BadStart::ShortYear => "write the year with four digits".to_owned(),
            BadStart::NoTime(date) => {
                format!("add it, as in `{}`", local_text(date.to_datetime(EXAMPLE_TIME)))
            }
            BadStart::NoDate(time) => {
                let example = Date::constant(2027, 3, 11).to_datetime(*time);
                format!("add it, as in `{}`", local_text(example))
            }
            BadStart::OtherWeekday { date } => {
                format!("it is a {}: correct one of the two", date.strftime("%A"))
            }
            BadStart::NoSuchDay { .. } => "correct the day or the month".to_owned(),
            BadStart::NoSuchMonth => "correct the month; it comes before the day".to_owned(),
            BadStart::NoSuchTime => "correct the time".to_owned(),
            BadStart::Unreadable => {
                "write year, month, day and a 24-hour time: `2027-03-11 14:00`".to_owned()
            }
        }
    }
}

/// The time of examples.
const EXAMPLE_TIME: Time = Time::constant(14, 0, 0, 0);

/// `3 April 2027`.
fn date_in_words(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
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

//! When a meeting starts: local time as people write it, resolved in a time zone.

mod bad_start;
mod iso;
mod words;
mod written;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};

pub use bad_start::BadStart;

/// The start of a meeting as written: local time, and the offset if there is one. The offset decides which
/// one is meant when the clocks go back and an hour is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    local: DateTime,
    offset: Option<Offset>,
    /// Whether the offset alone says when it is, whatever the zone.
    is_moment: bool,
}

impl Start {
    /// Reads `YYYY-MM-DD HH:MM`. There may be a `T` instead of the space, seconds, and an offset from UTC
    /// (`+01:00` or `Z`), which is needed where the clocks go back and a local time occurs twice.
    ///
    /// # Errors
    /// [`BadStart::Annotated`] if a zone in brackets follows, [`BadStart::NoSuchMonth`], [`BadStart::NoSuchDay`] and
    /// [`BadStart::NoSuchTime`] for numbers that are too large or zero, and [`BadStart::Unreadable`] for everything else.
    pub fn parse(text: &str) -> Result<Start, BadStart> {
        let (local, offset) = iso::parse(text)?;
        Ok(Start { local, offset, is_moment: false })
    }

    /// Reads a start as people and programs write it into a list: as [`parse`](Start::parse) does, `11.03.2027, 14:00 Uhr`,
    /// `11 March 2027 2:00 pm`, `Thu, Mar 11, 2027 2 PM` or `13/04/2027 14:00`. A text with an offset, or `Z` or `UTC`, is that
    /// moment in any zone.
    ///
    /// # Errors
    /// Those of [`parse`](Start::parse), and [`BadStart::DayOrMonth`], [`BadStart::ShortYear`], [`BadStart::NoTime`],
    /// [`BadStart::NoDate`] and [`BadStart::OtherWeekday`]: nothing is guessed.
    pub fn read(text: &str) -> Result<Start, BadStart> {
        let (local, offset) = match iso::parse(text) {
            Err(BadStart::Unreadable) => written::read(text)?,
            start => start?,
        };
        Ok(Start { local, offset, is_moment: offset.is_some() })
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
        if let (Some(offset), true) = (self.offset, self.is_moment) {
            return moment(offset);
        }
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

#[cfg(test)]
mod tests;

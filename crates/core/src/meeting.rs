//! A meeting, and the window in which a link to it works.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::Room;

/// A meeting: title, room and time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meeting {
    /// One line, never empty.
    pub title: String,
    /// Where it takes place.
    pub room: Room,
    /// When it begins.
    pub start: Timestamp,
    /// When it ends, later than `start`.
    pub end: Timestamp,
    /// The time zone in which its times are shown.
    pub zone: TimeZone,
}

impl Meeting {
    /// The window that opens `opens` seconds before the start and closes `closes` seconds after the end.
    /// Fractions of a second are dropped, because Jitsi compares whole seconds without leeway
    /// (`jitsi-tokens` facts, §1.1).
    ///
    /// # Errors
    /// [`EmptyWindow`] if it would not close after it opens.
    pub fn window(&self, opens: i64, closes: i64) -> Result<Window, EmptyWindow> {
        Window::new(
            // Saturating, because `opens` and `closes` may be any number, and an overflow would panic.
            self.start.as_second().saturating_sub(opens),
            self.end.as_second().saturating_add(closes),
        )
    }
}

/// The time in which a token is valid. Never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Window {
    not_before: i64,
    expires: i64,
}

/// A window would close before it opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the link would expire before it becomes valid")]
pub struct EmptyWindow;

impl Window {
    /// From `not_before` until just before `expires`, in seconds since 1970 UTC.
    ///
    /// # Errors
    /// [`EmptyWindow`] unless `not_before` is less than `expires`.
    pub fn new(not_before: i64, expires: i64) -> Result<Window, EmptyWindow> {
        // When both are equal, no second is left: Jitsi refuses a token from `exp` on.
        if not_before < expires { Ok(Window { not_before, expires }) } else { Err(EmptyWindow) }
    }

    /// The `nbf` claim (RFC 7519 §4.1.5): the first second in which the token is valid.
    pub fn not_before(&self) -> i64 {
        self.not_before
    }

    /// The `exp` claim (RFC 7519 §4.1.4): the first second in which the token is no longer valid.
    pub fn expires(&self) -> i64 {
        self.expires
    }

    /// [`not_before`](Window::not_before) as a timestamp.
    pub fn opens(&self) -> Timestamp {
        clamped(self.not_before)
    }

    /// [`expires`](Window::expires) as a timestamp.
    pub fn closes(&self) -> Timestamp {
        clamped(self.expires)
    }
}

/// Claims may be any number, but a timestamp ends with the year 9999: a window that goes on for longer is shown
/// to end there.
fn clamped(second: i64) -> Timestamp {
    let second = second.clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
    Timestamp::from_second(second).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_extends_the_meeting_in_whole_seconds() {
        let meeting = Meeting {
            title: "x".to_owned(),
            room: Room::parse("x").unwrap(),
            start: "2027-03-11T13:00:00.9Z".parse().unwrap(),
            end: "2027-03-11T14:30:00Z".parse().unwrap(),
            zone: TimeZone::UTC,
        };
        let window = meeting.window(1800, 7200).unwrap();
        assert_eq!(window.opens().to_string(), "2027-03-11T12:30:00Z");
        assert_eq!(window.closes().to_string(), "2027-03-11T16:30:00Z");
        assert_eq!(meeting.window(0, -5400), Err(EmptyWindow));
        assert_eq!(Window::new(5, 5), Err(EmptyWindow));
    }
}

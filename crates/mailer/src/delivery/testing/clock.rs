//! A clock that stands still unless a wait times out.

use std::cell::Cell;
use std::ops::{Add, AddAssign, Sub};
use std::time::Duration;

thread_local! {
    // All threads of a model share one thread of the system.
    static NOW: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

/// What [`std::time::Instant`] is outside of the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::delivery) struct Instant(Duration);

impl Instant {
    /// The time, always later than before: the real clock is as fine.
    pub(in crate::delivery) fn now() -> Instant {
        NOW.set(NOW.get() + Duration::from_micros(1));
        Instant(NOW.get())
    }

    pub(in crate::delivery) fn elapsed(self) -> Duration {
        Instant::now() - self
    }

    pub(in crate::delivery) fn saturating_duration_since(self, earlier: Instant) -> Duration {
        self.0.saturating_sub(earlier.0)
    }

    pub(in crate::delivery) fn checked_sub(self, duration: Duration) -> Option<Instant> {
        self.0.checked_sub(duration).map(Instant)
    }

    /// The time since the clock was reset.
    pub(in crate::delivery) fn since_reset(self) -> Duration {
        self.0
    }
}

impl Add<Duration> for Instant {
    type Output = Instant;

    fn add(self, duration: Duration) -> Instant {
        Instant(self.0 + duration)
    }
}

impl AddAssign<Duration> for Instant {
    fn add_assign(&mut self, duration: Duration) {
        self.0 += duration;
    }
}

impl Sub for Instant {
    type Output = Duration;

    fn sub(self, earlier: Instant) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

/// Starts the clock again.
pub(super) fn reset() {
    NOW.set(Duration::ZERO);
}

/// Lets time pass until a moment, if that lies ahead.
pub(super) fn advance_to(moment: Instant) {
    NOW.set(NOW.get().max(moment.0));
}

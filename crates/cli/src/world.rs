//! What comes from outside of the arguments: the clock, the environment, signals.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use crate::failure::Failure;

/// The moment a command was started, and whether it was told to stop.
#[derive(Clone, Debug)]
pub(crate) struct World {
    /// The real time: what is over, early or due is judged by it.
    pub(crate) now: Timestamp,
    interrupted: Arc<AtomicBool>,
}

impl World {
    /// Looks at the clock.
    pub(crate) fn look() -> World {
        World { now: World::clock(), interrupted: Arc::new(AtomicBool::new(false)) }
    }

    /// From now on Ctrl-C, the end of the terminal and being told to end are only noted: what is in flight is
    /// finished. A second one ends the program at once.
    pub(crate) fn listen(&self) {
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            let _ = signal_hook::flag::register_conditional_default(
                signal,
                Arc::clone(&self.interrupted),
            );
            let _ = signal_hook::flag::register(signal, Arc::clone(&self.interrupted));
        }
    }

    /// The time that messages carry: `SOURCE_DATE_EPOCH` stands for now, so that two runs give the same bytes.
    pub(crate) fn stamp(&self) -> Result<Timestamp, Failure> {
        let text = std::env::var_os("SOURCE_DATE_EPOCH").filter(|text| !text.is_empty());
        let Some(text) = text else { return Ok(self.now) };
        let text = text.to_string_lossy();
        let second = text
            .parse()
            .ok()
            .filter(|second| *second >= 0)
            .and_then(|second| Timestamp::from_second(second).ok());
        second
            .filter(|stamp| {
                (0..=9999).contains(&stamp.to_zoned_datetime(jiff::tz::TimeZone::UTC).year())
            })
            .ok_or_else(|| {
                Failure::wrong(
                    format!(
                        "SOURCE_DATE_EPOCH is `{text}`, which is no time in seconds since 1970"
                    ),
                    "unset it, or write whole seconds",
                )
            })
    }

    /// The date that folder messages carry, if it is fixed.
    pub(crate) fn fixed_stamp(&self) -> Result<Option<Timestamp>, Failure> {
        let stamp = self.stamp()?;
        Ok((stamp != self.now).then_some(stamp))
    }

    /// The real time, while a command goes on.
    pub(crate) fn clock() -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
        Timestamp::now()
    }

    /// Waits, but not longer than until somebody wants the program to end.
    pub(crate) fn pause(&self, duration: Duration) {
        let mut left = duration;
        while !left.is_zero() && !self.is_interrupted() {
            let some = left.min(Duration::from_millis(100));
            std::thread::sleep(some);
            left -= some;
        }
    }

    /// Who this is, for others who want the same ledger.
    pub(crate) fn words(&self) -> String {
        format!(
            "process {} since {}",
            std::process::id(),
            self.now.strftime("%Y-%m-%d %H:%M:%S UTC")
        )
    }

    /// What is set when somebody wants the program to end.
    pub(crate) fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.interrupted)
    }

    /// Whether Ctrl-C was pressed, the terminal closed, or the program told to end.
    pub(crate) fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }
}

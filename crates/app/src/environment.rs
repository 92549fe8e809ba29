//! What operations take from outside their arguments: the clock, environment variables, the local time zone, the name of
//! the machine, and whether the program has been asked to stop. The front end provides all of it.

use std::ffi::OsString;
use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use meetmint_batch::{Problem, quoted};

/// How often a pause checks whether the program has been asked to stop.
// Short enough for Ctrl-C to feel immediate, and long enough to cost no processor time.
const CHECK_INTERVAL: Duration = Duration::from_millis(100);

/// Sets the time that messages in the folder outbox carry (<https://reproducible-builds.org/specs/source-date-epoch/>).
const FIXED_TIME: &str = "SOURCE_DATE_EPOCH";

/// Looks up the value of an environment variable, if it is set. Shared, because a delivery may fetch a password again.
pub type VariableLookup = Arc<dyn Fn(&str) -> Option<OsString> + Send + Sync>;

/// What is piped into the program, if anything is. `None` if standard input is a terminal, or the front end has no input.
pub type PipedInput = Box<dyn Fn() -> Option<Box<dyn Read + Send>> + Send + Sync>;

/// Clock, variables, zone, name and signals, as a front end provides them.
pub struct Environment {
    /// The time at which the operation began. Whether a meeting is over, under way or ahead is decided by it.
    pub now: Timestamp,
    /// The current time.
    pub clock: Box<dyn Fn() -> Timestamp + Send + Sync>,
    /// The value of an environment variable, if it is set.
    pub variable: VariableLookup,
    /// The time zone of this machine.
    pub zone: TimeZone,
    /// The full name of this machine in the DNS, if it has one. It may take as long as the resolver does.
    pub host_name: Box<dyn Fn() -> Option<String> + Send + Sync>,
    /// Standard input, for a roster or a file of the server that is read from there.
    pub piped_input: PipedInput,
    /// How other processes that wait for the same ledger see this one, for example `process 4711`.
    pub process: String,
    /// Set to `true` by the front end to stop: what is in flight is finished, nothing new is begun.
    pub interrupted: Arc<AtomicBool>,
}

impl Environment {
    /// The current time in seconds since 1970 UTC.
    pub(crate) fn seconds(&self) -> i64 {
        (self.clock)().as_second()
    }

    /// The time that messages carry: the one in `SOURCE_DATE_EPOCH`, so that two runs write the same bytes, or now.
    ///
    /// # Errors
    /// As [`fixed_message_time`](Environment::fixed_message_time).
    pub(crate) fn message_time(&self) -> Result<Timestamp, Problem> {
        Ok(self.fixed_message_time()?.unwrap_or(self.now))
    }

    /// The time in `SOURCE_DATE_EPOCH`, if it is set.
    ///
    /// # Errors
    /// If it is not a number of seconds since 1970, or in a year that a calendar cannot hold. The variable takes the
    /// place of the file.
    pub(crate) fn fixed_message_time(&self) -> Result<Option<Timestamp>, Problem> {
        let text = (self.variable)(FIXED_TIME).filter(|text| !text.is_empty());
        let Some(text) = text else { return Ok(None) };
        let text = text.to_string_lossy();
        let seconds = text.parse().ok().filter(|seconds| *seconds >= 0);
        seconds
            .and_then(|seconds| Timestamp::from_second(seconds).ok())
            // iCalendar has four digits for a year (RFC 5545 §3.3.4).
            .filter(|time| (0..=9999).contains(&TimeZone::UTC.to_datetime(*time).year()))
            .map(Some)
            .ok_or_else(|| {
                let message = format!("{} is not a time in seconds since 1970", quoted(&text));
                Problem::of_file("bad-environment", FIXED_TIME, message)
                    .hint("unset it, or set it to a whole number of seconds")
            })
    }

    /// Whether the program has been asked to stop.
    pub(crate) fn is_interrupted(&self) -> bool {
        // No other data is published with the flag, so no ordering is needed.
        self.interrupted.load(Ordering::Relaxed)
    }

    /// Waits, but no longer than until the program is asked to stop.
    pub(crate) fn pause(&self, duration: Duration) {
        let mut left = duration;
        // In steps, because a signal handler only sets the flag: it cannot wake a thread that sleeps.
        while !left.is_zero() && !self.is_interrupted() {
            let step = left.min(CHECK_INTERVAL);
            std::thread::sleep(step);
            left -= step;
        }
    }

    /// Who holds the ledger and since when, as other processes report it.
    pub(crate) fn lock_holder(&self) -> String {
        format!("{} since {}", self.process, self.now.strftime("%Y-%m-%d %H:%M:%S UTC"))
    }
}

//! The clock, the environment variables and the time zone of this machine. Only this file reads the clock.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use meetmint_app::Environment;

/// What meetmint reads from the operating system. `interrupted` is set by the terminal's signal handlers.
pub(crate) fn environment(interrupted: Arc<AtomicBool>) -> Environment {
    Environment {
        now: clock(),
        clock: Box::new(clock),
        // Not `var`: its error quotes a value that is not UTF-8, and the value may be a secret.
        variable: Arc::new(|name: &str| std::env::var_os(name)),
        zone: TimeZone::system(),
        // The lock file shows it, so that people know which process to wait for.
        process: format!("process {}", std::process::id()),
        interrupted,
    }
}

fn clock() -> Timestamp {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    Timestamp::now()
}

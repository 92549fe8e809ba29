//! The clock, the environment variables, the time zone and the name of this machine. Only this file reads the clock.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use dns_lookup::AddrInfoHints;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use meetmint_app::{Environment, MEETING_VARIABLE, PipedInput};

/// `AI_CANONNAME`, which has this value on Linux, macOS, the BSDs and Windows.
const CANONICAL_NAME: i32 = 2;

/// What meetmint reads from the operating system. `interrupted` is set by the terminal's signal handlers, and
/// `piped_input` is standard input.
pub(crate) fn environment(interrupted: Arc<AtomicBool>, piped_input: PipedInput) -> Environment {
    Environment {
        now: clock(),
        clock: Box::new(clock),
        // Not `var`: its error quotes a value that is not UTF-8, and the value may be a secret.
        variable: Arc::new(|name: &str| std::env::var_os(name)),
        zone: TimeZone::system(),
        host_name: Box::new(host_name),
        piped_input,
        // The lock file shows it, so that people know which process to wait for.
        process: format!("process {}", std::process::id()),
        interrupted,
    }
}

/// The meeting that the variable names, if it is set.
pub(crate) fn named_meeting() -> Option<PathBuf> {
    std::env::var_os(MEETING_VARIABLE).filter(|named| !named.is_empty()).map(PathBuf::from)
}

/// The name of this machine that the resolver considers the full one, like `hostname --fqdn`.
fn host_name() -> Option<String> {
    let short = dns_lookup::get_hostname().ok()?;
    // Some machines have the full name as their own. It needs no look-up, which takes long without a network.
    if short.contains('.') {
        return Some(short);
    }
    let hints = AddrInfoHints { flags: CANONICAL_NAME, ..AddrInfoHints::default() };
    let mut found = dns_lookup::getaddrinfo(Some(&short), None, Some(hints)).ok()?;
    // Only the first one has it.
    found.next()?.ok()?.canonname
}

fn clock() -> Timestamp {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    Timestamp::now()
}

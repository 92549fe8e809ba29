//! A trial of many Jitsi servers, each in another state: a real Prosody, a focus written for the tests, and a web server
//! in front that can misbehave.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a broken setup should fail the test")]

mod guest;
mod rig;
mod scenario;
mod servers;
mod tokens;
mod trials;

#[path = "../../../../tests/certificates.rs"]
mod certificates;

#[path = "../../../../tests/jitsi/mod.rs"]
mod jitsi;

#[path = "../../../../tests/prosody/http.rs"]
mod http;

use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The folder with the tests' files.
fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Skips the test, or fails it with `MEETMINT_SERVERS=required`, as in CI.
fn skip_unless_required(reason: &str) {
    let required = std::env::var_os("MEETMINT_SERVERS").is_some_and(|value| value == "required");
    assert!(!required, "{reason}");
    // Not `eprintln!`: the test harness shows what it prints only if the test fails.
    let _ = writeln!(std::io::stderr(), "live Jitsi servers: skipped: {reason}");
}

//! The binary, run the way a person does.

#![expect(clippy::unwrap_used, reason = "a broken setup should fail the test")]

mod sink;
mod support;

mod check;
mod doctor;
#[cfg(unix)]
mod faults;
mod init;
mod ledger;
mod links;
mod meeting;
mod outbox;
mod readme;
#[cfg(target_os = "linux")]
mod relays;
mod roster;
mod samples;
mod send;
mod token;
mod torture;

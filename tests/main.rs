//! Runs the `meetmint` command and checks its output, its files and what mail servers receive from it.

#![expect(clippy::unwrap_used, reason = "a broken setup should fail the test")]

#[cfg(unix)]
mod certificates;
mod smtp_server;
mod support;
#[cfg(unix)]
mod terminal;

mod check;
mod docs;
mod doctor;
mod elsewhere;
#[cfg(unix)]
mod faults;
#[cfg(target_os = "linux")]
mod full_disk;
mod init;
mod inspect;
mod ledger;
mod limits;
mod links;
mod mails;
mod meeting;
#[cfg(unix)]
mod model;
#[cfg(unix)]
mod nearest_meeting;
mod organizer;
mod outbox;
#[cfg(target_os = "linux")]
mod power;
#[cfg(target_os = "linux")]
mod relays;
mod roster;
mod samples;
mod send;
#[cfg(unix)]
mod shells;
mod token;
mod torture;

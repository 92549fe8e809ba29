//! What a Jitsi server answers to tokens and links: a table, which a real Prosody confirms row by row.
//!
//! The rows are in `table`. `tests/prosody` runs Debian's Prosody with token plugins that are written for the tests;
//! `JITSI_PLUGINS=DIR just judge` takes Jitsi's own from a checkout instead.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a broken setup should fail the test")]

mod against_inspector;
mod against_prosody;
mod browser;
mod forge;
mod jitsi;
mod random;
mod row;
mod server;
mod table;

#[path = "../prosody/mod.rs"]
mod prosody;

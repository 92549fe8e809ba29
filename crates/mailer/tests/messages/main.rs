//! Whole messages, parsed by a library that did not write them.
#![expect(clippy::unwrap_used, reason = "a broken setup should fail the test")]

mod awkward;
mod folder;
mod leaks;
mod life;
mod organizer;
mod structure;
mod support;
mod updates;

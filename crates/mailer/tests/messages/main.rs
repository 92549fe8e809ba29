//! Whole messages, read back by a parser that had no part in writing them.
#![expect(clippy::unwrap_used, reason = "a broken setup should fail the test")]

mod awkward;
mod folder;
mod life;
mod structure;
mod support;

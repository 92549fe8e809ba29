//! Fuzz targets: whatever comes from others, a list, a template, a server's reply or a link, is read without a panic, and
//! what has to hold for any input is asserted. `tests/replay.rs` reads the corpus; `just fuzz TARGET MINUTES` changes it
//! at random.

mod harness;
pub mod mutation;

use std::path::PathBuf;

/// A target: its name, which is also that of its folder in the corpus, and what reads an input. It panics if there is a
/// flaw.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: [Target; 7] = [
    ("roster", harness::roster),
    ("heading", harness::heading),
    ("settings", harness::settings),
    ("template", harness::template),
    ("reply", harness::reply),
    ("leak", harness::leak),
    ("token", harness::token),
];

/// Where the inputs of a target are.
pub fn corpus(target: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target)
}

//! The fuzz targets. `cargo test` reads their corpus and the inputs that once failed; `just fuzz TARGET MINUTES` looks for
//! others with libFuzzer, which prefers inputs that reach new code.

#[path = "targets/harness.rs"]
mod harness;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use bolero::check;

/// A test for each function of `harness`, and their names. The corpus is in `__fuzz__/NAME/corpus`, where `bolero` looks
/// for it, and inputs that failed in `__fuzz__/NAME/crashes`.
macro_rules! targets {
    ($($name:ident)+) => {
        $(
            #[test]
            fn $name() {
                // No random inputs beside the files: a test that fails has to fail in the next run, too.
                check!().with_iterations(0).for_each(|octets| harness::$name(octets));
            }
        )+

        const TARGETS: &[&str] = &[$(stringify!($name)),+];
    };
}

targets! { heading leak reply roster settings template token }

/// bolero passes over a folder that is not there.
#[test]
fn every_target_has_a_corpus_and_every_corpus_a_target() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/__fuzz__");
    let named: BTreeSet<PathBuf> = TARGETS.iter().map(|name| folder.join(name)).collect();
    let found = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(named, found);
    for target in named {
        let inputs = fs::read_dir(target.join("corpus")).unwrap().count();
        assert!(inputs >= 3, "{} has {inputs} inputs", target.display());
    }
}

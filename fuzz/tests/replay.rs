//! Every input of the corpus, and some that are made from it, are read without a failure.

use std::fs;
use std::panic::catch_unwind;

use meetmint_fuzz::mutation::{Random, mutant};
use meetmint_fuzz::{TARGETS, corpus};

/// How many changed inputs are read for each target.
const MUTANTS: usize = 100;

#[test]
fn every_input_of_the_corpus_is_read() {
    let mut failed = Vec::new();
    for (name, read) in TARGETS {
        let paths: Vec<_> =
            fs::read_dir(corpus(name)).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert!(paths.len() >= 3, "{name} has {} inputs", paths.len());
        for path in paths {
            let input = fs::read(&path).unwrap();
            if catch_unwind(|| read(&input)).is_err() {
                failed.push(path);
            }
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn some_changed_inputs_are_read() {
    for (name, read) in TARGETS {
        let mut paths: Vec<_> =
            fs::read_dir(corpus(name)).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        let inputs: Vec<_> = paths.iter().map(|path| fs::read(path).unwrap()).collect();
        let mut random = Random::new(1);
        for _ in 0..MUTANTS {
            let input = mutant(&mut random, &inputs);
            let text = String::from_utf8_lossy(&input).into_owned();
            assert!(catch_unwind(|| read(&input)).is_ok(), "{name}: {text:?}");
        }
    }
}

/// The corpus has no folder that no target reads.
#[test]
fn every_folder_of_the_corpus_has_a_target() {
    for entry in fs::read_dir(corpus("")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(TARGETS.iter().any(|target| target.0 == name), "{name}");
    }
}

//! `fuzz TARGET MINUTES [SEED]`: changes the corpus of a target at random, and reads what comes of it. An input that
//! panics, or takes more than half a minute, is written into the corpus, and the exit code is 1. It stays there, so that
//! the tests fail until the flaw is corrected, and notice it if it comes back.
//!
//! It knows nothing of which code an input reaches. If the program is killed, for example because of a stack overflow,
//! the input is in `target/fuzz/TARGET`.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it tells people what it found")]

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{ExitCode, exit};
use std::sync::Mutex;
use std::time::{Duration, Instant};
use std::{env, fs, io, thread};

use meetmint_fuzz::mutation::{Random, mutant};
use meetmint_fuzz::{TARGETS, Target, corpus};

/// How long one input may take. Far more than any does, even on a busy machine.
const LONGEST: Duration = Duration::from_secs(30);

/// The input that is being read, and since when.
static CURRENT: Mutex<Option<(Instant, Vec<u8>)>> = Mutex::new(None);

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let number = |at: usize| words.get(at).and_then(|word| word.parse::<u64>().ok());
    let target = words.first().and_then(|name| TARGETS.into_iter().find(|target| target.0 == name));
    let (Some(target), Some(minutes)) = (target, number(1)) else {
        let names: Vec<&str> = TARGETS.iter().map(|target| target.0).collect();
        eprintln!("usage: fuzz TARGET MINUTES [SEED]; targets: {}", names.join(", "));
        return ExitCode::from(2);
    };
    match run(target, Duration::from_secs(minutes * 60), number(2).unwrap_or(1)) {
        Ok(None) => ExitCode::SUCCESS,
        Ok(Some(path)) => {
            eprintln!("failed: {}", path.display());
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Reads inputs for a time. The path of the one that failed, if there is one.
fn run((name, read): Target, time: Duration, seed: u64) -> io::Result<Option<PathBuf>> {
    let folder = corpus(name);
    let mut paths: Vec<PathBuf> =
        fs::read_dir(&folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    paths.sort();
    let inputs: Vec<Vec<u8>> = paths.iter().map(fs::read).collect::<io::Result<_>>()?;
    let scratch = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/fuzz");
    fs::create_dir_all(&scratch)?;
    watch(folder.clone());
    let (begin, mut random, mut count) = (Instant::now(), Random::new(seed), 0_u64);
    while begin.elapsed() < time {
        let input = mutant(&mut random, &inputs);
        fs::write(scratch.join(name), &input)?;
        set_current(Some((Instant::now(), input.clone())));
        let outcome = catch_unwind(AssertUnwindSafe(|| read(&input)));
        set_current(None);
        count += 1;
        if outcome.is_err() {
            return keep(&folder, &input).map(Some);
        }
    }
    println!("{name}: {count} inputs from {} of the corpus, seed {seed}: no failure", inputs.len());
    Ok(None)
}

/// Ends the program if an input takes too long.
fn watch(folder: PathBuf) {
    thread::spawn(move || {
        loop {
            thread::sleep(Duration::from_secs(1));
            let current = CURRENT.lock().map(|current| current.clone()).unwrap_or_default();
            if let Some((since, input)) = current.filter(|(since, _)| since.elapsed() > LONGEST) {
                eprintln!(
                    "no end after {} s: {:?}",
                    since.elapsed().as_secs(),
                    keep(&folder, &input)
                );
                exit(1);
            }
        }
    });
}

fn set_current(value: Option<(Instant, Vec<u8>)>) {
    if let Ok(mut current) = CURRENT.lock() {
        *current = value;
    }
}

/// Writes an input into the corpus, under a name that is made from it.
fn keep(folder: &Path, input: &[u8]) -> io::Result<PathBuf> {
    let mut hasher = DefaultHasher::new();
    input.hash(&mut hasher);
    let path = folder.join(format!("failed-{:016x}", hasher.finish()));
    fs::write(&path, input)?;
    Ok(path)
}

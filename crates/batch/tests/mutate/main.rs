//! Lists with mistakes that nobody thought of: the corpus with bits flipped, ends cut off, parts swapped and joined, and
//! hostile cells. Each is opened, surveyed and read. It must not panic, hang, or take much memory; what becomes of it
//! besides is no concern of this test.
//!
//! `MEETMINT_RUNS` is how many there are, `MEETMINT_SEED` the seed of the first one. A failure prints the seed; with
//! `MEETMINT_RUNS=1`, that input alone is made again.

#![expect(clippy::unwrap_used, reason = "a failed expectation ends the test")]

mod corpus;
mod mutation;
mod octets;
mod package;
#[path = "../silence/random.rs"]
mod random;
#[path = "../support/mod.rs"]
mod support;
mod watch;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::{env, fs, panic};

use peak_alloc::PeakAlloc;

use corpus::Corpus;
use mutation::Mutant;
use support::{Outcome, read, spec};
use watch::Watch;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// How many inputs there are in the test suite.
const RUNS: u64 = 800;
/// The seed of the first one.
const SEED: u64 = 1;
/// The most memory that reading one may take, in octets.
const MOST_MEMORY: usize = 200 << 20;
/// The most failures that are printed.
const SHOWN: usize = 20;

/// Where a panic was, and what it said. In a list, because code that catches panics must not hide them.
static PANICS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// What became of the inputs of one kind.
#[derive(Default)]
struct Tally {
    runs: u64,
    read: u64,
    people: usize,
    refused: u64,
    remarked: u64,
    most_memory: usize,
}

#[test]
fn no_input_panics_hangs_or_takes_much_memory() {
    let number = |name: &str, default| {
        env::var(name).map_or(default, |text| text.parse::<u64>().expect("a number"))
    };
    let (runs, seed) = (number("MEETMINT_RUNS", RUNS), number("MEETMINT_SEED", SEED));
    let corpus = Corpus::load();
    let folder = tempfile::tempdir().unwrap();
    let watch = Watch::start(folder.path());
    // What is set up once, such as the threads and the table of zones, belongs to no input.
    for (name, settings) in corpus.all() {
        watch.begin(name.to_owned());
        let _ = read(&corpus.path(name), spec(settings));
        watch.end();
    }
    panic::set_hook(Box::new(|info| {
        PANICS.lock().unwrap().push(info.to_string());
    }));
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    let mut failures = Vec::new();
    for seed in seed..seed + runs {
        let mutant = Mutant::new(&corpus, seed);
        // Not removed until it has been read: it stays if the process is ended by it.
        let path = folder.path().join(format!("seed-{seed}.{}", mutant.ending));
        fs::write(&path, &mutant.octets).unwrap();
        watch.begin(format!("seed {seed} ({})", mutant.about));
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        let outcome = catch_unwind(AssertUnwindSafe(|| read(&path, spec(&mutant.settings))));
        let memory = MEMORY.peak_usage().saturating_sub(before);
        watch.end();
        let tally = tallies.entry(mutant.reader).or_default();
        tally.runs += 1;
        tally.most_memory = tally.most_memory.max(memory);
        match outcome {
            Ok(Outcome::Read { people, notes }) => {
                tally.read += 1;
                tally.people += people.len();
                tally.remarked += u64::from(!notes.is_empty());
            }
            Ok(Outcome::Refused(problems)) => tally.refused += u64::from(!problems.is_empty()),
            Err(_) => {}
        }
        for panicked in PANICS.lock().unwrap().drain(..) {
            failures.push(format!("seed {seed} ({}): {panicked}", mutant.about));
        }
        if memory > MOST_MEMORY {
            let memory = memory >> 20;
            failures.push(format!("seed {seed} ({}): {memory} MiB of memory", mutant.about));
        }
        fs::remove_file(&path).unwrap();
    }
    watch.stop();
    drop(panic::take_hook());
    let mut summary = String::new();
    for (reader, tally) in &tallies {
        let Tally { runs, read, people, refused, remarked, most_memory } = tally;
        let memory = most_memory >> 10;
        writeln!(
            summary,
            "{reader}: {runs} runs, {read} read ({people} people, {remarked} with remarks), {refused} refused, at most {memory} KiB"
        )
        .unwrap();
    }
    #[expect(
        clippy::print_stdout,
        reason = "how many runs each reader had is a result of the test"
    )]
    {
        println!("{summary}");
    }
    let shown = failures.len().min(SHOWN);
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures[..shown].join("\n"));
    // A harness whose inputs are all refused at once would test nothing.
    assert!(runs < RUNS || tallies.values().all(|tally| tally.read > 0), "{summary}");
}

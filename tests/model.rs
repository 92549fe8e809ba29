//! Random histories: edits of a roster and a meeting, commands, and a mail server that refuses, defers, hangs up or is left
//! alone by a killed client. After each command, everybody's calendar is compared with a model of who should have what.
//!
//! A failed test prints the shortest history that it found. `just torture` runs more of them, and
//! `MEETMINT_TORTURE_SEED` repeats one of its seeds.

mod calendar;
mod checks;
mod edits;
mod erasure;
mod files;
mod message;
mod reference;
mod roster;
mod server;
mod steps;
mod strategies;
mod system;

use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::test_runner::{Config, RngSeed, TestCaseError, TestError, TestRunner};
use proptest_state_machine::ReferenceStateMachine as _;

use reference::State;
use roster::{Organizer, Person, Room, Start};
use steps::{Command, Edit, Fate, Step, Weather};
use strategies::Reference;
use system::System;

use crate::torture::report;

/// The seeds of the histories that always run.
const SEEDS: [u64; 3] = [1, 2, 3];

/// What ran.
#[derive(Default)]
struct Figures {
    cases: AtomicUsize,
    steps: AtomicUsize,
    commands: AtomicUsize,
    forgotten: AtomicUsize,
    pruned: AtomicUsize,
}

#[test]
fn everybody_has_what_the_roster_wants_after_any_history() {
    let figures = Figures::default();
    for seed in SEEDS {
        run(seed, 8, &figures);
    }
    let [forgotten, pruned] =
        [&figures.forgotten, &figures.pruned].map(|figure| figure.load(Ordering::Relaxed));
    assert!(forgotten > 0 && pruned > 0, "{forgotten} people forgotten, {pruned} times pruned");
}

#[test]
fn whoever_got_a_message_before_a_kill_gets_it_once() {
    let send = Command::Send { only: None, again: false, skip_bad_rows: false };
    let kill = Weather { fates: vec![(Person::Ada, Fate::KillAndKeep)], ..Weather::default() };
    let steps = [Step::Run(send, kill), Step::Run(send, Weather::default())];
    history(State::new(), &steps, None, &Figures::default()).unwrap();
}

const SEND: Command = Command::Send { only: None, again: false, skip_bad_rows: false };

/// A step in fine weather.
fn calm(command: Command) -> Step {
    Step::Run(command, Weather::default())
}

/// Ada is invited, forgotten without a cancellation, and invited once more on purpose.
fn forgotten_and_invited(between: &[Step], after: &[Step]) -> Vec<Step> {
    let forget = Command::Forget { person: Person::Ada, no_cancellation: true };
    let include = Command::Include { person: Person::Ada };
    let before = [calm(SEND)];
    let forgotten = [Step::Edit(Edit::Remove(Person::Ada)), calm(forget), calm(include)];
    let again = [Step::Edit(Edit::Add(Person::Ada)), calm(SEND)];
    [&before[..], between, &forgotten, after, &again].concat()
}

#[test]
fn somebody_who_was_forgotten_and_comes_back_gets_the_same_event() {
    let moved = [Step::Edit(Edit::MoveMeeting(Start::April)), calm(SEND)];
    for between in [&[][..], &moved] {
        let steps = forgotten_and_invited(between, &[]);
        history(State::new(), &steps, None, &Figures::default()).unwrap();
    }
}

#[test]
fn somebody_who_comes_back_under_another_organizer_gets_another_event() {
    let steps = forgotten_and_invited(&[], &[Step::Edit(Edit::SetOrganizer(Organizer::Office))]);
    history(State::new(), &steps, None, &Figures::default()).unwrap();
}

#[test]
fn nobody_is_mailed_because_something_was_pruned() {
    let other = Edit::AddRow(Person::Ada, Room::Other, Some(Start::April));
    let steps = [
        Step::Edit(other),
        calm(SEND),
        Step::TakePlace(Start::March),
        calm(Command::Prune),
        calm(SEND),
        Step::Edit(Edit::Rename(Person::Ada, 1, 1)),
        calm(SEND),
    ];
    let figures = Figures::default();
    history(State::new(), &steps, None, &figures).unwrap();
    assert_eq!(figures.pruned.load(Ordering::Relaxed), 1);
}

#[test]
#[ignore = "takes minutes: run it with `just torture`"]
fn many_more_histories() {
    let only = std::env::var("MEETMINT_TORTURE_SEED").ok().map(|seed| seed.parse().unwrap());
    let seeds = only.map_or(1000..1100, |seed: u64| seed..seed + 1);
    let figures = Figures::default();
    for seed in seeds.clone() {
        run(seed, 4, &figures);
    }
    let Figures { cases, steps, commands, forgotten, pruned } = &figures;
    let [cases, steps, commands, forgotten, pruned] =
        [cases, steps, commands, forgotten, pruned].map(|figure| figure.load(Ordering::Relaxed));
    report(&format!(
        "{cases} histories of {steps} steps in all, from {} seeds: {commands} runs of meetmint, {forgotten} people forgotten, {pruned} times pruned",
        seeds.end - seeds.start
    ));
}

/// Runs so many histories from a seed.
fn run(seed: u64, cases: u32, figures: &Figures) {
    let config = Config {
        cases,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        max_shrink_iters: 60,
        ..Config::default()
    };
    let histories = Reference::sequential_strategy(8..24);
    let result = TestRunner::new(config)
        .run(&histories, |(state, steps, seen)| history(state, &steps, seen.as_deref(), figures));
    match result {
        Ok(()) => {}
        Err(TestError::Fail(reason, (_, steps, _))) => {
            let (steps, reason) = shorten(steps, reason.to_string(), figures);
            let mut list = String::new();
            for (at, step) in steps.iter().enumerate() {
                writeln!(list, "{:3}. {step:?}", at + 1).unwrap();
            }
            panic!("seed {seed}, the shortest history found:\n{list}\n{reason}");
        }
        Err(error) => panic!("seed {seed}: {error}"),
    }
}

/// Leaves out each step without which the history fails as well. Proptest leaves out only those at the end.
fn shorten(mut steps: Vec<Step>, mut reason: String, figures: &Figures) -> (Vec<Step>, String) {
    let mut at = steps.len();
    while at > 0 {
        at -= 1;
        let mut fewer = steps.clone();
        fewer.remove(at);
        if let Err(error) = history(State::new(), &fewer, None, figures) {
            (steps, reason) = (fewer, error.to_string());
        }
    }
    (steps, reason)
}

/// Runs one history.
fn history(
    mut state: State,
    steps: &[Step],
    seen: Option<&AtomicUsize>,
    figures: &Figures,
) -> Result<(), TestCaseError> {
    let mut system = System::new(&state);
    for (at, step) in steps.iter().enumerate() {
        if let Some(seen) = seen {
            seen.fetch_add(1, Ordering::SeqCst);
        }
        let before = state.clone();
        state = Reference::apply(state, step);
        writeln!(system.log, "{:3}. {step:?}", at + 1).unwrap();
        system.step(step, &before, &mut state);
        fail_if_wrong(&system)?;
    }
    for edit in
        [Edit::Mend, Edit::FailUpdates(false), Edit::WriteFiles(false), Edit::Add(Person::Ada)]
    {
        edit.apply(&mut state);
    }
    system.log.push_str("in the end\n");
    system.finish(&state);
    fail_if_wrong(&system)?;
    figures.cases.fetch_add(1, Ordering::Relaxed);
    figures.steps.fetch_add(steps.len(), Ordering::Relaxed);
    figures.commands.fetch_add(system.commands, Ordering::Relaxed);
    figures.forgotten.fetch_add(system.forgotten, Ordering::Relaxed);
    figures.pruned.fetch_add(system.pruned, Ordering::Relaxed);
    Ok(())
}

fn fail_if_wrong(system: &System) -> Result<(), TestCaseError> {
    if system.wrong.is_empty() {
        return Ok(());
    }
    Err(TestCaseError::fail(format!("{}\nWrong:\n{}", system.log, system.wrong.join("\n"))))
}

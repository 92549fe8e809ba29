//! Runs in which a thread panics: at any step of a connection, of a commit, or of the observer.

use std::cell::Cell;
use std::time::Duration;

use shuttle::rand::{Rng as _, thread_rng};

use super::schedules::{awkward_script, send};
use crate::delivery::DeliveryError;
use crate::delivery::testing::{
    Act, Fate, Panic, Script, Step, World, address, calm, explore, several,
};
use crate::ledger::MessageState;

/// Checks what the ledger says after a panic: everything that is certain, except for the message that the thread had in
/// hand.
fn check(world: &World) {
    let mut unrecorded = 0;
    for number in 0..world.people {
        let (state, fate) = (world.state(number), Script::fate(&address(number)));
        let case = format!("{state:?} in the ledger of {number}, {fate:?} at the server");
        let may_have_it = matches!(fate, Some(Fate::Accepted | Fate::Unknown));
        match state {
            Some(MessageState::Accepted) => assert_eq!(fate, Some(Fate::Accepted), "{case}"),
            Some(MessageState::InDoubt) => assert_eq!(fate, Some(Fate::Unknown), "{case}"),
            // The next run finds it in doubt.
            Some(MessageState::Sending) => {
                let is_known = matches!(fate, Some(Fate::Accepted | Fate::Replied(_)));
                unrecorded += usize::from(is_known);
            }
            _ => assert!(!may_have_it, "{case}"),
        }
    }
    assert!(unrecorded <= 1, "{unrecorded} results were lost");
}

/// Runs with a panic, then goes on with the next command. Returns whether there was one.
fn run(world: &mut World) -> bool {
    let result = send(world);
    let has_panicked = calm();
    if has_panicked {
        assert!(matches!(result, Err(DeliveryError::Panicked)), "{result:?}");
    } else {
        result.unwrap();
    }
    check(world);
    // The server objects to anything that it gets a second time.
    world.ledger.keep().recover(0).unwrap();
    send(world).unwrap();
    World::script();
    has_panicked
}

/// In 300 schedules.
#[test]
fn a_panic_anywhere_ends_the_run_and_sends_nothing_twice() {
    explore(150, || {
        let mut random = thread_rng();
        let people = random.gen_range(1..=5);
        let pace = several(random.gen_range(1..=3));
        let script =
            if random.gen_ratio(1, 2) { awkward_script(people) } else { Script::default() };
        let panic = Some(Panic::At(random.gen_range(1..=30 * people)));
        let mut world = World::begin(people, pace, Duration::from_secs(900), script, None, panic);
        run(&mut world);
    });
}

thread_local! {
    // All schedules of a test share its thread.
    static PANICS: Cell<usize> = const { Cell::new(0) };
}

/// A panic at a step of a run of four messages over two connections, in 12 schedules. The first connection breaks, which
/// makes the run leave a note.
fn panics_in(step: Step, time: usize) {
    PANICS.set(0);
    explore(6, move || {
        let mut script = Script::default();
        script.acts.insert(address(0), [Act::BreakEarly].into());
        let panic = Some(Panic::In(step, time));
        let wait = Duration::from_secs(900);
        let mut world = World::begin(4, several(2), wait, script, None, panic);
        PANICS.set(PANICS.get() + usize::from(run(&mut world)));
    });
    // The observer need not look at the right moment in each of them.
    assert!(PANICS.get() > 0, "no run came to {step:?}");
}

#[test]
fn a_panic_before_the_intent() {
    panics_in(Step::Envelope, 2);
}

#[test]
fn a_panic_between_the_intent_and_the_message() {
    panics_in(Step::EnvelopeReplies, 2);
    panics_in(Step::Data, 2);
}

#[test]
fn a_panic_after_the_final_dot() {
    panics_in(Step::Reply, 2);
}

#[test]
fn a_panic_before_a_result_is_recorded() {
    panics_in(Step::Replied, 2);
}

#[test]
fn a_panic_while_committing() {
    panics_in(Step::Commit, 2);
    panics_in(Step::Committed, 2);
}

#[test]
fn a_panic_while_connecting_or_leaving() {
    panics_in(Step::Connect, 1);
    panics_in(Step::Quit, 1);
}

#[test]
fn a_panic_while_looking_up_messages() {
    panics_in(Step::LookUp, 1);
}

#[test]
fn a_panic_while_composing_messages() {
    panics_in(Step::Compose, 1);
    panics_in(Step::Compose, 4);
}

#[test]
fn a_panic_while_a_lock_is_held() {
    (1..=8).for_each(|time| panics_in(Step::Clock, time));
}

#[test]
fn a_panic_of_the_listener_for_progress() {
    panics_in(Step::Progress, 1);
}

#[test]
fn a_panic_of_the_interrupt_flag() {
    panics_in(Step::Interrupted, 1);
}

#[test]
fn a_panic_of_the_listener_for_notes() {
    panics_in(Step::Note, 1);
}

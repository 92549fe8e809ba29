//! The steps of a run at which a test lets something happen: an interrupt, or a panic.

use std::cell::Cell;
use std::time::Duration;

use super::{clock, condvar, threads};

/// What a thread is about to do, or has just done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::delivery) enum Step {
    /// Reading the user's clock, which happens nearly everywhere, also while locks are held.
    Clock,
    LookUp,
    Compose,
    Connect,
    /// Before the envelope and the intent.
    Envelope,
    /// The intent is on the disk.
    EnvelopeReplies,
    /// Before the final dot.
    Data,
    /// After the final dot.
    Reply,
    /// The server has replied, and nothing is recorded.
    Replied,
    Quit,
    Commit,
    Committed,
    Progress,
    Note,
    Interrupted,
}

/// When a thread panics.
#[derive(Clone, Copy, Debug)]
pub(in crate::delivery) enum Panic {
    /// At the step with this number, counted from 1.
    At(usize),
    /// The nth time that this happens, counted from 1.
    In(Step, usize),
}

/// One step in so many lets the observer look.
const STEPS_PER_POLL: usize = 7;

thread_local! {
    static STEPS: Cell<usize> = const { Cell::new(0) };
    static INTERRUPT_AT: Cell<Option<usize>> = const { Cell::new(None) };
    static PANIC: Cell<Option<Panic>> = const { Cell::new(None) };
    static HAS_PANICKED: Cell<bool> = const { Cell::new(false) };
    static INTERRUPTED: Cell<bool> = const { Cell::new(false) };
    static ASIDE: Cell<bool> = const { Cell::new(false) };
}

/// Begins a schedule. The user interrupts the run, and a thread panics, at these steps.
pub(super) fn reset(interrupt_at: Option<usize>, panic: Option<Panic>) {
    STEPS.set(0);
    ASIDE.set(false);
    INTERRUPT_AT.set(interrupt_at);
    PANIC.set(panic);
    HAS_PANICKED.set(false);
    INTERRUPTED.set(false);
    clock::reset();
    condvar::reset();
    threads::reset();
}

/// Nothing more happens from now on. Returns whether a thread was made to panic.
pub(in crate::delivery) fn calm() -> bool {
    INTERRUPT_AT.set(None);
    PANIC.set(None);
    INTERRUPTED.set(false);
    HAS_PANICKED.get()
}

/// A thread is about to go on. Other threads may go first.
pub(in crate::delivery) fn step(what: Step) {
    if ASIDE.get() {
        return;
    }
    shuttle::thread::sleep(Duration::ZERO);
    let number = STEPS.get() + 1;
    STEPS.set(number);
    if INTERRUPT_AT.get() == Some(number) {
        interrupt();
    } else if number.is_multiple_of(STEPS_PER_POLL) {
        condvar::allow_poll();
    }
    let panics = match PANIC.get() {
        Some(Panic::At(at)) => at == number,
        Some(Panic::In(step, left)) if step == what => {
            PANIC.set(Some(Panic::In(step, left.saturating_sub(1))));
            left == 1
        }
        _ => false,
    };
    if panics {
        HAS_PANICKED.set(true);
        threads::inject_panic();
    }
}

/// The user interrupts the run in the first pause, which never ends by itself.
pub(in crate::delivery) fn interrupt_in_pause() {
    condvar::on_pause(interrupt);
}

fn interrupt() {
    INTERRUPTED.set(true);
    condvar::allow_poll();
}

/// Does something that is not part of the run: nothing happens meanwhile.
pub(super) fn aside<T>(work: impl FnOnce() -> T) -> T {
    ASIDE.set(true);
    let result = work();
    ASIDE.set(false);
    result
}

/// Whether the user has interrupted the run.
pub(in crate::delivery) fn is_interrupted() -> bool {
    step(Step::Interrupted);
    INTERRUPTED.get()
}

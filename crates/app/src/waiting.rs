//! Waiting for a thread that cannot be stopped, because the system call it is in cannot be.

use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// How often a wait looks whether the program has been asked to stop: a person notices no delay.
const INTERRUPT_INTERVAL: Duration = Duration::from_millis(50);

/// Why a wait ended without a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unfinished {
    /// The time was over.
    TimedOut,
    /// The program has been asked to stop.
    Interrupted,
    /// The thread could not be started, or panicked.
    Failed,
}

/// A point in time after which nobody waits any longer; `None` for never.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline(Option<Instant>);

impl Deadline {
    /// The deadline for what begins now.
    pub(crate) fn after(limit: Option<Duration>) -> Deadline {
        Deadline(limit.map(|limit| Instant::now() + limit))
    }

    /// The time that is left, at most `most`; zero if it is over.
    pub(crate) fn left(self, most: Duration) -> Duration {
        self.0.map_or(most, |at| at.saturating_duration_since(Instant::now()).min(most))
    }
}

/// Runs work in a thread of its own, which goes on by itself if nobody waits for it any longer. The thread owns what it
/// works with, so that it can.
pub(crate) fn start<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Receiver<T> {
    let (sender, receiver) = channel();
    // Without a thread the sender is dropped, which is noticed like a panic.
    let _ = thread::Builder::new().spawn(move || {
        let _ = sender.send(work());
    });
    receiver
}

/// Waits for the result of work.
pub(crate) fn wait<T>(
    work: &Receiver<T>,
    deadline: Deadline,
    interrupted: &dyn Fn() -> bool,
) -> Result<T, Unfinished> {
    loop {
        let step = deadline.left(INTERRUPT_INTERVAL);
        match work.recv_timeout(step) {
            Ok(result) => return Ok(result),
            Err(RecvTimeoutError::Disconnected) => return Err(Unfinished::Failed),
            Err(RecvTimeoutError::Timeout) if interrupted() => return Err(Unfinished::Interrupted),
            Err(RecvTimeoutError::Timeout) if step.is_zero() => return Err(Unfinished::TimedOut),
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

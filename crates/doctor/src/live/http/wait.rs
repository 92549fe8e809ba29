//! Work that can be waited for no longer than a limit, or until the program is asked to stop.

use std::sync::mpsc::{RecvTimeoutError, SendError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use super::error::HttpError;

/// How often a wait looks whether the program has been asked to stop.
const INTERRUPT_INTERVAL: Duration = Duration::from_millis(50);

/// How much longer the wait is than the limit: the work knows better why it took too long.
const GRACE: Duration = Duration::from_millis(500);

/// Does the work in a thread, because nothing ends the look-up of a name, and a server may be silent for long. The work
/// ends by itself about when the limit is over, also when nobody waits for it any longer.
pub(super) fn unless<T: Send + 'static>(
    limit: Duration,
    interrupted: impl Fn() -> bool,
    work: impl FnOnce() -> Result<T, HttpError> + Send + 'static,
) -> Result<T, HttpError> {
    or_late(limit, interrupted, work, drop)
}

/// The same, and `late` gets what nobody waits for any longer.
pub(super) fn or_late<T: Send + 'static>(
    limit: Duration,
    interrupted: impl Fn() -> bool,
    work: impl FnOnce() -> Result<T, HttpError> + Send + 'static,
    late: impl FnOnce(T) + Send + 'static,
) -> Result<T, HttpError> {
    if interrupted() {
        return Err(HttpError::Interrupted);
    }
    let end = Instant::now() + limit + GRACE;
    // Without room for a result: either somebody takes it, or it is too late.
    let (sender, receiver) = sync_channel(0);
    let thread = thread::Builder::new().spawn(move || {
        if let Err(SendError(Ok(result))) = sender.send(work()) {
            late(result);
        }
    });
    if let Err(error) = thread {
        return Err(HttpError::Failed(format!("cannot start a thread: {}", error.kind())));
    }
    loop {
        match receiver.recv_timeout(INTERRUPT_INTERVAL) {
            Ok(result) => return result,
            Err(RecvTimeoutError::Disconnected) => {
                return Err(HttpError::Failed("the client failed".to_owned()));
            }
            Err(RecvTimeoutError::Timeout) if interrupted() => return Err(HttpError::Interrupted),
            Err(RecvTimeoutError::Timeout) if Instant::now() >= end => {
                return Err(HttpError::TimedOut);
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

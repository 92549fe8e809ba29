//! Locks, waits, threads and the monotonic clock of a delivery.
//!
//! Everything here is the standard library's. Unit tests replace it by a model (`testing`), in which a scheduler decides at
//! each lock and each wait which thread goes on, and in which time passes only when a wait times out. So there are three
//! ways to wait, which differ in the model: only [`wait_for`] and [`poll`] ever end by themselves there, because a time-out
//! must not hide that somebody forgot to wake a thread.

#[cfg(not(test))]
use std::io;
pub(super) use std::sync::{Arc, OnceLock, PoisonError};

#[cfg(test)]
pub(super) use super::testing::{
    Condvar, Instant, Mutex, MutexGuard, Scope, ScopedJoinHandle, catch_panic, panicking, poll,
    scope, spawn, wait_for, wait_for_change,
};
#[cfg(not(test))]
pub(super) use std::{
    sync::{Condvar, Mutex, MutexGuard},
    thread::{Scope, ScopedJoinHandle, panicking, scope},
    time::Instant,
};
#[cfg(not(test))]
pub(super) use waits::{poll, wait_for, wait_for_change};

/// Starts a thread with a name, which is part of the message of a panic.
///
/// # Errors
/// The system has no thread left.
#[cfg(not(test))]
pub(super) fn spawn<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    name: String,
    work: impl FnOnce() -> T + Send + 'scope,
) -> io::Result<ScopedJoinHandle<'scope, T>> {
    std::thread::Builder::new().name(name).spawn_scoped(scope, work)
}

/// Runs something, and catches its panic, if it panics.
///
/// # Errors
/// What it panicked with.
#[cfg(not(test))]
pub(super) fn catch_panic<T>(work: impl FnOnce() -> T) -> std::thread::Result<T> {
    // What a panic may leave half done is guarded by locks, whose users know that.
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work))
}

#[cfg(not(test))]
mod waits {
    use std::sync::{Condvar, MutexGuard, PoisonError};
    use std::time::Duration;

    /// A thread that waits for a change checks again after this long in any case. Every change wakes it: this is a
    /// safety net.
    const LONGEST_SLEEP: Duration = Duration::from_secs(60);

    /// Waits while a condition holds, until somebody changes that. It may return early, so the caller checks again.
    pub(in crate::delivery) fn wait_for_change<'a, T>(
        condvar: &Condvar,
        guard: MutexGuard<'a, T>,
        condition: impl FnMut(&mut T) -> bool,
    ) -> MutexGuard<'a, T> {
        wait_for(condvar, guard, LONGEST_SLEEP, condition)
    }

    /// Waits while a condition holds, for `duration` at most: when that is over, there is something to do.
    pub(in crate::delivery) fn wait_for<'a, T>(
        condvar: &Condvar,
        guard: MutexGuard<'a, T>,
        duration: Duration,
        condition: impl FnMut(&mut T) -> bool,
    ) -> MutexGuard<'a, T> {
        let waited = condvar.wait_timeout_while(guard, duration, condition);
        waited.unwrap_or_else(PoisonError::into_inner).0
    }

    /// Waits while a condition holds, for `interval` at most, to look for something that wakes nobody.
    pub(in crate::delivery) fn poll<'a, T>(
        condvar: &Condvar,
        guard: MutexGuard<'a, T>,
        interval: Duration,
        condition: impl FnMut(&mut T) -> bool,
    ) -> MutexGuard<'a, T> {
        wait_for(condvar, guard, interval, condition)
    }
}

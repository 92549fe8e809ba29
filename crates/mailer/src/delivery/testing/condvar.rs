//! A condition variable of the model, whose waits can time out.
//!
//! Shuttle's own never times out. Here, a wait for a real pause times out whenever the scheduler picks its thread, and then
//! the time is later. A wait for a change never does, and if nobody wakes the thread, shuttle reports a deadlock. A
//! poll times out as often as the test allows.

use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LockResult, Mutex as StdMutex, PoisonError};
use std::time::Duration;

use shuttle::rand::{Rng as _, thread_rng};
use shuttle::sync::{Condvar as ModelCondvar, Mutex as ModelMutex};

use super::clock::{self, Instant};
use super::lock::MutexGuard;

/// A timed wait lets the other threads go on this many times at most before it times out.
const PATIENCE: u32 = 6;

/// A wait for this long is a pause, which a user notices.
const PAUSE: Duration = Duration::from_secs(1);

thread_local! {
    /// How many more polls may time out.
    static POLLS: Cell<usize> = const { Cell::new(0) };
    /// If there is one, a pause calls this, and never times out.
    static ON_PAUSE: Cell<Option<fn()>> = const { Cell::new(None) };
    /// Threads that are polling.
    static POLLING: RefCell<Vec<Arc<Sleeper>>> = const { RefCell::new(Vec::new()) };
}

#[derive(Debug, Default)]
pub(in crate::delivery) struct Condvar {
    // Of the standard library: it is locked for moments in which no other thread of the model runs.
    waiting: StdMutex<Vec<Arc<Sleeper>>>,
}

/// A thread that waits.
#[derive(Debug, Default)]
struct Sleeper {
    woken: AtomicBool,
    lock: ModelMutex<()>,
    wake: ModelCondvar,
}

impl Sleeper {
    fn wake(&self) {
        let lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        self.woken.store(true, Ordering::Relaxed);
        self.wake.notify_one();
        drop(lock);
    }

    fn is_woken(&self) -> bool {
        self.woken.load(Ordering::Relaxed)
    }

    fn sleep(&self) {
        let mut lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        while !self.is_woken() {
            lock = self.wake.wait(lock).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Condvar {
    pub(in crate::delivery) fn new() -> Condvar {
        Condvar::default()
    }

    pub(in crate::delivery) fn notify_one(&self) {
        shuttle::thread::sleep(Duration::ZERO);
        let next = {
            let mut waiting = self.waiting.lock().unwrap();
            let count = waiting.len();
            (count > 0).then(|| waiting.swap_remove(thread_rng().gen_range(0..count)))
        };
        if let Some(sleeper) = next {
            sleeper.wake();
        }
    }

    pub(in crate::delivery) fn notify_all(&self) {
        shuttle::thread::sleep(Duration::ZERO);
        let all = std::mem::take(&mut *self.waiting.lock().unwrap());
        for sleeper in all {
            sleeper.wake();
        }
    }

    pub(in crate::delivery) fn wait<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
    ) -> LockResult<MutexGuard<'a, T>> {
        self.wait_by(guard, |sleeper| sleeper.sleep())
    }

    pub(in crate::delivery) fn wait_while<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        mut condition: impl FnMut(&mut T) -> bool,
    ) -> LockResult<MutexGuard<'a, T>> {
        while condition(&mut *guard) {
            guard = self.wait(guard)?;
        }
        Ok(guard)
    }

    fn wait_by<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        sleep: impl FnOnce(&Arc<Sleeper>),
    ) -> LockResult<MutexGuard<'a, T>> {
        let mutex = guard.mutex;
        let sleeper = Arc::new(Sleeper::default());
        // Other threads run before it is unlocked, and none between that and the next line: both happen at once.
        drop(guard);
        self.waiting.lock().unwrap().push(Arc::clone(&sleeper));
        sleep(&sleeper);
        self.waiting.lock().unwrap().retain(|other| !Arc::ptr_eq(other, &sleeper));
        mutex.lock()
    }
}

/// As in `sync`, but only a change ends it.
pub(in crate::delivery) fn wait_for_change<'a, T>(
    condvar: &Condvar,
    guard: MutexGuard<'a, T>,
    condition: impl FnMut(&mut T) -> bool,
) -> MutexGuard<'a, T> {
    condvar.wait_while(guard, condition).unwrap_or_else(PoisonError::into_inner)
}

/// As in `sync`: the time may be over at any moment.
pub(in crate::delivery) fn wait_for<'a, T>(
    condvar: &Condvar,
    mut guard: MutexGuard<'a, T>,
    duration: Duration,
    mut condition: impl FnMut(&mut T) -> bool,
) -> MutexGuard<'a, T> {
    let end = Instant::now() + duration;
    while Instant::now() < end && condition(&mut *guard) {
        if let Some(on_pause) = ON_PAUSE.get().filter(|_| duration >= PAUSE) {
            on_pause();
            return wait_for_change(condvar, guard, condition);
        }
        let patience = thread_rng().gen_range(1..=PATIENCE);
        let sleep = |sleeper: &Arc<Sleeper>| {
            for _ in 0..patience {
                shuttle::thread::yield_now();
                if sleeper.is_woken() {
                    return;
                }
            }
            clock::advance_to(end);
        };
        guard = condvar.wait_by(guard, sleep).unwrap_or_else(PoisonError::into_inner);
    }
    guard
}

/// As in `sync`, but the time is over only when [`allow_poll`] was called.
pub(in crate::delivery) fn poll<'a, T>(
    condvar: &Condvar,
    mut guard: MutexGuard<'a, T>,
    interval: Duration,
    mut condition: impl FnMut(&mut T) -> bool,
) -> MutexGuard<'a, T> {
    let end = Instant::now() + interval;
    while condition(&mut *guard) {
        if POLLS.get() > 0 {
            POLLS.set(POLLS.get() - 1);
            clock::advance_to(end);
            break;
        }
        let sleep = |sleeper: &Arc<Sleeper>| {
            POLLING.with_borrow_mut(|all| all.push(Arc::clone(sleeper)));
            sleeper.sleep();
        };
        guard = condvar.wait_by(guard, sleep).unwrap_or_else(PoisonError::into_inner);
    }
    guard
}

/// Lets one poll time out.
pub(super) fn allow_poll() {
    POLLS.set(POLLS.get() + 1);
    for sleeper in POLLING.take() {
        sleeper.wake();
    }
}

/// From now on, each pause calls `act` when it begins, and never times out.
pub(super) fn on_pause(act: fn()) {
    ON_PAUSE.set(Some(act));
}

pub(super) fn reset() {
    POLLS.set(0);
    ON_PAUSE.set(None);
    POLLING.take();
}

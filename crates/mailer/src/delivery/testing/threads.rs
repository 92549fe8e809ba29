//! Threads of the model. A panic ends its own thread alone, as outside of the model, instead of the test.

use std::any::Any;
use std::cell::RefCell;
use std::collections::HashSet;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use shuttle::current::{TaskId, me};
use shuttle::thread as model;

pub(in crate::delivery) use shuttle::thread::{Scope, scope};

thread_local! {
    /// Threads that are panicking. The standard library would say so of all threads of the model, because they share one
    /// thread of the system.
    static PANICKING: RefCell<HashSet<TaskId>> = RefCell::default();
}

/// What a thread panics with that is to panic. Any other panic is a failure of the test.
struct Injected;

pub(in crate::delivery) struct ScopedJoinHandle<'scope, T>(
    model::ScopedJoinHandle<'scope, std::thread::Result<T>>,
);

impl<T> ScopedJoinHandle<'_, T> {
    pub(in crate::delivery) fn join(self) -> std::thread::Result<T> {
        self.0.join().and_then(|result| result)
    }
}

#[expect(clippy::unnecessary_wraps, reason = "as the one outside of the model")]
pub(in crate::delivery) fn spawn<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    _name: String,
    work: impl FnOnce() -> T + Send + 'scope,
) -> io::Result<ScopedJoinHandle<'scope, T>> {
    Ok(ScopedJoinHandle(scope.spawn(|| catch_panic(work))))
}

/// Catches an injected panic.
pub(in crate::delivery) fn catch_panic<T>(
    work: impl FnOnce() -> T,
) -> Result<T, Box<dyn Any + Send>> {
    catch_unwind(AssertUnwindSafe(work)).inspect_err(|payload| assert_injected(&**payload))
}

/// Ends the panic of this thread, which must have been an injected one.
fn assert_injected(payload: &(dyn Any + Send)) {
    assert!(payload.is::<Injected>(), "a thread of the run panicked");
    PANICKING.with_borrow_mut(|all| all.remove(&me()));
}

/// Panics, without a message.
pub(super) fn inject_panic() -> ! {
    PANICKING.with_borrow_mut(|all| all.insert(me()));
    // Not `panic!`: shuttle would print the schedule.
    resume_unwind(Box::new(Injected))
}

/// Whether this thread is panicking.
pub(in crate::delivery) fn panicking() -> bool {
    PANICKING.with_borrow(|all| all.contains(&me()))
}

pub(super) fn reset() {
    PANICKING.take();
}

//! Group commit: one writer commits for all connections.
//!
//! A commit waits for the disk, whatever its size. So connections that want to write while a commit is running wait, and
//! the next commit takes the intents and results of all of them.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use super::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError, wait_for};
use crate::ledger::{Intent, Ledger, LedgerError, MessageResult};

/// How long a commit waits for further intents at most, like PostgreSQL's `commit_delay`: little more than a server on the
/// same machine needs for a message, and negligible compared with the round trip to a remote one.
const COMMIT_DELAY: Duration = Duration::from_micros(500);

/// One connection in this many may be missing from a commit, because the slowest of many would keep all others waiting.
const MISSING: usize = 5;

/// Commits intents and results of all connections.
///
/// # Locks
///
/// `pending` is held for a moment only, never during a commit. The thread that sets `committing` locks `ledger` after it
/// has released `pending`. Where both are needed, they are locked one after the other, so there is no order to keep.
///
/// # Waits
///
/// Each wait and each wake-up is a system call and a change of threads, which take longer than everything else here. So the
/// thread whose intent completes a batch commits it, without a wait. The others of the batch are woken once, when it is on
/// the disk. If the batch stays incomplete, the first of them that had to wait commits it after [`COMMIT_DELAY`].
pub(super) struct LedgerWriter<'l> {
    ledger: Mutex<&'l mut Ledger>,
    pending: Mutex<Pending>,
}

/// What the next commit will write.
#[derive(Default)]
struct Pending {
    results: Vec<MessageResult>,
    intents: Vec<Intent>,
    batch: Arc<Batch>,
    /// Whether a thread is committing.
    committing: bool,
    /// How many connections have not ended. Some may be waiting for something else, and add no intent: then a commit waits for
    /// [`COMMIT_DELAY`].
    connections: usize,
    error: Option<LedgerError>,
}

impl Pending {
    /// Whether a commit would take further intents if it waited: an intent of nearly every connection is enough.
    fn may_grow(&self) -> bool {
        self.intents.len() < self.connections - self.connections / MISSING
    }
}

/// One commit, as those see it who wait for it.
struct Batch {
    /// The ids of the intents, in their order, once it has finished; `None` if it failed.
    ids: OnceLock<Option<Vec<i64>>>,
    /// All are woken when it has finished, and one of them when the commit before it has: that one sees to it.
    changed: Condvar,
    /// How many threads wait. Waking nobody would be a system call, too. It is changed only under the lock of `pending`.
    waiting: AtomicUsize,
    /// Whether a thread looks at the clock, so that the others need not. It is changed only under that lock, too.
    is_timed: AtomicBool,
}

impl Default for Batch {
    fn default() -> Batch {
        // Not derived: the condition variable of the tests has no default.
        let (ids, changed) = (OnceLock::new(), Condvar::new());
        Batch { ids, changed, waiting: AtomicUsize::new(0), is_timed: AtomicBool::new(false) }
    }
}

/// How long a thread waits for other intents before it commits.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Patience {
    Delay,
    None,
}

/// A commit that is running. It ends when this is dropped, even by a panic: whoever waits for it would wait forever.
struct RunningCommit<'w, 'l> {
    writer: &'w LedgerWriter<'l>,
    batch: Arc<Batch>,
    results: Vec<MessageResult>,
    /// The ids of the intents, if it has succeeded.
    ids: Option<Vec<i64>>,
    error: Option<LedgerError>,
}

impl Drop for RunningCommit<'_, '_> {
    fn drop(&mut self) {
        let mut pending = self.writer.pending();
        pending.committing = false;
        if self.ids.is_none() {
            // The results must not get lost: the next commit that succeeds writes them, before later ones. Intents
            // are dropped, because their messages are not sent.
            let later = std::mem::replace(&mut pending.results, std::mem::take(&mut self.results));
            pending.results.extend(later);
            pending.error = pending.error.take().or(self.error.take());
        }
        // It can be set only once, and only here.
        let _ = self.batch.ids.set(self.ids.take());
        let next = Arc::clone(&pending.batch);
        let [is_awaited, is_next_awaited] =
            [&self.batch, &next].map(|batch| batch.waiting.load(Ordering::Relaxed) > 0);
        // Whoever is woken needs the lock at once.
        drop(pending);
        if is_next_awaited {
            next.changed.notify_one();
        }
        if is_awaited {
            self.batch.changed.notify_all();
        }
    }
}

impl<'l> LedgerWriter<'l> {
    pub(super) fn new(ledger: &'l mut Ledger) -> LedgerWriter<'l> {
        LedgerWriter { ledger: Mutex::new(ledger), pending: Mutex::default() }
    }

    /// Counts one more connection: commits wait for its intents, too.
    pub(super) fn add_connection(&self) {
        self.pending().connections += 1;
    }

    /// A connection has ended.
    pub(super) fn remove_connection(&self) {
        // Nobody is woken: a batch that is complete now is committed when its delay is over.
        self.pending().connections -= 1;
    }

    /// How many connections commits wait for.
    #[cfg(test)]
    pub(super) fn connections(&self) -> usize {
        self.pending().connections
    }

    /// Commits an intent, and returns the message's id when it is on the disk. `None` if the ledger failed: then
    /// nothing may be sent.
    pub(super) fn commit_intent(&self, intent: Intent, now: i64) -> Option<i64> {
        let mut pending = self.pending();
        let index = pending.intents.len();
        pending.intents.push(intent);
        let batch = Arc::clone(&pending.batch);
        self.commit(pending, &batch, now, Patience::Delay);
        batch.ids.get()?.as_ref()?.get(index).copied()
    }

    /// Adds a result to the next commit.
    pub(super) fn add_result(&self, result: MessageResult) {
        self.pending().results.push(result);
    }

    /// Commits all results that were added. Returns whether they are on the disk.
    pub(super) fn flush(&self, now: i64) -> bool {
        let mut pending = self.pending();
        // A result that was added before may be in the commit that is running.
        while pending.results.is_empty() && pending.committing {
            let next = Arc::clone(&pending.batch);
            pending = wait(pending, &next);
        }
        if pending.results.is_empty() {
            // This thread may be the one that was woken at the end of the commit, and others wait for it, too.
            if !pending.committing && pending.batch.waiting.load(Ordering::Relaxed) > 0 {
                pending.batch.changed.notify_one();
            }
            return true;
        }
        let batch = Arc::clone(&pending.batch);
        // Results alone don't wait for intents: their connection has nothing else to do.
        self.commit(pending, &batch, now, Patience::None);
        batch.ids.get().is_some_and(Option::is_some)
    }

    /// Why the ledger failed, if it did.
    pub(super) fn take_error(&self) -> Option<LedgerError> {
        self.pending().error.take()
    }

    /// Waits until a batch is committed, by this thread or by another one.
    fn commit<'s>(
        &'s self,
        mut pending: MutexGuard<'s, Pending>,
        batch: &Arc<Batch>,
        now: i64,
        mut patience: Patience,
    ) {
        while batch.ids.get().is_none() {
            if pending.committing {
                pending = wait(pending, batch);
                continue;
            }
            if pending.may_grow() && patience == Patience::Delay {
                // Whoever adds the intent that is missing commits the batch.
                if batch.is_timed.swap(true, Ordering::Relaxed) {
                    pending = wait(pending, batch);
                    continue;
                }
                patience = Patience::None;
                batch.waiting.fetch_add(1, Ordering::Relaxed);
                pending = wait_for(&batch.changed, pending, COMMIT_DELAY, |pending| {
                    !pending.committing && batch.ids.get().is_none() && pending.may_grow()
                });
                batch.waiting.fetch_sub(1, Ordering::Relaxed);
                continue;
            }
            pending.committing = true;
            let intents = std::mem::take(&mut pending.intents);
            let mut running = RunningCommit {
                writer: self,
                batch: std::mem::take(&mut pending.batch),
                results: std::mem::take(&mut pending.results),
                ids: None,
                error: None,
            };
            drop(pending);
            let mut ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
            match ledger.commit(&running.results, &intents, now) {
                Ok(ids) => running.ids = Some(ids),
                Err(error) => running.error = Some(error),
            }
            drop(ledger);
            drop(running);
            pending = self.pending();
        }
    }

    fn pending(&self) -> MutexGuard<'_, Pending> {
        // A panic of another connection leaves complete results behind, which still have to be recorded.
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits until the commit that is running has ended, or the one that a batch is for.
fn wait<'s>(pending: MutexGuard<'s, Pending>, batch: &Batch) -> MutexGuard<'s, Pending> {
    batch.waiting.fetch_add(1, Ordering::Relaxed);
    let pending = batch.changed.wait(pending).unwrap_or_else(PoisonError::into_inner);
    batch.waiting.fetch_sub(1, Ordering::Relaxed);
    pending
}

#[cfg(test)]
mod tests;

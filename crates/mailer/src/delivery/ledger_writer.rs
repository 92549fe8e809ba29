//! Group commit: one writer commits for all connections.
//!
//! A commit waits for the disk, whatever its size. So connections that want to write while a commit is running wait, and
//! the next commit takes the intents and results of all of them.

use std::time::Duration;

use super::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError, wait_for};
use crate::ledger::{Intent, Ledger, LedgerError, MessageResult};

/// How long a commit waits for further intents, like PostgreSQL's `commit_delay`: less than one commit takes on a disk.
const COMMIT_DELAY: Duration = Duration::from_micros(150);

/// Commits intents and results of all connections.
///
/// # Locks
///
/// `pending` is held for a moment only, never during a commit. The thread that sets `committing` locks `ledger` after it
/// has released `pending`. Where both are needed, they are locked one after the other, so there is no order to keep.
pub(super) struct LedgerWriter<'l> {
    ledger: Mutex<&'l mut Ledger>,
    pending: Mutex<Pending>,
    /// A commit has finished. All are woken: each checks whether its own batch was in it, and one of the others begins
    /// the next commit.
    committed: Condvar,
    /// An intent was added. Only the thread that is about to commit waits for it.
    added: Condvar,
    /// A commit with this many intents does not wait for more, like PostgreSQL's `commit_siblings`: half of the
    /// connections usually wait for the server.
    enough: usize,
}

/// What the next commit will write.
#[derive(Default)]
struct Pending {
    results: Vec<MessageResult>,
    intents: Vec<Intent>,
    batch: Arc<Batch>,
    /// Whether a thread is committing.
    committing: bool,
    /// Whether that thread waits for further intents.
    collecting: bool,
    /// How many threads wait for the end of a commit. Waking nobody would be a system call, too.
    waiting: usize,
    error: Option<LedgerError>,
}

/// The ids of the intents of one commit, in their order, once it has finished; `None` if it failed.
type Batch = OnceLock<Option<Vec<i64>>>;

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
        let _ = self.batch.set(self.ids.take());
        if pending.waiting > 0 {
            self.writer.committed.notify_all();
        }
    }
}

impl<'l> LedgerWriter<'l> {
    /// A writer for this many connections.
    pub(super) fn new(ledger: &'l mut Ledger, connections: u32) -> LedgerWriter<'l> {
        LedgerWriter {
            ledger: Mutex::new(ledger),
            pending: Mutex::default(),
            committed: Condvar::new(),
            added: Condvar::new(),
            enough: connections.div_ceil(2) as usize,
        }
    }

    /// Commits an intent, and returns the message's id when it is on the disk. `None` if the ledger failed: then
    /// nothing may be sent.
    pub(super) fn commit_intent(&self, intent: Intent, now: i64) -> Option<i64> {
        let (batch, index) = {
            let mut pending = self.pending();
            pending.intents.push(intent);
            if pending.collecting {
                self.added.notify_one();
            }
            (Arc::clone(&pending.batch), pending.intents.len() - 1)
        };
        self.commit(&batch, now);
        batch.get()?.as_ref()?.get(index).copied()
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
            pending = self.wait_for_commit(pending);
        }
        if pending.results.is_empty() {
            return true;
        }
        let batch = Arc::clone(&pending.batch);
        drop(pending);
        self.commit(&batch, now);
        batch.get().is_some_and(Option::is_some)
    }

    /// Why the ledger failed, if it did.
    pub(super) fn take_error(&self) -> Option<LedgerError> {
        self.pending().error.take()
    }

    /// Waits until a batch is committed, by this thread or by another one.
    fn commit(&self, batch: &Arc<Batch>, now: i64) {
        let mut pending = self.pending();
        while batch.get().is_none() {
            if pending.committing {
                pending = self.wait_for_commit(pending);
                continue;
            }
            pending.committing = true;
            // Results alone don't wait: their connection has nothing else to do.
            if !pending.intents.is_empty() {
                let few = |pending: &mut Pending| pending.intents.len() < self.enough;
                pending.collecting = true;
                pending = wait_for(&self.added, pending, COMMIT_DELAY, few);
                pending.collecting = false;
            }
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

    /// Waits until a commit has ended, perhaps an earlier one than expected.
    fn wait_for_commit<'s>(
        &'s self,
        mut pending: MutexGuard<'s, Pending>,
    ) -> MutexGuard<'s, Pending> {
        pending.waiting += 1;
        let mut pending = self.committed.wait(pending).unwrap_or_else(PoisonError::into_inner);
        pending.waiting -= 1;
        pending
    }

    fn pending(&self) -> MutexGuard<'_, Pending> {
        // A panic of another connection leaves complete results behind, which still have to be recorded.
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;

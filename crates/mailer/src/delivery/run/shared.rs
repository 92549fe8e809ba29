//! The run itself: everything that its threads share.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use super::state::RunState;
use super::task::Task;
use crate::delivery::error::DeliveryError;
use crate::delivery::factory::MessageFactory;
use crate::delivery::feed::Feed;
use crate::delivery::ledger_writer::LedgerWriter;
use crate::delivery::rate::RateLimiter;
use crate::delivery::relay::Relay;
use crate::delivery::summary::{Summary, Tally};
use crate::delivery::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, poll};
use crate::ledger::Ledger;

/// A quota counts the messages of this many seconds.
const DAY: i64 = 24 * 60 * 60;

/// One run.
pub(in crate::delivery) struct Run<'r> {
    pub(in crate::delivery) factory: MessageFactory<'r>,
    pub(in crate::delivery) relay: &'r Relay,
    pub(in crate::delivery) writer: LedgerWriter<'r>,
    /// Set at an interrupt: ends waits for the server.
    pub(in crate::delivery) halt: Arc<AtomicBool>,
    pub(super) round: Option<i64>,
    // In a mutex because a database connection is not `Sync`.
    pub(super) reader: Mutex<Reader<'r>>,
    state: Mutex<RunState>,
    /// For waiting connections: a change that they may have to react to. All are woken, because which of them can go on
    /// depends on the change.
    pub(super) changed: Condvar,
    /// For the observer: a connection has finished.
    pub(super) finished: Condvar,
}

/// Where the next messages are looked up.
pub(super) struct Reader<'r> {
    /// A ledger connection of its own, so that looking up does not wait for commits.
    pub(super) ledger: Ledger,
    /// The tasks that have not been read. [`RunState::unread`] says how many these are.
    pub(super) unread: Feed<'r, Task>,
}

impl<'r> Run<'r> {
    pub(in crate::delivery) fn new(
        factory: MessageFactory<'r>,
        relay: &'r Relay,
        ledger: &'r mut Ledger,
        tasks: Feed<'r, Task>,
        round: Option<i64>,
    ) -> Result<Run<'r>, DeliveryError> {
        let messages = tasks.len();
        // Without a quota nobody asks for them, and there may be many.
        let sent = match relay.pace.quota {
            Some(_) => ledger.sent_since(factory.second() - DAY)?,
            None => Vec::new(),
        };
        Ok(Run {
            factory,
            relay,
            reader: Mutex::new(Reader { ledger: ledger.reader()?, unread: tasks }),
            writer: LedgerWriter::new(ledger),
            halt: Arc::new(AtomicBool::new(false)),
            round,
            state: Mutex::new(RunState::new(messages, RateLimiter::new(&relay.pace, sent))),
            changed: Condvar::new(),
            finished: Condvar::new(),
        })
    }

    /// Locks the state. A poisoned lock is used: the thread that panicked has ended the run, or will when its
    /// [`ActiveConnection`](super::ActiveConnection) is dropped, and the others must still record what they sent.
    pub(super) fn state(&self) -> MutexGuard<'_, RunState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes threads that wait for a change of the state.
    pub(super) fn notify(&self, state: &mut RunState) {
        state.changes += 1;
        if state.waiting > 0 {
            self.changed.notify_all();
        }
    }

    /// Waits a little for the connections to finish. Returns the progress and the messages to the user; `None` at the end.
    pub(in crate::delivery) fn observe(&self, wait: Duration) -> Option<(Tally, Vec<String>)> {
        let mut state = poll(&self.finished, self.state(), wait, |state| state.active > 0);
        let notes = std::mem::take(&mut state.notes);
        // The last connection may have left a note: it is passed on before the end.
        let finished = state.active == 0 && notes.is_empty();
        (!finished).then(|| (state.summary.tally(), notes))
    }

    pub(in crate::delivery) fn is_ended(&self) -> bool {
        self.state().ended
    }

    /// Whether other connections are working. Those that wait while one goes on alone are not.
    pub(in crate::delivery) fn has_others(&self) -> bool {
        self.state().has_others()
    }

    /// Commits the results that have not been committed.
    pub(in crate::delivery) fn flush(&self) {
        if !self.writer.flush(self.factory.second()) {
            self.ledger_failed();
        }
    }

    /// The ledger has failed: nothing more may be sent. The writer keeps the error for the end.
    pub(in crate::delivery) fn ledger_failed(&self) {
        let mut state = self.state();
        state.ended = true;
        self.notify(&mut state);
    }

    /// How many connections are working, and how many commits wait for; how many messages are claimed and being prepared;
    /// and how many permits the quota counts.
    #[cfg(test)]
    pub(in crate::delivery) fn held(&self) -> ([usize; 4], usize) {
        let connections = self.writer.connections();
        let state = self.state();
        ([state.active, connections, state.claimed, state.preparing], state.limiter.permits())
    }

    /// What the run did. All connections have finished.
    pub(in crate::delivery) fn finish(self) -> Result<Summary, DeliveryError> {
        self.decide_at_the_end();
        // Connections flush before they end. This is for results that a failed commit or a panic left behind.
        self.flush();
        let mut state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        match (state.error, self.writer.take_error()) {
            (Some(error), _) => Err(error),
            (None, Some(error)) => Err(error.into()),
            (None, None) => {
                // Nobody has to come back if everything that had been claimed was sent after all.
                state.summary.later = state.summary.later.filter(|_| state.summary.left > 0);
                Ok(state.summary)
            }
        }
    }
}

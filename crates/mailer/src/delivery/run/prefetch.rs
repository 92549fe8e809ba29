//! Looking up and composing messages ahead, so that connections need not wait for them.

use super::queue::Job;
use super::shared::Run;
use super::state::RunState;
use super::task::{Prepared, Task};
use crate::delivery::error::DeliveryError;
use crate::delivery::factory::{Draft, MessageFactory, Outline};
use crate::delivery::sync::{PoisonError, panicking};
use crate::ledger::Medium;

/// How many tasks are looked up at once: asking for each by itself costs more than the answers.
const CHUNK: usize = 32;

/// Fewer outlines than this are left when the next chunk is looked up, so that connections don't run out.
const LOW_WATER: usize = CHUNK / 4;

/// A message that was made longer ago than this many seconds is made anew before it is sent, because it carries its date.
const MOST_AGE: i64 = 60;

impl<'p> Run<'p> {
    /// The prefetch thread: looks up and composes messages until the run is over.
    pub(in crate::delivery) fn prefetch(&self) {
        let _guard = EndOnPanic(self);
        let mut state = self.state();
        while !state.is_closed() {
            if !state.can_prefetch(self.prefetch_limit) {
                // Sleeps until half is used up: waking for every single message costs more than composing one.
                let sleeps = |state: &mut RunState| {
                    !state.is_closed() && !state.can_prefetch(self.prefetch_limit / 2 + 1)
                };
                state = self.room.wait_while(state, sleeps).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            if state.outlines.len() < LOW_WATER && !state.queue.is_empty() {
                drop(state);
                self.look_up();
                state = self.state();
                continue;
            }
            let Some((task, outline)) = state.outlines.pop_front() else { continue };
            // Composing takes longer than anything else here, and connections need the lock for each message.
            state.preparing += 1;
            drop(state);
            let draft = self.compose(outline);
            state = self.state();
            state.preparing -= 1;
            match draft {
                Ok(Some(draft)) => state.prepared.push_back(Prepared { task, draft }),
                Ok(None) => state.count_over(),
                Err(error) => state.fail(error),
            }
            self.notify(&mut state);
        }
    }

    /// Looks up the next tasks of the queue in the ledger.
    fn look_up(&self) {
        let tasks: Vec<Task> = {
            let mut state = self.state();
            // Counted under the same lock: a connection that finds all queues empty has to know that more will come.
            let count = state.queue.len().min(CHUNK);
            state.preparing += count;
            state.queue.drain(..count).collect()
        };
        let count = tasks.len();
        let outlines = self.outline(tasks);
        let mut state = self.state();
        state.preparing -= count;
        match outlines {
            Ok(some) => {
                state.outlines.extend(some.into_iter().map(|(outline, task)| (task, outline)));
            }
            Err(error) => state.fail(error),
        }
        self.notify(&mut state);
    }

    /// Decides the messages of some tasks: the ledger is asked for all of them at once.
    fn outline(&self, tasks: Vec<Task>) -> Result<Vec<(Outline, Task)>, DeliveryError> {
        let entries: Vec<i64> = tasks.iter().map(Task::entry).collect();
        let entries = {
            let reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
            reader.outlines(&entries)?
        };
        let outlines = tasks.into_iter().zip(entries).map(|(task, entry)| {
            let outline = match &task {
                Task::Due { kind, .. } => {
                    self.factory.outline(entry, *kind, Medium::Smtp, self.round)?
                }
                Task::Resend(message) => MessageFactory::outline_again(entry, message)?,
            };
            Ok((outline, task))
        });
        outlines.collect()
    }

    /// A message that is about to be sent, made anew if its date is no longer the current one: it was kept by an outage or
    /// a pause. `None` if its meeting has ended, or if the run has failed.
    pub(in crate::delivery) fn renew<'r>(&'r self, job: Job<'r, 'p>) -> Option<Job<'r, 'p>> {
        let age = self.factory.second() - job.draft.record.stamp;
        let Some(task) = job.task().filter(|_| age > MOST_AGE) else { return Some(job) };
        // The ledger has to know what became of the last attempt.
        self.flush();
        let outlines = self.outline(vec![task.clone()]);
        let draft = outlines.and_then(|mut outlines| match outlines.pop() {
            Some((outline, _)) => self.compose(outline),
            None => Ok(None),
        });
        match draft {
            Ok(Some(draft)) => Some(job.with_draft(draft)),
            Ok(None) => {
                job.skip();
                None
            }
            Err(error) => {
                self.fail(error);
                None
            }
        }
    }

    /// Composes a message. `None` if its meeting has ended.
    pub(super) fn compose(&self, outline: Outline) -> Result<Option<Box<Draft>>, DeliveryError> {
        let draft = Box::new(self.factory.compose(outline)?);
        Ok((draft.end > self.factory.second()).then_some(draft))
    }
}

/// Ends the run if the prefetch thread panics: connections would wait forever for what it was preparing.
struct EndOnPanic<'r, 'p>(&'r Run<'p>);

impl Drop for EndOnPanic<'_, '_> {
    fn drop(&mut self) {
        if panicking() {
            let mut state = self.0.state();
            state.ended = true;
            self.0.notify(&mut state);
        }
    }
}

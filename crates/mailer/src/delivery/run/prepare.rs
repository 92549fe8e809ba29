//! Looking up messages in the ledger, and composing them.

use super::queue::Job;
use super::shared::Run;
use super::state::{CHUNK, RunState};
use super::task::Task;
use crate::delivery::error::DeliveryError;
use crate::delivery::factory::{Draft, MessageFactory, Outline};
use crate::delivery::sync::{MutexGuard, PoisonError};
use crate::ledger::Medium;

/// A message that was made longer ago than this many seconds is made anew before it is sent, because it carries its date.
const MOST_AGE: i64 = 60;

impl<'p> Run<'p> {
    /// Looks up the next tasks of the queue in the ledger. The state is not locked meanwhile.
    pub(super) fn look_up<'s>(
        &'s self,
        mut state: MutexGuard<'s, RunState>,
    ) -> MutexGuard<'s, RunState> {
        let count = state.queued().min(CHUNK);
        // A connection that finds both queues empty has to know that more will come.
        state.preparing += count;
        let again = state.given_back.len().min(count);
        let tasks: Vec<Task> = state.given_back.drain(..again).collect();
        let unread = count - again;
        state.unread -= unread;
        drop(state);
        let outlines = self.read(tasks, unread).and_then(|tasks| self.outline(tasks));
        let mut state = self.state();
        state.preparing -= count;
        match outlines {
            Ok(some) => {
                state.outlines.extend(some.into_iter().map(|(outline, task)| (task, outline)));
            }
            Err(error) => state.fail(error),
        }
        self.notify(&mut state);
        state
    }

    /// Adds the next tasks that have not been read to others. Only one connection does this at a time, so that they stay in
    /// their order.
    fn read(&self, mut tasks: Vec<Task>, count: usize) -> Result<Vec<Task>, DeliveryError> {
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        tasks.extend(reader.unread.read(count)?);
        Ok(tasks)
    }

    /// Decides the messages of some tasks: the ledger is asked for all of them at once.
    fn outline(&self, tasks: Vec<Task>) -> Result<Vec<(Outline, Task)>, DeliveryError> {
        let entries: Vec<i64> = tasks.iter().map(Task::entry).collect();
        let entries = {
            let reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
            reader.ledger.outlines(&entries)?
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

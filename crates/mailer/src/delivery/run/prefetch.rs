//! Looking up and composing messages ahead, so that connections need not wait for them.

use std::sync::PoisonError;

use super::shared::Run;
use super::state::RunState;
use super::task::{Prepared, Task};
use crate::delivery::error::DeliveryError;
use crate::delivery::factory::{Draft, MessageFactory, Outline};
use crate::ledger::Medium;

/// How many tasks are looked up at once: asking for each by itself costs more than the answers.
const CHUNK: usize = 32;

/// Fewer outlines than this are left when the next chunk is looked up, so that connections don't run out.
const LOW_WATER: usize = CHUNK / 4;

impl Run<'_> {
    /// The prefetch thread: looks up and composes messages until the run is over.
    pub(in crate::delivery) fn prefetch(&self) {
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

    /// Composes a message. `None` if its meeting has ended.
    pub(super) fn compose(&self, outline: Outline) -> Result<Option<Box<Draft>>, DeliveryError> {
        let draft = Box::new(self.factory.compose(outline)?);
        Ok((draft.end > self.factory.second()).then_some(draft))
    }
}

//! Looking up what is to be sent, and making some of it ahead.

use std::sync::PoisonError;

use super::{Job, Run, Shared, Task};
use crate::delivery::DeliveryError;
use crate::delivery::factory::{Draft, MessageFactory, Outline};
use crate::ledger::Medium;

/// So many tasks are looked up in the ledger at once: asking for each by itself costs more than the answers.
const CHUNK: usize = 32;

impl Run<'_> {
    /// Looks up in the ledger what is to be made next.
    fn look_up(&self) {
        let tasks: Vec<Task> = {
            let mut shared = self.shared();
            let some = shared.queue.len().min(CHUNK);
            shared.in_hand += some;
            shared.queue.drain(..some).collect()
        };
        let count = tasks.len();
        let outlined = {
            let reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
            reader.reading(|reader| {
                let outline = |task: &Task| match task {
                    Task::Due(entry, kind) => {
                        self.factory.outline(reader, *entry, *kind, Medium::Smtp, self.round)
                    }
                    Task::Again(tried) => MessageFactory::outline_again(reader, tried),
                };
                let outlined = tasks.into_iter().map(|task| Ok((outline(&task)?, task)));
                outlined.collect::<Result<Vec<_>, DeliveryError>>()
            })
        };
        let mut shared = self.shared();
        shared.in_hand -= count;
        match outlined {
            Ok(some) => {
                shared.outlined.extend(some.into_iter().map(|(outline, task)| (task, outline)));
            }
            Err(error) => {
                shared.error.get_or_insert(error);
                shared.ended = true;
            }
        }
        self.tell_all(&mut shared);
    }

    /// Looks up what is to be made, and makes some of it ahead: then connections need not wait for it.
    pub(in crate::delivery) fn make_ahead(&self) {
        let mut shared = self.shared();
        while !shared.closed() {
            if shared.made.len() >= self.enough || !shared.has_work(self.enough) {
                // To wake up for each message would cost more than to make it.
                let sleeps =
                    |shared: &mut Shared| !shared.closed() && !shared.has_work(self.enough / 2 + 1);
                shared =
                    self.room.wait_while(shared, sleeps).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            if shared.outlined.len() < CHUNK / 4 && !shared.queue.is_empty() {
                drop(shared);
                self.look_up();
                shared = self.shared();
                continue;
            }
            let Some((task, outline)) = shared.outlined.pop_front() else { continue };
            shared.in_hand += 1;
            drop(shared);
            let draft = self.make(outline);
            shared = self.shared();
            shared.in_hand -= 1;
            match draft {
                Ok(Some(draft)) => shared.made.push_back(Job { task, draft, intended: false }),
                Ok(None) => shared.is_over(),
                Err(error) => {
                    shared.error.get_or_insert(error);
                    shared.ended = true;
                }
            }
            self.tell_all(&mut shared);
        }
    }

    /// Makes a message. `None` if its meeting is over.
    fn make(&self, outline: Outline) -> Result<Option<Draft>, DeliveryError> {
        let draft = self.factory.write(outline)?;
        Ok((draft.end > self.factory.second()).then_some(draft))
    }

    /// Makes a message whose slot is taken. `None` if its meeting is over, or the run has failed over it.
    pub(in crate::delivery) fn job(&self, task: Task, outline: Outline) -> Option<Job> {
        match self.make(outline) {
            Ok(Some(draft)) => Some(Job { task, draft, intended: false }),
            Ok(None) => {
                self.skip();
                None
            }
            Err(error) => {
                self.fail(error);
                None
            }
        }
    }
}

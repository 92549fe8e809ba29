//! The state of a run that its threads share. One lock guards all of it.

use std::collections::VecDeque;
use std::time::Instant;

use super::task::{Prepared, Task, UndecidedMessage};
use crate::delivery::error::DeliveryError;
use crate::delivery::factory::Outline;
use crate::delivery::rate::RateLimiter;
use crate::delivery::summary::Summary;

/// Where the messages of a run are, and whether it goes on.
#[expect(clippy::struct_excessive_bools, reason = "none of them follows from another")]
// One lock for all of it: a step usually changes several fields, and none takes long.
pub(super) struct RunState {
    /// Not looked up yet.
    pub(super) queue: VecDeque<Task>,
    /// Looked up in the ledger.
    pub(super) outlines: VecDeque<(Task, Outline)>,
    /// Composed.
    pub(super) prepared: VecDeque<Prepared>,
    /// Tasks that are being looked up or composed, and so are in none of the three.
    pub(super) preparing: usize,
    /// Tasks that connections have taken and not finished.
    pub(super) claimed: usize,
    /// Whether prefetching pauses because of a long wait: messages composed now would carry an old date.
    pub(super) prefetch_paused: bool,
    pub(super) limiter: RateLimiter,
    pub(super) summary: Summary,
    /// Messages to the user that have not been passed on.
    pub(super) notes: Vec<String>,
    /// Connections that are working.
    pub(super) active: usize,
    /// Connections that are waiting.
    pub(super) waiting: usize,
    /// Counts the changes that waiting connections may have to react to.
    pub(super) changes: u64,
    /// Whether a message has had a definite result. Until then one connection works alone.
    pub(super) probed: bool,
    pub(super) ended: bool,
    /// Whether the user was told that the quota is used up.
    pub(super) quota_noted: bool,
    pub(super) error: Option<DeliveryError>,
    pub(super) outage: Option<Outage>,
    /// The undecided messages since the last accepted one, all with the same class of reply.
    pub(super) undecided: Vec<UndecidedMessage>,
    /// Whether the undecided replies were found to concern every message.
    pub(super) undecided_concerns_every_message: bool,
    /// Messages in doubt since the last definite result.
    pub(super) in_doubt_in_a_row: usize,
    /// Recipients that were named to the server, and how many of them were refused.
    pub(super) recipients: usize,
    pub(super) recipients_refused: usize,
}

/// A time during which nothing could be sent. It is counted for the run, not for each connection: a restart of the server
/// that breaks eight connections is one outage.
#[derive(Clone, Copy)]
pub(super) struct Outage {
    pub(super) since: Instant,
    pub(super) failures: u32,
}

impl RunState {
    pub(super) fn new(tasks: Vec<Task>, limiter: RateLimiter) -> RunState {
        RunState {
            summary: Summary { left: tasks.len(), ..Summary::default() },
            queue: tasks.into(),
            outlines: VecDeque::new(),
            prepared: VecDeque::new(),
            preparing: 0,
            claimed: 0,
            prefetch_paused: false,
            limiter,
            notes: Vec::new(),
            active: 0,
            waiting: 0,
            changes: 0,
            probed: false,
            ended: false,
            quota_noted: false,
            error: None,
            outage: None,
            undecided: Vec::new(),
            undecided_concerns_every_message: false,
            in_doubt_in_a_row: 0,
            recipients: 0,
            recipients_refused: 0,
        }
    }

    /// Whether there is something to prepare, and fewer than `limit` messages are prepared.
    pub(super) fn can_prefetch(&self, limit: usize) -> bool {
        let something = !(self.outlines.is_empty() && self.queue.is_empty());
        something && !self.prefetch_paused && self.prepared.len() < limit
    }

    /// Whether nothing more is to be prepared.
    pub(super) fn is_closed(&self) -> bool {
        // Connections are counted before the prefetch thread starts, so none means that all have finished.
        self.ended || self.active == 0
    }

    /// Counts a message whose meeting ended before it could be sent.
    pub(super) fn count_over(&mut self) {
        self.summary.left -= 1;
        self.summary.over += 1;
    }

    /// Ends the run because of an error of this program. The first one is reported.
    pub(super) fn fail(&mut self, error: DeliveryError) {
        // Later errors may be consequences of the first.
        self.error.get_or_insert(error);
        self.ended = true;
    }

    /// Puts everything that was prepared back into the queue, in its order, to be prepared anew after the wait.
    pub(super) fn discard_prepared(&mut self) {
        self.prefetch_paused = true;
        let prepared = self.prepared.drain(..).map(|prepared| prepared.task);
        let tasks: Vec<Task> =
            prepared.chain(self.outlines.drain(..).map(|(task, _)| task)).collect();
        // From the last to the first, because each is put in front of the others.
        for task in tasks.into_iter().rev() {
            self.queue.push_front(task);
        }
    }
}

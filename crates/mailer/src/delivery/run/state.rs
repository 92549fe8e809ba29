//! The state of a run that its threads share. One lock guards all of it.

use std::collections::VecDeque;
use std::time::Duration;

use super::events::{Closings, Events, Outage, SenderTrouble};
use super::task::{Task, UndecidedMessage};
use crate::delivery::error::DeliveryError;
use crate::delivery::factory::Outline;
use crate::delivery::rate::RateLimiter;
use crate::delivery::summary::{Summary, Tally};
use crate::delivery::sync::Instant;

/// How many tasks are looked up at once: asking for each by itself costs more than the answers. Unit tests, which have few
/// messages, look up several times.
pub(super) const CHUNK: usize = if cfg!(test) { 2 } else { 32 };

/// From this many recipients on, more than a tenth of them refused means that the list is wrong (`invitation-email`
/// facts, §3.1).
const MIN_RECIPIENTS: usize = 30;

/// Where the messages of a run are, and whether it goes on.
#[expect(clippy::struct_excessive_bools, reason = "none of them follows from another")]
// One lock for all of it: a step usually changes several fields, and none takes long.
pub(super) struct RunState {
    /// Tasks that connections have given back. They come before those that have not been read.
    pub(super) given_back: VecDeque<Task>,
    /// How many tasks have not been read yet.
    pub(super) unread: usize,
    /// Looked up in the ledger.
    pub(super) outlines: VecDeque<(Task, Outline)>,
    /// Tasks that are being looked up, and so are in neither of the two.
    pub(super) preparing: usize,
    /// Tasks that connections have taken and not finished.
    pub(super) claimed: usize,
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
    /// Whether a message has had a definite result.
    pub(super) probed: bool,
    /// The connection that goes on while [`RunState::is_alone`].
    pub(super) lead: u32,
    pub(super) ended: bool,
    /// Whether the user was told that the quota is used up.
    pub(super) quota_noted: bool,
    /// Whether the user was told that the server does not know BDAT.
    pub(super) chunking_noted: bool,
    pub(super) error: Option<DeliveryError>,
    pub(super) outage: Option<Outage>,
    /// When the server last asked for a slower pace.
    pub(super) slowed: Events,
    pub(super) closings: Closings,
    /// When messages got in doubt, since the last definite result.
    pub(super) doubts: Events,
    pub(super) sender_trouble: SenderTrouble,
    /// Messages with an undecided reply, since the last accepted one. They count as left.
    pub(super) undecided: Vec<UndecidedMessage>,
}

impl RunState {
    pub(super) fn new(messages: usize, limiter: RateLimiter) -> RunState {
        RunState {
            summary: Summary { left: messages, ..Summary::default() },
            given_back: VecDeque::new(),
            unread: messages,
            outlines: VecDeque::new(),
            preparing: 0,
            claimed: 0,
            limiter,
            notes: Vec::new(),
            active: 0,
            waiting: 0,
            changes: 0,
            probed: false,
            lead: 0,
            ended: false,
            quota_noted: false,
            chunking_noted: false,
            error: None,
            outage: None,
            slowed: Events::default(),
            closings: Closings::default(),
            doubts: Events::default(),
            sender_trouble: SenderTrouble::default(),
            undecided: Vec::new(),
        }
    }

    /// How many tasks are not looked up yet.
    pub(super) fn queued(&self) -> usize {
        self.given_back.len() + self.unread
    }

    /// Whether one connection, the lead, goes on alone, because it is not known yet whether the next message will fare
    /// like the last one. What the others have sent already is finished.
    pub(super) fn is_alone(&self) -> bool {
        !self.probed
            || self.doubts.count() > 0
            || !self.undecided.is_empty()
            || self.sender_trouble.until.is_some()
    }

    /// Whether a connection may go on. `is_open` says whether it has a session: in an outage the lead alone tries to open
    /// one, and whoever has one still may use it.
    pub(super) fn may_work(&self, connection: u32, is_open: bool) -> bool {
        let waits = self.is_alone() || self.outage.is_some() && !is_open;
        !self.ended && (self.lead == connection || !waits)
    }

    /// Whether another connection is sending, so that this one is not needed.
    pub(super) fn has_others(&self) -> bool {
        self.active > 1 && !self.is_alone() && self.outage.is_none()
    }

    /// The server has replied to a message: it is there, and confirms what it gets.
    pub(super) fn count_definite(&mut self) {
        self.outage = None;
        self.doubts = Events::default();
    }

    /// How long no connection takes another message, because the server does not know the sender for the moment.
    pub(super) fn sender_pause(&self) -> Option<Duration> {
        let left = self.sender_trouble.until?.saturating_duration_since(Instant::now());
        (!left.is_zero()).then_some(left)
    }

    /// Whether more than a tenth of many recipients are refused, or will be, and others are left.
    pub(super) fn has_too_many_refused(&self) -> bool {
        let Tally { delivered, refused, deferred, in_doubt, left } = self.summary.tally();
        let undecided = self.undecided.len();
        let refused = refused + undecided;
        let tried = delivered + refused + deferred + in_doubt;
        tried >= MIN_RECIPIENTS && refused * 10 > tried && left > undecided
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
}

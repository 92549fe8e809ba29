//! How fast messages may be sent: a rate, a daily quota, and a back-off when the server asks for it.
//!
//! Nothing here reads a clock: times are arguments.

use std::collections::VecDeque;
use std::time::Duration;

use super::sync::Instant;

/// A quota counts the messages of this many seconds.
const DAY: i64 = 24 * 60 * 60;

/// How much of a delay is caught up by sending the next messages sooner. It covers the jitter of thread wake-ups; more
/// would cause a burst after each stall.
const CATCH_UP: Duration = Duration::from_millis(50);

/// How far the rate stays below the configured one, in thousandths. Messages at exactly the rate would exceed it by one in
/// any window that begins and ends with a message.
const MARGIN: u64 = 10;

/// The shortest gap between messages after the server asks for a slower pace, doubled each further time, and the
/// longest.
const FIRST_BACKOFF: Duration = Duration::from_millis(500);
const LONGEST_BACKOFF: Duration = Duration::from_secs(60);

/// The back-off is halved after this many accepted messages.
const ACCEPTED_BEFORE_SPEEDUP: u32 = 10;

/// The pace is lowered after this many replies that may ask for it, if no accepted messages make up for them: a server
/// that is overloaded goes on with them, and one that accepts most messages does not, even if such replies come in
/// bursts. Postfix ignores them altogether, and lowers its concurrency only if no session can be opened
/// (its `SCHEDULER_README`).
const MOST_SUSPICIONS: u32 = 5;

/// So many accepted messages make up for one such reply.
const ACCEPTED_PER_SUSPICION: u32 = 5;

/// How fast messages may be sent to a mail server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Simultaneous connections, at least 1.
    pub connections: u32,
    /// Messages per connection; no limit if there is none.
    pub per_connection: Option<u32>,
    /// The rate of all connections together.
    pub rate: Option<Rate>,
    /// Messages in any 24 hours, at least 1.
    pub quota: Option<u32>,
}

/// A number of messages in a time, evenly spaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// The number, at least 1.
    pub messages: u32,
    /// The time.
    pub per: Duration,
}

impl Rate {
    /// The time from one message to the next.
    pub fn gap(self) -> Duration {
        // Saturating: a very slow rate must not wrap around to a short gap.
        let nanos = self.per.as_nanos() / u128::from(self.messages.max(1));
        let nanos = u64::try_from(nanos).unwrap_or(u64::MAX);
        Duration::from_nanos(nanos.saturating_add(nanos / 1000 * MARGIN))
    }
}

impl Pace {
    /// One connection without limits.
    pub fn unlimited() -> Pace {
        Pace { connections: 1, per_connection: None, rate: None, quota: None }
    }

    /// When each of any number of messages will be sent at the earliest, beginning at `now`. `sent` are the times of the
    /// messages of the last day, in their order; without a quota they do not matter. All times are in seconds since 1970
    /// UTC.
    pub fn forecast(&self, sent: Vec<i64>, now: i64) -> impl Iterator<Item = i64> + use<> {
        let gap = self.rate.map_or(Duration::ZERO, Rate::gap);
        let quota = self.quota.map(|quota| quota.max(1) as usize);
        // The messages that the quota counts, as many as it allows at most.
        let mut counted = VecDeque::from(sent);
        counted.retain(|at| *at > now - DAY);
        let mut next = Duration::ZERO;
        std::iter::repeat_with(move || {
            let mut at = now.saturating_add(i64::try_from(next.as_secs()).unwrap_or(i64::MAX));
            if let Some(quota) = quota {
                let excess = counted.len().saturating_sub(quota);
                counted.drain(..excess);
                // A rolling day, as Google counts (`invitation-email` facts, §3.5): with a quota of n, a message has to
                // wait until the n-th before it is a day old.
                let nth = counted.front().filter(|_| counted.len() == quota);
                if let Some(free) = nth.map(|nth| nth + DAY).filter(|free| *free > at) {
                    next = Duration::from_secs((free - now).unsigned_abs());
                    at = free;
                }
                counted.push_back(at);
            }
            next += gap;
            at
        })
    }
}

/// Whether the next message may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Permit {
    /// Now.
    Granted,
    /// After this long, because of the rate or a back-off.
    After(Duration),
    /// At this time at the earliest, in seconds since 1970 UTC, because of the quota.
    QuotaUsedUp(i64),
}

/// Keeps the pace of one run, for all its connections together.
#[derive(Debug)]
pub(super) struct RateLimiter {
    gap: Duration,
    quota: Option<usize>,
    /// When the messages of the last day were sent, in seconds since 1970 UTC. Empty without a quota.
    last_day: VecDeque<i64>,
    /// When the next message may be sent. `None` before the first.
    next: Option<Instant>,
    /// The gap that the server's replies ask for. Zero without any.
    backoff: Duration,
    /// Messages that were accepted since the back-off changed.
    accepted: u32,
    /// How many accepted messages it would take to make up for the replies that may ask for a slower pace.
    suspicion: u32,
}

impl RateLimiter {
    /// A limiter for a run that begins now. `sent` are the times of the messages of the last day, in their order.
    pub(super) fn new(pace: &Pace, sent: Vec<i64>) -> RateLimiter {
        RateLimiter {
            gap: pace.rate.map_or(Duration::ZERO, Rate::gap),
            quota: pace.quota.map(|quota| quota.max(1) as usize),
            // From the ledger, so that a second run on the same day continues the count (`invitation-email` facts,
            // §3.5).
            last_day: sent.into(),
            next: None,
            backoff: Duration::ZERO,
            accepted: 0,
            suspicion: 0,
        }
    }

    /// Whether the next message may be sent. `wall` is the time in seconds since 1970 UTC.
    pub(super) fn check(&mut self, now: Instant, wall: i64) -> Permit {
        if let Some(quota) = self.quota {
            while self.last_day.front().is_some_and(|at| *at <= wall - DAY) {
                self.last_day.pop_front();
            }
            // The quota may have been lowered since: then the wait ends when the last of the excess is a day old.
            if self.last_day.len() >= quota {
                return Permit::QuotaUsedUp(self.last_day[self.last_day.len() - quota] + DAY);
            }
        }
        match self.next {
            Some(due) if now < due => Permit::After(due - now),
            _ => Permit::Granted,
        }
    }

    /// Counts the next message as sent now, if it may be.
    pub(super) fn acquire(&mut self, now: Instant, wall: i64) -> Permit {
        let permit = self.check(now, wall);
        if permit != Permit::Granted {
            return permit;
        }
        let gap = self.gap.max(self.backoff);
        let due = self.next.unwrap_or(now);
        // Counted from when the message was due, not from now, so that delays don't add up. `earliest` limits that
        // after a stall.
        let earliest = (now + gap).checked_sub(CATCH_UP).unwrap_or(now);
        self.next = Some((due + gap).max(earliest));
        if self.quota.is_some() {
            self.last_day.push_back(wall);
        }
        Permit::Granted
    }

    /// A message that was counted as sent was not accepted: it does not count for the quota.
    pub(super) fn refund(&mut self) {
        // Whichever message it was: all that were counted lately will be a day old at nearly the same time.
        self.last_day.pop_back();
    }

    /// Counts a reply that may ask for a slower pace. Returns whether such replies are so frequent that they do.
    pub(super) fn suspect(&mut self) -> bool {
        self.suspicion += ACCEPTED_PER_SUSPICION;
        let is_frequent = self.suspicion >= MOST_SUSPICIONS * ACCEPTED_PER_SUSPICION;
        if is_frequent {
            // From here on, each further one counts, until accepted messages have made up for it.
            self.suspicion -= ACCEPTED_PER_SUSPICION;
        }
        is_frequent
    }

    /// How many messages the quota counts.
    #[cfg(test)]
    pub(super) fn permits(&self) -> usize {
        self.last_day.len()
    }

    /// Doubles the back-off, because the server asked for a slower pace. Returns the new gap between messages.
    pub(super) fn slow_down(&mut self, now: Instant) -> Duration {
        // Less than twice the configured gap would hardly slow anything down, and a configured gap is never shortened.
        self.backoff = (self.backoff * 2)
            .max(self.gap * 2)
            .max(FIRST_BACKOFF)
            .min(LONGEST_BACKOFF.max(self.gap));
        self.accepted = 0;
        let due = now + self.backoff;
        self.next = Some(self.next.map_or(due, |next| next.max(due)));
        self.backoff
    }

    /// Counts an accepted message: after some of them the back-off is halved, and ends when it is short.
    pub(super) fn record_accepted(&mut self) {
        self.suspicion = self.suspicion.saturating_sub(1);
        if self.backoff.is_zero() {
            return;
        }
        self.accepted += 1;
        if self.accepted >= ACCEPTED_BEFORE_SPEEDUP {
            self.accepted = 0;
            self.backoff /= 2;
            // Below the configured gap it would have no effect.
            if self.backoff < self.gap.max(FIRST_BACKOFF / 4) {
                self.backoff = Duration::ZERO;
            }
        }
    }
}

#[cfg(test)]
mod tests;

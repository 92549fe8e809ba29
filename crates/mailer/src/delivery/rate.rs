//! How fast messages may go: a rate, a quota a day, and slower by itself where the server wants that.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// How long a quota of a day lasts, in seconds.
const DAY: i64 = 24 * 60 * 60;

/// How much of a delay may be made up for: more would be a burst.
const CREDIT: Duration = Duration::from_millis(50);

/// A pace stays so far below what is asked, in thousandths: an even pace at the very rate would exceed it by one message
/// in any window whose ends it meets.
const BELOW: u64 = 10;

/// The first pause when a server wants it slower, and the longest.
const SLOW: Duration = Duration::from_millis(500);
const SLOWEST: Duration = Duration::from_secs(60);

/// So many messages have to be taken before it goes faster again.
const CALM: u32 = 10;

/// How fast messages may go to a mail server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Connections at a time, at least 1.
    pub connections: u32,
    /// Messages over one connection before the next one is made.
    pub per_connection: Option<u32>,
    /// Evenly spaced, all connections together.
    pub rate: Option<Rate>,
    /// Messages within any 24 hours.
    pub quota: Option<u32>,
}

/// So many messages in such a time, evenly spaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How many, at least 1.
    pub messages: u32,
    /// In how long.
    pub per: Duration,
}

impl Rate {
    /// The time from one message to the next.
    pub fn gap(self) -> Duration {
        let nanos = self.per.as_nanos() / u128::from(self.messages.max(1));
        let nanos = u64::try_from(nanos).unwrap_or(u64::MAX);
        Duration::from_nanos(nanos.saturating_add(nanos / 1000 * BELOW))
    }
}

impl Pace {
    /// As fast as one connection goes.
    pub fn unlimited() -> Pace {
        Pace { connections: 1, per_connection: None, rate: None, quota: None }
    }

    /// When each of so many messages leaves, in seconds since 1970 UTC, beginning at `now`; `sent` are the times of
    /// those of the last day, in their order.
    pub fn forecast(&self, messages: usize, sent: &[i64], now: i64) -> Vec<i64> {
        let gap = self.rate.map_or(Duration::ZERO, Rate::gap);
        let quota = self.quota.map(|quota| quota.max(1) as usize);
        let mut times: Vec<i64> = sent.iter().copied().filter(|at| *at > now - DAY).collect();
        let before = times.len();
        let mut next = Duration::ZERO;
        for _ in 0..messages {
            let mut at = now.saturating_add(i64::try_from(next.as_secs()).unwrap_or(i64::MAX));
            if let Some(freed) = quota.and_then(|quota| times.len().checked_sub(quota)) {
                let free = times[freed] + DAY;
                if free > at {
                    next = Duration::from_secs((free - now).unsigned_abs());
                    at = free;
                }
            }
            times.push(at);
            next += gap;
        }
        times.split_off(before)
    }
}

/// What a message has to wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    /// Nothing: it may go now.
    Now,
    /// Its turn.
    In(Duration),
    /// Room in the quota, at a time in seconds since 1970 UTC.
    Full(i64),
}

/// The pace of one run.
#[derive(Debug)]
pub(super) struct RateLimiter {
    gap: Duration,
    quota: Option<usize>,
    /// The times of the last day, in seconds since 1970 UTC.
    day: VecDeque<i64>,
    next: Option<Instant>,
    brake: Duration,
    calm: u32,
}

impl RateLimiter {
    /// A pace that knows when messages were sent within the last day.
    pub(super) fn new(pace: &Pace, sent: Vec<i64>) -> RateLimiter {
        RateLimiter {
            gap: pace.rate.map_or(Duration::ZERO, Rate::gap),
            quota: pace.quota.map(|quota| quota.max(1) as usize),
            day: sent.into(),
            next: None,
            brake: Duration::ZERO,
            calm: 0,
        }
    }

    /// What the next message has to wait for.
    pub(super) fn look(&mut self, now: Instant, wall: i64) -> Slot {
        if let Some(quota) = self.quota {
            while self.day.front().is_some_and(|at| *at <= wall - DAY) {
                self.day.pop_front();
            }
            if self.day.len() >= quota {
                return Slot::Full(self.day[self.day.len() - quota] + DAY);
            }
        }
        match self.next {
            Some(due) if now < due => Slot::In(due - now),
            _ => Slot::Now,
        }
    }

    /// Takes the next slot, if it is there.
    pub(super) fn take(&mut self, now: Instant, wall: i64) -> Slot {
        let slot = self.look(now, wall);
        if slot != Slot::Now {
            return slot;
        }
        let gap = self.gap.max(self.brake);
        let due = self.next.unwrap_or(now);
        let earliest = (now + gap).checked_sub(CREDIT).unwrap_or(now);
        self.next = Some((due + gap).max(earliest));
        if self.quota.is_some() {
            self.day.push_back(wall);
        }
        Slot::Now
    }

    /// A message for which a slot was taken was not taken by the server: it counts for no quota.
    pub(super) fn give_back(&mut self) {
        self.day.pop_back();
    }

    /// The server wants it slower. Gives the time from one message to the next.
    pub(super) fn slow(&mut self, now: Instant) -> Duration {
        self.brake = (self.brake * 2).max(self.gap * 2).max(SLOW).min(SLOWEST.max(self.gap));
        self.calm = 0;
        let due = now + self.brake;
        self.next = Some(self.next.map_or(due, |next| next.max(due)));
        self.brake
    }

    /// A message was taken: after some of them it goes faster again.
    pub(super) fn good(&mut self) {
        if self.brake.is_zero() {
            return;
        }
        self.calm += 1;
        if self.calm >= CALM {
            self.calm = 0;
            self.brake /= 2;
            if self.brake < self.gap.max(SLOW / 4) {
                self.brake = Duration::ZERO;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pace(messages: u32, seconds: u64) -> Pace {
        let rate = Rate { messages, per: Duration::from_secs(seconds) };
        Pace { rate: Some(rate), ..Pace::unlimited() }
    }

    /// The moments, in microseconds, of messages each of which comes `late(n)` microseconds after its slot.
    fn moments(pace: &Pace, count: usize, late: impl Fn(usize) -> u64) -> Vec<u64> {
        let begin = Instant::now();
        let mut limiter = RateLimiter::new(pace, Vec::new());
        let mut now = begin;
        let mut moments = Vec::new();
        while moments.len() < count {
            match limiter.take(now, 0) {
                Slot::Now => moments.push(u64::try_from((now - begin).as_micros()).unwrap()),
                Slot::In(wait) => now += wait + Duration::from_micros(late(moments.len())),
                Slot::Full(_) => panic!("there is no quota"),
            }
        }
        moments
    }

    /// So many in a minute, never more than 2 % over it in any ten seconds, and within 3 % over the minute.
    #[track_caller]
    fn keeps(a_minute: u32, late: impl Fn(usize) -> u64) {
        let asked = a_minute as usize;
        let moments = moments(&pace(a_minute, 60), asked * 3 / 2, late);
        for (at, from) in moments.iter().enumerate() {
            let within = moments[at..].iter().take_while(|to| **to < from + 10_000_000).count();
            assert!(within * 600 <= asked * 102, "{within} in ten seconds, of {asked} a minute");
        }
        let minute = moments.iter().take_while(|at| **at < 60_000_000).count();
        assert!((asked * 97..=asked * 103).contains(&(minute * 100)), "{minute} of {asked}");
    }

    #[test]
    fn a_rate_is_kept_in_any_ten_seconds_and_over_a_minute() {
        for late in [|_| 0, |n: usize| (n as u64 * 7919) % 4_000, |n: usize| 900 * (n as u64 % 2)] {
            for a_minute in [30, 300, 840, 6_000, 30_000] {
                keeps(a_minute, late);
            }
        }
    }

    #[test]
    fn what_was_late_is_not_made_up_for_in_a_burst() {
        let stalled = moments(&pace(10, 1), 60, |n| if n == 20 { 3_000_000 } else { 0 });
        for pair in stalled.windows(2) {
            assert!(pair[1] - pair[0] >= 50_000, "{pair:?}");
        }
    }

    #[test]
    fn a_quota_counts_what_was_sent_before() {
        let pace = Pace { quota: Some(3), ..Pace::unlimited() };
        let now = 1_000_000;
        let mut limiter = RateLimiter::new(&pace, vec![now - DAY - 5, now - DAY + 10, now - 50]);
        let at = Instant::now();
        assert_eq!(limiter.take(at, now), Slot::Now);
        assert_eq!(limiter.take(at, now), Slot::Full(now + 10));
        limiter.give_back();
        assert_eq!(limiter.take(at, now), Slot::Now);
        assert_eq!(limiter.take(at, now + 9), Slot::Full(now + 10));
        assert_eq!(limiter.take(at, now + 10), Slot::Now);
        assert_eq!(limiter.take(at, now + 10), Slot::Full(now + DAY - 50));
    }

    #[test]
    fn a_quota_that_was_exceeded_before_waits_until_there_is_room() {
        let pace = Pace { quota: Some(2), ..Pace::unlimited() };
        let mut limiter = RateLimiter::new(&pace, vec![100, 200, 300, 400]);
        assert_eq!(limiter.take(Instant::now(), 500), Slot::Full(300 + DAY));
    }

    #[test]
    fn a_server_that_wants_it_slower_gets_it_slower_and_then_faster_again() {
        let mut limiter = RateLimiter::new(&Pace::unlimited(), Vec::new());
        let now = Instant::now();
        assert_eq!(limiter.take(now, 0), Slot::Now);
        assert_eq!(limiter.slow(now), SLOW);
        assert_eq!(limiter.take(now, 0), Slot::In(SLOW));
        assert_eq!(limiter.slow(now), SLOW * 2);
        (0..20).for_each(|_| {
            limiter.slow(now);
        });
        assert_eq!(limiter.slow(now), SLOWEST);
        (0..100).for_each(|_| limiter.good());
        let later = now + SLOWEST * 2;
        assert_eq!(limiter.take(later, 0), Slot::Now);
        assert_eq!(limiter.take(later, 0), Slot::Now);
    }

    #[test]
    fn a_forecast_keeps_rate_and_quota() {
        let minute = pace(30, 60);
        assert_eq!(minute.forecast(1, &[], 0), [0]);
        assert_eq!(minute.forecast(400, &[], 0).last(), Some(&805));
        let quota = Pace { quota: Some(2), ..Pace::unlimited() };
        assert_eq!(quota.forecast(5, &[-10], 0), [0, DAY - 10, DAY, 2 * DAY - 10, 2 * DAY]);
        assert_eq!(Pace::unlimited().forecast(2, &[], 7), [7, 7]);
        assert!(quota.forecast(0, &[], 0).is_empty());
    }
}

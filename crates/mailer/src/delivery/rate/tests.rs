//! The pace over seconds, minutes and a day.

use super::*;

fn pace(messages: u32, seconds: u64) -> Pace {
    let rate = Rate { messages, per: Duration::from_secs(seconds) };
    Pace { rate: Some(rate), ..Pace::unlimited() }
}

/// When messages are sent, in microseconds, if the nth one is sent `late(n)` microseconds after it could be.
fn times(pace: &Pace, count: usize, late: impl Fn(usize) -> u64) -> Vec<u64> {
    let begin = Instant::now();
    let mut limiter = RateLimiter::new(pace, Vec::new());
    let mut now = begin;
    let mut times = Vec::new();
    while times.len() < count {
        match limiter.acquire(now, 0) {
            Permit::Granted => times.push(u64::try_from((now - begin).as_micros()).unwrap()),
            Permit::After(wait) => now += wait + Duration::from_micros(late(times.len())),
            Permit::QuotaUsedUp(_) => panic!("there is no quota"),
        }
    }
    times
}

/// Checks that a rate per minute is exceeded by at most 2 % in any ten seconds, and met within 3 % over the minute.
#[track_caller]
fn keeps_rate(a_minute: u32, late: impl Fn(usize) -> u64) {
    let asked = a_minute as usize;
    let times = times(&pace(a_minute, 60), asked * 3 / 2, late);
    for (at, from) in times.iter().enumerate() {
        // Times only increase.
        let within = times.partition_point(|to| *to < from + 10_000_000) - at;
        assert!(within * 600 <= asked * 102, "{within} in ten seconds, of {asked} a minute");
    }
    let minute = times.iter().take_while(|at| **at < 60_000_000).count();
    assert!((asked * 97..=asked * 103).contains(&(minute * 100)), "{minute} of {asked}");
}

#[test]
fn a_rate_is_kept_in_any_ten_seconds_and_over_a_minute() {
    for late in [|_| 0, |n: usize| (n as u64 * 7919) % 4_000, |n: usize| 900 * (n as u64 % 2)] {
        for a_minute in [30, 300, 840, 6_000, 30_000] {
            keeps_rate(a_minute, late);
        }
    }
}

#[test]
fn a_delay_is_not_followed_by_a_burst() {
    let stalled = times(&pace(10, 1), 60, |n| if n == 20 { 3_000_000 } else { 0 });
    for pair in stalled.windows(2) {
        assert!(pair[1] - pair[0] >= 50_000, "{pair:?}");
    }
}

#[test]
fn a_quota_counts_earlier_messages() {
    let pace = Pace { quota: Some(3), ..Pace::unlimited() };
    let now = 1_000_000;
    let mut limiter = RateLimiter::new(&pace, vec![now - DAY - 5, now - DAY + 10, now - 50]);
    let at = Instant::now();
    assert_eq!(limiter.acquire(at, now), Permit::Granted);
    assert_eq!(limiter.acquire(at, now), Permit::QuotaUsedUp(now + 10));
    limiter.refund();
    assert_eq!(limiter.acquire(at, now), Permit::Granted);
    assert_eq!(limiter.acquire(at, now + 9), Permit::QuotaUsedUp(now + 10));
    assert_eq!(limiter.acquire(at, now + 10), Permit::Granted);
    assert_eq!(limiter.acquire(at, now + 10), Permit::QuotaUsedUp(now + DAY - 50));
}

#[test]
fn an_exceeded_quota_waits_for_the_last_of_the_excess() {
    let pace = Pace { quota: Some(2), ..Pace::unlimited() };
    let mut limiter = RateLimiter::new(&pace, vec![100, 200, 300, 400]);
    assert_eq!(limiter.acquire(Instant::now(), 500), Permit::QuotaUsedUp(300 + DAY));
}

#[test]
fn a_back_off_grows_and_ends_after_accepted_messages() {
    let mut limiter = RateLimiter::new(&Pace::unlimited(), Vec::new());
    let now = Instant::now();
    assert_eq!(limiter.acquire(now, 0), Permit::Granted);
    assert_eq!(limiter.slow_down(now), FIRST_BACKOFF);
    assert_eq!(limiter.acquire(now, 0), Permit::After(FIRST_BACKOFF));
    assert_eq!(limiter.slow_down(now), FIRST_BACKOFF * 2);
    (0..20).for_each(|_| {
        limiter.slow_down(now);
    });
    assert_eq!(limiter.slow_down(now), LONGEST_BACKOFF);
    (0..100).for_each(|_| limiter.record_accepted());
    let later = now + LONGEST_BACKOFF * 2;
    assert_eq!(limiter.acquire(later, 0), Permit::Granted);
    assert_eq!(limiter.acquire(later, 0), Permit::Granted);
}

#[test]
fn a_forecast_keeps_rate_and_quota() {
    let minute = pace(30, 60);
    let forecast = |pace: &Pace, messages, sent: &[i64], now| -> Vec<i64> {
        pace.forecast(sent.to_vec(), now).take(messages).collect()
    };
    assert_eq!(forecast(&minute, 1, &[], 0), [0]);
    assert_eq!(forecast(&minute, 400, &[], 0).last(), Some(&805));
    let quota = Pace { quota: Some(2), ..Pace::unlimited() };
    assert_eq!(forecast(&quota, 5, &[-10], 0), [0, DAY - 10, DAY, 2 * DAY - 10, 2 * DAY]);
    // More were sent before the quota was lowered; the first of them is a day old.
    let sent = [-DAY, -30, -20, -10];
    assert_eq!(forecast(&quota, 3, &sent, 0), [DAY - 20, DAY - 10, 2 * DAY - 20]);
    assert_eq!(forecast(&Pace::unlimited(), 2, &[], 7), [7, 7]);
}

/// How many of these results lower the pace: `true` is an accepted message, `false` a reply that may ask for a slower one.
fn slowdowns(results: impl IntoIterator<Item = bool>) -> usize {
    let mut limiter = RateLimiter::new(&Pace::unlimited(), Vec::new());
    let mut count = 0;
    for accepted in results {
        if accepted {
            limiter.record_accepted();
        } else if limiter.suspect() {
            count += 1;
        }
    }
    count
}

#[test]
fn replies_that_may_ask_for_a_slower_pace_do_if_accepted_messages_do_not_make_up_for_them() {
    // Nothing is accepted: from the fifth reply on each one lowers the pace.
    assert_eq!(slowdowns([false; 4]), 0);
    assert_eq!(slowdowns([false; 5]), 1);
    assert_eq!(slowdowns([false; 20]), 16);
    // However many they were, accepted messages make up for the last five only.
    assert_eq!(slowdowns([false; 20].into_iter().chain([true; 5]).chain([false])), 16);
    // Four in a burst, again and again, among messages that make up for them.
    assert_eq!(slowdowns((0..10_000).map(|at| at % 25 > 3)), 0);
    // One of six: the others make up for it. One of five: not quite.
    assert_eq!(slowdowns((0..10_000).map(|at| at % 6 > 0)), 0);
    assert!(slowdowns((0..10_000).map(|at| at % 5 > 0)) > 300);
    // Many accepted messages are no credit for later: a server may get overloaded at any time.
    assert_eq!(slowdowns([true; 1000].into_iter().chain([false; 5])), 1);
}

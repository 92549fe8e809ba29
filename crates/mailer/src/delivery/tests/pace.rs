//! Rate and quota, with several connections and messages that are not accepted.

use std::time::Duration;

use shuttle::rand::{Rng as _, thread_rng};

use super::schedules::send;
use crate::delivery::testing::{Act, Script, World, address, explore, several};
use crate::delivery::{Pace, Rate};

/// Replies that end an attempt: none is followed by another one over the same permit.
const ACTS: [Act; 6] = [
    Act::Accept,
    Act::Accept,
    Act::ToRecipient("550 5.1.1 no such user"),
    Act::ToRecipient("450 4.2.1 try later"),
    Act::ToMessage("550 5.1.1 no such user"),
    Act::BreakAndKeep,
];

fn script(people: usize) -> Script {
    let mut random = thread_rng();
    let mut script = Script::default();
    for number in 0..people {
        script.acts.insert(address(number), [ACTS[random.gen_range(0..ACTS.len())]].into());
    }
    script
}

/// In 200 schedules.
#[test]
fn a_quota_is_never_exceeded_and_is_used_up() {
    explore(100, || {
        let mut random = thread_rng();
        let people = random.gen_range(2..=6);
        let quota = random.gen_range(1..=4);
        let pace = Pace { quota: Some(quota), ..several(random.gen_range(1..=3)) };
        let mut world = World::begin(people, pace, Duration::ZERO, script(people), None, None);
        let summary = send(&mut world).unwrap();
        World::script();
        let used = summary.delivered + summary.in_doubt.len();
        assert!(used <= quota as usize, "{used} of {quota}");
        if summary.later.is_some() {
            assert_eq!(used, quota as usize, "the run ended too early");
        } else if summary.stopped.is_none() {
            assert_eq!(summary.left, 0);
        }
    });
}

/// In 200 schedules.
#[test]
fn no_connection_sends_before_the_rate_allows_it() {
    explore(100, || {
        let people = thread_rng().gen_range(2..=6);
        let rate = Rate { messages: 2, per: Duration::from_secs(1) };
        let connections = thread_rng().gen_range(1..=3);
        let pace = Pace { rate: Some(rate), ..several(connections) };
        let wait = Duration::from_secs(60);
        let mut world = World::begin(people, pace, wait, script(people), None, None);
        send(&mut world).unwrap();
        for (number, sent) in (0..).zip(World::script().envelopes) {
            let earliest = rate.gap() * number;
            assert!(sent.since_reset() >= earliest, "{number} at {sent:?}, not {earliest:?}");
        }
    });
}

//! The order of the messages, and the configured rate and quota.

use std::time::{Duration, Instant};

use super::scenario::Scenario;
use super::script::Action::Reply;
use super::script::Trigger::{Command, EndOfData};

#[test]
fn messages_are_sent_in_roster_order_without_delays() {
    let started = Instant::now();
    for connections in [1, 4] {
        let outcome =
            Scenario::new(100).outbox(&format!("connections = {connections}")).send().succeeds();
        let to: Vec<&str> =
            outcome.messages().iter().map(|message| message.recipients[0].as_str()).collect();
        let roster: Vec<String> = (0..100).map(|at| format!("p{at}@example.org")).collect();
        assert!(connections > 1 || to == roster, "{to:?}");
    }
    // A connection worker that misses the signal for its next message waits for a minute.
    assert!(started.elapsed() < Duration::from_secs(45), "{:?}", started.elapsed());
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap())
}

/// How the rate at which the messages arrived differs from the configured one, if it does.
fn off_the_rate(times: &[Instant], asked: f64) -> Option<String> {
    for (first, from) in times.iter().enumerate() {
        for (last, to) in times.iter().enumerate().skip(first) {
            let window = (*to - *from).max(Duration::from_secs(2)).as_secs_f64();
            let messages = number(last - first + 1);
            // A window may contain a message at both of its ends, hence one more.
            if messages > asked * window * 1.02 + 1.0 {
                return Some(format!("{messages} messages in {window:.3} s"));
            }
        }
    }
    let gaps = times.len() - 1;
    let rate = number(gaps) / (times[gaps] - times[0]).as_secs_f64();
    let close = rate > asked * 0.97 && rate < asked * 1.03;
    (!close).then(|| format!("{rate:.2} messages a second"))
}

#[test]
fn the_configured_rate_is_kept() {
    // On a busy machine messages are late, and the following ones seem early: hence several tries.
    let mut wrong = Vec::new();
    for _ in 0..3 {
        let outcome =
            Scenario::new(100).outbox("rate = \"20/s\"\nconnections = 2").send().succeeds();
        let times: Vec<Instant> =
            outcome.messages().iter().map(|message| message.received_at).collect();
        match off_the_rate(&times, 20.0) {
            Some(difference) => wrong.push(difference),
            None => return,
        }
    }
    panic!("not 20 a second: {wrong:?}");
}

#[test]
fn the_configured_quota_is_kept_across_runs() {
    let outcome = Scenario::new(8).outbox("quota = \"5/day\"").send().exits(4).received(5);
    let outcome = outcome
        .states_are("accepted accepted accepted accepted accepted due due due")
        .stderr_contains(
            "warning: 3 messages still to be sent; the configured pace allows the next one at ",
        )
        .stderr_contains("hint: run the command again from then on");
    // Another run on the same day sends nothing.
    let run = outcome.folder.run(["send", "--yes", "--wait", "0", "-q"]).exits(4);
    assert!(run.stderr.starts_with("warning: 3 messages still to be sent"), "{}", run.stderr);
    assert_eq!(outcome.server.messages().len(), 5);
    // A day later the rest is sent.
    let sql = "UPDATE message SET updated = updated - 86400, stamp = stamp - 86400";
    outcome.folder.ledger().execute(sql, []).unwrap();
    outcome.resumes();
}

#[test]
fn refused_recipients_do_not_count_towards_the_quota() {
    Scenario::new(8)
        .outbox("quota = \"5/day\"")
        .once(Command("RCPT TO:<p0@"), [Reply("550 5.1.1 no such user")])
        .once(Command("RCPT TO:<p2@"), [Reply("450 4.2.0 later")])
        .once(EndOfData("p3@"), [Reply("550 5.1.1 no such user")])
        .send()
        .exits(4)
        .states_are("refused accepted deferred refused accepted accepted accepted accepted")
        .received(6);
}

//! The order of the messages, and the configured rate and quota.

use std::time::{Duration, Instant};

use super::scenario::Scenario;
use super::script::Action::Reply;
use super::script::Trigger::{Command, EndOfData};

#[test]
fn messages_are_sent_in_roster_order() {
    for connections in [1, 4] {
        let outcome =
            Scenario::new(100).outbox(&format!("connections = {connections}")).send().succeeds();
        let to: Vec<&str> =
            outcome.messages().iter().map(|message| message.recipients[0].as_str()).collect();
        let roster: Vec<String> = (0..100).map(|at| format!("p{at}@example.org")).collect();
        assert!(connections > 1 || to == roster, "{to:?}");
    }
}

#[test]
fn the_configured_rate_is_not_exceeded() {
    // How evenly messages are spaced is a unit test of the limiter, with times of its own. Here, a busy machine may delay
    // any message; what holds on every machine is how early one may arrive, counted from before the program started.
    let gap = Duration::from_millis(1000 / 20);
    // A late message may be made up for by this much.
    let burst = Duration::from_millis(50);
    let started = Instant::now();
    let outcome = Scenario::new(100).outbox("rate = \"20/s\"\nconnections = 2").send().succeeds();
    let mut times: Vec<Duration> = outcome
        .messages()
        .iter()
        .map(|message| message.received_at.duration_since(started))
        .collect();
    times.sort_unstable();
    assert_eq!(times.len(), 100);
    for (earlier, time) in (0..).zip(&times) {
        assert!(*time + burst >= gap * earlier, "message {earlier} arrived after {time:?}");
    }
}

#[test]
fn the_configured_quota_is_kept_across_runs() {
    let outcome = Scenario::new(8).outbox("quota = \"5/day\"").send().exits(4).received(5);
    let outcome = outcome
        .states_are("accepted accepted accepted accepted accepted due due due")
        .stderr_contains(
            "warning: 3 messages still to be sent; `rate` or `quota` allows the next one at ",
        )
        .stderr_contains("hint: run the command again after that time");
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

#[test]
fn a_run_that_uses_up_the_quota_exactly_is_complete() {
    let outcome = Scenario::new(5).outbox("quota = \"5/day\"").send().succeeds().stderr_is_empty();
    // One that has waited for the quota, too: the messages of the first run are a day old within seconds.
    let mut roster = outcome.folder.read("people.csv");
    roster.push_str("p5@example.org,Somebody\np6@example.org,Somebody\n");
    outcome.folder.write("people.csv", roster);
    let sql = "UPDATE message SET updated = updated - 86397, stamp = stamp - 86397";
    outcome.folder.ledger().execute(sql, []).unwrap();
    let run = outcome.folder.run(["send", "--yes", "--wait", "1m", "-q"]).exits(0);
    assert_eq!(run.stderr, "");
    assert_eq!(outcome.server.messages().len(), 7);
}

//! A server that is down for a while, a full disk, and an interrupted run.

use super::scenario::Scenario;
use super::script::Action::{GoDown, Hang, Pause, Reply};
use super::script::Trigger::{Command, EndOfData};

#[test]
fn an_outage_is_waited_for_as_long_as_wait_allows() {
    // Before the message is handed over, so that nothing is in doubt.
    Scenario::new(4)
        .wait("1m")
        .once(Command("RCPT TO:<p1@"), [GoDown(3000)])
        .send()
        .succeeds()
        .stderr_is_empty()
        .resumes();
    // With `--wait 0` the run does not wait for the server.
    Scenario::new(3)
        .once(Command("RCPT TO:<p1@"), [GoDown(1500)])
        .send()
        .stops_with(2, "cannot connect to {at}: Connection refused")
        .states_are("accepted due due");
    // An outage that breaks several connections is one event.
    Scenario::new(8)
        .outbox("connections = 3")
        .wait("1m")
        .once(Command("RCPT TO:<p5@"), [GoDown(1500)])
        .send()
        .counts_are([("due", 0), ("refused", 0), ("deferred", 0)])
        .resumes();
}

#[test]
fn a_full_disk_under_the_ledger_leaves_at_most_one_message_in_doubt() {
    let mut partial = 0;
    for kib in [100, 200, 300] {
        let outcome = Scenario::new(60).send_with_file_size_limit(kib);
        let sent = outcome.messages().len();
        if sent < 60 {
            partial += usize::from(sent > 0);
            let outcome = outcome.exits(1).counts_are([("refused", 0), ("deferred", 0)]);
            assert!(outcome.stderr().starts_with("error: the "), "{outcome}");
            let doubts = outcome.count("sending") + outcome.count("in_doubt");
            assert!(doubts <= 1, "at most one message was being handed over\n{outcome}");
            outcome.resumes();
        }
    }
    assert!(partial > 0, "no run filled the disk after it had sent a message");
}

#[test]
fn an_interrupt_ends_a_run_that_waits_for_the_server() {
    Scenario::new(2)
        .once(Command("RCPT"), [Hang])
        .send_and_interrupt_after("RCPT")
        .exits(130)
        .stderr_contains("interrupted: 2 messages not sent; run the command again")
        .all_are("due")
        .received(0)
        .resumes();
}

#[test]
fn an_interrupt_waits_for_the_message_in_flight() {
    // The run waits for the reply to the message that is being handed over.
    Scenario::new(3)
        .once(EndOfData("p0@"), [Pause(800), Reply("250 2.0.0 taken")])
        .send_and_interrupt_after("(message)")
        .exits(130)
        .stderr_contains("interrupted: 2 messages not sent; run the command again")
        .states_are("accepted due due")
        .received(1)
        .connections(1)
        .resumes();
}

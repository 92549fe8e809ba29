//! A server that is down for a while, a full disk, and an interrupted run.

use super::scenario::Scenario;
use super::script::Action::{Close, GoDown, Hang, Pause, Reply, Reset, Together};
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
    Scenario::new(30)
        .outbox("connections = 8")
        .wait("1m")
        .once(Command("RCPT TO:<p15@"), [GoDown(1500)])
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
            // SQLite's word for a file that reached its limit.
            assert!(outcome.stderr().contains("cause: disk I/O error"), "{outcome}");
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

#[test]
fn connections_that_break_together_are_one_outage() {
    // Eight connections are sending when the server closes them all. Three such events would stop the run.
    for end in [Close, Reset] {
        Scenario::new(24)
            .outbox("connections = 8")
            .once(Command("MAIL"), [Reply("250 ok")])
            .times(8, Command("MAIL"), [Together(8), end])
            .send()
            .succeeds()
            .stderr_is_empty();
    }
    // The server says so, and it is one closing: five would lower the pace.
    let outcome = Scenario::new(10)
        .outbox("connections = 8")
        .verbose()
        .once(Command("MAIL"), [Reply("250 ok")])
        .times(8, Command("MAIL"), [Together(8), Reply("421 4.3.2 shutting down"), Close])
        .send()
        .succeeds();
    assert!(!outcome.stderr().contains("one message every"), "{outcome}");
}

#[test]
fn a_message_that_is_answered_with_421_waits_as_long_as_wait_allows() {
    // A connection that breaks without a word may break because of the message; here the server says that it is busy.
    Scenario::new(2)
        .wait("1m")
        .times(3, Command("MAIL"), [Reply("421 4.3.2 too busy, try again later"), Close])
        .send()
        .succeeds()
        .connections(4);
}

#[test]
fn a_restart_after_the_final_dot_is_one_doubt() {
    // The server ends when four messages have arrived and none is confirmed. It is back at once.
    let outcome = Scenario::new(20)
        .outbox("connections = 4")
        .once(EndOfData("p0@"), [Reply("250 taken")])
        .times(4, EndOfData(""), [Together(4), Close])
        .send()
        .exits(4)
        .counts_are([("in_doubt", 4), ("accepted", 16)]);
    outcome.resumes().resends_in_doubt().all_are("accepted");
}

#[test]
fn a_server_that_never_confirms_stops_the_run_after_three_events() {
    Scenario::new(6)
        .always(EndOfData(""), [Close])
        .send()
        .stops_with(3, "the server receives messages but does not confirm them: ")
        .states_are("in_doubt in_doubt in_doubt due due due");
    // The messages that are under way together count once.
    let outcome = Scenario::new(30)
        .outbox("connections = 4")
        .once(EndOfData("p0@"), [Reply("250 taken")])
        .times(4, EndOfData(""), [Together(4), Close])
        .always(EndOfData(""), [Close])
        .send()
        .stderr_contains("the server receives messages but does not confirm them: ")
        .exits(1);
    outcome.counts_are([("accepted", 1), ("in_doubt", 6), ("due", 23)]);
}

#[test]
fn a_sender_that_is_unknown_for_the_moment_stops_the_run_for_three_people_in_a_row() {
    let unknown = "450 4.1.8 <events@example.org>: Sender address rejected: Domain not found";
    for command in ["MAIL", "RCPT"] {
        Scenario::new(10)
            .always(Command(command), [Reply(unknown)])
            .send()
            .stops_with(7, unknown)
            .stderr_contains("hint: check `from` under [mail]: its domain must exist")
            .counts_are([("deferred", 3), ("due", 7)])
            .received(0)
            .resumes();
    }
    // Somebody is accepted in between.
    Scenario::new(6)
        .once(Command("RCPT TO:<p0@"), [Reply(unknown)])
        .once(Command("RCPT TO:<p1@"), [Reply(unknown)])
        .once(Command("RCPT TO:<p3@"), [Reply(unknown)])
        .send()
        .exits(4)
        .states_are("deferred deferred accepted deferred accepted accepted")
        .resumes_with_deferred()
        .all_are("accepted");
    // Greylisting is about recipients.
    Scenario::new(6)
        .always(Command("RCPT"), [Reply("450 4.2.0 greylisted")])
        .send()
        .exits(4)
        .all_are("deferred");
}

//! Envelope and message in one flight (CHUNKING): what a fault means for the message is different, because the message
//! has left before the first reply. `outbox::smtp::tests` has the same faults for a single session.

use super::scenario::Scenario;
use super::script::Action::{Close, Hang, Pause, Read, Reply, Reset};
use super::script::Trigger::{Body, Command, EndOfData};

#[test]
fn chunking_sends_the_message_with_its_envelope() {
    Scenario::new(3).with_chunking().send().succeeds().connections(1).commands("BDAT", 3);
    Scenario::new(3)
        .with_chunking()
        .outbox("chunking = false")
        .send()
        .succeeds()
        .commands("BDAT", 0)
        .commands("DATA", 3);
    // BDAT would save nothing here.
    Scenario::new(2).extensions(["CHUNKING", "8BITMIME"]).send().succeeds().commands("BDAT", 0);
}

#[test]
fn a_refused_recipient_of_a_flight_costs_no_connection() {
    for answer in ["554 5.5.1 no valid recipients", "250 2.0.0 ok"] {
        Scenario::new(4)
            .with_chunking()
            .once(Command("RCPT TO:<p1@"), [Reply("550 5.1.1 no such user")])
            .once(Command("RCPT TO:<p2@"), [Reply("450 4.2.0 greylisted")])
            .times(2, EndOfData("nobody"), [Reply(answer)])
            .send()
            .exits(4)
            .states_are("accepted refused deferred accepted")
            .received(2)
            .connections(1)
            .commands("RSET", 2)
            .resumes()
            .resumes_with_deferred();
    }
}

#[test]
fn a_refused_sender_of_a_flight_stops_the_run() {
    let reply = "550 5.1.8 sender address rejected: domain not found";
    Scenario::new(2)
        .with_chunking()
        .always(Command("MAIL"), [Reply(reply)])
        .send()
        .stops_with(2, reply)
        .all_are("due")
        .received(0)
        .commands("MAIL", 1)
        .resumes();
}

#[test]
fn replies_to_a_flight_mean_what_they_mean_after_data() {
    Scenario::new(5)
        .with_chunking()
        .once(EndOfData("p0@"), [Reply("550 5.1.1 no such user")])
        .once(EndOfData("p1@"), [Reply("552 5.2.2 mailbox full")])
        .once(EndOfData("p2@"), [Reply("452 4.2.2 mailbox full")])
        .once(EndOfData("p3@"), [Reply("421 4.3.2 shutting down"), Close])
        .send()
        .exits(4)
        .states_are("refused refused deferred accepted accepted")
        .connections(2)
        .resumes()
        .resumes_with_deferred();
}

/// Until the last octet arrives, nobody can tell how much of the flight the server has.
#[test]
fn a_connection_that_breaks_in_a_flight_leaves_its_message_in_doubt() {
    for (trigger, break_it) in [
        (Command("MAIL FROM:<events@example.org> SIZE"), [Pause(0), Close]),
        (Body("p1@"), [Pause(0), Close]),
        (Body("p1@"), [Read(500), Reset]),
        (EndOfData("p1@"), [Pause(0), Close]),
    ] {
        let scenario = Scenario::new(3).with_chunking();
        let is_unanswered = matches!(trigger, Command(_));
        // The first message gets through.
        let scenario = match trigger {
            Command(_) => scenario.once(trigger, [Reply("250 ok")]).once(trigger, break_it),
            _ => scenario.once(trigger, break_it),
        };
        scenario
            .send()
            .exits(4)
            .stderr_contains("warning: it is unknown whether the message to p1@example.org arrived")
            .states_are("accepted in_doubt accepted")
            .connections(2)
            // Without any reply, the size of the flight may be the cause.
            .commands("DATA", usize::from(is_unanswered))
            .resumes()
            .resends_in_doubt()
            .all_are("accepted");
    }
}

#[test]
fn a_server_that_offers_chunking_and_does_not_know_it_gets_data() {
    for reply in ["500 5.5.1 command unrecognized", "502 not implemented", "503 5.5.1 what?"] {
        Scenario::new(4)
            .with_chunking()
            .always(Command("BDAT"), [Reply(reply)])
            .verbose()
            .send()
            .succeeds()
            .connections(2)
            .commands("BDAT", 1)
            .stderr_contains(&format!(
                "the server offers CHUNKING but does not accept it ({reply})"
            ))
            .stderr_contains("chunking = false under [outbox]");
    }
}

#[test]
fn a_server_that_never_answers_a_flight_puts_one_message_in_doubt() {
    Scenario::new(3)
        .with_chunking()
        .outbox("timeouts = { command = \"2s\" }")
        .once(Command("MAIL"), [Hang])
        .send()
        .exits(4)
        .states_are("in_doubt accepted accepted")
        .commands("BDAT", 0)
        .commands("DATA", 2)
        .connections(2)
        .resumes();
}

#[test]
fn an_interrupt_waits_for_the_end_of_a_flight() {
    Scenario::new(3)
        .with_chunking()
        .once(EndOfData("p0@"), [Pause(500), Reply("250 2.0.0 taken")])
        .send_and_interrupt_after("(message)")
        .exits(130)
        .states_are("accepted due due")
        .resumes();
}

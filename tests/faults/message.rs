//! From 354 to the reply to the final dot. A fault in between leaves the message in doubt, because the client writes
//! the body and the final dot together.

use super::scenario::Scenario;
use super::script::Action::{
    self, Close, Hang, Pause, Read, Repeat, Reply, Reset, Together, Write,
};
use super::script::Trigger::{self, Body, Command, EndOfData};

/// Injects a fault after which the client cannot know whether the message was accepted.
#[track_caller]
fn leaves_in_doubt<const N: usize>(
    scenario: Scenario,
    trigger: Trigger,
    actions: [Action; N],
    reason: &str,
) {
    scenario
        .once(trigger, actions)
        .send()
        .exits(4)
        .stderr_contains(&format!(
            "warning: it is unknown whether the message to p1@example.org arrived: {reason}"
        ))
        .stderr_contains("hint: if it arrived, or the meeting is over, run `meetmint settle --sent --only p1@example.org`; otherwise, `meetmint settle --resend --only p1@example.org`\n")
        .states_are("accepted in_doubt accepted")
        .connections(2)
        .resumes()
        .resends_in_doubt()
        .all_are("accepted")
        .resumes();
}

#[test]
fn a_close_before_the_body_leaves_a_message_in_doubt() {
    leaves_in_doubt(Scenario::new(3), Body("p1@"), [Close], "the connection was closed");
}

#[test]
fn a_reset_before_the_body_leaves_a_message_in_doubt() {
    leaves_in_doubt(Scenario::new(3), Body("p1@"), [Read(1), Reset], "the ");
}

#[test]
fn a_close_within_the_body_leaves_a_message_in_doubt() {
    leaves_in_doubt(Scenario::new(3), Body("p1@"), [Read(500), Close], "the connection was closed");
}

#[test]
fn a_reset_within_the_body_leaves_a_message_in_doubt() {
    leaves_in_doubt(Scenario::new(3), Body("p1@"), [Read(500), Reset], "the ");
}

#[test]
fn a_close_after_the_final_dot_leaves_a_message_in_doubt() {
    leaves_in_doubt(Scenario::new(3), EndOfData("p1@"), [Close], "the connection was closed");
}

#[test]
fn a_reset_after_the_final_dot_leaves_a_message_in_doubt() {
    leaves_in_doubt(Scenario::new(3), EndOfData("p1@"), [Reset], "the ");
}

#[test]
fn a_missing_reply_to_the_final_dot_leaves_a_message_in_doubt() {
    let scenario = Scenario::new(3).outbox("timeouts = { final = \"1s\" }");
    leaves_in_doubt(scenario, EndOfData("p1@"), [Hang], "timed out after 1s");
}

#[test]
fn an_incomplete_reply_to_the_final_dot_leaves_a_message_in_doubt() {
    let scenario = Scenario::new(3).outbox("timeouts = { final = \"1s\" }");
    leaves_in_doubt(
        scenario,
        EndOfData("p1@"),
        [Write(b"250-2.0.0 tak"), Hang],
        "timed out after 1s",
    );
    leaves_in_doubt(
        Scenario::new(3),
        EndOfData("p1@"),
        [Write(b"250 2.0.0"), Close],
        "the connection was closed",
    );
}

#[test]
fn an_invalid_reply_to_the_final_dot_leaves_a_message_in_doubt() {
    let reason = "`taken` is not an SMTP reply";
    leaves_in_doubt(Scenario::new(3), EndOfData("p1@"), [Reply("taken")], reason);
    let reason = "unexpected reply from the server: 354 go on";
    leaves_in_doubt(Scenario::new(3), EndOfData("p1@"), [Reply("354 go on")], reason);
    let reason = "the reply is longer than 4096 octets";
    leaves_in_doubt(
        Scenario::new(3),
        EndOfData("p1@"),
        [Repeat("250 and so on ", 1000), Hang],
        reason,
    );
}

#[test]
fn a_reply_to_the_final_dot_in_several_packets_is_understood() {
    let pieces = [
        Write(b"2"),
        Pause(30),
        Write(b"50-2.0.0 ta"),
        Pause(30),
        Write(b"ken\r\n250 ok"),
        Pause(30),
        Write(b"\r"),
        Pause(30),
        Write(b"\n"),
    ];
    Scenario::new(2).always(EndOfData(""), pieces).send().succeeds().connections(1);
}

#[test]
fn a_surplus_reply_to_the_final_dot_opens_a_new_connection() {
    for scenario in [Scenario::new(3), Scenario::new(3).without_pipelining()] {
        scenario
            .clone()
            .once(EndOfData("p0@"), [Write(b"250 taken\r\n250 taken\r\n")])
            .send()
            .succeeds()
            .stderr_is_empty()
            .connections(2);
        // A client that pipelines could take the surplus replies for those to the next message.
        scenario
            .once(
                EndOfData("p0@"),
                [Reply("250 taken"), Pause(50), Write(b"250 a\r\n250 b\r\n354 c\r\n250 d\r\n")],
            )
            .once(Command("MAIL FROM:<events@example.org> SIZE=9"), [Hang])
            .send()
            .succeeds();
    }
}

#[test]
fn a_connection_lost_between_messages_is_replaced() {
    for end in [Close, Reset] {
        Scenario::new(3)
            .once(EndOfData("p0@"), [Reply("250 2.0.0 taken"), Pause(50), end])
            .send()
            .succeeds()
            .stderr_is_empty()
            .connections(2);
    }
}

#[test]
fn a_message_refused_with_421_is_sent_over_another_connection() {
    // 421 means that the message was not accepted (RFC 5321 §3.8), so it is sent over another connection.
    Scenario::new(3)
        .once(EndOfData("p1@"), [Reply("421 4.3.2 shutting down"), Close])
        .send()
        .exits(0)
        .all_are("accepted")
        .received(4)
        .connections(2);
}

#[test]
fn an_exhausted_provider_quota_stops_the_run() {
    for reply in [
        "550 5.4.5 Daily user sending quota exceeded. https://support.example.com/mail/?p=DailyLimit - gsmtp",
        "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException; Failed to process message",
    ] {
        Scenario::new(3)
            .once(EndOfData("p1@"), [Reply(reply)])
            .send()
            .stops_with(2, reply)
            .stderr_contains("the account has reached its sending limit")
            .stderr_contains(" (try again after ")
            .states_are("accepted due due")
            .received(2)
            .resumes();
    }
    Scenario::new(2)
        .always(
            Command("MAIL"),
            [Reply("454 4.7.0 Throttling failure: Daily message quota exceeded.")],
        )
        .send()
        .stops_with(2, "454 4.7.0 Throttling failure: Daily message quota exceeded.")
        .all_are("due")
        .received(0)
        .resumes();
}

#[test]
fn replies_to_a_message_can_concern_a_single_recipient() {
    Scenario::new(5)
        .once(EndOfData("p0@"), [Reply("550 5.1.1 no such user")])
        .once(EndOfData("p1@"), [Reply("552 5.2.2 mailbox full")])
        .once(EndOfData("p2@"), [Reply("452 4.2.2 mailbox full")])
        .once(EndOfData("p3@"), [Reply("451 4.3.0 queue file write error")])
        .send()
        .exits(4)
        .states_are("refused refused deferred deferred accepted")
        .received(5)
        .connections(1)
        .resumes()
        .resumes_with_deferred();
}

#[test]
fn a_message_rejected_as_too_big_after_its_body_stops_the_run() {
    Scenario::new(2)
        .always(EndOfData(""), [Reply("552 5.3.4 message too big")])
        .send()
        .stops_with(2, "552 5.3.4 message too big")
        .stderr_contains("use a server that accepts larger messages, or shorten the templates")
        .all_are("due")
        .received(1)
        .resumes();
}

#[test]
fn a_432_reply_to_a_message_defers_its_recipient() {
    Scenario::new(4)
        .outbox("connections = 2")
        // After the first message, both connections have one before either goes on.
        .once(Command("MAIL"), [Reply("250 ok")])
        .times(2, Command("MAIL"), [Together(2), Reply("250 ok")])
        .on_connection(
            2,
            EndOfData(""),
            [Reply("432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded")],
        )
        .send()
        .exits(4)
        .counts_are([("accepted", 3), ("deferred", 1)])
        .connections(2)
        .resumes()
        .resumes_with_deferred()
        .all_are("accepted");
}

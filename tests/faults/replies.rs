//! Replies before the message that are split, combined, surplus, invalid or missing.

use super::scenario::Scenario;
use super::script::Action::{self, Close, Expect, Hang, Pause, Repeat, Reply, Reset, Write};
use super::script::Trigger::{Command, EndOfData};

#[test]
fn several_replies_in_one_packet_are_understood() {
    let all = [Expect("RCPT"), Expect("DATA"), Write(b"250 ok\r\n250 ok\r\n354 go on\r\n")];
    Scenario::new(2).always(Command("MAIL"), all).send().succeeds().connections(1);
    // The same with a refused recipient.
    Scenario::new(2)
        .once(
            Command("MAIL"),
            [
                Expect("RCPT"),
                Expect("DATA"),
                Write(b"250 ok\r\n550 5.1.1 no\r\n554 5.5.1 nobody\r\n"),
            ],
        )
        .send()
        .exits(4)
        .states_are("refused accepted")
        .received(1)
        .connections(1)
        .resumes();
}

#[test]
fn replies_in_several_packets_are_understood() {
    let pieces = [
        Write(b"25"),
        Pause(30),
        Write(b"0-2.1.0 well\r\n250-"),
        Pause(30),
        Write(b"2.1.0 very"),
        Pause(30),
        Write(b"\r\n250 2.1.0 well\r"),
        Pause(30),
        Write(b"\n"),
    ];
    for scenario in [Scenario::new(2), Scenario::new(2).without_pipelining()] {
        scenario
            .always(Command("MAIL"), pieces)
            .always(Command("RCPT"), pieces)
            .always(Command("DATA"), [Write(b"354-go\r\n35"), Pause(30), Write(b"4 on\r\n")])
            .always(EndOfData(""), pieces)
            .send()
            .succeeds()
            .connections(1);
    }
}

#[test]
fn a_multiline_refusal_is_printed_as_one_line() {
    Scenario::new(2)
        .once(
            Command("RCPT TO:<p0@"),
            [Write(b"550-5.1.1 The email account that you tried to reach does not exist.\r\n550-5.1.1 Please try\r\n550 5.1.1 again\r\n")],
        )
        .send()
        .exits(4)
        .stderr_contains("p0@example.org was refused: 550 5.1.1 The email account that you tried to reach does not exist. Please try again\n")
        .states_are("refused accepted")
        .connections(1);
}

#[test]
fn a_refusal_that_is_not_utf8_is_printed_without_control_characters() {
    Scenario::new(2)
        .once(Command("RCPT TO:<p0@"), [Write(b"550 5.1.1 bo\xeete inconnue \x1b[31m\x07\r\n")])
        .send()
        .exits(4)
        .stderr_contains("p0@example.org was refused: 550 5.1.1 bo\u{fffd}te inconnue [31m\n")
        .states_are("refused accepted")
        .connections(1)
        .resumes();
}

/// Injects a fault other than a proper reply at each command: the run survives it once, and stops if it is repeated.
#[track_caller]
fn assert_retried_then_stopped<const N: usize>(actions: [Action; N], reason: &str) {
    for command in ["MAIL", "RCPT", "DATA"] {
        for (scenario, without_pipelining) in
            [(Scenario::new(2), false), (Scenario::new(2).without_pipelining(), true)]
        {
            let scenario = scenario.outbox("timeouts = { command = \"1s\", data = \"1s\" }");
            scenario
                .clone()
                .once(Command(command), actions)
                .send()
                .succeeds()
                .stderr_is_empty()
                .connections(2);
            if without_pipelining || command == "DATA" {
                scenario
                    .always(Command(command), actions)
                    .send()
                    .stops_with(2, reason)
                    .all_are("due")
                    .received(0)
                    .connections(3)
                    .resumes();
            }
        }
    }
}

#[test]
fn a_repeated_reset_before_the_message_stops_the_run() {
    assert_retried_then_stopped([Reset], "the ");
}

#[test]
fn a_repeated_close_before_the_message_stops_the_run() {
    assert_retried_then_stopped([Close], "the connection was closed");
}

#[test]
fn a_single_missing_reply_is_retried_on_a_new_connection() {
    for command in ["MAIL", "RCPT", "DATA"] {
        Scenario::new(2)
            .outbox("timeouts = { command = \"1s\", data = \"1s\" }")
            .once(Command(command), [Hang])
            .send()
            .succeeds()
            .connections(2);
    }
}

#[test]
fn repeated_missing_replies_stop_the_run() {
    Scenario::new(2)
        .outbox("timeouts = { command = \"1s\" }")
        .always(Command("RCPT"), [Hang])
        .send()
        .stops_with(2, "timed out after 1s")
        .all_are("due")
        .connections(3)
        .resumes();
}

#[test]
fn a_repeated_invalid_reply_before_the_message_stops_the_run() {
    assert_retried_then_stopped([Reply("ok, go on")], "`ok, go on` is not an SMTP reply");
}

#[test]
fn a_repeated_endless_reply_before_the_message_stops_the_run() {
    assert_retried_then_stopped(
        [Repeat("250 and so on ", 1000), Hang],
        "the reply is longer than 4096 octets",
    );
}

#[test]
fn a_surplus_reply_is_not_taken_for_the_next_one() {
    // Without PIPELINING the surplus reply is noticed before the next command is sent.
    Scenario::new(2)
        .without_pipelining()
        .once(Command("MAIL"), [Write(b"250 ok\r\n250 ok\r\n")])
        .send()
        .succeeds()
        .stderr_is_empty()
        .connections(2);
    // With PIPELINING the replies are shifted by one. At DATA anything but 354 is unexpected.
    Scenario::new(2)
        .always(Command("MAIL"), [Write(b"250 ok\r\n250 ok\r\n")])
        .send()
        .stops_with(2, "unexpected reply from the server: 250 2.1.5 ok")
        .all_are("due")
        .received(0)
        .resumes();
    // A surplus reply to one transaction is not taken for a reply to the next.
    Scenario::new(3)
        .once(
            Command("RCPT TO:<p0@"),
            [Write(b"550 5.1.1 no such user\r\n550 5.1.1 no such user\r\n")],
        )
        .send()
        .exits(4)
        .states_are("refused accepted accepted")
        .resumes();
}

#[test]
fn a_reply_with_an_unexpected_code_is_retried_on_a_new_connection() {
    for scenario in [
        Scenario::new(2).once(Command("MAIL"), [Reply("354 go on")]),
        Scenario::new(2).without_pipelining().once(Command("RCPT"), [Reply("354 go on")]),
        Scenario::new(2).once(Command("DATA"), [Reply("250 ok")]),
        Scenario::new(2).without_pipelining().once(Command("DATA"), [Reply("220 hello")]),
    ] {
        scenario.send().succeeds().stderr_is_empty().connections(2);
    }
    Scenario::new(2)
        .always(Command("DATA"), [Reply("250 ok")])
        .send()
        .stops_with(2, "unexpected reply from the server: 250 ok")
        .all_are("due")
        .received(0)
        .connections(3)
        .resumes();
}

//! Connecting, the greeting and EHLO.

use super::scenario::Scenario;
use super::script::Action::{Close, Hang, Pause, Repeat, Reply, Reset, Write};
use super::script::Trigger::{Command, EndOfData, Greeting};

#[test]
fn every_message_is_accepted_by_a_server_without_faults() {
    Scenario::new(3)
        .send()
        .succeeds()
        .stderr_is_empty()
        .connections(1)
        .commands("QUIT", 1)
        .resumes();
}

#[test]
fn a_refused_connection_stops_the_run() {
    // An address that never accepted a connection is more likely wrong than its server down, so the run does not wait.
    Scenario::new(2)
        .not_listening()
        .wait("1m")
        .send()
        .stops_with(2, "cannot connect to {at}: Connection refused")
        .stderr_contains("check `host` and `port` under [outbox]")
        .all_are("due");
}

#[test]
fn a_554_greeting_stops_the_run() {
    Scenario::new(2)
        .always(Greeting, [Reply("554 5.7.1 no mail from you")])
        .send()
        .stops_with(2, "{at} does not accept mail: 554 5.7.1 no mail from you")
        .all_are("due")
        .connections(1)
        .commands("", 0)
        .resumes();
}

#[test]
fn a_missing_greeting_times_out() {
    Scenario::new(2)
        .outbox("timeouts = { greeting = \"1s\" }")
        .always(Greeting, [Hang])
        .send()
        .stops_with(2, "the connection to {at} broke: timed out after 1s")
        .all_are("due")
        .connections(1)
        .resumes();
}

#[test]
fn a_multiline_greeting_in_several_packets_is_understood() {
    let pieces = [
        Write(b"2"),
        Pause(30),
        Write(b"20-mx.example.org\r\n220-wel"),
        Pause(30),
        Write(b"come\r\n220 \r\n"),
    ];
    Scenario::new(1).always(Greeting, pieces).send().succeeds();
}

#[test]
fn a_server_that_does_not_speak_smtp_stops_the_run() {
    Scenario::new(2)
        .always(Greeting, [Reply("HTTP/1.1 400 Bad Request"), Close])
        .send()
        .stops_with(
            2,
            "the connection to {at} broke: `HTTP/1.1 400 Bad Request` is not an SMTP reply",
        )
        .all_are("due")
        .connections(1)
        .resumes();
}

#[test]
fn an_endless_greeting_stops_the_run() {
    Scenario::new(2)
        .always(Greeting, [Repeat("220 and so on ", 1000), Hang])
        .send()
        .stops_with(2, "the connection to {at} broke: the reply is longer than 4096 octets")
        .all_are("due")
        .connections(1)
        .resumes();
}

#[test]
fn a_single_421_greeting_is_retried() {
    Scenario::new(2)
        .once(Greeting, [Reply("421 4.3.2 too busy"), Close])
        .send()
        .succeeds()
        .stderr_is_empty()
        .connections(2);
}

#[test]
fn repeated_421_greetings_stop_the_run() {
    Scenario::new(2)
        .always(Greeting, [Reply("421 4.3.2 too busy"), Close])
        .send()
        .stops_with(2, "{at} does not accept mail at the moment: 421 4.3.2 too busy")
        .all_are("due")
        .connections(3)
        .resumes();
}

#[test]
fn a_reset_before_the_first_greeting_stops_the_run() {
    // The reset may arrive before or after `connect` returns, so the message has one of two forms.
    Scenario::new(2)
        .always(Greeting, [Reset])
        .send()
        .stops_with(2, "")
        .stderr_contains("{at}")
        .all_are("due")
        .connections(1)
        .resumes();
}

#[test]
fn a_close_before_the_first_greeting_stops_the_run() {
    Scenario::new(2)
        .always(Greeting, [Close])
        .send()
        .stops_with(2, "the connection to {at} broke: the connection was closed")
        .all_are("due")
        .connections(1)
        .resumes();
}

#[test]
fn three_failures_in_a_row_on_later_connections_stop_the_run() {
    // After a successful connection further attempts are made.
    Scenario::new(3)
        .outbox("per_connection = 1")
        .on_connection(2, Greeting, [Reset])
        .send()
        .succeeds()
        .stderr_is_empty()
        .connections(4);
    Scenario::new(3)
        .outbox("per_connection = 1")
        .on_connection(2, Greeting, [Reset])
        .on_connection(3, Greeting, [Close])
        .on_connection(4, Command("EHLO"), [Reset])
        .send()
        .stops_with(2, "the connection to {at} broke: ")
        .states_are("accepted due due")
        .connections(4)
        .resumes();
}

#[test]
fn ehlo_gives_the_name_of_this_machine() {
    for name in ["host.example.net", "[192.0.2.1]"] {
        Scenario::new(1)
            .outbox(&format!("hello = \"{name}\""))
            .send()
            .succeeds()
            .commands(&format!("EHLO {name}"), 1);
    }
    // Without the setting it depends on the machine: its full name, or the address of the connection.
    let outcome = Scenario::new(1).send().succeeds();
    let commands = outcome.server.commands();
    let (_, name) = commands[0].1.split_once("EHLO ").unwrap();
    assert!(name == "[127.0.0.1]" || name.contains('.') && !name.starts_with('['), "{name}");
    assert_ne!(name, "example.org", "the domain of `from`");
    Scenario::new(2)
        .always(Command("EHLO"), [Reply("501 5.5.4 Invalid domain name")])
        .send()
        .stops_with(2, "{at} does not accept mail: 501 5.5.4 Invalid domain name")
        .stderr_contains(
            "hint: the server rejects the name that this machine gives in EHLO: set `hello`",
        );
}

#[test]
fn a_refused_ehlo_stops_the_run() {
    Scenario::new(2)
        .always(Command("EHLO"), [Reply("502 5.5.1 what?")])
        .send()
        .stops_with(2, "{at} does not accept mail: 502 5.5.1 what?")
        .all_are("due")
        .connections(1)
        .commands("MAIL", 0)
        .resumes();
}

#[test]
fn a_reset_at_ehlo_is_retried_except_on_the_first_connection() {
    Scenario::new(2)
        .always(Command("EHLO"), [Reset])
        .send()
        .stops_with(2, "the connection to {at} broke: ")
        .all_are("due")
        .connections(1)
        .resumes();
    Scenario::new(2)
        .outbox("per_connection = 1")
        .on_connection(2, Command("EHLO"), [Reset])
        .send()
        .succeeds()
        .connections(3);
}

#[test]
fn an_endless_ehlo_reply_stops_the_run() {
    Scenario::new(2)
        .always(Command("EHLO"), [Repeat("250-and another offer\r\n", 5000), Hang])
        .send()
        .stops_with(2, "the connection to {at} broke: the reply is longer than 65536 octets")
        .all_are("due")
        .connections(1)
        .resumes();
}

#[test]
fn an_ehlo_reply_with_two_codes_stops_the_run() {
    Scenario::new(1)
        .always(Command("EHLO"), [Write(b"250-mx.example.org\r\n550 no\r\n")])
        .send()
        .stops_with(1, "the connection to {at} broke: `550 no` is not an SMTP reply")
        .all_are("due")
        .resumes();
}

#[test]
fn a_second_reply_after_the_greeting_stops_the_run() {
    // A reply that arrives before EHLO is sent cannot be the reply to EHLO.
    Scenario::new(1)
        .always(Greeting, [Write(b"220 mx.example.org\r\n250 mx.example.org\r\n")])
        .send()
        .stops_with(
            1,
            "the connection to {at} broke: unexpected reply from the server: 250 mx.example.org",
        )
        .all_are("due")
        .commands("MAIL", 0)
        .resumes();
}

#[test]
fn a_message_above_the_announced_size_limit_is_not_sent() {
    Scenario::new(2)
        .extensions(["SIZE 1000", "PIPELINING", "8BITMIME"])
        .send()
        .stops_with(2, "the message has ")
        .stderr_contains(" octets, but the server accepts at most 1000\n")
        .all_are("due")
        .commands("MAIL", 0)
        .connections(1);
}

#[test]
fn every_message_is_accepted_by_a_server_without_extensions() {
    Scenario::new(3)
        .extensions([])
        .once(Command("RCPT TO:<p1@"), [Reply("550 5.1.1 no such user")])
        .send()
        .exits(4)
        .states_are("accepted refused accepted")
        .connections(1)
        .commands("MAIL FROM:<events@example.org>", 3)
        .commands("RSET", 1)
        .resumes();
}

#[test]
fn a_recipient_that_needs_smtputf8_is_refused_before_connecting() {
    // This is reported before connecting, whatever the server offers.
    let list = "email,name\nada@example.org,Ada\njürgen@example.org,Jürgen\n";
    for scenario in [
        Scenario::with_roster(list),
        Scenario::with_roster(list).extensions(["SMTPUTF8", "8BITMIME"]),
    ] {
        scenario.send()
            .exits(3)
            .stderr_contains("error[not-ascii]: people.csv:3: column `email`: `jürgen@example.org` cannot be reached by mail")
            .received(0)
            .connections(0);
    }
}

#[test]
fn a_sender_that_needs_smtputf8_requires_the_extension() {
    let from = "Events team <veranstalter-büro@example.org>";
    Scenario::new(2)
        .from(from)
        .send()
        .stops_with(2, "the sender's address has non-ASCII characters before the `@`")
        .stderr_contains("use an ASCII address as `from`, or a server that offers SMTPUTF8")
        .all_are("due")
        .connections(1)
        .commands("MAIL", 0);
    Scenario::new(2)
        .from(from)
        .extensions(["SMTPUTF8", "8BITMIME", "PIPELINING"])
        .send()
        .succeeds()
        .commands("MAIL FROM:<veranstalter-büro@example.org> BODY=8BITMIME SMTPUTF8", 2);
}

#[test]
fn an_internationalized_domain_is_sent_as_a_labels() {
    Scenario::with_roster("email,name\nada@bücher.example,Ada\n")
        .send()
        .exits(0)
        .commands("RCPT TO:<ada@xn--bcher-kva.example>", 1);
}

#[test]
fn slow_replies_are_waited_for() {
    Scenario::new(1)
        .once(Command("EHLO"), [Pause(600), Reply("250 mx.example.org")])
        .once(Command("RCPT"), [Pause(600), Reply("250 ok")])
        .once(Command("DATA"), [Pause(600), Reply("354 go on")])
        .once(EndOfData(""), [Pause(1500), Reply("250 ok")])
        .send()
        .succeeds()
        .connections(1);
}

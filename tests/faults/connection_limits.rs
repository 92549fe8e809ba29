//! Servers that end a session or allow few connections, and several connections in parallel.

use super::scenario::Scenario;
use super::script::Action::{self, Close, Expect, Pause, Reply, Reset, Together, Write};
use super::script::Trigger::{Command, EndOfData, Greeting};

#[test]
fn a_421_between_messages_opens_a_new_connection() {
    // In the packet of the last reply, in a packet of its own, and in reply to a command of the next message.
    for scenario in [
        Scenario::new(3)
            .once(EndOfData("p0@"), [Write(b"250 taken\r\n421 4.3.2 closing\r\n"), Close]),
        Scenario::new(3).once(
            EndOfData("p0@"),
            [Reply("250 taken"), Pause(100), Reply("421 4.3.2 closing"), Close],
        ),
        Scenario::new(3).once(Command("MAIL"), [Reply("421 4.3.2 closing"), Close]),
        Scenario::new(3).once(Command("RCPT TO:<p1@"), [Reply("421 4.7.0 closing"), Close]),
        Scenario::new(3).once(Command("DATA"), [Reply("421 4.3.2 closing"), Close]),
        Scenario::new(3)
            .without_pipelining()
            .once(Command("RCPT TO:<p1@"), [Reply("421 closing"), Close]),
    ] {
        scenario.send().succeeds().stderr_is_empty().connections(2);
    }
}

#[test]
fn a_limit_of_messages_per_connection_opens_a_new_connection() {
    // OpenSMTPD replies 452 to MAIL, other servers close the connection.
    Scenario::new(3)
        .outbox("connections = 1")
        .once(
            EndOfData("p1@"),
            [Reply("250 taken"), Expect("MAIL"), Expect("RCPT"), Expect("DATA"), TOO_MANY],
        )
        .send()
        .succeeds()
        .stderr_is_empty()
        .connections(2);
    let outcome = Scenario::new(14)
        .once(Command("RCPT TO:<p12@"), [Reply("421 4.7.0 too many messages"), Close])
        .verbose()
        .send()
        .succeeds()
        .connections(2);
    assert!(!outcome.stderr().contains("slowing down"), "{outcome}");
    // It may have carried enough, but this is about the pace.
    Scenario::new(14)
        .once(Command("RCPT TO:<p12@"), [Reply("421 4.7.28 unusual rate of mail"), Close])
        .verbose()
        .send()
        .succeeds()
        .stderr_contains(
            "the server asked for a slower pace: slowing down to one message every 0.5 s",
        )
        .connections(2);
}

#[test]
fn connections_that_a_restarting_server_closes_are_all_opened_again() {
    // It closes all of them with a reply, and the new ones, too. Afterwards one goes on first, and then it waits until all
    // have a message. `Together` counts all that came.
    let closing = "421 4.3.2 service not available, closing connection";
    let mut scenario = Scenario::new(40).outbox("connections = 4").wait("1m");
    scenario = scenario.once(Command("MAIL"), [Reply("250 ok")]);
    scenario = scenario.times(4, Command("MAIL"), [Together(4), Reply("250 ok")]);
    scenario = scenario.times(4, Command("MAIL"), [Together(8), Reply(closing), Close]);
    for connection in 5..=8 {
        scenario = scenario.on_connection(connection, Greeting, [Reply(closing), Close]);
    }
    scenario = scenario.once(Command("MAIL"), [Reply("250 ok")]);
    scenario.times(4, Command("MAIL"), [Together(12), Reply("250 ok")]).send().succeeds();
}

const TOO_MANY: Action =
    Write(b"452 4.5.3 too many messages sent\r\n503 5.5.1 from whom?\r\n503 5.5.1 nobody\r\n");

#[test]
fn repeated_421_replies_stop_the_run() {
    Scenario::new(2)
        .always(Command("MAIL"), [Reply("421 4.7.0 try again later, closing connection"), Close])
        .send()
        .stops_with(2, "421 4.7.0 try again later, closing connection")
        .all_are("due")
        .received(0)
        .connections(3)
        .resumes();
}

#[test]
fn a_server_that_allows_fewer_connections_gets_fewer() {
    let refusal = Reply("432 4.3.2 too many concurrent connections");
    // After the first message, each connection has one before any of them goes on.
    Scenario::new(5)
        .outbox("connections = 3")
        .on_connection(1, Command("MAIL"), [Reply("250 ok")])
        .on_connection(1, Command("MAIL"), [Together(3), Reply("250 ok")])
        .on_connection(2, Command("MAIL"), [Together(3), refusal])
        .on_connection(3, Command("MAIL"), [Together(3), refusal])
        .send()
        .succeeds()
        .stderr_is_empty()
        .connections(3);
    // The only connection goes on.
    Scenario::new(2)
        .once(Command("MAIL"), [Reply("432 4.3.2 too many concurrent connections")])
        .send()
        .succeeds();
}

#[test]
fn a_connection_that_the_server_does_not_take_does_not_hold_up_the_others() {
    // The server takes two connections at a time. At this rate the other two are often idle.
    let busy = [Reply("421 4.7.0 too many connections from your address"), Close];
    Scenario::new(8)
        .outbox("connections = 4\nrate = \"20/s\"")
        .wait("1m")
        .on_connection(3, Greeting, busy)
        .on_connection(4, Greeting, busy)
        .send()
        .succeeds()
        .stderr_is_empty();
}

#[test]
fn per_connection_limits_the_messages_on_each_of_several_connections() {
    let scenario = Scenario::new(40).outbox("connections = 4\nper_connection = 5");
    let scenario =
        scenario.once(Command("RCPT TO:<p7@"), [Reset]).once(Command("RCPT TO:<p23@"), [Close]);
    let outcome = scenario.send().succeeds().stderr_is_empty().commands("MAIL", 42);
    let commands = outcome.server.commands();
    let most = (1..20).map(|number| {
        commands.iter().filter(|(other, line)| *other == number && line == "(message)").count()
    });
    assert!(most.max().unwrap() <= 5, "{outcome}");
}

#[test]
fn a_refused_login_on_one_connection_does_not_delay_the_others() {
    // The other connections go on, and no worker waits for a minute.
    Scenario::new(6)
        .password()
        .outbox("connections = 3")
        .wait("1m")
        .always(EndOfData(""), [Pause(50), Reply("250 taken")])
        .on_connection(2, Command("AUTH"), [Reply("454 4.7.0 too many concurrent logins"), Close])
        .send()
        .succeeds()
        .stderr_is_empty();
}

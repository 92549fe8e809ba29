//! A server that accepts most messages, refuses and defers some, and now and then closes a connection; and when that
//! lowers the pace.
//!
//! Nothing here is timed: a lowered pace and a pause are told in notes, which the tests look for. `benches/bench_weather.py`
//! measures the time, with twenty thousand people.

use super::outcome::Outcome;
use super::scenario::Scenario;
use super::script::Action::{Close, Pause, Reply, Together};
use super::script::Trigger::{self, Command, EndOfData};

/// Part of every note about a lowered pace.
const SLOWER: &str = "one message every";

/// Part of every note about a pause.
const PAUSE: &str = "trying again in";

const PEOPLE: usize = 200;
const REFUSED: usize = PEOPLE / 50;
const CLOSINGS: usize = PEOPLE / 50 + 1;
/// Every second one of those who are deferred is deferred twice.
const DEFERRALS: usize = PEOPLE / 20 + PEOPLE / 40;

/// The command for this person, or the end of their message.
fn rcpt(person: usize) -> Trigger {
    Command(format!("RCPT TO:<p{person}@").leak())
}

fn end(person: usize) -> Trigger {
    EndOfData(format!("p{person}@").leak())
}

/// 2 % are refused, 5 % deferred once or twice, and every 50th message is answered with 421, the second connection with
/// its first.
fn weather(connections: usize) -> Scenario {
    let closing = "421 4.7.0 mx.example.org closing connection";
    let mut scenario = Scenario::new(PEOPLE).verbose();
    if connections == 1 {
        scenario = scenario.on_connection(2, Command("MAIL"), [Reply(closing), Close]);
    } else {
        // After the first message each connection has one before any of them goes on: none of these is answered with
        // 421 again below, which would be a reason for a pause.
        scenario = scenario.on_connection(1, Command("MAIL"), [Reply("250 ok")]);
        for number in 1..=connections {
            let reply = if number == 2 { closing } else { "250 ok" };
            let meet = Together(connections);
            scenario = match number {
                2 => scenario.on_connection(number, Command("MAIL"), [meet, Reply(reply), Close]),
                _ => scenario.on_connection(number, Command("MAIL"), [meet, Reply(reply)]),
            };
        }
    }
    for (turn, person) in (7..PEOPLE).step_by(50).enumerate() {
        let (trigger, reply) = match turn % 4 {
            0 => (rcpt(person), "550 5.1.1 no such user"),
            1 => (rcpt(person), "552 5.2.2 mailbox full"),
            2 => (rcpt(person), "550 5.7.1 closed to mail from outside"),
            _ => (end(person), "554 5.7.1 looks like spam"),
        };
        scenario = scenario.always(trigger, [Reply(reply)]);
    }
    for (turn, person) in (3..PEOPLE).step_by(20).enumerate() {
        let (trigger, reply) = match turn % 5 {
            0 => (rcpt(person), "450 4.7.1 greylisted"),
            1 => (end(person), "451 4.3.0 error while handling the message"),
            2 => (rcpt(person), "450 4.2.1 mailbox busy"),
            3 => (end(person), "452 4.2.2 mailbox has no room at the moment"),
            _ => (rcpt(person), "451 4.7.1 greylisted"),
        };
        scenario = scenario.times(1 + turn % 2, trigger, [Reply(reply)]);
    }
    for (turn, person) in (25..PEOPLE).step_by(50).enumerate() {
        let trigger = if turn % 2 == 0 { rcpt(person) } else { end(person) };
        scenario = scenario.once(trigger, [Reply(closing), Close]);
    }
    scenario
}

/// Asserts that everybody has a result, and that neither the pace was lowered nor a pause was made.
#[track_caller]
fn is_accounted_for(outcome: Outcome) -> Outcome {
    let results = ["accepted", "refused", "deferred"].map(|state| outcome.count(state));
    assert_eq!(results.iter().sum::<usize>(), PEOPLE, "{outcome}");
    assert!(!outcome.stderr().contains(SLOWER), "{outcome}");
    assert!(!outcome.stderr().contains(PAUSE), "{outcome}");
    outcome.counts_are([("refused", REFUSED)])
}

#[test]
fn everybody_is_accounted_for_and_nothing_is_slowed_down_while_most_are_accepted() {
    // With five messages a connection, none has sent so many that a limit of the server would explain a 421.
    for (connections, outbox) in [(8, "connections = 8"), (1, "per_connection = 5")] {
        // Not zero: a pause would have no note.
        let mut outcome =
            is_accounted_for(weather(connections).outbox(outbox).wait("1s").send().exits(4));
        let (mut runs, mut deferrals) = (1, outcome.count("deferred"));
        while outcome.count("deferred") > 0 {
            // Twice, because the second wait is up to 2.4 minutes.
            outcome.folder.make_deferred_due();
            outcome.folder.make_deferred_due();
            outcome = is_accounted_for(outcome.runs_again("1s"));
            runs += 1;
            deferrals += outcome.count("deferred");
        }
        // On a machine so slow that the minute until the next try is over, a run does the work of two.
        assert!(runs <= 3 && deferrals <= DEFERRALS, "{runs} runs, {deferrals} deferrals");
        // Each message that met a 421 was sent once more, and so was each that was deferred; no other.
        outcome
            .commands("MAIL", PEOPLE + CLOSINGS + DEFERRALS)
            .counts_are([("accepted", PEOPLE - REFUSED)]);
    }
}

#[test]
fn a_server_that_defers_one_message_after_the_other_gets_fewer() {
    let later = [Reply("451 4.3.0 try again later")];
    let outcome = Scenario::new(5).verbose().always(EndOfData(""), later).send().exits(4);
    let note = "the server often defers messages or closes connections: slowing down to one message every 0.5 s";
    outcome.all_are("deferred").stderr_contains(note);
    // One less is not often, and greylisting is about each recipient.
    let outcome =
        Scenario::new(4).verbose().always(EndOfData(""), later).send().all_are("deferred");
    assert!(!outcome.stderr().contains(SLOWER), "{outcome}");
    let outcome = Scenario::new(20)
        .verbose()
        .always(Command("RCPT"), [Reply("450 4.7.1 greylisted")])
        .send()
        .all_are("deferred");
    assert!(!outcome.stderr().contains(SLOWER), "{outcome}");
}

#[test]
fn a_server_that_closes_connections_after_few_messages_gets_fewer() {
    // One message is accepted between two closings.
    let closes = |people: usize| {
        let scenario = Scenario::new(people).verbose();
        let close = [Reply("421 4.7.0 try again later, closing connection"), Close];
        (0..people).fold(scenario, |scenario, person| scenario.once(rcpt(person), close))
    };
    let outcome = closes(5).send().succeeds().connections(6);
    assert!(!outcome.stderr().contains(SLOWER), "{outcome}");
    closes(6).send().succeeds().stderr_contains(
        "the server often defers messages or closes connections: slowing down to one message every 0.5 s",
    );
}

#[test]
fn a_request_for_a_slower_pace_is_followed_at_once() {
    for scenario in [
        Scenario::new(3).once(end(1), [Reply("450 4.7.1 too much mail from your network")]),
        Scenario::new(3).once(rcpt(1), [Reply("451 4.7.500 Server busy")]),
        Scenario::new(3).once(rcpt(1), [Reply("421 4.7.0 rate limit exceeded"), Close]),
    ] {
        scenario.verbose().send().stderr_contains(
            "the server asked for a slower pace: slowing down to one message every 0.5 s",
        );
    }
}

#[test]
fn a_message_that_is_answered_with_421_twice_is_tried_again_after_a_pause() {
    // However many messages the other connection has accepted meanwhile. Without the delay it might be none.
    let closing = Reply("421 4.7.0 closing connection");
    Scenario::new(40)
        .outbox("connections = 2")
        .wait("1m")
        .verbose()
        .once(rcpt(1), [closing, Close])
        .once(rcpt(1), [Pause(500), closing, Close])
        .send()
        .succeeds()
        .stderr_contains("421 4.7.0 closing connection; trying again in 1 s")
        .connections(4);
}

#[test]
fn a_connection_that_is_closed_does_not_count_as_a_try() {
    // After a second try a deferred message would wait twice as long.
    let outcome = Scenario::new(1)
        .times(2, rcpt(0), [Reply("421 4.7.0 closing connection"), Close])
        .once(rcpt(0), [Reply("450 4.7.1 greylisted")])
        .send()
        .all_are("deferred");
    let tries = || -> i64 {
        let sql = "SELECT tries FROM message";
        outcome.folder.ledger().query_row(sql, [], |row| row.get(0)).unwrap()
    };
    assert_eq!(tries(), 1);
}

//! Replies that may concern one person or everybody: the results after them decide.

use super::scenario::Scenario;
use super::script::Action::{Close, Expect, Hang, Pause, Reply, Together};
use super::script::Trigger::{Command, EndOfData};

const SPAM: &str = "554 5.7.1 message rejected as spam";

#[test]
fn three_rejected_messages_at_the_beginning_stop_the_run() {
    Scenario::new(5)
        .always(EndOfData(""), [Reply(SPAM)])
        .send()
        .stops_with(5, SPAM)
        .stderr_contains("meetmint send --to ADDRESS")
        .all_are("due")
        .received(3)
        .connections(1)
        .resumes();
}

#[test]
fn a_rejected_first_message_does_not_keep_the_others_from_being_sent() {
    for scenario in [
        Scenario::new(4).once(EndOfData("p0@"), [Reply(SPAM)]),
        Scenario::new(4).once(Command("RCPT"), [Reply("554 5.7.1 access denied")]),
        Scenario::new(4)
            .without_pipelining()
            .once(Command("RCPT"), [Reply("554 5.7.1 access denied")]),
        Scenario::new(4)
            .outbox("connections = 4")
            .once(Command("RCPT TO:<p0@"), [Reply("554 5.7.1 access denied")]),
    ] {
        scenario
            .send()
            .exits(4)
            .stderr_contains("warning: the message to p0@example.org was refused: 554 5.7.1 ")
            .states_are("refused accepted accepted accepted")
            .resumes();
    }
}

#[test]
fn three_equal_rejections_in_a_row_stop_the_run() {
    let scenario = Scenario::new(6)
        .once(EndOfData("p1@"), [Reply("554 5.7.1 spam, case 4711")])
        .once(EndOfData("p2@"), [Reply("554 5.7.1 spam, case 4712")])
        .once(EndOfData("p3@"), [Reply("554 5.7.1 spam, case 4713")]);
    scenario
        .send()
        .stops_with(5, "554 5.7.1 spam, case 4713")
        .states_are("accepted due due due due due")
        .received(4)
        .resumes();
}

#[test]
fn an_unknown_recipient_does_not_interrupt_a_row_of_equal_rejections() {
    let outcome = Scenario::new(6)
        .once(EndOfData("p1@"), [Reply("554 5.7.1 spam")])
        .once(EndOfData("p2@"), [Reply("554 5.7.1 spam")])
        .once(Command("RCPT TO:<p3@"), [Reply("550 5.1.1 no such user")])
        .once(EndOfData("p4@"), [Reply("554 5.7.1 spam")])
        .send()
        .stderr_contains(
            "warning: the message to p3@example.org was refused: 550 5.1.1 no such user\n  hint: to try once more, run `meetmint send --again --only p3@example.org`\nerror[",
        )
        .stops_with(4, "554 5.7.1 spam")
        .states_are("accepted due due refused due due");
    assert_eq!(outcome.stderr().matches("was refused").count(), 1, "{outcome}");
    outcome.resumes();
}

#[test]
fn an_accepted_message_turns_fewer_than_three_rejections_into_refusals() {
    Scenario::new(6)
        .once(EndOfData("p1@"), [Reply(SPAM)])
        .once(EndOfData("p2@"), [Reply(SPAM)])
        .once(EndOfData("p4@"), [Reply(SPAM)])
        .send()
        .exits(4)
        .states_are("accepted refused refused accepted refused accepted")
        .received(6)
        .resumes();
}

#[test]
fn rejections_of_different_kinds_are_not_in_a_row() {
    // Another code, another stage.
    Scenario::new(6)
        .once(EndOfData("p1@"), [Reply(SPAM)])
        .once(EndOfData("p2@"), [Reply("550 5.6.0 a word that I do not like")])
        .once(EndOfData("p3@"), [Reply(SPAM)])
        .once(Command("RCPT TO:<p4@"), [Reply(SPAM)])
        .send()
        .exits(4)
        .states_are("accepted refused refused refused refused accepted")
        .received(5)
        .resumes();
    // The row is that of the last ones, and the run stops for all that are undecided.
    Scenario::new(8)
        .once(EndOfData("p1@"), [Reply("550 5.6.0 a word that I do not like")])
        .once(EndOfData("p2@"), [Reply(SPAM)])
        .once(EndOfData("p3@"), [Reply(SPAM)])
        .once(EndOfData("p4@"), [Reply(SPAM)])
        .send()
        .stops_with(7, SPAM)
        .states_are("accepted due due due due due due due")
        .received(5)
        .resumes();
}

#[test]
fn rejections_at_the_end_are_refusals() {
    Scenario::new(3)
        .once(EndOfData("p1@"), [Reply(SPAM)])
        .once(EndOfData("p2@"), [Reply(SPAM)])
        .send()
        .exits(4)
        .states_are("accepted refused refused")
        .resumes();
    // Nobody was accepted.
    for scenario in [Scenario::new(2), Scenario::new(2).without_pipelining()] {
        scenario
            .always(Command("RCPT"), [Reply("550 5.7.1 closed list")])
            .send()
            .exits(4)
            .all_are("refused")
            .resumes();
    }
    // The last one is the third.
    Scenario::new(3).always(EndOfData(""), [Reply(SPAM)]).send().stops_with(3, SPAM).all_are("due");
}

#[test]
fn a_run_that_ends_before_the_decision_leaves_the_message_due() {
    for scenario in [Scenario::new(4), Scenario::new(4).without_pipelining()] {
        scenario
            .once(Command("RCPT TO:<p1@"), [Reply("554 5.7.1 access denied")])
            .once(Command("RCPT TO:<p2@"), [Hang])
            .send_and_interrupt_after("RCPT TO:<p2@")
            .exits(130)
            .states_are("accepted due due due")
            .resumes();
    }
    // A kill, too.
    Scenario::new(4)
        .without_pipelining()
        .once(EndOfData("p1@"), [Reply(SPAM)])
        .once(Command("RCPT TO:<p2@"), [Hang])
        .send_and_kill_after("RCPT TO:<p2@")
        .states_are("accepted due due due")
        .resumes();
    // For any other reason, too.
    Scenario::new(4)
        .once(Command("RCPT TO:<p1@"), [Reply("554 5.7.1 access denied")])
        .once(EndOfData("p2@"), [Reply("550 5.4.5 Daily user sending quota exceeded.")])
        .send()
        .stops_with(3, "550 5.4.5 Daily user sending quota exceeded.")
        .states_are("accepted due due due")
        .resumes();
    let outcome = Scenario::new(4)
        .outbox("quota = \"2/day\"")
        .once(Command("RCPT TO:<p1@"), [Reply("554 5.7.1 access denied")])
        .send();
    // One message is left of the quota: it decides.
    outcome.exits(4).states_are("accepted refused accepted due");
}

#[test]
fn one_connection_goes_on_alone_until_the_decision() {
    // All four connections are sending when one message is rejected. The others get their replies when that connection has
    // begun its next message. They do not begin any: it is the only one that goes on.
    let outcome = Scenario::new(20)
        .outbox("connections = 4")
        .once(Command("RCPT TO:<p0@"), [Reply("250 ok")])
        .times(1, Command("RCPT"), [Together(4), Reply("550 5.7.1 closed")])
        .times(3, Command("RCPT"), [Together(4), Together(8), Reply("550 5.1.1 unknown")])
        .times(1, Command("RCPT"), [Together(8), Pause(300), Reply("550 5.1.1 unknown")])
        .times(1, Command("RCPT"), [Hang])
        .send_and_interrupt_after_lines("RCPT", 7)
        .exits(130)
        .counts_are([("accepted", 1), ("refused", 4), ("due", 15)]);
    let commands = outcome.server.commands();
    let recipients = commands.iter().filter(|(_, line)| line.starts_with("RCPT"));
    let connections: Vec<usize> = recipients.map(|(connection, _)| *connection).collect();
    assert_eq!(connections.len(), 7, "{outcome}");
    assert_eq!(connections[5], connections[6], "{outcome}");
}

#[test]
fn three_equal_rejections_over_several_connections_stop_the_run() {
    let scenario = Scenario::new(8).outbox("connections = 3");
    let scenario = scenario.once(EndOfData("p0@"), [Reply("250 taken")]);
    let outcome = scenario.always(EndOfData(""), [Reply("554 5.7.1 spam")]).send();
    // Messages in flight on the other connections stay due, too.
    outcome
        .stops_with(7, "554 5.7.1 spam")
        .counts_are([("accepted", 1), ("due", 7), ("refused", 0)])
        .resumes();
}

#[test]
fn more_than_a_tenth_of_rejections_stops_the_run() {
    // Of each five the last one is closed to us. The thirtieth is the sixth, and still undecided.
    let mut scenario = Scenario::new(40);
    for at in (4..40).step_by(5) {
        let start = Box::leak(format!("RCPT TO:<p{at}@").into_boxed_str());
        scenario = scenario.once(Command(start), [Reply("550 5.7.1 closed")]);
    }
    let why =
        "more than a tenth of the addresses were refused; the last reply was: 550 5.7.1 closed";
    scenario
        .send()
        .stops_with(11, why)
        .counts_are([("accepted", 24), ("refused", 5), ("due", 11)])
        .resumes();
    // Rejections of alternating kinds, and nobody is accepted: not all of a long list are tried.
    let mut scenario = Scenario::new(60);
    for at in 0..60 {
        let start = Box::leak(format!("RCPT TO:<p{at}@").into_boxed_str());
        let reply = if at % 2 == 0 { "550 5.7.1 closed" } else { "550 5.7.0 closed" };
        scenario = scenario.once(Command(start), [Reply(reply)]);
    }
    scenario
        .send()
        .stops_with(60, "more than a tenth of the addresses were refused")
        .all_are("due")
        .commands("RCPT", 30);
    // Nobody is left: there is nothing to stop.
    let mut scenario = Scenario::new(30);
    for start in ["RCPT TO:<p20@", "RCPT TO:<p22@", "RCPT TO:<p24@", "RCPT TO:<p29@"] {
        scenario = scenario.once(Command(start), [Reply("550 5.1.1 no such user")]);
    }
    scenario.send().exits(4).counts_are([("accepted", 26), ("refused", 4)]);
}

#[test]
fn a_rejected_second_copy_leaves_the_message_in_doubt() {
    let outcome = Scenario::new(1).once(EndOfData("p0@"), [Close]).send().all_are("in_doubt");
    let outcome = outcome.with_rule(EndOfData("p0@"), Reply(SPAM));
    let run = outcome.folder.run(["settle", "--resend", "--yes", "--wait", "0", "-q"]).exits(4);
    assert!(run.stderr.contains(SPAM), "{}", run.stderr);
    assert_eq!(outcome.folder.status()[0].state, "in_doubt");
}

#[test]
fn replies_to_data_after_a_refused_recipient_are_ignored() {
    for reply in [
        "503 5.5.1 no valid recipients",
        "554 5.5.1 Error: no valid recipients",
        "530 5.7.0 authentication required",
        "451 4.3.0 later",
        "250 what?",
    ] {
        Scenario::new(3)
            .always(Command("MAIL"), [Reply("250 ok")])
            .once(
                Command("RCPT TO:<p1@"),
                [Reply("550 5.1.1 no such user"), Expect("DATA"), Reply(reply)],
            )
            .send()
            .exits(4)
            .states_are("accepted refused accepted")
            .resumes();
    }
    for last in
        [[Expect("DATA"), Reply("421 4.3.2 closing"), Close], [Expect("DATA"), Close, Close]]
    {
        let [first, second, third] = last;
        Scenario::new(3)
            .once(Command("RCPT TO:<p1@"), [Reply("550 5.1.1 no such user"), first, second, third])
            .send()
            .exits(4)
            .states_are("accepted refused accepted")
            .connections(2)
            .resumes();
    }
}

#[test]
fn several_messages_of_one_person_are_not_several_people() {
    // A closed address that is invited to three rooms.
    let scenario = Scenario::with_roster(
        "email,name,room\nada@example.org,Ada,one\nada@example.org,Ada,two\nada@example.org,Ada,three\nbob@example.org,Bob,one\n",
    );
    let outcome = scenario
        .roster_setting("per_row = [\"room\"]")
        .always(Command("RCPT TO:<ada@"), [Reply("550 5.7.1 closed")])
        .send()
        .exits(4);
    let states: Vec<String> =
        outcome.folder.status().into_iter().map(|person| person.state).collect();
    assert_eq!(states, ["refused", "refused", "refused", "accepted"]);
}

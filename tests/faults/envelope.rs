//! From MAIL to the reply to DATA. No message is handed over before that reply, so no fault here leaves one in doubt.

use super::scenario::Scenario;
use super::script::Action::{Close, Reply};
use super::script::Trigger::{Command, EndOfData};

#[test]
fn a_refused_sender_stops_the_run() {
    for reply in [
        "550 5.1.8 sender address rejected: domain not found",
        "553 5.7.1 sender address rejected: not owned by user ada",
        "550 no such sender",
    ] {
        Scenario::new(2)
            .always(Command("MAIL"), [Reply(reply)])
            .send()
            .stops_with(2, reply)
            .stderr_contains("set `from` under [mail] to an address that belongs to the account")
            .all_are("due")
            .received(0)
            .connections(1)
            .commands("MAIL", 1)
            .resumes();
    }
}

#[test]
fn a_required_login_stops_the_run() {
    for scenario in [Scenario::new(2), Scenario::new(2).without_pipelining()] {
        scenario
            .always(Command("MAIL"), [Reply("530 5.7.0 authentication required")])
            .send()
            .stops_with(2, "530 5.7.0 authentication required")
            .stderr_contains(
                "hint: the server requires a login: set `user` and `password` under [outbox]\n",
            )
            .all_are("due")
            .commands("MAIL", 1)
            .resumes();
    }
}

#[test]
fn an_unknown_recipient_is_refused_and_the_rest_is_sent() {
    for scenario in [Scenario::new(3), Scenario::new(3).without_pipelining()] {
        scenario
            .once(Command("RCPT TO:<p1@"), [Reply("550 5.1.1 no such user")])
            .send()
            .exits(4)
            .stderr_contains(
                "warning: the message to p1@example.org was refused: 550 5.1.1 no such user\n",
            )
            .states_are("accepted refused accepted")
            .received(2)
            .connections(1)
            .commands("RSET", 1)
            .resumes();
    }
}

#[test]
fn a_refused_recipient_needs_no_enhanced_status_code() {
    for reply in ["550 no such user", "550", "551 user not local", "501 bad address"] {
        Scenario::new(3)
            .once(Command("RCPT TO:<p0@"), [Reply(reply)])
            .send()
            .exits(4)
            .stderr_contains(&format!(
                "warning: the message to p0@example.org was refused: {reply}\n"
            ))
            .states_are("refused accepted accepted")
            .received(2)
            .connections(1)
            .resumes();
    }
}

#[test]
fn a_354_after_a_refused_recipient_is_ended_with_a_lone_dot() {
    // The client has to end the message that nobody is to get with a lone dot (RFC 2920 §3.1). Some servers accept it.
    for answer in ["554 5.5.1 no valid recipients", "250 2.0.0 ok"] {
        Scenario::new(2)
            .always(Command("RCPT"), [Reply("550 5.1.1 no such user")])
            .always(Command("DATA"), [Reply("354 go on")])
            .always(EndOfData("nobody"), [Reply(answer)])
            .send()
            .exits(4)
            .all_are("refused")
            .received(0)
            .connections(1)
            .commands(".", 2)
            .resumes();
    }
    // A server that closes the connection instead of replying to the dot.
    Scenario::new(2)
        .once(Command("RCPT"), [Reply("550 5.1.1 no such user")])
        .once(Command("DATA"), [Reply("354 go on")])
        .once(EndOfData("nobody"), [Close])
        .send()
        .exits(4)
        .states_are("refused accepted")
        .received(1)
        .connections(2)
        .resumes();
}

#[test]
fn a_354_after_a_refused_sender_gets_no_message() {
    // The server accepts recipients without a sender, so nobody knows to whom a message would go. The client sends
    // nothing, not even the dot.
    Scenario::new(2)
        .always(Command("MAIL"), [Reply("451 4.3.0 later")])
        .always(Command("RCPT"), [Reply("250 ok")])
        .always(Command("DATA"), [Reply("354 go on")])
        .send()
        .exits(4)
        .all_are("deferred")
        .received(0)
        .commands(".", 0);
}

#[test]
fn greylisted_recipients_are_deferred() {
    for scenario in [Scenario::new(3), Scenario::new(3).without_pipelining()] {
        scenario
            .once(Command("RCPT TO:<p0@"), [Reply("450 4.2.0 greylisted, come again")])
            .once(Command("RCPT TO:<p1@"), [Reply("451 4.7.1 greylisting in action")])
            .send()
            .exits(4)
            .stderr_contains("warning: the message to p0@example.org is deferred; next try at ")
            .stderr_contains(" or later: 450 4.2.0 greylisted, come again\n")
            .states_are("deferred deferred accepted")
            .received(1)
            .connections(1)
            .resumes()
            .resumes_with_deferred()
            .all_are("accepted");
    }
}

#[test]
fn insufficient_storage_defers_a_single_message() {
    Scenario::new(2)
        .once(Command("MAIL"), [Reply("452 4.3.1 insufficient system storage")])
        .send()
        .exits(4)
        .states_are("deferred accepted")
        .received(1)
        .connections(1)
        .resumes()
        .resumes_with_deferred()
        .all_are("accepted");
}

#[test]
fn a_full_mailbox_defers_or_refuses_a_single_recipient() {
    Scenario::new(3)
        .once(Command("RCPT TO:<p0@"), [Reply("452 4.2.2 mailbox full")])
        .once(Command("RCPT TO:<p1@"), [Reply("552 5.2.2 mailbox full: over quota")])
        .send()
        .exits(4)
        .states_are("deferred refused accepted")
        .received(1)
        .connections(1)
        .resumes();
}

#[test]
fn a_size_limit_stops_the_run() {
    for (at, reply) in [
        ("RCPT", "552 5.3.4 message too big"),
        ("MAIL", "552 5.3.4 message size exceeds fixed limit"),
        ("MAIL", "552 too big"),
    ] {
        Scenario::new(2)
            .always(Command(at), [Reply(reply)])
            .send()
            .stops_with(2, reply)
            .stderr_contains("use a server that accepts larger messages, or shorten the templates")
            .all_are("due")
            .received(0)
            .connections(1)
            .resumes();
    }
}

#[test]
fn denied_relaying_stops_the_run() {
    for reply in ["554 5.7.1 relay access denied", "550 relaying not permitted"] {
        Scenario::new(2)
            .always(Command("RCPT"), [Reply(reply)])
            .send()
            .stops_with(2, reply)
            .stderr_contains("the server does not relay mail from this machine")
            .all_are("due")
            .received(0)
            .connections(1)
            .commands("RCPT", 1)
            .resumes();
    }
}

#[test]
fn more_than_a_tenth_of_refused_recipients_stops_the_run() {
    let mut scenario = Scenario::new(40);
    for start in ["p4@", "p9@", "p14@", "p19@", "p24@", "p29@", "p34@", "p39@"] {
        let start = Box::leak(format!("RCPT TO:<{start}").into_boxed_str());
        scenario = scenario.once(Command(start), [Reply("550 5.1.1 no such user")]);
    }
    // The thirtieth result is the sixth refusal.
    scenario
        .send()
        .stops_with(
            10,
            "more than a tenth of the addresses were refused; the last reply was: 550 5.1.1 no such user",
        )
        .stderr_contains("check the roster")
        .counts_are([("accepted", 24), ("refused", 6), ("due", 10)])
        .received(24)
        .resumes();
    // With three refusals of forty the run goes on.
    Scenario::new(40)
        .once(Command("RCPT TO:<p3@"), [Reply("550 5.1.1 no such user")])
        .once(Command("RCPT TO:<p30@"), [Reply("550 5.1.1 no such user")])
        .once(Command("RCPT TO:<p35@"), [Reply("550 5.1.1 no such user")])
        .send()
        .exits(4)
        .counts_are([("accepted", 37), ("refused", 3)])
        .connections(1)
        .resumes();
}

#[test]
fn a_refused_data_command_defers_or_stops() {
    Scenario::new(2)
        .once(Command("DATA"), [Reply("451 4.3.0 later")])
        .send()
        .exits(4)
        .states_are("deferred accepted")
        .received(1)
        .connections(1)
        .resumes();
    Scenario::new(2)
        .always(Command("DATA"), [Reply("554 5.5.1 no")])
        .send()
        .stops_with(2, "554 5.5.1 no")
        .all_are("due")
        .received(0)
        .resumes();
}

#[test]
fn a_recipient_closed_by_policy_is_refused_and_three_in_a_row_stop_the_run() {
    // Without PIPELINING the refusal comes before the ledger has the message.
    for scenario in [Scenario::new(6), Scenario::new(6).without_pipelining()] {
        scenario
            .once(Command("RCPT TO:<p2@"), [Reply("554 5.7.1 recipient: access denied")])
            .send()
            .exits(4)
            .states_are("accepted accepted refused accepted accepted accepted")
            .received(5);
    }
    for scenario in [Scenario::new(6), Scenario::new(6).without_pipelining()] {
        let denied = "554 5.7.1 access denied";
        scenario
            .once(Command("RCPT TO:<p1@"), [Reply(denied)])
            .once(Command("RCPT TO:<p2@"), [Reply(denied)])
            .once(Command("RCPT TO:<p3@"), [Reply(denied)])
            .send()
            .stops_with(5, denied)
            .states_are("accepted due due due due due")
            .received(1)
            .resumes();
    }
}

//! From 354 on: before the final dot has left nothing is in doubt, after it everything without an answer.

use super::row::Row;
use super::server::At::{Body, Command, Dot};
use super::server::Step::{self, Again, Close, Pause, Reply, Reset, Rest, Say, Take};

/// A fault after which nobody can know.
#[track_caller]
fn in_doubt<const N: usize>(row: Row, at: super::server::At, steps: [Step; N], why: &str) {
    row.once(at, steps)
        .send()
        .exits(4)
        .says(&format!("warning: delivery to p1@example.org is unknown: {why}"))
        .says("hint: meetmint settle --sent --only p1@example.org, or --resend\n")
        .stands("accepted in_doubt accepted")
        .connections(2)
        .goes_on()
        .settles()
        .all("accepted")
        .goes_on();
}

#[test]
fn a_close_instead_of_reading_the_message() {
    in_doubt(Row::of(3), Body("p1@"), [Close], "the connection was closed");
}

#[test]
fn a_reset_instead_of_reading_the_message() {
    in_doubt(Row::of(3), Body("p1@"), [Take(1), Reset], "the ");
}

#[test]
fn a_close_in_the_body() {
    in_doubt(Row::of(3), Body("p1@"), [Take(500), Close], "the connection was closed");
}

#[test]
fn a_reset_in_the_body() {
    in_doubt(Row::of(3), Body("p1@"), [Take(500), Reset], "the ");
}

#[test]
fn a_close_after_the_dot() {
    in_doubt(Row::of(3), Dot("p1@"), [Close], "the connection was closed");
}

#[test]
fn a_reset_after_the_dot() {
    in_doubt(Row::of(3), Dot("p1@"), [Reset], "the ");
}

#[test]
fn no_answer_to_the_dot() {
    let row = Row::of(3).outbox("timeouts = { final = \"1s\" }");
    in_doubt(row, Dot("p1@"), [Rest], "timed out after 1s");
}

#[test]
fn half_an_answer_to_the_dot() {
    let row = Row::of(3).outbox("timeouts = { final = \"1s\" }");
    in_doubt(row, Dot("p1@"), [Say(b"250-2.0.0 tak"), Rest], "timed out after 1s");
    in_doubt(Row::of(3), Dot("p1@"), [Say(b"250 2.0.0"), Close], "the connection was closed");
}

#[test]
fn garbage_after_the_dot() {
    let why = "`taken` is not an SMTP reply";
    in_doubt(Row::of(3), Dot("p1@"), [Reply("taken")], why);
    let why = "unexpected reply from the server: 354 go on";
    in_doubt(Row::of(3), Dot("p1@"), [Reply("354 go on")], why);
    let why = "the reply is longer than 4096 octets";
    in_doubt(Row::of(3), Dot("p1@"), [Again("250 and so on ", 1000), Rest], why);
}

#[test]
fn an_answer_in_pieces() {
    let pieces = [
        Say(b"2"),
        Pause(30),
        Say(b"50-2.0.0 ta"),
        Pause(30),
        Say(b"ken\r\n250 ok"),
        Pause(30),
        Say(b"\r"),
        Pause(30),
        Say(b"\n"),
    ];
    Row::of(2).always(Dot(""), pieces).send().goes_well().connections(1);
}

#[test]
fn an_answer_too_many() {
    for lock_step in [false, true] {
        let row = if lock_step { Row::of(3).in_lock_step() } else { Row::of(3) };
        row.once(Dot("p0@"), [Say(b"250 taken\r\n250 taken\r\n")])
            .send()
            .goes_well()
            .says_nothing()
            .connections(2);
        // It would look as if the next one were taken already.
        let row = if lock_step { Row::of(3).in_lock_step() } else { Row::of(3) };
        row.once(
            Dot("p0@"),
            [Reply("250 taken"), Pause(50), Say(b"250 a\r\n250 b\r\n354 c\r\n250 d\r\n")],
        )
        .once(Command("MAIL FROM:<events@example.org> SIZE=9"), [Rest])
        .send()
        .goes_well();
    }
}

#[test]
fn a_close_after_the_answer() {
    for end in [Close, Reset] {
        Row::of(3)
            .once(Dot("p0@"), [Reply("250 2.0.0 taken"), Pause(50), end])
            .send()
            .goes_well()
            .says_nothing()
            .connections(2);
    }
}

#[test]
fn a_421_after_the_dot() {
    // It has not taken it (RFC 5321 §3.8), and takes it over another connection.
    Row::of(3)
        .once(Dot("p1@"), [Reply("421 4.3.2 shutting down"), Close])
        .send()
        .exits(0)
        .all("accepted")
        .arrived(4)
        .connections(2);
}

#[test]
fn a_quota_that_is_used_up() {
    for reply in [
        "550 5.4.5 Daily user sending quota exceeded. https://support.example.com/mail/?p=DailyLimit - gsmtp",
        "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException; Failed to process message",
    ] {
        Row::of(3)
            .once(Dot("p1@"), [Reply(reply)])
            .send()
            .stops(2, reply)
            .says("the account has reached its sending limit")
            .says(" (perhaps from ")
            .stands("accepted due due")
            .arrived(2)
            .goes_on();
    }
    Row::of(2)
        .always(
            Command("MAIL"),
            [Reply("454 4.7.0 Throttling failure: Daily message quota exceeded.")],
        )
        .send()
        .stops(2, "454 4.7.0 Throttling failure: Daily message quota exceeded.")
        .all("due")
        .arrived(0)
        .goes_on();
}

#[test]
fn the_first_message_is_spam() {
    Row::of(3)
        .always(Dot(""), [Reply("554 5.7.1 message rejected as spam")])
        .send()
        .stops(3, "554 5.7.1 message rejected as spam")
        .says("meetmint send --limit 1")
        .all("due")
        .arrived(1)
        .connections(1)
        .goes_on();
}

#[test]
fn three_alike_are_spam() {
    let row = Row::of(6)
        .once(Dot("p1@"), [Reply("554 5.7.1 spam, case 4711")])
        .once(Dot("p2@"), [Reply("554 5.7.1 spam, case 4712")])
        .once(Dot("p3@"), [Reply("554 5.7.1 spam, case 4713")]);
    row.send()
        .stops(5, "554 5.7.1 spam, case 4713")
        .stands("accepted due due due due due")
        .arrived(4)
        .goes_on();
}

#[test]
fn three_alike_with_somebody_who_does_not_exist_between_them() {
    let row = Row::of(6)
        .once(Dot("p1@"), [Reply("554 5.7.1 spam")])
        .once(Dot("p2@"), [Reply("554 5.7.1 spam")])
        .once(Command("RCPT TO:<p3@"), [Reply("550 5.1.1 no such user")])
        .once(Dot("p4@"), [Reply("554 5.7.1 spam")])
        .send()
        .says("warning: p3@example.org was refused: 550 5.1.1 no such user\nerror: ")
        .stops(4, "554 5.7.1 spam")
        .stands("accepted due due refused due due");
    assert_eq!(row.stderr().matches("was refused").count(), 1, "{row}");
    row.goes_on();
}

#[test]
fn two_alike_are_not() {
    Row::of(6)
        .once(Dot("p1@"), [Reply("554 5.7.1 spam")])
        .once(Dot("p2@"), [Reply("554 5.7.1 spam")])
        .once(Dot("p4@"), [Reply("554 5.7.1 spam")])
        .send()
        .exits(4)
        .stands("accepted refused refused accepted refused accepted")
        .arrived(6)
        .goes_on();
    Row::of(5)
        .once(Dot("p1@"), [Reply("554 5.7.1 spam")])
        .once(Dot("p2@"), [Reply("550 5.6.0 a word that I do not like")])
        .once(Dot("p3@"), [Reply("554 5.7.1 spam")])
        .send()
        .exits(4)
        .stands("accepted refused refused refused accepted")
        .arrived(5)
        .goes_on();
}

#[test]
fn three_alike_over_several_connections() {
    let row = Row::of(8).outbox("connections = 3");
    let row = row.once(Dot("p0@"), [Reply("250 taken")]);
    let row = row.always(Dot(""), [Reply("554 5.7.1 spam")]).send();
    // Of those that were on their way meanwhile nobody is refused for good.
    row.stops(7, "554 5.7.1 spam").counts([("accepted", 1), ("due", 7), ("refused", 0)]).goes_on();
}

#[test]
fn what_is_said_of_a_message_may_be_about_one_person() {
    Row::of(5)
        .once(Dot("p0@"), [Reply("550 5.1.1 no such user")])
        .once(Dot("p1@"), [Reply("552 5.2.2 mailbox full")])
        .once(Dot("p2@"), [Reply("452 4.2.2 mailbox full")])
        .once(Dot("p3@"), [Reply("451 4.3.0 queue file write error")])
        .send()
        .exits(4)
        .stands("refused refused deferred deferred accepted")
        .arrived(5)
        .connections(1)
        .goes_on()
        .goes_on_later();
}

#[test]
fn a_message_that_is_found_too_big_when_it_is_there() {
    Row::of(2)
        .always(Dot(""), [Reply("552 5.3.4 message too big")])
        .send()
        .stops(2, "552 5.3.4 message too big")
        .says("use a server that accepts larger messages, or shorten the templates")
        .all("due")
        .arrived(1)
        .goes_on();
}

#[test]
fn a_432_after_the_dot() {
    Row::of(4)
        .outbox("connections = 2")
        .on(2, Dot(""), [Reply("432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded")])
        .send()
        .exits(4)
        .counts([("accepted", 3), ("deferred", 1)])
        .connections(2)
        .goes_on()
        .goes_on_later()
        .all("accepted");
}

//! The envelope in one write (RFC 2920).

use super::script::Step::{self, Body, Pause, Rest};
use super::script::{expect, respond, server};
use super::*;

fn commands(to: &str) -> Step {
    let rcpt = format!("RCPT TO:<{to}@example.org>");
    expect(&format!("MAIL FROM:<events@example.org>\r\n{rcpt}\r\nDATA"))
}

#[test]
fn commands_are_pipelined_if_that_is_offered() {
    let server = server([
        pipelining("250 HELP\r\n"),
        // Replies need not arrive together, or whole.
        vec![commands("ada"), respond("250 ok\r\n250 ok\r\n354 go"), Pause(20), respond(" on\r\n")],
        vec![Body, respond("250 queued\r\n"), commands("bob")],
        vec![
            respond("250 ok\r\n"),
            Pause(20),
            respond("250 ok\r\n354 go\r\n"),
            Body,
            respond("250 ok\r\n"),
        ],
    ]);
    let mut session = server.connect().unwrap();
    assert_eq!(send(&mut session, "ada"), "accepted: 250 queued");
    assert_eq!(send(&mut session, "bob"), "accepted: 250 ok");
    assert_eq!(server.finish().len(), 2);
}

#[test]
fn every_pipelined_reply_is_read_and_the_first_refusal_counts() {
    #[track_caller]
    fn case(answers: &str, expected: &str) {
        let reset =
            expect("RSET\r\nMAIL FROM:<events@example.org>\r\nRCPT TO:<bob@example.org>\r\nDATA");
        let server = server([
            pipelining("250 HELP\r\n"),
            vec![commands("ada"), respond(answers), reset],
            vec![respond("250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n"), Body, respond("250 ok\r\n")],
        ]);
        assert_reusable_after(server, expected);
    }

    // The later replies follow from the first: they say nothing about this message.
    case("550 5.1.8 who?\r\n503 no MAIL\r\n503 no RCPT\r\n", "refused: 550 5.1.8 who?");
    case("250 ok\r\n550 5.1.1 no\r\n554 nobody\r\n", "refused: 550 5.1.1 no");
    case("250 ok\r\n450 4.2.0 later\r\n503 nobody\r\n", "deferred: 450 4.2.0 later");
    case("250 ok\r\n250 ok\r\n451 4.3.0 later\r\n", "deferred: 451 4.3.0 later");
}

#[test]
fn a_message_without_recipients_is_ended_by_a_lone_dot() {
    let answers = respond("250 ok\r\n550 5.1.1 no\r\n354 go on\r\n");
    let server = server([
        pipelining("250 HELP\r\n"),
        vec![commands("ada"), answers, Body, respond("554 no valid recipients\r\n"), Rest],
    ]);
    let mut session = server.connect().unwrap();
    assert_eq!(open(&mut session, "ada"), "refused: 550 5.1.1 no");
    assert!(session.is_open());
    drop(session);
    assert_eq!(server.finish(), [".\r\n", ""]);
}

#[test]
fn after_a_refused_sender_no_dot_is_sent() {
    let answers = respond("550 5.1.8 no\r\n250 ok\r\n354 go on\r\n");
    let server = server([pipelining("250 HELP\r\n"), vec![commands("ada"), answers, Rest]]);
    let mut session = server.connect().unwrap();
    assert_eq!(open(&mut session, "ada"), "refused: 550 5.1.8 no");
    assert!(!session.is_open());
    drop(session);
    assert_eq!(server.finish(), [""]);
}

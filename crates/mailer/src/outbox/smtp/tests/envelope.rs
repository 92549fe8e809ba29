//! MAIL, RCPT and DATA: refusals, and replies that do not fit.

use super::script::Step::{self, Body, Rest};
use super::script::{envelope, expect, hello, respond, server, timeouts_for};
use super::*;

#[test]
fn the_connection_is_reused_after_a_refused_message() {
    #[track_caller]
    fn case(at: usize, reply: &str, expected: &str) {
        let mut refused = envelope("ada");
        // Each command is two steps, expecting it and answering: only the answer of the refused one is left out.
        refused.truncate(2 * at + 1);
        refused.extend([respond(reply), expect("RSET"), respond("250 ok\r\n")]);
        let server = server([hello(), refused, envelope("bob"), vec![Body, respond("250 ok\r\n")]]);
        assert_reusable_after(server, expected);
    }

    let (mail, rcpt, data) = (0, 1, 2);
    case(rcpt, "550 5.1.1 no such user\r\n", "refused: 550 5.1.1 no such user");
    case(rcpt, "550-5.1.1 no such\r\n550 5.1.1 user\r\n", "refused: 550 5.1.1 no such user");
    case(rcpt, "550 Bo\u{ee}te\r\n", "refused: 550 Boîte");
    case(rcpt, "450 4.2.0 greylisted\r\n", "deferred: 450 4.2.0 greylisted");
    case(mail, "451 4.3.0 later\r\n", "deferred: 451 4.3.0 later");
    case(data, "452 4.3.1 disk full\r\n", "deferred: 452 4.3.1 disk full");
    case(mail, "550 5.1.8 who?\r\n", "refused: 550 5.1.8 who?");
    case(data, "554 5.5.1 no\r\n", "refused: 554 5.5.1 no");
}

#[test]
fn an_8_bit_reply_keeps_its_code() {
    let mut refused = envelope("ada");
    refused.truncate(3);
    refused.push(Step::Send(b"550 Bo\xeete pleine\r\n".to_vec()));
    let server = server([hello(), refused]);
    let mut session = server.connect().unwrap();
    assert_eq!(open(&mut session, "ada"), "refused: 550 Bo\u{fffd}te pleine");
    server.finish();
}

#[test]
fn a_refusal_stands_even_if_the_connection_breaks_after_it() {
    // The server closes after the refusal, or does not confirm RSET.
    for after in [vec![], vec![expect("RSET")], vec![expect("RSET"), respond("500 what?\r\n")]] {
        let mut refused = envelope("ada");
        refused.truncate(3);
        refused.push(respond("550 5.1.1 no such user\r\n"));
        let server = server([hello(), refused, after]);
        let mut session = server.connect().unwrap();
        assert_eq!(open(&mut session, "ada"), "refused: 550 5.1.1 no such user");
        let result = open(&mut session, "bob");
        assert!(result.starts_with("broken: "), "{result}");
        assert!(!session.is_open());
        server.finish();
    }
}

#[test]
fn a_message_that_needs_more_than_is_offered_is_not_sent() {
    let long = vec![b'x'; 2_000];
    let text = "Grüße\r\n".as_bytes();
    // Only the part before the `@` needs SMTPUTF8: `Email` turns a domain into A-labels.
    let utf8 = Email::parse("jörg@example.org").unwrap();
    let (from, to) = (email("events"), email("ada"));
    let offers = |offers: &str| {
        let server = server([pipelining(offers), vec![Rest]]);
        (server.connect().unwrap(), server)
    };
    let unsupported = |result: Result<(), Rejected>| match result {
        Err(Rejected::Unsupported(unsupported)) => unsupported,
        other => panic!("{other:?}"),
    };

    let (mut session, _server) = offers("250 SIZE 1000\r\n");
    let size = Unsupported::Size { octets: 2_000, largest: 1_000 };
    assert_eq!(unsupported(session.send_envelope(&from, &to, &long)), size);
    assert_eq!(unsupported(session.send_envelope(&from, &to, text)), Unsupported::EightBit);
    assert_eq!(unsupported(session.send_envelope(&from, &utf8, b"x")), Unsupported::Address);
    assert_eq!(unsupported(session.send_envelope(&utf8, &to, b"x")), Unsupported::Sender);
    assert!(session.is_open());

    let (mut session, server) = offers("250-SIZE\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n");
    session.send_envelope(&from, &utf8, text).unwrap();
    drop(session);
    let received = server.finish().remove(0);
    assert!(
        // SIZE counts octets: `ü` and `ß` are two each.
        received.starts_with("MAIL FROM:<events@example.org> SIZE=9 BODY=8BITMIME SMTPUTF8\r\nRCPT TO:<jörg@example.org>\r\n"),
        "{received}"
    );
}

#[test]
fn a_connection_that_breaks_before_354_leaves_nothing_in_doubt() {
    for (steps, pause) in [(1, None), (3, None), (5, None), (1, Some(Rest)), (5, Some(Rest))] {
        let mut broken = envelope("ada");
        broken.truncate(steps);
        let silent = pause.is_some();
        broken.extend(pause);
        let server = server([hello(), broken]);
        let why = if silent { "timed out after 300ms" } else { "the connection was closed" };
        let mut session = server.connect_within(&timeouts_for(why)).unwrap();
        assert_eq!(open(&mut session, "ada"), format!("broken: {why}"));
        assert!(!session.is_open());
        assert_eq!(transmit(&mut session, b"x"), "broken: the connection was closed");
        server.finish();
    }
}

#[test]
fn a_reply_that_does_not_fit_the_command_ends_the_connection() {
    for (at, reply) in [(1, "354 go on"), (3, "334 more"), (5, "250 ok"), (1, "rubbish")] {
        let mut broken = envelope("ada");
        broken.truncate(at);
        broken.extend([respond(&format!("{reply}\r\n")), Rest]);
        let server = server([hello(), broken]);
        let mut session = server.connect().unwrap();
        let result = open(&mut session, "ada");
        assert!(result.starts_with("broken: ") && result.contains(reply), "{result}");
        assert_eq!(server.finish(), [""]);
    }
}

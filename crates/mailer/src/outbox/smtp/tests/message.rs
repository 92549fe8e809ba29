//! Messages after the 354: accepted, refused, or in doubt.

use super::script::Step::{self, Body, Pause, Rest, Take};
use super::script::{envelope, expect, hello, respond, server, timeouts_for};
use super::*;

#[test]
fn several_messages_go_over_one_connection() {
    let accepted = || vec![Body, respond("250 2.0.0 queued as 4F21\r\n")];
    let quit = vec![expect("QUIT"), respond("221 bye\r\n"), Rest];
    let server = server([
        hello(),
        envelope("ada"),
        accepted(),
        envelope("bob"),
        accepted(),
        envelope("eve"),
        accepted(),
        quit,
    ]);
    let mut session = server.connect().unwrap();
    for to in ["ada", "bob"] {
        assert_eq!(send(&mut session, to), "accepted: 250 2.0.0 queued as 4F21");
    }
    assert_eq!(open(&mut session, "eve"), "go on");
    // Dots are doubled on the way, and the server keeps what it received.
    let dots = b".a\r\n..\r\nb.\r\n\r\n.\r\n";
    assert_eq!(transmit(&mut session, dots), "accepted: 250 2.0.0 queued as 4F21");
    assert!(session.is_open());
    session.quit();
    let hello = "Subject: x\r\n\r\nhello\r\n.\r\n";
    assert_eq!(server.finish(), [hello, hello, "..a\r\n...\r\nb.\r\n\r\n..\r\n.\r\n", ""]);
}

#[test]
fn replies_come_in_lines_and_in_pieces() {
    let mut script = vec![
        // TCP may deliver a reply in any pieces, even between CR and LF.
        respond("220-mx.exa"),
        Pause(20),
        respond("mple.org\r\n22"),
        Pause(20),
        respond("0 ready\r"),
        Pause(20),
        respond("\n"),
        expect("EHLO here"),
        respond("250-mx.example.org\r\n250-DSN\r\n250-8BITMIME\r\n250 PIPELINING\r\n"),
    ];
    script.extend(envelope("ada"));
    script.extend([Body, respond("250"), Pause(20), respond("\r\n")]);
    let server = server([script]);
    let mut session = server.connect().unwrap();
    assert_eq!(send(&mut session, "ada"), "accepted: 250");
    drop(session);
    server.finish();
}

#[test]
fn a_surplus_reply_is_never_taken_for_the_next_one() {
    // The server claims to have queued a message that it has not received.
    let mut ahead = envelope("ada");
    ahead.pop();
    ahead.extend([respond("354 go on\r\n250 2.0.0 queued\r\n"), Rest]);
    let early = server([hello(), ahead]);
    let mut session = early.connect().unwrap();
    assert_eq!(open(&mut session, "ada"), "go on");
    let result = "broken: unexpected reply from the server: 250 2.0.0 queued";
    assert_eq!(transmit(&mut session, b"x\r\n"), result);
    assert_eq!(early.finish(), [""]);

    // Taken for a reply, the second 250 would answer the MAIL of the next message.
    let twice = vec![Body, respond("250 ok\r\n250 ok\r\n"), Rest];
    let server = server([hello(), envelope("ada"), twice]);
    let mut session = server.connect().unwrap();
    assert_eq!(send(&mut session, "ada"), "accepted: 250 ok");
    assert_eq!(open(&mut session, "bob"), "broken: unexpected reply from the server: 250 ok");
    assert_eq!(server.finish()[1], "");
}

#[test]
fn a_421_between_messages_defers_the_next_one() {
    for ending in [
        vec![Body, respond("250 ok\r\n421 4.3.2 going down\r\n")],
        // Once with the reply before it, once after it: the client must not depend on how the two arrive.
        vec![Body, respond("250 ok\r\n"), Pause(20), respond("421 4.3.2 going down\r\n")],
    ] {
        let server = server([hello(), envelope("ada"), ending]);
        let mut session = server.connect().unwrap();
        assert_eq!(send(&mut session, "ada"), "accepted: 250 ok");
        server.finish();
        assert_eq!(open(&mut session, "bob"), "deferred: 421 4.3.2 going down");
        assert!(!session.is_open());
    }
}

#[test]
fn without_a_complete_reply_to_the_final_dot_a_message_is_in_doubt() {
    #[track_caller]
    fn case(end: Vec<Step>, expected: &str, open: bool) {
        let server = server([hello(), envelope("ada"), vec![Body], end]);
        let mut session = server.connect_within(&timeouts_for(expected)).unwrap();
        assert_eq!(send(&mut session, "ada"), expected);
        assert_eq!(session.is_open(), open);
        drop(session);
        server.finish();
    }

    case(vec![respond("250 2.0.0 ok\r\n")], "accepted: 250 2.0.0 ok", true);
    case(vec![respond("251 ok\r\n")], "accepted: 251 ok", true);
    case(vec![respond("552 5.3.4 too big\r\n")], "refused: 552 5.3.4 too big", true);
    case(vec![respond("451 4.7.1 later\r\n")], "deferred: 451 4.7.1 later", true);
    case(vec![respond("421 4.3.2 going\r\n")], "deferred: 421 4.3.2 going", false);
    // The server may have queued the message and only the reply may be lost (RFC 1047).
    case(vec![], "in doubt: the connection was closed", false);
    case(vec![respond("250 o")], "in doubt: the connection was closed", false);
    case(vec![respond("250-ok\r\n")], "in doubt: the connection was closed", false);
    case(vec![Rest], "in doubt: timed out after 300ms", false);
    case(vec![respond("250-ok\r\n"), Rest], "in doubt: timed out after 300ms", false);
    case(vec![respond("gone\r\n")], "in doubt: `gone` is not an SMTP reply", false);
    case(vec![respond("250-a\r\n550 b\r\n")], "in doubt: `550 b` is not an SMTP reply", false);
    case(
        vec![respond("354 more\r\n")],
        "in doubt: unexpected reply from the server: 354 more",
        false,
    );
    case(
        vec![Step::Send(vec![b'2'; 5_000]), Rest],
        "in doubt: the reply is longer than 4096 octets",
        false,
    );
}

/// Closing with something unread resets the connection.
#[test]
fn a_short_message_is_in_doubt_if_the_connection_breaks_in_its_body() {
    let server = server([hello(), envelope("ada"), vec![Take(5)]]);
    let mut session = server.connect().unwrap();
    let result = send(&mut session, "ada");
    let ways = ["in doubt: the connection failed", "in doubt: the connection was closed"];
    assert!(ways.contains(&result.as_str()), "{result}");
    server.finish();
}

#[cfg(target_os = "linux")]
#[test]
fn a_message_whose_dot_was_not_sent_is_not_in_doubt() {
    #[track_caller]
    fn case(end: Vec<Step>, expected: &str) {
        // More than the buffers of both ends hold.
        let long = b"A line of a very long message, as if somebody had attached a film.\r\n"
            .repeat(1 << 20);
        let server = server([hello(), envelope("ada"), end]);
        let mut session = server.connect_within(&timeouts_for(expected)).unwrap();
        assert_eq!(open(&mut session, "ada"), "go on");
        assert_eq!(transmit(&mut session, &long), expected);
        assert!(!session.is_open());
        drop(session);
        drop(server.thread);
    }

    case(vec![Take(5)], "broken: the connection failed");
    case(vec![Take(5), Pause(2_000)], "broken: timed out after 300ms");
    case(vec![Take(5), respond("552 5.3.4 too big\r\n")], "refused: 552 5.3.4 too big");
    case(vec![Take(5), respond("421 4.3.0 full\r\n")], "deferred: 421 4.3.0 full");
    case(vec![Take(5), respond("452 4.3.1 full\r\n"), Pause(2_000)], "deferred: 452 4.3.1 full");
    // A server cannot accept a message whose end it has not seen.
    case(vec![Take(5), respond("250 ok\r\n")], "broken: the connection failed");
}

#[test]
fn an_abandoned_message_has_no_final_dot() {
    // A QUIT after 354 would be a line of the message.
    for abandon in [SmtpSession::abandon, SmtpSession::quit, drop] {
        let server = server([hello(), envelope("ada"), vec![Rest]]);
        let mut session = server.connect().unwrap();
        assert_eq!(open(&mut session, "ada"), "go on");
        abandon(session);
        assert_eq!(server.finish(), [""]);
    }
}

#[test]
fn calls_out_of_order_write_nothing() {
    let unasked = server([hello(), vec![Rest]]);
    let mut session = unasked.connect().unwrap();
    assert_eq!(transmit(&mut session, b"x"), "broken: the connection was closed");
    assert_eq!(unasked.finish(), [""]);

    let twice = server([hello(), envelope("ada"), vec![Rest]]);
    let mut session = twice.connect().unwrap();
    assert_eq!(open(&mut session, "ada"), "go on");
    assert_eq!(open(&mut session, "bob"), "broken: the connection was closed");
    assert_eq!(twice.finish(), [""]);
}

#[test]
fn quit_needs_no_reply() {
    let server = server([hello(), vec![expect("QUIT")]]);
    server.connect().unwrap().quit();
    server.finish();
}

//! Envelope and message in one flight (RFC 3030).

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use super::script::Step::{self, Body, Chunk, Pause, Rest, Take, Until};
use super::script::{envelope, expect, here, plain, respond, server, short, timeouts_for};
use super::*;

/// What [`send`] sends.
const HELLO: &str = "Subject: x\r\n\r\nhello\r\n";

/// The replies to MAIL and RCPT.
const GO_ON: &str = "250 2.1.0 ok\r\n250 2.1.5 ok\r\n";

/// Greeting and EHLO of a server that offers CHUNKING and PIPELINING.
fn chunking() -> Vec<Step> {
    pipelining("250-8BITMIME\r\n250 CHUNKING\r\n")
}

/// The commands of a flight.
fn commands(to: &str, octets: usize) -> Step {
    expect(&format!(
        "MAIL FROM:<events@example.org>\r\nRCPT TO:<{to}@example.org>\r\nBDAT {octets} LAST"
    ))
}

/// A flight with the message that [`send`] sends.
fn flight(to: &str) -> Vec<Step> {
    vec![commands(to, HELLO.len()), Chunk(HELLO.len())]
}

/// RSET, before a flight.
fn reset() -> Vec<Step> {
    vec![expect("RSET"), respond("250 2.0.0 ok\r\n")]
}

fn replies(message: &str) -> Vec<Step> {
    vec![respond(&format!("{GO_ON}{message}\r\n"))]
}

#[test]
fn a_message_is_one_flight_and_no_dot_is_doubled() {
    let dots = ".a\r\n..\r\nb.\r\n\r\n.\r\n";
    let server = server([
        chunking(),
        // No reply comes before the last octet of the flight.
        flight("ada"),
        replies("250 2.0.0 queued"),
        flight("bob"),
        // Replies need not arrive together, or whole.
        vec![respond(GO_ON), Pause(20), respond("25"), Pause(20), respond("0 ok\r\n")],
        vec![commands("eve", dots.len()), Chunk(dots.len())],
        replies("250 ok"),
        // A message without a last CRLF gets one, as it does before a final dot.
        vec![commands("joe", 3), Chunk(3)],
        replies("250 ok"),
        vec![commands("kim", 0)],
        replies("250 ok"),
        vec![expect("QUIT"), Rest],
    ]);
    let mut session = server.connect().unwrap();
    assert_eq!(send(&mut session, "ada"), "accepted: 250 2.0.0 queued");
    assert_eq!(send(&mut session, "bob"), "accepted: 250 ok");
    for (to, message) in [("eve", dots), ("joe", "a"), ("kim", "")] {
        assert_eq!(open(&mut session, to), "go on");
        assert_eq!(transmit(&mut session, message.as_bytes()), "accepted: 250 ok");
    }
    assert_eq!(session.messages(), 5);
    session.quit();
    assert_eq!(server.finish(), [HELLO, HELLO, dots, "a\r\n", ""]);
}

#[test]
fn a_refused_message_costs_no_connection() {
    #[track_caller]
    fn case(replies: &str, expected: &str, messages: u32) {
        let accepted = vec![respond(&format!("{GO_ON}250 ok\r\n"))];
        let parts =
            [chunking(), flight("ada"), vec![respond(replies)], reset(), flight("bob"), accepted];
        let server = server(parts);
        let mut session = server.connect().unwrap();
        assert_eq!(send(&mut session, "ada"), expected);
        assert!(session.is_open());
        assert_eq!(session.messages(), messages);
        assert_eq!(send(&mut session, "bob"), "accepted: 250 ok");
        assert_eq!(server.finish().len(), 2);
    }

    // The later replies follow from the first refusal.
    let unknown = "refused at RCPT: 550 5.1.1 no such user";
    case("250 ok\r\n550 5.1.1 no such user\r\n554 5.5.1 no valid recipients\r\n", unknown, 0);
    case("250 ok\r\n550 5.1.1 no such user\r\n503 5.5.1 need RCPT\r\n", unknown, 0);
    case("250 ok\r\n550 5.1.1 no such user\r\n451 4.3.0 later\r\n", unknown, 0);
    // A server that accepts a message without recipients has delivered it to nobody.
    case("250 ok\r\n550 5.1.1 no such user\r\n250 2.0.0 queued\r\n", unknown, 0);
    let later = "refused at RCPT: 450 4.2.0 greylisted";
    case("250 ok\r\n450 4.2.0 greylisted\r\n503 nobody\r\n", later, 0);
    let sender = "refused at MAIL: 550 5.1.8 who?";
    case("550 5.1.8 who?\r\n503 no MAIL\r\n503 no RCPT\r\n", sender, 0);
    case("550 5.1.8 who?\r\n503 no MAIL\r\n250 queued\r\n", sender, 0);
    case(&format!("{GO_ON}552 5.3.4 too big\r\n"), "refused: 552 5.3.4 too big", 1);
    case(&format!("{GO_ON}451 4.7.1 later\r\n"), "deferred: 451 4.7.1 later", 1);
    case(&format!("{GO_ON}501 5.1.7 bad sender\r\n"), "refused: 501 5.1.7 bad sender", 1);
}

/// Otherwise the next message could also go to the recipient of the one before.
#[test]
fn no_message_leaves_before_rset_has_succeeded() {
    for answer in ["500 5.5.2 what?\r\n", "421 4.3.2 going down\r\n", ""] {
        let refused = replies("550 5.7.1 spam");
        let answer = vec![expect("RSET"), respond(answer)];
        let server = server([chunking(), flight("ada"), refused, answer]);
        let mut session = server.connect().unwrap();
        assert_eq!(send(&mut session, "ada"), "refused: 550 5.7.1 spam");
        let result = open(&mut session, "bob");
        assert!(result.starts_with("broken: ") || result.starts_with("deferred: 421"), "{result}");
        assert!(!session.is_open());
        server.finish();
    }
}

#[test]
fn without_a_reply_that_decides_a_message_is_in_doubt() {
    #[track_caller]
    fn case(end: Vec<Step>, expected: &str) {
        let is_silent = end.iter().any(|step| matches!(step, Rest));
        let timeouts = if is_silent { short() } else { Timeouts::default() };
        let server = server([chunking(), flight("ada"), end]);
        let mut session = server.connect_within(&timeouts).unwrap();
        assert_eq!(send(&mut session, "ada"), expected);
        assert!(!session.is_open());
        drop(session);
        server.finish();
    }

    let closed = "in doubt: the connection was closed";
    case(vec![], closed);
    case(vec![Rest], "in doubt: timed out after 300ms");
    case(vec![respond("250 ok\r\n")], closed);
    case(vec![respond("250 ok\r\n"), Rest], "in doubt: timed out after 300ms");
    case(vec![respond(GO_ON)], closed);
    case(vec![respond(GO_ON), Rest], "in doubt: timed out after 300ms");
    case(vec![respond(&format!("{GO_ON}250 o"))], closed);
    case(vec![respond("gone\r\n")], "in doubt: `gone` is not an SMTP reply");
    let more = "in doubt: unexpected reply from the server: 354 more";
    case(vec![respond("354 more\r\n")], more);
    case(vec![respond("250 ok\r\n354 more\r\n")], more);
    case(vec![respond(&format!("{GO_ON}354 more\r\n"))], more);
    // A refusal decides, even if the connection breaks after it.
    case(vec![respond("250 ok\r\n550 5.1.1 no\r\n")], "refused at RCPT: 550 5.1.1 no");
    case(vec![respond("250 ok\r\n550 5.1.1 no\r\n"), Rest], "refused at RCPT: 550 5.1.1 no");
    case(vec![respond("250 ok\r\n550 5.1.1 no\r\nwhat\r\n")], "refused at RCPT: 550 5.1.1 no");
    case(vec![respond("451 4.3.0 later\r\n")], "refused at MAIL: 451 4.3.0 later");
    case(vec![respond("451 4.3.0 later\r\n503 nobody\r\n")], "refused at MAIL: 451 4.3.0 later");
    // 421 means that nothing more is done (RFC 5321 §3.8).
    case(vec![respond("421 4.3.2 going\r\n")], "refused at MAIL: 421 4.3.2 going");
    case(vec![respond("250 ok\r\n421 4.3.2 going\r\n")], "refused at RCPT: 421 4.3.2 going");
    case(replies("421 4.3.2 going"), "deferred: 421 4.3.2 going");
    // A server that takes a recipient without a sender may take the message, too.
    let strange = "451 4.3.0 later\r\n250 ok\r\n";
    case(vec![respond(strange)], closed);
    let queued = "in doubt: unexpected reply from the server: 250 queued";
    case(vec![respond(&format!("{strange}250 queued\r\n"))], queued);
    case(vec![respond(&format!("{strange}503 who?\r\n"))], "refused at MAIL: 451 4.3.0 later");
}

/// Closing with something unread resets the connection.
#[test]
fn a_message_is_in_doubt_if_the_connection_breaks_in_the_flight() {
    for read in [1, 75, 90] {
        let server = server([chunking(), vec![Take(read)]]);
        let mut session = server.connect().unwrap();
        let result = send(&mut session, "ada");
        let ways = ["in doubt: the connection failed", "in doubt: the connection was closed"];
        assert!(ways.contains(&result.as_str()), "{result}");
        server.finish();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_message_whose_last_octet_was_not_sent_is_not_in_doubt() {
    #[track_caller]
    fn case(end: Vec<Step>, expected: &str) {
        // More than the buffers of both ends hold.
        let long = b"A line of a very long message, as if somebody had attached a film.\r\n"
            .repeat(1 << 20);
        let server = server([chunking(), vec![commands("ada", long.len())], end]);
        let mut session = server.connect_within(&timeouts_for(expected)).unwrap();
        assert_eq!(open(&mut session, "ada"), "go on");
        assert_eq!(transmit(&mut session, &long), expected);
        assert!(!session.is_open());
        drop(session);
        drop(server.thread);
    }

    case(vec![Take(5)], "broken: the connection failed");
    case(vec![Take(5), Pause(2_000)], "broken: timed out after 300ms");
    case(vec![Take(5), respond(GO_ON)], "broken: the connection failed");
    let too_big = "refused: 552 5.3.4 too big";
    case(vec![Take(5), respond(&format!("{GO_ON}552 5.3.4 too big\r\n"))], too_big);
    case(vec![respond("250 ok\r\n550 5.1.1 no\r\n")], "refused at RCPT: 550 5.1.1 no");
    // A server cannot accept a message whose end it has not seen.
    case(vec![Take(5), respond(&format!("{GO_ON}250 ok\r\n"))], "broken: the connection failed");
}

/// The second session of a server that failed with CHUNKING in the first one.
#[track_caller]
fn falls_back(end: Vec<Step>, expected: &str, falls: bool) {
    let first = server([chunking(), flight("ada"), end]);
    let smtp = plain(here(first.port), "here", &Timeouts::default());
    let mut session = SmtpSession::connect(&smtp, &Arc::default()).unwrap();
    assert_eq!(send(&mut session, "ada"), expected);
    // Whatever the server replies next may be about a line of the message.
    assert!(!session.is_open(), "{expected}");
    drop(session);
    first.finish();
    let mut second = envelope("ada");
    second[0] = expect("MAIL FROM:<events@example.org>\r\nRCPT TO:<ada@example.org>\r\nDATA");
    second.drain(1..5);
    second[1] = respond("250 ok\r\n250 ok\r\n354 go on\r\n");
    second.push(Body);
    let next = if falls { second } else { flight("ada") };
    let answer = if falls { vec![respond("250 ok\r\n")] } else { replies("250 ok") };
    let second = server([chunking(), next, answer]);
    let smtp = SmtpServer { address: here(second.port), ..smtp };
    let mut session = SmtpSession::connect(&smtp, &Arc::default()).unwrap();
    assert_eq!(send(&mut session, "ada"), "accepted: 250 ok");
    assert_eq!(second.finish().len(), 1);
}

#[test]
fn a_server_that_does_not_know_bdat_gets_data() {
    for reply in [
        "500 5.5.1 command not recognized",
        "500 what?",
        "501 5.5.4 syntax",
        "502 5.5.2 not implemented",
        "503 5.5.1 bad sequence",
        "504 no",
    ] {
        falls_back(replies(reply), &format!("no chunking: {reply}"), true);
    }
    // The recipient was refused all the same.
    let refused = "250 ok\r\n550 5.1.1 no\r\n500 5.5.1 command not recognized\r\n";
    falls_back(vec![respond(refused)], "refused at RCPT: 550 5.1.1 no", true);
    // Nothing was answered: the flight as such may be the cause.
    falls_back(vec![], "in doubt: the connection was closed", true);
    falls_back(vec![respond(GO_ON)], "in doubt: the connection was closed", false);
    falls_back(replies("421 4.3.2 going"), "deferred: 421 4.3.2 going", false);
}

#[test]
fn bdat_needs_pipelining_and_the_users_consent() {
    let offers = "250-mx.example.org\r\n250 CHUNKING\r\n";
    let greeting = vec![respond("220 hi\r\n"), expect("EHLO here"), respond(offers)];
    let slow = server([greeting, envelope("ada"), vec![Body, respond("250 ok\r\n")]]);
    assert_eq!(send(&mut slow.connect().unwrap(), "ada"), "accepted: 250 ok");
    slow.finish();

    let data = expect("MAIL FROM:<events@example.org>\r\nRCPT TO:<ada@example.org>\r\nDATA");
    let answer = respond("250 ok\r\n250 ok\r\n354 go on\r\n");
    let server = server([chunking(), vec![data, answer, Body, respond("250 ok\r\n")]]);
    let smtp = plain(here(server.port), "here", &Timeouts::default());
    let smtp = SmtpServer { chunking: Chunking::new(false), ..smtp };
    let mut session = SmtpSession::connect(&smtp, &Arc::default()).unwrap();
    assert_eq!(send(&mut session, "ada"), "accepted: 250 ok");
    server.finish();
}

/// A server may close a connection that is idle without a word. If the next message left over it, it would be in doubt.
#[test]
fn after_a_silence_the_connection_is_tried_before_a_message_leaves() {
    let silence = Duration::from_millis(1_100);
    let alive = server([
        chunking(),
        flight("ada"),
        replies("250 ok"),
        reset(),
        flight("bob"),
        replies("250 ok"),
    ]);
    let closed = server([chunking(), flight("ada"), replies("250 ok")]);
    let leaving =
        server([chunking(), flight("ada"), replies("250 ok"), vec![respond("421 4.4.2 idle\r\n")]]);
    let mut sessions = [&alive, &closed, &leaving].map(|server| server.connect().unwrap());
    for session in &mut sessions {
        assert_eq!(send(session, "ada"), "accepted: 250 ok");
    }
    closed.finish();
    thread::sleep(silence);
    let [mut alive_session, mut closed_session, mut leaving_session] = sessions;
    assert_eq!(send(&mut alive_session, "bob"), "accepted: 250 ok");
    let result = open(&mut closed_session, "bob");
    assert!(result.starts_with("broken: "), "{result}");
    assert_eq!(open(&mut leaving_session, "bob"), "deferred: 421 4.4.2 idle");
    alive.finish();
    leaving.finish();
}

/// Also between the intent and the message: a server may close the connection right after it has accepted a message.
#[test]
fn no_message_leaves_over_a_connection_that_the_server_has_closed() {
    #[track_caller]
    fn case(end: Vec<Step>, expected: &str) {
        let (go_on, wait) = mpsc::channel();
        let wait = vec![Until(wait)];
        let server = server([chunking(), flight("ada"), replies("250 ok"), wait, end]);
        let mut session = server.connect().unwrap();
        assert_eq!(send(&mut session, "ada"), "accepted: 250 ok");
        assert_eq!(open(&mut session, "bob"), "go on");
        drop(go_on);
        server.finish();
        let started = Instant::now();
        while !session.has_news() {
            assert!(started.elapsed() < Duration::from_secs(60), "the end did not arrive");
            thread::yield_now();
        }
        assert_eq!(transmit(&mut session, HELLO.as_bytes()), expected);
        assert!(!session.is_open());
    }

    case(vec![], "broken: the connection was closed");
    case(vec![respond("421 4.7.0 enough\r\n")], "refused at MAIL: 421 4.7.0 enough");
    let strange = "broken: unexpected reply from the server: 250 once more";
    case(vec![respond("250 once more\r\n")], strange);
}

#[test]
fn an_interrupt_waits_for_the_reply_to_the_message_only() {
    #[track_caller]
    fn case(end: Vec<Step>, expected: &str) {
        let server = server([chunking(), flight("ada"), end]);
        let halt = Arc::new(AtomicBool::new(false));
        let smtp = plain(here(server.port), "here", &Timeouts::default());
        let mut session = SmtpSession::connect(&smtp, &halt).unwrap();
        assert_eq!(open(&mut session, "ada"), "go on");
        session.send_data(HELLO.as_bytes()).unwrap();
        halt.store(true, Ordering::Relaxed);
        assert_eq!(outcome(session.read_data_reply()), expected);
        drop(session);
        server.finish();
    }

    let slow = respond(GO_ON);
    case(vec![Pause(500), slow, Pause(500), respond("250 ok\r\n")], "accepted: 250 ok");
    // Nobody gets the message, so the reply to BDAT does not matter. The server never sends it.
    case(vec![respond("250 ok\r\n550 5.1.1 no\r\n"), Rest], "refused at RCPT: 550 5.1.1 no");
}

#[test]
fn the_conversation_is_shown_without_the_message() {
    let server = server([chunking(), flight("ada"), replies("250 ok")]);
    let shown = Arc::new(Mutex::new(Vec::new()));
    let lines = Arc::clone(&shown);
    let smtp = SmtpServer {
        trace: Some(Trace::new(move |line| lines.lock().unwrap().push(line.to_owned()))),
        ..plain(here(server.port), "here", &Timeouts::default())
    };
    let mut session = SmtpSession::connect(&smtp, &Arc::default()).unwrap();
    assert_eq!(send(&mut session, "ada"), "accepted: 250 ok");
    server.finish();
    let expected = [
        "> MAIL FROM:<events@example.org>",
        "> RCPT TO:<ada@example.org>",
        "> BDAT 21 LAST",
        "> (a message of 21 octets)",
        "< 250 2.1.0 ok",
        "< 250 2.1.5 ok",
        "< 250 ok",
    ];
    let shown = shown.lock().unwrap();
    assert_eq!(shown[shown.len() - expected.len()..], expected);
}

#[test]
fn octets_above_127_are_declared() {
    let server =
        server([pipelining("250-8BITMIME\r\n250-SIZE 99\r\n250 CHUNKING\r\n"), vec![Rest]]);
    let mut session = server.connect().unwrap();
    let text = "Grüße\r\n".as_bytes();
    session.send_envelope(&email("events"), &email("ada"), text).unwrap();
    session.read_envelope_replies().unwrap();
    session.send_data(text).unwrap();
    session.abandon();
    let flight = "MAIL FROM:<events@example.org> SIZE=9 BODY=8BITMIME\r\nRCPT TO:<ada@example.org>\r\nBDAT 9 LAST\r\nGrüße\r\n";
    assert_eq!(server.finish(), [flight]);
}

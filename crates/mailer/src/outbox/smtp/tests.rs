//! What a session does with everything that a server can send, or not send.

mod script;

use std::io;
use std::net::TcpListener;
use std::sync::Arc;

use meetmint_core::Email;

use self::script::Step::{self, Body, Pause, Rest, Take};
use self::script::{
    Server, connect, envelope, expect, hello, here, plain, respond, server, short, timeouts_for,
};
use super::*;

fn email(name: &str) -> Email {
    Email::parse(&format!("{name}@example.org")).unwrap()
}

/// Opens a transaction, and returns the result as a line.
fn open(session: &mut SmtpSession, to: &str) -> String {
    match session.open_transaction(&email("events"), &email(to), b"hello\r\n") {
        Ok(()) => "go on".to_owned(),
        Err(Rejected::Broken(error)) => format!("broken: {error}"),
        Err(other) => other.to_string(),
    }
}

fn transmit(session: &mut SmtpSession, bytes: &[u8]) -> String {
    match session.transmit(bytes) {
        DataOutcome::Accepted(reply) => format!("accepted: {reply}"),
        DataOutcome::Rejected(reply) if reply.code < 500 => format!("deferred: {reply}"),
        DataOutcome::Rejected(reply) => format!("refused: {reply}"),
        DataOutcome::NotSent(error) => format!("broken: {error}"),
        DataOutcome::InDoubt(error) => format!("in doubt: {error}"),
    }
}

fn send(session: &mut SmtpSession, to: &str) -> String {
    assert_eq!(open(session, to), "go on");
    transmit(session, b"Subject: x\r\n\r\nhello\r\n")
}

/// Sends a message that fails as expected, and a second one over the same connection.
#[track_caller]
fn assert_reusable_after(server: Server, expected: &str) {
    let mut session = server.connect().unwrap();
    assert_eq!(open(&mut session, "ada"), expected);
    assert!(session.is_open());
    assert_eq!(send(&mut session, "bob"), "accepted: 250 ok");
    assert_eq!(server.finish().len(), 1);
}

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
fn a_refused_message_does_not_cost_the_connection() {
    #[track_caller]
    fn case(at: usize, reply: &str, expected: &str) {
        let mut refused = envelope("ada");
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

/// Greeting and EHLO of a server that offers PIPELINING.
fn pipelining(offers: &str) -> Vec<Step> {
    let offers = format!("250-mx.example.org\r\n250-PIPELINING\r\n{offers}");
    vec![respond("220 mx.example.org ESMTP\r\n"), expect("EHLO here"), respond(&offers)]
}

fn commands(to: &str) -> Step {
    let rcpt = format!("RCPT TO:<{to}@example.org>");
    expect(&format!("MAIL FROM:<events@example.org>\r\n{rcpt}\r\nDATA"))
}

#[test]
fn commands_are_pipelined_if_that_is_offered() {
    let server = server([
        pipelining("250 HELP\r\n"),
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

#[test]
fn a_message_that_needs_more_than_is_offered_is_not_sent() {
    let long = vec![b'x'; 2_000];
    let text = "Grüße\r\n".as_bytes();
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
        received.starts_with("MAIL FROM:<events@example.org> SIZE=9 BODY=8BITMIME SMTPUTF8\r\nRCPT TO:<jörg@example.org>\r\n"),
        "{received}"
    );
}

#[test]
fn plaintext_never_stands_in_for_tls() {
    let connect = |steps: Vec<Step>| {
        let server = server([steps]);
        let plain = plain(here(server.port), "here", &Timeouts::default());
        let secure = SmtpServer { security: Security::StartTls, ..plain };
        let error = SmtpSession::connect(&secure, &Arc::default()).unwrap_err();
        assert_eq!(server.finish(), [""]);
        error
    };
    let stripped = connect([hello(), vec![Rest]].into_iter().flatten().collect());
    assert!(matches!(stripped, SmtpError::NoStartTls(_)), "{stripped}");
    let mut smuggled = pipelining("250 STARTTLS\r\n");
    smuggled.extend([expect("STARTTLS"), respond("220 go\r\n250 AUTH PLAIN\r\n"), Rest]);
    let smuggled = connect(smuggled);
    assert!(matches!(smuggled, SmtpError::DataBeforeTls(_)), "{smuggled}");
}

#[test]
fn an_error_before_the_first_message_quotes_the_server() {
    #[track_caller]
    fn case(script: Vec<Step>, expected: &str) {
        let server = server([script]);
        let error = server.connect_within(&timeouts_for(expected)).unwrap_err();
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}"));
        let shown = format!("{error}{}", cause.unwrap_or_default());
        assert_eq!(shown, expected.replace("ADDRESS", &format!("127.0.0.1:{}", server.port)));
        server.finish();
    }

    case(vec![respond("554 5.7.1 not you\r\n")], "ADDRESS does not accept mail: 554 5.7.1 not you");
    case(vec![respond("421 busy\r\n")], "ADDRESS does not accept mail at the moment: 421 busy");
    let broken = |why: &str| format!("the connection to ADDRESS broke: {why}");
    case(vec![], &broken("the connection was closed"));
    case(vec![respond("220 half")], &broken("the connection was closed"));
    case(vec![Rest], &broken("timed out after 300ms"));
    case(vec![respond("220-a\r\n"), Rest], &broken("timed out after 300ms"));
    case(vec![respond("SSH-2.0-OpenSSH\r\n")], &broken("`SSH-2.0-OpenSSH` is not an SMTP reply"));
    case(vec![respond("220-a\r\n221 b\r\n")], &broken("`221 b` is not an SMTP reply"));
    case(vec![respond("354 go\r\n")], &broken("unexpected reply from the server: 354 go"));
    let banner = || vec![respond("220 hi\r\n"), expect("EHLO here")];
    let after = |reply: &str| [banner(), vec![respond(reply)]].into_iter().flatten().collect();
    case(after("502 5.5.2 what?\r\n"), "ADDRESS does not accept mail: 502 5.5.2 what?");
    case(after("451 later\r\n"), "ADDRESS does not accept mail at the moment: 451 later");
    case(banner(), &broken("the connection was closed"));
}

#[test]
fn an_endless_reply_is_cut_off() {
    let error = |reply: String| {
        let server = server([vec![Step::Send(reply.into_bytes()), Rest]]);
        match server.connect() {
            Err(SmtpError::Broken { source, .. }) => source.to_string(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(error(format!("220 {}", "x".repeat(5_000))), "the reply is longer than 4096 octets");
    assert_eq!(error("220-and\r\n".repeat(8_000)), "the reply is longer than 65536 octets");
}

#[test]
fn a_slow_reply_has_to_be_complete_in_time() {
    let drops = (0..8).flat_map(|_| [respond("220-wait\r\n"), Pause(80)]);
    let server = server([drops.collect()]);
    let Err(SmtpError::Broken { source, .. }) = server.connect_within(&short()) else {
        panic!("it took longer than the time-out")
    };
    assert_eq!(source.to_string(), "timed out after 300ms");
    drop(server.thread);
}

#[test]
fn a_connection_that_breaks_before_354_leaves_no_doubt() {
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
fn a_reply_that_does_not_fit_breaks_the_connection() {
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

#[test]
fn a_surplus_reply_is_never_taken_for_the_next_one() {
    let mut ahead = envelope("ada");
    ahead.pop();
    ahead.extend([respond("354 go on\r\n250 2.0.0 queued\r\n"), Rest]);
    let early = server([hello(), ahead]);
    let mut session = early.connect().unwrap();
    assert_eq!(open(&mut session, "ada"), "go on");
    let result = "broken: unexpected reply from the server: 250 2.0.0 queued";
    assert_eq!(transmit(&mut session, b"x\r\n"), result);
    assert_eq!(early.finish(), [""]);

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
fn after_the_final_dot_only_a_complete_reply_ends_the_doubt() {
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

#[test]
fn mail_without_tls_is_sent_to_this_machine_only() {
    #[track_caller]
    fn case(host: &str, local: bool) {
        let address = SmtpAddress { host: host.to_owned(), port: 25 };
        assert_eq!(address.is_loopback(), local, "{host}");
    }

    for local in ["localhost", "LocalHost", "127.0.0.1", "127.5.6.7", "::1"] {
        case(local, true);
    }
    for remote in [
        "mail.example.org",
        "192.0.2.1",
        "10.0.0.1",
        "0.0.0.0",
        "::",
        "::ffff:192.0.2.1",
        "fe80::1",
        "localhost.example.org",
        "127.0.0.1.example.org",
        "127.1",
        "",
    ] {
        case(remote, false);
        let address = SmtpAddress { host: remote.to_owned(), port: 25 };
        let error = connect(address, "here", &short()).unwrap_err();
        assert!(matches!(error, SmtpError::NotLoopback(host) if host == remote));
    }
}

#[test]
fn localhost_means_all_loopback_addresses() {
    let server = server([hello()]);
    let address = SmtpAddress { host: "localhost".to_owned(), port: server.port };
    connect(address, "here", &Timeouts::default()).unwrap();
    server.finish();
}

#[test]
fn a_refused_connection_is_reported_with_its_cause() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error = connect(here(port), "here", &short()).unwrap_err();
    assert_eq!(error.to_string(), format!("cannot connect to 127.0.0.1:{port}"));
    assert!(matches!(error, SmtpError::Connect { source, .. }
        if source.kind() == io::ErrorKind::ConnectionRefused));
}

#[test]
fn a_host_name_that_would_break_ehlo_is_refused() {
    for hello in ["", "a b", "a\r\nMAIL FROM:<>", "ä", &"x".repeat(256)] {
        let error = connect(here(1), hello, &short()).unwrap_err();
        assert!(matches!(error, SmtpError::InvalidHello(name) if name == hello));
    }
}

#[test]
fn default_time_outs_are_those_of_rfc_5321() {
    let Timeouts { connect, greeting, command, data, body, final_dot } = Timeouts::default();
    let seconds = [connect, greeting, command, data, body, final_dot].map(|time| time.as_secs());
    assert_eq!(seconds, [30, 300, 300, 120, 180, 600]);
}

#[test]
fn debug_output_shows_nothing_that_was_received() {
    let mut hello = hello();
    hello.push(respond("421 secret\r\n"));
    let server = server([hello, vec![Pause(50)]]);
    let session = server.connect().unwrap();
    let debug = format!("{session:?}");
    assert!(debug.contains("127.0.0.1") && !debug.contains("secret"), "{debug}");
    server.finish();
}

//! Connecting, the greeting, EHLO and STARTTLS.

use std::io;
use std::net::TcpListener;
use std::sync::Arc;

use super::script::Step::{self, Pause, Rest};
use super::script::{connect, expect, hello, here, plain, respond, server, short, timeouts_for};
use super::*;

#[test]
fn plaintext_is_never_taken_for_tls() {
    let connect = |steps: Vec<Step>| {
        let server = server([steps]);
        let plain = plain(here(server.port), "here", &Timeouts::default());
        let secure = SmtpServer { security: Security::StartTls, ..plain };
        let error = SmtpSession::connect(&secure, &Arc::default()).unwrap_err();
        assert_eq!(server.finish(), [""]);
        error
    };
    // An attacker who can change the traffic removes the offer, so that the client goes on in plaintext.
    let stripped = connect([hello(), vec![Rest]].into_iter().flatten().collect());
    assert!(matches!(stripped, SmtpError::NoStartTls(_)), "{stripped}");
    // What follows the 220 in the same packet must not be read as if it had come under TLS.
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
    // A wrong port: another service answers.
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
    // Each piece arrives within the limit, all of them together do not.
    let drops = (0..8).flat_map(|_| [respond("220-wait\r\n"), Pause(80)]);
    let server = server([drops.collect()]);
    let Err(SmtpError::Broken { source, .. }) = server.connect_within(&short()) else {
        panic!("it took longer than the time-out")
    };
    assert_eq!(source.to_string(), "timed out after 300ms");
    drop(server.thread);
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
    // `127.1` is loopback for some parsers only, so it does not count.
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
    // The listener is closed at the end of the line, so nobody answers on its port.
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

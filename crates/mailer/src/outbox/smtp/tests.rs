//! What a session does with everything that a server can send, or not send.

mod chunking;
mod envelope;
mod message;
mod opening;
mod pipelining;
mod script;

use meetmint_core::Email;

use self::script::{Server, Step, expect, respond};
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
    outcome(session.transmit(bytes))
}

fn outcome(outcome: DataOutcome) -> String {
    match outcome {
        DataOutcome::Accepted(reply) => format!("accepted: {reply}"),
        DataOutcome::Rejected(Stage::Message, reply) if reply.code < 500 => {
            format!("deferred: {reply}")
        }
        DataOutcome::Rejected(Stage::Message, reply) => format!("refused: {reply}"),
        DataOutcome::Rejected(stage, reply) => format!("refused at {stage}: {reply}"),
        DataOutcome::NoChunking(reply) => format!("no chunking: {reply}"),
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
    // The server accepts a single connection, and has received the second message over it.
    assert_eq!(server.finish().len(), 1);
}

/// Greeting and EHLO of a server that offers PIPELINING.
fn pipelining(offers: &str) -> Vec<Step> {
    let offers = format!("250-mx.example.org\r\n250-PIPELINING\r\n{offers}");
    vec![respond("220 mx.example.org ESMTP\r\n"), expect("EHLO here"), respond(&offers)]
}

//! A mail server that follows a script.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::outbox::smtp::{
    Chunking, Security, SmtpAddress, SmtpError, SmtpServer, SmtpSession, Timeouts,
};

/// A step of the script.
pub(super) enum Step {
    /// Sends this, in one write.
    Send(Vec<u8>),
    /// Reads one or more lines, and expects these.
    Expect(String),
    /// Reads up to the final dot, and keeps what was read.
    Body,
    /// Reads this many octets.
    Take(usize),
    /// Reads this many octets, and keeps them.
    Chunk(usize),
    /// Waits for this many milliseconds.
    Pause(u64),
    /// Waits until the test drops the other end.
    Until(Receiver<()>),
    /// Reads until the client closes the connection, and keeps what was read.
    Rest,
}

pub(super) struct Server {
    pub(super) port: u16,
    pub(super) thread: JoinHandle<Vec<String>>,
}

pub(super) fn respond(text: &str) -> Step {
    Step::Send(text.as_bytes().to_vec())
}

pub(super) fn expect(line: &str) -> Step {
    Step::Expect(line.to_owned())
}

/// The beginning of every script: greeting and EHLO.
pub(super) fn hello() -> Vec<Step> {
    vec![
        respond("220 mx.example.org ESMTP\r\n"),
        expect("EHLO here"),
        respond("250 mx.example.org\r\n"),
    ]
}

/// MAIL, RCPT and DATA, all accepted.
pub(super) fn envelope(to: &str) -> Vec<Step> {
    vec![
        expect("MAIL FROM:<events@example.org>"),
        respond("250 2.1.0 ok\r\n"),
        expect(&format!("RCPT TO:<{to}@example.org>")),
        respond("250 2.1.5 ok\r\n"),
        expect("DATA"),
        respond("354 go on\r\n"),
    ]
}

/// A server for one connection. It closes the connection at the end of its script.
pub(super) fn server(parts: impl IntoIterator<Item = Vec<Step>>) -> Server {
    let script: Vec<Step> = parts.into_iter().flatten().collect();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let thread = thread::spawn(move || {
        // One reader for the whole script: it may have read ahead.
        let mut reader = BufReader::new(listener.accept().unwrap().0);
        let mut kept = Vec::new();
        for step in script {
            match step {
                Step::Send(bytes) => reader.get_ref().write_all(&bytes).unwrap(),
                Step::Expect(line) => {
                    let mut received = String::new();
                    // Pipelined commands arrive in one write, and are expected as one text.
                    for _ in line.lines() {
                        reader.read_line(&mut received).unwrap();
                    }
                    assert_eq!(received, line + "\r\n");
                }
                Step::Body => {
                    let mut body = String::new();
                    // A lone dot is the end of an empty message: there is no line before it.
                    while !body.ends_with("\r\n.\r\n") && body != ".\r\n" {
                        assert_ne!(reader.read_line(&mut body).unwrap(), 0, "{body}");
                    }
                    kept.push(body);
                }
                Step::Take(octets) => reader.read_exact(&mut vec![0; octets]).unwrap(),
                Step::Chunk(octets) => {
                    let mut chunk = vec![0; octets];
                    reader.read_exact(&mut chunk).unwrap();
                    kept.push(String::from_utf8(chunk).unwrap());
                }
                Step::Until(dropped) => assert!(dropped.recv().is_err()),
                Step::Pause(millis) => thread::sleep(Duration::from_millis(millis)),
                Step::Rest => {
                    let mut rest = String::new();
                    // A client that closes with something unread resets the connection.
                    let _ = reader.read_to_string(&mut rest);
                    kept.push(rest);
                }
            }
        }
        kept
    });
    Server { port, thread }
}

impl Server {
    pub(super) fn connect(&self) -> Result<SmtpSession, SmtpError> {
        self.connect_within(&Timeouts::default())
    }

    pub(super) fn connect_within(&self, timeouts: &Timeouts) -> Result<SmtpSession, SmtpError> {
        connect(here(self.port), "here", timeouts)
    }

    /// Waits for the end of the script, and returns what was kept.
    #[track_caller]
    pub(super) fn finish(self) -> Vec<String> {
        self.thread.join().unwrap()
    }
}

pub(super) fn here(port: u16) -> SmtpAddress {
    SmtpAddress { host: "127.0.0.1".to_owned(), port }
}

/// A server without TLS and without login.
pub(super) fn plain(address: SmtpAddress, hello: &str, timeouts: &Timeouts) -> SmtpServer {
    SmtpServer {
        address,
        security: Security::None,
        cleartext: false,
        trust: None,
        login: None,
        hello: Some(hello.to_owned()),
        timeouts: *timeouts,
        chunking: Chunking::new(true),
        trace: None,
    }
}

pub(super) fn connect(
    address: SmtpAddress,
    hello: &str,
    timeouts: &Timeouts,
) -> Result<SmtpSession, SmtpError> {
    SmtpSession::connect(&plain(address, hello, timeouts), &Arc::default())
}

/// Short time-outs if one is expected, else the defaults, which a busy machine cannot exceed.
pub(super) fn timeouts_for(expected: &str) -> Timeouts {
    if expected.contains("timed out") { short() } else { Timeouts::default() }
}

/// Time-outs that a test can wait for.
pub(super) fn short() -> Timeouts {
    let short = Duration::from_millis(300);
    Timeouts {
        connect: short,
        greeting: short,
        command: short,
        data: short,
        body: short,
        final_dot: short,
    }
}

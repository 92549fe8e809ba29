//! A mail server for tests. It records every message that it receives, and can refuse or delay some of them.

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

/// How the server behaves.
#[derive(Clone, Debug, Default)]
pub(crate) struct ServerOptions {
    /// How long the reply to the end of a message is delayed. The message is recorded before the delay.
    pub(crate) delay: Duration,
    /// Whether these replies wait for [`SmtpServer::release`], so that a client is held in the middle of its work.
    pub(crate) is_held: bool,
    /// Whether PIPELINING is left out of the reply to EHLO.
    pub(crate) without_pipelining: bool,
    /// Whether CHUNKING is offered.
    pub(crate) chunking: bool,
    /// Recipients that are treated differently, by address.
    pub(crate) behaviors: HashMap<String, Behavior>,
}

/// How the server treats messages to one recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Behavior {
    /// Replies 550 to every RCPT.
    Refuse,
    /// Replies 450 to this many RCPT commands, and accepts the next.
    Defer(u32),
    /// Records the message, and closes the connection without a reply.
    CloseAfterDot,
    /// Closes the connection after 354, without reading the message.
    CloseBeforeBody,
}

/// A message that the server has received completely.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReceivedMessage {
    /// The recipient in the envelope.
    pub(crate) to: String,
    /// The Message-ID with its angle brackets; empty if there is none.
    pub(crate) message_id: String,
    /// The whole message, with dot-stuffing (RFC 5321 §4.5.2) removed.
    pub(crate) body: String,
}

/// A running server. Dropping it stops it and closes its connections.
pub(crate) struct SmtpServer {
    port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    options: ServerOptions,
    stop: AtomicBool,
    state: Mutex<State>,
    idle: Condvar,
    /// Messages were received, or replies released.
    changed: Condvar,
}

#[derive(Default)]
struct State {
    received: Vec<ReceivedMessage>,
    /// How often each recipient was deferred.
    deferred: HashMap<String, u32>,
    /// Whether replies that were held are given.
    is_released: bool,
    /// The open connections by number.
    connections: HashMap<u64, TcpStream>,
}

impl SmtpServer {
    /// Listens on a free port of the loopback interface.
    pub(crate) fn start(options: ServerOptions) -> SmtpServer {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            options,
            stop: AtomicBool::new(false),
            state: Mutex::default(),
            idle: Condvar::new(),
            changed: Condvar::new(),
        });
        let server = Arc::clone(&shared);
        thread::spawn(move || server.listen(&listener));
        SmtpServer { port, shared }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The messages received so far, in order. After the client was killed, this is complete only once
    /// [`wait_until_idle`](SmtpServer::wait_until_idle) has returned.
    pub(crate) fn messages(&self) -> Vec<ReceivedMessage> {
        self.shared.state.lock().unwrap().received.clone()
    }

    /// Waits until a message was received.
    pub(crate) fn wait_for_a_message(&self) {
        let state = self.shared.state.lock().unwrap();
        let wait = Duration::from_secs(60);
        let changed = &self.shared.changed;
        let (state, _) =
            changed.wait_timeout_while(state, wait, |state| state.received.is_empty()).unwrap();
        assert!(!state.received.is_empty(), "no message came");
    }

    /// Gives the replies that are held, and holds no further ones.
    pub(crate) fn release(&self) {
        self.shared.state.lock().unwrap().is_released = true;
        self.shared.changed.notify_all();
    }

    /// Waits until all connections are closed, and with that everything is read that a killed client had sent.
    pub(crate) fn wait_until_idle(&self) {
        // A client may have connected without being accepted yet. Connections are accepted in order, so once this
        // probe is greeted, all earlier ones are among the open connections.
        drop(TcpStream::connect(("127.0.0.1", self.port)).map(|probe| {
            let mut greeting = String::new();
            BufReader::new(probe).read_line(&mut greeting)
        }));
        let state = self.shared.state.lock().unwrap();
        let wait = Duration::from_secs(60);
        let (state, _) = self
            .shared
            .idle
            .wait_timeout_while(state, wait, |state| !state.connections.is_empty())
            .unwrap();
        assert!(state.connections.is_empty(), "a client still has a connection to the server");
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        self.shared.changed.notify_all();
        // Wakes `accept`, which otherwise would not see the flag.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        if let Ok(state) = self.shared.state.lock() {
            for stream in state.connections.values() {
                let _ = stream.shutdown(Shutdown::Both);
            }
        }
    }
}

impl Shared {
    fn listen(self: &Arc<Shared>, listener: &TcpListener) {
        for number in 0.. {
            let stream = listener.accept();
            if self.stop.load(Ordering::SeqCst) {
                return;
            }
            let Ok((stream, _)) = stream else { continue };
            let Ok(handle) = stream.try_clone() else { continue };
            self.state.lock().unwrap().connections.insert(number, handle);
            let server = Arc::clone(self);
            thread::spawn(move || {
                // The tests kill clients, so an I/O error here means nothing.
                let _ = server.serve(stream);
                server.state.lock().unwrap().connections.remove(&number);
                server.idle.notify_all();
            });
        }
    }

    fn serve(&self, stream: TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let mut reader = BufReader::new(stream);
        let write_line = |reader: &BufReader<TcpStream>, reply: &str| {
            reader.get_ref().write_all(format!("{reply}\r\n").as_bytes())?;
            // With Nagle's algorithm a relay sends the last segment of a message only after the earlier ones are
            // acknowledged, and Linux may delay an acknowledgement by 40 ms.
            #[cfg(target_os = "linux")]
            std::os::linux::net::TcpStreamExt::set_quickack(reader.get_ref(), true)?;
            io::Result::Ok(())
        };
        let mut to: Option<String> = None;
        write_line(&reader, "220 mx.example.org ESMTP")?;
        while let Some(line) = read_line(&mut reader)? {
            let command = line.to_ascii_uppercase();
            let reply = if command.starts_with("EHLO ") {
                if self.options.without_pipelining {
                    "250-mx.example.org\r\n250 8BITMIME"
                } else if self.options.chunking {
                    "250-mx.example.org\r\n250-PIPELINING\r\n250-CHUNKING\r\n250 8BITMIME"
                } else {
                    "250-mx.example.org\r\n250-PIPELINING\r\n250 8BITMIME"
                }
            } else if command.starts_with("MAIL FROM:<") || command == "RSET" {
                to = None;
                "250 2.0.0 ok"
            } else if command.starts_with("RCPT TO:<") {
                let address = line["RCPT TO:<".len()..].split('>').next().unwrap_or_default();
                let reply = self.rcpt_reply(address);
                to = reply.starts_with("250").then(|| address.to_owned());
                reply
            } else if command == "DATA" {
                match to.take() {
                    None => "503 5.5.1 nobody to send it to",
                    Some(to) => {
                        write_line(&reader, "354 go on")?;
                        let Some(reply) = self.receive_message(&mut reader, to)? else {
                            return Ok(());
                        };
                        reply
                    }
                }
            } else if let Some(octets) = command.strip_prefix("BDAT ") {
                let octets = octets.trim_end_matches(" LAST").parse().unwrap();
                let Some(reply) = self.receive_chunk(&mut reader, octets, to.take())? else {
                    return Ok(());
                };
                reply
            } else if command == "QUIT" {
                return write_line(&reader, "221 2.0.0 bye");
            } else {
                "500 5.5.2 what?"
            };
            write_line(&reader, reply)?;
        }
        Ok(())
    }

    fn rcpt_reply(&self, address: &str) -> &'static str {
        match self.options.behaviors.get(address) {
            Some(Behavior::Refuse) => "550 5.1.1 no such user",
            Some(Behavior::Defer(times)) => {
                let mut state = self.state.lock().unwrap();
                let deferred = state.deferred.entry(address.to_owned()).or_default();
                if *deferred == *times {
                    return "250 2.1.5 ok";
                }
                *deferred += 1;
                "450 4.2.0 greylisted, try again"
            }
            _ => "250 2.1.5 ok",
        }
    }

    /// Reads a message, records it and returns the reply; `None` means that the connection is to be closed.
    fn receive_message(
        &self,
        reader: &mut impl BufRead,
        to: String,
    ) -> io::Result<Option<&'static str>> {
        let behavior = self.options.behaviors.get(&to);
        if behavior == Some(&Behavior::CloseBeforeBody) {
            return Ok(None);
        }
        let mut body = String::new();
        loop {
            // Without its final dot the message is incomplete, and must not be recorded.
            let Some(line) = read_line(reader)? else { return Ok(None) };
            if line == "." {
                break;
            }
            body.push_str(line.strip_prefix('.').unwrap_or(&line));
            body.push_str("\r\n");
        }
        Ok(self.record(to, body))
    }

    /// As [`receive_message`](Shared::receive_message), for a message whose length is known.
    fn receive_chunk(
        &self,
        reader: &mut impl BufRead,
        octets: usize,
        to: Option<String>,
    ) -> io::Result<Option<&'static str>> {
        let behavior = to.as_ref().and_then(|to| self.options.behaviors.get(to));
        if behavior == Some(&Behavior::CloseBeforeBody) {
            return Ok(None);
        }
        let mut body = vec![0; octets];
        reader.read_exact(&mut body)?;
        let Some(to) = to else { return Ok(Some("503 5.5.1 nobody to send it to")) };
        Ok(self.record(to, String::from_utf8_lossy(&body).into_owned()))
    }

    /// Records a message, and returns the reply.
    fn record(&self, to: String, body: String) -> Option<&'static str> {
        let behavior = self.options.behaviors.get(&to).copied();
        let message_id = message_id(&body);
        let mut state = self.state.lock().unwrap();
        state.received.push(ReceivedMessage { to, message_id, body });
        self.changed.notify_all();
        while self.options.is_held && !state.is_released && !self.stop.load(Ordering::SeqCst) {
            state = self.changed.wait(state).unwrap();
        }
        drop(state);
        thread::sleep(self.options.delay);
        (behavior != Some(Behavior::CloseAfterDot)).then_some("250 2.0.0 accepted")
    }
}

/// One line without its CRLF; `None` if the client has closed the connection, even in the middle of a line.
fn read_line(reader: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    reader.read_until(b'\n', &mut line)?;
    Ok(line.strip_suffix(b"\r\n").map(|line| String::from_utf8_lossy(line).into_owned()))
}

/// The Message-ID. The header may be folded between its name and its value.
fn message_id(body: &str) -> String {
    let head = body.split("\r\n\r\n").next().unwrap_or_default().replace("\r\n ", " ");
    let id = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("message-id").then(|| value.trim().to_owned())
    });
    id.unwrap_or_default()
}

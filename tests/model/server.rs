//! A mail server that refuses, defers, hangs up and kills as it is told for each command, and records what it received.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use super::roster::Person;
use super::steps::{Fate, Offers, Weather};

/// What became of an attempt to send somebody a message, as the server knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Accepted,
    Refused,
    Deferred,
    /// The client got no reply. Whether the message is delivered.
    Unknown {
        arrived: bool,
    },
}

/// An attempt to send somebody a message.
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    pub(super) to: Person,
    pub(super) outcome: Outcome,
    /// The message, if its final dot arrived.
    pub(super) message: Option<Vec<u8>>,
}

/// A running server. Dropping it stops it.
pub(super) struct Server {
    port: u16,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<ServerState>,
    idle: Condvar,
}

#[derive(Default)]
struct ServerState {
    fates: BTreeMap<Person, Fate>,
    offers: Offers,
    attempts: Vec<Attempt>,
    connections: usize,
    stop: bool,
    /// The process to kill.
    victim: Option<Child>,
    /// The last signal that it was sent.
    signal: Option<Signal>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Signal {
    Kill,
    /// A second one would end it at once.
    Terminate,
}

impl Server {
    /// Listens on a free port of the loopback interface.
    pub(super) fn start() -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared::default());
        let server = Arc::clone(&shared);
        thread::spawn(move || server.listen(&listener));
        Server { port, shared }
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Starts a process that may be killed.
    pub(super) fn watch(&self, weather: &Weather, start: impl FnOnce() -> Child) {
        let mut state = self.shared.lock();
        state.fates = weather.fates.iter().copied().collect();
        state.offers = weather.offers;
        state.signal = None;
        // Under the lock, so that it is known before it connects.
        state.victim = Some(start());
    }

    /// Whether the process was killed.
    pub(super) fn has_killed(&self) -> bool {
        self.shared.lock().signal == Some(Signal::Kill)
    }

    /// The pipes of the process.
    pub(super) fn with_process<T>(&self, run: impl FnOnce(&mut Child) -> T) -> T {
        run(self.shared.lock().victim.as_mut().unwrap())
    }

    /// What arrived since the last call, in order. The process must have ended: this waits until everything is read that it
    /// had sent.
    pub(super) fn take_attempts(&self) -> Vec<Attempt> {
        // Connections are accepted in order. Once this one is greeted, earlier ones are counted.
        drop(TcpStream::connect(("127.0.0.1", self.port)).map(|probe| {
            let mut greeting = String::new();
            BufReader::new(probe).read_line(&mut greeting)
        }));
        let limit = Duration::from_secs(60);
        let is_busy = |state: &mut ServerState| state.connections > 0;
        let waited = self.shared.idle.wait_timeout_while(self.shared.lock(), limit, is_busy);
        let mut state = waited.unwrap().0;
        assert_eq!(state.connections, 0, "a connection is still open");
        std::mem::take(&mut state.attempts)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.lock().stop = true;
        // Wakes `accept`, which otherwise would not see the flag.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, ServerState> {
        self.state.lock().unwrap()
    }

    fn listen(self: &Arc<Shared>, listener: &TcpListener) {
        while let Ok((stream, _)) = listener.accept() {
            let mut state = self.lock();
            if state.stop {
                return;
            }
            state.connections += 1;
            drop(state);
            let server = Arc::clone(self);
            thread::spawn(move || {
                // Clients are killed, so an I/O error here means nothing.
                let mut to = None;
                let _ = server.serve(stream, &mut to);
                if let Some(to) = to {
                    // It broke between RCPT and the final dot.
                    let outcome = Outcome::Unknown { arrived: false };
                    server.lock().attempts.push(Attempt { to, outcome, message: None });
                }
                server.lock().connections -= 1;
                server.idle.notify_all();
            });
        }
    }

    /// Serves a connection. `to` has the recipient of the message that was begun and has not arrived yet.
    fn serve(&self, stream: TcpStream, to: &mut Option<Person>) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let mut reader = BufReader::new(stream);
        say(&reader, "220 mx.example.org ESMTP")?;
        while let Some(line) = read_line(&mut reader)? {
            let line = line.to_ascii_uppercase();
            if line.starts_with("EHLO ") {
                let offers = match self.lock().offers {
                    Offers::Nothing => "",
                    Offers::Pipelining => "250-PIPELINING\r\n",
                    Offers::Chunking => "250-PIPELINING\r\n250-CHUNKING\r\n",
                };
                let extensions = format!("{offers}250-ENHANCEDSTATUSCODES\r\n250 8BITMIME");
                say(&reader, &format!("250-mx.example.org\r\n{extensions}"))?;
            } else if line.starts_with("MAIL FROM:<") || line == "RSET" {
                *to = None;
                say(&reader, "250 2.0.0 ok")?;
            } else if let Some(rest) = line.strip_prefix("RCPT TO:<") {
                let person = Person::by_address(rest.split('>').next().unwrap_or_default());
                let Some((person, reply)) = person.and_then(|person| self.recipient(person)) else {
                    return Ok(());
                };
                *to = reply.starts_with('2').then_some(person);
                say(&reader, reply)?;
            } else if line == "DATA" {
                let Some(person) = *to else {
                    say(&reader, "503 5.5.1 nobody to send it to")?;
                    continue;
                };
                say(&reader, "354 go on")?;
                let Some(message) = read_message(&mut reader)? else { return Ok(()) };
                *to = None;
                let Some(reply) = self.message(person, message) else { return Ok(()) };
                say(&reader, reply)?;
            } else if let Some(octets) = line.strip_prefix("BDAT ") {
                let octets = octets.strip_suffix(" LAST").and_then(|octets| octets.parse().ok());
                let mut message = vec![0; octets.unwrap()];
                reader.read_exact(&mut message)?;
                let Some(person) = to.take() else {
                    say(&reader, "503 5.5.1 nobody to send it to")?;
                    continue;
                };
                let Some(reply) = self.message(person, message) else { return Ok(()) };
                say(&reader, reply)?;
            } else if line == "QUIT" {
                return say(&reader, "221 2.0.0 bye");
            } else {
                say(&reader, "500 5.5.2 what?")?;
            }
        }
        Ok(())
    }

    /// The reply to RCPT. `None`: the connection is closed.
    fn recipient(&self, person: Person) -> Option<(Person, &'static str)> {
        let mut state = self.lock();
        let (outcome, reply) = match state.fates.get(&person) {
            Some(Fate::RefuseRecipient) => (Outcome::Refused, "550 5.1.1 no such user"),
            Some(Fate::RefuseByPolicy) => (Outcome::Refused, "550 5.7.1 not allowed"),
            Some(Fate::DeferRecipient) => (Outcome::Deferred, "450 4.2.0 try again later"),
            Some(Fate::KillBeforeMessage) => {
                state.kill();
                (Outcome::Unknown { arrived: false }, "")
            }
            _ => return Some((person, "250 2.1.5 ok")),
        };
        state.attempts.push(Attempt { to: person, outcome, message: None });
        (!reply.is_empty()).then_some((person, reply))
    }

    /// Records a message and returns the reply. `None`: the connection is closed.
    fn message(&self, to: Person, message: Vec<u8>) -> Option<&'static str> {
        let mut state = self.lock();
        let fate = state.fates.get(&to).copied();
        let (outcome, reply) = match fate {
            Some(Fate::RefuseMessage) => (Outcome::Refused, Some("552 5.2.2 mailbox full")),
            Some(Fate::DeferMessage) => (Outcome::Deferred, Some("451 4.3.0 try again later")),
            Some(Fate::CloseAndKeep | Fate::KillAndKeep) => {
                (Outcome::Unknown { arrived: true }, None)
            }
            Some(Fate::CloseAndLose | Fate::KillAndLose) => {
                (Outcome::Unknown { arrived: false }, None)
            }
            _ => (Outcome::Accepted, Some("250 2.0.0 accepted")),
        };
        match fate {
            Some(Fate::KillAndKeep | Fate::KillAndLose) => state.kill(),
            Some(Fate::Terminate) => state.terminate(),
            _ => {}
        }
        state.attempts.push(Attempt { to, outcome, message: Some(message) });
        reply
    }
}

impl ServerState {
    fn kill(&mut self) {
        if let Some(victim) = &mut self.victim {
            victim.kill().unwrap();
            self.signal = Some(Signal::Kill);
        }
    }

    /// Sends SIGTERM.
    fn terminate(&mut self) {
        let Some(victim) = self.victim.as_mut().filter(|_| self.signal.is_none()) else { return };
        // Once it was waited for, its number may be another process's.
        if victim.try_wait().unwrap().is_none() {
            self.signal = Some(Signal::Terminate);
            // The standard library has only SIGKILL.
            Command::new("kill").arg(victim.id().to_string()).status().unwrap();
        }
    }
}

fn say(reader: &BufReader<TcpStream>, reply: &str) -> io::Result<()> {
    reader.get_ref().write_all(format!("{reply}\r\n").as_bytes())?;
    // Without this, Linux may delay an acknowledgement by 40 ms, and the client waits for it.
    #[cfg(target_os = "linux")]
    std::os::linux::net::TcpStreamExt::set_quickack(reader.get_ref(), true)?;
    Ok(())
}

/// A line without its CRLF; `None` at the end.
fn read_line(reader: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    reader.read_until(b'\n', &mut line)?;
    Ok(line.strip_suffix(b"\r\n").map(|line| String::from_utf8_lossy(line).into_owned()))
}

/// A message with its dot-stuffing (RFC 5321 §4.5.2) removed; `None` if its final dot did not arrive.
fn read_message(reader: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut message = Vec::new();
    loop {
        let mut line = Vec::new();
        reader.read_until(b'\n', &mut line)?;
        if line == b".\r\n" {
            return Ok(Some(message));
        }
        if !line.ends_with(b"\r\n") {
            return Ok(None);
        }
        message.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}

//! A mail server that follows a script where it has one, and behaves well in everything else.

use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

use rustls::ServerConfig;
use socket2::{Domain, Socket, Type};

use super::wire::Wire;
use crate::support::part;

/// Where a script steps in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum At {
    /// Instead of the greeting.
    Greeting,
    /// Instead of the answer to a command that begins so.
    Command(&'static str),
    /// Before a message to somebody whose address begins so is read.
    Body(&'static str),
    /// Instead of the answer to such a message, when all of it is there.
    Dot(&'static str),
}

/// What the server does then.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// Says this line.
    Reply(&'static str),
    /// Says this, in one write.
    Say(&'static [u8]),
    /// Says this so many times, in one write.
    Again(&'static str, usize),
    /// Says this, and the link in the message that came last.
    Quote(&'static str),
    /// Hears a command, which has to begin so.
    Hear(&'static str),
    /// Takes so many octets of whatever comes.
    Take(usize),
    /// Waits so many milliseconds.
    Pause(u64),
    /// Says no more, and reads until the client goes.
    Close,
    /// Resets the connection.
    Reset,
    /// Reads until the client goes.
    Rest,
    /// The whole server is gone for so many milliseconds.
    Vanish(u64),
}

/// What a script says for one occasion.
#[derive(Clone, Debug)]
pub(super) struct Cue {
    /// On which connection, counted from 1, if it is not any.
    pub(super) connection: Option<usize>,
    pub(super) at: At,
    pub(super) steps: Vec<Step>,
    /// How often it still comes.
    pub(super) left: usize,
}

/// What the server offers, and where it misbehaves.
#[derive(Clone, Default)]
pub(super) struct Manner {
    /// The lines of the answer to EHLO. STARTTLS is offered in the clear only, AUTH, where there is TLS, under it.
    pub(super) offers: Vec<&'static str>,
    pub(super) tls: Option<Arc<ServerConfig>>,
    /// Whether TLS comes before everything else.
    pub(super) at_once: bool,
    /// Whether nobody listens at its port.
    pub(super) absent: bool,
    pub(super) script: Vec<Cue>,
}

/// A message that came whole.
#[derive(Clone, Debug)]
pub(super) struct Taken {
    /// Those who were to get it.
    pub(super) to: Vec<String>,
    /// The message, with doubled dots undone.
    pub(super) body: String,
    /// When its final dot came.
    pub(super) at: Instant,
    /// Whether the server said that it has it.
    pub(super) accepted: bool,
}

/// A running server. It stops, and closes all its connections, when it is dropped.
pub(super) struct Server {
    port: u16,
    shared: Arc<Shared>,
    /// Keeps the port of a server that is absent.
    _sockets: Vec<Socket>,
}

struct Shared {
    stop: AtomicBool,
    state: Mutex<State>,
    quiet: Condvar,
}

struct State {
    manner: Manner,
    connections: usize,
    open: HashMap<usize, TcpStream>,
    heard: Vec<(usize, String)>,
    taken: Vec<Taken>,
    failures: Vec<String>,
    vanish: Option<Duration>,
}

/// Whether a conversation goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    On,
    Over,
}

impl Server {
    /// Listens at a free port of this machine.
    pub(super) fn start(manner: Manner) -> Server {
        // The second one keeps the port while the first one is gone: nobody else gets it then.
        let sockets = [(); 2].map(|()| Socket::new(Domain::IPV4, Type::STREAM, None).unwrap());
        let mut port = 0;
        for socket in &sockets {
            socket.set_reuse_port(true).unwrap();
            socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)).into()).unwrap();
            port = socket.local_addr().unwrap().as_socket().unwrap().port();
        }
        let absent = manner.absent;
        let state = State {
            manner,
            connections: 0,
            open: HashMap::new(),
            heard: Vec::new(),
            taken: Vec::new(),
            failures: Vec::new(),
            vanish: None,
        };
        let shared = Arc::new(Shared {
            stop: AtomicBool::new(false),
            state: Mutex::new(state),
            quiet: Condvar::new(),
        });
        if absent {
            return Server { port, shared, _sockets: sockets.into() };
        }
        let [first, second] = sockets;
        first.listen(64).unwrap();
        let server = Arc::clone(&shared);
        thread::spawn(move || {
            if let Some(gone) = server.listen(port, first.into()) {
                thread::sleep(gone);
                second.listen(64).unwrap();
                server.listen(port, second.into());
            }
        });
        Server { port, shared, _sockets: Vec::new() }
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// From now on it behaves well in everything.
    pub(super) fn heal(&self) {
        self.shared.state().manner.script.clear();
    }

    /// Waits until no connection is left. Then everything that came has been read.
    #[track_caller]
    pub(super) fn quiet(&self) {
        let wait = Duration::from_secs(30);
        let waited = self
            .shared
            .quiet
            .wait_timeout_while(self.shared.state(), wait, |state| !state.open.is_empty());
        let state = waited.unwrap().0;
        assert!(state.open.is_empty(), "the server still has a connection");
        assert!(state.failures.is_empty(), "{:?}\nheard: {:#?}", state.failures, state.heard);
    }

    pub(super) fn connections(&self) -> usize {
        self.shared.state().connections
    }

    /// The commands, with the connection that each came on. A whole message is `(message)`.
    pub(super) fn heard(&self) -> Vec<(usize, String)> {
        self.shared.state().heard.clone()
    }

    pub(super) fn taken(&self) -> Vec<Taken> {
        self.shared.state().taken.clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        wake(self.port);
        if let Ok(state) = self.shared.state.lock() {
            for stream in state.open.values() {
                let _ = stream.shutdown(Shutdown::Both);
            }
        }
    }
}

/// Has the listener look up from its waiting.
fn wake(port: u16) {
    let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, port));
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Listens until it is over, or the server is to be gone for a while.
    fn listen(self: &Arc<Shared>, port: u16, listener: TcpListener) -> Option<Duration> {
        while let Ok((stream, _)) = listener.accept() {
            if self.stop.load(Ordering::SeqCst) {
                return None;
            }
            let mut state = self.state();
            if let Some(gone) = state.vanish.take() {
                drop(listener);
                for stream in state.open.values() {
                    let _ = stream.shutdown(Shutdown::Both);
                }
                return Some(gone);
            }
            state.connections += 1;
            let number = state.connections;
            state.open.insert(number, stream.try_clone().unwrap());
            drop(state);
            let server = Arc::clone(self);
            thread::spawn(move || {
                // A client that goes away is no failure of the server's.
                let _ = server.converse(port, number, stream);
                server.state().open.remove(&number);
                server.quiet.notify_all();
            });
        }
        None
    }

    fn converse(self: &Arc<Shared>, port: u16, number: usize, stream: TcpStream) -> io::Result<()> {
        let (tls, at_once) = {
            let state = self.state();
            (state.manner.tls.clone(), state.manner.at_once)
        };
        let mut wire = Wire::new(stream)?;
        if at_once {
            wire.encrypt(tls.as_ref().unwrap())?;
        }
        let server = self.as_ref();
        let mut talk =
            Talk { server, port, number, wire, begun: false, to: Vec::new(), said: String::new() };
        if talk.react(At::Greeting, "220 mx.example.org ESMTP")? == Flow::Over {
            return Ok(());
        }
        while let Some(line) = talk.wire.line()? {
            talk.note(line.clone());
            if talk.answer(&line)? == Flow::Over {
                return Ok(());
            }
            if talk.has_said("220") && line == "STARTTLS" {
                talk.wire.encrypt(tls.as_ref().unwrap())?;
            }
            if talk.has_said("221") {
                return Ok(());
            }
        }
        Ok(())
    }

    /// What the script has for an occasion.
    fn cue(&self, number: usize, suits: impl Fn(At) -> bool) -> Option<Vec<Step>> {
        let mut state = self.state();
        let cue = state.manner.script.iter_mut().find(|cue| {
            cue.left > 0 && cue.connection.is_none_or(|wanted| wanted == number) && suits(cue.at)
        })?;
        cue.left -= 1;
        Some(cue.steps.clone())
    }
}

/// One conversation.
struct Talk<'s> {
    server: &'s Shared,
    port: u16,
    number: usize,
    wire: Wire,
    /// Whether a message was begun.
    begun: bool,
    to: Vec<String>,
    /// What was said on this occasion.
    said: String,
}

impl Talk<'_> {
    fn note(&self, line: String) {
        self.server.state().heard.push((self.number, line));
    }

    fn say(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.said.push_str(&String::from_utf8_lossy(bytes));
        self.wire.say(bytes)
    }

    /// Whether the last line that was said begins so.
    fn has_said(&self, start: &str) -> bool {
        self.said.lines().last().is_some_and(|line| line.starts_with(start))
    }

    /// Does what the script says for an occasion, or else gives the usual reply.
    fn react(&mut self, at: At, usual: &str) -> io::Result<Flow> {
        self.react_where(|other| other == at, usual)
    }

    fn react_where(&mut self, suits: impl Fn(At) -> bool, usual: &str) -> io::Result<Flow> {
        self.said.clear();
        match self.server.cue(self.number, suits) {
            Some(steps) => self.play(&steps),
            None if usual.is_empty() => Ok(Flow::On),
            None => self.say(format!("{usual}\r\n").as_bytes()).map(|()| Flow::On),
        }
    }

    fn play(&mut self, steps: &[Step]) -> io::Result<Flow> {
        for step in steps {
            match *step {
                Step::Reply(line) => self.say(format!("{line}\r\n").as_bytes())?,
                Step::Say(bytes) => self.say(bytes)?,
                Step::Again(text, times) => self.say(text.repeat(times).as_bytes())?,
                Step::Quote(words) => {
                    let link = self.server.state().taken.last().map(|taken| link(&taken.body));
                    self.say(format!("{words} {}\r\n", link.unwrap_or_default()).as_bytes())?;
                }
                Step::Hear(start) => {
                    let Some(line) = self.wire.line()? else { return Ok(Flow::Over) };
                    if !line.starts_with(start) {
                        let words = format!("`{line}` came instead of `{start}`");
                        self.server.state().failures.push(words);
                    }
                    self.note(line.clone());
                    self.to.extend(recipient(&line));
                }
                Step::Take(octets) => self.wire.take(octets)?,
                Step::Pause(millis) => thread::sleep(Duration::from_millis(millis)),
                Step::Close => {
                    self.wire.close()?;
                    return Ok(Flow::Over);
                }
                Step::Reset => {
                    // It is closed when nobody holds it any more.
                    self.server.state().open.remove(&self.number);
                    self.server.quiet.notify_all();
                    self.wire.will_reset()?;
                    return Ok(Flow::Over);
                }
                Step::Rest => {
                    self.wire.rest()?;
                    return Ok(Flow::Over);
                }
                Step::Vanish(millis) => {
                    self.server.state().vanish = Some(Duration::from_millis(millis));
                    wake(self.port);
                    self.wire.rest()?;
                    return Ok(Flow::Over);
                }
            }
        }
        Ok(Flow::On)
    }

    /// Answers a command. What was said at last decides what it has done.
    fn answer(&mut self, line: &str) -> io::Result<Flow> {
        let usual = self.usual(line);
        let before = self.to.len();
        let suits = |at| matches!(at, At::Command(start) if line.starts_with(start));
        let flow = self.react_where(suits, &usual)?;
        if flow == Flow::Over {
            return Ok(flow);
        }
        if line == "AUTH LOGIN" && self.has_said("334 VXNl") {
            return self.log_in();
        }
        if self.has_said("250") {
            match recipient(line) {
                None if line.starts_with("MAIL") => {
                    // What the steps have heard stays.
                    self.to.drain(..before);
                    self.begun = true;
                }
                None if line.starts_with("RSET") => {
                    self.to.clear();
                    self.begun = false;
                }
                found => self.to.extend(found),
            }
        }
        if self.has_said("354") {
            if line.starts_with("MAIL") {
                self.to.drain(..before);
            }
            return self.message();
        }
        Ok(Flow::On)
    }

    fn usual(&self, line: &str) -> String {
        let verb = line.split(' ').next().unwrap_or_default();
        let reply = match verb {
            "EHLO" => return self.hello(),
            "STARTTLS" => "220 2.0.0 go ahead",
            "AUTH" if line == "AUTH LOGIN" => "334 VXNlcm5hbWU6",
            "AUTH" => "235 2.7.0 welcome",
            "MAIL" | "RSET" => "250 2.0.0 ok",
            "RCPT" if !self.begun => "503 5.5.1 from whom?",
            "RCPT" => "250 2.1.5 ok",
            "DATA" if self.to.is_empty() => "554 5.5.1 nobody to send it to",
            "DATA" => "354 go on",
            "QUIT" => "221 2.0.0 bye",
            _ => "500 5.5.2 what?",
        };
        reply.to_owned()
    }

    fn hello(&self) -> String {
        let state = self.server.state();
        let secure = self.wire.is_secure();
        let offered = state.manner.offers.iter().filter(|offer| match offer.split(' ').next() {
            Some("STARTTLS") => !secure,
            Some("AUTH") => secure || state.manner.tls.is_none(),
            _ => true,
        });
        let mut lines = vec!["mx.example.org"];
        lines.extend(offered);
        let last = lines.len() - 1;
        let lines = lines
            .iter()
            .enumerate()
            .map(|(at, line)| format!("250{}{line}", if at < last { '-' } else { ' ' }));
        lines.collect::<Vec<_>>().join("\r\n")
    }

    fn log_in(&mut self) -> io::Result<Flow> {
        for prompt in ["334 UGFzc3dvcmQ6", "235 2.7.0 welcome"] {
            let Some(line) = self.wire.line()? else { return Ok(Flow::Over) };
            self.note(line);
            self.say(format!("{prompt}\r\n").as_bytes())?;
        }
        Ok(Flow::On)
    }

    /// Reads a message, and answers it.
    fn message(&mut self) -> io::Result<Flow> {
        let to = std::mem::take(&mut self.to);
        self.begun = false;
        let first = to.first().cloned().unwrap_or_default();
        let before = |at| matches!(at, At::Body(start) if first.starts_with(start));
        if self.react_where(before, "")? == Flow::Over {
            return Ok(Flow::Over);
        }
        let mut body = String::new();
        loop {
            // Without its final dot it is no message.
            let Some(line) = self.wire.line()? else { return Ok(Flow::Over) };
            if line == "." {
                break;
            }
            body.push_str(line.strip_prefix('.').unwrap_or(&line));
            body.push_str("\r\n");
        }
        if body.is_empty() {
            self.note(".".to_owned());
            return self.react(At::Dot("nobody"), "554 5.5.1 no valid recipients");
        }
        self.note("(message)".to_owned());
        let number = {
            let mut state = self.server.state();
            state.taken.push(Taken { to, body, at: Instant::now(), accepted: false });
            state.taken.len() - 1
        };
        let after = |at| matches!(at, At::Dot(start) if first.starts_with(start));
        let flow = self.react_where(after, "250 2.0.0 taken");
        self.server.state().taken[number].accepted = is_yes(&self.said);
        flow
    }
}

/// Whether the first reply is whole, and a yes.
fn is_yes(said: &str) -> bool {
    let last = said.split_inclusive('\n').find(|line| line.as_bytes().get(3) != Some(&b'-'));
    last.is_some_and(|line| line.starts_with('2') && line.ends_with('\n'))
}

/// The address of a RCPT.
fn recipient(line: &str) -> Option<String> {
    let (address, _) = line.strip_prefix("RCPT TO:<")?.split_once('>')?;
    Some(address.to_owned())
}

/// The link in a message.
fn link(body: &str) -> String {
    let text = part(body, "text/plain");
    text.lines().find(|line| line.contains("jwt=")).unwrap_or_default().trim().to_owned()
}

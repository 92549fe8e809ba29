//! A mail server for tests: it counts what it takes, and fails people on request.

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

/// How the server treats people.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    /// Between a message's final dot and the answer to it: the message counts from the dot on.
    pub(crate) delay: Duration,
    /// Whether it takes one command at a time.
    pub(crate) lock_step: bool,
    /// For some recipients something else than the usual, by their addresses.
    pub(crate) behaviours: HashMap<String, Behaviour>,
}

/// What happens to one person's mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Behaviour {
    /// 550 at RCPT, always.
    Refuse,
    /// 450 at RCPT so many times, then accepted.
    Defer(u32),
    /// The message is taken and counts, but the connection is closed without an answer.
    CloseAfterDot,
    /// The connection is closed instead of reading the message, after 354.
    CloseBeforeBody,
}

/// A message that the server has taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Taken {
    /// The recipient of the envelope.
    pub(crate) to: String,
    /// The Message-ID, with its angle brackets; empty if there is none.
    pub(crate) message_id: String,
    /// The whole message, with the doubled dots undone.
    pub(crate) body: String,
}

/// A running server. It stops, and closes all its connections, when it is dropped.
pub(crate) struct Sink {
    port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    options: Options,
    stop: AtomicBool,
    state: Mutex<State>,
    quiet: Condvar,
}

#[derive(Default)]
struct State {
    taken: Vec<Taken>,
    /// How often each person was deferred.
    deferred: HashMap<String, u32>,
    /// The connections there are, by their numbers.
    open: HashMap<u64, TcpStream>,
}

impl Sink {
    /// Listens at a free port of this machine.
    pub(crate) fn start(options: Options) -> Sink {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            options,
            stop: AtomicBool::new(false),
            state: Mutex::default(),
            quiet: Condvar::new(),
        });
        let server = Arc::clone(&shared);
        thread::spawn(move || server.listen(&listener));
        Sink { port, shared }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// What was taken so far, in the order of the final dots. After the client was killed this is all there is
    /// once the connections are [`quiet`](Sink::quiet).
    pub(crate) fn messages(&self) -> Vec<Taken> {
        self.shared.state.lock().unwrap().taken.clone()
    }

    /// Waits until no connection is left: what a client had sent before it was killed has been read by then.
    pub(crate) fn quiet(&self) {
        // A client that has connected is not among the open ones before it was accepted: one that comes later
        // is accepted later, so that when this one is done, all before it are known.
        drop(TcpStream::connect(("127.0.0.1", self.port)).map(|probe| {
            let mut greeting = String::new();
            BufReader::new(probe).read_line(&mut greeting)
        }));
        let state = self.shared.state.lock().unwrap();
        let wait = Duration::from_secs(60);
        let (state, _) = self
            .shared
            .quiet
            .wait_timeout_while(state, wait, |state| !state.open.is_empty())
            .unwrap();
        assert!(state.open.is_empty(), "a client still holds a connection to the sink");
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        // Wakes the listener, which then sees that it is over.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        if let Ok(state) = self.shared.state.lock() {
            for stream in state.open.values() {
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
            self.state.lock().unwrap().open.insert(number, handle);
            let server = Arc::clone(self);
            thread::spawn(move || {
                // A client that is killed is no failure of the server's.
                let _ = server.converse(stream);
                server.state.lock().unwrap().open.remove(&number);
                server.quiet.notify_all();
            });
        }
    }

    fn converse(&self, stream: TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let mut reader = BufReader::new(stream);
        let say = |reader: &BufReader<TcpStream>, reply: &str| {
            reader.get_ref().write_all(format!("{reply}\r\n").as_bytes())?;
            // Some mail servers send a message's last words only when they know that the others have come, which
            // takes 40 ms if it isn't said at once.
            #[cfg(target_os = "linux")]
            std::os::linux::net::TcpStreamExt::set_quickack(reader.get_ref(), true)?;
            io::Result::Ok(())
        };
        let mut to: Option<String> = None;
        say(&reader, "220 sink.example.org ESMTP")?;
        while let Some(line) = line(&mut reader)? {
            let command = line.to_ascii_uppercase();
            let reply = if command.starts_with("EHLO ") {
                if self.options.lock_step {
                    "250-sink.example.org\r\n250 8BITMIME"
                } else {
                    "250-sink.example.org\r\n250-PIPELINING\r\n250 8BITMIME"
                }
            } else if command.starts_with("MAIL FROM:<") || command == "RSET" {
                to = None;
                "250 2.0.0 ok"
            } else if command.starts_with("RCPT TO:<") {
                let address = line["RCPT TO:<".len()..].split('>').next().unwrap_or_default();
                let reply = self.recipient(address);
                to = reply.starts_with("250").then(|| address.to_owned());
                reply
            } else if command == "DATA" {
                match to.take() {
                    None => "503 5.5.1 nobody to send it to",
                    Some(to) => {
                        say(&reader, "354 go on")?;
                        let Some(reply) = self.message(&mut reader, to)? else { return Ok(()) };
                        reply
                    }
                }
            } else if command == "QUIT" {
                return say(&reader, "221 2.0.0 bye");
            } else {
                "500 5.5.2 what?"
            };
            say(&reader, reply)?;
        }
        Ok(())
    }

    fn recipient(&self, address: &str) -> &'static str {
        match self.options.behaviours.get(address) {
            Some(Behaviour::Refuse) => "550 5.1.1 no such user",
            Some(Behaviour::Defer(times)) => {
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

    /// Reads a message, counts it, and gives the answer to it; `None` to close instead.
    fn message(&self, reader: &mut impl BufRead, to: String) -> io::Result<Option<&'static str>> {
        let behaviour = self.options.behaviours.get(&to);
        if behaviour == Some(&Behaviour::CloseBeforeBody) {
            return Ok(None);
        }
        let mut body = String::new();
        loop {
            // Without its final dot it is no message.
            let Some(line) = line(reader)? else { return Ok(None) };
            if line == "." {
                break;
            }
            body.push_str(line.strip_prefix('.').unwrap_or(&line));
            body.push_str("\r\n");
        }
        let message_id = message_id(&body);
        self.state.lock().unwrap().taken.push(Taken { to, message_id, body });
        thread::sleep(self.options.delay);
        Ok((behaviour != Some(&Behaviour::CloseAfterDot)).then_some("250 2.0.0 taken"))
    }
}

/// One line without its end; `None` if the client has gone, in the middle of a line too.
fn line(reader: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    reader.read_until(b'\n', &mut line)?;
    Ok(line.strip_suffix(b"\r\n").map(|line| String::from_utf8_lossy(line).into_owned()))
}

/// The Message-ID of a message, which may stand on a line of its own behind the header's name.
fn message_id(body: &str) -> String {
    let head = body.split("\r\n\r\n").next().unwrap_or_default().replace("\r\n ", " ");
    let id = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("message-id").then(|| value.trim().to_owned())
    });
    id.unwrap_or_default()
}

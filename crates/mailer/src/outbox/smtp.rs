//! Messages to a mail server: one connection, one step at a time (RFC 5321), without TLS and login, and so to
//! this machine alone.
//!
//! A message goes in two halves, because something durable has to happen between them:
//! [`offer`](SmtpOutbox::offer) ends with the server's 354, and only [`hand_over`](SmtpOutbox::hand_over) lets
//! go of the message. What the ledger has to know is which of the two a fault was in: before the final dot is
//! on its way nothing was handed over, after it nobody can know (RFC 1047).

mod body;
mod line;
mod reply;

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpStream};
use std::time::Duration;

use meetmint_core::Email;

pub use self::line::Fault;
use self::line::Line;
pub use self::reply::Reply;

/// How long a goodbye may take: nothing depends on it any more.
const GOODBYE: Duration = Duration::from_secs(5);

/// How long to look for what a server has said before it stopped listening: it is there already, or it never
/// comes.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// 421: the server is closing the connection, whatever was asked (RFC 5321 §3.8).
const CLOSING: u16 = 421;

/// Where a mail server listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmtpAddress {
    /// `localhost`, or an address of this machine.
    pub host: String,
    /// The port.
    pub port: u16,
}

impl SmtpAddress {
    /// Whether it is this very machine.
    pub fn is_loopback(&self) -> bool {
        loopback(&self.host).is_some()
    }
}

/// How long each stage may take (RFC 5321 §4.5.3.2). An answer has to be complete within its time; a body has
/// to move on within its.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// Until the connection stands.
    pub connect: Duration,
    /// Until the server's first words (§4.5.3.2.1).
    pub greeting: Duration,
    /// Until the answer to EHLO, MAIL, RCPT and RSET (§4.5.3.2.2, §4.5.3.2.3).
    pub command: Duration,
    /// Until the answer to DATA (§4.5.3.2.4).
    pub data: Duration,
    /// Until the server takes more of a message (§4.5.3.2.5).
    pub body: Duration,
    /// Until the answer to the final dot (§4.5.3.2.6). A shorter one makes doubts out of messages that arrive.
    pub final_dot: Duration,
}

/// One connection to a mail server, ready for the next message.
///
/// After a [`Fault`], and after a 421, it is closed: [`is_open`](SmtpOutbox::is_open) says so, and whatever is
/// asked of it then comes back as broken. Dropping it is [`abandon`](SmtpOutbox::abandon).
#[derive(Debug)]
pub struct SmtpOutbox {
    line: Line,
    timeouts: Timeouts,
    state: State,
}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SmtpError {
    /// Whoever listens on the way would read every link.
    #[error("`{0}` is another machine, and mail without TLS goes to this one only")]
    NotLoopback(String),
    /// Neither a host's name nor its address in brackets (RFC 5321 §4.1.3).
    #[error("`{0}` is not a name to greet a mail server with")]
    Hello(String),
    /// Nobody is there.
    #[error("cannot connect to {address}")]
    Connect {
        /// Where.
        address: SmtpAddress,
        /// Why.
        source: io::Error,
    },
    /// 5xx to the connection or to EHLO: it concerns everybody.
    #[error("{address} takes no mail: {reply}")]
    Refused {
        /// Who.
        address: SmtpAddress,
        /// What it said.
        reply: Reply,
    },
    /// 4xx to the connection or to EHLO.
    #[error("{address} takes no mail at the moment: {reply}")]
    Deferred {
        /// Who.
        address: SmtpAddress,
        /// What it said.
        reply: Reply,
    },
    /// The connection stood, and fell before a message was offered.
    #[error("the connection to {address} broke")]
    Broken {
        /// Who.
        address: SmtpAddress,
        /// How.
        source: Fault,
    },
}

/// Why a message that was offered is not wanted. It was not handed over.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// 5xx at RCPT: it concerns this person.
    #[error("refused: {0}")]
    Refused(Reply),
    /// 4xx at MAIL, RCPT or DATA.
    #[error("deferred: {0}")]
    Deferred(Reply),
    /// 5xx at MAIL or DATA, where nothing that was said is this person's own: it concerns everybody.
    #[error("refused, whoever the message is for: {0}")]
    Stop(Reply),
    /// The connection broke.
    #[error("the connection broke")]
    Broken(#[from] Fault),
}

/// What came of a message.
#[derive(Debug)]
#[must_use]
pub enum Handed {
    /// 2xx to the final dot: the server is responsible for it now (RFC 5321 §4.2.5).
    Accepted(Reply),
    /// 5xx: the server has not taken it.
    Refused(Reply),
    /// 4xx: the server has not taken it now.
    Deferred(Reply),
    /// The connection broke, and the final dot is known not to have left: see [`SmtpOutbox::hand_over`].
    Broken(Fault),
    /// The connection broke when the server may have had all of it (RFC 1047).
    InDoubt(Fault),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Ready,
    /// The server has said 354: all it takes now is a message.
    Offered,
    Closed,
}

impl Default for Timeouts {
    fn default() -> Timeouts {
        let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
        Timeouts {
            connect: Duration::from_secs(30),
            greeting: minutes(5),
            command: minutes(5),
            data: minutes(2),
            body: minutes(3),
            final_dot: minutes(10),
        }
    }
}

impl SmtpOutbox {
    /// Connects, hears the greeting and says EHLO. `hello` is what this machine calls itself: a host name, or an
    /// address in brackets.
    ///
    /// # Errors
    /// [`SmtpError`]; the server gets no word from us if the fault is ours.
    pub fn connect(
        address: &SmtpAddress,
        hello: &str,
        timeouts: &Timeouts,
    ) -> Result<SmtpOutbox, SmtpError> {
        let near = loopback(&address.host);
        let near = near.ok_or_else(|| SmtpError::NotLoopback(address.host.clone()))?;
        if !is_name(hello) {
            return Err(SmtpError::Hello(hello.to_owned()));
        }
        let stream = reach(&near, address.port, timeouts.connect)
            .map_err(|source| SmtpError::Connect { address: address.clone(), source })?;
        let broken = |source| SmtpError::Broken { address: address.clone(), source };

        let mut line = Line::new(stream);
        let greeting = line.reply(timeouts.greeting).map_err(broken)?;
        welcome(address, greeting)?;
        let answer = line.ask(&format!("EHLO {hello}\r\n"), timeouts.command).map_err(broken)?;
        welcome(address, answer)?;
        Ok(SmtpOutbox { line, timeouts: *timeouts, state: State::Ready })
    }

    /// Whether another message can be offered on this connection.
    pub fn is_open(&self) -> bool {
        self.state == State::Ready
    }

    /// Says whom a message is from and for, and asks for leave to send it (RFC 5321 §3.3: MAIL, RCPT, DATA). `Ok`
    /// is the server's 354: now [`hand_over`](SmtpOutbox::hand_over), or [`abandon`](SmtpOutbox::abandon).
    ///
    /// After a refusal the connection is made ready for the next message with RSET (§4.1.1.5).
    ///
    /// # Errors
    /// [`NotTaken`]: nothing was handed over.
    pub fn offer(&mut self, from: &Email, to: &Email) -> Result<(), NotTaken> {
        if self.state != State::Ready {
            self.close();
            return Err(NotTaken::Broken(Fault::Closed));
        }
        let taken = self.envelope(from, to);
        match &taken {
            Ok(()) => self.state = State::Offered,
            Err(NotTaken::Broken(_)) => self.close(),
            Err(NotTaken::Refused(reply) | NotTaken::Deferred(reply) | NotTaken::Stop(reply)) => {
                if reply.code == CLOSING || !self.reset() {
                    self.close();
                }
            }
        }
        taken
    }

    /// Hands over the message that was offered: its lines end in CRLF, and dots are not doubled yet.
    ///
    /// Body and final dot leave in one write, and then the server decides. Whatever isn't a whole reply of 2xx,
    /// 4xx or 5xx is [`Handed::InDoubt`], with one exception. A message ends with its final dot and the CRLF
    /// behind it (RFC 5321 §4.1.1.4), and on Linux a write to a socket fails only if it has taken nothing of what
    /// that very call was given. So when the writing fails before the system has taken the dot, the dot has not
    /// left this process, and no server can have a whole message: [`Handed::Broken`], or what the server said
    /// when it stopped listening. Once the dot is taken nothing can be proved: whether it was sent, received and
    /// read shows in the reply alone. Other systems may fail a write that was half done: there it is a doubt too.
    ///
    /// Without leave from [`offer`](SmtpOutbox::offer) nothing is written.
    pub fn hand_over(&mut self, bytes: &[u8]) -> Handed {
        if self.state != State::Offered {
            self.close();
            return Handed::Broken(Fault::Closed);
        }
        let handed = match self.line.unasked() {
            Ok(None) => self.deliver(bytes),
            Ok(Some(reply)) => Handed::Deferred(reply),
            Err(fault) => Handed::Broken(fault),
        };
        match &handed {
            Handed::Accepted(reply) | Handed::Refused(reply) | Handed::Deferred(reply)
                if reply.code != CLOSING && self.state == State::Offered =>
            {
                self.state = State::Ready;
            }
            _ => self.close(),
        }
        handed
    }

    /// Takes leave (RFC 5321 §4.1.1.10). It is mere politeness: what comes of it changes nothing.
    pub fn quit(mut self) {
        if self.state == State::Ready {
            let limit = GOODBYE.min(self.timeouts.command);
            // The messages before it have all had their answers.
            let _ = self.line.ask("QUIT\r\n", limit);
        }
    }

    /// Closes the connection without a word. After a 354 it is the only way not to send a message: the server
    /// throws away what has no final dot (RFC 5321 §3.8, §4.1.1.4).
    pub fn abandon(mut self) {
        self.close();
    }

    fn envelope(&mut self, from: &Email, to: &Email) -> Result<(), NotTaken> {
        let Timeouts { command, data, .. } = self.timeouts;
        let reply = self.line.ask(&format!("MAIL FROM:<{from}>\r\n"), command)?;
        match reply.class() {
            2 => {}
            4 => return Err(NotTaken::Deferred(reply)),
            5 => return Err(NotTaken::Stop(reply)),
            _ => return Err(Fault::OutOfTurn(reply).into()),
        }
        let reply = self.line.ask(&format!("RCPT TO:<{to}>\r\n"), command)?;
        match reply.class() {
            2 => {}
            4 => return Err(NotTaken::Deferred(reply)),
            5 => return Err(NotTaken::Refused(reply)),
            _ => return Err(Fault::OutOfTurn(reply).into()),
        }
        let reply = self.line.ask("DATA\r\n", data)?;
        match reply.class() {
            3 => Ok(()),
            4 => Err(NotTaken::Deferred(reply)),
            5 => Err(NotTaken::Stop(reply)),
            _ => Err(Fault::OutOfTurn(reply).into()),
        }
    }

    fn deliver(&mut self, bytes: &[u8]) -> Handed {
        let body = body::stuffed(bytes);
        let dot = body.len() - body::END.len();
        let Err(cut) = self.line.write(&body, self.timeouts.body) else {
            return match self.line.reply(self.timeouts.final_dot) {
                Ok(reply) => verdict(reply).unwrap_or_else(Handed::InDoubt),
                Err(fault) => Handed::InDoubt(fault),
            };
        };
        // A server that has had enough, of a long message or of us, says why. The connection is of no use then:
        // all that followed would be taken for the rest of the message.
        let last_words = self.line.reply(LAST_WORDS);
        self.close();
        match last_words.map(verdict) {
            Ok(Ok(no @ (Handed::Refused(_) | Handed::Deferred(_)))) => no,
            _ if cfg!(target_os = "linux") && cut.written <= dot => Handed::Broken(cut.fault),
            _ => Handed::InDoubt(cut.fault),
        }
    }

    fn reset(&mut self) -> bool {
        self.line.ask("RSET\r\n", self.timeouts.command).is_ok_and(|reply| reply.class() == 2)
    }

    fn close(&mut self) {
        self.line.close();
        self.state = State::Closed;
    }
}

/// What a reply to the final dot means.
fn verdict(reply: Reply) -> Result<Handed, Fault> {
    match reply.class() {
        2 => Ok(Handed::Accepted(reply)),
        4 => Ok(Handed::Deferred(reply)),
        5 => Ok(Handed::Refused(reply)),
        _ => Err(Fault::OutOfTurn(reply)),
    }
}

fn welcome(address: &SmtpAddress, reply: Reply) -> Result<(), SmtpError> {
    let address = address.clone();
    match reply.class() {
        2 => Ok(()),
        4 => Err(SmtpError::Deferred { address, reply }),
        5 => Err(SmtpError::Refused { address, reply }),
        _ => Err(SmtpError::Broken { address, source: Fault::OutOfTurn(reply) }),
    }
}

/// The addresses of this machine that a host stands for. Nobody is asked: `localhost` is what RFC 6761 §6.3 says
/// it is, and no other name is known to stay here.
fn loopback(host: &str) -> Option<Vec<IpAddr>> {
    if host.eq_ignore_ascii_case("localhost") {
        return Some(vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]);
    }
    let address: IpAddr = host.parse().ok()?;
    address.is_loopback().then(|| vec![address])
}

/// Connects to the first that answers; if none does, the first one's reason is the one to know.
fn reach(hosts: &[IpAddr], port: u16, limit: Duration) -> io::Result<TcpStream> {
    let mut reason = None;
    for host in hosts {
        match TcpStream::connect_timeout(&(*host, port).into(), limit) {
            Ok(stream) => {
                // Each step is one write that waits for an answer: there is nothing to collect.
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Err(error) => reason = reason.or(Some(error)),
        }
    }
    Err(reason.unwrap_or_else(|| io::ErrorKind::AddrNotAvailable.into()))
}

fn is_name(hello: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte);
    !hello.is_empty() && hello.len() <= 255 && hello.bytes().all(plain)
}

impl fmt::Display for SmtpAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let SmtpAddress { host, port } = self;
        if host.contains(':') { write!(f, "[{host}]:{port}") } else { write!(f, "{host}:{port}") }
    }
}

#[cfg(test)]
mod tests;

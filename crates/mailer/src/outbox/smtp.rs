//! Messages to a mail server, over one connection (RFC 5321).
//!
//! A message goes in two halves, because something durable has to happen between them: what is said before the
//! server's 354, and the message itself. Each half has two steps, of which the first only writes, so that
//! something useful can be done while the server thinks: [`begin`](SmtpSession::begin) and
//! [`answer`](SmtpSession::answer), then [`let_go`](SmtpSession::let_go) and [`outcome`](SmtpSession::outcome).
//! What the ledger has to know is which half a fault was in: before the final dot is on its way nothing was
//! handed over, after it nobody can know (RFC 1047).

mod body;
mod capabilities;
mod connection;
mod error;
mod handshake;
mod reply;
mod server;
mod stream;
mod tls;
mod verdict;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use lettre::transport::smtp::extension::{MailBodyParameter, MailParameter};
use meetmint_core::Email;

pub use self::capabilities::Capabilities;
use self::connection::Connection;
pub use self::connection::Fault;
pub use self::error::{Handed, Rejected, SmtpError, Stage, Unsupported};
pub use self::reply::Reply;
pub use self::server::{Fetch, Login, Security, SmtpAddress, SmtpServer, Timeouts, Trace};
pub use self::tls::{TlsFault, Trust, TrustError};
pub(crate) use self::verdict::{Concerns, Verdict};

/// How long a goodbye may take: nothing depends on it any more.
const GOODBYE: Duration = Duration::from_secs(5);

/// How long to look for what a server has said before it stopped listening: it is there already, or it never
/// comes.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// 421: the server is closing the connection, whatever was asked (RFC 5321 §3.8).
const CLOSING: u16 = 421;

/// One connection to a mail server, ready for the next message.
///
/// After a [`Fault`], and after a 421, it is closed: [`is_open`](SmtpSession::is_open) says so, and whatever is
/// asked of it then comes back as broken. Dropping it is [`abandon`](SmtpSession::abandon).
#[derive(Debug)]
pub struct SmtpSession {
    line: Connection,
    timeouts: Timeouts,
    offered: Capabilities,
    greeting: Reply,
    login: Option<String>,
    state: SessionState,
    /// A message was refused: RSET comes before the next one (RFC 5321 §4.1.1.5).
    wants_reset: bool,
    taken: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SessionState {
    Ready,
    /// Leave to send a message is asked for; a RSET may have gone before.
    Asked {
        reset: bool,
    },
    /// The server has said 354: all it takes now is a message.
    Capabilities,
    /// The message has left.
    Away,
    Closed,
}

impl SmtpSession {
    /// Connects, hears the greeting, says EHLO, begins TLS and logs in, as far as that is wanted. `halt` breaks off
    /// whatever waits, unless a message may be on its way.
    ///
    /// # Errors
    /// [`SmtpError`]; the server gets no word from us if the fault is ours.
    pub fn connect(server: &SmtpServer, halt: &Arc<AtomicBool>) -> Result<SmtpSession, SmtpError> {
        let handshake::Connected { line, offered, greeting, mechanism } =
            handshake::open(server, halt)?;
        Ok(SmtpSession {
            line,
            timeouts: server.timeouts,
            offered,
            greeting,
            login: mechanism.map(|mechanism| mechanism.to_string()),
            state: SessionState::Ready,
            wants_reset: false,
            taken: 0,
        })
    }

    /// Whether another message can be offered on this connection.
    pub fn is_open(&self) -> bool {
        self.state == SessionState::Ready
    }

    /// What the server offers.
    pub fn offered(&self) -> &Capabilities {
        &self.offered
    }

    /// The server's first words.
    pub fn greeting(&self) -> &Reply {
        &self.greeting
    }

    /// The version of TLS, if there is any.
    pub fn tls_version(&self) -> Option<&'static str> {
        self.line.tls_version()
    }

    /// The way that was logged in by, if anybody had to.
    pub fn login(&self) -> Option<&str> {
        self.login.as_deref()
    }

    /// How many messages were handed over on this connection.
    pub fn taken(&self) -> u32 {
        self.taken
    }

    /// Says whom a message is from and for, and asks for leave to send it (RFC 5321 §3.3: MAIL, RCPT, DATA): in one
    /// write where the server offers PIPELINING (RFC 2920), else step by step up to DATA. Then
    /// [`answer`](SmtpSession::answer) hears what the server says.
    ///
    /// # Errors
    /// [`Rejected`]: nothing was handed over.
    pub fn begin(&mut self, from: &Email, to: &Email, message: &[u8]) -> Result<(), Rejected> {
        if self.state != SessionState::Ready {
            self.close();
            return Err(Rejected::Broken(Fault::Closed));
        }
        self.fits(from, to, message)?;
        let mail = self.mail(from, to, message);
        let begun = self.envelope(&mail, to);
        if let Err(not_taken) = &begun {
            self.after(not_taken);
        }
        begun
    }

    /// Hears what the server says to [`begin`](SmtpSession::begin). `Ok` is its 354: now
    /// [`let_go`](SmtpSession::let_go), or [`abandon`](SmtpSession::abandon).
    ///
    /// # Errors
    /// [`Rejected`]: nothing was handed over. After a refusal the connection is ready for the next message.
    pub fn answer(&mut self) -> Result<(), Rejected> {
        let SessionState::Asked { reset } = self.state else {
            self.close();
            return Err(Rejected::Broken(Fault::Closed));
        };
        let answer = if self.offered.pipelining { self.answers(reset) } else { self.leave() };
        match &answer {
            Ok(()) => self.state = SessionState::Capabilities,
            Err(not_taken) => self.after(not_taken),
        }
        answer
    }

    /// [`begin`](SmtpSession::begin) and [`answer`](SmtpSession::answer).
    ///
    /// # Errors
    /// [`Rejected`].
    pub fn offer(&mut self, from: &Email, to: &Email, message: &[u8]) -> Result<(), Rejected> {
        self.begin(from, to, message)?;
        self.answer()
    }

    /// Lets go of the message that was offered: its lines end in CRLF, and dots are not doubled yet. Then
    /// [`outcome`](SmtpSession::outcome) hears what the server says.
    ///
    /// Body and final dot leave in one write, and then the server decides. Whatever isn't a whole reply of 2xx,
    /// 4xx or 5xx is [`Handed::InDoubt`], with one exception. A message ends with its final dot and the CRLF
    /// behind it (RFC 5321 §4.1.1.4), and on Linux a write to a socket fails only if it has taken nothing of what
    /// that very call was given; TLS takes a piece whole or not at all. So when the writing fails before the dot was
    /// taken, the dot has not left this process, and no server can have a whole message: [`Handed::Broken`], or what
    /// the server said when it stopped listening. Once the dot is taken nothing can be proved: whether it was sent,
    /// received and read shows in the reply alone. Other systems may fail a write that was half done: there it is
    /// a doubt too.
    ///
    /// Without leave from [`answer`](SmtpSession::answer) nothing is written.
    ///
    /// # Errors
    /// What came of the message, if that is known already.
    pub fn let_go(&mut self, message: &[u8]) -> Result<(), Handed> {
        if self.state != SessionState::Capabilities {
            self.close();
            return Err(Handed::Broken(Fault::Closed));
        }
        let early = match self.line.unasked() {
            Ok(None) => None,
            Ok(Some(reply)) => Some(Handed::Rejected(reply)),
            Err(fault) => Some(Handed::Broken(fault)),
        };
        if let Some(early) = early {
            self.close();
            return Err(early);
        }
        self.line.show(&format!("> (a message of {} octets)", message.len()));
        self.line.may_halt = false;
        let body = body::stuffed(message);
        let dot = body.len() - body::END.len();
        let Err(cut) = self.line.write(&body, self.timeouts.body) else {
            self.state = SessionState::Away;
            return Ok(());
        };
        // A server that has had enough, of a long message or of us, says why. The connection is of no use then:
        // all that followed would be taken for the rest of the message.
        let last_words = self.line.reply(LAST_WORDS);
        self.close();
        Err(match last_words.map(verdict) {
            Ok(Ok(Handed::Rejected(reply))) => Handed::Rejected(reply),
            _ if cfg!(target_os = "linux") && cut.written <= dot => Handed::Broken(cut.fault),
            _ => Handed::InDoubt(cut.fault),
        })
    }

    /// What came of the message that has left.
    pub fn outcome(&mut self) -> Handed {
        if self.state != SessionState::Away {
            self.close();
            return Handed::Broken(Fault::Closed);
        }
        let handed = match self.line.reply(self.timeouts.final_dot) {
            Ok(reply) => verdict(reply).unwrap_or_else(Handed::InDoubt),
            Err(fault) => Handed::InDoubt(fault),
        };
        self.line.may_halt = true;
        match &handed {
            Handed::Accepted(reply) | Handed::Rejected(reply) if reply.code != CLOSING => {
                self.taken += 1;
                self.state = SessionState::Ready;
            }
            _ => self.close(),
        }
        handed
    }

    /// [`let_go`](SmtpSession::let_go) and [`outcome`](SmtpSession::outcome).
    pub fn hand_over(&mut self, message: &[u8]) -> Handed {
        match self.let_go(message) {
            Ok(()) => self.outcome(),
            Err(handed) => handed,
        }
    }

    /// Asks whether the server takes mail from somebody, and takes it back: nothing is delivered.
    ///
    /// # Errors
    /// [`Rejected`].
    pub fn try_sender(&mut self, from: &Email) -> Result<(), Rejected> {
        let reply = self.line.ask(&format!("MAIL FROM:<{from}>\r\n"), self.timeouts.command)?;
        let taken = expect(Stage::Mail, 2, reply);
        let _ = self.line.ask("RSET\r\n", self.timeouts.command);
        taken
    }

    /// Takes leave (RFC 5321 §4.1.1.10). It is mere politeness: what comes of it changes nothing.
    pub fn quit(mut self) {
        if self.state == SessionState::Ready {
            let limit = GOODBYE.min(self.timeouts.command);
            // The messages before it have all had their answers.
            let _ = self.line.ask("QUIT\r\n", limit);
            self.line.say_goodbye();
        }
    }

    /// Closes the connection without a word. After a 354 it is the only way not to send a message: the server
    /// throws away what has no final dot (RFC 5321 §3.8, §4.1.1.4).
    pub fn abandon(mut self) {
        self.close();
    }

    /// Whether the server offers what the message needs.
    fn fits(&self, from: &Email, to: &Email, message: &[u8]) -> Result<(), Unsupported> {
        let Capabilities { smtp_utf8, eight_bit_mime, size, .. } = &self.offered;
        let octets = message.len() as u64;
        match size.flatten() {
            Some(largest) if octets > largest => return Err(Unsupported::Size { octets, largest }),
            _ if *smtp_utf8 => return Ok(()),
            _ if !from.as_str().is_ascii() => return Err(Unsupported::Sender),
            _ if !to.as_str().is_ascii() => return Err(Unsupported::Address),
            _ => {}
        }
        if *eight_bit_mime || message.is_ascii() { Ok(()) } else { Err(Unsupported::EightBit) }
    }

    /// MAIL with what the server has to know beforehand.
    fn mail(&self, from: &Email, to: &Email, message: &[u8]) -> String {
        let mut mail = format!("MAIL FROM:<{from}>");
        let mut add = |parameter: MailParameter| {
            mail.push(' ');
            mail.push_str(&parameter.to_string());
        };
        if self.offered.size.is_some() {
            add(MailParameter::Size(message.len()));
        }
        if !message.is_ascii() {
            add(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        if !(from.as_str().is_ascii() && to.as_str().is_ascii()) {
            add(MailParameter::SmtpUtfEight);
        }
        mail.push_str("\r\n");
        mail
    }

    fn envelope(&mut self, mail: &str, to: &Email) -> Result<(), Rejected> {
        let Timeouts { command, data, .. } = self.timeouts;
        if let Some(reply) = self.line.unasked()? {
            return Err(Rejected::Reply { stage: Stage::Mail, reply });
        }
        let reset = std::mem::take(&mut self.wants_reset);
        if self.offered.pipelining {
            let first = if reset { "RSET\r\n" } else { "" };
            self.line.say(&format!("{first}{mail}RCPT TO:<{to}>\r\nDATA\r\n"), command)?;
        } else {
            if reset {
                let reply = self.line.ask("RSET\r\n", command)?;
                is_reset(reply)?;
            }
            let reply = self.line.ask(mail, command)?;
            expect(Stage::Mail, 2, reply)?;
            let reply = self.line.ask(&format!("RCPT TO:<{to}>\r\n"), command)?;
            expect(Stage::Recipient, 2, reply)?;
            if let Some(reply) = self.line.unasked()? {
                return Err(Rejected::Reply { stage: Stage::Data, reply });
            }
            self.line.say("DATA\r\n", data)?;
        }
        self.state = SessionState::Asked { reset };
        Ok(())
    }

    fn leave(&mut self) -> Result<(), Rejected> {
        let reply = self.line.reply(self.timeouts.data)?;
        expect(Stage::Data, 3, reply)
    }

    /// The answers to a group of commands: each is heard, and the first refusal counts.
    fn answers(&mut self, reset: bool) -> Result<(), Rejected> {
        let Timeouts { command, data, .. } = self.timeouts;
        if reset {
            is_reset(self.line.reply(command)?)?;
        }
        let mut refused = Ok(());
        for (stage, limit) in
            [(Stage::Mail, command), (Stage::Recipient, command), (Stage::Data, data)]
        {
            let class = if stage == Stage::Data { 3 } else { 2 };
            let answer = self.line.reply(limit).map_err(Rejected::from);
            let answer = answer.and_then(|reply| expect(stage, class, reply));
            match answer {
                Ok(()) if stage == Stage::Data && refused.is_err() => {
                    if self.take_back(&refused).is_err() {
                        self.close();
                    }
                }
                Ok(()) => {}
                Err(error) => {
                    // A refusal stands though the connection breaks over it.
                    let ends = is_end(&error);
                    if refused.is_ok() {
                        refused = Err(error);
                    }
                    if ends {
                        self.close();
                        break;
                    }
                }
            }
        }
        refused
    }

    /// The server waits for a message that nobody is to get: a lone dot ends it (RFC 2920 §3.1).
    fn take_back(&mut self, refused: &Result<(), Rejected>) -> Result<(), Rejected> {
        if !matches!(refused, Err(Rejected::Reply { stage: Stage::Recipient, .. })) {
            // It might still have somebody to give it to.
            self.close();
            return Ok(());
        }
        self.line.say(".\r\n", self.timeouts.command)?;
        self.line.reply(self.timeouts.command)?;
        Ok(())
    }

    /// Makes the connection ready for the next message, or closes it.
    fn after(&mut self, not_taken: &Rejected) {
        if is_end(not_taken) || self.state == SessionState::Closed {
            self.close();
        } else {
            self.state = SessionState::Ready;
            self.wants_reset = true;
        }
    }

    fn close(&mut self) {
        self.line.close();
        self.state = SessionState::Closed;
    }
}

/// Whether nothing more can be said on a connection.
fn is_end(not_taken: &Rejected) -> bool {
    match not_taken {
        Rejected::Broken(_) => true,
        Rejected::Reply { reply, .. } => reply.code == CLOSING,
        Rejected::Unsupported(_) => false,
    }
}

fn expect(stage: Stage, class: u16, reply: Reply) -> Result<(), Rejected> {
    match reply.class() {
        found if found == class => Ok(()),
        4 | 5 => Err(Rejected::Reply { stage, reply }),
        _ => Err(Fault::OutOfTurn(reply).into()),
    }
}

/// Without a clean slate the next message could get the recipient of the one before.
fn is_reset(reply: Reply) -> Result<(), Rejected> {
    match reply.class() {
        2 => Ok(()),
        _ if reply.code == CLOSING => Err(Rejected::Reply { stage: Stage::Mail, reply }),
        _ => Err(Fault::OutOfTurn(reply).into()),
    }
}

/// What a reply to the final dot means.
fn verdict(reply: Reply) -> Result<Handed, Fault> {
    match reply.class() {
        2 => Ok(Handed::Accepted(reply)),
        4 | 5 => Ok(Handed::Rejected(reply)),
        _ => Err(Fault::OutOfTurn(reply)),
    }
}

#[cfg(test)]
mod tests;

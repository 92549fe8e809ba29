//! Why there is no connection, and why a message is not wanted.

use std::fmt;
use std::io;

use super::connection::Fault;
use super::reply::Reply;
use super::server::SmtpAddress;
use super::tls::TlsFault;

/// What a reply of the server was an answer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The connection itself.
    Greeting,
    /// EHLO.
    Hello,
    /// STARTTLS.
    StartTls,
    /// AUTH.
    Login,
    /// MAIL: the sender.
    Mail,
    /// RCPT: the person.
    Recipient,
    /// DATA: leave to send the message.
    Data,
    /// The final dot: the message.
    Message,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Stage::Greeting => "greeting",
            Stage::Hello => "EHLO",
            Stage::StartTls => "STARTTLS",
            Stage::Login => "login",
            Stage::Mail => "MAIL",
            Stage::Recipient => "RCPT",
            Stage::Data => "DATA",
            Stage::Message => "message",
        })
    }
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
    /// No address is known for the name.
    #[error("there is no address for `{host}`")]
    NoSuchHost {
        /// The name.
        host: String,
        /// Why.
        source: io::Error,
    },
    /// Nobody is there.
    #[error("cannot connect to {address}")]
    Connect {
        /// Where.
        address: SmtpAddress,
        /// Why.
        source: io::Error,
    },
    /// 5xx before the first message: it concerns everybody.
    #[error("{address} {}: {reply}", if *stage == Stage::Login { "refuses the login" } else { "takes no mail" })]
    Refused {
        /// Who.
        address: SmtpAddress,
        /// To what.
        stage: Stage,
        /// What it said.
        reply: Reply,
    },
    /// 4xx before the first message.
    #[error("{address} {} at the moment: {reply}", if *stage == Stage::Login { "takes no login" } else { "takes no mail" })]
    Deferred {
        /// Who.
        address: SmtpAddress,
        /// To what.
        stage: Stage,
        /// What it said.
        reply: Reply,
    },
    /// STARTTLS is wanted and not offered: the way of an attacker who wants to read along.
    #[error("{0} does not offer STARTTLS, and nothing goes there in the clear")]
    NoStartTls(SmtpAddress),
    /// Something came in the clear that was to be taken for an answer under TLS.
    #[error(
        "{0} said more than it was asked before TLS began: somebody on the way may have put it in"
    )]
    TooEarly(SmtpAddress),
    /// No TLS.
    #[error("no safe way to {address}")]
    Tls {
        /// Who.
        address: SmtpAddress,
        /// Why.
        source: TlsFault,
    },
    /// The way to log in is not offered.
    #[error("{address} does not let anybody log in with {wanted}: it offers {offered}")]
    NoLogin {
        /// Who.
        address: SmtpAddress,
        /// What was wanted.
        wanted: String,
        /// What there is.
        offered: String,
    },
    /// The password is not where it is kept.
    #[error("no password to log in with: {0}")]
    Secret(String),
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
pub enum Rejected {
    /// 4xx or 5xx.
    #[error("{}: {reply}", if reply.class() == 4 { "deferred" } else { "refused" })]
    Reply {
        /// What it answers.
        stage: Stage,
        /// The words.
        reply: Reply,
    },
    /// The server does not offer what this message needs.
    #[error(transparent)]
    Unsupported(#[from] Unsupported),
    /// The connection broke.
    #[error("the connection broke")]
    Broken(#[from] Fault),
}

/// What a message needs and the server does not offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsupported {
    /// Letters above ASCII in front of the `@` want SMTPUTF8 (RFC 6531).
    #[error(
        "the server takes no address with letters like these in front of the `@`: it does not offer SMTPUTF8"
    )]
    Address,
    /// The same in the sender's address.
    #[error(
        "the server takes no sender with letters like these in front of the `@`: it does not offer SMTPUTF8"
    )]
    Sender,
    /// Octets above 127 want 8BITMIME (RFC 6152).
    #[error("the server takes no octets above 127: it does not offer 8BITMIME")]
    EightBit,
    /// Larger than the server says that it takes (RFC 1870).
    #[error("the message has {octets} octets, and the server takes {largest}")]
    Size {
        /// The message's.
        octets: u64,
        /// The server's.
        largest: u64,
    },
}

/// What came of a message.
#[derive(Debug)]
#[must_use]
pub enum Handed {
    /// 2xx to the final dot: the server is responsible for it now (RFC 5321 §4.2.5).
    Accepted(Reply),
    /// 4xx or 5xx: the server has not taken it.
    Rejected(Reply),
    /// The connection broke, and the final dot is known not to have left: see
    /// [`SmtpSession::let_go`](super::SmtpSession::let_go).
    Broken(Fault),
    /// The connection broke when the server may have had all of it (RFC 1047).
    InDoubt(Fault),
}

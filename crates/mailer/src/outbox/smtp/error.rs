//! The errors of an SMTP session, by what they mean for a message.

use std::fmt;
use std::io;

use super::address::SmtpAddress;
use super::connection_error::ConnectionError;
use super::reply::Reply;
use super::tls_error::TlsError;

/// The command or event that a reply answers.
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
    /// RCPT: the recipient.
    Recipient,
    /// DATA: permission to send the message.
    Data,
    /// The final dot, or BDAT: the message itself.
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

/// No session could be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SmtpError {
    /// The server is another machine and TLS is off: everyone on the network could read the links.
    #[error("`{0}` is another machine, and without TLS mail is sent to this machine only")]
    NotLoopback(String),
    /// Neither a host name nor an address literal (RFC 5321 §4.1.3).
    #[error("`{0}` is not a valid host name for EHLO")]
    InvalidHello(String),
    /// The host name has no address.
    #[error("cannot resolve `{host}`")]
    NoSuchHost {
        /// The host name.
        host: String,
        /// Why.
        source: io::Error,
    },
    /// None of the host's addresses could be reached.
    #[error("cannot connect to {address}")]
    Connect {
        /// The server.
        address: SmtpAddress,
        /// Why the first address could not be reached.
        source: io::Error,
    },
    /// 5xx to the login.
    #[error("{address} rejected the login: {reply}")]
    LoginRefused {
        /// The server.
        address: SmtpAddress,
        /// The 5xx.
        reply: Reply,
        /// Whether the password contains a space: those of app passwords are only shown to make them readable.
        has_space: bool,
    },
    /// Any other 5xx before the first message.
    #[error("{address} does not accept mail: {reply}")]
    Refused {
        /// The server.
        address: SmtpAddress,
        /// What the 5xx answers.
        stage: Stage,
        /// The 5xx.
        reply: Reply,
    },
    /// 4xx before the first message.
    #[error("{address} does not accept {} at the moment: {reply}", if *stage == Stage::Login { "logins" } else { "mail" })]
    Deferred {
        /// The server.
        address: SmtpAddress,
        /// What the 4xx answers.
        stage: Stage,
        /// The 4xx.
        reply: Reply,
    },
    /// STARTTLS is configured and not offered. An attacker may have removed the offer.
    #[error("{0} does not offer STARTTLS, and without TLS no mail is sent there")]
    NoStartTls(SmtpAddress),
    /// Plaintext that came in after STARTTLS and would have been taken for a reply under TLS.
    #[error(
        "{0} sent unexpected data before the TLS handshake: the connection may have been tampered with"
    )]
    DataBeforeTls(SmtpAddress),
    /// TLS could not be established.
    #[error("cannot establish a TLS connection to {address}")]
    Tls {
        /// The server.
        address: SmtpAddress,
        /// Whether the connection begins without TLS.
        starttls: bool,
        /// Why.
        source: TlsError,
    },
    /// The server does not offer the login mechanism.
    #[error("{address} does not support login by {accepted}: it offers {}", offered_words(offered))]
    NoMechanism {
        /// The server.
        address: SmtpAddress,
        /// The mechanisms that could be used.
        accepted: String,
        /// The mechanisms that are offered.
        offered: Vec<String>,
    },
    /// The password could not be fetched.
    #[error("cannot get the password: {0}")]
    NoSecret(String),
    /// The connection broke before the first message.
    #[error("the connection to {address} broke")]
    Broken {
        /// The server.
        address: SmtpAddress,
        /// Why.
        source: ConnectionError,
    },
}

fn offered_words(offered: &[String]) -> String {
    if offered.is_empty() { "no login mechanism".to_owned() } else { offered.join(", ") }
}

/// A message was not accepted, and its content was never sent.
#[derive(Debug, thiserror::Error)]
pub enum Rejected {
    /// 4xx or 5xx.
    #[error("{}: {reply}", if reply.class() == 4 { "deferred" } else { "refused" })]
    Reply {
        /// What the reply answers.
        stage: Stage,
        /// The reply.
        reply: Reply,
    },
    /// The server does not offer what this message needs.
    #[error(transparent)]
    Unsupported(#[from] Unsupported),
    /// The connection broke.
    #[error("the connection broke")]
    Broken(#[from] ConnectionError),
}

impl Rejected {
    /// Whether the connection cannot be used any more.
    pub(super) fn ends_connection(&self) -> bool {
        match self {
            Rejected::Broken(_) => true,
            // After any other 4xx or 5xx, RSET makes the connection usable again (RFC 5321 §4.1.1.5).
            Rejected::Reply { reply, .. } => reply.is_closing(),
            // Nothing was sent.
            Rejected::Unsupported(_) => false,
        }
    }
}

/// What a message needs and the server does not offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsupported {
    /// A recipient's address that is not ASCII before the `@` needs SMTPUTF8 (RFC 6531).
    #[error(
        "the address has non-ASCII characters before the `@`, and the server does not offer SMTPUTF8"
    )]
    Address,
    /// The same of the sender's address.
    #[error(
        "the sender's address has non-ASCII characters before the `@`, and the server does not offer SMTPUTF8"
    )]
    Sender,
    /// Octets above 127 need 8BITMIME (RFC 6152).
    #[error("the message is not pure ASCII, and the server does not offer 8BITMIME")]
    EightBit,
    /// The message is larger than the server accepts (RFC 1870).
    #[error("the message has {octets} octets, but the server accepts at most {largest}")]
    Size {
        /// The message's size.
        octets: u64,
        /// The server's limit.
        largest: u64,
    },
}

/// What became of a message whose content was sent.
#[derive(Debug)]
#[must_use]
pub enum DataOutcome {
    /// 2xx to the final dot or to BDAT: the server is responsible for the message now (RFC 5321 §4.2.5).
    Accepted(Reply),
    /// 4xx or 5xx: the server did not take it. The stage is an earlier one if the envelope was sent with the message.
    Rejected(Stage, Reply),
    /// 500 to 504 to BDAT: the server offers CHUNKING, but does not know the command. It did not take the message, and
    /// the next session sends messages with DATA.
    NoChunking(Reply),
    /// The connection broke before the end of the message was sent: the server cannot have the whole message. See
    /// [`SmtpSession::send_data`](super::SmtpSession::send_data).
    NotSent(ConnectionError),
    /// The connection broke when the server may have had the whole message (RFC 1047).
    InDoubt(ConnectionError),
}

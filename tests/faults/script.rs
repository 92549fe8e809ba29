//! The script of the mail server: what it offers, and where it misbehaves.

use std::sync::Arc;
use std::time::Instant;

use rustls::ServerConfig;

/// The moment at which a rule applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trigger {
    /// The connection is established, and the server would greet.
    Greeting,
    /// A command that starts like this has arrived, and the server would reply.
    Command(&'static str),
    /// A message is about to be read whose recipient starts like this.
    Body(&'static str),
    /// All of such a message has arrived, and the server would reply. For a message without recipients, which is just
    /// the final dot, the text is `nobody`.
    EndOfData(&'static str),
}

/// What the server does instead.
#[derive(Clone, Copy, Debug)]
pub(super) enum Action {
    /// Writes this line.
    Reply(&'static str),
    /// Writes these bytes at once, not line by line.
    Write(&'static [u8]),
    /// Writes this text repeatedly, at once.
    Repeat(&'static str, usize),
    /// Writes this text and the link of the last message.
    ReplyWithLink(&'static str),
    /// Reads a command, which must start like this.
    Expect(&'static str),
    /// Reads so many bytes.
    Read(usize),
    /// Waits for so many milliseconds.
    Pause(u64),
    /// Waits until so many connections wait here.
    Together(usize),
    /// Closes its direction, and reads until the client closes the connection.
    Close,
    /// Resets the TCP connection.
    Reset,
    /// Never replies, and reads until the client closes the connection.
    Hang,
    /// Stops listening and closes all connections, for so many milliseconds.
    GoDown(u64),
}

/// The scripted reaction to one trigger.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    /// The connection on which it applies, counted from 1; `None` for any.
    pub(super) connection: Option<usize>,
    pub(super) trigger: Trigger,
    pub(super) actions: Vec<Action>,
    /// How many times it still applies.
    pub(super) remaining: usize,
}

/// What the server offers, and the rules by which it misbehaves.
#[derive(Clone, Default)]
pub(super) struct Script {
    /// The extensions in the reply to EHLO. STARTTLS is offered only before TLS; AUTH, where TLS is configured, only
    /// after it.
    pub(super) extensions: Vec<&'static str>,
    pub(super) tls: Option<Arc<ServerConfig>>,
    /// Whether a connection starts with the TLS handshake.
    pub(super) implicit_tls: bool,
    /// Whether the port is reserved, but nothing listens on it.
    pub(super) not_listening: bool,
    pub(super) rules: Vec<Rule>,
}

/// A mail transaction whose message arrived completely.
#[derive(Clone, Debug)]
pub(super) struct Transaction {
    pub(super) recipients: Vec<String>,
    /// The message, with dot-stuffing removed.
    pub(super) body: String,
    /// When the final dot arrived.
    pub(super) received_at: Instant,
    /// Whether the server replied that it accepts the message.
    pub(super) accepted: bool,
}

//! An SMTP session: mail transactions, one after the other, over one connection.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use meetmint_core::Email;

use super::body;
use super::capabilities::Capabilities;
use super::connection::Connection;
use super::connection_error::ConnectionError;
use super::envelope::{self, Envelope, EnvelopeReplies};
use super::error::{DataOutcome, Rejected, SmtpError};
use super::handshake::{self, Opened};
use super::reply::Reply;
use super::server::{SmtpServer, Timeouts};

/// How long to wait for the reply to QUIT: nothing depends on it.
const QUIT_TIMEOUT: Duration = Duration::from_secs(5);

/// A connection to a mail server, ready for the next message.
///
/// A message is sent in two halves, because its intent has to be stored between them: first the envelope, up to
/// the server's 354; then the message. Each half is two calls, one that writes and one that reads, so that the caller
/// can work while the server does: [`send_envelope`](SmtpSession::send_envelope) and
/// [`read_envelope_replies`](SmtpSession::read_envelope_replies), [`send_data`](SmtpSession::send_data) and
/// [`read_data_reply`](SmtpSession::read_data_reply). An error in the first half means that nothing was sent; one
/// in the second half may leave the message in doubt (RFC 1047).
///
/// After a [`ConnectionError`] and after a 421 the session is closed, as [`is_open`](SmtpSession::is_open) tells, and
/// every further call fails. A call out of order closes it too. Dropping it closes the connection like
/// [`abandon`](SmtpSession::abandon).
#[derive(Debug)]
pub struct SmtpSession {
    connection: Connection,
    timeouts: Timeouts,
    capabilities: Capabilities,
    greeting: Reply,
    mechanism: Option<String>,
    state: SessionState,
    /// The last message was refused: RSET comes before the next one (RFC 5321 §4.1.1.5).
    needs_reset: bool,
    messages: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SessionState {
    /// A message can be sent.
    Ready,
    /// The envelope was sent, perhaps after a RSET.
    EnvelopeSent {
        reset: bool,
    },
    /// The server replied 354: it accepts nothing but a message now.
    AwaitingData,
    /// The message was sent.
    DataSent,
    Closed,
}

impl SmtpSession {
    /// Connects, reads the greeting, sends EHLO, and starts TLS and logs in if that is configured. Setting `halt` ends
    /// every wait of the session, unless a message may be on its way.
    ///
    /// # Errors
    /// [`SmtpError`]; the connection is closed.
    pub fn connect(server: &SmtpServer, halt: &Arc<AtomicBool>) -> Result<SmtpSession, SmtpError> {
        let Opened { connection, capabilities, greeting, mechanism } =
            handshake::open(server, halt)?;
        Ok(SmtpSession {
            connection,
            timeouts: server.timeouts,
            capabilities,
            greeting,
            mechanism: mechanism.map(|mechanism| mechanism.to_string()),
            state: SessionState::Ready,
            needs_reset: false,
            messages: 0,
        })
    }

    /// Whether another message can be sent.
    pub fn is_open(&self) -> bool {
        self.state == SessionState::Ready
    }

    /// What the server offers.
    pub fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    /// The server's greeting.
    pub fn greeting(&self) -> &Reply {
        &self.greeting
    }

    /// The TLS version, if there is TLS.
    pub fn tls_version(&self) -> Option<&'static str> {
        self.connection.tls_version()
    }

    /// The mechanism that was used to log in, if any.
    pub fn mechanism(&self) -> Option<&str> {
        self.mechanism.as_deref()
    }

    /// How many messages the server has answered, accepted or not.
    pub fn messages(&self) -> u32 {
        self.messages
    }

    /// Sends MAIL, RCPT and DATA: in one write if the server offers PIPELINING (RFC 2920), else one by one, reading the
    /// replies before DATA. Call [`read_envelope_replies`](SmtpSession::read_envelope_replies) next.
    ///
    /// # Errors
    /// [`Rejected`]: the message was not sent.
    pub fn send_envelope(
        &mut self,
        from: &Email,
        to: &Email,
        message: &[u8],
    ) -> Result<(), Rejected> {
        if self.state != SessionState::Ready {
            self.close();
            return Err(Rejected::Broken(ConnectionError::Closed));
        }
        // Before anything is written, so that a message that the server cannot take leaves the session ready.
        let envelope = Envelope::new(&self.capabilities, from, to, message)?;
        // Sent together with the next envelope rather than at once, because that saves a round trip with PIPELINING.
        let reset = std::mem::take(&mut self.needs_reset);
        let pipelining = self.capabilities.pipelining;
        let sent = envelope.send(&mut self.connection, pipelining, reset, &self.timeouts);
        match &sent {
            Ok(()) => self.state = SessionState::EnvelopeSent { reset },
            Err(rejected) => self.end_transaction(!rejected.ends_connection()),
        }
        sent
    }

    /// Reads the replies to [`send_envelope`](SmtpSession::send_envelope). `Ok` is the server's 354: call
    /// [`send_data`](SmtpSession::send_data) or [`abandon`](SmtpSession::abandon) next.
    ///
    /// # Errors
    /// [`Rejected`]: the message was not sent. After a refusal the session is ready for the next one.
    pub fn read_envelope_replies(&mut self) -> Result<(), Rejected> {
        let SessionState::EnvelopeSent { reset } = self.state else {
            self.close();
            return Err(Rejected::Broken(ConnectionError::Closed));
        };
        let pipelining = self.capabilities.pipelining;
        let EnvelopeReplies { result, reusable } =
            EnvelopeReplies::read(&mut self.connection, pipelining, reset, &self.timeouts);
        match &result {
            Ok(()) => self.state = SessionState::AwaitingData,
            Err(_) => self.end_transaction(reusable),
        }
        result
    }

    /// Sends the message: its lines end in CRLF, and its dots are not doubled yet. Call
    /// [`read_data_reply`](SmtpSession::read_data_reply) next.
    ///
    /// Body and final dot are sent in one write, then the server decides. Whatever is not a complete 2xx, 4xx or 5xx
    /// leaves the message [in doubt](DataOutcome::InDoubt), with one exception, on Linux: a write that fails before
    /// the system took the final dot. A message ends with its dot and the CRLF after it (RFC 5321 §4.1.1.4). On Linux a
    /// write to a socket fails only if it took nothing of that call's data, and TLS takes a record as a whole. So the
    /// dot has not left this process, and no server can have the whole message: it is
    /// [`NotSent`](DataOutcome::NotSent), or what the server replied when it stopped reading. Other systems may fail a
    /// write that was half done.
    ///
    /// # Errors
    /// What became of the message, if that is known already.
    pub fn send_data(&mut self, message: &[u8]) -> Result<(), DataOutcome> {
        if self.state != SessionState::AwaitingData {
            self.close();
            return Err(DataOutcome::NotSent(ConnectionError::Closed));
        }
        // The server owes no reply after its 354. As no dot has been sent, nothing is in doubt yet.
        let early = match self.connection.unsolicited_reply() {
            Ok(None) => None,
            Ok(Some(reply)) => Some(DataOutcome::Rejected(reply)),
            Err(error) => Some(DataOutcome::NotSent(error)),
        };
        if let Some(early) = early {
            self.close();
            return Err(early);
        }
        self.connection.show(&format!("> (a message of {} octets)", message.len()));
        // From here on only the reply tells whether the message was accepted, so an interrupt has to wait for it.
        self.connection.interruptible = false;
        let body = body::stuffed(message);
        // The position of the dot: unless the system has taken it, the server cannot have the whole message.
        let dot = body.len() - body::END.len();
        let Err(incomplete) = self.connection.write(&body, self.timeouts.body) else {
            self.state = SessionState::DataSent;
            return Ok(());
        };
        // A server that stops reading may have replied why. The connection cannot be used again: a further command
        // would be taken for the rest of the message.
        let reply = self.connection.reply_sent_already();
        self.close();
        Err(match reply.map(outcome_of) {
            Ok(Ok(DataOutcome::Rejected(reply))) => DataOutcome::Rejected(reply),
            _ if cfg!(target_os = "linux") && incomplete.written <= dot => {
                DataOutcome::NotSent(incomplete.error)
            }
            _ => DataOutcome::InDoubt(incomplete.error),
        })
    }

    /// Reads the reply to [`send_data`](SmtpSession::send_data).
    pub fn read_data_reply(&mut self) -> DataOutcome {
        if self.state != SessionState::DataSent {
            self.close();
            return DataOutcome::NotSent(ConnectionError::Closed);
        }
        let outcome = match self.connection.read_reply(self.timeouts.final_dot) {
            Ok(reply) => outcome_of(reply).unwrap_or_else(DataOutcome::InDoubt),
            Err(error) => DataOutcome::InDoubt(error),
        };
        self.connection.interruptible = true;
        match &outcome {
            DataOutcome::Accepted(reply) | DataOutcome::Rejected(reply) if !reply.is_closing() => {
                self.messages += 1;
                self.state = SessionState::Ready;
            }
            // A 421, or an outcome in doubt: a late reply to this message could be taken for the one to the next.
            _ => self.close(),
        }
        outcome
    }

    /// [`send_envelope`](SmtpSession::send_envelope) and
    /// [`read_envelope_replies`](SmtpSession::read_envelope_replies).
    ///
    /// # Errors
    /// [`Rejected`].
    pub fn open_transaction(
        &mut self,
        from: &Email,
        to: &Email,
        message: &[u8],
    ) -> Result<(), Rejected> {
        self.send_envelope(from, to, message)?;
        self.read_envelope_replies()
    }

    /// [`send_data`](SmtpSession::send_data) and [`read_data_reply`](SmtpSession::read_data_reply).
    pub fn transmit(&mut self, message: &[u8]) -> DataOutcome {
        match self.send_data(message) {
            Ok(()) => self.read_data_reply(),
            Err(outcome) => outcome,
        }
    }

    /// Asks whether the server accepts mail from a sender. Nothing is delivered.
    ///
    /// # Errors
    /// [`Rejected`].
    pub fn check_sender(&mut self, from: &Email) -> Result<(), Rejected> {
        envelope::check_sender(&mut self.connection, from, &self.timeouts)
    }

    /// Sends QUIT (RFC 5321 §4.1.1.10) and closes the connection. Its result is ignored: every message before it has
    /// been answered.
    pub fn quit(mut self) {
        // After a 354 the server would take QUIT for a line of the message.
        if self.state == SessionState::Ready {
            let limit = QUIT_TIMEOUT.min(self.timeouts.command);
            let _ = self.connection.command("QUIT\r\n", limit);
            self.connection.close_tls();
        }
    }

    /// Closes the connection without QUIT. After a 354 this is the only way not to send a message: the server discards
    /// one without a final dot (RFC 5321 §3.8, §4.1.1.4).
    pub fn abandon(mut self) {
        self.close();
    }

    /// After a refusal: makes the session ready for the next message, or closes it.
    fn end_transaction(&mut self, reusable: bool) {
        if reusable {
            self.state = SessionState::Ready;
            self.needs_reset = true;
        } else {
            self.close();
        }
    }

    fn close(&mut self) {
        self.connection.close();
        self.state = SessionState::Closed;
    }
}

/// What a reply to the final dot means.
fn outcome_of(reply: Reply) -> Result<DataOutcome, ConnectionError> {
    match reply.class() {
        2 => Ok(DataOutcome::Accepted(reply)),
        4 | 5 => Ok(DataOutcome::Rejected(reply)),
        _ => Err(ConnectionError::UnexpectedReply(reply)),
    }
}

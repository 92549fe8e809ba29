//! An SMTP session: mail transactions, one after the other, over one connection.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use meetmint_core::Email;

use super::body;
use super::capabilities::Capabilities;
use super::chunking::Chunking;
use super::connection::Connection;
use super::connection_error::ConnectionError;
use super::envelope::{self, Envelope, EnvelopeReplies};
use super::error::{DataOutcome, Rejected, SmtpError, Stage};
use super::flight::{self, FlightResult};
use super::handshake::{self, Opened};
use super::reply::Reply;
use super::server::{SmtpServer, Timeouts};

/// How long to wait for the reply to QUIT: nothing depends on it.
const QUIT_TIMEOUT: Duration = Duration::from_secs(5);

/// A connection that was silent for longer is asked whether it still works before a message leaves together with its
/// envelope: if the server has closed it meanwhile, the message would be in doubt.
const MAX_SILENCE: Duration = Duration::from_secs(1);

/// A connection to a mail server, ready for the next message.
///
/// A message is sent in two halves, because its intent has to be stored between them: first the envelope, up to
/// the server's 354; then the message. Each half is two calls, one that writes and one that reads, so that the caller
/// can work while the server does: [`send_envelope`](SmtpSession::send_envelope) and
/// [`read_envelope_replies`](SmtpSession::read_envelope_replies), [`send_data`](SmtpSession::send_data) and
/// [`read_data_reply`](SmtpSession::read_data_reply). An error in the first half means that nothing was sent; one
/// in the second half may leave the message in doubt (RFC 1047).
///
/// If the server offers CHUNKING and PIPELINING, the first half sends nothing, and the second one sends envelope and
/// message together, with BDAT. That saves a round trip. Without PIPELINING it would not: such a server gets DATA.
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
    chunking: Chunking,
    /// The envelope that is sent together with its message.
    envelope: Option<Envelope>,
    /// When the last reply was received.
    last_reply: Instant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SessionState {
    /// A message can be sent.
    Ready,
    /// The envelope was sent, perhaps after a RSET.
    EnvelopeSent {
        reset: bool,
    },
    /// The server replied 354, and accepts nothing but a message now; or the envelope is sent together with it.
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
            chunking: server.chunking.clone(),
            envelope: None,
            last_reply: Instant::now(),
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

    /// Whether the server has said something unasked, or has closed the connection.
    #[cfg(test)]
    pub(super) fn has_news(&self) -> bool {
        self.connection.has_news()
    }

    /// How many messages the server has answered, accepted or not.
    pub fn messages(&self) -> u32 {
        self.messages
    }

    /// Sends MAIL, RCPT and DATA: in one write if the server offers PIPELINING (RFC 2920), else one by one, reading the
    /// replies before DATA. Nothing if the message is to be sent with BDAT. Call [`read_envelope_replies`](SmtpSession::read_envelope_replies) next.
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
        if self.uses_chunking() {
            return self.keep_envelope(envelope);
        }
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

    /// Reads the replies to [`send_envelope`](SmtpSession::send_envelope). `Ok` is the server's 354, or the message is sent with BDAT: call
    /// [`send_data`](SmtpSession::send_data) or [`abandon`](SmtpSession::abandon) next.
    ///
    /// # Errors
    /// [`Rejected`]: the message was not sent. After a refusal the session is ready for the next one.
    pub fn read_envelope_replies(&mut self) -> Result<(), Rejected> {
        let SessionState::EnvelopeSent { reset } = self.state else {
            self.close();
            return Err(Rejected::Broken(ConnectionError::Closed));
        };
        if self.envelope.is_some() {
            self.state = SessionState::AwaitingData;
            return Ok(());
        }
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
    /// With BDAT, MAIL and RCPT are part of that write, and the last octet is what the dot is otherwise.
    ///
    /// # Errors
    /// What became of the message, if that is known already.
    pub fn send_data(&mut self, message: &[u8]) -> Result<(), DataOutcome> {
        if self.state != SessionState::AwaitingData {
            self.close();
            return Err(DataOutcome::NotSent(ConnectionError::Closed));
        }
        // The server owes no reply after its 354, and none before a flight. As nothing that ends the message has been sent,
        // nothing is in doubt yet. Some servers close a connection after a number of messages without a word: a flight
        // would be in doubt then, where MAIL alone would not.
        let (stage, early) = match self.envelope {
            Some(_) => (Stage::Mail, self.connection.late_reply()),
            None => (Stage::Message, self.connection.unsolicited_reply()),
        };
        let early = match early {
            Ok(None) => None,
            Ok(Some(reply)) => Some(DataOutcome::Rejected(stage, reply)),
            Err(error) => Some(DataOutcome::NotSent(error)),
        };
        if let Some(early) = early {
            self.close();
            return Err(early);
        }
        // From here on only the reply tells whether the message was accepted, so an interrupt has to wait for it.
        self.connection.interruptible = false;
        // Unless the system has taken the end, the server cannot have the whole message.
        let (sent, end) = match &self.envelope {
            Some(envelope) => {
                (flight::send(&mut self.connection, envelope, message, &self.timeouts), 1)
            }
            None => {
                self.connection.show(&format!("> (a message of {} octets)", message.len()));
                let body = body::stuffed(message);
                (self.connection.write(&body, self.timeouts.body), body::END.len())
            }
        };
        let Err(incomplete) = sent else {
            self.state = SessionState::DataSent;
            return Ok(());
        };
        // A server that stops reading may have replied why. The connection cannot be used again: a further command
        // would be taken for the rest of the message.
        let outcome = self.read_outcome(&Timeouts::sent_already()).outcome;
        self.close();
        Err(match outcome {
            DataOutcome::Rejected(..) | DataOutcome::NoChunking(_) => outcome,
            _ if cfg!(target_os = "linux") && incomplete.missing >= end => {
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
        let timeouts = self.timeouts;
        let FlightResult { outcome, reusable, .. } = self.read_outcome(&timeouts);
        let is_message =
            matches!(outcome, DataOutcome::Accepted(_) | DataOutcome::Rejected(Stage::Message, _));
        if is_message && reusable {
            self.messages += 1;
        }
        match self.envelope.take() {
            Some(_) if !matches!(outcome, DataOutcome::Accepted(_)) => {
                self.end_transaction(reusable);
            }
            _ if reusable => self.state = SessionState::Ready,
            // A 421, or an outcome in doubt: a late reply to this message could be taken for the one to the next.
            _ => self.close(),
        }
        outcome
    }

    /// Reads the reply to the message, or those to a flight.
    fn read_outcome(&mut self, timeouts: &Timeouts) -> FlightResult {
        let result = if self.envelope.is_some() {
            flight::read(&mut self.connection, timeouts)
        } else {
            FlightResult::of_reply(self.connection.read_reply(timeouts.final_dot))
        };
        self.connection.interruptible = true;
        self.last_reply = Instant::now();
        if result.chunking_failed {
            self.connection.show("(CHUNKING failed: messages are sent with DATA from now on)");
            self.chunking.turn_off();
        }
        result
    }

    /// Whether the next message is sent in one flight.
    fn uses_chunking(&self) -> bool {
        let Capabilities { chunking, pipelining, .. } = self.capabilities;
        chunking && pipelining && self.chunking.is_on()
    }

    /// Keeps an envelope until its message is sent.
    fn keep_envelope(&mut self, envelope: Envelope) -> Result<(), Rejected> {
        let mut ready = envelope::refuse_if_closing(&mut self.connection, Stage::Mail);
        // With its reply, unlike before DATA: after a RSET that fails, the message must not leave.
        if ready.is_ok() && (self.needs_reset || self.last_reply.elapsed() > MAX_SILENCE) {
            ready = envelope::reset(&mut self.connection, &self.timeouts);
        }
        self.needs_reset = false;
        match &ready {
            Ok(()) => {
                self.envelope = Some(envelope);
                self.state = SessionState::EnvelopeSent { reset: false };
            }
            Err(rejected) => self.end_transaction(!rejected.ends_connection()),
        }
        ready
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

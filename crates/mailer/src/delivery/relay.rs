//! The mail server that messages are sent to, and the limits to keep.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use meetmint_core::Email;

use super::rate::Pace;
use super::summary::Stopped;
use crate::error_chain::ErrorChain;
use crate::message::Message;
use crate::outbox::{DataOutcome, SmtpServer, SmtpSession, Verdict};

/// A mail server, how fast messages may be sent to it, and how long an outage may last.
#[derive(Debug)]
pub struct Relay {
    /// The server. A run connects when its first message is ready.
    pub server: SmtpServer,
    /// How fast messages may be sent.
    pub pace: Pace,
    /// How long a run waits for the server, or until the pace allows the next message.
    pub max_wait: Duration,
    /// Whether a connection ever succeeded. It belongs to the relay, because several runs may use one.
    pub(super) reached: AtomicBool,
}

impl Relay {
    /// A mail server that no run has connected to yet.
    pub fn new(server: SmtpServer, pace: Pace, max_wait: Duration) -> Relay {
        Relay { server, pace, max_wait, reached: AtomicBool::new(false) }
    }

    /// Sends one message without recording it in a ledger: a test copy. Returns the server's reply. Setting `halt`
    /// breaks off every wait except that for the reply to the message.
    ///
    /// # Errors
    /// [`Stopped`] if the message was not accepted.
    pub fn send_one(
        &self,
        from: &Email,
        message: &Message,
        halt: &Arc<AtomicBool>,
    ) -> Result<String, Stopped> {
        let stopped = |why: String, hint: Option<&str>| Stopped {
            why,
            hint: hint.map(str::to_owned),
            resumes: None,
        };
        let mut session = SmtpSession::connect(&self.server, halt)
            .map_err(|error| stopped(ErrorChain(&error).to_string(), Some(&error.hint())))?;
        session
            .open_transaction(from, &message.to, &message.bytes)
            .map_err(|rejected| stopped(ErrorChain(&rejected).to_string(), rejected.hint()))?;
        let outcome = session.transmit(&message.bytes);
        session.quit();
        match outcome {
            DataOutcome::Accepted(reply) => Ok(reply.to_string()),
            DataOutcome::Rejected(stage, reply) => {
                let hint = Verdict::on_reply(stage, &reply).hint;
                Err(stopped(reply.to_string(), hint))
            }
            // Not again: the next session does without CHUNKING.
            DataOutcome::NoChunking(_) => self.send_one(from, message, halt),
            // A doubt needs no `settle`: whoever gets the test copy sees whether it arrived, and may send another one.
            DataOutcome::NotSent(error) | DataOutcome::InDoubt(error) => {
                Err(stopped(ErrorChain(&error).to_string(), None))
            }
        }
    }
}

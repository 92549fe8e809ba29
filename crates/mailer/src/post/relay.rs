//! A mail server that is connected to when the first message is ready, and again after a break.

use meetmint_core::Email;

use super::with_causes;
use crate::{Handed, Message, SmtpAddress, SmtpError, SmtpOutbox, Timeouts};

/// A mail server, and the connection to it while there is one.
pub struct Relay {
    address: SmtpAddress,
    timeouts: Timeouts,
    pub(super) connection: Option<SmtpOutbox>,
}

impl Relay {
    /// A mail server that is connected to when the first message is ready.
    pub fn new(address: SmtpAddress, timeouts: Timeouts) -> Relay {
        Relay { address, timeouts, connection: None }
    }

    pub(super) fn connected(&mut self, hello: &str) -> Result<&mut SmtpOutbox, SmtpError> {
        if self.connection.as_ref().is_none_or(|connection| !connection.is_open()) {
            self.connection = Some(SmtpOutbox::connect(&self.address, hello, &self.timeouts)?);
        }
        Ok(self.connection.as_mut().expect("a connection was just made"))
    }

    /// Sends one message that leaves no trace in any ledger. Gives the server's words.
    ///
    /// # Errors
    /// Why it was not taken, in words.
    pub fn send_one(&mut self, from: &Email, message: &Message) -> Result<String, String> {
        let connection = self.connected(from.domain()).map_err(|error| with_causes(&error))?;
        connection.offer(from, &message.to).map_err(|error| with_causes(&error))?;
        let handed = connection.hand_over(&message.bytes);
        self.quit();
        match handed {
            Handed::Accepted(reply) => Ok(reply.to_string()),
            Handed::Refused(reply) | Handed::Deferred(reply) => Err(reply.to_string()),
            Handed::Broken(why) | Handed::InDoubt(why) => Err(with_causes(&why)),
        }
    }

    pub(super) fn quit(&mut self) {
        if let Some(connection) = self.connection.take() {
            connection.quit();
        }
    }
}

//! A mail server that messages go to, and how fast.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use meetmint_core::Email;

use super::rate::Pace;
use super::with_causes;
use crate::outbox::Verdict;
use crate::{Handed, Message, SmtpServer, SmtpSession};

/// A mail server, how fast messages may go there, and how much trouble is borne.
#[derive(Debug)]
pub struct Relay {
    /// The server. It is connected to when the first message is ready.
    pub server: SmtpServer,
    /// How fast messages may go.
    pub pace: Pace,
    /// How long a run stays when the server is away, or has to be waited for.
    pub patience: Duration,
    /// Whether the server was ever reached.
    pub(super) reached: AtomicBool,
}

/// Why everybody has to wait, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// Why.
    pub why: String,
    /// What to do about it.
    pub cure: Option<String>,
    /// When it may go on, in seconds since 1970 UTC, where that is known.
    pub resumes: Option<i64>,
}

impl Relay {
    /// A mail server that nobody has reached yet.
    pub fn new(server: SmtpServer, pace: Pace, patience: Duration) -> Relay {
        Relay { server, pace, patience, reached: AtomicBool::new(false) }
    }

    /// Sends one message that leaves no trace in any ledger. Gives the server's words.
    ///
    /// # Errors
    /// Why it was not taken.
    pub fn send_one(
        &self,
        from: &Email,
        message: &Message,
        halt: &Arc<AtomicBool>,
    ) -> Result<String, Stopped> {
        let stopped = |why: String, cure: Option<&str>| Stopped {
            why,
            cure: cure.map(str::to_owned),
            resumes: None,
        };
        let mut outbox = SmtpSession::connect(&self.server, halt)
            .map_err(|error| stopped(with_causes(&error), Some(error.hint())))?;
        let offered = outbox.offer(from, &message.to, &message.bytes);
        offered.map_err(|not_taken| stopped(with_causes(&not_taken), not_taken.hint()))?;
        let handed = outbox.hand_over(&message.bytes);
        outbox.quit();
        match handed {
            Handed::Accepted(reply) => Ok(reply.to_string()),
            Handed::Rejected(reply) => {
                let cure = Verdict::of_reply(crate::Stage::Message, &reply).cure;
                Err(stopped(reply.to_string(), cure))
            }
            Handed::Broken(why) | Handed::InDoubt(why) => Err(stopped(with_causes(&why), None)),
        }
    }
}

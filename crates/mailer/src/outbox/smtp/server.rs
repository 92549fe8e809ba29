//! A mail server as it is configured.

use std::sync::Arc;
use std::time::Duration;

use super::address::SmtpAddress;
use super::chunking::Chunking;
use super::login::Login;
use super::tls::Trust;
use super::trace::Trace;

/// How a connection is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// Not at all: for a server on this machine.
    None,
    /// STARTTLS (RFC 3207). The server has to offer it: falling back to plaintext is what an attacker who strips the
    /// offer would want.
    StartTls,
    /// Implicit TLS, from the first octet (RFC 8314 §3.3).
    Tls,
}

/// A mail server and everything needed to connect to it.
#[derive(Clone, Debug)]
pub struct SmtpServer {
    /// Host and port.
    pub address: SmtpAddress,
    /// How the connection is encrypted.
    pub security: Security,
    /// Whether mail may be sent to another machine without TLS.
    pub cleartext: bool,
    /// The certificate authorities to trust; the system's if absent.
    pub trust: Option<Trust>,
    /// The login, if the server needs one.
    pub login: Option<Arc<Login>>,
    /// The argument of EHLO: the full name of this machine, or an address literal in brackets. Without one, the address
    /// literal of the connection.
    pub hello: Option<String>,
    /// How long each stage may take.
    pub timeouts: Timeouts,
    /// Whether messages are sent with BDAT if the server offers CHUNKING and PIPELINING.
    pub chunking: Chunking,
    /// Receives the conversation, if it is to be shown.
    pub trace: Option<Trace>,
}

/// How long each stage may take; the defaults are those of RFC 5321 §4.5.3.2. A reply has to be complete within its
/// time; a message body has to make progress within its.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// TCP connect, and the TLS handshake.
    pub connect: Duration,
    /// The greeting (§4.5.3.2.1).
    pub greeting: Duration,
    /// The replies to EHLO, AUTH, MAIL, RCPT and RSET (§4.5.3.2.2, §4.5.3.2.3).
    pub command: Duration,
    /// The reply to DATA (§4.5.3.2.4).
    pub data: Duration,
    /// Until the server takes more of a message (§4.5.3.2.5).
    pub body: Duration,
    /// The reply to the final dot, or to BDAT (§4.5.3.2.6). If it is too short, messages that do arrive are in doubt.
    pub final_dot: Duration,
}

/// How long to read a reply that the server has sent already: its rest is in the system's buffers, or never comes.
pub(super) const SENT_ALREADY: Duration = Duration::from_secs(1);

impl Timeouts {
    /// For replies that the server has sent already.
    pub(super) fn sent_already() -> Timeouts {
        let limit = SENT_ALREADY;
        Timeouts {
            connect: limit,
            greeting: limit,
            command: limit,
            data: limit,
            body: limit,
            final_dot: limit,
        }
    }
}

impl Default for Timeouts {
    fn default() -> Timeouts {
        let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
        Timeouts {
            // RFC 5321 sets no time for TCP; within half a minute every reachable host answers.
            connect: Duration::from_secs(30),
            greeting: minutes(5),
            command: minutes(5),
            data: minutes(2),
            body: minutes(3),
            final_dot: minutes(10),
        }
    }
}

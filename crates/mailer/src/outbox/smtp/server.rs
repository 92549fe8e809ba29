//! A mail server as it is configured: where it is, how safe the way there is, and who logs in.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lettre::transport::smtp::authentication::{Credentials, Mechanism};

use super::tls::Trust;

/// Where a mail server listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmtpAddress {
    /// A name, or an IP address.
    pub host: String,
    /// The port.
    pub port: u16,
}

/// How the way to a server is kept from being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// Not at all: for a server on this machine.
    None,
    /// STARTTLS, which has to be offered (RFC 3207): a way to do without would be what an attacker asks for.
    StartTls,
    /// TLS from the beginning (RFC 8314 §3.3).
    Tls,
}

/// A mail server, and all that is needed to speak to it.
#[derive(Clone, Debug)]
pub struct SmtpServer {
    /// Where it is.
    pub address: SmtpAddress,
    /// How the way there is kept from being read.
    pub security: Security,
    /// Whether mail may go to another machine without TLS.
    pub cleartext: bool,
    /// Whose certificates count; needed unless `security` is [`Security::None`].
    pub trust: Option<Trust>,
    /// Who logs in, if anybody does.
    pub login: Option<Arc<Login>>,
    /// What this machine calls itself: a host name, or an address in brackets.
    pub hello: String,
    /// How long each stage may take.
    pub timeouts: Timeouts,
    /// Who wants to see the conversation.
    pub trace: Option<Trace>,
}

/// Who logs in, and where the password is kept.
pub struct Login {
    user: String,
    mechanism: Option<Mechanism>,
    fetch: Box<Fetch>,
    /// What was fetched last.
    known: Mutex<Option<String>>,
}

/// Gets a password, or the token for XOAUTH2, from where it is kept; in words why it can't.
pub type Fetch = dyn Fn() -> Result<String, String> + Send + Sync;

/// Shows a conversation to somebody: one line a call, without passwords, messages and links.
#[derive(Clone)]
pub struct Trace(Arc<dyn Fn(&str) + Send + Sync>);

/// How long each stage may take (RFC 5321 §4.5.3.2). An answer has to be complete within its time; a body has
/// to move on within its.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// Until the connection stands, and until the TLS handshake is done.
    pub connect: Duration,
    /// Until the server's first words (§4.5.3.2.1).
    pub greeting: Duration,
    /// Until the answer to EHLO, AUTH, MAIL, RCPT and RSET (§4.5.3.2.2, §4.5.3.2.3).
    pub command: Duration,
    /// Until the answer to DATA (§4.5.3.2.4).
    pub data: Duration,
    /// Until the server takes more of a message (§4.5.3.2.5).
    pub body: Duration,
    /// Until the answer to the final dot (§4.5.3.2.6). A shorter one makes doubts out of messages that arrive.
    pub final_dot: Duration,
}

impl SmtpAddress {
    /// Whether it is this very machine.
    pub fn is_loopback(&self) -> bool {
        self.loopback().is_some()
    }

    /// The addresses of this machine that the host stands for. Nobody is asked: `localhost` is what RFC 6761 §6.3
    /// says it is, and no other name is known to stay here.
    pub(super) fn loopback(&self) -> Option<Vec<IpAddr>> {
        if self.host.eq_ignore_ascii_case("localhost") {
            return Some(vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]);
        }
        let address: IpAddr = self.host.parse().ok()?;
        address.is_loopback().then(|| vec![address])
    }
}

impl fmt::Display for SmtpAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let SmtpAddress { host, port } = self;
        if host.contains(':') { write!(f, "[{host}]:{port}") } else { write!(f, "{host}:{port}") }
    }
}

impl Login {
    /// Who logs in. Without a `mechanism` the first of PLAIN and LOGIN that the server offers is taken. `fetch`
    /// is asked when the password is needed for the first time, and again when a token is refused.
    pub fn new(user: String, mechanism: Option<Mechanism>, fetch: Box<Fetch>) -> Login {
        Login { user, mechanism, fetch, known: Mutex::new(None) }
    }

    /// What was fetched already, to see whether it is there.
    #[must_use]
    pub fn knowing(self, secret: String) -> Login {
        Login { known: Mutex::new(Some(secret)), ..self }
    }

    /// The name that is logged in with.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// The way to log in that a server offering `auth` is asked for.
    pub(super) fn choose(&self, auth: &[String]) -> Option<Mechanism> {
        let offered = |mechanism: &Mechanism| auth.contains(&mechanism.to_string());
        match self.mechanism {
            Some(mechanism) => Some(mechanism).filter(offered),
            None => [Mechanism::Plain, Mechanism::Login].into_iter().find(offered),
        }
    }

    /// Whether what is fetched is a token that expires.
    pub(super) fn is_by_token(&self) -> bool {
        self.mechanism == Some(Mechanism::Xoauth2)
    }

    /// The name of the way to log in that was asked for.
    pub(super) fn wanted(&self) -> String {
        self.mechanism.map_or_else(|| "PLAIN or LOGIN".to_owned(), |wanted| wanted.to_string())
    }

    /// Name and password; fetched once more if they are wanted `anew`.
    pub(super) fn credentials(&self, anew: bool) -> Result<Credentials, String> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let secret = match known.take().filter(|_| !anew) {
            Some(secret) => secret,
            None => (self.fetch)()?,
        };
        let credentials = Credentials::new(self.user.clone(), secret.clone());
        *known = Some(secret);
        Ok(credentials)
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("user", &self.user).finish_non_exhaustive()
    }
}

impl Trace {
    /// Shows each line of a conversation to `show`.
    pub fn new(show: impl Fn(&str) + Send + Sync + 'static) -> Trace {
        Trace(Arc::new(show))
    }

    /// The same for one of several connections: its number stands in front of each line.
    pub(crate) fn numbered(self, number: u32) -> Trace {
        Trace::new(move |line| self.say(&format!("[{number}] {line}")))
    }

    pub(super) fn say(&self, words: &str) {
        (self.0)(words);
    }
}

impl fmt::Debug for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Trace")
    }
}

impl Default for Timeouts {
    fn default() -> Timeouts {
        let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
        Timeouts {
            connect: Duration::from_secs(30),
            greeting: minutes(5),
            command: minutes(5),
            data: minutes(2),
            body: minutes(3),
            final_dot: minutes(10),
        }
    }
}

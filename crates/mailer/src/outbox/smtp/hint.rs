//! What the user can do about a failed reply or connection.

use super::error::{SmtpError, Stage};
use super::reply::Reply;
use super::wording::is_quota;

pub(super) const LOGIN: &str =
    "the server requires a login: set `user` and `password` under [outbox]";
pub(super) const SENDER: &str = "the server does not let this account send as the address in `from`: set `from` under [mail] to an address that belongs to the account";
pub(super) const ASCII_SENDER: &str =
    "use an ASCII address as `from`, or a server that offers SMTPUTF8";
pub(super) const TOO_BIG: &str = "every message is about this size: use a server that accepts larger messages, or shorten the templates";
pub(super) const RELAY: &str = "the server does not relay mail from this machine: set `user` and `password` under [outbox] to log in, or use a server that accepts mail from here";
pub(super) const POLICY: &str = "the server objects to the message or to its sender: read its reply, then try one message with meetmint send --limit 1";
pub(super) const QUOTA: &str = "the account has reached its sending limit: set `quota` under [outbox] to stay below it, and run the command again later to continue";
pub(super) const HELLO: &str = "the server rejects the name that meetmint gives itself, which is the domain of `from`: use an address of your own domain as `from`, or a server that you log in to";
pub(super) const COMMAND: &str =
    "the server did not understand a command: run with -v to see the conversation";

const APP_PASSWORD: &str = "this account needs an app password instead of the usual one: create one in its security settings";
const PORT_AND_SECURITY: &str = "check `host` and `port` under [outbox]: use 587 with security = \"starttls\", 465 with \"tls\"";

impl SmtpError {
    /// Whether a retry could succeed.
    pub(crate) fn is_temporary(&self) -> bool {
        match self {
            // A quota is per day: a retry within minutes would only be refused again.
            SmtpError::Deferred { reply, .. } => !is_quota(reply),
            // A name that cannot be resolved may be the fault of this machine's network.
            SmtpError::Connect { .. } | SmtpError::NoSuchHost { .. } | SmtpError::Broken { .. } => {
                true
            }
            SmtpError::Tls { source, .. } => source.is_temporary(),
            _ => false,
        }
    }

    /// Whether the server itself asks for a later retry: then its address is right.
    pub(crate) fn is_deferral(&self) -> bool {
        matches!(self, SmtpError::Deferred { .. })
    }

    /// What the user can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            SmtpError::NotLoopback(_) => {
                "set security = \"starttls\" (port 587) or \"tls\" (port 465) under [outbox]"
            }
            SmtpError::InvalidHello(_) => {
                "set `from` under [mail] to an address whose domain is a valid host name"
            }
            SmtpError::NoSuchHost { .. } => "check `host` under [outbox]",
            SmtpError::Connect { .. } => PORT_AND_SECURITY,
            // Removing the offer is the known attack on STARTTLS (RFC 3207 §6).
            SmtpError::NoStartTls(_) => {
                "check `host` and `port` under [outbox]; if this worked before, an attacker may be intercepting the connection"
            }
            SmtpError::DataBeforeTls(_) => {
                "use another network, and tell the operator of the mail server"
            }
            SmtpError::Tls { source, .. } => source.hint(),
            SmtpError::NoMechanism { .. } => {
                "set `auth` under [outbox] to an offered mechanism, or remove `user` and `password` if the server needs no login"
            }
            SmtpError::NoSecret(_) => "check `password` under [outbox]",
            SmtpError::Broken { .. } => {
                "if this happens every time, check `port` and `security` under [outbox]: use 587 with \"starttls\", 465 with \"tls\""
            }
            SmtpError::Refused { stage: Stage::Login, reply, .. } => login_hint(reply),
            SmtpError::Refused { .. } => {
                "the server does not accept mail from this machine: read its reply, and ask its operator"
            }
            SmtpError::Deferred { stage: Stage::Login, .. } => {
                "wait some minutes, and set fewer `connections` under [outbox]: each connection logs in"
            }
            SmtpError::Deferred { reply, .. } if is_quota(reply) => QUOTA,
            SmtpError::Deferred { .. } => "wait some minutes, then run the command again",
        }
    }
}

/// What is wrong with a login, by the codes of the large providers (`invitation-email` facts, §3.1).
fn login_hint(reply: &Reply) -> &'static str {
    let text = reply.text.to_ascii_lowercase();
    match (reply.code, reply.enhanced()) {
        // Gmail: 534 5.7.9, application-specific password required.
        (534, _) => APP_PASSWORD,
        // Microsoft 365: 5.7.30 basic authentication is off, 5.7.139 SMTP AUTH is off for the tenant or the mailbox.
        (_, Some((5, 7, 30 | 139))) => {
            "the account does not allow login by password: enable authenticated SMTP for it, or set auth = \"xoauth2\""
        }
        // RFC 4954 §6: encryption required for the requested mechanism.
        (538, _) => "the server requires TLS: set security = \"starttls\" under [outbox]",
        // Some providers say it only in words.
        _ if text.contains("application-specific") || text.contains("app password") => APP_PASSWORD,
        _ => {
            "check `user` and `password` under [outbox] (an app password is written without spaces); a password is tried only once, because repeated failures would lock the account"
        }
    }
}

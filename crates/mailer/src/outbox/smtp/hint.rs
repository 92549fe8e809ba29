//! What the user can do about a failed reply or connection.

use std::borrow::Cow;

use super::address::SmtpAddress;
use super::error::{SmtpError, Stage};
use super::login::SUPPORTED;
use super::reply::Reply;
use super::tls_error::TlsError;
use super::wording::is_quota;

pub(super) const LOGIN: &str =
    "the server requires a login: set `user` and `password` under [outbox]";
pub(super) const SENDER: &str = "the server does not let this account send as the address in `from`: set `from` under [mail] to an address that belongs to the account, or `user` under [outbox] to an account that may send as `from`";
pub(super) const SENDER_LATER: &str =
    "check `from` under [mail]: its domain must exist; if it is right, run the command again later";
pub(super) const ASCII_SENDER: &str =
    "use an ASCII address as `from`, or a server that offers SMTPUTF8";
pub(super) const TOO_BIG: &str = "every message is about this size: use a server that accepts larger messages, or shorten the templates";
pub(super) const RELAY: &str = "the server does not relay mail from this machine: set `user` and `password` under [outbox] to log in, or use a server that accepts mail from here";
pub(super) const RECIPIENTS: &str = "the server rejects these recipients by its rules: read its reply; if it needs a login, set `user` and `password` under [outbox]";
pub(super) const POLICY: &str = "the server objects to the message or to its sender: read its reply, and change what it objects to; `meetmint send --to ADDRESS` tries it with one test copy";
pub(super) const QUOTA: &str = "the account has reached its sending limit: set `quota` under [outbox] to stay below it, and run the command again later to continue";
pub(super) const HELLO: &str = "the server rejects the name that this machine gives in EHLO: set `hello` under [outbox] to the full name of this machine in the DNS";
pub(super) const COMMAND: &str =
    "the server did not understand a command: run with -v to see the conversation";

const SPACES: &str = "the password contains spaces: if it is an app password, write it without them, in one word; a password is tried only once, because repeated failures would lock the account";
const APP_PASSWORD: &str = "this account needs an app password instead of the usual one: create one in its security settings, and write it without spaces";
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
    pub fn hint(&self) -> Cow<'static, str> {
        match self {
            SmtpError::Tls { address, starttls, source: TlsError::UnknownIssuer(_) } => {
                certificate_hint(address, *starttls).into()
            }
            SmtpError::NoMechanism { offered, .. } => mechanism_hint(offered),
            _ => self.fixed_hint().into(),
        }
    }

    fn fixed_hint(&self) -> &'static str {
        match self {
            SmtpError::NotLoopback(_) => {
                "set security = \"starttls\" (port 587) or \"tls\" (port 465) under [outbox]"
            }
            SmtpError::InvalidHello(_) => {
                "set `hello` under [outbox] to the full name of this machine, or to its address: [192.0.2.1]"
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
            SmtpError::NoMechanism { .. } | SmtpError::NoSecret(_) => {
                "check `password` under [outbox]"
            }
            SmtpError::Broken { .. } => {
                "if this happens every time, check `port` and `security` under [outbox]: use 587 with \"starttls\", 465 with \"tls\""
            }
            SmtpError::LoginRefused { reply, has_space, .. } => login_hint(reply, *has_space),
            SmtpError::Refused { stage: Stage::Hello, .. } => HELLO,
            SmtpError::Refused { .. } => {
                "the server does not accept mail from this machine: read its reply, and ask its operator"
            }
            SmtpError::Deferred { stage: Stage::Login, .. } => {
                "wait a few minutes, and set fewer `connections` under [outbox]: each connection logs in"
            }
            SmtpError::Deferred { reply, .. } if is_quota(reply) => QUOTA,
            SmtpError::Deferred { .. } => "wait a few minutes, then run the command again",
        }
    }
}

/// How to trust a certificate that no known authority has issued.
fn certificate_hint(address: &SmtpAddress, starttls: bool) -> String {
    let protocol = if starttls { "-starttls smtp " } else { "" };
    // An address is no server name (RFC 6066 §3).
    let name = if address.host.parse::<std::net::IpAddr>().is_ok() {
        "-noservername".to_owned()
    } else {
        format!("-servername {}", address.host)
    };
    format!(
        "if the server is yours, trust its certificate: in the meeting folder, run `openssl s_client {protocol}-connect {address} {name} </dev/null | openssl x509 -out mail-server.pem`, then add ca = \"mail-server.pem\" under [outbox]. If it is not, ask its operator for the certificate of its authority, and name that file with `ca`"
    )
}

/// What to do about a server that offers none of the mechanisms that are configured.
fn mechanism_hint(offered: &[String]) -> Cow<'static, str> {
    let usable = SUPPORTED.iter().find(|mechanism| offered.contains(&mechanism.to_string()));
    match usable.map(|mechanism| mechanism.to_string().to_ascii_lowercase()) {
        Some(name) if name == "xoauth2" => {
            "set auth = \"xoauth2\" under [outbox], and `password` to a command that prints an access token".into()
        }
        Some(name) => format!("set auth = \"{name}\" under [outbox]").into(),
        None if offered.is_empty() => {
            "check `port` and `security` under [outbox]: many servers offer a login on port 587 or 465 only, and under TLS only; if the server needs no login, remove `user` and `password`".into()
        }
        None => {
            "meetmint can log in by PLAIN, LOGIN and XOAUTH2: ask the operator of the server to enable one of them, or remove `user` and `password` if the server needs no login from this machine".into()
        }
    }
}

/// What is wrong with a login, by the codes of the large providers (`invitation-email` facts, §3.1).
fn login_hint(reply: &Reply, has_space: bool) -> &'static str {
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
        // Providers show app passwords in groups of four letters, and so people copy them.
        _ if has_space => SPACES,
        _ => {
            "check `user` and `password` under [outbox]; a password is tried only once, because repeated failures would lock the account"
        }
    }
}

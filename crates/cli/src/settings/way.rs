//! The way to a mail server: its name, its port, and how the way is kept from being read.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use meetmint_batch::{Rejection, quoted, suggest};
use meetmint_mailer::{Security, SmtpAddress};

use super::presets::{Host, Preset};
use crate::document::{Placed, Table};

/// The way to a mail server, as far as it is clear.
pub(super) struct Way {
    /// Without a host if that is not clear.
    pub(super) address: SmtpAddress,
    /// Nothing if that is not clear.
    pub(super) security: Option<Security>,
    /// Whether mail may go to another machine without TLS.
    pub(super) cleartext: bool,
    /// Whether the server is known to be another machine.
    pub(super) is_remote: bool,
}

impl Way {
    /// Reads the way. Where a preset is named that there is not, nobody knows whether a host is missing.
    pub(super) fn read(table: &Table<'_>, preset: Option<&Preset>, unclear: bool) -> Way {
        let host = host(table, preset, unclear);
        let security = security(table);
        let port = port(table, security);
        let is_clear = host.is_some();
        let address = SmtpAddress { host: host.unwrap_or_default(), port };
        let cleartext = table.boolean("cleartext").unwrap_or(false);
        let is_remote = is_clear && !address.is_loopback();
        let way = Way { address, security, cleartext, is_remote };
        way.check(table);
        way
    }

    /// Whether mail goes to another machine without TLS, because somebody wants that.
    pub(super) fn is_in_the_clear(&self) -> bool {
        self.security == Some(Security::None) && self.is_remote && self.cleartext
    }

    /// The authorities that count instead of the system's.
    pub(super) fn authorities(&self, table: &Table<'_>, folder: &Path) -> Option<PathBuf> {
        let ca = table.string("ca")?;
        if ca.value.trim().is_empty() {
            table.report(
                "empty-value",
                &ca.span,
                "`ca` is empty: it is a file with the certificates that are trusted",
                "leave it out for those that this machine trusts",
            );
        } else if self.security == Some(Security::None) {
            table.report(
                "no-tls",
                &ca.span,
                "`ca` is for TLS, and with security = \"none\" there is none",
                "leave it out, or write security = \"starttls\"",
            );
        }
        Some(folder.join(ca.value))
    }

    /// Without TLS mail stays on this machine, unless somebody wants it otherwise.
    fn check(&self, table: &Table<'_>) {
        let span = |key| table.place(key).unwrap_or_else(|| table.span().clone());
        match self.security {
            Some(Security::None) if self.is_remote && !self.cleartext => table.report(
                "cleartext",
                &span("security"),
                format!(
                    "{} is another machine: without TLS everybody on the way there can read the links",
                    quoted(&self.address.host)
                ),
                "write security = \"starttls\"; in a network where nobody else is, cleartext = true beside it",
            ),
            Some(Security::StartTls | Security::Tls) if self.cleartext => table.report(
                "cleartext",
                &span("cleartext"),
                "`cleartext` goes with security = \"none\" only",
                "leave it out",
            ),
            _ => (),
        }
    }
}

fn host(table: &Table<'_>, preset: Option<&Preset>, unclear: bool) -> Option<String> {
    if table.place("host").is_none() {
        match preset.map(|preset| (preset.name, &preset.host)) {
            Some((_, Host::LedgerEntry(host))) => return Some((*host).to_owned()),
            Some((name, Host::Own(example))) => {
                table.mark("host");
                table.report(
                    "missing-key",
                    table.span(),
                    format!("`host` is missing: with {name} every account has its own mail server"),
                    format!("add it under [outbox], like host = \"{example}\""),
                );
                return None;
            }
            None if unclear => {
                table.mark("host");
                return None;
            }
            None => {
                table.mark("host");
                table.report(
                    "missing-key",
                    table.span(),
                    "`host` is missing: it is the mail server",
                    "add it under [outbox]; or a provider: preset = \"gmail\"",
                );
                return None;
            }
        }
    }
    let host = table.required("host", "it is the mail server")?;
    let text = host.value.as_str();
    let bad = |words: String, hint: &str| {
        table.report("bad-host", &host.span, words, hint);
        None
    };
    if text.contains(['@', '/']) {
        // Not quoted: a password may stand in such an address.
        return bad(
            "`host` is more than the name of a mail server".to_owned(),
            "write the name alone, like mail.example.org; for the rest there are `port`, `user` and `password`",
        );
    }
    if text.parse::<IpAddr>().is_ok() {
        return Some(host.value);
    }
    let is_name = |text: &str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        text.len() <= 253
            && text
                .strip_suffix('.')
                .unwrap_or(text)
                .split('.')
                .all(|label| !label.is_empty() && label.len() <= 63 && label.bytes().all(plain))
    };
    if is_name(text) {
        return Some(host.value);
    }
    let hint = match text.rsplit_once(':') {
        _ if text.starts_with('[') => {
            "write an IPv6 address without brackets, and `port` by itself"
        }
        Some((name, _)) if is_name(name) => "write the port by itself: port = 587",
        _ if !text.is_ascii() => "write the name in the letters of the DNS: it begins with xn--",
        _ => "write it like mail.example.org",
    };
    bad(format!("{} is not the name of a mail server", quoted(text)), hint)
}

/// What is written, or the default; nothing if it cannot be understood.
fn security(table: &Table<'_>) -> Option<Security> {
    if table.place("security").is_none() {
        table.mark("security");
        return Some(Security::StartTls);
    }
    table.parsed(table.string("security"), "bad-value", |text| match text {
        "starttls" => Ok(Security::StartTls),
        "tls" => Ok(Security::Tls),
        "none" => Ok(Security::None),
        _ => Err(Rejection::new(
            "it is no kind of security",
            suggest(text, ["starttls", "tls", "none"], "there are"),
        )),
    })
}

fn port(table: &Table<'_>, security: Option<Security>) -> u16 {
    let usual = if security == Some(Security::Tls) { 465 } else { 587 };
    let Some(Placed { value, span }) = table.integer("port") else { return usual };
    let Some(port) = u16::try_from(value).ok().filter(|port| *port > 0) else {
        let hint = format!("leave it out for {usual}");
        table.report("bad-value", &span, "`port` is not the number of a port", hint);
        return usual;
    };
    match (port, security) {
        (465, Some(Security::StartTls)) => table.report(
            "bad-port",
            &span,
            "at port 465 servers speak TLS from the beginning: STARTTLS never comes",
            "write security = \"tls\"; or port = 587 for STARTTLS",
        ),
        (25 | 587, Some(Security::Tls)) => table.report(
            "bad-port",
            &span,
            format!("at port {port} servers do not speak TLS from the beginning"),
            "leave `port` out for 465; or write security = \"starttls\"",
        ),
        _ => (),
    }
    port
}

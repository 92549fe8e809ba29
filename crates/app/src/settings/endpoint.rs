//! The network address of a mail server, and whether TLS protects the connection.

use std::path::Path;

use meetmint_batch::{Rejection, quoted, suggest};
use meetmint_mailer::{Security, SmtpAddress};

use super::authorities::Authorities;
use super::host;
use super::presets::Preset;
use super::table::Table;
use super::value::Located;

/// The port for submission with STARTTLS (RFC 6409 §3.1).
const STARTTLS_PORT: u16 = 587;

/// The port for submission where TLS begins with the connection (RFC 8314 §3.3).
const TLS_PORT: u16 = 465;

/// How a mail server is reached.
pub(super) struct Endpoint {
    /// The host is empty if it is missing or wrong.
    pub(super) address: SmtpAddress,
    /// `None` if `security` is wrong.
    pub(super) security: Option<Security>,
    /// Whether messages may go to another machine without TLS.
    pub(super) cleartext: bool,
    /// Whether the server is known to be another machine.
    pub(super) is_remote: bool,
}

impl Endpoint {
    /// Reads `host`, `port`, `security` and `cleartext`.
    pub(super) fn read(
        table: &Table<'_>,
        preset: Option<&Preset>,
        preset_is_unknown: bool,
    ) -> Endpoint {
        let host = host::read(table, preset, preset_is_unknown);
        let security = security(table);
        // After `security`, on which the default depends.
        let port = port(table, security);
        let has_host = host.is_some();
        let address = SmtpAddress { host: host.unwrap_or_default(), port };
        let cleartext = table.boolean("cleartext").unwrap_or(false);
        // If the host is missing, that is problem enough.
        let is_remote = has_host && !address.is_loopback();
        let endpoint = Endpoint { address, security, cleartext, is_remote };
        endpoint.check(table);
        endpoint
    }

    /// Whether messages go to another machine without TLS, as the user has asked.
    pub(super) fn is_cleartext(&self) -> bool {
        self.security == Some(Security::None) && self.is_remote && self.cleartext
    }

    /// Reads `ca`: the certificate authorities to trust instead of the system's.
    pub(super) fn authorities(&self, table: &Table<'_>, folder: &Path) -> Option<Authorities> {
        let authorities = Authorities::read(table, folder)?;
        // Someone who names an authority expects TLS.
        if self.security == Some(Security::None) {
            table.report(
                "no-tls",
                table.offset_of("ca").unwrap_or_else(|| table.offset()),
                "`ca` has no effect with security = \"none\"",
                "remove `ca`, or write security = \"starttls\" or \"tls\"",
            );
        }
        Some(authorities)
    }

    /// Links are credentials: they do not leave this machine without TLS unless the user asks for it.
    fn check(&self, table: &Table<'_>) {
        let offset = |key| table.offset_of(key).unwrap_or_else(|| table.offset());
        match self.security {
            Some(Security::None) if self.is_remote && !self.cleartext => table.report(
                "cleartext",
                offset("security"),
                format!(
                    "messages would go to {} without encryption: anybody on the network could read the links",
                    quoted(&self.address.host)
                ),
                "write security = \"starttls\" or \"tls\"; on a network of your own, cleartext = true allows it",
            ),
            Some(Security::StartTls | Security::Tls) if self.cleartext => table.report(
                "cleartext",
                offset("cleartext"),
                "`cleartext` has no effect unless security = \"none\"",
                "remove `cleartext`",
            ),
            _ => (),
        }
    }
}

/// `None` if it is written and wrong.
fn security(table: &Table<'_>) -> Option<Security> {
    if table.offset_of("security").is_none() {
        table.allow("security");
        // Never without TLS by default: messages hold credentials (RFC 8314 §3).
        return Some(Security::StartTls);
    }
    table.parsed(table.string("security"), "bad-value", |text| match text {
        "starttls" => Ok(Security::StartTls),
        "tls" => Ok(Security::Tls),
        "none" => Ok(Security::None),
        _ => {
            let hint = suggest(text, ["starttls", "tls", "none"], "use one of");
            Err(Rejection::new("unknown kind of security", hint))
        }
    })
}

fn port(table: &Table<'_>, security: Option<Security>) -> u16 {
    let default = if security == Some(Security::Tls) { TLS_PORT } else { STARTTLS_PORT };
    let Some(Located { value, offset }) = table.integer("port") else { return default };
    let Some(port) = u16::try_from(value).ok().filter(|port| *port > 0) else {
        let hint = format!("write the port of your mail server, or remove `port` to use {default}");
        table.report("bad-value", offset, "`port` must be from 1 to 65535", hint);
        return default;
    };
    // The wrong pair fails only after a time-out: client and server both wait for the other to speak.
    match (port, security) {
        (TLS_PORT, Some(Security::StartTls)) => table.report(
            "bad-port",
            offset,
            "servers use TLS from the start on port 465, not STARTTLS",
            "write security = \"tls\", or port = 587 for STARTTLS",
        ),
        (25 | STARTTLS_PORT, Some(Security::Tls)) => table.report(
            "bad-port",
            offset,
            format!("servers do not use TLS from the start on port {port}"),
            "remove `port` to use 465, or write security = \"starttls\"",
        ),
        _ => (),
    }
    port
}

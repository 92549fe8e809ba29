//! `[outbox]` with a mail server: its address, the login, how fast messages are sent, and how long to wait for answers.

use std::path::Path;
use std::time::Duration;

use meetmint_batch::{Rejection, nearest, seconds};
use meetmint_mailer::{Mechanism, Pace, Security, SmtpAddress, Timeouts, is_valid_hello};

use super::authorities::Authorities;
use super::endpoint::Endpoint;
use super::login::{self, Login};
use super::pace;
use super::presets::Preset;
use super::secret_source::PasswordSettings;
use super::table::Table;

/// The keys of `[outbox]` that only apply to a mail server.
pub(super) const KEYS: [&str; 16] = [
    "preset",
    "host",
    "port",
    "security",
    "cleartext",
    "ca",
    "user",
    "password",
    "auth",
    "connections",
    "per_connection",
    "rate",
    "quota",
    "hello",
    "chunking",
    "timeouts",
];

/// How long a server may take to confirm a message after its last line (RFC 5321 §4.5.3.2.6).
const FINAL_MINIMUM: Duration = Duration::from_secs(10 * 60);

/// A mail server.
#[derive(Clone, Debug)]
pub(crate) struct SmtpSettings {
    pub(crate) address: SmtpAddress,
    pub(crate) security: Security,
    /// Whether messages may go to another machine without TLS.
    pub(crate) cleartext: bool,
    /// The certificate authorities to trust instead of the system's.
    pub(crate) ca: Option<Authorities>,
    /// The user name for the login; by default the address in `from`.
    pub(crate) user: Option<String>,
    /// Where the password is kept; without one there is no login.
    pub(crate) password: Option<PasswordSettings>,
    /// The SASL mechanism (RFC 4422); by default the best one that the server offers.
    pub(crate) mechanism: Option<Mechanism>,
    pub(crate) pace: Pace,
    /// The name that this machine gives in EHLO; by default its own.
    pub(crate) hello: Option<String>,
    /// Whether envelope and message are sent together if the server offers CHUNKING.
    pub(crate) chunking: bool,
    pub(crate) timeouts: Timeouts,
    /// The name of the preset that set what is not written.
    pub(crate) preset: Option<&'static str>,
}

/// Reads the keys of a mail server.
pub(super) fn read(table: &Table<'_>, folder: &Path) -> SmtpSettings {
    let name = table.string("preset");
    let is_named = name.is_some();
    let preset = table.parsed(name, "unknown-preset", |text| {
        Preset::named(text).ok_or_else(|| Rejection::new("unknown preset", preset_hint(text)))
    });
    // What an unknown preset would have set is not known, so nothing is reported as missing because of it.
    let is_unknown = is_named && preset.is_none();
    let endpoint = Endpoint::read(table, preset, is_unknown);
    let ca = endpoint.authorities(table, folder);
    let Login { user, password, mechanism } =
        login::read(table, endpoint.is_cleartext(), preset, folder);
    SmtpSettings {
        // A placeholder if `security` is wrong: that has been reported, and nothing will be sent.
        security: endpoint.security.unwrap_or(Security::StartTls),
        cleartext: endpoint.cleartext,
        ca,
        user,
        password,
        mechanism,
        pace: pace::read(table, preset, endpoint.address.is_loopback()),
        hello: hello(table),
        chunking: table.boolean("chunking").unwrap_or(true),
        timeouts: timeouts(table, endpoint.is_remote),
        preset: preset.map(|preset| preset.name),
        address: endpoint.address,
    }
}

fn preset_hint(unknown: &str) -> String {
    match nearest(unknown, Preset::names()) {
        Some(near) => format!("did you mean `{near}`? For a provider without a preset, set `host`"),
        None => {
            let names: Vec<&str> = Preset::names().collect();
            format!("use one of {}; for any other provider, set `host`", names.join(", "))
        }
    }
}

fn hello(table: &Table<'_>) -> Option<String> {
    table.parsed(table.string("hello"), "bad-value", |text| {
        if is_valid_hello(text) {
            return Ok(text.to_owned());
        }
        let hint = "write the full name of this machine like `host.example.org`, or its address like `[192.0.2.1]` or `[IPv6:2001:db8::1]`";
        Err(Rejection::new("not a host name or an address in brackets", hint))
    })
}

fn timeouts(table: &Table<'_>, is_remote: bool) -> Timeouts {
    let table = table.table("timeouts");
    let mut timeouts = Timeouts::default();
    for (key, timeout) in [
        ("connect", &mut timeouts.connect),
        ("greeting", &mut timeouts.greeting),
        ("command", &mut timeouts.command),
        ("data", &mut timeouts.data),
        ("body", &mut timeouts.body),
        ("final", &mut timeouts.final_dot),
    ] {
        let written = table.parsed(table.string(key), "bad-duration", |text| match seconds(text) {
            // A socket has no time-out of zero: the standard library refuses it.
            Ok(0) | Err(_) => Err(Rejection::new(
                "expected a time of one second or more",
                "write it like `30s` or `5m`",
            )),
            Ok(seconds) => Ok(Duration::from_secs(seconds.unsigned_abs())),
        });
        if let Some(written) = written {
            *timeout = written;
        }
    }
    let offset = table.offset_of("final");
    if let Some(offset) = offset.filter(|_| is_remote && timeouts.final_dot < FINAL_MINIMUM) {
        // A message that is given up too early may arrive all the same, and nobody can tell whether to send it again.
        table.report(
            "bad-duration",
            offset,
            "`final` is under 10 minutes, the time that RFC 5321 gives a server to accept a message",
            "remove `final`: only a server on this machine may have a shorter time",
        );
    }
    table.finish();
    timeouts
}

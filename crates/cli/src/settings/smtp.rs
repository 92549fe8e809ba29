//! `[outbox]` of a mail server: how it is reached, who logs in, and how fast mail goes.

use std::path::Path;
use std::time::Duration;

use meetmint_batch::{Rejection, seconds, suggest};
use meetmint_mailer::{Mechanism, Security, Timeouts};

use super::outbox::SmtpSettings;
use super::pace;
use super::place::{self, SecretPlace};
use super::presets::{Preset, User};
use super::way::Way;
use crate::document::Table;

/// The keys that go with a mail server.
pub(super) const KEYS: [&str; 14] = [
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
    "timeouts",
];

/// The stages of a conversation, each of which waits for so long at most.
const STAGES: [&str; 6] = ["connect", "greeting", "command", "data", "body", "final"];

/// How long a server may take over a message (RFC 5321 §4.5.3.2.6).
const FINAL: Duration = Duration::from_secs(10 * 60);

pub(super) fn read(table: &Table<'_>, folder: &Path) -> SmtpSettings {
    let named = table.string("preset");
    let unclear = named.is_some();
    let preset = table.parsed(named, "unknown-preset", |text| {
        Preset::named(text).ok_or_else(|| {
            let hint = suggest(text, Preset::names(), "there are");
            Rejection::new("there is no preset for it", format!("{hint}; others need a `host`"))
        })
    });
    let way = Way::read(table, preset, unclear);
    let ca = way.authorities(table, folder);
    let (user, password, mechanism) = login(table, &way, preset, folder);
    SmtpSettings {
        security: way.security.unwrap_or(Security::StartTls),
        cleartext: way.cleartext,
        ca,
        user,
        password,
        mechanism,
        pace: pace::read(table, preset, way.address.is_loopback()),
        timeouts: timeouts(table, way.is_remote),
        preset: preset.map(|preset| preset.name),
        address: way.address,
    }
}

/// Who logs in, where the password is, and the way to log in.
fn login(
    table: &Table<'_>,
    way: &Way,
    preset: Option<&Preset>,
    folder: &Path,
) -> (Option<String>, Option<SecretPlace>, Option<Mechanism>) {
    let user = table.string("user");
    let password = place::password(table, folder);
    let written = table.parsed(table.string("auth"), "bad-value", |text| match text {
        "plain" => Ok(Mechanism::Plain),
        "login" => Ok(Mechanism::Login),
        "xoauth2" => Ok(Mechanism::Xoauth2),
        _ => Err(Rejection::new(
            "it is no way to log in",
            suggest(text, ["plain", "login", "xoauth2"], "there are"),
        )),
    });
    if let Some(user) = &user
        && (user.value.trim().is_empty() || user.value.contains(char::is_control))
    {
        table.report(
            "bad-value",
            &user.span,
            "`user` is not a name that can log in",
            "write the name that the mail server knows",
        );
    }
    match table.place("password") {
        None => {
            for key in ["user", "auth"] {
                if let Some(place) = table.place(key) {
                    table.report(
                        "no-password",
                        &place,
                        format!("`{key}` without `password`: nobody logs in"),
                        format!("add password = {{ file = \"…\" }}, or leave `{key}` out"),
                    );
                }
            }
        }
        Some(place) if way.is_in_the_clear() => {
            table.report(
                "cleartext",
                &place,
                "without TLS everybody on the way could read the password",
                "write security = \"starttls\" instead; or leave out `password`, `user` and `auth`",
            );
        }
        Some(place) => {
            if let (None, Some(Preset { name, user: User::Own(which), .. })) =
                (table.place("user"), preset)
            {
                table.report(
                    "missing-key",
                    &place,
                    format!("`user` is missing: with {name} it is not the address in `from`"),
                    format!("add it under [outbox]: {which}"),
                );
            }
        }
    }
    let usual = || match preset?.user {
        User::LedgerEntry(name) => Some(name.to_owned()),
        User::Sender | User::Own(_) => None,
    };
    let user = user.map(|user| user.value).or_else(usual);
    (user, password, written.or(preset.and_then(|preset| preset.mechanism)))
}

fn timeouts(table: &Table<'_>, is_remote: bool) -> Timeouts {
    let table = table.table("timeouts");
    let mut timeouts = Timeouts::default();
    for stage in STAGES {
        let read = table.parsed(table.string(stage), "bad-duration", |text| match seconds(text) {
            Ok(0) | Err(_) => {
                Err(Rejection::new("it is not a length of time", "write it like `30s` or `5m`"))
            }
            Ok(seconds) => Ok(Duration::from_secs(seconds.unsigned_abs())),
        });
        let Some(read) = read else { continue };
        let field = match stage {
            "connect" => &mut timeouts.connect,
            "greeting" => &mut timeouts.greeting,
            "command" => &mut timeouts.command,
            "data" => &mut timeouts.data,
            "body" => &mut timeouts.body,
            _ => &mut timeouts.final_dot,
        };
        *field = read;
    }
    if let Some(place) = table.place("final").filter(|_| is_remote && timeouts.final_dot < FINAL) {
        table.report(
            "bad-duration",
            &place,
            "RFC 5321 asks for ten minutes: what is taken for lost after less may have arrived",
            "leave `final` out; only to this machine it may be shorter",
        );
    }
    table.finish();
    timeouts
}

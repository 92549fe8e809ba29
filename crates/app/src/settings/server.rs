//! `[server]`: the Jitsi deployment, and where its secret or key is kept.

mod accepts;
mod lines;
mod refused;

use std::path::Path;

use meetmint_batch::{Rejection, suggest};
use meetmint_core::{
    Accepts, Algorithm, Deployment, HmacAlgorithm, RsaAlgorithm, Server, ServerKind,
};

use super::authorities::Authorities;
use super::document::Location;
use super::secret_source::{self, SecretKind, SecretSource};
use super::table::Table;
use super::value::Located;

pub(crate) use lines::ServerLines;

/// Where the secret or key that signs tokens is kept, how it signs, and the line that says so.
#[derive(Clone, Debug)]
pub(crate) struct KeySettings {
    pub(crate) source: SecretSource,
    /// Tells a secret from a key, too: `HS…` signs with a secret, `RS…` with a private RSA key.
    pub(crate) algorithm: Algorithm,
    pub(crate) location: Location,
}

impl KeySettings {
    /// Whether it is a secret or a key.
    pub(crate) fn kind(&self) -> SecretKind {
        if self.algorithm.is_rsa() { SecretKind::Key } else { SecretKind::Secret }
    }
}

/// What `[server]` says.
pub(super) struct ServerSettings {
    pub(super) kind: ServerKind,
    pub(super) server: Server,
    pub(super) app_id: String,
    pub(super) accepts: Accepts,
    pub(super) written: Written,
    pub(super) lines: ServerLines,
    pub(super) ca: Option<Authorities>,
}

/// What is written about the server, where that makes a difference to what is said about it: the rest is assumed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Written {
    /// `subject`, under `[server]`.
    pub(crate) subject: bool,
    /// `roles`, under `[server.accepts]`.
    pub(crate) roles: bool,
}

/// The secret or key, before its algorithm is known.
struct KeyTable {
    kind: SecretKind,
    source: SecretSource,
    offset: usize,
}

/// Reads `[server]`. Server and key are independent: a mistake in one of them does not hide mistakes in the other.
pub(super) fn read(
    root: &Table<'_>,
    folder: &Path,
) -> (Option<ServerSettings>, Option<KeySettings>) {
    let table = root.table("server");
    let key = key_table(&table, folder);
    let server = server(&table, key.as_ref(), folder);
    let key = key.map(|KeyTable { kind, source, offset }| {
        // If [server] has mistakes, the usual algorithm stands in, so that the key is checked anyway.
        let default = match kind {
            SecretKind::Key => RsaAlgorithm::Rs256.into(),
            _ => HmacAlgorithm::Hs256.into(),
        };
        let algorithm = server.as_ref().map_or(default, |settings| settings.server.algorithm());
        KeySettings { source, algorithm, location: table.location(offset) }
    });
    (server, key)
}

fn server(table: &Table<'_>, key: Option<&KeyTable>, folder: &Path) -> Option<ServerSettings> {
    let kind = table.required("kind", "the kind of your server (debian, docker or jaas)", "debian");
    let kind = table.parsed(kind, "unknown-kind", |text| {
        text.parse::<ServerKind>().map_err(|_| {
            let hint = suggest(text, ServerKind::NAMES, "use one of");
            Rejection::new("unknown kind of server", hint)
        })
    });
    // JaaS has one address for everybody.
    let url = if kind == Some(ServerKind::Jaas) {
        table.string("url")
    } else {
        table.required("url", "the address of your Jitsi server", "https://meet.example.org")
    };
    let app_id = table.required(
        "app_id",
        "the application ID (`app_id` in the server's Prosody configuration, or the AppID of JaaS)",
        "example",
    );
    let issuer = table.string("issuer");
    let audience = table.string("audience");
    let subject = table.string("subject");
    let key_id = table.string("key_id");
    let algorithm = table.parsed(table.string("algorithm"), "unknown-algorithm", |text| {
        text.parse::<Algorithm>().map_err(|_| {
            let hint = format!("use one of {}", Algorithm::NAMES.join(", "));
            Rejection::new("Jitsi does not support this algorithm", hint)
        })
    });
    let ca = Authorities::read(table, folder);
    let accepts_table = table.table("accepts");
    let accepts = accepts::read(&accepts_table);
    table.finish();
    let (kind, key, app_id) = (kind?, key?, app_id?.value);
    // A missing URL has been reported; JaaS needs none.
    if kind != ServerKind::Jaas {
        url.as_ref()?;
    }
    let deployment = Deployment {
        kind,
        url: as_text(url.as_ref()),
        app_id: &app_id,
        issuer: as_text(issuer.as_ref()),
        audience: as_text(audience.as_ref()),
        subject: as_text(subject.as_ref()),
        algorithm,
        key_id: as_text(key_id.as_ref()),
        has_key: key.kind == SecretKind::Key,
    };
    match Server::new(&deployment) {
        Ok(server) => {
            let mut default = Accepts::by_default(kind, app_id.trim());
            if issuer.is_some() && kind != ServerKind::Jaas {
                // Whoever writes it knows that the server accepts it.
                default.issuers = vec![server.issuer().to_owned()];
            }
            let written = Written {
                subject: subject.is_some(),
                roles: accepts_table.offset_of("roles").is_some(),
            };
            let lines = ServerLines::read(table, &accepts_table);
            let accepts = accepts.over(default);
            if ca.is_some() {
                refuse_without_tls(table, &server);
            }
            refused::report(table, &accepts_table, &server, &accepts);
            Some(ServerSettings { kind, server, app_id, accepts, written, lines, ca })
        }
        Err(errors) => {
            for error in errors {
                // These are about the key as much as about `algorithm`, which is often not written at all.
                let offset = match error.field() {
                    "secret" | "algorithm" => Some(key.offset),
                    field => table.offset_of(field),
                };
                let offset = offset.unwrap_or_else(|| table.offset());
                table.report("bad-server", offset, error.to_string(), error.hint());
            }
            None
        }
    }
}

/// Someone who names an authority expects TLS.
fn refuse_without_tls(table: &Table<'_>, server: &Server) {
    if server.base().starts_with("http://") {
        table.report(
            "no-tls",
            table.offset_of("ca").unwrap_or_else(|| table.offset()),
            "`ca` has no effect, because `url` starts with `http://`",
            "remove `ca`, or write `url` with `https://`",
        );
    }
}

fn as_text(text: Option<&Located<String>>) -> Option<&str> {
    text.map(|text| text.value.as_str())
}

/// Reads `secret` or `key`: exactly one of them must be there.
fn key_table(table: &Table<'_>, folder: &Path) -> Option<KeyTable> {
    let kinds = [SecretKind::Secret, SecretKind::Key];
    // `any` below stops at the first one, and the other key would be reported as unknown.
    for kind in kinds {
        table.allow(kind.key());
    }
    if kinds.iter().any(|kind| secret_source::refuse_plain_text(table, *kind)) {
        return None;
    }
    let [secret, key] = kinds.map(|kind| table.table(kind.key()));
    let (kind, chosen) = match (secret.is_present(), key.is_present()) {
        (true, false) => (SecretKind::Secret, secret),
        (false, true) => (SecretKind::Key, key),
        // Servers check either, never both (`jitsi-tokens` facts, §1.1).
        (true, true) => {
            table.report(
                "two-keys",
                key.offset(),
                "`secret` and `key` are both set",
                "keep the one that your server uses, and remove the other",
            );
            return None;
        }
        (false, false) => {
            table.report(
                "missing-key",
                table.offset(),
                "`secret` is missing",
                format!(
                    "add the secret of your server under [server]: {}",
                    SecretKind::Secret.forms()
                ),
            );
            return None;
        }
    };
    let offset = chosen.offset();
    let source = secret_source::source(&chosen, kind, folder)?;
    Some(KeyTable { kind, source, offset })
}

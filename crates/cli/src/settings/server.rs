//! `[server]`: the deployment, and where its secret or key is kept.

use std::ops::Range;
use std::path::Path;

use meetmint_batch::{Problem, Rejection, suggest};
use meetmint_core::{Algorithm, Deployment, HmacAlgorithm, RsaAlgorithm, Server, ServerKind};

use super::place::{self, KeySource};
use crate::document::{Placed, Table};

/// Where a secret or key is, and what people call that place.
#[derive(Clone, Debug)]
pub(crate) struct KeyPlace {
    pub(crate) source: KeySource,
    /// Whether it is an RSA key rather than a secret.
    pub(crate) is_key: bool,
    pub(crate) algorithm: Algorithm,
    /// The problem to fill in when it cannot be used: it knows file and line.
    pub(crate) problem: Problem,
}

/// What `[server]` says.
pub(super) struct ServerSettings {
    pub(super) kind: ServerKind,
    pub(super) server: Server,
    pub(super) app_id: String,
}

pub(super) fn read(root: &Table<'_>, folder: &Path) -> (Option<ServerSettings>, Option<KeyPlace>) {
    let table = root.table("server");
    let key = key_source(&table, folder);
    let server = server(&table, key.as_ref());
    let place = key.map(|(is_key, source, span)| KeyPlace {
        source,
        is_key,
        algorithm: match &server {
            Some(settings) => settings.server.algorithm(),
            None if is_key => RsaAlgorithm::Rs256.into(),
            None => HmacAlgorithm::Hs256.into(),
        },
        problem: table.problem("key", &span),
    });
    (server, place)
}

fn server(
    table: &Table<'_>,
    key: Option<&(bool, KeySource, Range<usize>)>,
) -> Option<ServerSettings> {
    let kind = table.required("kind", "how the server was set up: debian, docker or jaas");
    let kind = table.parsed(kind, "unknown-kind", |text| {
        text.parse::<ServerKind>().map_err(|_| {
            let hint = suggest(text, ServerKind::NAMES, "there are");
            Rejection::new("it is no kind of server", hint)
        })
    });
    let url = if kind == Some(ServerKind::Jaas) {
        table.string("url")
    } else {
        table.required("url", "it is where the links start")
    };
    let app_id = table
        .required("app_id", "it is `app_id` in the server's Prosody file, or the AppID of JaaS");
    let issuer = table.string("issuer");
    let audience = table.string("audience");
    let subject = table.string("subject");
    let key_id = table.string("key_id");
    let algorithm = table.parsed(table.string("algorithm"), "unknown-algorithm", |text| {
        text.parse::<Algorithm>().map_err(|bad| {
            Rejection::new(bad.to_string(), format!("it is one of {}", Algorithm::NAMES.join(", ")))
        })
    });
    table.finish();
    let known_kind = kind?;
    let (is_key, _, key_span) = key?;
    let app_id = app_id?;
    let text =
        |placed: &'_ Option<Placed<String>>| placed.as_ref().map(|placed| placed.value.clone());
    let (url_text, issuer_text, audience_text, subject_text, key_id_text) =
        (text(&url), text(&issuer), text(&audience), text(&subject), text(&key_id));
    if known_kind != ServerKind::Jaas {
        url.as_ref()?;
    }
    let deployment = Deployment {
        url: url_text.as_deref(),
        issuer: issuer_text.as_deref(),
        audience: audience_text.as_deref(),
        subject: subject_text.as_deref(),
        algorithm,
        key_id: key_id_text.as_deref(),
        has_key: *is_key,
        ..Deployment::new(known_kind, &app_id.value)
    };
    let place = |field: &str| {
        let placed = match field {
            "url" => &url,
            "issuer" => &issuer,
            "audience" => &audience,
            "subject" => &subject,
            "key_id" => &key_id,
            _ => {
                return if matches!(field, "secret" | "algorithm") {
                    key_span.clone()
                } else {
                    app_id.span.clone()
                };
            }
        };
        placed.as_ref().map_or_else(|| table.span().clone(), |placed| placed.span.clone())
    };
    let server = match Server::new(&deployment) {
        Ok(server) => Some(server),
        Err(errors) => {
            for error in errors {
                table.report("bad-server", &place(error.field()), error.to_string(), error.hint());
            }
            None
        }
    };
    Some(ServerSettings { kind: known_kind, server: server?, app_id: app_id.value })
}

/// Reads `secret` or `key`: a table with exactly one of `file`, `env` and `command`.
fn key_source(table: &Table<'_>, folder: &Path) -> Option<(bool, KeySource, Range<usize>)> {
    if place::is_written_out(table, &["secret", "key"], "secret") {
        return None;
    }
    let (secret, key) = (table.table("secret"), table.table("key"));
    let (is_key, chosen) = match (secret.is_present(), key.is_present()) {
        (true, false) => (false, secret),
        (false, true) => (true, key),
        (true, true) => {
            table.report(
                "two-keys",
                key.span(),
                "there are both a `secret` and a `key`",
                "keep the one that the server knows",
            );
            return None;
        }
        (false, false) => {
            table.report(
                "missing-key",
                table.span(),
                "`secret` is missing: tokens are signed with it",
                place::SHAPE,
            );
            return None;
        }
    };
    let span = chosen.span().clone();
    let source = place::source(&chosen, folder, "JITSI_APP_SECRET")?;
    Some((is_key, source, span))
}

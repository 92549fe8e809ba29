//! `[server]`: the deployment, and where its secret or key is kept.

use std::ops::Range;
use std::path::{Path, PathBuf};

use meetmint_batch::{Problem, quoted, suggest};
use meetmint_core::{Algorithm, Deployment, Kind, Server};

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

/// Where a secret or key is.
#[derive(Clone, Debug)]
pub(crate) enum KeySource {
    File { path: PathBuf, shown: String, world_readable: bool },
    Env(String),
    Command(Vec<String>),
}

/// What `[server]` says.
pub(super) struct ServerSettings {
    pub(super) kind: Kind,
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
            None if is_key => Algorithm::Rs256,
            None => Algorithm::Hs256,
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
        text.parse::<Kind>().map_err(|()| {
            let hint = suggest(text, Kind::NAMES, "there are");
            ("it is no kind of server".to_owned(), hint)
        })
    });
    let url = if kind == Some(Kind::Jaas) {
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
            (bad.to_string(), format!("it is one of {}", Algorithm::NAMES.join(", ")))
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
    if known_kind != Kind::Jaas {
        url.as_ref()?;
    }
    let deployment = Deployment {
        kind: known_kind,
        url: url_text.as_deref(),
        app_id: &app_id.value,
        issuer: issuer_text.as_deref(),
        audience: audience_text.as_deref(),
        subject: subject_text.as_deref(),
        algorithm,
        key_id: key_id_text.as_deref(),
        has_key: *is_key,
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
    let shape = "write it as { file = \"…\" }, { env = \"…\" } or { command = [\"…\"] }";
    if let Some(text) = table.peek_string("secret").or_else(|| table.peek_string("key")) {
        // Not quoted: it may be the secret itself.
        table.mark("secret");
        table.mark("key");
        table.report(
            "secret-in-file",
            &text,
            "the secret itself must not stand in this file",
            format!("put it into a private file, and {shape}"),
        );
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
                shape,
            );
            return None;
        }
    };
    let span = chosen.span().clone();
    let file = chosen.string("file");
    let env = chosen.string("env");
    let command = chosen.strings("command");
    let world_readable = chosen.boolean("world_readable");
    let given =
        usize::from(file.is_some()) + usize::from(env.is_some()) + usize::from(!command.is_empty());
    if given != 1 {
        chosen.report(
            "key-place",
            &span,
            "exactly one of `file`, `env` and `command` says where it is",
            shape,
        );
        chosen.finish();
        return None;
    }
    if world_readable.is_some() && file.is_none() {
        chosen.report("key-place", &span, "`world_readable` goes with `file` only", "leave it out");
    }
    let source = match (file, env) {
        (Some(file), _) => KeySource::File {
            path: folder.join(&file.value),
            shown: file.value,
            world_readable: world_readable.unwrap_or(false),
        },
        (None, Some(env)) => {
            if env.value.is_empty() || env.value.contains(['=', '\0']) {
                chosen.report(
                    "key-place",
                    &env.span,
                    format!("{} is no name of a variable", quoted(&env.value)),
                    "write a name like JITSI_APP_SECRET",
                );
            }
            KeySource::Env(env.value)
        }
        (None, None) => KeySource::Command(command.into_iter().map(|part| part.value).collect()),
    };
    chosen.finish();
    Some((is_key, source, span))
}

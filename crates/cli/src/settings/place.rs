//! Where a secret, key or password is kept: never in `meeting.toml` itself.

use std::path::{Path, PathBuf};

use meetmint_batch::{Problem, quoted};

use crate::document::Table;

/// Where a password is.
#[derive(Clone, Debug)]
pub(crate) struct SecretPlace {
    pub(crate) source: KeySource,
    /// The problem to fill in when it cannot be used: it knows file and line.
    pub(crate) problem: Problem,
}

/// Where a secret, key or password is.
#[derive(Clone, Debug)]
pub(crate) enum KeySource {
    File { path: PathBuf, shown: String, world_readable: bool },
    Env(String),
    Command(Vec<String>),
}

/// How a place is written.
pub(super) const SHAPE: &str =
    "write it as { file = \"…\" }, { env = \"…\" } or { command = [\"…\"] }";

/// Reads where a password is, if there is one.
pub(super) fn password(table: &Table<'_>, folder: &Path) -> Option<SecretPlace> {
    if is_written_out(table, &["password"], "password") {
        return None;
    }
    let chosen = table.table("password");
    if !chosen.is_present() {
        return None;
    }
    let problem = chosen.problem("password", chosen.span());
    source(&chosen, folder, "SMTP_PASSWORD").map(|source| SecretPlace { source, problem })
}

/// Refuses a secret where its place belongs. It is not quoted.
pub(super) fn is_written_out(table: &Table<'_>, keys: &[&'static str], what: &str) -> bool {
    let Some(text) = keys.iter().find_map(|key| table.peek_string(key)) else { return false };
    for key in keys {
        table.mark(key);
    }
    table.report(
        "secret-in-file",
        &text,
        format!("the {what} itself must not stand in this file"),
        format!("put it into a private file, and {SHAPE}"),
    );
    true
}

/// Reads a table with exactly one of `file`, `env` and `command`; `example` is the name of a variable.
pub(super) fn source(chosen: &Table<'_>, folder: &Path, example: &str) -> Option<KeySource> {
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
            SHAPE,
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
                    format!("write a name like {example}"),
                );
            }
            KeySource::Env(env.value)
        }
        (None, None) => KeySource::Command(command.into_iter().map(|part| part.value).collect()),
    };
    chosen.finish();
    Some(source)
}

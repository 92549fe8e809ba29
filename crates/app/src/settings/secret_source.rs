//! Where a secret, key or password is kept. It is never in `meeting.toml` itself: that file is sent to colleagues and
//! committed to version control.

use std::fmt;
use std::path::{Path, PathBuf};

use meetmint_batch::quoted;

use super::document::Location;
use super::table::Table;

/// What is kept secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SecretKind {
    /// A secret that the Jitsi server knows as well.
    Secret,
    /// A private RSA key.
    Key,
    /// The password of a mail account.
    Password,
}

/// Where a secret, key or password is kept.
#[derive(Clone, Debug)]
pub(crate) enum SecretSource {
    /// A file, with its name as written. `world_readable` allows that other users can read it.
    File { path: PathBuf, shown: String, world_readable: bool },
    /// An environment variable.
    Env(String),
    /// The output of a program, which is run without a shell, in the meeting's folder.
    Command { program: String, arguments: Vec<String>, folder: PathBuf },
}

/// Where a password is kept, and the line that says so.
#[derive(Clone, Debug)]
pub(crate) struct PasswordSettings {
    pub(crate) source: SecretSource,
    pub(crate) location: Location,
}

impl SecretKind {
    /// The key in `meeting.toml`.
    pub(super) fn key(self) -> &'static str {
        match self {
            SecretKind::Secret => "secret",
            SecretKind::Key => "key",
            SecretKind::Password => "password",
        }
    }

    /// The environment variable that messages suggest.
    fn example(self) -> &'static str {
        match self {
            SecretKind::Secret => "JITSI_APP_SECRET",
            SecretKind::Key => "JITSI_PRIVATE_KEY",
            SecretKind::Password => "SMTP_PASSWORD",
        }
    }

    /// The ways to say where it is kept, for hints.
    pub(super) fn forms(self) -> String {
        let key = self.key();
        format!(
            "{key} = {{ file = \"…\" }}, {key} = {{ env = \"…\" }} or {key} = {{ command = [\"…\"] }}"
        )
    }
}

impl fmt::Display for SecretKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

/// Reads where the password is kept, if there is one.
pub(super) fn password(table: &Table<'_>, folder: &Path) -> Option<PasswordSettings> {
    let kind = SecretKind::Password;
    // First, because reading it as a table would only complain about its type.
    if refuse_plain_text(table, kind) {
        return None;
    }
    let password = table.table(kind.key());
    if !password.is_present() {
        return None;
    }
    let location = password.location(password.offset());
    source(&password, kind, folder).map(|source| PasswordSettings { source, location })
}

/// Refuses a secret that is written in `meeting.toml` itself. The message does not quote it.
pub(super) fn refuse_plain_text(table: &Table<'_>, kind: SecretKind) -> bool {
    let Some(offset) = table.offset_of_string(kind.key()) else { return false };
    table.allow(kind.key());
    table.report(
        "secret-in-file",
        offset,
        format!("the {kind} itself must not be in this file"),
        format!("move it to a private file or an environment variable, and write {}", kind.forms()),
    );
    true
}

/// Reads a table with exactly one of `file`, `env` and `command`.
pub(super) fn source(table: &Table<'_>, kind: SecretKind, folder: &Path) -> Option<SecretSource> {
    let file = table.string("file");
    let env = table.string("env");
    let mut command = table.strings("command").into_iter().map(|part| part.value);
    let world_readable = table.boolean("world_readable");
    let is_file = file.is_some();
    let source = match (file, env, command.next()) {
        (Some(file), None, None) => Some(SecretSource::File {
            path: folder.join(&file.value),
            shown: file.value,
            world_readable: world_readable.unwrap_or(false),
        }),
        (None, Some(env), None) => {
            // No environment can hold such a name (POSIX, Base Definitions §8.1).
            if env.value.is_empty() || env.value.contains(['=', '\0']) {
                table.report(
                    "key-place",
                    env.offset,
                    format!("{} is not a valid name for a variable", quoted(&env.value)),
                    format!("write a name like {}", kind.example()),
                );
                table.finish();
                // That such a variable is not set would be no news.
                return None;
            }
            Some(SecretSource::Env(env.value))
        }
        (None, None, Some(program)) => Some(SecretSource::Command {
            program,
            arguments: command.collect(),
            folder: folder.to_owned(),
        }),
        _ => {
            table.report(
                "key-place",
                table.offset(),
                format!("`{kind}` needs exactly one of `file`, `env` and `command`"),
                format!("write {}", kind.forms()),
            );
            None
        }
    };
    // Someone who writes it expects a file to be read.
    if world_readable.is_some() && !is_file && source.is_some() {
        table.report(
            "key-place",
            table.offset(),
            "`world_readable` applies to `file` only",
            "remove `world_readable`",
        );
    }
    table.finish();
    source
}

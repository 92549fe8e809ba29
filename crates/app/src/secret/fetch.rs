//! Files, environment variables and commands that hold a secret, key or password.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use meetmint_batch::Problem;

use crate::environment::VariableLookup;
use crate::program::{self, Run, RunError};
use crate::settings::{Location, SecretKind, SecretSource};

/// The largest secret or key, in octets: several times the largest RSA key in use. Without a limit, a wrong path could
/// name a file or device that fills the memory.
const LARGEST: u64 = 1 << 16;

/// Why a secret could not be read, and what to do about it.
struct FetchError {
    reason: String,
    hint: String,
}

impl FetchError {
    fn new(reason: impl Into<String>, hint: impl Into<String>) -> FetchError {
        FetchError { reason: reason.into(), hint: hint.into() }
    }
}

/// Where a secret is kept, for messages.
pub(super) fn origin(source: &SecretSource) -> String {
    match source {
        SecretSource::File { shown, .. } => format!("in `{shown}`"),
        SecretSource::Env(name) => format!("in the environment variable {name}"),
        SecretSource::Command { program, .. } => format!("from the command `{program}`"),
    }
}

/// Reads a secret, key or password as it is stored.
pub(super) fn fetch(
    kind: SecretKind,
    source: &SecretSource,
    location: &Location,
    variable: &VariableLookup,
) -> Result<Vec<u8>, Problem> {
    let bytes = match source {
        SecretSource::File { path, shown, world_readable } => {
            if !world_readable && is_world_readable(path) {
                let message =
                    format!("every user of this machine can read the {kind} in `{shown}`");
                let hint = format!(
                    "make it private: chmod 600 {}; to allow it, add world_readable = true next to `file`",
                    // Not `shown`, which is relative to the meeting's folder: the command has to work from here.
                    path.display()
                );
                return Err(location.problem("key-readable", message, hint));
            }
            read(path).map(without_final_line_break).map_err(|error| explain(&error, kind))
        }
        SecretSource::Env(name) => {
            // Nothing is removed: editors add a line break to files, not to variables.
            variable(name).map(OsString::into_encoded_bytes).ok_or_else(|| {
                let hint = format!(
                    "set {name}, or store the {kind} in a private file: {{ file = \"…\" }}"
                );
                FetchError::new("it is not set", hint)
            })
        }
        SecretSource::Command { program, arguments, folder } => run(program, arguments, folder)
            .map(without_final_line_break)
            .map_err(|reason| FetchError::new(reason, "run the command yourself to see why")),
    };
    bytes.map_err(|FetchError { reason, hint }| {
        let message = format!("cannot read the {kind} {}: {reason}", origin(source));
        location.problem("key-absent", message, hint)
    })
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    // Opening a named pipe would wait until another process writes to it.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    let mut bytes = Vec::new();
    // One octet more than allowed shows that there is more.
    File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::other("it is larger than 64 KiB"));
    }
    Ok(bytes)
}

fn explain(error: &io::Error, kind: SecretKind) -> FetchError {
    match error.kind() {
        io::ErrorKind::NotFound => FetchError::new(
            "there is no such file",
            format!("store the {kind} there, or correct the path of `file`"),
        ),
        io::ErrorKind::PermissionDenied => {
            FetchError::new("permission denied", "give your user account permission to read it")
        }
        _ => FetchError::new(
            error.to_string(),
            format!("name a file that holds nothing but the {kind}"),
        ),
    }
}

/// Runs a program and returns its output. It may ask for a passphrase: it shares the terminal's input and error output,
/// and may take as long as somebody takes to find it.
fn run(program: &str, arguments: &[String], folder: &Path) -> Result<Vec<u8>, String> {
    let run = Run {
        program,
        arguments,
        folder,
        input: true,
        largest: LARGEST,
        limit: None,
        own_group: false,
        interrupted: &|| false,
    };
    program::run(&run, Vec::new()).map_err(|error| match error {
        RunError::TooLarge => "its output is larger than 64 KiB".to_owned(),
        error => error.to_string(),
    })
}

/// Editors and `echo` end a file with LF or CRLF; one such ending is not part of the secret.
fn without_final_line_break(mut bytes: Vec<u8>) -> Vec<u8> {
    if bytes.last() == Some(&b'\n') {
        bytes.pop();
        if bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
    }
    bytes
}

#[cfg(unix)]
fn is_world_readable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    // The last digit of the mode is that of users who are neither the owner nor in the group.
    fs::metadata(path)
        .is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o004 != 0)
}

#[cfg(not(unix))]
// Other systems have access lists in place of a mode.
fn is_world_readable(_path: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_break_at_the_end_is_not_part_of_a_secret() {
        for (text, expected) in [
            ("s\n", "s"),
            ("s\r\n", "s"),
            ("s", "s"),
            ("s\n\n", "s\n"),
            ("s\r", "s\r"),
            ("", ""),
            ("\n", ""),
        ] {
            assert_eq!(without_final_line_break(text.as_bytes().to_vec()), expected.as_bytes());
        }
    }
}

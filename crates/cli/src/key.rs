//! The secret, key or password, fetched from where it is kept. Nothing here ever says what it is.

use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::process::{Command, Stdio};

use meetmint_batch::Problem;
use meetmint_core::SigningKey;

use crate::settings::{KeyPlace, KeySource, SecretPlace};

/// The largest secret or key, in octets.
const LARGEST: u64 = 1 << 16;

/// Fetches the secret or key, and shows by a probe that it signs.
///
/// # Errors
/// A problem with the line of `meeting.toml` that names the place.
pub(crate) fn fetch(place: &KeyPlace) -> Result<SigningKey, Problem> {
    let what = if place.is_key { "key" } else { "secret" };
    let (bytes, where_) = bytes(&place.source, what, &place.problem)?;
    SigningKey::read(&bytes, place.algorithm).map_err(|bad| {
        let message = format!("the {what} {where_} cannot be used: {bad}");
        filled(&place.problem, "bad-key", message, bad.hint().to_owned())
    })
}

/// Fetches a password.
///
/// # Errors
/// A problem with the line of `meeting.toml` that names the place.
pub(crate) fn password(place: &SecretPlace) -> Result<String, Problem> {
    let what = "password";
    let (bytes, where_) = bytes(&place.source, what, &place.problem)?;
    let bad = |why: &str| {
        let message = format!("the {what} {where_} cannot be used: {why}");
        Err(filled(&place.problem, "bad-password", message, "look at the place".to_owned()))
    };
    match String::from_utf8(bytes) {
        Ok(password) if password.is_empty() => bad("it is empty"),
        Ok(password) if password.contains(['\0', '\r', '\n']) => {
            bad("it has more than one line, or a character that no login can carry")
        }
        Ok(password) => Ok(password),
        Err(_) => bad("it is not UTF-8"),
    }
}

fn filled(problem: &Problem, code: &'static str, message: String, hint: String) -> Problem {
    let mut problem = problem.clone().hint(hint);
    problem.code = code;
    problem.message = message;
    problem
}

/// What is kept at a place, and what to call that place.
fn bytes(source: &KeySource, what: &str, place: &Problem) -> Result<(Vec<u8>, String), Problem> {
    let problem = |code, message, hint| filled(place, code, message, hint);
    Ok(match source {
        KeySource::File { path, shown, world_readable } => {
            if !world_readable && may_others_read(path) {
                return Err(problem(
                    "key-readable",
                    format!("everybody on this machine can read the {what} in `{shown}`"),
                    format!(
                        "close it: chmod 600 {shown}; if that is wanted, write world_readable = true beside `file`"
                    ),
                ));
            }
            let bytes = read(path).map_err(|error| {
                let words = match error.kind() {
                    io::ErrorKind::NotFound => "there is no such file".to_owned(),
                    io::ErrorKind::PermissionDenied => "you may not read it".to_owned(),
                    _ => error.to_string(),
                };
                problem(
                    "key-absent",
                    format!("cannot read the {what} in `{shown}`: {words}"),
                    "name the file that holds it".to_owned(),
                )
            })?;
            (without_final_newline(bytes), format!("in `{shown}`"))
        }
        KeySource::Env(name) => {
            let Some(value) = std::env::var_os(name) else {
                return Err(problem(
                    "key-absent",
                    format!("the variable {name} is not set: it holds the {what}"),
                    format!("set it, or keep the {what} in a private file: {{ file = \"…\" }}"),
                ));
            };
            (value.into_encoded_bytes(), format!("in the variable {name}"))
        }
        KeySource::Command(command) => {
            let program = &command[0];
            let bytes = run(command).map_err(|words| {
                problem(
                    "key-absent",
                    format!("`{program}` did not say the {what}: {words}"),
                    "run the command by hand to see why".to_owned(),
                )
            })?;
            (without_final_newline(bytes), format!("that `{program}` says"))
        }
    })
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    // Opening a pipe would wait for whoever writes into it.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::other("it is longer than any secret or key"));
    }
    Ok(bytes)
}

/// Runs a command without a shell. What it says on stderr reaches the terminal.
fn run(command: &[String]) -> Result<Vec<u8>, String> {
    let child = Command::new(&command[0])
        .args(&command[1..])
        .stdin(Stdio::inherit())
        .stdout(Stdio::piped())
        .spawn();
    let mut child = child.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => "there is no such command".to_owned(),
        _ => error.to_string(),
    })?;
    let mut bytes = Vec::new();
    if let Some(out) = child.stdout.take() {
        out.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    }
    if bytes.len() as u64 > LARGEST {
        let _ = child.kill();
        let _ = child.wait();
        return Err("it says more than any secret or key holds".to_owned());
    }
    let status = child.wait().map_err(|error| error.to_string())?;
    if status.success() { Ok(bytes) } else { Err(format!("it ended with {status}")) }
}

/// One LF or CRLF at the end belongs to the file, not to the secret.
fn without_final_newline(mut bytes: Vec<u8>) -> Vec<u8> {
    if bytes.last() == Some(&b'\n') {
        bytes.pop();
        if bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
    }
    bytes
}

#[cfg(unix)]
fn may_others_read(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path)
        .is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o004 != 0)
}

#[cfg(not(unix))]
fn may_others_read(_path: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_end_is_no_part_of_a_secret() {
        for (text, expected) in [
            ("s\n", "s"),
            ("s\r\n", "s"),
            ("s", "s"),
            ("s\n\n", "s\n"),
            ("s\r", "s\r"),
            ("", ""),
            ("\n", ""),
        ] {
            assert_eq!(without_final_newline(text.as_bytes().to_vec()), expected.as_bytes());
        }
    }
}

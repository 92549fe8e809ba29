//! Fetching a secret, key or password from where it is kept. No message contains any part of it.

mod fetch;

use std::sync::Arc;

use meetmint_batch::Problem;
use meetmint_core::{Algorithm, KeyError, SigningKey, Verifier};

use crate::environment::{Environment, VariableLookup};
use crate::settings::{KeySettings, PasswordSettings, SecretKind};
use fetch::{fetch, origin};

/// As long as the longest hash, so that nobody is told that it is short.
const STAND_IN: &[u8] = &[0; 64];

/// Fetches the secret or key that signs tokens.
///
/// # Errors
/// A problem at the line of `meeting.toml` that says where it is kept.
pub(crate) fn signing_key(
    settings: &KeySettings,
    environment: &Environment,
) -> Result<SigningKey, Problem> {
    let KeySettings { source, location, .. } = settings;
    let bytes = fetch(settings.kind(), source, location, &environment.variable)?;
    SigningKey::read(&bytes, settings.algorithm).map_err(|bad| {
        let message = format!("cannot use the {} {}: {bad}", settings.kind(), origin(source));
        location.problem("bad-key", message, bad.hint())
    })
}

/// Fetches the secret or key, to check signatures with. A public key is enough for that, and a secret may be one that
/// cannot sign, such as a key in PEM format: links may have been made with it.
///
/// # Errors
/// As [`signing_key`].
pub(crate) fn verifier(
    settings: &KeySettings,
    environment: &Environment,
) -> Result<Verifier, Problem> {
    let KeySettings { source, location, .. } = settings;
    let bytes = fetch(settings.kind(), source, location, &environment.variable)?;
    let verifier = match settings.kind() {
        SecretKind::Key => Verifier::rsa(&bytes),
        _ if bytes.trim_ascii().is_empty() => Err(KeyError::Empty),
        _ => Ok(Verifier::secret(&bytes)),
    };
    verifier.map_err(|bad| {
        let message = format!("cannot use the {} {}: {bad}", settings.kind(), origin(source));
        location.problem("bad-key", message, bad.hint())
    })
}

/// A key that nothing is signed with, for those who only compare a roster with the ledger: they must not run the command
/// that prints the real one. `None` for RSA, where a key takes long to make.
pub(crate) fn stand_in(settings: &KeySettings) -> Option<SigningKey> {
    match settings.algorithm {
        Algorithm::Hmac(algorithm) => SigningKey::from_secret(STAND_IN, algorithm).ok(),
        Algorithm::Rsa(_) => None,
    }
}

/// Fetches a password.
///
/// # Errors
/// A problem at the line of `meeting.toml` that says where it is kept.
pub(crate) fn password(
    settings: &PasswordSettings,
    environment: &Environment,
) -> Result<String, Problem> {
    fetch_password(settings, &environment.variable)
}

/// Returns a function that fetches the password each time it is called. Access tokens for XOAUTH2 expire after about an
/// hour, so a long delivery needs more than one.
pub(crate) fn password_fetcher(
    settings: &PasswordSettings,
    environment: &Environment,
) -> impl Fn() -> Result<String, Problem> + Send + Sync + use<> {
    let (settings, variable) = (settings.clone(), Arc::clone(&environment.variable));
    move || fetch_password(&settings, &variable)
}

fn fetch_password(
    settings: &PasswordSettings,
    variable: &VariableLookup,
) -> Result<String, Problem> {
    let PasswordSettings { source, location } = settings;
    let bytes = fetch(SecretKind::Password, source, location, variable)?;
    let reason = match String::from_utf8(bytes) {
        Ok(password) if password.is_empty() => "it is empty",
        // Invisible, and no server accepts a login with it.
        Ok(password) if password.starts_with('\u{feff}') => "it has a byte-order mark",
        // SASL PLAIN separates its parts with NUL (RFC 4616 §2). A line break means that there is more than a password.
        Ok(password) if password.contains(['\0', '\r', '\n']) => {
            "it contains a line break or a NUL character"
        }
        Ok(password) => return Ok(password),
        // SASL sends user names and passwords in UTF-8 (RFC 4616 §2).
        Err(_) => "it is not UTF-8 text",
    };
    let message = format!("cannot use the password {}: {reason}", origin(source));
    Err(location.problem("bad-password", message, "store only the password, on one line"))
}

//! The AUTH exchange (RFC 4954). lettre's `Mechanism` makes the responses.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};

use super::connection::Connection;
use super::connection_error::ConnectionError;
use super::reply::{self, Reply};

/// The maximum length of an XOAUTH2 error, in characters. It is appended to a reply that is shown on one line.
const LONGEST_REASON: usize = 200;

/// Runs the exchange once and returns the server's final reply, whatever its code.
pub(super) fn authenticate(
    connection: &mut Connection,
    mechanism: Mechanism,
    credentials: &Credentials,
    limit: Duration,
) -> Result<Reply, ConnectionError> {
    match mechanism {
        Mechanism::Login => challenged(connection, credentials, limit),
        _ => with_initial_response(connection, mechanism, credentials, limit),
    }
}

/// LOGIN: the server asks for the user name, then for the password. Its prompts are ignored, because servers spell and
/// translate them as they like.
fn challenged(
    connection: &mut Connection,
    credentials: &Credentials,
    limit: Duration,
) -> Result<Reply, ConnectionError> {
    // LOGIN (an expired draft, no RFC) begins with a challenge: not every server accepts an initial response.
    let mut reply = connection.command("AUTH LOGIN\r\n", limit)?;
    // lettre selects the response by the prompt, and knows these two spellings.
    for prompt in ["Username", "Password"] {
        if !reply.is_challenge() {
            // A server may refuse the mechanism, or the user name before it asks for the password.
            return Ok(reply);
        }
        let response = Mechanism::Login.response(credentials, Some(prompt)).unwrap_or_default();
        let command = format!("{}\r\n", BASE64.encode(response));
        reply = connection.secret_command(&command, "(hidden)", limit)?;
    }
    Ok(reply)
}

/// PLAIN and XOAUTH2: the secret is in the AUTH command itself, which saves a round trip.
fn with_initial_response(
    connection: &mut Connection,
    mechanism: Mechanism,
    credentials: &Credentials,
    limit: Duration,
) -> Result<Reply, ConnectionError> {
    let response = mechanism.response(credentials, None).unwrap_or_default();
    let command = format!("AUTH {mechanism} {}\r\n", BASE64.encode(response));
    let shown = format!("AUTH {mechanism} (hidden)");
    let reply = connection.secret_command(&command, &shown, limit)?;
    if !reply.is_challenge() {
        return Ok(reply);
    }
    // XOAUTH2 reports the reason as a challenge, and sends the 5xx after an empty response to it.
    let reason = BASE64.decode(reply.challenge.trim()).unwrap_or_default();
    let reason = reply::shown(&String::from_utf8_lossy(&reason), LONGEST_REASON);
    let mut reply = connection.command("\r\n", limit)?;
    // The 5xx only says that the login failed; whether the token has expired or lacks a scope is in the reason.
    if !reason.is_empty() {
        reply.text.push(' ');
        reply.text.push_str(&reason);
    }
    Ok(reply)
}

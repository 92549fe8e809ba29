//! `token --public-key`: what the server needs to check the tokens of a meeting.

use meetmint_core::{ServerKind, public_key_file, quoted};
use serde::Serialize;

use crate::context::Context;
use crate::error::Error;
use crate::front_end::Notice;
use crate::meeting_file::meeting_file;
use crate::secret;
use crate::settings::{self, SecretKind};

/// The public key that a server needs, and where it looks for it.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PublicKeyReport {
    /// The `kid` in the header of every token.
    pub key_id: String,
    /// The name of the file on the key server, below `asap_key_server`.
    pub file: String,
    /// The key as PEM text, with a line break at its end.
    pub public_key: String,
}

/// The public key that belongs to `key` under `[server]`. Reads no roster.
///
/// # Errors
/// [`ErrorClass::Invalid`](crate::ErrorClass::Invalid) if `meeting.toml` is wrong, the meeting signs with a shared
/// secret, or the key cannot be read.
pub fn public_key(context: &Context) -> Result<PublicKeyReport, Error> {
    let loaded = settings::load(meeting_file(context)?)?;
    let settings = match loaded.settings {
        Some(settings) if loaded.problems.is_empty() => settings,
        _ => return Err(Error::problems(loaded.problems, 0)),
    };
    if settings.key.kind() == SecretKind::Secret {
        let hint = "a server that checks tokens by a public key needs `key` and `key_id` under [server] instead of `secret`; `openssl genrsa -out jitsi.key 4096` makes a key";
        let message = "this meeting signs with a shared secret, which has no public key";
        return Err(settings.key.location.problem("no-public-key", message, hint).into());
    }
    let key = secret::signing_key(&settings.key, &context.environment).map_err(Error::problem)?;
    // An RSA key has an id, and has signed by now, so neither is expected.
    let (Some(key_id), Some(public_key)) = (settings.server.key_id(), key.public_key()) else {
        return Err(Error::failed("public-key", "cannot write the public key"));
    };
    let file = public_key_file(key_id);
    let notice = if settings.kind == ServerKind::Jaas {
        let message = format!(
            "upload this key in the JaaS console under API keys, if it is not the one with the id {}",
            quoted(key_id)
        );
        Notice::note("public-key", message)
    } else {
        let message = format!("the server looks for the key {} in the file {file}", quoted(key_id));
        let hint = format!(
            "publish this text, as it is, at ASAP_KEY_SERVER/{file}, where ASAP_KEY_SERVER is `asap_key_server` in Prosody's file or `JWT_ASAP_KEYSERVER` in the .env; the answer has to be PEM text with the status 200"
        );
        Notice::note("public-key", message).hint(hint)
    };
    context.notice(&notice);
    Ok(PublicKeyReport { key_id: key_id.to_owned(), file, public_key })
}

#[cfg(test)]
mod tests;

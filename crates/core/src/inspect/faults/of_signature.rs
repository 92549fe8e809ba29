//! A signature that is not the server's, and what may have happened to the secret.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use super::super::judgement::{Fault, Finding};
use super::super::verifier::{Verifier, has_signed};
use super::of_login;
use crate::key::EXAMPLE_SECRETS;
use crate::{Algorithm, ServerKind};

/// The signature is another one than the server computes.
pub(in super::super) fn signature(
    verifier: &Verifier,
    algorithm: Algorithm,
    signed: &str,
    signature: &[u8],
    kind: ServerKind,
) -> Fault {
    let place = match kind {
        ServerKind::Docker => "JWT_APP_SECRET in the server's .env",
        _ => "`app_secret` in the server's Prosody file",
    };
    let Some(secret) = verifier.reveal_secret() else {
        let message = "the token was signed with another private key than the one that belongs to this key id";
        let cure = "sign with the private key whose public key the server has under this `kid`, or upload the new public key";
        return fault(message.to_owned(), cure.to_owned());
    };
    let made = |secret: &[u8]| has_signed(secret, algorithm, signed.as_bytes(), signature);
    if let Some((message, cure)) = changed(secret, place, made) {
        return fault(message, cure);
    }
    let (message, cure) = if EXAMPLE_SECRETS.into_iter().any(made) {
        (
            "the token was signed with the secret of an example, not with the server's".to_owned(),
            format!("sign with the secret that is {place}"),
        )
    } else {
        (
            "the token was not signed with the secret of this meeting folder, or it was changed afterwards".to_owned(),
            format!("the secret must be exactly {place}, character by character; Debian's installer may have changed it there (`&`, `/`, quotes): copy it from the file"),
        )
    };
    fault(message, cure)
}

fn fault(message: String, cure: String) -> Fault {
    of_login("Invalid signature", Finding::new("signature", None, message, cure))
}

/// Whether the token was signed with another form of the same secret.
fn changed(secret: &[u8], place: &str, made: impl Fn(&[u8]) -> bool) -> Option<(String, String)> {
    let text = std::str::from_utf8(secret).unwrap_or_default().trim();
    let unpadded = text.trim_end_matches('=');
    let same = |what: &str| {
        let message = format!("the token was signed with {what}");
        (
            message,
            format!(
                "sign with the secret exactly as it is in {place}: Jitsi decodes nothing and adds nothing"
            ),
        )
    };
    let decoded = [STANDARD_NO_PAD.decode(unpadded), URL_SAFE_NO_PAD.decode(unpadded)];
    if decoded.into_iter().flatten().any(|decoded| made(&decoded)) {
        return Some(same(
            "the secret decoded as base64 (jwt.io's \"secret base64 encoded\", for example)",
        ));
    }
    if from_hex(text).is_some_and(|decoded| made(&decoded)) {
        return Some(same("the secret decoded as hexadecimal"));
    }
    let encoded = [STANDARD_NO_PAD.encode(secret), URL_SAFE_NO_PAD.encode(secret)];
    if encoded.iter().any(|encoded| made(encoded.as_bytes()))
        || made(base64::engine::general_purpose::STANDARD.encode(secret).as_bytes())
    {
        return Some(same("the secret encoded as base64"));
    }
    let with_end = |end: &[u8]| made(&[secret, end].concat());
    if with_end(b"\n") || with_end(b"\r\n") || with_end(b"\r") || with_end(b" ") {
        return Some(same("the secret and a line end or space after it"));
    }
    if !text.is_empty() && text.len() != secret.len() && made(text.as_bytes()) {
        return Some(same("the secret without the spaces around it"));
    }
    let quoted = [format!("\"{text}\""), format!("'{text}'")];
    if quoted.iter().any(|quoted| made(quoted.as_bytes())) {
        return Some(same("the secret and the quotes around it"));
    }
    None
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() || pairs.is_empty() {
        return None;
    }
    pairs.iter().map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

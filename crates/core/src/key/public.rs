//! The public half of an RSA key, as a key server gives it out.

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::signature::RsaSubjectPublicKey;
use pem::{EncodeConfig, LineEnding, Pem};

use crate::identity::lower_hex;

/// A public key as PEM text: SPKI (RFC 5280 §4.1) under the label `PUBLIC KEY` (RFC 7468 §13). `None` if the library
/// cannot encode it, which is not expected of a key that has signed.
pub(super) fn pem(key: &RsaSubjectPublicKey) -> Option<String> {
    let der = key.as_der().ok()?;
    let pem = Pem::new("PUBLIC KEY", der.as_ref());
    // The line ends of OpenSSL, so that the texts are equal.
    Some(pem::encode_config(&pem, EncodeConfig::new().set_line_ending(LineEnding::LF)))
}

/// The name of the file in which a server looks for the public key with this `kid`, below `asap_key_server`
/// (`jitsi-tokens` facts, §1.1).
pub fn public_key_file(key_id: &str) -> String {
    format!("{}.pem", lower_hex(&crate::digest(key_id.as_bytes())))
}

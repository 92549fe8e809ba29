//! The secret or key with which a server checks signatures. `{:?}` does not show it.

use std::fmt;

use aws_lc_rs::signature::{
    KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512, UnparsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use jsonwebtoken::DecodingKey;

use crate::algorithm::{Algorithm, RsaAlgorithm};
use crate::key::{KeyError, public_key, read_rsa};

/// What a server checks signatures with.
pub struct Verifier(Kind);

enum Kind {
    Secret(Vec<u8>),
    /// The public key as PKCS#1 (RFC 8017 §A.1.1).
    Public(Vec<u8>),
}

impl Verifier {
    /// A shared secret. Every octet counts.
    pub fn secret(secret: &[u8]) -> Verifier {
        Verifier(Kind::Secret(secret.to_vec()))
    }

    /// An RSA key in PEM format: the private one, or the public one, which is enough to check signatures.
    ///
    /// # Errors
    /// [`KeyError`] if it is neither.
    pub fn rsa(pem: &[u8]) -> Result<Verifier, KeyError> {
        let octets = match read_rsa(pem) {
            Ok(pair) => pair.public_key().as_ref().to_vec(),
            Err(KeyError::PublicKey) => public_key(pem)?,
            Err(error) => return Err(error),
        };
        Ok(Verifier(Kind::Public(octets)))
    }

    /// Whether it is the public key of a pair, and no shared secret.
    pub fn is_rsa(&self) -> bool {
        matches!(self.0, Kind::Public(_))
    }

    /// Whether a signature is that of a text.
    pub(super) fn verifies(&self, algorithm: Algorithm, text: &[u8], signature: &[u8]) -> bool {
        match (&self.0, algorithm) {
            (Kind::Secret(secret), Algorithm::Hmac(_)) => {
                has_signed(secret, algorithm, text, signature)
            }
            (Kind::Public(key), Algorithm::Rsa(algorithm)) => {
                let parameters = match algorithm {
                    RsaAlgorithm::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
                    RsaAlgorithm::Rs384 => &RSA_PKCS1_2048_8192_SHA384,
                    RsaAlgorithm::Rs512 => &RSA_PKCS1_2048_8192_SHA512,
                };
                UnparsedPublicKey::new(parameters, key).verify(text, signature).is_ok()
            }
            _ => false,
        }
    }

    /// The secret, if it is one.
    pub(super) fn reveal_secret(&self) -> Option<&[u8]> {
        match &self.0 {
            Kind::Secret(secret) => Some(secret),
            Kind::Public(_) => None,
        }
    }
}

/// Whether this secret made a signature. The server accepts base64 that is not canonical, so the signature has been
/// decoded, and is encoded again for the library.
pub(super) fn has_signed(
    secret: &[u8],
    algorithm: Algorithm,
    text: &[u8],
    signature: &[u8],
) -> bool {
    let signature = BASE64URL.encode(signature);
    let key = DecodingKey::from_secret(secret);
    jsonwebtoken::crypto::verify(&signature, text, &key, algorithm.header()).unwrap_or(false)
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_rsa() { "Verifier(RSA)" } else { "Verifier(secret)" })
    }
}

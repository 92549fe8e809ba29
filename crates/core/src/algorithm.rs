//! How a token is signed.

use std::fmt;
use std::str::FromStr;

use crate::quoted::quoted;

/// A signature algorithm of RFC 7518 §3.1 that Jitsi accepts (`jitsi-tokens` facts, §1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    // No ECDSA, PSS or EdDSA: Jitsi's token library has only these two families, and it refuses `none`.
    /// Signs with a secret that is shared with the server.
    Hmac(HmacAlgorithm),
    /// Signs with a private RSA key. The server has the public key.
    Rsa(RsaAlgorithm),
}

/// HMAC with a shared secret (RFC 7518 §3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HmacAlgorithm {
    // An enum of its own, so that a secret cannot be paired with an RSA algorithm: see `SigningKey::from_secret`.
    /// HMAC with SHA-256.
    Hs256,
    /// HMAC with SHA-384.
    Hs384,
    /// HMAC with SHA-512.
    Hs512,
}

/// RSASSA-PKCS1-v1_5 with a private key (RFC 7518 §3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RsaAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    Rs512,
}

/// A text is not the name of an [`Algorithm`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} is not an algorithm that Jitsi accepts", quoted(.0))]
pub struct UnknownAlgorithm(pub String);

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Algorithm {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Algorithm".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "enum": Algorithm::NAMES })
    }
}

impl Algorithm {
    /// The names as RFC 7518 writes them.
    pub const NAMES: [&str; 6] = ["HS256", "HS384", "HS512", "RS256", "RS384", "RS512"];

    /// Whether a private RSA key signs, and not a shared secret.
    pub fn is_rsa(self) -> bool {
        matches!(self, Algorithm::Rsa(_))
    }

    /// The value of `alg` in a token's header.
    pub(crate) fn header(self) -> jsonwebtoken::Algorithm {
        match self {
            Algorithm::Hmac(HmacAlgorithm::Hs256) => jsonwebtoken::Algorithm::HS256,
            Algorithm::Hmac(HmacAlgorithm::Hs384) => jsonwebtoken::Algorithm::HS384,
            Algorithm::Hmac(HmacAlgorithm::Hs512) => jsonwebtoken::Algorithm::HS512,
            Algorithm::Rsa(RsaAlgorithm::Rs256) => jsonwebtoken::Algorithm::RS256,
            Algorithm::Rsa(RsaAlgorithm::Rs384) => jsonwebtoken::Algorithm::RS384,
            Algorithm::Rsa(RsaAlgorithm::Rs512) => jsonwebtoken::Algorithm::RS512,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Algorithm::Hmac(HmacAlgorithm::Hs256) => "HS256",
            Algorithm::Hmac(HmacAlgorithm::Hs384) => "HS384",
            Algorithm::Hmac(HmacAlgorithm::Hs512) => "HS512",
            Algorithm::Rsa(RsaAlgorithm::Rs256) => "RS256",
            Algorithm::Rsa(RsaAlgorithm::Rs384) => "RS384",
            Algorithm::Rsa(RsaAlgorithm::Rs512) => "RS512",
        }
    }
}

impl From<HmacAlgorithm> for Algorithm {
    fn from(algorithm: HmacAlgorithm) -> Algorithm {
        Algorithm::Hmac(algorithm)
    }
}

impl From<RsaAlgorithm> for Algorithm {
    fn from(algorithm: RsaAlgorithm) -> Algorithm {
        Algorithm::Rsa(algorithm)
    }
}

impl FromStr for Algorithm {
    type Err = UnknownAlgorithm;

    /// Reads a name. Case and surrounding white space are ignored.
    fn from_str(text: &str) -> Result<Algorithm, UnknownAlgorithm> {
        // The server compares `alg` exactly, but any case can be accepted here: the header always gets the name as
        // RFC 7518 writes it.
        match text.trim().to_ascii_uppercase().as_str() {
            "HS256" => Ok(HmacAlgorithm::Hs256.into()),
            "HS384" => Ok(HmacAlgorithm::Hs384.into()),
            "HS512" => Ok(HmacAlgorithm::Hs512.into()),
            "RS256" => Ok(RsaAlgorithm::Rs256.into()),
            "RS384" => Ok(RsaAlgorithm::Rs384.into()),
            "RS512" => Ok(RsaAlgorithm::Rs512.into()),
            _ => Err(UnknownAlgorithm(text.to_owned())),
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_can_be_read_back() {
        for name in Algorithm::NAMES {
            let algorithm: Algorithm = format!(" {} ", name.to_lowercase()).parse().unwrap();
            assert_eq!(algorithm.to_string(), name);
            assert_eq!(format!("{:?}", algorithm.header()), name);
            assert_eq!(algorithm.is_rsa(), name.starts_with("RS"));
        }
        // Other names of RFC 7518, which Jitsi refuses.
        for name in ["none", "ES256", "PS256", ""] {
            assert_eq!(name.parse::<Algorithm>(), Err(UnknownAlgorithm(name.to_owned())));
        }
    }
}

//! Makes tokens, good ones and wrong ones, octet by octet: nothing of meetmint's own code signs here.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::{hmac, signature};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use crate::server::{APP, JAAS_KID, Jitsi, KID, Kind, PRIVATE, SECRET, Verifies};

/// What signs a token.
#[derive(Clone, Debug)]
pub(crate) enum Signer {
    Hmac(&'static str, Vec<u8>),
    Rsa(&'static str, &'static str),
    /// The signature as it is written.
    Text(String),
}

/// A token that is being made.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    header: Map<String, Value>,
    claims: Map<String, Value>,
    /// Instead of `header` and `claims`, if set.
    header_octets: Option<Vec<u8>>,
    claims_octets: Option<Vec<u8>>,
    signer: Signer,
}

/// A token that this server accepts for any time around `now`, in the room of `claims["room"]`.
pub(crate) fn good(server: &Jitsi, now: i64) -> Token {
    let issuer = match server.issuers {
        None | Some(["*", ..]) => server.app_id,
        Some(issuers) => issuers[0],
    };
    let subject = if server.kind == Kind::Jaas { APP } else { server.domain };
    let claims = json!({
        "aud": "jitsi",
        "iss": issuer,
        "sub": subject,
        "room": "standup",
        "nbf": now - 3600,
        "exp": now + 86_400,
        "context": { "user": { "id": "7", "name": "Ada Example", "email": "ada@example.org" } },
    });
    let mut header = Map::from_iter([
        ("typ".to_owned(), "JWT".into()),
        ("alg".to_owned(), server.algorithm().into()),
    ]);
    let signer = match server.verifies {
        Verifies::Secret(secret) => Signer::Hmac(server.algorithm(), secret.as_bytes().to_vec()),
        _ => {
            let kid = if server.kind == Kind::Jaas { JAAS_KID } else { KID };
            header.insert("kid".to_owned(), kid.into());
            Signer::Rsa(server.algorithm(), PRIVATE)
        }
    };
    let Value::Object(claims) = claims else { unreachable!() };
    Token { header, claims, header_octets: None, claims_octets: None, signer }
}

impl Token {
    pub(crate) fn with(mut self, claim: &str, value: impl Into<Value>) -> Token {
        self.claims.insert(claim.to_owned(), value.into());
        self
    }

    pub(crate) fn without(mut self, claim: &str) -> Token {
        self.claims.remove(claim);
        self
    }

    pub(crate) fn header(mut self, name: &str, value: impl Into<Value>) -> Token {
        self.header.insert(name.to_owned(), value.into());
        self
    }

    pub(crate) fn without_header(mut self, name: &str) -> Token {
        self.header.remove(name);
        self
    }

    /// These octets instead of the header.
    pub(crate) fn header_octets(mut self, octets: impl AsRef<[u8]>) -> Token {
        self.header_octets = Some(octets.as_ref().to_vec());
        self
    }

    /// These octets instead of the claims.
    pub(crate) fn claims_octets(mut self, octets: impl AsRef<[u8]>) -> Token {
        self.claims_octets = Some(octets.as_ref().to_vec());
        self
    }

    /// The claims and the header as they would be encoded.
    pub(crate) fn octets(&self) -> (Vec<u8>, Vec<u8>) {
        let octets = |octets: &Option<Vec<u8>>, map: &Map<String, Value>| {
            octets.clone().unwrap_or_else(|| serde_json::to_vec(map).unwrap())
        };
        (octets(&self.claims_octets, &self.claims), octets(&self.header_octets, &self.header))
    }

    /// The claims as JSON with `old` replaced, for what no JSON library writes.
    pub(crate) fn claims_edited(self, old: &str, new: &str) -> Token {
        let text = serde_json::to_string(&self.claims).unwrap();
        assert!(text.contains(old), "{old} is in {text}");
        let text = text.replacen(old, new, 1);
        self.claims_octets(text)
    }

    pub(crate) fn signed_by(mut self, signer: Signer) -> Token {
        self.signer = signer;
        self
    }

    /// With this secret instead of the server's.
    pub(crate) fn secret(self, secret: impl AsRef<[u8]>) -> Token {
        let algorithm = match &self.signer {
            Signer::Hmac(algorithm, _) => algorithm,
            _ => "HS256",
        };
        self.signed_by(Signer::Hmac(algorithm, secret.as_ref().to_vec()))
    }

    /// With another algorithm, in the header as well.
    pub(crate) fn hmac(self, algorithm: &'static str) -> Token {
        self.header("alg", algorithm).signed_by(Signer::Hmac(algorithm, SECRET.as_bytes().to_vec()))
    }

    /// With the RSA key, in the header as well.
    pub(crate) fn rsa(self, algorithm: &'static str) -> Token {
        self.header("alg", algorithm).signed_by(Signer::Rsa(algorithm, PRIVATE))
    }

    /// The first two parts.
    pub(crate) fn unsigned(&self) -> String {
        let (claims, header) = self.octets();
        format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims))
    }

    pub(crate) fn text(&self) -> String {
        let unsigned = self.unsigned();
        let signature = self.signer.sign(&unsigned);
        format!("{unsigned}.{signature}")
    }
}

impl Signer {
    /// The signature of a text that stands in a token as it is.
    pub(crate) fn sign(&self, text: &str) -> String {
        match self {
            Signer::Text(signature) => signature.clone(),
            Signer::Hmac(algorithm, secret) => {
                let algorithm = match *algorithm {
                    "HS384" => hmac::HMAC_SHA384,
                    "HS512" => hmac::HMAC_SHA512,
                    _ => hmac::HMAC_SHA256,
                };
                let key = hmac::Key::new(algorithm, secret);
                URL_SAFE_NO_PAD.encode(hmac::sign(&key, text.as_bytes()))
            }
            Signer::Rsa(algorithm, private) => {
                let padding: &'static dyn signature::RsaEncoding = match *algorithm {
                    "RS384" => &signature::RSA_PKCS1_SHA384,
                    "RS512" => &signature::RSA_PKCS1_SHA512,
                    _ => &signature::RSA_PKCS1_SHA256,
                };
                let key = KeyPair::from_pkcs8(pem::parse(private).unwrap().contents()).unwrap();
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(padding, &SystemRandom::new(), text.as_bytes(), &mut signature).unwrap();
                URL_SAFE_NO_PAD.encode(signature)
            }
        }
    }
}

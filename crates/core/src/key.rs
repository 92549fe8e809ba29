//! The secret or private key that signs tokens. `{:?}` does not show it.

mod error;
mod example;
mod public;
mod rsa;

use std::fmt;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{self, KeyPair as _, RsaEncoding, RsaKeyPair};
use aws_lc_rs::{error::Unspecified, hmac};

pub use error::KeyError;
pub(crate) use example::{EXAMPLE_SECRETS, is_example_secret};
pub use public::public_key_file;
pub(crate) use rsa::{public_key, read as read_rsa};

use crate::algorithm::{Algorithm, HmacAlgorithm, RsaAlgorithm};

/// How a key in PEM format begins (RFC 7468 §2).
pub const PEM: &[u8] = b"-----BEGIN ";

/// The start of a secret that `init` makes up for practice. No server has it.
const PRACTICE: &[u8] = b"practice-";

/// A secret or private key, with the algorithm it signs with. It is decoded once, and has signed a test
/// input. `{:?}` shows only the algorithm.
pub struct SigningKey {
    signer: Signer,
    // Not an error: the server may have been set up with a short secret, and then only that one works.
    short: Option<usize>,
    practice: bool,
    example: bool,
}

/// Boxed, because an HMAC key has over 1,200 octets, and a `Mint` is moved together with its key.
enum Signer {
    // Kept decoded: `jsonwebtoken::encode` decodes an RSA key again for each token, which takes longer than the
    // signature itself (`performance` facts, §3).
    Hmac(HmacAlgorithm, Box<hmac::Key>),
    Rsa(RsaAlgorithm, Box<RsaKeyPair>),
}

impl SigningKey {
    /// Reads a shared secret for an HMAC algorithm, and a private key in PEM format for an RSA one.
    ///
    /// # Errors
    /// As [`from_secret`](SigningKey::from_secret) and [`from_pem`](SigningKey::from_pem).
    pub fn read(bytes: &[u8], algorithm: Algorithm) -> Result<SigningKey, KeyError> {
        match algorithm {
            Algorithm::Hmac(algorithm) => SigningKey::from_secret(bytes, algorithm),
            Algorithm::Rsa(algorithm) => SigningKey::from_pem(bytes, algorithm),
        }
    }

    /// A secret that is shared with the server. Every octet counts: Jitsi decodes neither hexadecimal
    /// nor base64.
    ///
    /// # Errors
    /// [`KeyError`] if it is empty, a key in PEM format, in UTF-16 or with a byte-order mark, or a whole line such as
    /// `JWT_APP_SECRET=…`: no server has such a secret.
    pub fn from_secret(secret: &[u8], algorithm: HmacAlgorithm) -> Result<SigningKey, KeyError> {
        // Trimmed only for these checks: in the secret itself, white space counts like any other octet.
        if secret.trim_ascii().is_empty() {
            return Err(KeyError::Empty);
        }
        // It would sign, and the server would then refuse every token.
        if secret.trim_ascii_start().starts_with(PEM) {
            return Err(KeyError::KeyAsSecret);
        }
        // Notepad can write a byte-order mark (RFC 3629 §6), and PowerShell's `>` writes UTF-16.
        if secret.starts_with(b"\xef\xbb\xbf") || is_utf_16(secret) {
            return Err(KeyError::NotPlainText);
        }
        if is_assignment(secret) {
            return Err(KeyError::Assignment);
        }
        let hash = match algorithm {
            HmacAlgorithm::Hs256 => hmac::HMAC_SHA256,
            HmacAlgorithm::Hs384 => hmac::HMAC_SHA384,
            HmacAlgorithm::Hs512 => hmac::HMAC_SHA512,
        };
        let octets = SigningKey::full_length(algorithm);
        SigningKey {
            signer: Signer::Hmac(algorithm, Box::new(hmac::Key::new(hash, secret))),
            short: (secret.len() < octets).then_some(octets),
            practice: secret.starts_with(PRACTICE),
            example: is_example_secret(secret),
        }
        .tested()
    }

    /// A private RSA key in PEM format, as PKCS#1 (RFC 8017) or PKCS#8 (RFC 5958).
    ///
    /// # Errors
    /// [`KeyError`] says what the file is instead.
    pub fn from_pem(text: &[u8], algorithm: RsaAlgorithm) -> Result<SigningKey, KeyError> {
        let pair = rsa::read(text)?;
        // A short RSA key was refused above, and `init` makes up only secrets.
        SigningKey {
            signer: Signer::Rsa(algorithm, Box::new(pair)),
            short: None,
            practice: false,
            example: false,
        }
        .tested()
    }

    /// The algorithm it signs with.
    pub fn algorithm(&self) -> Algorithm {
        match self.signer {
            Signer::Hmac(algorithm, _) => algorithm.into(),
            Signer::Rsa(algorithm, _) => algorithm.into(),
        }
    }

    /// If the secret is shorter than its hash: how many octets it should have. Anybody who has one link
    /// can guess a short secret offline.
    pub fn wants_octets(&self) -> Option<usize> {
        self.short
    }

    /// 16 hexadecimal digits that tell this key from others. The key cannot be derived from them.
    pub fn identifier(&self) -> String {
        // The key of an HMAC cannot be read back, so a fixed text is signed with it. For RSA the public key is
        // enough, and it is the same whether the file is in PKCS#1 or PKCS#8 format.
        let digest = match &self.signer {
            Signer::Hmac(_, key) => hmac::sign(key, b"meetmint key identifier").as_ref().to_vec(),
            Signer::Rsa(_, pair) => crate::digest(pair.public_key().as_ref()).to_vec(),
        };
        // Eight octets: the ledger only has to notice that the key is another one.
        crate::identity::lower_hex(&digest[..8])
    }

    /// The public key as PEM text, as `openssl pkey -pubout` writes it; `None` for a shared secret, which has none.
    pub fn public_key(&self) -> Option<String> {
        match &self.signer {
            Signer::Hmac(..) => None,
            Signer::Rsa(_, pair) => public::pem(pair.public_key()),
        }
    }

    /// Whether this is a practice secret, which meetmint made up: no server accepts its tokens.
    pub fn is_practice(&self) -> bool {
        self.practice
    }

    /// Whether the secret is one of an example in some documentation, so that everybody knows it.
    pub fn is_example(&self) -> bool {
        self.example
    }

    /// How many octets a secret should have (RFC 7518 §3.2): as many as the hash.
    pub(crate) fn full_length(algorithm: HmacAlgorithm) -> usize {
        match algorithm {
            HmacAlgorithm::Hs256 => 32,
            HmacAlgorithm::Hs384 => 48,
            HmacAlgorithm::Hs512 => 64,
        }
    }

    /// The keyed state that each HMAC token starts from; `None` for RSA.
    pub(crate) fn hmac(&self) -> Option<hmac::Context> {
        match &self.signer {
            Signer::Hmac(_, key) => Some(hmac::Context::with_key(key)),
            Signer::Rsa(..) => None,
        }
    }

    /// How many octets a signature has.
    pub(crate) fn signature_length(&self) -> usize {
        match &self.signer {
            Signer::Hmac(HmacAlgorithm::Hs256, _) => 32,
            Signer::Hmac(HmacAlgorithm::Hs384, _) => 48,
            Signer::Hmac(HmacAlgorithm::Hs512, _) => 64,
            Signer::Rsa(_, pair) => pair.public_modulus_len(),
        }
    }

    /// The signature over a token's header and payload.
    pub(crate) fn sign(&self, input: &[u8]) -> Result<Vec<u8>, Unspecified> {
        let (algorithm, pair) = match &self.signer {
            Signer::Hmac(_, key) => return Ok(hmac::sign(key, input).as_ref().to_vec()),
            Signer::Rsa(algorithm, pair) => (algorithm, pair),
        };
        let encoding: &'static dyn RsaEncoding = match algorithm {
            RsaAlgorithm::Rs256 => &signature::RSA_PKCS1_SHA256,
            RsaAlgorithm::Rs384 => &signature::RSA_PKCS1_SHA384,
            RsaAlgorithm::Rs512 => &signature::RSA_PKCS1_SHA512,
        };
        // aws-lc-rs requires exactly this length. It ignores the random generator: PKCS#1 v1.5 signatures need none.
        let mut signature = vec![0; pair.public_modulus_len()];
        pair.sign(encoding, &SystemRandom::new(), input, &mut signature)?;
        Ok(signature)
    }

    /// Signs a test input, because a key can be decoded and still fail to sign: better now than after
    /// the first thousand tokens.
    fn tested(self) -> Result<SigningKey, KeyError> {
        match self.sign(b"test") {
            Ok(_) => Ok(self),
            Err(Unspecified) => Err(KeyError::CannotSign),
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.algorithm())
    }
}

/// How the names end under which files keep the secret, in any case: `JWT_APP_SECRET` in Docker's `.env`, `app_secret` in
/// Prosody's configuration, and `JITSI_APP_SECRET`, which meetmint suggests.
const SECRET_NAME: &str = "app_secret";

/// Whether a secret is ASCII text in UTF-16, with or without its mark (RFC 2781 §3.2). Other octets may be random ones.
fn is_utf_16(secret: &[u8]) -> bool {
    let (pairs, rest) = secret.as_chunks::<2>();
    let is_text = |high: usize| {
        let mut pairs = pairs.iter().filter(|pair| !matches!(pair, [0xff, 0xfe] | [0xfe, 0xff]));
        pairs.all(|pair| pair[high] == 0 && pair[1 - high] != 0)
    };
    rest.is_empty() && !pairs.is_empty() && (is_text(0) || is_text(1))
}

/// Whether a secret is a whole line with one of those names. A secret may well contain `=`, as base64 does.
fn is_assignment(secret: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(secret) else { return false };
    // In YAML, a line may begin with a hyphen and have a colon; in Lua and JSON, the name may be in brackets or quotes.
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || "-[{\"'".contains(c));
    let words = ["export ", "set ", "$env:"];
    let text = words.iter().find_map(|word| text.strip_prefix(word)).unwrap_or(text);
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || "]\"'".contains(c));
    name.to_ascii_lowercase().ends_with(SECRET_NAME) && rest.starts_with(['=', ':'])
}

#[cfg(test)]
mod tests;

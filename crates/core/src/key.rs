//! The key that signs tokens: parsed once, hidden from `{:?}`, never used before a probe has shown that it works.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{self, KeyPair as _, RsaKeyPair};
use aws_lc_rs::{error::Unspecified, hmac};

/// How a token is signed: those of RFC 7518 §3.1 that Jitsi knows (`jitsi-tokens` facts, §1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// HMAC with SHA-256.
    Hs256,
    /// HMAC with SHA-384.
    Hs384,
    /// HMAC with SHA-512.
    Hs512,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    Rs512,
}

/// A name of no algorithm that Jitsi takes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an algorithm that Jitsi takes")]
pub struct UnknownAlgorithm(pub String);

impl Algorithm {
    /// The names, as RFC 7518 writes them.
    pub const NAMES: [&str; 6] = ["HS256", "HS384", "HS512", "RS256", "RS384", "RS512"];

    /// Whether a private RSA key signs, instead of a shared secret.
    pub fn is_rsa(self) -> bool {
        matches!(self, Algorithm::Rs256 | Algorithm::Rs384 | Algorithm::Rs512)
    }

    pub(crate) fn header(self) -> jsonwebtoken::Algorithm {
        match self {
            Algorithm::Hs256 => jsonwebtoken::Algorithm::HS256,
            Algorithm::Hs384 => jsonwebtoken::Algorithm::HS384,
            Algorithm::Hs512 => jsonwebtoken::Algorithm::HS512,
            Algorithm::Rs256 => jsonwebtoken::Algorithm::RS256,
            Algorithm::Rs384 => jsonwebtoken::Algorithm::RS384,
            Algorithm::Rs512 => jsonwebtoken::Algorithm::RS512,
        }
    }
}

impl FromStr for Algorithm {
    type Err = UnknownAlgorithm;

    fn from_str(text: &str) -> Result<Algorithm, UnknownAlgorithm> {
        use Algorithm::{Hs256, Hs384, Hs512, Rs256, Rs384, Rs512};
        let all = [Hs256, Hs384, Hs512, Rs256, Rs384, Rs512];
        let at = Algorithm::NAMES.iter().position(|name| name.eq_ignore_ascii_case(text.trim()));
        at.map(|at| all[at]).ok_or_else(|| UnknownAlgorithm(text.to_owned()))
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Algorithm::NAMES[*self as usize])
    }
}

/// Why a key cannot sign. Nothing here quotes the key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// Nothing is there.
    #[error("it is empty")]
    Empty,
    /// A PEM where a shared secret belongs.
    #[error("it is a key in PEM form, not a shared secret")]
    KeyAsSecret,
    /// No PEM at all.
    #[error("it is not a key in PEM form")]
    NotPem,
    /// The half that everybody may have.
    #[error("it is the public half of a key: only the private one can sign")]
    PublicKey,
    /// A certificate holds a public key only.
    #[error("it is a certificate: only the private key can sign")]
    Certificate,
    /// Locked with a passphrase.
    #[error("it is locked with a passphrase")]
    Encrypted,
    /// OpenSSH's own form.
    #[error("it is in OpenSSH's own form")]
    OpenSsh,
    /// Not RSA.
    #[error("it is not an RSA key, and Jitsi takes no other")]
    NotRsa,
    /// Fewer than 2048 bits, which no library of today signs with.
    #[error("it is an RSA key of fewer than 2048 bits")]
    TooSmall,
    /// Looks like a key, and cannot be read.
    #[error("it is damaged: it cannot be read as a private key")]
    Damaged,
    /// The probe was not signed.
    #[error("it does not sign")]
    DoesNotSign,
}

impl KeyError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            KeyError::Empty => {
                "it is `app_secret` in the server's Prosody file or `JWT_APP_SECRET` in its .env"
            }
            KeyError::KeyAsSecret => "write `key = …` instead of `secret = …`",
            KeyError::PublicKey | KeyError::Certificate => {
                "name the file that begins with BEGIN PRIVATE KEY or BEGIN RSA PRIVATE KEY"
            }
            KeyError::Encrypted => {
                "write an unlocked copy to a private file: openssl pkey -in KEY -out UNLOCKED"
            }
            KeyError::OpenSsh => "change it to PEM form: ssh-keygen -p -m PEM -f KEY",
            KeyError::NotPem => {
                "it begins with BEGIN PRIVATE KEY or BEGIN RSA PRIVATE KEY; for a shared secret write `secret = …`"
            }
            KeyError::NotRsa | KeyError::TooSmall | KeyError::Damaged | KeyError::DoesNotSign => {
                "make a new one, and give its public half to the server: openssl genrsa -out KEY 4096"
            }
        }
    }
}

/// A key with its algorithm. Its `{:?}` shows the algorithm only.
pub struct SigningKey {
    algorithm: Algorithm,
    signer: Signer,
    short: Option<usize>,
    practice: bool,
}

enum Signer {
    Hmac(Box<hmac::Key>),
    Rsa(Box<RsaKeyPair>),
}

impl SigningKey {
    /// A secret shared with the server, byte for byte: Jitsi decodes neither hex nor base64.
    ///
    /// # Errors
    /// [`KeyError`] if it is empty, or a key in PEM form.
    ///
    /// # Panics
    /// If `algorithm` is an RSA one: [`Server`](crate::Server) has refused that before.
    pub fn from_secret(secret: &[u8], algorithm: Algorithm) -> Result<SigningKey, KeyError> {
        if secret.iter().all(u8::is_ascii_whitespace) {
            return Err(KeyError::Empty);
        }
        if secret.trim_ascii_start().starts_with(b"-----BEGIN ") {
            return Err(KeyError::KeyAsSecret);
        }
        let (hash, wanted) = match algorithm {
            Algorithm::Hs256 => (hmac::HMAC_SHA256, 32),
            Algorithm::Hs384 => (hmac::HMAC_SHA384, 48),
            Algorithm::Hs512 => (hmac::HMAC_SHA512, 64),
            _ => panic!("{algorithm} takes no secret"),
        };
        SigningKey {
            algorithm,
            signer: Signer::Hmac(Box::new(hmac::Key::new(hash, secret))),
            short: (secret.len() < wanted).then_some(wanted),
            practice: secret.starts_with(b"practice-"),
        }
        .probed()
    }

    /// A private RSA key in PEM form, PKCS#1 (RFC 8017) or PKCS#8 (RFC 5958).
    ///
    /// # Errors
    /// [`KeyError`] says what the file is instead.
    ///
    /// # Panics
    /// If `algorithm` is not an RSA one: [`Server`](crate::Server) has refused that before.
    pub fn from_pem(text: &[u8], algorithm: Algorithm) -> Result<SigningKey, KeyError> {
        assert!(algorithm.is_rsa(), "{algorithm} takes no key");
        if text.iter().all(u8::is_ascii_whitespace) {
            return Err(KeyError::Empty);
        }
        if text.trim_ascii_start().starts_with(b"ssh-") {
            return Err(KeyError::PublicKey);
        }
        let blocks = pem::parse_many(text).map_err(|_| KeyError::Damaged)?;
        // openssl writes a parameter block before an EC key: the private part is what counts.
        let block =
            blocks.iter().find(|block| block.tag().ends_with("PRIVATE KEY")).or(blocks.first());
        let block = block.ok_or(KeyError::NotPem)?;
        let locked = block
            .headers()
            .iter()
            .any(|(name, value)| name == "Proc-Type" && value.contains("ENCRYPTED"));
        let pair = match block.tag() {
            "RSA PRIVATE KEY" if locked => return Err(KeyError::Encrypted),
            "RSA PRIVATE KEY" => RsaKeyPair::from_der(block.contents()),
            "PRIVATE KEY" => RsaKeyPair::from_pkcs8(block.contents()),
            "ENCRYPTED PRIVATE KEY" => return Err(KeyError::Encrypted),
            "OPENSSH PRIVATE KEY" => return Err(KeyError::OpenSsh),
            "PUBLIC KEY" | "RSA PUBLIC KEY" | "SSH2 PUBLIC KEY" => return Err(KeyError::PublicKey),
            "CERTIFICATE" | "CERTIFICATE REQUEST" => return Err(KeyError::Certificate),
            tag if tag.ends_with("PRIVATE KEY") => return Err(KeyError::NotRsa),
            _ => return Err(KeyError::NotPem),
        };
        let pair = pair.map_err(|rejected| rejection(&rejected, block))?;
        if pair.public_modulus_len() < 256 {
            return Err(KeyError::TooSmall);
        }
        SigningKey { algorithm, signer: Signer::Rsa(Box::new(pair)), short: None, practice: false }
            .probed()
    }

    /// How it signs.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// For a secret shorter than its hash: how many octets it should have. One link is enough to guess
    /// a short secret offline.
    pub fn wants_octets(&self) -> Option<usize> {
        self.short
    }

    /// What tells this key from others without being of use to anybody who has it: 16 hexadecimal digits.
    pub fn identifier(&self) -> String {
        let whole = match &self.signer {
            Signer::Hmac(key) => hmac::sign(key, b"meetmint key identifier").as_ref().to_vec(),
            Signer::Rsa(pair) => crate::digest(pair.public_key().as_ref()).to_vec(),
        };
        crate::identity::hex(&whole[..8])
    }

    /// Whether this is a secret that meetmint made up for practice: no server will take its tokens.
    pub fn is_practice(&self) -> bool {
        self.practice
    }

    /// The keyed state that each HMAC token starts from.
    pub(crate) fn hmac(&self) -> Option<hmac::Context> {
        match &self.signer {
            Signer::Hmac(key) => Some(hmac::Context::with_key(key)),
            Signer::Rsa(_) => None,
        }
    }

    /// The signature of a token's first two parts.
    pub(crate) fn sign(&self, input: &[u8]) -> Result<Vec<u8>, Unspecified> {
        let pair = match &self.signer {
            Signer::Hmac(key) => return Ok(hmac::sign(key, input).as_ref().to_vec()),
            Signer::Rsa(pair) => pair,
        };
        let padding = match self.algorithm {
            Algorithm::Rs384 => &signature::RSA_PKCS1_SHA384,
            Algorithm::Rs512 => &signature::RSA_PKCS1_SHA512,
            _ => &signature::RSA_PKCS1_SHA256,
        };
        let mut signature = vec![0; pair.public_modulus_len()];
        pair.sign(padding, &SystemRandom::new(), input, &mut signature)?;
        Ok(signature)
    }

    fn probed(self) -> Result<SigningKey, KeyError> {
        match self.sign(b"probe") {
            Ok(_) => Ok(self),
            Err(Unspecified) => Err(KeyError::DoesNotSign),
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.algorithm)
    }
}

/// Tells a small key and a key of another kind from a damaged one.
fn rejection(rejected: &aws_lc_rs::error::KeyRejected, block: &pem::Pem) -> KeyError {
    // The object identifier rsaEncryption (RFC 8017, appendix A.1), as DER.
    const RSA: &[u8] = &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
    let pkcs8 = block.tag() == "PRIVATE KEY";
    if rejected.to_string() == "TooSmall" {
        KeyError::TooSmall
    } else if pkcs8
        && block.contents().len() > 32
        && !block.contents().windows(RSA.len()).any(|part| part == RSA)
    {
        KeyError::NotRsa
    } else if block.contents().len() < 900
        && block.contents().first() == Some(&0x30)
        && block.contents().len() > 300
    {
        // Bits are counted by the library after its other checks, which fail first for some sizes.
        KeyError::TooSmall
    } else {
        KeyError::Damaged
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pem(name: &str) -> Vec<u8> {
        let file = format!("{}/tests/keys/{name}", env!("CARGO_MANIFEST_DIR"));
        std::fs::read(file).unwrap()
    }

    #[test]
    fn a_secret_is_taken_as_it_is_and_judged_by_its_length() {
        #[track_caller]
        fn case(secret: &str, algorithm: Algorithm, expected: &Result<Option<usize>, KeyError>) {
            let key = SigningKey::from_secret(secret.as_bytes(), algorithm);
            assert_eq!(&key.map(|key| key.wants_octets()), expected);
        }

        case("x", Algorithm::Hs256, &Ok(Some(32)));
        case(&"x".repeat(31), Algorithm::Hs256, &Ok(Some(32)));
        case(&"x".repeat(32), Algorithm::Hs256, &Ok(None));
        case(&"x".repeat(47), Algorithm::Hs384, &Ok(Some(48)));
        case(&"x".repeat(63), Algorithm::Hs512, &Ok(Some(64)));
        case(&"x".repeat(64), Algorithm::Hs512, &Ok(None));
        case("", Algorithm::Hs256, &Err(KeyError::Empty));
        case(" \r\n", Algorithm::Hs256, &Err(KeyError::Empty));
        case("-----BEGIN PRIVATE KEY-----", Algorithm::Hs256, &Err(KeyError::KeyAsSecret));
    }

    #[test]
    fn a_key_that_cannot_sign_is_named_for_what_it_is() {
        #[track_caller]
        #[expect(clippy::needless_pass_by_value, reason = "a row of a table reads better")]
        fn case(text: &[u8], expected: Option<KeyError>) {
            assert_eq!(SigningKey::from_pem(text, Algorithm::Rs256).err(), expected);
        }

        case(&pem("pkcs1.pem"), None);
        case(&pem("pkcs8.pem"), None);
        case(&[b"Some words before\n".as_slice(), &pem("pkcs8.pem")].concat(), None);
        case(b"", Some(KeyError::Empty));
        case(b"secret", Some(KeyError::NotPem));
        case(b"ssh-rsa AAAAB3NzaC1yc2E x@y", Some(KeyError::PublicKey));
        case(&pem("public.pem"), Some(KeyError::PublicKey));
        case(&pem("public-pkcs1.pem"), Some(KeyError::PublicKey));
        case(&pem("certificate.pem"), Some(KeyError::Certificate));
        case(&pem("encrypted.pem"), Some(KeyError::Encrypted));
        case(&pem("encrypted-pkcs1.pem"), Some(KeyError::Encrypted));
        case(&pem("openssh.pem"), Some(KeyError::OpenSsh));
        case(&pem("ec.pem"), Some(KeyError::NotRsa));
        case(&pem("ec-pkcs8.pem"), Some(KeyError::NotRsa));
        case(&pem("ed25519.pem"), Some(KeyError::NotRsa));
        case(&pem("small.pem"), Some(KeyError::TooSmall));
        case(&pem("small-pkcs1.pem"), Some(KeyError::TooSmall));
        let whole = String::from_utf8(pem("pkcs8.pem")).unwrap();
        case(whole.replace("MII", "MIJ").as_bytes(), Some(KeyError::Damaged));
        case(&whole.as_bytes()[..whole.len() / 2], Some(KeyError::NotPem));
        case(
            b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
            Some(KeyError::Damaged),
        );
    }

    #[test]
    fn a_key_shows_nothing_of_itself() {
        let key = SigningKey::from_secret(b"open sesame", Algorithm::Hs256).unwrap();
        assert_eq!(format!("{key:?}"), "SigningKey(HS256)");
        assert_eq!(key.identifier().len(), 16);
        assert_ne!(
            key.identifier(),
            SigningKey::from_secret(b"open sesame!", Algorithm::Hs256).unwrap().identifier()
        );
        let rsa = SigningKey::from_pem(&pem("pkcs1.pem"), Algorithm::Rs256).unwrap();
        assert_eq!(
            rsa.identifier(),
            SigningKey::from_pem(&pem("pkcs8.pem"), Algorithm::Rs256).unwrap().identifier()
        );
        assert!(!key.is_practice());
        assert!(SigningKey::from_secret(b"practice-1", Algorithm::Hs256).unwrap().is_practice());
    }

    proptest::proptest! {
        #[test]
        fn reading_a_key_never_panics(text in "(-----BEGIN [A-Z ]{0,20}KEY-----\n)?\\PC{0,60}(\n-----END [A-Z ]{0,20}KEY-----)?") {
            let _ = SigningKey::from_pem(text.as_bytes(), Algorithm::Rs512);
        }
    }
}

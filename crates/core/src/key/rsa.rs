//! Reads a private RSA key from a PEM file. If the file holds something else, says what it is.

use std::borrow::Cow;

use aws_lc_rs::signature::RsaKeyPair;
use pkcs1::RsaPrivateKeyRef;
use pkcs8::PrivateKeyInfoRef;
use pkcs8::spki::SubjectPublicKeyInfoRef;

use super::error::KeyError;

pub(crate) fn read(text: &[u8]) -> Result<RsaKeyPair, KeyError> {
    let text = text.trim_ascii();
    if text.is_empty() {
        return Err(KeyError::Empty);
    }
    // OpenSSH writes public keys on one line, without a PEM label.
    if text.starts_with(b"ssh-") {
        return Err(KeyError::PublicKey);
    }
    // A variable of an `.env` file or a CI system often has the two characters `\n` instead of each line break.
    let text = with_line_breaks(text);
    // Not `rustls-pki-types`: it skips every label that it does not know, so an encrypted or OpenSSH key
    // would look like no key at all, and the header `Proc-Type` like damaged base64.
    let sections = pem::parse_many(text.as_ref()).map_err(|_| KeyError::Damaged)?;
    // openssl writes a section of parameters before an EC key: the private key decides.
    let section =
        sections.iter().find(|section| section.tag().ends_with("PRIVATE KEY")).or(sections.first());
    let section = section.ok_or(KeyError::NotPem)?;
    let pair = match section.tag() {
        // An encrypted PKCS#1 key keeps its label and has a header; an encrypted PKCS#8 key has a label of its own.
        "RSA PRIVATE KEY" if has_encryption_header(section) => return Err(KeyError::Encrypted),
        "RSA PRIVATE KEY" => RsaKeyPair::from_der(section.contents()),
        "PRIVATE KEY" => RsaKeyPair::from_pkcs8(section.contents()),
        "ENCRYPTED PRIVATE KEY" => return Err(KeyError::Encrypted),
        "OPENSSH PRIVATE KEY" => return Err(KeyError::OpenSsh),
        "PUBLIC KEY" | "RSA PUBLIC KEY" | "SSH2 PUBLIC KEY" => return Err(KeyError::PublicKey),
        "CERTIFICATE" | "CERTIFICATE REQUEST" => return Err(KeyError::Certificate),
        // `EC PRIVATE KEY` (RFC 5915) and `DSA PRIVATE KEY`, for example.
        label if label.ends_with("PRIVATE KEY") => return Err(KeyError::NotRsa),
        _ => return Err(KeyError::NotPem),
    };
    pair.map_err(|_| rejection(section))
}

/// The public RSA key in a PEM file that has no private one, as PKCS#1 (RFC 8017 §A.1.1).
pub(crate) fn public_key(text: &[u8]) -> Result<Vec<u8>, KeyError> {
    let text = with_line_breaks(text.trim_ascii());
    let sections = pem::parse_many(text.as_ref()).map_err(|_| KeyError::Damaged)?;
    let section = sections.first().ok_or(KeyError::PublicKey)?;
    match section.tag() {
        "RSA PUBLIC KEY" => Ok(section.contents().to_vec()),
        "PUBLIC KEY" => {
            let info = SubjectPublicKeyInfoRef::try_from(section.contents());
            let info = info.map_err(|_| KeyError::Damaged)?;
            if info.algorithm.oid != pkcs1::ALGORITHM_OID {
                return Err(KeyError::NotRsa);
            }
            let key = info.subject_public_key.as_bytes().ok_or(KeyError::Damaged)?;
            Ok(key.to_vec())
        }
        _ => Err(KeyError::PublicKey),
    }
}

/// A text on one line with its escaped line breaks as line breaks; any other text as it is.
fn with_line_breaks(text: &[u8]) -> Cow<'_, [u8]> {
    match std::str::from_utf8(text) {
        Ok(line) if !line.contains('\n') && line.contains("\\n") => {
            Cow::Owned(line.replace("\\r", "").replace("\\n", "\n").into_bytes())
        }
        _ => Cow::Borrowed(text),
    }
}

/// Whether a PKCS#1 key is encrypted: that is written in front of the base64 text (RFC 1421 §4.6.1.1).
fn has_encryption_header(section: &pem::Pem) -> bool {
    section.headers().iter().any(|(name, value)| name == "Proc-Type" && value.contains("ENCRYPTED"))
}

/// Why the signing library rejected a private key. Its own errors do not tell these cases apart.
fn rejection(section: &pem::Pem) -> KeyError {
    let rsa_key = if section.tag() == "PRIVATE KEY" {
        match PrivateKeyInfoRef::try_from(section.contents()) {
            Ok(key) if key.algorithm.oid == pkcs1::ALGORITHM_OID => key.private_key.as_bytes(),
            Ok(_) => return KeyError::NotRsa,
            Err(_) => return KeyError::Damaged,
        }
    } else {
        section.contents()
    };
    match RsaPrivateKeyRef::try_from(rsa_key) {
        // RFC 7518 §3.3 requires 2048 bits.
        Ok(key) if bits(key.modulus.as_bytes()) < 2048 => KeyError::TooSmall,
        _ => KeyError::Damaged,
    }
}

/// The size of a number in bits. `number` is big-endian and has no leading zero octet.
fn bits(number: &[u8]) -> u32 {
    let unused = number.first().map_or(0, |first| first.leading_zeros());
    u32::try_from(number.len() * 8).unwrap_or(u32::MAX).saturating_sub(unused)
}

//! Why a secret or key cannot sign.

/// Why a secret or key cannot sign tokens. No message quotes any part of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// Nothing but white space.
    #[error("it is empty")]
    Empty,
    /// A PEM file where a shared secret is expected.
    #[error("it is a key in PEM format, not a shared secret")]
    KeyAsSecret,
    /// A text with a byte-order mark, or in UTF-16, as some Windows programs write it.
    #[error("it has a byte-order mark or is in UTF-16, and the server's secret is not")]
    NotPlainText,
    /// A whole line of a configuration file.
    #[error("it is a line of a configuration file, not the value alone")]
    Assignment,
    /// No PEM section of a kind that is known.
    #[error("it is not a key in PEM format")]
    NotPem,
    /// A public key, in PEM format or in the one of OpenSSH.
    #[error("it is a public key: only a private key can sign")]
    PublicKey,
    /// A certificate or a certificate request: both hold only a public key.
    #[error("it is a certificate: only a private key can sign")]
    Certificate,
    /// Encrypted with a passphrase, in either PKCS#1 or PKCS#8 format.
    #[error("it is encrypted with a passphrase")]
    Encrypted,
    /// A private key in the format that `ssh-keygen` writes by default.
    #[error("it is in OpenSSH format")]
    OpenSsh,
    /// A private key of another kind, such as EC or Ed25519.
    #[error("it is not an RSA key, and Jitsi accepts no other kind")]
    NotRsa,
    /// Fewer than 2048 bits (RFC 7518 §3.3 forbids it).
    #[error("it is an RSA key with fewer than 2048 bits")]
    TooSmall,
    /// Labeled as a private key, but cannot be decoded.
    #[error("it is damaged: it cannot be decoded as a private key")]
    Damaged,
    /// Signing a test input failed.
    #[error("signing with it failed")]
    CannotSign,
}

impl KeyError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            KeyError::Empty => {
                "a shared secret is `app_secret` in the server's Prosody file or `JWT_APP_SECRET` in its .env"
            }
            KeyError::KeyAsSecret => "write `key = …` instead of `secret = …`",
            KeyError::NotPlainText => {
                "save the file as UTF-8 without a byte-order mark; in PowerShell: `[IO.File]::WriteAllText(\"FILE\", \"SECRET\")`"
            }
            KeyError::Assignment => "store only what is after the `=`, without quotes",
            KeyError::PublicKey | KeyError::Certificate => {
                "use the file that begins with `-----BEGIN PRIVATE KEY-----` or `-----BEGIN RSA PRIVATE KEY-----`"
            }
            // meetmint does not ask for a passphrase, because it also has to run from cron.
            KeyError::Encrypted => {
                "write a decrypted copy to a file that only you can read: `openssl pkey -in KEY -out DECRYPTED`"
            }
            // JaaS has people create keys with `ssh-keygen`, which writes this format unless `-m PEM` is given.
            KeyError::OpenSsh => "convert it to PEM format: `ssh-keygen -p -m PEM -f KEY`",
            KeyError::NotPem => {
                "a private key begins with `-----BEGIN PRIVATE KEY-----` or `-----BEGIN RSA PRIVATE KEY-----`; for a shared secret, write `secret = …`"
            }
            KeyError::Damaged => {
                "copy the file again from where it was created, or create a new key and give its public key to the server: `openssl genrsa -out KEY 4096`"
            }
            // 4096 bits, as in JaaS's own instructions.
            KeyError::NotRsa | KeyError::TooSmall | KeyError::CannotSign => {
                "create a new key and give its public key to the server: `openssl genrsa -out KEY 4096`"
            }
        }
    }
}

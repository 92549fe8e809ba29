//! Why TLS could not be established, and what the user can do about it.

use std::io;

use rustls::CertificateError;

use super::certificate::is_authority;

/// TLS could not be established.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// The certificate is for another host.
    #[error("the certificate is for {presented}, not for `{expected}`")]
    WrongName {
        /// The configured host.
        expected: String,
        /// The names that the certificate is for.
        presented: String,
    },
    /// The certificate has expired.
    #[error("the certificate of `{0}` has expired")]
    Expired(String),
    /// The certificate is not valid yet.
    #[error("the certificate of `{0}` is not valid yet, or the clock of this machine is wrong")]
    NotYet(String),
    /// No trusted authority has issued it.
    #[error("the certificate of `{0}` was issued by an authority that is not trusted")]
    UnknownIssuer(String),
    /// Anything else that is wrong with the certificate.
    #[error("the certificate of `{0}` is invalid: {1}")]
    Certificate(String, String),
    /// The server does not answer the handshake with TLS.
    #[error("`{0}` does not speak implicit TLS on this port")]
    NotTls(String),
    /// Anything else.
    #[error("the TLS handshake with `{0}` failed: {1}")]
    Other(String, String),
    /// The connection broke.
    #[error("the connection broke during the TLS handshake")]
    Io(#[source] io::Error),
}

impl TlsError {
    /// Whether a retry could succeed. A certificate does not change by itself.
    pub(super) fn is_temporary(&self) -> bool {
        matches!(self, TlsError::Io(_))
    }

    /// What the user can do about it.
    pub(super) fn hint(&self) -> &'static str {
        match self {
            TlsError::WrongName { .. } => "set `host` under [outbox] to a name in the certificate",
            TlsError::Expired(_) => "ask the operator of the mail server to renew its certificate",
            TlsError::NotYet(_) => "check the clock of this machine",
            TlsError::NotTls(_) => {
                "set security = \"starttls\" under [outbox], or `port` to the one for implicit TLS, usually 465"
            }
            _ => "check the server's certificate, and `host`, `port` and `security` under [outbox]",
        }
    }
}

/// The TLS error behind a rustls error, for a host.
pub(super) fn from_rustls(host: &str, error: &rustls::Error) -> TlsError {
    let host = host.to_owned();
    match error {
        rustls::Error::InvalidCertificate(wrong) => match wrong {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                TlsError::Expired(host)
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                TlsError::NotYet(host)
            }
            // BadSignature: the issuer has the name of a trusted authority, but another key (a renewed private one).
            CertificateError::UnknownIssuer | CertificateError::BadSignature => {
                TlsError::UnknownIssuer(host)
            }
            CertificateError::NotValidForName => {
                TlsError::WrongName { expected: host, presented: "another name".to_owned() }
            }
            CertificateError::NotValidForNameContext { presented, .. } => {
                TlsError::WrongName { expected: host, presented: names(presented) }
            }
            // It may be signed by itself. If not, the remedy is the same: trust this certificate, or its authority.
            other if is_authority(other) => TlsError::UnknownIssuer(host),
            other => TlsError::Certificate(host, other.to_string()),
        },
        // A server without implicit TLS on this port sends its greeting, which is no TLS record.
        rustls::Error::InvalidMessage(_) => TlsError::NotTls(host),
        other => TlsError::Other(host, other.to_string()),
    }
}

/// The first names in a certificate: rustls writes them as `DnsName("a.example")`.
fn names(presented: &[String]) -> String {
    // Certificates of hosting companies may have a hundred names.
    let plain = presented.iter().take(4).map(|name| {
        let name = name.split_once('(').map_or(name.as_str(), |(_, name)| name);
        format!("`{}`", name.trim_end_matches(')').trim_matches('"'))
    });
    let plain: Vec<String> = plain.collect();
    if plain.is_empty() { "no host".to_owned() } else { plain.join(", ") }
}

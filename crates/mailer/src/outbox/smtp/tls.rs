//! TLS to a mail server: the trusted authorities, the handshake, and what is wrong with a certificate.
//!
//! Not lettre's `TlsParameters`: a bad certificate shows only as an I/O error of the first read there.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{CertificateError, ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use super::stream::Socket;

/// The certificate authorities that are trusted.
#[derive(Clone, Debug)]
pub struct Trust {
    config: Arc<ClientConfig>,
}

/// The trusted authorities could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrustError {
    /// The file cannot be read as PEM certificates.
    #[error("cannot read PEM certificates from `{}`: {why}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// The system has no list of authorities.
    #[error("this machine has no list of trusted certificate authorities")]
    NoSystem,
}

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

impl Trust {
    /// The authorities that the system trusts.
    ///
    /// # Errors
    /// [`TrustError::NoSystem`].
    pub fn of_system() -> Result<Trust, TrustError> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if roots.is_empty() {
            return Err(TrustError::NoSystem);
        }
        Ok(Trust::from_roots(roots))
    }

    /// Only the authorities in a PEM file: for a server with a private authority.
    ///
    /// # Errors
    /// [`TrustError::File`].
    pub fn of_file(path: &Path) -> Result<Trust, TrustError> {
        let failed = |why: String| TrustError::File { path: path.to_owned(), why };
        let text = fs::read(path).map_err(|error| failed(error.to_string()))?;
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(&text) {
            let certificate = certificate.map_err(|error| failed(error.to_string()))?;
            roots.add(certificate).map_err(|error| failed(error.to_string()))?;
        }
        if roots.is_empty() {
            return Err(failed("it has no `BEGIN CERTIFICATE` line".to_owned()));
        }
        Ok(Trust::from_roots(roots))
    }

    fn from_roots(roots: RootCertStore) -> Trust {
        // Named, not the process default: rustls panics if no default was installed, or two are compiled in.
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("aws-lc-rs supports TLS 1.2 and 1.3")
            .with_root_certificates(roots)
            .with_no_client_auth();
        Trust { config: Arc::new(config) }
    }

    /// Runs the handshake, all of it within `limit`. It is run here, before the first read, so that its errors are told
    /// apart from those of the connection.
    pub(super) fn handshake(
        &self,
        host: &str,
        mut socket: Socket,
        limit: Duration,
    ) -> Result<StreamOwned<ClientConnection, Socket>, TlsError> {
        socket.set_deadline(Instant::now(), limit, true);
        socket.tcp().set_write_timeout(Some(limit)).map_err(TlsError::Io)?;
        let name = ServerName::try_from(host.to_owned()).map_err(|_| {
            TlsError::Other(host.to_owned(), "it is not a valid host name".to_owned())
        })?;
        let mut tls = ClientConnection::new(Arc::clone(&self.config), name)
            .map_err(|error| tls_error(host, &error))?;
        while tls.is_handshaking() {
            match tls.complete_io(&mut socket) {
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
                    return Err(match inner {
                        Some(inner) => tls_error(host, inner),
                        None => TlsError::Io(error),
                    });
                }
            }
        }
        Ok(StreamOwned::new(tls, socket))
    }
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
            TlsError::UnknownIssuer(_) => {
                "if the server uses a private authority, set `ca` under [outbox] to its certificate file"
            }
            TlsError::NotTls(_) => {
                "set security = \"starttls\" under [outbox], or `port` to the one for implicit TLS, usually 465"
            }
            _ => "check the server's certificate, and `host`, `port` and `security` under [outbox]",
        }
    }
}

fn tls_error(host: &str, error: &rustls::Error) -> TlsError {
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
            CertificateError::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => {
                TlsError::Certificate(host, "it is the certificate of an authority".to_owned())
            }
            other => TlsError::Certificate(host, other.to_string()),
        },
        rustls::Error::InvalidMessage(_) => TlsError::NotTls(host),
        other => TlsError::Other(host, other.to_string()),
    }
}

/// The first names in a certificate: rustls writes them as `DnsName("a.example")`.
fn names(presented: &[String]) -> String {
    let plain = presented.iter().take(4).map(|name| {
        let name = name.split_once('(').map_or(name.as_str(), |(_, name)| name);
        format!("`{}`", name.trim_end_matches(')').trim_matches('"'))
    });
    let plain: Vec<String> = plain.collect();
    if plain.is_empty() { "no host".to_owned() } else { plain.join(", ") }
}

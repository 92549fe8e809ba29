//! TLS to a mail server: whom to trust, and what is wrong with a certificate, in words.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{CertificateError, ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use super::stream::Socket;

/// Whose certificates are trusted.
#[derive(Clone, Debug)]
pub struct Trust {
    config: Arc<ClientConfig>,
}

/// Why there is nobody to trust.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrustError {
    /// A file that cannot be read as certificates in PEM.
    #[error("`{}` holds no certificates in PEM: {why}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// The system has no list of authorities.
    #[error("this machine has no list of certificate authorities")]
    NoSystem,
}

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsFault {
    /// The certificate was made for somebody else; the names in it.
    #[error("the certificate is for {presented}, not for `{expected}`")]
    WrongName {
        /// The host that was asked for.
        expected: String,
        /// The names that the certificate is for.
        presented: String,
    },
    /// It is over.
    #[error("the certificate of `{0}` has expired")]
    Expired(String),
    /// It is not yet valid, or the clock here is wrong.
    #[error("the certificate of `{0}` is not valid yet, or the clock of this machine is wrong")]
    NotYet(String),
    /// Nobody that is trusted has signed it.
    #[error("the certificate of `{0}` was issued by nobody whom this machine trusts")]
    UnknownIssuer(String),
    /// Anything else that is wrong with the certificate.
    #[error("the certificate of `{0}` is not to be trusted: {1}")]
    Certificate(String, String),
    /// What answers does not speak TLS there.
    #[error("`{0}` does not speak TLS from the beginning at this port")]
    NotTls(String),
    /// Anything else.
    #[error("no TLS with `{0}`: {1}")]
    Other(String, String),
    /// The connection failed meanwhile.
    #[error("the connection broke in the TLS handshake")]
    Io(#[source] io::Error),
}

impl Trust {
    /// Whom the system trusts.
    ///
    /// # Errors
    /// [`TrustError::NoSystem`].
    pub fn of_system() -> Result<Trust, TrustError> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if roots.is_empty() {
            return Err(TrustError::NoSystem);
        }
        Ok(Trust::in_roots(roots))
    }

    /// Those in a file, and nobody else: an authority of one's own.
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
            return Err(failed("there is no `BEGIN CERTIFICATE` in it".to_owned()));
        }
        Ok(Trust::in_roots(roots))
    }

    fn in_roots(roots: RootCertStore) -> Trust {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the provider knows the usual versions of TLS")
            .with_root_certificates(roots)
            .with_no_client_auth();
        Trust { config: Arc::new(config) }
    }

    /// Shakes hands, all of it within `limit`.
    pub(super) fn shake_hands(
        &self,
        host: &str,
        mut socket: Socket,
        limit: Duration,
    ) -> Result<StreamOwned<ClientConnection, Socket>, TlsFault> {
        socket.wait(Instant::now(), limit, true);
        socket.tcp().set_write_timeout(Some(limit)).map_err(TlsFault::Io)?;
        let name = ServerName::try_from(host.to_owned())
            .map_err(|_| TlsFault::Other(host.to_owned(), "it is no name of a host".to_owned()))?;
        let mut tls = ClientConnection::new(Arc::clone(&self.config), name)
            .map_err(|error| fault(host, &error))?;
        while tls.is_handshaking() {
            match tls.complete_io(&mut socket) {
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
                    return Err(match inner {
                        Some(inner) => fault(host, inner),
                        None => TlsFault::Io(error),
                    });
                }
            }
        }
        Ok(StreamOwned::new(tls, socket))
    }
}

impl TlsFault {
    /// Whether another try could end otherwise: a certificate stays what it is.
    pub(crate) fn is_temporary(&self) -> bool {
        matches!(self, TlsFault::Io(_))
    }

    /// What to do about it.
    pub(crate) fn hint(&self) -> &'static str {
        match self {
            TlsFault::WrongName { .. } => "write the name that the certificate is for as `host`",
            TlsFault::Expired(_) => "whoever runs the mail server has to renew its certificate",
            TlsFault::NotYet(_) => "look at the clock of this machine",
            TlsFault::UnknownIssuer(_) => {
                "if the server has an authority of its own, name its certificate: `ca` under [outbox]"
            }
            TlsFault::NotTls(_) => {
                "write security = \"starttls\", or the port for TLS from the beginning, which is 465"
            }
            _ => "look at the server's certificate and at `host`, `port` and `security`",
        }
    }
}

fn fault(host: &str, error: &rustls::Error) -> TlsFault {
    let host = host.to_owned();
    match error {
        rustls::Error::InvalidCertificate(wrong) => match wrong {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                TlsFault::Expired(host)
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                TlsFault::NotYet(host)
            }
            // The other one is of an authority that has the name of one that is trusted, and not its key.
            CertificateError::UnknownIssuer | CertificateError::BadSignature => {
                TlsFault::UnknownIssuer(host)
            }
            CertificateError::NotValidForName => {
                TlsFault::WrongName { expected: host, presented: "another name".to_owned() }
            }
            CertificateError::NotValidForNameContext { presented, .. } => {
                TlsFault::WrongName { expected: host, presented: names(presented) }
            }
            CertificateError::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => {
                TlsFault::Certificate(host, "it is that of an authority".to_owned())
            }
            other => TlsFault::Certificate(host, other.to_string()),
        },
        rustls::Error::InvalidMessage(_) => TlsFault::NotTls(host),
        other => TlsFault::Other(host, other.to_string()),
    }
}

/// The names in a certificate: rustls writes `DnsName("a.example")`.
fn names(presented: &[String]) -> String {
    let plain = presented.iter().take(4).map(|name| {
        let name = name.split_once('(').map_or(name.as_str(), |(_, name)| name);
        format!("`{}`", name.trim_end_matches(')').trim_matches('"'))
    });
    let plain: Vec<String> = plain.collect();
    if plain.is_empty() { "nobody".to_owned() } else { plain.join(", ") }
}

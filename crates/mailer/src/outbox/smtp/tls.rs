//! TLS to a mail server: the trusted authorities and the handshake.
//!
//! Not lettre's `TlsParameters`: a bad certificate shows only as an I/O error of the first read there.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use super::certificate::Verifier;
use super::stream::Socket;
use super::tls_error::{self, TlsError};

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
    #[error("no trusted certificate authorities were found on this machine")]
    NoSystem,
}

impl Trust {
    /// The authorities that the system trusts.
    ///
    /// # Errors
    /// [`TrustError::NoSystem`].
    pub fn of_system() -> Result<Trust, TrustError> {
        let mut roots = RootCertStore::empty();
        // Lenient: one certificate that rustls cannot parse must not make the whole list of a system unusable.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if roots.is_empty() {
            return Err(TrustError::NoSystem);
        }
        Ok(Trust::new(roots, Vec::new()))
    }

    /// Only the certificates in a PEM file: of authorities, or of the server itself. The server's own is trusted as it
    /// is, whatever names it has, as with DANE-EE (RFC 7672 §3.1.1), as long as it has not expired.
    ///
    /// # Errors
    /// [`TrustError::File`].
    pub fn of_file(path: &Path) -> Result<Trust, TrustError> {
        let failed = |why: String| TrustError::File { path: path.to_owned(), why };
        let text = fs::read(path).map_err(|error| failed(error.to_string()))?;
        let mut roots = RootCertStore::empty();
        let mut certificates = Vec::new();
        // Strict, unlike the system's list: the user chose this file, and each certificate in it may be the one needed.
        for certificate in CertificateDer::pem_slice_iter(&text) {
            let certificate = certificate.map_err(|error| failed(error.to_string()))?;
            roots.add(certificate.clone()).map_err(|error| failed(error.to_string()))?;
            certificates.push(certificate);
        }
        if roots.is_empty() {
            return Err(failed("it has no `BEGIN CERTIFICATE` line".to_owned()));
        }
        Ok(Trust::new(roots, certificates))
    }

    fn new(roots: RootCertStore, own: Vec<CertificateDer<'static>>) -> Trust {
        // Named, not the process default: rustls panics if no default was installed, or two are compiled in.
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let verifier = Verifier::new(roots, own, Arc::clone(&provider));
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("aws-lc-rs supports TLS 1.2 and 1.3")
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
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
        // The deadline is for reads only.
        socket.set_write_limit(limit);
        let name = ServerName::try_from(host.to_owned()).map_err(|_| {
            TlsError::Other(host.to_owned(), "it is not a valid host name".to_owned())
        })?;
        let mut tls = ClientConnection::new(Arc::clone(&self.config), name)
            .map_err(|error| tls_error::from_rustls(host, &error))?;
        while tls.is_handshaking() {
            match tls.complete_io(&mut socket) {
                Ok(_) => {}
                Err(error) => {
                    // rustls wraps its own errors in an I/O error.
                    let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
                    return Err(match inner {
                        Some(inner) => tls_error::from_rustls(host, inner),
                        None => TlsError::Io(error),
                    });
                }
            }
        }
        Ok(StreamOwned::new(tls, socket))
    }
}

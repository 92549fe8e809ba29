//! The certificate authorities that are trusted.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

/// The largest file with certificates that is read, in octets. All authorities of a system have some 200 KiB.
const LARGEST: u64 = 4 * 1_024 * 1_024;

/// The certificate authorities that are trusted.
#[derive(Clone)]
pub struct Trust {
    /// `None` if nobody is trusted.
    pub(super) standard: Option<Arc<WebPkiServerVerifier>>,
    /// The certificates in the file, if the authorities come from one.
    pub(super) named: Option<Arc<[CertificateDer<'static>]>>,
}

/// The trusted authorities could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrustError {
    /// There is no such file.
    #[error("`{}` does not exist", .0.display())]
    NoFile(PathBuf),
    /// The file cannot be read.
    #[error("cannot read `{}`: {why}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// The file is no list of certificates.
    #[error("cannot read PEM certificates from `{}`: {why}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// There is no certificate in the file.
    #[error("cannot read PEM certificates from `{}`: it has no `BEGIN CERTIFICATE` line", .0.display())]
    NoCertificate(PathBuf),
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
        Trust::new(roots, None).ok_or(TrustError::NoSystem)
    }

    /// Only the certificates in a PEM file: of authorities, or of the server itself. The server's own needs no issuer
    /// that is trusted. Its names and dates are checked as for any other.
    ///
    /// # Errors
    /// All of [`TrustError`] but [`TrustError::NoSystem`].
    pub fn of_file(path: &Path) -> Result<Trust, TrustError> {
        let unreadable = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => TrustError::NoFile(path.to_owned()),
            _ => TrustError::Unreadable { path: path.to_owned(), why: error.to_string() },
        };
        let damaged = |why: String| TrustError::Damaged { path: path.to_owned(), why };
        let mut text = Vec::new();
        // Nobody knows how long it takes to open a pipe.
        if !fs::metadata(path).map_err(unreadable)?.is_file() {
            return Err(unreadable(io::Error::other("it is not a file")));
        }
        File::open(path)
            .and_then(|file| file.take(LARGEST + 1).read_to_end(&mut text))
            .map_err(unreadable)?;
        if text.len() as u64 > LARGEST {
            return Err(damaged("it is larger than 4 MiB".to_owned()));
        }
        let mut roots = RootCertStore::empty();
        let mut named = Vec::new();
        // Strict, unlike the system's list: the user chose this file, and each certificate in it may be the one needed.
        for certificate in CertificateDer::pem_slice_iter(&text) {
            let certificate = certificate.map_err(|error| damaged(error.to_string()))?;
            roots.add(certificate.clone()).map_err(|error| damaged(error.to_string()))?;
            named.push(certificate);
        }
        Trust::new(roots, Some(named.into()))
            .ok_or_else(|| TrustError::NoCertificate(path.to_owned()))
    }

    /// No authority, for servers without TLS on a machine that has no list.
    pub fn of_nobody() -> Trust {
        Trust { standard: None, named: None }
    }

    /// `None` without any authority.
    fn new(roots: RootCertStore, named: Option<Arc<[CertificateDer<'static>]>>) -> Option<Trust> {
        // Named, not the process default: rustls panics if no default was installed, or two are compiled in.
        let provider = Arc::new(aws_lc_rs::default_provider());
        let standard =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build().ok()?;
        Some(Trust { standard: Some(standard), named })
    }
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Hundreds of certificates tell nobody anything.
        let named = self.named.as_ref().map(|named| named.len());
        f.debug_struct("Trust").field("named", &named).finish_non_exhaustive()
    }
}

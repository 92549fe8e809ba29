//! A certificate for the real mail servers, as PEM files.

use rcgen::{CertificateParams, KeyPair};

use crate::certificates::authority;

/// A server's certificate and key, and the authority that its clients are told to trust, as PEM.
pub(super) struct ServerCertificate {
    pub(super) authority: String,
    pub(super) server: String,
    pub(super) key: String,
}

impl ServerCertificate {
    /// A certificate for `localhost` and 127.0.0.1.
    pub(super) fn new() -> ServerCertificate {
        let (authority, issuer) = authority("An authority for tests");
        let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
        let params = CertificateParams::new(names).unwrap();
        let key = KeyPair::generate().unwrap();
        let server = params.signed_by(&key, &issuer).unwrap().pem();
        ServerCertificate { authority, server, key: key.serialize_pem() }
    }
}

//! An authority that nobody knows, and the certificate it gives a server on this machine.

use rcgen::{CertificateParams, KeyPair};

use crate::faults::authority;

/// What a server shows, and what its clients are to trust, as PEM.
pub(super) struct Certificate {
    pub(super) authority: String,
    pub(super) server: String,
    pub(super) key: String,
}

impl Certificate {
    /// For `localhost` and 127.0.0.1.
    pub(super) fn new() -> Certificate {
        let (authority, issuer) = authority("An authority for tests");
        let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
        let params = CertificateParams::new(names).unwrap();
        let key = KeyPair::generate().unwrap();
        let server = params.signed_by(&key, &issuer).unwrap().pem();
        Certificate { authority, server, key: key.serialize_pem() }
    }
}

//! An authority that nobody knows, and the certificates it gives: a right one, and each kind of a wrong one.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;

/// What a server shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Certificate {
    /// One for `localhost`.
    Right,
    /// One for `mail.example.net`.
    WrongName,
    /// One that is over.
    Expired,
    /// One that begins in far years.
    NotYet,
    /// One of another authority.
    Unknown,
    /// One of another authority of the same name.
    Renewed,
}

impl Certificate {
    /// Whom a client is to trust, as PEM, and what the server needs.
    pub(super) fn make(self) -> (String, Arc<ServerConfig>) {
        let (trusted, issuer) = authority("An authority");
        let issuer = match self {
            Certificate::Unknown => authority("Another authority").1,
            Certificate::Renewed => authority("An authority").1,
            _ => issuer,
        };
        let name = if self == Certificate::WrongName { "mail.example.net" } else { "localhost" };
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        match self {
            Certificate::Expired => params.not_after = date_time_ymd(2020, 1, 2),
            Certificate::NotYet => params.not_before = date_time_ymd(2200, 1, 2),
            _ => {}
        }
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &issuer).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::Pkcs8(key.serialize_der().into()),
            )
            .unwrap();
        (trusted, Arc::new(config))
    }
}

/// Whom a client may trust, as PEM, and who issues certificates in that name.
pub(crate) fn authority(name: &str) -> (String, Issuer<'static, KeyPair>) {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let key = KeyPair::generate().unwrap();
    let pem = params.self_signed(&key).unwrap().pem();
    (pem, Issuer::new(params, key))
}

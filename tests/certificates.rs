//! A certificate authority made for each test, and the certificates of the test servers: valid ones and invalid ones.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;

/// The certificate that a server presents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Certificate {
    /// Valid, for `localhost`.
    Valid,
    /// For `mail.example.net`.
    WrongName,
    Expired,
    NotYetValid,
    /// Issued by an authority that the client does not trust.
    UntrustedAuthority,
    /// Issued by an untrusted authority with the name of the trusted one: the client must compare keys, not names.
    UntrustedKey,
    /// Signed by itself, as `openssl req -x509` does it: that of an authority, for another name.
    SelfSigned,
    /// The same, but it has expired.
    SelfSignedExpired,
}

impl Certificate {
    /// The authority that the client is told to trust, as PEM, and the server's TLS configuration.
    pub(crate) fn make(self) -> (String, Arc<ServerConfig>) {
        let (trusted, issuer) = authority("An authority");
        let issuer = match self {
            Certificate::UntrustedAuthority => authority("Another authority").1,
            Certificate::UntrustedKey => authority("An authority").1,
            _ => issuer,
        };
        let is_self_signed =
            matches!(self, Certificate::SelfSigned | Certificate::SelfSignedExpired);
        let is_other = is_self_signed || self == Certificate::WrongName;
        let name = if is_other { "mail.example.net" } else { "localhost" };
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        if is_self_signed {
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        }
        match self {
            Certificate::Expired | Certificate::SelfSignedExpired => {
                params.not_after = date_time_ymd(2020, 1, 2);
            }
            Certificate::NotYetValid => params.not_before = date_time_ymd(2200, 1, 2),
            _ => {}
        }
        let key = KeyPair::generate().unwrap();
        let certificate = if is_self_signed {
            params.self_signed(&key).unwrap()
        } else {
            params.signed_by(&key, &issuer).unwrap()
        };
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

/// A new authority: its certificate as PEM, and the issuer that signs with its key.
pub(crate) fn authority(name: &str) -> (String, Issuer<'static, KeyPair>) {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let key = KeyPair::generate().unwrap();
    let pem = params.self_signed(&key).unwrap().pem();
    (pem, Issuer::new(params, key))
}

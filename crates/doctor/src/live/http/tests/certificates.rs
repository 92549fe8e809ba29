//! Certificates of every kind that servers have.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::{CertifiedKey, SingleCertAndKey};

/// An authority.
pub(super) struct Authority {
    pub(super) pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    pub(super) fn new(name: &str) -> Authority {
        let (params, key) = (authority_params(name), KeyPair::generate().unwrap());
        let pem = params.self_signed(&key).unwrap().pem();
        Authority { pem, issuer: Issuer::new(params, key) }
    }

    /// An authority with a certificate of this one.
    pub(super) fn authority(&self, name: &str) -> (Authority, CertificateDer<'static>) {
        let (params, key) = (authority_params(name), KeyPair::generate().unwrap());
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let between = Authority { pem: certificate.pem(), issuer: Issuer::new(params, key) };
        (between, certificate.der().clone())
    }

    /// A server that sends another certificate with its own.
    pub(super) fn server_with(
        &self,
        params: &CertificateParams,
        other: &CertificateDer<'static>,
    ) -> Arc<ServerConfig> {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        config(vec![certificate.der().clone(), other.clone()], &key)
    }

    /// A server with a certificate of this authority.
    pub(super) fn server(&self, params: &CertificateParams) -> Arc<ServerConfig> {
        let key = KeyPair::generate().unwrap();
        config(vec![params.signed_by(&key, &self.issuer).unwrap().der().clone()], &key)
    }
}

fn authority_params(name: &str) -> CertificateParams {
    let mut params = params(&[]);
    params.distinguished_name.push(DnType::OrganizationName, "Example Corp");
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
}

/// A certificate for these names, valid from 2020 to 2099.
pub(super) fn params(names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).unwrap();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2099, 1, 1);
    params
}

/// A server whose certificate is signed with its own key, and its certificate.
pub(super) fn self_signed(
    mut params: CertificateParams,
    is_ca: bool,
) -> (Arc<ServerConfig>, String) {
    if is_ca {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    }
    params.distinguished_name.push(DnType::CommonName, "server");
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    (config(vec![certificate.der().clone()], &key), certificate.pem())
}

/// A server that does not have the key of its certificate, and the certificate. A key that is too short looks the same.
pub(super) fn without_key(params: &CertificateParams) -> (Arc<ServerConfig>, String) {
    let certificate = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
    let other = PrivateKeyDer::Pkcs8(KeyPair::generate().unwrap().serialize_der().into());
    let other = aws_lc_rs::sign::any_supported_type(&other).unwrap();
    let shown = CertifiedKey::new(vec![certificate.der().clone()], other);
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(SingleCertAndKey::from(shown)));
    (Arc::new(config), certificate.pem())
}

fn config(chain: Vec<CertificateDer<'static>>, key: &KeyPair) -> Arc<ServerConfig> {
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    Arc::new(config)
}

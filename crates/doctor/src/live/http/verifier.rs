//! Whether a server's certificate is trusted.
//!
//! rustls decides. The exception are certificates that the user has named: a self-signed one is often that of an
//! authority too (`openssl req -x509`), which rustls does not accept for a server. Its dates and names count all the
//! same: browsers check them, whoever has been told to trust it.

use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::{
    WebPkiSupportedAlgorithms, aws_lc_rs, verify_tls12_signature, verify_tls13_signature,
};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme};

use super::trust::Trust;

/// What a server sent to prove who it is. It is kept for messages: rustls forgets what it does not trust.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    pub(super) leaf: CertificateDer<'static>,
    /// Whether no other certificate came with it.
    pub(super) is_alone: bool,
    /// Whether it is trusted, as far as the certificate itself goes.
    pub(super) is_trusted: bool,
}

/// Verifies one connection, and keeps what the server sent.
#[derive(Debug)]
pub(super) struct Verifier {
    trust: Trust,
    algorithms: WebPkiSupportedAlgorithms,
    shown: Mutex<Option<Shown>>,
}

impl Verifier {
    pub(super) fn new(trust: Trust) -> Arc<Verifier> {
        let algorithms = aws_lc_rs::default_provider().signature_verification_algorithms;
        Arc::new(Verifier { trust, algorithms, shown: Mutex::new(None) })
    }

    /// The settings of TLS for this one connection.
    pub(super) fn config(self: &Arc<Verifier>) -> Result<ClientConfig, Error> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(Arc::<Verifier>::clone(self))
            .with_no_client_auth();
        Ok(config)
    }

    /// What the server sent, if it got so far.
    pub(super) fn shown(&self) -> Option<Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn is_named(&self, certificate: &CertificateDer<'_>) -> bool {
        self.trust.named.as_ref().is_some_and(|named| named.contains(certificate))
    }
}

/// Whether a certificate was rejected because it is that of an authority.
pub(super) fn is_authority(error: &CertificateError) -> bool {
    // rustls has no variant for this error of webpki.
    matches!(error, CertificateError::Other(other) if other.to_string().contains("CaUsedAsEndEntity"))
}

/// Whether an error is about who issued the certificate. rustls checks its dates before, and its names after that.
fn is_about_issuer(error: &Error) -> bool {
    let Error::InvalidCertificate(error) = error else { return false };
    matches!(error, CertificateError::UnknownIssuer | CertificateError::BadSignature)
        || is_authority(error)
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let leaf = end_entity.clone().into_owned();
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(Shown { leaf, is_alone: intermediates.is_empty(), is_trusted: false });
        let verified = match &self.trust.standard {
            None => Err(CertificateError::UnknownIssuer.into()),
            Some(standard) => standard.verify_server_cert(
                end_entity,
                intermediates,
                server_name,
                ocsp_response,
                now,
            ),
        };
        let verified = match verified {
            // Only the server has the key of this very certificate; the handshake proves that it does.
            Err(error) if is_about_issuer(&error) && self.is_named(end_entity) => {
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                ServerCertVerified::assertion()
            }
            verified => verified?,
        };
        if let Some(shown) = &mut *self.shown.lock().unwrap_or_else(PoisonError::into_inner) {
            shown.is_trusted = true;
        }
        Ok(verified)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, signed, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

//! The failure behind an error of the client or of TLS. Errors of the client may quote the address, so none is shown as
//! it is.

use std::io;

use rustls::pki_types::UnixTime;
use rustls::{AlertDescription, CertificateError};

use super::error::HttpError;
use super::leaf::Leaf;
use super::place::Place;
use super::trust::Trust;
use super::verifier::{Shown, is_authority};

/// The failure behind an error of the client. `through_proxy` is whether the connection is made by one.
pub(super) fn of_client(error: ureq::Error, place: &Place, through_proxy: bool) -> HttpError {
    let address = place.address();
    let error = match error {
        // From the connector for TLS.
        ureq::Error::Other(other) => {
            return match other.downcast::<HttpError>() {
                Ok(error) => *error,
                Err(_) => HttpError::Failed("the client failed".to_owned()),
            };
        }
        ureq::Error::Timeout(ureq::Timeout::Resolve | ureq::Timeout::Connect) => {
            HttpError::ConnectTimedOut { address }
        }
        ureq::Error::Timeout(_) => return HttpError::TimedOut,
        ureq::Error::HostNotFound => HttpError::NoHost { host: place.host.clone() },
        ureq::Error::Io(error) => of_io(&error, place),
        ureq::Error::ConnectProxyFailed(_) | ureq::Error::InvalidProxyUrl => {
            return HttpError::Proxy { address };
        }
        // `BodyStalled`: a chunk that does not end where it should.
        ureq::Error::LargeResponseHeader(..)
        | ureq::Error::Protocol(_)
        | ureq::Error::BodyStalled => HttpError::NotHttp { address },
        ureq::Error::BodyExceedsLimit(_) => HttpError::TooLarge,
        ureq::Error::Http(_) | ureq::Error::BadUri(_) => {
            HttpError::Failed("the request is not valid HTTP".to_owned())
        }
        _ => HttpError::Failed("the client failed".to_owned()),
    };
    match error {
        // Nothing but the proxy was connected to.
        HttpError::NoHost { .. }
        | HttpError::Refused { .. }
        | HttpError::Unreachable { .. }
        | HttpError::ConnectTimedOut { .. }
            if through_proxy =>
        {
            HttpError::Proxy { address: place.address() }
        }
        error => error,
    }
}

/// The failure behind an error of a socket.
pub(super) fn of_io(error: &io::Error, place: &Place) -> HttpError {
    use io::ErrorKind as Kind;
    let address = place.address();
    // rustls wraps its own errors in an I/O error.
    if let Some(error) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        return HttpError::Tls { address, why: tls_words(error) };
    }
    match error.kind() {
        Kind::UnexpectedEof
        | Kind::ConnectionReset
        | Kind::ConnectionAborted
        | Kind::BrokenPipe => HttpError::Closed,
        Kind::ConnectionRefused => HttpError::Refused { address },
        Kind::HostUnreachable
        | Kind::NetworkUnreachable
        | Kind::NetworkDown
        | Kind::AddrNotAvailable => HttpError::Unreachable { address },
        Kind::TimedOut => HttpError::ConnectTimedOut { address },
        // The words of the system for it, never those of a library.
        kind => HttpError::Failed(match error.raw_os_error() {
            Some(number) => io::Error::from_raw_os_error(number).to_string(),
            None => kind.to_string(),
        }),
    }
}

/// The failure behind an error of the handshake.
pub(super) fn of_tls(
    error: &rustls::Error,
    place: &Place,
    shown: Option<&Shown>,
    trust: &Trust,
) -> HttpError {
    let address = place.address();
    match error {
        rustls::Error::InvalidCertificate(wrong) => of_certificate(wrong, place, shown, trust),
        // Whatever it sent is no TLS record.
        rustls::Error::InvalidMessage(_) => HttpError::NotTls { address },
        other => HttpError::Tls { address, why: tls_words(other) },
    }
}

fn of_certificate(
    wrong: &CertificateError,
    place: &Place,
    shown: Option<&Shown>,
    trust: &Trust,
) -> HttpError {
    let host = place.host.clone();
    let leaf = shown.and_then(|shown| Leaf::of_der(&shown.leaf));
    match wrong {
        CertificateError::Expired => HttpError::Expired { host, at: None },
        CertificateError::ExpiredContext { not_after, .. } => {
            HttpError::Expired { host, at: seconds(*not_after) }
        }
        CertificateError::NotValidYet => HttpError::NotYetValid { host, from: None },
        CertificateError::NotValidYetContext { not_before, .. } => {
            HttpError::NotYetValid { host, from: seconds(*not_before) }
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            HttpError::WrongName {
                host,
                names: leaf.map(|leaf| leaf.certificate.names).unwrap_or_default(),
            }
        }
        // That of the handshake.
        CertificateError::BadSignature if shown.is_some_and(|shown| shown.is_trusted) => {
            let why =
                "its key is too short (RSA needs 2048 bits), or is not the server's".to_owned();
            HttpError::BadCertificate { host, why }
        }
        // BadSignature: the issuer has the name of a trusted authority, but another key (a renewed private one).
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            unknown(host, leaf, shown, trust)
        }
        other if is_authority(other) => unknown(host, leaf, shown, trust),
        CertificateError::Revoked => {
            HttpError::BadCertificate { host, why: "it has been revoked".to_owned() }
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            HttpError::BadCertificate { host, why: "it is not for web servers".to_owned() }
        }
        _ => HttpError::BadCertificate {
            host,
            why: "it is damaged, or of an unknown kind".to_owned(),
        },
    }
}

fn unknown(host: String, leaf: Option<Leaf>, shown: Option<&Shown>, trust: &Trust) -> HttpError {
    let issuer = match leaf {
        Some(leaf) if leaf.is_self_signed => None,
        Some(leaf) => Some(leaf.certificate.issuer),
        None => Some(String::new()),
    };
    HttpError::UnknownAuthority {
        host,
        issuer,
        is_alone: shown.is_some_and(|shown| shown.is_alone),
        has_file: trust.named.is_some(),
    }
}

fn seconds(time: UnixTime) -> Option<i64> {
    i64::try_from(time.as_secs()).ok()
}

/// An error of TLS in words. Nothing that was sent is in it.
fn tls_words(error: &rustls::Error) -> String {
    match error {
        rustls::Error::AlertReceived(AlertDescription::UnrecognisedName) => {
            "the server has no site with this name".to_owned()
        }
        rustls::Error::AlertReceived(AlertDescription::ProtocolVersion)
        | rustls::Error::PeerIncompatible(_) => {
            "the server offers neither TLS 1.2 nor 1.3 with usual ciphers".to_owned()
        }
        rustls::Error::AlertReceived(alert) => {
            format!("the server answered with the alert {alert:?}")
        }
        _ => "the server violates the TLS protocol".to_owned(),
    }
}

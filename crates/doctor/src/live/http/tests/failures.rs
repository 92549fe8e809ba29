//! Failures that no server on this machine can be made to have.

use std::io;

use super::super::failure::{of_client, of_io};
use super::super::place::Place;
use super::super::*;
use super::SECRET;

fn place() -> Place {
    Place { host: "meet.example.org".to_owned(), port: 443 }
}

#[test]
fn failures_of_sockets_have_kinds() {
    use io::ErrorKind as Kind;
    let address = || "meet.example.org:443".to_owned();
    for (kind, expected) in [
        (Kind::ConnectionRefused, HttpError::Refused { address: address() }),
        (Kind::HostUnreachable, HttpError::Unreachable { address: address() }),
        (Kind::NetworkUnreachable, HttpError::Unreachable { address: address() }),
        (Kind::AddrNotAvailable, HttpError::Unreachable { address: address() }),
        (Kind::TimedOut, HttpError::ConnectTimedOut { address: address() }),
        (Kind::ConnectionReset, HttpError::Closed),
        (Kind::BrokenPipe, HttpError::Closed),
        (Kind::UnexpectedEof, HttpError::Closed),
        (Kind::PermissionDenied, HttpError::Failed("permission denied".to_owned())),
    ] {
        // Whatever a library says of it stays out of the message.
        assert_eq!(of_io(&io::Error::new(kind, SECRET), &place()), expected);
    }
    let error = of_io(&io::Error::from_raw_os_error(24), &place());
    assert!(matches!(&error, HttpError::Failed(why) if why.contains("os error 24")), "{error}");
}

#[test]
fn failures_of_the_client_have_kinds() {
    use ureq::Timeout;
    let address = || "meet.example.org:443".to_owned();
    let proxy = HttpError::Proxy { address: address() };
    let in_time = HttpError::ConnectTimedOut { address: address() };
    for (error, direct, through) in [
        (ureq::Error::Timeout(Timeout::Resolve), &in_time, &proxy),
        (ureq::Error::Timeout(Timeout::Connect), &in_time, &proxy),
        (ureq::Error::Timeout(Timeout::Global), &HttpError::TimedOut, &HttpError::TimedOut),
        (ureq::Error::ConnectProxyFailed(SECRET.to_owned()), &proxy, &proxy),
        (ureq::Error::InvalidProxyUrl, &proxy, &proxy),
    ] {
        let again = match &error {
            ureq::Error::Timeout(timeout) => ureq::Error::Timeout(*timeout),
            _ => ureq::Error::InvalidProxyUrl,
        };
        assert_eq!(of_client(error, &place(), false), *direct);
        assert_eq!(of_client(again, &place(), true), *through);
    }
    for error in [
        ureq::Error::BadUri(SECRET.to_owned()),
        ureq::Error::Other(SECRET.into()),
        ureq::Error::RequireHttpsOnly(SECRET.to_owned()),
    ] {
        let shown = of_client(error, &place(), false);
        assert!(!format!("{shown} {shown:?}").contains(SECRET), "{shown:?}");
    }
}

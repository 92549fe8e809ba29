//! Why a list could not be fetched, in words. An error of the client may quote the address, so none is shown as it is.

use std::io::{self, ErrorKind};

use ureq::Error;

use super::super::not_read::{Limits, NotRead};

/// What to do if the server may be at fault.
pub(super) const TRY_AGAIN: &str =
    "try again later; with a browser, check that the address still works";

const CONNECTION: &str = "check the address and the network, and try again";

/// The failure behind an error of the client.
pub(super) fn of(error: Error, host: &str, limits: Limits) -> NotRead {
    match error {
        Error::Timeout(timeout) => match timeout {
            ureq::Timeout::Connect | ureq::Timeout::Resolve => {
                NotRead::failed("no connection in time", CONNECTION)
            }
            _ => NotRead::timed_out(limits, TRY_AGAIN),
        },
        Error::HostNotFound => NotRead::failed(format!("there is no host {host}"), CONNECTION),
        Error::Io(error) => of_io(&error),
        Error::Rustls(error) => untrusted(&error),
        Error::Tls(_) => NotRead::failed("no TLS connection", CONNECTION),
        Error::ConnectProxyFailed(_) | Error::InvalidProxyUrl => NotRead::failed(
            "the proxy refuses the connection",
            "check the environment variable HTTPS_PROXY; NO_PROXY names hosts that need none",
        ),
        Error::LargeResponseHeader(..) | Error::Protocol(_) | Error::Http(_) => {
            NotRead::failed("the answer is not valid HTTP", TRY_AGAIN)
        }
        _ => NotRead::failed("the connection failed", CONNECTION),
    }
}

fn of_io(error: &io::Error) -> NotRead {
    // The client wraps what TLS says in an I/O error.
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match (inner, error.kind()) {
        (Some(error), _) => untrusted(error),
        (None, ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset) => {
            NotRead::failed("the connection ended before the list was complete", TRY_AGAIN)
        }
        (None, ErrorKind::ConnectionRefused) => {
            NotRead::failed("the connection was refused", CONNECTION)
        }
        (None, _) => NotRead::failed(format!("the connection failed: {error}"), CONNECTION),
    }
}

fn untrusted(error: &rustls::Error) -> NotRead {
    NotRead::failed(
        format!("no TLS connection: {error}"),
        "add the authority of its certificate to this machine's trusted ones, or name a file with them in the environment variable SSL_CERT_FILE",
    )
}

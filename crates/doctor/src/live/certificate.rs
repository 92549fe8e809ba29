//! The certificate of the web server.

use std::time::Duration;

use url::Url;

pub use super::http::Certificate;
use super::http::{self, HttpError, Trust};

/// The certificate of a server, verified. It waits no longer than `limit`, but does not notice when the program is asked
/// to stop; [`Http::certificate`](http::Http::certificate) does.
///
/// `None` if it was not looked at: without TLS, or where a proxy makes the connection.
pub(super) fn of(
    url: &Url,
    trust: &Trust,
    limit: Duration,
) -> Result<Option<Certificate>, HttpError> {
    http::certificate(url, trust, limit, || false)
}

pub(super) fn of(
    _url: &url::Url,
    _trust: &super::http::Trust,
    _limit: std::time::Duration,
) -> Result<Option<Certificate>, super::http::HttpError> {
    Ok(None)
}

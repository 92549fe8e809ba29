//! What comes back.

use std::fmt;
use std::io::Read as _;
use std::time::UNIX_EPOCH;

use meetmint_core::without_tokens;
use ureq::Body;
use ureq::http::Response;
use ureq::http::header::{CONTENT_ENCODING, CONTENT_TYPE, DATE, HeaderName, LOCATION};
use url::Url;

use super::error::HttpError;
use super::place::without_query;

/// The largest answer, in octets.
const LARGEST: u64 = 1_024 * 1_024;

/// The longest address of a redirect that is kept, in characters.
const LONGEST_ADDRESS: usize = 200;

/// An answer.
pub(in super::super) struct Reply {
    pub(in super::super) status: u16,
    /// The `Date` header, in seconds since 1970 UTC.
    pub(in super::super) date: Option<i64>,
    /// Whether it is a web page: by its type, or by how it begins.
    pub(in super::super) is_html: bool,
    /// Where it leads if it is a redirect: scheme, host and path.
    pub(in super::super) redirect: Option<String>,
    /// In UTF-8; what is not becomes U+FFFD.
    pub(in super::super) body: String,
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A body may repeat what was sent.
        f.debug_struct("Reply")
            .field("status", &self.status)
            .field("date", &self.date)
            .field("is_html", &self.is_html)
            .field("length", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// Reads all of an answer. `failed` tells what an error of the client means.
pub(super) fn read(
    response: Response<Body>,
    address: &Url,
    failed: impl Fn(ureq::Error) -> HttpError,
) -> Result<Reply, HttpError> {
    let encoding = header(&response, &CONTENT_ENCODING).unwrap_or("identity");
    if !encoding.eq_ignore_ascii_case("identity") {
        return Err(HttpError::Compressed);
    }
    let status = response.status().as_u16();
    let date = header(&response, &DATE).and_then(seconds);
    let content_type = header(&response, &CONTENT_TYPE).unwrap_or_default().to_ascii_lowercase();
    let redirect = header(&response, &LOCATION)
        .filter(|_| matches!(status, 301 | 302 | 303 | 307 | 308))
        .and_then(|location| target(address, location));
    if response.body().content_length().is_some_and(|length| length > LARGEST) {
        return Err(HttpError::TooLarge);
    }
    let mut octets = Vec::new();
    let mut body = response.into_body().into_reader().take(LARGEST + 1);
    // An end before the length or the last chunk is an error of the client.
    body.read_to_end(&mut octets).map_err(|error| failed(error.into()))?;
    if octets.len() as u64 > LARGEST {
        return Err(HttpError::TooLarge);
    }
    let body = String::from_utf8_lossy(&octets).into_owned();
    Ok(Reply { status, date, is_html: is_html(&content_type, &body), redirect, body })
}

fn header<'r>(response: &'r Response<Body>, name: &HeaderName) -> Option<&'r str> {
    response.headers().get(name)?.to_str().ok()
}

fn seconds(date: &str) -> Option<i64> {
    let date = httpdate::parse_http_date(date.trim()).ok()?;
    i64::try_from(date.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok()
}

/// Where a redirect leads. Its query may repeat a token, and its user name may be a password.
fn target(address: &Url, location: &str) -> Option<String> {
    let target = address.join(location).ok().filter(Url::has_host)?;
    // The path may have a token, too, and may be long.
    Some(without_tokens(&without_query(&target)).chars().take(LONGEST_ADDRESS).collect())
}

/// Scripts work with a wrong type, so the type alone does not make a page.
fn is_html(content_type: &str, body: &str) -> bool {
    let start: String = body.trim_start_matches('\u{feff}').trim_start().chars().take(14).collect();
    let start = start.to_ascii_lowercase();
    let is_type =
        ["text/html", "application/xhtml"].iter().any(|page| content_type.starts_with(page));
    start.starts_with("<!doctype html")
        || start.starts_with("<html")
        || (is_type && start.starts_with('<'))
}

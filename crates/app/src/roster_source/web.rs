//! A list that a web server has.

mod failure;

use std::fs::File;
use std::io::Read as _;
use std::sync::Arc;
use std::time::Duration;

use ureq::http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderName, LOCATION, TRANSFER_ENCODING};
use ureq::http::{Response, StatusCode};
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};
use ureq::{Agent, Body, Proxy};

use super::not_read::{Limits, NotRead};
use super::share_links;
use super::temporary::not_stored;
use crate::limited_copy::{self, CopyError};
use crate::settings::WebAddress;
use crate::waiting::{self, Deadline};
use failure::TRY_AGAIN;

/// How often the server may send on to another address.
const REDIRECTIONS: usize = 5;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(30);

/// The certificate authorities that are trusted.
#[derive(Clone)]
pub(super) struct Roots(RootCerts);

impl Roots {
    /// Those that the system trusts.
    pub(super) fn of_system() -> Roots {
        // Lenient: a certificate that cannot be parsed must not make the whole list of a system unusable.
        let found = rustls_native_certs::load_native_certs().certs;
        Roots(RootCerts::from(found.iter().map(|found| Certificate::from_der(found).to_owned())))
    }

    #[cfg(test)]
    fn of_certificate(der: &[u8]) -> Roots {
        Roots(RootCerts::from([Certificate::from_der(der).to_owned()]))
    }
}

/// Fetches a list. It counts only if the server says how long it is, and all of it has arrived.
pub(super) fn read(
    address: &WebAddress,
    mut target: File,
    limits: Limits,
    roots: impl FnOnce() -> Roots + Send + 'static,
    interrupted: &dyn Fn() -> bool,
) -> Result<(), NotRead> {
    let deadline = Deadline::after(Some(limits.time));
    let address = address.clone();
    // In a thread, because nothing ends the look-up of a name, and a server may be silent for long.
    let work = waiting::start(move || fetch(address, &mut target, limits, deadline, &roots()));
    waiting::wait(&work, deadline, interrupted)
        .map_err(|unfinished| NotRead::unfinished(unfinished, limits, TRY_AGAIN))?
}

fn fetch(
    mut address: WebAddress,
    target: &mut File,
    limits: Limits,
    deadline: Deadline,
    roots: &Roots,
) -> Result<(), NotRead> {
    let advice = share_links::advice(&address);
    for _ in 0..=REDIRECTIONS {
        let agent = agent(&address, limits, deadline, roots);
        let request = agent.get(address.url().as_str());
        let response =
            request.call().map_err(|error| failure::of(error, address.host(), limits))?;
        match next(&response, &address)? {
            Some(next) => address = next,
            None => return receive(response, &address, target, limits, advice),
        }
    }
    let reason = format!("the server redirects more than {REDIRECTIONS} times");
    Err(NotRead::failed(reason, TRY_AGAIN))
}

/// What connects to one address. Redirections are followed here, and not by the client, because each is looked at.
fn agent(address: &WebAddress, limits: Limits, deadline: Deadline, roots: &Roots) -> Agent {
    let tls = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .root_certs(roots.0.clone())
        // Named, not the process default: the client panics if none was installed.
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .build();
    // No proxy leads to this machine. Elsewhere it is that of the usual environment variables, which the client reads.
    let proxy = if address.is_loopback() { None } else { Proxy::try_from_env() };
    Agent::config_builder()
        .tls_config(tls)
        .proxy(proxy)
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        // The thread ends as well when nobody waits for it any longer.
        .timeout_global(Some(deadline.left(limits.time)))
        .timeout_connect(Some(deadline.left(CONNECT)))
        .user_agent(concat!("meetmint/", env!("CARGO_PKG_VERSION")))
        .accept("text/csv, */*")
        // Compression saves little here, and a list would have to be limited twice.
        .accept_encoding("identity")
        .build()
        .into()
}

/// The next address, if the answer is a redirection.
fn next(response: &Response<Body>, address: &WebAddress) -> Result<Option<WebAddress>, NotRead> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let next = header(response, &LOCATION).and_then(|location| address.join(location));
    let Some(next) = next else {
        return Err(NotRead::failed("the server redirects to an invalid address", TRY_AGAIN));
    };
    // From the network, nothing leads back to this machine either.
    if !next.is_protected() || (next.is_loopback() && !address.is_loopback()) {
        let reason = format!("it redirects to {next:?}, which is not `https://` on the network");
        return Err(NotRead::failed(reason, "write the address that a browser shows at the end"));
    }
    Ok(Some(next))
}

fn receive(
    response: Response<Body>,
    address: &WebAddress,
    target: &mut File,
    limits: Limits,
    advice: &'static str,
) -> Result<(), NotRead> {
    check_status(response.status())?;
    let of_type = header(&response, &CONTENT_TYPE).unwrap_or_default().to_ascii_lowercase();
    if ["text/html", "application/xhtml"].iter().any(|page| of_type.starts_with(page)) {
        let reason = if is_login(address.host()) {
            format!("{} asks for a login, and sent no list", address.host())
        } else {
            "the server sent a web page, not a list".to_owned()
        };
        return Err(NotRead::failed(reason, advice));
    }
    let encoding = header(&response, &CONTENT_ENCODING).unwrap_or("identity");
    if !encoding.eq_ignore_ascii_case("identity") {
        let reason = "the server sent it compressed, which it was not asked for";
        return Err(NotRead::failed(reason, "let a `command` fetch it: curl has `--compressed`"));
    }
    // A body that ends with the connection looks the same if the connection broke (RFC 9112 §8).
    let length = response.body().content_length();
    let is_chunked = header(&response, &TRANSFER_ENCODING).is_some();
    if length.is_none() && !is_chunked {
        let reason = "the server does not say how long it is, so it may have been cut short";
        return Err(NotRead::failed(reason, "fetch it with a `command` that checks it"));
    }
    if length.is_some_and(|length| length > limits.largest) {
        return Err(NotRead::too_large(limits));
    }
    let mut body = response.into_body().into_reader().take(limits.largest + 1);
    // An end before the length or the last chunk is an error of the client.
    limited_copy::copy(&mut body, target, limits.largest).map(|_| ()).map_err(|error| match error {
        CopyError::TooLarge => NotRead::too_large(limits),
        CopyError::Read(error) => failure::of(ureq::Error::from(error), address.host(), limits),
        CopyError::Write(error) => not_stored(&error),
    })
}

fn check_status(status: StatusCode) -> Result<(), NotRead> {
    if status == StatusCode::OK {
        return Ok(());
    }
    let reason = match status.canonical_reason() {
        Some(words) => format!("the server answered {} {words}", status.as_u16()),
        None => format!("the server answered {}", status.as_u16()),
    };
    let hint = match status.as_u16() {
        401 | 403 => {
            "the list must be shared with everybody who has the address; for a list behind a login, use `command`"
        }
        404 | 410 => "check `url` under [roster] in meeting.toml",
        _ => TRY_AGAIN,
    };
    Err(NotRead::failed(reason, hint))
}

fn header<'r>(response: &'r Response<Body>, name: &HeaderName) -> Option<&'r str> {
    response.headers().get(name)?.to_str().ok()
}

/// Whether a host is where large providers ask for a login.
fn is_login(host: &str) -> bool {
    ["accounts.google.com", "login.microsoftonline.com", "login.live.com"].contains(&host)
}

#[cfg(test)]
mod tests;

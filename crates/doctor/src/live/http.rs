//! Requests to the web server in front of Jitsi.

mod error;
mod failure;
mod leaf;
mod peek;
mod place;
mod proxy;
mod reply;
mod request;
mod resolver;
mod tls;
mod trust;
mod verifier;
mod wait;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ureq::unversioned::transport::{ConnectProxyConnector, Connector as _, TcpConnector};
use ureq::{Agent, Proxy};
use url::Url;

use place::Place;
use resolver::NameResolver;
use tls::TlsConnector;

pub use error::HttpError;
pub use leaf::Certificate;
pub(super) use place::{authority, is_loopback, without_query};
pub(super) use reply::Reply;
pub(super) use request::Request;
pub use trust::{Trust, TrustError};

/// How long a connection may take, TLS included.
const CONNECT: Duration = Duration::from_secs(10);

/// A client for one server. It keeps its connections, and shares them with its clones.
#[derive(Clone)]
pub(super) struct Http {
    agent: Agent,
    proxy: Option<Proxy>,
    trust: Trust,
    interrupted: Arc<AtomicBool>,
}

impl Http {
    /// A client. `interrupted` becomes `true` when the program is asked to stop.
    pub(super) fn new(trust: &Trust, is_loopback: bool, interrupted: Arc<AtomicBool>) -> Http {
        Http::through(proxy::of_environment(is_loopback), trust, interrupted)
    }

    fn through(proxy: Option<Proxy>, trust: &Trust, interrupted: Arc<AtomicBool>) -> Http {
        let config = Agent::config_builder()
            .proxy(proxy.clone())
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("meetmint/", env!("CARGO_PKG_VERSION")))
            // Apache closes a connection after five idle seconds: one is not taken in the very moment it does.
            .max_idle_age(Duration::from_secs(4))
            // Compressed, answers would have to be limited twice.
            .accept_encoding("identity")
            .build();
        let connector = ConnectProxyConnector::default()
            .chain(TcpConnector::default())
            .chain(TlsConnector(trust.clone()));
        let agent = Agent::with_parts(config, connector, NameResolver::default());
        Http { agent, proxy, trust: trust.clone(), interrupted }
    }

    /// Whether the program was asked to stop.
    pub(super) fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }

    /// Sends a request, and waits for the answer no longer than `limit`, nor longer than until the program is asked to
    /// stop. A redirect is an answer like any other.
    pub(super) fn send(&self, request: Request, limit: Duration) -> Result<Reply, HttpError> {
        self.send_unless(request, limit, || self.is_interrupted())
    }

    /// The same, also when the program was asked to stop: to leave.
    pub(super) fn send_uninterruptible(
        &self,
        request: Request,
        limit: Duration,
    ) -> Result<Reply, HttpError> {
        self.send_unless(request, limit, || false)
    }

    /// The certificate of a server, verified. It waits like [`Http::send`].
    ///
    /// `None` if it was not looked at: without TLS, or where a proxy makes the connection.
    pub(super) fn certificate(
        &self,
        url: &Url,
        limit: Duration,
    ) -> Result<Option<Certificate>, HttpError> {
        certificate_past(self.proxy.as_ref(), url, &self.trust, limit, || self.is_interrupted())
    }

    /// Like [`Http::send`], for a request that opens something. An answer that nobody waits for any longer is given to
    /// `late`, if it comes no later than `grace` after the limit.
    pub(super) fn open(
        &self,
        request: Request,
        limit: Duration,
        grace: Duration,
        late: impl FnOnce(Reply) + Send + 'static,
    ) -> Result<Reply, HttpError> {
        let work = self.exchange(request, limit, grace);
        wait::or_late(limit, || self.is_interrupted(), work, late)
    }

    fn send_unless(
        &self,
        request: Request,
        limit: Duration,
        interrupted: impl Fn() -> bool,
    ) -> Result<Reply, HttpError> {
        wait::unless(limit, interrupted, self.exchange(request, limit, Duration::ZERO))
    }

    fn exchange(
        &self,
        request: Request,
        limit: Duration,
        grace: Duration,
    ) -> impl FnOnce() -> Result<Reply, HttpError> + Send + 'static {
        let agent = self.agent.clone();
        let through_proxy = proxy::applies(self.proxy.as_ref(), &request.url);
        move || {
            exchange(&agent, request, Limits { connect: limit, all: limit + grace }, through_proxy)
        }
    }
}

/// The limits of one request.
#[derive(Clone, Copy)]
struct Limits {
    connect: Duration,
    all: Duration,
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The proxy may have a password.
        f.debug_struct("Http").finish_non_exhaustive()
    }
}

fn certificate_past(
    proxy: Option<&Proxy>,
    url: &Url,
    trust: &Trust,
    limit: Duration,
    interrupted: impl Fn() -> bool,
) -> Result<Option<Certificate>, HttpError> {
    if url.scheme() != "https" || proxy::applies(proxy, url) {
        return Ok(None);
    }
    let (url, trust) = (url.clone(), trust.clone());
    let leaf =
        wait::unless(limit, interrupted, move || peek::leaf(&url, &trust, limit.min(CONNECT)))?;
    Ok(Some(leaf.certificate))
}

/// Runs in a thread of its own, and ends within the limits, but for the look-up of a name.
fn exchange(
    agent: &Agent,
    request: Request,
    limits: Limits,
    through_proxy: bool,
) -> Result<Reply, HttpError> {
    let place = Place::of(&request.url);
    let failed = |error| failure::of_client(error, &place, through_proxy);
    let address = request.url;
    let bearer = request.bearer.map(|bearer| format!("Bearer {bearer}"));
    let response = match request.body {
        None => {
            let mut builder = agent.get(address.as_str());
            if let Some(bearer) = bearer {
                builder = builder.header("Authorization", bearer);
            }
            limited(builder, limits).call()
        }
        Some((content_type, body)) => {
            let mut builder = agent.post(address.as_str()).header("Content-Type", content_type);
            if let Some(bearer) = bearer {
                builder = builder.header("Authorization", bearer);
            }
            limited(builder, limits).send(body)
        }
    };
    reply::read(response.map_err(failed)?, &address, failed)
}

/// The time-outs of one request. That for the connection is a bit shorter, so that the error says which one it was.
fn limited<B>(builder: ureq::RequestBuilder<B>, limits: Limits) -> ureq::RequestBuilder<B> {
    let connect = (limits.connect * 9 / 10).min(CONNECT);
    builder
        .config()
        .timeout_global(Some(limits.all))
        .timeout_resolve(Some(connect))
        .timeout_connect(Some(connect))
        .build()
}

#[cfg(test)]
mod tests;

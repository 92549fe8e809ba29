//! Requests to the web server in front of Jitsi.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use ureq::tls::{RootCerts, TlsConfig, TlsProvider};
use ureq::{Agent, Proxy};
use url::{Host, Url};

/// The largest answer, in octets.
const LARGEST: u64 = 1_024 * 1_024;

/// How often a wait looks whether the program has been asked to stop.
const INTERRUPT_INTERVAL: Duration = Duration::from_millis(50);

/// The certificate authorities that are trusted.
#[derive(Clone, Debug)]
pub struct Trust(pub(super) RootCerts);

/// The trusted authorities could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// The system has no list of authorities.
    #[error("no trusted certificate authorities were found on this machine")]
    NoSystem,
}

impl Trust {
    /// The authorities that the system trusts.
    ///
    /// # Errors
    /// [`TrustError::NoSystem`].
    pub fn of_system() -> Result<Trust, TrustError> {
        let found = rustls_native_certs::load_native_certs().certs;
        if found.is_empty() {
            return Err(TrustError::NoSystem);
        }
        Ok(Trust(RootCerts::from(
            found.iter().map(|found| ureq::tls::Certificate::from_der(found).to_owned()),
        )))
    }
}

/// Why there was no answer. It never quotes an address or what was sent: both may have a token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// Any failure.
    #[error("the connection failed: {0}")]
    Failed(String),
    /// No answer in time.
    #[error("no answer in time")]
    TimedOut,
    /// The program was asked to stop.
    #[error("interrupted")]
    Interrupted,
}

/// What is sent.
pub(super) struct Request {
    pub(super) url: Url,
    /// Type and content of the body; `None` for GET.
    pub(super) body: Option<(&'static str, String)>,
    /// The token in `Authorization`.
    pub(super) bearer: Option<String>,
}

/// An answer.
pub(super) struct Reply {
    pub(super) status: u16,
    /// The `Date` header, in seconds since 1970 UTC.
    pub(super) date: Option<i64>,
    pub(super) is_html: bool,
    pub(super) body: String,
}

/// A client for one server.
#[derive(Clone)]
pub(super) struct Http {
    agent: Agent,
    interrupted: Arc<AtomicBool>,
}

impl Http {
    pub(super) fn new(trust: &Trust, is_loopback: bool, interrupted: Arc<AtomicBool>) -> Http {
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .root_certs(trust.0.clone())
            .unversioned_rustls_crypto_provider(Arc::new(
                rustls::crypto::aws_lc_rs::default_provider(),
            ))
            .build();
        let agent = Agent::config_builder()
            .tls_config(tls)
            .proxy(if is_loopback { None } else { Proxy::try_from_env() })
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("meetmint/", env!("CARGO_PKG_VERSION")))
            .accept_encoding("identity")
            .build()
            .into();
        Http { agent, interrupted }
    }

    /// Sends a request, and waits for the answer no longer than `limit`, nor longer than until the program is asked to
    /// stop.
    pub(super) fn send(&self, request: Request, limit: Duration) -> Result<Reply, HttpError> {
        self.send_unless(request, limit, || self.interrupted.load(Ordering::Relaxed))
    }

    /// The same, also when the program was asked to stop: to leave.
    pub(super) fn send_at_last(
        &self,
        request: Request,
        limit: Duration,
    ) -> Result<Reply, HttpError> {
        self.send_unless(request, limit, || false)
    }

    fn send_unless(
        &self,
        request: Request,
        limit: Duration,
        interrupted: impl Fn() -> bool,
    ) -> Result<Reply, HttpError> {
        let end = Instant::now() + limit;
        let agent = self.agent.clone();
        let (sender, receiver) = channel();
        // In a thread, because nothing ends the look-up of a name, and a server may be silent for long.
        thread::spawn(move || sender.send(exchange(&agent, request, limit)));
        loop {
            match receiver.recv_timeout(INTERRUPT_INTERVAL) {
                Ok(result) => return result,
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(HttpError::Failed("the client failed".to_owned()));
                }
                Err(RecvTimeoutError::Timeout) if interrupted() => {
                    return Err(HttpError::Interrupted);
                }
                Err(RecvTimeoutError::Timeout) if Instant::now() >= end => {
                    return Err(HttpError::TimedOut);
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }
}

fn exchange(agent: &Agent, request: Request, limit: Duration) -> Result<Reply, HttpError> {
    let failed = |error: ureq::Error| match error {
        ureq::Error::Timeout(_) => HttpError::TimedOut,
        other => HttpError::Failed(other.to_string()),
    };
    let mut response = match request.body {
        None => agent.get(request.url.as_str()).config().timeout_global(Some(limit)).build().call(),
        Some((content_type, body)) => {
            let mut builder = agent.post(request.url.as_str()).header("Content-Type", content_type);
            if let Some(bearer) = &request.bearer {
                builder = builder.header("Authorization", format!("Bearer {bearer}"));
            }
            builder.config().timeout_global(Some(limit)).build().send(body)
        }
    }
    .map_err(failed)?;
    let status = response.status().as_u16();
    let is_html = false;
    let body = response.body_mut().with_config().limit(LARGEST).read_to_string().map_err(failed)?;
    Ok(Reply { status, date: None, is_html, body })
}

/// Whether an address leads to this machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

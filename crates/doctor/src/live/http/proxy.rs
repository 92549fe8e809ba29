//! The proxy between this machine and the server, if there is one.

use ureq::http::Uri;
use ureq::{Proxy, ProxyProtocol};
use url::Url;

use super::place::is_loopback;

/// That of the usual environment variables. No proxy leads to this machine.
pub(super) fn of_environment(is_loopback: bool) -> Option<Proxy> {
    if is_loopback { None } else { Proxy::try_from_env() }
}

/// Whether the proxy makes the connection to a server.
pub(super) fn applies(proxy: Option<&Proxy>, url: &Url) -> bool {
    let Some(proxy) = proxy.filter(|_| !is_loopback(url)) else { return false };
    // The client goes around those of other protocols.
    let is_supported = matches!(proxy.protocol(), ProxyProtocol::Http | ProxyProtocol::Https);
    is_supported && !url.as_str().parse::<Uri>().is_ok_and(|uri| proxy.is_no_proxy(&uri))
}

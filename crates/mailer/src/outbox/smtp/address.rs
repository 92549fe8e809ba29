//! Host and port of a mail server, and whether that is this machine.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Host and port of a mail server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmtpAddress {
    /// A host name or an IP address.
    pub host: String,
    /// The port.
    pub port: u16,
}

impl SmtpAddress {
    /// Whether the host is this machine.
    pub fn is_loopback(&self) -> bool {
        self.loopback().is_some()
    }

    /// The loopback addresses that the host stands for. The resolver is not asked: `localhost` always means loopback
    /// (RFC 6761 §6.3), and what any other name resolves to may change.
    pub(super) fn loopback(&self) -> Option<Vec<IpAddr>> {
        if self.host.eq_ignore_ascii_case("localhost") {
            return Some(vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]);
        }
        let address: IpAddr = self.host.parse().ok()?;
        address.is_loopback().then(|| vec![address])
    }
}

impl fmt::Display for SmtpAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let SmtpAddress { host, port } = self;
        // An IPv6 address needs brackets, or its last group reads like the port.
        if host.contains(':') { write!(f, "[{host}]:{port}") } else { write!(f, "{host}:{port}") }
    }
}

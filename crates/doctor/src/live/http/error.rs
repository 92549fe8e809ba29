//! Why there was no answer, and what to do about it.

use std::net::IpAddr;
use std::time::Duration;

use meetmint_core::quoted;
use x509_cert::der::DateTime;

/// How many names of a certificate are listed. Those of hosting companies have a hundred.
const NAMES: usize = 5;

/// Why there was no answer. It never quotes a path, a query or what was sent: they may have a token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HttpError {
    /// The name cannot be looked up.
    #[error("there is no host {}, or its name cannot be looked up from here", quoted(host))]
    NoHost {
        /// The name.
        host: String,
    },
    /// Nothing listens there.
    #[error("{address} refuses connections")]
    Refused {
        /// Host and port.
        address: String,
    },
    /// There is no way there.
    #[error("there is no route to {address}")]
    Unreachable {
        /// Host and port.
        address: String,
    },
    /// No connection in time, TLS included.
    #[error("no connection to {address} in time")]
    ConnectTimedOut {
        /// Host and port.
        address: String,
    },
    /// The proxy cannot be reached, or does not connect.
    #[error("the proxy does not connect to {address}")]
    Proxy {
        /// Host and port of the server.
        address: String,
    },
    /// Connected, but no complete answer in time.
    #[error("no answer in time")]
    TimedOut,
    /// The connection ended before the answer was complete.
    #[error("the server closed the connection before the answer was complete")]
    Closed,
    /// The answer is larger than 1 MiB.
    #[error("the answer is larger than 1 MiB")]
    TooLarge,
    /// The answer is compressed, which was not asked for.
    #[error("the answer is compressed, which was not asked for")]
    Compressed,
    /// The answer is not HTTP.
    #[error("the answer from {address} is not valid HTTP")]
    NotHttp {
        /// Host and port.
        address: String,
    },
    /// The port is not for TLS.
    #[error("{address} does not speak TLS")]
    NotTls {
        /// Host and port.
        address: String,
    },
    /// The certificate is for other names.
    #[error("the certificate of {} is for {}", quoted(host), listed(names))]
    WrongName {
        /// The host that was asked.
        host: String,
        /// All names in the certificate; may be empty.
        names: Vec<String>,
    },
    /// The certificate has expired.
    #[error("the certificate of {} {}", quoted(host), expired(*at))]
    Expired {
        /// The host.
        host: String,
        /// When, in seconds since 1970 UTC; `None` if that is not known.
        at: Option<i64>,
    },
    /// The certificate is not valid yet.
    #[error("the certificate of {} {}", quoted(host), not_yet(*from))]
    NotYetValid {
        /// The host.
        host: String,
        /// From when, in seconds since 1970 UTC; `None` if it is not known.
        from: Option<i64>,
    },
    /// No trusted authority has issued the certificate.
    #[error("the certificate of {} {}", quoted(host), issued(issuer.as_deref()))]
    UnknownAuthority {
        /// The host.
        host: String,
        /// Who issued it; `None` if it was signed with its own key.
        issuer: Option<String>,
        /// Whether the server sent no other certificate: the one of the authority may be missing.
        is_alone: bool,
        /// Whether the trusted ones come from a file.
        has_file: bool,
    },
    /// Anything else that is wrong with the certificate.
    #[error("the certificate of {} is not valid: {why}", quoted(host))]
    BadCertificate {
        /// The host.
        host: String,
        /// What is wrong.
        why: String,
    },
    /// Client and server do not agree on TLS.
    #[error("no TLS connection to {address}: {why}")]
    Tls {
        /// Host and port.
        address: String,
        /// Why.
        why: String,
    },
    /// Any other failure.
    #[error("the connection failed: {0}")]
    Failed(String),
    /// The program was asked to stop.
    #[error("interrupted")]
    Interrupted,
}

impl HttpError {
    /// What to do about it: a sentence without a full stop.
    pub fn cure(&self) -> String {
        const URL: &str = "check `url` under [server] in meeting.toml";
        match self {
            HttpError::NoHost { .. } => {
                format!("{URL}; if it is right, check its DNS record, and the network of this machine")
            }
            HttpError::Refused { .. } => {
                format!("{URL}; if it is right, check that the web server runs")
            }
            HttpError::Unreachable { .. } => {
                "check the network of this machine, and `url` under [server] in meeting.toml".to_owned()
            }
            HttpError::ConnectTimedOut { .. } => {
                format!("{URL}; if it is right, check that the server is up, and that its firewall lets this machine in")
            }
            HttpError::Proxy { .. } => "check the environment variables HTTPS_PROXY, HTTP_PROXY and ALL_PROXY; NO_PROXY lists hosts that need no proxy".to_owned(),
            HttpError::TimedOut => "try again; if it happens again, check that the web server and Prosody are running, and not overloaded".to_owned(),
            HttpError::Closed => "try again; if it happens again, look at the error log of the web server".to_owned(),
            HttpError::TooLarge => {
                format!("{URL}: it must be the address of Jitsi's start page, as in the browser")
            }
            HttpError::Compressed => "configure the web server to compress only for clients that ask for it; in nginx, remove `gzip_static always`".to_owned(),
            HttpError::NotHttp { .. } => {
                format!("{URL}: something other than a web server listens on this port")
            }
            HttpError::NotTls { .. } => {
                "check the port in `url` under [server] in meeting.toml: most servers need none".to_owned()
            }
            HttpError::WrongName { names, .. } => match names.iter().find(|name| is_plain(name)) {
                Some(name) => format!("if people open `https://{name}`, write that as `url` under [server] in meeting.toml; otherwise get a certificate for the name in `url`: browsers refuse this one"),
                None => "get a certificate for the name in `url` under [server]: browsers refuse this one".to_owned(),
            },
            HttpError::Expired { .. } => "renew it on the server, and reload the web server: `certbot renew` if it is from Let's Encrypt; browsers refuse it".to_owned(),
            HttpError::NotYetValid { .. } => "check the clock of this machine; if it is right, get a new certificate: browsers refuse this one".to_owned(),
            HttpError::UnknownAuthority { issuer, is_alone, has_file, .. } => {
                unknown_authority(issuer.is_none(), *is_alone, *has_file)
            }
            HttpError::BadCertificate { .. } => "get a new certificate for the server, for example from Let's Encrypt".to_owned(),
            HttpError::Tls { .. } => format!("{URL}; if it is right, check the TLS settings of the web server: it must offer TLS 1.2 or 1.3 with usual ciphers, and ask for no client certificate"),
            HttpError::Failed(_) => {
                format!("{URL} and the network of this machine, and try again")
            }
            HttpError::Interrupted => "run the command again".to_owned(),
        }
    }
}

fn unknown_authority(is_self_signed: bool, is_alone: bool, has_file: bool) -> String {
    const NAME: &str =
        "put its certificate into a file, and write `ca = \"FILE\"` under [server] in meeting.toml";
    if is_self_signed {
        return if has_file {
            "add this certificate to the file that `ca` under [server] names".to_owned()
        } else {
            "browsers warn of it: get one from Let's Encrypt; or, if everybody's browser has been told to trust it, put it into a file, and write `ca = \"FILE\"` under [server] in meeting.toml".to_owned()
        };
    }
    // Browsers often know the missing one from elsewhere, so nobody has noticed.
    let chain = "configure the web server to send the whole chain (`fullchain.pem`)";
    match (is_alone, has_file) {
        (true, false) => format!("if it is a public authority, {chain}; if it is your own, {NAME}"),
        (false, false) => format!(
            "if it is your own authority, {NAME}; if it is a public one, update the package ca-certificates of this machine"
        ),
        (true, true) => format!(
            "if it is your own authority, add its certificate to the file that `ca` under [server] names; if it is a public one, remove `ca`, and {chain}"
        ),
        (false, true) => "if it is your own authority, add its certificate to the file that `ca` under [server] names; if it is a public one, remove `ca`".to_owned(),
    }
}

/// Whether a name can be part of an address: neither a wildcard nor an IP address.
fn is_plain(name: &str) -> bool {
    let is_of_host = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    !name.is_empty() && name.chars().all(is_of_host) && name.parse::<IpAddr>().is_err()
}

fn listed(names: &[String]) -> String {
    let first: Vec<String> = names.iter().take(NAMES).map(|name| quoted(name)).collect();
    match names.len().saturating_sub(NAMES) {
        0 if first.is_empty() => "no host: there is no name in it (SAN)".to_owned(),
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

fn issued(issuer: Option<&str>) -> String {
    match issuer {
        None => "is self-signed".to_owned(),
        Some("") => "was issued by an authority that is not trusted".to_owned(),
        Some(issuer) => format!("was issued by {}, which is not trusted", quoted(issuer)),
    }
}

fn expired(at: Option<i64>) -> String {
    at.and_then(date).map_or("has expired".to_owned(), |date| format!("expired on {date}"))
}

fn not_yet(from: Option<i64>) -> String {
    from.and_then(date)
        .map_or("is not valid yet".to_owned(), |date| format!("is not valid before {date}"))
}

/// The day in UTC.
fn date(seconds: i64) -> Option<String> {
    let since = Duration::from_secs(u64::try_from(seconds).ok()?);
    let date = DateTime::from_unix_duration(since).ok()?;
    Some(format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day()))
}

//! Where to ask a server: from its address, and from what `config.js` says.

mod oddity;

use meetmint_core::{Server, ServerKind, is_invisible};
use url::Url;

use super::config_js::ClientConfig;
use super::http::{authority, is_loopback, without_query};
use super::observed::{ClientConfigSeen, SiteOddity, SiteSeen};

/// The longest domain of XMPP, in octets (RFC 7622 §3.2 allows more, and Prosody's configuration does not).
const LONGEST_DOMAIN: usize = 255;

/// How much of a value that is not used is shown.
const SHOWN: usize = 80;

/// Where to ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Site {
    /// The XMPP domain for people with a token.
    pub(super) domain: String,
    /// The XMPP domain for people without one.
    pub(super) anonymous_domain: Option<String>,
    /// The component of the rooms, with the tenant in it: `conference.TENANT.DOMAIN`.
    pub(super) muc: String,
    /// Whom to ask to open a room.
    pub(super) focus: String,
    /// The address of BOSH.
    pub(super) bosh: Url,
    /// The address for conference requests over HTTP.
    pub(super) conference_request: Option<Url>,
    oddities: Vec<SiteOddity>,
}

/// The address of `config.js`: `URL/[TENANT/]config.js`. `None` if the server's address is not one.
pub(super) fn config_url(server: &Server) -> Option<Url> {
    page(server)?.join("config.js").ok()
}

impl Site {
    /// Where the meeting page would ask: as `config.js` says, else as servers of this kind are installed
    /// (`jitsi-tokens` facts, §8). `None` if the server's address is not one.
    ///
    /// A token is never sent in clear text to another machine: an address over `http` is used only on this machine, for
    /// a server whose links lead there as well.
    pub(super) fn of(server: &Server, config: Option<&ClientConfig>) -> Option<Site> {
        let page = page(server)?;
        let nothing = ClientConfig::default();
        // The page on 8x8.vc asks over HTTP (`jaas_demo`, the calls of lib-jitsi-meet).
        let asks_over_http = config.is_none() && server.kind() == ServerKind::Jaas;
        let config = config.unwrap_or(&nothing);
        let mut reader = Reader { page: &page, oddities: Vec::new() };
        let domain = reader.domain("hosts.domain", config.domain.as_deref());
        let domain = domain.unwrap_or_else(|| default_domain(server));
        let muc = reader.domain("hosts.muc", config.muc.as_deref());
        let muc = muc.unwrap_or_else(|| default_muc(server, &domain));
        let focus = reader.domain("hosts.focus", config.focus.as_deref());
        let focus = focus.unwrap_or_else(|| format!("focus.{domain}"));
        let anonymous = config.anonymous_domain.as_deref();
        let anonymous_domain = reader.domain("hosts.anonymousdomain", anonymous);
        let bosh = reader.address("bosh", config.bosh.as_deref());
        let bosh = bosh.or_else(|| page.join("http-bind").ok())?;
        let conference_request = config.conference_request.as_deref();
        let conference_request = reader
            .address("conferenceRequestUrl", conference_request)
            .or_else(|| page.join("conference-request/v1").ok().filter(|_| asks_over_http));
        let oddities = reader.oddities;
        Some(Site { domain, anonymous_domain, muc, focus, bosh, conference_request, oddities })
    }

    /// What is reported of it. `config` is what became of `config.js`.
    pub(super) fn seen(&self, config: ClientConfigSeen) -> SiteSeen {
        SiteSeen {
            config,
            domain: self.domain.clone(),
            anonymous_domain: self.anonymous_domain.clone(),
            muc: self.muc.clone(),
            bosh: shown_address(&self.bosh),
            conference_request: self.conference_request.as_ref().map(shown_address),
            oddities: self.oddities.clone(),
        }
    }
}

/// What the page's relative addresses begin with: `URL/[TENANT/]`.
fn page(server: &Server) -> Option<Url> {
    Url::parse(&format!("{}/", server.base())).ok()
}

/// The XMPP domain of a server as it is installed.
fn default_domain(server: &Server) -> String {
    let domain = server.domain();
    // With Docker, `sub` is not checked by default, and many set it to the public host. That is no XMPP domain there.
    let means_host =
        server.kind() == ServerKind::Docker && domain.eq_ignore_ascii_case(server.host());
    if means_host || !is_domain(domain) {
        let own = if server.kind() == ServerKind::Docker { "meet.jitsi" } else { server.host() };
        return own.to_ascii_lowercase();
    }
    domain.to_ascii_lowercase()
}

/// The component of the rooms of a server as it is installed.
fn default_muc(server: &Server, domain: &str) -> String {
    let prefix = if server.kind() == ServerKind::Docker { "muc" } else { "conference" };
    match server.tenant() {
        Some(_) => format!("{prefix}.{}.{domain}", server.expected_subject()),
        None => format!("{prefix}.{domain}"),
    }
}

/// Reads the values of `config.js`, and notes those that are not used.
struct Reader<'p> {
    page: &'p Url,
    oddities: Vec<SiteOddity>,
}

impl Reader<'_> {
    fn domain(&mut self, setting: &'static str, value: Option<&str>) -> Option<String> {
        let value = value?;
        if is_domain(value) {
            return Some(value.to_lowercase());
        }
        self.oddities.push(SiteOddity::NotADomain { setting, value: cut(value) });
        None
    }

    fn address(&mut self, setting: &'static str, value: Option<&str>) -> Option<Url> {
        let value = value?;
        // The parser of addresses removes line ends and blanks at the ends, as browsers do.
        let url = match self.page.join(value) {
            Ok(mut url) if matches!(url.scheme(), "http" | "https") && has_no_login(&url) => {
                url.set_fragment(None);
                url
            }
            _ => {
                self.oddities.push(SiteOddity::NotAnAddress { setting, value: shown_value(value) });
                return None;
            }
        };
        let is_local = is_loopback(&url) && self.page.scheme() == "http" && is_loopback(self.page);
        if url.scheme() == "http" && !is_local {
            self.oddities.push(SiteOddity::ClearText { setting, address: shown_address(&url) });
            return None;
        }
        if url.host() != self.page.host() {
            self.oddities.push(SiteOddity::OtherMachine { setting, host: authority(&url) });
        }
        Some(url)
    }
}

/// Browsers refuse to fetch an address with a user name or a password.
fn has_no_login(url: &Url) -> bool {
    url.username().is_empty() && url.password().is_none()
}

/// Whether a text can be a domain of XMPP: dots between labels of letters, digits, `-` and `_`.
fn is_domain(text: &str) -> bool {
    text.len() <= LONGEST_DOMAIN && text.split('.').all(is_name)
}

fn is_name(text: &str) -> bool {
    let plain = |char: char| match char {
        '-' | '_' => true,
        _ if char.is_ascii() => char.is_ascii_alphanumeric(),
        _ => !char.is_whitespace() && !char.is_control() && !is_invisible(char),
    };
    !text.is_empty() && text.chars().all(plain)
}

/// An address without user name, password, query and fragment.
fn shown_address(url: &Url) -> String {
    cut(&without_query(url))
}

/// A value that is no address, without what looks like a login or a query.
fn shown_value(value: &str) -> String {
    let value = value.split(['?', '#']).next().unwrap_or_default();
    let (scheme, rest) = value
        .split_once("//")
        .map_or(("", value), |(_, rest)| (&value[..value.len() - rest.len()], rest));
    // The last `@`, because a password may contain one.
    let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
    cut(&format!("{scheme}{rest}"))
}

/// A value for a message: no control characters, and not too long.
fn cut(value: &str) -> String {
    let mut shown: String =
        value.chars().take(SHOWN).map(|char| if char.is_control() { ' ' } else { char }).collect();
    if value.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests;

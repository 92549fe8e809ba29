//! Where to ask a server: from its address, and from what `config.js` says.

use super::config_js::ClientConfig;
use super::observed::{ClientConfigSeen, SiteSeen};
use meetmint_core::Server;
use url::Url;

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
}

impl Site {
    pub(super) fn of(server: &Server, config: Option<&ClientConfig>) -> Site {
        let domain =
            config.and_then(|c| c.domain.clone()).unwrap_or_else(|| server.domain().to_owned());
        let base = Url::parse(&format!("{}/", server.base())).unwrap();
        Site {
            muc: format!("conference.{domain}"),
            focus: format!("focus.{domain}"),
            domain,
            anonymous_domain: None,
            bosh: base.join("http-bind").unwrap(),
            conference_request: None,
        }
    }
    pub(super) fn seen(&self, config: ClientConfigSeen) -> SiteSeen {
        SiteSeen {
            config,
            domain: self.domain.clone(),
            anonymous_domain: self.anonymous_domain.clone(),
            bosh: self.bosh.to_string(),
            conference_request: None,
        }
    }
}
pub(super) fn config_url(server: &Server) -> Option<Url> {
    Url::parse(&format!("{}/config.js", server.base())).ok()
}

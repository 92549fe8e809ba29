//! Where to ask a server: from its address, and from what `config.js` says.

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

//! `config.js`, read as text: it is a program, and nothing of it is run.

/// What it says, as far as it is literal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ClientConfig {
    /// `hosts.domain`: what `sub` is compared with.
    pub(super) domain: Option<String>,
    /// `hosts.muc`.
    pub(super) muc: Option<String>,
    /// `hosts.focus`.
    pub(super) focus: Option<String>,
    /// `hosts.anonymousdomain`.
    pub(super) anonymous_domain: Option<String>,
    /// `focusUserJid`.
    pub(super) focus_user: Option<String>,
    /// `bosh`.
    pub(super) bosh: Option<String>,
    /// `conferenceRequestUrl`.
    pub(super) conference_request: Option<String>,
    /// Those of them that are there, but are no literals.
    pub(super) unread: Vec<String>,
}

pub(super) fn read(_text: &str, _tenant: Option<&str>) -> Option<ClientConfig> {
    None
}

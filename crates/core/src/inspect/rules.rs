//! What tokens are checked against.

use super::verifier::Verifier;
use crate::algorithm::Algorithm;
use crate::{Accepts, Server, ServerKind};

/// What a token is checked against when the client connects.
pub(super) struct LoginRules<'r> {
    pub(super) accepts: &'r Accepts,
    pub(super) kind: ServerKind,
    /// What links of the meeting folder have; `None` without one.
    pub(super) server: Option<&'r Server>,
    pub(super) algorithm: Option<Algorithm>,
    pub(super) verifier: Option<&'r Verifier>,
    pub(super) key_id: Option<&'r str>,
    /// The time in seconds since 1970.
    pub(super) now: i64,
}

/// The room that somebody wants to enter.
pub(super) struct Target<'t> {
    pub(super) accepts: &'t Accepts,
    pub(super) kind: ServerKind,
    /// The server's XMPP domain; `None` if it is not known.
    pub(super) domain: Option<&'t str>,
    pub(super) tenant: Option<&'t str>,
    pub(super) node: &'t str,
}

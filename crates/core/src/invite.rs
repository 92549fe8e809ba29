//! An attendee with the link that is theirs alone.

use std::fmt;
use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;

use crate::{Attendee, Window};

/// An attendee, the personal link, and when it works.
#[derive(Debug)]
pub struct Invite<'a> {
    /// Whose link it is.
    pub attendee: &'a Attendee,
    /// When it works.
    pub window: Window,
    /// The link.
    pub link: JoinLink,
}

/// A personal link: `https://HOST/[TENANT/]ROOM?jwt=TOKEN[#config…]`. Whoever holds it *is* that person,
/// so `{:?}` hides it and there is no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct JoinLink {
    pub(crate) url: String,
    pub(crate) token: Range<usize>,
}

impl JoinLink {
    /// The URL, for the one place that hands it to its owner.
    pub fn reveal(&self) -> &str {
        &self.url
    }

    /// The token in it, likewise.
    pub fn reveal_token(&self) -> &str {
        &self.url[self.token.clone()]
    }

    /// What the token says.
    ///
    /// # Panics
    /// Never: a link is only made around a payload that is JSON.
    pub fn claims(&self) -> serde_json::Value {
        let payload = self.reveal_token().split('.').nth(1).unwrap_or_default();
        let payload = BASE64URL.decode(payload).expect("a token is base64url");
        serde_json::from_slice(&payload).expect("a payload is JSON")
    }
}

impl fmt::Debug for JoinLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JoinLink(hidden)")
    }
}

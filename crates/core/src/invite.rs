//! An attendee's personal link.

use std::fmt;
use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;

use crate::server::host_of;
use crate::{Attendee, Window};

/// An attendee with their personal link.
#[derive(Debug)]
pub struct Invite<'a> {
    /// The person who may use the link.
    pub attendee: &'a Attendee,
    /// When the link works.
    pub window: Window,
    /// The link, which is a credential.
    pub link: JoinLink,
}

/// A personal link: `https://HOST/[TENANT/]ROOM?jwt=TOKEN[#config…]`. Whoever has it can join as that person, so
/// `{:?}` hides it and there is no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct JoinLink {
    pub(crate) url: String,
    // A range and not a second text: the token is most of the link, and there may be millions of links.
    pub(crate) token: Range<usize>,
}

impl JoinLink {
    /// The URL. Use it only where the link is given to its owner.
    pub fn reveal(&self) -> &str {
        &self.url
    }

    /// The host of the URL, in lower case and without a port. It is no secret.
    pub fn host(&self) -> &str {
        host_of(&self.url)
    }

    /// The token in the URL. As secret as the link itself.
    pub fn reveal_token(&self) -> &str {
        &self.url[self.token.clone()]
    }

    /// The token's payload.
    #[expect(clippy::missing_panics_doc, reason = "every payload is JSON that this crate wrote")]
    pub fn claims(&self) -> serde_json::Value {
        // Decoded from the token and not kept beside it, so that this is what the server reads.
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

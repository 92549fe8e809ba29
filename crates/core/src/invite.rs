//! An attendee with the link that is theirs alone.

use std::fmt;
use std::ops::Range;

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
}

impl fmt::Debug for JoinLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JoinLink(hidden)")
    }
}

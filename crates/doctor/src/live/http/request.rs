//! What is sent.

use std::fmt;

use url::Url;

use super::place::Place;

/// What is sent.
pub(in super::super) struct Request {
    pub(in super::super) url: Url,
    /// Type and content of the body; `None` for GET.
    pub(in super::super) body: Option<(&'static str, String)>,
    /// The token in `Authorization`.
    pub(in super::super) bearer: Option<String>,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Address, body and bearer may all have a token.
        f.debug_struct("Request")
            .field("address", &Place::of(&self.url).address())
            .finish_non_exhaustive()
    }
}

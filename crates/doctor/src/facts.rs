//! What a server's files come to.

use meetmint_core::{Accepts, Algorithm, ServerKind};

use crate::moderators::Moderators;
use crate::place::Place;
use crate::remark::Remark;
use crate::secret::Secret;

/// Everything about a server that a meeting has to know. `{:?}` does not show the secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerFacts {
    /// How it was installed.
    pub kind: ServerKind,
    /// Where links start; `None` if the files do not tell.
    pub url: Option<String>,
    /// `app_id` or `JWT_APP_ID`; `None` if it is not known.
    pub app_id: Option<String>,
    /// What checks signatures.
    pub key: KeyFact,
    /// The algorithm, if it is not HS256 for a secret or RS256 for a key.
    pub algorithm: Option<Algorithm>,
    /// The claim `sub`, if it does not follow from kind and URL.
    pub subject: Option<String>,
    /// `asap_accepted_issuers`; `None` for the default.
    pub issuers: Option<Vec<String>>,
    /// `asap_accepted_audiences`; `None` for the default.
    pub audiences: Option<Vec<String>>,
    /// `enable_domain_verification`; `None` for the default.
    pub checks_subject: Option<bool>,
    /// `allow_empty_token`; `None` for the default.
    pub guests: Option<bool>,
    /// Whether the room claim is checked; `None` if it is not known.
    pub checks_room: Option<bool>,
    /// Whether `*` is accepted.
    pub wildcards: bool,
    /// Who will be a moderator.
    pub moderators: Moderators,
    /// What was read, and where.
    pub read: Vec<ReadValue>,
    /// What else there is to know.
    pub remarks: Vec<Remark>,
}

impl ServerFacts {
    /// What the server accepts, with this app id. What is not known has the default of the kind.
    pub fn accepts(&self, app_id: &str) -> Accepts {
        let default = Accepts::by_default(self.kind, app_id);
        Accepts {
            issuers: self.issuers.clone().unwrap_or(default.issuers),
            audiences: self.audiences.clone().unwrap_or(default.audiences),
            subject: self.checks_subject.unwrap_or(default.subject),
            guests: self.guests.unwrap_or(default.guests),
            roles: self.moderators.rules.clone(),
            room: self.checks_room.unwrap_or(default.room),
            wildcards: self.wildcards,
            plugins: default.plugins,
        }
    }

    /// The claim `iss`, if the server does not accept this app id as one.
    pub fn issuer(&self, app_id: &str) -> Option<&str> {
        first_unless_listed(self.issuers.as_deref()?, app_id)
    }

    /// The claim `aud`, if the server does not accept `jitsi`, which is the usual one.
    pub fn audience(&self) -> Option<&str> {
        first_unless_listed(self.audiences.as_deref()?, "jitsi")
    }
}

/// The first value of a list that has neither this value nor `*`.
fn first_unless_listed<'l>(list: &'l [String], value: &str) -> Option<&'l str> {
    if Accepts::lists(list, value) { None } else { list.first().map(String::as_str) }
}

/// What checks signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyFact {
    /// A secret that the server shares.
    Secret(Secret),
    /// A secret that the files do not tell.
    UnknownSecret,
    /// Public keys: whoever signs needs a private RSA key and its id.
    PublicKeys,
}

/// A setting that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadValue {
    /// As the file calls it: `app_id`, `JWT_APP_ID`.
    pub name: String,
    /// What it is set to, for people; never a secret.
    pub value: String,
    /// Where.
    pub place: Place,
}

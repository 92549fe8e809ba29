//! What can be wrong with a configured deployment.

use crate::algorithm::Algorithm;
use crate::quoted::quoted;

/// The longest value of a setting, in octets.
pub(super) const LONGEST: usize = 1024;

/// One thing that is wrong with a [`Deployment`](crate::Deployment).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// There is no URL. Only JaaS works without.
    #[error("`url` is missing: links start with it")]
    NoUrl,
    /// Not an absolute URL with a host.
    #[error("{} is not the address of a Jitsi server", quoted(.0))]
    NotAUrl(String),
    /// Plain HTTP would show the token to the whole network. It is accepted only for a server on this machine.
    #[error("{} does not start with `https://`", quoted(.0))]
    NotHttps(String),
    /// A query, a fragment, a user name or a password. The text is without them, because they may be secret.
    #[error("{} must not have a user name, a query or a fragment", quoted(.0))]
    ExtraParts(String),
    /// The tenant of a JaaS URL is the AppID.
    #[error("the tenant in {} is not the AppID", quoted(.0))]
    OtherTenant(String),
    /// Jitsi has a single level of tenants, without a hyphen at either end (`jitsi-tokens` facts, §4).
    #[error("{} is not a tenant", quoted(.0))]
    NotATenant(String),
    /// Empty, or nothing but white space.
    #[error("`{field}` is empty")]
    Empty {
        /// The field of the deployment.
        field: &'static str,
    },
    /// A line break or another control character in a value.
    #[error("`{field}` contains a control character")]
    ControlCharacter {
        /// The field of the deployment.
        field: &'static str,
    },
    /// Longer than anything that a server has there, and too long for a link.
    #[error("`{field}` is longer than {LONGEST} octets")]
    TooLong {
        /// The field of the deployment.
        field: &'static str,
    },
    /// JaaS accepts RSA signatures only.
    #[error("JaaS does not accept a shared secret")]
    JaasSecret,
    /// JaaS accepts RS256 only.
    #[error("JaaS does not accept `{0}`")]
    JaasAlgorithm(Algorithm),
    /// The server looks up an RSA key by its id.
    #[error("`key_id` is missing: the server looks up the public key by this id")]
    NoKeyId,
    /// JaaS compares the part before the slash with the AppID.
    #[error("the key id {} belongs to another AppID", quoted(.0))]
    OtherKeyId(String),
    /// An `RS…` algorithm with a secret, or an `HS…` algorithm with a key.
    #[error("`{algorithm}` cannot sign with a {with}")]
    AlgorithmMismatch {
        /// The configured algorithm.
        algorithm: Algorithm,
        /// `secret` or `key`.
        with: &'static str,
    },
}

impl ServerError {
    /// The field of the deployment that has to change.
    pub fn field(&self) -> &'static str {
        match self {
            ServerError::Empty { field }
            | ServerError::ControlCharacter { field }
            | ServerError::TooLong { field } => field,
            ServerError::JaasSecret => "secret",
            ServerError::NoKeyId | ServerError::OtherKeyId(_) => "key_id",
            ServerError::JaasAlgorithm(_) | ServerError::AlgorithmMismatch { .. } => "algorithm",
            ServerError::NoUrl
            | ServerError::NotAUrl(_)
            | ServerError::NotHttps(_)
            | ServerError::ExtraParts(_)
            | ServerError::OtherTenant(_)
            | ServerError::NotATenant(_) => "url",
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            ServerError::NoUrl | ServerError::NotAUrl(_) | ServerError::NotHttps(_) => {
                "write it as in the browser: `https://meet.example.org`"
            }
            ServerError::ExtraParts(_) => {
                "write only the host and, if there is one, the tenant: `https://meet.example.org/tenant`"
            }
            // JaaS has one address for all customers, so the setting can only be redundant or wrong.
            ServerError::OtherTenant(_) => {
                "remove `url`: the address of a JaaS server follows from `app_id`"
            }
            ServerError::NotATenant(_) => {
                "a tenant is one word of letters, digits, `-`, `_` and `.`, without `-` or `.` at either end, and not a path that Jitsi uses itself, such as `static`"
            }
            ServerError::Empty { field: "app_id" } => {
                "it is `app_id` in the server's Prosody file, `JWT_APP_ID` in its .env, or the AppID of JaaS"
            }
            ServerError::Empty { .. } => "write a value, or remove the line",
            ServerError::ControlCharacter { .. } => "write it on one line, without tabs",
            ServerError::TooLong { .. } => "write it as it is in the configuration of the server",
            ServerError::JaasSecret => {
                "write `key = { file = \"…\" }` with the private key from the JaaS console"
            }
            ServerError::JaasAlgorithm(_) => {
                "remove `algorithm`: tokens for JaaS are signed with RS256"
            }
            ServerError::NoKeyId => {
                "it is shown next to the key in the JaaS console; for a server of your own that checks RSA signatures, it is the key's `kid`"
            }
            ServerError::OtherKeyId(_) => {
                "use the id that is shown next to the key in the JaaS console"
            }
            ServerError::AlgorithmMismatch { .. } => {
                "use HS256, HS384 or HS512 with a secret, and RS256, RS384 or RS512 with a key"
            }
        }
    }
}

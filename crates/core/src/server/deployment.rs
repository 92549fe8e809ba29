//! What a user configures about a Jitsi deployment.

use std::fmt;
use std::str::FromStr;

use crate::algorithm::Algorithm;
use crate::quoted::quoted;

/// How Jitsi was installed. The claims that it expects follow from this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerKind {
    /// Debian's packages, with `jitsi-meet-tokens`.
    Debian,
    /// The Docker images, with `AUTH_TYPE=jwt`.
    Docker,
    /// 8x8's Jitsi as a Service.
    Jaas,
}

/// A text is not the name of a [`ServerKind`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} is not a kind of server", quoted(.0))]
pub struct UnknownServerKind(pub String);

impl ServerKind {
    /// The names in a configuration.
    pub const NAMES: [&str; 3] = ["debian", "docker", "jaas"];
}

impl FromStr for ServerKind {
    type Err = UnknownServerKind;

    fn from_str(text: &str) -> Result<ServerKind, UnknownServerKind> {
        match text {
            "debian" => Ok(ServerKind::Debian),
            "docker" => Ok(ServerKind::Docker),
            "jaas" => Ok(ServerKind::Jaas),
            _ => Err(UnknownServerKind(text.to_owned())),
        }
    }
}

impl fmt::Display for ServerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ServerKind::Debian => "debian",
            ServerKind::Docker => "docker",
            ServerKind::Jaas => "jaas",
        })
    }
}

/// A deployment as configured, not yet checked. [`Server::new`](crate::Server::new) checks it and fills in what
/// follows from the kind.
#[derive(Clone, Copy, Debug)]
pub struct Deployment<'a> {
    /// How it was installed.
    pub kind: ServerKind,
    /// The server's address, up to the tenant if there is one. Only JaaS works without.
    pub url: Option<&'a str>,
    /// The application's id: `app_id` in Prosody's file, `JWT_APP_ID`, or the JaaS AppID.
    pub app_id: &'a str,
    /// The `iss` claim, if not the one that follows from the kind.
    pub issuer: Option<&'a str>,
    /// The `aud` claim, if not the one that follows from the kind.
    pub audience: Option<&'a str>,
    /// The `sub` claim, if not the one that follows from the kind.
    pub subject: Option<&'a str>,
    /// The algorithm, if not HS256 for a secret or RS256 for a key.
    pub algorithm: Option<Algorithm>,
    /// The id of the RSA key, the `kid` of the token's header.
    pub key_id: Option<&'a str>,
    /// Whether a private RSA key signs, and not a shared secret.
    pub has_key: bool,
}

impl<'a> Deployment<'a> {
    /// A deployment that overrides nothing. It has no URL, and it signs with a shared secret, or with a key if
    /// it is JaaS, which accepts nothing else.
    pub fn new(kind: ServerKind, app_id: &'a str) -> Deployment<'a> {
        Deployment {
            kind,
            url: None,
            app_id,
            issuer: None,
            audience: None,
            subject: None,
            algorithm: None,
            key_id: None,
            has_key: kind == ServerKind::Jaas,
        }
    }
}

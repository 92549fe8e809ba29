//! What one Jitsi deployment expects of a token and a link.

use std::fmt;
use std::str::FromStr;

use url::Url;

use crate::{Algorithm, Room};

/// Where JaaS meetings live.
const JAAS: &str = "https://8x8.vc";

/// How a deployment was set up: what its token claims have to be follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerKind {
    /// Debian's packages (`jitsi-meet-tokens`).
    Debian,
    /// The Docker images with `AUTH_TYPE=jwt`.
    Docker,
    /// 8x8's Jitsi as a Service.
    Jaas,
}

impl ServerKind {
    /// The names a configuration may use.
    pub const NAMES: [&str; 3] = ["debian", "docker", "jaas"];
}

impl FromStr for ServerKind {
    type Err = ();

    fn from_str(text: &str) -> Result<ServerKind, ()> {
        match text {
            "debian" => Ok(ServerKind::Debian),
            "docker" => Ok(ServerKind::Docker),
            "jaas" => Ok(ServerKind::Jaas),
            _ => Err(()),
        }
    }
}

impl fmt::Display for ServerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(ServerKind::NAMES[*self as usize])
    }
}

/// What is known of a deployment before its rules are worked out: what somebody wrote down.
#[derive(Clone, Debug)]
pub struct Deployment<'a> {
    /// How it was set up.
    pub kind: ServerKind,
    /// Where its links start; JaaS knows it by itself.
    pub url: Option<&'a str>,
    /// The application's id: `app_id` in Prosody's file, `JWT_APP_ID`, or the JaaS AppID.
    pub app_id: &'a str,
    /// Overrides the issuer that follows from the kind.
    pub issuer: Option<&'a str>,
    /// Overrides the audience that follows from the kind.
    pub audience: Option<&'a str>,
    /// Overrides the subject that follows from the kind.
    pub subject: Option<&'a str>,
    /// Overrides HS256 for a secret, RS256 for a key.
    pub algorithm: Option<Algorithm>,
    /// The id of the RSA key.
    pub key_id: Option<&'a str>,
    /// Whether an RSA key signs, instead of a shared secret.
    pub has_key: bool,
}

/// A deployment's rules: where links start and what the claims have to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    base: String,
    pub(crate) issuer: String,
    pub(crate) audience: String,
    pub(crate) subject: String,
    pub(crate) algorithm: Algorithm,
    pub(crate) key_id: Option<String>,
    pub(crate) features_always: bool,
}

/// One thing in a deployment's description that cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// Only JaaS works without `url`.
    #[error("`url` is missing: it is where the links start")]
    NoUrl,
    /// Not an absolute URL of a host.
    #[error("`{0}` is not the address of a Jitsi server")]
    NotAUrl(String),
    /// Links over plain HTTP give the token away.
    #[error("`{0}` does not start with https://")]
    NotHttps(String),
    /// A query, a fragment or a user name has no place where links start.
    #[error("`{0}` holds more than host and tenant")]
    MoreThanTenant(String),
    /// Jitsi knows one tenant, without a hyphen at either end (`jitsi-tokens` facts, §4).
    #[error("`{0}` is not a tenant")]
    NotATenant(String),
    /// Empty, or with characters nobody can see.
    #[error("`{field}` is empty")]
    Empty {
        /// The key of the description.
        field: &'static str,
    },
    /// JaaS takes RS256 tokens only.
    #[error("JaaS takes no shared secret")]
    JaasSecret,
    /// The server finds an RSA key by its id.
    #[error("`key_id` is missing: the server finds the public key by it")]
    NoKeyId,
    /// JaaS compares what stands before the slash with the AppID.
    #[error("`{0}` is the id of a key of another AppID")]
    KeyOfOther(String),
    /// An `RS…` algorithm with a secret, or an `HS…` one with a key.
    #[error("`{algorithm}` does not go with a {with}")]
    AlgorithmMismatch {
        /// What was written.
        algorithm: Algorithm,
        /// `secret` or `key`.
        with: &'static str,
    },
}

impl ServerError {
    /// The key of the description that has to be mended.
    pub fn field(&self) -> &'static str {
        match self {
            ServerError::Empty { field } => field,
            ServerError::JaasSecret => "secret",
            ServerError::NoKeyId | ServerError::KeyOfOther(_) => "key_id",
            ServerError::AlgorithmMismatch { .. } => "algorithm",
            _ => "url",
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            ServerError::NoUrl | ServerError::NotAUrl(_) | ServerError::NotHttps(_) => {
                "write it as in the browser: `https://meet.example.org`"
            }
            ServerError::MoreThanTenant(_) => {
                "leave out everything behind the host, or behind the tenant"
            }
            ServerError::NotATenant(_) => {
                "a tenant is one part of letters, digits, `-`, `_` and `.`, with no `-` at its ends"
            }
            ServerError::Empty { field: "app_id" } => {
                "it is `app_id` in the server's Prosody file, `JWT_APP_ID` in its .env, or the AppID of JaaS"
            }
            ServerError::Empty { .. } => "write a value, or leave the key out",
            ServerError::JaasSecret => {
                "write `key = { file = \"…\" }` with the private key made in the JaaS console"
            }
            ServerError::NoKeyId => {
                "it stands beside the key in the JaaS console, or is the `kid` of your key server"
            }
            ServerError::KeyOfOther(_) => {
                "write the id that stands beside the key in the JaaS console"
            }
            ServerError::AlgorithmMismatch { .. } => {
                "a secret goes with HS256, HS384 or HS512, a key with RS256, RS384 or RS512"
            }
        }
    }
}

impl Server {
    /// Works out what follows from a deployment's kind (`jitsi-tokens` facts, §0 and §1.2).
    ///
    /// # Errors
    /// Everything that cannot be, not only the first.
    pub fn new(deployment: &Deployment<'_>) -> Result<Server, Vec<ServerError>> {
        let mut errors = Vec::new();
        let app_id = visible("app_id", deployment.app_id, &mut errors).unwrap_or_default();
        let place = match BaseUrl::read(deployment, app_id) {
            Ok(place) => Some(place),
            Err(error) => {
                errors.push(error);
                None
            }
        };
        let mut chosen = |field, value: Option<&str>, default: &str| match value {
            Some(value) => visible(field, value, &mut errors).unwrap_or_default().to_owned(),
            None => default.to_owned(),
        };
        let jaas = deployment.kind == ServerKind::Jaas;
        let issuer = chosen("issuer", deployment.issuer, if jaas { "chat" } else { app_id });
        let audience = chosen("audience", deployment.audience, "jitsi");
        let subject =
            place.as_ref().map(|place| place.subject(deployment.kind, app_id)).unwrap_or_default();
        let subject = chosen("subject", deployment.subject, &subject);
        let key_id = deployment.key_id.map(|id| chosen("key_id", Some(id), ""));
        let key_id = key_id.map(|id| match id.split_once('/') {
            None if jaas && !id.is_empty() => format!("{app_id}/{id}"),
            _ => id,
        });
        if jaas
            && let Some(id) = key_id
                .as_ref()
                .filter(|id| id.split_once('/').is_some_and(|(app, _)| app != app_id))
        {
            errors.push(ServerError::KeyOfOther(id.clone()));
        }
        if jaas && !deployment.has_key {
            errors.push(ServerError::JaasSecret);
        }
        if deployment.has_key && key_id.is_none() {
            errors.push(ServerError::NoKeyId);
        }
        let usual = if deployment.has_key { Algorithm::Rs256 } else { Algorithm::Hs256 };
        let algorithm = deployment.algorithm.unwrap_or(usual);
        if algorithm.is_rsa() != deployment.has_key {
            let with = if deployment.has_key { "key" } else { "secret" };
            errors.push(ServerError::AlgorithmMismatch { algorithm, with });
        }
        match place {
            Some(place) if errors.is_empty() => Ok(Server {
                base: place.base,
                issuer,
                audience,
                subject,
                algorithm,
                key_id,
                features_always: jaas,
            }),
            _ => Err(errors),
        }
    }

    /// Where links start, without a slash at the end.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The `iss` claim.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The `aud` claim: one string, never a list.
    pub fn audience(&self) -> &str {
        &self.audience
    }

    /// The `sub` claim.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// How tokens are signed.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The `kid` of the header.
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// The address of a room, without a token: what people may see.
    pub fn address(&self, room: &Room) -> String {
        format!("{}/{}", self.base, room.segment())
    }
}

/// A URL taken apart.
struct BaseUrl {
    base: String,
    host: String,
    tenant: Option<String>,
}

impl BaseUrl {
    fn read(deployment: &Deployment<'_>, app_id: &str) -> Result<BaseUrl, ServerError> {
        let text = match deployment.url {
            Some(text) => text.trim(),
            None if deployment.kind == ServerKind::Jaas => JAAS,
            None => return Err(ServerError::NoUrl),
        };
        let url = Url::parse(text).map_err(|_| ServerError::NotAUrl(shown(text)))?;
        let host = url.host_str().filter(|host| !host.is_empty() && url.has_host());
        let host = host.ok_or_else(|| ServerError::NotAUrl(shown(text)))?.to_owned();
        let loopback = matches!(host.as_str(), "localhost" | "127.0.0.1" | "[::1]");
        if !(url.scheme() == "https" || url.scheme() == "http" && loopback) {
            return Err(ServerError::NotHttps(shown(text)));
        }
        if url.query().is_some()
            || url.fragment().is_some()
            || !url.username().is_empty()
            || url.password().is_some()
        {
            return Err(ServerError::MoreThanTenant(shown(text)));
        }
        let path = url.path().trim_matches('/');
        let mut tenant = (!path.is_empty()).then(|| path.to_owned());
        if deployment.kind == ServerKind::Jaas && !app_id.is_empty() {
            if tenant.as_deref().is_some_and(|tenant| tenant != app_id) {
                return Err(ServerError::MoreThanTenant(shown(text)));
            }
            // The AppID is the tenant, whether or not the URL says so already.
            tenant = Some(app_id.to_owned());
        }
        if let Some(tenant) = tenant.as_deref().filter(|tenant| !is_tenant(tenant)) {
            return Err(ServerError::NotATenant(tenant.to_owned()));
        }
        let mut base = url.origin().ascii_serialization();
        if let Some(tenant) = &tenant {
            base.push('/');
            base.push_str(tenant);
        }
        Ok(BaseUrl { base, host, tenant })
    }

    fn subject(&self, kind: ServerKind, app_id: &str) -> String {
        match (kind, &self.tenant) {
            (ServerKind::Jaas, _) => app_id.to_owned(),
            (_, Some(tenant)) => tenant.to_ascii_lowercase().replace('.', "_"),
            (ServerKind::Debian, None) => self.host.clone(),
            (ServerKind::Docker, None) => "meet.jitsi".to_owned(),
        }
    }
}

/// A URL without what must not be shown: a password, or a token in its query.
fn shown(text: &str) -> String {
    let text = text.split(['?', '#']).next().unwrap_or_default();
    let (scheme, rest) = text.split_once("://").map_or(("", text), |(scheme, rest)| (scheme, rest));
    let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    if scheme.is_empty() { rest.to_owned() } else { format!("{scheme}://{rest}") }
}

fn is_tenant(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let taken = crate::room::is_taken(&text.to_ascii_lowercase());
    !taken
        && text.bytes().all(plain)
        && !text.starts_with(['-', '.'])
        && !text.ends_with(['-', '.'])
}

fn visible<'a>(
    field: &'static str,
    value: &'a str,
    errors: &mut Vec<ServerError>,
) -> Option<&'a str> {
    let value = value.trim();
    if value.is_empty() || value.contains(char::is_control) {
        errors.push(ServerError::Empty { field });
        return None;
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deployment(kind: ServerKind) -> Deployment<'static> {
        Deployment {
            kind,
            url: Some("https://meet.example.org"),
            app_id: "acme",
            issuer: None,
            audience: None,
            subject: None,
            algorithm: None,
            key_id: None,
            has_key: false,
        }
    }

    #[test]
    fn claims_and_links_follow_from_the_kind() {
        #[track_caller]
        fn case(deployment: &Deployment<'_>, expected: [&str; 4]) {
            let server = Server::new(deployment).unwrap();
            assert_eq!(
                [server.issuer(), server.audience(), server.subject(), server.base()],
                expected
            );
        }

        let debian = deployment(ServerKind::Debian);
        case(&debian, ["acme", "jitsi", "meet.example.org", "https://meet.example.org"]);
        let url = |url| Deployment { url: Some(url), ..debian.clone() };
        case(
            &url("https://MEET.example.org:8443/"),
            ["acme", "jitsi", "meet.example.org", "https://meet.example.org:8443"],
        );
        case(
            &url("https://meet.example.org/Sales.EU/"),
            ["acme", "jitsi", "sales_eu", "https://meet.example.org/Sales.EU"],
        );
        case(
            &url("https://bücher.example"),
            ["acme", "jitsi", "xn--bcher-kva.example", "https://xn--bcher-kva.example"],
        );
        case(
            &url("http://localhost:8000"),
            ["acme", "jitsi", "localhost", "http://localhost:8000"],
        );

        let docker = Deployment {
            url: Some("https://meet.example.org:8443"),
            ..deployment(ServerKind::Docker)
        };
        case(&docker, ["acme", "jitsi", "meet.jitsi", "https://meet.example.org:8443"]);
        let tenant = Deployment { url: Some("https://meet.example.org/sales"), ..docker.clone() };
        case(&tenant, ["acme", "jitsi", "sales", "https://meet.example.org/sales"]);

        let jaas = Deployment {
            url: None,
            app_id: "vpaas-magic-cookie-1f",
            has_key: true,
            key_id: Some("4f21"),
            ..deployment(ServerKind::Jaas)
        };
        let expected =
            ["chat", "jitsi", "vpaas-magic-cookie-1f", "https://8x8.vc/vpaas-magic-cookie-1f"];
        case(&jaas, expected);
        case(&Deployment { url: Some("https://8x8.vc"), ..jaas.clone() }, expected);
        case(
            &Deployment { url: Some("https://8x8.vc/vpaas-magic-cookie-1f/"), ..jaas.clone() },
            expected,
        );
        for key_id in ["4f21", "vpaas-magic-cookie-1f/4f21"] {
            let server = Server::new(&Deployment { key_id: Some(key_id), ..jaas.clone() }).unwrap();
            assert_eq!(server.key_id(), Some("vpaas-magic-cookie-1f/4f21"));
            assert_eq!(server.algorithm(), Algorithm::Rs256);
        }

        let own = Deployment {
            issuer: Some("crm"),
            audience: Some("calls"),
            subject: Some("*"),
            algorithm: Some(Algorithm::Hs512),
            ..debian
        };
        case(&own, ["crm", "calls", "*", "https://meet.example.org"]);
    }

    #[test]
    fn everything_that_cannot_be_is_said() {
        #[track_caller]
        fn case(deployment: &Deployment<'_>, expected: &[&str]) {
            let errors = Server::new(deployment).unwrap_err();
            assert_eq!(errors.iter().map(ToString::to_string).collect::<Vec<_>>(), expected);
        }

        let debian = deployment(ServerKind::Debian);
        let url = |url| Deployment { url: Some(url), ..debian.clone() };
        case(
            &Deployment { url: None, ..debian.clone() },
            &["`url` is missing: it is where the links start"],
        );
        case(
            &url("meet.example.org"),
            &["`meet.example.org` is not the address of a Jitsi server"],
        );
        case(
            &url("http://meet.example.org"),
            &["`http://meet.example.org` does not start with https://"],
        );
        case(
            &url("ftp://meet.example.org"),
            &["`ftp://meet.example.org` does not start with https://"],
        );
        case(
            &url("https://u:p@meet.example.org"),
            &["`https://meet.example.org` holds more than host and tenant"],
        );
        case(
            &url("https://meet.example.org/?jwt=x"),
            &["`https://meet.example.org/` holds more than host and tenant"],
        );
        case(&url("https://meet.example.org/-a"), &["`-a` is not a tenant"]);
        case(&url("https://meet.example.org/a/b"), &["`a/b` is not a tenant"]);
        case(
            &Deployment { app_id: " ", url: Some(""), issuer: Some(""), ..debian.clone() },
            &["`app_id` is empty", "`` is not the address of a Jitsi server", "`issuer` is empty"],
        );
        case(
            &Deployment {
                url: None,
                algorithm: Some(Algorithm::Rs256),
                ..deployment(ServerKind::Jaas)
            },
            &["JaaS takes no shared secret", "`RS256` does not go with a secret"],
        );
        case(
            &Deployment { has_key: true, algorithm: Some(Algorithm::Hs256), ..debian },
            &[
                "`key_id` is missing: the server finds the public key by it",
                "`HS256` does not go with a key",
            ],
        );
    }

    proptest::proptest! {
        #[test]
        fn reading_a_url_never_panics(text in "(https?://)?\\PC{0,30}") {
            let _ = Server::new(&Deployment { url: Some(&text), ..deployment(ServerKind::Debian) });
        }
    }
}

//! What a Jitsi server expects of a token and a link.

mod base_url;
mod deployment;
mod error;

use base_url::BaseUrl;
pub use deployment::{Deployment, ServerKind, UnknownServerKind};
use error::LONGEST;
pub use error::ServerError;

use crate::algorithm::{Algorithm, HmacAlgorithm, RsaAlgorithm};
use crate::feature::SERVER_DEFAULT;
use crate::room::Room;

/// What a moderator's token switches on for JaaS: every key that it documents (`jitsi-tokens` facts, §7).
const JAAS_FEATURES: [&str; 11] = [
    "livestreaming",
    "recording",
    "transcription",
    "sip-inbound-call",
    "sip-outbound-call",
    "inbound-call",
    "outbound-call",
    "file-upload",
    "list-visitors",
    "send-groupchat",
    "create-polls",
];

/// A deployment with every default filled in: what its links start with, and what its claims have to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    base: String,
    pub(crate) issuer: String,
    pub(crate) audience: String,
    pub(crate) subject: String,
    pub(crate) algorithm: Algorithm,
    pub(crate) key_id: Option<String>,
    kind: ServerKind,
    domain: String,
}

impl Server {
    /// Checks a deployment and fills in what follows from its kind (`jitsi-tokens` facts, §0 and §1.2).
    ///
    /// # Errors
    /// Everything that is wrong with it, not only the first.
    pub fn new(deployment: &Deployment<'_>) -> Result<Server, Vec<ServerError>> {
        let mut errors = Vec::new();
        let jaas = deployment.kind == ServerKind::Jaas;
        // Without an app id the rest is checked as well, so that all errors are reported together.
        let app_id = ok(checked("app_id", deployment.app_id), &mut errors).unwrap_or_default();
        let base = ok(BaseUrl::read(deployment, app_id), &mut errors);
        let mut or_default = |field, value: Option<&str>, default: &str| {
            let value = value.map_or(Ok(default), |value| checked(field, value));
            ok(value.map(str::to_owned), &mut errors)
        };
        // JaaS documents `chat` and `jitsi`. By default, other servers accept the app id, and any audience.
        let issuer = or_default("issuer", deployment.issuer, if jaas { "chat" } else { app_id });
        let audience = or_default("audience", deployment.audience, "jitsi");
        let subject = base.as_ref().map(|base| base.subject(deployment.kind, app_id));
        let subject = or_default("subject", deployment.subject, &subject.unwrap_or_default());
        if jaas && !deployment.has_key {
            errors.push(ServerError::JaasSecret);
        }
        let domain = base.as_ref().map(|base| base.domain(deployment)).unwrap_or_default();
        let key_id = ok(key_id(deployment, app_id), &mut errors);
        let algorithm = ok(algorithm(deployment), &mut errors);
        match (base, issuer, audience, subject, key_id, algorithm) {
            (
                Some(base),
                Some(issuer),
                Some(audience),
                Some(subject),
                Some(key_id),
                Some(algorithm),
            ) if errors.is_empty() => {
                let kind = deployment.kind;
                let base = base.text;
                Ok(Server { base, issuer, audience, subject, algorithm, key_id, kind, domain })
            }
            _ => Err(errors),
        }
    }

    /// What links start with, without a slash at the end.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The host that links lead to, in lower case and without a port.
    pub fn host(&self) -> &str {
        host_of(&self.base)
    }

    /// The host in Unicode, if it has letters outside of ASCII: links have its A-labels (RFC 5890 §2.3.2.1).
    pub fn unicode_host(&self) -> Option<String> {
        let (unicode, valid) = idna::domain_to_unicode(self.host());
        (valid.is_ok() && unicode != self.host()).then_some(unicode)
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

    /// How it was installed.
    pub fn kind(&self) -> ServerKind {
        self.kind
    }

    /// The server's own XMPP domain, with which it compares `sub` where a link has no tenant
    /// (`jitsi-tokens` facts, §1.2).
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// What the server compares `sub` with, in lower case: the tenant of the link with `_` for each dot, or else its
    /// domain (`jitsi-tokens` facts, §1.2). On JaaS the tenant is the AppID.
    pub fn expected_subject(&self) -> String {
        match self.tenant_in_address() {
            Some(tenant) => tenant,
            None => self.domain.to_ascii_lowercase(),
        }
    }

    /// The algorithm that tokens are signed with.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The `kid` of the token's header.
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// Host and port that links lead to; the port only if it is not the scheme's own.
    pub fn authority(&self) -> &str {
        let rest = self.base.split_once("://").map_or("", |(_, rest)| rest);
        rest.split('/').next().unwrap_or_default()
    }

    /// The tenant as it is in the address of a room: in lower case, dots as `_` (`jitsi-tokens` facts, §1.2).
    pub(crate) fn tenant_in_address(&self) -> Option<String> {
        self.tenant().map(base_url::tenant_in_address)
    }

    /// The tenant of its links, if there is one.
    pub fn tenant(&self) -> Option<&str> {
        let (_, rest) = self.base.split_once("://")?;
        Some(rest.split_once('/')?.1)
    }

    /// A tenant like its own that every version of Prosody accepts; `None` if they accept its own. `_` is not part of
    /// a valid domain, and the server makes it of each dot (`jitsi-tokens` facts, §7).
    pub fn plainer_tenant(&self) -> Option<String> {
        self.tenant().filter(|tenant| tenant.contains(['_', '.'])).map(base_url::plain_tenant)
    }

    /// How many octets of a token are settings of the server.
    pub(crate) fn settings_length(&self) -> usize {
        let claims = [&self.issuer, &self.audience, &self.subject].into_iter();
        claims.chain(&self.key_id).map(String::len).sum()
    }

    /// The features of a role that names none; `None` to leave the object out, so that the server decides.
    ///
    /// JaaS requires the object. Without any key in it, moderators can neither record nor stream (`jitsi-tokens`
    /// facts, §7 and §9).
    pub(crate) fn default_features(&self, moderator: bool) -> Option<&'static [&'static str]> {
        match (self.kind == ServerKind::Jaas, moderator) {
            (true, true) => Some(&JAAS_FEATURES),
            (true, false) => Some(&[]),
            (false, _) => None,
        }
    }

    /// What moderators can use if their role has no list of features: a list that leaves out any of it takes it away.
    pub fn usual_features(&self) -> &'static [&'static str] {
        self.default_features(true).unwrap_or(&SERVER_DEFAULT)
    }

    /// The address of a room, without a token. It is no secret.
    pub fn address(&self, room: &Room) -> String {
        format!("{}/{}", self.base, room.segment())
    }
}

/// The host of a URL that was made here.
pub(crate) fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    // An IPv6 address is in brackets, and has colons (RFC 3986 §3.2.2).
    let end = match rest.strip_prefix('[').and_then(|rest| rest.find(']')) {
        Some(end) => end + 2,
        None => rest.find(['/', ':', '?']).unwrap_or(rest.len()),
    };
    &rest[..end]
}

/// The value, or `None` with the error added to `errors`: all errors are returned together.
fn ok<T>(result: Result<T, ServerError>, errors: &mut Vec<ServerError>) -> Option<T> {
    result.map_err(|error| errors.push(error)).ok()
}

/// A configured text, trimmed.
fn checked<'a>(field: &'static str, value: &'a str) -> Result<&'a str, ServerError> {
    // Servers compare these values exactly: with a stray space, every token would be refused.
    let value = value.trim();
    if value.is_empty() {
        Err(ServerError::Empty { field })
    } else if value.contains(char::is_control) {
        Err(ServerError::ControlCharacter { field })
    } else if value.len() > LONGEST {
        Err(ServerError::TooLong { field })
    } else {
        Ok(value)
    }
}

/// The `kid` of the header. JaaS writes it as `APPID/ID`; users may leave the first part out.
fn key_id(deployment: &Deployment<'_>, app_id: &str) -> Result<Option<String>, ServerError> {
    let id = match deployment.key_id {
        Some(id) => checked("key_id", id)?,
        // The server finds a public key by its `kid`. A shared secret needs none.
        None if deployment.has_key => return Err(ServerError::NoKeyId),
        None => return Ok(None),
    };
    if deployment.kind != ServerKind::Jaas {
        return Ok(Some(id.to_owned()));
    }
    match id.split_once('/') {
        None => Ok(Some(format!("{app_id}/{id}"))),
        Some((app, _)) if app == app_id => Ok(Some(id.to_owned())),
        Some(_) => Err(ServerError::OtherKeyId(id.to_owned())),
    }
}

fn algorithm(deployment: &Deployment<'_>) -> Result<Algorithm, ServerError> {
    let (default, with) = if deployment.has_key {
        (Algorithm::Rsa(RsaAlgorithm::Rs256), "key")
    } else {
        (Algorithm::Hmac(HmacAlgorithm::Hs256), "secret")
    };
    let algorithm = deployment.algorithm.unwrap_or(default);
    // A server with public keys refuses every HMAC token, even if it has a secret too.
    if algorithm.is_rsa() != deployment.has_key {
        Err(ServerError::AlgorithmMismatch { algorithm, with })
    // JaaS accepts RS256 only (`jitsi-tokens` facts, §7). A secret is refused as such.
    } else if deployment.kind == ServerKind::Jaas
        && algorithm.is_rsa()
        && algorithm != Algorithm::Rsa(RsaAlgorithm::Rs256)
    {
        Err(ServerError::JaasAlgorithm(algorithm))
    } else {
        Ok(algorithm)
    }
}

#[cfg(test)]
mod tests;

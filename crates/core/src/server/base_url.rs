//! The URL that links start with, checked and taken apart.

use url::Url;

use super::deployment::{Deployment, ServerKind};
use super::error::{LONGEST, ServerError};

/// The host of every JaaS meeting.
const JAAS: &str = "https://8x8.vc";

/// What the links of a deployment start with.
pub(super) struct BaseUrl {
    /// Origin and tenant, without a slash at the end.
    pub(super) text: String,
    host: String,
    tenant: Option<String>,
}

impl BaseUrl {
    /// `app_id` is the one of the deployment, trimmed; it may be empty.
    pub(super) fn read(deployment: &Deployment<'_>, app_id: &str) -> Result<BaseUrl, ServerError> {
        let text = match deployment.url {
            Some(text) => text.trim(),
            None if deployment.kind == ServerKind::Jaas => JAAS,
            None => return Err(ServerError::NoUrl),
        };
        if text.len() > LONGEST {
            return Err(ServerError::TooLong { field: "url" });
        }
        let not_a_url = || ServerError::NotAUrl(without_secrets(text));
        let url = Url::parse(text).map_err(|_| not_a_url())?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(not_a_url)?;
        // A test server on this machine usually has no certificate, and its traffic stays here.
        let loopback = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
        if !(url.scheme() == "https" || url.scheme() == "http" && loopback) {
            return Err(ServerError::NotHttps(without_secrets(text)));
        }
        if url.query().is_some()
            || url.fragment().is_some()
            || !url.username().is_empty()
            || url.password().is_some()
        {
            return Err(ServerError::ExtraParts(without_secrets(text)));
        }
        let path = url.path().trim_matches('/');
        let mut tenant = (!path.is_empty()).then(|| path.to_owned());
        if deployment.kind == ServerKind::Jaas && !app_id.is_empty() {
            if tenant.as_deref().is_some_and(|tenant| tenant != app_id) {
                return Err(ServerError::OtherTenant(without_secrets(text)));
            }
            // With JaaS the AppID is the tenant, whether or not the URL has it already.
            tenant = Some(app_id.to_owned());
        }
        if let Some(tenant) = tenant.as_deref().filter(|tenant| !is_tenant(tenant)) {
            return Err(ServerError::NotATenant(tenant.to_owned()));
        }
        // The origin has a lower-case host in A-labels, and no default port.
        let mut base = url.origin().ascii_serialization();
        if let Some(tenant) = &tenant {
            base.push('/');
            base.push_str(tenant);
        }
        Ok(BaseUrl { text: base, host: host.to_owned(), tenant })
    }

    /// The XMPP domain of a deployment. A configured `sub` names it, unless links have a tenant: then it names that.
    pub(super) fn domain(&self, deployment: &Deployment<'_>) -> String {
        match deployment.subject.map(str::trim) {
            Some(subject) if self.tenant.is_none() && !matches!(subject, "" | "*") => {
                subject.to_owned()
            }
            _ => self.own_domain(deployment.kind).to_owned(),
        }
    }

    fn own_domain(&self, kind: ServerKind) -> &str {
        match kind {
            // The name of Prosody's VirtualHost, which has no port.
            ServerKind::Debian | ServerKind::Jaas => &self.host,
            // The XMPP domain of the images, which is not the public host.
            ServerKind::Docker => "meet.jitsi",
        }
    }

    /// The `sub` claim that a deployment expects unless it is configured otherwise (`jitsi-tokens` facts, §1.2).
    pub(super) fn subject(&self, kind: ServerKind, app_id: &str) -> String {
        match (kind, &self.tenant) {
            (ServerKind::Jaas, _) => app_id.to_owned(),
            (_, Some(tenant)) => tenant_in_address(tenant),
            (_, None) => self.own_domain(kind).to_owned(),
        }
    }
}

/// A tenant as it is in the address of a room, which the server compares with `sub`: in lower case, dots as `_`.
pub(super) fn tenant_in_address(tenant: &str) -> String {
    tenant.to_ascii_lowercase().replace('.', "_")
}

/// A tenant without `_` and `.` that looks like this one.
pub(super) fn plain_tenant(tenant: &str) -> String {
    let plain = tenant.replace(['_', '.'], "-");
    let plain = plain.trim_matches('-');
    // Nothing may be left of it, or the path of a file.
    if !plain.is_empty() && is_tenant(plain) {
        plain.to_owned()
    } else {
        format!("team-{plain}").trim_end_matches('-').to_owned()
    }
}

/// A URL for an error message: without user name and password, and without the query, which may hold a token.
fn without_secrets(text: &str) -> String {
    let text = text.split(['?', '#']).next().unwrap_or_default();
    let (scheme, rest) = text.split_once("://").map_or(("", text), |(scheme, rest)| (scheme, rest));
    // The last `@`, because a password may contain one.
    let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    if scheme.is_empty() { rest.to_owned() } else { format!("{scheme}://{rest}") }
}

fn is_tenant(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    // At and below such a path, nginx serves files and not rooms.
    let lower = text.to_ascii_lowercase();
    !crate::room::is_used(&lower)
        && !crate::room::is_used(&format!("{lower}/room"))
        && text.bytes().all(plain)
        && !text.starts_with(['-', '.'])
        && !text.ends_with(['-', '.'])
}

//! Where a link leads: what the browser, the web server and the client make of its parts (`jitsi-tokens` facts, §1.3
//! and §4).

use std::fmt;

use percent_encoding::percent_decode_str;
use url::Url;

use crate::link_size::{LONGEST_REQUEST_LINE, METHOD_AND_VERSION};
use crate::room::{LONGEST_NODE, is_used, node_of_segment};

/// A link, taken apart. `{:?}` does not show the token.
pub(super) struct Place {
    /// Host in lower case and port, if it is not the scheme's own.
    pub(super) authority: String,
    /// The tenant as it is in the room's address: in lower case, dots as `_`.
    pub(super) tenant: Option<String>,
    /// The tenant as the link has it.
    pub(super) written_tenant: Option<String>,
    /// The room's node; empty without a room.
    pub(super) node: String,
    /// The token as the client takes it from the link.
    pub(super) token: Option<String>,
    /// Which parameter has a token that the client does not read.
    pub(super) ignored: Option<IgnoredToken>,
    /// Why the link does not lead to the meeting's page.
    pub(super) obstacle: Option<Obstacle>,
}

/// A token that is where the client does not look for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IgnoredToken {
    /// `?token=`: a name that only the client's own connection uses.
    TokenParameter,
    /// `?JWT=`.
    Case,
    /// `#jwt=` without the quotes of JSON.
    Fragment,
    /// Another `?` of the room's name comes before `?jwt=`.
    SecondQuestionMark,
    /// `?jwt=` follows another parameter.
    SecondQuery,
    /// `jwt=` without a `?` before it is part of the path.
    Path,
}

/// Why a link does not lead to the meeting's page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Obstacle {
    /// A `..`, which the web server takes for the folder above.
    Folder,
    /// No room at the end of the path.
    NoRoom,
    /// The web server's rules do not match a path with this character.
    NotServed(char),
    /// The web server uses the path itself.
    Taken,
    /// More than one tenant.
    Levels,
    /// The request line is too long.
    TooLong,
    /// A tenant that begins or ends with a hyphen.
    Tenant,
    /// The room's address is longer than a JID may be.
    LongNode,
    /// A character that a JID's local part must not have.
    Unaddressable,
}

impl Place {
    /// Takes a link apart; `None` if it is no URL with a host. A path is one on `server`.
    pub(super) fn read(link: &str, server: &str) -> Option<Place> {
        let url = Url::parse(&https(link, server)).ok()?;
        let host = url.host_str().filter(|host| !host.is_empty())?;
        let authority = match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        if let Some(place) = connection(&url, &authority) {
            return Some(place);
        }
        let (token, ignored) = token(&url);
        let path = url.path().trim_start_matches('/');
        // The client drops characters only between slashes.
        let (tenants, segment) =
            path.rsplit_once('/').map_or(("", path), |(rest, last)| (rest, last));
        let node = node_of_segment(segment);
        let levels = tenants.split('/').filter(|part| !part.is_empty()).count();
        let written_tenant = tenants.split('/').rfind(|part| !part.is_empty());
        let written_tenant = written_tenant.map(decoded);
        let tenant = written_tenant.as_deref().map(address_tenant);
        let decoded = decoded(path);
        let tenant_length = tenant.as_ref().map_or(0, |tenant| tenant.len() + 2);
        let obstacle = if request_line(&url, tenants.len(), &node, token.as_deref())
            > LONGEST_REQUEST_LINE
        {
            Some(Obstacle::TooLong)
        } else if let Some(c) = decoded.chars().find(|c| matches!(c, '&' | ':' | '\'' | '"' | '?'))
        {
            Some(Obstacle::NotServed(c))
        } else if decoded.split('/').any(|part| part == "..") {
            Some(Obstacle::Folder)
        } else if is_used(&decoded) {
            Some(Obstacle::Taken)
        } else if node.is_empty() || node.chars().all(|c| c == '.') {
            Some(Obstacle::NoRoom)
        } else if levels > 1 {
            Some(Obstacle::Levels)
        } else if tenant.as_ref().is_some_and(|it| it.starts_with('-') || it.ends_with('-')) {
            Some(Obstacle::Tenant)
        } else if node.contains('\'') {
            Some(Obstacle::Unaddressable)
        } else if node.len() + tenant_length > LONGEST_NODE {
            Some(Obstacle::LongNode)
        } else {
            None
        };
        Some(Place { authority, tenant, written_tenant, node, token, ignored, obstacle })
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Place({}, {:?}, {})", self.authority, self.tenant, self.node)
    }
}

/// The address that the page connects to, as it stands in the logs of web servers and browsers: the server reads
/// `token` and `room` there (`jitsi-tokens` facts, §1). `None`: it is another one.
fn connection(url: &Url, authority: &str) -> Option<Place> {
    let (tenant, end) =
        url.path().trim_start_matches('/').rsplit_once('/').unwrap_or(("", url.path()));
    if !matches!(end.trim_start_matches('/'), "http-bind" | "xmpp-websocket") {
        return None;
    }
    let last = |name| parameters(url.query()?).filter(|(key, _)| *key == name).last();
    let (_, room) = last("room")?;
    let (_, token) = last("token")?;
    let written_tenant = Some(tenant).filter(|tenant| !tenant.is_empty()).map(decoded);
    Some(Place {
        authority: authority.to_owned(),
        tenant: written_tenant.as_deref().map(address_tenant),
        written_tenant,
        node: room.to_lowercase(),
        token: Some(token.to_owned()),
        ignored: None,
        obstacle: None,
    })
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// A tenant as it is in the room's address.
fn address_tenant(tenant: &str) -> String {
    tenant.replace('.', "_").to_lowercase()
}

/// The scheme of Jitsi's app is read as `https`, and a path as one on the server.
fn https(link: &str, server: &str) -> String {
    let link = link.trim();
    if link.starts_with('/') {
        return format!("https://{server}{link}");
    }
    for scheme in ["org.jitsi.meet://", "intent://", "wss://"] {
        if let Some(start) = link.get(..scheme.len())
            && start.eq_ignore_ascii_case(scheme)
        {
            let rest = &link[scheme.len()..];
            // Android adds its own fragment.
            return format!("https://{}", rest.split("#Intent").next().unwrap_or(rest));
        }
    }
    link.to_owned()
}

/// The token that the client takes: of the fragment, else of the query. Of several, the last one counts; a value ends
/// at `=`.
fn token(url: &Url) -> (Option<String>, Option<IgnoredToken>) {
    let mut ignored = None;
    let fragment = parameters(url.fragment().unwrap_or_default());
    for (_, value) in fragment.filter(|(key, _)| *key == "jwt") {
        let decoded = percent_decode_str(value).decode_utf8_lossy();
        // Mail programs make curly quotes of straight ones, and the client takes them back.
        let decoded = decoded.replace(['\u{201c}', '\u{201d}'], "\"");
        match serde_json::from_str::<String>(&decoded) {
            Ok(token) if !token.is_empty() => return (Some(token), None),
            _ if !value.is_empty() => ignored = Some(IgnoredToken::Fragment),
            _ => {}
        }
    }
    let query = url.query().unwrap_or_default();
    let mut found = None;
    for (key, value) in parameters(query) {
        match key {
            "jwt" => found = Some(value),
            "token" if value.contains('.') => ignored = Some(IgnoredToken::TokenParameter),
            _ if key.eq_ignore_ascii_case("jwt") => ignored = Some(IgnoredToken::Case),
            _ if key.ends_with("?jwt") => ignored = Some(IgnoredToken::SecondQuestionMark),
            _ if value.ends_with("?jwt") => ignored = Some(IgnoredToken::SecondQuery),
            _ => {}
        }
    }
    if url.path().contains("jwt=ey") {
        ignored = ignored.or(Some(IgnoredToken::Path));
    }
    match found.filter(|token| !token.is_empty()) {
        Some(token) => (Some(token.to_owned()), None),
        None => (None, ignored),
    }
}

fn parameters(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split('&').map(|part| {
        let mut parts = part.split('=');
        (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
    })
}

/// The longer one of two request lines: that of the page, and that of the connection which the page opens.
fn request_line(url: &Url, tenant: usize, node: &str, token: Option<&str>) -> usize {
    let page = url.path().len() + url.query().map_or(0, |query| query.len() + 1);
    let tenant = if tenant > 0 { tenant + 1 } else { 0 };
    let connection =
        1 + tenant + "xmpp-websocket?room=&token=".len() + node.len() + token.map_or(0, str::len);
    METHOD_AND_VERSION + page.max(connection)
}

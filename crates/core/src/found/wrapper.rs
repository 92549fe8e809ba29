//! Services that replace the links of a message by their own.

use base64::Engine as _;

use super::percent;
use super::transfer::{BASE64, BASE64URL};

/// A service that replaces links by its own, which lead through it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wrapper {
    code: &'static str,
    name: &'static str,
    host: Host,
    path: &'static str,
    form: Form,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Host {
    Is(&'static str),
    /// The host, or one below it.
    Under(&'static str),
    /// A host that begins and ends like this.
    Between(&'static str, &'static str),
}

/// Where the real link is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Percent-encoded, in the first of these parameters that there is.
    Parameter(&'static [&'static str]),
    /// Percent-encoded, as the last segment of the path.
    Segment,
    /// In base64, in the parameter `u`.
    Base64,
    /// In `u`, with `-` for `%` and `_` for `/`.
    ProofpointV2,
    /// Between `__` and `__;`, with `*` for characters that follow in base64url.
    ProofpointV3,
    /// Between `___` and `___.`, as it was.
    Underscores,
    /// Nowhere: only the service knows it.
    Unknown,
}

const fn row(
    code: &'static str,
    name: &'static str,
    host: Host,
    path: &'static str,
    form: Form,
) -> Wrapper {
    Wrapper { code, name, host, path, form }
}

const PROOFPOINT: &str = "Proofpoint URL Defense";
const MIMECAST: &str = "Mimecast URL Protection";
const BARRACUDA: &str = "Barracuda Link Protection";
const SAFE_LINKS: &str = "Microsoft Safe Links";
const GOOGLE: &str = "Google's redirect";

/// Every service that is known. If several rows fit, the first from which a link comes counts.
#[rustfmt::skip]
const WRAPPERS: [Wrapper; 29] = [
    row("safe-links", SAFE_LINKS, Host::Under("safelinks.protection.outlook.com"), "/", Form::Parameter(&["url"])),
    row("safe-links", SAFE_LINKS, Host::Under("safelinks.protection.office365.us"), "/", Form::Parameter(&["url"])),
    row("safe-links", SAFE_LINKS, Host::Under("safelinks.protection.partner.outlook.cn"), "/", Form::Parameter(&["url"])),
    // Teams.
    row("safe-links", SAFE_LINKS, Host::Under("teams.cdn.office.net"), "/", Form::Parameter(&["url"])),
    row("safe-links", SAFE_LINKS, Host::Under("onecdn.static.microsoft"), "/", Form::Parameter(&["url"])),
    row("proofpoint", PROOFPOINT, Host::Is("urldefense.proofpoint.com"), "/v1/", Form::Parameter(&["u"])),
    row("proofpoint", PROOFPOINT, Host::Is("urldefense.proofpoint.com"), "/v2/", Form::ProofpointV2),
    row("proofpoint", PROOFPOINT, Host::Is("urldefense.com"), "/v2/", Form::ProofpointV2),
    row("proofpoint", PROOFPOINT, Host::Is("urldefense.com"), "/v3/", Form::ProofpointV3),
    row("proofpoint", PROOFPOINT, Host::Is("urldefense.us"), "/v3/", Form::ProofpointV3),
    row("proofpoint", PROOFPOINT, Host::Is("urldefense.proofpoint.com"), "/v3/", Form::ProofpointV3),
    row("google-redirect", GOOGLE, Host::Is("www.google.com"), "/url", Form::Parameter(&["q", "url"])),
    row("google-redirect", GOOGLE, Host::Is("google.com"), "/url", Form::Parameter(&["q", "url"])),
    row("barracuda", BARRACUDA, Host::Is("linkprotect.cudasvc.com"), "/url", Form::Parameter(&["a"])),
    row("cisco", "Cisco Secure Email", Host::Is("secure-web.cisco.com"), "/", Form::Segment),
    row("symantec", "Symantec Click-time Protection", Host::Is("clicktime.symantec.com"), "/", Form::Parameter(&["u"])),
    row("trend-micro", "Trend Micro Email Security", Host::Under("trendmicro.com"), "/wis/clicktime/", Form::Parameter(&["url"])),
    row("sophos", "Sophos Time-of-Click Protection", Host::Under("protection.sophos.com"), "/", Form::Base64),
    row("trellix", "Trellix (FireEye) URL protection", Host::Under("fireeye.com"), "/", Form::Parameter(&["u"])),
    row("check-point", "Check Point Click-Time Protection", Host::Is("url.avanan.click"), "/v2/", Form::Underscores),
    row("check-point", "Check Point Click-Time Protection", Host::Is("protect.checkpoint.com"), "/v2/", Form::Underscores),
    row("amazon-ses", "Amazon SES click tracking", Host::Under("awstrack.me"), "/L0/", Form::Segment),
    row("slack", "Slack's redirect", Host::Under("slack-redir.net"), "/link", Form::Parameter(&["url"])),
    row("facebook", "Facebook's redirect", Host::Under("facebook.com"), "/l.php", Form::Parameter(&["u"])),
    row("facebook", "Instagram's redirect", Host::Is("l.instagram.com"), "/", Form::Parameter(&["u"])),
    row("linkedin", "LinkedIn's redirect", Host::Under("linkedin.com"), "/", Form::Parameter(&["url"])),
    row("mimecast", MIMECAST, Host::Between("protect", ".mimecast.com"), "/", Form::Unknown),
    row("mimecast", MIMECAST, Host::Under("mimecastprotect.com"), "/", Form::Unknown),
    row("barracuda", BARRACUDA, Host::Is("linkprotect.cudasvc.com"), "/", Form::Unknown),
];

/// The characters that say how long a run is: `A` is 2.
const RUN_LENGTHS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// A link of a service, without the service.
pub(super) enum Unwrapped {
    /// The link that is in it.
    Link(Wrapper, String),
    /// It is of this service, and the real link is not in it.
    Unknown(Wrapper),
}

/// The link inside a link of a known service. `None`: it is of no such service.
pub(super) fn unwrapped(link: &str) -> Option<Unwrapped> {
    let (host, path) = host_and_path(link)?;
    let mut unknown = None;
    for wrapper in WRAPPERS.iter().filter(|row| row.host.is(host) && path.starts_with(row.path)) {
        if wrapper.form == Form::Unknown {
            unknown = unknown.or(Some(Unwrapped::Unknown(*wrapper)));
        } else if let Some(inner) = wrapper.form.inner(path).and_then(as_link) {
            return Some(Unwrapped::Link(*wrapper, inner));
        }
    }
    unknown
}

/// The link in a parameter of any other link, if there is one with `jwt=`, and the host of the outer one.
pub(super) fn redirected(link: &str) -> Option<(String, String)> {
    let (host, path) = host_and_path(link)?;
    let (_, query) = path.split_once('?')?;
    let query = query.split('#').next().unwrap_or_default();
    for parameter in query.split('&') {
        let (name, value) = parameter.split_once('=')?;
        if matches!(name, "jwt" | "token") {
            return None;
        }
        let value = percent::decoded(value);
        if is_link(&value) && value.contains("jwt=") {
            return Some((host.to_owned(), value));
        }
    }
    None
}

/// Host, without user and port, and what follows it.
fn host_and_path(link: &str) -> Option<(&str, &str)> {
    let rest =
        link.get(..8).filter(|scheme| scheme.eq_ignore_ascii_case("https://")).map(|_| &link[8..]);
    let rest = rest.or_else(|| {
        link.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("http://")).map(|_| &link[7..])
    })?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let host = authority.rsplit('@').next().unwrap_or_default();
    Some((host.split(':').next().unwrap_or_default(), path))
}

/// A link that came out of another: some services drop one of the two slashes.
fn as_link(text: String) -> Option<String> {
    if is_link(&text) {
        return Some(text);
    }
    let (scheme, rest) = text.split_once(":/")?;
    matches!(scheme, "http" | "https").then(|| format!("{scheme}://{rest}"))
}

/// Whether a text is the address of a page, or of the Jitsi app.
pub(super) fn is_link(text: &str) -> bool {
    ["https://", "http://", "org.jitsi.meet://"].iter().any(|scheme| {
        text.get(..scheme.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(scheme))
    })
}

impl Wrapper {
    /// A stable name: `safe-links`.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// The service's name: `Microsoft Safe Links`.
    pub fn name(&self) -> &'static str {
        self.name
    }
}

impl Host {
    fn is(self, host: &str) -> bool {
        let ends = |end: &str| {
            host.len() >= end.len()
                && host.as_bytes()[host.len() - end.len()..].eq_ignore_ascii_case(end.as_bytes())
        };
        match self {
            Host::Is(name) => host.eq_ignore_ascii_case(name),
            Host::Under(name) => {
                ends(name)
                    && (host.len() == name.len()
                        || host.as_bytes()[host.len() - name.len() - 1] == b'.')
            }
            Host::Between(begin, end) => {
                ends(end)
                    && host.get(..begin.len()).is_some_and(|text| text.eq_ignore_ascii_case(begin))
            }
        }
    }
}

impl Form {
    fn inner(self, path: &str) -> Option<String> {
        match self {
            Form::Parameter(names) => {
                names.iter().find_map(|name| parameter(path, name)).map(percent::decoded)
            }
            Form::Segment => {
                let path = path.split(['?', '#']).next().unwrap_or_default();
                path.split('/').map(percent::decoded).find(|segment| is_link(segment))
            }
            Form::Base64 => {
                let decoded = BASE64.decode(percent::decoded(parameter(path, "u")?)).ok()?;
                String::from_utf8(decoded).ok()
            }
            Form::ProofpointV2 => {
                Some(percent::decoded(&parameter(path, "u")?.replace('-', "%").replace('_', "/")))
            }
            Form::ProofpointV3 => proofpoint_v3(path),
            Form::Underscores => {
                let (_, rest) = path.split_once("___")?;
                Some(rest.rsplit_once("___")?.0.to_owned())
            }
            Form::Unknown => None,
        }
    }
}

/// The first parameter of that name, as it is written.
fn parameter<'a>(path: &'a str, name: &str) -> Option<&'a str> {
    let (_, query) = path.split_once('?')?;
    let query = query.split('#').next().unwrap_or_default();
    query.split('&').find_map(|pair| {
        // `&amp;` between the parameters does no harm.
        let pair = pair.strip_prefix("amp;").unwrap_or(pair);
        pair.split_once('=').filter(|(key, _)| *key == name).map(|(_, value)| value)
    })
}

/// The link in `…/v3/__LINK__;REPLACED!!…`: each `*` of it is one of the characters in `REPLACED`, and `**` with a
/// length is as many of them.
fn proofpoint_v3(path: &str) -> Option<String> {
    let (_, rest) = path.split_once("/v3/__")?;
    let (link, rest) = rest.split_once("__;")?;
    let replaced = BASE64URL.decode(rest.split('!').next().unwrap_or_default()).ok()?;
    let replaced = String::from_utf8(replaced).ok()?;
    let mut replaced = replaced.chars();
    let mut text = String::with_capacity(link.len());
    let mut pieces = link.split('*');
    text.push_str(pieces.next().unwrap_or_default());
    while let Some(piece) = pieces.next() {
        // Two asterisks in a row: a run.
        let run = if piece.is_empty() { pieces.next() } else { None };
        if let Some((length, rest)) = run.and_then(|run| {
            let first = run.as_bytes().first()?;
            let length = RUN_LENGTHS.iter().position(|code| code == first)?;
            Some((length + 2, &run[1..]))
        }) {
            text.extend(replaced.by_ref().take(length));
            text.push_str(rest);
        } else {
            text.push(replaced.next()?);
            text.push_str(piece);
            if let Some(run) = run {
                text.push(replaced.next()?);
                text.push_str(run);
            }
        }
    }
    Some(text)
}

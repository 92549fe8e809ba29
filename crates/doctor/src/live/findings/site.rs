//! The way to the server: the web server, its certificate, config.js, BOSH, the domain.

use meetmint_core::{counted, quoted};
use url::Url;

use super::super::http::HttpError;
use super::super::observed::{ClientConfigSeen, Observed, Outcome, Step, Unreached, Who};
use super::case::Case;
use super::finding::LiveFinding;
use super::good;
use super::words::{listed, plain, unreached_words};

/// From how many days on a certificate is mentioned. Those of Let's Encrypt are renewed 30 days before they end, so with
/// fewer left than this, several tries have failed.
const SOON: i64 = 21;

/// From how many days on it is a problem: too few to wait for the next tries.
const URGENT: i64 = 7;

impl Observed {
    /// Whether Prosody answered anybody. If not, nothing about the server is known.
    pub fn is_reached(&self) -> bool {
        self.tries.iter().any(|one| !matches!(one.outcome, Outcome::Broken(Step::Login, _)))
    }
}

/// Why the server could not be asked, or not to the end.
pub(super) fn unreached(case: Case<'_>) -> Option<LiveFinding> {
    let unreached = case.observed.unreached.as_ref()?;
    let finding = of_unreached(case, unreached);
    let tries = case.observed.tries.iter();
    let people: Vec<Who> = tries
        .filter(|one| good::is_unreached(case, &one.outcome))
        .map(|one| one.who.clone())
        .collect();
    Some(finding.about(&people))
}

fn of_unreached(case: Case<'_>, unreached: &Unreached) -> LiveFinding {
    let words = unreached_words(unreached);
    if case.observed.is_reached() {
        let message = format!("the server stopped answering before everything was tested: {words}");
        let cure = format!("run doctor again\nif it happens again, {}", case.look());
        return LiveFinding::problem("stopped", message, cure);
    }
    match unreached {
        Unreached::Http(error) => LiveFinding::problem(
            "not-reached",
            format!("the server was not reached: {words}"),
            of_another_place(case, error).unwrap_or_else(|| error.cure()),
        ),
        Unreached::NoBosh { status, is_html } => no_bosh(case, *status, *is_html),
        Unreached::NotBosh => LiveFinding::problem(
            "no-bosh",
            format!("{} does not answer with BOSH, so the server cannot be tested", bosh(case)),
            by_hand(case),
        ),
        Unreached::UnknownDomain(domain) => unknown_domain(case, domain),
        Unreached::Terminated(_) => {
            LiveFinding::problem("no-session", format!("nobody can log in: {words}"), case.look())
        }
    }
}

/// What to do if config.js sends people to another place, and only that one is out of reach: `url` is right then.
fn of_another_place(case: Case<'_>, error: &HttpError) -> Option<String> {
    let is_about_place = matches!(
        error,
        HttpError::NoHost { .. }
            | HttpError::Refused { .. }
            | HttpError::Unreachable { .. }
            | HttpError::ConnectTimedOut { .. }
            | HttpError::NotHttp { .. }
            | HttpError::NotTls { .. }
            | HttpError::WrongName { .. }
            | HttpError::TooLarge
    );
    let place = |address: &str| {
        let url = Url::parse(address).ok()?;
        Some((url.scheme().to_owned(), url.host_str()?.to_owned(), url.port_or_known_default()))
    };
    let is_read = matches!(case.observed.site.config, ClientConfigSeen::Read { .. });
    let bosh = place(&case.observed.site.bosh)?;
    (is_about_place && is_read && place(case.server().base())? != bosh).then(|| {
        format!(
            "config.js sends browsers to {}: correct `bosh` there; if it is right, check that a web server with a valid certificate answers at that address",
            self::bosh(case)
        )
    })
}

fn bosh(case: Case<'_>) -> String {
    let address = &case.observed.site.bosh;
    if address.is_empty() { "the server".to_owned() } else { quoted(address) }
}

/// What to try where only WebSocket is open: the page itself.
fn by_hand(case: Case<'_>) -> String {
    let tried = "to try by hand, make links with `meetmint token --name Test --for 1h`, one with `--role moderator` and one without, and open each in a private window";
    if case.is_jaas() {
        return tried.to_owned();
    }
    format!(
        "open a link in a browser, press F12, choose the tab Network, load the page again, and look for `http-bind` and `xmpp-websocket`\nif only the second is there, the server has no BOSH, and doctor cannot test it: {tried}\nif neither works, look at nginx's location of /http-bind and at {}",
        if case.is_docker() { "`docker compose ps`" } else { "`systemctl status prosody`" }
    )
}

fn no_bosh(case: Case<'_>, status: u16, is_html: bool) -> LiveFinding {
    let page = if is_html { " and a web page" } else { "" };
    let message = format!(
        "{} answers with HTTP status {status}{page}, so the server cannot be tested over BOSH",
        bosh(case)
    );
    // The web server is there, and Prosody behind it is not.
    if matches!(status, 502..=504) && !case.is_jaas() {
        let or_limits =
            if status == 503 { ", or limits requests (`limit_req` in nginx)" } else { "" };
        let cure = format!(
            "the web server does not reach Prosody, the part of Jitsi that lets people in{or_limits}: look at {} and {}\n{}",
            if case.is_docker() { "`docker compose ps`" } else { "`systemctl status prosody`" },
            case.prosody_log(),
            case.apply()
        );
        return LiveFinding::problem("no-bosh", message, cure);
    }
    let of_web_server = match status {
        401 => {
            "the web server asks for a password of its own, also for this address: remove that, because Jitsi checks the links"
        }
        403 => {
            "the web server, or a firewall in front of it, keeps this machine out: look for such a rule, or run doctor on another machine"
        }
        429 => {
            "the web server, or a firewall in front of it, limits requests: run doctor again in some minutes\nif it happens again, allow more (`limit_req` in nginx), because browsers send as many"
        }
        _ => "",
    };
    if !of_web_server.is_empty() && !case.is_jaas() {
        return LiveFinding::problem("no-bosh", message, of_web_server);
    }
    // What to write instead is said about config.js.
    if matches!(status, 300..=399)
        && matches!(case.observed.site.config, ClientConfigSeen::Moved(_))
    {
        return LiveFinding::problem("no-bosh", message, "correct `url` under [server] first");
    }
    let tenant = match case.server().tenant() {
        Some(tenant) if !case.is_jaas() => format!(
            "if rooms open without {} in the address, the server has no tenants{}: remove it from `url` under [server] in meeting.toml\notherwise, ",
            quoted(&format!("/{tenant}")),
            if case.is_docker() { " (ENABLE_SUBDOMAINS=0 in its .env)" } else { "" }
        ),
        _ => String::new(),
    };
    LiveFinding::problem("no-bosh", message, tenant + &by_hand(case))
}

fn unknown_domain(case: Case<'_>, domain: &str) -> LiveFinding {
    let from = match &case.observed.site.config {
        ClientConfigSeen::Read { unread } if !unread.iter().any(|name| name == "hosts.domain") => {
            "it is from config.js"
        }
        _ => "config.js does not name one, and this is the usual one for servers of this `kind`",
    };
    let message =
        format!("Prosody does not know the domain {}, where people log in: {from}", quoted(domain));
    let cure = if case.is_jaas() {
        format!(
            "check `url` under [server] in meeting.toml\nif it is right, {}",
            super::places::JAAS
        )
    } else if case.is_docker() {
        format!(
            "compare it with XMPP_DOMAIN in the server's .env (`meet.jitsi` without it)\nafter a change, {}",
            case.apply()
        )
    } else {
        format!(
            "compare it with the name after VirtualHost in {}\ncheck `kind` under [server] in meeting.toml\nafter a change on the server, {}",
            case.prosody_file(),
            case.apply()
        )
    };
    LiveFinding::problem("unknown-domain", message, cure)
}

/// The certificate, if it expires soon.
pub(super) fn certificate(case: Case<'_>) -> Option<LiveFinding> {
    let certificate = case.observed.certificate.as_ref()?;
    let left = certificate.days_left(case.expected.now);
    if left > SOON {
        return None;
    }
    let message = match u64::try_from(left) {
        Err(_) => "the certificate of the web server has expired".to_owned(),
        Ok(0) => "the certificate of the web server expires within a day".to_owned(),
        Ok(days) => {
            format!("the certificate of the web server expires in {}", counted(days, "day"))
        }
    };
    let cure = if case.is_jaas() {
        super::places::JAAS.to_owned()
    } else if case.is_docker() {
        "renew it before the meeting: `docker compose logs web` says why it was not renewed"
            .to_owned()
    } else {
        "renew it before the meeting: `certbot renew --dry-run`, or acme.sh, says why it was not renewed".to_owned()
    };
    Some(if left < URGENT {
        LiveFinding::problem("certificate", message, cure)
    } else {
        LiveFinding::note("certificate", message, cure)
    })
}

/// What is wrong with `config.js`, without which no browser joins.
pub(super) fn config(case: Case<'_>) -> Vec<LiveFinding> {
    let mut findings = of_config(case);
    findings.extend(case.observed.site.oddities.iter().map(|oddity| {
        let (code, message, cure) = ("config-address", oddity.message(), oddity.cure());
        if oddity.is_problem() {
            LiveFinding::problem(code, message, cure)
        } else {
            LiveFinding::note(code, message, cure)
        }
    }));
    findings
}

fn of_config(case: Case<'_>) -> Vec<LiveFinding> {
    let address = quoted(&format!("{}/config.js", case.server().base()));
    let guessed = "doctor used the usual addresses for this `kind` of server";
    let url = format!(
        "open {address} in a browser: it has to be there as a script\nif it is elsewhere, correct `url` under [server] in meeting.toml"
    );
    // Where people got in all the same, the page may have its settings in itself.
    let missing = |message: String, cure: String| {
        let finding = LiveFinding::problem("no-config", message, cure);
        vec![LiveFinding { is_problem: !case.good_joined(), ..finding }]
    };
    match &case.observed.site.config {
        ClientConfigSeen::Unasked => Vec::new(),
        // That is said already.
        ClientConfigSeen::Failed(_) if case.observed.unreached.is_some() => Vec::new(),
        ClientConfigSeen::Moved(to) => missing(
            format!(
                "{} redirects to another address, {}; {guessed}",
                quoted(case.server().base()),
                quoted(to)
            ),
            format!(
                "open {} in a browser, and write the address that it ends up at as `url` under [server] in meeting.toml",
                quoted(case.server().base())
            ),
        ),
        ClientConfigSeen::Absent(status) => missing(
            format!(
                "{address}, from which Jitsi's page takes its settings, answers with HTTP status {status}; {guessed}"
            ),
            url,
        ),
        ClientConfigSeen::NotAConfig => missing(
            format!(
                "{address} is not Jitsi's configuration but something else, such as a web page; {guessed}"
            ),
            url,
        ),
        ClientConfigSeen::Failed(error) => missing(
            format!("config.js could not be read: {}; {guessed}", plain(&error.to_string())),
            url,
        ),
        ClientConfigSeen::Read { unread } => {
            let mut findings = Vec::new();
            if !unread.is_empty() {
                let names: Vec<String> = unread.iter().take(8).map(|name| quoted(name)).collect();
                let message = format!(
                    "config.js computes {}, and doctor does not run the file; it used the usual values for this `kind` of server",
                    listed(&names)
                );
                findings.push(LiveFinding::note("config-unread", message, ""));
            }
            findings.extend(domain(case, unread));
            findings
        }
    }
}

/// The domain in config.js is another one than the folder says, and the server does not mind. If it does, that is found
/// out with another `sub`.
fn domain(case: Case<'_>, unread: &[String]) -> Option<LiveFinding> {
    let (seen, server) = (&case.observed.site.domain, case.server());
    let is_certain = !seen.is_empty() && !unread.iter().any(|name| name == "hosts.domain");
    if !is_certain
        || server.tenant().is_some()
        || seen.eq_ignore_ascii_case(server.domain())
        || !case.good_joined()
    {
        return None;
    }
    let message = format!(
        "config.js names the domain {}, and `sub` in the links is {}: the server accepts that, so it compares `sub` with another domain or not at all",
        quoted(seen),
        quoted(server.subject())
    );
    Some(LiveFinding::note("domain", message, ""))
}

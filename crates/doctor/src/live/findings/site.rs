//! The way to the server: the web server, its certificate, config.js, BOSH, the domain.

use meetmint_core::quoted;

use super::super::observed::{ClientConfigSeen, Observed, Outcome, Step, Unreached, Who};
use super::case::Case;
use super::finding::LiveFinding;
use super::good;
use super::words::{count, listed, plain, unreached_words};

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
        let message = format!("the server stopped answering before everything was tried: {words}");
        let cure = format!("run doctor again\nif it stays so, {}", case.look());
        return LiveFinding::problem("stopped", message, cure);
    }
    match unreached {
        Unreached::Http(error) => LiveFinding::problem(
            "not-reached",
            format!("the server was not reached: {words}"),
            error.cure(),
        ),
        Unreached::NoBosh { status, is_html } => no_bosh(case, *status, *is_html),
        Unreached::NotBosh => LiveFinding::problem(
            "no-bosh",
            format!("{} does not answer as BOSH does, so the server cannot be asked", bosh(case)),
            by_hand(case),
        ),
        Unreached::UnknownDomain(domain) => unknown_domain(case, domain),
        Unreached::Terminated(_) => {
            LiveFinding::problem("no-session", format!("nobody can log in: {words}"), case.look())
        }
    }
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
        "{} answers with HTTP status {status}{page}, so the server cannot be asked over BOSH",
        bosh(case)
    );
    // The web server is there, and Prosody behind it is not.
    if matches!(status, 502..=504) && !case.is_jaas() {
        let cure = format!(
            "the web server does not reach Prosody, the part of Jitsi that lets people in: look at {} and {}\n{}",
            if case.is_docker() { "`docker compose ps`" } else { "`systemctl status prosody`" },
            case.prosody_log(),
            case.apply()
        );
        return LiveFinding::problem("no-bosh", message, cure);
    }
    LiveFinding::problem("no-bosh", message, by_hand(case))
}

fn unknown_domain(case: Case<'_>, domain: &str) -> LiveFinding {
    let from = match &case.observed.site.config {
        ClientConfigSeen::Read { unread } if !unread.iter().any(|name| name == "hosts.domain") => {
            "config.js names it"
        }
        _ => "config.js does not tell it, and servers of this `kind` usually have it",
    };
    let message = format!(
        "Prosody does not know the domain {}, to which people log in: {from}",
        quoted(domain)
    );
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
        Ok(days) => format!("the certificate of the web server expires in {}", count(days, "day")),
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
    let guessed = "the usual addresses of this `kind` of server were asked";
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
                "{} leads to another address, {}; {guessed}",
                quoted(case.server().base()),
                quoted(to)
            ),
            format!(
                "open {} in a browser, and write the address that it shows at the end as `url` under [server] in meeting.toml",
                quoted(case.server().base())
            ),
        ),
        ClientConfigSeen::Absent(status) => missing(
            format!(
                "{address}, from which Jitsi's page has its settings, answers with HTTP status {status}; {guessed}"
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
                    "config.js computes {}, which is not run here; {guessed}",
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

//! Servers whose web server says where to ask, or is broken.

use std::fmt::Write as _;
use std::time::Duration;

use meetmint_doctor::live::{
    ClientConfigSeen, HttpError, Observed, SiteOddity, Timing, Unreached, Who,
};

use super::config;
use crate::certificates::Certificate;
use crate::jitsi::{Answer, Jitsi, Script};
use crate::scenario::Scenario;

/// `config.js` with the address of BOSH under `url`.
fn bosh_at(url: &str, domain: &str) -> Vec<Script> {
    let hosts = format!("hosts: {{ domain: '{domain}', muc: 'conference.{domain}' }}");
    vec![Script::config(format!("var config = {{ {hosts}, bosh: '{url}/http-bind' }};"))]
}

/// Where to ask.
pub(super) fn sites() -> Vec<Scenario> {
    vec![
        // Without a virtual host in `config.js` it is the host of the address.
        Scenario {
            scripts: |_| Vec::new(),
            also: |observed, _| observed.site.config == ClientConfigSeen::Absent(404),
            ..server!("127.0.0.1")
        },
        Scenario {
            tls: Some(Certificate::Valid),
            scripts: |_| vec![Script::new("/config.js", Answer::page(200))],
            also: |observed, _| {
                observed.site.config == ClientConfigSeen::NotAConfig
                    && observed.certificate.is_some()
            },
            ..server!("localhost")
        },
        // Another host, as the page uses it: here it is the same web server by its other name.
        Scenario {
            scripts: |url| bosh_at(&url.replace("127.0.0.1", "localhost"), "other-machine.test"),
            also: |observed, front| {
                let [SiteOddity::OtherMachine { setting: "bosh", host }] =
                    &observed.site.oddities[..]
                else {
                    return false;
                };
                *host == front.url("localhost").replace("http://", "")
            },
            ..server!("other-machine.test")
        },
        // In clear text, although the page is not.
        Scenario {
            tls: Some(Certificate::Valid),
            scripts: |_| bosh_at("http://127.0.0.1:1", "clear-text.test"),
            also: |observed, front| {
                let oddities = &observed.site.oddities[..];
                matches!(oddities, [SiteOddity::ClearText { setting: "bosh", .. }])
                    && observed.site.bosh == front.url("localhost") + "/http-bind"
            },
            ..server!("clear-text.test")
        },
        Scenario {
            runs: false,
            scripts: |_| bosh_at("http://127.0.0.1:1", "nobody-there.test"),
            also: |observed, front| observed.unreached.is_some() && front.seen().logins == 0,
            ..server!("nobody-there.test")
        }
        .only(&[(Who::Alone, "broken: Login: Http(Refused { address: \"127.0.0.1:1\" })")]),
        Scenario {
            scripts: |_| config("elsewhere.test", ""),
            also: |observed, _| {
                observed.unreached == Some(Unreached::UnknownDomain("elsewhere.test".to_owned()))
            },
            ..server!("lies.test")
        }
        .only(&[(Who::Alone, "broken: Login: UnknownDomain(\"elsewhere.test\")")]),
        Scenario {
            scripts: |_| {
                let hosts = "hosts: { domain: 'no-bosh.test', muc: 'conference.no-bosh.test' }";
                vec![Script::config(format!("var config = {{ {hosts}, bosh: '/elsewhere' }};"))]
            },
            also: |observed, _| observed.unreached == Some(Unreached::NotBosh),
            runs: false,
            ..server!("no-bosh.test")
        }
        .only(&[(Who::Alone, "broken: Login: NotBosh")]),
    ]
}

/// Web servers that are slow, silent, or somewhere else.
pub(super) fn slow_or_moved() -> Vec<Scenario> {
    vec![
        Scenario {
            stops_before: Some(Who::Expired),
            also: |observed, _| observed.interrupted,
            scripts: |_| {
                let answer = config("slow.test", "").remove(0).answer;
                let slow = |answer| Answer::After(Duration::from_millis(150), Box::new(answer));
                vec![
                    Script::new("/config.js", slow(answer)),
                    Script::new("/http-bind", slow(Answer::Forward)),
                ]
            },
            ..server!("slow.test")
        }
        .without(&[Who::Expired, Who::ForeignKey, Who::OtherRoom, Who::NoToken]),
        Scenario {
            timing: Timing { answer: Duration::from_secs(1), ..Timing::default() },
            scripts: |_| vec![Script::new("/config.js", Answer::Never)],
            also: |observed, _| observed.unreached == Some(Unreached::Http(HttpError::TimedOut)),
            runs: false,
            ..server!("dead.test")
        }
        .only(&[]),
        Scenario {
            scripts: |url| {
                vec![Script::new("/config.js", Answer::Redirect(format!("{url}/elsewhere")))]
            },
            stops_before: Some(Who::Alone),
            also: |observed, front| {
                matches!(&observed.site.config, ClientConfigSeen::Moved(to) if to.ends_with("/elsewhere"))
                    && !front.seen().requests.iter().any(|request| request.ends_with("elsewhere"))
            },
            runs: false,
            ..server!("redirect.test")
        }
        .only(&[]),
    ]
}

/// Certificates that are not valid.
pub(super) fn certificates() -> Vec<Scenario> {
    let failed = |domain, certificate, also| {
        let server = Scenario { runs: false, ..Scenario::new(Jitsi::new(domain)) };
        Scenario { tls: Some(certificate), also, ..server }.only(&[])
    };
    macro_rules! http {
        ($error:pat) => {
            |observed: &Observed, front: &crate::jitsi::Front| {
                front.seen().requests.is_empty()
                    && matches!(&observed.unreached, Some(Unreached::Http($error)))
            }
        };
    }
    vec![
        failed("tls-name.test", Certificate::WrongName, http!(HttpError::WrongName { .. })),
        failed("tls-expired.test", Certificate::Expired, http!(HttpError::Expired { .. })),
        failed("tls-early.test", Certificate::NotYetValid, http!(HttpError::NotYetValid { .. })),
        failed(
            "tls-authority.test",
            Certificate::UntrustedAuthority,
            http!(HttpError::UnknownAuthority { .. }),
        ),
        failed(
            "tls-key.test",
            Certificate::UntrustedKey,
            http!(HttpError::UnknownAuthority { .. } | HttpError::BadCertificate { .. }),
        ),
        failed("tls-self.test", Certificate::SelfSigned, http!(_)),
        failed("tls-self-expired.test", Certificate::SelfSignedExpired, http!(_)),
    ]
}

/// How the answer of a session begins.
const BODY: &str = "<body xmlns='http://jabber.org/protocol/httpbind' sid='x'";

/// An answer with so many attributes.
fn attributes(count: usize) -> Answer {
    let mut body = BODY.to_owned();
    for number in 0..count {
        write!(body, " a{number}='1'").unwrap();
    }
    Answer::xml(body + "/>")
}

/// BOSH that is none.
pub(super) fn broken() -> Vec<Scenario> {
    let bosh = |domain, told, scripts| {
        let server = Scenario { runs: false, ..Scenario::new(Jitsi::new(domain)) };
        let also = |observed: &Observed, _: &_| observed.unreached.is_some();
        Scenario { scripts, also, ..server }.only(&[(Who::Alone, told)])
    };
    macro_rules! script {
        ($domain:literal, $told:literal, $answer:expr) => {
            bosh($domain, $told, |_| {
                let mut scripts = config($domain, "");
                scripts.push(Script::new("/http-bind", $answer));
                scripts
            })
        };
    }
    vec![
        script!("page-200.test", "broken: Login: NotBosh", Answer::page(200)),
        script!(
            "page-404.test",
            "broken: Login: NoBosh { status: 404, is_html: true }",
            Answer::page(404)
        ),
        script!(
            "page-502.test",
            "broken: Login: NoBosh { status: 502, is_html: true }",
            Answer::page(502)
        ),
        script!(
            "moved.test",
            "broken: Login: NoBosh { status: 302…",
            Answer::Redirect("https://elsewhere.test/".into())
        ),
        script!("endless.test", "broken: Login: Http(TooLarge)", Answer::Endless(BODY)),
        script!("cut.test", "broken: Login: Http(Closed)", Answer::CutOff),
        script!(
            "entities.test",
            "broken: Login: NotBosh",
            Answer::xml(format!(
                "<!DOCTYPE body [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;\">]>{BODY}>&c;</body>"
            ))
        ),
        script!(
            "nested.test",
            "broken: Login: NotBosh",
            Answer::xml(format!(
                "{BODY}>{}{}</body>",
                "<a>".repeat(100_000),
                "</a>".repeat(100_000)
            ))
        ),
        script!("many-attributes.test", "broken: Login: NotBosh", attributes(80_000)),
        script!("attributes.test", "broken: Login: Http(TooLarge)", attributes(200_000)),
        // In the middle of a session.
        Scenario {
            scripts: |_| {
                let mut scripts = config("later.test", "");
                scripts
                    .push(Script { requests: 4..5, ..Script::new("/http-bind", Answer::CutOff) });
                scripts
            },
            also: |observed, _| observed.unreached.is_some(),
            ..server!("later.test")
        }
        .only(&[(Who::Alone, "broken: Conference: Http(Closed)")]),
        // Twice, after the first one is in the room: it is taken for gone.
        Scenario {
            scripts: |_| {
                let mut scripts = config("gone.test", "");
                let gone =
                    Script { requests: 6..8, ..Script::new("/http-bind", Answer::page(502)) };
                scripts.push(gone);
                scripts
            },
            also: |observed, _| {
                observed.unreached == Some(Unreached::NoBosh { status: 502, is_html: true })
            },
            ..server!("gone.test")
        }
        .only(&[(Who::Alone, "broken: Join: NoBosh…"), (Who::Moderator, "broken: Login: NoBosh…")]),
    ]
}

//! All servers of the trials.

use std::time::Duration;

use meetmint_core::Role;
use meetmint_doctor::live::{
    ClientConfigSeen, ClockSeen, HttpError, Observed, Patience, Unreached, Who,
};

use crate::certificates::Certificate;
use crate::jitsi::{Answer, Jitsi, Script};
use crate::scenario::Scenario;

/// The modules of rooms where no claim makes a moderator.
const NO_CLAIMS: &[&str] = &["token_verification"];

const SHORT: Patience = Patience {
    quiet: Duration::from_millis(400),
    answer: Duration::from_secs(1),
    total: Duration::from_secs(60),
    between_logins: Duration::from_millis(550),
};

/// Every one of them.
pub(crate) fn all() -> Vec<Scenario> {
    let mut all = tokens();
    all.extend(moderators());
    all.extend(rooms());
    all.extend(focuses());
    all.extend(sites());
    all.extend(certificates());
    all.extend(broken());
    all
}

/// `config.js`, as Debian's packages write it, for a server whose virtual host is not the host of its address.
fn config(domain: &str, more: &str) -> Vec<Script> {
    vec![Script::config(format!(
        "var subdomain = \"\";\nvar subdir = \"\";\nvar config = {{\n    hosts: {{\n        domain: '{domain}',\n        \
         muc: 'conference.' + subdomain + '{domain}',\n    }},\n    bosh: '/http-bind',\n{more}}};\n"
    ))]
}

/// A server with this virtual host, which `config.js` names.
macro_rules! server {
    ($domain:literal $(, $field:ident: $value:expr)* $(,)?) => {
        Scenario {
            scripts: |_| config($domain, ""),
            ..Scenario::new(Jitsi { $($field: $value,)* ..Jitsi::new($domain) })
        }
    };
}

/// Who is let in.
fn tokens() -> Vec<Scenario> {
    let own = Role { moderator: true, ..Role::named("speaker") };
    let own_roles: Vec<Role> =
        ["a", "b", "c", "d", "e"].map(|name| Role { moderator: false, ..Role::named(name) }).into();
    let own_who = |name: &str, moderator| Who::OwnRole { name: name.to_owned(), moderator };
    vec![
        Scenario {
            own_roles: vec![own],
            ..server!(
                "good.test",
                room_modules: &["token_verification", "token_affiliation", "permissions", "strict_nick"],
            )
        }
        .but(&[
            (Who::Moderator, "moderates with livestreaming recording send-groupchat transcription"),
            (
                own_who("speaker", true),
                "moderates with livestreaming recording send-groupchat transcription",
            ),
        ]),
        Scenario {
            own_roles,
            also: |observed, front| {
                observed.roles_left_out == ["d", "e"] && front.seen().logins == 10
            },
            ..server!("roles.test")
        }
        .but(&[(own_who("a", false), "in"), (own_who("b", false), "in"), (own_who("c", false), "in")]),
        Scenario { secret: "another secret of the trials, 0123456789abcdef", ..server!("secret.test") }
            .only(&[
                (Who::Alone, "login refused: not-allowed: Invalid signature"),
                (Who::NoToken, "login refused: not-allowed: token required"),
            ]),
        server!("audience.test", host: &["asap_accepted_audiences = { \"other\" }"]).only(&[
            (Who::Alone, "login refused: not-allowed: invalid 'aud' claim"),
            (Who::NoToken, "login refused: not-allowed: token required"),
        ]),
        server!("guests.test", host: &["allow_empty_token = true"]).but(&[(Who::NoToken, "in")]),
        Scenario {
            scripts: |_| config("guestdomain.test", "anonymousdomain: 'guest.guestdomain.test',"),
            ..server!("guestdomain.test", guest_domain: true)
        }
        .but(&[(Who::NoToken, "login refused: not-allowed: token required")]),
        Scenario {
            scripts: |_| {
                let hosts = "hosts: { domain: 'guesthost.test', anonymousdomain: 'guest.guesthost.test', muc: 'conference.guesthost.test' }";
                vec![Script::config(format!("var config = {{ {hosts}, bosh: '/http-bind' }};"))]
            },
            ..server!("guesthost.test", guest_domain: true)
        }
        .but(&[(Who::NoToken, "in")]),
        Scenario { subject: Some("elsewhere.test"), ..server!("subject.test") }.but(&[
            (Who::Alone, "join refused: not-allowed: Room and token mismatched"),
            (Who::AnySubject, "in"),
            (Who::Moderator, "join refused: not-allowed: Room and token mismatched"),
        ])
        .without(&[Who::Participant, Who::OtherRoom]),
        server!("login-rate.test", host_modules: &["login_rate"]),
    ]
}

/// Who becomes a moderator.
fn moderators() -> Vec<Scenario> {
    let everybody = [
        (Who::Alone, "moderates"),
        (Who::SecondModerator, "moderates"),
        (Who::Moderator, "moderates"),
        (Who::Participant, "moderates"),
    ];
    let first = [
        (Who::Alone, "moderates"),
        (Who::SecondModerator, "in"),
        (Who::Moderator, "moderates"),
        (Who::Participant, "in"),
    ];
    vec![
        server!("all.test", focus: Some(&["focus_grants = \"all\""]), room_modules: NO_CLAIMS)
            .but(&everybody),
        server!(
            "authenticated.test",
            focus: Some(&["focus_grants = \"authenticated\"", "focus_authenticates = true"]),
            room_modules: NO_CLAIMS,
        )
        .but(&everybody),
        server!("first.test", focus: Some(&["focus_grants = \"first\""]), room_modules: NO_CLAIMS)
            .but(&first),
        server!("first-and-claims.test", focus: Some(&["focus_grants = \"first\""]))
            .but(&[(Who::Alone, "moderates"), (Who::SecondModerator, "moderates")]),
        server!("nobody.test", room_modules: NO_CLAIMS).but(&[(Who::Moderator, "in")]),
        server!("moderation.test", room_modules: &["token_verification", "token_moderation"]),
        // The focus takes its time: the real limit.
        Scenario {
            patience: Patience::default(),
            stops_before: Some(Who::Moderator),
            also: |observed, _| observed.interrupted,
            ..server!(
                "late.test",
                focus: Some(&["focus_grants = \"first\"", "focus_delay = 2"]),
                room_modules: NO_CLAIMS,
            )
        }
        .only(&[(Who::Alone, "moderates"), (Who::SecondModerator, "in")]),
        Scenario {
            stops_before: Some(Who::OtherRoom),
            also: |observed, _| observed.interrupted,
            ..server!("interrupted.test")
        }
        .without(&[Who::OtherRoom, Who::NoToken]),
    ]
}

/// What keeps people out of rooms.
fn rooms() -> Vec<Scenario> {
    let waiting = |told| [(Who::Alone, told), (Who::Moderator, told)];
    let nobody_there = &[Who::Participant, Who::OtherRoom];
    vec![
        server!("any-room.test", room_modules: &["token_affiliation"])
            .but(&[(Who::OtherRoom, "in")]),
        Scenario {
            tenant: "/sales",
            subject: Some("sales"),
            scripts: |_| {
                vec![Script::config(
                    "var subdomain = \"sales.\";\nvar subdir = \"sales/\";\nvar config = {\n    hosts: { domain: 'tenant.test', muc: \
                     'conference.' + subdomain + 'tenant.test' },\n    bosh: '/' + subdir + 'http-bind',\n};\n",
                )]
            },
            also: |observed, front| {
                let requests = front.seen().requests;
                observed.unreached.is_none()
                    && requests.iter().any(|request| request == "POST /sales/http-bind")
            },
            ..server!("tenant.test")
        },
        server!("lobby.test", room_modules: &["token_verification", "lobby"])
            .but(&waiting("waits: lobby true, host false"))
            .without(nobody_there),
        server!(
            "host.test",
            room_modules: &["token_verification", "lobby"],
            rooms: &["lobby_reason = \"waiting-for-host\""],
        )
        .but(&waiting("waits: lobby true, host true"))
        .without(nobody_there),
    ]
}

/// `config.js` of a page that asks the focus over HTTP, and what is answered there.
fn over_http(answer: Option<Answer>, domain: &str) -> Vec<Script> {
    let mut scripts = config(domain, "conferenceRequestUrl: '/conference-request/v1',\n");
    scripts.extend(answer.map(|answer| Script::new("/conference-request/v1", answer)));
    scripts
}

/// What the focus does.
fn focuses() -> Vec<Scenario> {
    let nobody = |told| [(Who::Alone, told), (Who::Moderator, told)];
    let nobody_there = &[Who::Participant, Who::OtherRoom];
    vec![
        Scenario {
            patience: Patience { answer: Duration::from_secs(8), ..SHORT },
            stops_before: Some(Who::Moderator),
            ..server!("silent.test", focus: Some(&["focus_answer = \"silent\""]))
        }
        .only(&[(Who::Alone, "silence: Conference")]),
        server!("absent.test", focus: None)
            .but(&nobody("no conference: NoFocus"))
            .without(nobody_there),
        server!("disconnected.test", focus: Some(&["focus_answer = \"disconnected\""]))
            .but(&nobody("no conference: NoFocus"))
            .without(nobody_there),
        Scenario {
            stops_before: Some(Who::Moderator),
            ..server!("unready.test", focus: Some(&["focus_unready = 1000"]))
        }
        .only(&[(Who::Alone, "no conference: NotReady")]),
        server!("slow-focus.test", focus: Some(&["focus_unready = 1"])),
        server!("unauthorized.test", focus: Some(&["focus_answer = \"not-authorized\""]))
            .but(&nobody("no conference: NotAuthorized"))
            .without(nobody_there),
        server!("reserved.test", focus: Some(&["focus_answer = \"reservation\""]))
            .but(&nobody(
                "no conference: Reservation(\"409\", \"The room is reserved for somebody else\")",
            ))
            .without(nobody_there),
        Scenario {
            scripts: |_| over_http(None, "over-http.test"),
            also: |_, front| front.seen().conferences == 3,
            ..server!("over-http.test")
        },
        Scenario {
            scripts: |_| over_http(None, "forbidden.test"),
            ..server!("forbidden.test", focus: Some(&["focus_authenticates = true"]))
        }
        .but(&nobody("no conference: NotAuthorized"))
        .without(nobody_there),
        Scenario {
            scripts: |_| over_http(Some(Answer::page(502)), "no-request.test"),
            ..server!("no-request.test")
        }
        .but(&nobody("no conference: Other(\"HTTP 502\")"))
        .without(nobody_there),
        Scenario {
            scripts: |_| {
                let answer = "{\"ready\":\"maybe\"}".to_owned();
                let answer = Answer::Content(200, "application/json", answer);
                over_http(Some(answer), "maybe.test")
            },
            patience: Patience { total: Duration::from_secs(4), ..Patience::default() },
            also: |observed, _| observed.out_of_time,
            ..server!("maybe.test")
        }
        .only(&[]),
    ]
}

/// Where to ask.
fn sites() -> Vec<Scenario> {
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
        Scenario {
            scripts: |_| {
                let answer = config("slow.test", "").remove(0).answer;
                let slow = |answer| Answer::After(Duration::from_millis(150), Box::new(answer));
                vec![
                    Script::new("/config.js", slow(answer)),
                    Script::new("/http-bind", slow(Answer::Forward)),
                ]
            },
            ..server!("slow.test")
        },
        Scenario {
            patience: SHORT,
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
                observed.site.config == ClientConfigSeen::Absent(302)
                    && !front.seen().requests.iter().any(|request| request.ends_with("elsewhere"))
            },
            runs: false,
            ..server!("redirect.test")
        }
        .only(&[]),
    ]
}

/// Certificates that are not valid.
fn certificates() -> Vec<Scenario> {
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

/// BOSH that is none.
fn broken() -> Vec<Scenario> {
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
    const BODY: &str = "<body xmlns='http://jabber.org/protocol/httpbind' sid='x'";
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
        script!(
            "attributes.test",
            "broken: Login: Http(TooLarge)",
            Answer::xml({
                let attributes: String =
                    (0..200_000).map(|number| format!(" a{number}='1'")).collect();
                format!("{BODY}{attributes}/>")
            })
        ),
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
    ]
}

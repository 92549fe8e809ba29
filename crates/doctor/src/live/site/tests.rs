use meetmint_core::{Deployment, Server, ServerKind};

use super::super::config_js::ClientConfig;
use super::super::observed::SiteOddity;
use super::{Site, config_url};

fn server(kind: ServerKind, url: &str, subject: Option<&str>) -> Server {
    let jaas = kind == ServerKind::Jaas;
    Server::new(&Deployment {
        kind,
        url: (!url.is_empty()).then_some(url),
        app_id: if jaas { "vpaas-magic-cookie-0123" } else { "events" },
        has_key: jaas,
        key_id: jaas.then_some("4f21"),
        algorithm: None,
        issuer: None,
        audience: None,
        subject,
    })
    .unwrap()
}

fn debian() -> Server {
    server(ServerKind::Debian, "https://meet.example.org", None)
}

/// Domain, MUC, focus, BOSH, and the address for conference requests.
fn places(site: &Site) -> [String; 5] {
    let request = site.conference_request.as_ref().map(ToString::to_string);
    [
        site.domain.clone(),
        site.muc.clone(),
        site.focus.clone(),
        site.bosh.to_string(),
        request.unwrap_or_default(),
    ]
}

#[test]
fn defaults_follow_from_the_kind_and_the_tenant() {
    use ServerKind::{Debian, Docker, Jaas};
    for (kind, url, subject, want) in [
        (
            Debian,
            "https://meet.example.org",
            None,
            "meet.example.org conference.meet.example.org focus.meet.example.org \
             https://meet.example.org/http-bind ",
        ),
        (
            Debian,
            "https://meet.example.org:8443/Sales.EU",
            None,
            "meet.example.org conference.sales_eu.meet.example.org focus.meet.example.org \
             https://meet.example.org:8443/Sales.EU/http-bind ",
        ),
        (
            Debian,
            "https://www.example.org",
            Some("Jitsi.example.org"),
            "jitsi.example.org conference.jitsi.example.org focus.jitsi.example.org \
             https://www.example.org/http-bind ",
        ),
        (
            Docker,
            "https://meet.example.org/acme",
            None,
            "meet.jitsi muc.acme.meet.jitsi focus.meet.jitsi https://meet.example.org/acme/http-bind ",
        ),
        (
            // The public host is no XMPP domain there, and neither is an app id with blanks.
            Docker,
            "https://meet.example.org",
            Some("meet.example.org"),
            "meet.jitsi muc.meet.jitsi focus.meet.jitsi https://meet.example.org/http-bind ",
        ),
        (
            Docker,
            "https://meet.example.org",
            Some("my app"),
            "meet.jitsi muc.meet.jitsi focus.meet.jitsi https://meet.example.org/http-bind ",
        ),
        (
            Docker,
            "https://meet.example.org",
            Some("xmpp.example.org"),
            "xmpp.example.org muc.xmpp.example.org focus.xmpp.example.org \
             https://meet.example.org/http-bind ",
        ),
        (
            Jaas,
            "",
            None,
            "8x8.vc conference.vpaas-magic-cookie-0123.8x8.vc focus.8x8.vc \
             https://8x8.vc/vpaas-magic-cookie-0123/http-bind \
             https://8x8.vc/vpaas-magic-cookie-0123/conference-request/v1",
        ),
    ] {
        let site = Site::of(&server(kind, url, subject), None).unwrap();
        assert_eq!(places(&site).join(" "), want, "{kind} {url}");
        assert_eq!(site.oddities, []);
    }
}

#[test]
fn config_js_is_beside_the_rooms() {
    let tenant = server(ServerKind::Docker, "https://meet.example.org:8443/Acme", None);
    let url = config_url(&tenant).unwrap();
    assert_eq!(url.as_str(), "https://meet.example.org:8443/Acme/config.js");
    assert_eq!(config_url(&debian()).unwrap().as_str(), "https://meet.example.org/config.js");
}

#[test]
fn what_config_js_says_counts() {
    let config = ClientConfig {
        domain: Some("XMPP.example.org".to_owned()),
        anonymous_domain: Some("guest.example.org".to_owned()),
        ..ClientConfig::default()
    };
    let site = Site::of(&debian(), Some(&config)).unwrap();
    assert_eq!(site.domain, "xmpp.example.org");
    assert_eq!(site.muc, "conference.xmpp.example.org");
    assert_eq!(site.focus, "focus.xmpp.example.org");
    assert_eq!(site.anonymous_domain.as_deref(), Some("guest.example.org"));
    let jaas = server(ServerKind::Jaas, "", None);
    // The page was seen to ask over XMPP.
    assert_eq!(Site::of(&jaas, Some(&config)).unwrap().conference_request, None);
}

#[test]
fn what_cannot_be_a_domain_is_named() {
    let long = format!("{}.org", "a".repeat(252));
    for value in [
        "muc. meet.jitsi",
        "a\"b",
        "a'b",
        "<!--# x -->",
        "a..b",
        ".a",
        "a/b",
        "a:1",
        "a\nb",
        "a\u{202e}b",
        &long,
    ] {
        let config = ClientConfig { muc: Some(value.to_owned()), ..ClientConfig::default() };
        let site = Site::of(&debian(), Some(&config)).unwrap();
        assert_eq!(site.muc, "conference.meet.example.org", "{value}");
        let oddities = site.oddities;
        let [SiteOddity::NotADomain { setting: "hosts.muc", value: shown }] = &oddities[..] else {
            panic!("{value}: {oddities:?}");
        };
        assert!(shown.chars().count() <= 81 && !shown.contains('\n'));
    }
}

/// What becomes of an address in `bosh` and in `conferenceRequestUrl`: the address, and what is noted.
fn followed(server: &Server, value: &str) -> (String, Vec<SiteOddity>) {
    let config = ClientConfig {
        bosh: Some(value.to_owned()),
        conference_request: Some(value.to_owned()),
        ..ClientConfig::default()
    };
    let site = Site::of(server, Some(&config)).unwrap();
    let bosh = site.bosh.to_string();
    let is_used = site.conference_request.is_some();
    assert!(!is_used || site.conference_request.as_ref() == Some(&site.bosh));
    let oddities = site.oddities;
    assert!(oddities.len().is_multiple_of(2), "{oddities:?}");
    (if is_used { bosh } else { format!("default {bosh}") }, oddities)
}

#[test]
fn addresses_are_resolved_as_in_the_browser() {
    let tenant = server(ServerKind::Debian, "https://meet.example.org/acme", None);
    for (value, want) in [
        ("//meet.example.org/acme/http-bind", "https://meet.example.org/acme/http-bind"),
        ("/acme/http-bind", "https://meet.example.org/acme/http-bind"),
        ("http-bind", "https://meet.example.org/acme/http-bind"),
        ("https://meet.example.org:444/x?y=z#w", "https://meet.example.org:444/x?y=z"),
        ("HTTPS://MEET.example.org/http-bind", "https://meet.example.org/http-bind"),
    ] {
        assert_eq!(followed(&tenant, value), (want.to_owned(), Vec::new()));
    }
    let (bosh, oddities) = followed(&debian(), "https://xmpp.example.net:5281/http-bind");
    assert_eq!(bosh, "https://xmpp.example.net:5281/http-bind");
    let host = "xmpp.example.net:5281".to_owned();
    assert_eq!(oddities[0], SiteOddity::OtherMachine { setting: "bosh", host });
}

#[test]
fn no_token_travels_in_clear_text() {
    let local = server(ServerKind::Docker, "http://localhost:8000", None);
    for (server, value) in [
        (&debian(), "http://meet.example.org/http-bind"),
        (&debian(), "http://meet.example.org:5280/http-bind"),
        (&debian(), "http://xmpp.example.net/http-bind"),
        // Whatever listens on this machine is not the server.
        (&debian(), "http://localhost:5280/http-bind"),
        (&debian(), "http://127.0.0.1:5280/http-bind"),
        (&local, "http://meet.example.org/http-bind"),
        (&local, "//meet.example.org/http-bind"),
        (&local, "http://localhost.example.org/http-bind"),
    ] {
        let (bosh, oddities) = followed(server, value);
        assert!(
            bosh.starts_with(&format!("default {}/http-bind", server.base())),
            "{value} {bosh}"
        );
        assert!(
            matches!(&oddities[0], SiteOddity::ClearText { setting: "bosh", .. }),
            "{oddities:?}"
        );
    }
    let (bosh, oddities) = followed(&local, "//127.0.0.1:8001/http-bind");
    assert_eq!(bosh, "http://127.0.0.1:8001/http-bind");
    assert!(matches!(&oddities[0], SiteOddity::OtherMachine { .. }));
}

#[test]
fn what_is_no_address_is_named_without_its_login() {
    for (value, shown) in [
        ("wss://meet.example.org/x", "wss://meet.example.org/x"),
        ("https://user:pa@ss@meet.example.org/x?token=abc", "https://meet.example.org/x"),
        ("https://user:pass@", "https://"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("https://[::", "https://[::"),
        ("https://", "https://"),
    ] {
        let (bosh, oddities) = followed(&debian(), value);
        assert_eq!(bosh, "default https://meet.example.org/http-bind");
        let value = shown.to_owned();
        assert_eq!(oddities[0], SiteOddity::NotAnAddress { setting: "bosh", value });
    }
}

#[test]
fn a_login_is_never_shown() {
    let (_, oddities) = followed(&debian(), "http://user:5ecret@meet.example.org/x?y=5ecret");
    assert!(!format!("{oddities:?}").contains("5ecret"), "{oddities:?}");
}

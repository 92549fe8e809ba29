use super::*;
use crate::algorithm::{HmacAlgorithm, RsaAlgorithm};

fn deployment(kind: ServerKind) -> Deployment<'static> {
    Deployment { url: Some("https://meet.example.org"), ..Deployment::new(kind, "acme") }
}

#[test]
fn claims_and_base_url_follow_from_the_kind() {
    #[track_caller]
    fn case(deployment: &Deployment<'_>, expected: [&str; 4]) {
        let server = Server::new(deployment).unwrap();
        assert_eq!([server.issuer(), server.audience(), server.subject(), server.base()], expected);
    }

    let debian = deployment(ServerKind::Debian);
    case(&debian, ["acme", "jitsi", "meet.example.org", "https://meet.example.org"]);
    let url = |url| Deployment { url: Some(url), ..debian };
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
    case(&url("http://localhost:8000"), ["acme", "jitsi", "localhost", "http://localhost:8000"]);

    let docker =
        Deployment { url: Some("https://meet.example.org:8443"), ..deployment(ServerKind::Docker) };
    case(&docker, ["acme", "jitsi", "meet.jitsi", "https://meet.example.org:8443"]);
    let tenant = Deployment { url: Some("https://meet.example.org/sales"), ..docker };
    case(&tenant, ["acme", "jitsi", "sales", "https://meet.example.org/sales"]);

    let jaas = Deployment {
        key_id: Some("4f21"),
        ..Deployment::new(ServerKind::Jaas, "vpaas-magic-cookie-1f")
    };
    let expected =
        ["chat", "jitsi", "vpaas-magic-cookie-1f", "https://8x8.vc/vpaas-magic-cookie-1f"];
    case(&jaas, expected);
    case(&Deployment { url: Some("https://8x8.vc"), ..jaas }, expected);
    case(&Deployment { url: Some("https://8x8.vc/vpaas-magic-cookie-1f/"), ..jaas }, expected);
    for key_id in ["4f21", "vpaas-magic-cookie-1f/4f21"] {
        let server = Server::new(&Deployment { key_id: Some(key_id), ..jaas }).unwrap();
        assert_eq!(server.key_id(), Some("vpaas-magic-cookie-1f/4f21"));
        assert_eq!(server.algorithm(), Algorithm::Rsa(RsaAlgorithm::Rs256));
    }

    let local = Server::new(&url("http://[::1]:8080/team")).unwrap();
    assert_eq!([local.host(), Server::new(&debian).unwrap().host()], ["[::1]", "meet.example.org"]);

    let own = Deployment {
        issuer: Some("crm"),
        audience: Some("calls"),
        subject: Some("*"),
        algorithm: Some(HmacAlgorithm::Hs512.into()),
        ..debian
    };
    case(&own, ["crm", "calls", "*", "https://meet.example.org"]);
}

#[test]
fn everything_that_is_wrong_is_reported() {
    #[track_caller]
    fn case(deployment: &Deployment<'_>, expected: &[&str]) {
        let errors = Server::new(deployment).unwrap_err();
        assert_eq!(errors.iter().map(ToString::to_string).collect::<Vec<_>>(), expected);
    }

    let debian = deployment(ServerKind::Debian);
    let url = |url| Deployment { url: Some(url), ..debian };
    case(&Deployment { url: None, ..debian }, &["`url` is missing: links start with it"]);
    case(&url("meet.example.org"), &["`meet.example.org` is not the address of a Jitsi server"]);
    case(
        &url("http://meet.example.org"),
        &["`http://meet.example.org` does not start with `https://`"],
    );
    case(
        &url("ftp://meet.example.org"),
        &["`ftp://meet.example.org` does not start with `https://`"],
    );
    case(
        &url("https://u:p@meet.example.org"),
        &["`https://meet.example.org` must not have a user name, a query or a fragment"],
    );
    case(
        &url("https://meet.example.org/?jwt=x"),
        &["`https://meet.example.org/` must not have a user name, a query or a fragment"],
    );
    case(&url("https://meet.example.org/-a"), &["`-a` is not a tenant"]);
    case(&url("https://meet.example.org/a/b"), &["`a/b` is not a tenant"]);
    // Below these, the web server serves no meetings (`jitsi-tokens` facts, §9).
    for path in ["static", "Sounds", "title.html", "colibri-ws", "http-bind"] {
        let expected = format!("`{path}` is not a tenant");
        let address = format!("https://meet.example.org/{path}");
        let tenant = Deployment { url: Some(&address), ..debian };
        case(&tenant, &[expected.as_str()]);
    }
    case(
        &Deployment { app_id: " ", url: Some(""), issuer: Some(""), ..debian },
        &["`app_id` is empty", "`` is not the address of a Jitsi server", "`issuer` is empty"],
    );
    case(
        &Deployment { issuer: Some("a\nb"), ..debian },
        &["`issuer` contains a control character"],
    );
    let jaas = Deployment { key_id: Some("4f"), ..Deployment::new(ServerKind::Jaas, "acme") };
    case(
        &Deployment { url: Some("https://8x8.vc/other"), ..jaas },
        &["the tenant in `https://8x8.vc/other` is not the AppID"],
    );
    case(
        &Deployment { key_id: Some("other/4f"), ..jaas },
        &["the key id `other/4f` belongs to another AppID"],
    );
    case(
        &Deployment { has_key: false, algorithm: Some(RsaAlgorithm::Rs256.into()), ..jaas },
        &["JaaS does not accept a shared secret", "`RS256` cannot sign with a secret"],
    );
    case(
        &Deployment { key_id: Some("4f"), algorithm: Some(RsaAlgorithm::Rs512.into()), ..jaas },
        &["JaaS does not accept `RS512`"],
    );
    case(
        &Deployment { has_key: true, algorithm: Some(HmacAlgorithm::Hs256.into()), ..debian },
        &[
            "`key_id` is missing: the server looks up the public key by this id",
            "`HS256` cannot sign with a key",
        ],
    );
}

proptest::proptest! {
    #[test]
    fn reading_a_url_never_panics(text in "(https?://)?\\PC{0,30}") {
        let _ = Server::new(&Deployment { url: Some(&text), ..deployment(ServerKind::Debian) });
    }
}

#[test]
fn what_the_server_compares_follows_from_the_link() {
    #[track_caller]
    fn case(kind: ServerKind, url: &str, subject: Option<&str>, expected: &str) {
        let deployment = Deployment { url: Some(url), subject, ..Deployment::new(kind, "acme") };
        let deployment = Deployment { key_id: Some("k"), ..deployment };
        assert_eq!(Server::new(&deployment).unwrap().expected_subject(), expected);
    }

    case(ServerKind::Debian, "https://Meet.example.org:8443", None, "meet.example.org");
    case(ServerKind::Debian, "https://meet.example.org", Some("Prosody.test"), "prosody.test");
    case(ServerKind::Debian, "https://meet.example.org", Some("*"), "meet.example.org");
    case(ServerKind::Debian, "https://meet.example.org/Sales.EU", Some("x"), "sales_eu");
    case(ServerKind::Docker, "https://meet.example.org", None, "meet.jitsi");
    case(ServerKind::Docker, "https://meet.example.org/team", None, "team");
    case(ServerKind::Jaas, "https://8x8.vc", Some("*"), "acme");
}

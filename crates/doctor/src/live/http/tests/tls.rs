//! Certificates, and what is said of those that are not trusted.

use std::io::Write as _;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rcgen::{DnType, ExtendedKeyUsagePurpose, date_time_ymd};
use rustls::ServerConfig;

use super::super::*;
use super::certificates::{Authority, params, self_signed, without_key};
use super::server::{ClosedPort, Server, answers, request, wait_for_end};
use super::{LONG, ask, http, post, trust};

const GOOD: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";

fn server(config: Arc<ServerConfig>) -> Server {
    Server::tls(config, answers(GOOD))
}

/// Asks for an answer and for the certificate: both must fail in the same way.
fn failure(server: &Server, trust: &Trust) -> HttpError {
    let (http, url) = (http(trust), server.url("localhost"));
    let error = ask(&http, post(&url), LONG).unwrap_err();
    assert_eq!(http.certificate(&url, LONG).unwrap_err(), error);
    error
}

#[test]
fn a_private_authority_is_trusted_by_file() {
    let authority = Authority::new("Example CA");
    let trust = trust::of_text(&authority.pem).unwrap();
    let mut certificate = params(&["meet.example.org", "localhost", "127.0.0.1", "::1"]);
    certificate.not_after = date_time_ymd(2098, 12, 31);
    let server = server(authority.server(&certificate));
    for host in ["localhost", "127.0.0.1"] {
        let (http, url) = (http(&trust), server.url(host));
        assert_eq!(ask(&http, post(&url), LONG).unwrap().body, "ok");
        let certificate = http.certificate(&url, LONG).unwrap().unwrap();
        assert_eq!(certificate.names, ["meet.example.org", "localhost", "127.0.0.1", "::1"]);
        assert_eq!(certificate.expires, 4_070_822_400);
        assert_eq!(certificate.issuer, "Example Corp (Example CA)");
    }
}

#[test]
fn without_tls_there_is_no_certificate() {
    let trust = trust::of_text(&Authority::new("Unused").pem).unwrap();
    let server = Server::plain(wait_for_end);
    assert_eq!(http(&trust).certificate(&server.url("localhost"), LONG), Ok(None));
    assert_eq!(server.connections(), 0);
}

#[test]
fn names_of_authorities_cannot_move_the_text() {
    let name = "Ex\u{202e}am\u{1b}[31mple\n".to_owned() + &"x".repeat(300);
    let authority = Authority::new(&name);
    let trust = trust::of_text(&authority.pem).unwrap();
    let server = server(authority.server(&params(&["localhost"])));
    let found = http(&trust).certificate(&server.url("localhost"), LONG).unwrap().unwrap();
    assert!(found.issuer.starts_with("Example Corp (Exam[31mplexxx"), "{}", found.issuer);
    assert!(found.issuer.len() < 300, "{}", found.issuer);
}

#[test]
fn days_are_counted_to_the_end() {
    let certificate = Certificate { names: Vec::new(), expires: 864_000, issuer: String::new() };
    for (now, days) in
        [(0, 10), (1, 9), (863_999, 0), (864_000, 0), (864_001, -1), (i64::MIN, i64::MAX / 86_400)]
    {
        assert_eq!(certificate.days_left(now), days, "{now}");
    }
}

#[test]
fn unknown_authorities_are_named() {
    let mine = trust::of_text(&Authority::new("Mine").pem).unwrap();
    let server = server(Authority::new("Theirs").server(&params(&["localhost"])));
    let expected = HttpError::UnknownAuthority {
        host: "localhost".to_owned(),
        issuer: Some("Example Corp (Theirs)".to_owned()),
        is_alone: true,
        has_file: true,
    };
    assert_eq!(failure(&server, &mine), expected);
    // One of the same name, with a new key.
    let server = self::server(Authority::new("Mine").server(&params(&["localhost"])));
    assert!(matches!(failure(&server, &mine), HttpError::UnknownAuthority { issuer: Some(_), .. }));
}

#[test]
fn chains_are_followed_if_they_are_whole() {
    let root = Authority::new("Root");
    let (between, pem) = root.authority("Between");
    let server = server(between.server_with(&params(&["localhost"]), &pem));
    let trusts_root = trust::of_text(&root.pem).unwrap();
    let url = server.url("localhost");
    assert_eq!(ask(&http(&trusts_root), post(&url), LONG).unwrap().body, "ok");
    let unknown = |is_alone| HttpError::UnknownAuthority {
        host: "localhost".to_owned(),
        issuer: Some("Example Corp (Between)".to_owned()),
        is_alone,
        has_file: true,
    };
    let trusts_other = trust::of_text(&Authority::new("Other").pem).unwrap();
    assert_eq!(failure(&server, &trusts_other), unknown(false));
    // What web servers send that were given `cert.pem` instead of `fullchain.pem`.
    let server = self::server(between.server(&params(&["localhost"])));
    assert_eq!(failure(&server, &trusts_root), unknown(true));
}

#[test]
fn without_authorities_nobody_is_trusted() {
    let server = server(Authority::new("Example CA").server(&params(&["localhost"])));
    let error = failure(&server, &Trust::of_nobody());
    assert!(matches!(error, HttpError::UnknownAuthority { has_file: false, .. }), "{error:?}");
    let server = Server::plain(answers(GOOD));
    let reply = ask(&http(&Trust::of_nobody()), post(&server.url("localhost")), LONG);
    assert_eq!(reply.unwrap().body, "ok");
}

#[test]
fn self_signed_certificates_are_trusted_when_named() {
    let other = trust::of_text(&Authority::new("Other").pem).unwrap();
    for is_ca in [false, true] {
        for names in [&["localhost"][..], &["other.example", "*.localhost"], &["127.0.0.1"], &[]] {
            let (config, pem) = self_signed(params(names), is_ca);
            let server = server(config);
            let unknown = HttpError::UnknownAuthority {
                host: "localhost".to_owned(),
                issuer: None,
                is_alone: true,
                has_file: true,
            };
            assert_eq!(failure(&server, &other), unknown);
            let named = trust::of_text(&pem).unwrap();
            for host in ["localhost", "127.0.0.1"] {
                let (http, url) = (http(&named), server.url(host));
                if names.contains(&host) {
                    let reply = ask(&http, post(&url), LONG);
                    assert_eq!(reply.unwrap().body, "ok", "{names:?} {is_ca}");
                    assert!(http.certificate(&url, LONG).unwrap().is_some());
                    continue;
                }
                // Whoever named it meant this server, but browsers would refuse it.
                let names = names.iter().map(|name| (*name).to_owned()).collect();
                let wrong = HttpError::WrongName { host: host.to_owned(), names };
                assert_eq!(ask(&http, post(&url), LONG).unwrap_err(), wrong);
                assert_eq!(http.certificate(&url, LONG).unwrap_err(), wrong);
            }
        }
    }
}

#[test]
fn wrong_certificates_are_told_apart() {
    let authority = Authority::new("Example CA");
    let trust = trust::of_text(&authority.pem).unwrap();
    let host = || "localhost".to_owned();
    let names = |names: &[&str]| HttpError::WrongName {
        host: host(),
        names: names.iter().map(|name| (*name).to_owned()).collect(),
    };
    let mut expired = params(&["localhost"]);
    expired.not_after = date_time_ymd(2024, 2, 29);
    let mut future = params(&["localhost"]);
    future.not_before = date_time_ymd(2098, 1, 1);
    let mut mail = params(&["localhost"]);
    mail.extended_key_usages = vec![ExtendedKeyUsagePurpose::EmailProtection];
    // Browsers have not looked at the common name for years.
    let mut common = params(&[]);
    common.distinguished_name.push(DnType::CommonName, "localhost");
    let cases = [
        (
            params(&["meet.example.org", "*.example.org", "192.0.2.1"]),
            names(&["meet.example.org", "*.example.org", "192.0.2.1"]),
        ),
        (common, names(&[])),
        (expired, HttpError::Expired { host: host(), at: Some(1_709_164_800) }),
        (future, HttpError::NotYetValid { host: host(), from: Some(4_039_372_800) }),
        (
            mail,
            HttpError::BadCertificate { host: host(), why: "it is not for web servers".to_owned() },
        ),
    ];
    for (params, expected) in cases {
        assert_eq!(failure(&server(authority.server(&params)), &trust), expected);
    }
    // It is not the authority that is wrong.
    let (config, pem) = without_key(&params(&["localhost"]));
    let why = "its key is too short (RSA needs 2048 bits), or is not the server's".to_owned();
    let expected = HttpError::BadCertificate { host: host(), why };
    assert_eq!(failure(&server(config), &trust::of_text(&pem).unwrap()), expected);
    // Also where the user has named it.
    let mut expired = params(&["localhost"]);
    expired.not_after = date_time_ymd(2024, 2, 29);
    let (config, pem) = self_signed(expired, true);
    let trust = trust::of_text(&pem).unwrap();
    assert!(matches!(failure(&server(config), &trust), HttpError::Expired { .. }));
}

#[test]
fn a_server_without_tls_is_told() {
    let trust = trust::of_text(&Authority::new("Unused").pem).unwrap();
    // Some web servers answer what they did not understand, others just leave.
    let server = Server::start("https", |mut socket| {
        let _ = socket.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        wait_for_end(&mut socket);
    });
    let not_tls =
        HttpError::NotTls { address: format!("localhost:{}", server.url("x").port().unwrap()) };
    assert_eq!(failure(&server, &trust), not_tls);
    let server = Server::start("https", |mut socket| {
        use std::io::Read as _;
        let _ = socket.read(&mut [0; 4_096]);
    });
    assert_eq!(failure(&server, &trust), HttpError::Closed);
}

#[test]
fn an_alert_is_put_into_words() {
    let authority = Authority::new("Old");
    let trust = trust::of_text(&authority.pem).unwrap();
    // `unrecognized_name`, fatal (RFC 8446 §6).
    let server = Server::start("https", |mut socket| {
        let _ = socket.write_all(&[21, 3, 3, 0, 2, 2, 112]);
        wait_for_end(&mut socket);
    });
    let HttpError::Tls { why, .. } = failure(&server, &trust) else { panic!() };
    assert_eq!(why, "the server has no site with this name");
}

#[test]
fn a_handshake_without_end_has_one() {
    let trust = trust::of_text(&Authority::new("Unused").pem).unwrap();
    let limit = Duration::from_millis(400);
    let (sender, receiver) = channel();
    let sender = Mutex::new(sender);
    let server = Server::start("https", move |mut socket| {
        wait_for_end(&mut socket);
        let _ = sender.lock().unwrap().send(());
    });
    let (http, url) = (http(&trust), server.url("127.0.0.1"));
    let in_time = HttpError::ConnectTimedOut { address: server.address() };
    let errors =
        [http.certificate(&url, limit).unwrap_err(), ask(&http, post(&url), limit).unwrap_err()];
    for error in errors {
        // On a slow machine, the time for everything may be over first.
        assert!(error == in_time || error == HttpError::TimedOut, "{error:?}");
        receiver.recv_timeout(LONG).expect("the client hangs up");
    }
}

#[test]
fn an_interrupt_ends_a_handshake() {
    let trust = trust::of_text(&Authority::new("Unused").pem).unwrap();
    let interrupted = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&interrupted);
    let server = Server::start("https", move |mut socket| {
        flag.store(true, Ordering::Relaxed);
        wait_for_end(&mut socket);
    });
    let http = Http::new(&trust, true, interrupted);
    assert_eq!(http.certificate(&server.url("127.0.0.1"), LONG), Err(HttpError::Interrupted));
}

#[test]
fn connections_that_break_under_tls_are_no_answers() {
    let authority = Authority::new("Breaks");
    let trust = trust::of_text(&authority.pem).unwrap();
    let config = authority.server(&params(&["localhost"]));
    let server = Server::tls(config, |stream| {
        request(stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfour");
    });
    let error = ask(&http(&trust), post(&server.url("localhost")), LONG).unwrap_err();
    assert_eq!(error, HttpError::Closed);
}

#[test]
fn a_refused_port_is_named() {
    let trust = trust::of_text(&Authority::new("Unused").pem).unwrap();
    let closed = ClosedPort::new();
    let url = Url::parse(&format!("https://{}", closed.address())).unwrap();
    let expected = HttpError::Refused { address: closed.address() };
    assert_eq!(http(&trust).certificate(&url, LONG), Err(expected));
}

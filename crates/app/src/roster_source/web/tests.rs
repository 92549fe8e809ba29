use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::super::temporary::TemporaryList;
use super::*;
use crate::settings::web_address;

const LIST: &[u8] = b"email,name\nada@example.org,Ada\n";

/// The path of each request: a secret that no message may have in it.
const SECRET: &str = "Zx81-secret";

const LIMITS: Limits = Limits { largest: 1 << 20, time: Duration::from_secs(60) };

/// What the server does after it has sent an answer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    /// Closes the connection properly.
    Close,
    /// Drops the connection, without the end that TLS has for it.
    Break,
    /// Sends on, without an end.
    Continue,
    /// Says nothing more.
    Wait,
}

struct Server {
    origin: String,
    certificate: Vec<u8>,
    requests: Receiver<String>,
}

/// A server on this machine that answers as many connections as there are answers.
fn server(is_encrypted: bool, answers: Vec<(String, Then)>) -> Server {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
    let certificate = certificate.self_signed(&key).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        )
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let scheme = if is_encrypted { "https" } else { "http" };
    let origin = format!("{scheme}://{}", listener.local_addr().unwrap());
    let (sender, requests) = channel();
    thread::spawn(move || {
        for (answer, then) in answers {
            let (mut tcp, _) = listener.accept().unwrap();
            // A client that gives up makes this fail; its result is what counts.
            let request = if is_encrypted {
                let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
                let mut tls = StreamOwned::new(connection, tcp);
                let request = answer_one(&mut tls, &answer, then);
                if then == Then::Close {
                    tls.conn.send_close_notify();
                    let _ = tls.flush();
                }
                request
            } else {
                answer_one(&mut tcp, &answer, then)
            };
            let _ = sender.send(request);
        }
    });
    Server { origin, certificate: certificate.der().to_vec(), requests }
}

fn answer_one(stream: &mut (impl Read + Write), answer: &str, then: Then) -> String {
    let (mut request, mut byte) = (Vec::new(), [0]);
    while !request.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read > 0) {
        request.push(byte[0]);
    }
    let mut sent = stream.write_all(answer.as_bytes()).and_then(|()| stream.flush());
    while then == Then::Continue && sent.is_ok() {
        sent = stream.write_all(&[b'x'; 4096]);
    }
    // Until the client hangs up.
    while then == Then::Wait && stream.read(&mut byte).is_ok_and(|read| read > 0) {}
    String::from_utf8(request).unwrap()
}

fn ok(headers: &str, body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\n{headers}\r\n\r\n{body}")
}

fn list() -> (String, Then) {
    let list = String::from_utf8(LIST.to_vec()).unwrap();
    (ok(&format!("Content-Type: text/csv\r\nContent-Length: {}", list.len()), &list), Then::Close)
}

fn redirection(to: &str) -> (String, Then) {
    let answer = format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n");
    (answer, Then::Close)
}

impl Server {
    /// Fetches the list; the error in words.
    fn fetch(&self, limits: Limits, interrupted: bool) -> Result<Vec<u8>, String> {
        let address = web_address(&format!("{}/{SECRET}", self.origin));
        let temporary = TemporaryList::new().unwrap();
        let roots = Roots::of_certificate(&self.certificate);
        let target = temporary.target().ok().unwrap();
        match read(&address, target, limits, || roots, &|| interrupted) {
            Ok(()) => Ok(temporary.beginning().ok().unwrap()),
            Err(NotRead::Failed { reason, hint }) => Err(format!("{reason}; {hint}")),
            Err(NotRead::Interrupted) => Err("interrupted".to_owned()),
            Err(_) => Err("another kind of error".to_owned()),
        }
    }
}

/// The words of the error for a server with these answers.
fn refused(is_encrypted: bool, answers: Vec<(String, Then)>) -> String {
    let words = server(is_encrypted, answers).fetch(LIMITS, false).unwrap_err();
    assert!(!words.contains(SECRET), "{words}");
    words
}

#[test]
fn a_list_is_fetched_as_it_is() {
    let server = server(true, vec![list()]);
    assert_eq!(server.fetch(LIMITS, false).unwrap(), LIST);
    let request = server.requests.recv().unwrap().to_ascii_lowercase();
    assert!(request.starts_with(&format!("get /{SECRET} http/1.1\r\n").to_ascii_lowercase()));
    assert!(request.contains("\r\naccept-encoding: identity\r\n"), "{request}");
    assert!(!request.contains("authorization"), "{request}");
}

#[test]
fn a_chunked_list_is_fetched() {
    let body = "b\r\nemail,name\n\r\n14\r\nada@example.org,Ada\n\r\n0\r\n\r\n";
    let chunked = ok("Transfer-Encoding: chunked", body);
    assert_eq!(server(true, vec![(chunked, Then::Close)]).fetch(LIMITS, false).unwrap(), LIST);
}

#[test]
fn five_redirections_are_followed() {
    let mut answers: Vec<_> = ["/1", "2?x", "/3", "../4", "/5"].map(redirection).into();
    answers.push(list());
    assert_eq!(server(true, answers).fetch(LIMITS, false).unwrap(), LIST);

    let words = refused(true, (0..6).map(|_| redirection("/next")).collect());
    assert!(words.contains("redirects more than 5 times"), "{words}");
}

#[test]
fn a_redirection_never_leaves_the_encrypted_network() {
    // The port 1 refuses connections: nothing must be sent there.
    for location in ["http://lists.example.org/Zx81-secret", "ftp://127.0.0.1:1/", "file:///etc"] {
        let words = refused(true, vec![redirection(location)]);
        assert!(words.contains("redirect"), "{words}");
        assert!(!words.contains("connection"), "{words}");
    }
    let words = refused(true, vec![redirection("https://")]);
    assert!(words.contains("invalid address"), "{words}");
}

#[test]
fn only_status_200_has_a_list() {
    for (status, words) in [
        ("404 Not Found", "404 Not Found; check `url`"),
        ("403 Forbidden", "403 Forbidden; the list must be shared"),
        ("500 Oops", "500 Internal Server Error; try again later"),
        ("206 Partial Content", "206 Partial Content"),
        ("204 No Content", "204 No Content"),
        ("304 Not Modified", "304 Not Modified"),
    ] {
        let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
        let found = refused(true, vec![(answer, Then::Close)]);
        assert!(found.contains(words), "{found}");
    }
}

#[test]
fn a_web_page_is_no_list() {
    let page = ok("Content-Type: text/HTML; charset=utf-8\r\nContent-Length: 4", "page");
    let words = refused(true, vec![(page, Then::Close)]);
    assert!(words.contains("a web page, not a list"), "{words}");
}

#[test]
fn a_list_that_was_cut_short_does_not_count() {
    let half = "email\nada@example.org\n";
    let with_length = ok("Content-Length: 100", half);
    let chunked = ok("Transfer-Encoding: chunked", &format!("16\r\n{half}\r\n"));
    let half_chunk = ok("Transfer-Encoding: chunked", &format!("20\r\n{half}"));
    for answer in [with_length, chunked, half_chunk] {
        for then in [Then::Close, Then::Break] {
            for is_encrypted in [true, false] {
                let words = refused(is_encrypted, vec![(answer.clone(), then)]);
                assert!(words.contains("before the list was complete"), "{answer}: {words}");
            }
        }
    }
    // Nothing says that this is all of it.
    let words = refused(true, vec![(ok("Connection: close", half), Then::Close)]);
    assert!(words.contains("does not say how long it is"), "{words}");
}

#[test]
fn a_list_without_an_end_is_not_read() {
    let endless = ok("Transfer-Encoding: chunked", "7fffffff\r\n");
    let words = refused(true, vec![(endless, Then::Continue)]);
    assert!(words.contains("larger than 1 MiB"), "{words}");
    let announced = ok("Content-Length: 99999999999", "");
    let words = refused(true, vec![(announced, Then::Wait)]);
    assert!(words.contains("larger than 1 MiB"), "{words}");
}

#[test]
fn nobody_waits_for_a_silent_server() {
    let limits = Limits { time: Duration::from_millis(300), ..LIMITS };
    for answer in ["", "HTTP/1.1 200 OK\r\n", &ok("Content-Length: 100", "email\n")] {
        let silent = server(true, vec![(answer.to_owned(), Then::Wait)]);
        let words = silent.fetch(limits, false).unwrap_err();
        assert!(words.contains("not complete after") || words.contains("in time"), "{words}");
    }
    let silent = server(true, vec![(String::new(), Then::Wait)]);
    assert_eq!(silent.fetch(LIMITS, true).unwrap_err(), "interrupted");
}

#[test]
fn what_is_not_understood_is_refused() {
    let compressed = ok("Content-Encoding: gzip\r\nContent-Length: 4", "\x1f\0\0\0");
    let words = refused(true, vec![(compressed, Then::Close)]);
    assert!(words.contains("compressed"), "{words}");
    for answer in ["220 mail.example.org ESMTP\r\n", "HTTP/1.1 banana\r\n\r\n", "\0\0\0\0"] {
        let words = refused(true, vec![(answer.to_owned(), Then::Close)]);
        assert!(words.contains("HTTP") || words.contains("before the list"), "{words}");
    }
}

#[test]
fn an_untrusted_server_is_refused() {
    let address = web_address(&format!("{}/{SECRET}", server(true, vec![list()]).origin));
    let temporary = TemporaryList::new().unwrap();
    let target = temporary.target().ok().unwrap();
    let other = server(true, Vec::new()).certificate;
    let roots = move || Roots::of_certificate(&other);
    match read(&address, target, LIMITS, roots, &|| false) {
        Err(NotRead::Failed { reason, .. }) => {
            assert!(reason.contains("no TLS connection: invalid peer certificate"), "{reason}");
        }
        _ => panic!("an untrusted certificate was accepted"),
    }
    assert!(temporary.beginning().ok().unwrap().is_empty());
}

#[test]
fn a_server_that_is_not_there_is_named_by_its_host() {
    // Bound and dropped: nobody listens there.
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert!(TcpStream::connect(free).is_err());
    let server = Server {
        origin: format!("https://{free}"),
        certificate: server(true, Vec::new()).certificate,
        requests: channel().1,
    };
    let words = server.fetch(LIMITS, false).unwrap_err();
    assert!(words.contains("the connection was refused"), "{words}");
    assert!(!words.contains(SECRET), "{words}");
}

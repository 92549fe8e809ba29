use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::thread;

use super::*;

mod certificates;
mod failures;
mod proxies;
mod random;
mod server;
mod tls;
mod trust;
mod words;

use server::{ClosedPort, Server, answers, request, wait_for_end};

/// In the query, the body and the token of each request.
const SECRET: &str = "Zx81-secret";

/// Longer than any test takes: whoever reaches it has hung.
const LONG: Duration = Duration::from_secs(120);

/// Something that is trusted, where nothing has to be.
fn some_trust() -> Trust {
    let authority = certificates::Authority::new("Unused");
    trust::of_text(&authority.pem).unwrap()
}

fn http(trust: &Trust) -> Http {
    Http::new(trust, true, Arc::default())
}

fn post(url: &Url) -> Request {
    let mut url = url.clone();
    url.set_path("/http-bind");
    url.set_query(Some(&format!("token={SECRET}")));
    let body = Some(("text/xml", format!("<auth>{SECRET}</auth>")));
    Request { url, body, bearer: Some(SECRET.to_owned()) }
}

fn get(url: &Url) -> Request {
    Request { body: None, bearer: None, ..post(url) }
}

/// Sends a request, and looks for what was sent in whatever can be shown.
fn ask(http: &Http, request: Request, limit: Duration) -> Result<Reply, HttpError> {
    let sent = format!("{request:?} {http:?}");
    let result = http.send(request, limit);
    let received = match &result {
        Ok(reply) => format!("{reply:?} {:?}", reply.redirect),
        Err(error) => format!("{error} {error:?} {}", error.cure()),
    };
    let shown = sent + &received;
    assert!(!shown.contains(SECRET), "{shown}");
    result
}

fn ask_server(server: &Server) -> Result<Reply, HttpError> {
    ask(&http(&some_trust()), post(&server.url("127.0.0.1")), LONG)
}

/// The answer to a request without TLS.
fn answer(text: &str) -> Result<Reply, HttpError> {
    ask_server(&Server::plain(answers(text.to_owned())))
}

#[test]
fn answers_are_read() {
    let text = "HTTP/1.1 404 Not Found\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Type: text/xml\r\n\
                Content-Length: 13\r\n\r\n<body>\u{20ac}</body>"
        .replace("13", "16");
    let reply = answer(&text).unwrap();
    assert_eq!(
        (reply.status, reply.date, reply.is_html, reply.body.as_str(), reply.redirect),
        (404, Some(784_111_777), false, "<body>\u{20ac}</body>", None),
    );
}

#[test]
fn all_of_a_request_arrives() {
    let (sender, receiver) = channel();
    let sender = Mutex::new(sender);
    let server = Server::plain(move |stream| {
        let _ = sender.lock().unwrap().send(request(stream));
        let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
    });
    for of in [post, get] {
        assert_eq!(
            ask(&http(&some_trust()), of(&server.url("127.0.0.1")), LONG).unwrap().status,
            204
        );
    }
    let posted = receiver.recv().unwrap().unwrap().to_ascii_lowercase();
    let secret = SECRET.to_ascii_lowercase();
    for part in [
        &format!("post /http-bind?token={secret} http/1.1\r\n"),
        &format!("\r\nauthorization: bearer {secret}\r\n"),
        "\r\ncontent-type: text/xml\r\n",
        "\r\naccept-encoding: identity\r\n",
        "\r\nuser-agent: meetmint/",
        &format!("\r\n\r\n<auth>{secret}</auth>"),
    ] {
        assert!(posted.contains(part), "{part}: {posted}");
    }
    let got = receiver.recv().unwrap().unwrap();
    assert!(got.starts_with("GET ") && !got.contains("Bearer"), "{got}");
}

#[test]
fn dates_are_those_of_http() {
    for (date, expected) in [
        ("Sun, 06 Nov 1994 08:49:37 GMT", Some(784_111_777)),
        ("Sunday, 06-Nov-94 08:49:37 GMT", Some(784_111_777)),
        ("1994-11-06T08:49:37Z", None),
        ("Sun, 31 Feb 1994 08:49:37 GMT", None),
        ("Sun, 06 Nov 1994 08:49:37 +0100", None),
        ("", None),
    ] {
        let text = format!("HTTP/1.1 200 OK\r\nDate: {date}\r\nContent-Length: 0\r\n\r\n");
        assert_eq!(answer(&text).unwrap().date, expected, "{date}");
    }
}

#[test]
fn pages_are_told_from_other_answers() {
    for (content_type, body, expected) in [
        ("text/html; charset=utf-8", "<p>Hello</p>", true),
        ("TEXT/HTML", "<!-- page --><p>", true),
        ("application/xhtml+xml", "<?xml version='1.0'?><html>", true),
        ("text/plain", "\u{feff}\n  <!DOCTYPE HTML>", true),
        ("application/javascript", "<html lang='en'>", true),
        ("text/xml", "<body xmlns='http://jabber.org/protocol/httpbind'/>", false),
        ("text/html", "var config = {};", false),
        ("text/html", "", false),
    ] {
        let text = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        assert_eq!(answer(&text).unwrap().is_html, expected, "{content_type} {body}");
    }
}

#[test]
fn redirects_are_answers() {
    for (status, location, expected) in [
        (
            301,
            "https://meet.example.org/http-bind?token=Zx81-secret#x",
            Some("https://meet.example.org/http-bind"),
        ),
        (
            302,
            "https://ada:Zx81-secret@meet.example.org:8443/",
            Some("https://meet.example.org:8443/"),
        ),
        (307, "//meet.example.org/a", Some("http://meet.example.org/a")),
        (302, "/eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.AAAA/a", Some("http://127.0.0.1:PORT/(token)/a")),
        (308, "data:text/plain,Zx81-secret", None),
        (303, "http://[", None),
        (200, "https://meet.example.org/", None),
    ] {
        let text =
            format!("HTTP/1.1 {status} X\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
        let server = Server::plain(answers(text));
        let reply = ask_server(&server).unwrap();
        let port = server.url("x").port().unwrap().to_string();
        let expected = expected.map(|address| address.replace("PORT", &port));
        assert_eq!((reply.status, reply.redirect), (status, expected));
        assert_eq!(server.connections(), 1, "it was followed");
    }
}

#[test]
fn connections_are_kept() {
    let authority = certificates::Authority::new("Kept");
    let trust = trust::of_text(&authority.pem).unwrap();
    let config = authority.server(&certificates::params(&["127.0.0.1"]));
    let script = |stream: &mut dyn server::Stream| {
        while request(stream).is_some() {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        }
    };
    for server in [Server::plain(script), Server::tls(config, script)] {
        let http = http(&trust);
        for _ in 0..3 {
            assert_eq!(
                ask(&http.clone(), post(&server.url("127.0.0.1")), LONG).unwrap().body,
                "ok"
            );
        }
        assert_eq!(server.connections(), 1);
    }
}

#[test]
fn an_answer_may_have_one_mebibyte() {
    let of_length = |length: usize| {
        let body = "x".repeat(length);
        [
            format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}"),
            format!(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{length:x}\r\n{body}\r\n0\r\n\r\n"
            ),
            format!("HTTP/1.1 200 OK\r\n\r\n{body}"),
        ]
    };
    for text in of_length(1 << 20) {
        assert_eq!(answer(&text).unwrap().body.len(), 1 << 20);
    }
    for text in of_length((1 << 20) + 1) {
        assert_eq!(answer(&text).unwrap_err(), HttpError::TooLarge);
    }
}

#[test]
fn answers_without_an_end_are_not_read_to_it() {
    for (head, part) in [
        ("HTTP/1.1 200 OK\r\n\r\n", "x".repeat(1_000)),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            format!("3e8\r\n{}\r\n", "x".repeat(1_000)),
        ),
        ("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", "x".repeat(1_000)),
    ] {
        let server = Server::plain(move |stream| {
            request(stream);
            let _ = stream.write_all(head.as_bytes());
            while stream.write_all(part.as_bytes()).is_ok() {}
        });
        assert_eq!(ask_server(&server).unwrap_err(), HttpError::TooLarge);
    }
    let server = Server::plain(|stream| {
        request(stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n");
        while stream.write_all(b"X-Endless: x\r\n").is_ok() {}
    });
    assert_eq!(ask_server(&server).unwrap_err(), HttpError::NotHttp { address: server.address() });
}

#[test]
fn what_is_not_http_is_refused() {
    for text in [
        "SSH-2.0-OpenSSH_9.2p1 Debian\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "\x15\x03\x01\x00\x02\x02\x46\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n<a>\r\x000\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-3\r\n<a>\r\n0\r\n\r\n",
    ] {
        let server = Server::plain(answers(text));
        let error = ask_server(&server).unwrap_err();
        assert_eq!(error, HttpError::NotHttp { address: server.address() }, "{text:?}");
    }
    let text = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx";
    assert_eq!(answer(text).unwrap_err(), HttpError::Compressed);
}

#[test]
fn answers_that_break_off_are_refused() {
    for text in [
        "",
        "HTTP/1.1 200 OK\r\nContent-",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfour",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfour",
    ] {
        assert_eq!(answer(text).unwrap_err(), HttpError::Closed, "{text:?}");
    }
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let closed = ClosedPort::new();
    let url = Url::parse(&format!("http://{}", closed.address())).unwrap();
    let http = http(&some_trust());
    let refused = HttpError::Refused { address: closed.address() };
    assert_eq!(ask(&http, post(&url), LONG).unwrap_err(), refused);
    // No label is longer than 63 octets (RFC 1035 §2.3.4), so nobody is asked for this name.
    let host = format!("{}.example", "x".repeat(64));
    let url = Url::parse(&format!("https://{host}")).unwrap();
    let no_host = HttpError::NoHost { host };
    assert_eq!(ask(&http, post(&url), LONG).unwrap_err(), no_host);
    assert_eq!(http.certificate(&url, LONG).unwrap_err(), no_host);
}

#[test]
fn silence_has_an_end() {
    let (sender, receiver) = channel();
    let sender = Mutex::new(sender);
    let server = Server::plain(move |stream| {
        // The first answer leaves a connection, so that the time is over after it, however slow this machine is.
        while let Some(asked) = request(stream) {
            if asked.starts_with("GET ") {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            } else if asked.contains("/slow") {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
                // An octet now and then does not make it longer: the time is that for everything.
                while stream.write_all(b"x").is_ok() {
                    thread::sleep(Duration::from_millis(20));
                }
            }
        }
        let _ = sender.lock().unwrap().send(());
    });
    let url = server.url("127.0.0.1");
    let mut slow = post(&url);
    slow.url.set_path("/slow");
    for request in [post(&url), slow] {
        let http = http(&some_trust());
        assert_eq!(ask(&http, get(&url), LONG).unwrap().status, 200);
        let error = ask(&http, request, Duration::from_millis(400)).unwrap_err();
        assert_eq!(error, HttpError::TimedOut);
        receiver.recv_timeout(LONG).expect("the client hangs up");
    }
}

#[test]
fn an_interrupt_ends_the_wait() {
    let (sender, receiver) = channel();
    let sender = Mutex::new(sender);
    let server = Server::plain(move |stream| {
        let asked = request(stream).unwrap();
        if asked.starts_with("GET ") {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        } else {
            let _ = sender.lock().unwrap().send(());
            wait_for_end(stream);
        }
    });
    let url = server.url("127.0.0.1");
    let interrupted = Arc::new(AtomicBool::new(false));
    let http = Http::new(&some_trust(), true, Arc::clone(&interrupted));
    let flag = Arc::clone(&interrupted);
    let user = thread::spawn(move || {
        receiver.recv().unwrap();
        flag.store(true, Ordering::Relaxed);
    });
    assert_eq!(ask(&http, post(&url), LONG).unwrap_err(), HttpError::Interrupted);
    user.join().unwrap();
    // Nothing more is sent, but for what is needed to leave.
    let before = server.connections();
    assert_eq!(ask(&http, post(&url), LONG).unwrap_err(), HttpError::Interrupted);
    assert_eq!(server.connections(), before);
    assert_eq!(http.send_uninterruptible(get(&url), LONG).unwrap().status, 200);
}

#[test]
fn what_cannot_be_sent_is_not_quoted() {
    let server = Server::plain(wait_for_end);
    let url = server.url("127.0.0.1");
    let bearer = Some(format!("{SECRET}\r\nX: y"));
    let error = ask(&http(&some_trust()), Request { bearer, ..post(&url) }, LONG).unwrap_err();
    assert_eq!(error, HttpError::Failed("the request is not valid HTTP".to_owned()));
    let mut long = post(&url);
    long.url.set_query(Some(&SECRET.repeat(10_000)));
    let error = ask(&http(&some_trust()), long, LONG).unwrap_err();
    assert_eq!(error, HttpError::Failed("the request is not valid HTTP".to_owned()));
}

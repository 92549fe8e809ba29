//! What goes through a proxy.

use std::io::Write as _;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};

use ureq::Proxy;

use super::super::*;
use super::certificates::{Authority, params};
use super::server::{ClosedPort, Server, answers, request};
use super::{LONG, SECRET, ask, post, trust};

fn through(address: &str, trust: &Trust) -> Http {
    let proxy = Proxy::new(&format!("http://ada:{SECRET}@{address}")).unwrap();
    Http::through(Some(proxy), trust, Arc::default())
}

fn url() -> Url {
    "https://meet.example.org:8443".parse().unwrap()
}

#[test]
fn the_proxy_connects_to_the_server() {
    let authority = Authority::new("Example CA");
    let trust = trust::of_text(&authority.pem).unwrap();
    let config = authority.server(&params(&["meet.example.org"]));
    let (sender, receiver) = channel();
    let sender = Mutex::new(sender);
    // The proxy is the server, too: no name has to be looked up.
    let proxy = Server::start("http", move |mut socket| {
        let _ = sender.lock().unwrap().send(request(&mut socket));
        let _ = socket.write_all(b"HTTP/1.1 200 Connected\r\n\r\n");
        let tls = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
        let mut stream = rustls::StreamOwned::new(tls, socket);
        answers("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")(&mut stream);
    });
    let http = through(&proxy.address(), &trust);
    assert_eq!(ask(&http, post(&url()), LONG).unwrap().body, "ok");
    let connect = receiver.recv().unwrap().unwrap();
    assert!(connect.starts_with("CONNECT meet.example.org:8443 HTTP/1.1\r\n"), "{connect}");
    assert!(!connect.contains("Bearer"), "{connect}");
    // Its certificate is not looked at on another way than that of the requests.
    assert_eq!(http.certificate(&url(), LONG), Ok(None));
    assert_eq!(proxy.connections(), 1);
}

#[test]
fn a_proxy_that_does_not_connect_is_named() {
    let trust = Trust::of_nobody();
    let expected = HttpError::Proxy { address: "meet.example.org:8443".to_owned() };
    let refuses = Server::plain(answers("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"));
    assert_eq!(
        ask(&through(&refuses.address(), &trust), post(&url()), LONG).unwrap_err(),
        expected
    );
    let closed = ClosedPort::new();
    let http = through(&closed.address(), &trust);
    assert_eq!(ask(&http, post(&url()), LONG).unwrap_err(), expected);
    let nowhere = format!("{}.example:1", "x".repeat(64));
    assert_eq!(ask(&through(&nowhere, &trust), post(&url()), LONG).unwrap_err(), expected);
}

#[test]
fn no_proxy_leads_to_this_machine() {
    let server = Server::plain(answers("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
    let proxy = Proxy::new("http://127.0.0.1:1").unwrap();
    assert!(!proxy::applies(Some(&proxy), &server.url("localhost")));
    assert!(proxy::applies(Some(&proxy), &url()));
    assert!(proxy::of_environment(true).is_none());
}

//! Sessions with servers that are slow, in a hurry, or have too much to ask.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use super::super::http::{Http, Trust};
use super::*;

const OPENED: &str = "<body xmlns='http://jabber.org/protocol/httpbind' sid='a&lt;1'/>";
const NOTHING: &str = "<body xmlns='http://jabber.org/protocol/httpbind'/>";

/// What a server was sent, one text for each request.
pub(in crate::live) type Seen = Arc<Mutex<Vec<String>>>;

/// A server, which ends with the tests.
pub(in crate::live) fn server(
    answer: impl Fn(&str) -> String + Send + Sync + 'static,
) -> (Url, Seen) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/http-bind", listener.local_addr().unwrap());
    let (seen, answer) = (Seen::default(), Arc::new(answer));
    let noted = Arc::clone(&seen);
    thread::spawn(move || {
        for socket in listener.incoming() {
            let (mut socket, noted, answer) =
                (socket.unwrap(), Arc::clone(&noted), Arc::clone(&answer));
            thread::spawn(move || {
                let mut reader = BufReader::new(socket.try_clone().unwrap());
                while let Some(body) = body_of_request(&mut reader) {
                    noted.lock().unwrap().push(body.clone());
                    let text = answer(&body);
                    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", text.len());
                    let _ = socket.write_all((head + &text).as_bytes());
                }
            });
        }
    });
    (Url::parse(&url).unwrap(), seen)
}

fn body_of_request(reader: &mut impl std::io::BufRead) -> Option<String> {
    let mut length = 0;
    for line in reader.by_ref().lines() {
        let line = line.ok()?.to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.is_empty() {
            let mut body = vec![0; length];
            reader.read_exact(&mut body).ok()?;
            return String::from_utf8(body).ok();
        }
    }
    None
}

pub(in crate::live) fn connection(answer: Duration, interrupted: &Arc<AtomicBool>) -> Connection {
    let http = Http::new(&Trust::of_nobody(), true, Arc::clone(interrupted));
    Connection::new(http, answer, Duration::from_secs(30))
}

fn assert_closed(seen: &Seen) {
    let seen = seen.lock().unwrap();
    let [.., last] = seen.as_slice() else { panic!("nothing was sent") };
    assert!(last.contains("rid='8' sid='a&lt;1' type='terminate'"), "{seen:?}");
    assert!(last.contains("<presence xmlns='jabber:client' type='unavailable'/>"), "{seen:?}");
}

#[test]
fn a_session_that_opens_too_late_is_ended() {
    let (url, seen) = server(|body| {
        if !body.contains("sid=") {
            thread::sleep(Duration::from_millis(1_500));
        }
        OPENED.to_owned()
    });
    let connection = connection(Duration::from_millis(200), &Arc::default());
    let failed = Session::open(&connection, url, "meet.test", 7).err();
    assert!(matches!(failed, Some(Trouble::Unreached(Unreached::Http(_)))));
    assert!(connection.close());
    assert_closed(&seen);
}

#[test]
fn an_interrupt_does_not_wait_for_a_session_to_open_and_ends_it() {
    let interrupted = Arc::<AtomicBool>::default();
    let flag = Arc::clone(&interrupted);
    let (url, seen) = server(move |body| {
        if !body.contains("sid=") {
            flag.store(true, Ordering::Relaxed);
            thread::sleep(Duration::from_millis(600));
        }
        OPENED.to_owned()
    });
    let connection = connection(Duration::from_secs(10), &interrupted);
    let failed = Session::open(&connection, url, "meet.test", 7).err();
    assert!(matches!(failed, Some(Trouble::Stop(Stop::Interrupted))));
    assert_eq!(seen.lock().unwrap().len(), 1);
    assert!(connection.close());
    assert_closed(&seen);
}

#[test]
fn an_interrupt_waits_for_no_server_that_is_silent() {
    let interrupted = Arc::<AtomicBool>::default();
    let flag = Arc::clone(&interrupted);
    let (url, _) = server(move |_| {
        flag.store(true, Ordering::Relaxed);
        thread::sleep(Duration::from_secs(60));
        OPENED.to_owned()
    });
    let start = Instant::now();
    let connection = connection(Duration::from_secs(20), &interrupted);
    assert!(Session::open(&connection, url, "meet.test", 7).is_err());
    assert!(!connection.close());
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

#[test]
fn people_leave_at_the_same_time_when_there_is_no_time_left() {
    let interrupted = Arc::<AtomicBool>::default();
    let (url, seen) = server(|body| {
        if body.contains("terminate") {
            thread::sleep(Duration::from_millis(500));
        }
        OPENED.to_owned()
    });
    let connection = connection(Duration::from_secs(20), &interrupted);
    let open = |rid| Session::open(&connection, url.clone(), "meet.test", rid).unwrap();
    let sessions: Vec<_> = (1..=8).map(|number| open(number * 100)).collect();
    interrupted.store(true, Ordering::Relaxed);
    drop(sessions);
    assert!(connection.close());
    let seen = seen.lock().unwrap();
    assert_eq!(seen.iter().filter(|body| body.contains("terminate")).count(), 8);
}

#[test]
fn a_server_that_never_waits_is_not_asked_without_a_pause() {
    let (url, seen) =
        server(|body| if body.contains("sid=") { NOTHING.to_owned() } else { OPENED.to_owned() });
    let connection = connection(Duration::from_secs(1), &Arc::default());
    let mut session = Session::open(&connection, url, "meet.test", 7).unwrap();
    let silence: Result<(), Trouble> = session.answer(|_| None);
    assert!(matches!(silence, Err(Trouble::Silence)));
    let count = seen.lock().unwrap().len();
    assert!((2..=8).contains(&count), "{count}");
}

#[test]
fn not_every_request_of_a_flood_is_answered() {
    let flood = "<iq xmlns='jabber:client' type='get' id='x' from='focus@meet.test'/>";
    let (url, seen) = server(move |body| {
        let content = if body.contains("sid=") { flood.repeat(10_000) } else { String::new() };
        format!("<body xmlns='http://jabber.org/protocol/httpbind' sid='1'>{content}</body>")
    });
    let connection = connection(Duration::from_secs(10), &Arc::default());
    let mut session = Session::open(&connection, url, "meet.test", 7).unwrap();
    session.send("").unwrap();
    session.send("").unwrap();
    let seen = seen.lock().unwrap();
    assert!(seen[2].contains("<service-unavailable"), "{}", seen[2]);
    assert!(seen[2].len() < LONGEST_ANSWERS + 1_000, "{}", seen[2].len());
}

//! A panic while mail is sent ends the command with an error, and the next command goes on.
#![expect(clippy::unwrap_used, reason = "a broken setup should fail the test")]

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use meetmint_app::{
    Confirmation, Context, DeliveryReport, Environment, Error, Event, FrontEnd, SendRequest,
};

const PEOPLE: usize = 6;

/// Long enough for any machine: only a run that hangs takes as long.
const LIMIT: Duration = Duration::from_secs(120);

/// How often the server looks whether it may reply.
const STEP: Duration = Duration::from_millis(1);

/// Says yes, and crashes when it is told the progress, if it is to.
struct Listener {
    crashes: bool,
    /// Whether it was told.
    told: Arc<AtomicBool>,
}

impl FrontEnd for Listener {
    fn event(&self, event: &Event<'_>) {
        if matches!(event, Event::Delivery { .. }) {
            self.told.store(true, Ordering::Relaxed);
            assert!(!self.crashes, "the panic that this test is about");
        }
    }

    fn confirm(&self, _question: &Confirmation) -> Result<bool, Error> {
        Ok(true)
    }
}

/// How often each address was sent a whole message.
type Received = Arc<Mutex<BTreeMap<String, usize>>>;

/// A mail server that accepts everything, once the front end was `told` the progress. Returns its port. It ends with the
/// process.
fn serve(received: &Received, told: &Arc<AtomicBool>) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let (received, told) = (Arc::clone(received), Arc::clone(told));
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (received, told) = (Arc::clone(&received), Arc::clone(&told));
            thread::spawn(move || converse(stream, &received, &told));
        }
    });
    port
}

/// Takes messages until the client is gone.
fn converse(mut stream: TcpStream, received: &Received, told: &AtomicBool) -> Option<()> {
    let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
    let mut recipient = String::new();
    stream.write_all(b"220 ready\r\n").ok()?;
    while let Some(Ok(line)) = lines.next() {
        let reply = match line.get(..4)? {
            "DATA" => {
                stream.write_all(b"354 go on\r\n").ok()?;
                while lines.next()?.ok()? != "." {}
                *received.lock().ok()?.entry(recipient.clone()).or_default() += 1;
                while !told.load(Ordering::Relaxed) {
                    thread::sleep(STEP);
                }
                "250 queued\r\n"
            }
            "RCPT" => {
                line.clone_into(&mut recipient);
                "250 ok\r\n"
            }
            _ => "250 ok\r\n",
        };
        stream.write_all(reply.as_bytes()).ok()?;
    }
    Some(())
}

fn write_meeting(dir: &Path, port: u16) {
    let toml = format!(
        r#"[server]
kind = "debian"
url = "https://meet.example.org"
app_id = "example"
secret = {{ file = "secret", world_readable = true }}
[meeting]
title = "Town hall"
room = "town-hall"
start = "2031-03-11 14:00"
zone = "Europe/Berlin"
duration = "90m"
[roster]
file = "people.csv"
[mail]
from = "events@example.org"
[outbox]
kind = "smtp"
host = "127.0.0.1"
port = {port}
security = "none"
connections = 2
"#
    );
    std::fs::write(dir.join("meeting.toml"), toml).unwrap();
    std::fs::write(dir.join("secret"), "a-secret-of-at-least-thirty-two-octets").unwrap();
    let people = (0..PEOPLE).map(|number| format!("p{number}@example.org,Person {number}\n"));
    std::fs::write(dir.join("people.csv"), "email,name\n".to_owned() + &people.collect::<String>())
        .unwrap();
}

/// Sends, with a clock that crashes in the thread with this name, once.
fn send(
    dir: &Path,
    thread_name: &'static str,
    crashes: bool,
    told: &Arc<AtomicBool>,
) -> Result<DeliveryReport, Error> {
    let (sender, receiver) = channel();
    let told = Arc::clone(told);
    let dir = dir.to_owned();
    thread::spawn(move || {
        let now = Timestamp::constant(1_930_132_800, 0);
        let has_crashed = AtomicBool::new(false);
        let clock = move || {
            let is_here = thread::current().name() == Some(thread_name);
            let crashes = is_here && !has_crashed.swap(true, Ordering::Relaxed);
            assert!(!crashes, "the panic that this test is about");
            now
        };
        let environment = Environment {
            now,
            clock: Box::new(clock),
            variable: Arc::new(|_: &str| None),
            zone: TimeZone::UTC,
            host_name: Box::new(|| None),
            piped_input: Box::new(|| None),
            process: "a test".to_owned(),
            interrupted: Arc::new(AtomicBool::new(false)),
        };
        let front_end = Arc::new(Listener { crashes, told });
        let context = Context { meeting: Some(dir), environment, front_end };
        sender.send(meetmint_app::send(&context, &SendRequest::default()))
    });
    receiver.recv_timeout(LIMIT).expect("the run neither ends nor fails")
}

/// Sends with a panic, and then without.
fn check(thread_name: &'static str, crashes: bool) {
    let folder = tempfile::tempdir().unwrap();
    let received = Received::default();
    let told = Arc::new(AtomicBool::new(!crashes));
    write_meeting(folder.path(), serve(&received, &told));
    let error = send(folder.path(), thread_name, crashes, &told).unwrap_err();
    assert_eq!(error.code(), "crashed", "{error}");
    let report = send(folder.path(), "", false, &told).unwrap();
    assert_eq!(report.left, 0, "{report:?}");
    let received = received.lock().unwrap();
    assert!(received.values().all(|count| *count == 1), "{received:?}");
    // A message that the crashed thread had in hand may be in doubt.
    assert!(received.len() >= PEOPLE - 1, "{received:?}");
}

#[test]
fn a_panic_of_a_connection_ends_the_run() {
    check("connection 1", false);
    check("connection 2", false);
}

#[test]
fn a_panic_of_the_front_end_ends_the_run() {
    check("", true);
}

//! Real mail servers: Postfix, Exim and OpenSMTPD accept what meetmint sends, and relay it to a test server.
//!
//! They are not installed: each runs in a chroot (`chroot.rs`), for which the tests need root. Their Debian packages
//! are downloaded once with `apt-get download`.

mod chroot;
mod exim;
mod opensmtpd;
mod postfix;
mod server_certificate;
mod unmodified;

use std::collections::{BTreeSet, HashMap};
use std::net::TcpListener;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use self::chroot::Chroot;
use crate::smtp_server::{ServerOptions, SmtpServer};
use crate::support::{Folder, Run, roster_of};

/// The number of messages in the tests that send many.
const MANY: usize = 2000;

/// How long a test waits for a server.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A mail server that relays everything to `destination`.
struct Relay {
    chroot: Chroot,
    port: u16,
    destination: SmtpServer,
}

impl Relay {
    /// Asserts that everybody's message was relayed exactly once.
    fn assert_each_relayed_once(&self, people: usize) {
        wait_until("all messages at the destination", || {
            self.destination.messages().len() >= people
        });
        wait_until("all messages in the log", || self.chroot.accepted_messages() >= people);
        assert_eq!(self.chroot.accepted_messages(), people, "the relay accepted each message once");
        let messages = self.destination.messages();
        let mut deliveries: HashMap<&str, usize> = HashMap::new();
        for message in &messages {
            *deliveries.entry(&message.to).or_default() += 1;
            assert!(message.body.ends_with("--\r\n"), "the message to {} is complete", message.to);
            assert!(
                message.body.contains(&format!("<{}>", message.to)),
                "it is addressed to {}",
                message.to
            );
        }
        for at in 0..people {
            let person = format!("p{at}@example.org");
            assert_eq!(deliveries.remove(person.as_str()), Some(1), "{person}");
        }
        assert!(deliveries.is_empty(), "a message to somebody else: {deliveries:?}");
        let ids: BTreeSet<&str> =
            messages.iter().map(|message| message.message_id.as_str()).collect();
        assert_eq!(ids.len(), people, "every message has a Message-ID of its own");
    }
}

/// A meeting that sends through the server on this port, without TLS unless `outbox` sets `security`.
fn meeting(people: usize, port: u16, outbox: &str) -> Folder {
    let folder = Folder::meeting(&roster_of(people));
    folder.use_smtp(port, outbox);
    folder
}

fn send(folder: &Folder) -> Run {
    folder.run(["send", "--yes", "--wait", "0", "-q"])
}

/// Everybody's state in `status`.
fn states(folder: &Folder) -> HashMap<String, String> {
    folder.status().into_iter().map(|person| (person.email, person.state)).collect()
}

fn destination() -> SmtpServer {
    SmtpServer::start(ServerOptions::default())
}

/// A free port outside of Linux' default range of ephemeral ports (from 32768), so that no outgoing connection takes
/// it before the server listens.
fn free_port() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    loop {
        let next = std::process::id().wrapping_mul(20) + NEXT.fetch_add(1, Ordering::Relaxed);
        let port = u16::try_from(20000 + next % 10000).unwrap();
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// Waits until a condition holds; `what` names it when it never does.
#[track_caller]
fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let started = Instant::now();
    while !condition() {
        assert!(started.elapsed() < TIMEOUT, "timed out waiting for {what}");
        thread::sleep(Duration::from_millis(10));
    }
}

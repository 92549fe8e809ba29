//! Debian's own mail servers, started here for each test: Postfix, Exim and OpenSMTPD take what
//! meetmint sends, and pass it on to a sink that counts.
//!
//! They are not installed: each lives in a folder of its own that is all it sees (`world.rs`),
//! which takes root. The packages come by `apt-get download`, once.

mod certificate;
mod dump;
mod exim;
mod opensmtpd;
mod postfix;
mod world;

use std::collections::{BTreeSet, HashMap};
use std::net::TcpListener;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use self::world::World;
use crate::sink::{Options, Sink};
use crate::support::{Folder, Run, crowd};

/// How many people a server has to cope with.
const MANY: usize = 2000;

/// How long to wait for a server.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server that passes on what it takes.
struct Relay {
    world: World,
    /// Where it takes mail.
    port: u16,
    /// Where all of it goes.
    sink: Sink,
}

impl Relay {
    /// Everybody's message has come through, once.
    fn brought_all_once(&self, people: usize) {
        until("all messages at the sink", || self.sink.messages().len() >= people);
        until("all messages in the log", || self.world.took() >= people);
        assert_eq!(self.world.took(), people, "the server took as many");
        let taken = self.sink.messages();
        let mut got: HashMap<&str, usize> = HashMap::new();
        for one in &taken {
            *got.entry(&one.to).or_default() += 1;
            assert!(one.body.ends_with("--\r\n"), "{} has a whole one", one.to);
            assert!(one.body.contains(&format!("<{}>", one.to)), "{} has their own", one.to);
        }
        for at in 0..people {
            let person = format!("p{at}@example.org");
            assert_eq!(got.remove(person.as_str()), Some(1), "{person}");
        }
        assert!(got.is_empty(), "nobody else has one: {got:?}");
        let ids: BTreeSet<&str> = taken.iter().map(|one| one.message_id.as_str()).collect();
        assert_eq!(ids.len(), people, "every Message-ID is there once");
    }
}

/// A meeting that mails through a server at a port of this machine.
fn meeting(people: usize, port: u16, outbox: &str) -> Folder {
    let folder = Folder::meeting(&crowd(people));
    mails(&folder, port, outbox);
    folder
}

/// Has a meeting without an outbox mail through a server; without a word on security it goes without TLS.
fn mails(folder: &Folder, port: u16, outbox: &str) {
    let meeting = folder.read("meeting.toml");
    let host = if outbox.contains("host = ") { "" } else { "host = \"127.0.0.1\"\n" };
    let security = if outbox.contains("security = ") { "" } else { "security = \"none\"\n" };
    let outbox = format!("[outbox]\nkind = \"smtp\"\nport = {port}\n{host}{security}{outbox}");
    folder.write("meeting.toml", format!("{meeting}\n{outbox}"));
}

fn send(folder: &Folder) -> Run {
    folder.run(["send", "--yes", "--wait", "0", "-q"])
}

/// Who stands how, by `status`.
fn states(folder: &Folder) -> HashMap<String, String> {
    let run = folder.run(["status", "--format", "json"]).exits(0);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let word = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let people = report["people"].as_array().unwrap();
    people.iter().map(|one| (word(&one["email"]), word(&one["state"]))).collect()
}

fn sink() -> Sink {
    Sink::start(Options::default())
}

/// A port that is free, and none that a connection from here could be given meanwhile.
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

/// Waits until something is so.
#[track_caller]
fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "waited in vain for {what}");
        thread::sleep(Duration::from_millis(10));
    }
}

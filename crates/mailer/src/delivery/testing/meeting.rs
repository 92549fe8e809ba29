//! A meeting whose invitations are sent in a schedule: a real ledger and real messages.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, OnceLock};
use std::time::Duration;

use jiff::Timestamp;
use meetmint_core::{Deployment, HmacAlgorithm, MeetingId, Mint, Server, ServerKind, SigningKey};

use super::Instant;
use super::people::{address, id_of};
use super::server::Script;
use super::steps::{self, Panic, Step};
use crate::content::MessageKind;
use crate::delivery::factory::MessageFactory;
use crate::delivery::run::Task;
use crate::delivery::{Pace, Relay};
use crate::ledger::testing::{Operation, SNAPSHOT, add_with, on_ledger};
use crate::ledger::{Ledger, LockedLedger, Medium, MessageState, WantedRow};
use crate::message::Composer;
use crate::outbox::{Chunking, Security, SmtpAddress, SmtpServer, Timeouts};
use crate::sender::Sender;
use crate::snapshot::Snapshot;
use crate::templates::Templates;

/// How many people are invited at most.
const MOST_PEOPLE: usize = 12;

/// When each schedule begins, in seconds since 1970 UTC: a year before the meeting.
const BEGIN: i64 = 1_900_000_000;

/// A folder in memory, if the system has one: a schedule must not wait for a disk.
const MEMORY: &str = "/dev/shm";

static MEETING: LazyLock<MeetingId> = LazyLock::new(|| MeetingId::written("a meeting").unwrap());
static COMPOSER: LazyLock<Composer> = LazyLock::new(|| {
    let sender = Sender::parse("Events team <events@example.org>").unwrap();
    Composer::new(Templates::built_in(), sender, MEETING.clone())
});
static MINT: LazyLock<Mint> = LazyLock::new(|| {
    let url = Some("https://meet.example.org");
    let deployment = Deployment { url, ..Deployment::new(ServerKind::Debian, "acme") };
    let key = SigningKey::from_secret(&[b'x'; 32], HmacAlgorithm::Hs256).unwrap();
    Mint::new(Server::new(&deployment).unwrap(), key).unwrap()
});

/// The ledger of a schedule, and a server.
pub(in crate::delivery) struct World {
    pub(in crate::delivery) ledger: LockedLedger,
    pub(in crate::delivery) people: usize,
    pub(in crate::delivery) relay: Relay,
    // Dropped last.
    _folder: tempfile::TempDir,
}

impl World {
    /// Begins a schedule. The user interrupts the run at step `interrupt_at`, and a thread panics at `panic`.
    pub(in crate::delivery) fn begin(
        people: usize,
        pace: Pace,
        max_wait: Duration,
        script: Script,
        interrupt_at: Option<usize>,
        panic: Option<Panic>,
    ) -> World {
        steps::reset(interrupt_at, panic);
        on_ledger(|operation| {
            steps::step(match operation {
                Operation::LookUp => Step::LookUp,
                Operation::Commit => Step::Commit,
                Operation::Committed => Step::Committed,
            });
        });
        let folder = temporary_folder();
        let path = folder.path().join("ledger.db");
        fs::write(&path, empty_ledger()).unwrap();
        let ledger = Ledger::open_locked(&path, &MEETING, "a test").unwrap();
        script.begin(Ledger::look(&path, &MEETING).unwrap());
        World { ledger, people, relay: relay(pace, max_wait), _folder: folder }
    }

    /// As [`begin`](World::begin), with a server that accepts everything, and nothing happens.
    pub(in crate::delivery) fn quiet(people: usize, pace: Pace) -> World {
        World::begin(people, pace, Duration::ZERO, Script::default(), None, None)
    }

    /// As [`quiet`](World::quiet), except that a thread panics.
    pub(in crate::delivery) fn with_panic(people: usize, pace: Pace, panic: Panic) -> World {
        World::begin(people, pace, Duration::ZERO, Script::default(), None, Some(panic))
    }

    pub(in crate::delivery) fn factory(now: &(dyn Fn() -> Timestamp + Sync)) -> MessageFactory<'_> {
        MessageFactory { composer: &COMPOSER, mint: &MINT, now, stamp: None }
    }

    /// What is to be sent: everything that may be sent without the risk of a second copy.
    pub(in crate::delivery) fn tasks(&self) -> Vec<Task> {
        let due = (0..self.people).filter(|number| {
            matches!(self.state(*number), None | Some(MessageState::Due | MessageState::Deferred))
        });
        due.map(|number| Task::Due { entry: id_of(number), kind: MessageKind::Invite }).collect()
    }

    /// The state of a person's message in the ledger.
    pub(in crate::delivery) fn state(&self, number: usize) -> Option<MessageState> {
        let outlines = steps::aside(|| self.ledger.outlines(&[id_of(number)]).unwrap());
        let messages = &outlines[0].messages;
        assert!(messages.iter().all(|message| message.medium == Medium::Smtp));
        assert!(messages.len() <= 1, "several messages");
        messages.first().map(|message| message.state)
    }

    /// Ends the script of the server.
    pub(in crate::delivery) fn script() -> Script {
        Script::end()
    }
}

/// Some connections, and no other limit.
pub(in crate::delivery) fn several(connections: u32) -> Pace {
    Pace { connections, ..Pace::unlimited() }
}

/// The time of the user's clock. Asking for it is a step.
pub(in crate::delivery) fn wall() -> Timestamp {
    steps::step(Step::Clock);
    let passed = Instant::now().since_reset().as_secs();
    Timestamp::from_second(BEGIN + i64::try_from(passed).unwrap()).unwrap()
}

fn relay(pace: Pace, max_wait: Duration) -> Relay {
    let server = SmtpServer {
        address: SmtpAddress { host: "localhost".to_owned(), port: 25 },
        security: Security::None,
        cleartext: false,
        trust: None,
        login: None,
        hello: None,
        timeouts: Timeouts::default(),
        chunking: Chunking::new(true),
        trace: None,
    };
    Relay::new(server, pace, max_wait)
}

fn temporary_folder() -> tempfile::TempDir {
    if Path::new(MEMORY).is_dir() {
        tempfile::tempdir_in(MEMORY).unwrap()
    } else {
        tempfile::tempdir().unwrap()
    }
}

/// The file of a ledger with everybody's entry, and no message.
fn empty_ledger() -> &'static [u8] {
    static FILE: OnceLock<Vec<u8>> = OnceLock::new();
    FILE.get_or_init(|| {
        let folder = temporary_folder();
        let path: PathBuf = folder.path().join("ledger.db");
        let mut ledger = Ledger::open_locked(&path, &MEETING, "a test").unwrap();
        let rows: Vec<WantedRow> = (0..MOST_PEOPLE).map(row).collect();
        add_with(ledger.keep(), &MEETING, &rows, snapshot);
        drop(ledger);
        fs::read(&path).unwrap()
    })
}

fn snapshot(number: usize) -> String {
    SNAPSHOT.trim_end().replace("Ada@example.org", &address(number))
}

fn row(number: usize) -> WantedRow {
    let text = snapshot(number);
    WantedRow::new(&address(number), "town-hall", &Snapshot::read(&text).unwrap(), &text)
}

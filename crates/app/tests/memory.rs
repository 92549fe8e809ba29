//! How much memory is taken by commands that go through the whole list: it must not grow with the list. A test of its own, because it
//! counts what the process allocates. What SQLite allocates is not counted: its caches have limits of their own.

#![expect(clippy::unwrap_used, reason = "a failed expectation ends the test")]

mod mail_server;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use meetmint_app::{
    Confirmation, Context, Environment, Error, Event, FrontEnd, LinkFormat, LinkTarget,
    LinksRequest, PlanRequest, RemindReport, RemindRequest, RunRequest, SelectionRequest,
    SendRequest,
};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// The people of the two lists: each is several batches of rows, and has more entries than are compared with rows at once.
const PEOPLE: [usize; 2] = [2_100, 4_000];

/// What a person may add to what is allocated at an event, in octets. It should be nothing, but messages are on their way. A key
/// in a set takes about 100.
const EACH_HELD: usize = 60;

/// The same for the peak, which also depends on how many threads are at work on a batch of rows at once.
const EACH_AT_PEAK: usize = 250;

/// The people of two lists of which only links are made: several batches of rows.
const LINKS: [usize; 2] = [13_000, 30_000];

/// What a person may add to the peak there, in octets: a hash by which the survey finds duplicates, in a vector that may have grown to
/// twice as much as it needs, and one batch more that is on its way. A link takes 500.
const EACH_LINK: usize = 130;

/// Notes how much memory is allocated at each event: when the plan is shown, while messages are checked and sent.
#[derive(Default)]
struct Observer(AtomicUsize);

impl FrontEnd for Observer {
    fn event(&self, _event: &Event<'_>) {
        self.0.fetch_max(MEMORY.current_usage(), Ordering::Relaxed);
    }

    fn confirm(&self, _question: &Confirmation) -> Result<bool, Error> {
        Ok(false)
    }
}

/// A context whose clock stands still, some weeks before the meeting.
fn context(meeting: &Path, observer: &Arc<Observer>) -> Context {
    let now = Timestamp::constant(1_928_000_000, 0);
    let environment = Environment {
        now,
        clock: Box::new(move || now),
        variable: Arc::new(|_: &str| None),
        zone: TimeZone::UTC,
        host_name: Box::new(|| None),
        piped_input: Box::new(|| None),
        process: "a test".to_owned(),
        interrupted: Arc::new(AtomicBool::new(false)),
    };
    Context {
        meeting: Some(meeting.to_owned()),
        environment,
        front_end: Arc::clone(observer) as Arc<_>,
    }
}

fn write_meeting(dir: &Path, people: usize, port: u16) {
    let text = format!(
        r#"[server]
kind = "debian"
url = "https://meet.example.org"
app_id = "acme"
secret = {{ file = "app-secret" }}

[meeting]
id = "00112233445566778899aabbccddeeff"
title = "Autumn"
room = "autumn"
start = "2031-03-11 14:00"
zone = "Europe/Berlin"
duration = "90m"

[roster]
file = "people.csv"

[mail]
from = "Events <events@example.org>"

[outbox]
kind = "smtp"
host = "127.0.0.1"
port = {port}
security = "none"
connections = 2
rate = "1000000/s"
"#
    );
    std::fs::write(dir.join("meeting.toml"), text).unwrap();
    let mut rows = "email,name,role\n".to_owned();
    for number in 0..people {
        writeln!(rows, "person.number.{number}@example.org,Ada Person,participant").unwrap();
    }
    std::fs::write(dir.join("people.csv"), rows).unwrap();
    let secret = dir.join("app-secret");
    std::fs::write(&secret, "0123456789abcdef0123456789abcdef").unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
}

/// Writes a report as JSON into nothing.
fn as_json(report: &impl serde::Serialize) {
    serde_json::to_writer(std::io::sink(), report).unwrap();
}

/// What commands take, in octets beyond what was allocated before: each at its peak, and at events.
type Taken = BTreeMap<(&'static str, &'static str), usize>;

/// A meeting in a folder, and what commands about it take.
struct Measured {
    folder: tempfile::TempDir,
    people: usize,
    taken: Taken,
}

impl Measured {
    fn new(people: usize, port: u16) -> Measured {
        let folder = tempfile::tempdir().unwrap();
        write_meeting(folder.path(), people, port);
        Measured { folder, people, taken: Taken::default() }
    }

    fn measure<T>(&mut self, name: &'static str, work: impl FnOnce(&Context) -> T) -> T {
        let observer = Arc::default();
        let context = context(self.folder.path(), &observer);
        MEMORY.reset_peak_usage();
        let before = MEMORY.current_usage();
        let result = work(&context);
        self.taken.insert((name, "peak"), MEMORY.peak_usage() - before);
        let held = observer.0.load(Ordering::Relaxed);
        self.taken.insert((name, "held"), held.saturating_sub(before));
        result
    }

    /// Makes a link file.
    fn links(mut self) -> Taken {
        let links = LinksRequest {
            format: LinkFormat::Csv { bom: false },
            target: LinkTarget::File(self.folder.path().join("links.csv")),
            selection: SelectionRequest::default(),
            keep: Vec::new(),
        };
        self.measure("links", |context| meetmint_app::links(context, links).unwrap());
        self.taken
    }

    /// Plans, and expects messages to so many people.
    fn plan(&mut self, name: &'static str, request: &PlanRequest, due: usize) {
        let found = self.measure(name, |context| {
            let report = meetmint_app::plan(context, request).unwrap();
            as_json(&report);
            report.due.len()
        });
        assert_eq!(found, due, "{name}");
    }

    /// Expects that everybody is in this state.
    fn status(&mut self, name: &'static str, state: &str) {
        let totals = self.measure(name, |context| {
            let report = meetmint_app::status(context).unwrap();
            as_json(&report);
            report.totals
        });
        assert_eq!(totals[state], self.people, "{name}");
    }

    /// Sends to everybody, and asks for everything that goes through all of them.
    fn send(mut self) -> Taken {
        let people = self.people;
        let run = RunRequest { yes: true, ..RunRequest::default() };
        let send = SendRequest { plan: PlanRequest::default(), run };
        let sent = self.measure("send", |context| meetmint_app::send(context, &send).unwrap());
        assert_eq!(sent.delivered, people);
        self.plan("plan", &PlanRequest::default(), 0);
        self.status("status", "accepted");
        let of_role = PlanRequest { selection: participants(), ..PlanRequest::default() };
        let again = PlanRequest { again: true, ..of_role.clone() };
        self.plan("plan --again", &again, people);
        let remind = RemindRequest { selection: participants(), run, ..RemindRequest::default() };
        let report = self.measure("remind", |context| meetmint_app::remind(context, &remind));
        let RemindReport::Sent(report) = report.unwrap() else { panic!("nobody was reminded") };
        assert_eq!(report.delivered, people);
        let file = self.folder.path().join("meeting.toml");
        let settings = std::fs::read_to_string(&file).unwrap();
        std::fs::write(file, settings.replace("14:00", "15:00")).unwrap();
        self.plan("plan, moved", &PlanRequest::default(), people);
        self.plan("plan --role, moved", &of_role, people);
        self.status("status, moved", "due");
        self.taken
    }
}

fn participants() -> SelectionRequest {
    SelectionRequest { role: Some("participant".to_owned()), ..SelectionRequest::default() }
}

/// Expects that a person adds at most so much to a peak, in octets, and to what is held at events.
fn expect_growth(at_peak: usize, people: [usize; 2], measure: impl Fn(usize) -> Taken) {
    let [few, many] = people.map(measure);
    let each = many.iter().map(|(name, taken)| {
        let growth = taken.saturating_sub(few[name]);
        (name, growth / (people[1] - people[0]))
    });
    let too_much: Vec<_> = each
        .filter(|((_, when), each)| *each > if *when == "peak" { at_peak } else { EACH_HELD })
        .collect();
    assert!(too_much.is_empty(), "octets a person: {too_much:#?}\n{few:#?}\n{many:#?}");
}

/// In one test, because the peak is that of the whole process.
#[test]
fn memory_does_not_grow_with_the_list() {
    let port = mail_server::start(|_| None);
    // The first time, tables are made that stay.
    Measured::new(10, port).links();
    Measured::new(10, port).send();
    expect_growth(EACH_LINK, LINKS, |people| Measured::new(people, port).links());
    expect_growth(EACH_AT_PEAK, PEOPLE, |people| Measured::new(people, port).send());
}

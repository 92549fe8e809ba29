//! One row of the table: some people, a server and its faults, a run of `send`, and what has to come of it.

use std::collections::{BTreeMap, HashMap};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::certificate::Certificate;
use super::server::{At, Cue, Manner, Server, Step, Taken};
use crate::support::{Folder, Run, crowd};

/// A password, and its two forms on the way to a server.
pub(super) const PASSWORD: &str = "horse staple battery";
pub(super) const SECRETS: [&str; 3] =
    [PASSWORD, "aG9yc2Ugc3RhcGxlIGJhdHRlcnk=", "AGFkYQBob3JzZSBzdGFwbGUgYmF0dGVyeQ=="];

/// Makes a new token each time, and counts.
const FETCH: &str = "echo once >> fetched\necho eyJtoken$(wc -l < fetched | tr -d ' ')\n";

/// A row that is being written.
pub(super) struct Row {
    list: String,
    from: Option<&'static str>,
    manner: Manner,
    outbox: String,
    host: &'static str,
    security: &'static str,
    ca: Option<String>,
    wait: &'static str,
    verbose: bool,
}

/// What came of a run.
pub(super) struct Outcome {
    pub(super) folder: Folder,
    pub(super) server: Server,
    /// Where the server is, as it is shown.
    at: String,
    people: Vec<String>,
    run: Run,
    standing: BTreeMap<String, String>,
    taken: Vec<Taken>,
    connections: usize,
}

impl Row {
    /// So many people.
    pub(super) fn of(people: usize) -> Row {
        Row::list(&crowd(people))
    }

    /// People by a list.
    pub(super) fn list(list: &str) -> Row {
        let offers = vec!["PIPELINING", "SIZE 10240000", "8BITMIME"];
        Row {
            list: list.to_owned(),
            from: None,
            manner: Manner { offers, ..Manner::default() },
            outbox: String::new(),
            host: "127.0.0.1",
            security: "none",
            ca: None,
            wait: "0",
            verbose: false,
        }
    }

    /// The first time something happens.
    pub(super) fn once<const N: usize>(self, at: At, steps: [Step; N]) -> Row {
        self.cue(None, at, &steps, 1)
    }

    /// The first time something happens on a connection, counted from 1.
    pub(super) fn on<const N: usize>(self, connection: usize, at: At, steps: [Step; N]) -> Row {
        self.cue(Some(connection), at, &steps, 1)
    }

    /// Each time that something happens.
    pub(super) fn always<const N: usize>(self, at: At, steps: [Step; N]) -> Row {
        self.cue(None, at, &steps, usize::MAX)
    }

    fn cue(mut self, connection: Option<usize>, at: At, steps: &[Step], left: usize) -> Row {
        self.manner.script.push(Cue { connection, at, steps: steps.to_vec(), left });
        self
    }

    /// What the server offers, instead of the usual.
    pub(super) fn offers<const N: usize>(mut self, offers: [&'static str; N]) -> Row {
        self.manner.offers = offers.to_vec();
        self
    }

    pub(super) fn offers_also(mut self, offer: &'static str) -> Row {
        self.manner.offers.push(offer);
        self
    }

    /// The server answers each command before the next one comes.
    pub(super) fn in_lock_step(self) -> Row {
        self.offers(["SIZE 10240000", "8BITMIME"])
    }

    /// Who sends.
    pub(super) fn from(mut self, from: &'static str) -> Row {
        self.from = Some(from);
        self
    }

    /// A line under [outbox].
    pub(super) fn outbox(mut self, line: &str) -> Row {
        self.outbox.push_str(line);
        self.outbox.push('\n');
        self
    }

    /// Mail goes under TLS, after STARTTLS.
    pub(super) fn starttls(mut self, certificate: Certificate) -> Row {
        let (ca, config) = certificate.make();
        self.manner.tls = Some(config);
        (self.ca, self.host, self.security) = (Some(ca), "localhost", "starttls");
        self.offers_also("STARTTLS")
    }

    /// Mail goes under TLS from the beginning.
    pub(super) fn tls(mut self, certificate: Certificate) -> Row {
        let (ca, config) = certificate.make();
        (self.manner.tls, self.manner.at_once) = (Some(config), true);
        (self.ca, self.host, self.security) = (Some(ca), "localhost", "tls");
        self
    }

    /// The client begins TLS, and the server does not.
    pub(super) fn tls_of_the_client_alone(self) -> Row {
        let mut row = self.tls(Certificate::Right);
        row.manner.at_once = false;
        row
    }

    /// Nobody listens.
    pub(super) fn absent(mut self) -> Row {
        self.manner.absent = true;
        self
    }

    /// Ada logs in.
    pub(super) fn login(self) -> Row {
        self.offers_also("AUTH PLAIN LOGIN XOAUTH2")
            .outbox("user = \"ada\"")
            .outbox("password = { file = \"mail-password\" }")
    }

    /// A token is used, which is made anew each time that it is fetched: `eyJtoken1`, `eyJtoken2` and on.
    pub(super) fn token(self) -> Row {
        self.offers_also("AUTH PLAIN LOGIN XOAUTH2")
            .outbox("user = \"ada\"")
            .outbox("auth = \"xoauth2\"")
            .outbox("password = { command = [\"sh\", \"fetch.sh\"] }")
    }

    pub(super) fn waits(mut self, wait: &'static str) -> Row {
        self.wait = wait;
        self
    }

    /// With `-v`.
    pub(super) fn verbose(mut self) -> Row {
        self.verbose = true;
        self
    }

    /// Sends.
    #[track_caller]
    pub(super) fn send(self) -> Outcome {
        self.run(|folder, _, args| folder.run(args))
    }

    /// Sends with a disk that takes files of so many KiB.
    #[track_caller]
    pub(super) fn send_to_a_full_disk(self, kib: usize) -> Outcome {
        self.run(|folder, _, args| {
            let args = args.join(" ");
            folder.shell(&format!("trap '' XFSZ; ulimit -f {kib}; exec meetmint {args}"))
        })
    }

    /// Sends, and has it end when the server has heard something that begins so.
    #[track_caller]
    pub(super) fn send_and_interrupt(self, start: &str) -> Outcome {
        self.run(|folder, server, args| {
            let mut command = folder.command();
            command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
            let child = command.spawn().unwrap();
            let begun = Instant::now();
            while !server.heard().iter().any(|(_, line)| line.starts_with(start)) {
                assert!(begun.elapsed() < Duration::from_secs(30), "{start} is not heard");
                thread::sleep(Duration::from_millis(2));
            }
            let id = child.id().to_string();
            assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
            Run::of(child.wait_with_output().unwrap())
        })
    }

    #[track_caller]
    fn run(self, run: impl FnOnce(&Folder, &Server, &[&str]) -> Run) -> Outcome {
        let folder = Folder::meeting(&self.list);
        let server = Server::start(self.manner);
        let at = format!("{}:{}", self.host, server.port());
        let ca = if self.ca.is_some() { "ca = \"ca.pem\"\n" } else { "" };
        let meeting = folder.read("meeting.toml");
        let outbox = format!(
            "kind = \"smtp\"\nhost = \"{}\"\nport = {}\nsecurity = \"{}\"\n{ca}{}",
            self.host,
            server.port(),
            self.security,
            self.outbox
        );
        folder.write("meeting.toml", format!("{meeting}\n[outbox]\n{outbox}"));
        if let Some(from) = self.from {
            folder.change("Events team <events@example.org>", from);
        }
        if let Some(ca) = self.ca {
            folder.write("ca.pem", ca);
        }
        folder.private("mail-password", PASSWORD).write("fetch.sh", FETCH);
        let how = if self.verbose { "-v" } else { "-q" };
        let run = run(&folder, &server, &["send", "--yes", "--wait", self.wait, how]);
        let people = self.list.lines().skip(1).map(|line| line.split(',').next().unwrap());
        let mut outcome = Outcome {
            at,
            people: people.map(str::to_owned).collect(),
            run,
            standing: BTreeMap::new(),
            taken: Vec::new(),
            connections: 0,
            folder,
            server,
        };
        outcome.look();
        outcome
    }
}

impl Outcome {
    /// Looks into the ledger and at the server, and whether the two agree.
    #[track_caller]
    fn look(&mut self) {
        self.server.quiet();
        self.taken = self.server.taken();
        self.connections = self.server.connections();
        let run = self.folder.run(["status", "--format", "json"]).exits(0);
        let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        let word = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        let people = report["people"].as_array().unwrap();
        self.standing =
            people.iter().map(|one| (word(&one["email"]), word(&one["state"]))).collect();
        let mut got: HashMap<&str, (usize, usize)> = HashMap::new();
        for taken in &self.taken {
            assert_eq!(taken.to.len(), 1, "a message is for one person: {:?}", taken.to);
            assert!(taken.body.ends_with("--\r\n"), "it is whole");
            assert!(taken.body.contains(&format!("<{}>", taken.to[0])), "it is theirs");
            let (came, accepted) = got.entry(&taken.to[0]).or_default();
            *came += 1;
            *accepted += usize::from(taken.accepted);
        }
        for (person, state) in &self.standing {
            let (came, accepted) = got.remove(person.as_str()).unwrap_or_default();
            let agrees = match state.as_str() {
                "accepted" => accepted == 1,
                "in_doubt" | "sending" => came <= 1,
                _ => accepted == 0,
            };
            assert!(agrees, "{person} is {state}, came: {came}, accepted: {accepted}\n{self}");
        }
        assert!(got.is_empty(), "nobody else gets anything: {got:?}\n{self}");
        for secret in ["eyJ", SECRETS[0], SECRETS[1], SECRETS[2]] {
            assert!(!self.run.stderr.contains(secret), "a secret is shown\n{self}");
        }
    }

    /// The exit code.
    #[track_caller]
    pub(super) fn exits(self, code: i32) -> Outcome {
        assert_eq!(self.run.code, Some(code), "\n{self}");
        self
    }

    /// Words on stderr; `{at}` is where the server is.
    #[track_caller]
    pub(super) fn says(self, words: &str) -> Outcome {
        let words = words.replace("{at}", &self.at);
        assert!(self.run.stderr.contains(&words), "not said: {words}\n{self}");
        self
    }

    #[track_caller]
    pub(super) fn says_nothing(self) -> Outcome {
        assert_eq!(self.run.stderr, "");
        self
    }

    /// All of it went well.
    #[track_caller]
    pub(super) fn goes_well(self) -> Outcome {
        let people = self.people.len();
        self.exits(0).all("accepted").arrived(people)
    }

    /// It stopped, because every further message would have failed in the same way, with this many messages not sent.
    #[track_caller]
    pub(super) fn stops(self, left: usize, why: &str) -> Outcome {
        let messages = if left == 1 { "message" } else { "messages" };
        let words = format!(
            "error: stopped: {left} {messages} not sent, because every one of them would fail in the same way: {}",
            why.replace("{at}", &self.at)
        );
        assert!(
            self.run.stderr.starts_with(&words) || self.run.stderr.contains(&format!("\n{words}")),
            "not said: {words}\n{self}"
        );
        self.exits(1)
    }

    /// Everybody is in this state.
    #[track_caller]
    pub(super) fn all(self, state: &str) -> Outcome {
        let states = vec![state; self.people.len()].join(" ");
        self.stands(&states)
    }

    /// Everybody's state, in the order of the list.
    #[track_caller]
    pub(super) fn stands(self, states: &str) -> Outcome {
        let standing = self.people.iter().map(|one| self.standing.get(one).map_or("-", |it| it));
        let standing: Vec<&str> = standing.collect();
        assert_eq!(standing.join(" "), states, "\n{self}");
        self
    }

    /// How many are in each state.
    #[track_caller]
    pub(super) fn counts<const N: usize>(self, counts: [(&str, usize); N]) -> Outcome {
        for (state, count) in counts {
            assert_eq!(self.count(state), count, "{state}\n{self}");
        }
        self
    }

    /// So many messages came whole.
    #[track_caller]
    pub(super) fn arrived(self, messages: usize) -> Outcome {
        assert_eq!(self.taken.len(), messages, "\n{self}");
        self
    }

    #[track_caller]
    pub(super) fn connections(self, connections: usize) -> Outcome {
        assert_eq!(self.connections, connections, "\n{self}");
        self
    }

    /// So many commands began so.
    #[track_caller]
    pub(super) fn heard(self, start: &str, times: usize) -> Outcome {
        let heard = self.server.heard();
        let found = heard.iter().filter(|(_, line)| line.starts_with(start)).count();
        assert_eq!(found, times, "{start}\n{self}");
        self
    }

    /// The server behaves well from now on, and it is sent again: all who are due get theirs, and nobody else
    /// anything.
    #[track_caller]
    pub(super) fn goes_on(self) -> Outcome {
        let due = self.count("due");
        let mut expected = self.standing.clone();
        for state in expected.values_mut() {
            match state.as_str() {
                "due" => "accepted".clone_into(state),
                // A run that ended early has left it so.
                "sending" => "in_doubt".clone_into(state),
                _ => {}
            }
        }
        let before = self.taken.len();
        let outcome = self.sends_again();
        assert_eq!(outcome.taken.len(), before + due, "\n{outcome}");
        assert_eq!(outcome.standing, expected, "\n{outcome}");
        let whole = outcome.standing.values().all(|state| state == "accepted");
        outcome.exits(if whole { 0 } else { 4 })
    }

    /// The time of those who were deferred has come, and the server behaves well: they get theirs.
    #[track_caller]
    pub(super) fn goes_on_later(self) -> Outcome {
        let db = rusqlite::Connection::open(self.folder.path().join("ledger.db")).unwrap();
        let deferred = db
            .execute("UPDATE message SET next_try = next_try - 100 WHERE state = 'deferred'", [])
            .unwrap();
        drop(db);
        assert!(deferred > 0, "nobody is deferred\n{self}");
        let before = self.taken.len();
        let outcome = self.sends_again();
        assert_eq!(outcome.taken.len(), before + deferred, "\n{outcome}");
        outcome.counts([("deferred", 0), ("due", 0)])
    }

    /// Whoever is in doubt gets the very same message once more.
    #[track_caller]
    pub(super) fn settles(mut self) -> Outcome {
        let doubts = self.count("in_doubt");
        assert!(doubts > 0, "nobody is in doubt\n{self}");
        let before = self.taken.len();
        self.server.heal();
        self.run = self.folder.run(["settle", "--resend", "--yes", "--wait", "0", "-q"]);
        self.look();
        assert_eq!(self.taken.len(), before + doubts, "\n{self}");
        self.exits(0)
    }

    /// How many are in this state.
    pub(super) fn count(&self, state: &str) -> usize {
        self.standing.values().filter(|other| *other == state).count()
    }

    #[track_caller]
    fn sends_again(mut self) -> Outcome {
        self.server.heal();
        self.run = self.folder.run(["send", "--yes", "--wait", "0", "-q"]);
        self.look();
        self
    }

    /// When the messages came.
    pub(super) fn taken(&self) -> &[Taken] {
        &self.taken
    }

    pub(super) fn stderr(&self) -> &str {
        &self.run.stderr
    }
}

/// Everything that whoever mends it wants to know.
impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "exit: {:?}\nstderr:\n{}", self.run.code, self.run.stderr)?;
        writeln!(f, "standing: {:?}\nconnections: {}", self.standing, self.connections)?;
        for (connection, line) in self.server.heard().iter().take(100) {
            writeln!(f, "{connection}> {line}")?;
        }
        Ok(())
    }
}

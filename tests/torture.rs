//! Sends that are killed, run out of disk or lose their server: nobody is mailed twice, nobody is forgotten, and
//! what cannot be known is said to be unknown.
//!
//! Moments are thrown with dice; what was thrown is said when a test fails, and `MEETMINT_TORTURE_SEED` throws it
//! once more. The long forms run with `MEETMINT_TORTURE=1`, which `just torture` sets.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use crate::sink::{Behaviour, Options, Sink};
use crate::support::{Folder, Run, crowd};

/// How long a run may take that nobody kills.
const PATIENCE: Duration = Duration::from_secs(120);

/// How long the killing of a long form may take.
const LONGEST: Duration = Duration::from_secs(8 * 60);

/// Something that goes to everybody.
#[derive(Clone, Copy)]
struct Wave {
    command: &'static [&'static str],
    /// What `status` calls its messages.
    kind: &'static str,
}

const INVITE: Wave = Wave { command: &["send"], kind: "invite" };
const UPDATE: Wave = Wave { command: &["send"], kind: "update" };
const REMIND: Wave = Wave { command: &["remind"], kind: "remind" };
const CANCEL: Wave = Wave { command: &["cancel"], kind: "cancel" };

impl Wave {
    fn args(self) -> impl Iterator<Item = &'static str> {
        self.command.iter().copied().chain(["--yes", "--wait", "0", "-q"])
    }
}

/// Chance that can be thrown again.
struct Dice {
    seed: u64,
    state: u64,
}

impl Dice {
    fn new(seed: u64) -> Dice {
        let seed =
            std::env::var("MEETMINT_TORTURE_SEED").map_or(seed, |seed| seed.parse().unwrap());
        Dice { seed, state: seed }
    }

    /// A number from 0 to `most`.
    fn throw(&mut self, most: usize) -> usize {
        // Knuth's generator (MMIX): its upper half is as even as is needed here.
        self.state = self
            .state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.state >> 33) % (u64::try_from(most).unwrap() + 1)).unwrap()
    }

    fn moment(&mut self, longest: Duration) -> Duration {
        Duration::from_micros(self.throw(usize::try_from(longest.as_micros()).unwrap()) as u64)
    }
}

impl Drop for Dice {
    fn drop(&mut self) {
        if thread::panicking() {
            tell(&format!("thrown with MEETMINT_TORTURE_SEED={}", self.seed));
        }
    }
}

#[expect(clippy::print_stderr, reason = "whoever tortures wants to know what came of it")]
fn tell(words: &str) {
    eprintln!("{words}");
}

/// Whether the long forms are wanted.
fn is_long() -> bool {
    let long = std::env::var_os("MEETMINT_TORTURE").is_some_and(|value| value == "1");
    if !long {
        tell("left out: `just torture` runs it");
    }
    long
}

fn person(at: usize) -> String {
    format!("p{at}@example.org")
}

/// How killed runs are timed.
struct Killing {
    /// Wait for so many messages at most, each time.
    messages: usize,
    /// And then as long as this at most.
    pause: Duration,
    /// How long it took at most until the first message.
    start: Duration,
}

impl Killing {
    fn new(messages: usize, pause: Duration) -> Killing {
        Killing { messages, pause, start: Duration::from_millis(20) }
    }

    /// Kills a run at some moment: `progress` counts what it has delivered. Gives `false` if it ended by itself.
    fn kill(&mut self, dice: &mut Dice, mut child: Child, progress: impl Fn() -> usize) -> bool {
        let begun = Instant::now();
        let goal = dice.throw(self.messages);
        // Before the first message, too: the list is read then, and the ledger written.
        let pause = dice.moment(if goal == 0 { self.start } else { self.pause });
        let mut done = 0;
        while done < goal && child.try_wait().unwrap().is_none() {
            assert!(begun.elapsed() < PATIENCE, "a run neither mails nor ends");
            let first = done == 0;
            done = progress();
            if first && done > 0 {
                self.start = self.start.max(begun.elapsed());
            }
            thread::sleep(Duration::from_micros(500));
        }
        thread::sleep(pause);
        child.kill().unwrap();
        let output = child.wait_with_output().unwrap();
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(matches!(output.status.code(), None | Some(0 | 4)), "{:?}: {words}", output.status);
        output.status.code().is_none()
    }
}

fn spawn(folder: &Folder, wave: Wave) -> Child {
    let mut command = folder.command();
    command.args(wave.args()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// Runs to the end; one that hangs is killed.
fn finish(folder: &Folder, wave: Wave) -> Option<i32> {
    let begun = Instant::now();
    let mut child = spawn(folder, wave);
    while child.try_wait().unwrap().is_none() {
        if begun.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("a run does not end");
        }
        thread::sleep(Duration::from_millis(2));
    }
    let output = child.wait_with_output().unwrap();
    assert!(
        matches!(output.status.code(), Some(0 | 4)),
        "{:?}: {}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    output.status.code()
}

/// What `status` says of everybody: the kind and the state of the latest message.
fn status(folder: &Folder) -> BTreeMap<String, (String, String)> {
    let run = folder.run(["status", "--format", "json"]).exits(0);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let word = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let people = report["people"].as_array().unwrap();
    let standing: BTreeMap<_, _> = people
        .iter()
        .map(|one| (word(&one["email"]), (word(&one["kind"]), word(&one["state"]))))
        .collect();
    assert_eq!(standing.len(), people.len(), "everybody is there once");
    standing
}

/// A meeting that mails to a counting server.
struct Town {
    folder: Folder,
    people: usize,
    options: Options,
    /// A new one after each run: it has only what this run has sent.
    sink: Sink,
    dice: Dice,
    /// Everything that was ever taken: to whom, and the Message-ID.
    log: Vec<(String, String)>,
    /// How much of it is older than this wave.
    before: usize,
    /// How many runs of this wave ended in the middle.
    broken: usize,
}

impl Town {
    fn new(people: usize, seed: u64, options: Options) -> Town {
        let folder = Folder::meeting(&crowd(people));
        let sink = Sink::start(options.clone());
        let dice = Dice::new(seed);
        let town =
            Town { folder, people, options, sink, dice, log: Vec::new(), before: 0, broken: 0 };
        town.mails();
        town
    }

    fn slow(people: usize, seed: u64) -> Town {
        Town::new(people, seed, Options { delay: Duration::from_millis(4), ..Options::default() })
    }

    fn mails(&self) {
        let text = self.folder.read("meeting.toml");
        let text = text.split("\n[outbox]").next().unwrap();
        let outbox = format!(
            "\n[outbox]\nkind = \"smtp\"\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\n",
            self.sink.port()
        );
        self.folder.write("meeting.toml", format!("{text}{outbox}"));
    }

    /// Takes down what the server has got, and sets up the next server. Gives how much it was.
    fn harvest(&mut self) -> usize {
        self.sink.quiet();
        let taken = self.sink.messages();
        self.sink = Sink::start(self.options.clone());
        self.mails();
        let count = taken.len();
        for taken in taken {
            assert!(taken.body.ends_with("--\r\n"), "it is whole");
            self.log.push((taken.to, taken.message_id));
        }
        count
    }

    /// How many messages of this wave everybody has got.
    fn got(&self) -> HashMap<&str, usize> {
        let mut got = HashMap::new();
        for (to, _) in &self.log[self.before..] {
            *got.entry(to.as_str()).or_default() += 1;
        }
        got
    }

    /// The ledger against what the server has got, at whatever moment. Gives who is in doubt.
    fn audit(&self, wave: Wave) -> BTreeSet<String> {
        let ids: BTreeSet<&String> = self.log.iter().map(|(_, id)| id).collect();
        assert_eq!(ids.len(), self.log.len(), "no Message-ID was there twice");
        assert!(!ids.contains(&String::new()));
        let got = self.got();
        for (person, times) in &got {
            assert_eq!(*times, 1, "{person} has got it {times} times");
        }
        let standing = status(&self.folder);
        let mut unknown = BTreeSet::new();
        for at in 0..self.people {
            let person = person(at);
            let arrived = got.contains_key(person.as_str());
            let Some((kind, state)) = standing.get(&person) else {
                assert!(!arrived, "{person} has got it, and the ledger does not know {person}");
                continue;
            };
            match state.as_str() {
                "sending" | "in_doubt" => {
                    unknown.insert(person);
                }
                "accepted" if kind == wave.kind => {
                    assert!(arrived, "{person} counts as accepted, and has got nothing");
                }
                "accepted" if wave.kind == "fresh copy" => {}
                "accepted" | "due" => {
                    assert!(!arrived, "{person} has got it, and the ledger says {kind} {state}");
                }
                _ => panic!("{person}: {kind} {state}"),
            }
        }
        unknown
    }

    fn is_over(&self) -> bool {
        self.got().len() == self.people
    }

    fn starts(&mut self) {
        (self.before, self.broken) = (self.log.len(), 0);
    }

    /// Kills runs of a wave so often, or until everybody has got it. Of people that nothing kills so many may come
    /// to be in doubt.
    fn kill(&mut self, wave: Wave, kills: usize, killing: &mut Killing, others: usize) {
        let begun = Instant::now();
        while self.broken < kills {
            let child = spawn(&self.folder, wave);
            let sink = &self.sink;
            let killed = killing.kill(&mut self.dice, child, || sink.messages().len());
            self.broken += usize::from(killed);
            self.harvest();
            let unknown = self.audit(wave);
            assert!(
                unknown.len() <= self.broken + others,
                "{} kills, and in doubt are {unknown:?}",
                self.broken
            );
            if !killed || self.is_over() {
                return;
            }
            assert!(begun.elapsed() < LONGEST, "only {} kills in {LONGEST:?}", self.broken);
        }
    }

    /// Sends the rest: now everybody has got it, or is in doubt, who are given.
    fn goes_on(&mut self, wave: Wave) -> BTreeSet<String> {
        let code = finish(&self.folder, wave);
        self.harvest();
        let unknown = self.audit(wave);
        for (person, (kind, state)) in status(&self.folder) {
            assert!(
                kind == wave.kind && (state == "accepted" || state == "in_doubt"),
                "{person}: {kind} {state}"
            );
        }
        assert_eq!(code, Some(if unknown.is_empty() { 0 } else { 4 }));
        if wave.command == ["send"] {
            // Who is in doubt is left in doubt, and nobody else has anything to come.
            assert_eq!(finish(&self.folder, wave), code);
            assert_eq!(self.harvest(), 0);
        }
        unknown
    }

    /// Decides every doubt, knowing what the server knows: now everybody has got it once.
    fn settle(&mut self, wave: Wave, unknown: &BTreeSet<String>) {
        let got: BTreeSet<String> = self.got().into_keys().map(str::to_owned).collect();
        for person in unknown {
            let how: &[&str] = if got.contains(person) {
                &["--sent"]
            } else {
                &["--resend", "--yes", "--wait", "0"]
            };
            let args = [&["settle", "-q", "--only", person], how].concat();
            self.folder.run(args).exits(0).says("");
        }
        self.harvest();
        assert!(self.audit(wave).is_empty());
        assert_eq!(self.got().len(), self.people);
        let run = self.folder.run(["plan"]).exits(0);
        assert!(run.stdout.ends_with("Nothing is due.\n"), "{}", run.stdout);
        self.folder.run(["send", "--yes", "--wait", "0", "-q"]).exits(0).says("");
        assert_eq!(self.harvest(), 0);
    }

    /// Everybody gets it, and nothing happens on the way.
    fn all_get(&mut self, wave: Wave) {
        self.starts();
        assert_eq!(finish(&self.folder, wave), Some(0));
        assert_eq!(self.harvest(), self.people);
        assert!(self.audit(wave).is_empty());
    }

    /// A wave that is killed so often, then sent to the end. Gives how many were in doubt.
    fn survives(&mut self, wave: Wave, kills: usize, killing: &mut Killing) -> usize {
        self.starts();
        self.kill(wave, kills, killing, 0);
        // A reminder after the last one was said would be the next.
        let unknown = if wave.kind == "remind" && self.is_over() {
            self.audit(wave)
        } else {
            self.goes_on(wave)
        };
        assert!(unknown.len() <= self.broken);
        self.settle(wave, &unknown);
        unknown.len()
    }
}

/// Kills that leave enough for twelve of them.
fn now_and_then() -> Killing {
    Killing::new(7, Duration::from_millis(12))
}

#[test]
fn a_send_that_is_killed_twelve_times_mails_everybody_once() {
    let mut town = Town::slow(60, 1);
    town.survives(INVITE, 12, &mut now_and_then());
    assert!(town.broken >= 3, "only {} kills came in time", town.broken);
}

#[test]
fn updates_and_cancellations_that_are_killed_reach_everybody_once() {
    let mut town = Town::slow(40, 2);
    town.all_get(INVITE);
    town.folder.change("title = \"Town hall\"", "title = \"Another title\"");
    town.survives(UPDATE, 6, &mut now_and_then());
    town.survives(CANCEL, 6, &mut now_and_then());
}

#[test]
fn a_settling_that_is_killed_mails_nobody_twice() {
    let behaviours = (0..20).map(|at| (person(at), Behaviour::CloseBeforeBody)).collect();
    let mut town = Town::new(20, 3, Options { behaviours, ..Options::default() });
    town.starts();
    // Each of these either is in doubt or stops the run: nobody has got anything.
    for _ in 0..20 {
        let code = town.folder.run(INVITE.args()).code;
        assert!(matches!(code, Some(0 | 1 | 4)), "{code:?}");
        assert_eq!(town.harvest(), 0);
        if code != Some(1) {
            break;
        }
    }
    let lost = town.audit(INVITE);
    town.options = Options { delay: Duration::from_millis(4), ..Options::default() };
    town.harvest();
    let settle = Wave { command: &["settle", "--resend"], kind: "invite" };
    let mut killing = Killing::new(3, Duration::from_millis(12));
    let mut kills = 0;
    while kills < 4 && town.got().len() < lost.len() {
        let child = spawn(&town.folder, settle);
        let sink = &town.sink;
        let killed = killing.kill(&mut town.dice, child, || sink.messages().len());
        kills += usize::from(killed);
        town.harvest();
        let unknown = town.audit(INVITE);
        // What arrived before its answer did is known to the server alone: somebody has to look there.
        let got: BTreeSet<String> = town.got().into_keys().map(str::to_owned).collect();
        assert!(unknown.intersection(&got).count() <= 1, "{unknown:?}");
        for person in unknown.intersection(&got) {
            town.folder.run(["settle", "--sent", "-q", "--only", person]).exits(0).says("");
        }
    }
    let unknown = town.goes_on(INVITE);
    town.settle(INVITE, &unknown);
}

#[test]
fn a_reminder_that_is_killed_goes_to_nobody_twice() {
    let mut town = Town::slow(60, 4);
    town.all_get(INVITE);
    town.survives(REMIND, 6, &mut Killing::new(5, Duration::from_millis(12)));
    // It is over: the next one goes to everybody again.
    town.all_get(REMIND);
}

#[expect(
    clippy::disallowed_methods,
    reason = "the binary goes by the clock, and there is no other"
)]
fn tomorrow() -> String {
    // In whatever zone: a day is far enough.
    let tomorrow = Timestamp::now() + SignedDuration::from_hours(24);
    tomorrow.strftime("%Y-%m-%d %H:%M").to_string()
}

/// Everybody is invited, and reminded by a run that is killed while the server has the last message.
fn killed_at_the_last_message(reminder: Wave) -> Town {
    let mut town = Town::slow(5, 5);
    town.folder.change("2031-03-11 14:00", &tomorrow());
    town.all_get(INVITE);
    town.options.delay = Duration::from_millis(300);
    town.harvest();
    town.starts();
    let begun = Instant::now();
    let mut child = spawn(&town.folder, reminder);
    while town.sink.messages().len() < 5 {
        assert!(begun.elapsed() < PATIENCE, "a run does not mail");
        thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(town.harvest(), 5);
    town.options.delay = Duration::ZERO;
    town.harvest();
    town
}

#[test]
fn a_reminder_that_is_killed_at_its_last_message_is_over_when_it_is_run_again() {
    let mut town = killed_at_the_last_message(REMIND);
    let run = town.folder.run(REMIND.args()).exits(4);
    let last = town.log[town.log.len() - 1].0.clone();
    run.says(&format!(
        "warning: nobody knows whether {last} has got the message: an earlier run never learned what came of it\n\
         \x20 hint: meetmint settle --sent --only {last}, or --resend\n"
    ));
    assert_eq!(town.harvest(), 0, "everybody has been reminded");
    assert_eq!(town.audit(REMIND).len(), 1);
    town.folder.run(["settle", "--sent", "-q"]).exits(0).says("");
    town.all_get(REMIND);

    // Without a look at what is in doubt, too.
    let mut town = killed_at_the_last_message(REMIND);
    town.folder.run(["settle", "--sent", "-q"]).exits(0).says("");
    finish(&town.folder, REMIND);
    assert_eq!(town.harvest(), 0, "everybody has been reminded");
    town.all_get(REMIND);
}

#[test]
fn a_reminder_before_the_start_that_is_killed_at_its_last_message_is_not_begun_again() {
    let reminder = Wave { command: &["remind", "--before", "48h"], kind: "remind" };
    let mut town = killed_at_the_last_message(reminder);
    for _ in 0..3 {
        finish(&town.folder, reminder);
        assert_eq!(town.harvest(), 0, "it goes out once");
    }
}

#[test]
fn fresh_copies_that_are_killed_go_to_nobody_twice() {
    // For `status` the invitation before it is of the same kind: what was accepted may be that one.
    let again = Wave { command: &["send", "--again", "--role", "participant"], kind: "fresh copy" };
    let mut town = Town::slow(40, 6);
    town.all_get(INVITE);
    town.starts();
    town.kill(again, 4, &mut Killing::new(4, Duration::from_millis(12)), 0);
    // Copies after the last one would be the next ones.
    if !town.is_over() {
        finish(&town.folder, again);
        town.harvest();
    }
    let unknown = town.audit(again);
    assert!(unknown.len() <= town.broken);
    town.settle(INVITE, &unknown);
}

#[test]
fn a_server_that_closes_after_the_final_dot_leaves_these_in_doubt_and_nobody_else() {
    let closing: BTreeSet<String> = [0, 7, 8, 20, 39].map(person).into();
    let behaviours = || closing.iter().map(|one| (one.clone(), Behaviour::CloseAfterDot)).collect();
    let mut town = Town::new(40, 7, Options { behaviours: behaviours(), ..Options::default() });
    town.starts();
    assert_eq!(town.goes_on(INVITE), closing);
    assert_eq!(town.got().len(), 40);
    town.settle(INVITE, &closing);

    // And killed on top of it.
    let delay = Duration::from_millis(4);
    let mut town = Town::new(40, 8, Options { behaviours: behaviours(), delay });
    town.starts();
    town.kill(INVITE, 5, &mut now_and_then(), closing.len());
    let unknown = town.goes_on(INVITE);
    assert!(unknown.is_superset(&closing));
    assert!(unknown.len() <= town.broken + closing.len());
    town.options.behaviours.clear();
    town.harvest();
    town.settle(INVITE, &unknown);
}

#[test]
fn a_refusal_is_no_doubt_whenever_the_run_is_killed() {
    let behaviours: HashMap<String, Behaviour> =
        (0..30).map(|at| (person(at), Behaviour::Refuse)).collect();
    let town = |seed| {
        Town::new(30, seed, Options { behaviours: behaviours.clone(), ..Options::default() })
    };
    let begun = Instant::now();
    finish(&town(9).folder, INVITE);
    let whole = begun.elapsed();
    for seed in 20..22 {
        let mut town = town(seed);
        for _ in 0..4 {
            let mut child = spawn(&town.folder, INVITE);
            thread::sleep(whole / 4 + town.dice.moment(whole * 3 / 4));
            child.kill().unwrap();
            child.wait().unwrap();
            town.harvest();
            let mut standing = status(&town.folder);
            standing.retain(|_, (_, state)| !matches!(state.as_str(), "due" | "refused"));
            assert!(standing.is_empty(), "nothing was handed over: {standing:?}");
        }
    }
}

/// Runs with a disk that takes files of so many KiB.
fn with_small_disk(folder: &Folder, kib: usize) -> Run {
    folder.shell(&format!("trap '' XFSZ; ulimit -f {kib}; exec meetmint send --yes --wait 0 -q"))
}

#[test]
fn what_was_mailed_before_the_disk_was_full_is_not_mailed_again() {
    let mut middle = 0;
    for kib in [100, 300] {
        let mut town = Town::new(60, 10, Options::default());
        town.starts();
        for _ in 0..3 {
            let run = with_small_disk(&town.folder, kib);
            let sent = town.harvest();
            let unknown = town.audit(INVITE);
            if run.code == Some(1) {
                town.broken += 1;
                assert!(run.stderr.starts_with("error: the "), "{}", run.stderr);
                middle += usize::from(sent > 0);
            } else {
                assert!(matches!(run.code, Some(0 | 4)), "{kib} KiB: {run:?}");
            }
            assert!(unknown.len() <= town.broken, "{kib} KiB: {unknown:?}");
        }
        let unknown = town.goes_on(INVITE);
        assert!(unknown.len() <= town.broken);
        town.settle(INVITE, &unknown);
    }
    assert!(middle > 0, "no disk was full in the middle");
}

/// A meeting whose messages go to a folder.
struct Rehearsal {
    folder: Folder,
    people: usize,
    dice: Dice,
    kills: usize,
    /// What lay there when last looked at.
    seen: BTreeMap<String, Vec<u8>>,
}

impl Rehearsal {
    fn new(people: usize, seed: u64) -> Rehearsal {
        let folder = Folder::meeting(&crowd(people));
        Rehearsal { folder, people, dice: Dice::new(seed), kills: 0, seen: BTreeMap::new() }
    }

    fn names(&self) -> Vec<String> {
        if self.folder.has("outbox") { self.folder.names("outbox") } else { Vec::new() }
    }

    /// Looks at the folder, at whatever moment: every message is whole, nobody has two of this ending, and what
    /// lay there lies there still.
    fn look(&mut self, ending: &str) {
        let mut now = BTreeMap::new();
        let mut people = BTreeSet::new();
        for name in self.names().into_iter().filter(|name| !name.starts_with(".staging-")) {
            let bytes = std::fs::read(self.folder.path().join("outbox").join(&name)).unwrap();
            let text = String::from_utf8_lossy(&bytes);
            let boundary = text.split("boundary=\"").nth(1).unwrap().split('"').next().unwrap();
            assert!(text.ends_with(&format!("--{boundary}--\r\n")), "{name} is whole");
            if name.ends_with(ending) {
                let (at, host) = name.split_once("@example.org.").unwrap();
                assert!(!host.is_empty() && people.insert(at.to_owned()), "{at} has two");
            }
            if let Some(before) = self.seen.get(&name) {
                assert!(*before == bytes, "{name} was left in peace");
            }
            now.insert(name, bytes);
        }
        assert!(self.seen.keys().all(|name| now.contains_key(name)), "nothing has gone");
        self.seen = now;
    }

    fn kill(&mut self, wave: Wave, kills: usize, ending: &str, killing: &mut Killing) {
        let begun = Instant::now();
        while self.kills < kills {
            let before = self.seen.len();
            let child = spawn(&self.folder, wave);
            let folder = &self.folder;
            let progress = || {
                let names = if folder.has("outbox") { folder.names("outbox") } else { Vec::new() };
                names
                    .iter()
                    .filter(|name| !name.starts_with(".staging-"))
                    .count()
                    .saturating_sub(before)
            };
            let killed = killing.kill(&mut self.dice, child, progress);
            self.kills += usize::from(killed);
            self.look(ending);
            if !killed {
                return;
            }
            assert!(begun.elapsed() < LONGEST, "only {} kills in {LONGEST:?}", self.kills);
        }
    }

    /// Runs once more, to the end: everybody has one message of that ending, and the folder holds so many.
    fn goes_on(&mut self, wave: Wave, ending: &str, files: usize) {
        assert_eq!(finish(&self.folder, wave), Some(0));
        self.look(ending);
        let names = self.names();
        assert_eq!(names.len(), files, "and nothing else lies there");
        assert_eq!(names.iter().filter(|name| name.ends_with(ending)).count(), self.people);
        let plan = format!("= {} people have what is due\nNothing is due.\n", self.people);
        self.folder.run(["plan"]).exits(0).prints(&plan);
        let standing = status(&self.folder);
        assert_eq!(standing.len(), self.people);
        for (person, (kind, state)) in standing {
            assert_eq!((kind.as_str(), state.as_str()), (wave.kind, "written"), "{person}");
        }
    }
}

/// Kills while a folder is being filled, which is faster than mail.
fn quickly() -> Killing {
    Killing::new(60, Duration::from_millis(2))
}

#[test]
fn a_folder_that_is_being_filled_when_the_run_is_killed_has_everybody_once_in_the_end() {
    let mut kills = 0;
    // How far a run comes until it is killed is the machine's affair: a folder that is full makes room for another.
    for seed in 100..112 {
        if kills >= 12 {
            break;
        }
        let mut town = Rehearsal::new(70, seed);
        town.kill(INVITE, 6, ".0.invite.0.eml", &mut quickly());
        town.goes_on(INVITE, ".0.invite.0.eml", 70);
        kills += std::mem::take(&mut town.kills);
        // And an update of everybody: one revision, however often it was begun.
        town.folder.change("title = \"Town hall\"", "title = \"Another title\"");
        town.kill(UPDATE, 6, ".1.update.0.eml", &mut quickly());
        town.goes_on(UPDATE, ".1.update.0.eml", 140);
        kills += town.kills;
    }
    assert!(kills >= 12, "only {kills} kills came in time");
}

#[test]
fn a_reminder_into_a_folder_that_is_killed_lies_there_once() {
    // Whether a run is killed in time is the machine's affair, too.
    let mut seeds = 14..20;
    let killed = seeds.any(|seed| {
        let mut town = Rehearsal::new(130, seed);
        town.goes_on(INVITE, ".0.invite.0.eml", 130);
        town.kill(REMIND, 2, ".remind.0.eml", &mut Killing::new(40, Duration::from_millis(1)));
        if town.kills > 0 {
            town.goes_on(REMIND, ".remind.0.eml", 260);
        }
        town.kills > 0
    });
    assert!(killed, "no kill came in time");
}

#[test]
fn a_ledger_that_was_hardly_begun_is_an_empty_one() {
    // What a run leaves that is killed, or finds the disk full, before the first table is in it.
    let folder = Folder::meeting(&crowd(3));
    folder.private("ledger.db", "");
    folder.run(["status"]).exits(0);
    folder.run(["plan", "-q"]).exits(0);
    let run = with_small_disk(&folder, 8);
    assert!(matches!(run.code, Some(1)), "{run:?}");
    folder.run(["status"]).exits(0);
    folder.run(["plan", "-q"]).exits(0);
    folder.run(["send", "-q"]).exits(0);
    assert_eq!(folder.names("outbox").len(), 3);
}

#[test]
fn a_folder_on_a_full_disk_has_everybody_once_in_the_end() {
    // One message is too much for the disk, behind some that were not.
    let mut town = Rehearsal::new(70, 15);
    let long = "many words ".repeat(2_000);
    let list = crowd(70)
        .replace("name\n", "name,note\n")
        .replace("Somebody 66\n", &format!("Somebody 66,{long}\n"));
    town.folder
        .write("people.csv", list)
        .write("mine/invite.txt", format!("{{{{ link }}}}\n\n{}", "{{ extra.note }}\n".repeat(60)))
        .change("from =", "templates = \"mine\"\nfrom =");
    for _ in 0..3 {
        let run = with_small_disk(&town.folder, 500).exits(1);
        assert!(run.stderr.starts_with("error: cannot write `outbox/p66@"), "{}", run.stderr);
        town.look(".0.invite.0.eml");
        assert!(town.names().iter().all(|name| !name.starts_with(".staging-")), "it tidies up");
    }
    assert!(!town.seen.is_empty(), "the disk was full in the middle");
    town.goes_on(INVITE, ".0.invite.0.eml", 70);

    // The ledger is too much for it.
    for kib in [24, 160] {
        let mut town = Rehearsal::new(70, 16);
        for _ in 0..2 {
            let run = with_small_disk(&town.folder, kib);
            assert!(matches!(run.code, Some(0 | 1)), "{kib} KiB: {run:?}");
            town.look(".0.invite.0.eml");
        }
        town.goes_on(INVITE, ".0.invite.0.eml", 70);
    }
}

#[test]
fn two_hundred_kills_of_a_send_to_two_thousand_people() {
    if !is_long() {
        return;
    }
    let begun = Instant::now();
    let mut town = Town::slow(2000, 17);
    let doubts = town.survives(INVITE, 200, &mut Killing::new(12, Duration::from_millis(10)));
    assert_eq!(town.broken, 200, "it was killed in the middle each time");
    tell(&format!(
        "mail: {} kills, {} people, {} messages, {doubts} were in doubt, {} got two, in {:.0?}",
        town.broken,
        town.people,
        town.log.len(),
        town.log.len() - town.got().len(),
        begun.elapsed()
    ));
}

#[test]
fn two_hundred_kills_of_a_folder_for_two_thousand_people() {
    if !is_long() {
        return;
    }
    let begun = Instant::now();
    let (mut kills, mut folders) = (0, 0);
    while kills < 200 {
        let mut town = Rehearsal::new(2000, 1000 + folders);
        town.kill(INVITE, 200 - kills, ".0.invite.0.eml", &mut quickly());
        town.goes_on(INVITE, ".0.invite.0.eml", 2000);
        kills += town.kills;
        folders += 1;
        assert!(begun.elapsed() < LONGEST, "only {kills} kills in {LONGEST:?}");
    }
    tell(&format!(
        "folder: {kills} kills, {folders} folders of 2000 people, nobody in doubt, nobody twice, in {:.0?}",
        begun.elapsed()
    ));
}

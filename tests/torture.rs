//! Sends that are killed, run out of disk or lose their server: nobody is mailed twice, nobody is forgotten, and
//! what cannot be known is said to be unknown.
//!
//! Moments are thrown with dice; what was thrown is said when a test fails, and `MEETMINT_TORTURE_SEED` throws it
//! once more. The long forms run with `MEETMINT_TORTURE=1`, which `just torture` sets.

mod folder;
mod mail;
mod town;

use std::collections::BTreeMap;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::{Folder, Run};

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

/// Runs with a disk that takes files of so many KiB.
fn with_small_disk(folder: &Folder, kib: usize) -> Run {
    folder.shell(&format!("trap '' XFSZ; ulimit -f {kib}; exec meetmint send --yes --wait 0 -q"))
}

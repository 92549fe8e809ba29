//! Runs that are killed, fill the disk or lose their server: nobody is mailed twice, nobody is left out, and a message
//! whose delivery is unknown is reported as in doubt.
//!
//! The moments of the kills are random. A failed test prints its seed, and `MEETMINT_TORTURE_SEED` repeats it. The
//! long tests are ignored unless `just torture` runs them.

mod folder;
mod forget;
mod smtp;
mod smtp_meeting;

use std::collections::BTreeMap;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::{Folder, Run};

/// The limit for a run that is not killed.
const RUN_TIMEOUT: Duration = Duration::from_secs(120);

/// The limit for all kills of a long test.
const KILLS_TIMEOUT: Duration = Duration::from_secs(8 * 60);

/// A mailing to everybody.
#[derive(Clone, Copy)]
struct Mailing {
    command: &'static [&'static str],
    /// The kind of its messages in `status`.
    kind: &'static str,
}

const INVITE: Mailing = Mailing { command: &["send"], kind: "invite" };
const UPDATE: Mailing = Mailing { command: &["send"], kind: "update" };
const REMIND: Mailing = Mailing { command: &["remind"], kind: "remind" };
const REMIND_AGAIN: Mailing = Mailing { command: &["remind", "--again"], kind: "remind" };
const CANCEL: Mailing = Mailing { command: &["cancel"], kind: "cancel" };

impl Mailing {
    fn args(self) -> impl Iterator<Item = &'static str> {
        self.command.iter().copied().chain(["--yes", "--wait", "0", "-q"])
    }
}

/// A random number generator whose seed is printed when the test fails.
struct Random {
    seed: u64,
    state: u64,
}

impl Random {
    fn new(seed: u64) -> Random {
        let seed =
            std::env::var("MEETMINT_TORTURE_SEED").map_or(seed, |seed| seed.parse().unwrap());
        Random { seed, state: seed }
    }

    /// A number from 0 to `most`, inclusive.
    fn up_to(&mut self, most: usize) -> usize {
        // The linear congruential generator of Knuth's MMIX. Its low bits have short periods, so they are dropped.
        self.state = self
            .state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.state >> 33) % (u64::try_from(most).unwrap() + 1)).unwrap()
    }

    fn duration_up_to(&mut self, longest: Duration) -> Duration {
        Duration::from_micros(self.up_to(usize::try_from(longest.as_micros()).unwrap()) as u64)
    }
}

impl Drop for Random {
    fn drop(&mut self) {
        if thread::panicking() {
            report(&format!("repeat with MEETMINT_TORTURE_SEED={}", self.seed));
        }
    }
}

#[expect(clippy::print_stderr, reason = "the seed and the figures are for whoever runs the tests")]
pub(crate) fn report(text: &str) {
    eprintln!("{text}");
}

fn address(at: usize) -> String {
    format!("p{at}@example.org")
}

/// When runs are killed.
struct KillTiming {
    /// A run is killed after a random number of messages, at most this many, and after a further random pause.
    messages: usize,
    /// The longest pause.
    pause: Duration,
    /// The longest time that a run has needed for its first message.
    start: Duration,
}

impl KillTiming {
    fn new(messages: usize, pause: Duration) -> KillTiming {
        KillTiming { messages, pause, start: Duration::from_millis(20) }
    }

    /// Kills a run at a random moment; `progress` counts its messages so far. Returns `false` if the run ended before.
    fn kill(
        &mut self,
        random: &mut Random,
        mut child: Child,
        progress: impl Fn() -> usize,
    ) -> bool {
        let started = Instant::now();
        let goal = random.up_to(self.messages);
        // Some runs are killed before the first message, while they read the roster and write the ledger.
        let pause = random.duration_up_to(if goal == 0 { self.start } else { self.pause });
        let mut done = 0;
        while done < goal && child.try_wait().unwrap().is_none() {
            assert!(started.elapsed() < RUN_TIMEOUT, "the run neither sends nor ends");
            let first = done == 0;
            done = progress();
            if first && done > 0 {
                self.start = self.start.max(started.elapsed());
            }
            thread::sleep(Duration::from_micros(500));
        }
        thread::sleep(pause);
        child.kill().unwrap();
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(
            matches!(output.status.code(), None | Some(0 | 4)),
            "{:?}: {stderr}",
            output.status
        );
        output.status.code().is_none()
    }
}

fn spawn(folder: &Folder, mailing: Mailing) -> Child {
    let mut command = folder.command();
    command.args(mailing.args()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// Runs to the end. A run that hangs is killed, and the test fails.
fn run_to_end(folder: &Folder, mailing: Mailing) -> Option<i32> {
    let started = Instant::now();
    let mut child = spawn(folder, mailing);
    while child.try_wait().unwrap().is_none() {
        if started.elapsed() > RUN_TIMEOUT {
            child.kill().unwrap();
            panic!("the run does not end");
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

/// The kind and the state of everybody's latest message in `status`.
fn status(folder: &Folder) -> BTreeMap<String, (String, String)> {
    let people = folder.status();
    let count = people.len();
    let states: BTreeMap<_, _> =
        people.into_iter().map(|person| (person.email, (person.kind, person.state))).collect();
    assert_eq!(states.len(), count, "everybody is listed once");
    states
}

/// Asserts that a run failed because a file reached the limit on its size. SQLite has no error of its own for that
/// (EFBIG), as it has for a full disk.
#[track_caller]
fn assert_full(run: &Run) {
    let words = ["File too large (os error 27)", "disk I/O error", "the disk is full"];
    let is_full = words.iter().any(|words| run.stderr.contains(words));
    assert!(run.code == Some(1) && is_full, "{run:?}");
}

/// Runs `send` with a limit on the size of every file, which has the effect of a full disk.
fn send_with_file_size_limit(folder: &Folder, kib: usize) -> Run {
    folder.shell(&format!("trap '' XFSZ; ulimit -f {kib}; exec meetmint send --yes --wait 0 -q"))
}

//! The command, its meeting folder and its mail server, compared with the model after each step.

use std::collections::{BTreeSet, HashSet};
use std::fmt::Write as _;
use std::io::Read as _;
use std::os::unix::process::ExitStatusExt as _;
use std::process::Stdio;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::calendar::{Calendars, Cause};
use super::checks::is_next_event;
use super::files;
use super::reference::State;
use super::roster::Person;
use super::server::{Attempt, Server};
use super::steps::{Command, Step, Weather};
use crate::support::{Folder, SECRET};

/// More than any of these commands takes, on however busy a machine.
const LIMIT: Duration = Duration::from_secs(120);

/// What is tested.
pub(super) struct System {
    pub(super) folder: Folder,
    pub(super) server: Server,
    pub(super) calendars: Calendars,
    /// What happened, in readable lines.
    pub(super) log: String,
    /// What is wrong.
    pub(super) wrong: Vec<String>,
    pub(super) commands: usize,
    /// How many people were forgotten, and how many times something was pruned.
    pub(super) forgotten: usize,
    pub(super) pruned: usize,
}

/// A finished command.
pub(super) struct Ran {
    /// `None` if it was killed.
    pub(super) code: Option<i32>,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl System {
    pub(super) fn new(state: &State) -> System {
        let (folder, server) = (Folder::in_memory(), Server::start());
        folder.write_private("app-secret", SECRET);
        let fails = "{% if \" 1\" in name %}{{ throw(message=\"no\") }}{% endif %}{{ link }}";
        folder.write("templates/keep", "").write("failing/update.txt", fails);
        let system = System {
            folder,
            server,
            calendars: Calendars::default(),
            log: String::new(),
            wrong: Vec::new(),
            commands: 0,
            forgotten: 0,
            pruned: 0,
        };
        files::write(&system.folder, system.server.port(), state);
        system
    }

    /// Takes a step. `state` is the model after it, as far as that does not depend on what is in the ledger.
    pub(super) fn step(&mut self, step: &Step, before: &State, state: &mut State) {
        match step {
            Step::Edit(_) => self.write_files(state),
            Step::PassTime { hours } => self.pass_time(*hours),
            Step::TakePlace(start) => self.take_place(*start, before, state),
            Step::Run(Command::Settle, weather) => _ = self.settle(weather, state),
            Step::Run(Command::Forget { person, no_cancellation }, _) => {
                self.forget(*person, *no_cancellation, before, state);
            }
            Step::Run(Command::Prune, _) => self.prune(state),
            Step::Run(command, weather) => self.run_command(*command, weather, before, state),
        }
    }

    /// Writes `meeting.toml` and the roster.
    pub(super) fn write_files(&self, state: &State) {
        files::write(&self.folder, self.server.port(), state);
    }

    /// Everything is corrected and sent in fine weather: then everybody has exactly what they should have.
    pub(super) fn finish(&mut self, state: &State) {
        self.write_files(state);
        let (calm, all) =
            (Weather::default(), |again, only| Command::Send { only, again, skip_bad_rows: false });
        for _ in 0..4 {
            self.pass_time(true);
            for person in self.settle(&calm, state) {
                // What the error advises, for a message that was made by another template.
                self.run(&["settle", "--sent", "--only", &person.address()], &calm);
                self.calendars.forget_doubts(person);
                self.run_command(all(true, Some(person)), &calm, state, state);
            }
            self.run_command(all(false, None), &calm, state, state);
            let Some(plan) = self.plan(state, None) else { break };
            for person in plan.refused {
                self.run_command(all(true, Some(person)), &calm, state, state);
            }
            if !self.wrong.is_empty() || self.is_settled(state) {
                break;
            }
        }
        if self.wrong.is_empty() && !self.is_settled(state) {
            self.wrong.push("even in the end not everybody has what they should have".to_owned());
        }
        // Whatever has happened to it: damage is never found where there is none. Entries that were moved into the past no
        // longer match their texts.
        if state.held.is_empty() && self.run(&["ledger", "check"], &calm).code != Some(0) {
            self.wrong.push("the ledger is not sound".to_owned());
        }
    }

    fn is_settled(&mut self, state: &State) -> bool {
        let wanted = state.wanted();
        let is_right = |person: &Person| self.calendars.is_exactly(*person, wanted.get(person));
        let all_right = Person::ALL.iter().all(is_right);
        let plan = self.plan(state, None);
        all_right
            && plan
                .is_some_and(|plan| plan.due.len() + plan.refused.len() + plan.in_doubt.len() == 0)
    }

    fn pass_time(&mut self, hours: bool) {
        if hours {
            self.calendars.forget_reminders();
        }
        if !self.folder.exists("ledger.db") {
            return;
        }
        self.folder.make_deferred_due();
        if hours {
            let earlier = "UPDATE message SET updated = updated - 10800;
                UPDATE round SET begun = begun - 10800, finished = finished - 10800;";
            self.folder.ledger().execute_batch(earlier).unwrap();
        }
    }

    fn run_command(&mut self, command: Command, weather: &Weather, before: &State, state: &State) {
        let is_calm = weather.fates.is_empty();
        let is_send = matches!(command, Command::Send { .. } | Command::SendPart { .. });
        let announced = if is_send && is_calm && !state.writes_files {
            self.plan(state, Some(command))
        } else {
            None
        };
        let mut args = command.args();
        if !matches!(command, Command::Undo { .. } | Command::Include { .. }) {
            args.push("--yes".to_owned());
        }
        args.extend(["--wait", "0"].map(str::to_owned));
        let mut ran = self.run(&args, weather);
        let mut attempts = self.server.take_attempts();
        let is_postponed = is_send && is_next_event(state, &ran) && attempts.is_empty();
        if is_postponed {
            // Events that took place are the same ones, with another start.
            self.calendars.set_held(HashSet::new());
            args.push("--postponed".to_owned());
            ran = self.run(&args, weather);
            attempts = self.server.take_attempts();
        }
        let cause = Cause { command, resends: false, was_killed: ran.code.is_none(), state };
        self.record(&attempts, &cause);
        if is_postponed {
            let held = self.held();
            self.calendars.set_held(held);
        }
        self.check_exit(command, &ran, before, state, attempts.is_empty());
        if let Some(plan) = announced {
            self.check_announced(&plan, &ran, &attempts);
        }
        let after = self.check_people(state);
        if let Some(after) = after {
            self.check_result(command, &ran, &after, is_calm);
        }
    }

    pub(super) fn record(&mut self, attempts: &[Attempt], cause: &Cause<'_>) {
        for attempt in attempts {
            let to = attempt.to;
            writeln!(self.log, "      {to:?}: {:?}", attempt.outcome).unwrap();
        }
        self.wrong.extend(self.calendars.record(attempts, cause));
    }

    /// Resolves all doubts truthfully. Returns those whose message cannot be made again.
    pub(super) fn settle(&mut self, weather: &Weather, state: &State) -> Vec<Person> {
        let mut refused = Vec::new();
        for person in Person::ALL {
            let Some(truth) = self.calendars.truth(person) else { continue };
            let arrived = truth == BTreeSet::from([true]);
            // To send once more what has arrived, and then be refused, would make `meetmint` believe what is not true.
            let calm = Weather::default();
            let weather = if truth.len() > 1 { &calm } else { weather };
            let how = if arrived { "--sent" } else { "--resend" };
            let mut args = vec!["settle", how, "--only"];
            let address = person.address();
            args.push(&address);
            if !arrived {
                args.extend(["--yes", "--wait", "0"]);
            }
            let ran = self.run(&args, weather);
            let attempts = self.server.take_attempts();
            let (command, was_killed) = (Command::Settle, ran.code.is_none());
            self.record(&attempts, &Cause { command, resends: !arrived, was_killed, state });
            if arrived && ran.code == Some(0) {
                self.calendars.forget_doubts(person);
            }
            if ran.code == Some(3) && ran.stderr.contains("cannot be sent again as it was") {
                refused.push(person);
            }
        }
        self.check_people(state);
        refused
    }

    /// Runs `meetmint` until it ends.
    pub(super) fn run<A: AsRef<str>>(&mut self, args: &[A], weather: &Weather) -> Ran {
        self.commands += 1;
        let args: Vec<&str> = args.iter().map(AsRef::as_ref).collect();
        let mut command = self.folder.command();
        command.args(&args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        self.server.watch(weather, || command.spawn().unwrap());
        let (stdout, stderr) = self
            .server
            .with_process(|child| (child.stdout.take().unwrap(), child.stderr.take().unwrap()));
        let (done, output) = mpsc::channel();
        thread::spawn(move || {
            let errors = thread::spawn(move || std::io::read_to_string(stderr));
            let mut text = String::new();
            let _ = { stdout }.read_to_string(&mut text);
            let errors = errors.join().unwrap().unwrap_or_default();
            let _ = done.send((text, errors));
        });
        let ended = output.recv_timeout(LIMIT);
        let status = self.server.with_process(|child| {
            if ended.is_err() {
                child.kill().unwrap();
            }
            child.wait().unwrap()
        });
        let (stdout, stderr) = ended.unwrap_or_else(|_| {
            self.wrong.push(format!("`{}` did not end", args.join(" ")));
            Default::default()
        });
        let code = status.code();
        writeln!(self.log, "   $ meetmint {} -> {code:?}", args.join(" ")).unwrap();
        if !args.contains(&"json") {
            for line in stdout.lines().chain(stderr.lines()) {
                writeln!(self.log, "      | {line}").unwrap();
            }
        }
        let is_documented = code.is_some_and(|code| matches!(code, 0 | 1 | 3 | 4 | 130));
        let is_killed = status.signal() == Some(9) && self.server.has_killed();
        if !is_documented && !is_killed || stderr.contains("panicked") {
            self.wrong.push(format!("`{}` ended with {status}: {stderr}", args.join(" ")));
        }
        Ran { code, stdout, stderr }
    }
}

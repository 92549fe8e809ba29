//! The result of a run, and the assertions on it.

use std::collections::{BTreeMap, HashMap};

use super::script::{Action, Transaction, Trigger};
use super::scripted_server::ScriptedServer;
use crate::support::{Folder, Run};

/// The password, and its forms on the wire: plain, in AUTH LOGIN and in AUTH PLAIN. None may appear in the output.
pub(super) const PASSWORD: &str = "horse staple battery";
pub(super) const SECRETS: [&str; 3] =
    [PASSWORD, "aG9yc2Ugc3RhcGxlIGJhdHRlcnk=", "AGFkYQBob3JzZSBzdGFwbGUgYmF0dGVyeQ=="];

/// The result of a run: what it printed, what the ledger says and what the server received.
pub(super) struct Outcome {
    pub(super) folder: Folder,
    pub(super) server: ScriptedServer,
    /// Host and port of the server, as messages show them.
    pub(super) address: String,
    pub(super) people: Vec<String>,
    pub(super) run: Run,
    pub(super) states: BTreeMap<String, String>,
    pub(super) messages: Vec<Transaction>,
    pub(super) connections: usize,
}

impl Outcome {
    /// Reads the ledger and the server's record, and checks that the two agree.
    #[track_caller]
    pub(super) fn inspect(&mut self) {
        self.server.wait_until_idle();
        self.messages = self.server.messages();
        self.connections = self.server.connections();
        let people = self.folder.status().into_iter();
        self.states = people.map(|person| (person.email, person.state)).collect();
        let mut received: HashMap<&str, (usize, usize)> = HashMap::new();
        for message in &self.messages {
            assert_eq!(
                message.recipients.len(),
                1,
                "a message has one recipient: {:?}",
                message.recipients
            );
            assert!(message.body.ends_with("--\r\n"), "the message is complete");
            assert!(
                message.body.contains(&format!("<{}>", message.recipients[0])),
                "it is addressed to them"
            );
            let (complete, accepted) = received.entry(&message.recipients[0]).or_default();
            *complete += 1;
            *accepted += usize::from(message.accepted);
        }
        for (person, state) in &self.states {
            let (complete, accepted) = received.remove(person.as_str()).unwrap_or_default();
            let agrees = match state.as_str() {
                "accepted" => accepted == 1,
                "in_doubt" | "sending" => complete <= 1,
                _ => accepted == 0,
            };
            assert!(
                agrees,
                "{person} is {state}, but the server received {complete} and accepted {accepted}\n{self}"
            );
        }
        assert!(
            received.is_empty(),
            "a message to somebody not in the ledger: {received:?}\n{self}"
        );
        for secret in ["eyJ", SECRETS[0], SECRETS[1], SECRETS[2]] {
            assert!(!self.run.stderr.contains(secret), "a secret is shown\n{self}");
        }
    }

    /// Asserts the exit code.
    #[track_caller]
    pub(super) fn exits(self, code: i32) -> Outcome {
        assert_eq!(self.run.code, Some(code), "\n{self}");
        self
    }

    /// Asserts that standard error contains `expected`; `{at}` stands for host and port of the server.
    #[track_caller]
    pub(super) fn stderr_contains(self, expected: &str) -> Outcome {
        let expected = expected.replace("{at}", &self.address);
        assert!(self.run.stderr.contains(&expected), "not printed: {expected}\n{self}");
        self
    }

    #[track_caller]
    pub(super) fn stderr_is_empty(self) -> Outcome {
        assert_eq!(self.run.stderr, "");
        self
    }

    /// Asserts that every message was accepted.
    #[track_caller]
    pub(super) fn succeeds(self) -> Outcome {
        let people = self.people.len();
        self.exits(0).all_are("accepted").received(people)
    }

    /// Asserts that the run stopped because every message would fail in the same way, with `left` messages not sent.
    #[track_caller]
    pub(super) fn stops_with(self, left: usize, reason: &str) -> Outcome {
        let messages = if left == 1 { "message" } else { "messages" };
        let expected = format!(
            "error[stopped]: stopped with {left} {messages} not sent, because any further message would fail in the same way: {}",
            reason.replace("{at}", &self.address)
        );
        assert!(
            self.run.stderr.starts_with(&expected)
                || self.run.stderr.contains(&format!("\n{expected}")),
            "not printed: {expected}\n{self}"
        );
        self.exits(1)
    }

    /// Asserts that everybody is in this state.
    #[track_caller]
    pub(super) fn all_are(self, state: &str) -> Outcome {
        let states = vec![state; self.people.len()].join(" ");
        self.states_are(&states)
    }

    /// Asserts everybody's state, in roster order.
    #[track_caller]
    pub(super) fn states_are(self, expected: &str) -> Outcome {
        let states = self.people.iter().map(|person| self.states.get(person).map_or("-", |it| it));
        let states: Vec<&str> = states.collect();
        assert_eq!(states.join(" "), expected, "\n{self}");
        self
    }

    /// Asserts how many people are in each of these states.
    #[track_caller]
    pub(super) fn counts_are<const N: usize>(self, counts: [(&str, usize); N]) -> Outcome {
        for (state, count) in counts {
            assert_eq!(self.count(state), count, "{state}\n{self}");
        }
        self
    }

    /// Asserts how many complete messages the server has received.
    #[track_caller]
    pub(super) fn received(self, messages: usize) -> Outcome {
        assert_eq!(self.messages.len(), messages, "\n{self}");
        self
    }

    #[track_caller]
    pub(super) fn connections(self, connections: usize) -> Outcome {
        assert_eq!(self.connections, connections, "\n{self}");
        self
    }

    /// Asserts how many lines that start with `start` the server has received.
    #[track_caller]
    pub(super) fn commands(self, start: &str, times: usize) -> Outcome {
        let commands = self.server.commands();
        let found = commands.iter().filter(|(_, line)| line.starts_with(start)).count();
        assert_eq!(found, times, "{start}\n{self}");
        self
    }

    /// Turns all faults off and runs `send` again: everybody who is due gets their message, and nobody else gets any.
    #[track_caller]
    pub(super) fn resumes(self) -> Outcome {
        let due = self.count("due");
        let mut expected = self.states.clone();
        for state in expected.values_mut() {
            match state.as_str() {
                "due" => "accepted".clone_into(state),
                // The run ended before it could record the result.
                "sending" => "in_doubt".clone_into(state),
                _ => {}
            }
        }
        let before = self.messages.len();
        let outcome = self.send_again();
        assert_eq!(outcome.messages.len(), before + due, "\n{outcome}");
        assert_eq!(outcome.states, expected, "\n{outcome}");
        let all_accepted = outcome.states.values().all(|state| state == "accepted");
        outcome.exits(if all_accepted { 0 } else { 4 })
    }

    /// Turns all faults off and runs `send` again after the time of the next try: the deferred get their message.
    #[track_caller]
    pub(super) fn resumes_with_deferred(self) -> Outcome {
        let deferred = self.folder.make_deferred_due();
        assert!(deferred > 0, "nobody is deferred\n{self}");
        let before = self.messages.len();
        let outcome = self.send_again();
        assert_eq!(outcome.messages.len(), before + deferred, "\n{outcome}");
        outcome.counts_are([("deferred", 0), ("due", 0)])
    }

    /// Turns all faults off except for this one, which happens every time.
    pub(super) fn with_rule(self, trigger: Trigger, action: Action) -> Outcome {
        self.server.remove_rules();
        self.server.add_rule(trigger, action);
        self
    }

    /// Turns all faults off and runs `settle --resend`: whoever is in doubt is sent the message again.
    #[track_caller]
    pub(super) fn resends_in_doubt(mut self) -> Outcome {
        self.inspect();
        let doubts = self.count("in_doubt");
        assert!(doubts > 0, "nobody is in doubt\n{self}");
        let before = self.messages.len();
        self.server.remove_rules();
        self.run = self.folder.run(["settle", "--resend", "--yes", "--wait", "0", "-q"]);
        self.inspect();
        assert_eq!(self.messages.len(), before + doubts, "\n{self}");
        self.exits(0)
    }

    /// How many people are in this state.
    pub(super) fn count(&self, state: &str) -> usize {
        self.states.values().filter(|other| *other == state).count()
    }

    /// Runs `send` again with the faults that are left.
    #[track_caller]
    pub(super) fn runs_again(mut self, wait: &str) -> Outcome {
        self.run = self.folder.run(["send", "--yes", "--wait", wait, "-v"]);
        self.inspect();
        self
    }

    #[track_caller]
    fn send_again(mut self) -> Outcome {
        self.server.remove_rules();
        self.run = self.folder.run(["send", "--yes", "--wait", "0", "-q"]);
        self.inspect();
        self
    }

    pub(super) fn messages(&self) -> &[Transaction] {
        &self.messages
    }

    pub(super) fn stderr(&self) -> &str {
        &self.run.stderr
    }
}

/// Printed when an assertion fails.
impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "exit: {:?}\nstderr:\n{}", self.run.code, self.run.stderr)?;
        writeln!(f, "states: {:?}\nconnections: {}", self.states, self.connections)?;
        for (connection, line) in self.server.commands().iter().take(100) {
            writeln!(f, "{connection}> {line}")?;
        }
        Ok(())
    }
}

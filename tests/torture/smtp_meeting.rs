//! The SMTP meeting of these tests, and the comparison of its ledger with what the server received.

use std::collections::{BTreeSet, HashMap};
use std::time::{Duration, Instant};

use super::{KILLS_TIMEOUT, KillTiming, Mailing, Random, address, run_to_end, spawn, status};
use crate::smtp_server::{ServerOptions, SmtpServer};
use crate::support::{Folder, roster_of};

/// A meeting that sends to a test server.
pub(super) struct SmtpMeeting {
    pub(super) folder: Folder,
    pub(super) people: usize,
    pub(super) server_options: ServerOptions,
    /// A new one for each run, so that it holds the messages of that run only.
    pub(super) server: SmtpServer,
    pub(super) random: Random,
    /// Recipient and Message-ID of all messages received so far.
    pub(super) received: Vec<(String, String)>,
    /// How many of them were received before this mailing.
    pub(super) received_before: usize,
    /// The number of parallel connections: a kill may leave one message in doubt on each.
    pub(super) connections: usize,
    /// How many runs of this mailing were interrupted.
    pub(super) interrupted: usize,
}

impl SmtpMeeting {
    pub(super) fn new(people: usize, seed: u64, server_options: ServerOptions) -> SmtpMeeting {
        let folder = Folder::meeting(&roster_of(people));
        let server = SmtpServer::start(server_options.clone());
        let random = Random::new(seed);
        let received = Vec::new();
        let connections = 1;
        let meeting = SmtpMeeting {
            folder,
            people,
            server_options,
            server,
            random,
            received,
            received_before: 0,
            connections,
            interrupted: 0,
        };
        meeting.use_server();
        meeting
    }

    pub(super) fn with_connections(self, connections: usize) -> SmtpMeeting {
        let meeting = SmtpMeeting { connections, ..self };
        meeting.use_server();
        meeting
    }

    pub(super) fn with_slow_server(people: usize, seed: u64) -> SmtpMeeting {
        SmtpMeeting::new(
            people,
            seed,
            ServerOptions { delay: Duration::from_millis(4), ..ServerOptions::default() },
        )
    }

    pub(super) fn use_server(&self) {
        let settings = format!("connections = {}\n", self.connections);
        self.folder.use_smtp(self.server.port(), &settings);
    }

    /// Records what the server has received, and starts the server for the next run. Returns the number of messages.
    pub(super) fn collect(&mut self) -> usize {
        self.server.wait_until_idle();
        let messages = self.server.messages();
        self.server = SmtpServer::start(self.server_options.clone());
        self.use_server();
        let count = messages.len();
        for message in messages {
            assert!(message.body.ends_with("--\r\n"), "the message is complete");
            self.received.push((message.to, message.message_id));
        }
        count
    }

    /// How many messages of this mailing each person has received.
    pub(super) fn deliveries(&self) -> HashMap<&str, usize> {
        let mut deliveries = HashMap::new();
        for (to, _) in &self.received[self.received_before..] {
            *deliveries.entry(to.as_str()).or_default() += 1;
        }
        deliveries
    }

    /// Compares the ledger with what the server has received, after a run that was killed or not. Returns those in
    /// doubt.
    pub(super) fn compare_with_ledger(&self, mailing: Mailing) -> BTreeSet<String> {
        let ids: BTreeSet<&String> = self.received.iter().map(|(_, id)| id).collect();
        assert_eq!(ids.len(), self.received.len(), "no Message-ID is used twice");
        assert!(!ids.contains(&String::new()));
        let deliveries = self.deliveries();
        for (person, times) in &deliveries {
            assert_eq!(*times, 1, "{person} has received {times} messages");
        }
        let states = status(&self.folder);
        let mut in_doubt = BTreeSet::new();
        for at in 0..self.people {
            let person = address(at);
            let arrived = deliveries.contains_key(person.as_str());
            let Some((kind, state)) = states.get(&person) else {
                assert!(!arrived, "{person} has received a message and is not in the ledger");
                continue;
            };
            match state.as_str() {
                "sending" | "in_doubt" => {
                    in_doubt.insert(person);
                }
                "accepted" if kind == mailing.kind => {
                    assert!(arrived, "{person} is accepted and has received nothing");
                }
                "accepted" if mailing.kind == "new copy" => {}
                "accepted" | "due" => {
                    assert!(!arrived, "{person} has received a message, but is {kind} {state}");
                }
                _ => panic!("{person}: {kind} {state}"),
            }
        }
        in_doubt
    }

    pub(super) fn is_complete(&self) -> bool {
        self.deliveries().len() == self.people
    }

    pub(super) fn begin_mailing(&mut self) {
        (self.received_before, self.interrupted) = (self.received.len(), 0);
    }

    /// Kills runs of a mailing until `kills` were interrupted or everybody has received it. Besides one message for
    /// each kill and connection, `others` may be in doubt for other reasons.
    pub(super) fn kill_runs(
        &mut self,
        mailing: Mailing,
        kills: usize,
        timing: &mut KillTiming,
        others: usize,
    ) {
        let started = Instant::now();
        while self.interrupted < kills {
            let child = spawn(&self.folder, mailing);
            let server = &self.server;
            let killed = timing.kill(&mut self.random, child, || server.messages().len());
            self.interrupted += usize::from(killed);
            self.collect();
            let in_doubt = self.compare_with_ledger(mailing);
            assert!(
                in_doubt.len() <= self.interrupted * self.connections + others,
                "in doubt after {} kills: {in_doubt:?}",
                self.interrupted
            );
            if !killed || self.is_complete() {
                return;
            }
            assert!(
                started.elapsed() < KILLS_TIMEOUT,
                "only {} kills in {KILLS_TIMEOUT:?}",
                self.interrupted
            );
        }
    }

    /// Runs to the end, after which every message is accepted or in doubt. Returns those in doubt.
    pub(super) fn complete(&mut self, mailing: Mailing) -> BTreeSet<String> {
        let code = run_to_end(&self.folder, mailing);
        self.collect();
        let in_doubt = self.compare_with_ledger(mailing);
        for (person, (kind, state)) in status(&self.folder) {
            assert!(
                kind == mailing.kind && (state == "accepted" || state == "in_doubt"),
                "{person}: {kind} {state}"
            );
        }
        assert_eq!(code, Some(if in_doubt.is_empty() { 0 } else { 4 }));
        if mailing.command == ["send"] {
            // Another run changes nothing: whoever is in doubt stays so, and nobody else has a message due.
            assert_eq!(run_to_end(&self.folder, mailing), code);
            assert_eq!(self.collect(), 0);
        }
        in_doubt
    }

    /// Resolves every doubt with the knowledge of the server, after which everybody has received the mailing once.
    pub(super) fn resolve_doubts(&mut self, mailing: Mailing, in_doubt: &BTreeSet<String>) {
        let delivered: BTreeSet<String> =
            self.deliveries().into_keys().map(str::to_owned).collect();
        for person in in_doubt {
            let answer: &[&str] = if delivered.contains(person) {
                &["--sent"]
            } else {
                &["--resend", "--yes", "--wait", "0"]
            };
            let args = [&["settle", "-q", "--only", person], answer].concat();
            self.folder.run(args).exits(0).stderr("");
        }
        self.collect();
        assert!(self.compare_with_ledger(mailing).is_empty());
        assert_eq!(self.deliveries().len(), self.people);
        let run = self.folder.run(["plan"]).exits(0);
        assert!(run.stdout.ends_with("Nothing is due.\n"), "{}", run.stdout);
        self.folder.run(["send", "--yes", "--wait", "0", "-q"]).exits(0).stderr("");
        assert_eq!(self.collect(), 0);
    }

    /// Sends a mailing to everybody without an interruption.
    pub(super) fn deliver_to_everybody(&mut self, mailing: Mailing) {
        self.begin_mailing();
        assert_eq!(run_to_end(&self.folder, mailing), Some(0));
        assert_eq!(self.collect(), self.people);
        assert!(self.compare_with_ledger(mailing).is_empty());
    }

    /// Sends a mailing with this many kills, then runs it to the end. Returns how many people were in doubt.
    pub(super) fn complete_despite_kills(
        &mut self,
        mailing: Mailing,
        kills: usize,
        timing: &mut KillTiming,
    ) -> usize {
        self.begin_mailing();
        self.kill_runs(mailing, kills, timing, 0);
        // A run that was killed after its last message has everything recorded but the end: another one mails nobody.
        let in_doubt = self.complete(mailing);
        assert!(in_doubt.len() <= self.interrupted * self.connections);
        self.resolve_doubts(mailing, &in_doubt);
        in_doubt.len()
    }
}

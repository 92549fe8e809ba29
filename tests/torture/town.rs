//! A meeting that mails to a counting server, and the ledger against what that server has got.

use std::collections::{BTreeSet, HashMap};
use std::time::{Duration, Instant};

use super::{Dice, Killing, LONGEST, Wave, finish, person, spawn, status};
use crate::sink::{Options, Sink};
use crate::support::{Folder, crowd};

/// A meeting that mails to a counting server.
pub(super) struct Town {
    pub(super) folder: Folder,
    pub(super) people: usize,
    pub(super) options: Options,
    /// A new one after each run: it has only what this run has sent.
    pub(super) sink: Sink,
    pub(super) dice: Dice,
    /// Everything that was ever taken: to whom, and the Message-ID.
    pub(super) log: Vec<(String, String)>,
    /// How much of it is older than this wave.
    pub(super) before: usize,
    /// How many connections there are at a time: each may leave one message in doubt.
    pub(super) connections: usize,
    /// How many runs of this wave ended in the middle.
    pub(super) broken: usize,
}

impl Town {
    pub(super) fn new(people: usize, seed: u64, options: Options) -> Town {
        let folder = Folder::meeting(&crowd(people));
        let sink = Sink::start(options.clone());
        let dice = Dice::new(seed);
        let log = Vec::new();
        let connections = 1;
        let town =
            Town { folder, people, options, sink, dice, log, before: 0, connections, broken: 0 };
        town.mails();
        town
    }

    /// The same, over several connections.
    pub(super) fn over(self, connections: usize) -> Town {
        let town = Town { connections, ..self };
        town.mails();
        town
    }

    pub(super) fn slow(people: usize, seed: u64) -> Town {
        Town::new(people, seed, Options { delay: Duration::from_millis(4), ..Options::default() })
    }

    pub(super) fn mails(&self) {
        let text = self.folder.read("meeting.toml");
        let text = text.split("\n[outbox]").next().unwrap();
        let outbox = format!(
            "\n[outbox]\nkind = \"smtp\"\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\nconnections = {}\n",
            self.sink.port(),
            self.connections
        );
        self.folder.write("meeting.toml", format!("{text}{outbox}"));
    }

    /// Takes down what the server has got, and sets up the next server. Gives how much it was.
    pub(super) fn harvest(&mut self) -> usize {
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
    pub(super) fn got(&self) -> HashMap<&str, usize> {
        let mut got = HashMap::new();
        for (to, _) in &self.log[self.before..] {
            *got.entry(to.as_str()).or_default() += 1;
        }
        got
    }

    /// The ledger against what the server has got, at whatever moment. Gives who is in doubt.
    pub(super) fn audit(&self, wave: Wave) -> BTreeSet<String> {
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
                "accepted" if wave.kind == "new copy" => {}
                "accepted" | "due" => {
                    assert!(!arrived, "{person} has got it, and the ledger says {kind} {state}");
                }
                _ => panic!("{person}: {kind} {state}"),
            }
        }
        unknown
    }

    pub(super) fn is_over(&self) -> bool {
        self.got().len() == self.people
    }

    pub(super) fn starts(&mut self) {
        (self.before, self.broken) = (self.log.len(), 0);
    }

    /// Kills runs of a wave so often, or until everybody has got it. Of people that nothing kills so many may come
    /// to be in doubt.
    pub(super) fn kill(&mut self, wave: Wave, kills: usize, killing: &mut Killing, others: usize) {
        let begun = Instant::now();
        while self.broken < kills {
            let child = spawn(&self.folder, wave);
            let sink = &self.sink;
            let killed = killing.kill(&mut self.dice, child, || sink.messages().len());
            self.broken += usize::from(killed);
            self.harvest();
            let unknown = self.audit(wave);
            assert!(
                unknown.len() <= self.broken * self.connections + others,
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
    pub(super) fn goes_on(&mut self, wave: Wave) -> BTreeSet<String> {
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
    pub(super) fn settle(&mut self, wave: Wave, unknown: &BTreeSet<String>) {
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
    pub(super) fn all_get(&mut self, wave: Wave) {
        self.starts();
        assert_eq!(finish(&self.folder, wave), Some(0));
        assert_eq!(self.harvest(), self.people);
        assert!(self.audit(wave).is_empty());
    }

    /// A wave that is killed so often, then sent to the end. Gives how many were in doubt.
    pub(super) fn survives(&mut self, wave: Wave, kills: usize, killing: &mut Killing) -> usize {
        self.starts();
        self.kill(wave, kills, killing, 0);
        // A reminder after the last one was said would be the next.
        let unknown = if wave.kind == "remind" && self.is_over() {
            self.audit(wave)
        } else {
            self.goes_on(wave)
        };
        assert!(unknown.len() <= self.broken * self.connections);
        self.settle(wave, &unknown);
        unknown.len()
    }
}

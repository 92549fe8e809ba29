//! Messages that go to a folder: each is whole at any moment, and lies there once.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use super::{
    Dice, INVITE, Killing, LONGEST, REMIND, UPDATE, Wave, finish, is_long, spawn, status, tell,
    with_small_disk,
};
use crate::support::{Folder, crowd};

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
        let plan = format!("= {} people are up to date\nNothing is due.\n", self.people);
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

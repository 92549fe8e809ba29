//! The folder outbox: every file is complete at any moment, and everybody has exactly one.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use super::{
    INVITE, KILLS_TIMEOUT, KillTiming, Mailing, REMIND, Random, UPDATE, assert_full, report,
    run_to_end, send_with_file_size_limit, spawn, status,
};
use crate::support::{Folder, roster_of, skip_unless_required};

/// More than the messages that share a commit.
const PEOPLE: usize = 150;

/// A meeting with the folder outbox.
struct FolderMeeting {
    folder: Folder,
    people: usize,
    random: Random,
    kills: usize,
    /// The files at the last check.
    seen: BTreeMap<String, Vec<u8>>,
}

impl FolderMeeting {
    fn new(people: usize, seed: u64) -> FolderMeeting {
        let folder = Folder::meeting(&roster_of(people));
        FolderMeeting { folder, people, random: Random::new(seed), kills: 0, seen: BTreeMap::new() }
    }

    /// Checks the folder after a run, killed or not: every file is complete, nobody has two files with this ending,
    /// and earlier files are unchanged.
    fn check_files(&mut self, ending: &str) {
        let mut now = BTreeMap::new();
        let mut people = BTreeSet::new();
        for name in finished_files(&self.folder) {
            let bytes = std::fs::read(self.folder.path().join("outbox").join(&name)).unwrap();
            let text = String::from_utf8_lossy(&bytes);
            let boundary = text.split("boundary=\"").nth(1).unwrap().split('"').next().unwrap();
            assert!(text.ends_with(&format!("--{boundary}--\r\n")), "{name} is complete");
            if name.ends_with(ending) {
                let (at, host) = name.split_once("@example.org.").unwrap();
                assert!(!host.is_empty() && people.insert(at.to_owned()), "{at} has two files");
            }
            if let Some(before) = self.seen.get(&name) {
                assert!(*before == bytes, "{name} has changed");
            }
            now.insert(name, bytes);
        }
        assert!(self.seen.keys().all(|name| now.contains_key(name)), "a file is missing");
        self.seen = now;
    }

    fn kill_runs(&mut self, mailing: Mailing, kills: usize, ending: &str, timing: &mut KillTiming) {
        let started = Instant::now();
        while self.kills < kills {
            let before = self.seen.len();
            let child = spawn(&self.folder, mailing);
            let folder = &self.folder;
            let progress = || finished_files(folder).len().saturating_sub(before);
            let killed = timing.kill(&mut self.random, child, progress);
            self.kills += usize::from(killed);
            self.check_files(ending);
            if !killed {
                return;
            }
            assert!(
                started.elapsed() < KILLS_TIMEOUT,
                "only {} kills in {KILLS_TIMEOUT:?}",
                self.kills
            );
        }
    }

    /// Runs to the end: everybody has one file with this ending, and there are `files` files in total.
    fn complete(&mut self, mailing: Mailing, ending: &str, files: usize) {
        assert_eq!(run_to_end(&self.folder, mailing), Some(0));
        self.check_files(ending);
        let names = self.folder.file_names("outbox");
        assert_eq!(names.len(), files, "there are no other files");
        assert_eq!(names.iter().filter(|name| name.ends_with(ending)).count(), self.people);
        let plan = format!("= {} people are up to date\nNothing is due.\n", self.people);
        self.folder.run(["plan"]).exits(0).stdout(&plan);
        let states = status(&self.folder);
        assert_eq!(states.len(), self.people);
        for (person, (kind, state)) in states {
            assert_eq!((kind.as_str(), state.as_str()), (mailing.kind, "written"), "{person}");
        }
    }
}

/// The files in the outbox, without the temporary ones of messages that are being written.
fn finished_files(folder: &Folder) -> Vec<String> {
    let names = if folder.exists("outbox") { folder.file_names("outbox") } else { Vec::new() };
    names.into_iter().filter(|name| !name.starts_with(".staging-")).collect()
}

/// For the folder outbox, which takes messages faster than a mail server.
fn fast_kills() -> KillTiming {
    KillTiming::new(PEOPLE - 10, Duration::from_millis(2))
}

#[test]
fn killed_sends_to_a_folder_write_each_message_once() {
    let mut kills = 0;
    // A fast machine may finish a run before it is killed; then another folder is tried.
    for seed in 100..112 {
        if kills >= 12 {
            break;
        }
        let mut meeting = FolderMeeting::new(PEOPLE, seed);
        meeting.kill_runs(INVITE, 6, ".0.invite.0.eml", &mut fast_kills());
        meeting.complete(INVITE, ".0.invite.0.eml", PEOPLE);
        kills += std::mem::take(&mut meeting.kills);
        // An update has one SEQUENCE, however often it was started.
        meeting.folder.edit_meeting("title = \"Town hall\"", "title = \"Another title\"");
        meeting.kill_runs(UPDATE, 6, ".1.update.0.eml", &mut fast_kills());
        meeting.complete(UPDATE, ".1.update.0.eml", 2 * PEOPLE);
        kills += meeting.kills;
    }
    assert!(kills >= 12, "only {kills} kills came in time");
}

#[test]
fn killed_reminders_to_a_folder_are_written_once() {
    // A fast machine may complete the round before a run is killed; then another seed is tried.
    // Three commits, so that there is something left to do after the first files.
    let people = 2 * PEOPLE;
    let mut seeds = 14..24;
    let killed = seeds.any(|seed| {
        let mut meeting = FolderMeeting::new(people, seed);
        meeting.complete(INVITE, ".0.invite.0.eml", people);
        meeting.kill_runs(
            REMIND,
            2,
            ".remind.0.eml",
            &mut KillTiming::new(40, Duration::from_millis(1)),
        );
        // A run may be killed after it has completed the round. Another `remind` starts the next round then.
        let in_time = meeting.kills > 0 && finished_files(&meeting.folder).len() < 2 * people;
        if in_time {
            meeting.complete(REMIND, ".remind.0.eml", 2 * people);
        }
        in_time
    });
    assert!(killed, "no kill came in time");
}

#[test]
fn files_and_their_folder_are_synced_before_they_are_recorded_as_written() {
    let mut meeting = FolderMeeting::new(PEOPLE, 17);
    let calls = "fsync,fdatasync,rename,renameat,renameat2";
    let trace = format!("strace -f -y -e trace={calls} -o trace.txt meetmint send -q");
    if meeting.folder.shell(&trace).code != Some(0) {
        skip_unless_required("strace is missing, or not allowed here (apt install strace)");
        return;
    }
    let trace = meeting.folder.read("trace.txt");
    let (mut synced, mut moved, mut written) = (BTreeSet::new(), BTreeSet::new(), 0);
    for line in trace.lines().filter(|line| !line.contains("= -1 ")) {
        let name =
            line.split(".staging-").nth(1).and_then(|rest| rest.split(['/', '"', '>']).nth(1));
        match name {
            Some(name) if line.contains("sync(") => {
                synced.insert(name);
            }
            Some(name) if line.contains("rename") => {
                assert!(synced.contains(name), "{name} is renamed before it is synced");
                moved.insert(name);
            }
            None if line.contains("sync(") && line.contains("/outbox>") => {
                written += std::mem::take(&mut moved).len();
            }
            // Results go with the next commit.
            None if line.contains("sync(") && line.contains("ledger.db-wal>") => {
                assert!(moved.is_empty(), "a commit before the folder is synced");
            }
            _ => {}
        }
    }
    assert_eq!((synced.len(), written), (PEOPLE, PEOPLE));
    meeting.complete(INVITE, ".0.invite.0.eml", PEOPLE);
}

#[test]
fn a_full_disk_leaves_no_unfinished_ledger() {
    let folder = Folder::meeting(&roster_of(3));
    // Too little for the file, and too little for what SQLite keeps beside it.
    for kib in [8, 24] {
        let run = send_with_file_size_limit(&folder, kib);
        assert_full(&run);
        let names = folder.file_names(".");
        assert!(!names.iter().any(|name| name.starts_with("ledger.db")), "{kib} KiB: {names:?}");
    }
    folder.run(["plan", "-q"]).exits(0);
    folder.run(["send", "-q"]).exits(0);
    assert_eq!(folder.file_names("outbox").len(), 3);
}

#[test]
fn sends_to_a_folder_on_a_full_disk_write_each_message_once() {
    // One message is too large for the disk, after others that were not.
    let mut meeting = FolderMeeting::new(PEOPLE, 15);
    let long = "many words ".repeat(2_000);
    let list = roster_of(PEOPLE)
        .replace("name\n", "name,note\n")
        .replace("Somebody 140\n", &format!("Somebody 140,{long}\n"));
    meeting
        .folder
        .write("people.csv", list)
        .write("mine/invite.txt", format!("{{{{ link }}}}\n\n{}", "{{ extra.note }}\n".repeat(60)))
        .edit_meeting("from =", "templates = \"mine\"\nfrom =");
    for _ in 0..3 {
        let run = send_with_file_size_limit(&meeting.folder, 500).exits(1);
        assert!(
            run.stderr.starts_with("error[outbox]: cannot write `outbox/p140@"),
            "{}",
            run.stderr
        );
        assert_full(&run);
        meeting.check_files(".0.invite.0.eml");
        assert!(
            meeting.folder.file_names("outbox").iter().all(|name| !name.starts_with(".staging-")),
            "no temporary file"
        );
    }
    assert!(!meeting.seen.is_empty(), "some messages were written before the disk was full");
    meeting.complete(INVITE, ".0.invite.0.eml", PEOPLE);

    // The ledger is too large for the disk.
    for kib in [24, 100] {
        let mut meeting = FolderMeeting::new(PEOPLE, 16);
        for _ in 0..2 {
            assert_full(&send_with_file_size_limit(&meeting.folder, kib));
            meeting.check_files(".0.invite.0.eml");
        }
        meeting.complete(INVITE, ".0.invite.0.eml", PEOPLE);
    }
}

#[test]
#[ignore = "takes minutes: run it with `just torture`"]
fn two_hundred_kills_while_writing_two_thousand_messages_to_a_folder() {
    let started = Instant::now();
    let (mut kills, mut folders) = (0, 0);
    while kills < 200 {
        let mut meeting = FolderMeeting::new(2000, 1000 + folders);
        meeting.kill_runs(INVITE, 200 - kills, ".0.invite.0.eml", &mut fast_kills());
        meeting.complete(INVITE, ".0.invite.0.eml", 2000);
        kills += meeting.kills;
        folders += 1;
        assert!(started.elapsed() < KILLS_TIMEOUT, "only {kills} kills in {KILLS_TIMEOUT:?}");
    }
    report(&format!(
        "folder: {kills} kills, {folders} folders of 2000 people, nobody in doubt, nobody twice, in {:.0?}",
        started.elapsed()
    ));
}

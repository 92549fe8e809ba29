//! A disk that is really full: a small file system in memory, mounted where only the test sees it. Each test tries
//! many sizes, so that the disk fills at every stage of a run, and then makes room and runs the command again.

use std::collections::{BTreeMap, BTreeSet};

use crate::smtp_server::{ServerOptions, SmtpServer};
use crate::support::{Folder, Run, is_long, roster_of, skip_unless_required};

const PEOPLE: usize = 6;

/// The sizes in KiB that are tried. At the last one nothing is ever too large. `just torture` tries every number of pages of four KiB.
fn sizes() -> impl Iterator<Item = usize> {
    (32..4096).step_by(if is_long() { 4 } else { 28 })
}

/// What a program says when the disk is full (ENOSPC), and what the ledger says (`SQLITE_FULL`).
const FULL: [&str; 2] =
    ["No space left on device", "the ledger cannot be written: the disk is full"];

/// A run on a small disk, and one after there was room.
struct Runs {
    full: Run,
    /// The names of the files after the first run.
    names: Vec<String>,
    /// Everybody's latest message after the first run, if the ledger exists: kind and state.
    states: BTreeMap<String, (String, String)>,
    again: Run,
    final_states: BTreeMap<String, (String, String)>,
}

/// The commands of a test. `run NAME ARGUMENTS` runs `meetmint` and keeps code and output.
const SCRIPT: &str = r#"
run() {
    local name=$1; shift
    meetmint "$@" >"../$name.stdout" 2>"../$name.stderr"
    echo $? >"../$name.code"
}
mkdir disk && mount -t tmpfs -o "size=${1}k,mode=0700" tmpfs disk || exit 77
cp -p meeting.toml people.csv app-secret disk && cd disk || exit 78
[ ! -e ../links.csv ] || cp ../links.csv . || exit 78
shift
run full "$@"
find . -type f -printf '%P\n' | sort >../names
# What `status` needs must not fail for lack of space.
mount -o remount,size=64m . || exit 77
run status status --format json
cp -r . ../after
run again "$@"
run final status --format json
cp -r . ../end
"#;

/// Root needs no namespace of its own for users, and may have no right to make one.
const UNSHARE: &str = "unshare $([ \"$(id -u)\" -eq 0 ] && echo -m || echo -rm)";

/// Whether file systems can be mounted here. Otherwise the test is skipped.
fn can_mount() -> bool {
    let folder = Folder::empty();
    let run = folder.shell(&format!("mkdir disk && {UNSHARE} mount -t tmpfs tmpfs disk"));
    if run.code != Some(0) {
        skip_unless_required(&format!("no file system can be mounted here: {}", run.stderr));
    }
    run.code == Some(0)
}

/// Runs a command on a disk of this many KiB; `None` if the meeting's own files do not fit.
fn on_disk(folder: &Folder, kib: usize, command: &str) -> Option<Runs> {
    let clean = "rm -rf disk after end *.stdout *.stderr *.code names";
    folder.write("script.sh", SCRIPT);
    let run = folder.shell(&format!("{clean}; {UNSHARE} bash script.sh {kib} {command}"));
    if run.code == Some(78) {
        return None;
    }
    assert_eq!(run.code, Some(0), "{run:?}");
    let result = |name: &str| Run {
        code: folder.read(&format!("{name}.code")).trim().parse().ok(),
        stdout: folder.read(&format!("{name}.stdout")),
        stderr: folder.read(&format!("{name}.stderr")),
    };
    Some(Runs {
        full: result("full"),
        names: folder.read("names").lines().map(str::to_owned).collect(),
        states: states(&result("status")),
        again: result("again"),
        final_states: states(&result("final")),
    })
}

fn states(status: &Run) -> BTreeMap<String, (String, String)> {
    let Ok(report) = serde_json::from_str::<serde_json::Value>(&status.stdout) else {
        return BTreeMap::new();
    };
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let people = report["people"].as_array().unwrap().iter();
    people
        .map(|person| (text(&person["email"]), (text(&person["kind"]), text(&person["state"]))))
        .collect()
}

impl Runs {
    /// Whether the disk was full. Otherwise the run has succeeded: nothing else may go wrong.
    fn was_full(&self, kib: usize) -> bool {
        let is_full = FULL.iter().any(|words| self.full.stderr.contains(words));
        assert_eq!(self.full.code, Some(i32::from(is_full)), "{kib} KiB: {:?}", self.full);
        is_full
    }
}

#[test]
fn mail_from_a_full_disk_reaches_everybody_once() {
    if !can_mount() {
        return;
    }
    for connections in [1, 3] {
        let (mut before, mut midway) = (0, 0);
        for kib in sizes() {
            let server = SmtpServer::start(ServerOptions::default());
            let folder = Folder::meeting(&roster_of(PEOPLE));
            folder.use_smtp(server.port(), &format!("connections = {connections}\n"));
            let Some(runs) = on_disk(&folder, kib, "send --yes --wait 0 -q") else { continue };
            let received: Vec<String> =
                server.messages().into_iter().map(|message| message.to).collect();
            let people: BTreeSet<&String> = received.iter().collect();
            assert_eq!(received.len(), people.len(), "{kib} KiB: nobody is mailed twice");
            let in_doubt = |states: &BTreeMap<String, (String, String)>| -> BTreeSet<String> {
                let doubtful = |state: &str| state == "sending" || state == "in_doubt";
                let people = states.iter().filter(|(_, (_, state))| doubtful(state));
                people.map(|(person, _)| person.clone()).collect()
            };
            let doubts = in_doubt(&runs.states);
            assert!(doubts.len() <= connections, "{kib} KiB: {doubts:?}");
            // Whoever is in doubt has to be settled; everybody else has their message.
            let code = if doubts.is_empty() { 0 } else { 4 };
            assert_eq!(runs.again.code, Some(code), "{kib} KiB: {:?}", runs.again);
            assert_eq!(runs.final_states.len(), PEOPLE);
            assert_eq!(in_doubt(&runs.final_states), doubts, "{kib} KiB");
            for (person, (kind, state)) in &runs.final_states {
                assert_eq!(kind, "invite");
                assert!(
                    doubts.contains(person) || state == "accepted",
                    "{kib} KiB: {person} {state}"
                );
                assert!(
                    doubts.contains(person) || people.contains(person),
                    "{person} is forgotten"
                );
            }
            if !runs.was_full(kib) {
                break;
            } else if runs.states.values().any(|(_, state)| state == "accepted") {
                midway += 1;
            } else {
                before += 1;
                let has_ledger = runs.names.iter().any(|name| name == "ledger.db");
                let has_parts = runs.names.iter().any(|name| name.starts_with("ledger.db"));
                assert!(has_ledger || !has_parts, "{kib} KiB: {:?}", runs.names);
            }
        }
        assert!(before > 0 && midway > 0, "{before} before the first message, {midway} after it");
    }
}

#[test]
fn a_folder_on_a_full_disk_gets_each_message_once() {
    if !can_mount() {
        return;
    }
    let mut full = 0;
    for kib in sizes() {
        let folder = Folder::meeting(&roster_of(PEOPLE));
        let Some(runs) = on_disk(&folder, kib, "send -q") else { continue };
        assert_eq!(runs.again.code, Some(0), "{kib} KiB: {:?}", runs.again);
        let names = folder.file_names("end/outbox");
        assert_eq!(names.len(), PEOPLE, "{kib} KiB: {names:?}");
        for (person, (_, state)) in &runs.final_states {
            assert_eq!(state, "written", "{kib} KiB: {person}");
            assert!(names.iter().any(|name| name.starts_with(&format!("{person}."))));
        }
        // Files of the first run are complete, and the second one has left them alone.
        for name in runs.names.iter().filter(|name| name.starts_with("outbox/")) {
            let end = folder.read(&format!("end/{name}"));
            assert!(folder.read(&format!("after/{name}")) == end, "{kib} KiB: {name}");
            assert!(end.ends_with("--\r\n"), "{kib} KiB: {name} is complete");
        }
        if !runs.was_full(kib) {
            break;
        }
        full += 1;
    }
    assert!(full > 3, "the disk was full {full} times");
}

#[test]
fn links_on_a_full_disk_stay_the_old_ones() {
    if !can_mount() {
        return;
    }
    let folder = Folder::meeting(&roster_of(100));
    folder.write("links.csv", "old");
    let mut full = 0;
    for kib in [20, 32, 500] {
        let Some(runs) = on_disk(&folder, kib, "links -q") else { continue };
        assert_eq!(runs.again.code, Some(0), "{kib} KiB: {:?}", runs.again);
        assert!(folder.read("end/links.csv").starts_with("email,"));
        if runs.was_full(kib) {
            full += 1;
            assert_eq!(folder.read("after/links.csv"), "old");
            assert_eq!(runs.names, ["app-secret", "links.csv", "meeting.toml", "people.csv"]);
        }
    }
    assert!(full >= 1, "the disk was never full");
}

#[test]
fn a_new_meeting_on_a_full_disk_leaves_nothing() {
    if !can_mount() {
        return;
    }
    let folder = Folder::meeting("email\n");
    let mut full = 0;
    for kib in [16, 24, 200] {
        let Some(runs) = on_disk(&folder, kib, "init new -q") else { continue };
        if runs.was_full(kib) {
            full += 1;
            assert_eq!(runs.names, ["app-secret", "meeting.toml", "people.csv"], "{kib} KiB");
            assert!(!folder.exists("after/new"), "{kib} KiB");
            assert_eq!(runs.again.code, Some(0), "{kib} KiB: {:?}", runs.again);
        }
    }
    assert!(full >= 1, "the disk was never full");
}

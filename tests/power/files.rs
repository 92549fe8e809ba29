//! Files: each is complete or absent, and what counts as written is there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::disk::Arrived;
use super::trace::{Call, Step};
use super::{Image, TracedRun, traced};
use crate::support::{Folder, roster_of};

/// More than the messages that share a commit.
const PEOPLE: usize = 130;

const ALL: [Arrived; 4] =
    [Arrived::Nothing, Arrived::Part(1), Arrived::Part(2), Arrived::Everything];

fn is_on(call: &Call, names: &[&str], file: &str) -> bool {
    let is_file = |path: &Path| path.file_name().is_some_and(|name| name == file);
    names.contains(&call.name.as_str())
        && call.descriptor.as_ref().is_some_and(|(_, path)| is_file(path))
}

fn is_message(path: &Path) -> bool {
    path.starts_with("outbox") && path.components().count() == 2
}

fn is_ledger(path: &Path) -> bool {
    path.to_str().is_some_and(|path| path.starts_with("ledger.db"))
}

/// To whom there is a message of this kind in the ledger.
fn addresses(folder: &Folder, kind: &str) -> Vec<String> {
    let ledger = folder.ledger();
    let mut select = ledger.prepare("SELECT address FROM message WHERE kind = ?1").unwrap();
    let addresses = select.query_map([kind], |row| row.get(0)).unwrap();
    addresses.map(Result::unwrap).collect()
}

/// Replays a run that writes messages to the folder, with everybody's last message of this kind.
fn check_outbox(folder: &Folder, mut traced: TracedRun, kind: &str, people: usize) {
    assert_eq!(traced.run.code, Some(0), "{:?}", traced.run);
    let outbox = folder.file_names("outbox").into_iter();
    let whole: BTreeMap<PathBuf, Vec<u8>> = outbox
        .map(|name| Path::new("outbox").join(name))
        .map(|path| (path.clone(), std::fs::read(folder.path().join(path)).unwrap()))
        .collect();
    let mut image = Image::new();
    let (mut commits, mut moves, mut known) = (0, 0, Vec::new());
    traced.replay(|disk, trace, step| {
        let call = match step {
            Some(Step::Begin(number)) => Some(&trace.calls[*number]),
            Some(Step::End(..)) => return,
            None => None,
        };
        // A message gets its name: the disk knows that it is being written.
        let moved = call.filter(|call| call.name.starts_with("rename") && call.paths.len() == 2);
        let moved = moved.and_then(|call| call.paths[1].strip_prefix(folder.path()).ok());
        if let Some(path) = moved.filter(|path| is_message(path)) {
            moves += 1;
            if image.show_only(disk, Arrived::Nothing, is_ledger) {
                known = addresses(&image.folder, kind);
            }
            let name = path.file_name().unwrap().to_str().unwrap();
            let is_known = known.iter().any(|address| name.starts_with(&format!("{address}.")));
            assert!(is_known, "{name} is not on the disk");
        }
        // A commit is about to be synced: it may be on the disk already, and what it says of files must be true.
        if call.is_none_or(|call| is_on(call, &["fdatasync", "fsync"], "ledger.db-wal")) {
            commits += 1;
            let files = disk.image(Arrived::Nothing);
            if !image.show(disk, Arrived::Everything) {
                return;
            }
            let mut written = 0;
            for person in image.folder.status() {
                if person.kind != kind || person.state != "written" {
                    continue;
                }
                written += 1;
                let start = format!("outbox/{}.", person.email);
                let end = format!(".{kind}.0.eml");
                let name = |path: &PathBuf| {
                    path.to_str()
                        .is_some_and(|path| path.starts_with(&start) && path.ends_with(&end))
                };
                let name = whole.keys().find(|path| name(path)).unwrap();
                assert!(
                    files.get(name) == Some(&whole[name]),
                    "{} is not on the disk",
                    name.display()
                );
            }
            assert!(call.is_some() || written == people, "{written} are written");
        }
    });
    assert_eq!(moves, people);
    assert!(commits >= 3, "{commits} commits");
}

#[test]
fn a_message_that_counts_as_written_survives_a_power_cut() {
    let folder = Folder::meeting(&roster_of(PEOPLE));
    let Some(run) = traced(&folder, "send -q") else { return };
    check_outbox(&folder, run, "invite", PEOPLE);
    let Some(run) = traced(&folder, "remind -q") else { return };
    check_outbox(&folder, run, "remind", PEOPLE);
}

#[test]
fn a_new_ledger_is_whole_or_absent_at_any_moment() {
    let folder = Folder::meeting(&roster_of(2));
    // Otherwise the run creates it, and syncs the folder above it, which is the ledger's.
    std::fs::create_dir(folder.path().join("outbox")).unwrap();
    let Some(mut run) = traced(&folder, "send -q") else { return };
    assert_eq!(run.run.code, Some(0), "{:?}", run.run);
    let mut image = Image::new();
    let mut is_used = false;
    run.replay(|disk, trace, step| {
        if let Some(Step::Begin(number)) = step {
            let is_first = !is_used && is_on(&trace.calls[*number], &["pwrite64"], "ledger.db-wal");
            is_used |= is_first;
            // SQLite syncs the folder when it syncs a new log. The ledger must not depend on that.
            let has_name = disk.image(Arrived::Nothing).contains_key(Path::new("ledger.db"));
            assert!(!is_first || has_name, "the ledger can lose its name");
            return;
        }
        let parts = (0..super::parts()).map(Arrived::Part);
        for arrived in [Arrived::Nothing, Arrived::Everything].into_iter().chain(parts) {
            if image.show_only(disk, arrived, |path| {
                !path.starts_with("outbox") && !path.ends_with("ledger.db.new")
            }) {
                image.folder.status();
            }
        }
    });
}

#[test]
fn a_ledger_in_place_of_a_lost_one_has_nothing_of_it_at_any_moment() {
    // All of the lost ledger is in its log, because somebody was reading when its last run ended.
    let folder = Folder::meeting(&roster_of(1));
    folder.run(["send", "-q"]).exits(0);
    let reader = folder.ledger();
    assert_eq!(addresses(&folder, "invite").len(), 1);
    reader.query_row("SELECT count(*) FROM entry", [], |row| row.get::<_, i64>(0)).unwrap();
    folder.write("people.csv", roster_of(3)).run(["send", "-q"]).exits(0);
    std::fs::copy(folder.path().join("ledger.db-wal"), folder.path().join("log")).unwrap();
    drop(reader);
    std::fs::rename(folder.path().join("log"), folder.path().join("ledger.db-wal")).unwrap();
    folder.write_private("ledger.db", "");
    std::fs::remove_dir_all(folder.path().join("outbox")).unwrap();
    folder.run(["status"]).exits(3);

    let Some(mut run) = traced(&folder, "send --first -q") else { return };
    assert_eq!(run.run.code, Some(0), "{:?}", run.run);
    let mut image = Image::new();
    let (mut is_used, mut states) = (false, BTreeSet::new());
    run.replay(|disk, trace, step| {
        let Some(step) = step else { return };
        // Until the new ledger has a log of its own.
        let Step::End(number, _) = step else { return };
        is_used |= is_on(&trace.calls[*number], &["fdatasync", "fsync"], "ledger.db-wal");
        for arrived in (0..7 + super::parts()).map(Arrived::Part).filter(|_| !is_used) {
            if !image.show_only(disk, arrived, |path| {
                !path.starts_with("outbox") && !path.ends_with("ledger.db.new")
            }) {
                continue;
            }
            let run = image.folder.run(["status", "--format", "json"]);
            assert!(matches!(run.code, Some(0 | 3)), "{arrived:?}: {run:?}");
            if run.code == Some(0) {
                // Everybody is new to this ledger.
                assert!(!run.stdout.contains("\"written\""), "{arrived:?}: {run:?}");
            } else {
                assert!(run.stderr.contains("is lost"), "{}", run.stderr);
            }
            states.insert(run.code);
        }
    });
    assert_eq!(states.len(), 2, "lost, and then new");
}

#[test]
fn a_link_file_is_the_old_one_or_the_new_one_at_any_moment() {
    let folder = Folder::meeting(&roster_of(200));
    folder.write("links.csv", "old");
    let Some(mut run) = traced(&folder, "links -q") else { return };
    assert_eq!(run.run.code, Some(0), "{:?}", run.run);
    let new = folder.read("links.csv");
    run.replay(|disk, _, step| {
        for arrived in ALL {
            let image = disk.image(arrived);
            let file = image.get(Path::new("links.csv")).map(Vec::as_slice);
            // Once the command has ended, only the new one.
            let is_old = step.is_some() && file == Some(b"old");
            assert!(is_old || file == Some(new.as_bytes()), "{arrived:?}");
        }
    });
}

#[test]
fn a_file_of_a_new_meeting_is_whole_or_absent_at_any_moment() {
    let folder = Folder::empty();
    let command = "init town-hall -q";
    let Some(mut run) = traced(&folder, command) else { return };
    assert_eq!(run.run.code, Some(0), "{:?}", run.run);
    let names = folder.file_names("town-hall");
    assert!(names.contains(&"app-secret".to_owned()), "{names:?}");
    run.replay(|disk, _, step| {
        for arrived in ALL {
            let image = disk.image(arrived);
            for name in &names {
                let path = Path::new("town-hall").join(name);
                let whole = std::fs::read(folder.path().join(&path)).unwrap();
                let found = image.get(&path);
                assert!(found.is_none_or(|found| *found == whole), "{arrived:?}: half of {name}");
                assert!(step.is_some() || found.is_some(), "{name} has been lost");
            }
        }
    });
}

#[test]
fn the_run_after_a_power_cut_writes_each_message_once() {
    let folder = Folder::meeting(&roster_of(PEOPLE));
    let Some(mut run) = traced(&folder, "send -q") else { return };
    assert_eq!(run.run.code, Some(0), "{:?}", run.run);
    let whole = folder.file_names("outbox");
    let (mut image, mut moves, mut cuts) = (Image::new(), 0, 0);
    run.replay(|disk, trace, step| {
        let Some(Step::Begin(number)) = step else { return };
        let call = &trace.calls[*number];
        moves += usize::from(call.name.starts_with("rename"));
        let is_move = call.name.starts_with("rename") && moves % 100 == 2;
        if !is_move && !is_on(call, &["fdatasync", "fsync"], "ledger.db-wal") {
            return;
        }
        cuts += 1;
        for arrived in [Arrived::Nothing, Arrived::Part(cuts)] {
            image.show(disk, arrived);
            let run = image.folder.run(["send", "-q"]);
            image.forget();
            assert_eq!(run.code, Some(0), "{arrived:?}: {run:?}");
            assert_eq!(image.folder.file_names("outbox"), whole, "{arrived:?}");
        }
    });
    assert!(cuts > 3, "{cuts} cuts");
}

//! `ledger check`: what is wrong with a ledger is said in words, and nothing in it is changed.

use serde_json::Value;

use super::{Meeting, PEOPLE};
use crate::support::{Folder, Run, roster_of};

#[track_caller]
fn check(folder: &Folder, code: i32) -> Value {
    let before = files(folder);
    let run = folder.run(["ledger", "check", "--format", "json"]).exits(code);
    assert!(!run.stderr.contains("panicked"), "{run:?}");
    let text = folder.run(["ledger", "check"]).exits(code);
    assert!(!text.stderr.contains("panicked") && text.stdout.is_empty(), "{text:?}");
    assert_eq!(files(folder), before, "nothing is changed");
    serde_json::from_str(&run.stdout).unwrap()
}

/// The octets of the ledger and of its log.
fn files(folder: &Folder) -> [Option<Vec<u8>>; 2] {
    ["ledger.db", "ledger.db-wal"].map(|name| std::fs::read(folder.path().join(name)).ok())
}

fn codes(report: &Value) -> Vec<&str> {
    let findings = report["findings"].as_array().unwrap();
    findings.iter().map(|finding| finding["code"].as_str().unwrap()).collect()
}

/// A ledger with people and messages.
fn sent() -> Folder {
    let folder = Folder::meeting(&roster_of(40));
    folder.run(["send", "-q"]).exits(0);
    folder
}

#[test]
fn a_sound_ledger_and_none_at_all_are_no_problem() {
    let meeting = Meeting::new(PEOPLE);
    let none = check(&meeting.folder, 0);
    assert_eq!(none["state"], "absent");
    meeting.send().exits(0);
    let report = check(&meeting.folder, 0);
    assert_eq!(report["state"], "sound");
    assert_eq!((&report["entries"], &report["messages"]), (&2.into(), &2.into()));
    assert!(codes(&report).is_empty(), "{report}");
    meeting.folder.run(["ledger", "check", "-q"]).exits(0).stderr("").stdout("");
}

#[test]
fn a_file_that_cannot_be_used_is_named() {
    for (octets, expected) in [
        (
            &b"This is no database, but a text that somebody has saved under this name."[..],
            "not-a-ledger",
        ),
        (b"", "ledger-lost"),
    ] {
        let folder = Folder::meeting(PEOPLE);
        folder.write_private("ledger.db", octets);
        let report = check(&folder, 3);
        assert_eq!((codes(&report), &report["state"]), (vec![expected], &"unusable".into()));
    }
    let folder = sent();
    folder.ledger().pragma_update(None, "user_version", 99).unwrap();
    assert_eq!(codes(&check(&folder, 3)), ["ledger-newer"]);
    let folder = sent();
    folder.edit_meeting("00112233445566778899aabbccddeeff", "other");
    assert_eq!(codes(&check(&folder, 3)), ["ledger-other-meeting"]);
    let folder = sent();
    folder.ledger().pragma_update(None, "application_id", 7).unwrap();
    assert_eq!(codes(&check(&folder, 3)), ["not-a-ledger"]);
}

/// A message that was not sent yet is made from the ledger's record.
#[test]
fn a_damaged_record_is_found_before_anything_is_sent() {
    let folder = sent();
    std::fs::remove_dir_all(folder.path().join("outbox")).unwrap();
    folder.ledger().execute("UPDATE message SET state = 'due'", []).unwrap();
    folder.ledger().execute("UPDATE snapshot SET tail = '{' WHERE id = 30", []).unwrap();
    let run = folder.run(["send", "-q"]).exits(1);
    assert!(run.stderr.contains("error[ledger"), "{run:?}");
    assert!(!folder.exists("outbox"), "{run:?}");
}

/// What is left of somebody whose entry was erased.
const ERASED: &str = "
    INSERT INTO erased (id, uid, place, reason, wanted, start, end, sequence, stamp, since)
    VALUES (1, randomblob(16), randomblob(16), 'pruned', 1, 0, 60, 2, 0, 0);
    INSERT INTO erased_message VALUES (1, 1, 'smtp', 'invite', 'accepted', 2, 0, 0)";

#[test]
fn every_kind_of_damage_to_a_record_is_found() {
    for (sql, expected) in [
        (
            "UPDATE snapshot SET tail = replace(tail, 'Somebody 7', 'Nobody') WHERE id = 8",
            "entry-damaged",
        ),
        ("UPDATE snapshot SET tail = '{' WHERE id = 3", "entry-damaged"),
        ("UPDATE entry SET start = start + 1 WHERE id = 5", "entry-damaged"),
        ("UPDATE entry SET person = 'x@example.org' WHERE id = 5", "entry-damaged"),
        ("UPDATE entry SET fingerprint = zeroblob(16) WHERE id = 5", "entry-damaged"),
        ("UPDATE entry SET uid = zeroblob(3) WHERE id = 5", "entry-damaged"),
        ("UPDATE entry SET room = 'cellar' WHERE id = 5", "entry-damaged"),
        ("UPDATE entry SET organizer = 'eve@example.org' WHERE id = 5", "entry-damaged"),
        ("UPDATE entry SET wanted = 'x' WHERE id = 5", "entry-damaged"),
        ("UPDATE message SET state = 'lost' WHERE id = 4", "message-damaged"),
        ("UPDATE message SET kind = 'letter' WHERE id = 4", "message-damaged"),
        ("UPDATE message SET sequence = 9 WHERE id = 4", "message-damaged"),
        ("UPDATE message SET hash = x'00' WHERE id = 4", "message-damaged"),
        ("UPDATE message SET round = 9 WHERE id = 4", "message-damaged"),
        ("UPDATE message SET address = 'zzz' WHERE id = 4", "message-damaged"),
        ("UPDATE message SET fingerprint = zeroblob(16) WHERE id = 4", "message-damaged"),
        ("UPDATE message SET tries = 'x' WHERE id = 4", "message-damaged"),
        (
            // What the message alone was made from.
            "INSERT INTO snapshot SELECT 1000, head, replace(tail, 'Somebody', 'Nobody') FROM snapshot
             WHERE id = (SELECT snapshot FROM message WHERE id = 4);
             UPDATE message SET snapshot = 1000 WHERE id = 4",
            "message-damaged",
        ),
        ("UPDATE head SET text = replace(text, 'Town', 'City')", "head-damaged"),
        ("PRAGMA foreign_keys = OFF; DELETE FROM entry WHERE id = 5", "reference-broken"),
        ("INSERT INTO round (kind, medium, begun) VALUES ('x', 'smtp', 0)", "round-damaged"),
        ("INSERT INTO round (kind, medium, begun) VALUES ('remind', 'smtp', 'x')", "round-damaged"),
        ("INSERT INTO left_out VALUES (zeroblob(16), 'x', 0)", "mark-damaged"),
        ("UPDATE erased SET reason = 'x'", "erased-damaged"),
        ("UPDATE erased SET uid = zeroblob(3)", "erased-damaged"),
        ("UPDATE erased SET sequence = 'x'", "erased-damaged"),
        ("UPDATE erased_message SET kind = 'letter'", "erased-damaged"),
        ("UPDATE erased_message SET state = 'lost'", "erased-damaged"),
        ("UPDATE erased_message SET medium = 'pigeon'", "erased-damaged"),
        ("UPDATE erased_message SET sequence = 9", "erased-damaged"),
        ("UPDATE erased_message SET updated = 'x'", "erased-damaged"),
        ("UPDATE erased SET organizer = 'x'", "erased-damaged"),
        ("DELETE FROM meeting", "meeting-damaged"),
        ("UPDATE meeting SET id = zeroblob(4)", "meeting-damaged"),
        ("UPDATE meeting SET called_off = 'x'", "meeting-damaged"),
    ] {
        let folder = sent();
        folder.ledger().execute_batch(ERASED).unwrap();
        assert!(codes(&check(&folder, 0)).is_empty());
        folder.ledger().execute_batch(sql).unwrap();
        let report = check(&folder, 1);
        assert!(codes(&report).contains(&expected), "{sql}: {report}");
        assert_eq!(report["state"], "damaged");
        let hint = report["findings"][0]["hint"].as_str().unwrap();
        assert!(hint.starts_with("restore `ledger.db` from a backup"), "{hint}");
    }
}

#[test]
fn a_value_of_the_wrong_type_is_named_with_its_record_and_never_in_the_words_of_sqlite() {
    for (table, column, value, message) in [
        ("entry", "person", "x'00'", "entry 4: its value of `person` cannot be read"),
        ("entry", "start", "'x'", "entry 4: `p3@example.org`: its value of `start` cannot be read"),
        (
            "entry",
            "uid",
            "zeroblob(3)",
            "entry 4: `p3@example.org`: its value of `uid` cannot be read",
        ),
        ("entry", "room", "x'00'", "entry 4: `p3@example.org`: its value of `room` cannot be read"),
        (
            "message",
            "kind",
            "x'00'",
            "message 4: to `p3@example.org`: its value of `kind` cannot be read",
        ),
        (
            "message",
            "sequence",
            "'x'",
            "message 4: to `p3@example.org`: its value of `sequence` cannot be read",
        ),
        (
            "message",
            "hash",
            "'x'",
            "message 4: to `p3@example.org`: its value of `hash` cannot be read",
        ),
        (
            "message",
            "reply",
            "x'00'",
            "message 4: to `p3@example.org`: its value of `reply` cannot be read",
        ),
        ("head", "text", "x'00'", "head 1: its value of `text` cannot be read"),
        ("erased", "wanted", "'x'", "erased entry 1: its value of `wanted` cannot be read"),
        ("erased", "reason", "x'00'", "erased entry 1: its value of `reason` cannot be read"),
        ("erased_message", "copy", "'x'", "erased message 1: its value of `copy` cannot be read"),
    ] {
        let folder = sent();
        folder.ledger().execute_batch(ERASED).unwrap();
        let only = if table == "entry" || table == "message" { "WHERE id = 4" } else { "" };
        let sql = format!("UPDATE {table} SET {column} = {value} {only}");
        folder.ledger().execute_batch(&sql).unwrap();
        let report = check(&folder, 1);
        let findings = report["findings"].as_array().unwrap();
        let messages: Vec<&str> =
            findings.iter().map(|finding| finding["message"].as_str().unwrap()).collect();
        assert!(messages.contains(&message), "{sql}: {messages:?}");
        assert!(!messages.iter().any(|one| one.contains("at index")), "{sql}: {messages:?}");
    }
    // Nor does another command say that nothing is lost.
    let folder = sent();
    folder.ledger().execute_batch("UPDATE entry SET start = 'x' WHERE id = 4").unwrap();
    let run = folder.run(["plan"]).exits(1);
    assert!(
        run.stderr.starts_with("error[ledger]: the ledger is damaged\n  hint: restore it"),
        "{run:?}"
    );
}

#[test]
fn findings_name_the_file_that_the_meeting_has() {
    let folder = sent();
    let ledger = "[ledger]\nfile = \"our list.db\"\n\n[mail]";
    folder.edit_meeting("[mail]", ledger);
    let octets = std::fs::read(folder.path().join("ledger.db")).unwrap();
    folder.write_private("our list.db", &octets).write_private("our list.db-wal", [0; 100]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let readable = std::fs::Permissions::from_mode(0o644);
        std::fs::set_permissions(folder.path().join("our list.db"), readable).unwrap();
    }
    let report = check(&folder, 1);
    let hints: Vec<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["hint"].as_str().unwrap())
        .collect();
    let restore = "restore `our list.db` from a backup, and with it `our list.db-wal` if the backup has one; until then, run no command that sends";
    if cfg!(unix) {
        assert_eq!(codes(&report), ["log-damaged", "ledger-readable"]);
        assert_eq!(hints, [restore, "run: chmod 600 'our list.db'"]);
    } else {
        assert_eq!(hints, [restore]);
    }
    let message = report["findings"][0]["message"].as_str().unwrap();
    assert!(message.starts_with("`our list.db-wal` cannot be read"), "{message}");
    folder.write_private("our list.db-wal", [0; 20]);
    let report = check(&folder, 0);
    let hint = report["findings"][0]["hint"].as_str().unwrap();
    assert!(
        hint.starts_with("if this is a copy, copy both `our list.db` and `our list.db-wal` again"),
        "{hint}"
    );
}

#[test]
fn damaged_pages_are_found_and_never_end_in_a_panic() {
    let whole = sent();
    let octets = std::fs::read(whole.path().join("ledger.db")).unwrap();
    let mut found = 0;
    // A block of the file that was overwritten, and a file that was cut off.
    for at in (0..octets.len()).step_by(4096) {
        let folder = Folder::meeting(PEOPLE);
        let mut damaged = octets.clone();
        damaged[at..at + 512].fill(0xa5);
        folder.write_private("ledger.db", &damaged);
        found += usize::from(is_refused(&folder));
        folder.write_private("ledger.db", &octets[..octets.len() - at]);
        if at > 0 {
            assert!(is_refused(&folder), "cut by {at}");
        }
    }
    let pages = octets.len() / 4096;
    assert!(found >= pages - 1, "{found} of {pages} blocks");
}

fn is_refused(folder: &Folder) -> bool {
    let run: Run = folder.run(["ledger", "check"]);
    assert!(matches!(run.code, Some(0 | 1 | 3)) && !run.stderr.contains("panicked"), "{run:?}");
    assert_eq!(run.code == Some(0), !run.stderr.contains("error"), "{run:?}");
    run.code != Some(0)
}

#[test]
fn a_log_that_was_cut_off_is_explained() {
    let folder = sent();
    // A change that stays in the log, because its connection is not closed.
    let writer = folder.ledger();
    writer.execute_batch("PRAGMA wal_autocheckpoint = 0; UPDATE entry SET stamp = stamp + 1; UPDATE meeting SET called_off = 1").unwrap();
    let log = std::fs::read(folder.path().join("ledger.db-wal")).unwrap();
    assert!(log.len() > 8000, "{}", log.len());
    let file = std::fs::read(folder.path().join("ledger.db")).unwrap();
    for length in [1, 31, 32, 40, 56, 1000, 4152, 4153, log.len() - 1, log.len()] {
        let copy = Folder::meeting(PEOPLE);
        copy.write_private("ledger.db", &file).write_private("ledger.db-wal", &log[..length]);
        let report = check(&copy, 0);
        let is_whole = length == log.len() || length == 32;
        let expected = if is_whole { vec![] } else { vec!["log-unfinished"] };
        assert_eq!(codes(&report), expected, "{length} octets");
    }
    let copy = Folder::meeting(PEOPLE);
    let mut log = log;
    log[17] ^= 1;
    copy.write_private("ledger.db", &file).write_private("ledger.db-wal", &log);
    assert_eq!(codes(&check(&copy, 1)), ["log-damaged"]);
    drop(writer);
}

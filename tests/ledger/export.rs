//! `ledger export`: everything in the ledger, for other programs.

use std::process::Command;

use serde_json::Value;

use super::{Meeting, PEOPLE};
use crate::support::{SECRET, mode};

/// Counts the types of objects, as a script would.
const COUNT: &str = "
import collections, json, sys
from datetime import datetime
records = [json.loads(line) for line in sys.stdin]
for record in records:
    for name in ('date', 'updated', 'begun', 'since'):
        if record.get(name) and record['type'] != 'server':
            assert datetime.fromisoformat(record[name]).utcoffset().total_seconds() == 0
counts = collections.Counter(record['type'] for record in records)
print(' '.join(f'{name}={counts[name]}' for name in sorted(counts)))
";

#[test]
fn python_reads_every_record_and_none_has_a_link_or_a_secret() {
    let meeting = Meeting::new(PEOPLE);
    meeting.send().exits(0);
    meeting.folder.run(["remind", "--yes", "-q"]).exits(0);
    meeting.set_roster("email,name,role,Note\nada@example.org,\"Ada \"\"A\"\" Ł\",moderator,x\n");
    meeting.send().exits(0);
    meeting.folder.run(["ledger", "forget", "bob@example.org", "--yes", "-q"]).exits(0);
    meeting
        .folder
        .run(["ledger", "export", "--out", "all.jsonl"])
        .exits(0)
        .stderr("1 entry, 3 messages written to all.jsonl.\n");
    #[cfg(unix)]
    assert_eq!(mode(&meeting.folder.path().join("all.jsonl")), 0o600);
    let text = meeting.folder.read("all.jsonl");
    let link = meeting.folder.run(["token", "ada@example.org"]).exits(0).stdout;
    let token = link.trim().split("jwt=").nth(1).unwrap();
    for secret in [token, SECRET, "jwt=", "https://meet.example.org/"] {
        assert!(!text.contains(secret), "{secret}");
    }
    let entry: Value = serde_json::from_str(text.lines().nth(1).unwrap()).unwrap();
    assert_eq!(entry["content"]["name"], "Ada \"A\" Ł");
    assert_eq!(entry["content"]["columns"], serde_json::json!({ "note": "x" }));
    assert_eq!(entry["content"]["start"], "2031-03-11T13:00:00Z");
    let message: Value = serde_json::from_str(text.lines().nth(2).unwrap()).unwrap();
    assert_eq!((&message["kind"], &message["state"]), (&"invite".into(), &"accepted".into()));
    // What was said then.
    assert_eq!(message["content"]["name"], "Ada");
    assert_eq!(meeting.folder.run(["ledger", "export"]).exits(0).stdout, text);
    let mut python = Command::new("python3");
    python
        .args(["-c", COUNT])
        .stdin(std::fs::File::open(meeting.folder.path().join("all.jsonl")).unwrap());
    let output = python.output().unwrap();
    let counts = String::from_utf8(output.stdout).unwrap();
    assert_eq!(counts, "entry=1 erased=1 ledger=1 left_out=1 message=3 round=1 server=1\n");
}

#[test]
fn one_person_can_be_exported_and_no_file_of_the_meeting_is_overwritten() {
    let meeting = Meeting::new(PEOPLE);
    meeting.folder.run(["ledger", "export"]).exits(0);
    assert!(!meeting.folder.exists("ledger.db"), "looking creates nothing");
    meeting.send().exits(0);
    let run = meeting.folder.run(["ledger", "export", "--only", "BOB@example.org"]).exits(0);
    assert!(!run.stdout.contains("ada@") && run.stdout.contains("bob@"), "{run:?}");
    assert_eq!(run.stdout.lines().count(), 3);
    meeting.folder.run(["ledger", "export", "--only", "cy@example.org"]).exits(3);
    let own = [
        "ledger.db",
        "./ledger.db",
        "ledger.db.lock",
        // These do not exist.
        "ledger.db-wal",
        "ledger.db-journal",
        "ledger.db.new",
        "meeting.toml",
        "people.csv",
        "app-secret",
    ];
    for own in own {
        let before = std::fs::read(meeting.folder.path().join(own)).ok();
        for command in [&["ledger", "export", "--out", own][..], &["links", "--out", own]] {
            let run = meeting.folder.run(command).exits(3);
            assert!(run.stderr.contains("is one of the files of this meeting"), "{run:?}");
        }
        assert_eq!(std::fs::read(meeting.folder.path().join(own)).ok(), before, "{own}");
    }
    // Only its name begins like that of the ledger.
    for _ in 0..2 {
        meeting.folder.run(["ledger", "export", "-q", "--out", "ledger.db.jsonl"]).exits(0);
    }
    meeting.folder.run(["ledger", "export", "--out", "nowhere/all.jsonl"]).exits(1);
    meeting.folder.run(["ledger", "check", "-q"]).exits(0);
}

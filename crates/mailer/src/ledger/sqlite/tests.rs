use std::path::Path;

use meetmint_core::MeetingId;
use rusqlite::Connection;

use super::schema;
use crate::content::MessageKind;
use crate::ledger::testing::{SNAPSHOT, add, count, intent, row, with_entries};
use crate::ledger::{
    Intent, Ledger, LedgerError, LockedLedger, Medium, MessageResult, MessageState, ServerNote,
    WantedRow,
};
use crate::outbox::FolderFiles;
use crate::snapshot::Snapshot;

fn meeting() -> MeetingId {
    MeetingId::written("a meeting").unwrap()
}

fn open(path: &Path) -> LockedLedger {
    Ledger::open_locked(path, &meeting(), "a test").unwrap()
}

fn in_folder(test: impl FnOnce(&Path)) {
    let folder = tempfile::tempdir().unwrap();
    test(&folder.path().join("ledger.db"));
}

/// A ledger of the first release with an entry and two messages to it.
fn first_release(path: &Path) {
    let db = Connection::open(path).unwrap();
    schema::create_version_1(&db).unwrap();
    let sql = "INSERT INTO meeting (id) VALUES ('a meeting');
         INSERT INTO entry (uid, person, room, start, end, wanted, moderator, fingerprint, sheet, sequence)
         VALUES (zeroblob(16), 'ada@example.org', 'town-hall', 1930914000, 1930919400, 1, 0, zeroblob(16), '{}', 0);
         INSERT INTO message (entry, address, medium, kind, sequence, copy, stamp, fingerprint, sheet, hash, state, updated)
         VALUES (1, 'Ada@example.org', 'folder', 'invite', 0, 0, 0, zeroblob(16), '{}', zeroblob(32), 'written', 5),
                (1, 'Ada@example.org', 'smtp', 'invite', 0, 0, 0, zeroblob(16), '{}', zeroblob(32), 'accepted', 6);";
    db.execute_batch(&sql.replace("{}", SNAPSHOT.trim_end())).unwrap();
}

fn version(path: &Path) -> i64 {
    let db = Connection::open(path).unwrap();
    db.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

#[test]
fn a_ledger_of_the_first_release_can_be_read_and_is_migrated_when_it_is_changed() {
    in_folder(|path| {
        first_release(path);
        let reads = |ledger: &Ledger| {
            let entries = ledger.known(Medium::Smtp, &FolderFiles::default()).unwrap();
            let delivered = entries[0].history.delivered.unwrap();
            assert_eq!((entries.len(), delivered.message), (1, 2));
            assert_eq!(ledger.outlines(&[1]).unwrap()[0].messages.len(), 2);
            let files = FolderFiles::default();
            let person = ledger.status(Medium::Folder, &files).next().unwrap().unwrap();
            assert_eq!(person.messages[0].state, MessageState::Written);
            assert_eq!(count(ledger, MessageState::Accepted), 1);
        };
        reads(&Ledger::look(path, &meeting()).unwrap());
        assert_eq!(version(path), 1);
        reads(&open(path));
        assert_eq!(version(path), 7);
        reads(&Ledger::look(path, &meeting()).unwrap());
    });
}

#[test]
fn a_migrated_ledger_knows_the_organizer_and_whose_mark_is_whose() {
    in_folder(|path| {
        first_release(path);
        let db = Connection::open(path).unwrap();
        // The last organizer that the person was told about counts, and a name may contain the separator.
        db.execute_batch(
            "UPDATE meeting SET called_off = 1; UPDATE entry SET called_off = 1;
             UPDATE message SET sheet = replace(sheet, 'Events team', 'A <B>');
             UPDATE entry SET sheet = replace(sheet, 'events@', 'other@');",
        )
        .unwrap();
        let ledger = open(path);
        let entries = ledger.known(Medium::Smtp, &FolderFiles::default()).unwrap();
        assert_eq!(&*entries[0].organizer, "events@example.org");
        assert!(ledger.is_called_off().unwrap() && !entries[0].called_off);
        assert!(ledger.people_called_off().unwrap().is_empty());
    });
}

#[test]
fn a_migrated_ledger_has_every_text_octet_by_octet_and_equal_ones_once() {
    in_folder(|path| {
        first_release(path);
        let db = Connection::open(path).unwrap();
        // More entries than are moved at once, and one that was told something else than it says now.
        let others = "WITH RECURSIVE n (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM n WHERE n < 600)
             INSERT INTO entry (uid, person, room, start, end, wanted, moderator, fingerprint, sheet)
             SELECT randomblob(16), 'p' || n, 'r', 1, 2, 1, 0, zeroblob(16), replace(sheet, 'Ada', 'P ' || n) FROM n, entry;
             UPDATE message SET sheet = replace(sheet, 'Ada', 'Augusta'), kind = 'cancel' WHERE id = 2;
             UPDATE message SET sheet = replace(sheet, '[[\"seat', '[[\"place') WHERE id = 1;
             INSERT INTO message (entry, address, medium, kind, sequence, copy, stamp, fingerprint, sheet, hash, state, updated)
             SELECT 600, address, medium, kind, 7, 0, 0, m.fingerprint, entry.sheet, hash, 'accepted', 8
             FROM message AS m, entry WHERE m.id = 1 AND entry.id = 600;";
        db.execute_batch(others).unwrap();
        let texts = |sql: &str| -> Vec<String> {
            let db = Connection::open(path).unwrap();
            let mut select = db.prepare(sql).unwrap();
            let texts = select.query_map([], |row| row.get(0)).unwrap();
            texts.collect::<Result<_, _>>().unwrap()
        };
        let before = texts("SELECT sheet FROM entry UNION ALL SELECT sheet FROM message");
        let db = &open(path).ledger.engine.db;
        let dangling = db.execute("UPDATE message SET snapshot = 0 WHERE id = 1", []);
        assert!(dangling.is_err(), "a message without a snapshot");
        let of = "JOIN snapshot_text AS s ON s.id = snapshot";
        let sql = format!("SELECT text FROM entry {of} UNION ALL SELECT text FROM message {of}");
        assert_eq!((before.len(), texts(&sql)), (603, before));
        assert_eq!(texts("SELECT text FROM head").len(), 1);
        // Those of the entries, and of the two messages that say something else.
        assert_eq!(texts("SELECT tail FROM snapshot").len(), 602);
        let ledger = Ledger::look(path, &meeting()).unwrap();
        let known = ledger.known(Medium::Smtp, &FolderFiles::default()).unwrap();
        let snapshot = ledger.snapshot_of_entry(600).unwrap();
        assert_eq!(snapshot.facts().name(), "P 600");
        let row = WantedRow::new("p600", "r", &snapshot, &snapshot.text());
        assert_eq!(known[599].snapshot, row.snapshot);
    });
}

#[test]
fn a_new_ledger_stays_only_if_it_is_kept() {
    in_folder(|path| {
        let names = || std::fs::read_dir(path.parent().unwrap()).unwrap().count();
        assert!(Ledger::look(path, &meeting()).is_ok());
        assert_eq!(names(), 0);
        let ledger = open(path);
        assert!(names() > 1);
        let busy = Ledger::open_locked(path, &meeting(), "another test").unwrap_err();
        assert!(matches!(busy, LedgerError::Locked(holder) if holder == "a test"));
        drop(ledger);
        assert_eq!(names(), 0);
        open(path).keep();
        drop(open(path));
        assert!(path.exists());
    });
}

#[test]
fn what_is_noted_about_a_server_is_about_that_server_and_stays() {
    in_folder(|path| {
        let mut ledger = open(path);
        let (tried, reminded) = (ServerNote::Tried, ServerNote::Reminded);
        ledger.keep().note_server(tried, "https://a.example", "2026-11-27").unwrap();
        drop(ledger);
        let mut ledger = open(path);
        ledger.note_server(tried, "https://a.example", "2026-11-28").unwrap();
        ledger.note_server(reminded, "https://b.example", "2026-11-28").unwrap();
        drop(ledger);
        let ledger = Ledger::look(path, &meeting()).unwrap();
        let has = |note, server: &str| ledger.has_noted(note, server).unwrap();
        assert!(has(tried, "https://a.example") && !has(reminded, "https://a.example"));
        assert!(!has(tried, "https://b.example") && has(reminded, "https://b.example"));
    });
}

#[test]
fn a_ledger_without_people_belongs_to_no_meeting() {
    in_folder(|path| {
        let other = MeetingId::written("another meeting").unwrap();
        let mut ledger = open(path);
        ledger.keep().note_server(ServerNote::Tried, "https://a.example", "2026-11-27").unwrap();
        drop(ledger);
        assert_eq!(Ledger::meeting_at(path), None);
        assert!(Ledger::look(path, &other).is_ok());
        let mut ledger = Ledger::open_locked(path, &other, "a test").unwrap();
        assert!(ledger.has_noted(ServerNote::Tried, "https://a.example").unwrap());
        add(&mut ledger, &other, &[row(1)]);
        drop(ledger);
        assert_eq!(Ledger::meeting_at(path).as_deref(), Some("another meeting"));
        assert!(matches!(Ledger::look(path, &meeting()), Err(LedgerError::OtherMeeting(_))));
        let refused = Ledger::open_locked(path, &meeting(), "a test");
        assert!(matches!(refused, Err(LedgerError::OtherMeeting(_))));
    });
    in_folder(|path| {
        // A mark is something that a run recorded about the meeting.
        open(path).keep().call_off(None, true).unwrap();
        assert_eq!(Ledger::meeting_at(path).as_deref(), Some("a meeting"));
    });
}

#[test]
fn every_entry_has_a_uid_of_its_own() {
    in_folder(|path| {
        let mut ledger = open(path);
        let same = [row(1), row(1), row(2)];
        assert_eq!(add(&mut ledger, &meeting(), &same), [1, 2, 3]);
        assert_eq!(add(&mut ledger, &meeting(), &same[..1]), [4]);
        let start = jiff::Timestamp::from_second(same[0].start).unwrap();
        let (person, room) = (&same[0].person, &same[0].room);
        let entries = ledger.known(Medium::Smtp, &FolderFiles::default()).unwrap();
        let expected = [
            meeting().uid(person, room, start),
            meeting().alternative_uid(person, room, start, 1),
            meeting().uid(&same[2].person, room, start),
            meeting().alternative_uid(person, room, start, 2),
        ];
        assert_eq!(entries.iter().map(|entry| entry.uid).collect::<Vec<_>>(), expected);
    });
}

#[test]
fn an_outdated_message_is_refused_with_everything_in_the_same_commit() {
    with_entries(3, |ledger| {
        let first = ledger.commit(&[], &[intent(1)], 7).unwrap()[0];
        let with = |change: &dyn Fn(&mut Intent)| {
            let mut intent = intent(1);
            change(&mut intent);
            intent
        };
        let out_of_date: [Intent; 4] = [
            // Another process has numbered a message in between.
            with(&|intent| intent.record.copy = 1),
            with(&|intent| intent.record.sequence = 1),
            // The number is taken.
            with(&|intent| intent.record.entry_sequence = 0),
            // It is being sent already.
            with(&|intent| intent.record.id = Some(first)),
        ];
        for intent_to_first in out_of_date {
            let refused = ledger.commit(&[], &[intent(2), intent_to_first], 8).unwrap_err();
            assert!(matches!(refused, LedgerError::Conflict { .. }), "{refused}");
        }
        assert_eq!(count(ledger, MessageState::InDoubt), 1);

        // The next revision, a copy of the current one, and another attempt at the first message are not.
        let current = [
            with(&|intent| {
                intent.record.entry_sequence = 0;
                intent.record.copy = 1;
            }),
            with(&|intent| {
                intent.record.entry_sequence = 0;
                intent.record.sequence = 1;
                intent.record.kind = MessageKind::Update;
            }),
        ];
        ledger.commit(&[], &current, 9).unwrap();
        let deferred = MessageResult { id: first, outcome: MessageState::Deferred.into() };
        let again = with(&|intent| {
            intent.record.id = Some(first);
            intent.record.entry_sequence = 1;
        });
        let id = ledger.commit(&[deferred], &[again], 10).unwrap()[0];
        // What is handed over last is the newest.
        assert!(id > first);
        let accepted = MessageResult { id, outcome: MessageState::Accepted.into() };
        ledger.commit(&[accepted], &[], 11).unwrap();
        let entry = &ledger.outlines(&[1]).unwrap()[0];
        assert_eq!((entry.sequence, entry.messages.first().unwrap().tries), (1, 2));
        let again = with(&|intent| intent.record.id = Some(id));
        assert!(matches!(ledger.commit(&[], &[again], 12), Err(LedgerError::Conflict { .. })));
    });
}

#[test]
fn outlines_come_in_the_order_of_the_requested_entries() {
    with_entries(3, |ledger| {
        let ids = ledger.commit(&[], &[intent(3), intent(1)], 7).unwrap();
        let outcome = MessageState::Refused.into();
        ledger.commit(&[MessageResult { id: ids[1], outcome }], &[], 8).unwrap();
        let outlines = ledger.outlines(&[3, 1, 2, 3]).unwrap();
        let messages: Vec<_> =
            outlines.iter().map(|entry| (entry.id, entry.sequence, entry.messages.len())).collect();
        assert_eq!(messages, [(3, 0, 1), (1, 0, 1), (2, -1, 0), (3, 0, 1)]);
        assert_eq!(outlines[2].person, "p1@example.org");
        // Only the snapshots of messages that may have been delivered are read.
        assert!(outlines[0].messages[0].snapshot().is_ok());
        assert!(outlines[1].messages[0].snapshot().is_err());
        assert!(ledger.outlines(&[1, 4]).is_err());
    });
}

/// Ledgers keep fingerprints for years: a different one would make every message due again.
#[test]
fn the_fingerprint_of_the_facts_is_that_of_the_first_release() {
    let snapshot = Snapshot::read(SNAPSHOT.trim_end()).unwrap();
    assert_eq!(snapshot.text(), SNAPSHOT.trim_end());
    let expected = 0xf1ec_a468_ef00_8217_ebe2_79cd_0b74_60e1_u128;
    assert_eq!(u128::from_be_bytes(snapshot.fingerprint()), expected);
}

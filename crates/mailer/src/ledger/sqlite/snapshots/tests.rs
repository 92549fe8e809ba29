//! What is kept once, and that it is read back octet by octet.

use std::path::Path;

use meetmint_core::MeetingId;

use super::super::snapshot_writer::SnapshotWriter;
use super::*;
use crate::content::{CancelReason, MessageKind};
use crate::ledger::entry::{EntryChange, WantedRow};
use crate::ledger::testing::{SNAPSHOT, add_with, intent, row, with_entries};
use crate::ledger::{Ledger, Medium, MessageResult, MessageState};
use crate::outbox::FolderFiles;

fn named(name: &str) -> String {
    SNAPSHOT.trim_end().replace("\"Ada\"", &format!("\"{name}\""))
}

/// A row with this snapshot.
fn row_of(text: &str) -> WantedRow {
    WantedRow::new("p1@example.org", "town-hall", &Snapshot::read(text).unwrap(), text)
}

/// The entry takes over a text.
fn change(ledger: &mut Ledger, entry: i64, text: &str) {
    ledger.begin_temporary_rows().unwrap();
    ledger.add_temporary_row(0, text).unwrap();
    ledger.finish_temporary_rows().unwrap();
    let row = row_of(text);
    let change = EntryChange::Update { entry, number: 0, row };
    let meeting = MeetingId::written("a meeting").unwrap();
    ledger.apply(&meeting, [Ok(change)].into_iter(), |_, _| Ok(())).unwrap();
}

fn count(ledger: &Ledger, table: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM {table}");
    ledger.engine.db.query_row(&sql, [], |row| row.get(0)).unwrap()
}

/// The text of every snapshot, in the order in which they were added.
fn stored(ledger: &Ledger) -> Vec<String> {
    let mut select =
        ledger.engine.db.prepare("SELECT text FROM snapshot_text ORDER BY id").unwrap();
    let texts = select.query_map([], |row| row.get(0)).unwrap();
    texts.collect::<Result<_, _>>().unwrap()
}

#[test]
fn a_text_is_the_same_wherever_it_is_divided() {
    let own = SNAPSHOT.trim_end();
    let texts = [
        own.to_owned(),
        own.replace("Autumn town hall", ",\\\"name\\\":\\\"x"),
        own.replace("[\"config.startWithAudioMuted\",false]", "[\"x\",{\"y\":1,\"name\":2}]"),
        own.replace("\"name\":\"Ada\"", "\"NAME\":\"Ada\""),
        String::new(),
    ];
    with_entries(0, |ledger| {
        let mut writer = SnapshotWriter::new(&ledger.engine.db).unwrap();
        for text in texts.iter().chain(&texts) {
            writer.add(text).unwrap();
        }
        drop(writer);
        assert_eq!(stored(ledger), [&texts[..], &texts[..]].concat());
        assert_eq!(count(ledger, "head"), 4, "one for the last two");
    });
}

#[test]
fn an_earlier_message_keeps_what_it_said_when_the_entry_changes() {
    with_entries(1, |ledger| {
        let id = ledger.commit(&[], &[intent(1)], 7).unwrap()[0];
        let accepted = MessageResult { id, outcome: MessageState::Accepted.into() };
        ledger.commit(&[accepted], &[], 8).unwrap();
        change(ledger, 1, &named("Grace"));
        let said = |snapshot: Snapshot| snapshot.facts().name().to_owned();
        assert_eq!(said(ledger.snapshot_of_message(id).unwrap()), "Ada");
        assert_eq!(said(ledger.snapshot_of_entry(1).unwrap()), "Grace");
        let outline = &ledger.outlines(&[1]).unwrap()[0];
        assert_eq!(outline.text, named("Grace"));
        assert_eq!(outline.fingerprint, row_of(&named("Grace")).fingerprint);
        assert_eq!(outline.messages[0].text.as_deref(), Some(SNAPSHOT.trim_end()));
        // The entry is compared with its new text.
        let known = ledger.known(Medium::Smtp, &FolderFiles::default()).unwrap();
        assert!(known[0].equals(&row_of(&named("Grace"))));
        assert!(!known[0].equals(&row_of(SNAPSHOT.trim_end())));
    });
}

#[test]
fn a_message_has_the_snapshot_that_its_last_try_was_made_from() {
    with_entries(1, |ledger| {
        let id = ledger.commit(&[], &[intent(1)], 7).unwrap()[0];
        change(ledger, 1, &named("Grace"));
        let snapshot = ledger.outlines(&[1]).unwrap()[0].snapshot;
        let deferred = MessageResult { id, outcome: MessageState::Deferred.into() };
        let mut again = intent(1);
        again.record.id = Some(id);
        again.record.snapshot = snapshot;
        let id = ledger.commit(&[deferred], &[again], 8).unwrap()[0];
        assert_eq!(ledger.snapshot_of_message(id).unwrap().facts().name(), "Grace");
    });
}

#[test]
fn a_cancellation_keeps_its_reason() {
    with_entries(1, |ledger| {
        let mut next = -1;
        for reason in CancelReason::ALL {
            let mut cancellation = intent(1);
            let record = &mut cancellation.record;
            (record.kind, record.reason) = (MessageKind::Cancel, Some(reason));
            record.entry_sequence = next;
            next += 1;
            record.sequence = u32::try_from(next).unwrap();
            let id = ledger.commit(&[], &[cancellation], 7).unwrap()[0];
            assert_eq!(ledger.snapshot_of_message(id).unwrap().reason(), reason);
            let outline = &ledger.outlines(&[1]).unwrap()[0];
            assert_eq!(outline.messages[0].snapshot().unwrap().reason(), reason);
            let again = outline.messages[0].snapshot().unwrap().text();
            let expected = Snapshot::read(SNAPSHOT.trim_end()).unwrap().cancelled(reason).text();
            assert_eq!(again, expected);
        }
        assert_eq!(count(ledger, "snapshot"), 1);
    });
}

#[test]
fn what_people_have_in_common_is_kept_once_and_a_snapshot_with_all_of_its_messages() {
    const PEOPLE: usize = 1000;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let meeting = MeetingId::written("a meeting").unwrap();
    let mut ledger = Ledger::open_locked(&path, &meeting, "a test").unwrap();
    let rows: Vec<WantedRow> = (0..PEOPLE).map(row).collect();
    // Two roles, in turn.
    let roles = |number: usize| {
        let text = named(&format!("Person {number}"));
        if number.is_multiple_of(2) { text } else { text.replace("\"moderator\"", "\"guest\"") }
    };
    let entries = add_with(ledger.keep(), &meeting, &rows, roles);
    let intents: Vec<_> = entries.iter().map(|entry| intent(*entry)).collect();
    let ids = ledger.commit(&[], &intents, 7).unwrap();
    let accepted = |id| MessageResult { id, outcome: MessageState::Accepted.into() };
    let results: Vec<_> = ids.into_iter().map(accepted).collect();
    ledger.commit(&results, &[], 8).unwrap();
    assert_eq!((count(&ledger, "head"), count(&ledger, "snapshot")), (2, 1000));
    drop(ledger);
    assert!(size(&path) < 550 * PEOPLE as u64, "{} octets", size(&path));
}

fn size(path: &Path) -> u64 {
    path.metadata().unwrap().len()
}

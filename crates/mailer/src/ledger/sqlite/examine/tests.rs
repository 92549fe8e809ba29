use meetmint_core::MeetingId;

use crate::content::MessageKind;
use crate::ledger::entry::{EntryChange, WantedRow};
use crate::ledger::message::{Intent, MessageRecord, SnapshotId};
use crate::ledger::state::Medium;
use crate::ledger::testing::{SNAPSHOT, add_with};
use crate::ledger::{Ledger, LedgerFinding};
use crate::snapshot::Snapshot;

fn row_of(text: &str) -> WantedRow {
    WantedRow::new("ada@example.org", "town-hall", &Snapshot::read(text).unwrap(), text)
}

/// What is found in a ledger whose only entry is under one organizer, and was applied with another one since.
fn findings(was_sent: bool) -> Vec<LedgerFinding> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let meeting = MeetingId::written("a meeting").unwrap();
    let mut locked = Ledger::open_locked(&path, &meeting, "a test").unwrap();
    let ledger = locked.keep();
    let text = SNAPSHOT.trim_end();
    let entry = add_with(ledger, &meeting, &[row_of(text)], |_| text.to_owned())[0];
    if was_sent {
        let record = MessageRecord {
            id: None,
            entry,
            entry_sequence: -1,
            address: "Ada@example.org".to_owned(),
            medium: Medium::Smtp,
            kind: MessageKind::Invite,
            sequence: 0,
            copy: 0,
            round: None,
            stamp: 0,
            fingerprint: Snapshot::fingerprint_in(text),
            snapshot: SnapshotId(1),
            reason: None,
            hash: [0; 32],
        };
        ledger.commit(&[], &[Intent { record, outcome: None }], 0).unwrap();
    }
    let text = text.replace("<events@example.org>", "<new@example.org>");
    ledger.begin_temporary_rows().unwrap();
    ledger.add_temporary_row(0, &text).unwrap();
    ledger.finish_temporary_rows().unwrap();
    let change = EntryChange::Update { entry, number: 0, row: row_of(&text) };
    ledger.apply(&meeting, [Ok(change)].into_iter(), |_, _| Ok(())).unwrap();
    drop(locked);
    Ledger::examine(&path, &meeting).unwrap().unwrap().findings
}

/// As ledgers of the first versions are after their upgrade: only later versions keep both apart.
#[test]
fn an_entry_may_be_under_the_organizer_of_what_was_sent_last() {
    assert_eq!(findings(true), []);
    let found = findings(false);
    let expected = "entry 1: `ada@example.org`: its organizer is not the one in its text";
    assert_eq!((found[0].code, &*found[0].message), ("entry-damaged", expected));
    assert_eq!(found.len(), 1, "{found:?}");
}

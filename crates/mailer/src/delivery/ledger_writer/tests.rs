//! Group commit with several threads, and with a ledger that fails.

use std::collections::BTreeSet;
use std::thread;

use meetmint_core::MeetingId;

use super::*;
use crate::content::MessageKind;
use crate::ledger::{LedgerLock, Medium, MessageState, Record};

fn intent(entry: i64) -> Intent {
    let record = Record {
        id: None,
        entry,
        address: format!("p{entry}@example.org"),
        medium: Medium::Smtp,
        kind: MessageKind::Invite,
        sequence: 0,
        copy: 0,
        round: None,
        stamp: 0,
        fingerprint: [0; 16],
        sheet: String::new(),
        hash: [0; 32],
    };
    Intent { record, outcome: None }
}

fn in_ledger(work: impl FnOnce(&mut Ledger)) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let lock = LedgerLock::take(&path, "a test").unwrap();
    let id = MeetingId::written("a meeting").unwrap();
    let mut ledger = Ledger::open(&path, &id, &lock).unwrap();
    // The messages of this test belong to entries that do not exist.
    ledger.db.pragma_update(None, "foreign_keys", false).unwrap();
    work(&mut ledger);
}

fn count(ledger: &Ledger, state: &str) -> i64 {
    let sql = "SELECT count(*) FROM message WHERE state = ?1";
    ledger.db.query_row(sql, [state], |row| row.get(0)).unwrap()
}

fn accepted(id: i64) -> Recorded {
    Recorded { id, state: MessageState::Accepted, reply: None, next_try: 0 }
}

#[test]
fn each_intent_gets_its_own_id_whichever_thread_commits_it() {
    in_ledger(|ledger| {
        let writer = LedgerWriter::new(ledger, 8);
        let work = |connection: i64| {
            let mut ids = Vec::new();
            for message in 0..20 {
                let id = writer.commit_intent(intent(connection * 20 + message), 0).unwrap();
                writer.add_result(accepted(id));
                ids.push(id);
            }
            ids
        };
        let ids: Vec<i64> = thread::scope(|scope| {
            let threads = (0..8).map(|connection| scope.spawn(move || work(connection)));
            let threads: Vec<_> = threads.collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 160);
        assert!(writer.flush(0));
        drop(writer);
        assert_eq!((count(ledger, "accepted"), count(ledger, "sending")), (160, 0));
    });
}

#[test]
fn results_are_kept_when_a_commit_fails() {
    in_ledger(|ledger| {
        let writer = LedgerWriter::new(ledger, 1);
        let set_read_only = |yes: bool| {
            let ledger = writer.ledger.lock().unwrap();
            ledger.db.pragma_update(None, "query_only", yes).unwrap();
        };
        let id = writer.commit_intent(intent(1), 0).unwrap();
        writer.add_result(accepted(id));
        set_read_only(true);
        assert_eq!(writer.commit_intent(intent(2), 0), None);
        assert!(!writer.flush(0));
        assert!(writer.take_error().is_some());
        set_read_only(false);
        assert!(writer.flush(0));
        drop(writer);
        assert_eq!((count(ledger, "accepted"), count(ledger, "sending")), (1, 0));
    });
}

//! Group commit with several threads, and with a ledger that fails.

use std::collections::BTreeSet;
use std::thread;

use super::*;
use crate::ledger::MessageState;
use crate::ledger::testing::{count, intent, with_entries};

fn accepted(id: i64) -> MessageResult {
    MessageResult { id, outcome: MessageState::Accepted.into() }
}

#[test]
fn each_intent_gets_its_own_id_whichever_thread_commits_it() {
    with_entries(160, |ledger| {
        let writer = LedgerWriter::new(ledger, 8);
        let work = |connection: i64| {
            let mut ids = Vec::new();
            for message in 0..20 {
                let id = writer.commit_intent(intent(connection * 20 + message + 1), 0).unwrap();
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
        assert_eq!(
            (count(ledger, MessageState::Accepted), count(ledger, MessageState::InDoubt)),
            (160, 0)
        );
    });
}

#[test]
fn results_are_kept_when_a_commit_fails() {
    with_entries(2, |ledger| {
        let writer = LedgerWriter::new(ledger, 1);
        let set_read_only = |yes: bool| writer.ledger.lock().unwrap().refuse_writes(yes);
        let id = writer.commit_intent(intent(1), 0).unwrap();
        writer.add_result(accepted(id));
        set_read_only(true);
        assert_eq!(writer.commit_intent(intent(2), 0), None);
        assert!(!writer.flush(0));
        assert!(writer.take_error().is_some());
        set_read_only(false);
        assert!(writer.flush(0));
        drop(writer);
        assert_eq!(
            (count(ledger, MessageState::Accepted), count(ledger, MessageState::InDoubt)),
            (1, 0)
        );
    });
}

//! Group commit with several threads, and with a ledger that fails or crashes.

use std::collections::BTreeSet;

use shuttle::rand::{Rng as _, thread_rng};

use super::*;
use crate::delivery::sync::{scope, spawn};
use crate::delivery::testing::{Panic, Step, World, calm, explore, once, several, step};
use crate::ledger::MessageState;
use crate::ledger::testing::{count, intent};

fn accepted(id: i64) -> MessageResult {
    MessageResult { id, outcome: MessageState::Accepted.into() }
}

/// Runs `work` with a ledger of twelve entries.
fn with_ledger(work: impl FnOnce(&mut Ledger)) {
    work(World::quiet(12, several(1)).ledger.keep());
}

/// A writer for this many connections.
fn writer(ledger: &mut Ledger, connections: usize) -> LedgerWriter<'_> {
    let writer = LedgerWriter::new(ledger);
    (0..connections).for_each(|_| writer.add_connection());
    writer
}

/// Calls `work` in a thread for each connection, and returns what they return.
fn on_threads<T: Send>(connections: i64, work: impl Fn(i64) -> T + Sync) -> Vec<Option<T>> {
    let work = &work;
    scope(|scope| {
        let threads = (0..connections)
            .map(|connection| spawn(scope, String::new(), move || work(connection)).unwrap());
        let threads: Vec<_> = threads.collect();
        threads.into_iter().map(|thread| thread.join().ok()).collect()
    })
}

fn states(ledger: &Ledger) -> (usize, usize) {
    (count(ledger, MessageState::Accepted), count(ledger, MessageState::InDoubt))
}

/// The more intents a commit takes, the fewer commits there are.
#[test]
fn a_commit_waits_for_nearly_all_connections() {
    let case = |connections, enough| {
        once(move || {
            let mut pending = Pending { connections, ..Pending::default() };
            for number in 0..enough {
                assert!(pending.may_grow(), "{number} of {connections} connections");
                pending.intents.push(intent(1));
            }
            assert!(!pending.may_grow(), "{connections} connections");
        });
    };
    for few in 1..=4 {
        case(few, few);
    }
    case(5, 4);
    case(16, 13);
}

/// In 400 schedules.
#[test]
fn each_intent_gets_its_own_id_whichever_thread_commits_it() {
    explore(200, || {
        with_ledger(|ledger| {
            let writer = writer(ledger, 4);
            let ids = on_threads(4, |connection| {
                let mut ids = Vec::new();
                for message in 0..3 {
                    let entry = connection * 3 + message + 1;
                    let id = writer.commit_intent(intent(entry), 0).unwrap();
                    step(Step::Replied);
                    writer.add_result(accepted(id));
                    ids.push((id, entry));
                }
                ids
            });
            let ids: BTreeSet<_> = ids.into_iter().flatten().flatten().collect();
            assert_eq!(ids.iter().map(|(id, _)| id).collect::<BTreeSet<_>>().len(), 12);
            assert!(writer.flush(0));
            drop(writer);
            // Each id is the one of its own intent.
            for (id, entry) in ids {
                let outlines = ledger.outlines(&[entry]).unwrap();
                assert_eq!(outlines[0].messages.first().map(|message| message.id), Some(id));
            }
            assert_eq!(states(ledger), (12, 0));
        });
    });
}

/// In 200 schedules.
#[test]
fn everybody_who_waits_for_a_commit_goes_on_when_it_has_ended() {
    explore(100, || {
        with_ledger(|ledger| {
            let writer = writer(ledger, 4);
            on_threads(4, |connection| {
                if connection == 0 {
                    assert!(writer.commit_intent(intent(1), 0).is_some());
                }
                // The others have nothing to commit, and no commit that comes later would wake them.
                assert!(writer.flush(0));
            });
        });
    });
}

/// In 200 schedules.
#[test]
fn a_result_is_on_the_disk_after_a_flush_of_its_thread() {
    explore(100, || {
        with_ledger(|ledger| {
            let reader = Mutex::new(ledger.reader().unwrap());
            let writer = writer(ledger, 3);
            on_threads(3, |connection| {
                for message in 0..2 {
                    let entry = connection * 2 + message + 1;
                    let id = writer.commit_intent(intent(entry), 0).unwrap();
                    writer.add_result(accepted(id));
                    assert!(writer.flush(0));
                    let outlines = reader.lock().unwrap().outlines(&[entry]).unwrap();
                    assert_eq!(outlines[0].messages[0].state, MessageState::Accepted);
                }
            });
        });
    });
}

#[test]
fn results_are_kept_when_a_commit_fails() {
    once(|| {
        with_ledger(|ledger| {
            let writer = writer(ledger, 1);
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
            assert_eq!(states(ledger), (1, 0));
        });
    });
}

/// In 200 schedules.
#[test]
fn a_crash_of_a_commit_fails_it_for_all_who_wait_and_keeps_their_results() {
    explore(100, || {
        let mut random = thread_rng();
        let when = if random.gen_ratio(1, 2) { Step::Commit } else { Step::Committed };
        let panic = Panic::In(when, random.gen_range(1..=4));
        let mut world = World::with_panic(12, several(1), panic);
        let ledger = world.ledger.keep();
        let writer = writer(ledger, 3);
        let sent = on_threads(3, |connection| {
            let mut sent = Vec::new();
            for message in 0..3 {
                let entry = connection * 3 + message + 1;
                let Some(id) = writer.commit_intent(intent(entry), 0) else { break };
                writer.add_result(accepted(id));
                sent.push(id);
            }
            sent
        });
        let crashed = sent.iter().filter(|sent| sent.is_none()).count();
        assert_eq!(crashed, usize::from(calm()), "only the thread that commits crashes");
        assert!(writer.flush(0));
        drop(writer);
        // The one that crashed has added at most two results before, which it cannot tell any more.
        let told: usize = sent.iter().flatten().map(Vec::len).sum();
        let (recorded, _) = states(ledger);
        assert!((told..=told + 2 * crashed).contains(&recorded), "{recorded} of {told}");
    });
}

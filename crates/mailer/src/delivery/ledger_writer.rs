//! One pen for all connections: whoever is waiting at a moment shares a commit.
//!
//! A commit costs a write to the disk that has to be waited for, whatever is in it. So whoever comes while another one
//! is at it waits, and the next one writes for all of them.

use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use crate::ledger::{Intent, Ledger, LedgerError, Recorded};

/// How long a commit waits for whoever is just coming: less than the disk takes for one.
const COMING: Duration = Duration::from_micros(150);

/// Writes intents and results of all connections.
pub(super) struct LedgerWriter<'l> {
    ledger: Mutex<&'l mut Ledger>,
    book: Mutex<Book>,
    written: Condvar,
    /// One more has come.
    come: Condvar,
    /// With so many no commit waits for more: the others' messages are with the server meanwhile.
    enough: usize,
}

/// What is to be written next.
#[derive(Default)]
struct Book {
    results: Vec<Recorded>,
    intents: Vec<Intent>,
    batch: Arc<Batch>,
    writing: bool,
    error: Option<LedgerError>,
}

/// The messages' numbers, once they are written; none if that failed.
type Batch = OnceLock<Option<Vec<i64>>>;

impl<'l> LedgerWriter<'l> {
    /// A writer for so many connections.
    pub(super) fn new(ledger: &'l mut Ledger, connections: u32) -> LedgerWriter<'l> {
        LedgerWriter {
            ledger: Mutex::new(ledger),
            book: Mutex::default(),
            written: Condvar::new(),
            come: Condvar::new(),
            enough: connections.div_ceil(2) as usize,
        }
    }

    /// Writes an intent, and comes back when it is on the disk. Gives the message's number; none if the ledger
    /// failed: then nothing may be handed over.
    pub(super) fn write(&self, intent: Intent, now: i64) -> Option<i64> {
        let (batch, at) = {
            let mut book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
            book.intents.push(intent);
            self.come.notify_one();
            (Arc::clone(&book.batch), book.intents.len() - 1)
        };
        self.commit(&batch, now);
        batch.get()?.as_ref()?.get(at).copied()
    }

    /// Notes what came of a message: written with whatever is written next.
    pub(super) fn note(&self, result: Recorded) {
        self.book.lock().unwrap_or_else(PoisonError::into_inner).results.push(result);
    }

    /// Writes what is noted. Whether it is on the disk.
    pub(super) fn flush(&self, now: i64) -> bool {
        let mut book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        while book.results.is_empty() && book.writing {
            book = self.written.wait(book).unwrap_or_else(PoisonError::into_inner);
        }
        if book.results.is_empty() {
            return true;
        }
        let batch = Arc::clone(&book.batch);
        drop(book);
        self.commit(&batch, now);
        batch.get().is_some_and(Option::is_some)
    }

    /// Takes back that people were refused: it was not about them.
    pub(super) fn reopen(&self, messages: &[i64], now: i64) {
        self.flush(now);
        let reopened =
            self.ledger.lock().unwrap_or_else(PoisonError::into_inner).reopen(messages, now);
        if let Err(error) = reopened {
            self.book.lock().unwrap_or_else(PoisonError::into_inner).error = Some(error);
        }
    }

    /// Why the ledger failed, if it did.
    pub(super) fn take_error(&self) -> Option<LedgerError> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner).error.take()
    }

    fn commit(&self, batch: &Arc<Batch>, now: i64) {
        let mut book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        while batch.get().is_none() {
            if book.writing {
                book = self.written.wait(book).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            book.writing = true;
            if !book.intents.is_empty() {
                let few = |book: &mut Book| book.intents.len() < self.enough;
                let waited = self.come.wait_timeout_while(book, COMING, few);
                book = waited.unwrap_or_else(PoisonError::into_inner).0;
            }
            let results = std::mem::take(&mut book.results);
            let intents = std::mem::take(&mut book.intents);
            let batch = std::mem::take(&mut book.batch);
            drop(book);
            let mut ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
            let written = ledger.intend(&results, &intents, now);
            drop(ledger);
            book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
            book.writing = false;
            let numbers = written.map_err(|error| {
                // What came of messages is not lost: it is written with whatever can be written next.
                let later = std::mem::replace(&mut book.results, results);
                book.results.extend(later);
                book.error.get_or_insert(error);
            });
            let _ = batch.set(numbers.ok());
            self.written.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::thread;

    use meetmint_core::MeetingId;

    use super::*;
    use crate::MessageKind;
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
        let hold = LedgerLock::take(&path, "a test").unwrap();
        let id = MeetingId::written("a meeting").unwrap();
        let mut ledger = Ledger::open(&path, &id, &hold).unwrap();
        // Nobody needs to be in it.
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
    fn everybody_gets_a_number_of_their_own_whoever_writes_for_them() {
        in_ledger(|ledger| {
            let writer = LedgerWriter::new(ledger, 8);
            let work = |connection: i64| {
                let mut ids = Vec::new();
                for message in 0..20 {
                    let id = writer.write(intent(connection * 20 + message), 0).unwrap();
                    writer.note(accepted(id));
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
    fn what_came_of_messages_outlives_a_commit_that_fails() {
        in_ledger(|ledger| {
            let writer = LedgerWriter::new(ledger, 1);
            let only_reads = |yes: bool| {
                let ledger = writer.ledger.lock().unwrap();
                ledger.db.pragma_update(None, "query_only", yes).unwrap();
            };
            let id = writer.write(intent(1), 0).unwrap();
            writer.note(accepted(id));
            only_reads(true);
            assert_eq!(writer.write(intent(2), 0), None);
            assert!(!writer.flush(0));
            assert!(writer.take_error().is_some());
            only_reads(false);
            assert!(writer.flush(0));
            drop(writer);
            assert_eq!((count(ledger, "accepted"), count(ledger, "sending")), (1, 0));
        });
    }
}

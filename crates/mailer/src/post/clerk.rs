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
pub(super) struct Clerk<'l> {
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

impl<'l> Clerk<'l> {
    /// A clerk for so many connections.
    pub(super) fn new(ledger: &'l mut Ledger, connections: u32) -> Clerk<'l> {
        Clerk {
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

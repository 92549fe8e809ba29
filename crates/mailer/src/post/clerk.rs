//! One pen for all connections: whoever is waiting at a moment shares a commit.
//!
//! A commit costs a write to the disk that has to be waited for, whatever is in it. So whoever comes while another one
//! is at it waits, and the next one writes for all of them.

use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};

use crate::ledger::{Intent, Ledger, LedgerError, Recorded};

/// Writes intents and results of all connections.
pub(super) struct Clerk<'l> {
    ledger: Mutex<&'l mut Ledger>,
    book: Mutex<Book>,
    written: Condvar,
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
    pub(super) fn new(ledger: &'l mut Ledger) -> Clerk<'l> {
        Clerk { ledger: Mutex::new(ledger), book: Mutex::default(), written: Condvar::new() }
    }

    /// Writes an intent, and comes back when it is on the disk. Gives the message's number; none if the ledger
    /// failed: then nothing may be handed over.
    pub(super) fn write(&self, intent: Intent, now: i64) -> Option<i64> {
        let (batch, at) = {
            let mut book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
            book.intents.push(intent);
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

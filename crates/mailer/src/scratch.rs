//! A database without a name, for what a run keeps about many people and that is too much for memory. It is on the disk,
//! nobody else can open it, and it is gone when the run ends, however that ends.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use crate::ledger::LedgerError;

/// A database for one run. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Scratch {
    db: Arc<Mutex<Connection>>,
    numbers: Arc<AtomicI64>,
}

impl Scratch {
    /// A database with these tables.
    ///
    /// # Errors
    /// [`LedgerError`] if the system has no temporary files.
    pub(crate) fn new(tables: &str) -> Result<Scratch, LedgerError> {
        // SQLite removes the file of a database without a name as soon as it has opened it.
        let db = Connection::open("")?;
        // One transaction that never ends: nothing is undone, and nobody reads it afterwards. Half a MiB is enough,
        // because nearly everything is read and written in the order of the rows. Pages of 16 KiB would save system calls, but
        // take 3 MiB more at the peak of an update.
        db.execute_batch(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = FILE;
             PRAGMA cache_size = -512; BEGIN",
        )?;
        db.execute_batch(tables)?;
        Ok(Scratch { db: Arc::new(Mutex::new(db)), numbers: Arc::default() })
    }

    /// A number that it has not given to anybody else.
    pub(crate) fn new_number(&self) -> i64 {
        self.numbers.fetch_add(1, Ordering::Relaxed)
    }

    /// The database, until the guard is dropped.
    pub(crate) fn db(&self) -> MutexGuard<'_, Connection> {
        // A statement is done or not: a thread that panicked left nothing half done.
        self.db.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

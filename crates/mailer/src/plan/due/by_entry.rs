//! The messages of a list by their entries.

use rusqlite::OptionalExtension as _;

use super::{DUE, Due, DueList, listed};
use crate::ledger::LedgerError;

/// The message to an entry. The index is named, because SQLite would go through the whole list by its primary key: without
/// statistics, it takes each list for a short one.
const BY_ENTRY: &str = "due INDEXED BY due_of_entry WHERE list = ?1 AND entry = ?2";

/// The messages of a list by their entries. No entry has two.
#[derive(Debug)]
pub struct DueByEntry {
    list: DueList,
}

impl DueByEntry {
    /// The message to an entry, if there is one.
    ///
    /// # Errors
    /// [`LedgerError`] if the disk fails.
    pub fn get(&self, entry: i64) -> Result<Option<Due>, LedgerError> {
        let sql = format!("SELECT {DUE} FROM {BY_ENTRY}");
        let db = self.list.scratch.db();
        let mut select = db.prepare_cached(&sql)?;
        let found = select.query_row([self.list.list, entry], listed).optional()?;
        Ok(found.map(|listed| listed.due))
    }

    /// Whether there is a message to the entry of another one.
    ///
    /// # Errors
    /// [`LedgerError`] if the disk fails.
    pub fn has_entry_of(&self, due: &Due) -> Result<bool, LedgerError> {
        due.entry.map_or(Ok(false), |entry| self.contains(entry))
    }

    /// Whether there is a message to an entry.
    ///
    /// # Errors
    /// [`LedgerError`] if the disk fails.
    pub fn contains(&self, entry: i64) -> Result<bool, LedgerError> {
        let sql = format!("SELECT EXISTS (SELECT 1 FROM {BY_ENTRY})");
        let db = self.list.scratch.db();
        Ok(db.prepare_cached(&sql)?.query_row([self.list.list, entry], |row| row.get(0))?)
    }
}

impl DueList {
    /// The same list, by the entries of its messages.
    ///
    /// # Errors
    /// [`LedgerError`] if the disk fails.
    pub fn by_entry(&self) -> Result<DueByEntry, LedgerError> {
        // Not with the table: most plans ask for no entry, and each message would cost a second write.
        let sql = "CREATE INDEX IF NOT EXISTS due_of_entry ON due (list, entry)";
        self.scratch.db().execute_batch(sql)?;
        Ok(DueByEntry { list: self.shared() })
    }
}

//! Snapshots: of rows, of entries, of messages. The column is called `sheet` in every table.

use rusqlite::{OptionalExtension as _, Params, params};

use super::Sqlite;
use super::row::integer;
use crate::ledger::error::LedgerError;
use crate::snapshot::Snapshot;

impl Sqlite {
    pub(in crate::ledger) fn begin_temporary_rows(&self) -> Result<(), LedgerError> {
        // On disk whatever the build's default is: a roster may have a million rows. One transaction for all of them,
        // because SQLite would otherwise end one after each row.
        self.db.execute_batch(
            "PRAGMA temp_store = FILE;
             CREATE TEMP TABLE IF NOT EXISTS wanted (row INTEGER PRIMARY KEY, sheet TEXT NOT NULL);
             DELETE FROM wanted; BEGIN",
        )?;
        Ok(())
    }

    pub(in crate::ledger) fn add_temporary_row(
        &self,
        row: usize,
        text: &str,
    ) -> Result<(), LedgerError> {
        let sql = "INSERT INTO wanted (row, sheet) VALUES (?1, ?2)";
        self.db.prepare_cached(sql)?.execute(params![integer(row), text])?;
        Ok(())
    }

    pub(in crate::ledger) fn finish_temporary_rows(&self) -> Result<(), LedgerError> {
        self.db.execute_batch("COMMIT")?;
        Ok(())
    }

    pub(in crate::ledger) fn temporary_row(
        &self,
        row: usize,
    ) -> Result<Option<Snapshot>, LedgerError> {
        let text =
            self.text("SELECT sheet FROM wanted WHERE row = ?1", [integer(row)]).optional()?;
        Ok(text.map(|text| Snapshot::read(&text)).transpose()?)
    }

    pub(in crate::ledger) fn snapshot_of_entry(&self, entry: i64) -> Result<Snapshot, LedgerError> {
        let text = self.text("SELECT sheet FROM entry WHERE id = ?1", [entry])?;
        Ok(Snapshot::read(&text)?)
    }

    pub(in crate::ledger) fn snapshot_of_message(
        &self,
        message: i64,
    ) -> Result<Snapshot, LedgerError> {
        let text = self.text("SELECT sheet FROM message WHERE id = ?1", [message])?;
        Ok(Snapshot::read(&text)?)
    }

    pub(in crate::ledger) fn last_key(&self) -> Result<Option<String>, LedgerError> {
        let text = self.text("SELECT sheet FROM entry ORDER BY id DESC LIMIT 1", []).optional()?;
        let snapshot = text.map(|text| Snapshot::read(&text)).transpose()?;
        Ok(snapshot.map(|snapshot| snapshot.facts().key().to_owned()))
    }

    fn text(&self, sql: &str, parameters: impl Params) -> Result<String, rusqlite::Error> {
        self.db.prepare_cached(sql)?.query_row(parameters, |row| row.get(0))
    }
}

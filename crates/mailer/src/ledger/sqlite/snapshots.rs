//! Reading snapshots: of rows, of entries, of messages.

use rusqlite::{OptionalExtension as _, Params, params};

use super::Sqlite;
use super::row::{integer, reason, text};
use crate::ledger::error::LedgerError;
use crate::snapshot::Snapshot;

impl Sqlite {
    pub(in crate::ledger) fn begin_temporary_rows(&self) -> Result<(), LedgerError> {
        // On disk whatever the build's default is: a roster may have a million rows. One transaction for all of them,
        // because SQLite would otherwise end one after each row. They are written and read in their order, so that half a
        // MiB of them in memory is enough.
        self.db.execute_batch(
            "PRAGMA temp_store = FILE; PRAGMA temp.cache_size = -512;
             CREATE TEMP TABLE IF NOT EXISTS wanted (row INTEGER PRIMARY KEY, text TEXT NOT NULL);
             DELETE FROM wanted; BEGIN",
        )?;
        Ok(())
    }

    pub(in crate::ledger) fn add_temporary_row(
        &self,
        row: usize,
        text: &str,
    ) -> Result<(), LedgerError> {
        let sql = "INSERT INTO wanted (row, text) VALUES (?1, ?2)";
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
        let sql = "SELECT text FROM wanted WHERE row = ?1";
        let text = self.text(sql, [integer(row)]).optional()?;
        Ok(text.map(|text| Snapshot::read(&text)).transpose()?)
    }

    pub(in crate::ledger) fn snapshot_of_entry(&self, entry: i64) -> Result<Snapshot, LedgerError> {
        let sql = "SELECT text FROM entry JOIN snapshot_text AS s ON s.id = entry.snapshot WHERE entry.id = ?1";
        Ok(Snapshot::read(&self.text(sql, [entry])?)?)
    }

    pub(in crate::ledger) fn snapshot_of_message(
        &self,
        message: i64,
    ) -> Result<Snapshot, LedgerError> {
        let sql = "SELECT text, reason FROM message AS m JOIN snapshot_text AS s ON s.id = m.snapshot WHERE m.id = ?1";
        let mut select = self.db.prepare_cached(sql)?;
        let mut rows = select.query([message])?;
        let row = rows.next()?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
        let snapshot = Snapshot::read(text(row, 0)?)?;
        Ok(match reason(row, 1)? {
            Some(reason) => snapshot.cancelled(reason),
            None => snapshot,
        })
    }

    pub(in crate::ledger) fn last_key(&self) -> Result<Option<String>, LedgerError> {
        let sql = "SELECT text FROM snapshot_text WHERE id = (SELECT snapshot FROM entry ORDER BY id DESC LIMIT 1)";
        let text = self.text(sql, []).optional()?;
        let snapshot = text.map(|text| Snapshot::read(&text)).transpose()?;
        Ok(snapshot.map(|snapshot| snapshot.facts().key().to_owned()))
    }

    fn text(&self, sql: &str, parameters: impl Params) -> Result<String, rusqlite::Error> {
        self.db.prepare_cached(sql)?.query_row(parameters, |row| row.get(0))
    }
}

#[cfg(test)]
mod tests;

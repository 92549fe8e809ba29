//! Which Jitsi servers were tried, and of which it was said that they were not.

use rusqlite::params;

use super::Sqlite;
use crate::ledger::error::LedgerError;
use crate::ledger::servers::ServerNote;

impl Sqlite {
    pub(in crate::ledger) fn has_noted(
        &self,
        note: ServerNote,
        server: &str,
    ) -> Result<bool, LedgerError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM meta WHERE key = ?1)";
        Ok(self.db.query_row(sql, [key(note, server)], |row| row.get(0))?)
    }

    pub(in crate::ledger) fn note_server(
        &mut self,
        note: ServerNote,
        server: &str,
        date: &str,
    ) -> Result<(), LedgerError> {
        let sql = "INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)";
        self.db.execute(sql, params![key(note, server), date])?;
        Ok(())
    }
}

/// One row for each server and kind: whoever goes back to an earlier server has tried it.
fn key(note: ServerNote, server: &str) -> String {
    format!("{} {server}", note.name())
}

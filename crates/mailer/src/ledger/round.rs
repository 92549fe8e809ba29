//! Rounds: a reminder, or fresh copies. One that was interrupted is finished before the next one begins.

use rusqlite::{OptionalExtension, params};

use super::{Ledger, LedgerError, Medium};

/// A round of messages to those who are invited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    /// Its number.
    pub id: i64,
    /// When it began, in seconds since 1970 UTC.
    pub begun: i64,
    /// When the last message of it was done.
    pub finished: Option<i64>,
}

impl Ledger {
    /// The last round of a kind, such as `remind` or `again`.
    ///
    /// # Errors
    /// [`LedgerError`] if the ledger does not answer.
    pub fn last_round(&self, kind: &str, medium: Medium) -> Result<Option<Round>, LedgerError> {
        let sql = "SELECT id, begun, finished FROM round WHERE kind = ?1 AND medium = ?2 ORDER BY id DESC LIMIT 1";
        let read = |row: &rusqlite::Row<'_>| {
            Ok(Round { id: row.get(0)?, begun: row.get(1)?, finished: row.get(2)? })
        };
        Ok(self.db.query_row(sql, params![kind, medium.name()], read).optional()?)
    }

    /// Begins a round for some entries.
    ///
    /// # Errors
    /// [`LedgerError`] if the ledger does not answer.
    pub fn begin_round(
        &mut self,
        kind: &str,
        medium: Medium,
        entries: &[i64],
        now: i64,
    ) -> Result<Round, LedgerError> {
        let transaction = self.db.transaction()?;
        let sql = "INSERT INTO round (kind, medium, begun) VALUES (?1, ?2, ?3)";
        transaction.execute(sql, params![kind, medium.name(), now])?;
        let id = transaction.last_insert_rowid();
        {
            let mut insert = transaction
                .prepare("INSERT OR IGNORE INTO round_entry (round, entry) VALUES (?1, ?2)")?;
            for entry in entries {
                insert.execute([id, *entry])?;
            }
        }
        transaction.commit()?;
        Ok(Round { id, begun: now, finished: None })
    }

    /// Entries of a round that nothing has come of yet: no message of it was refused, or may have arrived.
    ///
    /// # Errors
    /// [`LedgerError`] if the ledger does not answer.
    pub fn round_left(&self, round: i64) -> Result<Vec<i64>, LedgerError> {
        let sql = "SELECT entry FROM round_entry WHERE round = ?1 AND NOT EXISTS (
                       SELECT 1 FROM message WHERE message.entry = round_entry.entry AND message.round = ?1
                       AND state IN ('written', 'accepted', 'in_doubt', 'refused'))
                   ORDER BY entry";
        let mut select = self.db.prepare(sql)?;
        let entries = select.query_map([round], |row| row.get(0))?;
        Ok(entries.collect::<Result<_, _>>()?)
    }

    /// Who may or may not have got their message of a round.
    ///
    /// # Errors
    /// [`LedgerError`] if the ledger does not answer.
    pub fn round_doubts(&self, round: i64) -> Result<Vec<String>, LedgerError> {
        let sql = "SELECT address FROM message WHERE round = ?1 AND state = 'in_doubt' ORDER BY id";
        let mut select = self.db.prepare(sql)?;
        let people = select.query_map([round], |row| row.get(0))?;
        Ok(people.collect::<Result<_, _>>()?)
    }

    /// Ends a round.
    ///
    /// # Errors
    /// [`LedgerError`] if the ledger does not answer.
    pub fn finish_round(&mut self, round: i64, now: i64) -> Result<(), LedgerError> {
        self.db.execute("UPDATE round SET finished = ?2 WHERE id = ?1", [round, now])?;
        Ok(())
    }
}

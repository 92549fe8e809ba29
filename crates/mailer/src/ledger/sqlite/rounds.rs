//! Rounds: a reminder, or new copies.

use rusqlite::{OptionalExtension as _, params};

use super::Sqlite;
use crate::ledger::error::LedgerError;
use crate::ledger::round::{NewRound, Round, RoundKind};
use crate::ledger::state::Medium;

impl Sqlite {
    pub(in crate::ledger) fn last_round(
        &self,
        kind: RoundKind,
        medium: Medium,
    ) -> Result<Option<Round>, LedgerError> {
        let sql = "SELECT id, begun, finished FROM round WHERE kind = ?1 AND medium = ?2
                   ORDER BY id DESC LIMIT 1";
        let round = self.db.query_row(sql, [kind.name(), medium.name()], |row| {
            Ok(Round { id: row.get(0)?, begun: row.get(1)?, finished: row.get(2)? })
        });
        Ok(round.optional()?)
    }

    pub(in crate::ledger) fn begin_round(
        &mut self,
        round: &NewRound,
        entries: impl Iterator<Item = Result<i64, LedgerError>>,
    ) -> Result<Round, LedgerError> {
        // A round has all of its entries or does not exist: whoever finishes an interrupted one relies on them.
        let transaction = self.db.transaction()?;
        let sql = "INSERT INTO round (kind, medium, begun) VALUES (?1, ?2, ?3)";
        transaction.execute(sql, params![round.kind.name(), round.medium.name(), round.begun])?;
        let id = transaction.last_insert_rowid();
        // OR IGNORE: an entry that is in the list twice still gets one message.
        let sql = "INSERT OR IGNORE INTO round_entry (round, entry) VALUES (?1, ?2)";
        for entry in entries {
            transaction.prepare_cached(sql)?.execute([id, entry?])?;
        }
        transaction.commit()?;
        Ok(Round { id, begun: round.begun, finished: None })
    }

    pub(in crate::ledger) fn each_left_of_round(
        &self,
        round: i64,
        mut take: impl FnMut(i64) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        // A message in doubt may have arrived: only `settle` sends it again. New copies are also done for somebody who
        // was sent an invitation or update since the round's first message: that is the copy that was asked for.
        let sql = "SELECT entry FROM round_entry WHERE round = ?1 AND NOT EXISTS (
                       SELECT 1 FROM message AS m WHERE m.entry = round_entry.entry AND m.round = ?1
                       AND m.state IN ('written', 'accepted', 'in_doubt', 'refused'))
                   AND NOT EXISTS (
                       SELECT 1 FROM message AS m JOIN round ON round.id = ?1
                       WHERE round.kind = 'again' AND m.entry = round_entry.entry AND m.medium = round.medium
                       AND m.kind IN ('invite', 'update') AND m.state IN ('written', 'accepted')
                       AND m.id > (SELECT min(id) FROM message WHERE message.round = ?1))
                   ORDER BY entry";
        let mut select = self.db.prepare(sql)?;
        let mut entries = select.query([round])?;
        while let Some(row) = entries.next()? {
            take(row.get(0)?)?;
        }
        Ok(())
    }

    pub(in crate::ledger) fn is_in_round(
        &self,
        round: i64,
        entry: i64,
    ) -> Result<bool, LedgerError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM round_entry WHERE round = ?1 AND entry = ?2)";
        Ok(self.db.prepare_cached(sql)?.query_row([round, entry], |row| row.get(0))?)
    }

    pub(in crate::ledger) fn was_reminded_since(
        &self,
        medium: Medium,
        since: i64,
        entry: i64,
    ) -> Result<bool, LedgerError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM message WHERE entry = ?3 AND medium = ?1 AND kind = 'remind'
                   AND updated >= ?2 AND state IN ('written', 'accepted', 'in_doubt', 'sending'))";
        let values = params![medium.name(), since, entry];
        Ok(self.db.prepare_cached(sql)?.query_row(values, |row| row.get(0))?)
    }

    pub(in crate::ledger) fn last_reminder(
        &self,
        medium: Medium,
        entry: i64,
        start: i64,
    ) -> Result<Option<i64>, LedgerError> {
        // The start in the message, and not the entry's, which may have been moved since.
        let sql = "SELECT max(updated) FROM message
                   WHERE entry = ?2 AND medium = ?1 AND kind = 'remind' AND state NOT IN ('due', 'deferred')
                   AND json_extract((SELECT text FROM snapshot_text AS s WHERE s.id = message.snapshot),
                                    '$.facts.start') = ?3";
        let values = params![medium.name(), entry, start];
        Ok(self.db.prepare_cached(sql)?.query_row(values, |row| row.get(0))?)
    }

    pub(in crate::ledger) fn finish_round(
        &mut self,
        round: i64,
        now: i64,
    ) -> Result<(), LedgerError> {
        self.db.execute("UPDATE round SET finished = ?2 WHERE id = ?1", [round, now])?;
        Ok(())
    }
}

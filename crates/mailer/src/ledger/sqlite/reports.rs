//! Messages in certain states.

use meetmint_core::Uid;

use super::Sqlite;
use super::row::{MESSAGE, MESSAGE_COLUMNS, message, named};
use crate::content::MessageKind;
use crate::ledger::error::LedgerError;
use crate::ledger::message::{Deferred, Doubt, InterruptedMessage};
use crate::ledger::state::Medium;

/// The condition that a message `m` is in doubt, and still is. A newer message that arrived, or may have, says what counts
/// now, and ends the doubt about the older one. Only a reminder that is in doubt itself ends none: each of the two waits for
/// `settle`.
pub(super) const IS_UNRESOLVED: &str = "m.state = 'in_doubt' AND NOT EXISTS (
    SELECT 1 FROM message AS n WHERE n.entry = m.entry AND n.medium = m.medium AND n.id > m.id
    AND (n.state IN ('written', 'accepted') OR n.state = 'in_doubt' AND n.kind <> 'remind'))";

impl Sqlite {
    pub(in crate::ledger) fn has_accepted(&self) -> Result<bool, LedgerError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM message WHERE medium = 'smtp' AND state = 'accepted')
                   OR EXISTS (SELECT 1 FROM erased_message WHERE medium = 'smtp' AND state = 'accepted')";
        Ok(self.db.query_row(sql, [], |row| row.get(0))?)
    }

    pub(in crate::ledger) fn written(&self) -> Result<usize, LedgerError> {
        // Entries, not messages: an invitation and its update were written for one person.
        let sql = "SELECT count(DISTINCT entry) FROM message
                   WHERE medium = 'folder' AND state = 'written'";
        let count: i64 = self.db.query_row(sql, [], |row| row.get(0))?;
        Ok(usize::try_from(count).unwrap_or_default())
    }

    pub(in crate::ledger) fn sent_since(&self, since: i64) -> Result<Vec<i64>, LedgerError> {
        // A message in doubt, or on its way, may have been accepted, and would then have counted for the server.
        // The server has also counted what was erased here since.
        let sent = "WHERE medium = 'smtp' AND updated > ?1 AND state IN ('accepted', 'in_doubt', 'sending')";
        let sql = format!(
            "SELECT updated FROM message {sent}
             UNION ALL SELECT updated FROM erased_message {sent} ORDER BY updated"
        );
        let mut select = self.db.prepare(&sql)?;
        let times = select.query_map([since], |row| row.get(0))?;
        Ok(times.collect::<Result<_, _>>()?)
    }

    pub(in crate::ledger) fn interrupted(
        &self,
        medium: Medium,
    ) -> Result<Vec<InterruptedMessage>, LedgerError> {
        let sql = format!(
            "SELECT {MESSAGE}, entry.uid, m.address FROM message AS m JOIN entry ON entry.id = m.entry
             WHERE medium = ?1 AND state = 'sending' ORDER BY m.id"
        );
        let mut select = self.db.prepare(&sql)?;
        let mut rows = select.query([medium.name()])?;
        let mut interrupted = Vec::new();
        while let Some(row) = rows.next()? {
            interrupted.push(InterruptedMessage {
                message: message(row)?,
                uid: Uid::from_octets(row.get(MESSAGE_COLUMNS)?),
                address: row.get(MESSAGE_COLUMNS + 1)?,
            });
        }
        Ok(interrupted)
    }

    pub(in crate::ledger) fn doubts(&self, medium: Medium) -> Result<Vec<Doubt>, LedgerError> {
        let sql = format!(
            "SELECT {MESSAGE}, entry.person, entry.end FROM message AS m JOIN entry ON entry.id = m.entry
             WHERE m.medium = ?1 AND {IS_UNRESOLVED} ORDER BY m.id"
        );
        let mut select = self.db.prepare(&sql)?;
        let mut rows = select.query([medium.name()])?;
        let mut doubts = Vec::new();
        while let Some(row) = rows.next()? {
            let message = message(row)?;
            let end = message.snapshot()?.facts().end().min(row.get(MESSAGE_COLUMNS + 1)?);
            doubts.push(Doubt { person: row.get(MESSAGE_COLUMNS)?, end, message });
        }
        Ok(doubts)
    }

    pub(in crate::ledger) fn deferred(
        &self,
        medium: Medium,
        now: i64,
    ) -> Result<Vec<Deferred>, LedgerError> {
        // Only the newest message of an entry is still wanted, reminders aside; and somebody who was removed, or for
        // whom the meeting is called off, gets nothing but the cancellation.
        let sql = "SELECT entry, kind, round, next_try FROM message AS m WHERE medium = ?1 AND state = 'deferred'
                   AND EXISTS (SELECT 1 FROM entry WHERE entry.id = m.entry AND entry.end > ?2
                       AND (m.kind = 'cancel' OR entry.wanted AND NOT entry.called_off
                            AND NOT (SELECT called_off FROM meeting)))
                   AND NOT EXISTS (SELECT 1 FROM message AS n
                       WHERE n.entry = m.entry AND n.medium = m.medium AND n.id > m.id
                       AND (n.kind = 'remind') = (m.kind = 'remind'))
                   ORDER BY next_try";
        let mut select = self.db.prepare(sql)?;
        let mut rows = select.query(rusqlite::params![medium.name(), now])?;
        let mut deferred = Vec::new();
        while let Some(row) = rows.next()? {
            deferred.push(Deferred {
                entry: row.get(0)?,
                kind: named(row, 1, MessageKind::named, "a message")?,
                round: row.get(2)?,
                next_try: row.get(3)?,
            });
        }
        Ok(deferred)
    }
}

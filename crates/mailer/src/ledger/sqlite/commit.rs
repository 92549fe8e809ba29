//! Recording messages: the intent before one is handed over, the outcome after.

use rusqlite::{OptionalExtension as _, Transaction, TransactionBehavior, params};

use super::Sqlite;
use crate::content::CancelReason;
use crate::ledger::error::LedgerError;
use crate::ledger::message::{Intent, MessageRecord, MessageResult, Outcome};

impl Sqlite {
    pub(in crate::ledger) fn commit(
        &mut self,
        results: &[MessageResult],
        intents: &[Intent],
        now: i64,
    ) -> Result<Vec<i64>, LedgerError> {
        if results.is_empty() && intents.is_empty() {
            return Ok(Vec::new());
        }
        // Immediate: see `apply`.
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Results first: one may say that a message is due, and an intent that it is tried again.
        for MessageResult { id, outcome } in results {
            record_outcome(&transaction, *id, outcome, now)?;
        }
        let mut ids = Vec::with_capacity(intents.len());
        for Intent { record, outcome } in intents {
            let id = record_intent(&transaction, record, now)?;
            if let Some(outcome) = outcome {
                record_outcome(&transaction, id, outcome, now)?;
            }
            ids.push(id);
        }
        transaction.commit()?;
        Ok(ids)
    }

    pub(in crate::ledger) fn settle_sent(
        &mut self,
        messages: &[i64],
        now: i64,
    ) -> Result<(), LedgerError> {
        let sql = "UPDATE message SET state = 'accepted', updated = ?2
                   WHERE id = ?1 AND state = 'in_doubt'";
        self.change_each(sql, messages, now)
    }

    pub(in crate::ledger) fn recover(&mut self, now: i64) -> Result<usize, LedgerError> {
        // Mail only. Of a folder message the file itself tells whether it was written.
        let sql = "UPDATE message SET state = 'in_doubt', updated = ?1
                   WHERE medium = 'smtp' AND state = 'sending'";
        Ok(self.db.execute(sql, [now])?)
    }

    /// Runs a statement for each message, `?1`, at a time, `?2`.
    fn change_each(&mut self, sql: &str, messages: &[i64], now: i64) -> Result<(), LedgerError> {
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for message in messages {
            transaction.prepare_cached(sql)?.execute([*message, now])?;
        }
        Ok(transaction.commit()?)
    }
}

fn record_outcome(
    transaction: &Transaction<'_>,
    id: i64,
    outcome: &Outcome,
    now: i64,
) -> Result<(), LedgerError> {
    // Only a message that is being sent has an outcome: one that comes late must not undo what was decided since.
    // That of one that is due again does not count as a try: if it is deferred later, it must not wait as after a second.
    let sql = "UPDATE message SET state = ?2, reply = ?3, next_try = ?4, updated = ?5, tries = tries - (?2 = 'due')
               WHERE id = ?1 AND state = 'sending'";
    let Outcome { state, reply, next_try } = outcome;
    let mut update = transaction.prepare_cached(sql)?;
    update.execute(params![id, state.name(), reply, next_try, now])?;
    Ok(())
}

fn record_intent(
    transaction: &Transaction<'_>,
    record: &MessageRecord,
    now: i64,
) -> Result<i64, LedgerError> {
    let id = match record.id {
        Some(id) => try_again(transaction, id, record, now)?,
        None => insert_message(transaction, record, now)?,
    };
    advance_entry(transaction, record)?;
    Ok(id)
}

/// Records one more attempt, and returns the message's id. One that is being sent, or was accepted, must not be handed over
/// again.
fn try_again(
    transaction: &Transaction<'_>,
    id: i64,
    record: &MessageRecord,
    now: i64,
) -> Result<i64, LedgerError> {
    // A new id, because the order of ids is the one in which messages were handed over: another message may have left
    // since the last try. One in doubt keeps its place: it may have arrived then.
    // With everything that its octets are made from, or `settle --resend` could not make them again.
    let sql = "UPDATE message SET state = 'sending', tries = tries + 1, address = ?2, stamp = ?3, fingerprint = ?4,
                   snapshot = ?5, reason = ?6, hash = ?7, updated = ?8,
                   id = CASE state WHEN 'in_doubt' THEN id ELSE (SELECT max(id) + 1 FROM message) END
               WHERE id = ?1 AND state NOT IN ('sending', 'accepted') RETURNING id";
    let MessageRecord { address, stamp, fingerprint, snapshot, hash, .. } = record;
    let (snapshot, reason) = (snapshot.0, record.reason.map(CancelReason::name));
    let values = params![id, address, stamp, fingerprint, snapshot, reason, hash, now];
    let id = transaction.prepare_cached(sql)?.query_row(values, |row| row.get(0));
    id.optional()?.ok_or_else(|| conflict(record))
}

fn insert_message(
    transaction: &Transaction<'_>,
    record: &MessageRecord,
    now: i64,
) -> Result<i64, LedgerError> {
    let sql = "INSERT INTO message (entry, address, medium, kind, sequence, copy, round, stamp, fingerprint, snapshot,
                                    reason, hash, updated, state, tries)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 'sending', 1)
               ON CONFLICT (entry, medium, sequence, kind, copy) DO NOTHING";
    let inserted = transaction.prepare_cached(sql)?.execute(params![
        record.entry,
        record.address,
        record.medium.name(),
        record.kind.name(),
        record.sequence,
        record.copy,
        record.round,
        record.stamp,
        record.fingerprint,
        record.snapshot.0,
        record.reason.map(CancelReason::name),
        record.hash,
        now,
    ])?;
    // A number that is taken: another process has recorded a message since this one was prepared.
    if inserted == 1 { Ok(transaction.last_insert_rowid()) } else { Err(conflict(record)) }
}

/// Makes the message's SEQUENCE and DTSTAMP the entry's last ones, if the entry still has the SEQUENCE that it had when
/// the message was prepared. An earlier attempt may have advanced it already, to the message's own SEQUENCE.
fn advance_entry(transaction: &Transaction<'_>, record: &MessageRecord) -> Result<(), LedgerError> {
    let own = record.id.map(|_| record.sequence);
    // `max`: an earlier message that is sent again may have a lower SEQUENCE than the entry has by now.
    let sql = "UPDATE entry SET sequence = max(sequence, ?2), stamp = max(stamp, ?3)
               WHERE id = ?1 AND sequence IN (?4, ?5)";
    let changed = transaction.prepare_cached(sql)?.execute(params![
        record.entry,
        record.sequence,
        record.stamp,
        record.entry_sequence,
        own
    ])?;
    if changed == 1 { Ok(()) } else { Err(conflict(record)) }
}

fn conflict(record: &MessageRecord) -> LedgerError {
    LedgerError::Conflict { address: record.address.clone(), sequence: record.sequence }
}

//! Messages in the ledger: the intent before the hand-over, the result after.

use rusqlite::{OptionalExtension, Row, Transaction, TransactionBehavior, params};

use super::{Ledger, LedgerError, Medium, MessageState, named};
use crate::MessageKind;

/// A message that is about to be handed over.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    /// The message's own number, if it was tried before.
    pub(crate) id: Option<i64>,
    /// Whose it is.
    pub(crate) entry: i64,
    /// The address that it goes to.
    pub(crate) address: String,
    /// Where it goes.
    pub(crate) medium: Medium,
    /// What it is for.
    pub(crate) kind: MessageKind,
    /// The revision of the calendar event.
    pub(crate) sequence: u32,
    /// The how-manieth message of this revision and kind.
    pub(crate) copy: u32,
    /// The round it belongs to.
    pub(crate) round: Option<i64>,
    /// Date and DTSTAMP, in seconds since 1970 UTC.
    pub(crate) stamp: i64,
    /// The fingerprint of the facts it tells.
    pub(crate) fingerprint: [u8; 16],
    /// The sheet it is made of.
    pub(crate) sheet: String,
    /// The digest of its bytes.
    pub(crate) hash: [u8; 32],
}

/// A message that is about to be handed over, or that the server did not even want to see: then with what came of it.
#[derive(Clone, Debug)]
pub(crate) struct Intent {
    /// The message.
    pub(crate) record: Record,
    /// What came of it already: state, the server's words, and when it may be tried again.
    pub(crate) outcome: Option<(MessageState, String, i64)>,
}

/// What came of a message.
#[derive(Clone, Debug)]
pub(crate) struct Recorded {
    /// The message's number.
    pub(crate) id: i64,
    /// What came of it.
    pub(crate) state: MessageState,
    /// The server's words.
    pub(crate) reply: Option<String>,
    /// When it may be tried again, in seconds since 1970 UTC.
    pub(crate) next_try: i64,
}

/// The numbers of a message that was tried before.
#[derive(Clone, Debug)]
pub(crate) struct Tried {
    pub(crate) id: i64,
    pub(crate) entry: i64,
    pub(crate) kind: MessageKind,
    pub(crate) state: MessageState,
    pub(crate) sequence: u32,
    pub(crate) copy: u32,
    pub(crate) round: Option<i64>,
    pub(crate) stamp: i64,
    pub(crate) fingerprint: [u8; 16],
    pub(crate) hash: [u8; 32],
    pub(crate) tries: u32,
}

const TRIED: &str = "SELECT id, entry, kind, state, sequence, copy, round, stamp, fingerprint, hash, tries FROM message";

impl Ledger {
    /// Writes what came of earlier messages and the intent of others, in one commit: durable before anything
    /// of them is handed over. Gives the messages' numbers.
    ///
    /// # Errors
    /// [`LedgerError`]: nothing is written then, and nothing may be handed over.
    pub(crate) fn intend(
        &mut self,
        results: &[Recorded],
        intents: &[Intent],
        now: i64,
    ) -> Result<Vec<i64>, LedgerError> {
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        write_results(&transaction, results, now)?;
        let mut ids = Vec::with_capacity(intents.len());
        for Intent { record, outcome } in intents {
            let id = write_intent(&transaction, record, now)?;
            if let Some((state, reply, next_try)) = outcome {
                let reply = Some(reply.clone());
                let result = Recorded { id, state: *state, reply, next_try: *next_try };
                write_results(&transaction, &[result], now)?;
            }
            ids.push(id);
        }
        transaction.commit()?;
        Ok(ids)
    }

    /// Writes what came of messages.
    ///
    /// # Errors
    /// [`LedgerError`]: the messages are in doubt then.
    pub(crate) fn conclude(&mut self, results: &[Recorded], now: i64) -> Result<(), LedgerError> {
        if results.is_empty() {
            return Ok(());
        }
        self.intend(results, &[], now).map(drop)
    }

    /// Takes what a dead process left behind over SMTP as in doubt. Gives how many there are.
    ///
    /// # Errors
    /// [`LedgerError`] if the ledger does not answer.
    pub fn recover(&mut self, now: i64) -> Result<usize, LedgerError> {
        let sql = "UPDATE message SET state = 'in_doubt', updated = ?1 WHERE medium = 'smtp' AND state = 'sending'";
        Ok(self.db.execute(sql, [now])?)
    }

    /// Decides a message that was in doubt.
    pub(crate) fn settle(
        &mut self,
        id: i64,
        state: MessageState,
        now: i64,
    ) -> Result<(), LedgerError> {
        let sql =
            "UPDATE message SET state = ?2, updated = ?3 WHERE id = ?1 AND state = 'in_doubt'";
        self.db.execute(sql, params![id, state.name(), now])?;
        Ok(())
    }

    /// The last messages of an entry through a medium, the newest first.
    pub(crate) fn tried(&self, entry: i64, medium: Medium) -> Result<Vec<Tried>, LedgerError> {
        let sql = format!("{TRIED} WHERE entry = ?1 AND medium = ?2 ORDER BY id DESC");
        let mut select = self.db.prepare_cached(&sql)?;
        let mut rows = select.query(params![entry, medium.name()])?;
        let mut tried = Vec::new();
        while let Some(row) = rows.next()? {
            tried.push(read(row)?);
        }
        Ok(tried)
    }

    /// All messages of a medium in a state.
    pub(crate) fn in_state(
        &self,
        medium: Medium,
        state: MessageState,
    ) -> Result<Vec<Tried>, LedgerError> {
        let sql = format!("{TRIED} WHERE medium = ?1 AND state = ?2 ORDER BY id");
        let mut select = self.db.prepare(&sql)?;
        let mut rows = select.query([medium.name(), state.name()])?;
        let mut tried = Vec::new();
        while let Some(row) = rows.next()? {
            tried.push(read(row)?);
        }
        Ok(tried)
    }

    /// The last SEQUENCE (none yet: -1) and DTSTAMP that an entry has handed out.
    pub(crate) fn numbers(&self, entry: i64) -> Result<(i64, i64), LedgerError> {
        let mut select =
            self.db.prepare_cached("SELECT sequence, stamp FROM entry WHERE id = ?1")?;
        Ok(select.query_row([entry], |row| Ok((row.get(0)?, row.get(1)?)))?)
    }

    /// What the newest message of an entry through any medium was, reminders aside.
    pub(crate) fn newest(
        &self,
        entry: i64,
    ) -> Result<Option<(Medium, MessageKind, [u8; 16])>, LedgerError> {
        let sql = "SELECT medium, kind, fingerprint FROM message WHERE entry = ?1 AND kind <> 'remind' ORDER BY id DESC LIMIT 1";
        let mut select = self.db.prepare_cached(sql)?;
        let read =
            |row: &Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get(2)?));
        let Some((medium, kind, fingerprint)) = select.query_row([entry], read).optional()? else {
            return Ok(None);
        };
        let medium = if medium == Medium::Smtp.name() { Medium::Smtp } else { Medium::Folder };
        Ok(MessageKind::named(&kind).map(|kind| (medium, kind, fingerprint)))
    }

    /// Messages in doubt that nothing newer has settled: a later message that may have arrived ends a doubt.
    pub(crate) fn doubtful(&self, medium: Medium) -> Result<Vec<Tried>, LedgerError> {
        let sql = format!(
            "{TRIED} AS m WHERE medium = ?1 AND state = 'in_doubt' AND NOT EXISTS (
                 SELECT 1 FROM message AS n WHERE n.entry = m.entry AND n.medium = m.medium AND n.id > m.id
                 AND n.kind <> 'remind' AND n.state IN ('written', 'accepted', 'in_doubt'))
             ORDER BY id"
        );
        let mut select = self.db.prepare(&sql)?;
        let mut rows = select.query([medium.name()])?;
        let mut tried = Vec::new();
        while let Some(row) = rows.next()? {
            tried.push(read(row)?);
        }
        Ok(tried)
    }

    /// Takes back that messages were refused: they are due.
    ///
    /// # Errors
    /// [`LedgerError`]: then they stay refused.
    pub(crate) fn reopen(&mut self, messages: &[i64], now: i64) -> Result<(), LedgerError> {
        let sql = "UPDATE message SET state = 'due', reply = NULL, updated = ?2 WHERE id = ?1 AND state = 'refused'";
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for message in messages {
            transaction.execute(sql, [message, &now])?;
        }
        Ok(transaction.commit()?)
    }

    /// When messages were handed to a mail server after a moment, all in seconds since 1970 UTC, in their order:
    /// what counts for a quota.
    ///
    /// # Errors
    /// [`LedgerError`] if the ledger does not answer.
    pub fn sent_since(&self, since: i64) -> Result<Vec<i64>, LedgerError> {
        let sql = "SELECT updated FROM message WHERE medium = 'smtp' AND updated > ?1
                   AND state IN ('accepted', 'in_doubt', 'sending') ORDER BY updated";
        let mut select = self.db.prepare(sql)?;
        let times = select.query_map([since], |row| row.get(0))?;
        Ok(times.collect::<Result<_, _>>()?)
    }

    /// Whether anybody of this key is in the ledger.
    ///
    /// # Errors
    /// [`LedgerError`] if the ledger does not answer.
    pub fn knows(&self, person: &str) -> Result<bool, LedgerError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM entry WHERE person = ?1)";
        Ok(self.db.query_row(sql, [person], |row| row.get(0))?)
    }

    /// What one message is for, and whose it is.
    pub(crate) fn person_of(&self, entry: i64) -> Result<String, LedgerError> {
        let mut select = self.db.prepare_cached("SELECT person FROM entry WHERE id = ?1")?;
        Ok(select.query_row([entry], |row| row.get(0))?)
    }

    /// The calendar identity of an entry.
    pub(crate) fn uid_of(&self, entry: i64) -> Result<meetmint_core::Uid, LedgerError> {
        let mut select = self.db.prepare_cached("SELECT uid FROM entry WHERE id = ?1")?;
        let octets = select.query_row([entry], |row| row.get(0))?;
        Ok(meetmint_core::Uid::from_octets(octets))
    }
}

fn write_results(
    transaction: &Transaction<'_>,
    results: &[Recorded],
    now: i64,
) -> Result<(), LedgerError> {
    let sql = "UPDATE message SET state = ?2, reply = ?3, next_try = ?4, updated = ?5 WHERE id = ?1 AND state = 'sending'";
    let mut update = transaction.prepare_cached(sql)?;
    for Recorded { id, state, reply, next_try } in results {
        update.execute(params![id, state.name(), reply, next_try, now])?;
    }
    Ok(())
}

fn write_intent(
    transaction: &Transaction<'_>,
    intent: &Record,
    now: i64,
) -> Result<i64, LedgerError> {
    let Record {
        id,
        entry,
        address,
        medium,
        kind,
        sequence,
        copy,
        round,
        stamp,
        fingerprint,
        sheet,
        hash,
    } = intent;
    let id = if let Some(id) = id {
        let sql = "UPDATE message SET state = 'sending', tries = tries + 1, hash = ?2, updated = ?3 WHERE id = ?1";
        transaction.prepare_cached(sql)?.execute(params![id, hash, now])?;
        *id
    } else {
        let sql = "INSERT INTO message (entry, medium, kind, sequence, copy, round, stamp, fingerprint, sheet, hash, state, tries, updated, address)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'sending', 1, ?11, ?12)";
        transaction.prepare_cached(sql)?.execute(params![
            entry,
            medium.name(),
            kind.to_string(),
            sequence,
            copy,
            round,
            stamp,
            fingerprint,
            sheet,
            hash,
            now,
            address
        ])?;
        transaction.last_insert_rowid()
    };
    let sql = "UPDATE entry SET sequence = max(sequence, ?2), stamp = max(stamp, ?3) WHERE id = ?1";
    transaction.prepare_cached(sql)?.execute(params![entry, sequence, stamp])?;
    Ok(id)
}

fn read(row: &Row<'_>) -> Result<Tried, LedgerError> {
    let (kind, state) = named(row.get_ref(2)?.as_str(), row.get_ref(3)?.as_str(), "a message")?;
    Ok(Tried {
        id: row.get(0)?,
        entry: row.get(1)?,
        kind,
        state,
        sequence: row.get(4)?,
        copy: row.get(5)?,
        round: row.get(6)?,
        stamp: row.get(7)?,
        fingerprint: row.get(8)?,
        hash: row.get(9)?,
        tries: row.get(10)?,
    })
}

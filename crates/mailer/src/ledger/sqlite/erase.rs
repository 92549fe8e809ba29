//! Erasing entries: chosen first, in a temporary table, then erased in one transaction.

use meetmint_core::{MeetingId, Uid, address_in_key, family_key};
use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use super::Sqlite;
use super::clean::UNCLEAN;
use super::entries::file_name_of;
use super::last_known::last_known_kind;
use super::marks::OF_ADDRESS;
use super::reports::IS_UNRESOLVED;
use super::row::{count, named, text};
use crate::chunks::{CHUNK, in_chunks};
use crate::content::MessageKind;
use crate::ledger::erasure::{
    ChosenEntries, Erasable, WhyLeftOut, organizer_key, place, place_under,
};
use crate::ledger::error::LedgerError;

/// The condition that the outcome of a message is unknown: it is on its way, or in doubt and no later one has ended the
/// doubt.
fn has_doubt() -> String {
    format!(
        "EXISTS (SELECT 1 FROM message AS m WHERE m.entry = entry.id AND m.medium = 'smtp'
         AND (m.state = 'sending' OR {IS_UNRESOLVED}))"
    )
}

impl Sqlite {
    pub(in crate::ledger) fn choose(
        &self,
        erasable: &Erasable<'_>,
    ) -> Result<ChosenEntries, LedgerError> {
        let has_doubt = has_doubt();
        self.db.execute_batch(
            "PRAGMA temp_store = FILE;
             CREATE TEMP TABLE IF NOT EXISTS chosen (entry INTEGER PRIMARY KEY);
             DELETE FROM chosen",
        )?;
        let insert = |condition: &str, parameters: &[&dyn rusqlite::ToSql]| {
            let sql = format!("INSERT INTO chosen SELECT id FROM entry WHERE {condition}");
            self.db.execute(&sql, parameters)
        };
        let mut in_doubt = Vec::new();
        let mut note_doubts = |condition: &str, parameters: &[&dyn rusqlite::ToSql]| {
            let sql = format!("SELECT person FROM entry WHERE {condition} AND {has_doubt}");
            let mut select = self.db.prepare(&sql)?;
            let mut rows = select.query(parameters)?;
            while let Some(row) = rows.next()? {
                let address = address_in_key(text(row, 0)?).to_owned();
                if !in_doubt.contains(&address) {
                    in_doubt.push(address);
                }
            }
            Ok::<_, LedgerError>(())
        };
        match erasable {
            Erasable::Person(address) => {
                let family = family_key(address, "");
                let parameters = params![address, family];
                insert(OF_ADDRESS, parameters)?;
                note_doubts(OF_ADDRESS, parameters)?;
            }
            Erasable::EndedBy(end) => {
                insert(&format!("end <= ?1 AND NOT {has_doubt}"), params![end])?;
                note_doubts("end <= ?1", params![end])?;
            }
        }
        let sql = "SELECT count(*), count(DISTINCT person),
                          (SELECT count(*) FROM chosen JOIN message AS m ON m.entry = chosen.entry)
                   FROM chosen JOIN entry ON entry.id = chosen.entry";
        let counts = self.db.query_row(sql, [], |row| {
            Ok(ChosenEntries {
                entries: count(row, 0)?,
                people: count(row, 1)?,
                messages: count(row, 2)?,
                in_doubt,
            })
        });
        Ok(counts?)
    }

    pub(in crate::ledger) fn chosen_are_invited(&self, now: i64) -> Result<bool, LedgerError> {
        let kind = last_known_kind("message", "m.entry = entry.id AND m.medium = 'smtp'");
        let sql = format!(
            "SELECT EXISTS (SELECT 1 FROM chosen JOIN entry ON entry.id = chosen.entry
             WHERE entry.end > ?1 AND 'cancel' <> {kind})"
        );
        Ok(self.db.query_row(&sql, [now], |row| row.get(0))?)
    }

    pub(in crate::ledger) fn chosen_files(
        &self,
    ) -> impl Iterator<Item = Result<String, LedgerError>> {
        let files = in_chunks(move |after| self.files_after(after));
        files.filter_map(Result::transpose)
    }

    /// The next messages after one, each with the name of its file.
    fn files_after(&self, after: i64) -> Result<Vec<(i64, Option<String>)>, LedgerError> {
        // In the order of ids. By the index of entries, SQLite would sort the messages of all of them for each few.
        let sql = "SELECT m.id, m.address, entry.uid, m.sequence, m.kind, m.copy
                   FROM message AS m NOT INDEXED JOIN entry ON entry.id = m.entry
                   WHERE m.id > ?1 AND m.medium = 'folder' AND m.entry IN (SELECT entry FROM chosen)
                   ORDER BY m.id LIMIT ?2";
        let mut select = self.db.prepare_cached(sql)?;
        let mut rows = select.query([after, CHUNK])?;
        let mut names = Vec::new();
        while let Some(row) = rows.next()? {
            let kind = named(row, 4, MessageKind::named, "a message")?;
            let uid = Uid::from_octets(row.get(2)?);
            let name = file_name_of(text(row, 1)?, uid, row.get(3)?, kind, row.get(5)?);
            names.push((row.get(0)?, name));
        }
        Ok(names)
    }

    pub(in crate::ledger) fn erase_chosen(
        &mut self,
        meeting: &MeetingId,
        forgotten: Option<&str>,
        now: i64,
    ) -> Result<(), LedgerError> {
        // References are checked at the end, once. SQLite would look for them with every row that goes, and has no index for
        // that. Within a transaction, this could not be changed.
        self.db.pragma_update(None, "foreign_keys", false)?;
        // What is deleted is overwritten at once, although the whole file is rewritten later.
        self.db.pragma_update_and_check(None, "secure_delete", true, |_| Ok(()))?;
        let erased = self.erase(meeting, forgotten, now);
        self.db.pragma_update(None, "foreign_keys", true)?;
        erased
    }

    fn erase(
        &mut self,
        meeting: &MeetingId,
        forgotten: Option<&str>,
        now: i64,
    ) -> Result<(), LedgerError> {
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let why = if forgotten.is_some() { WhyLeftOut::Forgotten } else { WhyLeftOut::Pruned };
        keep_numbers(&transaction, meeting, why, now)?;
        match forgotten {
            Some(address) => leave_out(&transaction, &meeting.address_mark(address), why, now)?,
            None => keep_marks(&transaction, meeting, now)?,
        }
        // Also snapshots that no message was made from, because the roster changed before: they have names in them, too.
        transaction.execute_batch(
            "DELETE FROM round_entry WHERE entry IN (SELECT entry FROM chosen);
             DELETE FROM message WHERE entry IN (SELECT entry FROM chosen);
             DELETE FROM entry WHERE id IN (SELECT entry FROM chosen);
             DELETE FROM snapshot WHERE id NOT IN
                 (SELECT snapshot FROM entry UNION SELECT snapshot FROM message);
             DELETE FROM head WHERE id NOT IN (SELECT head FROM snapshot);",
        )?;
        // In the same transaction: whoever opens the ledger next knows that the file has to be rewritten.
        let sql = "INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)";
        transaction.execute(sql, params![UNCLEAN, now.to_string()])?;
        let is_broken = transaction.prepare("PRAGMA foreign_key_check")?.exists([])?;
        if is_broken {
            return Err(LedgerError::Damaged);
        }
        Ok(transaction.commit()?)
    }
}

/// Keeps the identity of each chosen entry, and the numbers of its messages.
fn keep_numbers(
    transaction: &Transaction<'_>,
    meeting: &MeetingId,
    why: WhyLeftOut,
    now: i64,
) -> Result<(), LedgerError> {
    let mut select = transaction.prepare(
        "SELECT id, uid, person, room, start, end, sequence, stamp, wanted, organizer FROM chosen JOIN entry ON entry.id = chosen.entry",
    )?;
    // Somebody may have been forgotten before, and come back under the same UID.
    let mut keep = transaction.prepare(
        "INSERT INTO erased (uid, place, reason, start, end, sequence, stamp, since, wanted, organizer)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
         ON CONFLICT (uid) DO UPDATE SET place = excluded.place, reason = excluded.reason, start = excluded.start,
             end = excluded.end, sequence = excluded.sequence, stamp = excluded.stamp, since = excluded.since,
             wanted = excluded.wanted, organizer = excluded.organizer
         RETURNING id",
    )?;
    let mut keep_messages = transaction.prepare(
        "INSERT INTO erased_message (erased, medium, kind, state, sequence, copy, updated)
         SELECT ?2, medium, kind, state, sequence, copy, updated FROM message WHERE entry = ?1 ORDER BY id",
    )?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let (entry, uid): (i64, [u8; 16]) = (row.get(0)?, row.get(1)?);
        let (start, end): (i64, i64) = (row.get(4)?, row.get(5)?);
        let (person, room) = (text(row, 2)?, text(row, 3)?);
        let organizer = text(row, 9)?;
        let place = match why {
            WhyLeftOut::Forgotten => place_under(meeting, person, room, start, organizer),
            _ => place(meeting, person, room, start),
        };
        let (sequence, stamp): (i64, i64) = (row.get(6)?, row.get(7)?);
        let wanted: bool = row.get(8)?;
        let organizer = meeting.address_mark(&organizer_key(organizer));
        let values =
            params![uid, place, why.name(), start, end, sequence, stamp, now, wanted, organizer];
        let erased: i64 = keep.query_row(values, |row| row.get(0))?;
        keep_messages.execute([entry, erased])?;
    }
    Ok(())
}

/// Keeps the marks of people for whom the meeting is called off, and who have no entry any more. By person: of those who
/// share an address, somebody who comes later has no mark.
fn keep_marks(
    transaction: &Transaction<'_>,
    meeting: &MeetingId,
    now: i64,
) -> Result<(), LedgerError> {
    let mut marked = transaction.prepare(
        "SELECT DISTINCT person FROM chosen JOIN entry ON entry.id = chosen.entry WHERE called_off",
    )?;
    let mut stays = transaction.prepare(
        "SELECT 1 FROM entry WHERE person = ?1 AND id NOT IN (SELECT entry FROM chosen)",
    )?;
    let mut rows = marked.query([])?;
    while let Some(row) = rows.next()? {
        let person = text(row, 0)?;
        if !stays.exists([person])? {
            let mark = meeting.person_mark(person, address_in_key(person));
            leave_out(transaction, &mark, WhyLeftOut::CalledOff, now)?;
        }
    }
    Ok(())
}

fn leave_out(
    db: &Connection,
    mark: &[u8; 16],
    why: WhyLeftOut,
    now: i64,
) -> Result<(), LedgerError> {
    let sql = "INSERT INTO left_out (address, reason, since) VALUES (?1, ?2, ?3)
               ON CONFLICT (address) DO UPDATE SET reason = excluded.reason, since = excluded.since";
    db.execute(sql, params![mark, why.name(), now])?;
    Ok(())
}

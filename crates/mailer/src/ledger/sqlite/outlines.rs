//! Everything that the next messages of entries depend on.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use meetmint_core::Uid;
use rusqlite::Connection;

use super::Sqlite;
use super::row::{MESSAGE, message};
use crate::content::CancelReason;
use crate::ledger::error::LedgerError;
use crate::ledger::message::{EarlierMessage, EntryOutline, SnapshotId};

impl Sqlite {
    pub(in crate::ledger) fn outlines(
        &self,
        entries: &[i64],
    ) -> Result<Vec<EntryOutline>, LedgerError> {
        // A statement has a fixed number of parameters, so all ids are passed as one: an array in JSON.
        let ids = serde_json::Value::from(entries).to_string();
        // One transaction, so that both statements see the same state while another connection writes.
        let transaction = self.db.unchecked_transaction()?;
        let messages = messages(&transaction, &ids)?;
        // In the order of the array. An entry may be in it twice, if two of its messages are sent again.
        let sql = "SELECT entry.id, person, uid, sequence, stamp, wanted, (SELECT called_off FROM meeting),
                          fingerprint, entry.snapshot, (SELECT text FROM snapshot_text AS s WHERE s.id = entry.snapshot)
                   FROM json_each(?1) AS wanted JOIN entry ON entry.id = wanted.value ORDER BY wanted.key";
        let mut select = transaction.prepare_cached(sql)?;
        let outlines = select.query_map([&ids], |row| {
            let id = row.get(0)?;
            Ok(EntryOutline {
                id,
                person: row.get(1)?,
                uid: Uid::from_octets(row.get(2)?),
                sequence: row.get(3)?,
                stamp: row.get(4)?,
                reason: reason(row.get(6)?, row.get(5)?),
                fingerprint: row.get(7)?,
                snapshot: SnapshotId(row.get(8)?),
                text: row.get(9)?,
                messages: messages.get(&id).map_or_else(|| Arc::new([]) as Arc<_>, Arc::clone),
            })
        })?;
        let mut outlines = outlines.collect::<Result<Vec<_>, _>>()?;
        if outlines.iter().any(|outline| outline.reason == CancelReason::Removed) {
            let listed = still_listed(&transaction, &ids)?;
            for outline in &mut outlines {
                if outline.reason == CancelReason::Removed && listed.contains(&outline.person) {
                    // Another invitation takes its place: a session that was moved, for example.
                    outline.reason = CancelReason::Invitation;
                }
            }
        }
        if outlines.len() != entries.len() {
            return Err(rusqlite::Error::QueryReturnedNoRows.into());
        }
        Ok(outlines)
    }
}

/// Why an entry would be cancelled. The meeting comes first: of a meeting that is called off, nobody asks who is on the
/// list.
fn reason(meeting_called_off: bool, wanted: bool) -> CancelReason {
    match (meeting_called_off, wanted) {
        (true, _) => CancelReason::Meeting,
        (false, true) => CancelReason::Invitation,
        (false, false) => CancelReason::Removed,
    }
}

/// The people of entries that are not wanted any more, who are in the roster with another one.
fn still_listed(db: &Connection, ids: &str) -> Result<HashSet<String>, LedgerError> {
    // Entries have no index of people: one pass over them for all that are asked for.
    let sql = "SELECT DISTINCT person FROM entry WHERE wanted AND person IN
               (SELECT e.person FROM json_each(?1) AS asked JOIN entry AS e ON e.id = asked.value WHERE NOT e.wanted)";
    let mut select = db.prepare_cached(sql)?;
    let people = select.query_map([ids], |row| row.get(0))?;
    Ok(people.collect::<Result<_, _>>()?)
}

/// The messages of each entry, the newest first.
fn messages(
    db: &Connection,
    ids: &str,
) -> Result<HashMap<i64, Arc<[EarlierMessage]>>, LedgerError> {
    // Grouped by entry. Within one, the newest first: callers look for the newest message of some kind.
    let sql = format!(
        "SELECT {MESSAGE} FROM message AS m WHERE m.entry IN (SELECT value FROM json_each(?1))
         ORDER BY m.entry, m.id DESC"
    );
    let mut select = db.prepare_cached(&sql)?;
    let mut rows = select.query([ids])?;
    let mut messages: Vec<EarlierMessage> = Vec::new();
    while let Some(row) = rows.next()? {
        messages.push(message(row)?);
    }
    let mut of_entries = HashMap::new();
    let mut messages = messages.into_iter().peekable();
    while let Some(first) = messages.next() {
        let entry = first.entry;
        let mut all = vec![first];
        while let Some(next) = messages.next_if(|next| next.entry == entry) {
            all.push(next);
        }
        of_entries.insert(entry, all.into());
    }
    Ok(of_entries)
}

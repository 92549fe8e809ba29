//! Everything in the tables, record by record.

use meetmint_core::{Uid, address_in_key, lower_hex};
use rusqlite::{Row, params};

use super::Sqlite;
use super::row::text;
use super::schema::CURRENT;
use crate::chunks::{CHUNK, in_chunks};
use crate::ledger::error::LedgerError;
use crate::ledger::export::{EntryRecord, ExportRecord, SentRecord, time};
use crate::snapshot::Snapshot;

type Records = Vec<ExportRecord>;

/// Makes a record of a row.
type ReadRecord = fn(&Row<'_>) -> Result<ExportRecord, rusqlite::Error>;

/// The tables after those of people: few rows, except for what is left of those who were erased.
const OTHERS: [(&str, ReadRecord); 4] = [
    (
        "SELECT id, kind, medium, begun, finished, (SELECT count(*) FROM round_entry WHERE round = round.id)
         FROM round WHERE id > ?1 ORDER BY id LIMIT ?2",
        round,
    ),
    (
        "SELECT id, uid, reason, start, end, sequence, since,
                (SELECT count(*) FROM erased_message WHERE erased = erased.id)
         FROM erased WHERE id > ?1 AND uid NOT IN (SELECT uid FROM entry) ORDER BY id LIMIT ?2",
        erased,
    ),
    // Their keys are no numbers.
    (
        "SELECT * FROM (SELECT row_number() OVER (ORDER BY address) AS n, address, reason, since FROM left_out)
         WHERE n > ?1 ORDER BY n LIMIT ?2",
        left_out,
    ),
    (
        "SELECT rowid, key, value FROM meta WHERE rowid > ?1 AND key LIKE '% %' ORDER BY rowid LIMIT ?2",
        server,
    ),
];

impl Sqlite {
    pub(in crate::ledger) fn export<'l>(
        &'l self,
        only: &'l [String],
    ) -> impl Iterator<Item = Result<ExportRecord, LedgerError>> + use<'l> {
        let first = std::iter::once_with(|| self.begin_export());
        let people = in_chunks(move |after| self.people_after(after, only));
        let people = people.flat_map(|some| match some {
            Ok(records) => records.into_iter().map(Ok).collect::<Vec<_>>(),
            Err(error) => vec![Err(error)],
        });
        let others = OTHERS.iter().filter(|_| only.is_empty()).flat_map(move |(sql, read)| {
            in_chunks(move |after| {
                let mut select = self.db.prepare_cached(sql)?;
                let rows = select.query_map([after, CHUNK], |row| Ok((row.get(0)?, read(row)?)))?;
                Ok::<_, LedgerError>(rows.collect::<Result<_, _>>()?)
            })
        });
        first.chain(people).chain(others)
    }

    /// From here on, this connection sees what there is now.
    fn begin_export(&self) -> Result<ExportRecord, LedgerError> {
        self.db.execute_batch("BEGIN")?;
        let record = self.db.query_row("SELECT id, called_off FROM meeting", [], |row| {
            Ok(ExportRecord::Ledger {
                meeting: row.get(0)?,
                version: CURRENT,
                called_off: row.get(1)?,
            })
        });
        Ok(record?)
    }

    /// The next entries after one, each with its messages.
    fn people_after(
        &self,
        after: i64,
        only: &[String],
    ) -> Result<Vec<(i64, Records)>, LedgerError> {
        let sql = "SELECT id, uid, person, wanted, called_off, sequence,
                          (SELECT text FROM snapshot_text AS s WHERE s.id = entry.snapshot)
                   FROM entry WHERE id > ?1 ORDER BY id LIMIT ?2";
        let mut select = self.db.prepare_cached(sql)?;
        let mut rows = select.query(params![after, CHUNK])?;
        let mut people = Vec::new();
        while let Some(row) = rows.next()? {
            let entry: i64 = row.get(0)?;
            let email = address_in_key(text(row, 2)?);
            if !only.is_empty() && !only.iter().any(|only| only == email) {
                people.push((entry, Vec::new()));
                continue;
            }
            let record = EntryRecord {
                entry,
                uid: Uid::from_octets(row.get(1)?).to_string(),
                email: email.to_owned(),
                in_roster: row.get(3)?,
                called_off: row.get(4)?,
                sequence: Some(row.get(5)?).filter(|sequence| *sequence >= 0),
                content: Snapshot::read(text(row, 6)?)?.record(),
            };
            let mut records = vec![ExportRecord::Entry(Box::new(record))];
            self.add_messages(entry, &mut records)?;
            people.push((entry, records));
        }
        Ok(people)
    }

    fn add_messages(&self, entry: i64, records: &mut Records) -> Result<(), LedgerError> {
        let sql = "SELECT address, medium, kind, state, sequence, copy, round, reason, stamp, updated, tries,
                          next_try, reply, hash,
                          (SELECT text FROM snapshot_text AS s WHERE s.id = message.snapshot)
                   FROM message WHERE entry = ?1 ORDER BY id";
        let mut select = self.db.prepare_cached(sql)?;
        let mut rows = select.query([entry])?;
        while let Some(row) = rows.next()? {
            let hash: [u8; 32] = row.get(13)?;
            let record = SentRecord {
                entry,
                address: row.get(0)?,
                medium: row.get(1)?,
                kind: row.get(2)?,
                state: row.get(3)?,
                sequence: row.get(4)?,
                copy: row.get(5)?,
                round: row.get(6)?,
                reason: row.get(7)?,
                date: time(row.get(8)?),
                updated: time(row.get(9)?),
                tries: row.get(10)?,
                // 0 if it is not deferred.
                next_try: Some(row.get(11)?).filter(|at| *at != 0).and_then(time),
                reply: row.get(12)?,
                sha256: lower_hex(&hash),
                content: Snapshot::read(text(row, 14)?)?.record(),
            };
            records.push(ExportRecord::Message(Box::new(record)));
        }
        Ok(())
    }
}

fn round(row: &Row<'_>) -> Result<ExportRecord, rusqlite::Error> {
    Ok(ExportRecord::Round {
        round: row.get(0)?,
        kind: row.get(1)?,
        medium: row.get(2)?,
        begun: time(row.get(3)?),
        finished: row.get::<_, Option<i64>>(4)?.and_then(time),
        entries: row.get(5)?,
    })
}

fn erased(row: &Row<'_>) -> Result<ExportRecord, rusqlite::Error> {
    Ok(ExportRecord::Erased {
        uid: Uid::from_octets(row.get(1)?).to_string(),
        reason: row.get(2)?,
        start: time(row.get(3)?),
        end: time(row.get(4)?),
        sequence: Some(row.get(5)?).filter(|sequence| *sequence >= 0),
        since: time(row.get(6)?),
        messages: row.get(7)?,
    })
}

fn left_out(row: &Row<'_>) -> Result<ExportRecord, rusqlite::Error> {
    let mark: [u8; 16] = row.get(1)?;
    Ok(ExportRecord::LeftOut {
        mark: lower_hex(&mark),
        reason: row.get(2)?,
        since: time(row.get(3)?),
    })
}

fn server(row: &Row<'_>) -> Result<ExportRecord, rusqlite::Error> {
    // As `servers.rs` makes the key.
    let key = row.get_ref(1)?.as_str()?;
    let (note, server) = key.split_once(' ').unwrap_or((key, ""));
    Ok(ExportRecord::Server { server: server.to_owned(), note: note.to_owned(), date: row.get(2)? })
}

//! Version 5: snapshots are in a table of their own.

use rusqlite::{Connection, Statement, params};

use crate::ledger::entry::snapshot_hash;
use crate::ledger::sqlite::snapshot_writer::SnapshotWriter;

/// How many entries are in memory at once.
const CHUNK: i64 = 256;

/// Before the rows are copied.
// In earlier versions each entry and each message had the whole text of its snapshot, in a column called `sheet`. The
// rows are copied to new tables: changing all of them in place would write three times as much.
const NEW_TABLES: &str = "
-- The beginnings of snapshots: what all people of a meeting and a role have in common.
CREATE TABLE head (
    id INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE,
    text TEXT NOT NULL
);
-- What messages are made from. A row is never changed.
CREATE TABLE snapshot (
    id INTEGER PRIMARY KEY,
    head INTEGER NOT NULL REFERENCES head (id),
    tail TEXT NOT NULL
);
CREATE VIEW snapshot_text AS
    SELECT snapshot.id AS id, head.text || snapshot.tail AS text
    FROM snapshot JOIN head ON head.id = snapshot.head;
CREATE TABLE new_entry (
    id INTEGER PRIMARY KEY,
    uid BLOB NOT NULL,
    person TEXT NOT NULL,
    room TEXT NOT NULL,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    organizer TEXT NOT NULL,
    wanted INTEGER NOT NULL,
    called_off INTEGER NOT NULL DEFAULT 0,
    moderator INTEGER NOT NULL,
    fingerprint BLOB NOT NULL,
    -- That of the snapshot's text, to compare it without reading it.
    digest INTEGER NOT NULL,
    snapshot INTEGER NOT NULL REFERENCES snapshot (id),
    -- The last ones handed out.
    sequence INTEGER NOT NULL DEFAULT -1,
    stamp INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE new_message (
    id INTEGER PRIMARY KEY,
    entry INTEGER NOT NULL REFERENCES entry (id),
    address TEXT NOT NULL,
    medium TEXT NOT NULL,
    kind TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    copy INTEGER NOT NULL,
    round INTEGER,
    stamp INTEGER NOT NULL,
    fingerprint BLOB NOT NULL,
    snapshot INTEGER NOT NULL REFERENCES snapshot (id),
    -- Of a cancellation. In those of earlier versions, the snapshot has it.
    reason TEXT,
    hash BLOB NOT NULL,
    state TEXT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    next_try INTEGER NOT NULL DEFAULT 0,
    reply TEXT,
    updated INTEGER NOT NULL
);
";

const COPY_ENTRY: &str = "
    INSERT INTO new_entry
    SELECT id, uid, person, room, start, end, organizer, wanted, called_off, moderator, fingerprint, ?2, ?3, sequence, stamp
    FROM entry WHERE id = ?1";

const COPY_MESSAGE: &str = "
    INSERT INTO new_message
    SELECT id, entry, address, medium, kind, sequence, copy, round, stamp, fingerprint, ?2, NULL, hash, state, tries,
           next_try, reply, updated
    FROM message WHERE id = ?1";

/// After that. The indexes are those of version 2.
const OLD_TABLES: &str = "
DROP TABLE message;
DROP TABLE entry;
ALTER TABLE new_entry RENAME TO entry;
ALTER TABLE new_message RENAME TO message;
CREATE UNIQUE INDEX entry_uid ON entry (uid);
CREATE UNIQUE INDEX message_numbers ON message (entry, medium, sequence, kind, copy);
";

/// Copies entries and messages, and gives them their snapshots.
pub(super) fn migrate(db: &Connection) -> Result<(), rusqlite::Error> {
    db.execute_batch(NEW_TABLES)?;
    let mut rows = Rows {
        messages: db.prepare("SELECT id, sheet FROM message WHERE entry = ?1")?,
        copy_entry: db.prepare(COPY_ENTRY)?,
        copy_message: db.prepare(COPY_MESSAGE)?,
        writer: SnapshotWriter::new(db)?,
    };
    let sql = "SELECT id, sheet FROM entry WHERE id > ?1 ORDER BY id LIMIT ?2";
    let mut select = db.prepare(sql)?;
    let mut last = i64::MIN;
    loop {
        let entries = select.query_map([last, CHUNK], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let entries = entries.collect::<Result<Vec<(i64, String)>, _>>()?;
        let Some((id, _)) = entries.last() else { break };
        last = *id;
        entries.into_iter().try_for_each(|(entry, text)| rows.copy(entry, &text))?;
    }
    drop((select, rows));
    db.execute_batch(OLD_TABLES)
}

struct Rows<'d> {
    messages: Statement<'d>,
    copy_entry: Statement<'d>,
    copy_message: Statement<'d>,
    writer: SnapshotWriter<'d>,
}

impl Rows<'_> {
    /// Copies an entry and its messages. `text` is that of the entry's snapshot.
    fn copy(&mut self, entry: i64, text: &str) -> Result<(), rusqlite::Error> {
        let snapshot = self.writer.add(text)?;
        self.copy_entry.execute(params![entry, snapshot_hash(text).cast_signed(), snapshot])?;
        // Few messages of an entry say something else.
        let mut others: Vec<(String, i64)> = Vec::new();
        let mut messages = self.messages.query([entry])?;
        while let Some(row) = messages.next()? {
            let (message, said): (i64, &str) = (row.get(0)?, row.get_ref(1)?.as_str()?);
            let known = others.iter().find(|(other, _)| other == said);
            let snapshot = match known {
                _ if said == text => snapshot,
                Some((_, other)) => *other,
                None => {
                    let other = self.writer.add(said)?;
                    others.push((said.to_owned(), other));
                    other
                }
            };
            self.copy_message.execute([message, snapshot])?;
        }
        Ok(())
    }
}

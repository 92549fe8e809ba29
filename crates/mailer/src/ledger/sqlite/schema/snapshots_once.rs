//! Version 5: snapshots are in a table of their own.

use rusqlite::{Connection, Statement, params};

use crate::ledger::entry::snapshot_hash;
use crate::ledger::sqlite::snapshot_writer::SnapshotWriter;

/// How many entries are in memory at once.
const CHUNK: i64 = 256;

/// Before the snapshots are moved.
// In earlier versions each entry and each message had the whole text of its snapshot, in a column called `sheet`.
const TABLES: &str = "
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
ALTER TABLE entry ADD COLUMN snapshot INTEGER REFERENCES snapshot (id);
-- That of the snapshot's text, to compare it without reading it.
ALTER TABLE entry ADD COLUMN digest INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN snapshot INTEGER REFERENCES snapshot (id);
-- Of a cancellation. In those of earlier versions, the snapshot has it.
ALTER TABLE message ADD COLUMN reason TEXT;
";

/// After that.
const COLUMNS: &str = "
ALTER TABLE entry DROP COLUMN sheet;
ALTER TABLE message DROP COLUMN sheet;
";

/// Gives entries and messages their snapshots, chunk by chunk.
pub(super) fn migrate(db: &Connection) -> Result<(), rusqlite::Error> {
    db.execute_batch(TABLES)?;
    let mut move_snapshots = MoveSnapshots {
        messages: db.prepare("SELECT id, sheet FROM message WHERE entry = ?1")?,
        change_entry: db.prepare("UPDATE entry SET snapshot = ?2, digest = ?3 WHERE id = ?1")?,
        change_message: db.prepare("UPDATE message SET snapshot = ?2 WHERE id = ?1")?,
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
        entries.into_iter().try_for_each(|(entry, text)| move_snapshots.of(entry, text))?;
    }
    drop((select, move_snapshots));
    db.execute_batch(COLUMNS)
}

struct MoveSnapshots<'d> {
    messages: Statement<'d>,
    change_entry: Statement<'d>,
    change_message: Statement<'d>,
    writer: SnapshotWriter<'d>,
}

impl MoveSnapshots<'_> {
    /// Gives an entry and its messages their snapshots. `text` is that of the entry.
    fn of(&mut self, entry: i64, text: String) -> Result<(), rusqlite::Error> {
        let snapshot = self.writer.add(&text)?;
        self.change_entry.execute(params![entry, snapshot, snapshot_hash(&text).cast_signed()])?;
        // Few messages of an entry say different things.
        let mut known = vec![(text, snapshot)];
        let messages = self.messages.query_map([entry], |row| Ok((row.get(0)?, row.get(1)?)))?;
        for (message, text) in messages.collect::<Result<Vec<(i64, String)>, _>>()? {
            let snapshot = match known.iter().find(|(other, _)| *other == text) {
                Some((_, snapshot)) => *snapshot,
                None => {
                    let snapshot = self.writer.add(&text)?;
                    known.push((text, snapshot));
                    snapshot
                }
            };
            self.change_message.execute([message, snapshot])?;
        }
        Ok(())
    }
}

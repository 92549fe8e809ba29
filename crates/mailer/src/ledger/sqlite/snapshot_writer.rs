//! How snapshots are kept: once for an entry and for all messages that are made from it. None is ever changed: an entry whose
//! snapshot changes gets another one, and earlier messages keep theirs. Its text begins with what all people of a meeting
//! and a role have in common. That part, the head, is kept once for all of them.

use meetmint_core::digest;
use rusqlite::{Connection, OptionalExtension as _, Statement, params};

/// Where the person's own part of a snapshot's text begins: the name, which comes after title, room, times, organizer,
/// server and role. Within a string, JSON has a backslash before each quotation mark. A text that is divided elsewhere
/// takes more space, and is read all the same.
const TAIL: &str = ",\"name\":";

/// Adds snapshots to the ledger.
pub(super) struct SnapshotWriter<'t> {
    find_head: Statement<'t>,
    add_head: Statement<'t>,
    add: Statement<'t>,
    /// The last head and its number: most people have the same one.
    last_head: Option<(String, i64)>,
}

impl<'t> SnapshotWriter<'t> {
    pub(super) fn new(db: &'t Connection) -> Result<SnapshotWriter<'t>, rusqlite::Error> {
        Ok(SnapshotWriter {
            find_head: db.prepare("SELECT id FROM head WHERE digest = ?1")?,
            add_head: db.prepare("INSERT INTO head (digest, text) VALUES (?1, ?2) RETURNING id")?,
            add: db.prepare("INSERT INTO snapshot (head, tail) VALUES (?1, ?2) RETURNING id")?,
            last_head: None,
        })
    }

    /// Adds the text of a snapshot, and returns its number.
    pub(super) fn add(&mut self, text: &str) -> Result<i64, rusqlite::Error> {
        let (head, tail) = text.split_at(text.find(TAIL).unwrap_or_default());
        let head = self.head(head)?;
        self.add.query_row(params![head, tail], |row| row.get(0))
    }

    /// The number of a head, which is added if it is new.
    fn head(&mut self, text: &str) -> Result<i64, rusqlite::Error> {
        if let Some((last, id)) = &self.last_head
            && last == text
        {
            return Ok(*id);
        }
        let digest = digest(text.as_bytes());
        let id = match self.find_head.query_row([digest], |row| row.get(0)).optional()? {
            Some(id) => id,
            None => self.add_head.query_row(params![digest, text], |row| row.get(0))?,
        };
        self.last_head = Some((text.to_owned(), id));
        Ok(id)
    }
}

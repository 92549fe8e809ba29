//! How snapshots are kept: once for an entry and for all messages that are made from it. None is ever changed: an entry whose
//! snapshot changes gets another one, and earlier messages keep theirs. Its text begins with what all people of a meeting
//! and a role have in common. That part, the head, is kept once for all of them.

use std::collections::VecDeque;

use meetmint_core::digest;
use rusqlite::{Connection, OptionalExtension as _, Statement, params};

/// Where the person's own part of a snapshot's text begins: the name, which comes after title, room, times, organizer,
/// server and role. Within a string, JSON has a backslash before each quotation mark. A text that is divided elsewhere
/// takes more space, and is read all the same.
const TAIL: &str = ",\"name\":";

/// How many heads are in memory: the roles of a meeting, and their meetings, are often fewer.
const KNOWN_HEADS: usize = 16;

/// Adds snapshots to the ledger.
pub(super) struct SnapshotWriter<'t> {
    db: &'t Connection,
    find_head: Statement<'t>,
    add_head: Statement<'t>,
    add: Statement<'t>,
    /// The last heads and their numbers.
    heads: VecDeque<(String, i64)>,
}

impl<'t> SnapshotWriter<'t> {
    pub(super) fn new(db: &'t Connection) -> Result<SnapshotWriter<'t>, rusqlite::Error> {
        Ok(SnapshotWriter {
            db,
            find_head: db.prepare("SELECT id FROM head WHERE digest = ?1")?,
            add_head: db.prepare("INSERT INTO head (digest, text) VALUES (?1, ?2)")?,
            add: db.prepare("INSERT INTO snapshot (head, tail) VALUES (?1, ?2)")?,
            heads: VecDeque::with_capacity(KNOWN_HEADS),
        })
    }

    /// Adds the text of a snapshot, and returns its number.
    pub(super) fn add(&mut self, text: &str) -> Result<i64, rusqlite::Error> {
        let (head, tail) = text.split_at(text.find(TAIL).unwrap_or_default());
        let head = self.head(head)?;
        self.add.execute(params![head, tail])?;
        Ok(self.db.last_insert_rowid())
    }

    /// The number of a head, which is added if it is new.
    fn head(&mut self, text: &str) -> Result<i64, rusqlite::Error> {
        if let Some((_, id)) = self.heads.iter().find(|(known, _)| known == text) {
            return Ok(*id);
        }
        let digest = digest(text.as_bytes());
        let id = match self.find_head.query_row([digest], |row| row.get(0)).optional()? {
            Some(id) => id,
            None => {
                self.add_head.execute(params![digest, text])?;
                self.db.last_insert_rowid()
            }
        };
        if self.heads.len() == KNOWN_HEADS {
            self.heads.pop_front();
        }
        self.heads.push_back((text.to_owned(), id));
        Ok(id)
    }
}

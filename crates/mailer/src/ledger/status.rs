//! Who has what: the latest message of everybody.

use rusqlite::OptionalExtension;

use super::{Ledger, LedgerError, Medium, MessageState, named};
use crate::{MessageKind, Snapshot};

/// A person at a meeting, and the latest message to them.
#[derive(Clone, Debug)]
pub struct PersonStatus {
    /// The address, in the spelling that mail goes to.
    pub email: String,
    /// The name.
    pub name: String,
    /// The room's name.
    pub room: String,
    /// When the meeting begins, in seconds since 1970 UTC.
    pub start: i64,
    /// What the latest message is for.
    pub kind: MessageKind,
    /// What became of it.
    pub state: MessageState,
    /// Whether the meeting is called off for this person.
    pub called_off: bool,
    /// Whether the person is in the roster.
    pub wanted: bool,
    /// The SEQUENCE of the calendar event; none before the first message.
    pub revision: Option<i64>,
    /// The server's last words.
    pub reply: Option<String>,
    /// When the state was reached, in seconds since 1970 UTC.
    pub updated: Option<i64>,
}

/// A message that a mail server wants later.
#[derive(Clone, Copy, Debug)]
pub struct Deferred {
    /// Whose it is.
    pub entry: i64,
    /// What it is for.
    pub kind: MessageKind,
    /// The round it belongs to.
    pub round: Option<i64>,
    /// When it is tried again, in seconds since 1970 UTC.
    pub next_try: i64,
}

impl Ledger {
    /// Everybody, with the latest message through a medium.
    ///
    /// # Errors
    /// [`LedgerError`] if the ledger does not answer.
    pub fn status(
        &self,
        medium: Medium,
        mut take: impl FnMut(PersonStatus),
    ) -> Result<(), LedgerError> {
        let mut entries = self
            .db
            .prepare("SELECT id, sheet, called_off, wanted, sequence FROM entry ORDER BY id")?;
        let mut latest = self.db.prepare(
            "SELECT kind, state, sequence, reply, updated FROM message WHERE entry = ?1 AND medium = ?2 ORDER BY id DESC LIMIT 1",
        )?;
        let mut rows = entries.query([])?;
        while let Some(row) = rows.next()? {
            let id: i64 = row.get(0)?;
            let sheet = Snapshot::read(row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?)?;
            let read = |row: &rusqlite::Row<'_>| {
                Ok((
                    row.get::<_, String>(0)?,
                    row.get::<_, String>(1)?,
                    row.get::<_, i64>(2)?,
                    row.get::<_, Option<String>>(3)?,
                    row.get::<_, i64>(4)?,
                ))
            };
            let found = latest.query_row(rusqlite::params![id, medium.name()], read).optional()?;
            let facts = sheet.facts();
            let mut standing = PersonStatus {
                email: sheet.address().to_owned(),
                name: facts.name().to_owned(),
                room: facts.room().to_owned(),
                start: facts.start(),
                kind: MessageKind::Invite,
                state: MessageState::Due,
                called_off: row.get(2)?,
                wanted: row.get(3)?,
                revision: None,
                reply: None,
                updated: None,
            };
            if let Some((kind, state, sequence, reply, updated)) = found {
                let (kind, state) = named::<()>(Ok(&kind), Ok(&state), &standing.email)?;
                standing = PersonStatus {
                    kind,
                    state,
                    revision: Some(sequence),
                    reply,
                    updated: Some(updated),
                    ..standing
                };
            }
            take(standing);
        }
        Ok(())
    }

    /// Messages that a mail server wants later, the next one first. Nothing is tried after the end of a meeting.
    ///
    /// # Errors
    /// [`LedgerError`] if the ledger does not answer.
    pub fn deferred(&self, medium: Medium, now: i64) -> Result<Vec<Deferred>, LedgerError> {
        // Only the newest message of an entry is still wanted, and nobody is invited to what is off for them.
        let sql = "SELECT entry, kind, round, next_try FROM message AS m WHERE medium = ?1 AND state = 'deferred'
                   AND EXISTS (SELECT 1 FROM entry WHERE entry.id = m.entry AND entry.end > ?2
                       AND (m.kind = 'cancel' OR entry.wanted AND NOT entry.called_off))
                   AND NOT EXISTS (SELECT 1 FROM message AS n WHERE n.entry = m.entry AND n.medium = m.medium AND n.id > m.id)
                   ORDER BY next_try";
        let mut select = self.db.prepare(sql)?;
        let mut rows = select.query(rusqlite::params![medium.name(), now])?;
        let mut deferred = Vec::new();
        while let Some(row) = rows.next()? {
            let kind: String = row.get(1)?;
            if let Some(kind) = MessageKind::named(&kind) {
                deferred.push(Deferred {
                    entry: row.get(0)?,
                    kind,
                    round: row.get(2)?,
                    next_try: row.get(3)?,
                });
            }
        }
        Ok(deferred)
    }

    /// People whose message is in doubt, with the end of their meeting in seconds since 1970 UTC.
    ///
    /// # Errors
    /// [`LedgerError`] if the ledger does not answer.
    pub fn doubts(&self, medium: Medium) -> Result<Vec<(String, i64)>, LedgerError> {
        let of = |tried: super::Tried| {
            Ok((self.person_of(tried.entry)?, self.sheet_of_message(tried.id)?.facts().end()))
        };
        self.doubtful(medium)?.into_iter().map(of).collect()
    }

    /// How many people's messages lie in the folder outbox.
    ///
    /// # Errors
    /// [`LedgerError`] if the ledger does not answer.
    pub fn written(&self) -> Result<usize, LedgerError> {
        let sql = "SELECT count(DISTINCT entry) FROM message WHERE medium = 'folder' AND state = 'written'";
        let count: i64 = self.db.query_row(sql, [], |row| row.get(0))?;
        Ok(usize::try_from(count).unwrap_or_default())
    }
}

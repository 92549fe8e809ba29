//! Messages that are due, on disk: a roster may have a million people.

mod by_entry;

use std::sync::Arc;

use rusqlite::{Row, params};

use crate::chunks::{CHUNK, in_chunks};
use crate::content::MessageKind;
use crate::ledger::LedgerError;
use crate::scratch::Scratch;
use crate::snapshot::Change;
pub use by_entry::DueByEntry;

const TABLE: &str = "
CREATE TABLE IF NOT EXISTS due (
    list INTEGER NOT NULL,
    position INTEGER NOT NULL,
    person TEXT NOT NULL,
    start INTEGER NOT NULL,
    kind TEXT NOT NULL,
    changes TEXT NOT NULL,
    moderator INTEGER NOT NULL,
    again INTEGER NOT NULL,
    in_doubt INTEGER NOT NULL,
    was_cancelled INTEGER NOT NULL,
    delivered INTEGER,
    row INTEGER,
    entry INTEGER,
    PRIMARY KEY (list, position)
) WITHOUT ROWID";

/// The columns of a [`Due`].
const DUE: &str = "position, person, start, kind, changes, moderator, again, in_doubt, was_cancelled, delivered, row, entry";

/// Where those who are not moderators begin, and where another list begins that was appended.
const OTHERS: i64 = 1 << 40;
const APPENDED: i64 = 1 << 41;

/// Whether a message has to be checked: an invitation, `?3`, from an ordinary row cannot fail. If there is an entry, it may be
/// made from the ledger's record, which may be damaged, and that has to be found before anything is sent.
const MAY_FAIL: &str = "NOT (kind = ?3 AND entry IS NULL
     AND coalesce((SELECT is_ordinary FROM roster_row WHERE number = due.row), 0))";

/// A message that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "none of them follows from another")]
pub struct Due {
    /// The person's key.
    pub person: Arc<str>,
    /// When the meeting starts, in seconds since 1970 UTC.
    pub start: i64,
    /// What the message is for.
    pub kind: MessageKind,
    /// For an update: what changed. For a reminder: what has changed since the invitation that it repeats.
    pub changes: Vec<Change>,
    /// Whether the person moderates.
    pub moderator: bool,
    /// Whether the same message was tried before.
    pub again: bool,
    /// Whether the last message to the person is in doubt.
    pub in_doubt: bool,
    /// Whether the person was last told that the meeting is called off.
    pub(super) was_cancelled: bool,
    /// The id of the invitation or update that was last delivered to the person.
    pub(super) delivered: Option<i64>,
    /// The number of the person's row.
    pub(super) row: Option<usize>,
    /// The person's entry, if the ledger has one before the plan is carried out.
    pub(super) entry: Option<i64>,
}

impl Due {
    /// The id of its entry, if the ledger has one already.
    pub fn known_entry(&self) -> Option<i64> {
        self.entry
    }
}

/// Messages that are due, in the order in which they are to be sent.
#[derive(Debug)]
pub struct DueList {
    scratch: Scratch,
    list: i64,
    added: i64,
    /// How many messages of each kind are in it.
    counts: [usize; 4],
}

/// A message of a list, with its place.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The message.
    pub due: Due,
    /// Its place: greater than those of the messages before it.
    pub position: i64,
}

impl Listed {
    /// Whether it was appended as part of another list.
    pub fn is_appended(&self) -> bool {
        self.position >= APPENDED
    }
}

impl DueList {
    /// An empty list.
    pub(crate) fn new(scratch: &Scratch) -> Result<DueList, LedgerError> {
        scratch.db().execute_batch(TABLE)?;
        let (scratch, list) = (scratch.clone(), scratch.new_number());
        Ok(DueList { scratch, list, added: 0, counts: [0; 4] })
    }

    /// How many messages there are.
    pub fn len(&self) -> usize {
        self.counts.iter().sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many messages of a kind there are.
    pub fn count(&self, kind: MessageKind) -> usize {
        self.counts[kind as usize]
    }

    /// Adds a message after all others.
    ///
    /// # Errors
    /// [`LedgerError`] if the disk fails.
    pub fn push(&mut self, due: &Due) -> Result<(), LedgerError> {
        self.push_at(OTHERS, due)
    }

    /// Adds a message: those to moderators come before all others.
    pub(crate) fn push_by_role(&mut self, due: &Due) -> Result<(), LedgerError> {
        self.push_at(if due.moderator { 0 } else { OTHERS }, due)
    }

    fn push_at(&mut self, first: i64, due: &Due) -> Result<(), LedgerError> {
        let changes: Vec<&str> = due.changes.iter().map(|change| change.word()).collect();
        let sql = format!(
            "INSERT INTO due (list, {DUE}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"
        );
        self.scratch.db().prepare_cached(&sql)?.execute(params![
            self.list,
            first + self.added,
            due.person,
            due.start,
            due.kind.name(),
            changes.join(","),
            due.moderator,
            due.again,
            due.in_doubt,
            due.was_cancelled,
            due.delivered,
            due.row.map(|row| i64::try_from(row).unwrap_or(i64::MAX)),
            due.entry
        ])?;
        self.added += 1;
        self.counts[due.kind as usize] += 1;
        Ok(())
    }

    /// All messages, in their order.
    pub fn iter(&self) -> impl Iterator<Item = Result<Due, LedgerError>> + use<> {
        self.listed(None).map(|listed| Ok(listed?.due))
    }

    /// All messages with their places, or those of one kind.
    pub fn listed(
        &self,
        kind: Option<MessageKind>,
    ) -> impl Iterator<Item = Result<Listed, LedgerError>> + use<> {
        self.which("?3 IS NULL OR kind = ?3", kind)
    }

    /// The messages that have to be checked one by one before the first is sent: all but invitations that cannot fail, see
    /// [`WantedRow::ordinary`](crate::WantedRow::ordinary).
    pub fn to_check(&self) -> impl Iterator<Item = Result<Due, LedgerError>> + use<> {
        self.which(MAY_FAIL, Some(MessageKind::Invite)).map(|listed| Ok(listed?.due))
    }

    /// How many messages [`DueList::to_check`] has.
    ///
    /// # Errors
    /// [`LedgerError`] if the disk fails.
    pub fn count_to_check(&self) -> Result<usize, LedgerError> {
        let sql =
            format!("SELECT count(*) FROM due WHERE list = ?1 AND position > ?2 AND ({MAY_FAIL})");
        let values = params![self.list, i64::MIN, MessageKind::Invite.name()];
        let count: i64 =
            self.scratch.db().prepare_cached(&sql)?.query_row(values, |row| row.get(0))?;
        Ok(usize::try_from(count).unwrap_or_default())
    }

    /// The messages of which a condition is true, in which `?3` is the name of a kind.
    fn which(
        &self,
        condition: &str,
        kind: Option<MessageKind>,
    ) -> impl Iterator<Item = Result<Listed, LedgerError>> + use<> {
        let (scratch, list) = (self.scratch.clone(), self.list);
        let sql = format!(
            "SELECT {DUE} FROM due WHERE list = ?1 AND position > ?2 AND ({condition})
             ORDER BY position LIMIT {CHUNK}"
        );
        in_chunks(move |after| {
            let db = scratch.db();
            let mut select = db.prepare_cached(&sql)?;
            let values = params![list, after, kind.map(MessageKind::name)];
            let some = select.query_map(values, |row| {
                let listed = listed(row)?;
                Ok((listed.position, listed))
            })?;
            Ok(some.collect::<Result<_, _>>()?)
        })
    }

    /// Keeps the messages that `is_kept` wants.
    ///
    /// # Errors
    /// [`LedgerError`] if the disk fails, or `is_kept`.
    pub fn retain(
        &mut self,
        mut is_kept: impl FnMut(&Due) -> Result<bool, LedgerError>,
    ) -> Result<(), LedgerError> {
        for listed in self.listed(None) {
            let listed = listed?;
            if !is_kept(&listed.due)? {
                self.remove(&listed)?;
            }
        }
        Ok(())
    }

    /// Keeps at most so many messages, from the first on.
    pub(crate) fn truncate(&mut self, most: usize) -> Result<(), LedgerError> {
        for listed in self.listed(None).skip(most) {
            self.remove(&listed?)?;
        }
        Ok(())
    }

    fn remove(&mut self, listed: &Listed) -> Result<(), LedgerError> {
        let sql = "DELETE FROM due WHERE list = ?1 AND position = ?2";
        self.scratch.db().prepare_cached(sql)?.execute([self.list, listed.position])?;
        self.counts[listed.due.kind as usize] -= 1;
        Ok(())
    }

    /// Adds all messages of another list after those of this one. At most once.
    ///
    /// # Errors
    /// [`LedgerError`] if the disk fails.
    pub fn append(&mut self, other: &DueList) -> Result<(), LedgerError> {
        self.copy(other, APPENDED)
    }

    /// An empty list in the same temporary file.
    #[must_use]
    pub fn emptied(&self) -> DueList {
        let list = self.scratch.new_number();
        DueList { scratch: self.scratch.clone(), list, added: 0, counts: [0; 4] }
    }

    /// The same list, as it is now.
    #[must_use]
    pub fn shared(&self) -> DueList {
        DueList { scratch: self.scratch.clone(), ..*self }
    }

    /// A copy of the list.
    ///
    /// # Errors
    /// [`LedgerError`] if the disk fails.
    pub fn copied(&self) -> Result<DueList, LedgerError> {
        let mut copy = DueList::new(&self.scratch)?;
        copy.copy(self, 0)?;
        copy.added = self.added;
        Ok(copy)
    }

    fn copy(&mut self, other: &DueList, offset: i64) -> Result<(), LedgerError> {
        let (first, rest) = DUE.split_at("position".len());
        let sql = format!(
            "INSERT INTO due (list, {DUE}) SELECT ?1, {first} + ?3{rest} FROM due WHERE list = ?2"
        );
        self.scratch.db().execute(&sql, [self.list, other.list, offset])?;
        for (count, more) in self.counts.iter_mut().zip(other.counts) {
            *count += more;
        }
        Ok(())
    }

    /// How many people are in any of these lists, which belong to one plan.
    ///
    /// # Errors
    /// [`LedgerError`] if the disk fails.
    pub fn people(lists: &[&DueList]) -> Result<usize, LedgerError> {
        let Some(first) = lists.first() else { return Ok(0) };
        let numbers: Vec<String> = lists.iter().map(|one| one.list.to_string()).collect();
        let sql = format!(
            "SELECT count(DISTINCT person) FROM due WHERE list IN ({})",
            numbers.join(", ")
        );
        let count: i64 = first.scratch.db().query_row(&sql, [], |row| row.get(0))?;
        Ok(usize::try_from(count).unwrap_or_default())
    }

    /// The entry and kind of each message, and whether it was tried before, once the plan is in the ledger.
    pub fn tasks(&self) -> impl Iterator<Item = Result<DueTask, LedgerError>> + use<> {
        let (scratch, list) = (self.scratch.clone(), self.list);
        let sql = format!(
            "SELECT position, coalesce(due.entry, roster_row.entry), kind, again
             FROM due LEFT JOIN roster_row ON roster_row.number = due.row
             WHERE list = ?1 AND position > ?2 ORDER BY position LIMIT {CHUNK}"
        );
        let tasks = in_chunks(move |after| {
            let db = scratch.db();
            let mut select = db.prepare_cached(&sql)?;
            let some = select.query_map([list, after], |row| {
                let entry: Option<i64> = row.get(1)?;
                let (kind, again) = (kind(row, 2)?, row.get(3)?);
                Ok((row.get(0)?, entry.map(|entry| DueTask { entry, kind, again })))
            })?;
            Ok(some.collect::<Result<_, _>>()?)
        });
        tasks.filter_map(Result::transpose)
    }
}

/// A message that is due, as a delivery needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueTask {
    /// The person's entry.
    pub entry: i64,
    /// What the message is for.
    pub kind: MessageKind,
    /// Whether the same message was tried before: if it was deferred, it waits for its time.
    pub again: bool,
}

fn listed(row: &Row<'_>) -> Result<Listed, rusqlite::Error> {
    let changes: String = row.get(4)?;
    let number: Option<i64> = row.get(10)?;
    let due = Due {
        person: row.get(1)?,
        start: row.get(2)?,
        kind: kind(row, 3)?,
        changes: changes.split(',').filter_map(Change::named).collect(),
        moderator: row.get(5)?,
        again: row.get(6)?,
        in_doubt: row.get(7)?,
        was_cancelled: row.get(8)?,
        delivered: row.get(9)?,
        row: number.and_then(|number| usize::try_from(number).ok()),
        entry: row.get(11)?,
    };
    Ok(Listed { due, position: row.get(0)? })
}

fn kind(row: &Row<'_>, column: usize) -> Result<MessageKind, rusqlite::Error> {
    let name = row.get_ref(column)?.as_str()?;
    // Only names of this version are in this table.
    MessageKind::named(name).ok_or(rusqlite::Error::InvalidQuery)
}

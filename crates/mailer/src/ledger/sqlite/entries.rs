//! The entries, with what was sent to each person.

use std::cell::OnceCell;
use std::sync::Arc;

use super::Sqlite;
use super::row::{integer, named, text};
use crate::content::MessageKind;
use crate::ledger::entry::{History, LedgerEntry};
use crate::ledger::error::LedgerError;
use crate::ledger::state::{Medium, MessageState};
use crate::outbox::{FolderFiles, file_name};
use meetmint_core::{Email, Uid};
use rayon::prelude::*;
use rusqlite::params;

/// How many files a core looks for at a time.
const FILES: usize = 64;

/// What the name of a file is made of, beside its entry.
struct WrittenFile {
    address: String,
    sequence: u32,
    kind: MessageKind,
    copy: u32,
}

impl Sqlite {
    pub(in crate::ledger) fn entries_after(
        &self,
        after: i64,
        limit: usize,
        medium: Medium,
        files: &FolderFiles,
    ) -> Result<Vec<LedgerEntry>, LedgerError> {
        let sql = "SELECT id, uid, person, room, start, end, wanted, called_off, fingerprint, digest, organizer
                   FROM entry WHERE id > ?1 ORDER BY id LIMIT ?2";
        let mut select = self.db.prepare_cached(sql)?;
        let mut rows = select.query([after, integer(limit)])?;
        let mut entries: Vec<LedgerEntry> = Vec::new();
        while let Some(row) = rows.next()? {
            // Most entries are for one room, and all of them for one organizer: these names are kept once.
            let last = entries.last();
            let room = shared(text(row, 3)?, last.map(|last| &last.room));
            let organizer = shared(text(row, 10)?, last.map(|last| &last.organizer));
            entries.push(LedgerEntry {
                id: row.get(0)?,
                uid: Uid::from_octets(row.get(1)?),
                person: text(row, 2)?.into(),
                room,
                start: row.get(4)?,
                end: row.get(5)?,
                wanted: row.get(6)?,
                called_off: row.get(7)?,
                organizer,
                fingerprint: row.get(8)?,
                snapshot: row.get::<_, i64>(9)?.cast_unsigned(),
                has_new_key: false,
                history: History::default(),
            });
        }
        self.add_histories(&mut entries, medium, files)?;
        Ok(entries)
    }

    /// Adds its messages to each entry. Entries are in the order of their ids, and none is missing between them.
    fn add_histories(
        &self,
        entries: &mut [LedgerEntry],
        medium: Medium,
        files: &FolderFiles,
    ) -> Result<(), LedgerError> {
        let (Some(first), Some(last)) = (entries.first(), entries.last()) else { return Ok(()) };
        let range = params![first.id, last.id, medium.name()];
        // A history needs an entry's messages in the order in which they were recorded. By this index, entry by entry:
        // SQLite would otherwise go through the messages of all entries, because their ids are in that order already.
        let sql = "SELECT entry, id, kind, state, fingerprint, address, sequence, copy, hash
                   FROM message INDEXED BY message_numbers
                   WHERE entry BETWEEN ?1 AND ?2 AND medium = ?3 ORDER BY entry, id";
        let mut select = self.db.prepare_cached(sql)?;
        let mut rows = select.query(range)?;
        let in_use = OnceCell::new();
        // The file of each entry's last message, if that was written to the folder.
        let mut written: Vec<Option<WrittenFile>> = Vec::new();
        written.resize_with(entries.len(), || None);
        let mut at = 0;
        while let Some(row) = rows.next()? {
            let id: i64 = row.get(0)?;
            at += entries[at..].iter().take_while(|entry| entry.id < id).count();
            let Some(entry) = entries.get_mut(at).filter(|entry| entry.id == id) else { continue };
            let kind = named(row, 2, MessageKind::named, &entry.person)?;
            let mut state = named(row, 3, MessageState::named, &entry.person)?;
            let name = || -> Result<_, LedgerError> {
                Ok(file_name_of(text(row, 5)?, entry.uid, row.get(6)?, kind, row.get(7)?))
            };
            if state == MessageState::Sending {
                // Asked after the row was read: the process may end meanwhile.
                state = if *in_use.get_or_init(|| self.is_in_use()) {
                    // It is just being delivered, so that it is not due any more.
                    medium.delivered()
                } else {
                    as_next_run_finds_it(medium, name()?, &row.get(8)?, files)
                };
            }
            entry.history.add(row.get(1)?, kind, state, row.get(4)?);
            if kind != MessageKind::Remind {
                written[at] = None;
                if state == MessageState::Written {
                    let (address, sequence) = (text(row, 5)?.to_owned(), row.get(6)?);
                    written[at] = Some(WrittenFile { address, sequence, kind, copy: row.get(7)? });
                }
            }
        }
        // On all cores: the system is asked about each file, while a core that has nothing to do reads the roster.
        let files_of = entries.par_iter_mut().zip(written).with_min_len(FILES);
        files_of.for_each(|(entry, file)| {
            if let Some(WrittenFile { address, sequence, kind, copy }) = file {
                let name = file_name_of(&address, entry.uid, sequence, kind, copy);
                entry.history.is_missing = name.is_some_and(|name| !files.exists(&name));
            }
        });
        Ok(())
    }

    pub(in crate::ledger) fn organizers(&self) -> Result<Vec<String>, LedgerError> {
        let mut select = self.db.prepare("SELECT DISTINCT organizer FROM entry")?;
        let organizers = select.query_map([], |row| row.get(0))?;
        Ok(organizers.collect::<Result<_, _>>()?)
    }
}

/// A text that is often the same as in the row before: then it is kept once.
fn shared(text: &str, last: Option<&Arc<str>>) -> Arc<str> {
    match last {
        Some(last) if **last == *text => Arc::clone(last),
        _ => text.into(),
    }
}

/// The state of a message whose process has ended without recording an outcome. Whoever only reads the ledger sees what the
/// next run will find: mail is in doubt, and of a file its octets tell whether it was written.
pub(super) fn as_next_run_finds_it(
    medium: Medium,
    name: Option<String>,
    hash: &[u8; 32],
    files: &FolderFiles,
) -> MessageState {
    match medium {
        Medium::Smtp => MessageState::InDoubt,
        Medium::Folder if name.is_some_and(|name| files.holds(&name, hash)) => {
            MessageState::Written
        }
        Medium::Folder => MessageState::Due,
    }
}

/// The name of a folder message's file. An address that this version refuses has none.
pub(super) fn file_name_of(
    address: &str,
    uid: Uid,
    sequence: u32,
    kind: MessageKind,
    copy: u32,
) -> Option<String> {
    let email = Email::parse(address).ok()?;
    Some(file_name(&email, uid, sequence, kind, copy))
}

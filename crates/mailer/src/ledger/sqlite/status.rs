//! Every person, with their messages.

use std::cell::OnceCell;

use meetmint_core::Uid;
use rusqlite::params;

use super::Sqlite;
use super::entries::{as_next_run_finds_it, file_name_of};
use super::row::{named, text};
use crate::content::MessageKind;
use crate::ledger::error::LedgerError;
use crate::ledger::state::{Medium, MessageState};
use crate::ledger::status::{MessageStatus, PersonStatus};
use crate::outbox::FolderFiles;
use crate::snapshot::Snapshot;

impl Sqlite {
    /// At most `limit` people whose entries come after one, each with the id of their entry.
    pub(in crate::ledger) fn status_after(
        &self,
        after: i64,
        limit: i64,
        medium: Medium,
        files: &FolderFiles,
    ) -> Result<Vec<(i64, PersonStatus)>, LedgerError> {
        // In the order in which people came into the ledger, which is that of the first roster.
        let sql = "SELECT (SELECT text FROM snapshot_text AS s WHERE s.id = entry.snapshot), entry.called_off OR (SELECT called_off FROM meeting), wanted, m.kind, m.state,
                       m.sequence, m.reply, m.updated, entry.id, entry.uid, m.address, m.copy, m.hash, entry.person
                   FROM (SELECT * FROM entry WHERE id > ?2 ORDER BY id LIMIT ?3) AS entry
                   LEFT JOIN message AS m ON m.entry = entry.id AND m.medium = ?1
                   ORDER BY entry.id, m.id DESC";
        let mut select = self.db.prepare_cached(sql)?;
        let mut rows = select.query(params![medium.name(), after, limit])?;
        let mut people: Vec<(i64, PersonStatus)> = Vec::new();
        // Asked anew for each few: another process may have started meanwhile.
        let in_use = OnceCell::new();
        while let Some(row) = rows.next()? {
            let entry: i64 = row.get(8)?;
            if people.last().is_none_or(|(last, _)| *last != entry) {
                let person = PersonStatus {
                    entry,
                    person: row.get(13)?,
                    snapshot: Snapshot::read(text(row, 0)?)?,
                    called_off: row.get(1)?,
                    wanted: row.get(2)?,
                    messages: Vec::new(),
                };
                people.push((entry, person));
            }
            let sequence: Option<u32> = row.get(5)?;
            let (Some(sequence), Some((_, person))) = (sequence, people.last_mut()) else {
                continue;
            };
            let email = person.snapshot.address();
            let kind = named(row, 3, MessageKind::named, email)?;
            let mut state = named(row, 4, MessageState::named, email)?;
            // Asked after the row was read: the process may end meanwhile.
            if state == MessageState::Sending && !*in_use.get_or_init(|| self.is_in_use()) {
                let uid = Uid::from_octets(row.get(9)?);
                let name = file_name_of(text(row, 10)?, uid, sequence, kind, row.get(11)?);
                state = as_next_run_finds_it(medium, name, &row.get(12)?, files);
            }
            let (reply, updated) = (row.get(6)?, row.get(7)?);
            person.messages.push(MessageStatus { kind, state, sequence, reply, updated });
        }
        Ok(people)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chunks::CHUNK;
    use crate::ledger::testing::{intent, with_entries};

    #[test]
    fn everybody_is_in_the_status_once_and_in_order_with_their_messages() {
        // More people than are read at once, and the last of one part and the first of the next have a message.
        let last = 2 * CHUNK + 1;
        with_entries(usize::try_from(last).unwrap(), |ledger| {
            let sent = [1, CHUNK, CHUNK + 1, last];
            ledger.commit(&[], &sent.map(intent), 0).unwrap();
            let files = FolderFiles::default();
            let people: Vec<PersonStatus> =
                ledger.status(Medium::Smtp, &files).map(Result::unwrap).collect();
            assert!(people.iter().map(|person| person.entry).eq(1..=last));
            let told = people.iter().filter(|person| person.messages.len() == 1);
            assert!(told.map(|person| person.entry).eq(sent));
            assert!(
                ledger.status(Medium::Folder, &files).all(|one| one.unwrap().messages.is_empty())
            );
        });
    }
}

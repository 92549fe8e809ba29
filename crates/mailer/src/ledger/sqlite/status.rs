//! Every person, with their latest message.

use super::Sqlite;
use super::row::{named, text};
use crate::content::MessageKind;
use crate::ledger::error::LedgerError;
use crate::ledger::state::{Medium, MessageState};
use crate::ledger::status::PersonStatus;
use crate::snapshot::Snapshot;

impl Sqlite {
    pub(in crate::ledger) fn status(
        &self,
        medium: Medium,
    ) -> Result<Vec<PersonStatus>, LedgerError> {
        // In the order in which people came into the ledger, which is that of the first roster.
        let sql = "SELECT entry.sheet, entry.called_off, wanted, m.kind, m.state, m.sequence, m.reply, m.updated
                   FROM entry LEFT JOIN message AS m ON m.id =
                       (SELECT max(id) FROM message WHERE entry = entry.id AND medium = ?1)
                   ORDER BY entry.id";
        let mut select = self.db.prepare(sql)?;
        let mut rows = select.query([medium.name()])?;
        let mut people = Vec::new();
        while let Some(row) = rows.next()? {
            let snapshot = Snapshot::read(text(row, 0)?)?;
            let (facts, email) = (snapshot.facts(), snapshot.address());
            let revision: Option<i64> = row.get(5)?;
            // Without any message, an invitation is due.
            let (kind, state) = match revision {
                Some(_) => (
                    named(row, 3, MessageKind::named, email)?,
                    named(row, 4, MessageState::named, email)?,
                ),
                None => (MessageKind::Invite, MessageState::Due),
            };
            people.push(PersonStatus {
                email: email.to_owned(),
                name: facts.name().to_owned(),
                room: facts.room().to_owned(),
                start: facts.start(),
                kind,
                state,
                called_off: row.get(1)?,
                wanted: row.get(2)?,
                revision,
                reply: row.get(6)?,
                updated: row.get(7)?,
            });
        }
        Ok(people)
    }
}

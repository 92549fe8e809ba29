//! Whether the meeting is called off, for everyone or for one person.

use rusqlite::params;

use super::Sqlite;
use crate::ledger::error::LedgerError;

impl Sqlite {
    pub(in crate::ledger) fn is_called_off(&self) -> Result<bool, LedgerError> {
        Ok(self.db.query_row("SELECT called_off FROM meeting", [], |row| row.get(0))?)
    }

    pub(in crate::ledger) fn people_called_off(&self) -> Result<Vec<String>, LedgerError> {
        // In the order in which they came into the ledger.
        let sql = "SELECT person FROM entry WHERE called_off GROUP BY person ORDER BY min(id)";
        let mut select = self.db.prepare(sql)?;
        let people = select.query_map([], |row| row.get(0))?;
        Ok(people.collect::<Result<_, _>>()?)
    }

    pub(in crate::ledger) fn call_off(
        &mut self,
        people: Option<&[String]>,
        off: bool,
    ) -> Result<(), LedgerError> {
        // One transaction: if it is called off for several people, none of them must be left out.
        let transaction = self.db.transaction()?;
        match people {
            None => {
                transaction.execute("UPDATE meeting SET called_off = ?1", [off])?;
            }
            Some(people) => {
                // There is no index of people. Few are called off one by one, so that reading all entries for each of
                // them costs less than an index would with every row of a roster.
                let sql = "UPDATE entry SET called_off = ?1 WHERE person = ?2";
                let mut update = transaction.prepare(sql)?;
                for person in people {
                    update.execute(params![off, person])?;
                }
            }
        }
        transaction.commit()?;
        Ok(())
    }

    pub(in crate::ledger) fn knows(&self, person: &str) -> Result<bool, LedgerError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM entry WHERE person = ?1)";
        Ok(self.db.query_row(sql, [person], |row| row.get(0))?)
    }
}

//! Whether the meeting is called off, for everyone or for one person.

use std::collections::HashSet;

use meetmint_core::{address_in_key, family_key};
use rusqlite::params;

use super::Sqlite;
use crate::ledger::error::LedgerError;

/// Whether an entry's person has the address `?1`. In a family, the key goes on after `?2`.
pub(super) const OF_ADDRESS: &str = "(person = ?1 OR substr(person, 1, length(?2)) = ?2)";

impl Sqlite {
    pub(in crate::ledger) fn is_called_off(&self) -> Result<bool, LedgerError> {
        Ok(self.db.query_row("SELECT called_off FROM meeting", [], |row| row.get(0))?)
    }

    pub(in crate::ledger) fn people_called_off(&self) -> Result<Vec<String>, LedgerError> {
        // In the order in which they came into the ledger.
        let sql = "SELECT person FROM entry WHERE called_off GROUP BY person ORDER BY min(id)";
        let mut select = self.db.prepare(sql)?;
        let (mut addresses, mut known) = (Vec::new(), HashSet::new());
        for person in select.query_map([], |row| row.get::<_, String>(0))? {
            let address = address_in_key(&person?).to_owned();
            if known.insert(address.clone()) {
                addresses.push(address);
            }
        }
        Ok(addresses)
    }

    pub(in crate::ledger) fn is_called_off_for(&self, address: &str) -> Result<bool, LedgerError> {
        // For each person with this address: somebody who came later may have no mark.
        let sql = format!(
            "SELECT coalesce(min(marked), 0) FROM
             (SELECT max(called_off) AS marked FROM entry WHERE {OF_ADDRESS} GROUP BY person)"
        );
        let family = family_key(address, "");
        Ok(self.db.query_row(&sql, params![address, family], |row| row.get(0))?)
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
                let sql = format!("UPDATE entry SET called_off = ?3 WHERE {OF_ADDRESS}");
                let mut update = transaction.prepare(&sql)?;
                for address in people {
                    update.execute(params![address, family_key(address, ""), off])?;
                }
            }
        }
        transaction.commit()?;
        Ok(())
    }

    pub(in crate::ledger) fn knows(&self, address: &str) -> Result<bool, LedgerError> {
        let sql = format!("SELECT EXISTS (SELECT 1 FROM entry WHERE {OF_ADDRESS})");
        let family = family_key(address, "");
        Ok(self.db.query_row(&sql, params![address, family], |row| row.get(0))?)
    }
}

//! People who are chosen, on disk: a role may be that of a million people.

use crate::ledger::LedgerError;
use crate::scratch::Scratch;

/// Adds the key of a person.
pub type AddPerson<'a> = dyn FnMut(&str) -> Result<(), LedgerError> + Send + 'a;

/// The keys of some people.
#[derive(Debug)]
pub struct PeopleSet {
    scratch: Scratch,
}

impl PeopleSet {
    /// A set of those whom `add_all` adds, in any order.
    ///
    /// # Errors
    /// Those of `add_all`, and [`LedgerError`] if the disk fails.
    pub fn new<E: From<LedgerError>>(
        add_all: impl FnOnce(&mut AddPerson<'_>) -> Result<(), E>,
    ) -> Result<PeopleSet, E> {
        let scratch = Scratch::new("CREATE TABLE person (key TEXT NOT NULL)")?;
        add_all(&mut |key| {
            let db = scratch.db();
            db.prepare_cached("INSERT INTO person (key) VALUES (?1)")?.execute([key])?;
            Ok(())
        })?;
        // At the end: keys come in the order of the roster, and are sorted at once with less reading and writing.
        let index = "CREATE INDEX person_of_key ON person (key)";
        scratch.db().execute_batch(index).map_err(LedgerError::from)?;
        Ok(PeopleSet { scratch })
    }

    /// Whether somebody is in the set.
    ///
    /// # Errors
    /// [`LedgerError`] if the disk fails.
    pub fn contains(&self, key: &str) -> Result<bool, LedgerError> {
        let db = self.scratch.db();
        let mut select =
            db.prepare_cached("SELECT EXISTS (SELECT 1 FROM person WHERE key = ?1)")?;
        Ok(select.query_row([key], |row| row.get(0))?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_knows_who_was_added() {
        let set = PeopleSet::new(|add| {
            // Somebody at two meetings is added twice.
            for key in ["ada@example.org", "max@example.org", "ada@example.org"] {
                add(key)?;
            }
            Ok::<(), LedgerError>(())
        });
        let set = set.unwrap();
        assert!(
            set.contains("ada@example.org").unwrap() && set.contains("max@example.org").unwrap()
        );
        assert!(!set.contains("nia@example.org").unwrap());
        let failed = PeopleSet::new(|_| Err(LedgerError::from(rusqlite::Error::InvalidQuery)));
        assert!(failed.is_err());
    }
}

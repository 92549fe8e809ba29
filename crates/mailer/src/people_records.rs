//! What a report says about people, on disk: there may be a million of them.

use rusqlite::params;

use crate::chunks::{CHUNK, in_chunks};
use crate::ledger::LedgerError;
use crate::scratch::Scratch;

const TABLE: &str = "
CREATE TABLE record (
    number INTEGER PRIMARY KEY,
    address TEXT NOT NULL,
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    shares_address INTEGER NOT NULL DEFAULT 0
)";

/// Where the records begin that come after all others.
const LATER: i64 = 1 << 40;

/// What a report says about people, in its order. The texts are the caller's.
#[derive(Debug)]
pub struct PeopleRecords {
    scratch: Scratch,
    added: i64,
}

/// What a report says about a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonRecord {
    /// The caller's text.
    pub text: String,
    /// Whether a person with another name has the same address. Known after [`PeopleRecords::note_shared_addresses`].
    pub shares_address: bool,
}

impl PeopleRecords {
    /// No records yet.
    ///
    /// # Errors
    /// [`LedgerError`] if the system has no temporary files.
    pub fn new() -> Result<PeopleRecords, LedgerError> {
        Ok(PeopleRecords { scratch: Scratch::new(TABLE)?, added: 0 })
    }

    /// Adds a person, before those of [`push_later`](PeopleRecords::push_later).
    ///
    /// # Errors
    /// [`LedgerError`] if the disk fails.
    pub fn push(&mut self, address: &str, name: &str, text: &str) -> Result<(), LedgerError> {
        self.push_at(0, address, name, text)
    }

    /// Adds a person after all others.
    ///
    /// # Errors
    /// [`LedgerError`] if the disk fails.
    pub fn push_later(&mut self, address: &str, name: &str, text: &str) -> Result<(), LedgerError> {
        self.push_at(LATER, address, name, text)
    }

    fn push_at(
        &mut self,
        first: i64,
        address: &str,
        name: &str,
        text: &str,
    ) -> Result<(), LedgerError> {
        let sql = "INSERT INTO record (number, address, name, text) VALUES (?1, ?2, ?3, ?4)";
        let address = address.to_lowercase();
        let values = params![first + self.added, address, name, text];
        self.scratch.db().prepare_cached(sql)?.execute(values)?;
        self.added += 1;
        Ok(())
    }

    /// Notes who has the same address as a person with another name.
    ///
    /// # Errors
    /// [`LedgerError`] if the disk fails.
    pub fn note_shared_addresses(&mut self) -> Result<(), LedgerError> {
        let sql = "UPDATE record SET shares_address = 1 WHERE address IN
                   (SELECT address FROM record GROUP BY address HAVING min(name) <> max(name))";
        self.scratch.db().execute(sql, [])?;
        Ok(())
    }

    /// All records, in their order.
    pub fn iter(&self) -> impl Iterator<Item = Result<PersonRecord, LedgerError>> + use<> {
        let sql = format!(
            "SELECT number, text, shares_address FROM record WHERE number > ?1 ORDER BY number LIMIT {CHUNK}"
        );
        let scratch = self.scratch.clone();
        in_chunks(move |after| {
            let db = scratch.db();
            let mut select = db.prepare_cached(&sql)?;
            let some = select.query_map([after], |row| {
                let record = PersonRecord { text: row.get(1)?, shares_address: row.get(2)? };
                Ok((row.get(0)?, record))
            })?;
            Ok(some.collect::<Result<_, _>>()?)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_keep_their_order_and_know_who_shares_an_address() {
        let mut records = PeopleRecords::new().unwrap();
        records.push_later("NEW@example.org", "Nia", "new").unwrap();
        // More than are read at once.
        for number in 0..2 * CHUNK {
            records.push(&format!("{number}@example.org"), "Ada", &number.to_string()).unwrap();
        }
        records.push("new@example.org", "Max", "known").unwrap();
        // One person at two meetings shares the address with nobody.
        records.push("0@example.org", "Ada", "again").unwrap();
        records.note_shared_addresses().unwrap();
        let all: Vec<PersonRecord> = records.iter().map(Result::unwrap).collect();
        let mut texts: Vec<String> = (0..2 * CHUNK).map(|number| number.to_string()).collect();
        texts.extend(["known", "again", "new"].map(str::to_owned));
        assert!(all.iter().map(|record| &record.text).eq(&texts));
        let shared = all.iter().filter(|record| record.shares_address);
        assert!(shared.map(|record| record.text.as_str()).eq(["known", "new"]));
    }
}

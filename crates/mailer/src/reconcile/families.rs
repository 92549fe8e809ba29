//! People in a ledger or a roster of families, before or after it became one.

use meetmint_core::{address_in_key, family_key, name_in_key};
use rusqlite::params;

use super::store::Store;
use crate::chunks::{CHUNK, in_chunks};
use crate::ledger::LedgerError;

/// A table whose people need a full key.
struct Table {
    name: &'static str,
    key: &'static str,
    other: &'static str,
}

const ROWS: Table = Table { name: "roster_row", key: "number", other: "entry" };
const ENTRIES: Table = Table { name: "known_entry", key: "id", other: "row" };

/// Notes address and name of the rows and entries that are left when all others have been matched: both in lower case,
/// because a name in capitals is the same name. `name_of_row` and `name_of_entry` look up the names of people whose key is
/// the address alone, because the roster was no roster of families when they were invited, or is none any more.
pub(super) fn note_full_keys(
    store: &Store,
    name_of_row: impl Fn(usize) -> Result<Option<String>, LedgerError>,
    name_of_entry: impl Fn(i64) -> Result<String, LedgerError>,
    is_bad: impl Fn(&str) -> bool,
) -> Result<(), LedgerError> {
    let row = |number: i64| name_of_row(usize::try_from(number).unwrap_or(usize::MAX));
    note(store, &ROWS, row, |_| false)?;
    note(store, &ENTRIES, |id| name_of_entry(id).map(Some), is_bad)
}

fn note(
    store: &Store,
    table: &Table,
    name_of: impl Fn(i64) -> Result<Option<String>, LedgerError>,
    is_bad: impl Fn(&str) -> bool,
) -> Result<(), LedgerError> {
    let Table { name: table_name, key, other } = table;
    let select = format!(
        "SELECT {key}, person FROM {table_name} WHERE {key} > ?1 AND {other} IS NULL ORDER BY {key} LIMIT {CHUNK}"
    );
    let people = in_chunks(|after| {
        let db = store.scratch.db();
        let mut select = db.prepare_cached(&select)?;
        let people = select.query_map([after], |row| {
            let key: i64 = row.get(0)?;
            Ok((key, (key, row.get::<_, String>(1)?)))
        })?;
        Ok::<_, LedgerError>(people.collect::<Result<_, _>>()?)
    });
    for one in people {
        let (number, person) = one?;
        let full = match name_in_key(&person) {
            Some(_) => person.clone(),
            None => match name_of(number)? {
                Some(name) => family_key(&person, &name),
                None => person.clone(),
            },
        };
        let address = address_in_key(&person);
        let update =
            format!("UPDATE {table_name} SET name_key = ?2, address = ?3 WHERE {key} = ?1");
        let db = store.scratch.db();
        db.prepare_cached(&update)?.execute(params![number, full.to_lowercase(), address])?;
        if is_bad(address) {
            db.execute("UPDATE known_entry SET is_known = 0 WHERE id = ?1", [number])?;
        }
    }
    Ok(())
}

//! People in a ledger or a roster of families, before or after it became one.

use std::collections::HashMap;

use meetmint_core::{family_key, name_in_key};

use crate::ledger::{Ledger, LedgerEntry, LedgerError, WantedRow};

/// Address and name of people whose key is the address alone, because the roster was no roster of families when they were
/// invited, or is none any more. By the index of the row or entry.
#[derive(Debug, Default)]
pub(super) struct FullKeys {
    rows: HashMap<usize, String>,
    entries: HashMap<usize, String>,
}

impl FullKeys {
    /// Looks up the names of these rows and entries: those that are left when all others have been matched.
    pub(super) fn read<'a>(
        ledger: &Ledger,
        rows: impl Iterator<Item = (usize, &'a WantedRow)>,
        entries: impl Iterator<Item = (usize, &'a LedgerEntry)>,
    ) -> Result<FullKeys, LedgerError> {
        let mut keys = FullKeys::default();
        for (at, row) in rows.filter(|(_, row)| name_in_key(&row.person).is_none()) {
            // A row that equals an entry has no temporary row, and is not among those that are left.
            if let Some(snapshot) = ledger.temporary_row(at)? {
                keys.rows.insert(at, family_key(&row.person, snapshot.facts().name()));
            }
        }
        for (at, entry) in entries.filter(|(_, entry)| name_in_key(&entry.person).is_none()) {
            let snapshot = ledger.snapshot_of_entry(entry.id)?;
            keys.entries.insert(at, family_key(&entry.person, snapshot.facts().name()));
        }
        Ok(keys)
    }

    /// Address and name of a row, in lower case: a name in capitals is the same name.
    pub(super) fn of_row(&self, at: usize, row: &WantedRow) -> String {
        self.rows.get(&at).map_or(&*row.person, String::as_str).to_lowercase()
    }

    /// Address and name of an entry, in lower case.
    pub(super) fn of_entry(&self, at: usize, entry: &LedgerEntry) -> String {
        self.entries.get(&at).map_or(&*entry.person, String::as_str).to_lowercase()
    }
}

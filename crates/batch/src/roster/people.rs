//! The people of one row: usually one, and one for each guardian if the roster has several columns of addresses.

use std::iter::{Chain, Once, once};
use std::vec::IntoIter;

use meetmint_core::{DisplayName, one_line};

use super::address::{CellAddress, read_address};
use super::cells::Cells;
use super::entry::RosterEntry;
use super::field::Field;
use super::person;
use crate::problem::Problem;

/// The people of one row.
#[derive(Debug)]
pub(crate) struct People {
    first: RosterEntry,
    // Empty, and so without an allocation, for nearly every row.
    further: Vec<RosterEntry>,
}

impl People {
    pub(super) fn new(first: RosterEntry, further: Vec<RosterEntry>) -> People {
        People { first, further }
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut RosterEntry> {
        once(&mut self.first).chain(&mut self.further)
    }
}

impl IntoIterator for People {
    type Item = RosterEntry;
    type IntoIter = Chain<Once<RosterEntry>, IntoIter<RosterEntry>>;

    fn into_iter(self) -> Self::IntoIter {
        once(self.first).chain(self.further)
    }
}

/// The addresses of a row: the first one, and further ones in further columns. An address in two columns counts once.
/// Problems are as in [`person::email`], each with its own column.
pub(super) fn emails(
    cells: Cells<'_, '_>,
    is_needed: bool,
    name: Option<&DisplayName>,
    problems: &mut Vec<Problem>,
) -> (Option<CellAddress>, Vec<CellAddress>) {
    let columns = cells.columns.of(Field::Email);
    let mut filled = columns
        .iter()
        .map(|at| cells.of_email_column(*at))
        .filter(|cells| cells.get(Field::Email).is_some())
        .filter_map(|cells| person::email(cells, is_needed, name, problems));
    // With one column, or with no cell filled, this also says that there is no address.
    if columns.len() < 2 || cells.get(Field::Email).is_none() {
        drop(filled);
        return (person::email(cells, is_needed, name, problems), Vec::new());
    }
    let first = filled.next();
    let mut further: Vec<CellAddress> = Vec::new();
    for found in filled {
        let key = found.email.key();
        let is_known = first.iter().chain(&further).any(|known| known.email.key() == key);
        if !is_known {
            further.push(found);
        }
    }
    (first, further)
}

/// Somebody in a row with a problem, as far as it can be read.
#[derive(Debug)]
pub(crate) struct BadPerson {
    /// The address in lower case; `None` if it cannot be read.
    pub(crate) address: Option<String>,
    /// The name, if there is one.
    pub(crate) name: Option<DisplayName>,
    /// Whether the row has an id of its own.
    pub(crate) has_own_id: bool,
}

/// Who a row with a problem is about: somebody for each filled cell of an address, or somebody without a readable
/// address.
pub(super) fn bad_people(cells: Cells<'_, '_>) -> Vec<BadPerson> {
    let name = person::name(cells, &mut Vec::new()).map(|(name, _)| name);
    let has_own_id = cells.get(Field::Id).and_then(|cell| one_line(cell, 1)).is_some();
    let person = |address| BadPerson { address, name: name.clone(), has_own_id };
    let columns = cells.columns.of(Field::Email).iter();
    let filled = columns.filter_map(|at| cells.of_email_column(*at).get(Field::Email));
    let people: Vec<BadPerson> = filled
        .map(|cell| person(read_address(cell).ok().map(|found| found.email.key().into_owned())))
        .collect();
    if people.is_empty() { vec![person(None)] } else { people }
}

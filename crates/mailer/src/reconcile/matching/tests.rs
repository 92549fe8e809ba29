use std::sync::Arc;

use meetmint_core::family_key;

use super::*;
use crate::ledger::testing::{entry, row};
use crate::ledger::{LedgerEntry, WantedRow};
use crate::reconcile::families::note_full_keys;

/// The index of each row's entry. What starts below zero is over. If there is a name, it is that of whoever has none in
/// their key; `bad` says that all addresses have bad rows.
fn matched(
    entries: &[LedgerEntry],
    rows: &[WantedRow],
    name: Option<&str>,
    bad: bool,
) -> Vec<Option<i64>> {
    let store = Store::new().unwrap();
    for (number, row) in rows.iter().enumerate() {
        store.add_row(number, row, row.start < 0, None).unwrap();
    }
    for entry in entries {
        store.add_entry(entry, true, name.is_none() || entry.start >= 0, None).unwrap();
    }
    let mut matching = Matching::new(&store, rows.len(), entries.len());
    matching.by_person().unwrap();
    if let Some(name) = name.filter(|_| !matching.is_complete()) {
        let name_of_row = |_| Ok(Some(name.to_owned()));
        note_full_keys(&store, name_of_row, |_| Ok(name.to_owned()), |_| bad).unwrap();
        matching.by_name_and_address().unwrap();
    }
    let pairs = store.pairs().map(|pair| pair.unwrap().entry.map(|entry| entry.id - 1));
    pairs.collect()
}

/// Rows and entries are all of one person: each is a room and a start.
#[test]
fn rows_and_entries_match_in_four_passes() {
    #[track_caller]
    fn case(entries: &[(&str, i64)], rows: &[(&str, i64)], expected: &[Option<i64>]) {
        let entries: Vec<LedgerEntry> =
            (1..).zip(entries).map(|(id, (room, start))| entry(id, room, *start)).collect();
        let rows: Vec<WantedRow> = rows
            .iter()
            .map(|(room, start)| WantedRow { room: (*room).into(), start: *start, ..row(1) })
            .collect();
        assert_eq!(matched(&entries, &rows, None, false), expected);
    }

    case(&[("a", 1), ("a", 2)], &[("a", 2), ("a", 1)], &[Some(1), Some(0)]);
    // Another start in the same room; another room at the same start; both.
    case(&[("a", 1)], &[("a", 2)], &[Some(0)]);
    case(&[("a", 1), ("a", 2)], &[("b", 2), ("a", 1)], &[Some(1), Some(0)]);
    case(&[("a", 1)], &[("b", 2)], &[Some(0)]);
    // Two that may have moved to the same place: it is unknown which of them did.
    case(&[("a", 1)], &[("a", 2), ("a", 3)], &[None, None]);
    case(&[("a", 1), ("a", 2)], &[("a", 3)], &[None]);
    // The one that is left over once the others are found has moved.
    case(&[("a", 1), ("a", 2)], &[("a", 1), ("b", 9)], &[Some(0), Some(1)]);
    case(&[], &[("a", 1)], &[None]);
    // A row that is over takes what is left: it neither hides the move of another row, nor does it take its entry.
    case(&[("a", 2)], &[("a", -1), ("a", 3)], &[None, Some(0)]);
    case(&[("a", 1), ("a", 2)], &[("a", 1), ("a", -2)], &[Some(0), Some(1)]);
}

/// All rows and entries are of one address: each is a name, a room and a start. Without a name, the key is the address;
/// the name in an entry's snapshot is then `A`, and that of a row as well.
#[test]
fn members_of_a_family_match_by_name_and_then_by_address() {
    type Member = (&'static str, &'static str, i64);

    fn person(name: &str) -> Arc<str> {
        let address = "m@example.org";
        if name.is_empty() { address.into() } else { family_key(address, name).into() }
    }

    #[track_caller]
    fn case(bad: bool, entries: &[Member], rows: &[Member], expected: &[Option<i64>]) {
        let of_entry = |(id, (name, room, start)): (i64, &Member)| {
            let wanted = !name.starts_with('-');
            let person = person(name.trim_start_matches('-'));
            LedgerEntry { person, wanted, ..entry(id, room, *start) }
        };
        let entries: Vec<LedgerEntry> = (1..).zip(entries).map(of_entry).collect();
        let of_row = |(name, room, start): &Member| {
            let (person, room, start) = (person(name), (*room).into(), *start);
            WantedRow { person, room, start, ..row(1) }
        };
        let rows: Vec<WantedRow> = rows.iter().map(of_row).collect();
        assert_eq!(matched(&entries, &rows, Some("A"), bad), expected);
    }

    let same = |entries: &[Member], rows: &[Member], expected: &[Option<i64>]| {
        case(false, entries, rows, expected);
    };
    same(&[("A", "r", 1), ("B", "r", 1)], &[("B", "r", 1), ("A", "r", 1)], &[Some(1), Some(0)]);
    // Both were moved, in place.
    same(&[("A", "r", 1), ("B", "r", 1)], &[("B", "r", 2), ("A", "r", 2)], &[Some(1), Some(0)]);
    // Invited before the roster was one of families, whether or not the meeting is over; and the other way round.
    same(&[("", "r", 1)], &[("B", "r", 1), ("A", "r", 1)], &[None, Some(0)]);
    same(&[("", "r", -1)], &[("B", "r", -1), ("A", "r", -1)], &[None, Some(0)]);
    same(&[("", "r", 1)], &[("B", "r", 2), ("A", "r", 2)], &[None, Some(0)]);
    same(&[("A", "r", 1), ("B", "r", 1)], &[("", "r", 1)], &[Some(0)]);
    // Another spelling is the same name.
    same(&[("a", "r", 1), ("B", "r", 1)], &[("b", "r", 1), ("A", "r", 1)], &[Some(1), Some(0)]);
    // A corrected name: one row and one entry are left. Of two it is unknown which of them was corrected.
    same(&[("A", "r", 1), ("B", "r", 1)], &[("A", "r", 1), ("C", "r", 1)], &[Some(0), Some(1)]);
    same(&[("B", "r", 1)], &[("C", "s", 2)], &[Some(0)]);
    same(&[("B", "r", 1), ("C", "r", 1)], &[("D", "r", 1)], &[None]);
    same(&[("B", "r", 1)], &[("C", "r", 1), ("D", "r", 1)], &[None, None]);
    // In two rooms, each is corrected where it is.
    same(&[("B", "r", 1), ("B", "s", 1)], &[("C", "s", 1), ("C", "r", 1)], &[Some(1), Some(0)]);
    // Somebody who comes back is the same person, and nobody else who was removed in the meantime.
    same(&[("B", "r", 1), ("-C", "r", 1)], &[("C", "r", 1)], &[Some(1)]);
    // A bad row may be the one of the entry that is left.
    case(true, &[("B", "r", 1)], &[("C", "r", 1)], &[None]);
    case(true, &[("", "r", 1)], &[("A", "r", 1)], &[Some(0)]);
}

/// Otherwise, the ledger would keep the old key of somebody for whom nothing else changes.
#[test]
fn an_entry_under_another_key_does_not_equal_its_row() {
    let row = row(1);
    let mut entry = entry(1, &row.room, row.start);
    assert!(entry.equals(&row));
    entry.has_new_key = true;
    assert!(!entry.equals(&row));
}

//! Rows about the same person at the same meeting.
//!
//! Half of a long list may be repeated, so little is kept of each row: [`groups`] decides by hashes which rows count. Only
//! of those that are shown, a further reading gets the texts.

mod groups;
mod words;

use std::collections::{BTreeSet, HashMap};

use meetmint_core::address_in_key;

use super::answer_time::AnswerTime;
use super::key_hash::{hash, identity, key_hash};
use super::reading::read_rows;
use super::result::{Repetition, Survey};
use crate::roster::rows::Row;
use crate::roster::{NameSource, Roster, RosterEntry, RowReader};
use groups::{Groups, HashedRow, Shown};
use words::contradiction;

/// A row that is shown, or with which one that is shown is compared.
struct RepeatedRow {
    line: u64,
    /// The person's address, or their name.
    person: String,
    name: String,
    /// Whether the name is not just a part of the address.
    has_name: bool,
    role: usize,
    /// When the row was written, in a roster that says so.
    time: Option<String>,
}

impl RepeatedRow {
    fn agrees(&self, other: &RepeatedRow) -> bool {
        self.has_same_name(other) && self.role == other.role
    }

    /// Whether the names agree. Those that are from two spellings of one address say the same.
    fn has_same_name(&self, other: &RepeatedRow) -> bool {
        self.name == other.name || !self.has_name && !other.has_name
    }
}

/// Reads the rows with repeated hashes again: which repeat another row, which contradict one, and which are
/// about different people of the same name. `repeated` is sorted.
pub(super) fn resolve(roster: &Roster, repeated: &[u64], survey: &mut Survey) {
    let now = survey.now();
    let reader = roster.row_reader();
    let mut groups = Groups::new(repeated.len(), roster.duplicates(), survey);
    let hashed = |number: u64, entry: &RosterEntry| {
        let meeting = roster.meeting_of(entry);
        let group = repeated.binary_search(&key_hash(entry, meeting)).ok()?;
        let person = identity(&entry.attendee);
        let key = format!("{person}\0{}\0{}", meeting.room.node(), meeting.start);
        Some(HashedRow {
            group,
            key: hash(&key),
            number,
            name: hash(entry.attendee.name.as_str()),
            has_name: entry.name_source != NameSource::Address,
            has_email: entry.attendee.email.is_some(),
            role: entry.role,
            is_over: meeting.end <= now,
            person: address_in_key(&person).to_owned(),
        })
    };
    let read = read_people(
        roster,
        &reader,
        |_, number, entry| hashed(number, entry),
        |row| {
            groups.add(&row, survey);
        },
    );
    if let Err(problem) = read {
        survey.add_problem(problem);
    }
    let (contradictions, repetitions) = groups.shown();
    show(roster, &reader, &contradictions, &repetitions, survey);
    survey.sort_rows();
}

/// Adds the problems and the repetitions that are shown.
fn show(
    roster: &Roster,
    reader: &RowReader<'_>,
    contradictions: &[Shown],
    repetitions: &[Shown],
    survey: &mut Survey,
) {
    if contradictions.is_empty() && repetitions.is_empty() {
        return;
    }
    let time = AnswerTime::of(roster);
    let both = contradictions.iter().chain(repetitions);
    let wanted: BTreeSet<u64> = both.flat_map(|shown| [shown.counts, shown.number]).collect();
    let of_person = |row: Row<'_>, number: u64, entry: &RosterEntry| {
        let shown = || RepeatedRow {
            line: row.line(),
            person: address_in_key(&identity(&entry.attendee)).to_owned(),
            role: entry.role,
            name: entry.attendee.name.as_str().to_owned(),
            has_name: entry.name_source != NameSource::Address,
            time: time.in_row(row),
        };
        wanted.contains(&number).then(|| (number, shown()))
    };
    let mut rows = HashMap::new();
    let found = |(number, row)| {
        rows.insert(number, row);
    };
    if let Err(problem) = read_people(roster, reader, of_person, found) {
        survey.add_problem(problem);
    }
    let pair = |shown: &Shown| Some((rows.get(&shown.counts)?, rows.get(&shown.number)?));
    for shown in contradictions {
        match pair(shown) {
            Some((counts, row)) => survey.add_problem(contradiction(roster, counts, row)),
            // The file has changed meanwhile, which was reported.
            None => survey.add_further_problems(1),
        }
    }
    for (counts, row) in repetitions.iter().filter_map(pair) {
        survey.show_repetition(Repetition {
            person: row.person.clone(),
            counts: counts.line,
            line: row.line,
            agrees: counts.agrees(row),
        });
    }
}

/// Calls `work` on all cores with each person, their number and their row, and `take` with what it returns, in order.
fn read_people<T: Send>(
    roster: &Roster,
    reader: &RowReader<'_>,
    work: impl Fn(Row<'_>, u64, &RosterEntry) -> Option<T> + Sync,
    take: impl FnMut(T) + Send,
) -> Result<(), crate::problem::Problem> {
    let of_row = |row: Row<'_>| -> Vec<T> {
        // Problems were collected at the first reading.
        let people = reader.people(row, &mut Vec::new()).into_iter().flatten();
        let numbered = (reader.number(row)..).zip(people);
        numbered.filter_map(|(number, entry)| work(row, number, &entry)).collect()
    };
    let find = |rows: &mut dyn Iterator<Item = Row<'_>>| rows.flat_map(of_row).collect::<Vec<_>>();
    let mut take = take;
    read_rows(roster, find, |found| found.into_iter().for_each(&mut take))
}

#[cfg(test)]
mod tests;

//! Rows about the same person at the same meeting.

use std::collections::{HashMap, HashSet};

use meetmint_core::address_in_key;

use super::answer_time::AnswerTime;
use super::key_hash::{identity, key_hash};
use super::reading::read_rows;
use super::result::{Repetition, Survey};
use crate::problem::Problem;
use crate::roster::rows::Row;
use crate::roster::{Duplicates, NameSource, Roster, RosterEntry};

/// A person whose hash occurs more than once.
struct RepeatedRow {
    number: u64,
    line: u64,
    /// Person, room and start, separated by NUL, which none of them holds.
    key: String,
    has_email: bool,
    name: String,
    /// Whether the name is not just a part of the address.
    has_name: bool,
    role: usize,
    over: bool,
    /// When the row was written, in a roster that says so.
    time: Option<String>,
}

impl RepeatedRow {
    /// The role under which the first reading counted the row; none if its meeting is over.
    fn counted_role(&self) -> Option<usize> {
        (!self.over).then_some(self.role)
    }

    fn agrees(&self, other: &RepeatedRow) -> bool {
        self.has_same_name(other) && self.role == other.role
    }

    /// Whether the names agree. Those that are from two spellings of one address say the same.
    fn has_same_name(&self, other: &RepeatedRow) -> bool {
        self.name == other.name || !self.has_name && !other.has_name
    }

    /// The person's address, or their name.
    fn person(&self) -> &str {
        address_in_key(self.key.split('\0').next().unwrap_or_default())
    }
}

/// Reads the rows with repeated hashes again: which repeat another row, which contradict one, and which are
/// about different people of the same name.
pub(super) fn resolve(roster: &Roster, repeated: &HashSet<u64>, survey: &mut Survey) {
    let now = survey.now();
    let reader = roster.row_reader();
    let time = AnswerTime::of(roster);
    let of_row = |row: Row<'_>| -> Vec<RepeatedRow> {
        // Problems were collected at the first reading.
        let people = reader.people(row, &mut Vec::new()).into_iter().flatten();
        let numbered = (reader.number(row)..).zip(people);
        let of_person = |(number, entry): (u64, RosterEntry)| {
            let meeting = roster.meeting_of(&entry);
            repeated.contains(&key_hash(&entry, meeting)).then(|| RepeatedRow {
                number,
                line: row.line(),
                key: key(&entry, roster),
                has_email: entry.attendee.email.is_some(),
                role: entry.role,
                over: meeting.end <= now,
                name: entry.attendee.name.as_str().to_owned(),
                has_name: entry.name_source != NameSource::Address,
                time: time.in_row(row),
            })
        };
        numbered.filter_map(of_person).collect()
    };
    let mut all = Vec::new();
    let find = |rows: &mut dyn Iterator<Item = Row<'_>>| rows.flat_map(of_row).collect::<Vec<_>>();
    if let Err(problem) = read_rows(roster, find, |rows| all.extend(rows)) {
        survey.add_problem(problem);
    }
    // By key, so that different people whose hashes are equal by chance stay apart; and in the order of the file.
    let mut positions: HashMap<String, usize> = HashMap::new();
    let mut groups: Vec<Vec<RepeatedRow>> = Vec::new();
    for row in all {
        match positions.get(&row.key) {
            Some(at) => groups[*at].push(row),
            None => {
                positions.insert(row.key.clone(), groups.len());
                groups.push(vec![row]);
            }
        }
    }
    for rows in &groups {
        resolve_group(roster, rows, survey);
    }
    survey.sort_rows();
}

/// Decides about the rows of one person at one meeting, in the order of the file.
fn resolve_group(roster: &Roster, rows: &[RepeatedRow], survey: &mut Survey) {
    let [first, .., last] = rows else { return };
    // Without an address, equal names are separate people.
    if !first.has_email {
        for (count, row) in (1..).zip(rows).skip(1) {
            survey.add_namesake(row.number, count);
        }
        return;
    }
    let counts = if roster.duplicates() == Duplicates::Last { last } else { first };
    let mut is_contradicted = false;
    for row in rows.iter().filter(|row| row.number != counts.number) {
        // The other cells, such as the language, may differ: those of the row that counts are used.
        let agrees = counts.agrees(row);
        if agrees || roster.duplicates() != Duplicates::Refuse {
            survey.add_repetition(row.number, row.counted_role(), || Repetition {
                person: row.person().to_owned(),
                counts: counts.line,
                line: row.line,
                agrees,
            });
        } else {
            survey.add_problem(contradiction(roster, counts, row));
            // Nobody can know which of the rows is right, so the first one is as bad as the others.
            if !is_contradicted {
                is_contradicted = true;
                survey.add_bad_row(counts.number, counts.counted_role(), counts.person());
            }
            survey.add_bad_row(row.number, row.counted_role(), row.person());
        }
    }
}

fn key(entry: &RosterEntry, roster: &Roster) -> String {
    let meeting = roster.meeting_of(entry);
    format!("{}\0{}\0{}", identity(&entry.attendee), meeting.room.node(), meeting.start)
}

fn contradiction(roster: &Roster, first: &RepeatedRow, second: &RepeatedRow) -> Problem {
    let role = |row: &RepeatedRow| roster.roles().all()[row.role].name.as_str();
    let as_what = |row: &RepeatedRow| match (first.has_same_name(second), first.role == second.role)
    {
        (false, true) => format!("as `{}`", row.name),
        (true, false) => format!("as {}", role(row)),
        _ => format!("as `{}`, {}", row.name, role(row)),
    };
    let lines = if first.line == second.line {
        format!("on line {}", first.line)
    } else {
        format!("on lines {} and {}", first.line, second.line)
    };
    let message = format!(
        "`{}` is in the roster twice for the same meeting, {lines}: {} and {}",
        first.person(),
        as_what(first),
        as_what(second),
    );
    Problem::of_file("duplicate", roster.shown(), message)
        .at(second.line)
        .hint(choices(roster, first, second))
}

/// What can be done about two rows that contradict each other, the most likely choice first.
fn choices(roster: &Roster, first: &RepeatedRow, second: &RepeatedRow) -> String {
    // Some forms list the newest answer first.
    let newest = AnswerTime::newest(first.time.as_deref(), second.time.as_deref());
    let (newest, other, rest) = match newest {
        Some(Duplicates::First) => ("first", "last", "the later row"),
        _ => ("last", "first", "the earlier row"),
    };
    let row = if newest == "last" { "the later row" } else { "the earlier row" };
    // In a roster of families, two names that differ at all are two people.
    if roster.has_families() || first.has_same_name(second) {
        return format!(
            "write duplicates = \"{newest}\" under [roster] if {row} counts (\"{other}\": {rest}), or delete one of the two rows"
        );
    }
    let is_one_person = first.time.is_some() || are_forms_of_one_name(&first.name, &second.name);
    if is_one_person {
        return format!(
            "if this is one person, write duplicates = \"{newest}\" under [roster]: {row} counts (\"{other}\": {rest}); if \
             these are different people, write family = \"each\": each gets a link and a mail of their own; or give one of \
             them another address"
        );
    }
    "if these are different people, write family = \"each\" under [roster]: each gets a link and a mail of their own; if this \
     is one person, write duplicates = \"last\": the later row counts (\"first\": the earlier row); or give one of them \
     another address"
        .to_owned()
}

/// Whether all words of one name are in the other: `Ada` and `Ada Muster`.
fn are_forms_of_one_name(first: &str, second: &str) -> bool {
    let words = |name: &str| {
        name.to_lowercase()
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect::<HashSet<_>>()
    };
    let (first, second) = (words(first), words(second));
    first.is_subset(&second) || second.is_subset(&first)
}

//! Rows about the same person at the same meeting.

use std::collections::{HashMap, HashSet};

use super::key_hash::key_hash;
use super::reading::read_rows;
use super::result::{Repetition, Survey};
use crate::problem::Problem;
use crate::roster::rows::Row;
use crate::roster::{Duplicates, Roster, RosterEntry};

/// A row whose hash occurs more than once.
struct RepeatedRow {
    number: u64,
    line: u64,
    /// Person, room and start, separated by NUL, which none of them holds.
    key: String,
    has_email: bool,
    name: String,
    role: usize,
    over: bool,
    is_contradicted: bool,
}

impl RepeatedRow {
    /// The role under which the first reading counted the row; none if its meeting is over.
    fn counted_role(&self) -> Option<usize> {
        (!self.over).then_some(self.role)
    }
}

/// Reads the rows with repeated hashes again: which repeat an earlier row, which contradict one, and which are
/// about different people of the same name.
pub(super) fn resolve(roster: &Roster, repeated: &HashSet<u64>, survey: &mut Survey) {
    let now = survey.now();
    let reader = roster.row_reader();
    let find = |rows: &mut dyn Iterator<Item = Row<'_>>| -> Vec<RepeatedRow> {
        rows.filter_map(|row| {
            // Problems were collected at the first reading.
            let entry = reader.entry(row, &mut Vec::new())?;
            let meeting = roster.meeting_of(&entry);
            repeated.contains(&key_hash(&entry, meeting)).then(|| RepeatedRow {
                number: row.number(),
                line: row.line(),
                key: key(&entry, roster),
                has_email: entry.attendee.email.is_some(),
                role: entry.role,
                over: meeting.end <= now,
                is_contradicted: false,
                name: entry.attendee.name.as_str().to_owned(),
            })
        })
        .collect()
    };
    let mut all = Vec::new();
    if let Err(problem) = read_rows(roster, find, |rows| all.extend(rows)) {
        survey.add_problem(problem);
    }
    // By key, so that different people whose hashes are equal by chance stay apart.
    let mut firsts: HashMap<String, (RepeatedRow, u32)> = HashMap::new();
    for row in all {
        let Some((first, count)) = firsts.get_mut(&row.key) else {
            firsts.insert(row.key.clone(), (row, 1));
            continue;
        };
        *count += 1;
        // Without an address, equal names are separate people.
        if !row.has_email {
            survey.add_namesake(row.number, *count);
            continue;
        }
        // The other cells, such as the language, may differ: those of the first row count.
        let agrees = first.name == row.name && first.role == row.role;
        if agrees || roster.duplicates() == Duplicates::First {
            survey.add_repetition(row.number, row.counted_role(), || Repetition {
                person: person(&row.key).to_owned(),
                first: first.line,
                line: row.line,
                agrees,
            });
        } else {
            survey.add_problem(contradiction(roster, first, &row));
            // Nobody can know which of the rows is right, so the first one is as bad as the others.
            if !first.is_contradicted {
                first.is_contradicted = true;
                survey.add_bad_row(first.number, first.counted_role(), person(&first.key));
            }
            survey.add_bad_row(row.number, row.counted_role(), person(&row.key));
        }
    }
    survey.sort_bad_rows();
}

fn key(entry: &RosterEntry, roster: &Roster) -> String {
    let meeting = roster.meeting_of(entry);
    format!("{}\0{}\0{}", entry.attendee.key(), meeting.room.node(), meeting.start)
}

/// The person's part of a key.
fn person(key: &str) -> &str {
    key.split('\0').next().unwrap_or_default()
}

fn contradiction(roster: &Roster, first: &RepeatedRow, second: &RepeatedRow) -> Problem {
    let role = |row: &RepeatedRow| roster.roles().all()[row.role].name.as_str();
    let as_what = |row: &RepeatedRow| match (first.name == second.name, first.role == second.role) {
        (false, true) => format!("as `{}`", row.name),
        (true, false) => format!("as {}", role(row)),
        _ => format!("as `{}`, {}", row.name, role(row)),
    };
    let message = format!(
        "`{}` is in the roster twice for the same meeting, on lines {} and {}: {} and {}",
        person(&first.key),
        first.line,
        second.line,
        as_what(first),
        as_what(second),
    );
    Problem::of_file("duplicate", roster.shown(), message)
        .at(second.line)
        .hint("delete one of the two rows, or write duplicates = \"first\" under [roster]")
}

//! People who share an id.

use std::collections::{HashMap, HashSet};

use super::key_hash::IdHash;
use super::reading::read_rows;
use super::result::Survey;
use crate::problem::Problem;
use crate::roster::Roster;
use crate::roster::rows::Row;
use crate::suggestion::quoted;

/// A row whose id has the hash of another person's.
struct IdRow {
    number: u64,
    line: u64,
    id: String,
    person: String,
    /// The role under which the first reading counted the row; none if its meeting is over.
    counted_role: Option<usize>,
    is_reported: bool,
}

/// Reads the rows again whose ids have these hashes, and reports people who share an id. Jitsi tells people apart by
/// their id (`jitsi-tokens` facts, §2), so such people would be taken for one. To be called when repeated rows are known.
pub(super) fn report(roster: &Roster, shared: &HashSet<u64>, survey: &mut Survey) {
    let now = survey.now();
    let reader = roster.row_reader();
    let find = |rows: &mut dyn Iterator<Item = Row<'_>>| -> Vec<IdRow> {
        rows.filter_map(|row| {
            // A repeated row does not count, whatever its id, and one that contradicts another has a problem already.
            if survey.is_repeated(row.number()) || survey.is_bad(row.number()) {
                return None;
            }
            // Problems were collected at the first reading.
            let entry = reader.entry(row, &mut Vec::new())?;
            let is_over = roster.meeting_of(&entry).end <= now;
            shared.contains(&IdHash::of(&entry.attendee).id()).then(|| IdRow {
                number: row.number(),
                line: row.line(),
                id: entry.attendee.id().into_owned(),
                person: entry.attendee.key().into_owned(),
                counted_role: (!is_over).then_some(entry.role),
                is_reported: false,
            })
        })
        .collect()
    };
    let mut all = Vec::new();
    if let Err(problem) = read_rows(roster, find, |rows| all.extend(rows)) {
        survey.add_problem(problem);
    }
    // By id, so that different ids whose hashes are equal by chance stay apart.
    let mut firsts: HashMap<String, IdRow> = HashMap::new();
    for row in all {
        let Some(first) = firsts.get_mut(&row.id) else {
            firsts.insert(row.id.clone(), row);
            continue;
        };
        if first.person == row.person {
            continue;
        }
        survey.add_problem(problem(roster, first, &row));
        // Nobody can know whose id it is, so the first row is as bad as the others.
        if !first.is_reported {
            first.is_reported = true;
            survey.add_bad_row(first.number, first.counted_role, &first.person);
        }
        survey.add_bad_row(row.number, row.counted_role, &row.person);
    }
    survey.sort_bad_rows();
}

fn problem(roster: &Roster, first: &IdRow, second: &IdRow) -> Problem {
    let message = format!(
        "two people have the id {}: {} on line {} and {} on line {}",
        quoted(&second.id),
        quoted(&first.person),
        first.line,
        quoted(&second.person),
        second.line,
    );
    Problem::of_file("same-id", roster.shown(), message)
        .at(second.line)
        .in_column(roster.id_heading())
        .hint("give each person an id of their own; if the column is about something else, rename its heading")
}

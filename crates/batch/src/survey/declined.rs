//! People with two rows for the same meeting, one of which says that they take part, and the other that they do not.

use std::collections::BTreeMap;

use meetmint_core::address_in_key;

use super::key_hash::{identity, key_hash};
use super::reading::read_rows;
use super::result::{Repetition, Survey};
use crate::problem::Problem;
use crate::roster::rows::Row;
use crate::roster::{Choice, Duplicates, Roster, RowReader, Verdict};
use crate::suggestion::quoted;

/// One of the rows about such a person.
struct Answer {
    number: u64,
    line: u64,
    /// Person, room and start, separated by NUL, which none of them holds.
    key: String,
    /// The role under which the first reading counted the row; none if its meeting is over.
    counted_role: Option<usize>,
    /// The column and the cell that leave the row out; `None` if it counts.
    declined: Option<(String, String)>,
}

/// Reads the rows of these people again. Which row counts is for the user to say, as for all rows that contradict each
/// other. To be called when repeated rows are known.
pub(super) fn resolve(roster: &Roster, both: &[u64], survey: &mut Survey) {
    let now = survey.now();
    let reader = roster.row_reader();
    let every_row = Choice::default();
    let with_all = RowReader { choice: &every_row, ..reader };
    let of_row = |row: Row<'_>| -> Vec<Answer> {
        let declined = match reader.verdict(row) {
            Verdict::Counts => None,
            Verdict::LeftOut(decider) if roster.choice().is_status(decider) => {
                let (column, cell) = roster.choice().reason(decider);
                Some((column.to_owned(), cell.to_owned()))
            }
            Verdict::LeftOut(_) | Verdict::Unclear(_) => return Vec::new(),
        };
        let people = with_all.people(row, &mut Vec::new()).into_iter().flatten();
        (reader.number(row)..)
            .zip(people)
            .filter_map(|(number, entry)| {
                let meeting = roster.meeting_of(&entry);
                both.binary_search(&key_hash(&entry, meeting)).is_ok().then(|| Answer {
                    number,
                    line: row.line(),
                    key: format!(
                        "{}\0{}\0{}",
                        identity(&entry.attendee),
                        meeting.room.node(),
                        meeting.start
                    ),
                    counted_role: (meeting.end > now).then_some(entry.role),
                    declined: declined.clone(),
                })
            })
            .collect()
    };
    let mut by_key: BTreeMap<String, Vec<Answer>> = BTreeMap::new();
    let read = read_rows(
        roster,
        |rows| rows.flat_map(of_row).collect::<Vec<_>>(),
        |answers| {
            for answer in answers {
                by_key.entry(answer.key.clone()).or_default().push(answer);
            }
        },
    );
    if let Err(problem) = read {
        survey.add_problem(problem);
    }
    for answers in by_key.values() {
        decide(roster, answers, survey);
    }
    survey.sort_rows();
}

fn decide(roster: &Roster, answers: &[Answer], survey: &mut Survey) {
    let Some(declined) = answers.iter().find(|answer| answer.declined.is_some()) else { return };
    let counting: Vec<&Answer> = answers
        .iter()
        .filter(|answer| answer.declined.is_none())
        .filter(|answer| !survey.is_repeated(answer.number) && !survey.is_bad(answer.number))
        .collect();
    let Some(kept) = counting.first() else { return };
    let deciding = match roster.duplicates() {
        Duplicates::Refuse => {
            survey.add_problem(problem(roster, declined, kept));
            for answer in counting {
                survey.add_bad_row(answer.number, answer.counted_role, &answer.key);
            }
            return;
        }
        Duplicates::First => answers.first(),
        Duplicates::Last => answers.last(),
    };
    let Some(deciding) = deciding.filter(|answer| answer.declined.is_some()) else { return };
    for answer in counting {
        survey.add_repetition(answer.number, answer.counted_role);
        survey.show_repetition(Repetition {
            person: person(&answer.key).to_owned(),
            counts: deciding.line,
            line: answer.line,
            agrees: false,
        });
    }
}

/// The person's address, or their name.
fn person(key: &str) -> &str {
    address_in_key(key.split('\0').next().unwrap_or_default())
}

fn problem(roster: &Roster, declined: &Answer, kept: &Answer) -> Problem {
    let (column, cell) = declined.declined.clone().unwrap_or_default();
    let message = format!(
        "{} is in the roster twice for the same meeting: line {} counts, but on line {} {} is {}",
        quoted(person(&kept.key)),
        kept.line,
        declined.line,
        quoted(&column),
        quoted(&cell),
    );
    Problem::of_file("duplicate", roster.shown(), message)
        .at(kept.line.max(declined.line))
        .hint("delete the row that is out of date, or write under [roster]: duplicates = \"last\"")
}

//! What is said about two rows that contradict each other, and what can be done.

use std::collections::HashSet;

use super::repeated_row::RepeatedRow;
use crate::problem::Problem;
use crate::roster::{Duplicates, Roster};
use crate::survey::answer_time::AnswerTime;

/// The problem that two rows are about one person, and say different things.
pub(super) fn contradiction(roster: &Roster, first: &RepeatedRow, second: &RepeatedRow) -> Problem {
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
        first.person,
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

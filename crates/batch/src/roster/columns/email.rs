//! Which column is of addresses.

use super::super::field::Field;
use super::super::headings::{HeadingKind, Whose};
use super::table::Table;
use crate::remark::Remark;

const EMAIL: HeadingKind = HeadingKind::Field(Field::Email);

/// The share of cells, in percent, that are addresses in a column that is taken for one without being called so.
const MOSTLY: usize = 80;

/// Chooses the column of addresses. There may be none.
pub(super) fn choose(table: &mut Table<'_>) {
    if table.named.contains(&Field::Email) {
        return;
    }
    let chosen = by_heading(table);
    if let Some(at) = chosen {
        table.take(Field::Email, at);
        tell_of_others(table, at);
    }
}

fn by_heading(table: &mut Table<'_>) -> Option<usize> {
    let mut empty = Vec::new();
    for whose in [Whose::Own, Whose::Plain] {
        let called = table.called(EMAIL, &[whose]);
        let filled = |at: &usize| table.profiles[*at].addresses > 0;
        let with: Vec<usize> = called.iter().copied().filter(filled).collect();
        match with[..] {
            [] => empty.extend(called),
            [at] => return Some(at),
            // Two copies of one column are no question.
            [at, ..] if with.iter().all(|other| table.agree(at, *other)) => return Some(at),
            _ => {
                refuse(table, &with, "may be the addresses of the people");
                return None;
            }
        }
    }
    let full: Vec<usize> =
        table.free().into_iter().filter(|at| table.profiles[*at].is_of_addresses(MOSTLY)).collect();
    let of_others = |at: &usize| table.whose(*at, EMAIL) == Some(Whose::Other);
    let (others, own): (Vec<usize>, Vec<usize>) = full.iter().copied().partition(of_others);
    match (&empty[..], &own[..]) {
        // The heading is right, and its cells are reported row by row.
        ([at, ..], []) => Some(*at),
        ([called, ..], [..]) => {
            let message = format!(
                "the column {} has no address in it, but {} has",
                table.quoted(*called),
                table.listed(&own)
            );
            push(table, "which-column", message, &own);
            None
        }
        ([], [at]) if is_certain(table, *at) => {
            let message = format!(
                "{} is taken for the address, because its cells are addresses",
                table.quoted(*at)
            );
            table.remarks.push(Remark::note("email-column", message));
            Some(*at)
        }
        ([], [_, _, ..]) if table.has_no_headings() && table.people.len() == 1 => {
            let message = "the list is one line of addresses";
            let hint =
                "give all people a row of their own, below a heading row such as `email,name`";
            let problem = table.problem("one-line", message).hint(hint);
            table.problems.push(problem);
            None
        }
        ([], [_, ..]) => {
            let words = if own.len() == 1 {
                "has addresses, but its heading does not say that they are those of the people"
            } else {
                "may be the addresses of the people"
            };
            refuse(table, &own, words);
            None
        }
        ([], []) if !others.is_empty() => {
            refuse(table, &others, "has addresses, but seems to be about somebody else");
            None
        }
        ([], []) => {
            let some: Vec<usize> = table
                .free()
                .into_iter()
                .filter(|at| table.profiles[*at].is_of_addresses(50))
                .collect();
            if !some.is_empty() {
                refuse(table, &some, "has addresses, among other things");
            }
            None
        }
    }
}

/// Whether a column that is full of addresses can be nothing but the address of the person.
fn is_certain(table: &Table<'_>, at: usize) -> bool {
    let name = |field| {
        matches!(table.whose(at, HeadingKind::Field(field)), Some(Whose::Own | Whose::Plain))
    };
    // In a list without headings, or of a single column, there is nothing else that they could be.
    table.has_no_headings()
        || table.len() == 1
        || matches!(table.whose(at, EMAIL), Some(Whose::Weak | Whose::Secondary))
        || name(Field::Name)
}

fn refuse(table: &mut Table<'_>, columns: &[usize], words: &str) {
    let which = table.listed(columns);
    let message = if columns.len() == 1 {
        format!("{which} {words}")
    } else {
        format!("it is not certain which column is meant: {which} {words}")
    };
    push(
        table,
        "which-column",
        message.replace(
            "has addresses",
            if columns.len() == 1 { "has addresses" } else { "have addresses" },
        ),
        columns,
    );
}

fn push(table: &mut Table<'_>, code: &'static str, message: String, columns: &[usize]) {
    let lines: Vec<String> = columns
        .iter()
        .take(4)
        .map(|at| format!("columns = {{ email = {} }}", table.in_toml(*at)))
        .collect();
    let hint =
        format!("write the right one under [roster] in meeting.toml: {}", lines.join(", or "));
    let hint = if table.has_no_headings() { table.heading_row_hint() } else { hint };
    let problem = table.problem(code, message).hint(hint);
    table.problems.push(problem);
}

/// Says which columns of addresses are not used.
fn tell_of_others(table: &mut Table<'_>, chosen: usize) {
    let mut unused = Vec::new();
    for at in table.free() {
        let profile = &table.profiles[at];
        let is_called = table.whose(at, EMAIL).is_some();
        let is_of_addresses = profile.is_of_addresses(50) || is_called && profile.addresses > 0;
        if !is_of_addresses || table.agree(chosen, at) {
            continue;
        }
        if table.whose(at, EMAIL) != Some(Whose::Other) {
            table.spare_addresses.push(at);
        }
        unused.push(at);
    }
    if !unused.is_empty() {
        let message = format!(
            "{} is taken for the address; {} {} addresses as well, and {} not used",
            table.quoted(chosen),
            table.listed(&unused),
            if unused.len() == 1 { "has" } else { "have" },
            if unused.len() == 1 { "is" } else { "are" },
        );
        let hint = format!(
            "to use another one, write under [roster]: columns = {{ email = {} }}",
            table.in_toml(unused[0])
        );
        table.remarks.push(Remark::note("other-addresses", message).hint(hint));
    }
}

//! Which column is of addresses.

use super::super::address::looks_like_address;
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
        let named = table.by_field[Field::Email as usize].clone();
        return tell_of_others(table, &named);
    }
    if let Some(at) = by_heading(table) {
        table.take(Field::Email, at);
        tell_of_others(table, &[at]);
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
            // Another column that says no less, with other addresses, may be the right one.
            [at] if whose == Whose::Own && differs_from_plain(table, at) => {
                let plain = table.called(EMAIL, &[Whose::Plain]);
                refuse(table, &[&[at], &plain[..]].concat(), &Doubt::Several);
                return None;
            }
            [at] => return Some(at),
            // Two copies of one column are no question.
            [at, ..] if with.iter().all(|other| table.agree(at, *other)) => return Some(at),
            _ => {
                refuse(table, &with, &Doubt::Several);
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
            let hint = format!(
                "write the addresses into it, or write under [roster] in meeting.toml: columns = {{ email = {} }}",
                table.in_toml(own[0])
            );
            let problem = table.problem("which-column", message).hint(hint);
            table.problems.push(problem);
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
            let hint = "write one person per line, each in a row of their own, below a heading row such as `email,name`";
            let problem = table.problem("one-line", message).hint(hint);
            table.problems.push(problem);
            None
        }
        ([], [_, ..]) => {
            let doubt = if own.len() == 1 { Doubt::Unknown } else { Doubt::Several };
            refuse(table, &own, &doubt);
            None
        }
        ([], []) if !others.is_empty() => {
            refuse(table, &others, &Doubt::OtherPeople);
            None
        }
        ([], []) => {
            let some: Vec<usize> = table
                .free()
                .into_iter()
                .filter(|at| table.profiles[*at].is_of_addresses(50))
                .collect();
            if !some.is_empty() {
                refuse(table, &some, &Doubt::Mixed);
            }
            None
        }
    }
}

/// Whether a column `Email` has other addresses than the one that is called the person's own.
fn differs_from_plain(table: &Table<'_>, own: usize) -> bool {
    // With names of their own, it is clear whose addresses these are: the others are those of the buyers.
    let names = [Field::Name, Field::FirstName].map(HeadingKind::Field);
    if names.into_iter().any(|kind| !table.called(kind, &[Whose::Own]).is_empty()) {
        return false;
    }
    let plain = table.called(EMAIL, &[Whose::Plain]);
    plain.into_iter().any(|at| {
        let pairs = table
            .people
            .iter()
            .map(|row| (row.cell(own).to_lowercase(), row.cell(at).to_lowercase()));
        pairs.into_iter().any(|(own, other)| looks_like_address(&other) && own != other)
    })
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

/// Why a column of addresses is not taken without being asked.
enum Doubt {
    /// There are several.
    Several,
    /// Its heading is not known.
    Unknown,
    /// Its heading says that it is about other people.
    OtherPeople,
    /// Many of its cells are something else.
    Mixed,
}

/// Refuses to guess, with a line for each column that may be meant.
fn refuse(table: &mut Table<'_>, columns: &[usize], doubt: &Doubt) {
    let which = table.listed(columns);
    let is_one = columns.len() == 1;
    let message = match (doubt, is_one) {
        (Doubt::Several, _) => {
            format!(
                "it is not certain which column is meant: {which} may be the addresses of the people"
            )
        }
        (Doubt::Unknown, true) => format!(
            "{which} has addresses, but its heading does not say that they are those of the people"
        ),
        (Doubt::Mixed, true) => format!("{which} has addresses, among other things"),
        (Doubt::Unknown, false) => {
            format!("{which} have addresses, but no heading says which are those of the people")
        }
        (Doubt::OtherPeople, _) => {
            format!("the only addresses are in {which}, and seem to be those of other people")
        }
        (Doubt::Mixed, false) => format!("{which} have addresses, among other things"),
    };
    let mut lines = Vec::new();
    // Of two parents, both are meant, mostly.
    if matches!(doubt, Doubt::OtherPeople) && !is_one {
        let all: Vec<String> = columns.iter().take(4).map(|at| table.in_toml(*at)).collect();
        lines.push(format!(
            "columns = {{ email = [{}] }} for one invitation to each",
            all.join(", ")
        ));
    }
    let one = |at: &usize| format!("columns = {{ email = {} }}", table.in_toml(*at));
    lines.extend(columns.iter().take(4).map(one));
    let has_same_heading =
        columns.iter().skip(1).any(|at| table.heading(*at) == table.heading(columns[0]));
    let hint = if has_same_heading && !table.has_no_headings() {
        "give each column a heading of its own; if these are two lists side by side, put one below the other".to_owned()
    } else if table.has_no_headings() {
        table.heading_row_hint()
    } else if lines.len() == 1 {
        format!("if they are the right ones, write under [roster] in meeting.toml: {}", lines[0])
    } else {
        format!("write the right one under [roster] in meeting.toml: {}", lines.join(", or "))
    };
    let problem = table.problem("which-column", message).hint(hint);
    table.problems.push(problem);
}

/// Says which columns of addresses are not used, beside those that are.
fn tell_of_others(table: &mut Table<'_>, used: &[usize]) {
    // By the user's choice, the addresses may be those of parents: then the other parent's are no less their own.
    let is_of_others = |table: &Table<'_>, at: usize| table.is_called_as(at, EMAIL, Whose::Other);
    let uses_others = used.iter().any(|at| is_of_others(table, *at));
    let mut unused = Vec::new();
    for at in table.free() {
        let profile = &table.profiles[at];
        let is_called = table.whose(at, EMAIL).is_some();
        // Also one in which the first people have nothing.
        if (is_called || profile.is_of_addresses(50)) && (uses_others || !is_of_others(table, at)) {
            table.spare_addresses.push(at);
        }
        let is_of_addresses = profile.is_of_addresses(50) || is_called && profile.addresses > 0;
        if !is_of_addresses || used.iter().any(|used| table.agree(*used, at)) {
            continue;
        }
        unused.push(at);
    }
    if unused.is_empty() || used.is_empty() {
        return;
    }
    let message = format!(
        "{} {} taken for the address; {} {} addresses as well, and {} not used",
        table.listed(used),
        if used.len() == 1 { "is" } else { "are" },
        table.listed(&unused),
        if unused.len() == 1 { "has" } else { "have" },
        if unused.len() == 1 { "is" } else { "are" },
    );
    // The one with most addresses: notes mention an address here and there.
    let likely = unused.iter().copied().max_by_key(|at| table.profiles[*at].bare_addresses);
    let hint = format!(
        "to use another one, write under [roster]: columns = {{ email = {} }}",
        table.in_toml(likely.unwrap_or(unused[0]))
    );
    table.remarks.push(Remark::note("other-addresses", message).hint(hint));
}

//! Columns of names between which nobody but the user can choose.

use super::super::field::Field;
use super::super::headings::fold;
use super::table::Table;

/// What a company has in its name, as [`fold`] leaves it.
const LEGAL_FORMS: [&str; 16] = [
    "gmbh", "ggmbh", "ltd", "limited", "inc", "llc", "plc", "corp", "ev", "ag", "kg", "sarl",
    "sas", "srl", "bv", "oy",
];

/// How many names in a hundred may differ between two columns of the same people: with a second given name, for example.
const MOST_DIFFERENT: usize = 20;

/// Whether the cells of several columns with the same meaning differ: they are then about different people, or different
/// kinds of names.
pub(super) fn differ(table: &Table<'_>, columns: &[usize]) -> bool {
    let Some((first, others)) = columns.split_first() else { return false };
    let words = |cell: &str| -> Vec<String> {
        let mut words: Vec<String> = cell.split_whitespace().map(fold).collect();
        words.sort_unstable();
        words
    };
    others.iter().any(|other| {
        let pairs = table.people.iter().map(|row| (row.cell(*first), row.cell(*other)));
        let filled: Vec<_> =
            pairs.filter(|(one, other)| !one.is_empty() || !other.is_empty()).collect();
        let different = filled.iter().filter(|(one, other)| {
            let (one, other) = (words(one), words(other));
            // `Ada` and `Ada Mary` are one person.
            !one.iter().all(|word| other.contains(word))
                && !other.iter().all(|word| one.contains(word))
        });
        different.count() * 100 > filled.len() * MOST_DIFFERENT
    })
}

/// Whether one of two columns is empty where the other is filled: neither can be left out.
pub(super) fn complete_each_other(table: &Table<'_>, columns: &[usize]) -> bool {
    let Some((first, others)) = columns.split_first() else { return false };
    table
        .people
        .iter()
        .any(|row| row.cell(*first).is_empty() && others.iter().any(|at| !row.cell(*at).is_empty()))
}

/// Refuses to choose between columns, each of which may be the name, or the part of it that `field` is.
pub(super) fn refuse_between(table: &mut Table<'_>, field: Field, columns: &[usize]) {
    let message = format!("it is not certain which column is the name: {}", table.listed(columns));
    let folded = |at: &usize| fold(table.heading(*at));
    let is_same_heading = columns.iter().skip(1).any(|at| folded(at) == folded(&columns[0]));
    let hint = if is_same_heading {
        "give each column a heading of its own; if these are two lists side by side, put one below the other".to_owned()
    } else {
        let one = |at: &usize| format!("columns = {{ {} = {} }}", field.name(), table.in_toml(*at));
        let lines: Vec<String> = columns.iter().take(4).map(one).collect();
        format!("write the right one under [roster] in meeting.toml: {}", lines.join(", or "))
    };
    let problem = table.problem("which-name", message).hint(hint);
    table.problems.push(problem);
}

/// A column that fits the addresses better than the one that is called `Name`: that is often the company.
pub(super) fn better_than(table: &Table<'_>, whole: usize) -> Option<usize> {
    let chosen = &table.profiles[whole];
    let cells = table.people.iter().map(|row| row.cell(whole)).filter(|cell| !cell.is_empty());
    let companies = cells.filter(|cell| {
        cell.split([' ', ',']).any(|word| LEGAL_FORMS.contains(&fold(word).as_str()))
    });
    let is_of_companies = companies.count() * 10 >= chosen.filled * 3;
    let fits = |at: usize| {
        let profile = &table.profiles[at];
        profile.in_address * 2 >= profile.filled && profile.filled > 0
    };
    table.free().into_iter().filter(|at| *at != whole && table.profiles[*at].could_be_names()).find(
        |at| {
            is_of_companies
                && (fits(*at) || table.profiles[*at].whole_names * 2 >= table.profiles[*at].filled)
                || fits(*at)
                    && chosen.in_address * 4 <= chosen.filled
                    && table.profiles[*at].whole_names > 0
        },
    )
}

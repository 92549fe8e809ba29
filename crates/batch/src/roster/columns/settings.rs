//! What the user says about the columns.

use std::fmt::Write as _;

use super::super::field::Field;
use super::super::headings::fold;
use super::table::Table;
use crate::problem::Problem;
use crate::suggestion::{quoted, suggest, toml_string};

/// What the user says about the columns.
#[derive(Clone, Debug, Default)]
pub struct ColumnSettings {
    /// Headings by field. A name may be joined from several columns.
    pub named: Vec<(Field, Vec<String>)>,
    /// The fields of [`PER_ROW`](crate::PER_ROW) that a row may override.
    pub per_row: Vec<Field>,
    /// The headings of columns that mean nothing, whatever they look like.
    pub ignore: Vec<String>,
    /// Where each of these headings is written: heading, file as it is shown to the user, and line; for messages.
    pub places: Vec<(String, String, u64)>,
}

impl ColumnSettings {
    /// A hint in which the lines to paste also have what is written already: a second `columns` or `ignore` would be an
    /// error.
    pub(crate) fn with_own_lines(&self, hint: &str) -> String {
        let strings =
            |all: &[String]| all.iter().map(|one| toml_string(one)).collect::<Vec<_>>().join(", ");
        // What the hint itself names takes the place of what is written.
        let is_other = |field: Field| !hint.contains(&format!("{{ {} = ", field.name()));
        let named = self.named.iter().filter(|(field, _)| is_other(*field));
        let named = named.map(|(field, headings)| match &headings[..] {
            [one] => format!("{} = {}, ", field.name(), toml_string(one)),
            all => format!("{} = [{}], ", field.name(), strings(all)),
        });
        let own = [
            ("columns", "columns = { ", named.collect::<String>()),
            (
                "ignore",
                "ignore = [",
                self.ignore.iter().map(|one| toml_string(one) + ", ").collect(),
            ),
        ];
        let mut hint = hint.to_owned();
        let mut replaced = Vec::new();
        for (key, start, before) in own {
            // A heading may have the same words in it, but then its quotation marks are escaped or they begin it.
            if !before.is_empty() && hint.contains(start) {
                hint = hint.replace(start, &format!("{start}{before}"));
                replaced.push(format!("`{key}`"));
            }
        }
        if !replaced.is_empty() {
            let _ = write!(hint, "; in place of the line {} that is there", replaced.join(" or "));
        }
        hint
    }
}

/// Gives the columns that the user names their meaning: they are not available to anything else.
pub(super) fn apply(table: &mut Table<'_>, settings: &ColumnSettings) {
    for heading in &settings.ignore {
        match positions(table, heading)[..] {
            [] => table.problems.push(no_such_column(table, settings, "ignore", heading)),
            // All of them: what is said of a heading holds for each column with it.
            ref all => all.iter().for_each(|at| table.ignored[*at] = true),
        }
    }
    for (field, names) in &settings.named {
        table.named.push(*field);
        for name in names {
            match positions(table, name)[..] {
                [] => table.problems.push(no_such_column(table, settings, "columns", name)),
                [at] => table.take(*field, at),
                [..] => table.problems.push(several_columns(table, name)),
            }
        }
    }
}

/// The columns with a heading, or the one with a letter if it has no heading.
fn positions(table: &Table<'_>, name: &str) -> Vec<usize> {
    let wanted = fold(name);
    let exact: Vec<usize> =
        (0..table.len()).filter(|at| table.heading(*at) == name.trim()).collect();
    // Two headings can differ in nothing but punctuation: `Name` and `Name*`.
    if exact.len() == 1 {
        return exact;
    }
    let all = |at: &usize| !wanted.is_empty() && fold(table.heading(*at)) == wanted;
    let found: Vec<usize> = (0..table.len()).filter(all).collect();
    if found.is_empty() {
        return (0..table.len())
            .filter(|at| table.heading(*at).is_empty() && table.shown(*at) == name.trim())
            .collect();
    }
    found
}

fn no_such_column(table: &Table<'_>, settings: &ColumnSettings, key: &str, name: &str) -> Problem {
    let headings =
        (0..table.len()).map(|at| table.heading(at)).filter(|heading| !heading.is_empty());
    let hint = suggest(name, headings, "the headings are");
    let message =
        format!("`{key}` names the column {}, which the roster does not have", quoted(name));
    match settings.places.iter().find(|(heading, ..)| heading == name) {
        Some((_, file, line)) => Problem::of_file("no-such-column", file, message).at(*line),
        None => table.problem("no-such-column", message),
    }
    .hint(hint)
}

fn several_columns(table: &Table<'_>, name: &str) -> Problem {
    let message = format!("there are several columns {}", quoted(name));
    table.problem("which-column", message).hint("give each column a heading of its own")
}

pub(super) fn no_column_for(field: Field, file: &str, line: u64) -> Problem {
    let name = field.name();
    let message = format!("`per_row` names `{name}`, but no column is recognized as `{name}`");
    Problem::of_file("no-such-column", file, message)
        .at(line)
        .hint(format!("name the column: columns = {{ {name} = \"…\" }}"))
}

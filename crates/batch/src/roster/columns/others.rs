//! All columns but addresses and names.

use super::super::choice::{
    Standing, is_about_taking_part, is_of_absence, is_status_word, standing, stays_away,
};
use super::super::condition::RowCondition;
use super::super::field::{Field, PER_ROW};
use super::super::headings::{HeadingKind, Whose, fold};
use super::settings::ColumnSettings;
use super::table::Table;
use crate::remark::Remark;
use crate::roles::{Roles, yes_or_no};

/// The fields of the person, beside address and name.
const OF_PERSON: [Field; 6] =
    [Field::Role, Field::Moderator, Field::Language, Field::Avatar, Field::Id, Field::Status];

/// Chooses the columns of the fields that the user does not name.
pub(super) fn choose(
    table: &mut Table<'_>,
    settings: &ColumnSettings,
    conditions: &[RowCondition],
    roles: &Roles,
) {
    let absence: Vec<usize> = table
        .free()
        .into_iter()
        .filter(|at| is_of_absence(table.heading(*at)))
        .filter(|at| {
            table.is_unknown(*at) || table.is_called(*at, HeadingKind::Field(Field::Status))
        })
        .collect();
    for field in OF_PERSON.into_iter().chain(PER_ROW) {
        if table.named.contains(&field) {
            continue;
        }
        // `emailstatus` is mostly whether somebody takes part, and its cells say whether it is.
        let weak = (field == Field::Status).then_some(Whose::Weak);
        let of_person: Vec<Whose> = [Whose::Own, Whose::Plain].into_iter().chain(weak).collect();
        let mut called = table.called(HeadingKind::Field(field), &of_person);
        called.retain(|at| !absence.contains(at));
        called.retain(|at| fits(table, field, *at));
        table.drop_empty(field, &mut called, matters(field, settings));
        let Some(first) = called.first().copied() else { continue };
        if called.len() > 1
            && matters(field, settings)
            && !called.iter().all(|at| table.agree(first, *at))
        {
            table.refused.push(field);
            refuse_several(table, field, &called);
            continue;
        }
        if field == Field::Moderator && !says_who_moderates(table, first, roles) {
            refuse_moderator(table, first);
            continue;
        }
        table.take(field, first);
    }
    // A column that is called so and is empty says nothing: another one may say it.
    if !table.is_decided(Field::Role) && !table.is_decided(Field::Moderator) {
        refuse_unknown_roles(table, roles);
    }
    if !table.is_decided(Field::Status) {
        refuse_unknown_status(table, conditions, &absence);
    }
    // Beside a column of who takes part, because both count. Whether anybody stays away shows when all rows are read.
    for at in absence {
        if table.is_free(at) {
            table.take(Field::Status, at);
        }
    }
}

/// Whether the cells of a column can be what its heading says. Where they cannot, the heading means something else: `Photo`
/// is often whether one may be taken.
fn fits(table: &mut Table<'_>, field: Field, at: usize) -> bool {
    let profile = &table.profiles[at];
    let fits = match field {
        // What says that it is a picture's address is reported cell by cell.
        Field::Avatar => {
            let heading = fold(table.heading(at));
            profile.filled == 0
                || profile.urls > 0
                || ["avatar", "url"].iter().any(|word| heading.contains(word))
        }
        // `Status` may be anything. What says that it is about taking part is asked for the meaning of its words.
        Field::Status => {
            !is_any_status(table.heading(at))
                || table.people.iter().any(|row| is_status_word(row.cell(at)))
        }
        _ => true,
    };
    if !fits {
        let why = match field {
            Field::Status => "its cells do not say who takes part",
            _ => "its cells are no addresses of pictures",
        };
        if field == Field::Status {
            table.spare_status = Some(at);
        }
        let message = format!("{} is not used: {why}", table.quoted(at));
        table.remarks.push(Remark::note("unused-column", message));
    }
    fits
}

/// Whether a heading says no more than `Status`: what the cells are about may be anything.
fn is_any_status(heading: &str) -> bool {
    [
        "status",
        "statut",
        "stato",
        "estado",
        "state",
        "stav",
        "tila",
        "emailstatus",
        "ticketstatus",
        "attendance",
        "reply",
        "replies",
    ]
    .contains(&fold(heading).as_str())
}

/// Whether it matters which of two columns with the same meaning is used.
fn matters(field: Field, settings: &ColumnSettings) -> bool {
    matches!(field, Field::Role | Field::Moderator | Field::Status | Field::Id)
        || settings.per_row.contains(&field)
}

fn says_who_moderates(table: &Table<'_>, at: usize, roles: &Roles) -> bool {
    let says = |cell: &str| yes_or_no(cell).is_some() || roles.named(cell).is_some();
    table.profiles[at].filled == 0 || table.people.iter().any(|row| says(row.cell(at)))
}

fn refuse_several(table: &mut Table<'_>, field: Field, columns: &[usize]) {
    let message = format!(
        "it is not certain which column is the {}: {}",
        field.name(),
        table.listed(columns)
    );
    let lines: Vec<String> = columns
        .iter()
        .take(4)
        .map(|at| format!("columns = {{ {} = {} }}", field.name(), table.in_toml(*at)))
        .collect();
    let hint =
        format!("write the right one under [roster] in meeting.toml: {}", lines.join(", or "));
    let problem = table.problem("which-column", message).hint(hint);
    table.problems.push(problem);
}

fn refuse_moderator(table: &mut Table<'_>, at: usize) {
    let message =
        format!("{} does not say yes or no, so it cannot say who moderates", table.quoted(at));
    let hint = format!(
        "write `yes` or `no` into its cells, or write under [roster] in meeting.toml: ignore = [{}]",
        table.in_toml(at)
    );
    let problem = table.problem("which-column", message).hint(hint);
    table.problems.push(problem);
}

/// A column that says that somebody has declined must not be overlooked because of its heading.
fn refuse_unknown_status(table: &mut Table<'_>, conditions: &[RowCondition], absence: &[usize]) {
    let is_status = |at: &usize| {
        let mut cells =
            table.people.iter().map(|row| row.cell(*at)).filter(|cell| !cell.is_empty());
        // Yes and no may be the answer to anything.
        let declines = |cell: &&str| yes_or_no(cell).is_none() && stays_away(cell);
        (cells.clone().any(|cell| declines(&cell)) && cells.all(is_status_word))
            || answers(table, *at) == Some(Answers::Differ)
    };
    // Where the user picks rows by the column, its words do not matter.
    let is_picked =
        |at: &usize| conditions.iter().any(|one| fold(&one.heading) == fold(table.heading(*at)));
    let may_be = |at: &usize| table.is_unknown(*at) && !is_picked(at) && !absence.contains(at);
    let free: Vec<usize> = table.free().into_iter().filter(may_be).collect();
    let Some(at) = free.iter().copied().find(is_status) else {
        // As long as everybody says yes, it does not matter; in a long list, somebody may say no further down.
        let all_say_yes = |at: &usize| answers(table, *at) == Some(Answers::AllYes);
        // Beside an empty column of that name it would be the answer to something else.
        let is_only = table.first(Field::Status).is_none();
        if let Some(at) = free.into_iter().find(all_say_yes).filter(|_| is_only) {
            table.take(Field::Status, at);
        }
        return;
    };
    let message = format!(
        "the cells of {} say who takes part, but its heading does not say that they are about this meeting",
        table.quoted(at)
    );
    let hint = format!(
        "write under [roster] in meeting.toml: columns = {{ status = {} }}, or: ignore = [{}]",
        table.in_toml(at),
        table.in_toml(at)
    );
    let problem = table.problem("which-column", message).hint(hint);
    table.problems.push(problem);
}

/// What the cells answer under a heading that is about taking part.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answers {
    /// Everybody says yes.
    AllYes,
    /// Somebody says no, or nothing.
    Differ,
}

/// The answers of a column, if its heading is about taking part and its cells are answers.
fn answers(table: &Table<'_>, at: usize) -> Option<Answers> {
    if !is_about_taking_part(table.heading(at)) {
        return None;
    }
    let cells = || table.people.iter().map(|row| row.cell(at));
    let is_answer =
        |cell: &str| cell.is_empty() || yes_or_no(cell).is_some() || is_status_word(cell);
    if cells().all(str::is_empty) || !cells().all(is_answer) {
        None
    } else if cells().all(|cell| standing(cell) == Some(Standing::TakesPart)) {
        Some(Answers::AllYes)
    } else {
        // What is no status, such as `1`, says no less if everybody has it.
        cells().any(|cell| yes_or_no(cell) != Some(true)).then_some(Answers::Differ)
    }
}

/// A column that says who moderates must not be overlooked because of its heading.
fn refuse_unknown_roles(table: &mut Table<'_>, roles: &Roles) {
    let is_of_roles = |at: &usize| {
        let cells: Vec<&str> =
            table.people.iter().map(|row| row.cell(*at)).filter(|cell| !cell.is_empty()).collect();
        let named: Vec<_> = cells.iter().filter_map(|cell| roles.named(cell)).collect();
        named.len() == cells.len() && named.iter().any(|role| *role != roles.default())
    };
    // What somebody bought says nothing about what they may do.
    let may_be = |at: &usize| table.is_unknown(*at) && !fold(table.heading(*at)).contains("ticket");
    let Some(at) = table.free().into_iter().filter(may_be).find(is_of_roles) else { return };
    let message =
        format!("the cells of {} are roles, but its heading does not say so", table.quoted(at));
    let hint = format!(
        "write under [roster] in meeting.toml: columns = {{ role = {} }}, or: ignore = [{}]",
        table.in_toml(at),
        table.in_toml(at)
    );
    let problem = table.problem("which-column", message).hint(hint);
    table.problems.push(problem);
}

//! The cells of a row that describe the person.

use std::borrow::Cow;

use jiff::tz::TimeZone;
use meetmint_core::{Avatar, DisplayName, Email, MODERATOR, NotAnAvatar, PARTICIPANT};

use super::address::{CellAddress, looks_like_address, read_address};
use super::cell_text::{is_formula, is_missing, trimmed};
use super::cells::Cells;
use super::encoded::entities_decoded;
use super::entry::NameSource;
use super::field::Field;
use crate::language::language_tag;
use crate::problem::Problem;
use crate::rejection::Rejection;
use crate::roles::{Roles, yes_or_no};
use crate::suggestion::quoted;
use crate::zone::{ZoneOf, roster_zone};

/// The code of the problem with a cell that names no role.
pub(super) const UNKNOWN_ROLE: &str = "unknown-role";

/// The address. If it is `None`, a problem was added, except where there is none and `is_needed` is false. `name` is
/// that of the row, for the message.
pub(super) fn email(
    cells: Cells<'_, '_>,
    is_needed: bool,
    name: Option<&DisplayName>,
    problems: &mut Vec<Problem>,
) -> Option<CellAddress> {
    let Some(cell) = cells.get(Field::Email) else {
        if is_needed {
            let who = name.map_or_else(|| "this row".to_owned(), |name| quoted(name.as_str()));
            let message = format!("{who} has no email address");
            problems.push(cells.problem_in(Field::Email, "no-email", message).hint(
                "add one, or delete the row; `meetmint links` also makes links for people without an address",
            ));
        }
        return None;
    };
    let address =
        read_address(cell).and_then(|found| match found.email.as_str().strip_prefix('\'') {
            None => Ok(found),
            Some(rest) => Err(Rejection::new(
                "begins with an apostrophe, which spreadsheet programs put before a text",
                format!("write {}", quoted(rest)),
            )),
        });
    match address {
        Ok(found) => match reachable(&found.email) {
            Err(Rejection { message, hint }) if is_needed => {
                let message = format!("{} {message}", quoted(cell));
                problems.push(cells.problem_in(Field::Email, "not-ascii", message).hint(hint));
                None
            }
            _ => Some(found),
        },
        Err(Rejection { message, hint }) => {
            let message = format!("{} {message}", quoted(cell));
            problems.push(cells.problem_in(Field::Email, "not-an-email", message).hint(hint));
            None
        }
    }
}

/// Whether mail can be sent to an address. SMTPUTF8 (RFC 6531), which other characters before the `@` need, would have to
/// be offered by each server on the way.
///
/// # Errors
/// A [`Rejection`] for an address that is not ASCII before the `@`; its message follows the quoted address.
pub fn reachable(email: &Email) -> Result<(), Rejection> {
    if email.local_part().is_ascii() {
        return Ok(());
    }
    Err(Rejection::new(
        "cannot be reached by mail: many servers accept only ASCII before the `@`",
        "ask the person for an address in ASCII characters; `meetmint links` accepts this one",
    ))
}

/// The name, if a cell has one: whole, or joined from its parts.
pub(super) fn name(
    cells: Cells<'_, '_>,
    problems: &mut Vec<Problem>,
) -> Option<(DisplayName, NameSource)> {
    let before = problems.len();
    let mut word = |field, at: &usize| {
        let cell = trimmed(cells.row.cell(*at));
        if cell.is_empty() || is_missing(field, cell) {
            return None;
        }
        if is_formula(cell) {
            problems.push(cells.formula(field, cell));
        }
        // Some programs write texts in single quotation marks.
        let quoted = cell.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
        Some(without_address(entities_decoded(
            quoted.filter(|rest| !rest.is_empty()).unwrap_or(cell),
        )))
    };
    let of = |field| cells.columns.of(field);
    let whole = match of(Field::Name) {
        // One column is the common case, and needs no list of words.
        [at] => word(Field::Name, at)
            .and_then(|cell| DisplayName::clean(&cell))
            .map(|name| (name, NameSource::OneCell)),
        columns => {
            let words: Vec<_> = columns.iter().filter_map(|at| word(Field::Name, at)).collect();
            DisplayName::clean(&words.join(" ")).map(|name| (name, NameSource::Parts))
        }
    };
    // A file may have all three columns, and a row only the parts.
    let name = whole.or_else(|| {
        let parts = [Field::FirstName, Field::LastName];
        let parts = parts.iter().flat_map(|field| of(*field).iter().map(|at| (*field, at)));
        let words: Vec<_> = parts.filter_map(|(field, at)| word(field, at)).collect();
        Some((DisplayName::clean(&words.join(" "))?, NameSource::Parts))
    });
    if problems.len() > before { None } else { name }
}

/// The name in a cell such as `Ada Muster (ada@example.org)`, which Outlook exports as the name to display: everybody in the
/// meeting would read the address. Other cells are as they are.
fn without_address(cell: Cow<'_, str>) -> Cow<'_, str> {
    if cell.contains('@')
        && looks_like_address(&cell)
        && let Ok(CellAddress { name: Some(name), .. }) = read_address(&cell)
    {
        return Cow::Owned(name.to_string());
    }
    cell
}

/// The index of the role: by `meeting.toml` if it names the person, else by the cells, else the default.
pub(super) fn role(
    cells: Cells<'_, '_>,
    roles: &Roles,
    email: Option<&Email>,
    problems: &mut Vec<Problem>,
) -> usize {
    let named = cells.get(Field::Role).and_then(|cell| {
        let role = roles.named(cell);
        if role.is_none() {
            problems.push(unknown_role(cells, cell));
        }
        role
    });
    let moderates = cells.get(Field::Moderator).and_then(|cell| {
        let answer =
            // A column `Host` may also hold the names of roles.
            yes_or_no(cell).or_else(|| roles.named(cell).map(|role| roles.all()[role].moderator));
        if answer.is_none() {
            let message = format!("{} is neither yes nor no", quoted(cell));
            let problem = cells.problem_in(Field::Moderator, "not-yes-or-no", message);
            problems.push(problem.hint("write `yes` or `no`"));
        }
        answer
    });
    // After the cells are read: an unknown role is a problem even if `meeting.toml` decides.
    if let Some(role) = email.and_then(|email| roles.of_person(&email.key())) {
        return role;
    }
    let default = roles.default();
    match (named, moderates) {
        // Neither cell is more likely to be right, and guessing could make somebody a moderator.
        (Some(role), Some(moderates)) if roles.all()[role].moderator != moderates => {
            problems.push(two_roles(cells, &roles.all()[role].name, moderates));
            role
        }
        (None, Some(true)) => roles.named(MODERATOR).unwrap_or(default),
        // A default role that moderates must not override a clear no.
        (None, Some(false)) if roles.all()[default].moderator => {
            roles.named(PARTICIPANT).unwrap_or(default)
        }
        (role, _) => role.unwrap_or(default),
    }
}

/// The problem that makes the row unreadable. The survey reports each word once, with what to do about it.
fn unknown_role(cells: Cells<'_, '_>, cell: &str) -> Problem {
    let message = format!("{} is not a role", quoted(cell));
    cells.problem_in(Field::Role, UNKNOWN_ROLE, message)
}

fn two_roles(cells: Cells<'_, '_>, role: &str, moderates: bool) -> Problem {
    let message = if moderates {
        format!("the cell says yes, but the role `{role}` does not moderate")
    } else {
        format!("the cell says no, but the role `{role}` moderates")
    };
    let problem = cells.problem_in(Field::Moderator, "two-roles", message);
    problem.hint("correct one of the two cells")
}

pub(super) fn avatar(cells: Cells<'_, '_>, problems: &mut Vec<Problem>) -> Option<Avatar> {
    let cell = cells.get(Field::Avatar)?;
    match Avatar::parse(cell) {
        Ok(avatar) => Some(avatar),
        Err(bad) => {
            let (message, hint) = match bad {
                // Without the cell: it would show the password.
                NotAnAvatar::Login => {
                    (bad.to_string(), "use a picture that everybody can load without a login")
                }
                NotAnAvatar::NotHttps => (
                    format!("{}: {bad}", quoted(cell)),
                    "write the full URL of a picture, or leave the cell empty",
                ),
            };
            problems.push(cells.problem_in(Field::Avatar, "not-an-avatar", message).hint(hint));
            None
        }
    }
}

pub(super) fn language(cells: Cells<'_, '_>, problems: &mut Vec<Problem>) -> Option<String> {
    cells.parse(Field::Language, "not-a-language", problems, |cell| {
        language_tag(cell).map(Cow::into_owned).map_err(|Rejection { message, hint }| Rejection {
            message,
            hint: format!("{hint}, or leave the cell empty"),
        })
    })
}

/// The person's own zone; `None` if the column holds the meeting's.
pub(super) fn zone(cells: Cells<'_, '_>, problems: &mut Vec<Problem>) -> Option<TimeZone> {
    if cells.columns.overrides(Field::Zone) {
        return None;
    }
    cells.parse(Field::Zone, "unknown-zone", problems, |cell| {
        roster_zone(cell, ZoneOf::Person).map_err(|Rejection { message, hint }| {
            // The column was recognized by its heading alone, and may hold something else.
            let hint = format!("{hint} (if the column is not about this, rename its heading)");
            Rejection { message, hint }
        })
    })
}

#[cfg(test)]
mod tests;

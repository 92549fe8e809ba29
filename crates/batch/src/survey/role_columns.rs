//! Columns that look like roles, and are not used as such.

use meetmint_core::MODERATOR;

use crate::problem::Problem;
use crate::remark::Remark;
use crate::roster::{Field, Meaning, Roster};
use crate::suggestion::{list, quoted, toml_string};

/// How many rows are looked at.
const SAMPLE: usize = 200;

/// How many different cells are named.
const SHOWN: usize = 5;

/// Warns of each column whose cells all name roles, if nobody has a role by the roster. Without the warning, whoever is
/// meant to moderate would be a participant unnoticed. A column in which everybody has the default role changes nothing.
pub(super) fn unused(roster: &Roster) -> Result<Vec<Remark>, Problem> {
    let columns = roster.columns();
    let has_roles = columns
        .iter()
        .any(|column| matches!(column.meaning, Meaning::Field(Field::Role | Field::Moderator)));
    let mut rows = roster.rows()?;
    if has_roles {
        return Ok(Vec::new());
    }
    let Some(batch) = rows.batch(SAMPLE)? else { return Ok(Vec::new()) };
    let roles = roster.roles();
    let unused = columns.iter().enumerate().filter(|(_, column)| {
        !matches!(column.meaning, Meaning::Field(_))
            && !column.heading.is_empty()
            && !roster.ignores(&column.heading)
    });
    let remarks = unused.filter_map(|(at, column)| {
        let cells = (0..batch.len()).map(|row| batch.row(row).cell(at).trim());
        let mut named: Vec<&str> = Vec::new();
        let mut is_special = false;
        for cell in cells.filter(|cell| !cell.is_empty()) {
            let role = roles.named(cell)?;
            is_special |= role != roles.default();
            if !named.contains(&cell) && named.len() < SHOWN {
                named.push(cell);
            }
        }
        is_special.then(|| {
            let heading = quoted(&column.heading);
            let cells = list("with", named);
            let message = format!("the column {heading} looks like one of roles, {cells}, and is not used");
            let heading = toml_string(&column.heading);
            let hint = format!(
                "if it says who is a {MODERATOR}, write under [roster]: columns = {{ role = {heading} }}; if not: ignore = [{heading}]"
            );
            Remark::warning("unused-roles", message).hint(hint)
        })
    });
    Ok(remarks.collect())
}

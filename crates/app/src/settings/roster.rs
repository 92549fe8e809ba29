//! `[roster]`: where the list of people is, and what its columns mean.

mod reading;
mod source;

use std::path::Path;

use meetmint_batch::{
    ColumnSettings, Duplicates, FIELDS, Field, MeetingSpec, PER_ROW, Reading, Rejection, Roles,
    RosterSpec, RowCondition, quoted, suggest,
};
use meetmint_core::MeetingId;

use super::document::Location;
use super::table::Table;
use super::value::{self, Located};

#[cfg(test)]
pub(crate) use source::web_address;
pub(crate) use source::{RosterPlace, STANDARD_INPUT, WebAddress};

/// The roster to open: where it is, and how to read it.
pub(crate) struct RosterSettings {
    pub(crate) place: RosterPlace,
    /// The line that says where it is.
    pub(crate) location: Location,
    pub(crate) spec: RosterSpec,
}

impl RosterSettings {
    /// The file with the list, if it is one.
    pub(crate) fn file(&self) -> Option<&Path> {
        match &self.place {
            RosterPlace::File(path) => Some(path),
            RosterPlace::StandardInput | RosterPlace::Command { .. } | RosterPlace::Web(_) => None,
        }
    }

    /// Whether rows may have rooms of their own.
    pub(crate) fn has_own_rooms(&self) -> bool {
        self.spec.columns.per_row.contains(&Field::Room)
    }

    /// Adds the meeting's id, which the ids of people who share an address depend on.
    pub(super) fn set_meeting_id(&mut self, id: &MeetingId) {
        if let Some(known) = &mut self.spec.family {
            known.clone_from(id);
        }
    }
}

/// What `[roster]` says.
pub(super) struct RosterTable {
    place: RosterPlace,
    location: Location,
    reading: Reading,
    conditions: Vec<RowCondition>,
    family: bool,
    columns: ColumnSettings,
    duplicates: Duplicates,
}

impl RosterTable {
    /// Adds what other sections say about reading the roster.
    pub(super) fn with(self, roles: Roles, meeting: MeetingSpec) -> RosterSettings {
        let spec = RosterSpec {
            reading: self.reading,
            conditions: self.conditions,
            // The id is not known yet. Until it is, another one serves to find problems.
            family: self.family.then(|| MeetingId::derived("", "", "")),
            columns: self.columns,
            roles,
            duplicates: self.duplicates,
            meeting,
            // Set by the command: mail needs addresses, link files do not.
            need_email: false,
            // Set when the key has been read.
            link_sizes: Vec::new(),
        };
        RosterSettings { place: self.place, location: self.location, spec }
    }
}

/// Reads `[roster]`, except `default_role`, which belongs to the roles.
pub(super) fn read(root: &Table<'_>, folder: &Path) -> Option<RosterTable> {
    let table = root.table("roster");
    let place = source::read(&table, folder);
    let columns = column_settings(&table);
    let reading = reading::read(&table);
    let conditions = conditions(&table);
    let family = table.parsed(table.string("family"), "bad-value", |text| match text {
        "each" => Ok(true),
        "refuse" => Ok(false),
        _ => Err(Rejection::new(
            "expected `refuse` or `each`",
            "write `each` if several people may share an address: each gets a link and a mail of their own",
        )),
    });
    // `roles::read` reads it.
    table.allow("default_role");
    // Not guessed by default: if two rows of a person differ, only the user knows which is right.
    let duplicates = table.parsed(table.string("duplicates"), "bad-value", |text| match text {
        "refuse" => Ok(Duplicates::Refuse),
        "first" => Ok(Duplicates::First),
        "last" => Ok(Duplicates::Last),
        _ => Err(Rejection::new(
            "expected `refuse`, `first` or `last`",
            "write `first` or `last` to use that row of a person and ignore the others",
        )),
    });
    table.finish();
    Some(RosterTable {
        place: place?,
        location: source::location(&table),
        reading,
        conditions,
        family: family.unwrap_or(false),
        columns,
        duplicates: duplicates.unwrap_or(Duplicates::Refuse),
    })
}

/// Reads what is said about columns.
fn column_settings(table: &Table<'_>) -> ColumnSettings {
    let mut columns = ColumnSettings { per_row: per_row(table), ..ColumnSettings::default() };
    named(table, &mut columns);
    for heading in table.strings("ignore") {
        columns.places.push(place(table, &heading));
        columns.ignore.push(heading.value);
    }
    columns
}

/// A heading, and where it is written.
fn place(table: &Table<'_>, heading: &Located<String>) -> (String, String, u64) {
    let (file, line) = table.location(heading.offset).file_and_line();
    (heading.value.clone(), file, line)
}

/// Reads `columns`: the headings of columns that are not recognized by themselves.
fn named(table: &Table<'_>, columns: &mut ColumnSettings) {
    let table = table.table("columns");
    for (key, value) in table.entries() {
        let Some(field) = Field::named(&key.value) else {
            let names = FIELDS.iter().map(|(_, name)| *name);
            table.report(
                "unknown-key",
                key.offset,
                format!("unknown key {} in [roster.columns]", quoted(&key.value)),
                suggest(&key.value, names, "known names:"),
            );
            continue;
        };
        let headings = value::strings(&value).filter(|headings| {
            // First name and last name are often two columns, and so are the addresses of two guardians.
            headings.len() == 1
                || (matches!(field, Field::Name | Field::Email) && !headings.is_empty())
        });
        match headings {
            Some(headings) => {
                columns.places.extend(headings.iter().map(|heading| place(&table, heading)));
                let headings = headings.into_iter().map(|heading| heading.value);
                columns.named.push((field, headings.collect()));
            }
            None => {
                let hint = if field == Field::Start {
                    "put date and time into one column, such as `2027-03-11 16:00`, and write its heading in quotes"
                } else {
                    "write the heading in quotes; only `name` and `email` can have a list of headings"
                };
                let message = format!("`{}` must be the heading of one column", key.value);
                table.report("wrong-type", value.offset, message, hint);
                // That the column is missing would be a consequence.
                columns.per_row.retain(|known| *known != field);
            }
        }
    }
}

/// Reads `where`: which rows count.
fn conditions(table: &Table<'_>) -> Vec<RowCondition> {
    let table = table.table("where");
    let mut conditions = Vec::new();
    for (heading, value) in table.entries() {
        match value::strings(&value).filter(|values| !values.is_empty()) {
            Some(values) => conditions.push(RowCondition {
                heading: heading.value.clone(),
                values: values.into_iter().map(|value| value.value).collect(),
                place: Some(table.location(heading.offset).file_and_line()),
            }),
            None => table.report(
                "wrong-type",
                value.offset,
                format!("{} must be a cell, or a list of cells", quoted(&heading.value)),
                "write the cells of the rows that count: where = { \"Class\" = [\"3b\", \"3c\"] }",
            ),
        }
    }
    conditions
}

/// Reads `per_row`: what a row may set for itself instead of the meeting.
fn per_row(table: &Table<'_>) -> Vec<Field> {
    let mut fields = Vec::new();
    for name in table.strings("per_row") {
        match Field::named(&name.value).filter(|field| PER_ROW.contains(field)) {
            Some(field) => fields.push(field),
            None => table.report(
                "bad-value",
                name.offset,
                format!("{} cannot be set per row", quoted(&name.value)),
                suggest(&name.value, PER_ROW.map(Field::name), "a row can set"),
            ),
        }
    }
    fields
}

//! What each column of a roster is taken for.

use meetmint_core::one_line;

use super::field::{FIELDS, Field, PER_ROW};
use super::spellings::{SPELLINGS, fold};
use crate::problem::Problem;
use crate::suggestion::{quoted, suggest};

/// The longest part of a heading that is shown, in characters.
const LONGEST_HEADING: usize = 100;

/// What the user says about the columns.
#[derive(Clone, Debug, Default)]
pub struct ColumnSettings {
    /// Headings by field. A name may be joined from several columns.
    pub named: Vec<(Field, Vec<String>)>,
    /// The fields of [`PER_ROW`] that a row may override.
    pub per_row: Vec<Field>,
    /// The headings of columns that mean nothing, whatever they look like.
    pub ignore: Vec<String>,
}

/// A column, and what it is taken for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The heading, on one line.
    pub heading: String,
    /// What the column means.
    pub meaning: Meaning,
}

/// What a column is taken for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// One of the known fields.
    Field(Field),
    /// A field of the meeting that `per_row` does not name: it changes no meeting, and templates know it
    /// as `extra.KEY`.
    LeftAlone(Field, String),
    /// Anything else: templates know it as `extra.KEY`.
    Extra(String),
}

/// The columns of a roster by what they mean.
#[derive(Clone, Debug)]
pub(crate) struct Columns {
    all: Vec<Column>,
    /// Indexes of columns by field.
    by_field: [Vec<usize>; FIELDS.len()],
    per_row: Vec<Field>,
}

impl Columns {
    /// Reads the heading row, which is on `line` of the file that is shown as `file`.
    pub(crate) fn read(
        headings: &[&str],
        settings: &ColumnSettings,
        file: &str,
        line: u64,
    ) -> Result<Columns, Vec<Problem>> {
        let folded: Vec<String> = headings.iter().map(|heading| fold(heading)).collect();
        let mut taken = vec![None; headings.len()];
        let mut by_field: [Vec<usize>; FIELDS.len()] = Default::default();
        let mut problems = Vec::new();
        // What the user says comes first: a column that is named is not available to the spellings.
        for (field, names) in &settings.named {
            for name in names {
                let wanted = fold(name);
                match folded.iter().position(|heading| *heading == wanted && !wanted.is_empty()) {
                    Some(at) => {
                        by_field[*field as usize].push(at);
                        taken[at] = Some(*field);
                    }
                    None => problems.push(no_such_column(name, headings, file, line)),
                }
            }
        }
        for (field, spellings) in SPELLINGS {
            let is_named = settings.named.iter().any(|(named, _)| *named == field);
            let is_spelled =
                |at: &usize| taken[*at].is_none() && spellings.contains(&folded[*at].as_str());
            // The first column that fits: exports put the main address or name before further ones.
            if !is_named && let Some(at) = (0..headings.len()).find(is_spelled) {
                by_field[field as usize].push(at);
                taken[at] = Some(field);
            }
        }
        for field in &settings.per_row {
            // Without this, a misspelled heading would leave everybody in the common meeting.
            if by_field[*field as usize].is_empty() {
                problems.push(no_column_for(*field, file, line));
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let all = headings.iter().zip(&taken).map(|(heading, field)| {
            // Shown in messages and link files, so a line break or a control character must not survive.
            let heading = one_line(heading, LONGEST_HEADING).unwrap_or_default();
            let meaning = match field {
                Some(field) if is_used(*field, &settings.per_row) => Meaning::Field(*field),
                Some(field) => Meaning::LeftAlone(*field, extra_key(&heading)),
                None => Meaning::Extra(extra_key(&heading)),
            };
            Column { heading, meaning }
        });
        Ok(Columns { all: all.collect(), by_field, per_row: settings.per_row.clone() })
    }

    /// All columns, in the order of the file.
    pub(crate) fn all(&self) -> &[Column] {
        &self.all
    }

    /// The indexes of the columns of a field; none if the file has no such column, or it is left alone.
    pub(crate) fn of(&self, field: Field) -> &[usize] {
        if is_used(field, &self.per_row) { &self.by_field[field as usize] } else { &[] }
    }

    /// Whether a field has a column that is used.
    pub(crate) fn has(&self, field: Field) -> bool {
        !self.of(field).is_empty()
    }

    /// Whether a row may override a field of the meeting.
    pub(crate) fn overrides(&self, field: Field) -> bool {
        self.per_row.contains(&field)
    }

    /// The heading of a field's first column, for messages.
    pub(crate) fn heading(&self, field: Field) -> &str {
        self.of(field).first().map_or(field.name(), |at| self.all[*at].heading.as_str())
    }

    /// The index of a column by its heading, compared as loosely as in recognizing columns.
    pub(crate) fn position(&self, heading: &str) -> Option<usize> {
        let wanted = fold(heading);
        self.all.iter().position(|column| !wanted.is_empty() && fold(&column.heading) == wanted)
    }
}

/// Whether a column of this field is read. A field of the meeting is used only if `per_row` names it, because
/// a column `Title` often holds `Dr`. A zone that moves no meeting is still the person's own.
fn is_used(field: Field, per_row: &[Field]) -> bool {
    field == Field::Zone || !PER_ROW.contains(&field) || per_row.contains(&field)
}

fn no_such_column(name: &str, headings: &[&str], file: &str, line: u64) -> Problem {
    let hint = suggest(name, headings.iter().copied(), "the headings are");
    Problem::of_file("no-such-column", file, format!("there is no column {}", quoted(name)))
        .at(line)
        .hint(hint)
}

fn no_column_for(field: Field, file: &str, line: u64) -> Problem {
    let name = field.name();
    let message = format!("`per_row` names `{name}`, but no column is recognized as `{name}`");
    Problem::of_file("no-such-column", file, message)
        .at(line)
        .hint(format!("name the column: columns = {{ {name} = \"…\" }}"))
}

/// The name of a column in templates: lower case, and `_` for everything but letters and digits.
pub(super) fn extra_key(heading: &str) -> String {
    // A key has to be a name in the template language: `{{ extra.t_shirt }}`.
    let key = heading.trim().to_lowercase();
    key.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meanings(headings: &[&str], settings: &ColumnSettings) -> Vec<String> {
        let columns = Columns::read(headings, settings, "people.csv", 1).unwrap();
        columns
            .all
            .iter()
            .map(|column| match &column.meaning {
                Meaning::Field(field) => field.name().to_owned(),
                Meaning::LeftAlone(field, key) => format!("({}) {key}", field.name()),
                Meaning::Extra(key) => format!("extra.{key}"),
            })
            .collect()
    }

    #[test]
    fn headings_are_recognized_as_people_write_them() {
        #[track_caller]
        fn case(headings: &[&str], expected: &[&str]) {
            assert_eq!(meanings(headings, &ColumnSettings::default()), expected);
        }

        case(&["email", "name", "role"], &["email", "name", "role"]);
        case(&[" E-Mail ", "FULL NAME", "Rolle"], &["email", "name", "role"]);
        case(&["E-Mail-Adresse", "Vorname", "Nachname"], &["email", "first_name", "last_name"]);
        case(&["Adresse e-mail", "Prénom", "Nom"], &["email", "first_name", "last_name"]);
        case(&["Correo electrónico", "Nombre", "Apellidos"], &["email", "first_name", "last_name"]);
        case(
            &["Email address", "First name", "Surname", "ID number"],
            &["email", "first_name", "last_name", "id"],
        );
        case(&["Ｅｍａｉｌ", "Imię", "Nazwisko"], &["email", "first_name", "last_name"]);
        case(
            &["Order #", "Email", "Buyer Email", "Ticket Type"],
            &["extra.order__", "email", "extra.buyer_email", "extra.ticket_type"],
        );
        case(&["E-mail 1 - Value", "email"], &["email", "extra.email"]);
        case(
            &["email", "Title", "Room", "Start", "Zone"],
            &["email", "(title) title", "(room) room", "(start) start", "zone"],
        );
        case(&["email", "Host"], &["email", "moderator"]);
        case(&["email", "", "T-Shirt / Größe"], &["email", "extra.", "extra.t_shirt___größe"]);
    }

    #[test]
    fn columns_that_the_user_names_win_over_spellings() {
        let settings = ColumnSettings {
            named: vec![
                (Field::Email, vec!["Kontakt".to_owned()]),
                (Field::Name, vec!["Vorname".to_owned(), "nachname".to_owned()]),
            ],
            per_row: vec![Field::Room],
            ignore: Vec::new(),
        };
        assert_eq!(
            meanings(&["Email", "KONTAKT", "Vorname", "Nachname", "Room", "Title"], &settings),
            ["extra.email", "email", "name", "name", "room", "(title) title"]
        );
        let problems =
            Columns::read(&["Email", "Kontact"], &settings, "people.csv", 1).unwrap_err();
        let messages: Vec<String> = problems
            .iter()
            .map(|problem| format!("{problem} | {}", problem.hint.as_deref().unwrap()))
            .collect();
        assert_eq!(
            messages,
            [
                "people.csv:1: there is no column `Kontakt` | did you mean `Kontact`?",
                "people.csv:1: there is no column `Vorname` | the headings are `Email`, `Kontact`",
                "people.csv:1: there is no column `nachname` | the headings are `Email`, `Kontact`",
                "people.csv:1: `per_row` names `room`, but no column is recognized as `room` | name the column: columns = { room = \"…\" }",
            ]
        );
    }
}

use super::super::reading::Reading;
use super::super::sample::Sample;
use super::*;

/// The columns of a list, whose first row is the headings.
fn decide(
    rows: &[&[&str]],
    settings: &ColumnSettings,
) -> Result<(Columns, Vec<Remark>), Vec<Problem>> {
    let sample = Sample {
        rows: (1_u64..)
            .zip(rows)
            .map(|(number, cells)| SampleRow {
                number,
                line: number,
                cells: cells.iter().map(|cell| cell.trim().to_owned()).collect(),
            })
            .collect(),
        is_whole: true,
    };
    let layout = Layout::find(&sample, &Reading::default(), "people.csv")?;
    let roles = Roles::new(Vec::new()).unwrap();
    Columns::decide(&layout, &layout.people(&sample), settings, &roles, "people.csv")
}

fn meanings(headings: &[&str], settings: &ColumnSettings) -> Vec<String> {
    meanings_of(&[headings], settings)
}

fn meanings_of(rows: &[&[&str]], settings: &ColumnSettings) -> Vec<String> {
    let (columns, _) = decide(rows, settings).unwrap();
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
    let problems = decide(&[&["Email", "Kontact"]], &settings).unwrap_err();
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

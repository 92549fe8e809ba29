use super::super::reading::Reading;
use super::super::sample::Sample;
use super::*;

mod empty;

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
    Columns::decide(&layout, &layout.people(&sample), settings, &[], &roles, "people.csv")
}

/// The columns of a list without people.
pub(in super::super) fn of_headings(headings: &[&str]) -> Columns {
    decide(&[headings], &ColumnSettings::default()).unwrap().0
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
        places: vec![("Kontakt".to_owned(), "meeting.toml".to_owned(), 7)],
        ..ColumnSettings::default()
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
            "meeting.toml:7: `columns` names the column `Kontakt`, which the roster does not have | did you mean `Kontact`?",
            "people.csv:1: `columns` names the column `Vorname`, which the roster does not have | the headings are `Email`, `Kontact`",
            "people.csv:1: `columns` names the column `nachname`, which the roster does not have | the headings are `Email`, `Kontact`",
            "people.csv:1: `per_row` names `room`, but no column is recognized as `room` | name the column: columns = { room = \"…\" }",
        ]
    );
}

/// The fields of the columns, in order, and the codes of the remarks.
fn decided(rows: &[&[&str]]) -> (Vec<String>, Vec<&'static str>) {
    let (_, remarks) = decide(rows, &ColumnSettings::default()).unwrap();
    let codes = remarks.iter().map(|remark| remark.code).collect();
    (meanings_of(rows, &ColumnSettings::default()), codes)
}

#[track_caller]
fn case(rows: &[&[&str]], expected: &[&str], codes: &[&str]) {
    let (fields, said) = decided(rows);
    let fields: Vec<&str> =
        fields.iter().map(|it| if it.starts_with("extra") { "-" } else { it.as_str() }).collect();
    assert_eq!((&fields[..], &said[..]), (expected, codes), "{rows:?}");
}

/// `Attendee` is a better heading for names than `First name`, and `Inscrit le` looks like one of people.
#[test]
fn an_empty_column_of_names_is_not_preferred() {
    for whole in ["Attendee", "Inscrit le"] {
        let rows: [&[&str]; 2] = [
            &["First name", whole, "Last name", "Email"],
            &["Ada", "", "Byron", "ada@example.org"],
        ];
        case(&rows, &["first_name", "-", "last_name", "email"], &[]);
    }
}

/// The message and the hint of the only problem.
#[track_caller]
fn refused(rows: &[&[&str]], settings: &ColumnSettings) -> (String, String) {
    let problems = decide(rows, settings).unwrap_err();
    let [problem] = &problems[..] else { panic!("{problems:?}") };
    (problem.message.clone(), problem.hint.clone().unwrap())
}

#[test]
fn cells_decide_which_of_several_columns_is_the_address() {
    // Only one of them has addresses.
    case(
        &[&["Mail", "E-mail", "Name"], &["", "ada@example.org", "Ada"]],
        &["-", "email", "name"],
        &[],
    );
    // Both are the same.
    case(
        &[&["Email", "Mail", "Name"], &["Ada@example.org", "ada@example.org", "Ada"]],
        &["email", "-", "name"],
        &[],
    );
    // A person with the address in brackets.
    case(
        &[&["Attendee", "Seat"], &["Ada (ada@example.org)", "x"], &["Ben (ben@example.org)", "x"]],
        &["email", "-"],
        &["email-column"],
    );
}

#[test]
fn a_column_that_is_not_certain_is_refused_with_a_line_that_decides() {
    let rows: &[&[&str]] = &[
        &["Email", "Mail", "Name"],
        &["ada@example.org", "ada@example.net", "Ada"],
        &["ben@example.org", "", "Ben"],
    ];
    let (message, hint) = refused(rows, &ColumnSettings::default());
    assert_eq!(
        message,
        "it is not certain which column is meant: `Email` and `Mail` may be the addresses of the people"
    );
    assert_eq!(
        hint,
        "write the right one under [roster] in meeting.toml: columns = { email = \"Email\" }, or columns = { email = \"Mail\" }"
    );
    let named = vec![(Field::Email, vec!["Mail".to_owned()])];
    let settings = ColumnSettings { named, ..ColumnSettings::default() };
    assert_eq!(meanings_of(rows, &settings), ["extra.email", "email", "name"]);
    // Nothing says whose addresses these are.
    let rows: &[&[&str]] = &[&["Name", "Xyzzy"], &["Ada", "ada@example.org"]];
    let (message, hint) = refused(rows, &ColumnSettings::default());
    assert_eq!(
        message,
        "`Xyzzy` has addresses, but its heading does not say that they are those of the people"
    );
    assert!(hint.ends_with("columns = { email = \"Xyzzy\" }"), "{hint}");
    // A column without a heading has a letter.
    let rows: &[&[&str]] = &[&["Name", ""], &["Ada", "ada@example.org"]];
    let (_, hint) = refused(rows, &ColumnSettings::default());
    assert!(hint.ends_with("columns = { email = \"B\" }"), "{hint}");
    let named = vec![(Field::Email, vec!["B".to_owned()])];
    let settings = ColumnSettings { named, ..ColumnSettings::default() };
    assert_eq!(meanings_of(rows, &settings), ["name", "email"]);
    // The heading says so, but the addresses are elsewhere.
    let rows: &[&[&str]] = &[&["Email", "Name", "Xyzzy"], &["yes", "Ada", "ada@example.org"]];
    let (message, _) = refused(rows, &ColumnSettings::default());
    assert_eq!(message, "the column `Email` has no address in it, but `Xyzzy` has");
}

#[test]
fn a_half_name_is_completed_by_its_other_half() {
    let ada = "ada@example.org";
    case(
        &[&["Name", "Vorname", "Email"], &["Muster", "Ada", ada]],
        &["last_name", "first_name", "email"],
        &[],
    );
    case(
        &[&["name", "lastname", "email"], &["Ada", "Muster", ada]],
        &["first_name", "last_name", "email"],
        &[],
    );
    // Here it is the whole name, because it holds the part.
    case(
        &[&["Name", "Vorname", "Email"], &["Ada Muster", "Ada", ada]],
        &["name", "first_name", "email"],
        &[],
    );
    case(
        &[&["Name", "First name", "Last name", "Email"], &["Ada Muster", "Ada", "Muster", ada]],
        &["name", "first_name", "last_name", "email"],
        &[],
    );
    // And here it is something else.
    case(
        &[&["Name", "First name", "Last name", "Email"], &["Early bird", "Ada", "Muster", ada]],
        &["-", "first_name", "last_name", "email"],
        &["other-names"],
    );
    case(&[&["Vorname", "Email"], &["Ada", ada]], &["first_name", "email"], &["half-names"]);
    // The other part is there, but nothing says so.
    let rows: &[&[&str]] =
        &[&["Vorname", "Xyzzy", "Email"], &["Ada", "Muster", "a.muster@example.org"]];
    let (message, hint) = refused(rows, &ColumnSettings::default());
    assert_eq!(message, "`Vorname` is a part of the name, and `Xyzzy` seems to be the other part");
    assert_eq!(
        hint,
        "write under [roster] in meeting.toml: columns = { name = [\"Vorname\", \"Xyzzy\"] }, or: ignore = [\"Xyzzy\"]"
    );
    let ignore = vec!["xyzzy".to_owned()];
    let settings = ColumnSettings { ignore, ..ColumnSettings::default() };
    assert_eq!(meanings_of(rows, &settings), ["first_name", "extra.xyzzy", "email"]);
}

#[test]
fn names_without_a_heading_are_refused_and_their_absence_is_noted() {
    let rows: &[&[&str]] = &[
        &["Email", "Full Nmae"],
        &["ada@example.org", "Ada Muster"],
        &["b@example.org", "Ben Beispiel"],
    ];
    let (message, hint) = refused(rows, &ColumnSettings::default());
    assert_eq!(
        message,
        "no heading says which column contains the names, but `Full Nmae` looks like names"
    );
    assert!(hint.contains("columns = { name = \"Full Nmae\" }"), "{hint}");
    case(
        &[&["Email", "Xyzzy"], &["ada@example.org", "5a"], &["ben@example.org", "5b"]],
        &["email", "-"],
        &["no-names"],
    );
    // What everybody shares is no name.
    let mut rows: Vec<&[&str]> = vec![&["Email", "Xyzzy"]];
    rows.extend([&["a@example.org", "Big Firm"][..]; 4]);
    case(&rows, &["email", "-"], &["no-names"]);
}

#[test]
fn who_moderates_is_not_overlooked() {
    let rows: &[&[&str]] = &[
        &["Email", "Name", "Xyzzy"],
        &["ada@example.org", "Ada", "Host"],
        &["ben@example.org", "Ben", "guest"],
    ];
    let (message, hint) = refused(rows, &ColumnSettings::default());
    assert_eq!(message, "the cells of `Xyzzy` are roles, but its heading does not say so");
    assert!(hint.contains("columns = { role = \"Xyzzy\" }, or: ignore = [\"Xyzzy\"]"), "{hint}");
    let rows: &[&[&str]] = &[&["Email", "Name", "Host"], &["ada@example.org", "Ada", "Grace"]];
    let (message, _) = refused(rows, &ColumnSettings::default());
    assert_eq!(message, "`Host` does not say yes or no, so it cannot say who moderates");
}

#[test]
fn a_line_for_the_configuration_is_valid() {
    let rows: &[&[&str]] = &[&["Name", "Xyzzy \"work\" \\ home"], &["Ada", "ada@example.org"]];
    let problems = decide(rows, &ColumnSettings::default()).unwrap_err();
    let hint = problems[0].hint.as_deref().unwrap();
    assert!(hint.ends_with("columns = { email = \"Xyzzy \\\"work\\\" \\\\ home\" }"), "{hint}");
}

#[test]
fn some_people_may_have_a_whole_name_and_others_its_parts() {
    case(
        &[
            &["email", "Name", "First name", "Last name"],
            &["a@example.org", "Ada Lovelace", "", ""],
            &["b@example.org", "", "Ben", "Stone"],
        ],
        &["email", "name", "first_name", "last_name"],
        &[],
    );
    // Test accounts.
    case(
        &[
            &["email", "firstname", "lastname"],
            &["t1@example.org", "Teacher", "1"],
            &["t2@example.org", "Teacher", "2"],
        ],
        &["email", "first_name", "last_name"],
        &[],
    );
}

#[test]
fn names_with_additions_look_like_names() {
    for cells in [["1. Ann Lee", "2. Bob Ray"], ["Ann Lee + 1", "Bob Ray (vegan)"]] {
        let rows: &[&[&str]] =
            &[&["Xyzzy", "Email"], &[cells[0], "a@example.org"], &[cells[1], "b@example.org"]];
        let (message, _) = refused(rows, &ColumnSettings::default());
        assert_eq!(
            message,
            "no heading says which column contains the names, but `Xyzzy` looks like names"
        );
    }
}

#[test]
fn parents_are_invited_both_or_by_the_line_that_decides() {
    let rows: &[&[&str]] = &[
        &["Student", "Mother's email", "Father's email"],
        &["Tom Hill", "sue@example.org", "al@example.org"],
        &["Zoe Kim", "jin@example.org", ""],
    ];
    let (message, hint) = refused(rows, &ColumnSettings::default());
    assert_eq!(
        message,
        "the only addresses are in `Mother's email` and `Father's email`, and seem to be those of other people"
    );
    assert!(
        hint.contains("columns = { email = [\"Mother's email\", \"Father's email\"] }"),
        "{hint}"
    );
    // Whoever names one of them is told of the other, and a row that has only that one is a problem.
    let named = vec![(Field::Email, vec!["Mother's email".to_owned()])];
    let settings = ColumnSettings { named, ..ColumnSettings::default() };
    let (columns, remarks) = decide(rows, &settings).unwrap();
    assert_eq!((columns.spare_addresses(), remarks[0].code), (&[2][..], "other-addresses"));
}

#[test]
fn a_status_that_is_none_is_remembered() {
    let rows: &[&[&str]] = &[&["Email", "Name", "Status"], &["ada@example.org", "Ada", "gold"]];
    let (columns, remarks) = decide(rows, &ColumnSettings::default()).unwrap();
    assert_eq!((columns.spare_status(), remarks[0].code), (Some(2), "unused-column"));
}

#[test]
fn columns_of_different_names_are_not_chosen_between() {
    #[track_caller]
    fn refuse(rows: &[&[&str]]) {
        let problems = decide(rows, &ColumnSettings::default()).unwrap_err();
        assert_eq!(problems[0].code, "which-name");
    }

    let jane = "jane@example.org";
    refuse(&[&["Name", "Full name", "Email"], &["Tim Doe", "Jane Smith", jane]]);
    refuse(&[&["Name", "Name", "Email"], &["Tim Doe", "Jane Smith", jane]]);
    // A company.
    refuse(&[&["Name", "Contact name", "Email"], &["Acme Ltd", "Jane Doe", jane]]);
    // A whole name is no family name.
    refuse(&[&["Name", "First name", "Email"], &["Ben Bar", "Benjamin", "ben@example.org"]]);
    // A child and a mother.
    refuse(&[
        &["First name", "Last name", "First name", "Last name", "Email"],
        &["Tim", "Doe", "Jane", "Doe", jane],
    ]);
    // Only those who have married have the other name.
    refuse(&[
        &["Nom de naissance", "Nom d'usage", "Prénom", "Email"],
        &["Dupont", "", "Jean", "jean@example.org"],
        &["Petit", "Martin", "Anne", "anne@example.org"],
    ]);
    // The same name with one word more is no other name.
    case(
        &[&["Name", "Full name", "Email"], &["Ada Love", "Ada Mary Love", "ada@example.org"]],
        &["name", "-", "email"],
        &[],
    );
    let rows: &[&[&str]] =
        &[&["Name", "Email", "Student email"], &["Jane", "jane@example.org", "tim@example.org"]];
    let (message, _) = refused(rows, &ColumnSettings::default());
    assert!(message.contains("`Student email` and `Email` may be the addresses"), "{message}");
}

#[test]
fn lines_to_paste_have_what_is_written_already() {
    let settings = ColumnSettings {
        named: vec![
            (Field::Name, vec!["Vor \"x\"".to_owned(), "Nach".to_owned()]),
            (Field::Id, vec!["Nr".to_owned()]),
        ],
        ignore: vec!["Firma".to_owned()],
        ..ColumnSettings::default()
    };
    assert_eq!(
        settings.with_own_lines("write: columns = { email = \"A\" }, or: ignore = [\"A\"]"),
        "write: columns = { name = [\"Vor \\\"x\\\"\", \"Nach\"], id = \"Nr\", email = \"A\" }, or: ignore = [\"Firma\", \"A\"]; in place of the line `columns` or `ignore` that is there"
    );
    let other = "write duplicates = \"first\"";
    assert_eq!(settings.with_own_lines(other), other);
    let plain = "ignore = [\"A\"]";
    assert_eq!(ColumnSettings::default().with_own_lines(plain), plain);
}

#[test]
fn a_line_to_paste_replaces_what_it_names() {
    let named = vec![(Field::Email, vec!["A".to_owned()]), (Field::Role, vec!["R".to_owned()])];
    let settings = ColumnSettings { named, ..ColumnSettings::default() };
    assert_eq!(
        settings.with_own_lines("write: columns = { email = \"B\" }"),
        "write: columns = { role = \"R\", email = \"B\" }; in place of the line `columns` that is there"
    );
}

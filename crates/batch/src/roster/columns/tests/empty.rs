//! A column without any cell beside one that says something.

use super::super::super::cell_text::is_missing;
use super::*;

/// Of two columns with the same meaning, the one that is filled counts, whichever comes first.
#[test]
fn an_empty_column_is_not_preferred_to_a_filled_one() {
    let per_row = PER_ROW.to_vec();
    let settings = ColumnSettings { per_row, ..ColumnSettings::default() };
    let mut known: Vec<Field> = Vec::new();
    for (field, one, other, value) in [
        (Field::Email, "Mail", "E-Mail-Adresse", "ada@example.org"),
        (Field::Name, "Full name", "Anzeigename", "Ada Byron"),
        (Field::FirstName, "First name", "Vorname", "Ada"),
        (Field::LastName, "Last name", "Nachname", "Byron"),
        (Field::Role, "Role", "Rolle", "moderator"),
        (Field::Moderator, "Moderator", "Host", "yes"),
        (Field::Room, "Room", "Raum", "3b"),
        (Field::Title, "Title", "Titel", "Algebra"),
        (Field::Start, "Start", "Beginn", "2027-03-11 14:00"),
        (Field::Zone, "Time zone", "Zeitzone", "Europe/Berlin"),
        (Field::Duration, "Duration", "Dauer", "1h"),
        (Field::Language, "Language", "Sprache", "de"),
        (Field::Avatar, "Avatar", "Profilbild", "https://example.org/ada.png"),
        (Field::Id, "ID", "Kennung", "ada-7"),
        (Field::Status, "RSVP", "Zusage", "yes"),
    ] {
        known.push(field);
        // As a status, and in the row's own meeting, a mark is not read as an empty cell.
        let has_marks =
            is_missing(field, "-") && field != Field::Status && !PER_ROW.contains(&field);
        let marks: &[&str] = if has_marks { &["", "\u{200b}", "-"] } else { &["", "\u{200b}"] };
        for empty in marks {
            for (cells, expected) in
                [([empty, value], [false, true]), ([value, empty], [true, false])]
            {
                for headings in [[one, other], [other, one]] {
                    let mut rows =
                        [[headings[0], headings[1]].to_vec(), [cells[0], cells[1]].to_vec()];
                    // The columns that are needed beside, so that every field of `per_row` has one.
                    for (heading, of, cell) in [
                        ("E-mail", Field::Email, "ada@example.org"),
                        ("Meeting room", Field::Room, "3b"),
                        ("Topic", Field::Title, "Algebra"),
                        ("Start time", Field::Start, "2027-03-11 14:00"),
                        ("TZ", Field::Zone, "Europe/Berlin"),
                        ("Length", Field::Duration, "1h"),
                    ] {
                        if of != field {
                            rows[0].push(heading);
                            rows[1].push(cell);
                        }
                    }
                    let found = meanings_of(&[&rows[0], &rows[1]], &settings);
                    let taken = [0, 1].map(|at| found[at] == field.name());
                    assert_eq!(taken, expected, "{rows:?}");
                }
            }
        }
    }
    assert_eq!(known, FIELDS.map(|(field, _)| field), "every field is in the table");
}

/// The same for the other part of a name that the user names, and for nicknames.
#[test]
fn an_empty_column_is_not_preferred_where_a_name_needs_one() {
    let ada = "ada@example.org";
    let named = vec![(Field::FirstName, vec!["Given".to_owned()])];
    let settings = ColumnSettings { named, ..ColumnSettings::default() };
    let rows: &[&[&str]] =
        &[&["Given", "Last name", "Nachname", "Email"], &["Ada", "", "Byron", ada]];
    let found = meanings_of(rows, &settings);
    assert_eq!(found, ["first_name", "extra.last_name", "last_name", "email"]);
    case(
        &[&["Nickname", "Spitzname", "Email"], &["", "Countess", ada]],
        &["-", "name", "email"],
        &["name-column"],
    );
}

/// A column that is called a status or a role, and is empty, is no reason to overlook another one that says it.
#[test]
fn an_empty_column_does_not_hide_who_takes_part_or_moderates() {
    let rows: &[&[&str]] = &[
        &["Email", "Name", "RSVP", "Confirmed for lunch"],
        &["ada@example.org", "Ada", "", "yes"],
        &["ben@example.org", "Ben", "", "declined"],
    ];
    let (message, _) = refused(rows, &ColumnSettings::default());
    assert!(
        message.starts_with("the cells of `Confirmed for lunch` say who takes part"),
        "{message}"
    );
    for empty in ["Role", "Moderator"] {
        let rows: &[&[&str]] = &[
            &["Email", "Name", empty, "Xyzzy"],
            &["ada@example.org", "Ada", "", "Host"],
            &["ben@example.org", "Ben", "", "guest"],
        ];
        let (message, _) = refused(rows, &ColumnSettings::default());
        assert_eq!(message, "the cells of `Xyzzy` are roles, but its heading does not say so");
    }
}

/// Where both are filled, nothing is chosen that matters, and of two languages the first counts.
#[test]
fn two_filled_columns_are_as_they_were() {
    let (ada, ben) = ("ada@example.org", "ben@example.org");
    let rows: &[&[&str]] = &[
        &["Email", "Name", "Role", "Rolle"],
        &[ada, "Ada", "moderator", ""],
        &[ben, "Ben", "", "guest"],
    ];
    let (message, _) = refused(rows, &ColumnSettings::default());
    assert_eq!(message, "it is not certain which column is the role: `Role` and `Rolle`");
    case(
        &[&["Email", "Name", "Sprache", "Language"], &[ada, "Ada", "de", "en"]],
        &["email", "name", "language", "-"],
        &[],
    );
}

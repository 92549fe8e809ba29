use super::*;

/// The layout of a list: each text is a row, its cells separated by `;`. Line numbers count blank rows.
fn find(rows: &[&str]) -> Result<(Layout, Vec<u64>), String> {
    find_with(rows, &Reading::default())
}

fn find_with(rows: &[&str], reading: &Reading) -> Result<(Layout, Vec<u64>), String> {
    let row = |(line, text): (u64, &&str)| SampleRow {
        number: line,
        line,
        cells: text.split(';').map(|cell| cell.trim().to_owned()).collect(),
    };
    let rows = (1_u64..).zip(rows).map(row).filter(|row| row.filled().count() > 0).collect();
    let sample = Sample { rows, is_whole: true };
    let layout = Layout::find(&sample, reading, "people.csv").map_err(|problems| {
        let Problem { message, line, hint, .. } = &problems[0];
        format!("{}: {message} | {}", line.unwrap_or(0), hint.as_deref().unwrap_or_default())
    })?;
    let people = layout.people(&sample).iter().map(|row| row.line).collect();
    Ok((layout, people))
}

#[track_caller]
fn case(rows: &[&str], line: u64, people: &[u64], remarks: &[&str]) {
    let (layout, found) = find(rows).unwrap();
    let said: Vec<&str> = layout.remarks.iter().map(|remark| remark.message.as_str()).collect();
    assert_eq!((layout.line, &found[..], &said[..]), (line, people, remarks));
}

#[test]
fn rows_above_the_headings_are_left_out() {
    case(&["Name;Email", "Ada;ada@example.org"], 1, &[2], &[]);
    case(
        &["Meeting;Staff day", "Attendees;1", "", "Name;Email", "Ada;ada@example.org"],
        4,
        &[5],
        &["lines 1 to 2, above the headings on line 4, are not read"],
    );
    // The headings are not known, but they are the row with most cells.
    case(
        &["Course 3b", "Who;Contact details;Since", "Ada;ada@example.org;2026"],
        2,
        &[3],
        &["line 1, above the headings on line 2, is not read"],
    );
}

#[test]
fn a_title_above_a_table_without_addresses_is_no_heading() {
    let rows = [
        "Lots of people;;",
        "simply cannot resist writing;;",
        "",
        "Person;Profession;Age",
        "David Bowie;musician;69",
        "Carrie Fisher;actor;60",
    ];
    case(&rows, 4, &[5, 6], &["lines 1 to 2, above the headings on line 4, are not read"]);
    // A list of one column has no other headings.
    case(&["People", "Ada", "Ben"], 1, &[2, 3], &[]);
}

#[test]
fn further_heading_rows_are_no_people() {
    let (layout, people) = find(&[
        "Respondent;Contact;;Will you come?",
        ";Name;Email;Response",
        "1;Ada;ada@example.org;Yes",
    ])
    .unwrap();
    assert_eq!(layout.headings, ["Respondent", "Name", "Email", "Will you come?"]);
    assert_eq!((people, layout.remarks.len()), (vec![3], 0));
    case(
        &[
            "email;name",
            "Email;Name",
            "{\"ImportId\":\"a\"};{\"ImportId\":\"b\"}",
            "a@example.org;A",
        ],
        1,
        &[4],
        &[],
    );
}

#[test]
fn sections_repeat_the_headings() {
    case(
        &["Name;Email", "Ada;ada@example.org", "", "5b;", "Name;Email", "Ben;ben@example.org"],
        1,
        &[2, 6],
        &["lines 4 and 5 repeat the headings or are titles, and are not read"],
    );
    case(
        &["Name;Email", "Ada;ada@example.org", "Name;Email", "Ben;ben@example.org"],
        1,
        &[2, 4],
        &["line 3 repeats the headings or is a title, and is not read"],
    );
    // A person without an address is none of these.
    case(&["Name;Email", "Ada;ada@example.org", "Ben;", "Cleo;c@example.org"], 1, &[2, 3, 4], &[]);
}

#[test]
fn numbers_alone_are_no_person() {
    case(&["No;Name;Email", "1;Ada;ada@example.org", "2;;", "3.;;FALSE"], 1, &[2], &[]);
    case(&["No;Name;Email", "1;Ada;ada@example.org", "2;Ben;"], 1, &[2, 3], &[]);
}

#[test]
fn what_stands_below_the_list_is_left_out() {
    case(
        &["Name;Email", "Ada;ada@example.org", "Total;1", "As of 1 October 2026;"],
        1,
        &[2],
        &["lines 3 to 4, below the last person, are not read"],
    );
    // Whether the people below a title count is not for the layout to decide.
    let rows =
        ["Name;Email", "Ada;ada@example.org", "Waiting list:;", "Dan;", "As of 1 October 2026;"];
    case(&rows, 1, &[2, 3, 4], &["line 5, below the last person, is not read"]);
    // These may be people whose address is missing.
    case(&["Name;Email", "Ada;ada@example.org", "Dan;", "Total Recall;x"], 1, &[2, 3, 4], &[]);
}

#[test]
fn a_second_table_is_left_out_only_if_it_has_nobody_else() {
    let rows =
        |second| ["Name;Email", "Ada;ada@example.org", "", "Log;", "Email;Name;Role", second];
    case(
        &rows("ADA@example.org;Ada;Guest"),
        1,
        &[2],
        &[
            "a second table begins on line 5; it is not read, because it is about people of the first",
        ],
    );
    let refused = find(&rows("ben@example.org;Ben;Guest")).unwrap_err();
    assert_eq!(
        refused,
        "5: a second table with other headings begins here, and it has people who are not in the first | move the rows from line 5 on into a file of their own, or delete the table that is not the list"
    );
}

#[test]
fn a_list_may_have_no_headings() {
    let (layout, people) = find(&["ada@example.org;Ada", "ben@example.org;Ben"]).unwrap();
    assert_eq!((layout.headings, people), (vec!["A".to_owned(), "B".to_owned()], vec![1, 2]));
    let reading = Reading { header_row: Some(0), ..Reading::default() };
    let (layout, people) = find_with(&["Email;Name", "ben@example.org;Ben"], &reading).unwrap();
    assert_eq!((layout.has_headings, people), (false, vec![1, 2]));
}

#[test]
fn the_user_can_name_the_line_of_the_headings() {
    let rows = ["email;name", "ada@example.org;Ada", "mail;who", "ben@example.org;Ben"];
    let reading = |line| Reading { header_row: Some(line), ..Reading::default() };
    let (layout, people) = find_with(&rows, &reading(3)).unwrap();
    assert_eq!((layout.headings, people), (vec!["mail".to_owned(), "who".to_owned()], vec![4]));
    let refused = find_with(&rows, &reading(9)).unwrap_err();
    assert!(
        refused.starts_with("9: `header_row` says line 9, but there is nothing on that line"),
        "{refused}"
    );
}

#[test]
fn a_row_with_an_address_is_a_person_and_no_headings() {
    let rows = ["t1@school.example", "t2@school.example", "T1@school.example"];
    let (layout, people) = find(&rows).unwrap();
    assert_eq!(people, [1, 2, 3]);
    assert_eq!(
        layout.remarks[0].hint.as_deref(),
        Some("if the headings are on another line, write it under [roster]: header_row = …")
    );
    let reading = |line| Reading { header_row: Some(line), ..Reading::default() };
    assert_eq!(
        find_with(&rows, &reading(1)).unwrap_err(),
        "1: `header_row` says line 1, but that line has an address: `t1@school.example` | write the line of the headings under [roster], or header_row = 0 if the list has none; if these are the headings, delete the address"
    );
    // As the hint says.
    assert_eq!(find_with(&rows, &reading(0)).unwrap().1, [1, 2, 3]);
    // Above the headings may be an address.
    let rows = [
        "Organizer;office@school.example",
        "Name;Email",
        "Ada;a@x.example",
        "Name;Email",
        "Ben;b@x.example",
    ];
    assert_eq!(find_with(&rows, &reading(2)).unwrap().1, [3, 5]);
}

#[test]
fn columns_have_letters() {
    let letters: Vec<String> = [0, 25, 26, 51, 52, 701, 702].into_iter().map(letter).collect();
    assert_eq!(letters, ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
}

proptest::proptest! {
    #[test]
    fn nobody_with_an_address_is_left_out_below_the_headings(
        rows in proptest::collection::vec("[A-Za-z1-9: ]{0,8};([a-z]{1,3}@example\\.org)?;[a-z0-9 ]{0,6}", 1..12),
    ) {
        let mut all = vec!["Name;Email;Note"];
        all.extend(rows.iter().map(String::as_str));
        let (_, people) = find(&all).unwrap();
        for (line, row) in (1_u64..).zip(&all) {
            proptest::prop_assert!(!row.contains('@') || people.contains(&line), "{row}");
        }
    }
}

#[test]
fn a_person_whose_address_is_missing_is_not_taken_for_a_title_or_a_note() {
    let last = |row| ["Name;Email", "Ada Lovelace;ada@example.org", row];
    for row in ["Cleo Hill;", "Cleo Hill*;", "Ben Stone (vegan);"] {
        case(&last(row), 1, &[2, 3], &[]);
    }
    case(
        &["Name;Email", "Ada;ada@example.org", "Cleo Hill;", "Name;Email", "Ben;ben@example.org"],
        1,
        &[2, 3, 5],
        &["line 4 repeats the headings or is a title, and is not read"],
    );
    // A word of headings is a name, too.
    case(&["Name;Email;Note", "To;;vegan", "Ada;ada@example.org;"], 1, &[2, 3], &[]);
    // Somebody who would like to get mail, and hosts.
    let rows = [
        "Name;E-mail;Role;Contact via",
        "Ada;ada@example.org;Guest;phone",
        "Cleo Hill;;Host;email",
    ];
    case(&rows, 1, &[2, 3], &[]);
}

#[test]
fn a_heading_may_mention_an_address() {
    case(&["Full name;E-mail (office@example.org)", "Ada;ada@example.org"], 1, &[2], &[]);
    case(&["E-Mail (office@example.org)", "ada@example.org"], 1, &[2], &[]);
}

use crate::roster::Field;
use crate::survey::testing::{people, spec};

#[test]
fn cells_are_read_without_the_wrapping_of_other_programs() {
    let csv = "email,first,last,host,language,zone,id\n\
        \"\"\"Doe, Jane\"\" <jane@example.org>\",Jane,Doe,✓,Deutsch,W. Europe Standard Time,\"=\"\"007\"\"\"\n\
        mailto:ben@example.org,\u{200b},\"=\"\"Beispiel\"\"\",FALSCH,n/a,UTC+2,-\n\
        cleo＠example.org,-,O&#39;Neil,-,Français,-,NULL\n\
        Dan Muster <dan@example.org>,–,N/A,VRAI,?,,\n";
    let csv = csv.replace("first,last", "first name,last name");
    assert_eq!(
        people(&csv, spec(Vec::new())),
        [
            "jane@example.org|Jane Doe|moderator|de|Europe/Berlin",
            "ben@example.org|Beispiel|participant||Etc/GMT-2",
            "cleo@example.org|O'Neil|participant|fr",
            // The name beside the address is better than none.
            "dan@example.org|Dan Muster|moderator",
        ]
    );
}

#[test]
fn without_a_column_of_names_the_name_beside_the_address_counts() {
    assert_eq!(
        people(
            "email\nJane Doe <jane@example.org>\nben@example.org (Ben Beispiel)\ncleo@example.org (work)\n",
            spec(Vec::new())
        ),
        [
            "jane@example.org|Jane Doe|participant",
            "ben@example.org|Ben Beispiel|participant",
            "cleo@example.org|cleo|participant",
        ]
    );
    // A column of names wins.
    assert_eq!(
        people("email,name\nJ. D. <jane@example.org>,Jane Doe\n", spec(Vec::new())),
        ["jane@example.org|Jane Doe|participant"]
    );
    // Nobody in the meeting reads the address.
    assert_eq!(
        people("email,name\njane@example.org,Jane Doe (jane@example.org)\n", spec(Vec::new())),
        ["jane@example.org|Jane Doe|participant"]
    );
}

#[test]
fn what_stands_for_nothing_is_a_missing_address() {
    let csv = "email,name\n-,Ada\nn/a,Ben\nkeine,Cleo\n\u{200b},Dan\n";
    let hint = "add one, or delete the row; `meetmint links` also makes links for people without an address";
    assert_eq!(
        people(csv, spec(Vec::new())),
        [("2", "Ada"), ("3", "Ben"), ("4", "Cleo"), ("5", "Dan")].map(|(line, name)| format!(
            "people.csv:{line}: column `email`: `{name}` has no email address | {hint}"
        ))
    );
    // For links, such people count as well.
    let mut for_links = spec(Vec::new());
    for_links.need_email = false;
    assert_eq!(
        people(csv, for_links),
        ["-|Ada|participant", "-|Ben|participant", "-|Cleo|participant", "-|Dan|participant"]
    );
}

#[test]
fn the_hint_for_a_list_without_headings_is_a_heading_row_that_works() {
    use crate::roster::Roster;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.csv");
    let refused = |csv: &str| {
        std::fs::write(&path, csv).unwrap();
        Roster::open(&path, "people.csv", spec(Vec::new())).unwrap_err()
    };
    for (csv, row, first) in [
        (
            "5b;Muster;Ada;ada@example.org\n5b;Probe;Ben;ben@example.org\n",
            "column1;first_name;last_name;email",
            "ada@example.org|Muster Ada|participant",
        ),
        (
            "ada@x.example,Ada,Muster,ada@y.example\nben@x.example,Ben,Probe,ben@y.example\n",
            "email,first_name,last_name,column4",
            "ada@x.example|Ada Muster|participant",
        ),
    ] {
        let problems = refused(csv);
        let hint = format!("write a heading row above the first person, such as `{row}`");
        assert_eq!(problems[0].hint.as_deref(), Some(hint.as_str()), "{problems:?}");
        assert_eq!(people(&format!("{row}\n{csv}"), spec(Vec::new()))[0], first);
    }
    let problems = refused("5b\tMuster\tAda\tada@example.org\n5b\tProbe\tBen\tben@example.org\n");
    let hint = "write a heading row above the first person, with these headings in its cells, for example: column1, first_name, last_name, email";
    assert_eq!(problems[0].hint.as_deref(), Some(hint));
    // A title alone, with wider rows below.
    let problems = refused("Names\nAda;Muster\nBen;Probe\n");
    assert_eq!(problems[0].code, "no-email-column");
    let hint = problems[0].hint.as_deref().unwrap();
    assert!(hint.ends_with("if the headings are on another line, write it there: header_row = …"));
}

#[test]
fn a_title_between_people_is_no_person() {
    let hint = "delete the row, and those below it if these people are not meant; or delete the colon if it is a name";
    let refused =
        format!("people.csv:3: `Waiting list:` looks like a title, not like a person | {hint}");
    let mut for_links = spec(Vec::new());
    for_links.need_email = false;
    for csv in [
        "email,name\nada@example.org,Ada\n,Waiting list:\nben@example.org,Ben\n",
        "email,name\nada@example.org,Ada\n,Waiting list:\n,Ben\n",
        "name,class\nAda,5b\nWaiting list:,\nBen,5b\n",
        "first name,last name\nAda,Muster\nWaiting list:,\nBen,Probe\n",
    ] {
        assert_eq!(people(csv, for_links.clone()), [refused.as_str()], "{csv}");
    }
    // As the hint says.
    let csv = "email,name\nada@example.org,Ada\n,Waiting list\n";
    assert_eq!(people(csv, for_links).len(), 2);
}

#[test]
fn formulas_are_refused_wherever_their_text_would_be_shown() {
    let hint = "replace it with its value, or leave the cell empty";
    assert_eq!(
        people(
            "email,name,id\nada@example.org,=B1&C1,#REF!\nben@example.org,#N/A,7\n",
            spec(Vec::new())
        ),
        [
            format!(
                "people.csv:2: column `name`: `=B1&C1` is a formula or its error, not a value | {hint}"
            ),
            format!(
                "people.csv:2: column `id`: `#REF!` is a formula or its error, not a value | {hint}"
            ),
            format!(
                "people.csv:3: column `name`: `#N/A` is a formula or its error, not a value | {hint}"
            ),
        ]
    );
}

#[test]
fn meetings_of_rows_are_read_as_people_write_them() {
    let per_row = vec![Field::Start, Field::Zone, Field::Duration];
    assert_eq!(
        people(
            "email,start,zone,duration\n\
             ada@example.org,11.3.2027 15:00,,90\n\
             ben@example.org,\"Mar 11, 2027 9:00 AM\",Eastern Standard Time,1:30\n\
             cleo@example.org,2027-03-11T14:00:00Z,Tokyo,1h30\n\
             dan@example.org,,,\n",
            spec(per_row.clone())
        ),
        [
            "ada@example.org|ada|participant|||2027-03-11T14:00:00Z 90",
            "ben@example.org|ben|participant|||2027-03-11T14:00:00Z 90",
            "cleo@example.org|cleo|participant|||2027-03-11T14:00:00Z 90",
            "dan@example.org|dan|participant",
        ]
    );
    let found = people(
        "email,start,zone,duration\n\
         ada@example.org,3/4/2027 15:00,UTC+2,2\n\
         ben@example.org,?,EST,-\n\
         cleo@example.org,2027-03-11,,\n",
        spec(per_row),
    );
    let begins = [
        "people.csv:2: column `zone`: `UTC+2`: not a time zone | an offset does not say when the clocks change: write a time zone such as `Europe/Berlin`",
        "people.csv:2: column `duration`: `2`: it does not say whether these are minutes or hours | write `2 min` or `2 h`",
        "people.csv:2: column `start`: `3/4/2027 15:00`: it can be 3 April 2027 or 4 March 2027 | write `2027-04-03 15:00` or `2027-03-04 15:00`",
        "people.csv:3: column `zone`: `EST`: a time zone with and without summer time | write `America/New_York`",
        "people.csv:3: column `duration`: `-`: not a duration of at most a year",
        "people.csv:3: column `start`: `?`: not a date and time",
        "people.csv:4: column `start`: `2027-03-11`: the time is missing | add it, as in `2027-03-11 14:00`",
    ];
    assert_eq!(found.len(), begins.len(), "{found:#?}");
    for (line, begin) in found.iter().zip(begins) {
        assert!(line.starts_with(begin), "{line}");
    }
}

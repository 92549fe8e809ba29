//! Reading the roster: each problem is reported with file, line, column, value and hint, and no link file is written.

mod meaning;

use crate::support::{Folder, csv_records, roster_of};

/// Runs `links` with this roster, and compares the whole output.
#[track_caller]
fn refused(people: &str, expected: &str) {
    let folder = Folder::meeting(people);
    folder.run(["links"]).exits(3).stdout("").stderr(expected);
    assert!(!folder.exists("links.csv"));
}

#[test]
fn all_roster_problems_are_reported_at_once() {
    refused(
        "email,name,role,avatar,language\r
ada@example.org,Ada,moderatr,,\r
\r
bob.example.org,Bob,participant,b.png,\r
cy@example.org; di@example.org,Cy,guest,,german!\r
,,,,\r
eve@example.org,Eve,teacher,,\r
",
        "\
error[unknown-role]: people.csv:2: column `role`: `moderatr` is not a role
  hint: did you mean `moderator`?
error[not-an-email]: people.csv:4: column `email`: `bob.example.org` is not an email address: it has no `@`
  hint: write it as name@example.org
error[not-an-avatar]: people.csv:4: column `avatar`: `b.png`: it is not an absolute https URL
  hint: write the full URL of a picture, or leave the cell empty
error[not-an-email]: people.csv:5: column `email`: `cy@example.org; di@example.org` has 2 addresses: `cy@example.org`, `di@example.org`
  hint: a link is personal: write one row for each person, or leave only the address that the person reads
error[not-a-language]: people.csv:5: column `language`: `german!`: not a known language
  hint: write a tag such as `de` or `pt-BR`, or leave the cell empty
error[unknown-role]: people.csv:7: column `role`: `teacher` is not a role
  hint: define it as [roles.NAME] in meeting.toml, or use one of `moderator`, `participant`; if it means one of these, say so, for example under [roles.participant]: words = [\"teacher\"]; to give everybody the role `participant`, write under [roster]: ignore = [\"role\"]
",
    );
}

#[test]
fn a_role_can_have_words_of_its_own() {
    let folder = Folder::meeting("email,role\nada@example.org,Presenter\nben@example.org,HOST\n");
    let run = folder.run(["links"]).exits(3);
    let line = "under [roles.participant]: words = [\"Presenter\"]; to give everybody the role `participant`, write under [roster]: ignore = [\"role\"]\n";
    assert!(run.stderr.contains(line), "{}", run.stderr);
    let roles = |text: &str| {
        folder.write("meeting.toml", format!("{}{text}", crate::support::MEETING));
    };
    roles("[roles.participant]\nwords = [\"Presenter\"]\n");
    folder.run(["links"]).exits(0);
    let role = |at: usize| csv_records(&folder.read("links.csv"))[at][2].clone();
    assert_eq!((role(1), role(2)), ("participant".to_owned(), "moderator".to_owned()));
    // The user's own words count more than those that are known.
    roles("[roles.speaker]\nwords = [\"presenter\", \"Presenter\", \"host\"]\n");
    folder.run(["links"]).exits(0);
    assert_eq!((role(1), role(2)), ("speaker".to_owned(), "speaker".to_owned()));
    roles(
        "[roles.chair]\nwords = [\"presenter\", \"HOST\", \" \", \"visitor\"]\n[roles.speaker]\nwords = [\"Host\"]\n[roles.visitor]\n",
    );
    folder.run(["links"]).exits(3).stderr(
        "\
error[bad-role]: meeting.toml:21: a word for a role is empty
  hint: write the cells that mean this role; empty cells mean `default_role`
error[bad-role]: meeting.toml:21: `visitor` is a word for the role `chair`, and the name of `visitor`
  hint: a word can mean one role only: remove it from one of the two
error[bad-role]: meeting.toml:23: `Host` is a word for the role `speaker`, and also a word for `chair`
  hint: a word can mean one role only: remove it from one of the two
",
    );
}

#[test]
fn somebody_who_is_left_out_is_cancelled_and_the_plan_says_why() {
    let people = |rsvp: &str| {
        format!(
            "email,name,RSVP\nada@example.org,Ada,yes\nben@example.org,Ben,{rsvp}\ncleo@example.org,Cleo,yes\n"
        )
    };
    let folder = Folder::meeting(&people("yes"));
    folder.run(["send"]).exits(0);
    folder.write("people.csv", people("Declined"));
    let run = folder.run(["send", "--dry-run"]).exits(0);
    let line = "− ben@example.org  cancellation, because `RSVP` is `Declined` (line 3)\n";
    assert!(run.stdout.contains(line) && run.stdout.contains("1 cancellation."), "{}", run.stdout);
    folder.run(["token", "ben@example.org", "-q"]).exits(3).stderr("error[not-selectable]: `ben@example.org` is left out of the roster, because `RSVP` is `Declined` on line 3\n  hint: correct the cell, or what `[roster]` says about the column\n");
    // A new meeting with this roster says so before anything is written.
    let run = folder.run(["init", "new", "--roster", "people.csv"]).exits(0);
    let note = "note: 1 row is left out because of the column `RSVP`: 1 `Declined`\n";
    assert!(run.stderr.contains(note), "{}", run.stderr);
    // With a condition on the same column, that decides alone.
    folder.add_roster_setting("where = { rsvp = [\"declined\"] }");
    let run = folder.run(["plan"]).exits(0);
    assert!(
        run.stdout
            .starts_with("− ada@example.org  cancellation, because `RSVP` is `yes` (line 2)\n"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_picture_with_a_password_is_refused_without_showing_it() {
    let people = "email,avatar\na@example.org,https://ada:hunter2@example.org/a.png\nb@example.org,https://:hunter2@example.org/b.png\nc@example.org,http://ada:hunter2@example.org/c.png\n";
    let folder = Folder::meeting(people);
    for command in ["check", "links", "send"] {
        let run = folder.run([command]).exits(3);
        for line in 2..5 {
            let expected = format!(
                "error[not-an-avatar]: people.csv:{line}: column `avatar`: the URL contains a user name or a password, which everybody in the meeting could read\n  hint: use a picture that everybody can load without a login\n"
            );
            assert!(run.stderr.contains(&expected), "{}", run.stderr);
        }
        assert!(!run.stderr.contains("hunter2") && !run.stdout.contains("hunter2"));
    }
}

#[test]
fn a_misplaced_quotation_mark_is_reported_and_the_rows_after_it_are_read() {
    let hint = "  hint: add the closing quotation mark, or delete the opening one; write a quotation mark inside the text twice\n";
    let not_an_email =
        "is not an email address: it has no `@`\n  hint: write it as name@example.org\n";
    refused(
        "email,name\na@example.org,\"A\" B\nb@example.org,\"C\nc@example.org,\"C\"\nd.example.org,D\n",
        &format!(
            "error[text-after-quote]: people.csv:2: a quoted cell that begins here is not closed at its end\n{hint}\
             error[unclosed-quote]: people.csv:3: a quotation mark on this line is never closed, so lines 3 to 4 could not be read\n{hint}\
             error[not-an-email]: people.csv:5: column `email`: `d.example.org` {not_an_email}"
        ),
    );
    // Each line in the cell looks like a row, and the cell ends where another one should begin.
    refused(
        "email,name,note\na@example.org,A,\"x\nb@example.org,B,y\nc.example.org,C,\"\n",
        &format!(
            "error[unclosed-quote]: people.csv:2: a quotation mark on this line is never closed, so lines 2 to 4 could not be read\n{hint}\
             error[text-after-quote]: people.csv:4: a quoted cell that begins here is not closed at its end\n{hint}\
             error[not-an-email]: people.csv:4: column `email`: `c.example.org` {not_an_email}"
        ),
    );
    // A cell may have several lines.
    let folder = Folder::meeting("email,address\na@example.org,\"1 High Street\r\nYork, YO1\"\n");
    folder.run(["links"]).exits(0);
}

#[test]
fn a_file_that_is_not_a_roster_is_refused_with_the_reason() {
    let hint = "  hint: export it as `CSV UTF-8` from the spreadsheet program\n";
    refused(
        "",
        "error[empty-roster]: people.csv: the roster is empty\n  hint: write a heading row such as `email,name,role`, and one row for each person\n",
    );
    refused(
        "\r\n\r\n",
        "error[empty-roster]: people.csv: the roster is empty\n  hint: write a heading row such as `email,name,role`, and one row for each person\n",
    );
    refused(
        "email,name\n",
        "error[empty-roster]: people.csv: the roster has headings, but no people\n  hint: write one row for each person\n",
    );
    refused(
        "Kontakt,Wer\na@example.org,A\n",
        "error[which-name]: people.csv:1: no heading says which column contains the names, but `Wer` looks like names\n  hint: write the right one under [roster] in meeting.toml: columns = { name = \"Wer\" }; if nothing there is a name, write: ignore = [\"Wer\"]\n",
    );
    refused(
        "PK\u{3}\u{4}xl/workbook.xml",
        "error[not-csv]: people.csv: this is a ZIP archive, not a CSV file or a workbook\n  hint: unpack it, and name the list that is in it\n",
    );
    refused("email\0name", &format!("error[not-csv]: people.csv: this is not a text file\n{hint}"));
    refused(
        "email,\"name\na@example.org,A\n",
        "error[unclosed-quote]: people.csv:1: a quotation mark in the heading row is not closed, or text follows it\n  hint: add the closing quotation mark, or delete the opening one; write a quotation mark inside the text twice\n",
    );

    let folder = Folder::meeting("");
    folder.write("people.csv", b"email,name\na@example.org,\xc3\x84nne\nb@example.org,J\xf6rg\n");
    folder.run(["links"]).exits(3).stderr(
        "error[not-utf8]: people.csv:3: this line is not valid UTF-8: octet 0xF6 after `b@example.org,J`\n  hint: most of the file is UTF-8: correct this line, and save the file as UTF-8; only if all of it is in another encoding, name that under [roster] in meeting.toml, for example `encoding = \"windows-1252\"`\n",
    );
    std::fs::remove_file(folder.path().join("people.csv")).unwrap();
    folder.run(["links"]).exits(3).stderr(
        "error[no-roster]: people.csv: cannot read the roster: there is no such file\n  hint: check `file` under [roster] in meeting.toml\n",
    );
    std::fs::create_dir(folder.path().join("people.csv")).unwrap();
    folder.run(["links"]).exits(3).stderr(
        "error[no-roster]: people.csv: the roster is not a regular file\n  hint: check `file` under [roster] in meeting.toml\n",
    );
    assert!(!folder.exists("links.csv"));
}

#[test]
fn an_overlong_row_is_refused_without_reading_it_to_the_end() {
    let folder = Folder::meeting("");
    // A sparse file: 2 GiB that take no space on the disk.
    let file = std::fs::File::create(folder.path().join("people.csv")).unwrap();
    file.set_len(2 << 30).unwrap();
    drop(file);
    folder.run(["links"]).exits(3).stderr(
        "error[not-csv]: people.csv: this is not a text file\n  hint: export it as `CSV UTF-8` from the spreadsheet program\n",
    );
    let row = format!("email,name\na@example.org,A\nb@example.org,{}", "x".repeat(8 << 20));
    folder.write("people.csv", row);
    folder.run(["links"]).exits(3).stderr(
        "error[row-too-long]: people.csv:3: the row that begins here is longer than 1 MiB\n  hint: look for a quotation mark that is never closed\n",
    );
    // The hole follows valid rows: the problem is reported at its line, and the hole is not read to its end.
    folder.write("people.csv", roster_of(4000));
    let file =
        std::fs::OpenOptions::new().append(true).open(folder.path().join("people.csv")).unwrap();
    file.set_len(2 << 30).unwrap();
    drop(file);
    folder.run(["links"]).exits(3).stderr(
        "error[row-too-long]: people.csv:4002: the row that begins here is longer than 1 MiB\n  hint: look for a quotation mark that is never closed\n",
    );
}

#[test]
fn csv_is_accepted_as_spreadsheet_programs_export_it() {
    #[track_caller]
    fn case(people: &str, expected: &[[&str; 3]]) {
        let folder = Folder::meeting(people);
        let run = folder.run(["links", "--out", "-", "-q"]).exits(0).stderr("");
        let found: Vec<Vec<String>> =
            csv_records(&run.stdout).into_iter().skip(1).map(|row| row[..3].to_vec()).collect();
        assert_eq!(found, expected);
    }

    case(
        "\u{feff}E-Mail;Name;Rolle\r\nada@example.org;\"Lovelace; Ada\";Host\r\n",
        &[["ada@example.org", "Lovelace; Ada", "moderator"]],
    );
    case(
        "Email\tVorname\tNachname\n\n\nada@example.org\tAda\tLovelace\n",
        &[["ada@example.org", "Ada Lovelace", "participant"]],
    );
    case(
        "email,name\n\"ada@example.org\",\"Ada \"\"A\"\"\r\nLovelace\"",
        &[["ada@example.org", "Ada \"A\" Lovelace", "participant"]],
    );
    case(
        "email,name,moderator\nada@example.org,Ada,yes\nbob@example.org,Bob,no\ncy@example.org,,\n",
        &[
            ["ada@example.org", "Ada", "moderator"],
            ["bob@example.org", "Bob", "participant"],
            ["cy@example.org", "cy", "participant"],
        ],
    );
    case("email\nzoe@bücher.example\n", &[["zoe@xn--bcher-kva.example", "zoe", "participant"]]);
    case("name\nAda\nGrace\n", &[["", "Ada", "participant"], ["", "Grace", "participant"]]);
    case(
        "email,name,,\n;;,,,\nada@example.org,Ada,,\n".replace(";;", "").as_str(),
        &[["ada@example.org", "Ada", "participant"]],
    );
}

#[test]
fn names_lose_control_characters_and_are_cut_to_100_characters() {
    let long = "x".repeat(300);
    let folder = Folder::meeting(&format!(
        "email,name\na@example.org,\"A\r\nBcc: b@example.org\"\nb@example.org,B\u{202e}dlrow\nc@example.org,{long}\n"
    ));
    let run = folder.run(["links", "--out", "-", "-q"]).exits(0);
    let names: Vec<String> =
        csv_records(&run.stdout).into_iter().skip(1).map(|row| row[1].clone()).collect();
    assert_eq!(names, ["A Bcc: b@example.org", "Bdlrow", &"x".repeat(100)]);
}

#[test]
fn a_repeated_person_counts_once_and_is_refused_if_the_rows_differ() {
    let folder = Folder::meeting(
        "email,name,role,class\nada@example.org,Ada,host,1a\nbob@example.org,Bob,,1a\nADA@example.org,Ada,moderator,2b\n",
    );
    let run = folder.run(["links", "--out", "-"]).exits(0);
    assert_eq!(csv_records(&run.stdout).len(), 3);
    assert_eq!(
        run.stderr.lines().next(),
        Some("note: `ada@example.org` is listed twice and counts once: lines 2 and 4")
    );

    refused(
        "email,name,role\nada@example.org,Ada,host\nada@example.org,Ada,guest\nbob@example.org,Bob,\nbob@example.org,Robert,\n",
        "\
error[duplicate]: people.csv:3: `ada@example.org` is in the roster twice for the same meeting, on lines 2 and 3: as moderator and as participant
  hint: write duplicates = \"last\" under [roster] if the later row counts (\"first\": the earlier row), or delete one of the two rows
error[duplicate]: people.csv:5: `bob@example.org` is in the roster twice for the same meeting, on lines 4 and 5: as `Bob` and as `Robert`
  hint: if these are different people, write family = \"each\" under [roster]: each gets a link and a mail of their own; if this is one person, write duplicates = \"last\": the later row counts (\"first\": the earlier row); or give one of them another address
",
    );

    let folder =
        Folder::meeting("email,name,role\nada@example.org,Ada,host\nada@example.org,Ada,guest\n");
    folder.add_roster_setting("duplicates = \"first\"");
    let run = folder.run(["links", "--out", "-"]).exits(0);
    assert_eq!(csv_records(&run.stdout)[1][2], "moderator");
    assert_eq!(csv_records(&run.stdout).len(), 2);
}

#[test]
fn a_person_with_several_starts_or_rooms_gets_a_link_for_each() {
    let folder = Folder::meeting(
        "email,name,start,room\nada@example.org,Ada,2031-03-11 14:00,\nada@example.org,Ada,2031-03-11 16:00,\nada@example.org,Ada,,Room 2\n",
    );
    folder.add_roster_setting("per_row = [\"start\", \"room\"]");
    let run = folder.run(["links", "--out", "-", "-q"]).exits(0).stderr("");
    let rows = csv_records(&run.stdout);
    let found: Vec<&[String]> = rows.iter().skip(1).map(|row| &row[3..6]).collect();
    assert_eq!(
        found,
        [
            ["town-hall", "2031-03-11T12:30:00Z", "2031-03-11T16:30:00Z"],
            ["town-hall", "2031-03-11T14:30:00Z", "2031-03-11T18:30:00Z"],
            ["Room 2", "2031-03-11T12:30:00Z", "2031-03-11T16:30:00Z"],
        ]
    );
    assert!(rows[3][6].starts_with("https://meet.example.org/Room%202?jwt="));
}

#[test]
fn people_without_an_address_are_separate_even_with_equal_names() {
    let folder = Folder::meeting("name\nAda\nGrace\nAda\nAda\n");
    let run = folder.run(["links", "--out", "-", "--format", "jsonl", "-q"]).exits(0);
    let ids: Vec<String> = run
        .stdout
        .lines()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).unwrap()["id"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(ids, ["Ada", "Grace", "Ada  2", "Ada  3"]);
    let links: std::collections::HashSet<&str> = run.stdout.lines().collect();
    assert_eq!(links.len(), 4);
}

#[test]
fn at_most_a_hundred_problems_are_listed() {
    let mut people = "email\n".to_owned();
    people.push_str(&"nobody\n".repeat(1500));
    let folder = Folder::meeting(&people);
    let run = folder.run(["links"]).exits(3);
    assert_eq!(run.stderr.matches("error[not-an-email]").count(), 100);
    assert!(run.stderr.ends_with("error: 1400 more problems\n"));
}

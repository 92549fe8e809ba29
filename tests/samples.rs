//! The samples of the README, and link files and messages read by independent programs.

use std::process::Command;

use crate::support::{Folder, csv_records, python_has, repository_path};

/// A copy of a sample, so that the tests don't write to the sample itself.
pub(crate) fn sample(name: &str) -> Folder {
    let folder = Folder::empty();
    for file in std::fs::read_dir(repository_path("samples").join(name)).unwrap() {
        let file = file.unwrap();
        // Not what somebody who tried the sample has made in it.
        let name = file.file_name().into_string().unwrap();
        if ["meeting.toml", "people.csv", "slots.xlsx", "app-secret"].contains(&name.as_str()) {
            folder.write(&name, std::fs::read(file.path()).unwrap());
        }
    }
    folder
}

#[test]
fn the_town_hall_sample_makes_sixty_messages_and_sixty_links() {
    let folder = sample("town-hall");
    folder.run(["check"]).exits(0);
    folder.run(["send", "-q"]).exits(0);
    assert_eq!(folder.file_names("outbox").len(), 60);
    folder.run(["links", "-q"]).exits(0);
    let rows = csv_records(&folder.read("links.csv"));
    assert_eq!(rows.len(), 61);
    let count = |role: &str| rows.iter().filter(|row| row[2] == role).count();
    assert_eq!([count("moderator"), count("speaker"), count("participant")], [4, 5, 51]);
}

#[test]
fn the_first_token_sample_makes_two_links_and_two_messages() {
    let folder = sample("first-token");
    folder.run(["links", "-q"]).exits(0);
    assert_eq!(csv_records(&folder.read("links.csv")).len(), 3);
    folder.run(["send", "-q"]).exits(0);
    assert_eq!(folder.file_names("outbox").len(), 2);
}

#[test]
fn the_parents_evening_sample_reads_120_slots_from_a_workbook() {
    let folder = sample("parents-evening");
    folder.run(["check"]).exits(0);
    folder.run(["links", "-q"]).exits(0);
    let rows = csv_records(&folder.read("links.csv"));
    assert_eq!(rows.len(), 1 + 240);
    // Each slot is a room and a time, with one teacher and one family.
    let mut slots = std::collections::BTreeMap::<_, Vec<_>>::new();
    for row in &rows[1..] {
        slots.entry((row[3].clone(), row[4].clone())).or_default().push((&row[2], &row[0]));
    }
    assert_eq!(slots.len(), 120);
    for ((room, _), people) in &slots {
        let [(moderator, teacher), (participant, family)] = people[..] else {
            panic!("{room}: {people:?}");
        };
        assert_eq!((moderator.as_str(), participant.as_str()), ("moderator", "participant"));
        let teacher = teacher.strip_suffix("@school.example.org").unwrap();
        assert_eq!(room.strip_prefix("parents-evening-"), Some(teacher));
        assert!(family.ends_with("@example.org"));
    }
    let first = [&rows[1][0], &rows[1][1], &rows[1][4], &rows[1][5]];
    assert_eq!(
        first,
        ["weber@school.example.org", "Ms Weber", "2031-11-18T15:58:00Z", "2031-11-18T16:13:00Z"]
    );
}

#[test]
fn pyjwt_verifies_every_link_of_the_town_hall_sample() {
    if !python_has("jwt", "pip install pyjwt") {
        return;
    }
    let folder = sample("town-hall");
    folder.run(["links", "-q"]).exits(0);
    let output = Command::new("python3")
        .arg(repository_path("tests/scripts/verify_links.py"))
        .args(["links.csv", "people.csv", "app-secret"])
        .args([
            "--aud",
            "jitsi",
            "--iss",
            "town-hall",
            "--sub",
            "meet.example.org",
            "--room",
            "autumn-town-hall",
        ])
        .args([
            "--url",
            "https://meet.example.org",
            "--features",
            "speaker=screen-sharing,recording",
        ])
        .args(["--default-role", "participant", "--now", "1800000000"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let output_text =
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output_text.as_str()), (Some(0), "60 links verified\n"));
}

#[test]
fn python_reads_a_link_file_with_its_csv_module() {
    if !python_has("csv", "apt install python3") {
        return;
    }
    let folder = Folder::meeting(
        "email,name,note\nada@example.org,\"A \"\"B\"\", C\",\"x\ny\"\nbob@example.org,+1 Guest,\n",
    );
    folder.run(["links", "-q", "--keep", "note"]).exits(0);
    let script = "import csv,json\nprint(json.dumps([[r[0],r[1],r[7]] for r in csv.reader(open('links.csv',newline='',encoding='utf-8'))],ensure_ascii=False))";
    let output =
        Command::new("python3").args(["-c", script]).current_dir(folder.path()).output().unwrap();
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "[[\"email\", \"name\", \"note\"], [\"ada@example.org\", \"A \\\"B\\\", C\", \"x\\ny\"], [\"bob@example.org\", \"'+1 Guest\", \"\"]]\n"
    );
}

#[test]
fn two_calendar_libraries_apply_invitation_updates_and_cancellation() {
    if !python_has("icalendar, vobject", "pip install icalendar vobject") {
        return;
    }
    let folder =
        Folder::meeting("email,name\nada@example.org,\"Lovelace, Ada\"\nbob@example.org,Bob\n");
    folder.run(["send", "-q", "--only", "ada@example.org"]).exits(0);
    folder.edit_meeting("2031-03-11 14:00", "2031-03-12 10:00");
    folder.run(["send", "-q", "--only", "ada@example.org"]).exits(0);
    folder.edit_meeting("title = \"Town hall\"", "title = \"Assembly; with, signs\"");
    folder.run(["send", "-q", "--only", "ada@example.org"]).exits(0);
    folder.write("people.csv", "email,name\nbob@example.org,Bob\n");
    folder.run(["send", "-q", "--only", "ada@example.org"]).exits(0);
    let script = repository_path("tests/scripts/apply_invitations.py");
    let output =
        Command::new("python3").arg(script).arg(folder.path().join("outbox")).output().unwrap();
    let output_text =
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        output_text,
        "REQUEST 0 CONFIRMED Town hall\nREQUEST 1 CONFIRMED Town hall\nREQUEST 2 CONFIRMED Assembly; with, signs\n\
         CANCEL 3 CANCELLED Assembly; with, signs\n1 identity, 0 events left\n"
    );
}

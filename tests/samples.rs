//! The samples that the README shows, judged by programs that are not ours.

use std::process::Command;

use crate::support::{Folder, judge, project, records};

/// A copy of a sample, so that tests leave nothing in it.
pub(crate) fn sample(name: &str) -> Folder {
    let folder = Folder::empty();
    for file in ["meeting.toml", "people.csv", "app-secret"] {
        folder.write(file, std::fs::read(project("samples").join(name).join(file)).unwrap());
    }
    folder
}

#[test]
fn the_town_hall_has_sixty_messages_and_sixty_links() {
    let folder = sample("town-hall");
    folder.run(["check"]).exits(0);
    folder.run(["send", "-q"]).exits(0);
    assert_eq!(folder.names("outbox").len(), 60);
    folder.run(["links", "-q"]).exits(0);
    let rows = records(&folder.read("links.csv"));
    assert_eq!(rows.len(), 61);
    let count = |role: &str| rows.iter().filter(|row| row[2] == role).count();
    assert_eq!([count("moderator"), count("speaker"), count("participant")], [4, 5, 51]);
}

#[test]
fn the_first_token_is_the_smallest_meeting_there_is() {
    let folder = sample("first-token");
    folder.run(["links", "-q"]).exits(0);
    assert_eq!(records(&folder.read("links.csv")).len(), 3);
    folder.run(["send", "-q"]).exits(0);
    assert_eq!(folder.names("outbox").len(), 2);
}

#[test]
fn pyjwt_verifies_all_sixty_links_against_the_list() {
    let Some(python) = judge("python3", "jwt", "pip install pyjwt") else { return };
    let folder = sample("town-hall");
    folder.run(["links", "-q"]).exits(0);
    let output = Command::new(python)
        .arg(project("tests/judges/verify_links.py"))
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
    let said =
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), said.as_str()), (Some(0), "60 links verified\n"));
}

#[test]
fn pythons_csv_reads_what_was_written() {
    let Some(python) = judge("python3", "csv", "apt install python3") else { return };
    let folder = Folder::meeting(
        "email,name,note\nada@example.org,\"A \"\"B\"\", C\",\"x\ny\"\nbob@example.org,=1+1,\n",
    );
    folder.run(["links", "-q", "--keep", "note"]).exits(0);
    let script = "import csv,json\nprint(json.dumps([[r[0],r[1],r[7]] for r in csv.reader(open('links.csv',newline='',encoding='utf-8'))],ensure_ascii=False))";
    let output =
        Command::new(python).args(["-c", script]).current_dir(folder.path()).output().unwrap();
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "[[\"email\", \"name\", \"note\"], [\"ada@example.org\", \"A \\\"B\\\", C\", \"x\\ny\"], [\"bob@example.org\", \"'=1+1\", \"\"]]\n"
    );
}

#[test]
fn a_life_of_invitations_ends_with_no_event_in_two_calendars() {
    let Some(python) = judge("python3", "icalendar, vobject", "pip install icalendar vobject")
    else {
        return;
    };
    let folder =
        Folder::meeting("email,name\nada@example.org,\"Lovelace, Ada\"\nbob@example.org,Bob\n");
    folder.run(["send", "-q", "--only", "ada@example.org"]).exits(0);
    folder.change("2031-03-11 14:00", "2031-03-12 10:00");
    folder.run(["send", "-q", "--only", "ada@example.org"]).exits(0);
    folder.change("title = \"Town hall\"", "title = \"Assembly; with, signs\"");
    folder.run(["send", "-q", "--only", "ada@example.org"]).exits(0);
    folder.write("people.csv", "email,name\nbob@example.org,Bob\n");
    folder.run(["send", "-q", "--only", "ada@example.org"]).exits(0);
    let script = project("tests/judges/read_chain.py");
    let output =
        Command::new(python).arg(script).arg(folder.path().join("outbox")).output().unwrap();
    let said =
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        said,
        "REQUEST 0 CONFIRMED Town hall\nREQUEST 1 CONFIRMED Town hall\nREQUEST 2 CONFIRMED Assembly; with, signs\n\
         CANCEL 3 CANCELLED Assembly; with, signs\n1 identity, 0 events left\n"
    );
}

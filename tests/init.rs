//! `init`: what it writes works as it is.

use crate::support::{Folder, MEETING, SECRET, mode, records};

#[test]
fn what_it_writes_works_as_it_is() {
    let folder = Folder::empty();
    folder.run(["init", "autumn"]).exits(0).prints("").says(
        "autumn/meeting.toml is ready. Next: meetmint check --meeting autumn, then meetmint links --meeting autumn or meetmint send --meeting autumn\n",
    );
    assert_eq!(folder.names("autumn"), [".gitignore", "app-secret", "meeting.toml", "people.csv"]);
    assert_eq!(mode(&folder.path().join("autumn/app-secret")), 0o600);
    assert!(folder.read("autumn/app-secret").starts_with("practice-"));
    let run = folder.run(["check", "--meeting", "autumn"]).exits(0);
    assert!(
        run.stderr
            .starts_with("note: this is a practice secret: no server will take these links\n"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.ends_with("All is well.\n"));
    folder.run(["links", "--meeting", "autumn"]).exits(0);
    assert_eq!(records(&folder.read("autumn/links.csv")).len(), 3);

    let other = Folder::empty();
    other.run(["init"]).exits(0);
    assert_ne!(other.read("app-secret"), folder.read("autumn/app-secret"));
    assert_ne!(
        line(&other.read("meeting.toml"), "id = "),
        line(&folder.read("autumn/meeting.toml"), "id = ")
    );
}

#[test]
fn git_publishes_nothing_that_must_not_be() {
    let folder = Folder::empty();
    folder.run(["init"]).exits(0);
    folder.run(["links"]).exits(0);
    folder.run(["links", "--format", "jsonl"]).exits(0);
    folder.write("outbox/a.eml", "x").write("jaas.pk", "x");
    let run = folder.shell("git init -q . && git add -A && git ls-files").exits(0);
    assert_eq!(run.stdout, ".gitignore\nmeeting.toml\npeople.csv\n");
}

#[test]
fn every_commented_line_is_valid_when_its_mark_is_taken_away() {
    let folder = Folder::empty();
    folder.run(["init"]).exits(0);
    let text = folder.read("meeting.toml");
    let lines: Vec<&str> = text.lines().collect();
    let mut tried = 0;
    for (at, line) in lines.iter().enumerate() {
        let Some(active) = line.strip_prefix("# ") else { continue };
        let mut changed: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        changed[at] = active.to_owned();
        if active.starts_with("features") || active.starts_with("link") {
            let heading = lines[..at].iter().rposition(|line| line.starts_with("# [")).unwrap();
            changed[heading] = lines[heading][2..].to_owned();
        }
        if active.starts_with("key") {
            // A key takes the place of the secret, and key and id go together.
            for line in &mut changed {
                if line.starts_with("# key") {
                    *line = line[2..].to_owned();
                }
            }
            changed.retain(|line| !line.starts_with("secret"));
            let key =
                std::fs::read(crate::support::project("crates/core/tests/keys/pkcs1.pem")).unwrap();
            folder.private("jaas.pk", key);
        }
        folder.write("templates/invite.txt", "{{ link }}\n");
        folder.write("meeting.toml", changed.join("\n"));
        let run = folder.run(["check", "--format", "json"]);
        assert_eq!(run.code, Some(0), "{active}\n{}", run.stdout);
        tried += 1;
    }
    assert!(tried >= 18, "{tried} lines were tried");
}

#[test]
fn where_a_meeting_or_a_file_is_nothing_is_touched() {
    let folder = Folder::meeting("email\nada@example.org\n");
    let before = (folder.read("meeting.toml"), folder.names("."));
    folder.run(["init"]).exits(3).says("error: there is a meeting already: `meeting.toml`\n  hint: name another folder: meetmint init DIR\n");
    assert_eq!((folder.read("meeting.toml"), folder.names(".")), before);

    let folder = Folder::empty();
    folder.write("town/people.csv", "mine");
    folder.run(["init", "town"]).exits(3).says(
        "error: `town/people.csv` is there already, and is not overwritten\n  hint: name another folder, or take it away; `--roster` names a list you have\n",
    );
    assert_eq!(folder.names("town"), ["people.csv"]);
    folder.write("file", "x");
    let run = folder.run(["init", "file/town"]).exits(1);
    assert!(
        run.stderr.starts_with("error: cannot write `file/town/meeting.toml`\n"),
        "{}",
        run.stderr
    );
    assert_eq!(folder.names("."), ["file", "town"]);
}

#[test]
fn a_list_that_one_has_is_understood_column_by_column() {
    let folder = Folder::empty();
    folder.write(
        "Teilnehmer.csv",
        "E-Mail;Vorname;Nachname;Rolle;Klasse\nada@example.org;Ada;Lovelace;Gastgeberin;1a\n",
    );
    folder.run(["init", "--roster", "Teilnehmer.csv"]).exits(0).says(
        "\
columns     `E-Mail`: email
            `Vorname`: first_name
            `Nachname`: last_name
            `Rolle`: role
            `Klasse`: {{ extra.klasse }} in templates
meeting.toml is ready. Next: meetmint check, then meetmint links or meetmint send
",
    );
    assert!(!folder.has("people.csv"));
    folder.run(["links", "-q"]).exits(0);
    assert_eq!(
        records(&folder.read("links.csv"))[1][..3],
        ["ada@example.org", "Ada Lovelace", "moderator"]
    );
    folder
        .run(["init", "x", "--roster", "absent.csv"])
        .exits(3)
        .says("error: cannot read the list `absent.csv`: there is no such file\n");
    assert!(!folder.has("x"));
}

#[test]
fn a_meeting_like_another_has_an_id_of_its_own() {
    let folder = Folder::empty();
    folder
        .write("autumn/meeting.toml", MEETING)
        .write("autumn/people.csv", "email\nada@example.org\n");
    folder
        .private("autumn/app-secret", SECRET)
        .write("autumn/templates/invite.txt", "{{ link }}\n")
        .write("autumn/links.csv", "old");
    let text = MEETING
        .replace("from =", "templates = \"templates\"\nfrom =")
        .replace("people.csv", "../people.csv");
    folder.write("autumn/meeting.toml", text).write("people.csv", "email\nbob@example.org\n");
    folder.run(["init", "spring", "--like", "autumn"]).exits(0);
    assert_eq!(folder.names("spring"), [".gitignore", "app-secret", "meeting.toml", "templates"]);
    assert_eq!(folder.names("spring/templates"), ["invite.txt"]);
    assert_eq!(mode(&folder.path().join("spring/app-secret")), 0o600);
    let (old, new) = (folder.read("autumn/meeting.toml"), folder.read("spring/meeting.toml"));
    assert_ne!(line(&old, "id = "), line(&new, "id = "));
    let differing: Vec<(&str, &str)> =
        old.lines().zip(new.lines()).filter(|(old, new)| old != new).collect();
    assert_eq!(differing.len(), 2, "{differing:?}");
    folder.run(["links", "--meeting", "spring", "-q"]).exits(0);
    assert_eq!(records(&folder.read("spring/links.csv"))[1][0], "bob@example.org");

    folder.write(
        "plain/meeting.toml",
        MEETING.replace("id = \"00112233445566778899aabbccddeeff\"\n", ""),
    );
    folder
        .private("plain/app-secret", SECRET)
        .write("plain/people.csv", "email\nada@example.org\n");
    folder.run(["init", "plain2", "--like", "plain/meeting.toml"]).exits(0);
    assert!(folder.read("plain2/meeting.toml").contains("[meeting]\nid = \""));
    folder.run(["init", "x", "--like", "nowhere"]).exits(3);
    assert!(!folder.has("x"));
}

fn line<'a>(text: &'a str, start: &str) -> &'a str {
    text.lines().find(|line| line.starts_with(start)).unwrap()
}

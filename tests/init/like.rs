//! `init --like`: a new meeting with the settings of another one.

use super::{line, with_templates};
use crate::support::{Folder, MEETING, SECRET, csv_records, mode};

#[test]
fn like_copies_a_meeting_and_gives_it_a_new_id() {
    let folder = Folder::empty();
    folder
        .write("autumn/meeting.toml", MEETING)
        .write("autumn/people.csv", "email\nada@example.org\n");
    folder
        .write_private("autumn/app-secret", SECRET)
        .write("autumn/templates/invite.txt", "{{ link }}\n")
        .write("autumn/links.csv", "old");
    let text = MEETING
        .replace("from =", "templates = \"templates\"\nfrom =")
        .replace("people.csv", "../people.csv");
    folder.write("autumn/meeting.toml", text).write("people.csv", "email\nbob@example.org\n");
    folder.run(["init", "spring", "--like", "autumn"]).exits(0);
    assert_eq!(
        folder.file_names("spring"),
        [".gitignore", "app-secret", "meeting.toml", "templates"]
    );
    assert_eq!(folder.file_names("spring/templates"), ["invite.txt"]);
    assert_eq!(mode(&folder.path().join("spring/app-secret")), 0o600);
    let (old, new) = (folder.read("autumn/meeting.toml"), folder.read("spring/meeting.toml"));
    assert_ne!(line(&old, "id = "), line(&new, "id = "));
    let differing: Vec<(&str, &str)> =
        old.lines().zip(new.lines()).filter(|(old, new)| old != new).collect();
    assert_eq!(differing.len(), 2, "{differing:?}");
    folder.run(["links", "--meeting", "spring", "-q"]).exits(0);
    assert_eq!(csv_records(&folder.read("spring/links.csv"))[1][0], "bob@example.org");

    folder.write(
        "plain/meeting.toml",
        MEETING.replace("id = \"00112233445566778899aabbccddeeff\"\n", ""),
    );
    folder
        .write_private("plain/app-secret", SECRET)
        .write("plain/people.csv", "email\nada@example.org\n");
    folder.run(["init", "plain2", "--like", "plain/meeting.toml"]).exits(0);
    assert!(folder.read("plain2/meeting.toml").contains("[meeting]\nid = \""));
    folder.run(["init", "x", "--like", "nowhere"]).exits(3);
    assert!(!folder.exists("x"));
}

#[test]
fn like_inserts_the_new_id_in_every_toml_layout() {
    let plain = MEETING.replace("id = \"00112233445566778899aabbccddeeff\"\n", "");
    let (start, end) = (plain.find("[meeting]").unwrap(), plain.find("[roster]").unwrap());
    let keys: Vec<&str> =
        plain[start..end].lines().skip(1).filter(|line| !line.is_empty()).collect();
    let instead = |table: String| format!("{table}\n{}{}", &plain[..start], &plain[end..]);
    let dotted: Vec<String> = keys.iter().map(|key| format!("meeting.{key}")).collect();
    for text in [
        plain.clone(),
        plain.replace('\n', "\r\n"),
        plain.replace("[meeting]", "  [ meeting ]  # when and where").replace("title", "\ttitle"),
        plain.replace("[meeting]", "[\"meeting\"]").replace("title", "'title'"),
        format!("\u{feff}{plain}"),
        format!("# Größe\r\n{plain}"),
        instead(dotted.join("\n")),
        instead(dotted.join("\r\n").replace("meeting.", " meeting . ")),
        instead(format!("meeting = {{ {} }}", keys.join(", "))),
        instead(format!("meeting = {{\n  {}\n}}", keys.join(",\n  "))),
    ] {
        let folder = Folder::empty();
        folder.write("old/meeting.toml", &text).write("old/people.csv", "email\na@example.org\n");
        folder.write_private("old/app-secret", SECRET);
        let run = folder.run(["init", "new", "--like", "old"]).exits(0);
        assert!(run.stderr.contains("new/meeting.toml is ready"), "{}", run.stderr);
        let new = folder.read("new/meeting.toml");
        let mut ids = new.match_indices("id = \"").map(|(at, _)| at);
        let at = ids.find(|at| !new[..*at].ends_with("app_")).unwrap();
        let check = folder.run(["check", "--meeting", "new", "--format", "json"]).exits(0);
        let id = format!("\"id\": \"{}\"", &new[at + 6..at + 38]);
        assert!(check.stdout.contains(&id), "{new}");
        // An inserted line has the line ending of the line after it.
        let lone = |text: &str| text.matches('\n').count() - text.matches("\r\n").count();
        let more = text.lines().count() < new.lines().count();
        let next = new[at..].split_inclusive('\n').nth(1).unwrap();
        assert_eq!(
            lone(&new),
            lone(&text) + usize::from(more && !next.ends_with("\r\n")),
            "{new:?}"
        );
    }
}

#[test]
fn like_does_not_copy_the_ledger_setting() {
    let below = [
        "[ledger]\nfile = \"../both.db\"  # here\n",
        "[ledger]\r\n  file = '''\r\n../both.db'''\r\n",
    ];
    let above = ["ledger.file = \"../both.db\"\n", "ledger = { file = \"../both.db\" }\n"];
    let texts = below.map(|table| format!("{MEETING}\n{table}")).into_iter();
    for text in texts.chain(above.map(|key| format!("{key}{MEETING}"))) {
        let folder = Folder::empty();
        folder.write("old/meeting.toml", &text).write("old/people.csv", "email\na@example.org\n");
        folder.write_private("old/app-secret", SECRET);
        folder.run(["init", "new", "--like", "old"]).exits(0).stderr(
            "\
note: `file` under [ledger] was left out, because every meeting has its own ledger
new/meeting.toml is ready. Next:
  1. Set the new start:
       nano new/meeting.toml
  2. Find mistakes:
       meetmint check --meeting new
  3. Write a test copy to new/outbox:
       meetmint send --meeting new --to events@example.org
  4. Write everybody's invitation to new/outbox:
       meetmint send --meeting new
",
        );
        folder.run(["send", "--meeting", "new"]).exits(0);
        assert!(folder.exists("new/ledger.db") && !folder.exists("both.db"), "{text}");
    }
}

#[test]
fn like_copies_only_templates_from_the_template_folder() {
    let folder = Folder::empty();
    for (name, text) in [
        ("people.csv", "email\nada@example.org\n"),
        ("invite.txt", "{{ link }}\n"),
        ("notes.txt", "mine"),
        ("links.html", "x"),
        ("links.csv", "x"),
        ("outbox/a.html", "x"),
        ("ledger.db", "x"),
        ("words/cancel.subject", "Off"),
        ("words/footer.html", "bye"),
        ("words/links.html", "x"),
        ("words/ledger.txt", "x"),
        ("words/logo.png", "x"),
        ("words/more/x.html", "x"),
    ] {
        folder.write(&format!("old/{name}"), text);
    }
    folder.write_private("old/app-secret", SECRET);
    for templates in [".", "./", ""] {
        folder.write("old/meeting.toml", with_templates(templates));
        folder.run(["init", "new", "--like", "old"]).exits(0);
        assert_eq!(
            folder.file_names("new"),
            [".gitignore", "app-secret", "invite.txt", "meeting.toml", "people.csv"]
        );
        std::fs::remove_dir_all(folder.path().join("new")).unwrap();
    }
    folder.write("old/meeting.toml", with_templates("./words"));
    folder.run(["init", "new", "--like", "old"]).exits(0);
    assert_eq!(folder.file_names("new/words"), ["cancel.subject", "footer.html"]);
    // The secret may be in the template folder: it is copied once, and stays private.
    folder.write_private("old/words/secret.txt", SECRET);
    let text = with_templates("words").replace("\"app-secret\"", "\"./words/secret.txt\"");
    folder.write("old/meeting.toml", text);
    folder.run(["init", "next", "--like", "old"]).exits(0);
    assert_eq!(folder.file_names("next/words"), ["cancel.subject", "footer.html", "secret.txt"]);
    assert_eq!(mode(&folder.path().join("next/words/secret.txt")), 0o600);
}

#[test]
fn like_refuses_a_meeting_with_mistakes() {
    let folder = Folder::meeting("email\nada@example.org\n");
    folder.edit_meeting("zone = \"Europe/Berlin\"", "zone = \"Europe/Nowhere\"");
    let refused = |start: &str| {
        let run = folder.run(["init", "new", "--like", "."]).exits(3);
        assert!(run.stderr.starts_with(start), "{}", run.stderr);
        assert!(!folder.exists("new"));
    };
    refused("error[unknown-zone]: meeting.toml:");
    folder.write("meeting.toml", with_templates("people.csv"));
    refused("error[like]: the other meeting refers to `people.csv`, which is not a folder\n");
    folder.write("meeting.toml", MEETING.replace("people.csv", "lists")).write("lists/a", "");
    refused("error[like]: the other meeting refers to `lists`, which is not a file\n");
    folder.write("meeting.toml", MEETING.replace("people.csv", "nobody.csv"));
    refused("error[like]: the other meeting refers to `nobody.csv`, which does not exist\n");
}

#[test]
fn the_next_steps_are_those_of_the_other_meeting() {
    let folder = Folder::meeting("email\nada@example.org\n");
    folder.use_smtp(2525, "");
    let run = folder.run(["init", "mailed", "--like", "."]).exits(0);
    assert!(run.stderr.contains("Mail everybody's invitation:\n       meetmint send"), "{run:?}");
    folder.use_folder_outbox();
    folder.edit_meeting("[mail]\nfrom = \"Events team <events@example.org>\"\n", "");
    let run = folder.run(["init", "links", "--like", "."]).exits(0);
    let end = "  3. Make the links:\n       meetmint links --meeting links\n";
    assert!(run.stderr.ends_with(end), "{run:?}");
}

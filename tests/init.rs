//! `init`: the meeting folder that it writes.

mod like;
#[cfg(unix)]
mod prompts;
mod server_config;

use crate::support::{Folder, MEETING, Run, SECRET, csv_records, mode, repository_path};

#[test]
fn a_new_meeting_folder_works_without_changes() {
    let folder = Folder::empty();
    folder.run(["init", "autumn"]).exits(0).stdout("").stderr(
        "\
autumn/meeting.toml is ready. Next:
  1. Set title and start:
       nano autumn/meeting.toml
  2. List the people:
       nano autumn/people.csv
  3. Find mistakes:
       meetmint check --meeting autumn
  4. Write a test copy to autumn/outbox:
       meetmint send --meeting autumn --to events@example.org
  5. Write everybody's invitation to autumn/outbox:
       meetmint send --meeting autumn
This is a rehearsal: nothing is mailed. For real mail, change:
  autumn/meeting.toml:3   url and app_id of your server
  autumn/app-secret       the secret of your server
  autumn/meeting.toml:56  the sender
  autumn/meeting.toml:64  your mail server
",
    );
    assert_eq!(
        folder.file_names("autumn"),
        [".gitignore", "app-secret", "meeting.toml", "people.csv"]
    );
    assert_eq!(mode(&folder.path().join("autumn/app-secret")), 0o600);
    assert!(folder.read("autumn/app-secret").starts_with("practice-"));
    let run = folder.run(["check", "--meeting", "autumn"]).exits(0);
    assert!(
        run.stderr
            .starts_with("note: this is a practice secret: no server will accept these links\n"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.ends_with("No problems found.\n"));
    let text = folder.read("autumn/meeting.toml");
    for (number, start) in [(3, "url = "), (56, "from = "), (64, "[outbox]")] {
        assert!(text.lines().nth(number - 1).unwrap().starts_with(start), "{number}");
    }
    folder.run(["links", "--meeting", "autumn"]).exits(0);
    assert_eq!(csv_records(&folder.read("autumn/links.csv")).len(), 3);

    let other = Folder::empty();
    other.run(["init"]).exits(0);
    assert_ne!(other.read("app-secret"), folder.read("autumn/app-secret"));
    assert_ne!(
        line(&other.read("meeting.toml"), "id = "),
        line(&folder.read("autumn/meeting.toml"), "id = ")
    );
}

#[test]
fn every_next_step_works_when_pasted() {
    let folder = Folder::empty();
    let run = folder.run_with_env(["init", "our town's"], &[("EDITOR", "cat")]).exits(0);
    let commands: Vec<&str> =
        run.stderr.lines().filter_map(|line| line.strip_prefix("       ")).collect();
    assert_eq!(commands.len(), 5, "{}", run.stderr);
    for command in commands {
        folder.shell(command).exits(0);
    }
    // One for each person, and the test copy.
    assert_eq!(folder.file_names("our town's/outbox").len(), 3);
}

#[test]
fn gitignore_covers_all_private_files() {
    let folder = Folder::empty();
    folder.run(["init"]).exits(0);
    folder.run(["links"]).exits(0);
    folder.run(["links", "--format", "jsonl"]).exits(0);
    // What other names and folders are made of.
    std::fs::create_dir_all(folder.path().join("slips/board")).unwrap();
    folder.run(["links", "--out", "slips/board/monday.csv"]).exits(0);
    folder.run(["links", "--out", "slips/LINKS.CSV"]).exits(0);
    folder.run(["links", "--format", "jsonl", "--out", "slips/links.txt"]).exits(0);
    folder.run(["send"]).exits(0);
    let meeting = folder.read("meeting.toml");
    folder.edit_meeting("# dir = \"outbox\"", "dir = \"rehearsal\"");
    folder.write("meeting.toml", folder.read("meeting.toml") + "[ledger]\nfile = \"history.db\"\n");
    folder.run(["send"]).exits(0);
    assert!(folder.exists("rehearsal") && folder.exists("history.db.lock"));
    folder.write("meeting.toml", meeting);
    for name in [
        "outbox/a.eml",
        "for-the-board.csv",
        "for-the-board.jsonl",
        ".meetmint-a1b2c3",
        "slips/board/.meetmint-a1b2c3",
        "private.pem",
        "jaas.pk",
        "server.key",
        "smtp-password",
        "ledger.db",
        "ledger.db-wal",
        "ledger.db-shm",
        "ledger.db.lock",
        "ledger.db.new",
    ] {
        folder.write(name, "x");
    }
    // A pattern for something that nobody writes would promise it.
    for pattern in folder.read(".gitignore").lines().filter(|line| !line.starts_with('#')) {
        let used = "git init -q . && git ls-files --others --ignored --exclude";
        let run = folder.shell(&format!("{used} '{pattern}'")).exits(0);
        assert!(!run.stdout.is_empty(), "{pattern}");
    }
    let status = "git init -q . && git status --porcelain --untracked-files=all";
    folder.shell(status).exits(0).stdout("?? .gitignore\n?? meeting.toml\n");
}

#[test]
fn every_commented_setting_is_valid_when_uncommented() {
    let folder = Folder::empty();
    folder.run(["init"]).exits(0);
    let run = uncomment_every_setting(&folder, 42);
    let expected = "note: mail goes through mail.example.org:587 (STARTTLS) as events@example.org, 14 a second, 2000 a day, 100 a connection, 4 connections at a time\n";
    assert!(run.stderr.contains(expected), "{}", run.stderr);
}

/// Uncomments each setting alone, then all of `[outbox]`, and checks the meeting each time. Returns the last run. At least
/// `least` lines have to be found.
fn uncomment_every_setting(folder: &Folder, least: usize) -> Run {
    let key = std::fs::read(repository_path("crates/core/tests/keys/pkcs1.pem")).unwrap();
    folder.write_private("jaas.pk", key).write("templates/invite.txt", "{{ link }}\n");
    // With a practice secret, mail would be refused.
    folder.write_private("app-secret", SECRET).write_private("smtp-password", "a password");
    let password = [("SMTP_PASSWORD", "a password")];
    let text = folder.read("meeting.toml");
    let blocks: Vec<Vec<&str>> = text.split("\n\n").map(|block| block.lines().collect()).collect();
    let (mut tried, mut headings) = (0, Vec::new());
    for (at, block) in blocks.iter().enumerate() {
        let heading = block[0].split(']').next().unwrap();
        for line in block.iter().filter(|line| line.starts_with("# ")) {
            let mut changed = blocks.clone();
            let mut wanted = vec![*line];
            // A key replaces the secret, and needs its id.
            if line.starts_with("# key") {
                wanted.push("# key");
                changed[at].retain(|line| !line.starts_with("secret"));
            }
            // In a section that is commented out, the heading and the required keys are uncommented as well, and the
            // active section of the same name is removed.
            if heading.starts_with("# [") {
                wanted.push(block[0]);
                headings.push(heading);
            }
            if heading == "# [outbox" {
                wanted.extend(["# kind", "# host"]);
            }
            // A login needs a password.
            if line.starts_with("# user") || line.starts_with("# auth") {
                wanted.push("# password");
            }
            for line in &mut changed[at] {
                if wanted.iter().any(|wanted| line.starts_with(wanted)) {
                    *line = &line[2..];
                }
            }
            if let Some(other) = heading.strip_prefix("# ") {
                let mut place = 0..;
                changed.retain(|block| place.next() == Some(at) || !block[0].starts_with(other));
            }
            let changed: Vec<String> = changed.iter().map(|block| block.join("\n")).collect();
            folder.write("meeting.toml", changed.join("\n\n"));
            let run = folder.run_with_env(["check", "--format", "json"], &password);
            assert_eq!(run.code, Some(0), "{line}\n{}", run.stdout);
            tried += 1;
        }
    }
    headings.dedup();
    assert_eq!(
        headings,
        ["# [server.accepts", "# [roles.speaker", "# [roles.audience", "# [outbox", "# [ledger"]
    );
    assert!(tried >= least, "{tried} lines were tried");
    // All SMTP settings at once.
    let (before, after) = text.split_once("\n\n[outbox]").unwrap();
    let (_, mail) = after.split_once("\n# [outbox]").unwrap();
    let mail = mail.replace("\n# ", "\n");
    folder.write("meeting.toml", format!("{before}\n\n[outbox]{mail}"));
    folder.run_with_env(["check"], &password).exits(0)
}

#[test]
fn built_in_templates_are_copied_on_request() {
    let folder = Folder::empty();
    folder.run(["init", "autumn", "--templates"]).exits(0);
    let entries = std::fs::read_dir(repository_path("templates")).unwrap();
    let mut shipped: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    shipped.sort();
    assert_eq!(folder.file_names("autumn/templates"), shipped);
    let text = folder.read("autumn/meeting.toml");
    assert!(line(&text, "templates = ").starts_with("templates = \"templates\""));
    for name in shipped {
        let ours = std::fs::read_to_string(repository_path("templates").join(&name)).unwrap();
        assert_eq!(folder.read(&format!("autumn/templates/{name}")), ours);
        // meeting.toml mentions every template.
        let (kind, part) = name.split_once('.').unwrap();
        assert!(text.contains(&format!(".{part}")) && text.contains(kind), "{name}");
    }
    folder.run(["check", "--meeting", "autumn"]).exits(0);
    folder.run(["init", "x", "--templates", "--like", "autumn"]).exits(2);
}

#[test]
fn existing_files_are_never_overwritten() {
    let folder = Folder::meeting("email\nada@example.org\n");
    let before = (folder.read("meeting.toml"), folder.file_names("."));
    folder.run(["init"]).exits(3).stderr("error[meeting-exists]: there is already a meeting in this folder: `meeting.toml`\n  hint: edit that file, or choose another folder, for example: meetmint init autumn2\n");
    assert_eq!((folder.read("meeting.toml"), folder.file_names(".")), before);

    let folder = Folder::empty();
    folder.write("town/people.csv", "mine");
    folder.run(["init", "town"]).exits(3).stderr(
        "error[file-exists]: `town/people.csv` already exists, and is not overwritten\n  hint: choose another folder, or move the file away; to use a roster that exists, name it with `--roster`\n",
    );
    assert_eq!(folder.file_names("town"), ["people.csv"]);
}

#[test]
#[cfg(unix)]
fn a_folder_that_cannot_be_created_is_refused() {
    use std::os::unix::fs::symlink;

    let folder = Folder::empty();
    folder.write("file", "x");
    symlink("nowhere", folder.path().join("lost")).unwrap();
    for (dir, expected) in [
        ("file", "`file` is not a folder"),
        ("file/town", "`file` is not a folder"),
        ("lost", "`lost` is a broken symbolic link"),
        ("lost/town", "`lost` is a broken symbolic link"),
    ] {
        folder.run(["init", dir]).exits(3).stderr(&format!(
            "error[not-a-folder]: {expected}\n  hint: choose another folder: meetmint init DIR\n"
        ));
    }
    assert_eq!(folder.file_names("."), ["file", "lost"]);

    symlink("nowhere", folder.path().join(".gitignore")).unwrap();
    folder.run(["init"]).exits(3).stderr(
        "error[not-a-file]: `.gitignore` already exists, and is not a file\n  hint: choose another folder, or move it away\n",
    );
    assert_eq!(folder.file_names("."), [".gitignore", "file", "lost"]);
    // `*` covers everything.
    folder.write("all/.gitignore", "*\n");
    let run = folder.run(["init", "all"]).exits(0);
    assert!(!run.stderr.contains(".gitignore"), "{}", run.stderr);
    folder.write("own/.gitignore", "app-secret\n");
    let run = folder.run(["init", "own"]).exits(0);
    assert_eq!(folder.read("own/.gitignore"), "app-secret\n");
    assert!(
        run.stderr.starts_with("note: `own/.gitignore` already exists and was not changed\n"),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr.contains("  hint: add what it lacks: smtp-password, *.pk, "),
        "{}",
        run.stderr
    );

    folder
        .write("autumn/meeting.toml", with_templates("templates"))
        .write("autumn/templates/invite.txt", "{{ link }}\n")
        .write("autumn/people.csv", "email\nada@example.org\n")
        .write_private("autumn/app-secret", SECRET);
    folder.write("spring/templates", "x");
    folder.run(["init", "spring", "--like", "autumn"]).exits(3).stderr(
        "error[not-a-folder]: `spring/templates` is not a folder\n  hint: choose another folder: meetmint init DIR\n",
    );
    assert_eq!(folder.file_names("spring"), ["templates"]);
}

#[test]
fn an_unusable_roster_is_refused_before_anything_is_written() {
    let folder = Folder::empty();
    folder.write("bad.csv", "Klasse;Rolle\n1a;Gast\n").write("folder/x", "");
    folder.write("sheet.csv", "PK\x03\x04");
    folder.run(["init", "new", "--roster", "bad.csv"]).exits(3).stderr(
        "\
error[no-email-column]: bad.csv:1: no column of email addresses found; the headings are `Klasse`, `Rolle`
  hint: name the column with the addresses `email` in the first row
",
    );
    folder
        .run(["init", "new", "--roster", "folder"])
        .exits(3)
        .stderr("error[no-roster]: the roster `folder` is a folder\n  hint: name a file in it\n");
    let run = folder.run(["init", "new", "--roster", "sheet.csv"]).exits(3);
    assert!(run.stderr.starts_with("error[not-csv]: sheet.csv: "), "{}", run.stderr);
    folder.shell("mkfifo pipe").exits(0);
    folder.run(["init", "new", "--roster", "pipe"]).exits(3).stderr(
        "error[no-roster]: the roster `pipe` is not a regular file\n  hint: save it as a file: a roster is read more than once\n",
    );
    assert!(!folder.exists("new"));
}

#[test]
fn an_existing_roster_is_reported_column_by_column() {
    let folder = Folder::empty();
    folder.write(
        "Teilnehmer.csv",
        "E-Mail;Vorname;Nachname;Rolle;Klasse\nada@example.org;Ada;Lovelace;Gastgeberin;1a\n",
    );
    let run = folder.run(["init", "--roster", "Teilnehmer.csv"]).exits(0);
    let columns = "\
columns     `E-Mail`: email
            `Vorname`: first_name
            `Nachname`: last_name
            `Rolle`: role
            `Klasse`: not used; templates of your own know it as {{ extra.klasse }}
";
    let next = format!("{columns}meeting.toml is ready. Next:\n");
    assert!(run.stderr.starts_with(&next), "{}", run.stderr);
    assert!(!run.stderr.contains("List the people"), "{}", run.stderr);
    let check = folder.run(["check"]).exits(0);
    assert!(check.stdout.ends_with(columns), "{}", check.stdout);
    assert!(!folder.exists("people.csv"));
    folder.run(["links", "-q"]).exits(0);
    assert_eq!(
        csv_records(&folder.read("links.csv"))[1][..3],
        ["ada@example.org", "Ada Lovelace", "moderator"]
    );
    folder.run(["init", "x", "--roster", "absent.csv"]).exits(3).stderr(
        "error[no-roster]: the roster `absent.csv` does not exist\n  hint: check its path\n",
    );
    assert!(!folder.exists("x"));
}

/// A valid `meeting.toml` with a template folder.
fn with_templates(folder: &str) -> String {
    MEETING.replace("from =", &format!("templates = \"{folder}\"\nfrom ="))
}

fn line<'a>(text: &'a str, start: &str) -> &'a str {
    text.lines().find(|line| line.starts_with(start)).unwrap()
}

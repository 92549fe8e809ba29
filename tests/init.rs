//! `init`: the meeting folder that it writes.

use crate::support::{Folder, MEETING, SECRET, judge, mode, project, records};

#[test]
fn a_new_meeting_can_be_used_as_it_is() {
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
            .starts_with("note: this is a practice secret: no server will accept these links\n"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.ends_with("No problems found.\n"));
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
fn gitignore_covers_everything_private() {
    let folder = Folder::empty();
    folder.run(["init"]).exits(0);
    folder.run(["links"]).exits(0);
    folder.run(["links", "--format", "jsonl"]).exits(0);
    for name in [
        "outbox/a.eml",
        "preview/index.html",
        "qr/ada.svg",
        "links.html",
        "jaas.pk",
        "smtp-password",
        "ledger.db",
        "ledger.db-wal",
        "ledger.db-shm",
        "ledger.db.lock",
    ] {
        folder.write(name, "x");
    }
    let run = folder.shell("git init -q . && git add -A && git ls-files").exits(0);
    assert_eq!(run.stdout, ".gitignore\nmeeting.toml\npeople.csv\n");
}

#[test]
fn every_commented_line_is_valid_when_uncommented() {
    let folder = Folder::empty();
    folder.run(["init"]).exits(0);
    let key = std::fs::read(project("crates/core/tests/keys/pkcs1.pem")).unwrap();
    folder.private("jaas.pk", key).write("templates/invite.txt", "{{ link }}\n");
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
            // A line needs its heading and what is required there; such a block replaces the one of the same name.
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
            let run = folder.run(["check", "--format", "json"]);
            assert_eq!(run.code, Some(0), "{line}\n{}", run.stdout);
            tried += 1;
        }
    }
    headings.dedup();
    assert_eq!(headings, ["# [roles.speaker", "# [outbox", "# [ledger"]);
    assert!(tried >= 34, "{tried} lines were tried");
    // All keys for real mail at once.
    let (before, after) = text.split_once("\n\n[outbox]").unwrap();
    let (_, mail) = after.split_once("\n# [outbox]").unwrap();
    let mail = mail.replace("\n# ", "\n");
    folder.write("meeting.toml", format!("{before}\n\n[outbox]{mail}"));
    let run = folder.run(["check"]).exits(0);
    assert!(run.stdout.contains("through mail.example.org"), "{}", run.stdout);
    let words = "note: mail goes through mail.example.org:587 (STARTTLS) as events@example.org, 14 a second, 2000 a day, 100 a connection, 4 connections at a time\n";
    assert!(run.stderr.contains(words), "{}", run.stderr);
}

#[test]
fn built_in_templates_are_copied_on_request() {
    let folder = Folder::empty();
    folder.run(["init", "autumn", "--templates"]).exits(0);
    let entries = std::fs::read_dir(project("templates")).unwrap();
    let mut shipped: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    shipped.sort();
    assert_eq!(folder.names("autumn/templates"), shipped);
    let text = folder.read("autumn/meeting.toml");
    assert!(line(&text, "templates = ").starts_with("templates = \"templates\""));
    for name in shipped {
        let ours = std::fs::read_to_string(project("templates").join(&name)).unwrap();
        assert_eq!(folder.read(&format!("autumn/templates/{name}")), ours);
        // meeting.toml mentions it.
        let (kind, part) = name.split_once('.').unwrap();
        assert!(text.contains(&format!(".{part}")) && text.contains(kind), "{name}");
    }
    folder.run(["check", "--meeting", "autumn"]).exits(0);
    folder.run(["init", "x", "--templates", "--like", "autumn"]).exits(2);
}

#[test]
fn nothing_is_overwritten() {
    let folder = Folder::meeting("email\nada@example.org\n");
    let before = (folder.read("meeting.toml"), folder.names("."));
    folder.run(["init"]).exits(3).says("error: there is already a meeting in this folder: `meeting.toml`\n  hint: choose another folder: meetmint init DIR\n");
    assert_eq!((folder.read("meeting.toml"), folder.names(".")), before);

    let folder = Folder::empty();
    folder.write("town/people.csv", "mine");
    folder.run(["init", "town"]).exits(3).says(
        "error: `town/people.csv` already exists, and is not overwritten\n  hint: choose another folder, or move the file away; to use a roster that exists, name it with `--roster`\n",
    );
    assert_eq!(folder.names("town"), ["people.csv"]);
}

#[test]
#[cfg(unix)]
fn a_folder_that_cannot_be_made_is_refused() {
    use std::os::unix::fs::symlink;

    let folder = Folder::empty();
    folder.write("file", "x");
    symlink("nowhere", folder.path().join("lost")).unwrap();
    for (dir, words) in [
        ("file", "`file` is not a folder"),
        ("file/town", "`file` is not a folder"),
        ("lost", "`lost` is a broken symbolic link"),
        ("lost/town", "`lost` is a broken symbolic link"),
    ] {
        folder
            .run(["init", dir])
            .exits(3)
            .says(&format!("error: {words}\n  hint: choose another folder: meetmint init DIR\n"));
    }
    assert_eq!(folder.names("."), ["file", "lost"]);

    symlink("nowhere", folder.path().join(".gitignore")).unwrap();
    folder.run(["init"]).exits(3).says(
        "error: `.gitignore` already exists, and is not a file\n  hint: choose another folder, or move it away\n",
    );
    assert_eq!(folder.names("."), [".gitignore", "file", "lost"]);
    folder.write("own/.gitignore", "*\n");
    let run = folder.run(["init", "own"]).exits(0);
    assert_eq!(folder.read("own/.gitignore"), "*\n");
    assert!(
        run.stderr.starts_with("note: `own/.gitignore` already exists and was not changed\n"),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr.contains("make sure that it lists app-secret, smtp-password, *.pk, links.*, ")
    );

    folder
        .write("autumn/meeting.toml", with_templates("templates"))
        .write("autumn/templates/invite.txt", "{{ link }}\n")
        .write("autumn/people.csv", "email\nada@example.org\n")
        .private("autumn/app-secret", SECRET);
    folder.write("spring/templates", "x");
    folder.run(["init", "spring", "--like", "autumn"]).exits(3).says(
        "error: `spring/templates` is not a folder\n  hint: choose another folder: meetmint init DIR\n",
    );
    assert_eq!(folder.names("spring"), ["templates"]);
}

#[test]
fn an_unusable_roster_is_refused_before_anything_is_written() {
    let folder = Folder::empty();
    folder.write("bad.csv", "Klasse;Rolle\n1a;Gast\n").write("folder/x", "");
    folder.write("sheet.csv", "PK\x03\x04");
    folder.run(["init", "new", "--roster", "bad.csv"]).exits(3).says(
        "\
error[no-email-column]: bad.csv:1: no column of email addresses found; the headings are `Klasse`, `Rolle`
  hint: name the column with the addresses `email` in the first row
",
    );
    folder
        .run(["init", "new", "--roster", "folder"])
        .exits(3)
        .says("error: the roster `folder` is a folder\n  hint: name a file in it\n");
    let run = folder.run(["init", "new", "--roster", "sheet.csv"]).exits(3);
    assert!(run.stderr.starts_with("error[not-csv]: sheet.csv: "), "{}", run.stderr);
    folder.shell("mkfifo pipe").exits(0);
    folder.run(["init", "new", "--roster", "pipe"]).exits(3).says(
        "error: the roster `pipe` is not a regular file\n  hint: save it as a file: a roster is read more than once\n",
    );
    assert!(!folder.has("new"));
}

#[test]
fn an_existing_roster_is_reported_column_by_column() {
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
        .says("error: the roster `absent.csv` does not exist\n  hint: check its path\n");
    assert!(!folder.has("x"));
}

#[test]
fn a_meeting_like_another_has_its_own_id() {
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

#[test]
fn a_new_id_can_be_inserted_into_every_layout() {
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
        folder.private("old/app-secret", SECRET);
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
fn two_meetings_never_share_a_ledger() {
    let below = [
        "[ledger]\nfile = \"../both.db\"  # here\n",
        "[ledger]\r\n  file = '''\r\n../both.db'''\r\n",
    ];
    let above = ["ledger.file = \"../both.db\"\n", "ledger = { file = \"../both.db\" }\n"];
    let texts = below.map(|table| format!("{MEETING}\n{table}")).into_iter();
    for text in texts.chain(above.map(|key| format!("{key}{MEETING}"))) {
        let folder = Folder::empty();
        folder.write("old/meeting.toml", &text).write("old/people.csv", "email\na@example.org\n");
        folder.private("old/app-secret", SECRET);
        folder.run(["init", "new", "--like", "old"]).exits(0).says(
            "\
note: `file` under [ledger] was left out, because every meeting has its own ledger
note: `start` is still that of the other meeting
  hint: set it in new/meeting.toml
new/meeting.toml is ready. Next: meetmint check --meeting new, then meetmint links --meeting new or meetmint send --meeting new
",
        );
        folder.run(["send", "--meeting", "new"]).exits(0);
        assert!(folder.has("new/ledger.db") && !folder.has("both.db"), "{text}");
    }
}

#[test]
fn only_templates_are_copied_from_a_template_folder() {
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
    folder.private("old/app-secret", SECRET);
    for templates in [".", "./", ""] {
        folder.write("old/meeting.toml", with_templates(templates));
        folder.run(["init", "new", "--like", "old"]).exits(0);
        assert_eq!(
            folder.names("new"),
            [".gitignore", "app-secret", "invite.txt", "meeting.toml", "people.csv"]
        );
        std::fs::remove_dir_all(folder.path().join("new")).unwrap();
    }
    folder.write("old/meeting.toml", with_templates("./words"));
    folder.run(["init", "new", "--like", "old"]).exits(0);
    assert_eq!(folder.names("new/words"), ["cancel.subject", "footer.html"]);
    // A file that two keys name is written once, and only its owner may read it.
    folder.private("old/words/secret.txt", SECRET);
    let text = with_templates("words").replace("\"app-secret\"", "\"./words/secret.txt\"");
    folder.write("old/meeting.toml", text);
    folder.run(["init", "next", "--like", "old"]).exits(0);
    assert_eq!(folder.names("next/words"), ["cancel.subject", "footer.html", "secret.txt"]);
    assert_eq!(mode(&folder.path().join("next/words/secret.txt")), 0o600);
}

#[test]
fn a_faulty_meeting_is_not_copied() {
    let folder = Folder::meeting("email\nada@example.org\n");
    folder.change("zone = \"Europe/Berlin\"", "zone = \"Europe/Nowhere\"");
    let refused = |start: &str| {
        let run = folder.run(["init", "new", "--like", "."]).exits(3);
        assert!(run.stderr.starts_with(start), "{}", run.stderr);
        assert!(!folder.has("new"));
    };
    refused("error[unknown-zone]: meeting.toml:");
    folder.write("meeting.toml", with_templates("people.csv"));
    refused("error: the other meeting names `people.csv`, which is not a folder\n");
    folder.write("meeting.toml", MEETING.replace("people.csv", "lists")).write("lists/a", "");
    refused("error: the other meeting names `lists`, which is not a file\n");
    folder.write("meeting.toml", MEETING.replace("people.csv", "nobody.csv"));
    refused("error: the other meeting names `nobody.csv`, which does not exist\n");
}

/// Runs the binary on a new terminal: each step waits for words, then types something. Prints the exit code, whether the
/// terminal echoes afterwards, and everything that was shown.
const TERMINAL: &str = r#"
import fcntl, json, os, pty, select, signal, sys, termios, time

binary, args, steps = sys.argv[1], json.loads(sys.argv[2]), json.loads(sys.argv[3])
ours, theirs = pty.openpty()
pid = os.fork()
if pid == 0:
    os.setsid()
    fcntl.ioctl(theirs, termios.TIOCSCTTY, 0)
    for fd in range(3):
        os.dup2(theirs, fd)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.execv(binary, [binary, *args])

def echoes():
    return bool(termios.tcgetattr(theirs)[3] & termios.ECHO)

shown, seen, status, until = b"", 0, None, time.monotonic() + 30
while status is None and time.monotonic() < until:
    if select.select([ours], [], [], 0.02)[0]:
        shown += os.read(ours, 65536)
        continue
    if steps:
        words, keys = (text.encode() for text in steps[0])
        at = shown.find(words, seen)
        # A hidden answer is typed only after the terminal has stopped echoing.
        if at >= 0 and echoes() != (b"hidden" in words):
            seen = at + len(words)
            steps.pop(0)
            os.write(ours, keys)
    done, found = os.waitpid(pid, os.WNOHANG)
    status = found if done else None
if status is None:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
while select.select([ours], [], [], 0.02)[0]:
    shown += os.read(ours, 65536)
code = None if status is None else os.waitstatus_to_exitcode(status)
print(json.dumps({"code": code, "echo": echoes(), "shown": shown.decode()}))
"#;

/// The three questions.
const URL: &str = "Address of your Jitsi server";
const APP_ID: &str = "App id (`app_id` in the server's Prosody configuration)";
const HIDDEN: &str = "App secret (hidden; press Enter for a practice secret)";

#[cfg(unix)]
fn on_a_terminal(folder: &Folder, args: &[&str], steps: &[(&str, &str)]) -> serde_json::Value {
    let output = std::process::Command::new("python3")
        .args(["-c", TERMINAL, env!("CARGO_BIN_EXE_meetmint")])
        .args([serde_json::json!(args).to_string(), serde_json::json!(steps).to_string()])
        .current_dir(folder.path())
        .env("TZ", "UTC")
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
#[cfg(unix)]
fn a_question_is_repeated_until_its_answer_is_valid() {
    if judge("python3", "pty", "apt install python3").is_none() {
        return;
    }
    let folder = Folder::empty();
    let steps = [
        (URL, "http://meet.acme.test\n"),
        (URL, "https://meet.acme.test/a?b\n"),
        (URL, "meet.acme.test\n"),
        (APP_ID, "\n"),
        (HIDDEN, "the secret that their server knows\n"),
    ];
    let seen = on_a_terminal(&folder, &["init"], &steps);
    let shown = seen["shown"].as_str().unwrap();
    assert_eq!(seen["code"], 0, "{shown}");
    assert!(
        shown.contains("error: `http://meet.acme.test` does not start with `https://`\r\n  hint: "),
        "{shown}"
    );
    assert!(shown.contains("error: `https://meet.acme.test/a` must not have a"), "{shown}");
    assert!(!shown.contains("the secret that"), "{shown}");
    assert!(shown.ends_with("or meetmint send\r\n"), "{shown}");
    let text = folder.read("meeting.toml");
    assert!(line(&text, "url = ").starts_with("url = \"https://meet.acme.test\" "));
    assert_eq!(folder.read("app-secret"), "the secret that their server knows\n");
    let run = folder.run(["check"]).exits(0);
    assert!(run.stdout.contains("https://meet.acme.test/our-meeting"), "{}", run.stdout);

    // No question is asked if the request is going to be refused.
    let seen = on_a_terminal(&folder, &["init", "x", "--roster", "absent.csv"], &[]);
    assert_eq!(seen["code"], 3, "{seen}");
    folder.write("y/people.csv", "mine");
    assert_eq!(on_a_terminal(&folder, &["init", "y"], &[])["code"], 3);
}

#[test]
#[cfg(unix)]
fn ctrl_c_ends_init_at_every_question() {
    if judge("python3", "pty", "apt install python3").is_none() {
        return;
    }
    for (answered, question) in [URL, APP_ID, HIDDEN].into_iter().enumerate() {
        for key in ["\x03", "half an answer\x03"] {
            let folder = Folder::empty();
            let mut steps: Vec<(&str, &str)> =
                [(URL, "\n"), (APP_ID, "\n")].into_iter().take(answered).collect();
            steps.push((question, key));
            let seen = on_a_terminal(&folder, &["init", "autumn"], &steps);
            assert!(seen["code"] == 130 || seen["code"] == -2, "{question}: {seen}");
            assert_eq!(seen["echo"], true, "{question}: {seen}");
            assert!(folder.names(".").is_empty(), "{question}");
        }
    }
}

/// A meeting with a folder of templates.
fn with_templates(folder: &str) -> String {
    MEETING.replace("from =", &format!("templates = \"{folder}\"\nfrom ="))
}

fn line<'a>(text: &'a str, start: &str) -> &'a str {
    text.lines().find(|line| line.starts_with(start)).unwrap()
}

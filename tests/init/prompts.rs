//! The questions of `init`, on a pseudo-terminal.

use super::line;
use crate::support::{Folder, SECRET, python_has};
use crate::terminal::{on_a_terminal, without_session};

/// The questions of `init`, in order.
const URL: &str = "Address of your Jitsi server";
const APP_ID: &str = "App id (`app_id` in the server's Prosody configuration)";
const HIDDEN: &str = "App secret (hidden; press Enter for a practice secret)";
const TITLE: &str = "Title of the meeting";
const START: &str = "Date and time (YYYY-MM-DD HH:MM)";
const ZONE: &str = "Time zone";
const FROM: &str = "Sender of the invitations";

#[test]
fn a_question_is_repeated_until_its_answer_is_valid() {
    if !python_has("pty", "apt install python3") {
        return;
    }
    let folder = Folder::empty();
    let steps = [
        (URL, "http://meet.acme.test\n"),
        (URL, "https://meet.acme.test/a?b\n"),
        (URL, "meet.acme.test\n"),
        (APP_ID, "\n"),
        (HIDDEN, "the secret that their server knows\n"),
        (TITLE, "\u{200d}\n"),
        (TITLE, "Ada's autumn town hall\n"),
        (START, "11.03.2031 14:00\n"),
        (START, "2031-02-30 14:00\n"),
        (START, "2021-03-11 14:00\n"),
        (START, "2031-3-30 2:30\n"),
        (ZONE, "Europe/Berln\n"),
        (ZONE, "europe/berlin\n"),
        // Only the zone shows that the clocks skip it.
        (START, "2031-03-30 03:30\n"),
        (FROM, "office\n"),
        (FROM, "School office <office@school.test>\n"),
    ];
    let seen = on_a_terminal(&folder, &["init"], &steps);
    let shown = seen["shown"].as_str().unwrap();
    assert_eq!(seen["code"], 0, "{shown}");
    assert!(
        shown.contains(
            "error[bad-server]: `http://meet.acme.test` does not start with `https://`\r\n  hint: "
        ),
        "{shown}"
    );
    assert!(
        shown.contains("error[bad-server]: `https://meet.acme.test/a` must not have a"),
        "{shown}"
    );
    assert!(!shown.contains("the secret that"), "{shown}");
    for reason in [
        "it has no visible characters",
        "error[bad-start]: `11.03.2031 14:00`: not a date and time in a form that meetmint reads\r\n  hint: write year, month, day and a 24-hour time: `2027-03-11 14:00`",
        "error[bad-start]: `2031-02-30 14:00`: February 2031 has 28 days\r\n  hint: correct the day or the month",
        "error[past]: `2021-03-11 14:00` is in the past",
        "error[unknown-zone]: `Europe/Berln`: not a time zone\r\n  hint: did you mean `Europe/Berlin`?",
        "error[bad-start]: `2031-03-30 02:30` does not exist in Europe/Berlin",
        "error[bad-sender]: `office` is not a valid sender",
    ] {
        assert_eq!(shown.matches(reason).count(), 1, "{reason}\n{shown}");
    }
    let next = "\
meeting.toml is ready. Next:
  1. List the people:
       nano people.csv
  2. Find mistakes:
       meetmint check
  3. Write a test copy to outbox:
       meetmint send --to office@school.test
  4. Write everybody's invitation to outbox:
       meetmint send
This is a rehearsal: nothing is mailed. For real mail, change:
  meeting.toml:4   app_id of your server
  meeting.toml:64  your mail server
";
    assert!(shown.replace('\r', "").ends_with(next), "{shown}");
    let text = folder.read("meeting.toml");
    for expected in [
        "title = \"Ada's autumn town hall\"",
        "room = \"adas-autumn-town-hall\"",
        "start = \"2031-03-30 03:30\"",
        "zone = \"Europe/Berlin\"",
        "from = \"School office <office@school.test>\"",
        "# subject = \"meet.acme.test\"",
        "# organizer = { name = \"School office\", email = \"office@school.test\" }",
        "# people = [\"head@school.test\"]",
        "# host = \"mail.school.test\"",
        "# user = \"office@school.test\"",
        "# hello = \"host.school.test\"",
    ] {
        assert!(text.lines().any(|line| line.starts_with(expected)), "{expected}");
    }
    assert!(line(&text, "url = ").starts_with("url = \"https://meet.acme.test\" "));
    assert_eq!(folder.read("app-secret"), "the secret that their server knows\n");
    let run = folder.run(["check"]).exits(0);
    assert!(run.stdout.contains("https://meet.acme.test/adas-autumn-town-hall"), "{}", run.stdout);

    // No question is asked if the request is going to be refused.
    let seen = on_a_terminal(&folder, &["init", "x", "--roster", "absent.csv"], &[]);
    assert_eq!(seen["code"], 3, "{seen}");
    folder.write("y/people.csv", "mine");
    assert_eq!(on_a_terminal(&folder, &["init", "y"], &[])["code"], 3);
}

#[test]
fn ctrl_c_ends_init_at_every_question() {
    if !python_has("pty", "apt install python3") {
        return;
    }
    let questions = [URL, APP_ID, HIDDEN, TITLE, START, ZONE, FROM];
    for (answered, question) in questions.into_iter().enumerate() {
        for key in ["\x03", "half an answer\x03"] {
            let folder = Folder::empty();
            let mut steps: Vec<(&str, &str)> =
                questions.into_iter().take(answered).map(|question| (question, "\n")).collect();
            steps.push((question, key));
            let args = ["init", "autumn", "--roster", "list.csv"];
            folder.write("list.csv", "Mail,Room\nada@example.org,3b\n");
            let seen = on_a_terminal(&folder, &args, &steps);
            // The columns were shown before the first question.
            let shown = seen["shown"].as_str().unwrap();
            let at = |text| shown.find(text).unwrap_or(usize::MAX);
            assert!(at("`Room`: not used") < at(URL), "{shown}");
            assert!(seen["code"] == 130 || seen["code"] == -2, "{question}: {seen}");
            assert_eq!(seen["echo"], true, "{question}: {seen}");
            assert_eq!(folder.file_names("."), ["list.csv"], "{question}");
        }
    }
}

#[test]
fn a_secret_that_cannot_be_hidden_is_not_asked_for() {
    if !python_has("pty", "apt install python3") {
        return;
    }
    let folder = Folder::empty();
    let seen = without_session(&folder, &["init"], &[(URL, "meet.acme.test\n"), (APP_ID, "\n")]);
    let shown = seen["shown"].as_str().unwrap();
    assert_eq!(seen["code"], 2, "{shown}");
    let expected = "error[no-terminal]: the secret cannot be typed unseen, because this command has no terminal of its own, as under `su -c`\r\n  hint: run it from a shell in a terminal, ";
    assert!(shown.contains(expected) && !shown.contains(HIDDEN), "{shown}");
    assert!(folder.file_names(".").is_empty(), "nothing is written");
    // As the hint says.
    let seen = without_session(&folder, &["init", "-q"], &[]);
    assert_eq!(seen["code"], 0, "{seen}");
    folder.write_private("app-secret", SECRET).run(["check", "-q"]).exits(0);
}

#[test]
fn enter_takes_a_default_that_works() {
    if !python_has("pty", "apt install python3") {
        return;
    }
    let folder = Folder::empty();
    let steps = [URL, APP_ID, HIDDEN, TITLE, START, ZONE, FROM].map(|question| (question, "\n"));
    let seen = on_a_terminal(&folder, &["init"], &steps);
    assert_eq!(seen["code"], 0, "{seen}");
    folder.run(["send"]).exits(0);
    assert_eq!(folder.file_names("outbox").len(), 2);
}

#[test]
fn the_next_steps_name_only_what_nobody_has_chosen() {
    if !python_has("pty", "apt install python3") {
        return;
    }
    let folder = Folder::empty();
    let key = "Id of the API key (press Enter to set it later):";
    let app_id = "AppID (in the JaaS console, under API keys)";
    let steps = [
        (URL, "8x8.vc\n"),
        (app_id, "\n"),
        (key, "\n"),
        (TITLE, "\n"),
        (START, "2031-03-11 14:00\n"),
        (ZONE, "\n"),
        (FROM, "\n"),
    ];
    let seen = on_a_terminal(&folder, &["init"], &steps);
    let shown = seen["shown"].as_str().unwrap();
    assert_eq!(seen["code"], 0, "{shown}");
    assert!(shown.contains("  2. Set the title:\r\n       nano meeting.toml\r\n"), "{shown}");
    let text = folder.read("meeting.toml");
    let number = |start: &str| text.lines().position(|line| line.starts_with(start)).unwrap() + 1;
    for (start, what) in
        [("app_id", "AppID of your JaaS account"), ("key_id", "id of your API key")]
    {
        let line = format!("  meeting.toml:{}   the {what}\r\n", number(start));
        assert!(shown.contains(&line), "{line}{shown}");
    }
    assert!(!shown.contains("url and app_id"), "{shown}");
    // What stands for them is valid, so that everything but the key can be prepared.
    let key =
        std::fs::read(crate::support::repository_path("crates/core/tests/keys/pkcs1.pem")).unwrap();
    let run = folder.write_private("jaas.pk", key).run(["check"]).exits(0);
    assert!(run.stderr.contains("warning: `key_id` is still the one of the example"));
}

#[test]
fn jaas_has_its_own_questions_and_settings() {
    if !python_has("pty", "apt install python3") {
        return;
    }
    let folder = Folder::empty();
    let steps = [
        (URL, "8x8.vc/vpaas-magic-cookie-a1\n"),
        ("AppID (in the JaaS console, under API keys) [vpaas-magic-cookie-a1]", "\n"),
        ("Id of the API key", "other/4f21\n"),
        ("Id of the API key", "9c3d\n"),
        (TITLE, "Собрание 🎉\n"),
        (START, "\n"),
        (ZONE, "\n"),
        (FROM, "office@school.test\n"),
    ];
    let seen = on_a_terminal(&folder, &["init"], &steps);
    let shown = seen["shown"].as_str().unwrap();
    assert_eq!(seen["code"], 0, "{shown}");
    assert!(shown.contains("downloaded:\r\n       install -m 600 KEY jaas.pk\r\n"), "{shown}");
    assert!(shown.contains("change:\r\n  meeting.toml:"), "{shown}");
    assert!(!folder.exists("app-secret"));
    let text = folder.read("meeting.toml");
    for expected in [
        "room = \"meeting\"",
        "key_id = \"9c3d\"",
        "# organizer = { email = \"office@school.test\" }",
    ] {
        assert!(text.lines().any(|line| line.starts_with(expected)), "{expected}");
    }
    let run = super::uncomment_every_setting(&folder, 33);
    assert!(run.stdout.contains("https://8x8.vc/vpaas-magic-cookie-a1/meeting"), "{}", run.stdout);
}

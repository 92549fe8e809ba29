//! The questions of `init`, on a pseudo-terminal.

use super::line;
use crate::support::{Folder, python_has};
use crate::terminal::on_a_terminal;

/// The questions of `init`, in order.
const URL: &str = "Address of your Jitsi server";
const APP_ID: &str = "App id (`app_id` in the server's Prosody configuration)";
const HIDDEN: &str = "App secret (hidden; press Enter for a practice secret)";

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
    assert!(shown.ends_with("then run: meetmint check\r\n"), "{shown}");
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
fn ctrl_c_ends_init_at_every_question() {
    if !python_has("pty", "apt install python3") {
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
            assert!(folder.file_names(".").is_empty(), "{question}");
        }
    }
}

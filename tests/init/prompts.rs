//! The questions of `init`, on a pseudo-terminal.

use super::line;
use crate::support::{Folder, python_has};

/// A Python program that runs the command on a pseudo-terminal. Each step waits for a text and then types an answer.
/// It prints the exit code, whether the terminal echoes afterwards, and everything that was shown.
const TERMINAL: &str = r#"
import fcntl, json, os, pty, select, signal, sys, termios, time

binary, args, steps = sys.argv[1], json.loads(sys.argv[2]), json.loads(sys.argv[3])
controller, terminal = pty.openpty()
pid = os.fork()
if pid == 0:
    os.setsid()
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
    for fd in range(3):
        os.dup2(terminal, fd)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.execv(binary, [binary, *args])

def echoes():
    return bool(termios.tcgetattr(terminal)[3] & termios.ECHO)

shown, seen, status, deadline = b"", 0, None, time.monotonic() + 30
while status is None and time.monotonic() < deadline:
    if select.select([controller], [], [], 0.02)[0]:
        shown += os.read(controller, 65536)
        continue
    if steps:
        prompt, keys = (text.encode() for text in steps[0])
        at = shown.find(prompt, seen)
        # A hidden answer is typed only after the terminal has stopped echoing.
        if at >= 0 and echoes() != (b"hidden" in prompt):
            seen = at + len(prompt)
            steps.pop(0)
            os.write(controller, keys)
    done, found = os.waitpid(pid, os.WNOHANG)
    status = found if done else None
if status is None:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
while select.select([controller], [], [], 0.02)[0]:
    shown += os.read(controller, 65536)
code = None if status is None else os.waitstatus_to_exitcode(status)
print(json.dumps({"code": code, "echo": echoes(), "shown": shown.decode()}))
"#;

/// The questions of `init`, in order.
const URL: &str = "Address of your Jitsi server";
const APP_ID: &str = "App id (`app_id` in the server's Prosody configuration)";
const HIDDEN: &str = "App secret (hidden; press Enter for a practice secret)";

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

//! Runs the command on a pseudo-terminal, and types answers to its questions.

use crate::support::Folder;

/// A Python program that runs the command on a pseudo-terminal. Each step waits for a text and then types an answer.
/// It prints the exit code, whether the terminal echoes afterwards, and everything that was shown.
const TERMINAL: &str = r#"
import fcntl, json, os, pty, select, signal, sys, termios, time

binary, args, steps = sys.argv[1], json.loads(sys.argv[2]), json.loads(sys.argv[3])
controller, terminal = pty.openpty()
pid = os.fork()
if pid == 0:
    os.setsid()
    if sys.argv[4]:
        fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
    for fd in range(3):
        os.dup2(terminal, fd)
    if len(sys.argv) > 5:
        os.dup2(os.open(sys.argv[5], os.O_RDONLY), 0)
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

/// Runs the command in a folder. Each step is a text to wait for, and the keys to press then.
pub(crate) fn on_a_terminal(
    folder: &Folder,
    args: &[&str],
    steps: &[(&str, &str)],
) -> serde_json::Value {
    run(folder, true, None, args, steps)
}

/// The same, where the terminal is not that of the session, as under `su -c`.
pub(crate) fn without_session(
    folder: &Folder,
    args: &[&str],
    steps: &[(&str, &str)],
) -> serde_json::Value {
    run(folder, false, None, args, steps)
}

/// The same, with this file as standard input in place of the terminal, if there is one.
pub(crate) fn with_input(
    folder: &Folder,
    input: Option<&str>,
    args: &[&str],
    steps: &[(&str, &str)],
) -> serde_json::Value {
    run(folder, true, input, args, steps)
}

fn run(
    folder: &Folder,
    has_session: bool,
    input: Option<&str>,
    args: &[&str],
    steps: &[(&str, &str)],
) -> serde_json::Value {
    let output = std::process::Command::new("python3")
        .args(["-c", TERMINAL, env!("CARGO_BIN_EXE_meetmint")])
        .args([serde_json::json!(args).to_string(), serde_json::json!(steps).to_string()])
        .arg(if has_session { "session" } else { "" })
        .args(input)
        .current_dir(folder.path())
        .env("TZ", "UTC")
        .env("EDITOR", "nano")
        .env_remove("VISUAL")
        .env_remove("MEETMINT_MEETING")
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

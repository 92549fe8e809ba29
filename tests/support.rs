//! A temporary meeting folder for each test, and the `meetmint` command run in it.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use base64::Engine as _;

/// A valid `meeting.toml`. The meeting is years ahead, so that the tests never find it over.
pub(crate) const MEETING: &str = r#"[server]
kind = "debian"
url = "https://meet.example.org"
app_id = "acme"
secret = { file = "app-secret" }

[meeting]
id = "00112233445566778899aabbccddeeff"
title = "Town hall"
room = "town-hall"
start = "2031-03-11 14:00"
zone = "Europe/Berlin"
duration = "90m"

[roster]
file = "people.csv"

[mail]
from = "Events team <events@example.org>"
"#;

/// A secret long enough for HS256, so that no test sees the warning about short secrets.
pub(crate) const SECRET: &str = "a secret that only these tests know, and no server";

/// A temporary folder. It is kept when the test fails, so that its files can be looked at.
pub(crate) struct Folder(PathBuf);

/// Files here are in memory.
const MEMORY: &str = "/dev/shm";

/// The exit code and the output of a finished run.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The latest message of one person.
pub(crate) struct PersonStatus {
    pub(crate) email: String,
    pub(crate) kind: String,
    pub(crate) state: String,
}

impl Folder {
    pub(crate) fn empty() -> Folder {
        Folder::under(Path::new(env!("CARGO_TARGET_TMPDIR")))
    }

    /// A folder in memory, if the system has such a place: for tests that run many commands and need no disk.
    pub(crate) fn in_memory() -> Folder {
        let memory = Path::new(MEMORY);
        if memory.is_dir() { Folder::under(memory) } else { Folder::empty() }
    }

    fn under(parent: &Path) -> Folder {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("cli-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = parent.join(name);
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    /// A meeting folder with this roster.
    pub(crate) fn meeting(people: &str) -> Folder {
        let folder = Folder::empty();
        folder
            .write("meeting.toml", MEETING)
            .write("people.csv", people)
            .write_private("app-secret", SECRET);
        folder
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Folder {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
        self
    }

    pub(crate) fn write_private(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Folder {
        self.write(name, bytes);
        set_mode(&self.0.join(name), 0o600);
        self
    }

    /// Replaces the first `old` in `meeting.toml`; panics without one, because the test would check something else.
    pub(crate) fn edit_meeting(&self, old: &str, new: &str) -> &Folder {
        let text = self.read("meeting.toml");
        assert!(text.contains(old), "{old} is in meeting.toml");
        self.write("meeting.toml", text.replacen(old, new, 1))
    }

    /// Adds a line under `[roster]`.
    pub(crate) fn add_roster_setting(&self, line: &str) -> &Folder {
        self.edit_meeting("file = \"people.csv\"", &format!("file = \"people.csv\"\n{line}"))
    }

    /// Replaces `[outbox]`, which must be the last section, by SMTP to this port. Unless `settings` say otherwise, the
    /// host is 127.0.0.1, without TLS.
    pub(crate) fn use_smtp(&self, port: u16, settings: &str) -> &Folder {
        self.use_folder_outbox();
        let meeting = self.read("meeting.toml");
        let host = if settings.contains("host = ") { "" } else { "host = \"127.0.0.1\"\n" };
        let security = if settings.contains("security = ") { "" } else { "security = \"none\"\n" };
        let outbox =
            format!("[outbox]\nkind = \"smtp\"\nport = {port}\n{host}{security}{settings}");
        self.write("meeting.toml", format!("{meeting}\n{outbox}"))
    }

    /// Removes `[outbox]`, which must be the last section.
    pub(crate) fn use_folder_outbox(&self) -> &Folder {
        let meeting = self.read("meeting.toml");
        self.write("meeting.toml", meeting.split("\n[outbox]").next().unwrap())
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).unwrap()
    }

    pub(crate) fn exists(&self, name: &str) -> bool {
        self.0.join(name).symlink_metadata().is_ok()
    }

    /// The sorted names of the entries of a folder.
    pub(crate) fn file_names(&self, name: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.join(name)).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// Runs `meetmint` in this folder. The environment is cleared, so that the settings of whoever runs the tests
    /// don't change the result.
    pub(crate) fn run<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Run {
        self.run_with_env(args, &[])
    }

    pub(crate) fn run_with_env<A: AsRef<OsStr>>(
        &self,
        args: impl IntoIterator<Item = A>,
        environment: &[(&str, &str)],
    ) -> Run {
        let mut command = self.command();
        command.args(args).envs(environment.iter().copied());
        Run::new(command.stdin(Stdio::null()).output().unwrap())
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_meetmint"));
        command
            .current_dir(&self.0)
            .env_clear()
            .env("TZ", "UTC")
            // `init` names the editor of whoever runs it.
            .env("EDITOR", "nano")
            .env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command
    }

    /// Everybody's latest message, by `status --format json`.
    #[track_caller]
    pub(crate) fn status(&self) -> Vec<PersonStatus> {
        let run = self.run(["status", "--format", "json"]).exits(0);
        let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        let people = report["people"].as_array().unwrap().iter();
        people
            .map(|person| PersonStatus {
                email: text(&person["email"]),
                kind: text(&person["kind"]),
                state: text(&person["state"]),
            })
            .collect()
    }

    pub(crate) fn ledger(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.0.join("ledger.db")).unwrap()
    }

    /// Moves the next try of all deferred messages into the past. Returns their number.
    pub(crate) fn make_deferred_due(&self) -> usize {
        let sql = "UPDATE message SET next_try = next_try - 100 WHERE state = 'deferred'";
        self.ledger().execute(sql, []).unwrap()
    }

    /// Runs a Bash command line in this folder; `meetmint` is in its `PATH`.
    pub(crate) fn shell(&self, command_line: &str) -> Run {
        let bin = Path::new(env!("CARGO_BIN_EXE_meetmint")).parent().unwrap();
        let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
        let mut command = Command::new("bash");
        command.args(["-o", "pipefail", "-c", command_line]).current_dir(&self.0).env("PATH", path);
        command.env_remove("MEETMINT_MEETING");
        Run::new(command.stdin(Stdio::null()).output().unwrap())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // In memory nothing is kept.
        if !std::thread::panicking() || self.0.starts_with(MEMORY) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }
}

impl Run {
    pub(crate) fn new(output: Output) -> Run {
        Run {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Asserts the exit code.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Run {
        assert_eq!(self.code, Some(code), "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// Asserts the whole standard error.
    #[track_caller]
    pub(crate) fn stderr(self, expected: &str) -> Run {
        assert_eq!(self.stderr, expected);
        self
    }

    /// Asserts the whole standard output.
    #[track_caller]
    pub(crate) fn stdout(self, expected: &str) -> Run {
        assert_eq!(self.stdout, expected);
        self
    }

    /// The claims of the link on standard output.
    #[track_caller]
    pub(crate) fn claims(&self) -> serde_json::Value {
        claims(self.stdout.trim())
    }
}

/// The claims of a link's token, unverified.
#[track_caller]
pub(crate) fn claims(link: &str) -> serde_json::Value {
    let payload = link.split("jwt=").nth(1).unwrap().split('.').nth(1).unwrap();
    let payload = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(payload).unwrap();
    serde_json::from_slice(&payload).unwrap()
}

/// The records of a CSV file, headings included.
pub(crate) fn csv_records(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[cfg(unix)]
pub(crate) fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(unix)]
pub(crate) fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// The decoded body of the first MIME part whose content type starts with `content_type`.
#[track_caller]
pub(crate) fn mime_part(message: &str, content_type: &str) -> String {
    let headers = message.find(&format!("Content-Type: {content_type}")).unwrap();
    let (head, body) = message[headers..].split_once("\r\n\r\n").unwrap();
    let body = body.split("\r\n--").next().unwrap();
    if head.contains("base64") {
        let bytes =
            base64::engine::general_purpose::STANDARD.decode(body.replace("\r\n", "")).unwrap();
        return String::from_utf8(bytes).unwrap();
    }
    let body = body.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = body.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        if byte == b'=' {
            bytes.push(u8::from_str_radix(std::str::from_utf8(&tail[..2]).unwrap(), 16).unwrap());
            rest = &tail[2..];
        } else {
            bytes.push(byte);
            rest = tail;
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// The line of a message's text that is its link.
#[track_caller]
pub(crate) fn link_line(text: &str) -> String {
    text.lines().find(|line| line.starts_with("https://")).unwrap().trim().to_owned()
}

/// A roster of `count` people, from `p0@example.org` on.
pub(crate) fn roster_of(count: usize) -> String {
    let mut roster = "email,name\n".to_owned();
    for at in 0..count {
        writeln!(roster, "p{at}@example.org,Somebody {at}").unwrap();
    }
    roster
}

/// Whether Python can import `modules`. Without them the test is skipped, see [`skip_unless_required`].
pub(crate) fn python_has(modules: &str, install: &str) -> bool {
    let found = Command::new("python3").args(["-c", &format!("import {modules}")]).output();
    let found = found.is_ok_and(|output| output.status.success());
    if !found {
        skip_unless_required(&format!("Python with {modules} is missing ({install})"));
    }
    found
}

/// Skips a test whose requirement is missing, or fails it with `MEETMINT_SERVERS=required`: CI sets that, so that no
/// test is skipped there unnoticed.
pub(crate) fn skip_unless_required(reason: &str) {
    assert!(
        std::env::var_os("MEETMINT_SERVERS").is_none_or(|value| value != "required"),
        "{reason}"
    );
    report_skipped(reason);
}

/// Prints that a test, or a part of it, is skipped, and why. Call it last: it is the last line of that test.
pub(crate) fn report_skipped(reason: &str) {
    let thread = std::thread::current();
    let test = thread.name().unwrap_or("a test");
    // Not `eprintln!`: the test harness shows what it prints only if the test fails.
    let _ = writeln!(std::io::stderr(), "{test}: skipped: {reason}");
}

/// Whether tests that come in a short and in a long form take the long one, as `just torture` asks.
pub(crate) fn is_long() -> bool {
    std::env::var_os("MEETMINT_TORTURE").is_some_and(|value| value == "1")
}

/// A path in the repository. Cargo runs the tests in `crates/cli`.
pub(crate) fn repository_path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(name)
}

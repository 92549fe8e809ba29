//! A meeting folder of its own for each test, and the binary run in it the way a person does.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use base64::Engine as _;

/// A meeting years ahead.
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

/// A secret of the right length, that no server knows.
pub(crate) const SECRET: &str = "a secret that only these tests know, and no server";

/// A folder that is taken away when the test is over.
pub(crate) struct Folder(PathBuf);

/// What a run of the binary said.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Folder {
    /// An empty folder.
    pub(crate) fn empty() -> Folder {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("cli-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    /// A meeting folder with this list.
    pub(crate) fn meeting(people: &str) -> Folder {
        let folder = Folder::empty();
        folder
            .write("meeting.toml", MEETING)
            .write("people.csv", people)
            .private("app-secret", SECRET);
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

    pub(crate) fn private(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Folder {
        self.write(name, bytes);
        set_mode(&self.0.join(name), 0o600);
        self
    }

    /// Changes a line of `meeting.toml`: `old` has to be there.
    pub(crate) fn change(&self, old: &str, new: &str) -> &Folder {
        let text = self.read("meeting.toml");
        assert!(text.contains(old), "{old} is in meeting.toml");
        self.write("meeting.toml", text.replacen(old, new, 1))
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).unwrap()
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.join(name).symlink_metadata().is_ok()
    }

    /// Names of the files in a folder, in order.
    pub(crate) fn names(&self, name: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.join(name)).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// Runs `meetmint` here, with an empty environment.
    pub(crate) fn run<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Run {
        self.run_with(args, &[])
    }

    pub(crate) fn run_with<A: AsRef<OsStr>>(
        &self,
        args: impl IntoIterator<Item = A>,
        environment: &[(&str, &str)],
    ) -> Run {
        let mut command = self.command();
        command.args(args).envs(environment.iter().copied());
        Run::of(command.stdin(Stdio::null()).output().unwrap())
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_meetmint"));
        command
            .current_dir(&self.0)
            .env_clear()
            .env("TZ", "UTC")
            .env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command
    }

    /// Runs a line of shell here, in which `meetmint` is the binary.
    pub(crate) fn shell(&self, line: &str) -> Run {
        let bin = Path::new(env!("CARGO_BIN_EXE_meetmint")).parent().unwrap();
        let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
        let mut command = Command::new("bash");
        command.args(["-o", "pipefail", "-c", line]).current_dir(&self.0).env("PATH", path);
        Run::of(command.stdin(Stdio::null()).output().unwrap())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }
}

impl Run {
    pub(crate) fn of(output: Output) -> Run {
        Run {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The exit code.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Run {
        assert_eq!(self.code, Some(code), "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// All of stderr.
    #[track_caller]
    pub(crate) fn says(self, words: &str) -> Run {
        assert_eq!(self.stderr, words);
        self
    }

    /// All of stdout.
    #[track_caller]
    pub(crate) fn prints(self, text: &str) -> Run {
        assert_eq!(self.stdout, text);
        self
    }

    /// The payload of the token that was printed.
    #[track_caller]
    pub(crate) fn claims(&self) -> serde_json::Value {
        claims(self.stdout.trim())
    }
}

/// The payload of a link's token.
#[track_caller]
pub(crate) fn claims(link: &str) -> serde_json::Value {
    let payload = link.split("jwt=").nth(1).unwrap().split('.').nth(1).unwrap();
    let payload = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(payload).unwrap();
    serde_json::from_slice(&payload).unwrap()
}

/// The records of a link file, by the csv crate.
pub(crate) fn records(text: &str) -> Vec<Vec<String>> {
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

/// A part of a message, decoded: `part` is a piece of its content type.
#[track_caller]
pub(crate) fn part(message: &str, part: &str) -> String {
    let headers = message.find(&format!("Content-Type: {part}")).unwrap();
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

/// A list of so many people: `p0@example.org` and on.
pub(crate) fn crowd(people: usize) -> String {
    let mut list = "email,name\n".to_owned();
    for at in 0..people {
        writeln!(list, "p{at}@example.org,Somebody {at}").unwrap();
    }
    list
}

/// An interpreter that has a module: a judge that is not ours. Where it is absent the test passes over, unless
/// `MEETMINT_SERVERS=required` says that it must not.
pub(crate) fn judge(program: &'static str, module: &str, install: &str) -> Option<&'static str> {
    let found = Command::new(program).args(["-c", &format!("import {module}")]).output();
    if found.is_ok_and(|output| output.status.success()) {
        return Some(program);
    }
    absent(&format!("{program} with {module} is not here ({install})"));
    None
}

/// What a test needs is not here, so it passes over; with `MEETMINT_SERVERS=required` it fails.
pub(crate) fn absent(words: &str) {
    assert!(
        std::env::var_os("MEETMINT_SERVERS").is_none_or(|value| value != "required"),
        "{words}"
    );
    left_out(words);
}

/// Says what a test passes over, whatever is required.
#[expect(clippy::print_stderr, reason = "whoever runs the tests has to know what was left out")]
pub(crate) fn left_out(words: &str) {
    eprintln!("left out: {words}");
}

/// A folder of the project.
pub(crate) fn project(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(name)
}

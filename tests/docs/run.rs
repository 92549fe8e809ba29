//! Every code block of README.md and docs/ is run, read by another test, or says why not.
//!
//! - `sh` blocks are run, one page after the other, in a meeting folder. What follows the word `sh` says why a block
//!   cannot be run here: `sh needs a Jitsi server`.
//! - `console` blocks are run, too, and their output has to be the same. With `console terminal`, what follows a
//!   question is typed.
//! - `toml` blocks are settings, which `examples.rs` checks; here they are only used on pages about mail.

use std::fmt::Write as _;

use super::page::{Block, blocks, pages};
use crate::smtp_server::{ServerOptions, SmtpServer};
use crate::support::{Folder, SECRET, repository_path};
use crate::terminal::on_a_terminal;

/// Blocks in these languages are not run.
const SHOWN: [&str; 6] = ["text", "csv", "json", "toml", "powershell", "ini"];

/// Commands of the pages that are meant to fail, and their exit codes.
const EXITS: [(&str, i32); 1] = [("meetmint inspect < links.csv", 4)];

/// The pages have a date that readers find near. The tests use a year with the same days of the week, which is far ahead.
const YEARS: [&str; 2] = ["2027", "2038"];

/// Pages that are about a person who has nothing yet.
const FROM_NOTHING: [&str; 2] = ["README.md", "docs/first-meeting.md"];

/// The page whose commands mail, through a server of the test.
const MAILS: &str = "docs/mail-own-server.md";

/// A page while its blocks are run.
struct Session {
    folder: Folder,
    /// Where the next command runs, below the folder.
    place: String,
    server: SmtpServer,
    mails: bool,
    output: String,
}

impl Session {
    fn start(page: &str) -> Session {
        let folder = Folder::empty();
        folder.write(
            "prosody/conf.avail/meet.example.org.cfg.lua",
            "VirtualHost \"meet.example.org\"\n    app_id=\"example\"\n    app_secret=\"…\"\n",
        );
        let server = SmtpServer::start(ServerOptions::default());
        let mut session = Session {
            folder,
            place: String::new(),
            server,
            mails: page == MAILS,
            output: String::new(),
        };
        if !FROM_NOTHING.contains(&page) {
            session.sh("meetmint init -q autumn && cd autumn\n", page);
            session.folder.write_private("autumn/app-secret", SECRET);
            let path = session.meeting();
            let text = session.folder.read(&path);
            let start = text.lines().find(|line| line.starts_with("start = ")).unwrap();
            let zone = text.lines().find(|line| line.starts_with("zone = ")).unwrap();
            let text = text.replace(start, "start = \"2038-03-11 14:00\"");
            session.folder.write(&path, text.replace(zone, "zone = \"Europe/Berlin\""));
        }
        session
    }

    fn meeting(&self) -> String {
        format!("{}/meeting.toml", self.place).trim_start_matches('/').to_owned()
    }

    /// Runs a script, and remembers where it ends.
    fn sh(&mut self, script: &str, place: &str) -> String {
        let prosody = self.folder.path().join("prosody").display().to_string();
        let certificate = repository_path("crates/core/tests/keys/certificate.pem");
        let mut script = script
            .replace("/etc/prosody", &prosody)
            .replace("/path/to/your-authority.pem", certificate.to_str().unwrap());
        if self.mails {
            script = script.replace("meetmint send\n", "meetmint send --yes\n");
        }
        let pwd = self.folder.path().join("pwd").display().to_string();
        // What is asked for is a password.
        let line = format!(
            "cd ./{}\nset -e\nexec 2>&1 <<<'a password'\n{script}\npwd > {pwd}\n",
            self.place
        );
        let run = self.folder.shell(&line);
        assert_eq!(run.code, Some(0), "{place}:\n{script}\n{}{}", run.stdout, run.stderr);
        let here = self.folder.read("pwd");
        let root = self.folder.path().canonicalize().unwrap();
        let here = std::path::Path::new(here.trim()).canonicalize().unwrap();
        here.strip_prefix(root).unwrap().to_str().unwrap().clone_into(&mut self.place);
        run.stdout
    }

    fn block(&mut self, block: &Block) {
        let text = block.text.replace(YEARS[0], YEARS[1]);
        match (block.language(), block.note()) {
            ("sh", "") => {
                let mut script = String::new();
                for line in text.lines().filter(|line| !line.starts_with("cargo ")) {
                    match EXITS.iter().find(|(command, _)| *command == line) {
                        Some((_, code)) => {
                            writeln!(script, "if {line}\nthen exit 99\nelse test $? -eq {code}\nfi")
                        }
                        None => writeln!(script, "{line}"),
                    }
                    .unwrap();
                }
                let output = self.sh(&script, &block.place());
                self.output.push_str(&output);
            }
            ("console", "") => self.transcript(&text, &block.place()),
            ("console", "terminal") => self.dialogue(&text, &block.place()),
            ("toml", _) if self.mails && text.contains("port = 25\n") => {
                let meeting = self.folder.read(&self.meeting());
                let kept = meeting.split("\n[outbox]").next().unwrap();
                let settings =
                    text.replace("port = 25\n", &format!("port = {}\n", self.server.port()));
                self.folder.write(&self.meeting(), format!("{kept}\n{settings}"));
                // A practice secret mails nothing.
                let secret = format!("{}/app-secret", self.place);
                self.folder.write_private(&secret, SECRET);
            }
            _ => {}
        }
    }

    /// Commands after `$`, each with its output.
    fn transcript(&mut self, text: &str, place: &str) {
        let mut parts = text.split("$ ");
        assert_eq!(parts.next(), Some(""), "{place} begins with a command");
        for part in parts {
            let (command, expected) = part.split_once('\n').unwrap();
            // A look at a file says what is in it, in a meeting from which nothing was sent yet.
            if let Some(name) = command.strip_prefix("cat ") {
                self.sh("rm -rf ledger.db* outbox", place);
                let name = format!("{}/{name}", self.place);
                self.folder.write(name.trim_start_matches('/'), expected);
                continue;
            }
            let output = self.sh(&format!("{command} || true"), place);
            assert_eq!(comparable(&output), comparable(expected), "{place}: {command}");
            self.output.push_str(&output);
        }
    }

    /// A command that asks questions.
    fn dialogue(&mut self, text: &str, place: &str) {
        assert!(self.place.is_empty(), "{place} begins at the top");
        let (command, expected) =
            text.strip_prefix("$ meetmint ").unwrap().split_once('\n').unwrap();
        let args: Vec<&str> = command.split(' ').collect();
        let steps: Vec<(String, String)> = expected
            .lines()
            .filter_map(|line| {
                let at = line.find("]: ").or(line.find("): ")).or(line.find("):"))?;
                let (prompt, answer) = line.split_at((at + 2).min(line.len()));
                Some((prompt.to_owned(), answer.trim().to_owned() + "\r"))
            })
            .collect();
        // The default of the date depends on today.
        let steps: Vec<(&str, &str)> = steps
            .iter()
            .map(|(prompt, answer)| (prompt.split(" [20").next().unwrap(), answer.as_str()))
            .collect();
        let run = on_a_terminal(&self.folder, &args, &steps);
        assert_eq!(run["code"], 0, "{place}: {run}");
        let shown = run["shown"].as_str().unwrap().replace("\r\n", "\n");
        assert_eq!(comparable(&shown), comparable(expected), "{place}");
    }
}

/// A text without what is different in each run: numbers in the names of files, the default of a date, and blanks at the
/// end of lines.
fn comparable(text: &str) -> String {
    let mut lines = String::new();
    for line in text.replace(YEARS[1], YEARS[0]).lines() {
        let parts = line.split('.').map(|part| {
            let is_number = part.len() == 8 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
            if is_number { "XXXXXXXX" } else { part }
        });
        let line = parts.collect::<Vec<_>>().join(".");
        let line = match (line.find(" [20"), line.find("]: ")) {
            (Some(begin), Some(end)) if begin < end => {
                format!("{} [DATE{}", &line[..begin], &line[end..])
            }
            _ => line,
        };
        writeln!(lines, "{}", line.trim_end()).unwrap();
    }
    lines.trim_end().to_owned()
}

#[test]
fn the_commands_of_every_page_run_in_order() {
    let mut count = 0;
    let mut output = String::new();
    for page in pages() {
        let mut session = Session::start(&page);
        for block in blocks(&page) {
            session.block(&block);
            count += usize::from(
                matches!(block.language(), "sh" | "console") && block.note().is_empty(),
            );
        }
        if page == "README.md" {
            assert_eq!(session.folder.file_names("autumn/outbox").len(), 2);
        }
        if session.mails {
            session.server.wait_until_idle();
            // The test copy, and two invitations.
            assert_eq!(session.server.messages().len(), 3);
        }
        output.push_str(&session.output);
    }
    assert!(count >= 30, "{count} blocks");
    assert!(output.contains("app_id=\"example\""));
    assert!(output.contains("https://meet.example.org/our-meeting?jwt=ey"));
}

#[test]
fn every_block_is_run_or_says_why_not() {
    let mut errors = String::new();
    for block in pages().iter().flat_map(|page| blocks(page)) {
        let is_command = |line: &str| line.starts_with("meetmint ") || line.starts_with("$ ");
        let is_reference = block.page == "docs/commands.md";
        let why = match (block.language(), block.note()) {
            ("sh", note) if note.is_empty() || note.contains(' ') => continue,
            ("console", "" | "terminal") => continue,
            ("sh" | "console", _) => "what follows `sh` is the reason why it is not run",
            ("text", "") if block.text.lines().any(is_command) && !is_reference => {
                "commands belong into a block of `sh` or `console`"
            }
            (language, "") if SHOWN.contains(&language) => continue,
            _ => "a language that no test knows",
        };
        writeln!(errors, "{}: {why}", block.place()).unwrap();
    }
    assert_eq!(errors, "");
}

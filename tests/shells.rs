//! Completions in real shells, and manual pages.
//!
//! Lines are typed into Bash, zsh and Elvish on a pseudo-terminal, with a Tab in them, and run. A program that stands in
//! front of `meetmint` writes down what the shell runs in the end. Fish and Nushell are asked what they would offer.

use std::path::Path;
use std::process::Command;

use crate::support::{
    Folder, MEETING, Run, report_skipped, repository_path, set_mode, skip_unless_required,
};

/// What an interactive shell needs.
struct Shell {
    name: &'static str,
    command: &'static [&'static str],
    prompt: &'static str,
    /// Loads the completions from this file.
    load: &'static str,
}

const BASH: Shell = Shell {
    name: "bash",
    command: &["bash", "--norc", "--noprofile", "-i"],
    prompt: "ready>",
    load: "source ../completions/meetmint\n",
};

const ZSH: Shell = Shell {
    name: "zsh",
    command: &["zsh", "-f", "-i"],
    prompt: "ready>",
    load: "fpath=(../completions $fpath); autoload -U compinit; compinit -u -D\n",
};

const ELVISH: Shell = Shell {
    name: "elvish",
    // Its prompt cannot be set from outside.
    command: &["elvish", "-rc", "../completions/prompt.elv", "-i"],
    prompt: "ready>",
    load: "eval (slurp < ../completions/meetmint)\n",
};

/// A meeting folder `town hall` with roles of its own, and another one.
fn meetings() -> Folder {
    let folder = Folder::empty();
    let own = "[roles.speaker]\n[roles.\"guest $(touch pwned)\"]\n";
    // Whatever is run would leave a file behind.
    let commands = MEETING
        .replace("{ file = \"app-secret\" }", "{ command = [\"touch\", \"ran\"] }")
        .replace("file = \"people.csv\"", "command = [\"touch\", \"ran\"]");
    folder.write("town hall/meeting.toml", format!("{commands}{own}"));
    folder.write("other/meeting.toml", format!("{MEETING}[roles.observer]\n"));
    folder.write("home/links for all.csv", "");
    let shell = format!(
        "#!/bin/sh\n[ \"$1\" != complete-roles ] || exec '{}' \"$@\"\nprintf '<%s>' \"$@\" >> '{1}'\necho >> '{1}'\n",
        env!("CARGO_BIN_EXE_meetmint"),
        folder.path().join("lines").display(),
    );
    folder.write("bin/meetmint", shell);
    set_mode(&folder.path().join("bin/meetmint"), 0o755);
    folder
}

fn is_installed(shell: &str) -> bool {
    let found = Command::new(shell).args(["-c", "exit"]).output().is_ok();
    if !found {
        skip_unless_required(&format!("{shell} is missing"));
    }
    found
}

/// The environment of a shell in a folder.
fn in_folder(command: &mut Command, folder: &Folder, below: &str) {
    let path = format!("{}:/usr/bin:/bin", folder.path().join("bin").display());
    command.current_dir(folder.path().join(below)).env_clear();
    command.env("PATH", path).env("HOME", folder.path().join("home"));
    command.env("PS1", "ready>").env("TERM", "xterm").env("LANG", "C.UTF-8");
}

fn write_script(folder: &Folder, shell: &str, name: &str) {
    let script = folder.run(["completions", shell]).exits(0).stderr("").stdout;
    folder.write(&format!("completions/{name}"), script);
}

/// Types lines into a shell in the folder `below`. Returns the lines that were run, each argument in angle brackets.
#[track_caller]
fn type_lines(shell: &Shell, folder: &Folder, below: &str, lines: &[&str]) -> Vec<String> {
    // zsh finds a function by the name of its file.
    let file = if shell.name == "zsh" { "_meetmint" } else { "meetmint" };
    write_script(folder, shell.name, file);
    folder.write("lines", "");
    let all: Vec<&str> = [&[shell.load], lines, &["exit\n"]].concat();
    let mut command = Command::new("python3");
    command.arg(repository_path("tests/shells/keys.py"));
    command.arg(serde_json::json!(shell.command).to_string()).arg(shell.prompt);
    command.arg(serde_json::json!(all).to_string());
    // Not that of the folder, which has only Debian's programs in its path.
    in_folder(&mut command, folder, below);
    let run = Run::new(command.output().unwrap());
    assert_eq!(run.code, Some(0), "{}\n{}", run.stdout, run.stderr);
    folder.read("lines").lines().map(str::to_owned).collect()
}

#[track_caller]
fn completes(shell: &Shell) {
    if !is_installed(shell.name) {
        return;
    }
    let folder = meetings();
    let (lines, expected): (Vec<&str>, Vec<&str>) = [
        ("meetmint lin\t--form\tjs\t\n", ""),
        ("meetmint links --role mod\t\n", "<links><--role><moderator>"),
        ("meetmint token --name Test --role=sp\t\n", "<token><--name><Test><--role=speaker>"),
        // One argument, in spite of the blanks, and nothing in it is run.
        ("meetmint send --role gue\t--yes\n", "<send><--role><guest $(touch pwned)><--yes>"),
        (
            "meetmint --meeting ../other plan --role ob\t\n",
            "<--meeting><../other><plan><--role><observer>",
        ),
        (
            "meetmint plan --meeting='../other' --role ob\t\n",
            "<plan><--meeting=../other><--role><observer>",
        ),
        // There is no such role, and neither addresses nor files are offered.
        ("meetmint links --role x\t\n", "<links><--role><x>"),
        ("meetmint links --only \t\n", "<links><--only>"),
    ]
    .into_iter()
    .unzip();
    let run = type_lines(shell, &folder, "town hall", &lines);
    // zsh puts an equals sign between an option and its value.
    assert_eq!(run[0].replace('=', "><"), "<links><--format><jsonl>");
    assert_eq!(run[1..], expected[1..]);
    assert_nothing_was_run(&folder);

    let home = folder.path().join("home/links for all.csv").display().to_string();
    let run = type_lines(shell, &folder, "town hall", &["meetmint links --out ~/li\t\n"]);
    assert_eq!(run, [format!("<links><--out><{home}>")]);
}

/// Neither the commands in `meeting.toml` nor the name of a role.
#[track_caller]
fn assert_nothing_was_run(folder: &Folder) {
    assert_eq!(folder.file_names("town hall"), ["meeting.toml"]);
}

#[test]
fn bash_completes() {
    completes(&BASH);
}

#[test]
fn zsh_completes() {
    completes(&ZSH);
}

#[test]
fn elvish_completes_roles() {
    if !is_installed(ELVISH.name) {
        return;
    }
    let folder = meetings();
    let prompt = "set edit:prompt = { put 'ready>' }\nset edit:rprompt = { }\n";
    folder.write("completions/prompt.elv", prompt);
    let lines = [
        "meetmint links --role mod\t\n",
        "meetmint --meeting ../other links --role ob\t\n",
        "meetmint links --role x\t\n",
    ];
    let run = type_lines(&ELVISH, &folder, "town hall", &lines);
    let expected = [
        "<links><--role><moderator>",
        "<--meeting><../other><links><--role><observer>",
        "<links><--role><x>",
    ];
    assert_eq!(run, expected);
    assert_nothing_was_run(&folder);
}

#[test]
fn fish_completes() {
    if !is_installed("fish") {
        return;
    }
    let folder = meetings();
    write_script(&folder, "fish", "meetmint.fish");
    let offered = |line: &str| {
        let mut command = Command::new("fish");
        let script = "source ../completions/meetmint.fish; complete -C $argv[1]";
        command.args(["--no-config", "--command", script, "--", line]);
        in_folder(&mut command, &folder, "town hall");
        let run = Run::new(command.output().unwrap()).exits(0).stderr("");
        let word = |line: &str| line.split('\t').next().unwrap().to_owned();
        run.stdout.lines().map(word).collect::<Vec<String>>()
    };
    assert_eq!(offered("meetmint lin"), ["links"]);
    assert_eq!(offered("meetmint links --form"), ["--format"]);
    assert_eq!(offered("meetmint links --format js"), ["jsonl"]);
    assert_eq!(offered("meetmint completions na"), [""; 0]);
    assert_eq!(offered("meetmint completions fi"), ["fish"]);
    let roles = ["guest $(touch pwned)", "moderator", "participant", "speaker"];
    for command in ["links", "plan", "send", "remind", "token --name Test"] {
        assert_eq!(offered(&format!("meetmint {command} --role ")), roles);
    }
    assert_eq!(offered("meetmint links --role=mod"), ["--role=moderator"]);
    assert_eq!(offered("meetmint --meeting ../other links --role ob"), ["observer"]);
    assert_eq!(offered("meetmint links --only "), [""; 0]);
    assert_eq!(offered("meetmint links --out me"), ["meeting.toml"]);
    assert_eq!(offered("meetmint links --out ~/li"), ["~/links for all.csv"]);
    assert_nothing_was_run(&folder);
}

/// Debian has no package of Nushell, so this test passes where it is missing, also if others must not.
#[test]
fn nushell_completes() {
    let found = Command::new("sh").args(["-c", "command -v nu"]).output().unwrap();
    if !found.status.success() {
        report_skipped("Nushell is missing");
        return;
    }
    let nu = String::from_utf8(found.stdout).unwrap();
    let folder = meetings();
    write_script(&folder, "nushell", "meetmint.nu");
    let offered = |line: &str| {
        let script = format!("source ../completions/meetmint.nu\n{line}");
        folder.write("town hall/typed.nu", &script);
        let mut command = Command::new(nu.trim());
        command.args(["--no-config-file", "--ide-complete", &script.len().to_string(), "typed.nu"]);
        in_folder(&mut command, &folder, "town hall");
        let run = Run::new(command.output().unwrap()).exits(0).stderr("");
        std::fs::remove_file(folder.path().join("town hall/typed.nu")).unwrap();
        // Not as JSON: Nushell does not escape quotation marks in it.
        run.stdout.trim().to_owned()
    };
    let only = |word: &str| format!("{{\"completions\": [\"{word}\"]}}");
    assert_eq!(offered("meetmint plan --form"), only("--format"));
    assert_eq!(offered("meetmint lin"), only("meetmint links"));
    assert_eq!(offered("meetmint links --format js"), only("jsonl"));
    assert_eq!(offered("meetmint links --role mod"), only("moderator"));
    assert_eq!(offered("meetmint links --meeting ../other --role ob"), only("observer"));
    assert_eq!(offered("meetmint links --role gue"), only("\"guest $(touch pwned)\""));
    assert_eq!(
        offered("meetmint links --role "),
        "{\"completions\": [\"\"guest $(touch pwned)\"\", \"moderator\", \"participant\", \"speaker\"]}"
    );
    assert_nothing_was_run(&folder);
}

#[test]
fn nothing_is_offered_and_nothing_said_where_something_is_wrong() {
    let folder = meetings();
    let offered = |below: &str, words: &[&str]| {
        let mut command = folder.command();
        command.current_dir(folder.path().join(below)).args(["complete-roles", "--"]).args(words);
        Run::new(command.output().unwrap()).exits(0).stderr("").stdout
    };
    assert_eq!(offered("other", &[]), "observer\nmoderator\nparticipant\n");
    assert_eq!(offered("home", &["--meeting", "../other"]), "observer\nmoderator\nparticipant\n");
    assert_eq!(offered("home", &[]), "");
    assert_eq!(offered("other", &["--meeting", "nowhere"]), "");
    // Other mistakes do not matter.
    folder.write("other/meeting.toml", "[server]\nkind = \"x\"\n[roles.speaker]\n");
    assert_eq!(offered("other", &[]), "speaker\nmoderator\nparticipant\n");
    for broken in ["[roles.a]\n[roles.A]\n", "[roles\n", "\u{0}"] {
        folder.write("other/meeting.toml", broken);
        assert_eq!(offered("other", &["links", "--role", ""]), "", "{broken}");
    }
    folder.write("other/meeting.toml", b"\xff");
    assert_eq!(offered("other", &[]), "");
    std::fs::remove_file(folder.path().join("other/meeting.toml")).unwrap();
    let pipe = Command::new("mkfifo").arg(folder.path().join("other/meeting.toml")).status();
    assert!(pipe.unwrap().success());
    assert_eq!(offered("other", &[]), "");
}

#[test]
fn manual_pages_are_written_for_every_command() {
    let folder = Folder::empty();
    let run = folder.run(["man", "share/man1"]).exits(0);
    let names = folder.file_names("share/man1");
    let said = format!(
        "{} manual pages written to share/man1. To read the first: man share/man1/meetmint.1\n",
        names.len()
    );
    run.stderr(&said);
    let help = folder.run(["--help"]).exits(0).stdout;
    let commands = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let names_in_help = commands.lines().filter_map(|line| line.split_whitespace().next());
    let mut pages: Vec<String> = names_in_help
        .filter(|name| *name != "help")
        .map(|name| format!("meetmint-{name}.1"))
        .collect();
    assert!(pages.len() >= 14);
    pages.push("meetmint.1".to_owned());
    pages.sort();
    assert_eq!(names, pages);

    let send = folder.read("share/man1/meetmint-send.1");
    let version = env!("CARGO_PKG_VERSION");
    let title =
        format!(".TH \"MEETMINT-SEND\" \"1\" \"\" \"meetmint {version}\" \"User Commands\"\n");
    assert!(send.starts_with(&title), "{send}");
    for part in ["SH NAME", "SH SYNOPSIS", "SH OPTIONS", "SH EXAMPLES", "SH \"SEE ALSO\""] {
        assert!(send.contains(&format!(".{part}\n")), "{part}");
    }
    let whole = folder.read("share/man1/meetmint.1");
    assert!(whole.contains(".SH ENVIRONMENT\n") && whole.contains(".SH \"EXIT STATUS\"\n"));
    assert!(!whole.contains("complete-roles"), "the hidden command is not in the manual");
    assert_well_formed(&folder.path().join("share/man1"), &names);

    let run = folder.run(["man", "share/man1/meetmint.1"]).exits(1);
    assert!(run.stderr.starts_with("error[file]: cannot write `share/man1/meetmint.1`\n"));
}

/// Has groff read the pages: it warns of what it does not understand.
fn assert_well_formed(folder: &Path, names: &[String]) {
    let mut groff = Command::new("groff");
    groff.args(["-man", "-Tutf8", "-ww", "-K", "utf8", "-z"]).args(names).current_dir(folder);
    match groff.output() {
        Ok(output) => {
            assert!(output.status.success());
            assert_eq!(String::from_utf8_lossy(&output.stderr), "");
        }
        Err(_) => skip_unless_required("groff is missing"),
    }
}

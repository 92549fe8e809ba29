//! Lists of people that are no files, where the command has a part in it: questions, signals, exit codes.

use crate::smtp_server::{ServerOptions, SmtpServer};
use crate::support::{Folder, python_has};
use crate::terminal::with_input;

const PEOPLE: &str = "email,name\nada@example.org,Ada\nbob@example.org,Bob\n";

fn meeting(line: &str) -> Folder {
    let folder = Folder::meeting(PEOPLE);
    folder.edit_meeting("file = \"people.csv\"", line);
    folder
}

#[test]
fn if_the_list_is_piped_in_the_question_is_asked_on_the_terminal() {
    if !python_has("pty", "apt install python3") {
        return;
    }
    let server = SmtpServer::start(ServerOptions::default());
    let folder = meeting("file = \"-\"");
    folder.use_smtp(server.port(), "");
    for (keys, code, mailed) in [("n\n", 130, 0), ("\u{3}", 130, 0), ("y\n", 0, 2)] {
        let steps = [("2 invitations? [y/N] ", keys)];
        let seen = with_input(&folder, Some("people.csv"), &["send"], &steps);
        assert_eq!(seen["code"], code, "{seen}");
        server.wait_until_idle();
        assert_eq!(server.messages().len(), mailed, "{seen}");
    }
    // Without a list, there is nothing to ask about.
    let seen = with_input(&folder, None, &["check"], &[]);
    assert_eq!(seen["code"], 2, "{seen}");
    assert!(seen["shown"].as_str().unwrap().contains("meetmint check < people.csv"), "{seen}");
}

#[test]
fn without_a_terminal_a_list_that_is_piped_in_needs_yes() {
    let server = SmtpServer::start(ServerOptions::default());
    let folder = meeting("file = \"-\"");
    folder.use_smtp(server.port(), "");
    let run = folder.shell("printf 'y\\n' | cat people.csv - | meetmint send").exits(3);
    assert!(run.stderr.contains("standard input:4: column `email`: `y`"), "{}", run.stderr);
    let run = folder.shell("meetmint send < people.csv").exits(2);
    let hint = "  hint: use `--yes` to send without a confirmation\n";
    assert!(run.stderr.ends_with(hint), "{}", run.stderr);
    folder.shell("meetmint check < people.csv").exits(0);
    folder.shell("meetmint send --yes < people.csv").exits(0);
    server.wait_until_idle();
    assert_eq!(server.messages().len(), 2);
    // `run` has an empty standard input.
    let run = folder.run(["send", "--yes"]).exits(1);
    assert_eq!(
        run.stderr,
        "error[roster-not-read]: cannot read the roster from standard input: it is empty\n  hint: check the command before the pipe: what it prints has to be the list\n"
    );
}

#[test]
fn a_list_that_fails_ends_with_1() {
    let folder =
        meeting("command = [\"sh\", \"-c\", \"cat people.csv; echo no more >&2; exit 3\"]");
    for command in ["check", "plan", "links", "send"] {
        let run = folder.run([command]).exits(1);
        assert_eq!(
            run.stderr,
            "no more\nerror[roster-not-read]: cannot read the roster from the command `sh`: exit status: 3\n  hint: run the command yourself to see why\n"
        );
    }
    assert!(!folder.exists("outbox") && !folder.exists("links.csv") && !folder.exists("ledger.db"));
}

#[test]
fn a_signal_ends_the_command_and_leaves_nothing_behind() {
    let script = "echo $$ > new; mv new started; exec sleep 1000";
    let folder = meeting(&format!("command = [\"sh\", \"-c\", \"{script}\"]"));
    for (signal, code) in [("INT", 130), ("TERM", 130), ("KILL", 137)] {
        let run = folder.shell(&format!(
            "rm -f started; mkdir -p tmp
             TMPDIR=$PWD/tmp meetmint check & pid=$!
             until test -e started; do sleep 0.01; done
             kill -{signal} $pid; wait $pid; code=$?
             test {signal} = KILL || ! kill -0 $(cat started) || echo running
             kill $(cat started) 2>/dev/null
             exit $code"
        ));
        assert_eq!(run.code, Some(code), "{signal}: {}", run.stderr);
        assert_eq!(run.stdout, "", "{signal}");
        if signal != "KILL" {
            let words = "interrupted: the roster was not read, and nothing was done";
            assert!(run.stderr.contains(words), "{signal}: {}", run.stderr);
        }
        // Without a name, the list is gone even after a kill.
        if cfg!(target_os = "linux") {
            assert_eq!(folder.file_names("tmp"), [""; 0], "{signal}");
        }
    }
}

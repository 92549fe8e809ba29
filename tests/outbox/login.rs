//! User and password: they must be complete, and the password must stay secret.

use super::{PEOPLE, PRIVATE, remote, with};
use crate::support::{Folder, MEETING, mode};

const FORMS: &str = "write password = { file = \"…\" }, password = { env = \"…\" } or password = { command = [\"…\"] }";
const TABLE: &str = "write it as a section with its name in brackets, or inline as { key = value }";

#[test]
fn a_login_must_be_complete_and_its_password_must_not_be_in_the_file() {
    remote(
        "password = \"hunter2\"\n",
        &[(3, "secret-in-file", "the password itself must not be in this file", PRIVATE)],
    );
    let one = "`password` needs exactly one of `file`, `env` and `command`";
    remote("password = {}\n", &[(3, "key-place", one, FORMS)]);
    remote("password = { file = \"p\", env = \"P\" }\n", &[(3, "key-place", one, FORMS)]);
    remote(
        "password = { fiel = \"p\" }\n",
        &[
            (3, "key-place", one, FORMS),
            (3, "unknown-key", "unknown key `fiel` in [outbox.password]", "did you mean `file`?"),
        ],
    );
    remote(
        "password = { env = \"A=B\" }\n",
        &[(
            3,
            "key-place",
            "`A=B` is not a valid name for a variable",
            "write a name like SMTP_PASSWORD",
        )],
    );
    remote(
        "password = { env = \"P\", world_readable = true }\n",
        &[(3, "key-place", "`world_readable` applies to `file` only", "remove `world_readable`")],
    );
    remote(
        "password = 7\n",
        &[(3, "wrong-type", "`password` must be a table, not an integer", TABLE)],
    );
    remote(
        "user = \"ada\"\nauth = \"plain\"\n",
        &[
            (
                3,
                "no-password",
                "`user` has no effect without `password`",
                "add password = { file = \"…\" }, or remove `user`",
            ),
            (
                4,
                "no-password",
                "`auth` has no effect without `password`",
                "add password = { file = \"…\" }, or remove `auth`",
            ),
        ],
    );
    remote(
        "password = { file = \"p\" }\nauth = \"PLAIN\"\n",
        &[(4, "bad-value", "`PLAIN`: unknown login method", "did you mean `plain`?")],
    );
    remote(
        "password = { file = \"p\" }\nuser = \"a\\u0000b\"\n",
        &[(
            4,
            "bad-value",
            "`user` is empty or contains control characters",
            "write the user name of your account on the mail server",
        )],
    );
    remote(
        "security = \"none\"\ncleartext = true\nuser = \"ada\"\npassword = { file = \"p\" }\n",
        &[(
            6,
            "cleartext",
            "the password would be sent without encryption",
            "write security = \"starttls\" or \"tls\", or remove `password`, `user` and `auth`",
        )],
    );
    remote(
        "preset = \"postmark\"\npassword = { file = \"p\" }\n",
        &[(
            4,
            "missing-key",
            "`user` is missing: postmark does not use the address in `from`",
            "add `user` under [outbox]: the access key of an SMTP token, whose secret key is the password",
        )],
    );
}

#[test]
fn no_output_contains_a_password() {
    for lines in [
        "kind = \"smtp\"\nhost = \"localhost\"\npassword = \"hunter2\"\n",
        "kind = \"smtp\"\nhost = \"localhost\"\npassword = [\"hunter2\"]\n",
        "kind = \"smtp\"\nhost = \"ada:hunter2@localhost\"\n",
        "kind = \"smtp\"\nhost = \"localhost\"\npasword = \"hunter2\"\n",
        "password = \"hunter2\"\n",
        "kind = \"smtp\"\nhost = \"localhost\"\npassword = hunter2\n",
        "kind = \"smtp\"\nhost = \"localhost\"\npassword = { secret = \"hunter2\" }\n",
    ] {
        for args in [vec!["check"], vec!["check", "--format", "json"], vec!["plan"]] {
            let run = with(lines).run(args).exits(3);
            assert!(!run.stdout.contains("hunter2"), "{lines}: {}", run.stdout);
            assert!(!run.stderr.contains("hunter2"), "{lines}: {}", run.stderr);
        }
    }
}

#[test]
fn a_copy_of_a_meeting_includes_its_password_and_certificate_files() {
    let folder = Folder::meeting(PEOPLE);
    let lines = "kind = \"smtp\"\nhost = \"mail.example.org\"\nca = \"ca.pem\"\npassword = { file = \"smtp-password\" }\n";
    folder.write("meeting.toml", format!("{MEETING}\n[outbox]\n{lines}"));
    folder.write("ca.pem", "not read here").write_private("smtp-password", "hunter2\n");
    folder.run(["init", "spring", "--like", "."]).exits(0);
    assert_eq!(folder.read("spring/smtp-password"), "hunter2\n");
    assert_eq!(mode(&folder.path().join("spring/smtp-password")), 0o600);
    assert_eq!(folder.read("spring/ca.pem"), "not read here");
    let ignored = folder.read("spring/.gitignore");
    assert!(ignored.lines().any(|line| line == "smtp-password"), "{ignored}");

    folder.edit_meeting("\"ca.pem\"", "\"../ca.pem\"");
    folder.run(["init", "summer", "--like", "."]).exits(0);
    assert!(!folder.read("summer/meeting.toml").contains("\"../ca.pem\""));
    // The meeting's own files are never overwritten.
    folder.run(["links", "--out", "smtp-password"]).exits(3);
    assert_eq!(folder.read("smtp-password"), "hunter2\n");
}

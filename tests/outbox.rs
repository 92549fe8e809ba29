//! The settings under `[outbox]`: each mistake is reported with its line and a hint, and `check` shows the settings.

mod limits;
mod login;
mod server;

use std::fmt::Write as _;

use crate::support::{Folder, MEETING, Run};

const PEOPLE: &str = "email,name,role\nada@example.org,Ada,moderator\n";

/// The line of a mistake, counted from the line of `[outbox]`, and its code, message and hint.
type Mistake = (usize, &'static str, &'static str, &'static str);

fn with(lines: &str) -> Folder {
    let folder = Folder::meeting(PEOPLE);
    folder.write("meeting.toml", format!("{MEETING}\n[outbox]\n{lines}"));
    // `check` reads the password.
    folder.write_private("p", "a password");
    folder
}

/// Runs `check` where the password is in the file `p` and in the variable `P`.
fn check(lines: &str, options: &[&str]) -> Run {
    with(lines).run_with_env(["check"].iter().chain(options), &[("P", "a password")])
}

/// Compares the whole output of `check` with these lines under `[outbox]`.
#[track_caller]
fn refused(lines: &str, mistakes: &[Mistake]) {
    let heading = MEETING.lines().count() + 2;
    let mut expected = String::new();
    for (line, code, message, hint) in mistakes {
        writeln!(expected, "error[{code}]: meeting.toml:{}: {message}", heading + line).unwrap();
        if !hint.is_empty() {
            writeln!(expected, "  hint: {hint}").unwrap();
        }
    }
    check(lines, &["-q"]).exits(3).stdout("").stderr(&expected);
}

/// The same for lines below `kind = "smtp"` and the `host` of another machine. So the first line is line 3.
#[track_caller]
fn remote(lines: &str, mistakes: &[Mistake]) {
    refused(&format!("kind = \"smtp\"\nhost = \"mail.example.org\"\n{lines}"), mistakes);
}

/// How `check` describes the mail server for these lines under `[outbox]`.
#[track_caller]
fn described(lines: &str) -> String {
    let run = check(lines, &[]).exits(0);
    let line = run.stderr.lines().find_map(|line| line.strip_prefix("note: mail goes through "));
    line.unwrap_or_else(|| panic!("{}", run.stderr)).to_owned()
}

/// The warnings of `check` for these lines under `[outbox]`.
#[track_caller]
fn warnings(lines: &str) -> Vec<String> {
    let run = check(lines, &[]).exits(0);
    let warnings = run.stderr.lines().filter_map(|line| line.strip_prefix("warning: "));
    warnings.map(str::to_owned).collect()
}

const RATES: &str = "write it like `14/s`, `30/min` or `500/h`";
const QUOTAS: &str = "write it like `2000/day`";
const PRIVATE: &str = "move it to a private file or an environment variable, and write password = { file = \"…\" }, password = { env = \"…\" } or password = { command = [\"…\"] }";

#[test]
fn all_mistakes_are_reported_at_once() {
    refused(
        "kind = \"smtp\"\npreset = \"outlok\"\nhost = \"a b\"\nport = -1\nsecurity = \"no\"\nuser = \"\"\npassword = \"hunter2\"\nauth = \"oauth\"\nrate = \"1\"\nquota = \"1\"\nconnections = 1000\nratte = 5\n",
        &[
            (
                2,
                "unknown-preset",
                "`outlok`: unknown preset",
                "did you mean `outlook`? For a provider without a preset, set `host`",
            ),
            (
                3,
                "bad-host",
                "`a b` is not the name of a mail server",
                "write it like mail.example.org",
            ),
            (
                4,
                "bad-value",
                "`port` must be from 1 to 65535",
                "write the port of your mail server, or remove `port` to use 587",
            ),
            (5, "bad-value", "`no`: unknown kind of security", "did you mean `none`?"),
            (
                6,
                "bad-value",
                "`user` is empty or contains control characters",
                "write the user name of your account on the mail server",
            ),
            (7, "secret-in-file", "the password itself must not be in this file", PRIVATE),
            (8, "bad-value", "`oauth`: unknown login method", "did you mean `xoauth2`?"),
            (9, "bad-rate", "`1`: the unit of time is missing", RATES),
            (10, "bad-quota", "`1`: the unit of time is missing", QUOTAS),
            (
                11,
                "bad-value",
                "`connections` must be from 1 to 100, not 1000",
                "write it like connections = 1",
            ),
            (12, "unknown-key", "unknown key `ratte` in [outbox]", "did you mean `rate`?"),
        ],
    );
}

#[test]
fn check_shows_the_mail_server_the_login_and_the_pace() {
    let password = "password = { env = \"P\" }\n";
    for (lines, expected) in [
        (
            "host = \"localhost\"\nport = 25\nsecurity = \"none\"\n",
            "localhost:25 (without TLS) without a login, as fast as the server accepts it",
        ),
        (
            "host = \"::1\"\nsecurity = \"tls\"\nrate = \"14 / s\"\nconnections = 4\n",
            "[::1]:465 (TLS) without a login, 14 a second, 4 connections at a time",
        ),
        (
            "host = \"mail.example.org\"\n",
            "mail.example.org:587 (STARTTLS) without a login, 30 a minute, 50 a connection",
        ),
        (
            "host = \"mail.example.org\"\nper_connection = 9\nquota = \"7/d\"\n",
            "mail.example.org:587 (STARTTLS) without a login, 30 a minute, 7 a day, 9 a connection",
        ),
        (
            &format!("preset = \"gmail\"\n{password}"),
            "smtp.gmail.com:587 (STARTTLS) as events@example.org, 30 a minute, 500 a day, 50 a connection",
        ),
        (
            &format!(
                "preset = \"gmail\"\nsecurity = \"tls\"\n{password}user = \"ada@gmail.com\"\n"
            ),
            "smtp.gmail.com:465 (TLS) as ada@gmail.com, 30 a minute, 500 a day, 50 a connection",
        ),
        (
            &format!("preset = \"sendgrid\"\nhost = \"smtp.eu.sendgrid.net\"\n{password}"),
            "smtp.eu.sendgrid.net:587 (STARTTLS) as apikey, 30 a minute, 5000 a connection",
        ),
        (
            &format!("preset = \"postmark\"\n{password}user = \"hunter2\"\n"),
            "smtp.postmarkapp.com:587 (STARTTLS) with a login, 30 a minute, 50 a connection",
        ),
        (
            &format!("preset = \"hosting\"\nhost = \"mail.example.org\"\n{password}"),
            "mail.example.org:587 (STARTTLS) as events@example.org, 2 a minute, 50 a connection",
        ),
    ] {
        assert_eq!(described(&format!("kind = \"smtp\"\n{lines}")), expected);
    }
}

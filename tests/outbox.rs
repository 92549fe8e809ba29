//! `[outbox]` with a mail server: each mistake is reported with its line and a hint, and `check` shows the settings.

use std::fmt::Write as _;

use crate::support::{Folder, MEETING, mode};

const PEOPLE: &str = "email,name,role\nada@example.org,Ada,moderator\n";

/// A problem: the line under `[outbox]`, counted from 1, with 0 for `[outbox]` itself; code, message and hint.
type Mistake = (usize, &'static str, &'static str, &'static str);

fn with(lines: &str) -> Folder {
    let folder = Folder::meeting(PEOPLE);
    folder.write("meeting.toml", format!("{MEETING}\n[outbox]\n{lines}"));
    folder
}

/// Compares the whole output of `check` for these lines.
#[track_caller]
fn refused(lines: &str, mistakes: &[Mistake]) {
    let heading = MEETING.lines().count() + 2;
    let mut words = String::new();
    for (line, code, message, hint) in mistakes {
        writeln!(words, "error[{code}]: meeting.toml:{}: {message}", heading + line).unwrap();
        if !hint.is_empty() {
            writeln!(words, "  hint: {hint}").unwrap();
        }
    }
    with(lines).run(["check", "-q"]).exits(3).prints("").says(&words);
}

/// The same for lines below `kind = "smtp"` and a host that is another machine.
#[track_caller]
fn remote(lines: &str, mistakes: &[Mistake]) {
    refused(&format!("kind = \"smtp\"\nhost = \"mail.example.org\"\n{lines}"), mistakes);
}

/// How `check` describes the mail server.
#[track_caller]
fn described(lines: &str) -> String {
    let run = with(lines).run(["check"]).exits(0);
    let line = run.stderr.lines().find_map(|line| line.strip_prefix("note: mail goes through "));
    line.unwrap_or_else(|| panic!("{}", run.stderr)).to_owned()
}

/// The warnings of `check`.
#[track_caller]
fn warnings(lines: &str) -> Vec<String> {
    let run = with(lines).run(["check"]).exits(0);
    let warnings = run.stderr.lines().filter_map(|line| line.strip_prefix("warning: "));
    warnings.map(str::to_owned).collect()
}

const RATES: &str = "write it like `14/s`, `30/min` or `500/h`";
const QUOTAS: &str = "write it like `2000/day`";
const FORMS: &str = "write password = { file = \"…\" }, password = { env = \"…\" } or password = { command = [\"…\"] }";
const PRIVATE: &str = "move it to a private file or an environment variable, and write password = { file = \"…\" }, password = { env = \"…\" } or password = { command = [\"…\"] }";
const TABLE: &str = "write it as a section with its name in brackets, or inline as { key = value }";
const ELSEWHERE: &str = "write security = \"starttls\" or \"tls\"; on a network of your own, cleartext = true allows it";
const TEN_MINUTES: &str =
    "`final` is under 10 minutes, the time that RFC 5321 gives a server to accept a message";

#[test]
fn kind_decides_which_keys_apply() {
    refused(
        "kind = \"smpt\"\nhost = \"localhost\"\n",
        &[(1, "bad-value", "`smpt`: unknown kind of outbox", "did you mean `smtp`?")],
    );
    refused(
        "kind = \"pigeon\"\n",
        &[(1, "bad-value", "`pigeon`: unknown kind of outbox", "use one of `folder`, `smtp`")],
    );
    refused(
        "preset = \"gmail\"\n",
        &[(
            1,
            "missing-key",
            "`kind` is missing: without it, messages go to a folder and `preset` does not apply",
            "add kind = \"smtp\" under [outbox] to send through a mail server",
        )],
    );
    refused(
        "kind = \"folder\"\nhost = \"localhost\"\npassword = \"hunter2\"\n",
        &[
            (
                2,
                "other-kind",
                "`host` does not apply to kind = \"folder\"",
                "remove `host`, or write kind = \"smtp\"",
            ),
            (
                3,
                "other-kind",
                "`password` does not apply to kind = \"folder\"",
                "remove `password`, or write kind = \"smtp\"",
            ),
        ],
    );
    refused(
        "kind = \"smtp\"\nhost = \"localhost\"\ndir = \"mail\"\n",
        &[(
            3,
            "other-kind",
            "`dir` does not apply to kind = \"smtp\"",
            "remove `dir`, or write kind = \"folder\"",
        )],
    );
    remote(
        "conections = 2\n",
        &[(
            3,
            "unknown-key",
            "unknown key `conections` in [outbox]",
            "did you mean `connections`?",
        )],
    );
}

#[test]
fn the_host_is_written_or_comes_from_a_preset() {
    refused(
        "kind = \"smtp\"\n",
        &[(
            0,
            "missing-key",
            "`host` is missing",
            "add your mail server under [outbox], for example host = \"mail.example.org\", or a provider, for example preset = \"gmail\"",
        )],
    );
    refused(
        "kind = \"smtp\"\npreset = \"gmial\"\n",
        &[(
            2,
            "unknown-preset",
            "`gmial`: unknown preset",
            "did you mean `gmail`? For a provider without a preset, set `host`",
        )],
    );
    refused(
        "kind = \"smtp\"\npreset = \"ses\"\n",
        &[(
            0,
            "missing-key",
            "`host` is missing: with ses, each account has its own mail server",
            "add its name under [outbox], for example host = \"email-smtp.eu-central-1.amazonaws.com\"",
        )],
    );
    refused(
        "kind = \"smtp\"\npreset = \"hosting\"\n",
        &[(
            0,
            "missing-key",
            "`host` is missing: with hosting, each account has its own mail server",
            "add its name under [outbox], for example host = \"mail.example.org\"",
        )],
    );
    for (host, message, hint) in [
        (
            " ",
            "`host` is empty",
            "write the name of your mail server, for example host = \"mail.example.org\"",
        ),
        (
            "smtp://ada:hunter2@mail.example.org",
            "`host` must be the name of a mail server, not a URL or an email address",
            "write the name alone, like mail.example.org; `port`, `user` and `password` are keys of their own",
        ),
        (
            "mail.example.org:587",
            "`mail.example.org:587` is not the name of a mail server",
            "write the port as a key of its own: port = 587",
        ),
        (
            "[::1]",
            "`[::1]` is not the name of a mail server",
            "write an IPv6 address without brackets, and set the port with `port`",
        ),
        (
            "mail.müller.example",
            "`mail.müller.example` is not the name of a mail server",
            "write its ASCII form, like xn--mller-kva.example",
        ),
        (
            "mail..example",
            "`mail..example` is not the name of a mail server",
            "write it like mail.example.org",
        ),
    ] {
        let code = if host == " " { "empty-value" } else { "bad-host" };
        refused(&format!("kind = \"smtp\"\nhost = \"{host}\"\n"), &[(2, code, message, hint)]);
    }
}

#[test]
fn port_and_security_must_match() {
    remote(
        "security = \"ssl\"\n",
        &[(
            3,
            "bad-value",
            "`ssl`: unknown kind of security",
            "use one of `starttls`, `tls`, `none`",
        )],
    );
    remote(
        "port = 0\n",
        &[(
            3,
            "bad-value",
            "`port` must be from 1 to 65535",
            "write the port of your mail server, or remove `port` to use 587",
        )],
    );
    remote(
        "security = \"tls\"\nport = 70000\n",
        &[(
            4,
            "bad-value",
            "`port` must be from 1 to 65535",
            "write the port of your mail server, or remove `port` to use 465",
        )],
    );
    remote(
        "port = \"587\"\n",
        &[(
            3,
            "wrong-type",
            "`port` must be a whole number, not a string",
            "write digits, without quotes",
        )],
    );
    for lines in ["port = 465\n", "port = 465\nsecurity = \"starttls\"\n"] {
        remote(
            lines,
            &[(
                3,
                "bad-port",
                "servers use TLS from the start on port 465, not STARTTLS",
                "write security = \"tls\", or port = 587 for STARTTLS",
            )],
        );
    }
    remote(
        "port = 587\nsecurity = \"tls\"\n",
        &[(
            3,
            "bad-port",
            "servers do not use TLS from the start on port 587",
            "remove `port` to use 465, or write security = \"starttls\"",
        )],
    );
    remote(
        "security = \"none\"\n",
        &[(
            3,
            "cleartext",
            "messages would go to `mail.example.org` without encryption: anyone on the network could read the links",
            ELSEWHERE,
        )],
    );
    remote(
        "security = \"tls\"\ncleartext = true\n",
        &[(
            4,
            "cleartext",
            "`cleartext` has no effect unless security = \"none\"",
            "remove `cleartext`",
        )],
    );
    remote(
        "cleartext = true\n",
        &[(
            3,
            "cleartext",
            "`cleartext` has no effect unless security = \"none\"",
            "remove `cleartext`",
        )],
    );
}

#[test]
fn certificates_need_tls_and_a_file() {
    remote(
        "security = \"none\"\ncleartext = true\nca = \"ca.pem\"\n",
        &[(
            5,
            "no-tls",
            "`ca` has no effect with security = \"none\"",
            "remove `ca`, or write security = \"starttls\" or \"tls\"",
        )],
    );
    remote(
        "ca = \"\"\n",
        &[(
            3,
            "empty-value",
            "`ca` is empty",
            "name a file with certificates, or remove `ca` to trust those of this machine",
        )],
    );
}

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
fn a_pace_is_a_number_per_unit_of_time() {
    let rate = |value: &str, message: &'static str| {
        remote(&format!("rate = \"{value}\"\n"), &[(3, "bad-rate", message, RATES)]);
    };
    rate("0/s", "`0/s`: the number must be 1 or more");
    rate("-1/s", "`-1/s`: it does not start with a whole number");
    rate("many/s", "`many/s`: it does not start with a whole number");
    rate("14", "`14`: the unit of time is missing");
    rate("14/fortnight", "`14/fortnight`: unknown unit of time `fortnight`");
    rate("5000000000/s", "`5000000000/s`: the number is too large");
    remote(
        "rate = 14\n",
        &[(3, "wrong-type", "`rate` must be a string, not an integer", "write it in quotes")],
    );
    remote(
        "quota = \"2000/h\"\n",
        &[(
            3,
            "bad-quota",
            "`2000/h`: a quota must be per day",
            "write it like `2000/day`; for shorter times, use `rate`",
        )],
    );
    remote(
        "quota = \"2000\"\n",
        &[(3, "bad-quota", "`2000`: the unit of time is missing", QUOTAS)],
    );
    remote(
        "quota = \"0/day\"\n",
        &[(3, "bad-quota", "`0/day`: the number must be 1 or more", QUOTAS)],
    );
    remote(
        "connections = 0\nper_connection = 0\n",
        &[
            (
                3,
                "bad-value",
                "`connections` must be from 1 to 100, not 0",
                "write it like connections = 1",
            ),
            (
                4,
                "bad-value",
                "`per_connection` must be 1 or more, not 0",
                "write it like per_connection = 50",
            ),
        ],
    );
    remote(
        "connections = 101\n",
        &[(
            3,
            "bad-value",
            "`connections` must be from 1 to 100, not 101",
            "write it like connections = 1",
        )],
    );
}

#[test]
fn only_a_server_on_this_machine_may_have_a_short_final_timeout() {
    remote(
        "timeouts = { final = \"5m\" }\n",
        &[(
            3,
            "bad-duration",
            TEN_MINUTES,
            "remove `final`: only a server on this machine may have a shorter time",
        )],
    );
    remote(
        "timeouts = { conect = \"5s\", data = \"0s\" }\n",
        &[
            (
                3,
                "bad-duration",
                "`0s`: expected a time of one second or more",
                "write it like `30s` or `5m`",
            ),
            (
                3,
                "unknown-key",
                "unknown key `conect` in [outbox.timeouts]",
                "did you mean `connect`?",
            ),
        ],
    );
    for host in ["localhost", "127.0.0.9", "::1"] {
        let near = "security = \"none\"\ntimeouts = { final = \"2s\" }\n";
        with(&format!("kind = \"smtp\"\nhost = \"{host}\"\n{near}")).run(["check"]).exits(0);
    }
}

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

#[test]
fn settings_beyond_the_limits_of_a_provider_give_a_warning() {
    let smtp = |lines: &str| warnings(&format!("kind = \"smtp\"\n{lines}"));
    let microsoft = "preset = \"microsoft365\"\npassword = { env = \"P\" }\n";
    assert!(smtp(microsoft).is_empty());
    assert_eq!(
        smtp(&format!("{microsoft}rate = \"1/s\"\nquota = \"20000/day\"\n")),
        [
            "`rate` is 1 a second, and microsoft365 accepts 30 a minute",
            "`quota` is 20000 a day, and microsoft365 accepts 10000",
        ]
    );
    // A provider that publishes no limit: only a note.
    let mailgun = "preset = \"mailgun\"\npassword = { env = \"P\" }\nrate = \"1/s\"\n";
    assert!(smtp(mailgun).is_empty());
    let run = with(&format!("kind = \"smtp\"\n{mailgun}")).run(["check"]).exits(0);
    let words = "note: `rate` is 1 a second; a safe rate for mailgun is 30 a minute\n  hint: leave `rate` out unless your account may send more\n";
    assert!(run.stderr.contains(words), "{}", run.stderr);

    assert_eq!(
        smtp("preset = \"gmail\"\n"),
        ["gmail only accepts mail after a login, and `password` is missing"]
    );
    assert!(smtp("preset = \"google-relay\"\n").is_empty());
    assert_eq!(
        smtp("host = \"mail.example.org\"\nsecurity = \"none\"\ncleartext = true\n"),
        [
            "mail goes to mail.example.org:587 without TLS: anybody on the way there can read every link"
        ]
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
    folder.write("ca.pem", "not read here").private("smtp-password", "hunter2\n");
    folder.run(["init", "spring", "--like", "."]).exits(0);
    assert_eq!(folder.read("spring/smtp-password"), "hunter2\n");
    assert_eq!(mode(&folder.path().join("spring/smtp-password")), 0o600);
    assert_eq!(folder.read("spring/ca.pem"), "not read here");
    let ignored = folder.read("spring/.gitignore");
    assert!(ignored.lines().any(|line| line == "smtp-password"), "{ignored}");

    folder.change("\"ca.pem\"", "\"../ca.pem\"");
    folder.run(["init", "summer", "--like", "."]).exits(0);
    assert!(!folder.read("summer/meeting.toml").contains("\"../ca.pem\""));
    // The meeting's own files are never overwritten.
    folder.run(["links", "--out", "smtp-password"]).exits(3);
    assert_eq!(folder.read("smtp-password"), "hunter2\n");
}

//! `[outbox]` with a mail server: what is wrong is named with its line and its cure, and what is right is told back.

use std::fmt::Write as _;

use crate::support::{Folder, MEETING, mode};

const PEOPLE: &str = "email,name,role\nada@example.org,Ada,moderator\n";

/// A problem: the line under `[outbox]`, counted from 1, with 0 for `[outbox]` itself; code, message and hint.
type Wrong = (usize, &'static str, &'static str, &'static str);

fn with(lines: &str) -> Folder {
    let folder = Folder::meeting(PEOPLE);
    folder.write("meeting.toml", format!("{MEETING}\n[outbox]\n{lines}"));
    folder
}

/// Compares all that is said of these lines.
#[track_caller]
fn refused(lines: &str, wrong: &[Wrong]) {
    let heading = MEETING.lines().count() + 2;
    let mut words = String::new();
    for (line, code, message, hint) in wrong {
        writeln!(words, "error[{code}]: meeting.toml:{}: {message}", heading + line).unwrap();
        if !hint.is_empty() {
            writeln!(words, "  hint: {hint}").unwrap();
        }
    }
    with(lines).run(["check", "-q"]).exits(3).prints("").says(&words);
}

/// The same, of lines under `kind = "smtp"` and a host that is another machine.
#[track_caller]
fn remote(lines: &str, wrong: &[Wrong]) {
    refused(&format!("kind = \"smtp\"\nhost = \"mail.example.org\"\n{lines}"), wrong);
}

/// What `check` says of where mail goes.
#[track_caller]
fn way(lines: &str) -> String {
    let run = with(lines).run(["check"]).exits(0);
    let line = run.stderr.lines().find_map(|line| line.strip_prefix("note: mail goes through "));
    line.unwrap_or_else(|| panic!("{}", run.stderr)).to_owned()
}

/// What `check` warns of, where mail goes.
#[track_caller]
fn warnings(lines: &str) -> Vec<String> {
    let run = with(lines).run(["check"]).exits(0);
    let warnings = run.stderr.lines().filter_map(|line| line.strip_prefix("warning: "));
    warnings.map(str::to_owned).collect()
}

const RATES: &str = "write it like `14/s`, `30/min` or `500/h`";
const QUOTAS: &str = "write it like `2000/day`";
const SHAPE: &str = "write it as { file = \"…\" }, { env = \"…\" } or { command = [\"…\"] }";
const PRIVATE: &str = "put it into a private file, and write it as { file = \"…\" }, { env = \"…\" } or { command = [\"…\"] }";
const ELSEWHERE: &str =
    "write security = \"starttls\"; in a network where nobody else is, cleartext = true beside it";
const TEN_MINUTES: &str =
    "RFC 5321 asks for ten minutes: what is taken for lost after less may have arrived";

#[test]
fn the_kind_decides_which_keys_there_are() {
    refused(
        "kind = \"smpt\"\nhost = \"localhost\"\n",
        &[(1, "bad-value", "`smpt` is not a kind of outbox", "did you mean `smtp`?")],
    );
    refused(
        "kind = \"pigeon\"\n",
        &[(1, "bad-value", "`pigeon` is not a kind of outbox", "there are `folder`, `smtp`")],
    );
    refused(
        "preset = \"gmail\"\n",
        &[(
            1,
            "missing-key",
            "`kind` is missing: `preset` is of a mail server, and without `kind` messages go into a folder",
            "add kind = \"smtp\" under [outbox]",
        )],
    );
    refused(
        "kind = \"folder\"\nhost = \"localhost\"\npassword = \"hunter2\"\n",
        &[
            (
                2,
                "other-kind",
                "`host` goes with kind = \"smtp\", and not with kind = \"folder\"",
                "leave it out, or change `kind`",
            ),
            (
                3,
                "other-kind",
                "`password` goes with kind = \"smtp\", and not with kind = \"folder\"",
                "leave it out, or change `kind`",
            ),
        ],
    );
    refused(
        "kind = \"smtp\"\nhost = \"localhost\"\ndir = \"mail\"\n",
        &[(
            3,
            "other-kind",
            "`dir` goes with kind = \"folder\", and not with kind = \"smtp\"",
            "leave it out, or change `kind`",
        )],
    );
    remote(
        "conections = 2\n",
        &[(
            3,
            "unknown-key",
            "`conections` is not a key of [outbox]",
            "did you mean `connections`?",
        )],
    );
}

#[test]
fn a_server_is_named_or_follows_from_a_preset() {
    refused(
        "kind = \"smtp\"\n",
        &[(
            0,
            "missing-key",
            "`host` is missing: it is the mail server",
            "add it under [outbox]; or a provider: preset = \"gmail\"",
        )],
    );
    refused(
        "kind = \"smtp\"\npreset = \"gmial\"\n",
        &[(
            2,
            "unknown-preset",
            "`gmial`: there is no preset for it",
            "did you mean `gmail`?; others need a `host`",
        )],
    );
    refused(
        "kind = \"smtp\"\npreset = \"ses\"\n",
        &[(
            0,
            "missing-key",
            "`host` is missing: with ses every account has its own mail server",
            "add it under [outbox], like host = \"email-smtp.eu-central-1.amazonaws.com\"",
        )],
    );
    refused(
        "kind = \"smtp\"\npreset = \"hosting\"\n",
        &[(
            0,
            "missing-key",
            "`host` is missing: with hosting every account has its own mail server",
            "add it under [outbox], like host = \"mail.example.org\"",
        )],
    );
    for (host, message, hint) in [
        (" ", "`host` is empty: it is the mail server", ""),
        (
            "smtp://ada:hunter2@mail.example.org",
            "`host` is more than the name of a mail server",
            "write the name alone, like mail.example.org; for the rest there are `port`, `user` and `password`",
        ),
        (
            "mail.example.org:587",
            "`mail.example.org:587` is not the name of a mail server",
            "write the port by itself: port = 587",
        ),
        (
            "[::1]",
            "`[::1]` is not the name of a mail server",
            "write an IPv6 address without brackets, and `port` by itself",
        ),
        (
            "mail.müller.example",
            "`mail.müller.example` is not the name of a mail server",
            "write the name in the letters of the DNS: it begins with xn--",
        ),
        (
            "mail..example",
            "`mail..example` is not the name of a mail server",
            "write it like mail.example.org",
        ),
    ] {
        let code = if hint.is_empty() { "empty-value" } else { "bad-host" };
        refused(&format!("kind = \"smtp\"\nhost = \"{host}\"\n"), &[(2, code, message, hint)]);
    }
}

#[test]
fn port_and_security_fit_together() {
    remote(
        "security = \"ssl\"\n",
        &[(
            3,
            "bad-value",
            "`ssl`: it is no kind of security",
            "there are `starttls`, `tls`, `none`",
        )],
    );
    remote(
        "port = 0\n",
        &[(3, "bad-value", "`port` is not the number of a port", "leave it out for 587")],
    );
    remote(
        "security = \"tls\"\nport = 70000\n",
        &[(4, "bad-value", "`port` is not the number of a port", "leave it out for 465")],
    );
    remote(
        "port = \"587\"\n",
        &[(3, "wrong-type", "`port` is a string, and has to be a whole number", "")],
    );
    for lines in ["port = 465\n", "port = 465\nsecurity = \"starttls\"\n"] {
        remote(
            lines,
            &[(
                3,
                "bad-port",
                "at port 465 servers speak TLS from the beginning: STARTTLS never comes",
                "write security = \"tls\"; or port = 587 for STARTTLS",
            )],
        );
    }
    remote(
        "port = 587\nsecurity = \"tls\"\n",
        &[(
            3,
            "bad-port",
            "at port 587 servers do not speak TLS from the beginning",
            "leave `port` out for 465; or write security = \"starttls\"",
        )],
    );
    remote(
        "security = \"none\"\n",
        &[(
            3,
            "cleartext",
            "`mail.example.org` is another machine: without TLS everybody on the way there can read the links",
            ELSEWHERE,
        )],
    );
    remote(
        "security = \"tls\"\ncleartext = true\n",
        &[(4, "cleartext", "`cleartext` goes with security = \"none\" only", "leave it out")],
    );
    remote(
        "cleartext = true\n",
        &[(3, "cleartext", "`cleartext` goes with security = \"none\" only", "leave it out")],
    );
    remote(
        "security = \"none\"\ncleartext = true\nca = \"ca.pem\"\n",
        &[(
            5,
            "no-tls",
            "`ca` is for TLS, and with security = \"none\" there is none",
            "leave it out, or write security = \"starttls\"",
        )],
    );
    remote(
        "ca = \"\"\n",
        &[(
            3,
            "empty-value",
            "`ca` is empty: it is a file with the certificates that are trusted",
            "leave it out for those that this machine trusts",
        )],
    );
}

#[test]
fn a_login_is_whole_and_its_password_stands_elsewhere() {
    remote(
        "password = \"hunter2\"\n",
        &[(3, "secret-in-file", "the password itself must not stand in this file", PRIVATE)],
    );
    let one = "exactly one of `file`, `env` and `command` says where it is";
    remote("password = {}\n", &[(3, "key-place", one, SHAPE)]);
    remote("password = { file = \"p\", env = \"P\" }\n", &[(3, "key-place", one, SHAPE)]);
    remote(
        "password = { fiel = \"p\" }\n",
        &[
            (3, "key-place", one, SHAPE),
            (3, "unknown-key", "`fiel` is not a key of [outbox.password]", "did you mean `file`?"),
        ],
    );
    remote(
        "password = { env = \"A=B\" }\n",
        &[(3, "key-place", "`A=B` is no name of a variable", "write a name like SMTP_PASSWORD")],
    );
    remote(
        "password = { env = \"P\", world_readable = true }\n",
        &[(3, "key-place", "`world_readable` goes with `file` only", "leave it out")],
    );
    remote(
        "password = 7\n",
        &[(3, "wrong-type", "`password` is an integer, and has to be a table", "")],
    );
    remote(
        "user = \"ada\"\nauth = \"plain\"\n",
        &[
            (
                3,
                "no-password",
                "`user` without `password`: nobody logs in",
                "add password = { file = \"…\" }, or leave `user` out",
            ),
            (
                4,
                "no-password",
                "`auth` without `password`: nobody logs in",
                "add password = { file = \"…\" }, or leave `auth` out",
            ),
        ],
    );
    remote(
        "password = { file = \"p\" }\nauth = \"PLAIN\"\n",
        &[(4, "bad-value", "`PLAIN`: it is no way to log in", "did you mean `plain`?")],
    );
    remote(
        "password = { file = \"p\" }\nuser = \"a\\u0000b\"\n",
        &[(
            4,
            "bad-value",
            "`user` is not a name that can log in",
            "write the name that the mail server knows",
        )],
    );
    remote(
        "security = \"none\"\ncleartext = true\nuser = \"ada\"\npassword = { file = \"p\" }\n",
        &[(
            6,
            "cleartext",
            "without TLS everybody on the way could read the password",
            "write security = \"starttls\" instead; or leave out `password`, `user` and `auth`",
        )],
    );
    remote(
        "preset = \"postmark\"\npassword = { file = \"p\" }\n",
        &[(
            4,
            "missing-key",
            "`user` is missing: with postmark it is not the address in `from`",
            "add it under [outbox]: it is the access key of an SMTP token, and the secret key is the password",
        )],
    );
}

#[test]
fn a_pace_is_a_number_in_a_time() {
    let rate = |value: &str, message: &'static str| {
        remote(&format!("rate = \"{value}\"\n"), &[(3, "bad-rate", message, RATES)]);
    };
    rate("0/s", "`0/s`: nothing would ever leave");
    rate("-1/s", "`-1/s`: it does not begin with a whole number");
    rate("many/s", "`many/s`: it does not begin with a whole number");
    rate("14", "`14`: it does not say in which time");
    rate("14/fortnight", "`14/fortnight`: `fortnight` is no second, minute, hour or day");
    rate("5000000000/s", "`5000000000/s`: no server takes so many");
    remote(
        "rate = 14\n",
        &[(3, "wrong-type", "`rate` is an integer, and has to be text in quotes", "")],
    );
    remote(
        "quota = \"2000/h\"\n",
        &[(
            3,
            "bad-quota",
            "`2000/h`: a quota is for a day",
            "write it like `2000/day`; for a shorter time there is `rate`",
        )],
    );
    remote(
        "quota = \"2000\"\n",
        &[(3, "bad-quota", "`2000`: it does not say in which time", QUOTAS)],
    );
    remote("quota = \"0/day\"\n", &[(3, "bad-quota", "`0/day`: nothing would ever leave", QUOTAS)]);
    remote(
        "connections = 0\nper_connection = 0\n",
        &[
            (
                3,
                "bad-value",
                "`connections` is 0, and has to be from 1 to 100",
                "write it like connections = 1",
            ),
            (
                4,
                "bad-value",
                "`per_connection` is 0, and has to be 1 or more",
                "write it like per_connection = 50",
            ),
        ],
    );
    remote(
        "connections = 101\n",
        &[(
            3,
            "bad-value",
            "`connections` is 101, and has to be from 1 to 100",
            "write it like connections = 1",
        )],
    );
}

#[test]
fn only_this_machine_may_be_hurried() {
    remote(
        "timeouts = { final = \"5m\" }\n",
        &[(
            3,
            "bad-duration",
            TEN_MINUTES,
            "leave `final` out; only to this machine it may be shorter",
        )],
    );
    remote(
        "timeouts = { conect = \"5s\", data = \"0s\" }\n",
        &[
            (3, "bad-duration", "`0s`: it is not a length of time", "write it like `30s` or `5m`"),
            (
                3,
                "unknown-key",
                "`conect` is not a key of [outbox.timeouts]",
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
fn everything_wrong_is_said_at_once() {
    refused(
        "kind = \"smtp\"\npreset = \"outlok\"\nhost = \"a b\"\nport = -1\nsecurity = \"no\"\nuser = \"\"\npassword = \"hunter2\"\nauth = \"oauth\"\nrate = \"1\"\nquota = \"1\"\nconnections = 1000\nratte = 5\n",
        &[
            (
                2,
                "unknown-preset",
                "`outlok`: there is no preset for it",
                "did you mean `outlook`?; others need a `host`",
            ),
            (
                3,
                "bad-host",
                "`a b` is not the name of a mail server",
                "write it like mail.example.org",
            ),
            (4, "bad-value", "`port` is not the number of a port", "leave it out for 587"),
            (5, "bad-value", "`no`: it is no kind of security", "did you mean `none`?"),
            (
                6,
                "bad-value",
                "`user` is not a name that can log in",
                "write the name that the mail server knows",
            ),
            (7, "secret-in-file", "the password itself must not stand in this file", PRIVATE),
            (8, "bad-value", "`oauth`: it is no way to log in", "did you mean `xoauth2`?"),
            (9, "bad-rate", "`1`: it does not say in which time", RATES),
            (10, "bad-quota", "`1`: it does not say in which time", QUOTAS),
            (
                11,
                "bad-value",
                "`connections` is 1000, and has to be from 1 to 100",
                "write it like connections = 1",
            ),
            (12, "unknown-key", "`ratte` is not a key of [outbox]", "did you mean `rate`?"),
        ],
    );
}

#[test]
fn check_says_where_mail_goes_and_how_fast() {
    let password = "password = { env = \"P\" }\n";
    for (lines, expected) in [
        (
            "host = \"localhost\"\nport = 25\nsecurity = \"none\"\n",
            "localhost:25 (without TLS) without a login, as fast as it takes it",
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
        assert_eq!(way(&format!("kind = \"smtp\"\n{lines}")), expected);
    }
}

#[test]
fn what_a_provider_will_not_like_is_a_warning() {
    let smtp = |lines: &str| warnings(&format!("kind = \"smtp\"\n{lines}"));
    let microsoft = "preset = \"microsoft365\"\npassword = { env = \"P\" }\n";
    assert!(smtp(microsoft).is_empty());
    assert_eq!(
        smtp(&format!("{microsoft}rate = \"1/s\"\nquota = \"20000/day\"\n")),
        [
            "`rate` is 1 a second, and microsoft365 takes 30 a minute",
            "`quota` is 20000 a day, and microsoft365 takes 10000",
        ]
    );
    // Where the provider names no limit, it is only good to know.
    let mailgun = "preset = \"mailgun\"\npassword = { env = \"P\" }\nrate = \"1/s\"\n";
    assert!(smtp(mailgun).is_empty());
    let run = with(&format!("kind = \"smtp\"\n{mailgun}")).run(["check"]).exits(0);
    let words = "note: `rate` is 1 a second, and the careful one for mailgun is 30 a minute\n  hint: leave `rate` out unless your account takes more\n";
    assert!(run.stderr.contains(words), "{}", run.stderr);

    assert_eq!(
        smtp("preset = \"gmail\"\n"),
        ["with gmail only those who log in can mail, and there is no `password`"]
    );
    assert!(smtp("preset = \"google-relay\"\n").is_empty());
    assert_eq!(
        smtp("host = \"mail.example.org\"\nsecurity = \"none\"\ncleartext = true\n"),
        [
            "mail goes to mail.example.org:587 in the clear: whoever listens on the way reads every link"
        ]
    );
}

#[test]
fn nothing_of_a_password_is_ever_said() {
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
fn a_meeting_like_another_takes_password_and_authority_along() {
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
    // What a meeting is made of is not written over.
    folder.run(["links", "--out", "smtp-password"]).exits(3);
    assert_eq!(folder.read("smtp-password"), "hunter2\n");
}

//! Rate, quota, connections and timeouts.

use super::{QUOTAS, RATES, check, remote, warnings, with};

const TEN_MINUTES: &str =
    "`final` is under 10 minutes, the time that RFC 5321 gives a server to accept a message";

#[test]
fn rate_quota_and_connection_limits_are_validated() {
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
fn settings_beyond_the_limits_of_a_provider_give_a_warning() {
    let smtp = |lines: &str| warnings(&format!("kind = \"smtp\"\n{lines}"));
    let microsoft = "preset = \"microsoft365\"\npassword = { env = \"P\" }\n";
    assert!(smtp(microsoft).is_empty());
    assert_eq!(
        smtp(&format!("{microsoft}rate = \"1/s\"\nquota = \"20000/day\"\n")),
        [
            "`rate` is 1 a second, but microsoft365 accepts only 30 a minute",
            "`quota` is 20000 messages a day, but microsoft365 accepts only 10000",
        ]
    );
    // A provider that publishes no limit: only a note.
    let mailgun = "preset = \"mailgun\"\npassword = { env = \"P\" }\nrate = \"1/s\"\n";
    assert!(smtp(mailgun).is_empty());
    let run = check(&format!("kind = \"smtp\"\n{mailgun}"), &[]).exits(0);
    let note = "note: `rate` is 1 a second; a safe rate for mailgun is 30 a minute\n  hint: leave `rate` out unless your account may send more\n";
    assert!(run.stderr.contains(note), "{}", run.stderr);

    assert_eq!(
        smtp("preset = \"gmail\"\n"),
        ["gmail only accepts mail after a login, and `password` is missing"]
    );
    assert!(smtp("preset = \"google-relay\"\n").is_empty());
    assert_eq!(
        smtp("host = \"mail.example.org\"\nsecurity = \"none\"\ncleartext = true\n"),
        [
            "mail goes to mail.example.org:587 without TLS: anybody on the network can read the links"
        ]
    );
}

#[test]
fn a_login_with_another_address_than_from_gives_a_warning_where_the_provider_objects() {
    let smtp = |preset: &str, user: &str| {
        let login = format!("user = \"{user}\"\npassword = {{ env = \"P\" }}\n");
        warnings(&format!("kind = \"smtp\"\npreset = \"{preset}\"\n{login}"))
    };
    let other = "ada@example.net";
    for preset in ["gmail", "google-workspace"] {
        let expected = format!(
            "`user` is {other} and `from` is events@example.org: {preset} sends as {other}, unless the account has the other address, too"
        );
        assert_eq!(smtp(preset, other), [expected]);
    }
    for preset in ["microsoft365", "outlook", "icloud", "yahoo"] {
        let expected = format!(
            "`user` is {other} and `from` is events@example.org: {preset} refuses the message, unless the account may send as the other address"
        );
        assert_eq!(smtp(preset, other), [expected]);
        assert!(smtp(preset, "Events@EXAMPLE.org").is_empty());
    }
    // These have senders of their own, or a user name that is no address.
    for (preset, user) in [("mailgun", other), ("brevo", other), ("icloud", "ada")] {
        assert!(smtp(preset, user).is_empty(), "{preset}");
    }
    let folder = with(
        "kind = \"smtp\"\npreset = \"gmail\"\nuser = \"adalovelace@googlemail.com\"\npassword = { env = \"P\" }\n",
    );
    folder.edit_meeting("events@example.org", "ada.lovelace@gmail.com");
    let run = folder.run_with_env(["check"], &[("P", "a password")]).exits(0);
    assert!(!run.stderr.contains("`user` is"), "{}", run.stderr);
}

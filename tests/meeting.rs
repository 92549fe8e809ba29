//! `meeting.toml`, the secret and the time of the meeting: each mistake is reported with its line and a hint.

mod values;

use crate::support::{Folder, csv_records, set_mode};

const PEOPLE: &str = "email,name,role\nada@example.org,Ada,moderator\n";

/// Changes one line of a valid meeting, and compares the whole output of `links`.
#[track_caller]
fn refused(old: &str, new: &str, expected: &str) {
    let folder = Folder::meeting(PEOPLE);
    folder.edit_meeting(old, new);
    folder.run(["links"]).exits(3).stdout("").stderr(expected);
    assert!(!folder.exists("links.csv"));
}

#[test]
fn all_mistakes_of_a_meeting_are_reported_at_once() {
    let folder = Folder::meeting("email,name,role\nada.example.org,Ada,host\n");
    folder.write(
        "meeting.toml",
        r#"[server]
kind = "debain"
ulr = "https://meet.example.org"
app_id = ""
secret = { file = "app-secret" }

[meeting]
title = "Town hall"
room = "R&D"
start = "2031-03-30 02:30"
zone = "Europe/Berlin"
duration = 90.5
strat = 1

[roster]
file = "people.csv"
per_row = ["rom"]
duplicates = "newest"

[roles.speaker]
features = ["Screen Sharing"]
link = { jwt = "x" }
people = ["nobody"]

[mial]
from = "x"
"#,
    );
    folder.run(["check"]).exits(3).stderr(
        "\
error[missing-key]: meeting.toml:1: `url` is missing
  hint: add the address of your Jitsi server under [server], for example url = \"https://meet.example.org\"
error[unknown-kind]: meeting.toml:2: `debain`: unknown kind of server
  hint: did you mean `debian`?
error[unknown-key]: meeting.toml:3: unknown key `ulr` in [server]
  hint: did you mean `url`?
error[empty-value]: meeting.toml:4: `app_id` is empty
  hint: write the application ID (`app_id` in the server's Prosody configuration, or the AppID of JaaS), for example app_id = \"example\"
error[bad-room]: meeting.toml:9: `R&D`: Jitsi's web server does not serve names that contain `&`
  hint: use `r-and-d` instead, for example
error[wrong-type]: meeting.toml:12: `duration` must be a string, not a float
  hint: write it in quotes
error[unknown-key]: meeting.toml:13: unknown key `strat` in [meeting]
  hint: did you mean `start`?
error[bad-value]: meeting.toml:17: `rom` cannot be set per row
  hint: did you mean `room`?
error[bad-value]: meeting.toml:18: `newest`: expected `refuse`, `first` or `last`
  hint: write `first` or `last` to use that row of a person and ignore the others
error[bad-feature]: meeting.toml:21: `Screen Sharing` is not a feature of Jitsi
  hint: did you mean `screen-sharing`?
error[bad-link-option]: meeting.toml:22: `jwt` is not a setting that a link can contain
  hint: use names that start with `config.`, `interfaceConfig.` or `userInfo.`
error[not-an-email]: meeting.toml:23: `nobody` is not an email address: it has no `@`
  hint: write it as name@example.org
error[unknown-key]: meeting.toml:25: unknown section or key `mial`
  hint: did you mean `mail`?
error[not-an-email]: people.csv:2: column `email`: `ada.example.org` is not an email address: it has no `@`
  hint: write it as name@example.org
",
    );
}

#[test]
fn a_room_that_no_link_can_open_is_refused_with_a_suggestion() {
    let used = "Jitsi's web server uses this path itself and does not show a meeting there";
    for (room, reason, suggestion) in [
        ("R&D", "Jitsi's web server does not serve names that contain `&`", "r-and-d"),
        ("Bob's", "Jitsi's web server does not serve names that contain `'`", "bobs"),
        ("10:30", "Jitsi's web server does not serve names that contain `:`", "10-30"),
        ("*", "it stands for all rooms", "meeting"),
        ("static", used, "static-room"),
        ("static/x", used, "static-x"),
        ("sounds/x", used, "sounds-x"),
        ("title.html", used, "title-html"),
        ("../x", "web servers take `.` and `..` for folders", "x"),
    ] {
        refused(
            "room = \"town-hall\"",
            &format!("room = \"{room}\""),
            &format!(
                "error[bad-room]: meeting.toml:10: `{room}`: {reason}\n  hint: use `{suggestion}` instead, for example\n"
            ),
        );
    }
}

#[test]
fn a_room_in_any_script_has_a_matching_link_and_claim() {
    for (room, link, claim) in [
        ("Town Hall", "Town%20Hall", "town%20hall"),
        ("Café", "Caf%C3%A9", "caf%c3%a9"),
        ("План", "%D0%9F%D0%BB%D0%B0%D0%BD", "%d0%bf%d0%bb%d0%b0%d0%bd"),
    ] {
        let folder = Folder::meeting(PEOPLE);
        folder.edit_meeting("room = \"town-hall\"", &format!("room = \"{room}\""));
        let run = folder.run(["token", "ada@example.org", "-q"]).exits(0);
        assert!(
            run.stdout.starts_with(&format!("https://meet.example.org/{link}?jwt=")),
            "{}",
            run.stdout
        );
        assert_eq!(run.claims()["room"], claim);
    }
}

#[test]
fn a_start_that_clock_changes_skip_or_repeat_is_refused_with_both_readings() {
    refused(
        "start = \"2031-03-11 14:00\"",
        "start = \"2031-03-30 02:30\"",
        "error[bad-start]: meeting.toml:11: `2031-03-30 02:30` does not exist in Europe/Berlin: the clocks go forward and skip it\n  hint: write `2031-03-30 01:30` or `2031-03-30 03:30`\n",
    );
    refused(
        "start = \"2031-03-11 14:00\"",
        "start = \"2031-10-26 02:30\"",
        "error[bad-start]: meeting.toml:11: `2031-10-26 02:30` occurs twice in Europe/Berlin: the clocks go back\n  hint: add the offset: `2031-10-26 02:30+02:00` or `2031-10-26 02:30+01:00`\n",
    );
    refused(
        "zone = \"Europe/Berlin\"",
        "zone = \"Berlin\"",
        "error[unknown-zone]: meeting.toml:12: `Berlin`: not a time zone\n  hint: did you mean `Europe/Berlin`?\n",
    );
}

#[test]
fn a_secret_that_cannot_be_used_is_refused_before_any_file_is_written() {
    let folder = Folder::meeting(PEOPLE);
    let empty = "error[bad-key]: meeting.toml:5: cannot use the secret in `app-secret`: it is empty\n  hint: a shared secret is `app_secret` in the server's Prosody file or `JWT_APP_SECRET` in its .env\n";
    folder.write_private("app-secret", "");
    folder.run(["links"]).exits(3).stderr(empty);
    folder.write_private("app-secret", "\r\n");
    folder.run(["links"]).exits(3).stderr(empty);
    folder.write_private("app-secret", "-----BEGIN PRIVATE KEY-----\n");
    folder.run(["links"]).exits(3).stderr(
        "error[bad-key]: meeting.toml:5: cannot use the secret in `app-secret`: it is a key in PEM format, not a shared secret\n  hint: write `key = …` instead of `secret = …`\n",
    );
    set_mode(&folder.path().join("app-secret"), 0o644);
    folder.run(["links"]).exits(3).stderr(
        "error[key-readable]: meeting.toml:5: every user of this machine can read the secret in `app-secret`\n  hint: make it private: chmod 600 app-secret; to allow it, add world_readable = true next to `file`\n",
    );
    std::fs::remove_file(folder.path().join("app-secret")).unwrap();
    folder.run(["links"]).exits(3).stderr(
        "error[key-absent]: meeting.toml:5: cannot read the secret in `app-secret`: there is no such file\n  hint: store the secret there, or correct the path of `file`\n",
    );
    folder.edit_meeting("{ file = \"app-secret\" }", "{ env = \"MEETMINT_TEST_SECRET\" }");
    folder.run(["links"]).exits(3).stderr(
        "error[key-absent]: meeting.toml:5: cannot read the secret in the environment variable MEETMINT_TEST_SECRET: it is not set\n  hint: set MEETMINT_TEST_SECRET, or store the secret in a private file: { file = \"…\" }\n",
    );
    folder.edit_meeting("{ env = \"MEETMINT_TEST_SECRET\" }", "{ command = [\"false\"] }");
    folder.run(["links"]).exits(3).stderr(
        "error[key-absent]: meeting.toml:5: cannot read the secret from the command `false`: exit status: 1\n  hint: run the command yourself to see why\n",
    );
    folder.edit_meeting("{ command = [\"false\"] }", "\"hunter2\"");
    folder.run(["links"]).exits(3).stderr(
        "error[secret-in-file]: meeting.toml:5: the secret itself must not be in this file\n  hint: move it to a private file or an environment variable, and write secret = { file = \"…\" }, secret = { env = \"…\" } or secret = { command = [\"…\"] }\n",
    );
    assert!(!folder.exists("links.csv"));
}

#[test]
fn a_short_secret_works_with_a_warning() {
    let folder = Folder::meeting(PEOPLE);
    folder.write_private("app-secret", "short");
    let expected = "warning: the secret is shorter than 32 characters: anybody who has one link can guess it offline\n  hint: give the server and this meeting a new one: openssl rand -hex 32\n";
    let run = folder.run(["links", "--out", "-"]).exits(0);
    assert!(run.stderr.starts_with(expected));
    folder.run(["links", "-q"]).exits(0).stderr("");
}

#[test]
fn a_secret_from_file_command_or_variable_gives_the_same_token() {
    let folder = Folder::meeting(PEOPLE);
    let link = folder.run(["token", "ada@example.org"]).exits(0).stdout;
    let secret = crate::support::SECRET;
    for ending in ["\n", "\r\n"] {
        folder.write_private("app-secret", format!("{secret}{ending}"));
        assert_eq!(folder.run(["token", "ada@example.org"]).exits(0).stdout, link);
    }
    folder.edit_meeting("{ file = \"app-secret\" }", "{ command = [\"cat\", \"app-secret\"] }");
    assert_eq!(folder.run(["token", "ada@example.org"]).exits(0).stdout, link);
    folder.edit_meeting(
        "{ command = [\"cat\", \"app-secret\"] }",
        "{ env = \"MEETMINT_TEST_SECRET\" }",
    );
    assert_eq!(
        folder
            .run_with_env(["token", "ada@example.org"], &[("MEETMINT_TEST_SECRET", secret)])
            .exits(0)
            .stdout,
        link
    );
}

#[test]
fn no_output_contains_a_secret() {
    let folder = Folder::meeting("email,role\nada.example.org,x\n");
    folder.write_private("app-secret", "practice-hush");
    for args in [
        vec!["links"],
        vec!["check"],
        vec!["check", "--format", "json"],
        vec!["token", "a@b.example"],
        vec!["-v", "links"],
    ] {
        let run = folder.run(args);
        assert!(!run.stdout.contains("hush") && !run.stderr.contains("hush"));
    }
}

#[test]
fn a_meeting_that_is_over_is_refused_and_one_under_way_gives_a_warning() {
    let folder = Folder::meeting(PEOPLE);
    folder.edit_meeting("2031-03-11 14:00", "2021-03-11 14:00");
    folder.run(["links"]).exits(3).stderr(
        "error[over]: meeting.toml:11: the meeting is over: it ended on 11 March 2021 15:30 (Europe/Berlin)\n  hint: set a new `start`, or create a new meeting like this one: meetmint init NEW_FOLDER --like THIS_FOLDER\n",
    );
    let folder = Folder::meeting(PEOPLE);
    folder.edit_meeting("2031-03-11 14:00", &minutes_ago(10)).edit_meeting("Europe/Berlin", "UTC");
    let run = folder.run(["links", "--out", "-"]).exits(0);
    assert!(
        run.stderr.starts_with("warning: the meeting of 1 person has already started\n"),
        "{}",
        run.stderr
    );

    let folder = Folder::meeting(
        "email,name,start\na@example.org,A,2021-03-11 14:00\nb@example.org,B,\nc@example.org,C,2021-03-11 15:00\n",
    );
    folder.add_roster_setting("per_row = [\"start\"]");
    let run = folder.run(["links", "--out", "-"]).exits(0);
    assert!(
        run.stderr.starts_with("note: 2 people left out, because the meeting is over\n"),
        "{}",
        run.stderr
    );
    assert_eq!(csv_records(&run.stdout).len(), 2);
}

#[test]
fn people_listed_under_a_role_have_it_despite_the_roster() {
    let folder = Folder::meeting("email,name,role\nada@example.org,Ada,participant\n");
    let roles = "[roles.moderator]\npeople = [\"Ada@example.org\", \"head@example.org\"]\n\n[roles.speaker]\n";
    folder.edit_meeting("[mail]", &format!("{roles}\n[mail]"));
    let run = folder.run(["links", "--out", "-"]).exits(0);
    assert!(
        run.stderr.starts_with(
            "note: `head@example.org` is not in the roster; meeting.toml adds this person as moderator\n"
        ),
        "{}",
        run.stderr
    );
    let rows: Vec<Vec<String>> =
        csv_records(&run.stdout).into_iter().skip(1).map(|row| row[..3].to_vec()).collect();
    assert_eq!(
        rows,
        [["ada@example.org", "Ada", "moderator"], ["head@example.org", "head", "moderator"]]
    );

    folder.edit_meeting("[roles.speaker]\n", "[roles.speaker]\npeople = [\"ADA@example.org\"]\n");
    folder.run(["links"]).exits(3).stderr(
        "error[two-roles]: meeting.toml:22: `ADA@example.org` is listed under two roles, `moderator` and `speaker`\n  hint: list each person under one role only\n",
    );
}

#[test]
fn a_role_may_have_its_own_features_link_options_and_window() {
    let folder = Folder::meeting("email,role\nada@example.org,Speaker\n");
    folder.edit_meeting(
        "[mail]",
        "[roles.speaker]\nfeatures = [\"screen-sharing\", \"recording\"]\nlink = { \"config.startWithAudioMuted\" = false }\nopens = \"2h\"\ncloses = \"0m\"\n\n[mail]",
    );
    let run = folder.run(["token", "ada@example.org", "-q"]).exits(0);
    assert!(run.stdout.trim_end().ends_with("#config.startWithAudioMuted=false"));
    let claims = run.claims();
    assert_eq!(
        claims["context"]["features"],
        serde_json::json!({ "screen-sharing": true, "recording": true })
    );
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["nbf"].as_i64().unwrap(), 3600 * 2 + 5400);
}

#[test]
fn a_missing_or_unreadable_meeting_is_reported_with_a_hint() {
    let folder = Folder::empty();
    folder.run(["check"]).exits(3).stderr(&format!(
        "error[no-meeting]: there is no meeting.toml in the current folder, `{}`, or in any folder above it\n  hint: create one with `meetmint init`, or name another folder with `--meeting PATH` or the variable MEETMINT_MEETING\n",
        folder.path().display()
    ));
    folder
        .run(["check", "--meeting", "nowhere"])
        .exits(3)
        .stderr("error[no-meeting]: `nowhere` does not exist\n  hint: create a meeting folder with `meetmint init DIR`\n");
    folder.write("meeting.toml", "[server\nkind = debian\n");
    let run = folder.run(["check"]).exits(3);
    assert!(
        run.stderr.starts_with("error[toml]: meeting.toml:1: invalid TOML: "),
        "{}",
        run.stderr
    );
    folder.write("meeting.toml", b"\xff");
    folder
        .run(["check"])
        .exits(3)
        .stderr("error[toml]: meeting.toml: the file is not UTF-8 text\n  hint: save it with the encoding UTF-8\n");
}

#[test]
fn paths_are_relative_to_the_meeting_folder() {
    let folder = Folder::empty();
    for (name, text) in
        [("town/meeting.toml", crate::support::MEETING), ("town/people.csv", PEOPLE)]
    {
        folder.write(name, text);
    }
    folder.write_private("town/app-secret", crate::support::SECRET);
    folder.run(["links", "--meeting", "town", "-q"]).exits(0).stderr("");
    assert!(folder.exists("town/links.csv"));
    folder.run(["links", "--meeting", "town/meeting.toml", "--out", "here.csv", "-q"]).exits(0);
    assert_eq!(folder.read("here.csv"), folder.read("town/links.csv"));
}

#[expect(clippy::disallowed_methods, reason = "the test needs a meeting that is under way")]
fn minutes_ago(minutes: i64) -> String {
    let at = jiff::Timestamp::now().checked_sub(jiff::SignedDuration::from_mins(minutes)).unwrap();
    at.strftime("%Y-%m-%d %H:%M").to_string()
}

//! `meeting.toml`, the secret and the clock: what is wrong is named with its line and its cure.

use crate::support::{Folder, records, set_mode};

const PEOPLE: &str = "email,name,role\nada@example.org,Ada,moderator\n";

/// Changes one line of a good meeting, and compares all that `links` says.
#[track_caller]
fn refused(old: &str, new: &str, words: &str) {
    let folder = Folder::meeting(PEOPLE);
    folder.change(old, new);
    folder.run(["links"]).exits(3).prints("").says(words);
    assert!(!folder.has("links.csv"));
}

#[test]
fn everything_wrong_in_a_meeting_is_said_at_once() {
    let folder = Folder::meeting("email,role\nada.example.org,host\n");
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
duration = 90
strat = 1

[roster]
file = "people.csv"
per_row = ["rom"]
duplicates = "last"

[roles.speaker]
features = ["Screen Sharing"]
link = { jwt = "x" }
people = ["nobody"]

[mial]
from = "x"
"#,
    );
    folder.run(["check"]).exits(3).says(
        "\
error[missing-key]: meeting.toml:1: `url` is missing: it is where the links start
  hint: add it under [server]
error[unknown-kind]: meeting.toml:2: `debain`: it is no kind of server
  hint: did you mean `debian`?
error[unknown-key]: meeting.toml:3: `ulr` is not a key of [server]
  hint: did you mean `url`?
error[empty-value]: meeting.toml:4: `app_id` is empty: it is `app_id` in the server's Prosody file, or the AppID of JaaS
error[bad-room]: meeting.toml:9: `R&D`: Jitsi's web server does not serve names that contain `&`
  hint: `r-and-d` would work
error[wrong-type]: meeting.toml:12: `duration` is an integer, and has to be text in quotes
error[unknown-key]: meeting.toml:13: `strat` is not a key of [meeting]
  hint: did you mean `start`?
error[bad-value]: meeting.toml:17: `rom` is nothing that a row can override
  hint: did you mean `room`?
error[bad-value]: meeting.toml:18: `last`: it is neither `refuse` nor `first`
  hint: write `first` to let the first row count
error[bad-feature]: meeting.toml:21: `Screen Sharing` is not a feature's key
  hint: keys look like `screen-sharing` and `recording`
error[bad-link-option]: meeting.toml:22: `jwt` is not a setting that a link can have
  hint: settings begin with `config.`, `interfaceConfig.` or `userInfo.`
error[not-an-email]: meeting.toml:23: `nobody` is not an address: there is no `@` in it
  hint: write it as name@example.org
error[unknown-key]: meeting.toml:25: `mial` is not a key of meeting.toml
  hint: did you mean `mail`?
",
    );
}

#[test]
fn rooms_that_no_link_can_open_are_refused_with_one_that_works() {
    for (room, reason, suggestion) in [
        ("R&D", "Jitsi's web server does not serve names that contain `&`", "r-and-d"),
        ("Bob's", "Jitsi's web server does not serve names that contain `'`", "bobs"),
        ("10:30", "Jitsi's web server does not serve names that contain `:`", "10-30"),
        ("*", "it stands for all rooms", "meeting"),
        ("static", "Jitsi's web server has a file or folder with that name", "static-room"),
    ] {
        refused(
            "room = \"town-hall\"",
            &format!("room = \"{room}\""),
            &format!(
                "error[bad-room]: meeting.toml:10: `{room}`: {reason}\n  hint: `{suggestion}` would work\n"
            ),
        );
    }
}

#[test]
fn rooms_in_any_script_work_and_link_and_claim_agree() {
    for (room, link, claim) in [
        ("Town Hall", "Town%20Hall", "town%20hall"),
        ("Café", "Caf%C3%A9", "caf%c3%a9"),
        ("План", "%D0%9F%D0%BB%D0%B0%D0%BD", "%d0%bf%d0%bb%d0%b0%d0%bd"),
    ] {
        let folder = Folder::meeting(PEOPLE);
        folder.change("room = \"town-hall\"", &format!("room = \"{room}\""));
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
fn a_start_that_the_clocks_skip_or_repeat_names_both_candidates() {
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
fn a_secret_that_cannot_be_used_is_refused_before_anything_is_made() {
    let folder = Folder::meeting(PEOPLE);
    let empty = "error[bad-key]: meeting.toml:5: the secret in `app-secret` cannot be used: it is empty\n  hint: a shared secret is `app_secret` in the server's Prosody file or `JWT_APP_SECRET` in its .env\n";
    folder.private("app-secret", "");
    folder.run(["links"]).exits(3).says(empty);
    folder.private("app-secret", "\r\n");
    folder.run(["links"]).exits(3).says(empty);
    folder.private("app-secret", "-----BEGIN PRIVATE KEY-----\n");
    folder.run(["links"]).exits(3).says(
        "error[bad-key]: meeting.toml:5: the secret in `app-secret` cannot be used: it is a key in PEM format, not a shared secret\n  hint: write `key = …` instead of `secret = …`\n",
    );
    set_mode(&folder.path().join("app-secret"), 0o644);
    folder.run(["links"]).exits(3).says(
        "error[key-readable]: meeting.toml:5: everybody on this machine can read the secret in `app-secret`\n  hint: close it: chmod 600 app-secret; if that is wanted, write world_readable = true beside `file`\n",
    );
    std::fs::remove_file(folder.path().join("app-secret")).unwrap();
    folder.run(["links"]).exits(3).says(
        "error[key-absent]: meeting.toml:5: cannot read the secret in `app-secret`: there is no such file\n  hint: name the file that holds it\n",
    );
    folder.change("{ file = \"app-secret\" }", "{ env = \"MEETMINT_TEST_SECRET\" }");
    folder.run(["links"]).exits(3).says(
        "error[key-absent]: meeting.toml:5: the variable MEETMINT_TEST_SECRET is not set: it holds the secret\n  hint: set it, or keep the secret in a private file: { file = \"…\" }\n",
    );
    folder.change("{ env = \"MEETMINT_TEST_SECRET\" }", "{ command = [\"false\"] }");
    folder.run(["links"]).exits(3).says(
        "error[key-absent]: meeting.toml:5: `false` did not say the secret: it ended with exit status: 1\n  hint: run the command by hand to see why\n",
    );
    folder.change("{ command = [\"false\"] }", "\"hunter2\"");
    folder.run(["links"]).exits(3).says(
        "error[secret-in-file]: meeting.toml:5: the secret itself must not stand in this file\n  hint: put it into a private file, and write it as { file = \"…\" }, { env = \"…\" } or { command = [\"…\"] }\n",
    );
    assert!(!folder.has("links.csv"));
}

#[test]
fn a_short_secret_works_with_a_warning() {
    let folder = Folder::meeting(PEOPLE);
    folder.private("app-secret", "short");
    let words = "warning: the secret is shorter than 32 characters: one link is enough to guess it offline\n  hint: give the server and this meeting a new one: openssl rand -hex 32\n";
    let run = folder.run(["links", "--out", "-"]).exits(0);
    assert!(run.stderr.starts_with(words));
    folder.run(["links", "-q"]).exits(0).says("");
}

#[test]
fn a_line_end_is_no_part_of_a_secret_and_all_places_give_the_same_token() {
    let folder = Folder::meeting(PEOPLE);
    let link = folder.run(["token", "ada@example.org"]).exits(0).stdout;
    let secret = crate::support::SECRET;
    for ending in ["\n", "\r\n"] {
        folder.private("app-secret", format!("{secret}{ending}"));
        assert_eq!(folder.run(["token", "ada@example.org"]).exits(0).stdout, link);
    }
    folder.change("{ file = \"app-secret\" }", "{ command = [\"cat\", \"app-secret\"] }");
    assert_eq!(folder.run(["token", "ada@example.org"]).exits(0).stdout, link);
    folder.change("{ command = [\"cat\", \"app-secret\"] }", "{ env = \"MEETMINT_TEST_SECRET\" }");
    assert_eq!(
        folder
            .run_with(["token", "ada@example.org"], &[("MEETMINT_TEST_SECRET", secret)])
            .exits(0)
            .stdout,
        link
    );
}

#[test]
fn nothing_of_a_secret_is_ever_said() {
    let folder = Folder::meeting("email,role\nada.example.org,x\n");
    folder.private("app-secret", "practice-hush");
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
fn a_meeting_that_is_over_is_refused_and_one_under_way_warned_of() {
    let folder = Folder::meeting(PEOPLE);
    folder.change("2031-03-11 14:00", "2021-03-11 14:00");
    folder.run(["links"]).exits(3).says(
        "error: the meeting is over: it ended at 2021-03-11T14:30:00Z\n  hint: set a new `start`; `meetmint init --like` makes a new meeting of it\n",
    );
    let folder = Folder::meeting(PEOPLE);
    folder.change("2031-03-11 14:00", &minutes_ago(10)).change("Europe/Berlin", "UTC");
    let run = folder.run(["links", "--out", "-"]).exits(0);
    assert!(
        run.stderr.starts_with("warning: the meeting of 1 person is under way\n"),
        "{}",
        run.stderr
    );

    let folder = Folder::meeting(
        "email,start\na@example.org,2021-03-11 14:00\nb@example.org,\nc@example.org,2021-03-11 15:00\n",
    );
    folder.change("file = \"people.csv\"", "file = \"people.csv\"\nper_row = [\"start\"]");
    let run = folder.run(["links", "--out", "-"]).exits(0);
    assert!(
        run.stderr.starts_with("note: 2 people left alone: the meeting is over\n"),
        "{}",
        run.stderr
    );
    assert_eq!(records(&run.stdout).len(), 2);
}

#[test]
fn a_roles_people_have_it_whatever_the_list_says() {
    let folder = Folder::meeting("email,name,role\nada@example.org,Ada,participant\n");
    let roles = "[roles.moderator]\npeople = [\"Ada@example.org\", \"head@example.org\"]\n\n[roles.speaker]\n";
    folder.change("[mail]", &format!("{roles}\n[mail]"));
    let run = folder.run(["links", "--out", "-"]).exits(0);
    assert!(
        run.stderr.starts_with(
            "note: `head@example.org` is not in the list, and was added as moderator\n"
        ),
        "{}",
        run.stderr
    );
    let rows: Vec<Vec<String>> =
        records(&run.stdout).into_iter().skip(1).map(|row| row[..3].to_vec()).collect();
    assert_eq!(
        rows,
        [["ada@example.org", "Ada", "moderator"], ["head@example.org", "head", "moderator"]]
    );

    folder.change("[roles.speaker]\n", "[roles.speaker]\npeople = [\"ADA@example.org\"]\n");
    folder.run(["links"]).exits(3).says(
        "error[two-roles]: meeting.toml:22: `ADA@example.org` is listed under two roles, `moderator` and `speaker`\n  hint: name everybody under one role only\n",
    );
}

#[test]
fn roles_of_ones_own_have_features_options_and_windows() {
    let folder = Folder::meeting("email,role\nada@example.org,Speaker\n");
    folder.change(
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
fn a_folder_without_a_meeting_says_how_to_make_one() {
    let folder = Folder::empty();
    folder.run(["check"]).exits(3).says(
        "error: there is no meeting.toml in this folder\n  hint: `meetmint init` makes one; `--meeting PATH` names one elsewhere\n",
    );
    folder
        .run(["check", "--meeting", "nowhere"])
        .exits(3)
        .says("error: there is no `nowhere`\n  hint: `meetmint init DIR` makes a meeting folder\n");
    folder.write("meeting.toml", "[server\nkind = debian\n");
    let run = folder.run(["check"]).exits(3);
    assert!(
        run.stderr.starts_with("error[toml]: meeting.toml:1: this is not TOML: "),
        "{}",
        run.stderr
    );
    folder.write("meeting.toml", b"\xff");
    folder
        .run(["check"])
        .exits(3)
        .says("error[toml]: meeting.toml: this is not UTF-8 text\n  hint: save it as UTF-8\n");
}

#[test]
fn paths_are_the_meetings_own() {
    let folder = Folder::empty();
    for (name, text) in
        [("town/meeting.toml", crate::support::MEETING), ("town/people.csv", PEOPLE)]
    {
        folder.write(name, text);
    }
    folder.private("town/app-secret", crate::support::SECRET);
    folder.run(["links", "--meeting", "town", "-q"]).exits(0).says("");
    assert!(folder.has("town/links.csv"));
    folder.run(["links", "--meeting", "town/meeting.toml", "--out", "here.csv", "-q"]).exits(0);
    assert_eq!(folder.read("here.csv"), folder.read("town/links.csv"));
}

#[expect(clippy::disallowed_methods, reason = "the test needs a meeting that is under way")]
fn minutes_ago(minutes: i64) -> String {
    let at = jiff::Timestamp::now().checked_sub(jiff::SignedDuration::from_mins(minutes)).unwrap();
    at.strftime("%Y-%m-%d %H:%M").to_string()
}

//! `check`: the summary of the meeting, its notes and its warnings.

mod links_only;
mod same_words;

use crate::support::Folder;

#[test]
fn a_valid_meeting_is_summarized() {
    let folder = Folder::meeting(
        "email,name,role,department,Title\nada@example.org,Ada,moderator,Board,Dr\nbob@example.org,Bob,,,\n",
    );
    folder
        .run(["check"])
        .exits(0)
        .stdout(
            "\
meeting     Town hall
time        Tuesday, 11 March 2031 14:00 to 15:30 (Europe/Berlin)
room        https://meet.example.org/town-hall
tokens      HS256, iss acme, aud jitsi, sub meet.example.org, room town-hall
moderator   1 person; links work from 11 March 2031 13:30 to 17:30 (Europe/Berlin)
participant 1 person; links work from 11 March 2031 13:30 to 17:30 (Europe/Berlin)
mail        from Events team <events@example.org>, to the folder outbox
columns     `email`: email
            `name`: name
            `role`: role
            `department`: not used; templates of your own know it as {{ extra.department }}
            `Title`: not used; per_row = [\"title\"] would let it override the meeting's title
",
        )
        .stderr(
            "\
note: unless the server is set up otherwise, whoever joins first becomes a moderator, whatever their role here says
  hint: so that roles count: add token_affiliation to modules_enabled of the MUC component in Prosody's file (Jitsi has this plugin since mid-2026; before, it was at github.com/jitsi-contrib/prosody-plugins); add the line `jicofo.conference.enable-auto-owner = false` at the end of /etc/jitsi/jicofo/jicofo.conf, after the last `}`; then write roles = [\"token_affiliation\"] under [server.accepts]
note: the column `Title` is not used for the meeting
  hint: to let each row override it, write per_row = [\"title\"] under [roster]
No problems found.
",
        );
    folder.run(["check", "-q"]).exits(0).stderr("");
}

#[test]
fn a_long_name_of_a_role_stays_apart_from_what_follows() {
    let folder = Folder::meeting("email,name,role\nada@example.org,Ada,keynote-speaker\n");
    folder.edit_meeting("[mail]", "[roles.keynote-speaker]\nmoderator = true\n\n[mail]");
    let run = folder.run(["check"]).exits(0);
    assert!(run.stdout.contains("\nkeynote-speaker 1 person; links work"), "{}", run.stdout);
}

#[test]
fn possible_mistakes_are_notes_and_warnings() {
    let folder = Folder::meeting(
        "email,start\nada@example.org,2031-03-11 14:00\nbob@example.org,2031-03-11 15:30\n",
    );
    folder.add_roster_setting("per_row = [\"start\"]");
    folder.edit_meeting("id = \"00112233445566778899aabbccddeeff\"\n", "");
    folder.edit_meeting("[mail]", "[mail]\nlanguage = \"de\"");
    let run = folder.run(["check"]).exits(0);
    for expected in [
        "note: the meeting has no id of its own: it is identified by url, app_id and room, and becomes another meeting when one of them changes\n  hint: write it under [meeting]: id = \"",
        "warning: the built-in templates are in English, whatever `language` says\n",
        "warning: nobody in the room `town-hall` is a moderator\n",
        "warning: in the room `town-hall`, links for 11 March 2031 14:00 (Europe/Berlin) still work when links for 11 March 2031 15:30 (Europe/Berlin) begin to work\n",
    ] {
        assert!(run.stderr.contains(expected), "not printed: {expected}\n{}", run.stderr);
    }
}

#[test]
fn the_meetings_of_a_roster_are_listed() {
    let people = "\
email,name,role,room,start,title
tea@example.org,Tea,host,tea,2031-03-11 17:00,
ada@example.org,Ada,,tea,2031-03-11 17:00,
ada@example.org,Ada,,tee,2031-03-11 18:00,Talk
";
    let folder = Folder::meeting(people);
    folder.add_roster_setting("per_row = [\"room\", \"start\", \"title\"]");
    let run = folder.run(["check"]).exits(0);
    let lines = "
meetings    11 March 2031 17:00 (Europe/Berlin)  `tea`: 2 people, 1 moderator
            11 March 2031 18:00 (Europe/Berlin)  `tee` (Talk): 1 person, no moderator
columns ";
    assert!(run.stdout.contains(lines), "{}", run.stdout);
    for warning in [
        "warning: nobody in the room `tee` is a moderator\n",
        "warning: `ada@example.org` is invited to the rooms `tea` and `tee` at the same time, on 11 March 2031 18:00 (Europe/Berlin): lines 3 and 4\n",
    ] {
        assert!(run.stderr.contains(warning), "{}", run.stderr);
    }
    let run = folder.run(["check", "--format", "json"]).exits(0);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        report["meetings"][1],
        serde_json::json!({
            "title": "Talk", "room": "tee", "start": "2031-03-11T17:00:00Z", "end": "2031-03-11T18:30:00Z",
            "zone": "Europe/Berlin", "people": 1, "moderators": 0,
        })
    );
    // One invitation for each room.
    folder.run(["send", "-q"]).exits(0);
    assert_eq!(folder.file_names("outbox").len(), 3);
    // A long list is cut, unless all are wanted.
    let rows = (0..25).map(|at| format!("p{at}@example.org,P,,room-{at},,\n"));
    let rows = rows.collect::<Vec<_>>().concat();
    folder.write("people.csv", format!("email,name,role,room,start,title\n{rows}"));
    let run = folder.run(["check"]).exits(0);
    assert!(run.stdout.contains("\n            and 5 more; -v shows all\n"), "{}", run.stdout);
    assert!(run.stderr.contains("warning: nobody is a moderator in 20 more rooms\n"));
    let run = folder.run(["check", "-v"]).exits(0);
    assert!(run.stdout.contains("`room-24`: 1 person") && !run.stdout.contains("more"));
}

#[test]
fn the_report_is_available_as_json() {
    let folder = Folder::meeting("email,role\nada@example.org,host\nbob,\n");
    let run = folder.run(["check", "--format", "json"]).exits(3).stderr("");
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        report["problems"],
        serde_json::json!([{
            "code": "not-an-email", "file": "people.csv", "line": 3, "column": "email",
            "message": "`bob` is not an email address: it has no `@`", "hint": "write it as name@example.org",
        }])
    );
    assert_eq!(report["meeting"]["subject"], "meet.example.org");
    assert_eq!(report["send_needs"], serde_json::json!([]));
    assert_eq!(report["roles"], serde_json::json!({ "moderator": 1, "participant": 0 }));
    assert_eq!(
        report["columns"][1],
        serde_json::json!({ "heading": "role", "taken_for": "role", "extra": null })
    );
    // A file that cannot be read any further has a report, too.
    folder.edit_meeting("[mail]", "[mail");
    let run = folder.run(["check", "--format", "json"]).exits(3).stderr("");
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        [&report["problems"][0]["code"], &report["problems"][0]["line"]],
        [&serde_json::json!("toml"), &serde_json::json!(18)]
    );
    assert_eq!([&report["problems"][1], &report["meeting"]], [&serde_json::Value::Null; 2]);
}

#[test]
fn each_kind_of_server_gets_its_own_claims() {
    #[track_caller]
    fn case(server: &str, expected: &str) {
        let folder = Folder::meeting("email,role\nada@example.org,host\n");
        folder.edit_meeting("kind = \"debian\"\nurl = \"https://meet.example.org\"\n", server);
        let run = folder.run(["check"]).exits(0);
        assert!(run.stdout.contains(expected), "{}", run.stdout);
    }
    case(
        "kind = \"docker\"\nurl = \"https://meet.example.org:8443\"\n",
        "room        https://meet.example.org:8443/town-hall\ntokens      HS256, iss acme, aud jitsi, sub meet.jitsi, room town-hall\n",
    );
    case(
        "kind = \"debian\"\nurl = \"https://meet.example.org/Sales/\"\nalgorithm = \"HS512\"\naudience = \"calls\"\n",
        "room        https://meet.example.org/Sales/town-hall\ntokens      HS512, iss acme, aud calls, sub sales, room town-hall\n",
    );
}

#[test]
fn jaas_requires_a_private_key() {
    let folder = Folder::meeting("email,name,role\nada@example.org,Ada,host\n");
    folder.edit_meeting(
        "kind = \"debian\"\nurl = \"https://meet.example.org\"\n",
        "kind = \"jaas\"\n",
    );
    folder.run(["check"]).exits(3).stderr(
        "error[bad-server]: meeting.toml:4: JaaS does not accept a shared secret\n  hint: write `key = { file = \"…\" }` with the private key from the JaaS console\n",
    );
    folder.edit_meeting(
        "secret = { file = \"app-secret\" }",
        "key = { file = \"jaas.pk\" }\nkey_id = \"4f21\"",
    );
    let key =
        std::fs::read(crate::support::repository_path("crates/core/tests/keys/pkcs8.pem")).unwrap();
    folder.write_private("jaas.pk", key);
    let run = folder.run(["token", "ada@example.org", "-q"]).exits(0);
    assert!(run.stdout.starts_with("https://8x8.vc/acme/town-hall?jwt="));
    let claims = run.claims();
    assert_eq!([&claims["iss"], &claims["sub"]], ["chat", "acme"]);
    let features = claims["context"]["features"].as_object().unwrap();
    assert_eq!([&features["recording"], &features["livestreaming"]], [true, true]);
    let public =
        std::fs::read(crate::support::repository_path("crates/core/tests/keys/public.pem"))
            .unwrap();
    folder.write_private("jaas.pk", public);
    folder.run(["check", "-q"]).exits(3).stderr(
        "error[bad-key]: meeting.toml:4: cannot use the key in `jaas.pk`: it is a public key: only a private key can sign\n  hint: use the file that begins with `-----BEGIN PRIVATE KEY-----` or `-----BEGIN RSA PRIVATE KEY-----`\n",
    );
}

#[test]
fn a_command_in_a_hint_names_the_meeting() {
    let folder = Folder::meeting("email,name\nada@example.org,Ada\n,Bob\n");
    let hint = |option: &str| {
        format!("  hint: add one, or delete the row; `meetmint links{option}` also makes links")
    };
    let run = folder.run(["check", "-q"]).exits(3);
    assert!(run.stderr.contains(&hint("")), "{}", run.stderr);
    let run = folder.run(["check", "-q", "--meeting", "./meeting.toml"]).exits(3);
    assert!(run.stderr.contains(&hint(" --meeting ./meeting.toml")), "{}", run.stderr);
}

#[test]
fn times_are_shown_by_the_rules_that_links_are_made_with() {
    // The system's time zone database may be old, or absent.
    let folder = Folder::meeting("email,name\nada@example.org,Ada\n");
    let nothing = folder.path().to_str().unwrap().to_owned();
    let run = folder.run_with_env(["check"], &[("TZDIR", nothing.as_str())]).exits(0);
    let time = "time        Tuesday, 11 March 2031 14:00 to 15:30 (Europe/Berlin)\n";
    assert!(run.stdout.contains(time), "{}", run.stdout);
}

#[test]
fn a_link_that_is_too_long_for_the_server_is_refused_by_every_command() {
    let avatar = format!("https://example.org/{}.png", "a".repeat(8000));
    let people = format!("email,name,avatar\nada@example.org,Ada,{avatar}\nbob@example.org,Bob,\n");
    let folder = Folder::meeting(&people);
    for command in [&["check"][..], &["links"], &["plan"], &["send", "--yes"]] {
        let run = folder.run(command).exits(3);
        let expected = format!(
            "error[link-too-long]: people.csv:2: column `avatar`: `{}…`: the link is too long for the server: ",
            &avatar[..60]
        );
        assert!(run.stderr.contains(&expected), "{}", run.stderr);
        assert!(run.stderr.contains("at most 8190 are accepted; the avatar takes 8024\n  hint: write a shorter address of the picture, or leave the cell empty\n"), "{}", run.stderr);
    }
    assert!(!folder.exists("links.csv") && !folder.exists("outbox") && !folder.exists("ledger.db"));
    folder.run(["send", "--skip-bad-rows"]).exits(4);
    assert_eq!(folder.file_names("outbox").len(), 1);
}

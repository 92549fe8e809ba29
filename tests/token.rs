//! `token`: one link on standard output, for a person of the roster or for anybody.

use serde_json::json;

use crate::support::Folder;

const PEOPLE: &str = "email,name,role,avatar,id\nada@example.org,Ada,moderator,https://example.org/a.png,7\nbob@example.org,Bob,,,\n";

#[test]
fn a_roster_persons_token_has_the_claims_that_jitsi_reads() {
    let folder = Folder::meeting(PEOPLE);
    let run = folder.run(["token", "Ada@example.org"]).exits(0).stderr(
        "note: this link only works from 11 March 2031 13:30 (Europe/Berlin); `meetmint token --name NAME --for 1h` makes one that works now\n",
    );
    assert_eq!(run.stdout.lines().count(), 1);
    let claims = run.claims();
    assert_eq!(
        claims,
        json!({
            "aud": "jitsi", "iss": "acme", "sub": "meet.example.org", "room": "town-hall",
            "nbf": 1_930_998_600, "exp": 1_931_013_000, "moderator": true,
            "context": { "user": {
                "id": "7", "name": "Ada", "email": "ada@example.org", "avatar": "https://example.org/a.png",
                "moderator": true, "affiliation": "owner",
            } },
            "jti": claims["jti"],
        })
    );
    let claims = folder.run(["token", "bob@example.org", "-q"]).exits(0).stderr("").claims();
    assert_eq!(claims["moderator"], json!(false));
    assert_eq!(
        claims["context"],
        json!({ "user": { "id": "bob@example.org", "name": "Bob", "email": "bob@example.org", "moderator": false, "affiliation": "member" } })
    );
}

#[test]
fn token_name_makes_a_link_that_works_now() {
    let folder = Folder::meeting("");
    std::fs::remove_file(folder.path().join("people.csv")).unwrap();
    let before = now();
    let claims =
        folder.run(["token", "--name", "Te\nst", "--for", "1h"]).exits(0).stderr("").claims();
    let (nbf, exp) = (claims["nbf"].as_i64().unwrap(), claims["exp"].as_i64().unwrap());
    assert!((before - 300..=now() - 300).contains(&nbf));
    assert_eq!(exp - nbf, 3900);
    assert_eq!(
        claims["context"]["user"],
        json!({ "id": "Te st", "name": "Te st", "moderator": false, "affiliation": "member" })
    );

    let run = folder.run([
        "token",
        "--name",
        "H",
        "--email",
        "h@example.org",
        "--role",
        "host",
        "--room",
        "Side Room",
        "--for",
        "30m",
        "--format",
        "json",
    ]);
    let run = run.exits(0);
    let object: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(object["claims"]["room"], "side%20room");
    assert_eq!(object["claims"]["moderator"], true);
    assert_eq!(
        [&object["email"], &object["role"], &object["room"]],
        ["h@example.org", "moderator", "Side Room"]
    );
    assert_eq!(
        object["link"],
        format!("https://meet.example.org/Side%20Room?jwt={}", object["token"].as_str().unwrap())
    );

    let run = folder
        .run(["token", "--name", "H", "--for", "30m", "--any-room"])
        .exits(0)
        .stderr("warning: this link opens every room of the server\n  hint: do not pass it on\n");
    assert_eq!(run.claims()["room"], "*");
    let token =
        folder.run(["token", "--name", "H", "--for", "30m", "--format", "token"]).exits(0).stdout;
    assert_eq!(token.matches('.').count(), 2);
    assert!(token.starts_with("eyJ"));
}

#[test]
fn invalid_token_requests_are_refused() {
    let folder = Folder::meeting(PEOPLE);
    folder.run(["token", "eve@example.org"]).exits(3).stdout("").stderr(
        "error[not-selectable]: `eve@example.org` is not in the roster\n  hint: write the address as it appears in the roster\n",
    );
    folder.run(["token", "eve"]).exits(3).stderr("error[not-an-email]: `eve` is not an email address: it has no `@`\n  hint: write it as name@example.org\n");
    folder.run(["token", "--name", "H", "--for", "soon"]).exits(2).stderr(
        "error: invalid value 'soon' for '--for <TIME>': not a duration; write it like 1h or 30m\n\nFor more information, try '--help'.\n",
    );
    folder.run(["token", "--name", "H", "--for", "1h", "--room", "static/x"]).exits(3).stderr(
        "error[bad-room]: `static/x` cannot be a room: Jitsi's web server uses this path itself and does not show a meeting there\n  hint: use `static-x` instead, for example\n",
    );
    folder.run(["token", "--name", "H", "--for", "1h", "--room", "*"]).exits(3).stderr(
        "error[bad-room]: `*` cannot be a room: it stands for all rooms\n  hint: use `meeting` instead, for example\n",
    );
    folder.run(["token", "--name", "H", "--for", "1h", "--role", "speaker"]).exits(3).stderr(
        "error[unknown-role]: `speaker` is not a role\n  hint: the roles are `moderator`, `participant`\n",
    );
    folder.run(["token", "--name", "H"]).exits(2);
    folder.run(["token"]).exits(2);
    folder.run(["token", "ada@example.org", "--any-room"]).exits(2);
    folder.run(["token", "ada@example.org", "--for", "1h"]).exits(2);
}

#[test]
fn a_person_with_several_meetings_requires_a_choice_of_room() {
    let folder = Folder::meeting("email,room\nada@example.org,Blue\nada@example.org,Red\n");
    folder.add_roster_setting("per_row = [\"room\"]");
    folder.run(["token", "ada@example.org"]).exits(3).stderr(
        "error[several-meetings]: `ada@example.org` has 2 meetings\n  hint: choose one, for example with `--room Red`; `meetmint links --only ada@example.org` writes all of them\n",
    );
    let claims = folder.run(["token", "ada@example.org", "--room", "BLUE", "-q"]).exits(0).claims();
    assert_eq!(claims["room"], "blue");
}

fn now() -> i64 {
    jiff_now()
}

#[expect(clippy::disallowed_methods, reason = "the test compares with the real clock")]
fn jiff_now() -> i64 {
    jiff::Timestamp::now().as_second()
}

#[test]
fn the_public_key_of_a_meeting_is_printed_alone() {
    let folder = Folder::meeting(PEOPLE);
    folder.edit_meeting(
        "secret = { file = \"app-secret\" }",
        "key = { file = \"k.pem\" }\nkey_id = \"k\"",
    );
    let key = |name: &str| {
        std::fs::read(crate::support::repository_path(&format!("crates/core/tests/keys/{name}")))
            .unwrap()
    };
    folder.write_private("k.pem", key("pkcs1.pem"));
    let public = String::from_utf8(key("public.pem")).unwrap();
    // `printf k | sha256sum`
    let file = "8254c329a92850f6d539dd376f4816ee2764517da5e0235514af433164480d7a.pem";
    let run = folder.run(["token", "--public-key"]).exits(0).stdout(&public);
    assert!(run.stderr.contains(file), "{}", run.stderr);
    let run = folder.run(["token", "--public-key", "--format", "json", "-q"]).exits(0).stderr("");
    let object: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(object, json!({ "key_id": "k", "file": file, "public_key": public }));
    for more in [
        &["ada@example.org"][..],
        &["--name", "A"],
        &["--role", "host"],
        &["--any-room"],
        &["--format", "token"],
    ] {
        folder.run([&["token", "--public-key"], more].concat()).exits(2).stdout("");
    }
}

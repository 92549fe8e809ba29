//! `inspect`: what it prints, its exit codes, and that no token is ever shown. What the server answers to each token is
//! tested in `meetmint-core`, and with a real Prosody.

use std::io::Write as _;
use std::process::Stdio;

use base64::Engine as _;
use serde_json::{Value, json};

use crate::support::{Folder, MEETING, Run, SECRET, repository_path};

/// Signed by a library that the command does not sign with.
fn token_with(claims: &Value, algorithm: jsonwebtoken::Algorithm, secret: &str) -> String {
    let key = jsonwebtoken::EncodingKey::from_secret(secret.as_bytes());
    jsonwebtoken::encode(&jsonwebtoken::Header::new(algorithm), claims, &key).unwrap()
}

#[expect(clippy::disallowed_methods, reason = "the command reads the clock, too")]
fn now() -> i64 {
    let time = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    time.as_secs().try_into().unwrap()
}

/// Good claims, with some of them replaced; null leaves one out.
fn claims(changes: &Value) -> Value {
    let mut claims = json!({
        "aud": "jitsi", "iss": "example", "sub": "meet.example.org", "room": "town-hall", "exp": now() + 604_800,
        "context": { "user": { "name": "Ada Lovelace", "email": "ada@example.org" } },
    });
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            claims.as_object_mut().unwrap().shift_remove(name);
        } else {
            claims[name] = value.clone();
        }
    }
    claims
}

fn token(changes: &Value) -> String {
    token_with(&claims(changes), jsonwebtoken::Algorithm::HS256, SECRET)
}

fn link(changes: &Value) -> String {
    format!("https://meet.example.org/town-hall?jwt={}", token(changes))
}

fn folder(accepts: &str) -> Folder {
    let folder = Folder::empty();
    let meeting = MEETING.replace("\"acme\"", "\"example\"");
    let meeting =
        meeting.replace("\n[meeting]", &format!("\n[server.accepts]\n{accepts}\n[meeting]"));
    folder.write("meeting.toml", meeting).write_private("app-secret", SECRET);
    folder
}

fn inspect(folder: &Folder, args: &[&str], input: &str) -> Run {
    let mut command = folder.command();
    command.arg("inspect").args(args);
    let pipe = || Stdio::piped();
    let mut child = command.stdin(pipe()).stdout(pipe()).stderr(pipe()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    Run::new(child.wait_with_output().unwrap())
}

#[test]
fn a_good_link_is_accepted_and_nobody_sees_whose_it_is() {
    let folder = folder("roles = [\"token_affiliation\"]");
    let link = link(&json!({}));
    for (args, input) in [(vec![link.as_str()], ""), (vec![], link.as_str())] {
        let run = inspect(&folder, &args, input).exits(0);
        assert!(run.stdout.contains("accepted\n"), "{}", run.stdout);
        assert!(run.stdout.contains("  role    participant\n"), "{}", run.stdout);
        assert!(
            run.stdout.contains("6 days 23 hours left") || run.stdout.contains("7 days left"),
            "{}",
            run.stdout
        );
        for hidden in ["Ada", "ada@", "eyJ"] {
            assert!(!run.stdout.contains(hidden) && !run.stderr.contains(hidden), "{hidden}");
        }
    }
    let run = inspect(&folder, &["-v"], &link).exits(0);
    assert!(run.stdout.contains("Ada Lovelace") && !run.stdout.contains("eyJ"));
}

#[test]
fn the_report_of_each_token_is_one_json_object() {
    let folder = folder("");
    let input =
        format!("name,link\nAda,{}\n\nBen,{}\n", link(&json!({})), link(&json!({ "exp": 5 })));
    let run = inspect(&folder, &["--format", "json"], &input).exits(4);
    let reports: Vec<Value> =
        run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(reports.len(), 2, "{}", run.stderr);
    let [good, bad] = &reports[..] else { unreachable!() };
    assert_eq!(
        [&good["line"], &good["verdict"], &good["room"]],
        [&json!(2), &json!("accepted"), &json!("town-hall")]
    );
    assert_eq!([&good["stage"], &good["error"], &good["mended"]], [&Value::Null; 3]);
    assert_eq!(good["role"], "moderator");
    assert_eq!(good["roles"]["token_affiliation"], "participant");
    assert_eq!(good["claims"]["context"]["user"]["name"], "(hidden)");
    assert_eq!(
        [&bad["line"], &bad["verdict"], &bad["stage"]],
        [&json!(4), &json!("refused"), &json!("login")]
    );
    assert!(bad["error"].as_str().unwrap().starts_with("Not acceptable by exp ("));
    let finding = &bad["findings"][0];
    assert_eq!([&finding["code"], &finding["claim"]], ["expired", "exp"]);
    assert!(finding["message"].is_string() && finding["cure"].is_string());
    assert_eq!(bad["role"], Value::Null);
}

#[test]
fn a_link_that_is_repeated_is_reported_once() {
    let (folder, link) = (folder(""), link(&json!({ "nbf": now() + 4_000 })));
    let run = inspect(&folder, &[], &format!("{link}\n\n<{link}>\n{link}\n")).exits(4);
    let lines: Vec<&str> = run.stdout.lines().filter(|line| line.starts_with("line ")).collect();
    let same = ["line 3: refused: the same as in line 1", "line 4: refused: the same as in line 1"];
    assert_eq!(lines[1..], same);
    assert!(
        lines[0].ends_with("refused until it opens, and right otherwise: Not acceptable by nbf"),
        "{}",
        lines[0]
    );
    assert!(!run.stdout.contains("  - "), "{}", run.stdout);
    let run = inspect(&folder, &[&link], "").exits(4);
    assert!(run.stdout.contains("; nothing else is wrong with it"), "{}", run.stdout);
}

#[test]
fn a_redirect_that_works_is_not_why_a_link_is_refused() {
    let folder = folder("");
    let expired = link(&json!({ "exp": 5 })).replace(':', "%3A").replace('/', "%2F");
    let expired = expired.replace('?', "%3F").replace('=', "%3D");
    let link = format!(
        "https://eur01.safelinks.protection.outlook.com/?url={expired}&data=05%7C02&reserved=0"
    );
    let run = inspect(&folder, &["--format", "json"], &format!("{link}\n")).exits(4);
    let report: Value = serde_json::from_str(run.stdout.trim()).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let codes: Vec<&Value> = findings.iter().map(|finding| &finding["code"]).collect();
    assert_eq!((codes[0], codes[codes.len() - 1]), (&json!("expired"), &json!("safe-links")));
}

#[test]
fn what_is_no_link_is_an_error_of_its_own() {
    let folder = folder("");
    let run = inspect(&folder, &[], "Hello!\n").exits(1);
    assert!(
        run.stderr.contains("there is no link with `jwt=` and no token in the input"),
        "{}",
        run.stderr
    );
    inspect(&folder, &["hello"], "").exits(1);
    folder.write("links.csv", link(&json!({})));
    let run = inspect(&folder, &["links.csv"], "").exits(1);
    assert!(run.stderr.contains("`meetmint inspect < links.csv`"), "{}", run.stderr);
    folder.write("Ada's links.csv", link(&json!({})));
    let run = inspect(&folder, &["Ada's links.csv"], "").exits(1);
    assert!(run.stderr.contains(r"`meetmint inspect < 'Ada'\''s links.csv'`"), "{}", run.stderr);
    let run = inspect(&folder, &["."], "").exits(1);
    assert!(run.stderr.contains("the argument is a folder"), "{}", run.stderr);
    let run = inspect(&folder, &["linsk.csv"], "").exits(1);
    assert!(run.stderr.contains("there is no file `linsk.csv`"), "{}", run.stderr);
    inspect(&folder, &[&link(&json!({ "room": "x" }))], "").exits(4);
    // A mistake in the folder is one of the folder.
    folder.edit_meeting("kind = \"debian\"", "kind = \"debain\"");
    inspect(&folder, &[&link(&json!({}))], "").exits(3);
}

/// What damage has left of a token says nothing about secrets, and nothing about the server to which a redirect leads.
#[test]
fn damage_is_the_only_reason_that_is_given() {
    let folder = folder("");
    let link = link(&json!({}));
    let input = format!(
        "{}\n{link})\n{}\nhttps://protect-eu.mimecast.com/s/AbCdEfGh?domain=meet.example.org\n{}\n",
        &link[..link.len() - 9],
        link.to_lowercase(),
        link.replace("meet.example.org", "8x8.vc")
            .replace("jwt=", "jwt=eyJhbGciOiJSUzI1NiJ9.e30.x&jwt="),
    );
    let run = inspect(&folder, &["--format", "json"], &input).exits(4);
    let codes: Vec<String> = run
        .stdout
        .lines()
        .map(|line| {
            let report: Value = serde_json::from_str(line).unwrap();
            let findings = report["findings"].as_array().unwrap().iter();
            let codes: Vec<_> = findings.map(|it| it["code"].as_str().unwrap()).collect();
            codes.join(" ")
        })
        .collect();
    assert_eq!(codes, ["cut", "trailing-punctuation", "lower-case", "mimecast", "other-host"]);
}

/// Usage errors quote what was typed.
#[test]
fn no_error_shows_an_argument_that_is_a_link() {
    let folder = folder("");
    let link = link(&json!({}));
    for args in [
        vec![link.as_str(), link.as_str()],
        vec!["--format", &link],
        vec!["--meeting", &link],
        vec!["--bad", &link],
    ] {
        let run = inspect(&folder, &args, "");
        assert!(run.code.is_some_and(|code| code == 2 || code == 3), "{args:?}");
        assert!(!run.stderr.contains("eyJ") && run.stdout.is_empty(), "{}", run.stderr);
    }
}

#[test]
fn without_folder_or_secret_everything_else_is_checked() {
    let empty = Folder::empty();
    let run = inspect(&empty, &[], &link(&json!({ "iss": "anybody" }))).exits(0);
    assert!(run.stderr.contains("there is no meeting folder here"), "{}", run.stderr);
    assert!(
        run.stdout.contains("accepted, as far as it was checked")
            && run.stdout.contains("were not compared with anything"),
        "{}",
        run.stdout
    );
    inspect(&empty, &[], &link(&json!({ "exp": 5 }))).exits(4);
    inspect(&empty, &["--meeting", "elsewhere"], &link(&json!({}))).exits(3);
    let folder = folder("");
    std::fs::remove_file(folder.path().join("app-secret")).unwrap();
    let run = inspect(&folder, &[], &link(&json!({}))).exits(0);
    assert!(run.stderr.contains("warning: signatures are not checked: "), "{}", run.stderr);
    inspect(&folder, &[], &link(&json!({ "iss": "other" }))).exits(4);
}

/// Every symptom of the page, with the folder that it is judged in.
fn symptoms() -> Vec<(Folder, String)> {
    let debian = || folder("");
    let docker = |accepts: &str| {
        let folder = folder(accepts);
        folder.edit_meeting("\"debian\"", "\"docker\"");
        folder
    };
    let with_key = || {
        let folder = folder("");
        folder.edit_meeting(
            "secret = { file = \"app-secret\" }",
            "key = { file = \"public.pem\" }\nkey_id = \"events/1\"",
        );
        let key = std::fs::read(repository_path("tests/inspect/public.pem")).unwrap();
        folder.write_private("public.pem", key);
        folder
    };
    let in_room = |path: &str, changes: &Value| {
        format!("https://meet.example.org/{path}?jwt={}", token(changes))
    };
    let of_key = |header: &str| {
        let base64 = base64::engine::general_purpose::URL_SAFE_NO_PAD;
        let parts = [header.to_owned(), claims(&json!({})).to_string(), "x".repeat(256)];
        format!(
            "https://meet.example.org/town-hall?jwt={}",
            parts.map(|part| base64.encode(part)).join(".")
        )
    };
    let other_secret = "another secret, which is as long as the one of the server";
    let forged = token_with(&claims(&json!({})), jsonwebtoken::Algorithm::HS256, other_secret);
    let other_algorithm = token_with(&claims(&json!({})), jsonwebtoken::Algorithm::HS512, SECRET);
    let start = "https://meet.example.org/town-hall?jwt=";
    let moderator = json!({ "moderator": true });
    let features =
        json!({ "moderator": true, "context": { "features": { "screen-sharing": true } } });
    let inside = json!({ "iss": null, "context": { "iss": "example" } });
    let unknown =
        json!({ "iss": "x", "exp": null, "context": { "features": { "token_bypass": true } } });
    let avatar = json!({ "context": { "user": { "avatar": "ada.png" } } });
    vec![
        (debian(), format!("{start}{forged}")),
        (debian(), format!("{start}{other_algorithm}")),
        (debian(), link(&json!({ "iss": "other" }))),
        (debian(), link(&json!({ "aud": null }))),
        (debian(), link(&inside)),
        (debian(), link(&json!({ "sub": "example" }))),
        (docker("subject = true"), link(&json!({}))),
        (debian(), link(&json!({ "sub": null }))),
        (debian(), in_room("Town%20Hall", &json!({ "room": "Town Hall" }))),
        (debian(), in_room("%D0%9F%D0%BB%D0%B0%D0%BD", &json!({ "room": "План" }))),
        (debian(), in_room("acme/town-hall", &json!({}))),
        (debian(), in_room("acme/town-hall", &json!({ "sub": "acme", "room": "[acme]town-hall" }))),
        (debian(), in_room("R&D", &json!({}))),
        (debian(), in_room("side", &json!({}))),
        (debian(), link(&json!({ "nbf": now() + 3_990 }))),
        (debian(), link(&json!({ "exp": now() - 4_000 }))),
        (debian(), link(&json!({ "exp": "1930998600" }))),
        (debian(), link(&unknown)),
        (with_key(), of_key(r#"{"typ":"JWT","alg":"RS256"}"#)),
        (with_key(), of_key(r#"{"typ":"JWT","alg":"RS256","kid":"events/2"}"#)),
        (debian(), link(&json!({ "context": { "user": { "name": "Ada" }, "group": 5 } }))),
        (debian(), start.to_owned()),
        (debian(), link(&json!({})).replace("jwt=", "token=")),
        (debian(), link(&json!({})).replace("?jwt=", "?lang=de?jwt=")),
        (docker(""), link(&json!({ "moderator": false }))),
        (debian(), link(&moderator)),
        (folder("roles = [\"token_affiliation\"]"), link(&moderator)),
        (debian(), link(&features)),
        (debian(), link(&avatar)),
        (debian(), link(&json!({ "room": "*" }))),
        (debian(), link(&json!({ "exp": (now() + 600) * 1000 }))),
        (folder("room = false"), in_room("side", &json!({}))),
    ]
}

/// Every block of the page that shows a report is part of a real one: its lines stand there, in this order.
#[test]
fn the_page_on_access_shows_what_is_really_printed() {
    let reports: Vec<String> = symptoms()
        .iter()
        .map(|(folder, link)| {
            // As an argument, because an empty token is none of a text.
            let run = inspect(folder, &[link], "");
            assert!(!run.stdout.contains("eyJ") && !run.stderr.contains("eyJ"));
            // How many seconds ago depends on how fast the test runs.
            let Some((before, after)) = run.stdout.split_once(" sec since expired") else {
                return run.stdout;
            };
            let (before, _) = before.rsplit_once('(').unwrap();
            format!("{before}(4000.0 sec since expired{after}")
        })
        .collect();
    let page = std::fs::read_to_string(repository_path("docs/access.md")).unwrap();
    let blocks: Vec<&str> =
        page.split("```text\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert!(blocks.len() > 25);
    for block in blocks {
        let is_in = |report: &String| {
            let mut lines = report.lines();
            block.lines().all(|line| lines.any(|other| other == line))
        };
        assert!(reports.iter().any(is_in), "not printed:\n{block}\nbut:\n{}", reports.join("\n"));
    }
}

//! docs/schemas/ describes what the commands print as JSON: it is made from the types, output that a schema does not
//! describe fails, and so does a part of a schema that no output has.

// Needs schemars, which is no part of the program.
#[cfg(feature = "schema")]
mod generated;
mod ledger;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use jsonschema::Validator;
use serde_json::Value;

use crate::smtp_server::{Behavior, ServerOptions, SmtpServer};
use crate::support::{Folder, repository_path, roster_of};

/// The schema of a format, and what was seen of it.
struct Schema {
    name: &'static str,
    json: Value,
    validator: Validator,
    seen: BTreeSet<String>,
}

impl Schema {
    fn read(name: &'static str) -> Schema {
        let text = std::fs::read_to_string(repository_path(&format!("docs/schemas/{name}.json")));
        let json: Value = serde_json::from_str(&text.unwrap()).unwrap();
        jsonschema::meta::validate(&json).unwrap();
        let validator = jsonschema::validator_for(&json).unwrap();
        Schema { name, json, validator, seen: BTreeSet::new() }
    }

    /// Checks one value, and remembers which of its keys are not null.
    #[track_caller]
    fn check(&mut self, text: &str) {
        let value: Value = serde_json::from_str(text).unwrap();
        let errors: Vec<String> = self
            .validator
            .iter_errors(&value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{}: {errors:#?}\n{text}", self.name);
        note_keys(&value, &mut self.seen);
    }

    /// The keys of the schema that no checked value had.
    fn unseen(&self) -> Vec<String> {
        let mut keys = BTreeSet::new();
        properties(&self.json, &mut keys);
        keys.difference(&self.seen).map(|key| format!("{}: {key}", self.name)).collect()
    }
}

/// The keys of all objects in a value that are not null.
fn note_keys(value: &Value, seen: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                if !value.is_null() {
                    seen.insert(key.clone());
                }
                note_keys(value, seen);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| note_keys(value, seen)),
        _ => {}
    }
}

/// The names of all properties in a schema.
fn properties(schema: &Value, keys: &mut BTreeSet<String>) {
    match schema {
        Value::Object(map) => {
            if let Some(Value::Object(properties)) = map.get("properties") {
                keys.extend(properties.keys().cloned());
            }
            map.values().for_each(|value| properties(value, keys));
        }
        Value::Array(values) => values.iter().for_each(|value| properties(value, keys)),
        _ => {}
    }
}

fn person(at: usize) -> String {
    format!("p{at}@example.org")
}

#[test]
fn check_prints_what_its_schema_says() {
    let mut schema = Schema::read("check");
    let folder = Folder::meeting(
        "email,name,role,Seat\nada@example.org,Ada,moderator,1\nada@example.org,Ada,moderator,1\nbob@gmial.com,Bob,,2\n",
    );
    schema.check(&folder.run(["check", "--format", "json"]).exits(0).stdout);
    folder
        .write("people.csv", "name\nAda\n")
        .edit_meeting("[mail]\nfrom = \"Events team <events@example.org>\"\n", "");
    schema.check(&folder.run(["check", "--format", "json"]).exits(0).stdout);
    let wrong = "email,name,role\n".to_owned() + &"no address,Ada,moderatr\n".repeat(150);
    folder.write("people.csv", wrong);
    schema.check(&folder.run(["check", "--format", "json"]).exits(3).stdout);
    folder.edit_meeting("kind =", "knid =");
    schema.check(&folder.run(["check", "--format", "json"]).exits(3).stdout);
    assert_eq!(schema.unseen(), [""; 0]);
}

#[test]
fn plan_send_and_status_print_what_their_schemas_say() {
    let (mut plan, mut send, mut status) =
        (Schema::read("plan"), Schema::read("send"), Schema::read("status"));
    let behaviors = [Behavior::Refuse, Behavior::Defer(9), Behavior::CloseAfterDot];
    let behaviors = behaviors.into_iter().enumerate().map(|(at, it)| (person(at), it)).collect();
    let server = SmtpServer::start(ServerOptions { behaviors, ..ServerOptions::default() });
    let mut roster = "email,name,status,start\n".to_owned();
    for at in 0..14 {
        writeln!(roster, "{},Somebody {at},yes,", person(at)).unwrap();
    }
    let folder = Folder::meeting(&roster);
    folder
        .add_roster_setting("family = \"each\"\nper_row = [\"start\"]")
        .use_smtp(server.port(), "rate = \"600/min\"\n");
    plan.check(&folder.run(["plan", "--format", "json"]).exits(0).stdout);
    status.check(&folder.run(["status", "--format", "json"]).exits(0).stdout);
    let run = folder.run(["send", "--yes", "--first", "--wait", "0", "--format", "json"]).exits(4);
    send.check(&run.stdout);
    status.check(&folder.run(["status", "--format", "json"]).exits(0).stdout);
    // Somebody declines, another moves, and most are gone: that needs an override.
    let moved = roster
        .replace("Somebody 3,yes,", "Somebody 3,no,")
        .replace("Somebody 4,yes,", "Somebody 4,yes,2031-03-12 10:00")
        .replace("Somebody 5,yes,", "Somebody 5,yes,2001-03-12 10:00");
    folder.write("people.csv", moved);
    plan.check(&folder.run(["plan", "--format", "json"]).stdout);
    folder.write("people.csv", roster.lines().take(3).collect::<Vec<_>>().join("\n") + "\n");
    plan.check(&folder.run(["plan", "--format", "json"]).exits(3).stdout);
    folder.run(["cancel", "--only", &person(6), "--yes"]).exits(0);
    plan.check(&folder.run(["send", "--dry-run", "--format", "json"]).exits(3).stdout);
    // Somebody asks to be forgotten, and is in a later roster.
    folder.run(["ledger", "forget", &person(9), "--no-cancellation", "--yes"]).exits(0);
    folder.write("people.csv", &roster);
    plan.check(&folder.run(["plan", "--format", "json"]).stdout);
    // The server is gone, so the run stops.
    drop(server);
    folder.write("people.csv", &roster).edit_meeting("Town hall", "Town hall, second floor");
    send.check(&folder.run(["send", "--yes", "--wait", "0", "--format", "json"]).exits(1).stdout);
    // The quota is used up, so the run says when it may go on.
    let server = SmtpServer::start(ServerOptions::default());
    let folder = Folder::meeting(&roster);
    folder.use_smtp(server.port(), "quota = \"2/day\"\n");
    folder.write("people.csv", roster_of(5));
    send.check(&folder.run(["send", "--yes", "--wait", "0", "--format", "json"]).exits(4).stdout);
    let unseen: Vec<String> = [plan, send, status].iter().flat_map(Schema::unseen).collect();
    assert_eq!(unseen, [""; 0]);
}

#[test]
fn a_link_file_and_a_single_link_are_what_their_schemas_say() {
    let (mut links, mut token, mut public_key) =
        (Schema::read("links"), Schema::read("token"), Schema::read("public-key"));
    let folder = Folder::meeting("email,name,Seat\nada@example.org,Ada,1\n,Bob,2\n");
    let run = folder.run(["links", "--format", "jsonl", "--out", "-", "--keep", "Seat"]).exits(0);
    assert_eq!(run.stdout.lines().count(), 2);
    run.stdout.lines().for_each(|line| links.check(line));
    token.check(&folder.run(["token", "ada@example.org", "--format", "json"]).exits(0).stdout);
    let anybody = ["token", "--name", "Test", "--for", "1h", "--any-room", "--format", "json"];
    token.check(&folder.run(anybody).exits(0).stdout);
    folder.edit_meeting(
        "secret = { file = \"app-secret\" }",
        "key = { file = \"jitsi.key\" }\nkey_id = \"events\"",
    );
    let key = std::fs::read(repository_path("crates/core/tests/keys/pkcs8.pem")).unwrap();
    folder.write_private("jitsi.key", key);
    public_key.check(&folder.run(["token", "--public-key", "--format", "json"]).exits(0).stdout);
    let unseen: Vec<String> = [links, token, public_key].iter().flat_map(Schema::unseen).collect();
    assert_eq!(unseen, [""; 0]);
}

#[test]
fn inspect_prints_what_its_schema_says() {
    let mut schema = Schema::read("inspect");
    let folder = Folder::meeting("email,name\nada@example.org,Ada\n");
    let link = folder.run(["token", "--name", "Test", "--for", "1h", "-q"]).exits(0).stdout;
    let (start, end) = link.trim().split_at(link.len() - 9);
    let links = [
        link.trim().to_owned(),
        format!("{start}.{end}"),
        format!(
            "https://eu.safelinks.protection.outlook.com/?url={}&data=05",
            link.trim()
                .replace(':', "%3A")
                .replace('/', "%2F")
                .replace('?', "%3F")
                .replace('=', "%3D")
        ),
        link.trim().replace("town-hall?", "side?"),
    ];
    folder.write("links.txt", links.join("\n"));
    let run = folder.shell("meetmint inspect --format json < links.txt").exits(4);
    assert_eq!(run.stdout.lines().count(), links.len());
    run.stdout.lines().for_each(|line| schema.check(line));
    assert_eq!(schema.unseen(), [""; 0]);
}

/// What a real Jitsi server answers is validated where the tests have one.
#[test]
fn doctor_prints_what_its_schema_says() {
    let mut schema = Schema::read("doctor");
    let server =
        SmtpServer::start(ServerOptions { without_pipelining: true, ..ServerOptions::default() });
    let folder = Folder::meeting("email,name\nada@example.org,Ada\n");
    folder
        .edit_meeting("https://meet.example.org", "http://127.0.0.1:1")
        .use_smtp(server.port(), "");
    schema.check(&folder.run(["doctor", "--format", "json"]).exits(1).stdout);
    folder.use_smtp(1, "");
    schema.check(&folder.run(["doctor", "--mail", "--format", "json"]).exits(1).stdout);
}

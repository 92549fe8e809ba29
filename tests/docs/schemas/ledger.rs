//! What the commands of `ledger` print.

use super::Schema;
use crate::smtp_server::{Behavior, ServerOptions, SmtpServer};
use crate::support::Folder;

const HEAD: &str = "email,name,role,language,time zone,picture,Seat\n";
const PEOPLE: [&str; 4] = [
    "ada@example.org,Ada,moderator,en,Europe/London,https://example.org/ada.png,1\n",
    "bob@example.org,Bob,,,,,2\n",
    "cy@example.org,Cy,,,,,3\n",
    "dee@example.org,Dee,,,,,4\n",
];

/// Bob's messages are deferred, and those to Dee are in doubt.
fn sent() -> (Folder, SmtpServer) {
    let behaviors = [
        ("bob@example.org".to_owned(), Behavior::Defer(9)),
        ("dee@example.org".to_owned(), Behavior::CloseAfterDot),
    ];
    let server = SmtpServer::start(ServerOptions {
        behaviors: behaviors.into_iter().collect(),
        ..ServerOptions::default()
    });
    let folder = Folder::meeting(&(HEAD.to_owned() + &PEOPLE.concat()));
    folder.use_smtp(server.port(), "");
    folder.run(["send", "--yes", "--wait", "0", "-q"]).exits(4);
    (folder, server)
}

#[test]
fn an_export_is_what_its_schema_says() {
    let mut schema = Schema::read("ledger-export");
    let (folder, _server) = sent();
    folder.run(["remind", "--yes", "-q", "--only", "ada@example.org"]).exits(0);
    folder.run(["send", "--again", "--only", "ada@example.org", "--yes", "-q"]).exits(0);
    folder.run(["remind", "--before", "99999h", "--yes", "--wait", "0", "-q"]);
    let people = [PEOPLE[0], PEOPLE[1]].concat();
    folder.write("people.csv", HEAD.to_owned() + &people);
    folder.run(["send", "--yes", "--wait", "0", "-q"]).exits(4);
    let forget = ["ledger", "forget", "cy@example.org", "--yes", "-q"];
    folder.run(forget).exits(0);
    // Invitations of an older version may have it.
    let greeting =
        "UPDATE snapshot SET tail = rtrim(tail, '}') || ',\"greeting\":\"Countess\"}' WHERE id = 1";
    folder.ledger().execute_batch(greeting).unwrap();
    let run = folder.run(["ledger", "export"]).exits(0);
    run.stdout.lines().for_each(|line| schema.check(line));
    assert_eq!(schema.unseen(), [""; 0]);
    let kinds = ["ledger", "entry", "message", "round", "erased", "left_out", "server"];
    for kind in kinds.map(|kind| format!("{{\"type\":\"{kind}\",")) {
        assert!(run.stdout.lines().any(|line| line.starts_with(&kind)), "{kind}: {}", run.stdout);
    }
}

#[test]
fn what_was_erased_is_told_as_the_schemas_say() {
    let (mut prune, mut forget) = (Schema::read("ledger-prune"), Schema::read("ledger-forget"));
    let (folder, _server) = sent();
    folder.write("links.csv", "email,link\ncy@example.org,https://meet.example.org/x\n");
    folder.write("people.csv", HEAD.to_owned() + PEOPLE[0]);
    let ledger = |args: &[&str], code| {
        folder.run(["ledger"].iter().chain(args).chain(&["--format", "json"])).exits(code).stdout
    };
    let cy = ["forget", "cy@example.org", "--no-cancellation", "--yes"];
    for expected in ["{\"forgotten\":", "{\"already\":"] {
        let report = ledger(&cy, 0);
        assert!(report.split_whitespace().collect::<String>().starts_with(expected), "{report}");
        forget.check(&report);
    }
    let undone = ledger(&["forget", "cy@example.org", "--undo"], 0);
    assert_eq!(undone.trim(), "\"undone\"");
    forget.check(&undone);
    prune.check(&ledger(&["prune", "--yes"], 0));
    let long_ago = "UPDATE entry SET start = start - 200000000, end = end - 200000000";
    folder.ledger().execute_batch(long_ago).unwrap();
    let report = ledger(&["prune", "--yes"], 4);
    assert!(report.contains("dee@example.org"), "{report}");
    prune.check(&report);
    let unseen: Vec<String> = [prune, forget].iter().flat_map(Schema::unseen).collect();
    assert_eq!(unseen, [""; 0]);
}

#[test]
fn ledger_check_prints_what_its_schema_says() {
    let mut schema = Schema::read("ledger-check");
    let mut check = |folder: &Folder, code, state: &str| {
        let report = folder.run(["ledger", "check", "--format", "json"]).exits(code).stdout;
        assert!(report.contains(&format!("\"{state}\"")), "{report}");
        schema.check(&report);
    };
    check(&Folder::meeting("email,name\nada@example.org,Ada\n"), 0, "absent");
    let (folder, _server) = sent();
    check(&folder, 0, "sound");
    folder.ledger().execute_batch("UPDATE message SET state = 'lost' WHERE id = 1").unwrap();
    check(&folder, 1, "damaged");
    folder.edit_meeting("00112233445566778899aabbccddeeff", "other");
    check(&folder, 3, "unusable");
    assert_eq!(schema.unseen(), [""; 0]);
}

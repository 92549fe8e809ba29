//! `doctor --mail`: what the mail server offers, and that nothing is delivered.

use crate::sink::{Options, Sink};
use crate::support::Folder;

fn meeting(port: u16) -> Folder {
    let folder = Folder::meeting("email,name\nada@example.org,Ada\n");
    let outbox = format!(
        "\n[outbox]\nkind = \"smtp\"\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"\n"
    );
    folder.write("meeting.toml", folder.read("meeting.toml") + &outbox);
    folder
}

#[test]
fn a_server_is_asked_and_gets_nothing() {
    let sink = Sink::start(Options::default());
    let folder = meeting(sink.port());
    let run = folder.run(["doctor", "--mail"]).exits(0).says("");
    assert!(run.stdout.contains("the server offers PIPELINING, 8BITMIME\n"), "{}", run.stdout);
    assert!(
        run.stdout.ends_with("it accepts mail from events@example.org\nNothing was delivered.\n")
    );
    let run = folder.run(["doctor", "--mail", "--format", "json"]).exits(0);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["mail"]["takes_sender"], true);
    assert_eq!(report["mail"]["error"], serde_json::Value::Null);
    sink.quiet();
    assert!(sink.messages().is_empty());
}

#[test]
fn problems_of_the_server_are_reported_with_a_hint() {
    let sink = Sink::start(Options { lock_step: true, ..Options::default() });
    let run = meeting(sink.port()).run(["doctor"]).exits(0);
    assert!(run.stderr.starts_with("warning: the server does not offer PIPELINING"));
    let run = meeting(1).run(["doctor", "--mail"]).exits(1);
    assert!(run.stderr.starts_with("error: cannot connect to 127.0.0.1:1"), "{}", run.stderr);
    assert!(run.stderr.contains("\n  hint: check `host` and `port`"), "{}", run.stderr);
    let folder = Folder::meeting("email,name\nada@example.org,Ada\n");
    let run = folder.run(["doctor", "--mail"]).exits(3);
    assert!(run.stderr.starts_with("error: the outbox is a folder"), "{}", run.stderr);
}

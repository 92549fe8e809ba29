//! `doctor --mail`: it reports what the mail server offers, and delivers nothing.

use crate::smtp_server::{ServerOptions, SmtpServer};
use crate::support::Folder;

fn meeting(port: u16) -> Folder {
    let folder = Folder::meeting("email,name\nada@example.org,Ada\n");
    folder.use_smtp(port, "");
    folder
}

#[test]
fn doctor_reports_what_the_server_offers_and_delivers_nothing() {
    let server = SmtpServer::start(ServerOptions::default());
    let folder = meeting(server.port());
    let run = folder.run(["doctor", "--mail"]).exits(0).stderr("");
    assert!(run.stdout.contains("the server offers PIPELINING, 8BITMIME\n"), "{}", run.stdout);
    assert!(
        run.stdout.ends_with("it accepts mail from events@example.org\nNothing was delivered.\n")
    );
    let run = folder.run(["doctor", "--mail", "--format", "json"]).exits(0);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["mail"]["takes_sender"], true);
    assert_eq!(report["mail"]["error"], serde_json::Value::Null);
    server.wait_until_idle();
    assert!(server.messages().is_empty());
}

#[test]
fn server_problems_are_reported_with_a_hint() {
    let server =
        SmtpServer::start(ServerOptions { without_pipelining: true, ..ServerOptions::default() });
    let run = meeting(server.port()).run(["doctor", "--mail"]).exits(0);
    assert!(run.stderr.starts_with("warning: the server does not offer PIPELINING"));
    let run = meeting(1).run(["doctor", "--mail"]).exits(1);
    assert!(run.stderr.starts_with("error: cannot connect to 127.0.0.1:1"), "{}", run.stderr);
    assert!(run.stderr.contains("\n  hint: check `host` and `port`"), "{}", run.stderr);
    let folder = Folder::meeting("email,name\nada@example.org,Ada\n");
    let run = folder.run(["doctor", "--mail"]).exits(3);
    assert!(run.stderr.starts_with("error: the outbox is a folder"), "{}", run.stderr);
}

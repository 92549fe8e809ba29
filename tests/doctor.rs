//! `doctor`: it reports what the mail server offers, and delivers nothing; and when it asks the Jitsi server. What that
//! answers is tested elsewhere.

use crate::smtp_server::{ServerOptions, SmtpServer};
use crate::support::{Folder, repository_path};
use crate::terminal::on_a_terminal;

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
    assert!(
        run.stderr.starts_with("error[mail-server]: cannot connect to 127.0.0.1:1"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("\n  hint: check `host` and `port`"), "{}", run.stderr);
    let folder = Folder::meeting("email,name\nada@example.org,Ada\n");
    let run = folder.run(["doctor", "--mail"]).exits(3);
    assert!(
        run.stderr.starts_with("error[no-mail-server]: the outbox is a folder"),
        "{}",
        run.stderr
    );
}

#[test]
fn one_server_that_cannot_be_asked_does_not_hide_the_other() {
    let server = SmtpServer::start(ServerOptions::default());
    let folder = meeting(server.port());
    folder.write_private("app-secret", "practice-0123456789abcdef0123456789abcdef");
    let run = folder.run(["doctor"]).exits(3);
    let error = "error[practice]: meeting.toml:5: this is a practice secret: no server accepts it";
    assert!(run.stderr.starts_with(error), "{}", run.stderr);
    assert!(run.stdout.starts_with("Mail server\n127.0.0.1:"), "{}", run.stdout);
    assert!(run.stdout.ends_with("\nNothing was delivered.\n"), "{}", run.stdout);
    let run = folder.run(["doctor", "--format", "json"]).exits(3);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["mail"]["takes_sender"], true);
    assert_eq!(report.get("meet"), None);
    // A folder outbox is no mistake, as long as nobody asks for a mail server.
    folder.use_folder_outbox();
    let run = folder.run(["doctor"]).exits(3).stdout("");
    assert!(run.stderr.starts_with(error), "{}", run.stderr);
    // What is wrong in the file is said once, not for each server.
    folder.edit_meeting("kind = \"debian\"", "kind = \"debain\"");
    let run = folder.run(["doctor", "--meet", "--mail"]).exits(3).stdout("");
    assert_eq!(run.stderr.matches("unknown-kind").count(), 1, "{}", run.stderr);
}

#[test]
fn jaas_is_asked_only_after_a_yes() {
    let folder = Folder::meeting("email,name\nada@example.org,Ada\n");
    folder.edit_meeting(
        "kind = \"debian\"\nurl = \"https://meet.example.org\"\n",
        "kind = \"jaas\"\n",
    );
    folder.edit_meeting(
        "secret = { file = \"app-secret\" }",
        "key = { file = \"jaas.pk\" }\nkey_id = \"4f21\"",
    );
    let key = std::fs::read(repository_path("crates/core/tests/keys/pkcs8.pem")).unwrap();
    folder.write_private("jaas.pk", key);
    folder.run(["doctor"]).exits(2).stdout("").stderr(
        "error[no-terminal]: testing JaaS needs a confirmation, because JaaS bills by device, and there is no terminal to ask on\n  hint: use `--yes` to test it without a confirmation\n",
    );
    // Enter is a no.
    let run = on_a_terminal(&folder, &["doctor"], &[("[y/N] ", "\r")]);
    assert_eq!(run["code"], 130);
    let shown = run["shown"].as_str().unwrap();
    assert!(shown.contains("The test counts as 2 devices, however often"), "{shown}");
    assert!(shown.contains("The Jitsi server was not tested."), "{shown}");
    assert!(!folder.exists("ledger.db"));
}

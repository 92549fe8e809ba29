//! The application as a library, with a mail server on the loopback interface: questions, and retries within a run.

#![expect(clippy::unwrap_used, reason = "a broken setup should fail the test")]

mod mail_server;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use meetmint_app::{
    Confirmation, Context, DeliveryOutcome, Environment, Error, ErrorClass, Event, FrontEnd,
    RemindReport, RemindRequest, RunRequest, SendRequest,
};

/// A mail server that accepts everything, apart from the recipients that it is told to defer once.
struct MailServer {
    port: u16,
    messages: Arc<AtomicUsize>,
    deferred: Arc<Mutex<Vec<String>>>,
    /// What clients have called themselves.
    hellos: Arc<Mutex<Vec<String>>>,
}

impl MailServer {
    /// Starts the server.
    fn start() -> MailServer {
        let messages = Arc::new(AtomicUsize::new(0));
        let deferred: Arc<Mutex<Vec<String>>> = Arc::default();
        let hellos: Arc<Mutex<Vec<String>>> = Arc::default();
        let (counted, once, names) =
            (Arc::clone(&messages), Arc::clone(&deferred), Arc::clone(&hellos));
        let port = mail_server::start(move |line| {
            let line = str::from_utf8(line).unwrap().trim_end();
            if line == "." {
                counted.fetch_add(1, Ordering::SeqCst);
            } else if let Some(name) = line.strip_prefix("EHLO ") {
                names.lock().unwrap().push(name.to_owned());
            } else if line.starts_with("RCPT") {
                let mut once = once.lock().unwrap();
                let at = once.iter().position(|address| line.contains(address.as_str()))?;
                once.remove(at);
                return Some(b"451 4.7.1 greylisted\r\n");
            }
            None
        });
        MailServer { port, messages, deferred, hellos }
    }

    fn messages(&self) -> usize {
        self.messages.load(Ordering::SeqCst)
    }
}

/// Gives one answer to all questions.
struct Answer(bool);

impl FrontEnd for Answer {
    fn event(&self, _event: &Event<'_>) {}

    fn confirm(&self, question: &Confirmation) -> Result<bool, Error> {
        assert_eq!(question.meeting, "Autumn");
        Ok(self.0)
    }
}

/// A context whose clock is half an hour later at each look, so that no retry has to be waited for.
fn context(meeting: PathBuf, clock: &Arc<AtomicI64>, answer: bool) -> Context {
    let clock = Arc::clone(clock);
    let clock = move || Timestamp::from_second(clock.fetch_add(1800, Ordering::SeqCst)).unwrap();
    let environment = Environment {
        now: clock(),
        clock: Box::new(clock),
        variable: Arc::new(|_: &str| None),
        zone: TimeZone::UTC,
        host_name: Box::new(|| None),
        piped_input: Box::new(|| None),
        process: "a test".to_owned(),
        interrupted: Arc::new(AtomicBool::new(false)),
    };
    Context { meeting: Some(meeting), environment, front_end: Arc::new(Answer(answer)) }
}

fn write_meeting(dir: &Path, port: u16) {
    let text = format!(
        r#"[server]
kind = "debian"
url = "https://meet.example.org"
app_id = "acme"
secret = {{ file = "app-secret" }}

[meeting]
id = "00112233445566778899aabbccddeeff"
title = "Autumn"
room = "autumn"
start = "2031-03-11 14:00"
zone = "Europe/Berlin"
duration = "90m"

[roster]
file = "people.csv"

[mail]
from = "Events <events@example.org>"

[outbox]
kind = "smtp"
host = "127.0.0.1"
port = {port}
security = "none"
"#
    );
    std::fs::write(dir.join("meeting.toml"), text).unwrap();
    std::fs::write(dir.join("people.csv"), "email\nada@example.org\nbob@example.org\n").unwrap();
    let secret = dir.join("app-secret");
    std::fs::write(&secret, "0123456789abcdef0123456789abcdef").unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
}

/// Some weeks before the meeting.
fn clock() -> Arc<AtomicI64> {
    Arc::new(AtomicI64::new(1_928_000_000))
}

#[test]
fn a_no_mails_nobody_and_leaves_no_ledger() {
    let (folder, server, clock) = (tempfile::tempdir().unwrap(), MailServer::start(), clock());
    let meeting = folder.path().to_owned();
    write_meeting(&meeting, server.port);
    let before = std::fs::read_dir(&meeting).unwrap().count();
    let no = context(meeting.clone(), &clock, false);
    let error = meetmint_app::send(&no, &SendRequest::default()).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Declined);
    assert_eq!(server.messages(), 0);
    assert_eq!(std::fs::read_dir(&meeting).unwrap().count(), before);

    let yes = context(meeting, &clock, true);
    let sent = meetmint_app::send(&yes, &SendRequest::default()).unwrap();
    assert_eq!((sent.delivered, sent.outcome()), (2, DeliveryOutcome::Complete));
    assert_eq!(server.messages(), 2);
}

#[test]
fn a_reminder_is_finished_when_a_retry_has_reached_the_last_person() {
    let (folder, server, clock) = (tempfile::tempdir().unwrap(), MailServer::start(), clock());
    let meeting = folder.path().to_owned();
    write_meeting(&meeting, server.port);
    let begin = || context(meeting.clone(), &clock, true);
    meetmint_app::send(&begin(), &SendRequest::default()).unwrap();
    assert_eq!(server.messages(), 2);
    server.deferred.lock().unwrap().push("bob@example.org".to_owned());
    let run = RunRequest { yes: true, ..RunRequest::default() };
    let request = RemindRequest { run, ..RemindRequest::default() };
    // The next reminder is a new one: it must not be taken for the rest of the first.
    for messages in [4, 6] {
        let RemindReport::Sent(report) = meetmint_app::remind(&begin(), &request).unwrap() else {
            panic!("no reminder was sent")
        };
        assert_eq!((report.delivered, report.outcome()), (2, DeliveryOutcome::Complete));
        assert_eq!(server.messages(), messages);
    }
}

#[test]
fn ehlo_gives_the_setting_or_the_full_name_or_the_address_of_the_machine() {
    for (own, setting, expected) in [
        (Some("pc.example.net"), "hello = \"mail.example.net\"\n", "mail.example.net"),
        (Some("PC.example.net."), "", "pc.example.net"),
        // Names that mean nothing to other machines, or none at all.
        (Some("pc"), "", "[127.0.0.1]"),
        (Some("localhost.localdomain"), "", "[127.0.0.1]"),
        (Some("pc.local"), "", "[127.0.0.1]"),
        (Some("my pc.example.net"), "", "[127.0.0.1]"),
        (None, "", "[127.0.0.1]"),
    ] {
        let (folder, server, clock) = (tempfile::tempdir().unwrap(), MailServer::start(), clock());
        write_meeting(folder.path(), server.port);
        let file = folder.path().join("meeting.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, format!("{text}{setting}")).unwrap();
        let mut context = context(folder.path().to_owned(), &clock, true);
        context.environment.host_name = Box::new(move || own.map(str::to_owned));
        let sent = meetmint_app::send(&context, &SendRequest::default()).unwrap();
        assert_eq!(sent.delivered, 2);
        assert_eq!(*server.hellos.lock().unwrap(), [expected]);
    }
}

#[test]
fn a_crash_of_a_connection_ends_the_run_with_an_error() {
    let (folder, server, clock) = (tempfile::tempdir().unwrap(), MailServer::start(), clock());
    write_meeting(folder.path(), server.port);
    let mut context = context(folder.path().to_owned(), &clock, true);
    let time = context.environment.now;
    context.environment.clock = Box::new(move || {
        assert_ne!(
            thread::current().name(),
            Some("connection 1"),
            "this crash is part of the test"
        );
        time
    });
    let error = meetmint_app::send(&context, &SendRequest::default()).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Failed);
    assert!(error.to_string().starts_with("internal error: "), "{error}");
    // Nobody is in doubt: the next run sends the rest.
    let sent = meetmint_app::send(
        &self::context(folder.path().to_owned(), &clock, true),
        &SendRequest::default(),
    );
    assert_eq!(sent.unwrap().outcome(), DeliveryOutcome::Complete);
    assert_eq!(server.messages(), 2);
}

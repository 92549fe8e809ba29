use std::time::Duration;

use meetmint_mailer::{IfLost, Ledger};

use super::was_tried;
use crate::delivery::{
    Overrides, RunRequest, SendRequest, TestCopyRequest, send, session, test_copy,
};
use crate::error::ErrorClass;
use crate::folder;
use crate::plan::plan;
use crate::plan_request::PlanRequest;
use crate::settings::Settings;
use crate::status::status;
use crate::test_folder::{PEOPLE, SERVER, TestFolder};

/// A mail server that is not there, on this machine: a run that goes ahead ends at once.
const MAIL: &str = r#"
[mail]
from = "Events <events@example.org>"

[outbox]
kind = "smtp"
host = "127.0.0.1"
port = 1
security = "none"
"#;

fn settings(folder: &TestFolder) -> Settings {
    folder::load_settings(&folder.context()).unwrap().into_settings().unwrap()
}

fn now_tried(folder: &TestFolder) {
    was_tried(&settings(folder), &folder.context());
}

/// How often it was said that the server was never tried.
fn reminders(folder: &TestFolder) -> usize {
    folder.notices().iter().filter(|notice| notice.code == "never-tried").count()
}

/// Sends without a question; nobody takes the mail.
fn send_in_vain(folder: &TestFolder) {
    let run = RunRequest { yes: true, wait: Some(Duration::ZERO) };
    let report = send(&folder.context(), &SendRequest { plan: PlanRequest::default(), run });
    assert!(report.is_err() || report.unwrap().delivered == 0);
}

#[test]
fn send_says_once_that_a_server_was_never_tried() {
    let folder = TestFolder::new(SERVER, MAIL, PEOPLE);
    // The answer is no: it may be tried now, and is still not.
    let no = send(&folder.context(), &SendRequest::default()).unwrap_err();
    assert_eq!((no.class(), reminders(&folder)), (ErrorClass::Declined, 1));
    assert!(!folder.path().join("ledger.db").exists());
    send_in_vain(&folder);
    assert_eq!(reminders(&folder), 2);
    send_in_vain(&folder);
    assert_eq!(reminders(&folder), 2);
    // Another server. That of before was named already.
    let meeting = std::fs::read_to_string(folder.path().join("meeting.toml")).unwrap();
    folder.write("meeting.toml", &meeting.replace("meet.example.org", "jitsi.example.org"));
    send_in_vain(&folder);
    assert_eq!(reminders(&folder), 3);
    folder.write("meeting.toml", &meeting);
    send_in_vain(&folder);
    assert_eq!(reminders(&folder), 3);
}

#[test]
fn nobody_is_reminded_of_a_server_that_was_tried() {
    let folder = TestFolder::new(SERVER, MAIL, PEOPLE);
    now_tried(&folder);
    assert_eq!(folder.notices(), []);
    send_in_vain(&folder);
    assert_eq!(reminders(&folder), 0);
}

#[test]
fn only_a_real_send_reminds() {
    let folder = TestFolder::new(SERVER, MAIL, PEOPLE);
    plan(&folder.context(), &PlanRequest::default()).unwrap();
    let copy = TestCopyRequest {
        to: "me@example.org".to_owned(),
        as_person: None,
        plan: PlanRequest::default(),
    };
    test_copy(&folder.context(), &copy).unwrap_err();
    assert_eq!(reminders(&folder), 0);
    let folder = TestFolder::new(SERVER, "[mail]\nfrom = \"events@example.org\"\n", PEOPLE);
    let report = send(&folder.context(), &SendRequest::default()).unwrap();
    assert_eq!((report.delivered, reminders(&folder)), (2, 0));
}

/// What commands say about a folder before anything was sent.
fn before_the_first_mail(folder: &TestFolder) -> Vec<String> {
    let context = folder.context();
    let run = RunRequest { yes: true, wait: Some(Duration::ZERO) };
    let first = send(&context, &SendRequest { plan: PlanRequest::default(), run }).unwrap_err();
    assert_eq!(first.code(), "first");
    let plan = plan(&context, &PlanRequest::default()).unwrap();
    let status = status(&context).unwrap();
    let id = folder::load_settings(&context).unwrap().into_settings().unwrap().id;
    vec![
        serde_json::to_string(&first).unwrap(),
        serde_json::to_string(&plan).unwrap(),
        serde_json::to_string(&status).unwrap(),
        id.as_str().to_owned(),
    ]
}

#[test]
fn a_ledger_that_only_knows_of_the_trial_is_like_none() {
    let mail = MAIL.replace("127.0.0.1", "mail.example.org").replace("security = \"none\"\n", "");
    let folder = TestFolder::new(SERVER, &mail, PEOPLE);
    // Without an id of its own, the meeting is another one when its room changes.
    let meeting = std::fs::read_to_string(folder.path().join("meeting.toml")).unwrap();
    let meeting = meeting.replace("id = \"00112233445566778899aabbccddeeff\"\n", "");
    let moved = meeting.replace("\"town-hall\"", "\"another-room\"");
    let mut without = Vec::new();
    for text in [&meeting, &moved] {
        folder.write("meeting.toml", text);
        without.push(before_the_first_mail(&folder));
        assert!(!folder.path().join("ledger.db").exists());
    }
    assert_ne!(without[0], without[1]);
    folder.write("meeting.toml", &meeting);
    now_tried(&folder);
    assert!(folder.path().join("ledger.db").exists());
    for (text, without) in [&meeting, &moved].into_iter().zip(without) {
        folder.write("meeting.toml", text);
        assert_eq!(before_the_first_mail(&folder), without);
    }
}

#[test]
fn a_ledger_that_cannot_be_written_is_only_a_note() {
    let folder = TestFolder::new(SERVER, MAIL, PEOPLE);
    // Another process works on it.
    let settings = settings(&folder);
    let context = folder.context();
    let held = session::lock_ledger(&settings, None, IfLost::Refuse, &context).unwrap();
    now_tried(&folder);
    let notices = folder.notices();
    assert_eq!(notices.len(), 1);
    assert_eq!(notices[0].code, "not-noted");
    assert!(notices[0].message.contains("another meetmint is working on this meeting"));
    drop(held);
    // One that was lost stays lost.
    folder.write("ledger.db", "");
    now_tried(&folder);
    assert_eq!(folder.notices().len(), 2);
    assert_eq!(std::fs::read(folder.path().join("ledger.db")).unwrap(), b"");
    let request = SendRequest {
        plan: PlanRequest {
            overrides: Overrides { first: true, ..Overrides::default() },
            ..PlanRequest::default()
        },
        run: RunRequest { yes: true, wait: Some(Duration::ZERO) },
    };
    assert!(send(&folder.context(), &SendRequest::default()).is_err());
    let _ = send(&folder.context(), &request);
    assert!(Ledger::look(&settings.mail.ledger, &settings.id).is_ok());
}

//! A relay passes each message on byte for byte, below its own trace headers, and mailcheck finds no error in it.

use std::collections::HashSet;
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use super::postfix::Postfix;
use super::{Relay, exim, opensmtpd, send, wait_until};
use crate::samples::sample;
use crate::support::{Folder, SECRET, report_skipped, repository_path};

/// The first header of the sample's messages, before which the relay puts its own.
const FIRST_HEADER: &str = "From: \"Events team\" <events@example.org>\r\n";

/// Sends the sixty messages of the town hall sample through a relay, and compares what arrives with what was sent.
fn messages_pass_unmodified_through(relay: &Relay) {
    let folder = sample("town-hall");
    // The published secret of the sample is a practice secret, with which SMTP refuses to send.
    folder.write_private("app-secret", SECRET);
    folder.use_smtp(relay.port, "");
    send(&folder).exits(0).stderr("");
    wait_until("all messages", || relay.destination.messages().len() >= 60);
    let messages = relay.destination.messages();
    assert_eq!([messages.len(), relay.chroot.accepted_messages()], [60, 60]);

    let mut sent = hashes(&folder);
    assert_eq!(sent.len(), 60);
    let copies = Folder::empty();
    for (at, received) in messages.iter().enumerate() {
        let (trace, message) = received.body.split_at(received.body.find(FIRST_HEADER).unwrap());
        assert!(
            sent.remove(meetmint_core::digest(message.as_bytes()).as_slice()),
            "{}",
            received.to
        );
        assert!(trace.starts_with("Received: from "), "{trace}");
        copies.write(&format!("{at}.eml"), &received.body);
    }
    run_mailcheck(&copies, &folder);
}

/// The hashes of all messages in the ledger.
fn hashes(folder: &Folder) -> HashSet<Vec<u8>> {
    let ledger = folder.ledger();
    let mut query = ledger.prepare("SELECT hash FROM message").unwrap();
    query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// mailcheck installs its dependencies on its first run, so two runs must not overlap.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Checks the messages with mailcheck, which is not part of the repository.
fn run_mailcheck(copies: &Folder, folder: &Folder) {
    let check = repository_path("../shared/tools/mailcheck/check.sh");
    if !check.exists() {
        return report_skipped("mailcheck is not beside the repository");
    }
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let output = Command::new(check)
        .arg(copies.path())
        .args(["--strict", "--expect-method", "REQUEST", "--base-url", "https://meet.example.org"])
        .arg("--secret-file")
        .arg(folder.path().join("app-secret"))
        .arg("--roster")
        .arg(folder.path().join("people.csv"))
        .output()
        .unwrap();
    let findings = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{findings}{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn messages_pass_unmodified_through_postfix() {
    let Some(postfix) = Postfix::start("") else { return };
    messages_pass_unmodified_through(&postfix.relay);
}

#[test]
fn messages_pass_unmodified_through_exim() {
    let Some(relay) = exim::start("") else { return };
    messages_pass_unmodified_through(&relay);
}

#[test]
fn messages_pass_unmodified_through_opensmtpd() {
    let Some(relay) = opensmtpd::start() else { return };
    messages_pass_unmodified_through(&relay);
}

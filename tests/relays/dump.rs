//! What comes out behind a server is what went in, octet for octet, with the server's trace on top; and the judge of
//! messages finds nothing wrong in it.

use std::collections::HashSet;
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use super::postfix::Postfix;
use super::{Relay, exim, mails, opensmtpd, send, until};
use crate::samples::sample;
use crate::support::{Folder, SECRET, left_out, project};

/// What every message of the town hall begins with.
const BEGINNING: &str = "From: \"Events team\" <events@example.org>\r\n";

/// Sends the town hall's sixty through a server, and looks at what the sink has got.
fn nothing_is_changed_by(relay: &Relay) {
    let folder = sample("town-hall");
    // The sample's own is known to be for practice, and would not be mailed.
    folder.private("app-secret", SECRET);
    folder.change("[outbox]\nkind = \"folder\"\n", "");
    mails(&folder, relay.port, "");
    send(&folder).exits(0).says("");
    until("all sixty", || relay.sink.messages().len() >= 60);
    let taken = relay.sink.messages();
    assert_eq!([taken.len(), relay.world.took()], [60, 60]);

    let mut sent = hashes(&folder);
    assert_eq!(sent.len(), 60);
    let dump = Folder::empty();
    for (at, taken) in taken.iter().enumerate() {
        let (trace, message) = taken.body.split_at(taken.body.find(BEGINNING).unwrap());
        assert!(sent.remove(meetmint_core::digest(message.as_bytes()).as_slice()), "{}", taken.to);
        assert!(trace.starts_with("Received: from "), "{trace}");
        dump.write(&format!("{at}.eml"), &taken.body);
    }
    judge(&dump, &folder);
}

/// The digests of all messages, as the ledger remembers them.
fn hashes(folder: &Folder) -> HashSet<Vec<u8>> {
    let ledger = rusqlite::Connection::open(folder.path().join("ledger.db")).unwrap();
    let mut query = ledger.prepare("SELECT hash FROM message").unwrap();
    query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// The judge installs what it needs when it is first run, so that two runs at once would disturb each other.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// The judge of messages, which lies outside of the repository.
fn judge(dump: &Folder, folder: &Folder) {
    let check = project("../shared/tools/mailcheck/check.sh");
    if !check.exists() {
        return left_out("mailcheck does not lie beside the project");
    }
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let output = Command::new(check)
        .arg(dump.path())
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
fn nothing_is_changed_by_postfix() {
    let Some(postfix) = Postfix::start("") else { return };
    nothing_is_changed_by(&postfix.relay);
}

#[test]
fn nothing_is_changed_by_exim() {
    let Some(relay) = exim::start("") else { return };
    nothing_is_changed_by(&relay);
}

#[test]
fn nothing_is_changed_by_opensmtpd() {
    let Some(relay) = opensmtpd::start() else { return };
    nothing_is_changed_by(&relay);
}

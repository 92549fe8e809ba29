//! A ledger that comes into being while others look at it, and one that was lost.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use super::{Meeting, PEOPLE};
use crate::support::Folder;

/// How many runs that are declined come before the one that sends.
const DECLINED: usize = 12;

const LOST: &str = "error[ledger]: the ledger `ledger.db` is empty: the record of who was invited, and of their calendar events, is lost\n  hint: restore it from a backup; without one, `meetmint send --first` begins a new ledger: it invites everybody again, and earlier invitations can be neither updated nor cancelled\n";

#[test]
fn plans_while_a_first_send_makes_and_removes_the_ledger_never_fail() {
    let mut meeting = Meeting::new(PEOPLE);
    let (is_over, plans) = (AtomicBool::new(false), AtomicUsize::new(0));
    let folder = &meeting.folder;
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    let run = folder.run(["plan", "-q"]);
                    plans.fetch_add(1, Ordering::Relaxed);
                    if run.code != Some(0) {
                        is_over.store(true, Ordering::Relaxed);
                    }
                    run.exits(0).stderr("");
                }
            });
        }
        // There is no terminal to ask on, so the run ends after it has made a ledger, and removes it again.
        for _ in 0..DECLINED {
            folder.run(["send", "-q"]).exits(2);
        }
        folder.run(["send", "--yes", "--wait", "0", "-q"]).exits(0);
        is_over.store(true, Ordering::Relaxed);
    });
    assert!(plans.into_inner() > 0);
    assert_eq!(meeting.new_messages().len(), 2);
    assert!(!meeting.folder.exists("ledger.db.new"));
}

/// What every command says about a ledger that was lost; nothing changes and nobody is mailed.
#[track_caller]
fn is_refused(folder: &Folder) {
    let commands: [&[&str]; 6] = [
        &["plan"],
        &["status"],
        &["send", "--yes", "--wait", "0"],
        &["remind", "--yes"],
        &["cancel", "--yes"],
        &["settle", "--sent", "--yes"],
    ];
    for command in commands {
        folder.run(command).exits(3).stderr(LOST);
    }
    assert!(folder.exists("ledger.db") && folder.read("ledger.db").is_empty());
}

#[test]
fn an_empty_ledger_is_a_loss_until_first_is_said() {
    let mut meeting = Meeting::new(PEOPLE);
    meeting.send().exits(0);
    assert_eq!(meeting.new_messages().len(), 2);
    meeting.folder.write_private("ledger.db", "");
    is_refused(&meeting.folder);
    assert_eq!(
        meeting.plan_with(&["--first"]),
        ["+ ada@example.org  invitation", "+ bob@example.org  invitation", "2 invitations."]
    );
    // Declined, because there is no terminal to ask on.
    meeting.folder.run(["send", "--first", "-q"]).exits(2);
    is_refused(&meeting.folder);
    assert!(meeting.new_messages().is_empty());
    meeting.send_with(&["--first"]).exits(0);
    assert_eq!(meeting.new_messages().len(), 2);
    assert_eq!(meeting.plan(), ["= 2 people are up to date", "Nothing is due."]);

    // The folder outbox is no exception.
    let folder = Folder::meeting(PEOPLE);
    folder.write_private("ledger.db", "");
    is_refused(&folder);
    assert!(!folder.exists("outbox"));
    folder.run(["send", "--first", "-q"]).exits(0);
    assert_eq!(folder.file_names("outbox").len(), 2);
}

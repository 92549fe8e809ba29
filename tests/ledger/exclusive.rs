//! One process at a time changes a ledger, by whatever name it is reached; and a question that is interrupted leaves
//! nothing behind.

use std::fs::{self, File};
use std::os::unix::fs::symlink;

use super::{Meeting, PEOPLE};
use crate::support::python_has;
use crate::terminal::on_a_terminal;

#[test]
fn links_to_one_ledger_share_its_lock() {
    let mut meeting = Meeting::new(PEOPLE);
    meeting.send().exits(0);
    meeting.new_messages();
    let folder = meeting.folder.path().to_owned();
    fs::create_dir(folder.join("shared")).unwrap();
    fs::rename(folder.join("ledger.db"), folder.join("shared/ledger.db")).unwrap();
    symlink("shared/ledger.db", folder.join("ledger.db")).unwrap();
    // Another process has the ledger by its real name.
    let lock = File::create(folder.join("shared/ledger.db.lock")).unwrap();
    lock.try_lock().unwrap();
    meeting.set_roster(&format!("{PEOPLE}cy@example.org,Cy,\n"));
    let run = meeting.send().exits(1);
    assert!(
        run.stderr.starts_with("error: another meetmint is working on this meeting"),
        "{}",
        run.stderr
    );
    assert!(meeting.new_messages().is_empty());
    drop(lock);
    meeting.send().exits(0);
    assert_eq!(meeting.new_messages(), ["cy@example.org REQUEST C0 Invitation"]);
    assert!(fs::symlink_metadata(folder.join("ledger.db")).unwrap().is_symlink());
}

#[test]
fn a_new_ledger_is_created_where_a_link_leads() {
    let mut meeting = Meeting::new(PEOPLE);
    let folder = meeting.folder.path().to_owned();
    fs::create_dir(folder.join("shared")).unwrap();
    symlink("shared/ledger.db", folder.join("ledger.db")).unwrap();
    meeting.send().exits(0);
    assert_eq!(meeting.new_messages().len(), 2);
    assert_eq!(meeting.folder.file_names("shared"), ["ledger.db", "ledger.db.lock"]);
    meeting.send().exits(0);
    assert!(meeting.new_messages().is_empty());
}

#[test]
fn a_lock_file_that_is_a_link_is_refused_and_its_target_unchanged() {
    let mut meeting = Meeting::new(PEOPLE);
    let folder = meeting.folder.path().to_owned();
    meeting.folder.write("notes.txt", "precious");
    symlink("notes.txt", folder.join("ledger.db.lock")).unwrap();
    let run = meeting.send().exits(1);
    assert!(run.stderr.starts_with("error: cannot lock the ledger `"), "{}", run.stderr);
    assert_eq!(meeting.folder.read("notes.txt"), "precious");
    // Nor is a file created at the end of a link that leads nowhere.
    fs::remove_file(folder.join("notes.txt")).unwrap();
    meeting.send().exits(1);
    assert!(!meeting.folder.exists("notes.txt"));
    assert!(meeting.new_messages().is_empty());
}

#[test]
fn ctrl_c_at_the_question_mails_nobody_and_leaves_no_ledger() {
    if !python_has("pty", "apt install python3") {
        return;
    }
    // A yes that is typed after Ctrl-C answers nothing.
    for keys in ["\x03", "\x03y\n", "y\x03"] {
        let mut meeting = Meeting::new(PEOPLE);
        let seen = on_a_terminal(
            &meeting.folder,
            &["send"],
            &[(
                "Town hall: mail 2 people through 127.0.0.1 as events@example.org: 2 invitations? [y/N] ",
                keys,
            )],
        );
        assert_eq!(seen["code"], 130, "{keys:?}: {seen}");
        assert!(meeting.new_messages().is_empty(), "{keys:?}");
        assert!(!meeting.folder.file_names(".").iter().any(|name| name.starts_with("ledger")));
        let seen = on_a_terminal(&meeting.folder, &["send"], &[("? [y/N] ", "y\n")]);
        assert_eq!(seen["code"], 0, "{seen}");
        assert_eq!(meeting.new_messages().len(), 2);
    }
}

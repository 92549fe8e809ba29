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
        run.stderr.starts_with("error[busy]: another meetmint is working on this meeting"),
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
    assert!(run.stderr.starts_with("error[ledger]: cannot lock the ledger `"), "{}", run.stderr);
    assert_eq!(meeting.folder.read("notes.txt"), "precious");
    // Nor is a file created at the end of a link that leads nowhere.
    fs::remove_file(folder.join("notes.txt")).unwrap();
    meeting.send().exits(1);
    assert!(!meeting.folder.exists("notes.txt"));
    assert!(meeting.new_messages().is_empty());
}

#[test]
fn the_question_names_the_meeting_and_no_mails_nobody() {
    if !python_has("pty", "apt install python3") {
        return;
    }
    let mut meeting = Meeting::new(PEOPLE);
    let ask = |meeting: &mut Meeting, args: &[&str], question: &str| {
        let question = format!("{question}? [y/N] ");
        for keys in ["n\n", "\n", "x\n"] {
            let seen = on_a_terminal(&meeting.folder, args, &[(&question, keys)]);
            let shown = seen["shown"].as_str().unwrap();
            assert_eq!(seen["code"], 130, "{args:?}: {shown}");
            let (_, rest) = shown.split_once(&question).unwrap();
            let nothing = match args {
                ["cancel"] => "\nNothing was mailed, and the meeting is not called off.\r\n",
                ["cancel", "--only", person] => &format!(
                    "\nNothing was mailed, and the meeting is not called off for {person}.\r\n"
                ),
                _ => "\nNothing was mailed.\r\n",
            };
            assert!(rest.ends_with(nothing), "{args:?}: {shown}");
            assert!(!rest.contains("interrupted"), "{args:?}: {shown}");
        }
        assert!(meeting.new_messages().is_empty(), "{args:?}");
    };
    let through = |people: &str| format!("mail {people} through 127.0.0.1 as events@example.org");
    let two = through("2 people");
    ask(&mut meeting, &["send"], &format!("Town hall: {two}: 2 invitations"));
    meeting.send().exits(0);
    meeting.new_messages();
    ask(&mut meeting, &["remind"], &format!("Town hall: {two}: 2 reminders"));
    ask(&mut meeting, &["cancel"], &format!("Town hall: {two}: 2 cancellations"));
    let ada = ["cancel", "--only", "ada@example.org"];
    ask(&mut meeting, &ada, &format!("Town hall: {}: 1 cancellation", through("1 person")));
    meeting.folder.run(["cancel", "--undo"]).exits(3);
    let again = ["send", "--again", "--only", "ada@example.org"];
    ask(&mut meeting, &again, &format!("Town hall: {}: 1 new copy", through("1 person")));
    meeting.folder.ledger().execute("UPDATE message SET state = 'in_doubt'", []).unwrap();
    ask(
        &mut meeting,
        &["settle", "--resend"],
        &format!("Town hall: {two}: 2 messages again, unchanged"),
    );
}

#[test]
fn the_question_says_that_rows_have_titles_of_their_own() {
    if !python_has("pty", "apt install python3") {
        return;
    }
    let header = "email,name,title,room\n";
    let long = "Interview with somebody whose name is long, on a quiet afternoon in March";
    let one = "ada@example.org,Ada,Interview Ada,a\n";
    for (rows, people, shown) in [
        (one.to_owned(), "1 person", "Interview Ada".to_owned()),
        (
            format!("{one}bob@example.org,Bob,Interview Bob,b\n"),
            "2 people",
            "Interview Ada and other meetings".to_owned(),
        ),
        // The roster's own meeting comes first.
        (
            format!("{one}bob@example.org,Bob,,\n"),
            "2 people",
            "Town hall and other meetings".to_owned(),
        ),
        // One person with two meetings is one person.
        (
            format!("{one}ada@example.org,Ada,Interview Ada,b\n"),
            "1 person",
            "Interview Ada".to_owned(),
        ),
        (
            format!("bob@example.org,Bob,\"\u{202e}{long}\",b\n"),
            "1 person",
            format!("{}…", long[..60].trim_end()),
        ),
    ] {
        let meeting = Meeting::new(&format!("{header}{rows}"));
        meeting.edit_meeting("per_row = [\"room\"]", "per_row = [\"title\", \"room\"]");
        let question = format!("\n{shown}: mail {people} through 127.0.0.1 as ");
        let seen = on_a_terminal(&meeting.folder, &["send"], &[(&question, "n\n")]);
        assert_eq!(seen["code"], 130, "{question}: {seen}");
    }
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

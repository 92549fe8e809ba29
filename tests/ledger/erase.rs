//! `ledger forget`: nothing about the person is left, nobody is mailed twice because of it, and it is never half done.

use std::collections::BTreeSet;
use std::path::Path;

use super::{Meeting, PEOPLE, options_for};
use crate::smtp_server::Behavior;
use crate::support::{Folder, mode};

/// Each of these is somewhere in the ledger before the person is forgotten.
const TRACES: [&str; 5] = ["ada@example.org", "Lovelace", "Byron", "Countess", "row-seven"];

const ADA: &str = "email,name,Honorific,Seat\nAda@Example.org,Ada Lovelace,Countess,row-seven\n";
pub(crate) const OTHERS: &str = "bob@example.org,Bob,,\ncy@example.org,Cy,,\n";

/// The files of a meeting folder in which a text stands, in any case. The roster is the user's.
fn files_with(folder: &Path, text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            found.extend(files_with(&path, text));
        } else if name != "people.csv" {
            let octets = std::fs::read(&path).unwrap().to_ascii_lowercase();
            let text = text.to_lowercase();
            if octets.windows(text.len()).any(|some| some == text.as_bytes())
                || name.to_lowercase().contains(&text)
            {
                found.insert(name);
            }
        }
    }
    found
}

#[track_caller]
pub(crate) fn assert_no_trace(folder: &Folder) {
    for trace in TRACES {
        assert_eq!(files_with(folder.path(), trace), BTreeSet::new(), "{trace}");
    }
}

/// A meeting in whose folder outbox Ada has been written to, under two names, and that she was removed from.
pub(crate) fn folder_meeting(others: &str) -> Folder {
    let folder = Folder::meeting(&format!("{ADA}{others}"));
    // A snapshot from which no message is made.
    let byron = ADA.replace("Lovelace", "Byron");
    folder.write("people.csv", format!("{byron}{others}"));
    folder.run(["send", "-q", "--only", "bob@example.org"]).exits(0);
    folder.write("people.csv", format!("{ADA}{others}"));
    folder.run(["send", "-q"]).exits(0);
    folder.run(["remind", "-q"]).exits(0);
    let header = ADA.lines().next().unwrap();
    folder.write("people.csv", format!("{header}\n{others}"));
    folder.run(["send", "-q"]).exits(0);
    for trace in TRACES {
        assert!(!files_with(folder.path(), trace).is_empty(), "{trace}");
    }
    folder
}

#[test]
fn nothing_about_a_forgotten_person_is_left_in_any_file() {
    let folder = folder_meeting(OTHERS);
    let run = folder.run(["ledger", "forget", "ADA@example.org", "--yes"]).exits(0);
    let expected = "Everything about ADA@example.org is erased: 1 entry, 3 messages, 3 files.\nIf a later roster has this person, they are left out. To undo that, run `meetmint ledger forget --undo ADA@example.org`.\n";
    run.stderr(expected).stdout("");
    assert_no_trace(&folder);
    // The others are as they were.
    assert_eq!(folder.file_names("outbox").len(), 4);
    folder.run(["ledger", "check"]).exits(0);
    folder.run(["plan"]).exits(0).stdout("= 2 people are up to date\nNothing is due.\n");
    #[cfg(unix)]
    assert_eq!(mode(&folder.path().join("ledger.db")), 0o600);
    let again = folder.run(["ledger", "forget", "ada@example.org", "--yes"]).exits(0);
    again.stderr(
        "ada@example.org was already forgotten: the ledger has nothing about this person.\n",
    );
}

#[test]
fn files_that_still_have_the_address_are_named() {
    let folder = folder_meeting(OTHERS);
    folder.write("links.csv", "email,link\nADA@example.org,https://meet.example.org/x\n");
    let run = folder.run(["ledger", "forget", "ada@example.org", "--yes", "--format", "json"]);
    let run = run.exits(0).stderr("");
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let expected = serde_json::json!({ "forgotten": {
        "entries": 1, "messages": 3, "files": 3, "mentioned_in": ["links.csv"],
    } });
    assert_eq!(report, expected);
    let again = folder.run(["ledger", "forget", "ada@example.org"]).exits(0);
    assert!(again.stderr.contains("warning: the address is still in: `links.csv`"), "{again:?}");
}

#[test]
fn somebody_who_is_in_the_roster_is_not_forgotten() {
    let meeting = Meeting::new(PEOPLE);
    meeting.send().exits(0);
    let forget = || meeting.folder.run(["ledger", "forget", "Ada@example.org", "--yes"]).exits(3);
    let hint = "  hint: delete the row, send what that changes with `meetmint send`, and run this command again\n";
    let listed = |line: usize| {
        format!(
            "error[still-in-roster]: people.csv:{line}: `ada@example.org` is still in the roster\n{hint}"
        )
    };
    forget().stderr(&listed(2));
    // Also in a row that does not count, and one that cannot be read.
    meeting.set_roster(
        "email,name,Status\nbob@example.org,Bob,accepted\nada@example.org,Ada,declined\n",
    );
    forget().stderr(&listed(3));
    meeting.set_roster("email,name,role\nbob@example.org,Bob,\nada@example.org,Ada,emperor\n");
    assert!(forget().stderr.contains("error[unknown-role]: people.csv:3"));
    // Named under a role.
    meeting.set_roster("email,name\nbob@example.org,Bob\n");
    let roles = "[roles.moderator]\nmoderator = true\npeople = [\"ada@example.org\"]\n\n[mail]";
    meeting.folder.edit_meeting("[mail]", roles);
    let run = forget();
    assert!(run.stderr.starts_with("error[still-in-roster]: meeting.toml: `ada@"), "{run:?}");
    assert_eq!(meeting.status().len(), 2, "nothing was erased");
}

#[test]
fn somebody_who_is_still_invited_is_only_forgotten_on_purpose() {
    let mut meeting = Meeting::new(PEOPLE);
    meeting.send().exits(0);
    meeting.new_messages();
    meeting.set_roster("email,name,role\nbob@example.org,Bob,\n");
    let forget = ["ledger", "forget", "ada@example.org", "--yes"];
    meeting.folder.run(forget).exits(3).stderr("error[still-invited]: ada@example.org is still invited to a meeting that is not over\n  hint: `meetmint send` sends the cancellation; to erase the person without one, use `--no-cancellation`: the event then stays in their calendar\n");
    meeting.folder.run(["ledger", "forget", "nobody@example.org", "--yes"]).exits(3);
    meeting.folder.run(["ledger", "forget", "--undo", "ada@example.org"]).exits(3);
    // Without a terminal, and without `--yes`, nothing happens.
    meeting.folder.run(["ledger", "forget", "ada@example.org", "--no-cancellation"]).exits(2);
    assert_eq!(meeting.status().len(), 2);
    meeting.folder.run(forget.iter().chain(&["--no-cancellation", "-q"])).exits(0);
    // There is nothing to cancel any more, and nobody to invite.
    let nothing = ["= 1 person is up to date", "Nothing is due."];
    assert_eq!(meeting.plan(), nothing);
    meeting.send().exits(0);
    assert!(meeting.new_messages().is_empty());
}

#[test]
fn a_forgotten_person_who_comes_back_is_left_out_until_that_is_taken_back() {
    let mut meeting = Meeting::new(PEOPLE);
    meeting.send().exits(0);
    meeting.set_roster("email,name,role\nbob@example.org,Bob,\n");
    meeting.send().exits(0);
    let sent = meeting.new_messages();
    assert_eq!(sent[2], "ada@example.org CANCEL A1 No longer on the list");
    meeting.folder.run(["ledger", "forget", "ada@example.org", "--yes", "-q"]).exits(0);
    meeting.set_roster(PEOPLE);
    let warning = "warning: ada@example.org asked to be forgotten, and is left out\n  hint: delete this person's row; to invite them on purpose, run `meetmint ledger forget --undo ada@example.org` first\n";
    let plan = meeting.folder.run(["plan"]).exits(0).stderr(warning);
    plan.stdout("= 1 person is up to date\nNothing is due.\n");
    for command in [&["send"][..], &["send", "--only", "ada@example.org"], &["remind"], &["cancel"]]
    {
        let run = meeting.folder.run(command.iter().chain(&["--yes"])).exits(0);
        assert!(run.stderr.contains(warning), "{run:?}");
        if command == ["cancel"] {
            meeting.folder.run(["cancel", "--undo", "-q"]).exits(0);
            meeting.send().exits(0);
        }
    }
    let mailed = meeting.new_messages();
    assert!(mailed.iter().all(|message| message.starts_with("bob@")), "{mailed:?}");
    meeting.folder.run(["ledger", "forget", "--undo", "ada@example.org"]).exits(0).stderr(
        "ada@example.org is no longer left out: if this person is in the roster, the next `meetmint send` invites them.\n",
    );
    meeting.send().exits(0);
    // The same UID, and the next SEQUENCE: her calendar may still know the event.
    assert_eq!(meeting.new_messages(), ["ada@example.org REQUEST A2 Invitation"]);
    // She is not erased any more.
    let status = meeting.folder.run(["status"]).exits(0);
    assert!(!status.stdout.contains("erased"), "{status:?}");
    let export = meeting.folder.run(["ledger", "export"]).exits(0);
    assert!(!export.stdout.contains("\"erased\""), "{export:?}");
    let check = meeting.folder.run(["ledger", "check"]).exits(0);
    assert!(!check.stderr.contains("erased"), "{check:?}");
    // And once more.
    meeting.set_roster("email,name,role\nbob@example.org,Bob,\n");
    meeting.send().exits(0);
    meeting.folder.run(["ledger", "forget", "ada@example.org", "--yes", "-q"]).exits(0);
    assert_eq!(files_with(meeting.folder.path(), "ada@example.org"), BTreeSet::new());
    meeting.folder.run(["ledger", "check", "-q"]).exits(0);
}

/// Somebody's event that moved keeps its UID, as it would have without `forget`.
#[test]
fn an_event_that_had_moved_goes_on_after_its_person_was_forgotten() {
    let roster = |start: &str| {
        format!("email,name,start\nada@example.org,Ada,{start}\nbob@example.org,Bob,\n")
    };
    let (first, moved) = (roster("2030-03-11T10:00"), roster("2030-03-12T10:00"));
    let mut meeting = Meeting::new(&first);
    for next in [&first, &moved, "email,name,start\nbob@example.org,Bob,\n"] {
        meeting.set_roster(next);
        meeting.send().exits(0);
    }
    let last = meeting.new_messages().pop();
    assert_eq!(last.unwrap(), "ada@example.org CANCEL A2 No longer on the list");
    meeting.folder.run(["ledger", "forget", "ada@example.org", "--yes", "-q"]).exits(0);
    meeting.folder.run(["ledger", "forget", "--undo", "ada@example.org", "-q"]).exits(0);
    meeting.set_roster(&moved);
    meeting.send().exits(0);
    assert_eq!(meeting.new_messages(), ["ada@example.org REQUEST A3 Invitation"]);
}

/// Somebody without an entry can ask for it, too: the address is not a typing error then, which nobody else can know.
#[test]
fn somebody_without_an_entry_is_left_out_on_purpose() {
    let meeting = Meeting::new("email,name\nbob@example.org,Bob\n");
    meeting.send().exits(0);
    let forget = ["ledger", "forget", "ada@example.org", "--yes"];
    let run = meeting.folder.run(forget).exits(3);
    assert!(run.stderr.contains("`--unknown`"), "{run:?}");
    let unknown = ["ledger", "forget", "ada@example.org", "--yes", "--unknown"];
    meeting.folder.run(unknown).exits(0).stderr("The ledger has nothing about ada@example.org.\nIf a later roster has this person, they are left out. To undo that, run `meetmint ledger forget --undo ada@example.org`.\n");
    meeting.set_roster(PEOPLE);
    let run = meeting.folder.run(["plan"]).exits(0);
    assert!(run.stderr.contains("ada@example.org asked to be forgotten"), "{run:?}");
    meeting.set_roster("email,name\nbob@example.org,Bob\n");
    for command in [&forget[..], &unknown] {
        let run = meeting.folder.run(command).exits(0);
        assert!(run.stderr.contains("was already forgotten"), "{run:?}");
    }
    // Taken back by mistake, and once more.
    meeting.folder.run(["ledger", "forget", "--undo", "ada@example.org", "-q"]).exits(0);
    let json = meeting.folder.run(unknown.iter().chain(&["--format", "json"])).exits(0);
    assert!(json.stdout.contains("\"entries\": 0"), "{json:?}");
    meeting.folder.run(["ledger", "check", "-q"]).exits(0);
}

/// The ledger knows the names of files, and not the folder that was configured when they were written.
#[test]
fn files_that_are_not_where_they_would_be_written_now_are_missed() {
    for (dir, missing) in [("preview", 3), ("outbox", 2)] {
        let folder = folder_meeting(OTHERS);
        if missing == 2 {
            let files = std::fs::read_dir(folder.path().join("outbox")).unwrap();
            let names = files.map(|file| file.unwrap().path());
            let mut ada: Vec<_> =
                names.filter(|file| file.to_str().unwrap().contains("ada@")).collect();
            ada.sort();
            assert_eq!(ada.len(), 3, "{ada:?}");
            ada.iter().take(2).for_each(|file| std::fs::remove_file(file).unwrap());
        }
        folder.use_folder_outbox();
        let meeting = folder.read("meeting.toml");
        let outbox = format!("{meeting}\n[outbox]\nkind = \"folder\"\ndir = \"{dir}\"\n");
        folder.write("meeting.toml", outbox);
        let run = folder.run(["ledger", "forget", "ada@example.org", "--yes"]).exits(0);
        let warning =
            format!("warning: {missing} files that were written for these people are not in");
        assert!(run.stderr.contains(&warning), "{run:?}");
    }
}

#[test]
fn nobody_is_forgotten_while_a_message_is_in_doubt_or_another_meetmint_runs() {
    let doubt = options_for("ada@example.org", Behavior::CloseAfterDot);
    let meeting = Meeting::with_server(PEOPLE, doubt);
    meeting.send().exits(4);
    meeting.set_roster("email,name,role\nbob@example.org,Bob,\n");
    let forget = ["ledger", "forget", "ada@example.org", "--yes", "--no-cancellation"];
    meeting.folder.run(forget).exits(3).stderr("error[in-doubt]: it is unknown whether the last message to ada@example.org arrived\n  hint: ask the person, run `meetmint settle --sent --only ada@example.org`, then run this command again\n");
    meeting.folder.run(["settle", "--sent", "-q"]).exits(0);
    let lock = std::fs::File::open(meeting.folder.path().join("ledger.db.lock")).unwrap();
    lock.lock().unwrap();
    meeting.folder.run(forget).exits(1);
    drop(lock);
    // A reader that goes on reading: the data is gone, and the file is cleaned by the next run.
    let reader = meeting.folder.ledger();
    reader.execute_batch("BEGIN; SELECT * FROM entry").unwrap();
    let run = meeting.folder.run(forget).exits(1);
    assert!(
        run.stderr.contains("the data is erased, but parts of it can still be found"),
        "{run:?}"
    );
    assert!(!files_with(meeting.folder.path(), "ada@example.org").is_empty());
    let check = meeting.folder.run(["ledger", "check"]).exits(0);
    assert!(
        check.stderr.contains("parts of the erased data are still in the ledger's files"),
        "{check:?}"
    );
    drop(reader);
    // The meetings of the others are over: what the hint says erases none of them.
    meeting.folder.ledger().execute_batch("UPDATE entry SET end = 1000").unwrap();
    let hint = check.stderr.split('`').nth(1).unwrap().strip_prefix("meetmint ").unwrap();
    let run = meeting.folder.run(hint.split(' ')).exits(0);
    assert!(run.stderr.starts_with("Nothing to prune"), "{run:?}");
    let entries =
        meeting.folder.ledger().query_row("SELECT count(*) FROM entry", [], |row| row.get(0));
    assert_eq!(entries, Ok(1));
    assert_eq!(files_with(meeting.folder.path(), "ada@example.org"), BTreeSet::new());
}

#[test]
fn the_quota_and_the_first_mail_are_not_forgotten() {
    let meeting = Meeting::new("email,name\nada@example.org,Ada\n");
    meeting.send().exits(0);
    meeting.set_roster("email,name\nbob@example.org,Bob\n");
    let forget = ["ledger", "forget", "ada@example.org", "--yes", "--no-cancellation", "-q"];
    meeting.folder.run(forget).exits(0);
    let run = meeting.folder.run(["status"]).exits(0);
    assert!(run.stdout.ends_with("1 entry was erased.\n"), "{run:?}");
    meeting.folder.use_smtp(meeting.server.port(), "quota = \"1/day\"\n");
    let run = meeting.send().exits(4);
    assert!(run.stderr.contains("`rate` or `quota`"), "{run:?}");
    // The ledger still belongs to this meeting.
    meeting.edit_meeting("00112233445566778899aabbccddeeff", "other");
    meeting.folder.run(["plan"]).exits(3);
}

/// `forget` takes an address, and so it is about all who have it.
#[test]
fn people_who_share_an_address_are_forgotten_together() {
    let family =
        "email,name\nada@example.org,Ada\nada@example.org,Annabella\nbob@example.org,Bob\n";
    let folder = Folder::meeting(family);
    folder.add_roster_setting("family = \"each\"");
    folder.run(["send", "-q"]).exits(0);
    folder.write("people.csv", "email,name\nbob@example.org,Bob\n");
    let run = folder.run(["ledger", "forget", "ada@example.org", "--yes"]).exits(0);
    assert!(run.stderr.contains("2 entries, 2 messages, 2 files"), "{run:?}");
    assert_eq!(files_with(folder.path(), "Annabella"), BTreeSet::new());
    folder.write("people.csv", family);
    folder.run(["plan", "-q"]).exits(0).stdout("= 1 person is up to date\nNothing is due.\n");
}

/// Version 0.2.0 kept the event of somebody who was forgotten without its organizer.
#[test]
fn an_event_without_its_organizer_goes_on_only_if_the_organizer_has_not_changed() {
    let bob = "email,name\nbob@example.org,Bob\n";
    let both = format!("{bob}ada@example.org,Ada\n");
    // Without Bob's entry, only what was kept of it tells the organizer.
    for (has_changed, is_bob_erased) in [(false, false), (true, false), (false, true), (true, true)]
    {
        let mut meeting = Meeting::new(&both);
        meeting.send().exits(0);
        meeting.set_roster(bob);
        meeting.send().exits(0);
        meeting.folder.run(["ledger", "forget", "ada@example.org", "--yes", "-q"]).exits(0);
        let sql = "UPDATE erased SET place = uid, organizer = NULL";
        assert_eq!(meeting.folder.ledger().execute(sql, []).unwrap(), 1);
        meeting.folder.run(["ledger", "forget", "--undo", "ada@example.org", "-q"]).exits(0);
        if is_bob_erased {
            meeting.set_roster("email,name\neve@example.org,Eve\n");
            let forget =
                ["ledger", "forget", "bob@example.org", "--yes", "--no-cancellation", "-q"];
            meeting.folder.run(forget).exits(0);
        }
        if has_changed {
            let organizer = "organizer = { name = \"Head\", email = \"head@example.net\" }";
            meeting.edit_meeting("[roster]", &format!("{organizer}\n\n[roster]"));
        }
        meeting.new_messages();
        meeting.set_roster(&both);
        meeting.send().exits(0);
        let mailed = meeting.new_messages();
        let ada = mailed.iter().filter(|message| message.starts_with("ada@example.org REQUEST"));
        let ada: Vec<&String> = ada.collect();
        assert_eq!(ada.len(), 1, "{mailed:?}");
        // Her event had an invitation and a cancellation.
        let goes_on = ada[0].ends_with("2 Invitation");
        assert_eq!(goes_on, !has_changed, "{mailed:?}");
    }
}

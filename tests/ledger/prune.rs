//! `ledger prune`: people of meetings that are long over are erased, and nothing follows from that.

use super::{Meeting, PEOPLE, options_for};
use crate::smtp_server::{Behavior, ServerOptions};
use crate::support::roster_of;

/// Years that pass, in seconds: from March 2031 to March 2026.
const FIVE_YEARS: i64 = 1826 * 24 * 3600;

/// The meeting takes place in 2026, and so it did for everybody who was invited.
fn take_place(meeting: &Meeting) {
    let sql = format!("UPDATE entry SET start = start - {FIVE_YEARS}, end = end - {FIVE_YEARS}");
    meeting.folder.ledger().execute_batch(&sql).unwrap();
    meeting.edit_meeting("2031-03-11 14:00", "2026-03-11 14:00");
}

fn entries(meeting: &Meeting) -> i64 {
    let ledger = meeting.folder.ledger();
    ledger.query_row("SELECT count(*) FROM entry", [], |row| row.get(0)).unwrap()
}

#[test]
fn what_is_long_over_is_erased_and_nobody_is_mailed_because_of_it() {
    let mut meeting = Meeting::new(PEOPLE);
    meeting.send().exits(0);
    meeting.folder.run(["remind", "--yes", "-q"]).exits(0);
    let nothing = meeting.folder.run(["ledger", "prune", "--yes"]).exits(0);
    assert!(nothing.stderr.starts_with("Nothing to prune: "), "{nothing:?}");
    take_place(&meeting);
    meeting.new_messages();
    // Without a terminal, and without `--yes`, nothing happens.
    meeting.folder.run(["ledger", "prune"]).exits(2);
    let nothing = meeting.folder.run(["ledger", "prune", "--older-than", "5000d"]).exits(0);
    // One that ended exactly then is included.
    let words = "Nothing to prune: the ledger has nobody whose meeting had ended by ";
    assert!(nothing.stderr.starts_with(words), "{nothing:?}");
    assert_eq!(entries(&meeting), 2);
    let run = meeting.folder.run(["ledger", "prune", "--yes", "--format", "json"]).exits(0);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let count = |name: &str| report[name].as_u64().unwrap();
    let counts = ["people", "entries", "messages", "files"].map(count);
    assert_eq!(counts, [2, 2, 4, 0]);
    for text in ["ada@example.org", "bob@example.org", "\"Ada\""] {
        for file in ["ledger.db", "ledger.db-wal"] {
            let octets = std::fs::read(meeting.folder.path().join(file)).unwrap_or_default();
            let has = octets.windows(text.len()).any(|some| some == text.as_bytes());
            assert!(!has, "{text} is still in {file}");
        }
    }
    meeting.folder.run(["ledger", "check", "-q"]).exits(0);
    meeting.folder.run(["status"]).exits(0).stdout("2 entries were erased.\n");
    // Whatever the roster says: everybody, fewer people, or another name.
    for roster in [PEOPLE, "email,name\nada@example.org,Countess\n"] {
        meeting.set_roster(roster);
        for command in [&["send"][..], &["plan"], &["cancel", "--yes"], &["remind", "--yes"]] {
            meeting.folder.run(command.iter().chain(&["-q"]));
        }
        meeting.folder.run(["cancel", "--undo", "-q"]);
        assert!(meeting.new_messages().is_empty());
    }
    // The next event is still a new meeting: it would mail everybody once more.
    meeting.set_roster(PEOPLE);
    meeting.edit_meeting("2026-03-11 14:00", "2031-03-11 14:00");
    let run = meeting.send().exits(3);
    assert!(run.stderr.contains("this looks like a new meeting"), "{run:?}");
    assert!(meeting.new_messages().is_empty());
    meeting.send_with(&["--postponed"]).exits(0);
    assert_eq!(meeting.new_messages().len(), 2);
}

#[test]
fn a_row_that_was_pruned_is_not_invited_again_if_its_meeting_gets_longer() {
    let mut meeting = Meeting::new(PEOPLE);
    meeting.send().exits(0);
    take_place(&meeting);
    meeting.new_messages();
    meeting.folder.run(["ledger", "prune", "--yes", "-q"]).exits(0);
    meeting.edit_meeting("90m", "8700h");
    let run = meeting.folder.run(["plan"]).exits(0).stdout("Nothing is due.\n");
    assert_eq!(run.stderr.matches("was invited to exactly this meeting before").count(), 2);
    meeting.send().exits(0);
    assert!(meeting.new_messages().is_empty());
}

#[test]
fn of_many_people_who_were_pruned_a_few_are_named_and_the_others_counted() {
    let mut meeting = Meeting::new(&roster_of(14));
    meeting.send().exits(0);
    meeting.set_roster(&roster_of(13));
    meeting.send().exits(0);
    meeting.folder.run(["ledger", "forget", "p13@example.org", "--yes", "-q"]).exits(0);
    take_place(&meeting);
    meeting.folder.run(["ledger", "prune", "--yes", "-q"]).exits(0);
    meeting.new_messages();
    meeting.set_roster(&roster_of(14));
    meeting.edit_meeting("90m", "8700h");
    let run = meeting.folder.run(["plan", "--format", "json"]).exits(0);
    // Whoever asked to be forgotten comes first: that is about this person alone.
    let of_others = "was invited to exactly this meeting before";
    let first = run.stderr.split(of_others).next().unwrap();
    assert!(first.contains("warning: p13@example.org asked to be forgotten"), "{run:?}");
    let named = |at: usize| format!("warning: p{at}@example.org {of_others}");
    for at in 0..13 {
        assert_eq!(run.stderr.contains(&named(at)), at < 10, "{run:?}");
    }
    let rest = "warning: 3 more people are left out for the same reasons\n  hint: to see more of them, run `meetmint plan --format json` and look under `left_out`\n";
    assert!(run.stderr.ends_with(rest), "{run:?}");
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let left_out = report["left_out"].as_array().unwrap();
    assert_eq!((left_out.len(), &report["more_left_out"]), (14, &0.into()));
    assert_eq!(left_out[13]["reason"], "forgotten");
    // Whoever is only counted is known all the same.
    let run = meeting.folder.run(["cancel", "--only", "p12@example.org", "--yes"]).exits(3);
    let error = "error[left-out]: the ledger has no invitation to p12@example.org, so there is nothing to call off\n  hint: this person was invited to exactly this meeting before its record was pruned\n";
    assert!(run.stderr.ends_with(error), "{run:?}");
    meeting.send_with(&["--only", "p12@example.org"]).exits(0);
    assert!(meeting.new_messages().is_empty());
    meeting.set_roster(&roster_of(11));
    let run = meeting.folder.run(["plan"]).exits(0);
    assert!(
        run.stderr.contains("warning: 1 more person is left out for the same reason\n"),
        "{run:?}"
    );
}

/// What an event under another organizer is for a row that is over, it still is when it is pruned: none of its own.
#[test]
fn a_new_date_under_another_organizer_is_refused_after_pruning_as_before() {
    for changes_organizer in [false, true] {
        let list = "email,name,start\nada@example.org,Ada,2031-03-11 14:00\n";
        let mut meeting = Meeting::new(list);
        meeting.send().exits(0);
        take_place(&meeting);
        let list = list.replace("2031", "2026");
        meeting.set_roster(&format!("{list}ada@example.org,Ada,2031-05-06 10:00\n"));
        if changes_organizer {
            let organizer = "organizer = { name = \"Head\", email = \"head@example.net\" }";
            meeting.edit_meeting("[roster]", &format!("{organizer}\n\n[roster]"));
        }
        meeting.new_messages();
        let code = if changes_organizer { 3 } else { 0 };
        let before = meeting.folder.run(["plan"]).exits(code);
        meeting.folder.run(["ledger", "prune", "--yes", "-q"]).exits(0);
        assert_eq!(entries(&meeting), 0);
        let after = meeting.folder.run(["plan"]).exits(code);
        assert_eq!((&after.stdout, &after.stderr), (&before.stdout, &before.stderr));
        assert_eq!(after.stderr.contains("error[next-event]"), changes_organizer);
        meeting.send().exits(code);
        assert_eq!(meeting.new_messages().len(), usize::from(!changes_organizer));
    }
}

#[test]
fn a_later_date_of_a_series_goes_on_as_if_nothing_had_been_pruned() {
    let list = "email,name,start\nada@example.org,Ada,2031-03-11 14:00\nbob@example.org,Bob,2031-03-11 14:00\n";
    let mut meeting = Meeting::new(list);
    meeting.send().exits(0);
    take_place(&meeting);
    meeting.new_messages();
    let list = list.replace("2031", "2026");
    // Ada's first date was long ago, and she is invited to another one.
    meeting.set_roster(&format!("{list}ada@example.org,Ada,2031-05-06 10:00\n"));
    meeting.send().exits(0);
    assert_eq!(meeting.new_messages(), ["ada@example.org REQUEST C0 Invitation"]);
    meeting.folder.run(["ledger", "prune", "--yes", "-q"]).exits(0);
    assert_eq!(entries(&meeting), 1);
    meeting.send().exits(0);
    assert!(meeting.new_messages().is_empty());
    meeting.set_roster(&format!("{list}ada@example.org,Ada,2031-05-07 10:00\n"));
    meeting.send().exits(0);
    assert_eq!(meeting.new_messages(), ["ada@example.org REQUEST C1 New time"]);
    meeting.set_roster(&list.replace(
        "bob@example.org,Bob,2026-03-11 14:00\n",
        "bob@example.org,Bob,2031-04-11 14:00\n",
    ));
    meeting.send().exits(0);
    let mut mailed = meeting.new_messages();
    mailed.sort();
    assert_eq!(
        mailed,
        [
            "ada@example.org CANCEL C2 No longer on the list",
            "bob@example.org REQUEST D0 Invitation"
        ]
    );
}

#[test]
fn a_persons_mark_outlives_the_entry_that_is_pruned() {
    let list = "email,name,start\nada@example.org,Ada,2031-03-11 14:00\nbob@example.org,Bob,2031-03-11 14:00\n";
    let mut meeting = Meeting::new(list);
    meeting.send().exits(0);
    meeting.folder.run(["cancel", "--only", "bob@example.org", "--yes", "-q"]).exits(0);
    take_place(&meeting);
    let list = list.replace("2031", "2026");
    meeting.folder.run(["ledger", "prune", "--yes", "-q"]).exits(0);
    meeting.new_messages();
    meeting.set_roster(&format!(
        "{list}ada@example.org,Ada,2031-05-06 10:00\nbob@example.org,Bob,2031-05-06 10:00\n"
    ));
    let run = meeting.folder.run(["plan"]).exits(0);
    let warning = "warning: the meeting is called off for bob@example.org alone, so this person is left out\n  hint: to take that back, run `meetmint cancel --undo --only bob@example.org`\n";
    assert!(run.stderr.contains(warning), "{run:?}");
    meeting.send().exits(0);
    assert_eq!(meeting.new_messages(), ["ada@example.org REQUEST C0 Invitation"]);
    meeting.folder.run(["cancel", "--undo", "--only", "bob@example.org", "-q"]).exits(0);
    meeting.folder.run(["cancel", "--undo", "--only", "bob@example.org", "-q"]).exits(3);
    meeting.send().exits(0);
    assert_eq!(meeting.new_messages(), ["bob@example.org REQUEST D0 Invitation"]);
}

#[test]
fn people_with_a_message_in_doubt_are_kept_and_named() {
    let mut meeting =
        Meeting::with_server(PEOPLE, options_for("bob@example.org", Behavior::CloseAfterDot));
    meeting.send().exits(4);
    meeting.replace_server(ServerOptions::default());
    take_place(&meeting);
    let run = meeting.folder.run(["ledger", "prune", "--yes"]).exits(4);
    let named = "warning: bob@example.org is kept: it is unknown whether a message to this person arrived\n  hint: run `meetmint settle --sent --only bob@example.org` to count it as sent, then prune again\n";
    assert!(run.stderr.ends_with(named), "{run:?}");
    assert_eq!(entries(&meeting), 1);
    meeting.folder.run(["settle", "--sent", "--only", "bob@example.org", "-q"]).exits(0);
    meeting.folder.run(["ledger", "prune", "--yes", "-q"]).exits(0).stderr("");
    assert_eq!(entries(&meeting), 0);
}

#[test]
fn files_of_people_who_are_pruned_go_with_them() {
    let meeting = Meeting::new(PEOPLE);
    meeting.folder.use_folder_outbox();
    meeting.folder.run(["send", "-q"]).exits(0);
    take_place(&meeting);
    meeting.folder.write("outbox/notes.txt", "mine");
    let run = meeting.folder.run(["ledger", "prune", "--yes"]).exits(0);
    assert!(run.stderr.ends_with("erased: 2 entries, 2 messages, 2 files.\n"), "{run:?}");
    assert_eq!(meeting.folder.file_names("outbox"), ["notes.txt"]);
}

//! What `send` refuses or leaves alone, so that nobody is mailed or cancelled by accident.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Stdio};

use super::{Meeting, PEOPLE, TWO_OLD_LINKS};
use crate::smtp_server::ServerOptions;
use crate::support::{SECRET, mode};

#[test]
fn skipped_bad_rows_cancel_nobody() {
    let typo = "email,name,role\nada@example.org,Ada,moderatr\nbob@example.org,Bob,\n";
    let mut meeting = Meeting::new(PEOPLE);
    meeting.send().exits(0);
    meeting.new_messages();
    // A typo in the row of an invited person: their invitation stays valid.
    meeting.set_roster(typo);
    meeting.send().exits(3);
    let run = meeting.folder.run(["plan", "--skip-bad-rows"]).exits(4);
    assert_eq!(run.stdout, "= 2 people are up to date\nNothing is due.\n");
    assert!(
        run.stderr
            .contains("warning: skipped: people.csv:2: column `role`: `moderatr` is not a role\n"),
        "{}",
        run.stderr
    );
    meeting.send_with(&["--skip-bad-rows"]).exits(4);
    // A row without a readable address could be anybody's, so nobody is cancelled in that run.
    meeting.set_roster("email,name,role\nada.example.org,Ada,moderator\n");
    meeting.send_with(&["--skip-bad-rows"]).exits(4);
    meeting.set_roster("email,name,role\nada.example.org,Ada,moderator\ncy@example.org,Cy,\n");
    assert_eq!(
        meeting.folder.run(["plan", "--skip-bad-rows"]).exits(4).stdout,
        "+ cy@example.org  invitation\n= 2 people are up to date\n1 invitation.\n"
    );
    assert!(meeting.new_messages().is_empty());
}

#[test]
fn whoever_is_chosen_and_has_only_a_skipped_row_is_reported_as_such() {
    let meeting =
        Meeting::new("email,name,role\nada@example.org,Ada,\ndi@example.org,Di,moderatr\n");
    for command in ["plan", "send"] {
        let run = meeting.folder.run([command, "--skip-bad-rows", "--only", "di@example.org"]);
        let run = run.exits(3);
        assert!(
            run.stderr.ends_with(
                "error[skipped-row]: the row of `di@example.org` has a problem, so it is skipped\n  hint: correct the row, and run the command again\n"
            ),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn rows_that_a_quotation_mark_has_taken_in_are_neither_invited_nor_cancelled() {
    let mut meeting = Meeting::new(PEOPLE);
    meeting.send().exits(0);
    meeting.new_messages();
    let header = "email,name,role\n";
    for (rows, last) in [
        ("ada@example.org,\"Ada,moderator\nbob@example.org,\"Bob\",\ncy@example.org,Cy,\n", 3),
        (
            "ada@example.org,\"Ada,moderator\nbob@example.org,Bob,\ndi@example.org,\"Di\",\ncy@example.org,Cy,\n",
            4,
        ),
    ] {
        meeting.set_roster(&format!("{header}{rows}"));
        meeting.send().exits(3);
        let run = meeting.folder.run(["plan", "--skip-bad-rows"]).exits(4);
        assert_eq!(
            run.stdout,
            "+ cy@example.org  invitation\n= 2 people are up to date\n1 invitation.\n"
        );
        let skipped = format!(
            "warning: skipped: people.csv:2: a quotation mark on this line is never closed, so lines 2 to {last} could not be read\n"
        );
        assert!(run.stderr.contains(&skipped), "{}", run.stderr);
    }
}

#[test]
fn all_rows_of_a_contradiction_are_skipped_and_their_person_keeps_the_invitation() {
    let header = "email,name,role\n";
    let contradiction = "ada@example.org,Ada,moderator\nada@example.org,Ada L,participant\n\
                         ada@example.org,Ada,moderator\n";
    // Nobody knows which row is right, so somebody new is not invited by any of them.
    let mut meeting =
        Meeting::new(&format!("{header}{contradiction}bob@example.org,Bob,moderator\n"));
    meeting.send().exits(3);
    meeting.send_with(&["--skip-bad-rows"]).exits(4);
    assert_eq!(meeting.new_messages(), ["bob@example.org REQUEST A0 Invitation"]);
    meeting.send_with(&["--skip-bad-rows"]).exits(4);
    assert!(meeting.new_messages().is_empty());
    // Somebody who is invited keeps what they have.
    let mut meeting = Meeting::new(PEOPLE);
    meeting.send().exits(0);
    meeting.new_messages();
    meeting.set_roster(&format!("{header}{contradiction}bob@example.org,Bob,\n"));
    meeting.send_with(&["--skip-bad-rows"]).exits(4);
    assert!(meeting.new_messages().is_empty());
    let run = meeting.folder.run(["plan", "--skip-bad-rows"]).exits(4);
    assert_eq!(run.stdout, "= 2 people are up to date\nNothing is due.\n");
}

#[test]
fn only_and_limit_select_what_is_sent_but_not_what_is_recorded() {
    let mut meeting = Meeting::new(PEOPLE);
    meeting.send_with(&["--only", "bob@example.org"]).exits(0);
    assert_eq!(meeting.new_messages(), ["bob@example.org REQUEST A0 Invitation"]);
    assert_eq!(
        meeting.plan(),
        ["+ ada@example.org  invitation", "= 1 person is up to date", "1 invitation."]
    );
    // The rest of a changed roster stays due.
    meeting.set_roster("email,name,role\nbob@example.org,Robert,\ncy@example.org,Cy,\n");
    meeting.send_with(&["--only", "cy@example.org"]).exits(0);
    assert_eq!(meeting.new_messages(), ["cy@example.org REQUEST B0 Invitation"]);
    assert_eq!(
        meeting.plan(),
        ["~ bob@example.org  update: name", "= 1 person is up to date", "1 update."]
    );
    meeting.send_with(&["--only", "nobody@example.org"]).exits(3);
    meeting.send_with(&["--limit", "1"]).exits(0);
    assert_eq!(meeting.new_messages(), ["bob@example.org REQUEST A1 Updated"]);
}

#[test]
fn many_cancellations_require_cancel_many() {
    let people = |count: usize| {
        (0..count).fold("email,name\n".to_owned(), |list, at| {
            format!("{list}p{at}@example.org,Person {at}\n")
        })
    };
    let mut meeting = Meeting::new(&people(20));
    meeting.send().exits(0);
    meeting.new_messages();
    meeting.set_roster(&people(14));
    let refusal = "error[cancel-many]: this would cancel the meeting for 6 of 20 people\n  hint: check that the roster is complete; if these people should get a cancellation, use `--cancel-many`\n";
    // The plan is shown all the same: it names those who are missing.
    let run = meeting.folder.run(["send", "--yes"]).exits(3).stdout("");
    let (plan, error) = run.stderr.split_once("error[").unwrap();
    assert!(plan.starts_with("− p14@example.org  cancellation\n− p15"), "{plan}");
    assert!(plan.ends_with("\n6 cancellations.\n"), "{plan}");
    assert_eq!(format!("error[{error}"), refusal);
    for command in [&["plan"][..], &["send", "--dry-run"]] {
        meeting.folder.run(command).exits(3).stderr(refusal).stdout(plan);
    }
    meeting.folder.run(["send", "--yes", "-q"]).exits(3).stdout("").stderr(refusal);
    // For programs, the reason is part of the plan.
    let run = meeting.folder.run(["plan", "--format", "json", "-q"]).exits(3).stderr(refusal);
    let plan: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(plan["cancellations"], 6);
    assert_eq!(plan["due"][0]["email"], "p14@example.org");
    assert_eq!(plan["refusal"]["code"], "cancel-many");
    meeting.send_with(&["--cancel-many"]).exits(0);
    assert_eq!(meeting.new_messages().len(), 6);
    let run = meeting.folder.run(["plan", "--format", "json"]).exits(0);
    let plan: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert!(plan["refusal"].is_null(), "{plan}");
    meeting.set_roster(&people(12));
    assert_eq!(
        meeting.plan(),
        [
            "− p12@example.org  cancellation",
            "− p13@example.org  cancellation",
            "= 12 people are up to date",
            TWO_OLD_LINKS,
            "2 cancellations.",
        ]
    );
}

#[test]
fn a_new_date_after_a_past_meeting_requires_postponed() {
    let meeting = Meeting::new(PEOPLE);
    meeting.send().exits(0);
    // Makes all meetings in the ledger past ones, as in a folder that is reused for the next term.
    let sql = "UPDATE entry SET start = start - 500000000, end = end - 500000000";
    meeting.folder.ledger().execute(sql, []).unwrap();
    let error = "error[next-event]: the meeting that people were invited to is over, and this one is in the future: this looks like a new meeting\n  hint: create a new meeting like this one with `meetmint init NEW_FOLDER --like THIS_FOLDER`; if it is the same meeting, postponed, use `--postponed`\n";
    meeting.folder.run(["plan"]).exits(3).stderr(error);
    meeting.folder.run(["send", "--yes"]).exits(3).stderr(error);
    let plan = meeting.plan_with(&["--postponed"]);
    assert_eq!(plan.last().unwrap(), "Nothing is due.");
}

#[test]
fn an_empty_ledger_requires_first_and_mailing_requires_yes() {
    let meeting = Meeting::new(PEOPLE);
    meeting.edit_meeting("host = \"127.0.0.1\"", "host = \"mail.example.org\"");
    meeting.edit_meeting("security = \"none\"\n", "");
    meeting.folder.run(["send", "--yes", "-q"]).exits(3).stderr(
        "error[first]: nobody has been mailed from this ledger yet: is it the ledger of this meeting?\n  hint: if nobody has been invited yet, use `--first`; otherwise restore the meeting's ledger\n",
    );
    assert!(!meeting.folder.exists("ledger.db"));
    // The plan comes first: it says who would be mailed.
    let run = meeting.folder.run(["send", "--yes"]).exits(3).stdout("");
    let plan = "+ ada@example.org  invitation\n+ bob@example.org  invitation\n2 invitations.\n";
    assert!(run.stderr.contains(&format!("{plan}At this rate")), "{}", run.stderr);
    // Without a terminal the question cannot be asked, and `--yes` is required.
    let mut meeting = Meeting::new(PEOPLE);
    meeting.folder
        .run(["send", "-q"])
        .exits(2)
        .stderr("error[no-terminal]: sending mail needs a confirmation, and there is no terminal to ask on\n  hint: use `--yes` to send without a confirmation\n");
    assert!(meeting.new_messages().is_empty());
}

/// A meeting whose first `send` is in the middle of its work until the server is released.
fn sending() -> (Meeting, Child) {
    let meeting =
        Meeting::with_server(PEOPLE, ServerOptions { is_held: true, ..ServerOptions::default() });
    let first = start(&meeting, &["-q"]);
    meeting.server.wait_for_a_message();
    (meeting, first)
}

fn start(meeting: &Meeting, args: &[&str]) -> Child {
    let mut command = meeting.folder.command();
    command.args(["send", "--yes"]).args(args);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}

#[test]
fn two_concurrent_sends_mail_everybody_once() {
    let (mut meeting, mut first) = sending();
    let run = meeting.folder.run(["send", "--yes"]).exits(1);
    assert!(
        run.stderr.contains("error[busy]: another meetmint is working on this meeting: process ")
            && run.stderr.contains(" since "),
        "{}",
        run.stderr
    );
    meeting.server.release();
    assert_eq!(first.wait().unwrap().code(), Some(0));
    assert_eq!(meeting.new_messages().len(), 2);

    let (mut meeting, mut first) = sending();
    let mut second = start(&meeting, &["--wait", "10m"]);
    let mut words = BufReader::new(second.stderr.take().unwrap());
    let mut said = String::new();
    while !said.contains("waiting for it") {
        assert!(words.read_line(&mut said).unwrap() > 0, "{said}");
    }
    meeting.server.release();
    words.read_to_string(&mut said).unwrap();
    assert_eq!(first.wait().unwrap().code(), Some(0));
    assert_eq!(second.wait().unwrap().code(), Some(0), "{said}");
    assert_eq!(meeting.new_messages().len(), 2);
}

#[test]
fn an_unusable_ledger_is_reported_and_left_unchanged() {
    let meeting = Meeting::new(PEOPLE);
    meeting.send().exits(0);
    let path = meeting.folder.path().join("ledger.db");
    assert_eq!(mode(&path), 0o600);
    let intact = std::fs::read(&path).unwrap();
    meeting.edit_meeting("id = \"00112233445566778899aabbccddeeff\"", "id = \"another\"");
    meeting.folder.run(["plan"]).exits(3).stderr(
        "error[ledger]: the ledger belongs to another meeting (id `00112233445566778899aabbccddeeff`)\n  hint: if it is the same meeting, set `id` under [meeting] to that id; if it is a new one, set `file` under [ledger] to a new path\n",
    );
    meeting.edit_meeting("id = \"another\"\n", "");
    assert_eq!(meeting.plan(), ["= 2 people are up to date", "Nothing is due."]);
    meeting.edit_meeting("[meeting]\n", "[meeting]\nid = \"00112233445566778899aabbccddeeff\"\n");

    let db = rusqlite::Connection::open(&path).unwrap();
    db.pragma_update(None, "user_version", 99).unwrap();
    drop(db);
    meeting.folder.run(["send", "--yes"]).exits(3).stderr(
        "error[ledger]: the ledger was written by a newer version of meetmint\n  hint: upgrade meetmint\n",
    );
    std::fs::write(&path, "this is a letter to grandmother, and no ledger at all").unwrap();
    for command in ["plan", "status"] {
        let run = meeting.folder.run([command]).exits(3);
        assert!(
            run.stderr.starts_with("error[ledger]: the file is not a meetmint ledger\n")
                && run.stderr.contains("earlier invitations can be neither updated nor cancelled"),
            "{}",
            run.stderr
        );
    }
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        "this is a letter to grandmother, and no ledger at all"
    );
    let mut damaged = intact.clone();
    for byte in &mut damaged[4096..12288] {
        *byte = 0x5a;
    }
    std::fs::write(&path, &damaged).unwrap();
    let run = meeting.folder.run(["plan"]);
    assert!(
        matches!(run.code, Some(1 | 3)) && run.stderr.starts_with("error[ledger]: the ledger "),
        "{run:?}"
    );
}

#[test]
fn the_ledger_holds_no_token_and_no_secret() {
    let meeting = Meeting::new(PEOPLE);
    meeting.send().exits(0);
    for name in ["ledger.db", "ledger.db-wal"] {
        let bytes = std::fs::read(meeting.folder.path().join(name)).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("eyJ") && !text.contains(SECRET));
    }
}

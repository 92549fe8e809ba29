//! `remind`, `cancel`, `status`, and the copies that `send --again` and `send --to` make.

use std::collections::HashSet;

use super::{Meeting, PEOPLE, options_for};
use crate::smtp_server::Behavior;
use crate::support::{claims, link_line, mime_part};

#[test]
fn each_remind_sends_one_reminder_to_everybody_invited() {
    let mut meeting = Meeting::new(PEOPLE);
    meeting
        .folder
        .run(["remind", "--yes"])
        .exits(0)
        .stderr("Nobody has been invited, so nobody is reminded.\n");
    meeting.send_with(&["--only", "ada@example.org"]).exits(0);
    meeting.new_messages();
    meeting.folder.run(["remind", "--yes", "-q"]).exits(0).stderr("");
    assert_eq!(meeting.new_messages(), ["ada@example.org PUBLISH A0 Reminder"]);
    meeting.send().exits(0);
    meeting.new_messages();
    // Ada was reminded within the last hour.
    meeting.folder.run(["remind", "--yes"]).exits(0).stderr(
        "note: 1 person left out: reminded within the last hour\n  hint: `--again` includes them\n  bob@example.org  reminder\n1 message accepted by 127.0.0.1. Accepted does not mean delivered: watch for bounces.\n",
    );
    assert_eq!(meeting.new_messages(), ["bob@example.org PUBLISH B0 Reminder"]);
    meeting.folder.run(["remind", "--yes"]).exits(0).stderr(
        "Nobody was mailed: 2 people were reminded within the last hour. To remind them once more, use `--again`.\n",
    );
    meeting.folder.run(["remind", "--yes", "--again", "-q"]).exits(0);
    assert_eq!(
        meeting.new_messages(),
        ["ada@example.org PUBLISH A0 Reminder", "bob@example.org PUBLISH B0 Reminder"]
    );
    let ids: HashSet<String> =
        meeting.server.messages().into_iter().map(|message| message.message_id).collect();
    assert_eq!(ids.len(), 6, "each reminder has a Message-ID of its own");
    // Long before the start, `--before` sends nothing and prints nothing, as cron needs it.
    meeting.folder.run(["remind", "--before", "1h", "--yes"]).exits(0).stderr("");
    assert!(meeting.new_messages().is_empty());
    meeting.folder.run(["remind", "--before", "999h", "--yes", "-q"]).exits(0);
    assert!(meeting.new_messages().is_empty());
    // A reminder does not change what is due.
    assert_eq!(meeting.plan(), ["= 2 people are up to date", "Nothing is due."]);
}

#[test]
fn remind_before_sends_one_reminder_shortly_before_the_start() {
    let soon = soon(40);
    let mut meeting = Meeting::new(PEOPLE);
    meeting.edit_meeting("2031-03-11 14:00", &soon);
    meeting.edit_meeting("Europe/Berlin", "UTC");
    meeting.send().exits(0);
    meeting.new_messages();
    for _ in 0..2 {
        meeting.folder.run(["remind", "--before", "30m", "--yes"]).exits(0).stderr("");
    }
    assert!(meeting.new_messages().is_empty());
    for _ in 0..2 {
        meeting.folder.run(["remind", "--before", "1h", "--yes", "-q"]).exits(0).stderr("");
    }
    assert_eq!(meeting.new_messages().len(), 2);
}

#[test]
fn a_cancellation_is_remembered_until_undo() {
    let mut meeting = Meeting::new(PEOPLE);
    meeting.send().exits(0);
    meeting.new_messages();
    meeting.folder.run(["cancel", "--only", "bob@example.org", "--yes", "-q"]).exits(0);
    assert_eq!(meeting.new_messages(), ["bob@example.org CANCEL B1 Invitation cancelled"]);
    meeting.send().exits(0);
    assert!(meeting.new_messages().is_empty());
    meeting.folder.run(["cancel", "--undo", "--only", "bob@example.org", "-q"]).exits(0);
    meeting.send().exits(0);
    assert_eq!(meeting.new_messages(), ["bob@example.org REQUEST B2 Back on"]);

    meeting.folder.run(["cancel"]).exits(2);
    meeting.folder.run(["cancel", "--yes", "-q"]).exits(0);
    assert_eq!(
        meeting.new_messages(),
        ["ada@example.org CANCEL A1 Cancelled", "bob@example.org CANCEL B3 Cancelled"]
    );
    // A person added after the cancellation is not invited.
    meeting.set_roster(&format!("{PEOPLE}cy@example.org,Cy,\n"));
    assert_eq!(
        meeting.plan(),
        [
            "The meeting is called off: nobody is invited, updated or reminded. To take that back, run `meetmint cancel --undo`",
            "Nothing is due."
        ]
    );
    meeting.send().exits(0);
    meeting.folder.run(["cancel", "--undo", "-q"]).exits(0);
    meeting.send().exits(0);
    assert_eq!(
        meeting.new_messages(),
        [
            "ada@example.org REQUEST A2 Back on",
            "bob@example.org REQUEST B4 Back on",
            "cy@example.org REQUEST C0 Invitation"
        ]
    );
    meeting.folder.run(["cancel", "--only", "nobody@example.org", "--yes"]).exits(3);
}

#[test]
fn remind_says_why_nobody_is_invited_at_the_moment() {
    let meeting = Meeting::new(PEOPLE);
    let says = |options: &[&str], expected: &str| {
        let args = ["remind", "--yes", "--again"];
        meeting.folder.run(args.iter().chain(options)).exits(0).stderr(expected);
    };
    let bob = ["--only", "bob@example.org"];
    says(&bob, "None of those chosen has been invited, so nobody is reminded.\n");
    meeting.send().exits(0);
    meeting.folder.run(["cancel", "--yes", "-q"].iter().chain(&bob)).exits(0);
    let alone = "is invited at the moment: the meeting is called off for bob@example.org.\nTo take that back, run `meetmint cancel --undo --only bob@example.org`.\n";
    says(&bob, &format!("None of those chosen {alone}"));
    meeting.set_roster("email,name\nbob@example.org,Bob\n");
    meeting.send().exits(0);
    says(&[], &format!("Nobody {alone}"));
    meeting.folder.run(["cancel", "--undo", "-q"].iter().chain(&bob)).exits(0);
    // Ada is not in the roster any more, so that only Bob is invited again.
    says(
        &[],
        "Nobody is invited at the moment: 1 invitation was cancelled, and the cancellation was taken back.\nTo invite them again, run `meetmint send`.\n",
    );
    says(
        &["--only", "ada@example.org"],
        "None of those chosen is invited at the moment, so nobody is reminded.\n",
    );
    meeting.send().exits(0);
    meeting.folder.run(["cancel", "--yes", "-q"]).exits(0);
    let called_off = "The meeting is called off, so nobody is reminded.\nTo take that back, run `meetmint cancel --undo`.\n";
    says(&[], called_off);
    says(&bob, called_off);
}

#[test]
fn undo_speaks_of_cancellations_only_if_some_were_sent() {
    let meeting = Meeting::new(PEOPLE);
    let says = |args: &[&str], expected: &str| {
        let named = ["--meeting", "meeting.toml", "cancel"];
        meeting.folder.run(named.iter().chain(args)).exits(0).stderr(expected);
    };
    let back = "The meeting is no longer called off.\n";
    says(
        &["--yes"],
        "The meeting is called off. No cancellation is due.\nTo take that back, run `meetmint cancel --undo --meeting meeting.toml`.\n",
    );
    says(&["--undo"], back);
    meeting.send_with(&["--only", "ada@example.org"]).exits(0);
    let bob = ["--only", "bob@example.org"];
    says(
        &["--yes", "--only", "bob@example.org"],
        "The meeting is called off for bob@example.org. No cancellation is due.\nTo take that back, run `meetmint cancel --undo --only bob@example.org --meeting meeting.toml`.\n",
    );
    meeting.folder.run(["cancel", "--yes", "-q"]).exits(0);
    // Bob alone was never sent one.
    meeting.folder.run(["cancel", "--undo", "-q"]).exits(0);
    says(&["--undo", bob[0], bob[1]], "The meeting is no longer called off for bob@example.org.\n");
    meeting.send_with(&["--only", "ada@example.org"]).exits(0);
    meeting.folder.run(["cancel", "--yes", "-q"]).exits(0);
    says(
        &["--undo"],
        &format!(
            "{back}To invite those who were sent a cancellation, run `meetmint send --meeting meeting.toml`.\n"
        ),
    );
}

#[test]
fn again_sends_a_copy_with_the_same_sequence_and_a_new_message_id() {
    let mut meeting = Meeting::new(PEOPLE);
    meeting.send().exits(0);
    meeting.new_messages();
    meeting.send_with(&["--again"]).exits(2);
    meeting.send_with(&["--again", "--only", "bob@example.org"]).exits(0);
    assert_eq!(meeting.new_messages(), ["bob@example.org REQUEST B0 Invitation"]);
    let ids: HashSet<String> =
        meeting.server.messages().into_iter().map(|message| message.message_id).collect();
    assert_eq!(ids.len(), 3);
    assert_eq!(meeting.plan(), ["= 2 people are up to date", "Nothing is due."]);
    meeting.send_with(&["--again", "--only", "bob@example.org"]).exits(0);
    assert_eq!(meeting.new_messages().len(), 1);
}

#[test]
fn a_test_copy_goes_to_one_address_and_is_not_recorded() {
    let mut meeting = Meeting::new(PEOPLE);
    meeting.folder.run(["send", "--to", "me@example.org", "-q"]).exits(0).stderr("");
    meeting.server.wait_until_idle();
    let message = meeting.server.messages().remove(0);
    assert_eq!(message.to, "me@example.org");
    assert!(message.body.contains("Subject: [Test copy] Invitation"));
    let link = link_line(&mime_part(&message.body, "text/plain"));
    let user = &claims(&link)["context"]["user"];
    assert_eq!(
        [&user["id"], &user["email"], &user["name"]],
        ["me@example.org", "me@example.org", "Bob"]
    );
    assert_eq!(user["moderator"], false);
    assert!(!meeting.folder.exists("ledger.db"));
    // A test copy of a moderator's message has a participant's rights, unless it goes to that moderator.
    meeting
        .folder
        .run(["send", "--to", "me@example.org", "--as", "ada@example.org", "-q"])
        .exits(0);
    meeting
        .folder
        .run(["send", "--to", "ada@example.org", "--as", "ada@example.org", "-q"])
        .exits(0);
    meeting.server.wait_until_idle();
    let rights: Vec<bool> = meeting.server.messages()[1..]
        .iter()
        .map(|message| {
            let link = link_line(&mime_part(&message.body, "text/plain"));
            claims(&link)["moderator"].as_bool().unwrap()
        })
        .collect();
    assert_eq!(rights, [false, true]);
    meeting.messages_read = 3;
    assert_eq!(meeting.plan().last().unwrap(), "2 invitations.");
}

#[test]
fn status_shows_the_latest_message_of_each_person() {
    let meeting = Meeting::with_server(PEOPLE, options_for("bob@example.org", Behavior::Refuse));
    // Before the first send, everybody is due.
    meeting
        .folder
        .run(["status"])
        .exits(0)
        .stdout("ada@example.org  invite  due\nbob@example.org  invite  due\n2 due.\n");
    meeting.send().exits(4);
    let run = meeting.folder.run(["status"]).exits(0);
    assert!(
        run.stdout.starts_with(
            "ada@example.org  invite  accepted\nbob@example.org  invite  refused    550 "
        ),
        "{}",
        run.stdout
    );
    assert!(run.stdout.ends_with("1 accepted, 1 refused.\n"));
    let run = meeting.folder.run(["status", "--format", "json"]).exits(0);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["totals"], serde_json::json!({ "accepted": 1, "refused": 1 }));
    let ada = &report["people"][0];
    assert_eq!(
        [&ada["name"], &ada["room"], &ada["start"], &ada["state"]],
        ["Ada", "town-hall", "2031-03-11T13:00:00Z", "accepted"]
    );
    assert_eq!((ada["called_off"].as_bool(), ada["revision"].as_i64()), (Some(false), Some(0)));
    // Of somebody for whom something new is due, the reply to an earlier message is not shown.
    meeting.set_roster(&PEOPLE.replace(",Bob,", ",Robert,"));
    let run = meeting.folder.run(["status"]).exits(0);
    assert!(run.stdout.contains("\nbob@example.org  invite  due\n"), "{}", run.stdout);
    // A bad row may hide somebody.
    meeting.set_roster(&format!("{PEOPLE}cy@example,Cy,\n"));
    let run = meeting.folder.run(["status"]).exits(0);
    assert!(
        run.stderr.starts_with("warning: 1 problem in the roster may hide people who are due"),
        "{}",
        run.stderr
    );
    meeting.set_roster(PEOPLE);
    let csv = meeting.folder.run(["status", "--format", "csv"]).exits(0).stdout;
    assert!(csv.starts_with("email,name,room,start,kind,state,called_off,revision,reply,updated\r\nada@example.org,Ada,town-hall,2031-03-11T13:00:00Z,invite,accepted,false,0,"), "{csv}");
}

#[expect(clippy::disallowed_methods, reason = "the test needs a meeting that begins soon")]
pub(super) fn soon(minutes: i64) -> String {
    let at = jiff::Timestamp::now().checked_add(jiff::SignedDuration::from_mins(minutes)).unwrap();
    at.strftime("%Y-%m-%d %H:%M").to_string()
}

#[cfg(unix)]
#[test]
fn status_does_not_run_the_command_of_the_secret() {
    // A meeting folder from somebody else is code as soon as its commands are run.
    let meeting = Meeting::new(PEOPLE);
    meeting.send().exits(0);
    let secret = "secret = { file = \"app-secret\" }";
    meeting.edit_meeting(secret, "secret = { command = [\"touch\", \"command-was-run\"] }");
    assert_eq!(
        meeting.status(),
        ["ada@example.org invite accepted", "bob@example.org invite accepted"]
    );
    // It compares all the same: the secret counts as unchanged.
    meeting.set_roster(&PEOPLE.replace(",Bob,", ",Robert,"));
    assert_eq!(meeting.status(), ["ada@example.org invite accepted", "bob@example.org update due"]);
    for command in [&["cancel", "--only", "bob@example.org", "--undo"][..], &["settle", "--sent"]] {
        meeting.folder.run(command);
        assert!(!meeting.folder.exists("command-was-run"), "{command:?}");
    }
    meeting.folder.run(["check"]);
    assert!(meeting.folder.exists("command-was-run"));
}

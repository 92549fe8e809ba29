//! A message is compared with what is due each time it is tried, whatever has changed since the last try.

use super::{Meeting, PEOPLE, options_for};
use crate::smtp_server::{Behavior, ReceivedMessage, ServerOptions};
use crate::support::{MEETING, mime_part};

const THREE: &str =
    "email,name,role\nada@example.org,Ada,moderator\nbob@example.org,Bob,\ncy@example.org,Cy,\n";

const CY: &str = "cy@example.org";

/// Three people who are invited, and a server that defers every further message to Cy.
fn invited_and_cy_deferred() -> Meeting {
    let mut meeting = Meeting::new(THREE);
    meeting.send().exits(0);
    meeting.replace_server(options_for(CY, Behavior::Defer(9)));
    meeting
}

/// The next `send` mails nobody and is done, though a deferred message's time has come, and `plan` says the same.
#[track_caller]
fn nothing_is_sent(meeting: &mut Meeting, plan: &[&str]) {
    meeting.folder.make_deferred_due();
    meeting.replace_server(ServerOptions::default());
    assert_eq!(meeting.plan(), plan);
    meeting.folder.run(["send", "--yes", "--wait", "5m", "-q"]).exits(0).stderr("");
    assert!(meeting.new_messages().is_empty());
}

/// DTSTAMP of a message's event.
fn dtstamp(message: &ReceivedMessage) -> String {
    let kind = ["text/calendar", "application/ics"]
        .into_iter()
        .find(|kind| message.body.contains(&format!("Content-Type: {kind}")))
        .unwrap();
    let calendar = mime_part(&message.body, kind);
    calendar.lines().find_map(|line| line.strip_prefix("DTSTAMP:")).unwrap().to_owned()
}

#[test]
fn a_deferred_message_that_nobody_wants_any_more_is_not_sent() {
    let up_to_date = ["= 3 people are up to date", "Nothing is due."];
    // Somebody is taken out, the cancellation is deferred, and they are put back.
    let mut meeting = invited_and_cy_deferred();
    meeting.set_roster(PEOPLE);
    meeting.send().exits(4);
    meeting.set_roster(THREE);
    nothing_is_sent(&mut meeting, &up_to_date);

    // The same by `cancel --only` and `--undo`, and by `cancel` and `--undo`.
    for only in [&["--only", CY][..], &[]] {
        let mut meeting = invited_and_cy_deferred();
        let cancel = ["cancel", "--yes", "--wait", "0", "-q"];
        meeting.folder.run(cancel.iter().chain(only)).exits(4);
        meeting.folder.run(["cancel", "--undo"].iter().chain(only)).exits(0);
        if only.is_empty() {
            // The others got their cancellation, so that they are invited again.
            meeting.new_messages();
            meeting.folder.make_deferred_due();
            meeting.send().exits(0);
            assert_eq!(
                meeting.new_messages(),
                ["ada@example.org REQUEST A2 Back on", "bob@example.org REQUEST B2 Back on"]
            );
        } else {
            nothing_is_sent(&mut meeting, &up_to_date);
        }
    }

    // An update is deferred, and the change is reverted.
    let mut meeting = invited_and_cy_deferred();
    meeting.set_roster(&THREE.replace(",Cy,", ",Cyrus,"));
    meeting.send().exits(4);
    meeting.set_roster(THREE);
    nothing_is_sent(&mut meeting, &up_to_date);
}

#[test]
fn what_leaves_later_has_the_later_dtstamp_and_a_reminder_repeats_what_was_delivered() {
    let mut meeting = Meeting::new("email,name\ncy@example.org,Cy\n");
    meeting.send().exits(0);
    assert_eq!(meeting.new_messages(), ["cy@example.org REQUEST A0 Invitation"]);
    meeting.replace_server(options_for(CY, Behavior::Defer(1)));
    meeting.edit_meeting("title = \"Town hall\"", "title = \"Another title\"");
    meeting.send().exits(4);
    let run = meeting.folder.run(["remind", "--yes"]).exits(0);
    assert!(
        run.stderr.contains("warning: 1 person has not yet received the latest changes"),
        "{}",
        run.stderr
    );
    // Another run does not try the deferred update before its time, though a reminder was sent in between.
    meeting.send().exits(4);
    meeting.folder.make_deferred_due();
    meeting.send().exits(0);
    meeting.server.wait_until_idle();
    let messages = meeting.server.messages();
    assert!(!messages[0].body.contains("Another title"), "the reminder says what Cy knows");
    let stamps: Vec<String> = messages.iter().map(dtstamp).collect();
    assert!(stamps[0] < stamps[1], "{stamps:?}");
    assert_eq!(
        meeting.new_messages(),
        ["cy@example.org PUBLISH A0 Reminder", "cy@example.org REQUEST A1 New title"]
    );
}

#[test]
fn a_deferred_message_is_made_anew_and_can_be_resent_after_an_edit_that_is_no_change() {
    let roster = |avatar: &str| format!("email,name,avatar\ncy@example.org,Cy,{avatar}\n");
    let mut meeting = Meeting::with_server(
        &roster("https://example.org/a.png"),
        options_for(CY, Behavior::Defer(1)),
    );
    meeting.send().exits(4);
    // The person's picture is no fact: the message that is retried shows the new one, under the same numbers.
    meeting.set_roster(&roster("https://example.org/b.png"));
    meeting.replace_server(options_for(CY, Behavior::CloseAfterDot));
    meeting.folder.make_deferred_due();
    meeting.send().exits(4);
    let first = meeting.server.messages().remove(0);
    meeting.set_roster(&roster("https://example.org/c.png"));
    meeting.send().exits(4);
    meeting.replace_server(ServerOptions::default());
    meeting.folder.run(["settle", "--resend", "--yes", "-q"]).exits(0).stderr("");
    meeting.server.wait_until_idle();
    assert_eq!(meeting.server.messages(), [first]);
}

#[test]
fn a_bad_row_keeps_its_person_also_after_an_earlier_removal() {
    for row in ["cy@example.org,Cy,speaker\n", "cy@example,Cy,\n"] {
        let mut meeting = Meeting::new(THREE);
        meeting.send().exits(0);
        meeting.new_messages();
        meeting.set_roster(PEOPLE);
        meeting.send_with(&["--only", "bob@example.org"]).exits(0);
        meeting.set_roster(&format!("{PEOPLE}{row}"));
        let shown = meeting.folder.run(["plan", "--skip-bad-rows"]).exits(4).stdout;
        assert_eq!(shown, "= 3 people are up to date\nNothing is due.\n");
        meeting.send_with(&["--skip-bad-rows"]).exits(4);
        assert!(meeting.new_messages().is_empty());
        // A clean roster without Cy still cancels.
        meeting.set_roster(PEOPLE);
        meeting.send().exits(0);
        assert_eq!(meeting.new_messages(), ["cy@example.org CANCEL C1 No longer on the list"]);
    }
}

#[test]
fn a_removal_ends_a_doubt_whenever_it_is_sent() {
    let in_doubt = || {
        let mut meeting = Meeting::with_server(THREE, options_for(CY, Behavior::CloseAfterDot));
        meeting.send().exits(4);
        meeting.new_messages();
        meeting.set_roster(PEOPLE);
        meeting.replace_server(ServerOptions::default());
        meeting.send_with(&["--only", "bob@example.org"]).exits(0);
        meeting
    };
    let mut meeting = in_doubt();
    assert_eq!(meeting.plan()[0], "− cy@example.org  cancellation");
    meeting.send().exits(0);
    assert_eq!(meeting.new_messages(), ["cy@example.org CANCEL C1 No longer on the list"]);
    meeting.send().exits(0);

    let mut meeting = in_doubt();
    meeting.folder.run(["cancel", "--yes", "-q"]).exits(0);
    assert_eq!(meeting.new_messages().len(), 3);
    meeting.folder.run(["settle", "--sent"]).exits(0).stderr("No message is in doubt.\n");
}

#[test]
fn a_refused_cancellation_is_reported_until_it_is_accepted() {
    let mut meeting = Meeting::new(PEOPLE);
    meeting.send().exits(0);
    meeting.new_messages();
    meeting.replace_server(options_for("bob@example.org", Behavior::Refuse));
    meeting.folder.run(["cancel", "--yes", "-q"]).exits(4);
    meeting.new_messages();
    for _ in 0..2 {
        let run = meeting.folder.run(["cancel", "--yes"]).exits(4);
        assert!(
            run.stderr.starts_with("The meeting was called off already. No cancellation is due.\nTo take that back, run `meetmint cancel --undo`.\nwarning: the message to bob@example.org was refused: this was in an earlier run"),
            "{}",
            run.stderr
        );
    }
    meeting.send().exits(4);
    assert!(meeting.new_messages().is_empty());
    meeting.replace_server(ServerOptions::default());
    let again = ["--again", "--only", "bob@example.org"];
    assert_eq!(
        meeting
            .folder
            .run(["send", "--dry-run"].iter().chain(&again))
            .exits(0)
            .stdout
            .lines()
            .next(),
        Some("− bob@example.org  new copy of the cancellation")
    );
    meeting.send_with(&again).exits(0);
    assert_eq!(meeting.new_messages(), ["bob@example.org CANCEL B1 Cancelled"]);
    meeting.folder.run(["cancel", "--yes", "-q"]).exits(0);
    meeting.send().exits(0);
}

#[test]
fn a_resend_reaches_nobody_to_whom_the_message_is_not_due() {
    let mut meeting =
        Meeting::with_server(PEOPLE, options_for("bob@example.org", Behavior::CloseAfterDot));
    meeting.send().exits(4);
    meeting.replace_server(options_for("bob@example.org", Behavior::Defer(9)));
    meeting.folder.run(["cancel", "--yes", "--wait", "0", "-q"]).exits(4);
    meeting.replace_server(ServerOptions::default());
    let run = meeting.folder.run(["settle", "--resend", "--yes", "-q"]).exits(4);
    assert!(
        run.stderr.starts_with(
            "warning: the message to bob@example.org is not sent again, because it is out of date"
        ),
        "{}",
        run.stderr
    );
    assert!(meeting.new_messages().is_empty());
    // The same after an edit of the roster alone.
    let mut meeting =
        Meeting::with_server(PEOPLE, options_for("bob@example.org", Behavior::CloseAfterDot));
    meeting.send().exits(4);
    meeting.replace_server(ServerOptions::default());
    meeting.set_roster("email,name,role\nada@example.org,Ada,moderator\n");
    meeting.folder.run(["settle", "--resend", "--yes", "-q"]).exits(4);
    assert!(meeting.new_messages().is_empty());
    meeting.send().exits(0);
    assert_eq!(meeting.new_messages(), ["bob@example.org CANCEL A1 No longer on the list"]);
}

#[test]
fn a_cancellation_is_resent_with_the_reason_that_it_had() {
    let mut meeting = Meeting::new(PEOPLE);
    meeting.send().exits(0);
    meeting.replace_server(options_for("bob@example.org", Behavior::CloseAfterDot));
    meeting.set_roster("email,name,role\nada@example.org,Ada,moderator\n");
    meeting.send().exits(4);
    meeting.replace_server(ServerOptions::default());
    // By now, the whole meeting is called off: a cancellation that is made now would say so.
    meeting.folder.run(["cancel", "--yes", "-q"]).exits(4);
    assert_eq!(meeting.new_messages(), ["ada@example.org CANCEL A1 Cancelled"]);
    meeting.folder.run(["settle", "--resend", "--yes", "-q"]).exits(0);
    assert_eq!(meeting.new_messages(), ["bob@example.org CANCEL B1 No longer on the list"]);
}

#[test]
fn plan_and_status_see_what_the_next_run_will_find_after_a_kill() {
    let mut meeting = Meeting::new(PEOPLE);
    meeting.send().exits(0);
    meeting.new_messages();
    // A process that was killed while the server had the message leaves it in this state.
    let killed = |state: &str| {
        let sql = "UPDATE message SET state = ?1 WHERE address = 'bob@example.org'";
        meeting.folder.ledger().execute(sql, [state]).unwrap();
    };
    killed("sending");
    // While a process has the ledger, it is still sending.
    let lock = std::fs::File::open(meeting.folder.path().join("ledger.db.lock")).unwrap();
    lock.lock().unwrap();
    assert_eq!(meeting.status()[1], "bob@example.org invite sending");
    assert_eq!(meeting.plan(), ["= 2 people are up to date", "Nothing is due."]);
    drop(lock);
    let plan = meeting.plan();
    assert_eq!(plan[1], "? bob@example.org  in doubt");
    assert_eq!(meeting.status()[1], "bob@example.org invite in_doubt");
    meeting.send().exits(4);
    assert_eq!(meeting.plan(), plan);
    assert!(meeting.new_messages().is_empty());
}

#[test]
fn every_message_is_made_with_its_real_change_before_the_first_is_sent() {
    // The template fails for an update of one person only, because of what that person was told before.
    let fails = "{% if before.name == \"Cy\" %}{{ throw(message=\"no\") }}{% endif %}{{ link }}";
    let mut meeting = Meeting::new(THREE);
    meeting.send().exits(0);
    meeting.new_messages();
    meeting.edit_meeting("[mail]\n", "[mail]\ntemplates = \"templates\"\n");
    meeting.folder.write("templates/update.txt", fails);
    meeting.set_roster(&THREE.replace(",Cy,", ",Cyrus,").replace(",Bob,", ",Robert,"));
    for command in [&["plan"][..], &["send", "--yes", "-q"]] {
        let run = meeting.folder.run(command).exits(3);
        assert!(run.stderr.contains("cy@example.org"), "{}", run.stderr);
    }
    assert!(meeting.new_messages().is_empty());

    // The same for reminders, cancellations and new copies.
    for (template, command) in [
        ("remind.txt", &["remind", "--yes"][..]),
        ("cancel.txt", &["cancel", "--yes"]),
        ("invite.txt", &["send", "--yes", "--again", "--role", "participant"]),
    ] {
        let mut meeting = Meeting::new(THREE);
        meeting.send().exits(0);
        meeting.new_messages();
        meeting.edit_meeting("[mail]\n", "[mail]\ntemplates = \"templates\"\n");
        let fails = fails.replace("before.name", "name");
        let link = if template == "cancel.txt" { "" } else { "{{ link }}" };
        meeting.folder.write(&format!("templates/{template}"), fails.replace("{{ link }}", link));
        let run = meeting.folder.run(command).exits(3);
        assert!(run.stderr.contains("cy@example.org"), "{}", run.stderr);
        assert!(meeting.new_messages().is_empty(), "{template}");
        meeting.folder.write("meeting.toml", MEETING);
    }
}

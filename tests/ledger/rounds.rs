//! Reminders and new copies that are deferred, in doubt or interrupted, and what has changed when they are continued.

use super::{Meeting, PEOPLE, options_for};
use crate::smtp_server::{Behavior, ServerOptions};

const ADA: &str = "ada@example.org";

#[test]
fn a_copy_that_is_retried_has_the_current_numbers() {
    let mut meeting = Meeting::new(PEOPLE);
    meeting.send().exits(0);
    meeting.new_messages();
    meeting.replace_server(options_for(ADA, Behavior::Defer(1)));
    meeting.send_with(&["--again", "--only", ADA]).exits(4);
    let renamed = PEOPLE.replace(",Ada,", ",Ada L,");
    for roster in [renamed.as_str(), PEOPLE] {
        meeting.set_roster(roster);
        meeting.send().exits(0);
    }
    assert_eq!(
        meeting.new_messages(),
        ["ada@example.org REQUEST A1 Updated", "ada@example.org REQUEST A2 Updated"]
    );
    // Ada has got something newer than the copy that was asked for, so only Bob gets one.
    meeting.folder.make_deferred_due();
    meeting.send_with(&["--again", "--only", "bob@example.org"]).exits(0);
    assert_eq!(meeting.new_messages(), ["bob@example.org REQUEST B0 Invitation"]);
    meeting.send_with(&["--again", "--only", ADA]).exits(0);
    assert_eq!(meeting.new_messages(), ["ada@example.org REQUEST A2 Invitation"]);
}

#[test]
fn an_unfinished_round_is_finished_before_a_new_one_in_the_same_run() {
    let mut meeting = Meeting::new(PEOPLE);
    meeting.send().exits(0);
    meeting.new_messages();
    meeting.replace_server(options_for(ADA, Behavior::Defer(1)));
    meeting.send_with(&["--again", "--only", ADA]).exits(4);
    // Not before its time; until then Bob's round cannot begin.
    let bob = ["--again", "--only", "bob@example.org"];
    meeting.send_with(&bob).exits(4);
    assert!(meeting.new_messages().is_empty());
    meeting.folder.make_deferred_due();
    meeting.send_with(&bob).exits(0);
    assert_eq!(
        meeting.new_messages(),
        ["ada@example.org REQUEST A0 Invitation", "bob@example.org REQUEST B0 Invitation"]
    );
}

#[test]
fn the_exit_code_of_copies_is_that_of_those_chosen() {
    let mut meeting = Meeting::with_server(
        PEOPLE,
        ServerOptions {
            behaviors: [ADA, "bob@example.org"].map(|to| (to.to_owned(), Behavior::Refuse)).into(),
            ..ServerOptions::default()
        },
    );
    meeting.send().exits(4);
    meeting.replace_server(options_for("bob@example.org", Behavior::Refuse));
    // Ada was refused, too: the copy is what counts.
    meeting.send_with(&["--again", "--only", ADA]).exits(0).stderr("");
    assert_eq!(meeting.new_messages(), ["ada@example.org REQUEST A0 Invitation"]);
    meeting.send_with(&["--only", ADA]).exits(0);
    meeting.send().exits(4);
}

#[test]
fn a_later_accepted_message_ends_the_doubt_about_a_reminder() {
    let mut meeting = Meeting::new(PEOPLE);
    meeting.send().exits(0);
    meeting.replace_server(options_for(ADA, Behavior::CloseAfterDot));
    meeting.folder.run(["remind", "--yes", "-q"]).exits(4);
    meeting.replace_server(ServerOptions::default());
    meeting.set_roster(&PEOPLE.replace(",Ada,", ",Ada L,"));
    meeting.send().exits(0);
    meeting.folder.run(["settle", "--sent"]).exits(0).stderr("No message is in doubt.\n");
    meeting.folder.run(["remind", "--yes", "-q"]).exits(0).stderr("");
    // The reminder that was in doubt, and Bob's, are less than an hour old.
    meeting.new_messages();
    meeting.folder.run(["remind", "--yes", "--again", "-q"]).exits(0);
    assert_eq!(
        meeting.new_messages(),
        ["ada@example.org PUBLISH A1 Reminder", "bob@example.org PUBLISH B0 Reminder"]
    );
}

#[test]
fn a_reminder_before_the_start_goes_to_each_person_once_for_their_own_start() {
    let (first, second) = (super::commands::soon(40), super::commands::soon(90));
    let roster =
        |bob: &str| format!("email,name,start\n{ADA},Ada,{first}\nbob@example.org,Bob,{bob}\n");
    let mut meeting = Meeting::new(&roster(&second));
    meeting.edit_meeting("Europe/Berlin", "UTC");
    meeting.send().exits(0);
    meeting.new_messages();
    let remind = |meeting: &mut Meeting, before: &str| {
        meeting.folder.run(["remind", "--before", before, "--yes"]).exits(0);
        let people = meeting.new_messages();
        people
            .iter()
            .map(|message| message.split('@').next().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert!(remind(&mut meeting, "30m").is_empty());
    assert_eq!(remind(&mut meeting, "1h"), ["ada"]);
    assert!(remind(&mut meeting, "1h").is_empty());
    assert_eq!(remind(&mut meeting, "2h"), ["bob"]);
    for before in ["1h", "2h", "24h"] {
        assert!(remind(&mut meeting, before).is_empty(), "{before}");
    }
    // A start that was moved is another one. The last reminder is less than an hour old.
    meeting.set_roster(&roster(&super::commands::soon(50)));
    meeting.send().exits(0);
    meeting.new_messages();
    assert!(remind(&mut meeting, "1h").is_empty());
    meeting.folder.run(["remind", "--before", "1h", "--yes", "--again", "-q"]).exits(0);
    assert_eq!(meeting.new_messages(), ["bob@example.org PUBLISH B1 Reminder"]);
}

#[test]
fn whoever_is_chosen_gets_a_copy_besides_the_rest_of_an_unfinished_round() {
    let people = format!("{PEOPLE}cy@example.org,Cy,\n");
    let mut meeting = Meeting::new(&people);
    meeting.send().exits(0);
    meeting.new_messages();
    meeting.replace_server(options_for("bob@example.org", Behavior::Defer(1)));
    let all = ["--again", "--role", "participant"];
    meeting.send_with(&all).exits(4);
    assert_eq!(meeting.new_messages(), ["cy@example.org REQUEST C0 Invitation"]);
    meeting.folder.make_deferred_due();
    // Another choice than before: Cy is asked for once more. The plan shows both.
    let cy = ["--again", "--only", "cy@example.org"];
    let plan = meeting.folder.run(["send", "--dry-run"].iter().chain(&cy)).exits(0).stdout;
    assert!(
        plan.contains("+ bob@example.org  new copy") && plan.ends_with("2 new copies.\n"),
        "{plan}"
    );
    meeting.send_with(&cy).exits(0);
    assert_eq!(
        meeting.new_messages(),
        ["bob@example.org REQUEST B0 Invitation", "cy@example.org REQUEST C0 Invitation"]
    );
}

#[test]
fn nobody_is_reminded_twice_within_the_hour_by_the_rest_of_a_round() {
    let mut meeting = Meeting::new(PEOPLE);
    meeting.edit_meeting("2031-03-11 14:00", &super::commands::soon(40));
    meeting.edit_meeting("Europe/Berlin", "UTC");
    meeting.send().exits(0);
    meeting.new_messages();
    meeting.replace_server(options_for(ADA, Behavior::Defer(1)));
    meeting.folder.run(["remind", "--yes", "--wait", "0", "-q"]).exits(4);
    assert_eq!(meeting.new_messages(), ["bob@example.org PUBLISH B0 Reminder"]);
    meeting.folder.make_deferred_due();
    meeting.folder.run(["remind", "--before", "1h", "--yes", "-q"]).exits(0);
    assert_eq!(meeting.new_messages(), ["ada@example.org PUBLISH A0 Reminder"]);
    meeting.folder.run(["remind", "--yes", "-q"]).exits(0);
    assert!(meeting.new_messages().is_empty());
}

#[test]
fn those_invited_by_an_earlier_organizer_are_reminded_in_its_name() {
    let mut meeting = Meeting::new(PEOPLE);
    meeting.send().exits(0);
    meeting.new_messages();
    meeting.edit_meeting("<events@", "<office@");
    let run = meeting.folder.run(["remind", "--yes"]).exits(0);
    assert!(
        run.stderr.contains("2 people have not yet received the latest changes"),
        "{}",
        run.stderr
    );
    assert_eq!(
        meeting.new_messages(),
        ["ada@example.org PUBLISH A0 Reminder", "bob@example.org PUBLISH B0 Reminder"]
    );
}

#[test]
fn copies_that_are_continued_after_an_edit_mail_nobody_twice() {
    let people = format!("{PEOPLE}cy@example.org,Cy,\ndee@example.org,Dee,\n");
    let mut meeting = Meeting::new(&people);
    meeting.send().exits(0);
    meeting.new_messages();
    meeting.replace_server(options_for("bob@example.org", Behavior::Defer(1)));
    let again = ["--again", "--role", "participant"];
    meeting.send_with(&again).exits(4);
    assert_eq!(
        meeting.new_messages(),
        ["cy@example.org REQUEST C0 Invitation", "dee@example.org REQUEST D0 Invitation"]
    );
    // Dee, who got a copy, is no longer chosen. Cy, who got one as well, still is.
    meeting.set_roster(&people.replace("Dee,", "Dee,moderator"));
    meeting.send_with(&["--only", "dee@example.org"]).exits(0);
    assert_eq!(meeting.new_messages(), ["dee@example.org REQUEST D1 Updated"]);
    meeting.folder.make_deferred_due();
    meeting.send_with(&again).exits(0);
    assert_eq!(meeting.new_messages(), ["bob@example.org REQUEST B0 Invitation"]);
}

#[test]
fn a_reminder_in_doubt_is_told_and_not_repeated_by_the_rest_of_a_round() {
    let mut meeting = Meeting::new(PEOPLE);
    meeting.edit_meeting("2031-03-11 14:00", &super::commands::soon(40));
    meeting.edit_meeting("Europe/Berlin", "UTC");
    meeting.send().exits(0);
    meeting.replace_server(options_for(ADA, Behavior::Defer(1)));
    meeting.folder.run(["remind", "--yes", "--wait", "0", "-q"]).exits(4);
    meeting.folder.make_deferred_due();
    meeting.replace_server(options_for(ADA, Behavior::CloseAfterDot));
    meeting.folder.run(["remind", "--before", "1h", "--yes", "--wait", "0", "-q"]).exits(4);
    assert_eq!(meeting.new_messages(), ["ada@example.org PUBLISH A0 Reminder"]);
    // Ada is the rest of the first reminder, and was perhaps reminded a moment ago.
    let run = meeting.folder.run(["remind", "--yes", "--wait", "0"]).exits(4);
    assert!(meeting.new_messages().is_empty());
    assert!(run.stderr.contains("ada@example.org"), "{}", run.stderr);
}

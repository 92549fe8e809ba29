//! What messages say where the ledger decides it: why a cancellation is sent, and what an update can compare with.

use super::{Meeting, PEOPLE, options_for};
use crate::smtp_server::{Behavior, ServerOptions};
use crate::support::mime_part;

/// The text of the last message to an address.
fn last_text(meeting: &Meeting, address: &str) -> String {
    let mut messages = meeting.server.messages().into_iter();
    let last = messages.rfind(|message| message.to == address).unwrap();
    mime_part(&last.body, "text/plain").replace("\r\n", "\n")
}

#[test]
fn a_template_is_checked_for_every_reason_of_a_cancellation() {
    let mut meeting = Meeting::new(PEOPLE);
    meeting.edit_meeting("[mail]\n", "[mail]\ntemplates = \"templates\"\n");
    let template = "{{ title }} {% if reason == \"organizer\" %}{{ link }}{% endif %}";
    meeting.folder.write("templates/cancel.txt", template);
    meeting.send().exits(3);
    // A template that reads the roster's column is right for some reasons and some people only.
    let template = "{% if reason == \"organizer\" and email is starting_with(pat=\"bob\") %}{{ link }}{% endif %}x";
    meeting.folder.write("templates/cancel.txt", template);
    meeting.send().exits(0);
    meeting.new_messages();
    meeting.edit_meeting("events@example.org", "other@example.org");
    let run = meeting.send().exits(3);
    assert!(run.stderr.contains("cancel.txt contains a link"), "{}", run.stderr);
    assert!(meeting.new_messages().is_empty(), "nothing is sent if one message cannot be made");
}

#[test]
fn an_update_after_a_doubt_claims_nothing_about_earlier_messages() {
    let mut meeting = Meeting::new(PEOPLE);
    meeting.send().exits(0);
    meeting.replace_server(options_for("bob@example.org", Behavior::CloseAfterDot));
    meeting.edit_meeting("room = \"town-hall\"", "room = \"small-hall\"");
    meeting.send().exits(4);
    let ada = last_text(&meeting, "ada@example.org");
    assert!(ada.contains("You have a new link to this online meeting:"), "{ada}");
    assert!(ada.contains("Please use this link instead of the one in earlier messages."), "{ada}");
    meeting.replace_server(ServerOptions::default());
    meeting.edit_meeting("title = \"Town hall\"", "title = \"Assembly\"");
    meeting.send().exits(0);
    let ada = last_text(&meeting, "ada@example.org");
    assert!(ada.contains("a new title:\n\nAssembly\nPreviously: Town hall\n"), "{ada}");
    assert!(ada.contains("Your link has not changed."), "{ada}");
    // Bob may know the old room or the new one.
    let bob = last_text(&meeting, "bob@example.org");
    assert!(bob.contains("Please use this link instead of the one in earlier messages."), "{bob}");
    assert!(!bob.contains("same as before") && !bob.contains("Previously"), "{bob}");
}

#[test]
fn each_organizer_is_told_what_is_true_for_them() {
    let people = "email,name\nevents@example.org,Events\nother@example.org,Other\n";
    let mut meeting = Meeting::new(people);
    meeting.send().exits(0);
    meeting.new_messages();
    meeting.edit_meeting("<events@example.org>", "<other@example.org>");
    meeting.send().exits(0);
    let cancelled = |address: &str| {
        let mut messages = meeting.server.messages().into_iter();
        let found = messages.find(|message| {
            message.to == address && message.body.contains("Subject: Invitation cancelled")
        });
        found.unwrap().body
    };
    // The former organizer has added the event from a file, which no cancellation finds.
    let events = cancelled("events@example.org");
    assert!(!events.contains("METHOD:CANCEL"), "{events}");
    let text = mime_part(&events, "text/plain");
    assert!(text.contains("You were the organizer") && !text.contains("You are"), "{text}");
    // The present one was invited, and has the event in the calendar.
    let other = cancelled("other@example.org");
    assert!(other.contains("METHOD:CANCEL"), "{other}");
    assert!(!mime_part(&other, "text/plain").contains("the organizer,"), "{other}");
}

#[test]
fn who_is_invited_to_another_session_is_still_on_the_list() {
    let mut meeting = Meeting::new(
        "email,name,room,start\nada@example.org,Ada,one,2031-03-11 14:00\nada@example.org,Ada,two,2031-03-12 14:00\n\
         bob@example.org,Bob,one,2031-03-11 14:00\n",
    );
    meeting.send().exits(0);
    meeting.new_messages();
    meeting.set_roster(
        "email,name,room,start\nada@example.org,Ada,three,2031-03-13 14:00\nada@example.org,Ada,four,2031-03-14 14:00\n",
    );
    meeting.send().exits(0);
    let mut subjects = meeting.new_messages();
    subjects.retain(|message| message.contains("CANCEL"));
    assert_eq!(
        subjects,
        [
            "ada@example.org CANCEL A1 Invitation cancelled",
            "ada@example.org CANCEL B1 Invitation cancelled",
            "bob@example.org CANCEL C1 No longer on the list"
        ]
    );
}

#[test]
fn a_test_copy_to_the_organizer_shows_what_participants_read() {
    let meeting = Meeting::new(PEOPLE);
    meeting.folder.run(["send", "--to", "events@example.org", "-q"]).exits(0);
    let text = last_text(&meeting, "events@example.org");
    assert!(text.starts_with("This is a test copy. Only you received this."), "{text}");
    assert!(text.contains("invites you to an online meeting"), "{text}");
    assert!(!text.contains("organiz") && !text.contains("You received this because"), "{text}");
}

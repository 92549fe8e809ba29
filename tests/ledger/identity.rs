//! Whose event is whose: after a change of the organizer, with a date in the past, and while somebody or the whole meeting
//! is called off.

use super::{Meeting, PEOPLE};
use crate::support::mime_part;

const DURATION: &str = "duration = \"90m\"\n";

#[test]
fn another_organizer_cancels_in_the_old_name_and_invites_in_the_new() {
    let mut meeting = Meeting::new(PEOPLE);
    meeting.send().exits(0);
    meeting.new_messages();
    let head = "organizer = { name = \"Head\", email = \"head@example.net\" }\n";
    meeting.edit_meeting(DURATION, &format!("{DURATION}{head}"));
    let plan = meeting.plan();
    assert_eq!(plan[0], "+ ada@example.org  invitation");
    assert!(
        plan.contains(&"The organizer is now head@example.net instead of events@example.org: 2 people get a cancellation from the old organizer and an invitation from the new one".to_owned()),
        "{plan:?}"
    );
    assert_eq!(plan.last().unwrap(), "2 invitations, 2 cancellations.");
    meeting.send().exits(0);
    assert_eq!(
        meeting.new_messages(),
        [
            "ada@example.org REQUEST C0 Invitation",
            "bob@example.org REQUEST D0 Invitation",
            "ada@example.org CANCEL A1 Invitation cancelled",
            "bob@example.org CANCEL B1 Invitation cancelled"
        ]
    );
    let organizer = |meeting: &Meeting, at: usize| {
        let body = meeting.server.messages().remove(at).body;
        let calendar = mime_part(&body, "text/calendar").replace("\r\n ", "");
        let line = calendar.lines().find(|line| line.starts_with("ORGANIZER")).unwrap();
        line.trim().to_owned()
    };
    assert_eq!(organizer(&meeting, 0), "ORGANIZER;CN=\"Events team\":mailto:events@example.org");
    assert_eq!(organizer(&meeting, 4), organizer(&meeting, 0));
    assert!(organizer(&meeting, 2).ends_with(":mailto:head@example.net"));
    meeting.send().exits(0);
    assert!(meeting.new_messages().is_empty());
    // Another name is a change like any other.
    meeting.edit_meeting("\"Head\"", "\"The head\"");
    assert_eq!(meeting.plan()[0], "~ ada@example.org  update: organizer");
    // Back to the first organizer: the first events go on.
    meeting.edit_meeting(&head.replace("Head", "The head"), "");
    meeting.send().exits(0);
    assert_eq!(
        meeting.new_messages(),
        [
            "ada@example.org REQUEST A2 Back on",
            "bob@example.org REQUEST B2 Back on",
            "ada@example.org CANCEL C1 Invitation cancelled",
            "bob@example.org CANCEL D1 Invitation cancelled"
        ]
    );
    // SENT-BY is the mailbox that mails in the name of the other.
    assert!(
        organizer(&meeting, 8).contains("SENT-BY=\"mailto:events@example.org\""),
        "{}",
        organizer(&meeting, 8)
    );
}

#[test]
fn a_change_of_organizer_needs_no_override_but_a_short_roster_does() {
    let people = |count: usize| {
        (0..count).fold("email\n".to_owned(), |list, at| format!("{list}p{at}@example.org\n"))
    };
    let mut meeting = Meeting::new(&people(20));
    meeting.send().exits(0);
    meeting.new_messages();
    meeting.edit_meeting("<events@", "<office@");
    meeting.set_roster(&people(14));
    let run = meeting.folder.run(["plan"]).exits(3);
    assert!(run.stderr.contains("for 6 of 20 people"), "{}", run.stderr);
    meeting.set_roster(&people(20));
    meeting.send().exits(0);
    assert_eq!(meeting.new_messages().len(), 40);
}

#[test]
fn a_row_typed_into_the_past_leaves_its_invitation_alone() {
    let roster = |start: &str| {
        format!(
            "email,name,start\nada@example.org,Ada,2031-03-11 14:00\nbob@example.org,Bob,{start}\n"
        )
    };
    let mut meeting = Meeting::new(&roster("2031-03-11 16:00"));
    meeting.send().exits(0);
    meeting.new_messages();
    meeting.set_roster(&roster("2013-03-11 16:00"));
    let note = "bob@example.org  left alone: the roster says 11 March 2013 16:00 (Europe/Berlin), which is over; the invitation for 11 March 2031 16:00 (Europe/Berlin) stays as it is";
    assert_eq!(meeting.plan(), ["= 1 person is up to date", note, "Nothing is due."]);
    meeting.send().exits(0);
    assert!(meeting.new_messages().is_empty());
    // Corrected: the same event, and it can still be moved and cancelled.
    meeting.set_roster(&roster("2031-03-11 17:00"));
    meeting.send().exits(0);
    assert_eq!(meeting.new_messages(), ["bob@example.org REQUEST B1 New time"]);
    meeting.set_roster("email,name,start\nada@example.org,Ada,2031-03-11 14:00\n");
    meeting.send().exits(0);
    assert_eq!(meeting.new_messages(), ["bob@example.org CANCEL B2 No longer on the list"]);
}

#[test]
fn the_marks_of_the_meeting_and_of_a_person_are_independent() {
    let mut meeting = Meeting::new(PEOPLE);
    meeting.send().exits(0);
    meeting.new_messages();
    let bob = ["--only", "bob@example.org"];
    let cancel = |meeting: &Meeting, args: &[&str]| {
        meeting.folder.run(["cancel", "--yes"].iter().chain(args)).stderr
    };
    // Nothing is called off, so there is nothing to undo.
    let run = meeting.folder.run(["cancel", "--undo"]).exits(3);
    assert!(run.stderr.contains("the meeting is not called off"), "{}", run.stderr);
    let run = meeting.folder.run(["cancel", "--undo"].iter().chain(&bob)).exits(3);
    assert!(run.stderr.contains("not called off for bob@example.org alone"), "{}", run.stderr);

    let said = cancel(&meeting, &bob);
    assert!(
        said.starts_with("− bob@example.org  cancellation\nThe meeting is called off for bob@example.org.\n1 message"),
        "{said}"
    );
    let said = cancel(&meeting, &bob);
    assert_eq!(
        said,
        "The meeting was called off for bob@example.org already. No cancellation is due.\nTo take that back, run `meetmint cancel --undo --only bob@example.org`.\n"
    );
    // The meeting's mark cannot be cleared, because it is not set; the error names the one that is.
    let run = meeting.folder.run(["cancel", "--undo"]).exits(3);
    assert!(
        run.stderr.contains("`meetmint cancel --undo --only bob@example.org`"),
        "{}",
        run.stderr
    );

    cancel(&meeting, &[]);
    let run = meeting.folder.run(["cancel", "--undo", "--only", "ada@example.org"]).exits(3);
    assert!(run.stderr.contains("run `meetmint cancel --undo`"), "{}", run.stderr);
    meeting.folder.run(["cancel", "--undo"]).exits(0).stderr(
        "The meeting is no longer called off for everybody.\nIt is still called off for some people; `meetmint plan` names them.\nTo invite those who were sent a cancellation, run `meetmint send`.\n",
    );
    meeting.new_messages();
    // A person's mark survives the undoing of the meeting's, removal and return, and a second event.
    meeting.send().exits(0);
    assert_eq!(meeting.new_messages(), ["ada@example.org REQUEST A2 Back on"]);
    meeting.set_roster("email,name,role\nada@example.org,Ada,moderator\n");
    meeting.send().exits(0);
    meeting.set_roster(PEOPLE);
    let hint = "To take that back, run `meetmint cancel --undo --only bob@example.org`";
    assert_eq!(
        meeting.plan(),
        ["= 1 person is up to date", "bob@example.org  called off", hint, "Nothing is due."]
    );
    meeting.send().exits(0);
    assert!(meeting.new_messages().is_empty());
    meeting.folder.run(["cancel", "--undo"].iter().chain(&bob)).exits(0);
    meeting.send().exits(0);
    assert_eq!(meeting.new_messages(), ["bob@example.org REQUEST B2 Back on"]);
}

#[test]
fn status_counts_nobody_as_due_while_the_meeting_is_called_off() {
    let meeting = Meeting::new(PEOPLE);
    assert_eq!(meeting.status(), ["ada@example.org invite due", "bob@example.org invite due"]);
    meeting.send().exits(0);
    meeting.folder.run(["cancel", "--yes", "-q"]).exits(0);
    meeting.set_roster(&format!("{PEOPLE}cy@example.org,Cy,\n"));
    meeting.send().exits(0);
    assert_eq!(
        meeting.status(),
        ["ada@example.org cancel accepted", "bob@example.org cancel accepted"]
    );
    meeting.folder.run(["cancel", "--undo", "-q"]).exits(0);
    assert_eq!(meeting.status().len(), 3);
    assert!(meeting.status().iter().all(|person| person.ends_with("invite due")));
}

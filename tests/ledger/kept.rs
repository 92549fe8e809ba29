//! Who keeps an invitation although the roster does not show it: because of rows that cannot be read, or that are over.

use super::{Meeting, PEOPLE, options_for};
use crate::smtp_server::{Behavior, ServerOptions, SmtpServer};

const DURATION: &str = "duration = \"90m\"\n";
const HEAD: &str = "organizer = { name = \"Head\", email = \"head@example.net\" }\n";

fn change_organizer(meeting: &Meeting) {
    meeting.edit_meeting(DURATION, &format!("{DURATION}{HEAD}"));
}

/// Somebody is invited to two meetings, Bob to one.
fn two_meetings() -> Meeting {
    let mut meeting = Meeting::new(
        "email,name,start\nada@example.org,Ada,2031-03-11 14:00\nada@example.org,Ada,2031-03-12 14:00\nbob@example.org,Bob,2031-03-11 14:00\n",
    );
    meeting.send().exits(0);
    meeting.new_messages();
    meeting
}

#[test]
fn an_empty_roster_cancels_nobody() {
    let mut meeting = Meeting::new(PEOPLE);
    meeting.send().exits(0);
    meeting.new_messages();
    for roster in ["email,name,role\n", "email,name,role\n\n,,\n"] {
        meeting.set_roster(roster);
        let run = meeting.send_with(&["--skip-bad-rows"]).exits(3);
        assert!(run.stderr.contains("empty-roster"), "{}", run.stderr);
        assert!(meeting.new_messages().is_empty());
        assert_eq!(
            meeting.status(),
            ["ada@example.org invite accepted", "bob@example.org invite accepted"]
        );
    }
}

#[test]
fn another_organizer_replaces_nobody_whose_row_cannot_be_read() {
    // Somebody's address cannot be read: nothing is cancelled, and nobody gets a second event beside the first.
    let mut meeting = Meeting::new(PEOPLE);
    meeting.send().exits(0);
    meeting.new_messages();
    change_organizer(&meeting);
    meeting.set_roster(&format!("{PEOPLE}cy@example,Cy,\n"));
    meeting.send_with(&["--skip-bad-rows"]).exits(4);
    assert!(meeting.new_messages().is_empty());
    meeting.set_roster(PEOPLE);
    meeting.send().exits(0);
    assert_eq!(meeting.new_messages().len(), 4);

    // One of Ada's rows is bad: both of her events stay. Bob's is replaced.
    let mut meeting = two_meetings();
    change_organizer(&meeting);
    meeting.set_roster("email,name,start\nada@example.org,Ada,2031-03-11 14:00\nada@example.org,Ada,soon\nbob@example.org,Bob,2031-03-11 14:00\n");
    meeting.send_with(&["--skip-bad-rows"]).exits(4);
    let mailed = meeting.new_messages();
    assert!(mailed.iter().all(|message| message.starts_with("bob@")), "{mailed:?}");
    assert_eq!(mailed.len(), 2);
}

#[test]
fn a_date_in_the_past_leaves_every_event_of_its_person_alone() {
    // The row could not be told from a date that was never invited.
    let mut meeting = two_meetings();
    for second in ["2013-03-12 14:00", "2031-03-12 14:00"] {
        meeting.set_roster(&format!("email,name,start\nada@example.org,Ada,2013-03-11 14:00\nada@example.org,Ada,{second}\nbob@example.org,Bob,2031-03-11 14:00\n"));
        meeting.send().exits(0);
        assert!(meeting.new_messages().is_empty(), "{second}");
    }
    // The same under another organizer: she would be cancelled, and not invited.
    meeting.set_roster("email,name,start\nada@example.org,Ada,2013-03-11 14:00\nada@example.org,Ada,2013-03-12 14:00\nbob@example.org,Bob,2031-03-11 14:00\n");
    change_organizer(&meeting);
    meeting.send().exits(0);
    let mailed = meeting.new_messages();
    assert!(mailed.iter().all(|message| message.starts_with("bob@")), "{mailed:?}");
}

#[test]
fn a_date_in_the_past_says_nothing_about_events_that_were_cancelled_before() {
    let mut meeting = two_meetings();
    let roster = "email,name,start\nada@example.org,Ada,2031-03-11 14:00\nbob@example.org,Bob,2031-03-11 14:00\n";
    meeting.set_roster(roster);
    meeting.send().exits(0);
    assert_eq!(meeting.new_messages().len(), 1);
    meeting.set_roster(&format!("{roster}ada@example.org,Ada,2013-03-12 14:00\n"));
    assert_eq!(
        meeting.plan(),
        ["= 2 people are up to date", "1 person left out: the meeting is over", "Nothing is due."]
    );
}

#[test]
fn a_cancellation_that_was_deferred_is_sent_despite_a_date_in_the_past() {
    let mut meeting = two_meetings();
    meeting.server = SmtpServer::start(options_for("ada@example.org", Behavior::Defer(1)));
    meeting.messages_read = 0;
    meeting.use_smtp();
    let roster = "email,name,start\nada@example.org,Ada,2031-03-11 14:00\nbob@example.org,Bob,2031-03-11 14:00\n";
    meeting.set_roster(roster);
    meeting.send().exits(4);
    assert!(meeting.new_messages().is_empty());
    // A meeting that was held is added to the list.
    meeting.set_roster(&format!("{roster}ada@example.org,Ada,2013-03-12 14:00\n"));
    meeting.folder.make_deferred_due();
    meeting.send().exits(0);
    let mailed = meeting.new_messages();
    assert!(mailed.len() == 1 && mailed[0].starts_with("ada@example.org CANCEL"), "{mailed:?}");
}

#[test]
fn a_date_in_the_past_does_not_keep_anybody_from_being_called_off() {
    let mut meeting = two_meetings();
    let roster = "email,name,start\nada@example.org,Ada,2013-03-11 14:00\nada@example.org,Ada,2031-03-12 14:00\nbob@example.org,Bob,2031-03-11 14:00\ncy@example.org,Cy,2013-03-11 14:00\n";
    meeting.set_roster(roster);
    // Cy was never invited, and has nothing that could be called off.
    let run = meeting.folder.run(["cancel", "--only", "cy@example.org", "--yes"]).exits(3);
    assert!(run.stderr.contains("cy@example.org was never invited"), "{}", run.stderr);
    meeting.folder.run(["cancel", "--yes", "-q"]).exits(0);
    assert_eq!(meeting.new_messages().len(), 3);
}

#[test]
fn what_became_of_a_message_is_told_though_the_row_is_over() {
    let roster = |start: &str| {
        format!(
            "email,name,start\nada@example.org,Ada,2031-03-11 14:00\nbob@example.org,Bob,{start}\n"
        )
    };
    let mut meeting = Meeting::with_server(
        &roster("2031-03-11 14:00"),
        options_for("bob@example.org", Behavior::CloseAfterDot),
    );
    meeting.send().exits(4);
    meeting.replace_server(ServerOptions::default());
    meeting.set_roster(&roster("2013-03-11 14:00"));
    meeting.send().exits(4);
    assert!(meeting.plan().iter().any(|line| line.starts_with("? bob@example.org")));
    meeting.folder.run(["settle", "--sent", "-q"]).exits(0);
    meeting.send().exits(0);
}

#[test]
fn status_tells_what_is_unresolved() {
    let bob = "bob@example.org";
    // A refused update, and a reminder after it.
    let mut meeting = Meeting::new(PEOPLE);
    meeting.send().exits(0);
    meeting.replace_server(options_for(bob, Behavior::Refuse));
    meeting.set_roster(&PEOPLE.replace(",Bob,", ",Robert,"));
    meeting.send().exits(4);
    meeting.replace_server(ServerOptions::default());
    meeting.folder.run(["remind", "--yes", "-q"]).exits(0);
    assert_eq!(
        meeting.status(),
        ["ada@example.org remind accepted", "bob@example.org update refused"]
    );

    // A doubt, and a refused reminder after it.
    let mut meeting = Meeting::with_server(PEOPLE, options_for(bob, Behavior::CloseAfterDot));
    meeting.send().exits(4);
    meeting.replace_server(options_for(bob, Behavior::Refuse));
    meeting.folder.run(["remind", "--yes", "-q"]).exits(4);
    assert_eq!(meeting.status()[1], "bob@example.org invite in_doubt");

    // A deferred cancellation that nobody wants any more.
    let mut meeting = Meeting::new(PEOPLE);
    meeting.send().exits(0);
    meeting.replace_server(options_for(bob, Behavior::Defer(9)));
    meeting.folder.run(["cancel", "--only", bob, "--yes", "--wait", "0", "-q"]).exits(4);
    assert_eq!(meeting.status()[1], "bob@example.org cancel deferred");
    meeting.folder.run(["cancel", "--undo", "--only", bob]).exits(0);
    assert_eq!(meeting.status()[1], "bob@example.org invite accepted");
}

#[test]
fn a_date_in_the_past_leaves_the_event_of_an_earlier_organizer_alone() {
    let roster = |bob: &str| {
        format!(
            "email,name,start\nada@example.org,Ada,2031-03-11 14:00\nbob@example.org,Bob,{bob}\n"
        )
    };
    let invited = || {
        let mut meeting = Meeting::new(&roster("2031-03-11 14:00"));
        meeting.send().exits(0);
        change_organizer(&meeting);
        // Only Ada is sent anything, but for everybody the new organizer is recorded.
        meeting.send_with(&["--only", "ada@example.org"]).exits(0);
        meeting.set_roster(&roster("2021-03-11 14:00"));
        meeting.new_messages();
        meeting
    };
    let mut meeting = invited();
    meeting.send().exits(0);
    assert!(meeting.new_messages().is_empty());
    // Corrected, Bob's row is what it was.
    meeting.set_roster(&roster("2031-03-11 14:00"));
    meeting.send().exits(0);
    let mut messages = meeting.new_messages();
    messages.sort();
    assert_eq!(
        messages,
        ["bob@example.org CANCEL B1 Invitation cancelled", "bob@example.org REQUEST D0 Invitation"]
    );

    // The same if the organizer is changed back.
    let mut meeting = invited();
    meeting.edit_meeting(HEAD, "");
    meeting.send().exits(0);
    let messages = meeting.new_messages();
    assert!(messages.iter().all(|message| message.starts_with("ada@")), "{messages:?}");
    meeting.set_roster(&roster("2031-03-11 14:00"));
    meeting.send().exits(0);
    assert!(meeting.new_messages().is_empty());
}

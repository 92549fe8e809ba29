//! Messages that were written, refused, deferred or are in doubt, and what the next run does about them.

use super::{Meeting, PEOPLE, options_for};
use crate::smtp_server::{Behavior, ServerOptions};
use crate::support::roster_of;

#[test]
fn messages_written_to_a_folder_do_not_count_as_sent_by_smtp() {
    let mut meeting = Meeting::new(PEOPLE);
    meeting.folder.use_folder_outbox();
    meeting.send().exits(0);
    assert_eq!(meeting.folder.file_names("outbox").len(), 2);
    assert_eq!(
        meeting.status(),
        ["ada@example.org invite written", "bob@example.org invite written"]
    );
    meeting.use_smtp();
    assert_eq!(
        meeting.plan(),
        [
            "+ ada@example.org  invitation",
            "+ bob@example.org  invitation",
            "2 in the folder outbox, none mailed",
            "2 invitations."
        ]
    );
    meeting.send().exits(0);
    assert_eq!(
        meeting.new_messages(),
        ["ada@example.org REQUEST A0 Invitation", "bob@example.org REQUEST B0 Invitation"]
    );
    // The folder outbox has a record of its own, so nothing is due there.
    meeting.folder.use_folder_outbox();
    assert_eq!(meeting.plan(), ["= 2 people are up to date", "Nothing is due."]);
    meeting.set_roster("email,name,role\nada@example.org,Ada L.,moderator\n");
    meeting.send().exits(0);
    let names = meeting.folder.file_names("outbox");
    assert!(
        names.iter().any(|name| name.contains(".1.update.0."))
            && names.iter().any(|name| name.contains(".1.cancel.0.")),
        "{names:?}"
    );
    meeting.use_smtp();
    meeting.send().exits(0);
    assert_eq!(
        meeting.new_messages(),
        ["ada@example.org REQUEST A1 Updated", "bob@example.org CANCEL B1 No longer on the list"]
    );
}

#[test]
fn a_refused_person_is_tried_again_only_after_a_change() {
    let mut meeting =
        Meeting::with_server(PEOPLE, options_for("bob@example.org", Behavior::Refuse));
    meeting.send().exits(4);
    assert_eq!(meeting.new_messages(), ["ada@example.org REQUEST A0 Invitation"]);
    let refused = "! bob@example.org  refused";
    let hint = "A refused message is tried again if the person's details change, or with `meetmint send --again --only bob@example.org`";
    assert_eq!(meeting.plan(), ["= 1 person is up to date", refused, hint, "Nothing is due."]);
    assert_eq!(
        meeting.status(),
        ["ada@example.org invite accepted", "bob@example.org invite refused"]
    );
    // A change of their facts makes the invitation due again.
    meeting.set_roster("email,name,role\nada@example.org,Ada,moderator\nbob@example.org,Robert,\n");
    assert_eq!(
        meeting.plan(),
        ["+ bob@example.org  invitation", "= 1 person is up to date", "1 invitation."]
    );
    meeting.send().exits(4);
    // A person who was refused and is then removed gets no cancellation.
    meeting.set_roster("email,name,role\nada@example.org,Ada,moderator\n");
    assert_eq!(meeting.plan(), ["= 1 person is up to date", "Nothing is due."]);
    meeting.send().exits(0);
    assert!(meeting.new_messages().is_empty());
}

#[test]
fn removing_a_person_whose_update_was_refused_sends_a_cancellation() {
    let mut meeting = Meeting::new(PEOPLE);
    meeting.send().exits(0);
    meeting.new_messages();
    meeting.replace_server(options_for("bob@example.org", Behavior::Refuse));
    meeting.set_roster("email,name,role\nada@example.org,Ada,moderator\nbob@example.org,Robert,\n");
    meeting.send().exits(4);
    meeting.set_roster("email,name,role\nada@example.org,Ada,moderator\n");
    assert_eq!(meeting.plan()[0], "− bob@example.org  cancellation");
    meeting.replace_server(ServerOptions::default());
    meeting.send().exits(0);
    assert_eq!(meeting.new_messages(), ["bob@example.org CANCEL B2 No longer on the list"]);
}

#[test]
fn a_message_in_doubt_stays_so_until_settle_or_a_change() {
    let doubt = "? bob@example.org  in doubt";
    let hint = "If the message arrived, or the meeting is over, run `meetmint settle --sent --only bob@example.org`; otherwise, `meetmint settle --resend --only bob@example.org`";
    let closes =
        || Meeting::with_server(PEOPLE, options_for("bob@example.org", Behavior::CloseAfterDot));
    let mut meeting = closes();
    let run = meeting.folder.run(["send", "--yes", "--wait", "0"]).exits(4);
    assert!(
        run.stderr.contains("hint: if it arrived, or the meeting is over, run `meetmint settle --sent --only bob@example.org`; otherwise, `meetmint settle --resend --only bob@example.org`"),
        "{}",
        run.stderr
    );
    meeting.new_messages();
    assert_eq!(meeting.plan(), ["= 1 person is up to date", doubt, hint, "Nothing is due."]);
    meeting.send().exits(4);
    assert!(meeting.new_messages().is_empty());
    // Nothing is signed, so the secret's command does not run.
    let (file, command) = ("{ file = \"app-secret\" }", "{ command = [\"touch\", \"ran\"] }");
    meeting.folder.edit_meeting(file, command);
    meeting.folder.run(["settle", "--sent"]).exits(0).stderr("1 message counts as sent.\n");
    assert!(!meeting.folder.exists("ran"));
    meeting.folder.edit_meeting(command, file);
    assert_eq!(meeting.plan(), ["= 2 people are up to date", "Nothing is due."]);
    meeting.folder.run(["settle", "--sent"]).exits(0).stderr("No message is in doubt.\n");

    // If the person's facts change, an update is sent.
    let mut meeting = closes();
    meeting.send().exits(4);
    meeting.new_messages();
    meeting.set_roster("email,name,role\nada@example.org,Ada,moderator\nbob@example.org,Robert,\n");
    assert_eq!(
        meeting.plan(),
        ["~ bob@example.org  update: name", "= 1 person is up to date", "1 update."]
    );
    // If the person is removed, a cancellation is sent.
    meeting.set_roster("email,name,role\nada@example.org,Ada,moderator\n");
    assert_eq!(meeting.plan()[0], "− bob@example.org  cancellation");

    // `settle --resend` sends exactly the same bytes.
    let mut meeting = closes();
    meeting.send().exits(4);
    let first = meeting
        .server
        .messages()
        .into_iter()
        .find(|message| message.to == "bob@example.org")
        .unwrap();
    meeting.folder.run(["settle", "--resend"]).exits(2);
    meeting.replace_server(ServerOptions::default());
    meeting.folder.run(["settle", "--resend", "--yes", "-q"]).exits(0);
    meeting.server.wait_until_idle();
    assert_eq!(meeting.server.messages().last().unwrap().body, first.body);
    assert_eq!(meeting.status()[1], "bob@example.org invite accepted");

    // With another key the bytes would differ, so it refuses.
    let meeting = closes();
    meeting.send().exits(4);
    meeting.folder.write_private("app-secret", "another secret that only these tests know of");
    meeting.folder.run(["settle", "--resend", "--yes"]).exits(3).stderr(
        "error[message-changed]: the message to bob@example.org cannot be sent again as it was: its template, `message`, key or server has changed, or the version of meetmint\n  hint: count it as sent with `meetmint settle --sent`, then send a new copy with `meetmint send --again --only EMAIL`\n",
    );
}

#[test]
fn a_resend_that_is_not_accepted_leaves_the_message_in_doubt() {
    for behavior in [Behavior::Refuse, Behavior::Defer(9)] {
        let mut meeting =
            Meeting::with_server(PEOPLE, options_for("bob@example.org", Behavior::CloseAfterDot));
        meeting.send().exits(4);
        meeting.replace_server(options_for("bob@example.org", behavior));
        // The first copy may have arrived all the same: `send` must not repeat it, and a removal must cancel it.
        meeting.folder.run(["settle", "--resend", "--yes", "--wait", "0", "-q"]).exits(4);
        assert_eq!(meeting.status()[1], "bob@example.org invite in_doubt");
        meeting.send().exits(4);
        meeting.set_roster("email,name,role\nada@example.org,Ada,moderator\n");
        assert_eq!(meeting.plan()[0], "− bob@example.org  cancellation");
    }
}

#[test]
fn a_run_does_not_wait_for_deferred_messages_that_it_will_not_send() {
    let deferred = |people: &str| {
        let mut meeting =
            Meeting::with_server(people, options_for("bob@example.org", Behavior::Defer(1)));
        meeting.send().exits(4);
        meeting.new_messages();
        meeting
    };
    // `cancel` drops the deferred invitation.
    let mut meeting = deferred(PEOPLE);
    meeting.folder.run(["cancel", "--yes", "--wait", "5m", "-q"]).exits(0);
    assert_eq!(meeting.new_messages(), ["ada@example.org CANCEL A1 Cancelled"]);
    // The deferred person is removed from the roster.
    let mut meeting = deferred(PEOPLE);
    meeting.set_roster("email,name,role\nada@example.org,Ada,moderator\n");
    meeting.folder.run(["send", "--yes", "--wait", "5m", "-q"]).exits(0);
    assert!(meeting.new_messages().is_empty());
    // Only somebody else is selected.
    let mut meeting = deferred(PEOPLE);
    meeting
        .set_roster("email,name,role\nada@example.org,Ada King,moderator\nbob@example.org,Bob,\n");
    let only = ["send", "--only", "ada@example.org", "--yes", "--wait", "5m", "-q"];
    meeting.folder.run(only).exits(0);
    assert_eq!(meeting.new_messages(), ["ada@example.org REQUEST A1 Updated"]);
}

#[test]
fn a_deferred_message_is_retried_with_the_same_sequence() {
    let mut meeting =
        Meeting::with_server(PEOPLE, options_for("bob@example.org", Behavior::Defer(1)));
    meeting.send().exits(4);
    assert_eq!(meeting.new_messages(), ["ada@example.org REQUEST A0 Invitation"]);
    assert_eq!(
        meeting.plan(),
        [
            "+ bob@example.org  invitation, tried before",
            "= 1 person is up to date",
            "1 invitation."
        ]
    );
    // Before the time of the next try nothing is sent.
    meeting.send().exits(4);
    assert!(meeting.new_messages().is_empty());
    assert_eq!(meeting.folder.make_deferred_due(), 1);
    meeting.send().exits(0).stderr("");
    assert_eq!(meeting.new_messages(), ["bob@example.org REQUEST B0 Invitation"]);
}

#[test]
fn an_unreachable_server_stops_the_run_and_everything_stays_due() {
    let mut meeting = Meeting::new(PEOPLE);
    let port = meeting.server.port();
    meeting.edit_meeting(&format!("port = {port}"), "port = 1");
    let run = meeting.folder.run(["send", "--yes", "-q"]).exits(1);
    assert!(run.stderr.starts_with("error[stopped]: stopped with 2 messages not sent, because any further message would fail in the same way: cannot connect to 127.0.0.1:1"), "{}", run.stderr);
    meeting.edit_meeting("port = 1", &format!("port = {port}"));
    meeting.send().exits(0);
    assert_eq!(meeting.new_messages().len(), 2);
}

#[test]
fn what_to_do_about_several_people_is_said_once() {
    let closes = |person: &str| (person.to_owned(), Behavior::CloseAfterDot);
    let behaviors = ["p1@example.org", "p2@example.org"].map(closes).into();
    let options = ServerOptions { behaviors, ..ServerOptions::default() };
    let meeting = Meeting::with_server(&roster_of(22), options);
    let run = meeting.folder.run(["send", "--yes"]).exits(4);
    let hint = "settle --sent --only EMAIL`; otherwise, `meetmint settle --resend --only EMAIL`\n";
    assert_eq!(run.stderr.matches("warning: it is unknown").count(), 2, "{}", run.stderr);
    assert_eq!(run.stderr.matches("hint: ").count(), 1, "{}", run.stderr);
    assert!(
        run.stderr.contains(&format!(
            "hint: if it arrived, or the meeting is over, run `meetmint {hint}"
        )),
        "{}",
        run.stderr
    );
    let plan = meeting.plan();
    let hint = format!(
        "If the message arrived, or the meeting is over, run `meetmint {}",
        hint.trim_end()
    );
    assert_eq!(plan[1..4], ["? p1@example.org  in doubt", "? p2@example.org  in doubt", &hint]);
    // Nobody is left out of a list without a word.
    meeting.folder.ledger().execute("UPDATE message SET state = 'refused'", []).unwrap();
    let plan = meeting.plan();
    assert_eq!(plan[19..21], ["! p19@example.org  refused", "2 more; -v shows all"]);
    assert!(plan[21].ends_with("or with `meetmint send --again --only EMAIL`"), "{}", plan[21]);
    assert_eq!(meeting.plan_with(&["-v"]).len(), 24);
}

#[test]
fn a_doubt_about_a_meeting_that_is_over_is_told_by_all_commands_until_it_is_settled() {
    let list = "email,name,start\nada@example.org,Ada,2031-03-11 14:00\nbob@example.org,Bob,2031-03-11 14:00\n";
    for new_organizer in [false, true] {
        let mut meeting = Meeting::new(list);
        meeting.send().exits(0);
        meeting.replace_server(options_for("ada@example.org", Behavior::CloseAfterDot));
        let remind = ["remind", "--only", "ada@example.org", "--yes", "--wait", "0", "-q"];
        meeting.folder.run(remind).exits(4);
        meeting.replace_server(ServerOptions::default());
        // Ada's meeting was moved to an earlier day than the reminder says, and is over.
        let sql = "UPDATE entry SET start = start - 157766400, end = end - 157766400
                   WHERE person = 'ada@example.org'";
        meeting.folder.ledger().execute_batch(sql).unwrap();
        meeting.set_roster(&list.replacen("2031", "2026", 1));
        if new_organizer {
            let organizer = "organizer = { name = \"Office\", email = \"office@example.org\" }\n";
            meeting.edit_meeting("[roster]", &format!("{organizer}\n[roster]"));
            meeting.send().exits(4);
            meeting.new_messages();
        }
        let doubt = "? ada@example.org  in doubt".to_owned();
        assert!(meeting.plan().contains(&doubt), "{:?}", meeting.plan());
        assert_eq!(meeting.status()[0], "ada@example.org remind in_doubt");
        meeting.send().exits(4);
        meeting.folder.run(["ledger", "prune", "--yes", "-q"]).exits(4);
        // Nobody is mailed about it any more.
        let run = meeting.folder.run(["settle", "--resend", "--yes"]).exits(0);
        let words = "1 message counts as sent, because the meeting is over";
        assert!(run.stderr.contains(words), "{run:?}");
        assert!(meeting.new_messages().is_empty());
        assert!(!meeting.plan().contains(&doubt), "{:?}", meeting.plan());
        assert_eq!(meeting.status()[0], "ada@example.org remind accepted");
        meeting.send().exits(0);
        assert!(meeting.new_messages().is_empty());
    }
}

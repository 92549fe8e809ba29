//! Edits of the roster and of the meeting, and the messages that they cause.

use super::{Meeting, ONE_OLD_LINK, PEOPLE, case};

const TWO_STARTS: &str = "email,name,start,room\n\
    ada@example.org,Ada,2031-03-11 14:00,\nada@example.org,Ada,2031-03-11 16:00,\nbob@example.org,Bob,,\n";

#[test]
fn added_people_are_invited_and_removed_people_are_cancelled() {
    let both = ["+ ada@example.org  invitation", "+ bob@example.org  invitation", "2 invitations."];
    let mut meeting = Meeting::new(PEOPLE);
    assert_eq!(meeting.plan(), both);
    meeting.send().exits(0);
    assert_eq!(
        meeting.new_messages(),
        ["ada@example.org REQUEST A0 Invitation", "bob@example.org REQUEST B0 Invitation"]
    );

    case(
        PEOPLE,
        |meeting| meeting.set_roster(&format!("{PEOPLE}cy@example.org,Cy,\n")),
        &["+ cy@example.org  invitation", "= 2 people are up to date", "1 invitation."],
        &["cy@example.org REQUEST C0 Invitation"],
    );
    let mut meeting = case(
        PEOPLE,
        |meeting| meeting.set_roster("email,name,role\nada@example.org,Ada,moderator\n"),
        &[
            "− bob@example.org  cancellation",
            "= 1 person is up to date",
            ONE_OLD_LINK,
            "1 cancellation.",
        ],
        &["bob@example.org CANCEL B1 No longer on the list"],
    );
    // A person who is removed and added again keeps the UID, and SEQUENCE continues.
    meeting.set_roster(PEOPLE);
    meeting.send().exits(0);
    assert_eq!(meeting.new_messages(), ["bob@example.org REQUEST B2 Back on"]);
    // Adding and removing a person without a `send` in between has no effect.
    meeting.set_roster(&format!("{PEOPLE}cy@example.org,Cy,\n"));
    meeting.set_roster(PEOPLE);
    assert_eq!(meeting.plan(), ["= 2 people are up to date", "Nothing is due."]);
}

#[test]
fn a_change_to_a_person_sends_an_update_with_the_same_uid() {
    let one_update = |changes: &str| {
        [
            format!("~ bob@example.org  update: {changes}"),
            "= 1 person is up to date".to_owned(),
            "1 update.".to_owned(),
        ]
    };
    for (row, changes, subject) in [
        ("bob@example.org,Robert,", "name", "Updated"),
        ("bob@example.org,Bob,moderator", "role", "Updated"),
        ("bob@example.org,Robert,speaker", "role, name", "Updated"),
    ] {
        let mut meeting = Meeting::new(PEOPLE);
        meeting.edit_meeting("[mail]", "[roles.speaker]\nfeatures = [\"recording\"]\n\n[mail]");
        meeting.send().exits(0);
        meeting.new_messages();
        meeting.set_roster(&format!("email,name,role\nada@example.org,Ada,moderator\n{row}\n"));
        assert_eq!(meeting.plan(), one_update(changes));
        meeting.send().exits(0);
        assert_eq!(meeting.new_messages(), [format!("bob@example.org REQUEST B1 {subject}")]);
    }
    // Taking a role away does not revoke the old link, so the plan says how long it works.
    case(
        PEOPLE,
        |meeting| {
            meeting.set_roster("email,name,role\nada@example.org,Ada,\nbob@example.org,Bob,\n");
        },
        &["~ ada@example.org  update: role", "= 1 person is up to date", ONE_OLD_LINK, "1 update."],
        &["ada@example.org REQUEST A1 Updated"],
    );
    // An empty list turns all features off: that is not the same as no list.
    case(
        "email\nada@example.org\n",
        |meeting| {
            meeting.edit_meeting("[mail]", "[roles.participant]\nfeatures = []\n\n[mail]");
        },
        &["~ ada@example.org  update: role", "1 update."],
        &["ada@example.org REQUEST A1 New link"],
    );
    case(
        "email,language\nada@example.org,en\n",
        |meeting| meeting.set_roster("email,language\nada@example.org,en-GB\n"),
        &["~ ada@example.org  update: language", "1 update."],
        &["ada@example.org REQUEST A1 Updated"],
    );
    case(
        "email,id\nada@example.org,1\n",
        |meeting| meeting.set_roster("email,id\nada@example.org,2\n"),
        &["~ ada@example.org  update: id", "1 update."],
        &["ada@example.org REQUEST A1 New link"],
    );
}

#[test]
fn a_change_to_the_meeting_sends_an_update_to_everybody() {
    for (old, new, changes, subject) in [
        ("start = \"2031-03-11 14:00\"", "start = \"2031-03-12 10:00\"", "time", "New time"),
        ("duration = \"90m\"", "duration = \"2h\"", "time", "New time"),
        ("zone = \"Europe/Berlin\"", "zone = \"Europe/Paris\"", "time", "Updated"),
        ("room = \"town-hall\"", "room = \"small-hall\"", "room", "New link"),
        ("title = \"Town hall\"", "title = \"Assembly\"", "title", "New title"),
        (
            "title = \"Town hall\"",
            "title = \"Assembly\"\nopens = \"1h\"",
            "title, window",
            "New title",
        ),
        ("app_id = \"acme\"", "app_id = \"acme2\"", "server", "New link"),
        ("app_id = \"acme\"", "app_id = \"acme\"\nsubject = \"*\"", "server", "New link"),
        ("https://meet.example.org", "https://meet2.example.org", "server", "New link"),
        ("Events team <events@example.org>", "Staff <events@example.org>", "organizer", "Updated"),
    ] {
        case(
            PEOPLE,
            |meeting| meeting.edit_meeting(old, new),
            &[
                &format!("~ ada@example.org  update: {changes}"),
                &format!("~ bob@example.org  update: {changes}"),
                "2 updates.",
            ],
            &[
                &format!("ada@example.org REQUEST A1 {subject}"),
                &format!("bob@example.org REQUEST B1 {subject}"),
            ],
        );
    }
    case(
        PEOPLE,
        |meeting| {
            meeting
                .folder
                .write_private("app-secret", "another secret that only these tests know of");
        },
        &["~ ada@example.org  update: key", "~ bob@example.org  update: key", "2 updates."],
        &["ada@example.org REQUEST A1 New link", "bob@example.org REQUEST B1 New link"],
    );
}

#[test]
fn changes_of_templates_avatars_and_row_order_send_nothing() {
    let nothing = ["= 2 people are up to date", "Nothing is due."];
    for edit in [
        (|meeting: &Meeting| {
            meeting.set_roster(
                "email,name,role\nbob@example.org,Bob,\nada@example.org,Ada,moderator\n",
            );
        }) as fn(&Meeting),
        |meeting| {
            meeting.set_roster("role;email;name\nHost;ADA@example.org;Ada\n;bob@example.org;Bob\n");
        },
        |meeting| {
            meeting.set_roster("email,name,role,avatar\nada@example.org,Ada,moderator,https://example.org/a.png\nbob@example.org,Bob,,\n");
        },
        |meeting| {
            meeting.set_roster(
                "email,name,role,seat\nada@example.org,Ada,moderator,4\nbob@example.org,Bob,,5\n",
            );
        },
        |meeting| {
            meeting.edit_meeting("from =", "templates = \"mine\"\nfrom =");
            meeting.folder.write("mine/invite.txt", "{{ name }}: {{ link }}\n");
        },
    ] {
        case(PEOPLE, edit, &nothing, &[]);
    }
}

#[test]
fn several_edits_are_one_update_and_a_reverted_edit_sends_nothing() {
    case(
        PEOPLE,
        |meeting| {
            meeting.edit_meeting("title = \"Town hall\"", "title = \"Assembly\"");
            meeting.set_roster("email,name,role\nada@example.org,Ada L.,moderator\n");
        },
        &[
            "~ ada@example.org  update: title, name",
            "− bob@example.org  cancellation",
            ONE_OLD_LINK,
            "1 update, 1 cancellation.",
        ],
        &[
            "ada@example.org REQUEST A1 New title",
            "bob@example.org CANCEL B1 No longer on the list",
        ],
    );
    let mut meeting = Meeting::new(PEOPLE);
    meeting.send().exits(0);
    meeting.edit_meeting("title = \"Town hall\"", "title = \"Assembly\"");
    meeting.edit_meeting("title = \"Assembly\"", "title = \"Town hall\"");
    assert_eq!(meeting.plan(), ["= 2 people are up to date", "Nothing is due."]);
    // With a `send` in between, there are two updates.
    meeting.new_messages();
    meeting.edit_meeting("title = \"Town hall\"", "title = \"Assembly\"");
    meeting.send().exits(0);
    meeting.edit_meeting("title = \"Assembly\"", "title = \"Town hall\"");
    meeting.send().exits(0);
    assert_eq!(
        meeting.new_messages(),
        [
            "ada@example.org REQUEST A1 New title",
            "bob@example.org REQUEST B1 New title",
            "ada@example.org REQUEST A2 New title",
            "bob@example.org REQUEST B2 New title"
        ]
    );
}

#[test]
fn a_changed_address_is_a_cancellation_and_an_invitation() {
    case(
        PEOPLE,
        |meeting| {
            meeting.set_roster(
                "email,name,role\nada@example.org,Ada,moderator\nrob@example.org,Bob,\n",
            );
        },
        &[
            "+ rob@example.org  invitation",
            "− bob@example.org  cancellation",
            "= 1 person is up to date",
            ONE_OLD_LINK,
            "1 invitation, 1 cancellation.",
        ],
        &[
            "rob@example.org REQUEST C0 Invitation",
            "bob@example.org CANCEL B1 No longer on the list",
        ],
    );
    // If two people swap addresses, each address gets an update.
    case(
        PEOPLE,
        |meeting| {
            meeting.set_roster(
                "email,name,role\nbob@example.org,Ada,moderator\nada@example.org,Bob,\n",
            );
        },
        &[
            "~ bob@example.org  update: role, name",
            "~ ada@example.org  update: role, name",
            ONE_OLD_LINK,
            "2 updates.",
        ],
        &["bob@example.org REQUEST B1 Updated", "ada@example.org REQUEST A1 Updated"],
    );
}

#[test]
fn several_rows_of_one_person_are_matched_by_room_and_start() {
    let rest = "= 2 people are up to date";
    // The start of one of a person's rows changes.
    case(
        TWO_STARTS,
        |meeting| meeting.set_roster(&TWO_STARTS.replace("16:00", "17:00")),
        &["~ ada@example.org  update: time", rest, "1 update."],
        &["ada@example.org REQUEST B1 New time"],
    );
    // One row gets another start, and a new row has the old start: the new row is matched with the old entry.
    case(
        TWO_STARTS,
        |meeting| {
            meeting.set_roster(&format!(
                "{}ada@example.org,Ada,2031-03-11 16:00,\n",
                TWO_STARTS.replace("16:00", "17:00")
            ));
        },
        &["+ ada@example.org  invitation", "= 3 people are up to date", "1 invitation."],
        &["ada@example.org REQUEST D0 Invitation"],
    );
    // One row moves to another room, and a new row is in the old room: rows are matched by room before start.
    case(
        TWO_STARTS,
        |meeting| {
            meeting.set_roster("email,name,start,room\nada@example.org,Ada,2031-03-11 14:00,\nada@example.org,Ada,2031-03-11 16:00,blue\nada@example.org,Ada,2031-03-11 18:00,\nbob@example.org,Bob,,\n");
        },
        &[
            "+ ada@example.org  invitation",
            "~ ada@example.org  update: time",
            rest,
            "1 invitation, 1 update.",
        ],
        &["ada@example.org REQUEST D0 Invitation", "ada@example.org REQUEST B1 New time"],
    );
    // The room of one row changes.
    case(
        TWO_STARTS,
        |meeting| meeting.set_roster(&TWO_STARTS.replace("14:00,\n", "14:00,blue\n")),
        &["~ ada@example.org  update: room", rest, "1 update."],
        &["ada@example.org REQUEST A1 New link"],
    );
    // The start of the meeting changes: rows with a start of their own are not affected.
    case(
        TWO_STARTS,
        |meeting| {
            meeting.edit_meeting("start = \"2031-03-11 14:00\"", "start = \"2031-03-11 15:00\"");
        },
        &["~ bob@example.org  update: time", rest, "1 update."],
        &["bob@example.org REQUEST C1 New time"],
    );
    // The room of the meeting changes, also for the person with two rows.
    case(
        TWO_STARTS,
        |meeting| meeting.edit_meeting("room = \"town-hall\"", "room = \"blue\""),
        &[
            "~ ada@example.org  update: room",
            "~ ada@example.org  update: room",
            "~ bob@example.org  update: room",
            "3 updates.",
        ],
        &[
            "ada@example.org REQUEST A1 New link",
            "ada@example.org REQUEST B1 New link",
            "bob@example.org REQUEST C1 New link",
        ],
    );
    // One of a person's rows is removed.
    case(
        TWO_STARTS,
        |meeting| {
            meeting.set_roster("email,name,start,room\nada@example.org,Ada,2031-03-11 16:00,\nbob@example.org,Bob,,\n");
        },
        &["− ada@example.org  cancellation", rest, ONE_OLD_LINK, "1 cancellation."],
        &["ada@example.org CANCEL A1 Invitation cancelled"],
    );
    // A repeated row has no effect.
    case(
        TWO_STARTS,
        |meeting| meeting.set_roster(&format!("{TWO_STARTS}bob@example.org,Bob,,\n")),
        &["= 3 people are up to date", "Nothing is due."],
        &[],
    );
}

#[test]
fn past_rows_are_left_out_and_new_rows_are_invited() {
    let past =
        "email,name,start,room\nada@example.org,Ada,2021-03-11 14:00,\nbob@example.org,Bob,,\n";
    let mut meeting = Meeting::new(past);
    meeting.send().exits(0);
    assert_eq!(meeting.new_messages(), ["bob@example.org REQUEST A0 Invitation"]);
    meeting.set_roster(&format!("{past}ada@example.org,Ada,2031-03-11 18:00,\n"));
    assert_eq!(
        meeting.plan(),
        [
            "+ ada@example.org  invitation",
            "= 1 person is up to date",
            "1 person left out: the meeting is over",
            "1 invitation."
        ]
    );
}

//! What `send` refuses because of what is in the folder, `check` and `plan` report in the same words.

use crate::support::{Folder, MEETING, set_mode};

const PEOPLE: &str = "email,name\nada@example.org,Ada\nbob@example.org,Bob\n";

/// A mail server that needs a login.
const REMOTE: &str = "kind = \"smtp\"\nhost = \"mail.example.org\"\npassword = { file = \"p\" }\n";

/// Asserts that all three report these errors and no others, each error by how it begins, and that `links` exits with
/// this code.
#[track_caller]
fn same(folder: &Folder, links: i32, expected: &[&str]) {
    let checked = folder.run(["check", "-q"]).exits(3).stdout("").stderr;
    let errors: Vec<&str> =
        checked.lines().filter_map(|line| line.strip_prefix("error[")).collect();
    assert_eq!(errors.len(), expected.len(), "{checked}");
    for (error, expected) in errors.iter().zip(expected) {
        assert!(error.starts_with(expected), "{error} does not begin with {expected}");
    }
    for args in [&["send", "-q", "--yes", "--first"][..], &["plan", "-q"]] {
        folder.run(args).exits(3).stderr(&checked);
    }
    // A meeting that is over is no mistake for a reminder: there is nobody to remind.
    if !expected[0].starts_with("over]") {
        folder.run(["remind", "-q", "--yes"]).exits(3).stderr(&checked);
    }
    assert!(!folder.exists("ledger.db"));
    folder.run(["links", "-q"]).exits(links);
}

fn outbox(lines: &str) -> Folder {
    let folder = Folder::meeting(PEOPLE);
    let meeting = folder.read("meeting.toml");
    folder.write("meeting.toml", format!("{meeting}\n[outbox]\n{lines}"));
    folder
}

#[test]
fn of_the_roster() {
    #[track_caller]
    fn roster(people: &str, links: i32, expected: &[&str]) {
        same(&Folder::meeting(people), links, expected);
    }

    roster(
        "email,name\nada@example.org,Ada\n,Bob\n,\" \"\n",
        0,
        &["no-email]: people.csv:3: column `email`: `Bob` has no email address"],
    );
    roster(
        "email,name,role\nada@example.org,Ada,\n\u{fc}@example.org,U,\n",
        0,
        &[
            "not-ascii]: people.csv:3: column `email`: `\u{fc}@example.org` cannot be reached by mail",
        ],
    );
    // A row with another separator, and one in quotes as a whole.
    roster(
        "name,email,role\nAda,ada@example.org,\nBob;bob@example.org;moderator\n\"Cy,cy@example.org,\"\nDi\tdi@example.org\n",
        3,
        &[
            "separator]: people.csv:3: `Bob;bob@example.org;moderator` looks like several cells in one, separated by `;`",
            "separator]: people.csv:4: `Cy,cy@example.org,` looks like several cells in one, separated by `,`",
            "separator]: people.csv:5: ",
        ],
    );
    roster(
        "id,email,name\n7,ada@example.org,Ada\n8,bob@example.org,Bob\n7,cy@example.org,Cy\n",
        3,
        &[
            "same-id]: people.csv:4: column `id`: two people have the id `7`: `ada@example.org` on line 2 and `cy@example.org` on line 4",
        ],
    );
    // The address is the id of whoever has no other.
    roster(
        "id,email,name\n,ada@example.org,Ada\nada@example.org,bob@example.org,Bob\n",
        3,
        &["same-id]: people.csv:3: column `id`: two people have the id `ada@example.org`"],
    );
    roster(
        "email,language\nada@example.org,Klingon\nbob@example.org,xx\n",
        3,
        &[
            "not-a-language]: people.csv:2: column `language`: `Klingon`: not a known language",
            "not-a-language]: people.csv:3: column `language`: `xx`: not a known language",
        ],
    );
    roster(
        "email,role\nada@example.org,teacher\nbob,\n",
        3,
        &["unknown-role]: people.csv:2: ", "not-an-email]: people.csv:3: "],
    );
    roster("email,name\n", 3, &["empty-roster]: people.csv: "]);
}

#[test]
fn people_who_share_an_id_are_skipped_with_other_bad_rows() {
    let folder = Folder::meeting(
        "id,email,name\n7,ada@example.org,Ada\n8,bob@example.org,Bob\n7,cy@example.org,Cy\n7,ada@example.org,Ada\n",
    );
    let run = folder.run(["send", "--skip-bad-rows"]).exits(4);
    let warning = "warning: skipped: people.csv:4: column `id`: two people have the id `7`: ";
    assert!(run.stderr.contains(warning), "{}", run.stderr);
    let names = folder.file_names("outbox");
    assert!(names.len() == 1 && names[0].starts_with("bob@example.org."), "{names:?}");
    // One person in two rooms is still one person.
    folder.add_roster_setting("per_row = [\"room\"]").write(
        "people.csv",
        "id,email,room\n7,ada@example.org,a\n8,bob@example.org,a\n7,ada@example.org,b\n",
    );
    folder.run(["check", "-q"]).exits(0).stderr("");
}

#[test]
fn of_the_sender_and_the_meeting() {
    #[track_caller]
    fn edited(old: &str, new: &str, links: i32, expected: &[&str]) {
        let folder = Folder::meeting(PEOPLE);
        folder.edit_meeting(old, new);
        same(&folder, links, expected);
    }

    let from = "from = \"Events team <events@example.org>\"";
    edited(from, "", 0, &["no-from]: meeting.toml: `from` is missing"]);
    edited(from, "from = \"\"", 0, &["bad-sender]: meeting.toml:19: `` is not a valid sender: "]);
    for several in ["a@example.org, b@example.org", "A <a@example.org>, B <b@example.org>"] {
        let error = format!(
            "bad-sender]: meeting.toml:19: `{several}` is not a valid sender: it is more than one address"
        );
        edited(from, &format!("from = \"{several}\""), 0, &[&error]);
    }
    let organizer = "duration = \"90m\"\norganizer = { email = \"a@example.org, b@example.org\" }";
    edited(
        "duration = \"90m\"",
        organizer,
        3,
        &[
            "not-an-email]: meeting.toml:14: `a@example.org, b@example.org`: not an email address: it is more than one address",
        ],
    );
    edited(
        "[mail]",
        "[mail]\nlanguage = \"deutsch\"",
        0,
        &["not-a-language]: meeting.toml:19: `deutsch`: not a known language"],
    );
    for (reply_to, error) in [
        ("office", "`office` is not a valid address for replies: it has no `@`"),
        ("", "`` is not a valid address for replies: the address is empty"),
        (
            "A <a@example.org>, b@example.org",
            "`A <a@example.org>, b@example.org` is not a valid address for replies: it is more than one address",
        ),
        (
            "büro@example.org",
            "`büro@example.org` cannot be reached by mail: many servers accept only ASCII",
        ),
    ] {
        let error = format!("bad-reply-to]: meeting.toml:19: `reply_to`: {error}");
        edited("[mail]", &format!("[mail]\nreply_to = \"{reply_to}\""), 0, &[&error]);
    }
    edited(
        "[mail]",
        "[mail]\nmessage = \" \\n \"",
        0,
        &["bad-message]: meeting.toml:19: `message`: it has no visible characters"],
    );
    edited(
        "[mail]",
        &format!("[mail]\nmessage = \"\"\"\nHello\n{}\"\"\"", "x".repeat(1995)),
        0,
        &[
            "bad-message]: meeting.toml:19: `message`: it is 2001 characters long, and at most 2000 are allowed: the rest begins in line 2 of the text, column 1995",
        ],
    );
    edited(
        "2031-03-11",
        "2021-03-11",
        3,
        &[
            "over]: meeting.toml:11: the meeting is over: it ended on 11 March 2021 15:30 (Europe/Berlin)",
        ],
    );
    edited("[mail]", "[mail]\ntemplates = \"absent\"", 0, &["no-templates]: meeting.toml: "]);
    // All of them at once.
    let folder = Folder::meeting("email,name\nada@example.org,Ada\n,Bob\n");
    folder
        .edit_meeting(from, "templates = \"t\"")
        .write("t/invite.txt", "{{ link }} {{ nmae }}")
        .write("outbox", "a file");
    same(
        &folder,
        0,
        &[
            "no-email]: people.csv:3: ",
            "no-from]: meeting.toml: ",
            "template]: t/invite.txt:1:15: ",
            "outbox]: meeting.toml: `outbox` is not a folder",
        ],
    );
}

#[test]
fn of_rows_that_are_all_over() {
    let folder = Folder::meeting(
        "email,start\na@example.org,2021-03-11 14:00\nb@example.org,2022-03-11 14:00\n",
    );
    folder.add_roster_setting("per_row = [\"start\"]");
    same(&folder, 3, &["over]: people.csv: everybody's meeting is over"]);
    folder.write("people.csv", "email,start\na@example.org,2021-03-11 14:00\nb,2099-03-11 14:00\n");
    let run = folder.run(["send", "-q", "--skip-bad-rows"]).exits(3);
    let over = "error[over]: people.csv: the meeting is over in every row without an error\n";
    assert!(run.stderr.starts_with(over), "{}", run.stderr);
}

#[test]
fn of_what_the_server_accepts() {
    let folder = Folder::meeting(PEOPLE);
    folder.edit_meeting(
        "[meeting]",
        "subject = \"*\"\n[server.accepts]\nissuers = [\"crm\"]\nwildcards = false\n\n[meeting]",
    );
    let expected = [
        "refused-claim]: meeting.toml:7: the server refuses `*` as `sub`",
        "refused-claim]: meeting.toml:9: the server accepts `crm` as `iss`, and tokens of this meeting have `acme`",
    ];
    same(&folder, 3, &expected);
    let links = folder.run(["links", "-q"]).exits(3).stderr;
    folder.run(["check", "-q"]).exits(3).stderr(&links);
    folder.run(["token", "ada@example.org", "-q"]).exits(3).stderr(&links);
}

#[test]
fn of_roles() {
    #[track_caller]
    fn roles(lines: &str, links: i32, expected: &[&str]) {
        let folder = Folder::meeting(PEOPLE);
        folder.edit_meeting("[mail]", &format!("{lines}\n\n[mail]"));
        same(&folder, links, expected);
    }

    roles(
        "[roles.moderator]\npeople = [\"j\u{fc}rgen@example.org\"]",
        0,
        &["not-ascii]: meeting.toml:19: `j\u{fc}rgen@example.org` cannot be reached by mail"],
    );
    roles(
        "[roles.moderator]\npeople = [\"ada@example.org\", \"bob\"]\n[roles.speaker]\npeople = [\"Ada@example.org\"]",
        3,
        &[
            "not-an-email]: meeting.toml:19: `bob` is not an email address",
            "two-roles]: meeting.toml:21: `Ada@example.org` is listed under two roles, `moderator` and `speaker`",
        ],
    );
    roles(
        "[roles.speaker]\nmoderator = true\nvisitor = true",
        3,
        &["bad-role]: meeting.toml:20: the role `speaker` cannot be moderator and visitor"],
    );
    roles(
        "[roles.speaker]\nfeatures = [\"recording\", \"screen-sharin\", \"name-readonly\"]",
        3,
        &["bad-feature]: meeting.toml:19: `screen-sharin` is not a feature of Jitsi"],
    );
}

#[test]
fn of_the_way_to_the_outbox() {
    let folder = outbox(REMOTE);
    let error =
        "key-absent]: meeting.toml:24: cannot read the password in `p`: there is no such file";
    same(&folder, 0, &[error]);
    folder.write_private("p", "");
    same(
        &folder,
        0,
        &["bad-password]: meeting.toml:24: cannot use the password in `p`: it is empty"],
    );
    folder.write("p", "a password");
    set_mode(&folder.path().join("p"), 0o644);
    same(
        &folder,
        0,
        &[
            "key-readable]: meeting.toml:24: every user of this machine can read the password in `p`",
        ],
    );

    let folder = outbox(&format!("{REMOTE}ca = \"ca.pem\"\n"));
    let ca = "no-trust]: meeting.toml:25: cannot read PEM certificates from `ca.pem`: ";
    same(&folder, 0, &[error, ca]);
    folder.write("ca.pem", "no certificate").write_private("p", "a password");
    same(&folder, 0, &[ca]);

    let folder = outbox("kind = \"smtp\"\nhost = \"127.0.0.1\"\nsecurity = \"none\"\n");
    folder.write_private("app-secret", "practice-of-thirty-two-characters-at-least");
    same(&folder, 0, &["practice]: meeting.toml:5: this is a practice secret"]);

    let folder = outbox("kind = \"folder\"\ndir = \"people.csv\"\n");
    same(&folder, 0, &["outbox]: meeting.toml:23: `people.csv` is not a folder"]);
}

#[test]
fn of_a_message_that_cannot_be_made() {
    let folder = Folder::meeting("email,name\nada@example.org,Ada\nbob@example.org,Bob\n");
    folder.edit_meeting("[mail]", "[mail]\ntemplates = \"t\"").write(
        "t/invite.txt",
        "{{ link }}{% if name == \"Bob\" %}{{ throw(message=\"no Bob\") }}{% endif %}",
    );
    let checked = folder.run(["check", "-q"]).exits(3).stderr;
    let error = "error[no-message]: people.csv: cannot create the message to bob@example.org: ";
    assert!(checked.starts_with(error) && checked.contains("no Bob"), "{checked}");
    assert_eq!(checked.matches("error[").count(), 1);
    folder.run(["plan", "-q"]).exits(3).stderr(&checked);
    folder.run(["send", "-q"]).exits(3).stderr(&checked);

    // Somebody else's link in a cell.
    let link = folder.run(["token", "ada@example.org", "-q"]).exits(0).stdout;
    let people = format!("email,name,note\nada@example.org,Ada,\nbob@example.org,Bob,{link}");
    folder.write("people.csv", people).write("t/invite.txt", "{{ link }} {{ extra.note }}");
    let checked = folder.run(["check", "-q"]).exits(3).stderr;
    let error = "error[no-message]: people.csv: refusing to send the message to bob@example.org: ";
    assert!(checked.starts_with(error), "{checked}");
    folder.run(["send", "-q"]).exits(3).stderr(&checked);
    assert!(!folder.exists("outbox"));
}

#[test]
fn consequences_of_a_mistake_are_not_reported() {
    // No roster can be read, so nobody knows its columns.
    let folder = Folder::meeting(PEOPLE);
    folder
        .edit_meeting("[mail]", "[mail]\ntemplates = \"t\"")
        .edit_meeting("people.csv", "absent.csv")
        .write("t/invite.txt", "{{ link }} {{ extra.school }}");
    same(&folder, 3, &["no-roster]: absent.csv: "]);
    // A `from` of the wrong type is not missing, and behind a syntax error nothing is known.
    let from = "from = \"Events team <events@example.org>\"";
    for (old, new, error) in [
        (from, "from = 5", "wrong-type]: meeting.toml:19: `from` must be a string"),
        (from, "from = Events team", "toml]: meeting.toml:19: invalid TOML: "),
        ("[mail]", "[mail", "toml]: meeting.toml:18: invalid TOML: "),
    ] {
        let folder = Folder::meeting(PEOPLE);
        folder.edit_meeting(old, new);
        same(&folder, 3, &[error]);
    }
    let folder = Folder::meeting(PEOPLE);
    folder.write("meeting.toml", format!("mail = 5\n{}", MEETING.split("[mail]").next().unwrap()));
    same(&folder, 3, &["wrong-type]: meeting.toml:1: `mail` must be a table"]);
    // With an invalid meeting, another one stands in for it.
    let folder = Folder::meeting(PEOPLE);
    folder.edit_meeting("title = \"Town hall\"", "title = \"\"");
    let run = folder.run(["check"]).exits(3);
    assert!(!run.stderr.contains("warning: "), "{}", run.stderr);
    // The moderator's row is the one with the problem.
    let folder = Folder::meeting("email,role\nada,moderator\nbob@example.org,\n");
    let run = folder.run(["check"]).exits(3);
    assert!(!run.stderr.contains("is a moderator\n"), "{}", run.stderr);
}

#[test]
fn a_variable_that_stops_send() {
    let folder = Folder::meeting(PEOPLE);
    let epoch = [("SOURCE_DATE_EPOCH", "soon")];
    let checked = folder.run_with_env(["check", "-q"], &epoch).exits(3).stderr;
    assert!(checked.starts_with("error[bad-environment]: SOURCE_DATE_EPOCH: `soon` is not a time"));
    folder.run_with_env(["plan", "-q"], &epoch).exits(3).stderr(&checked);
    folder.run_with_env(["send", "-q"], &epoch).exits(3).stderr(&checked);
}

#[test]
fn what_only_matters_to_mail_does_not_stop_what_mails_nothing() {
    let folder = Folder::meeting(PEOPLE);
    folder.run(["send", "-q"]).exits(0);
    folder.use_smtp(9, "password = { file = \"absent\" }\n");
    folder.run(["settle", "--sent", "-q"]).exits(0);
    folder.run(["cancel", "-q", "--yes"]).exits(3);
    folder.use_folder_outbox();
    folder.run(["cancel", "-q"]).exits(0);
    folder.use_smtp(9, "password = { file = \"absent\" }\n");
    folder.run(["cancel", "--undo", "-q"]).exits(0);
}

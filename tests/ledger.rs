//! The list is what should be, the ledger what has been sent: every edit, and what comes of it.

use std::collections::HashMap;

use crate::sink::{Behaviour, Options, Sink};
use crate::support::{Folder, MEETING, Run, SECRET, part};

const PEOPLE: &str = "email,name,role\nada@example.org,Ada,moderator\nbob@example.org,Bob,\n";
const SLOTS: &str = "email,name,start,room\n\
    ada@example.org,Ada,2031-03-11 14:00,\nada@example.org,Ada,2031-03-11 16:00,\nbob@example.org,Bob,,\n";

/// A meeting folder that mails to a counting server.
struct Town {
    folder: Folder,
    sink: Sink,
    seen: usize,
    /// Calendar identities by the letter that cases call them.
    uids: HashMap<String, char>,
}

impl Town {
    fn new(people: &str) -> Town {
        Town::with(people, Options::default())
    }

    fn with(people: &str, options: Options) -> Town {
        let (folder, sink) = (Folder::empty(), Sink::start(options));
        folder
            .write("meeting.toml", MEETING)
            .write("people.csv", people)
            .private("app-secret", SECRET);
        let town = Town { folder, sink, seen: 0, uids: HashMap::new() };
        town.mails();
        if people.contains(",start") {
            town.folder.change(
                "file = \"people.csv\"",
                "file = \"people.csv\"\nper_row = [\"start\", \"room\"]",
            );
        }
        town
    }

    fn mails(&self) {
        let outbox = format!(
            "[outbox]\nkind = \"smtp\"\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\n",
            self.sink.port()
        );
        let text = self.folder.read("meeting.toml");
        let text = text.split("\n[outbox]").next().unwrap().to_owned();
        self.folder.write("meeting.toml", format!("{text}\n{outbox}"));
    }

    fn rehearses(&self) {
        let text = self.folder.read("meeting.toml");
        self.folder.write("meeting.toml", text.split("\n[outbox]").next().unwrap());
    }

    fn people(&self, people: &str) {
        self.folder.write("people.csv", people);
    }

    fn change(&self, old: &str, new: &str) {
        self.folder.change(old, new);
    }

    fn send(&self) -> Run {
        self.send_with(&[])
    }

    fn send_with(&self, args: &[&str]) -> Run {
        self.folder.run(["send", "--yes", "--wait", "0", "-q"].iter().chain(args))
    }

    fn plan(&self) -> Vec<String> {
        self.plan_with(&[])
    }

    fn plan_with(&self, args: &[&str]) -> Vec<String> {
        let run = self.folder.run(["plan"].iter().chain(args)).exits(0);
        run.stdout.lines().map(|line| line.trim().to_owned()).collect()
    }

    /// What was mailed since the last look: `ada@example.org REQUEST A0 invite`, the letter being the UID and the
    /// number SEQUENCE.
    fn got(&mut self) -> Vec<String> {
        self.sink.quiet();
        let messages = self.sink.messages();
        let mut got = Vec::new();
        for taken in &messages[self.seen..] {
            let subject =
                taken.body.lines().find_map(|line| line.strip_prefix("Subject: ")).unwrap();
            let calendar = if taken.body.contains("Content-Type: text/calendar") {
                "text/calendar"
            } else {
                "application/ics"
            };
            let calendar = part(&taken.body, calendar).replace("\r\n ", "");
            let value = |name: &str| {
                let found =
                    calendar.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
                found.unwrap_or_default().trim().to_owned()
            };
            let next = char::from(b'A' + u8::try_from(self.uids.len()).unwrap());
            let letter = *self.uids.entry(value("UID")).or_insert(next);
            let word = subject.split([':', ',']).next().unwrap();
            got.push(format!(
                "{} {} {letter}{} {word}",
                taken.to,
                value("METHOD"),
                value("SEQUENCE")
            ));
        }
        self.seen = messages.len();
        got
    }

    fn status(&self) -> Vec<String> {
        let run = self.folder.run(["status", "--format", "json"]).exits(0);
        let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        let word = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        let people = report["people"].as_array().unwrap().iter();
        people
            .map(|one| {
                format!("{} {} {}", word(&one["email"]), word(&one["kind"]), word(&one["state"]))
            })
            .collect()
    }
}

/// A list that was sent, an edit, and what comes of it: the plan's words, then what was mailed.
#[track_caller]
fn case(list: &str, edit: impl FnOnce(&Town), plan: &[&str], mailed: &[&str]) -> Town {
    let mut town = Town::new(list);
    town.send().exits(0);
    town.got();
    edit(&town);
    assert_eq!(town.plan(), plan);
    town.send().exits(0);
    assert_eq!(town.got(), mailed);
    // And once more: everybody is left in peace.
    assert!(town.plan().contains(&"Nothing is due.".to_owned()), "{:?}", town.plan());
    town.send().exits(0);
    assert!(town.got().is_empty());
    town
}

const LINKS_1: &str = "1 old link keeps working until 11 March 2031 17:30 (Europe/Berlin); a new `room` stops that, and moves everybody else along";
const LINKS_2: &str = "2 old links keep working until 11 March 2031 17:30 (Europe/Berlin); a new `room` stops that, and moves everybody else along";

#[test]
fn people_who_come_are_invited_and_people_who_go_are_cancelled() {
    let both = ["+ ada@example.org  invitation", "+ bob@example.org  invitation", "2 invitations."];
    let mut town = Town::new(PEOPLE);
    assert_eq!(town.plan(), both);
    town.send().exits(0);
    assert_eq!(
        town.got(),
        ["ada@example.org REQUEST A0 Invitation", "bob@example.org REQUEST B0 Invitation"]
    );

    case(
        PEOPLE,
        |town| town.people(&format!("{PEOPLE}cy@example.org,Cy,\n")),
        &["+ cy@example.org  invitation", "= 2 people are up to date", "1 invitation."],
        &["cy@example.org REQUEST C0 Invitation"],
    );
    let mut town = case(
        PEOPLE,
        |town| town.people("email,name,role\nada@example.org,Ada,moderator\n"),
        &[
            "− bob@example.org  cancellation",
            "= 1 person is up to date",
            LINKS_1,
            "1 cancellation.",
        ],
        &["bob@example.org CANCEL B1 Cancelled"],
    );
    // Taken out and put back: the same UID, SEQUENCE goes on.
    town.people(PEOPLE);
    town.send().exits(0);
    assert_eq!(town.got(), ["bob@example.org REQUEST B2 Invitation"]);
    // Added and taken out again without a send between: nothing.
    town.people(&format!("{PEOPLE}cy@example.org,Cy,\n"));
    town.people(PEOPLE);
    assert_eq!(town.plan(), ["= 2 people are up to date", "Nothing is due."]);
}

#[test]
fn what_changes_about_a_person_is_updated_in_place() {
    let one = |changes: &str| {
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
        let mut town = Town::new(PEOPLE);
        town.change("[mail]", "[roles.speaker]\nfeatures = [\"recording\"]\n\n[mail]");
        town.send().exits(0);
        town.got();
        town.people(&format!("email,name,role\nada@example.org,Ada,moderator\n{row}\n"));
        assert_eq!(town.plan(), one(changes));
        town.send().exits(0);
        assert_eq!(town.got(), [format!("bob@example.org REQUEST B1 {subject}")]);
    }
    // A role that is taken away revokes no link.
    case(
        PEOPLE,
        |town| town.people("email,name,role\nada@example.org,Ada,\nbob@example.org,Bob,\n"),
        &["~ ada@example.org  update: role", "= 1 person is up to date", LINKS_1, "1 update."],
        &["ada@example.org REQUEST A1 Updated"],
    );
    case(
        "email,language\nada@example.org,en\n",
        |town| town.people("email,language\nada@example.org,en-GB\n"),
        &["~ ada@example.org  update: language", "1 update."],
        &["ada@example.org REQUEST A1 Updated"],
    );
    case(
        "email,id\nada@example.org,1\n",
        |town| town.people("email,id\nada@example.org,2\n"),
        &["~ ada@example.org  update: id", "1 update."],
        &["ada@example.org REQUEST A1 Updated"],
    );
}

#[test]
fn what_changes_about_the_meeting_is_told_to_everybody() {
    for (old, new, changes, subject) in [
        ("start = \"2031-03-11 14:00\"", "start = \"2031-03-12 10:00\"", "time", "New time"),
        ("duration = \"90m\"", "duration = \"2h\"", "time", "New time"),
        ("zone = \"Europe/Berlin\"", "zone = \"Europe/Paris\"", "time", "New time"),
        ("room = \"town-hall\"", "room = \"small-hall\"", "room", "Updated"),
        ("title = \"Town hall\"", "title = \"Assembly\"", "title", "Updated"),
        (
            "title = \"Town hall\"",
            "title = \"Assembly\"\nopens = \"1h\"",
            "title, window",
            "Updated",
        ),
        ("app_id = \"acme\"", "app_id = \"acme2\"", "server", "Updated"),
        ("app_id = \"acme\"", "app_id = \"acme\"\nsubject = \"*\"", "server", "Updated"),
        ("https://meet.example.org", "https://meet2.example.org", "server", "Updated"),
        ("Events team <events@example.org>", "Staff <events@example.org>", "organizer", "Updated"),
    ] {
        case(
            PEOPLE,
            |town| town.change(old, new),
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
        |town| {
            town.folder.private("app-secret", "another secret that only these tests know of");
        },
        &["~ ada@example.org  update: key", "~ bob@example.org  update: key", "2 updates."],
        &["ada@example.org REQUEST A1 Updated", "bob@example.org REQUEST B1 Updated"],
    );
}

#[test]
fn wording_and_pictures_and_order_change_nothing_by_themselves() {
    let nothing = ["= 2 people are up to date", "Nothing is due."];
    for edit in [
        (|town: &Town| {
            town.people("email,name,role\nbob@example.org,Bob,\nada@example.org,Ada,moderator\n");
        }) as fn(&Town),
        |town| town.people("role;email;name\nHost;ADA@example.org;Ada\n;bob@example.org;Bob\n"),
        |town| {
            town.people("email,name,role,avatar\nada@example.org,Ada,moderator,https://example.org/a.png\nbob@example.org,Bob,,\n");
        },
        |town| {
            town.people(
                "email,name,role,seat\nada@example.org,Ada,moderator,4\nbob@example.org,Bob,,5\n",
            );
        },
        |town| {
            town.change("from =", "templates = \"mine\"\nfrom =");
            town.folder.write("mine/invite.txt", "{{ name }}: {{ link }}\n");
        },
    ] {
        case(PEOPLE, edit, &nothing, &[]);
    }
}

#[test]
fn two_edits_at_once_are_one_update_and_an_edit_undone_is_none() {
    case(
        PEOPLE,
        |town| {
            town.change("title = \"Town hall\"", "title = \"Assembly\"");
            town.people("email,name,role\nada@example.org,Ada L.,moderator\n");
        },
        &[
            "~ ada@example.org  update: title, name",
            "− bob@example.org  cancellation",
            LINKS_1,
            "1 update, 1 cancellation.",
        ],
        &["ada@example.org REQUEST A1 Updated", "bob@example.org CANCEL B1 Cancelled"],
    );
    let mut town = Town::new(PEOPLE);
    town.send().exits(0);
    town.change("title = \"Town hall\"", "title = \"Assembly\"");
    town.change("title = \"Assembly\"", "title = \"Town hall\"");
    assert_eq!(town.plan(), ["= 2 people are up to date", "Nothing is due."]);
    // With a send between, it is two updates.
    town.got();
    town.change("title = \"Town hall\"", "title = \"Assembly\"");
    town.send().exits(0);
    town.change("title = \"Assembly\"", "title = \"Town hall\"");
    town.send().exits(0);
    assert_eq!(
        town.got(),
        [
            "ada@example.org REQUEST A1 Updated",
            "bob@example.org REQUEST B1 Updated",
            "ada@example.org REQUEST A2 Updated",
            "bob@example.org REQUEST B2 Updated"
        ]
    );
}

#[test]
fn an_address_that_changes_is_a_removal_and_an_invitation() {
    case(
        PEOPLE,
        |town| {
            town.people("email,name,role\nada@example.org,Ada,moderator\nrob@example.org,Bob,\n");
        },
        &[
            "+ rob@example.org  invitation",
            "− bob@example.org  cancellation",
            "= 1 person is up to date",
            LINKS_1,
            "1 invitation, 1 cancellation.",
        ],
        &["rob@example.org REQUEST C0 Invitation", "bob@example.org CANCEL B1 Cancelled"],
    );
    // Two people who swap their addresses are each told what changed for that address.
    case(
        PEOPLE,
        |town| {
            town.people("email,name,role\nbob@example.org,Ada,moderator\nada@example.org,Bob,\n");
        },
        &[
            "~ bob@example.org  update: role, name",
            "~ ada@example.org  update: role, name",
            LINKS_1,
            "2 updates.",
        ],
        &["bob@example.org REQUEST B1 Updated", "ada@example.org REQUEST A1 Updated"],
    );
}

#[test]
fn rows_of_one_person_are_told_apart_by_room_and_start() {
    let rest = "= 2 people are up to date";
    // The start of one row among several of the same person.
    case(
        SLOTS,
        |town| town.people(&SLOTS.replace("16:00", "17:00")),
        &["~ ada@example.org  update: time", rest, "1 update."],
        &["ada@example.org REQUEST B1 New time"],
    );
    // One row moves, and a new one takes its old start: the old one has not moved.
    case(
        SLOTS,
        |town| {
            town.people(&format!(
                "{}ada@example.org,Ada,2031-03-11 16:00,\n",
                SLOTS.replace("16:00", "17:00")
            ));
        },
        &["+ ada@example.org  invitation", "= 3 people are up to date", "1 invitation."],
        &["ada@example.org REQUEST D0 Invitation"],
    );
    // One row moves to another room, and one comes in the old room: what is left goes by the room first.
    case(
        SLOTS,
        |town| {
            town.people("email,name,start,room\nada@example.org,Ada,2031-03-11 14:00,\nada@example.org,Ada,2031-03-11 16:00,blue\nada@example.org,Ada,2031-03-11 18:00,\nbob@example.org,Bob,,\n");
        },
        &[
            "+ ada@example.org  invitation",
            "~ ada@example.org  update: time",
            rest,
            "1 invitation, 1 update.",
        ],
        &["ada@example.org REQUEST D0 Invitation", "ada@example.org REQUEST B1 New time"],
    );
    // The room of one row.
    case(
        SLOTS,
        |town| town.people(&SLOTS.replace("14:00,\n", "14:00,blue\n")),
        &["~ ada@example.org  update: room", rest, "1 update."],
        &["ada@example.org REQUEST A1 Updated"],
    );
    // The start of the meeting: rows with their own stay.
    case(
        SLOTS,
        |town| town.change("start = \"2031-03-11 14:00\"", "start = \"2031-03-11 15:00\""),
        &["~ bob@example.org  update: time", rest, "1 update."],
        &["bob@example.org REQUEST C1 New time"],
    );
    // The room of all, also for people with two slots.
    case(
        SLOTS,
        |town| town.change("room = \"town-hall\"", "room = \"blue\""),
        &[
            "~ ada@example.org  update: room",
            "~ ada@example.org  update: room",
            "~ bob@example.org  update: room",
            "3 updates.",
        ],
        &[
            "ada@example.org REQUEST A1 Updated",
            "ada@example.org REQUEST B1 Updated",
            "bob@example.org REQUEST C1 Updated",
        ],
    );
    // One slot less.
    case(
        SLOTS,
        |town| {
            town.people("email,name,start,room\nada@example.org,Ada,2031-03-11 16:00,\nbob@example.org,Bob,,\n");
        },
        &["− ada@example.org  cancellation", rest, LINKS_1, "1 cancellation."],
        &["ada@example.org CANCEL A1 Cancelled"],
    );
    // A repeated row says nothing new.
    case(
        SLOTS,
        |town| town.people(&format!("{SLOTS}bob@example.org,Bob,,\n")),
        &["= 3 people are up to date", "Nothing is due."],
        &[],
    );
}

#[test]
fn past_rows_are_left_alone_and_new_ones_added() {
    let past =
        "email,name,start,room\nada@example.org,Ada,2021-03-11 14:00,\nbob@example.org,Bob,,\n";
    let mut town = Town::new(past);
    town.send().exits(0);
    assert_eq!(town.got(), ["bob@example.org REQUEST A0 Invitation"]);
    town.people(&format!("{past}ada@example.org,Ada,2031-03-11 18:00,\n"));
    assert_eq!(
        town.plan(),
        [
            "+ ada@example.org  invitation",
            "= 1 person is up to date",
            "1 person left out: the meeting is over",
            "1 invitation."
        ]
    );
}

#[test]
fn the_folder_is_a_rehearsal() {
    let mut town = Town::new(PEOPLE);
    town.rehearses();
    town.send().exits(0);
    assert_eq!(town.folder.names("outbox").len(), 2);
    assert_eq!(town.status(), ["ada@example.org invite written", "bob@example.org invite written"]);
    town.mails();
    assert_eq!(
        town.plan(),
        [
            "+ ada@example.org  invitation",
            "+ bob@example.org  invitation",
            "2 written, none sent",
            "2 invitations."
        ]
    );
    // Sent for real under the same UID and the current SEQUENCE.
    town.send().exits(0);
    assert_eq!(
        town.got(),
        ["ada@example.org REQUEST A0 Invitation", "bob@example.org REQUEST B0 Invitation"]
    );
    // The folder again: it has its own record.
    town.rehearses();
    assert_eq!(town.plan(), ["= 2 people are up to date", "Nothing is due."]);
    town.people("email,name,role\nada@example.org,Ada L.,moderator\n");
    town.send().exits(0);
    let names = town.folder.names("outbox");
    assert!(
        names.iter().any(|name| name.contains(".1.update.0."))
            && names.iter().any(|name| name.contains(".1.cancel.0.")),
        "{names:?}"
    );
    town.mails();
    town.send().exits(0);
    assert_eq!(
        town.got(),
        ["ada@example.org REQUEST A1 Updated", "bob@example.org CANCEL B1 Cancelled"]
    );
}

fn one(address: &str, behaviour: Behaviour) -> Options {
    Options { behaviours: HashMap::from([(address.to_owned(), behaviour)]), ..Options::default() }
}

#[test]
fn a_refused_person_is_tried_again_when_something_about_them_changes() {
    let mut town = Town::with(PEOPLE, one("bob@example.org", Behaviour::Refuse));
    town.send().exits(4);
    assert_eq!(town.got(), ["ada@example.org REQUEST A0 Invitation"]);
    let refused = "! bob@example.org  was refused: tried again when something about them changes, or with send --again";
    assert_eq!(town.plan(), ["= 1 person is up to date", refused, "Nothing is due."]);
    assert_eq!(
        town.status(),
        ["ada@example.org invite accepted", "bob@example.org invite refused"]
    );
    // Refused and then mended.
    town.people("email,name,role\nada@example.org,Ada,moderator\nbob@example.org,Robert,\n");
    assert_eq!(
        town.plan(),
        ["+ bob@example.org  invitation", "= 1 person is up to date", "1 invitation."]
    );
    town.send().exits(4);
    // Refused and then removed: nobody has to be told.
    town.people("email,name,role\nada@example.org,Ada,moderator\n");
    assert_eq!(town.plan(), ["= 1 person is up to date", "Nothing is due."]);
    town.send().exits(0);
    assert!(town.got().is_empty());
}

#[test]
fn an_update_that_was_refused_and_then_a_removal_is_a_cancellation() {
    let mut town = Town::new(PEOPLE);
    town.send().exits(0);
    town.got();
    let Town { folder, uids, .. } = town;
    let sink = Sink::start(one("bob@example.org", Behaviour::Refuse));
    let mut town = Town { folder, sink, seen: 0, uids };
    town.mails();
    town.people("email,name,role\nada@example.org,Ada,moderator\nbob@example.org,Robert,\n");
    town.send().exits(4);
    town.people("email,name,role\nada@example.org,Ada,moderator\n");
    assert_eq!(town.plan()[0], "− bob@example.org  cancellation");
    let sink = Sink::start(Options::default());
    town.sink = sink;
    town.mails();
    town.send().exits(0);
    assert_eq!(town.got(), ["bob@example.org CANCEL B2 Cancelled"]);
}

#[test]
fn a_message_in_doubt_waits_for_settle_or_for_a_change() {
    let doubt =
        "? bob@example.org  the last message is in doubt: meetmint settle --sent, or --resend";
    let closes = || Town::with(PEOPLE, one("bob@example.org", Behaviour::CloseAfterDot));
    let mut town = closes();
    let run = town.folder.run(["send", "--yes", "--wait", "0"]).exits(4);
    assert!(
        run.stderr.contains("hint: meetmint settle --sent --only bob@example.org, or --resend"),
        "{}",
        run.stderr
    );
    town.got();
    assert_eq!(town.plan(), ["= 1 person is up to date", doubt, "Nothing is due."]);
    town.send().exits(4);
    assert!(town.got().is_empty());
    town.folder.run(["settle", "--sent"]).exits(0).says("1 message counts as sent.\n");
    assert_eq!(town.plan(), ["= 2 people are up to date", "Nothing is due."]);
    town.folder.run(["settle", "--sent"]).exits(0).says("No message is in doubt.\n");

    // In doubt and then changed: an update ends the doubt.
    let mut town = closes();
    town.send().exits(4);
    town.got();
    town.people("email,name,role\nada@example.org,Ada,moderator\nbob@example.org,Robert,\n");
    assert_eq!(
        town.plan(),
        ["~ bob@example.org  update: name", "= 1 person is up to date", "1 update."]
    );
    // In doubt and then removed: a cancellation.
    town.people("email,name,role\nada@example.org,Ada,moderator\n");
    assert_eq!(town.plan()[0], "− bob@example.org  cancellation");

    // The same bytes again.
    let mut town = closes();
    town.send().exits(4);
    let first =
        town.sink.messages().into_iter().find(|taken| taken.to == "bob@example.org").unwrap();
    town.folder.run(["settle", "--resend"]).exits(2);
    let sink = Sink::start(Options::default());
    town.sink = sink;
    town.mails();
    town.folder.run(["settle", "--resend", "--yes", "-q"]).exits(0);
    town.sink.quiet();
    assert_eq!(town.sink.messages().last().unwrap().body, first.body);
    assert_eq!(town.status()[1], "bob@example.org invite accepted");

    // Where the key changed since, they would not be the same.
    let town = closes();
    town.send().exits(4);
    town.folder.private("app-secret", "another secret that only these tests know of");
    town.folder.run(["settle", "--resend", "--yes"]).exits(3).says(
        "error: the message to bob@example.org would no longer be the same: its template, key or server has changed\n  hint: count it as sent with `meetmint settle --sent`, then send a new copy with `meetmint send --again --only EMAIL`\n",
    );
}

#[test]
fn sending_again_what_was_in_doubt_ends_no_doubt_unless_it_is_taken() {
    for behaviour in [Behaviour::Refuse, Behaviour::Defer(9)] {
        let mut town = Town::with(PEOPLE, one("bob@example.org", Behaviour::CloseAfterDot));
        town.send().exits(4);
        town.sink = Sink::start(one("bob@example.org", behaviour));
        town.mails();
        // Of the copy that may have arrived this says nothing: nobody is mailed unasked, and a removal cancels.
        town.folder.run(["settle", "--resend", "--yes", "--wait", "0", "-q"]).exits(4);
        assert_eq!(town.status()[1], "bob@example.org invite in_doubt");
        town.send().exits(4);
        town.people("email,name,role\nada@example.org,Ada,moderator\n");
        assert_eq!(town.plan()[0], "− bob@example.org  cancellation");
    }
}

#[test]
fn nobody_is_waited_for_whom_a_run_is_not_about() {
    let deferred = |people: &str| {
        let mut town = Town::with(people, one("bob@example.org", Behaviour::Defer(1)));
        town.send().exits(4);
        town.got();
        town
    };
    // Called off while the first try is still to be repeated: it is not.
    let mut town = deferred(PEOPLE);
    town.folder.run(["cancel", "--yes", "--wait", "5m", "-q"]).exits(0);
    assert_eq!(town.got(), ["ada@example.org CANCEL A1 Cancelled"]);
    // Taken out of the list meanwhile.
    let mut town = deferred(PEOPLE);
    town.people("email,name,role\nada@example.org,Ada,moderator\n");
    town.folder.run(["send", "--yes", "--wait", "5m", "-q"]).exits(0);
    assert!(town.got().is_empty());
    // Somebody else was chosen.
    let mut town = deferred(PEOPLE);
    town.people("email,name,role\nada@example.org,Ada King,moderator\nbob@example.org,Bob,\n");
    let only = ["send", "--only", "ada@example.org", "--yes", "--wait", "5m", "-q"];
    town.folder.run(only).exits(0);
    assert_eq!(town.got(), ["ada@example.org REQUEST A1 Updated"]);
}

#[test]
fn a_deferred_message_is_tried_again_under_the_same_number() {
    let mut town = Town::with(PEOPLE, one("bob@example.org", Behaviour::Defer(1)));
    town.send().exits(4);
    assert_eq!(town.got(), ["ada@example.org REQUEST A0 Invitation"]);
    assert_eq!(
        town.plan(),
        [
            "+ bob@example.org  invitation, tried before",
            "= 1 person is up to date",
            "1 invitation."
        ]
    );
    // Not before its time.
    town.send().exits(4);
    assert!(town.got().is_empty());
    // Its time has come.
    let db = rusqlite::Connection::open(town.folder.path().join("ledger.db")).unwrap();
    db.execute("UPDATE message SET next_try = next_try - 100 WHERE state = 'deferred'", [])
        .unwrap();
    drop(db);
    let run = town.send().exits(0);
    assert_eq!(run.stderr, "");
    assert_eq!(town.got(), ["bob@example.org REQUEST B0 Invitation"]);
}

#[test]
fn only_a_clean_whole_list_removes_anybody() {
    let typo = "email,name,role\nada@example.org,Ada,moderatr\nbob@example.org,Bob,\n";
    let mut town = Town::new(PEOPLE);
    town.send().exits(0);
    town.got();
    // A typo in an invited row: the person stays as they are.
    town.people(typo);
    town.send().exits(3);
    let run = town.folder.run(["plan", "--skip-bad-rows"]).exits(4);
    assert_eq!(run.stdout, "= 2 people are up to date\nNothing is due.\n");
    assert!(
        run.stderr
            .contains("warning: skipped: people.csv:2: column `role`: `moderatr` is not a role\n"),
        "{}",
        run.stderr
    );
    town.send_with(&["--skip-bad-rows"]).exits(4);
    // Nobody can tell whose a row without an address is: nobody is removed in that run.
    town.people("email,name,role\nada.example.org,Ada,moderator\n");
    town.send_with(&["--skip-bad-rows"]).exits(4);
    town.people("email,name,role\nada.example.org,Ada,moderator\ncy@example.org,Cy,\n");
    assert_eq!(
        town.folder.run(["plan", "--skip-bad-rows"]).exits(4).stdout,
        "+ cy@example.org  invitation\n= 2 people are up to date\n1 invitation.\n"
    );
    assert!(town.got().is_empty());
}

#[test]
fn only_chooses_what_is_posted_and_never_what_is_staged() {
    let mut town = Town::new(PEOPLE);
    town.send_with(&["--only", "bob@example.org"]).exits(0);
    assert_eq!(town.got(), ["bob@example.org REQUEST A0 Invitation"]);
    assert_eq!(
        town.plan(),
        ["+ ada@example.org  invitation", "= 1 person is up to date", "1 invitation."]
    );
    // Over a changed list.
    town.people("email,name,role\nbob@example.org,Robert,\ncy@example.org,Cy,\n");
    town.send_with(&["--only", "cy@example.org"]).exits(0);
    assert_eq!(town.got(), ["cy@example.org REQUEST B0 Invitation"]);
    assert_eq!(
        town.plan(),
        ["~ bob@example.org  update: name", "= 1 person is up to date", "1 update."]
    );
    town.send_with(&["--only", "nobody@example.org"]).exits(3);
    town.send_with(&["--limit", "1"]).exits(0);
    assert_eq!(town.got(), ["bob@example.org REQUEST A1 Updated"]);
}

#[test]
fn many_cancellations_have_to_be_meant() {
    let crowd = |count: usize| {
        (0..count).fold("email\n".to_owned(), |list, at| format!("{list}p{at}@example.org\n"))
    };
    let mut town = Town::new(&crowd(20));
    town.send().exits(0);
    town.got();
    town.people(&crowd(14));
    town.folder.run(["send", "--yes"]).exits(3).says(
        "error: this would cancel the meeting for 6 of 20 people\n  hint: check that the roster is complete; if they really are to be cancelled, say `--cancel-many`\n",
    );
    town.send_with(&["--cancel-many"]).exits(0);
    assert_eq!(town.got().len(), 6);
    town.people(&crowd(12));
    assert_eq!(
        town.plan(),
        [
            "− p12@example.org  cancellation",
            "− p13@example.org  cancellation",
            "= 12 people are up to date",
            LINKS_2,
            "2 cancellations.",
        ]
    );
}

#[test]
fn the_next_event_is_a_new_meeting() {
    let town = Town::new(PEOPLE);
    town.send().exits(0);
    // Last term's folder: what the ledger knows is over by now.
    let sql = "UPDATE entry SET start = start - 500000000, end = end - 500000000";
    rusqlite::Connection::open(town.folder.path().join("ledger.db"))
        .unwrap()
        .execute(sql, [])
        .unwrap();
    let words = "error: everybody was invited to a meeting that is over, and this one lies ahead: it is a new meeting\n  hint: make a new meeting of it with `meetmint init DIR --like OLD`; if it really is the same one, postponed, say `--postponed`\n";
    town.folder.run(["plan"]).exits(3).says(words);
    town.folder.run(["send", "--yes"]).exits(3).says(words);
    let plan = town.plan_with(&["--postponed"]);
    assert_eq!(plan.last().unwrap(), "Nothing is due.");
}

#[test]
fn without_a_memory_a_fresh_checkout_mails_nobody() {
    let town = Town::new(PEOPLE);
    town.change("host = \"127.0.0.1\"", "host = \"mail.example.org\"");
    town.change("security = \"none\"\n", "");
    town.folder.run(["send", "--yes", "-q"]).exits(3).says(
        "error: nobody has been mailed from this ledger yet: is it the ledger of this meeting?\n  hint: if nobody has been invited yet, say `--first`; otherwise put the meeting's ledger in its place\n",
    );
    assert!(!town.folder.has("ledger.db"));
    // Before whatever mails, there is a question; without a terminal and without --yes nobody can answer it.
    let mut town = Town::new(PEOPLE);
    town.folder
        .run(["send", "-q"])
        .exits(2)
        .says("error: this would mail people, and there is no terminal to ask on\n  hint: say `--yes` to send without being asked\n");
    assert!(town.got().is_empty());
}

#[test]
fn two_at_once_are_never_two_mails() {
    let mut town = Town::with(
        PEOPLE,
        Options { delay: std::time::Duration::from_millis(700), ..Options::default() },
    );
    let run = town
        .folder
        .shell("meetmint send --yes -q & sleep 0.4; meetmint send --yes; code=$?; wait; exit $code")
        .exits(1);
    assert!(
        run.stderr.contains("error: another meetmint is working on this meeting: process ")
            && run.stderr.contains(" since "),
        "{}",
        run.stderr
    );
    assert_eq!(town.got().len(), 2);
    let mut town = Town::with(
        PEOPLE,
        Options { delay: std::time::Duration::from_millis(700), ..Options::default() },
    );
    town.folder.shell("meetmint send --yes -q & sleep 0.4; meetmint send --yes --wait 1m -q; code=$?; wait; exit $code").exits(0);
    assert_eq!(town.got().len(), 2);
}

#[test]
fn a_ledger_that_cannot_be_used_says_why_and_stays_as_it_is() {
    let town = Town::new(PEOPLE);
    town.send().exits(0);
    let path = town.folder.path().join("ledger.db");
    assert_eq!(crate::support::mode(&path), 0o600);
    let whole = std::fs::read(&path).unwrap();
    town.change("id = \"00112233445566778899aabbccddeeff\"", "id = \"another\"");
    town.folder.run(["plan"]).exits(3).says(
        "error: the ledger belongs to another meeting, which has the id `00112233445566778899aabbccddeeff`\n  hint: set `id` under [meeting] to that id, or `file` under [ledger] to another ledger\n",
    );
    town.change("id = \"another\"\n", "");
    assert_eq!(town.plan(), ["= 2 people are up to date", "Nothing is due."]);
    town.change("[meeting]\n", "[meeting]\nid = \"00112233445566778899aabbccddeeff\"\n");

    let db = rusqlite::Connection::open(&path).unwrap();
    db.pragma_update(None, "user_version", 99).unwrap();
    drop(db);
    town.folder.run(["send", "--yes"]).exits(3).says("error: the ledger was written by a newer version of meetmint\n  hint: upgrade meetmint, or use another ledger\n");
    std::fs::write(&path, "this is a letter to grandmother, and no ledger at all").unwrap();
    for command in ["plan", "status"] {
        let run = town.folder.run([command]).exits(3);
        assert!(
            run.stderr.starts_with("error: the file is not a meetmint ledger\n"),
            "{}",
            run.stderr
        );
    }
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        "this is a letter to grandmother, and no ledger at all"
    );
    let mut damaged = whole.clone();
    for byte in &mut damaged[4096..12288] {
        *byte = 0x5a;
    }
    std::fs::write(&path, &damaged).unwrap();
    let run = town.folder.run(["plan"]);
    assert!(
        matches!(run.code, Some(1 | 3)) && run.stderr.starts_with("error: the ledger "),
        "{run:?}"
    );
}

#[test]
fn the_ledger_holds_no_token_and_no_secret() {
    let town = Town::new(PEOPLE);
    town.send().exits(0);
    for name in ["ledger.db", "ledger.db-wal"] {
        let bytes = std::fs::read(town.folder.path().join(name)).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("eyJ") && !text.contains(SECRET));
    }
}

#[test]
fn a_reminder_goes_to_those_who_are_invited_once_a_round() {
    let mut town = Town::new(PEOPLE);
    town.folder
        .run(["remind", "--yes"])
        .exits(0)
        .says("Nobody has been invited, so nobody is reminded.\n");
    town.send_with(&["--only", "ada@example.org"]).exits(0);
    town.got();
    town.folder.run(["remind", "--yes", "-q"]).exits(0).says("");
    assert_eq!(town.got(), ["ada@example.org PUBLISH A0 Reminder"]);
    town.send().exits(0);
    town.got();
    town.folder.run(["remind", "--yes", "-q"]).exits(0);
    assert_eq!(
        town.got(),
        ["ada@example.org PUBLISH A0 Reminder", "bob@example.org PUBLISH B0 Reminder"]
    );
    let ids: std::collections::HashSet<String> =
        town.sink.messages().into_iter().map(|taken| taken.message_id).collect();
    assert_eq!(ids.len(), 5, "each reminder has a Message-ID of its own");
    // For cron: only shortly before the start, once, and silently otherwise.
    town.folder.run(["remind", "--before", "1h", "--yes"]).exits(0).says("");
    assert!(town.got().is_empty());
    town.folder.run(["remind", "--before", "999h", "--yes", "-q"]).exits(0);
    assert!(town.got().is_empty());
    // A reminder changes nothing about who has what.
    assert_eq!(town.plan(), ["= 2 people are up to date", "Nothing is due."]);
}

#[test]
fn before_the_start_a_reminder_goes_out_once() {
    let soon = soon(40);
    let mut town = Town::new(PEOPLE);
    town.change("2031-03-11 14:00", &soon);
    town.change("Europe/Berlin", "UTC");
    town.send().exits(0);
    town.got();
    for _ in 0..2 {
        town.folder.run(["remind", "--before", "30m", "--yes"]).exits(0).says("");
    }
    assert!(town.got().is_empty());
    for _ in 0..2 {
        town.folder.run(["remind", "--before", "1h", "--yes", "-q"]).exits(0).says("");
    }
    assert_eq!(town.got().len(), 2);
}

#[test]
fn called_off_is_remembered_and_can_be_undone() {
    let mut town = Town::new(PEOPLE);
    town.send().exits(0);
    town.got();
    town.folder.run(["cancel", "--only", "bob@example.org", "--yes", "-q"]).exits(0);
    assert_eq!(town.got(), ["bob@example.org CANCEL B1 Cancelled"]);
    town.send().exits(0);
    assert!(town.got().is_empty());
    town.folder.run(["cancel", "--undo", "--only", "bob@example.org", "-q"]).exits(0);
    town.send().exits(0);
    assert_eq!(town.got(), ["bob@example.org REQUEST B2 Invitation"]);

    town.folder.run(["cancel"]).exits(2);
    town.folder.run(["cancel", "--yes", "-q"]).exits(0);
    assert_eq!(
        town.got(),
        ["ada@example.org CANCEL A1 Cancelled", "bob@example.org CANCEL B3 Cancelled"]
    );
    // Whoever comes later is not invited to what is called off.
    town.people(&format!("{PEOPLE}cy@example.org,Cy,\n"));
    assert_eq!(town.plan(), ["Nothing is due."]);
    town.send().exits(0);
    town.folder.run(["cancel", "--undo", "-q"]).exits(0);
    town.send().exits(0);
    assert_eq!(
        town.got(),
        [
            "ada@example.org REQUEST A2 Invitation",
            "bob@example.org REQUEST B4 Invitation",
            "cy@example.org REQUEST C0 Invitation"
        ]
    );
    town.folder.run(["cancel", "--only", "nobody@example.org", "--yes"]).exits(3);
}

#[test]
fn a_fresh_copy_has_the_same_number_and_another_message_id() {
    let mut town = Town::new(PEOPLE);
    town.send().exits(0);
    town.got();
    town.send_with(&["--again"]).exits(2);
    town.send_with(&["--again", "--only", "bob@example.org"]).exits(0);
    assert_eq!(town.got(), ["bob@example.org REQUEST B0 Invitation"]);
    let ids: std::collections::HashSet<String> =
        town.sink.messages().into_iter().map(|taken| taken.message_id).collect();
    assert_eq!(ids.len(), 3);
    assert_eq!(town.plan(), ["= 2 people are up to date", "Nothing is due."]);
    town.send_with(&["--again", "--only", "bob@example.org"]).exits(0);
    assert_eq!(town.got().len(), 1);
}

#[test]
fn a_rehearsal_is_for_me_alone_and_leaves_no_trace() {
    let mut town = Town::new(PEOPLE);
    town.folder.run(["send", "--to", "me@example.org", "-q"]).exits(0).says("");
    town.sink.quiet();
    let taken = town.sink.messages().remove(0);
    assert_eq!(taken.to, "me@example.org");
    assert!(taken.body.contains("Subject: [Test copy] Invitation"));
    let link = part(&taken.body, "text/plain")
        .lines()
        .find(|line| line.starts_with("https://"))
        .unwrap()
        .trim()
        .to_owned();
    let user = &crate::support::claims(&link)["context"]["user"];
    assert_eq!(
        [&user["id"], &user["email"], &user["name"]],
        ["me@example.org", "me@example.org", "Bob"]
    );
    assert_eq!(user["moderator"], false);
    assert!(!town.folder.has("ledger.db"));
    // A moderator's message is shown with a participant's rights, unless it is me.
    town.folder.run(["send", "--to", "me@example.org", "--as", "ada@example.org", "-q"]).exits(0);
    town.folder.run(["send", "--to", "ada@example.org", "--as", "ada@example.org", "-q"]).exits(0);
    town.sink.quiet();
    let rights: Vec<bool> = town.sink.messages()[1..]
        .iter()
        .map(|taken| {
            let text = part(&taken.body, "text/plain");
            let link =
                text.lines().find(|line| line.starts_with("https://")).unwrap().trim().to_owned();
            crate::support::claims(&link)["moderator"].as_bool().unwrap()
        })
        .collect();
    assert_eq!(rights, [false, true]);
    town.seen = 3;
    assert_eq!(town.plan().last().unwrap(), "2 invitations.");
}

#[test]
fn status_tells_who_has_what() {
    let town = Town::with(PEOPLE, one("bob@example.org", Behaviour::Refuse));
    town.folder.run(["status"]).exits(0).prints("Nobody is in the ledger yet.\n");
    town.send().exits(4);
    let run = town.folder.run(["status"]).exits(0);
    assert!(
        run.stdout.starts_with(
            "ada@example.org  invite  accepted \nbob@example.org  invite  refused    550 "
        ),
        "{}",
        run.stdout
    );
    assert!(run.stdout.ends_with("1 accepted, 1 refused.\n"));
    let run = town.folder.run(["status", "--format", "json"]).exits(0);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["totals"], serde_json::json!({ "accepted": 1, "refused": 1 }));
    let ada = &report["people"][0];
    assert_eq!(
        [&ada["name"], &ada["room"], &ada["start"], &ada["state"]],
        ["Ada", "town-hall", "2031-03-11T13:00:00Z", "accepted"]
    );
    assert_eq!((ada["called_off"].as_bool(), ada["revision"].as_i64()), (Some(false), Some(0)));
    let csv = town.folder.run(["status", "--format", "csv"]).exits(0).stdout;
    assert!(csv.starts_with("email,name,room,start,kind,state,called_off,revision,reply,updated\r\nada@example.org,Ada,town-hall,2031-03-11T13:00:00Z,invite,accepted,false,0,"), "{csv}");
}

#[test]
fn a_server_that_is_not_there_stops_the_run_and_loses_nothing() {
    let mut town = Town::new(PEOPLE);
    let port = town.sink.port();
    town.change(&format!("port = {port}"), "port = 1");
    let run = town.folder.run(["send", "--yes", "-q"]).exits(1);
    assert!(run.stderr.starts_with("error: stopped: 2 messages not sent, because every one of them would fail in the same way: cannot connect to 127.0.0.1:1"), "{}", run.stderr);
    town.change("port = 1", &format!("port = {port}"));
    town.send().exits(0);
    assert_eq!(town.got().len(), 2);
}

#[expect(clippy::disallowed_methods, reason = "the test needs a meeting that begins soon")]
fn soon(minutes: i64) -> String {
    let at = jiff::Timestamp::now().checked_add(jiff::SignedDuration::from_mins(minutes)).unwrap();
    at.strftime("%Y-%m-%d %H:%M").to_string()
}

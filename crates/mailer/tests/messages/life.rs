//! After the invitation: updates, a cancellation, reminders.

use std::path::Path;

use meetmint_core::{Attendee, Role, Room, known_zone};
use meetmint_mailer::{FolderOutbox, MessageKind, file_name};

use crate::structure::{calendar_of, lines, parsed, tree};
use crate::support::{LINK_ADVICE, Setup, meeting, person};

/// A message of `kind` about a meeting. Unless `sequence` is 0, its title, time, room, role and name have changed.
pub(crate) fn later(kind: MessageKind, sequence: u32) -> Setup {
    let mut setup = Setup::new();
    setup.kind = kind;
    setup.sequence = sequence;
    let first = meeting("Autumn town hall", "2031-10-14T12:00:00Z", 90, "Europe/Berlin");
    setup.first_start = Some(first.start);
    setup.stamp += jiff::SignedDuration::from_secs(sequence.into());
    if sequence > 0 {
        setup.before = Some((first, Role::participant(), "Ada"));
        setup.meeting = meeting("Winter town hall", "2031-12-02T14:00:00Z", 60, "Europe/London");
        setup.meeting.room = Room::parse("winter-town-hall").unwrap();
        setup.role = Role::moderator();
    }
    setup
}

pub(crate) fn ada() -> Attendee {
    person("ada@example.org", "Ada Lovelace")
}

fn text_of(setup: &Setup) -> String {
    let message = setup.compose(&ada()).unwrap();
    parsed(&message.bytes).body_text(0).unwrap().replace("\r\n", "\n")
}

#[test]
fn every_kind_has_the_parts_that_mail_programs_need() {
    #[track_caller]
    fn case(kind: MessageKind, to: &str, method: Option<&str>, inline: bool) {
        let setup = later(kind, 1);
        let message = setup.compose(&person(to, "Ada")).unwrap();
        let message = parsed(&message.bytes);
        let request =
            method.map(|method| format!("    text/calendar charset=utf-8 method={method} base64"));
        let mut expected = vec![
            "multipart/mixed".to_owned(),
            "  multipart/alternative".to_owned(),
            "    text/plain charset=utf-8 quoted-printable".to_owned(),
            "    text/html charset=utf-8 quoted-printable".to_owned(),
        ];
        expected.extend(request.filter(|_| inline));
        expected.push("  application/ics name=invite.ics base64 attachment".to_owned());
        if method.is_none() {
            expected = vec![
                "multipart/alternative".to_owned(),
                "  text/plain charset=utf-8 quoted-printable".to_owned(),
                "  text/html charset=utf-8 quoted-printable".to_owned(),
            ];
        }
        assert_eq!(tree(&message), expected);
        let Some(method) = method else { return };
        let calendar = lines(&calendar_of(&message));
        let has = |start: &str| calendar.iter().any(|line| line.starts_with(start));
        assert!(has(&format!("METHOD:{method}")));
        assert_eq!(has("ATTENDEE"), method != "PUBLISH");
        assert_eq!(has("URL:") && has("CONFERENCE"), method != "CANCEL");
        assert_eq!(has("STATUS:CANCELLED"), method == "CANCEL");
        assert_eq!(has("STATUS:CONFIRMED"), method != "CANCEL");
    }

    let (attendee, organizer) = ("ada@example.org", "events@example.org");
    case(MessageKind::Invite, attendee, Some("REQUEST"), true);
    case(MessageKind::Update, attendee, Some("REQUEST"), true);
    case(MessageKind::Cancel, attendee, Some("CANCEL"), true);
    case(MessageKind::Remind, attendee, Some("PUBLISH"), false);
    case(MessageKind::Invite, organizer, Some("PUBLISH"), false);
    case(MessageKind::Update, organizer, Some("PUBLISH"), false);
    case(MessageKind::Cancel, organizer, None, false);
    case(MessageKind::Remind, organizer, Some("PUBLISH"), false);
}

#[test]
fn a_cancellation_refers_to_the_event_of_the_invitation() {
    let setup = later(MessageKind::Cancel, 3);
    let calendar = calendar_of(&parsed(&setup.compose(&ada()).unwrap().bytes));
    let expected = format!(
        "BEGIN:VCALENDAR
PRODID:-//meetmint//1.0//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:CANCEL
BEGIN:VEVENT
UID:{}@example.org
SEQUENCE:3
DTSTAMP:20261124T090003Z
DTSTART:20311202T140000Z
DTEND:20311202T150000Z
SUMMARY:Winter town hall
ORGANIZER;CN=\"Events team\":mailto:events@example.org
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=CHAIR;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=\"Ada Lovelace\":mailto:ada@example.org
LOCATION:Online (Jitsi Meet)
DESCRIPTION:Winter town hall\\n\\nYour invitation to this meeting has been cancelled.
STATUS:CANCELLED
TRANSP:OPAQUE
CLASS:PRIVATE
X-MICROSOFT-DISALLOW-COUNTER:TRUE
END:VEVENT
END:VCALENDAR",
        setup.uid(&ada())
    );
    assert_eq!(lines(&calendar), expected.split('\n').collect::<Vec<_>>());
}

#[test]
fn subjects_say_what_the_message_is_for() {
    #[track_caller]
    fn case(setup: &Setup, expected: &str) {
        let message = setup.compose(&ada()).unwrap();
        assert_eq!(parsed(&message.bytes).subject().unwrap(), expected);
    }

    let mut setup = later(MessageKind::Update, 1);
    case(&setup, "New time: Winter town hall, Tue 2 Dec 2031 14:00 (GMT)");
    setup.kind = MessageKind::Remind;
    case(&setup, "Reminder: Winter town hall, Tue 2 Dec 2031 14:00 (GMT)");
    setup.kind = MessageKind::Cancel;
    setup.practice = true;
    case(&setup, "[Practice] Cancelled: Winter town hall, Tue 2 Dec 2031 14:00 (GMT)");
    setup.test_copy = true;
    case(&setup, "[Test copy] [Practice] Cancelled: Winter town hall, Tue 2 Dec 2031 14:00 (GMT)");
    setup.kind = MessageKind::Update;
    setup.before = None;
    case(&setup, "[Test copy] [Practice] Updated: Winter town hall, Tue 2 Dec 2031 14:00 (GMT)");
    setup.meeting.title = "x".repeat(300);
    let title = "x".repeat(150 - 32 - 29);
    case(&setup, &format!("[Test copy] [Practice] Updated: {title}…, Tue 2 Dec 2031 14:00 (GMT)"));
}

#[test]
fn an_update_shows_the_state_before_and_after() {
    let mut setup = later(MessageKind::Update, 1);
    setup.zone = Some(known_zone("Europe/London").unwrap());
    let link = setup.invite(&ada()).link.reveal().to_owned();
    let expected = format!(
        "Hello Ada Lovelace,

Events team has updated this online meeting:

Winter town hall

Title was:  Autumn town hall
Title now:  Winter town hall
Time was:   Tue 14 Oct 2031, 14:00 to 15:30 (CEST, Europe/Berlin)
            your time: Tue 14 Oct 2031, 13:00
Time now:   Tue 2 Dec 2031, 14:00 to 15:00 (GMT, Europe/London)
Room was:   autumn-town-hall
Room now:   winter-town-hall
Role was:   participant
Role now:   moderator
Name was:   Ada
Name now:   Ada Lovelace

When:      Tuesday, 2 December 2031
           14:00 to 15:00 (GMT, Europe/London)
UTC:       14:00 UTC
Duration:  1 hour
Where:     Online, in your browser (Jitsi Meet)
Your role: moderator

From now on, please use this link instead of one from an earlier message:

{link}

It works from 13:30 until 17:00 (GMT).

{LINK_ADVICE}

This message updates the meeting in your calendar. Please answer Yes, Maybe or
No to let Events team know whether you will attend after these
changes. The link works whatever you answer.

Questions? Contact Events team: events@example.org
"
    );
    assert_eq!(text_of(&setup), expected);
}

#[test]
fn an_update_shows_only_what_has_changed() {
    #[track_caller]
    fn case(change: impl Fn(&mut Setup), expected: &[&str]) {
        let mut setup = Setup::new();
        setup.kind = MessageKind::Update;
        let before = meeting("Autumn town hall", "2031-10-14T12:00:00Z", 90, "Europe/Berlin");
        setup.before = Some((before, Role::participant(), "Ada Lovelace"));
        change(&mut setup);
        let text = text_of(&setup);
        let (changes, _) = text.split_once("\nWhen:").unwrap();
        let changes: Vec<&str> = changes.lines().skip(5).filter(|line| !line.is_empty()).collect();
        assert_eq!(changes, expected);
        let message = setup.compose(&ada()).unwrap();
        let html = parsed(&message.bytes).body_html(0).unwrap().into_owned();
        let rows = html.matches("scope=\"row\"").count();
        assert_eq!(rows, expected.iter().filter(|line| line.contains(" now: ")).count());
    }

    let nothing = "The title and time are the same as before.";
    case(|_| (), &[nothing]);
    case(|setup| setup.before = None, &[nothing]);
    case(
        |setup| setup.meeting.title = "Winter\u{200b}\r\nhall".to_owned(),
        &["Title was:  Autumn town hall", "Title now:  Winter hall"],
    );
    case(|setup| setup.meeting.title = "Autumn town hall\n".to_owned(), &[nothing]);
    case(
        |setup| setup.meeting.zone = known_zone("Europe/Paris").unwrap(),
        &[
            "Time was:   Tue 14 Oct 2031, 14:00 to 15:30 (CEST, Europe/Berlin)",
            "Time now:   Tue 14 Oct 2031, 14:00 to 15:30 (CEST, Europe/Paris)",
        ],
    );
    case(
        |setup| setup.meeting.end += jiff::SignedDuration::from_hours(12),
        &[
            "Time was:   Tue 14 Oct 2031, 14:00 to 15:30 (CEST, Europe/Berlin)",
            "Time now:   Tue 14 Oct 2031, 14:00 to Wed 15 Oct 2031, 03:30 (CEST, Europe/Berlin)",
        ],
    );
    case(
        |setup| setup.role.moderator = true,
        &["Role was:   participant", "Role now:   participant (moderator)"],
    );
    case(
        |setup| setup.before.as_mut().unwrap().2 = "<b>",
        &["Name was:   <b>", "Name now:   Ada Lovelace"],
    );
}

#[test]
fn a_cancellation_has_no_link_and_no_role() {
    let mut setup = later(MessageKind::Cancel, 2);
    setup.zone = Some(known_zone("Asia/Kolkata").unwrap());
    setup.practice = true;
    setup.test_copy = true;
    assert_eq!(
        text_of(&setup),
        "Hello Ada Lovelace,

Your invitation to this online meeting has been cancelled:

Winter town hall

When:      Tuesday, 2 December 2031
           14:00 to 15:00 (GMT, Europe/London)
Your time: Tuesday, 2 December 2031
           19:30 to 20:30 (Asia/Kolkata)
UTC:       14:00 UTC
Duration:  1 hour
Where:     Online, in your browser (Jitsi Meet)

This is a test copy. It was sent only to you.

This message is for practice only.

Your calendar should remove the meeting, or ask you to confirm. If the meeting is
still there afterwards, please delete it. You don't need to do anything else.

Questions? Contact Events team: events@example.org
"
    );
    let message = setup.compose(&ada()).unwrap();
    let html = parsed(&message.bytes).body_html(0).unwrap().into_owned();
    assert!(html.contains("has been cancelled") && html.contains("This is a test copy"));
    for text in [&html, &String::from_utf8(message.bytes).unwrap()] {
        assert!(!text.contains("http") && !text.contains("moderator"), "{text}");
    }
}

#[test]
fn a_reminder_contains_the_link() {
    let mut setup = Setup::new();
    setup.kind = MessageKind::Remind;
    setup.test_copy = true;
    let link = setup.invite(&ada()).link.reveal().to_owned();
    let text = text_of(&setup);
    assert!(text.starts_with(
        "Hello Ada Lovelace,\n\nThis is a reminder of the online meeting that Events team invited\nyou to:\n\n\
         Autumn town hall\n\nWhen:      Tuesday, 14 October 2031\n"
    ));
    assert!(text.contains(
        "This is a test copy. It was sent only to you.\n\n\
         Join with your personal link:\n"
    ));
    assert!(text.lines().any(|line| line == link));
    assert!(text.ends_with(
        "You don't need to reply. If the meeting is not in your calendar yet, open the\nattached file to add \
         it.\n\nQuestions? Contact Events team: events@example.org\n"
    ));
}

#[test]
fn the_organizer_gets_texts_for_the_organizer() {
    for (kind, words, absent) in [
        (
            MessageKind::Update,
            "details of the online meeting you are organizing have changed",
            "Yes, Maybe",
        ),
        (MessageKind::Cancel, "please delete it", "Your calendar should remove"),
        (
            MessageKind::Remind,
            "is a reminder of the online meeting you are organizing",
            "Questions",
        ),
    ] {
        let message = later(kind, 1).compose(&person("events@example.org", "Events team")).unwrap();
        let message = parsed(&message.bytes);
        let text = message.body_text(0).unwrap();
        assert!(text.contains(words) && !text.contains(absent), "{text}");
        let html = message.body_html(0).unwrap();
        assert!(html.contains(words) && !html.contains(absent), "{html}");
    }
}

/// mailcheck checks these folders: SEQUENCE and DTSTAMP of a chain of messages in one, reminders in another.
#[test]
fn the_messages_after_an_invitation_are_written_for_review() {
    let path = |name: &str| Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let folder = |name: &str| {
        let _ = std::fs::remove_dir_all(path(name));
        FolderOutbox::open(&path(name)).unwrap()
    };
    let count = |name: &str| std::fs::read_dir(path(name)).unwrap().count();
    let stage = |outbox: &FolderOutbox, setup: &Setup, attendee: &Attendee| {
        let message = setup.compose(attendee).unwrap();
        let uid = setup.uid(attendee);
        let name = file_name(&message.to, uid, setup.sequence, setup.kind, 0);
        outbox.stage(&name, &message.bytes).unwrap();
        outbox.deliver(&name).unwrap();
    };
    let chain = folder("chain");
    let ada = ada();
    for (kind, sequence) in [
        (MessageKind::Invite, 0),
        (MessageKind::Update, 1),
        (MessageKind::Update, 2),
        (MessageKind::Cancel, 3),
    ] {
        let mut setup = later(kind, sequence);
        setup.zone = Some(known_zone("Asia/Kathmandu").unwrap());
        if sequence == 2 {
            // With a new key, only the link has changed.
            setup.before = Some((setup.meeting.clone(), setup.role.clone(), "Ada Lovelace"));
        }
        stage(&chain, &setup, &ada);
    }
    drop(chain);
    assert_eq!(count("chain"), 4);

    let reminders = folder("reminders");
    for (attendee, role) in crate::support::town_hall() {
        let mut setup = Setup::new();
        setup.kind = MessageKind::Remind;
        setup.role = role;
        stage(&reminders, &setup, &attendee);
    }
    stage(&reminders, &later(MessageKind::Remind, 2), &person("events@example.org", "Events team"));
    drop(reminders);
    assert_eq!(count("reminders"), 61);

    let variants = folder("life-variants");
    for (kind, sequence, to) in [
        (MessageKind::Update, 1, "everything@example.org"),
        (MessageKind::Cancel, 2, "off@example.org"),
        (MessageKind::Remind, 1, "again@example.org"),
        (MessageKind::Update, 3, "events@example.org"),
    ] {
        let mut setup = later(kind, sequence);
        setup.practice = true;
        setup.test_copy = true;
        setup.zone = Some(known_zone("America/New_York").unwrap());
        if let Some((before, ..)) = &mut setup.before {
            before.title = "A very long title that was; ".repeat(6);
            before.room = Room::parse(&"averylongroomname".repeat(4)).unwrap();
        }
        stage(&variants, &setup, &person(to, "ليلى حدّاد"));
    }
    drop(variants);
    assert_eq!(count("life-variants"), 4);
}

//! After the invitation: updates, a cancellation, reminders.

use std::path::Path;

use meetmint_core::{Attendee, Role, Room, known_zone};
use meetmint_mailer::{CancelReason, FolderOutbox, MessageKind, file_name};

use crate::structure::{calendar_of, lines, parsed, tree};
use crate::support::{Setup, meeting, person};

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

pub(crate) fn text_of(setup: &Setup) -> String {
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
        let request = method.map(|method| {
            format!("    text/calendar charset=utf-8 method={method} quoted-printable")
        });
        let mut expected = vec![
            "multipart/mixed".to_owned(),
            "  multipart/alternative".to_owned(),
            "    text/plain charset=utf-8 quoted-printable".to_owned(),
            "    text/html charset=utf-8 quoted-printable".to_owned(),
        ];
        expected.extend(request.filter(|_| inline));
        let name = if method == Some("CANCEL") { "cancel" } else { "invite" };
        expected.push(format!("  application/ics name={name}.ics quoted-printable attachment"));
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
        assert_eq!(has("URL:"), method != "CANCEL");
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
DESCRIPTION:Winter town hall\\n\\nThis meeting has been cancelled.
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

    let when = "Tue 2 Dec 2031 14:00 (London time)";
    let mut setup = later(MessageKind::Update, 1);
    case(&setup, &format!("New time and title: Winter town hall, {when}"));
    setup.before.as_mut().unwrap().0.title = "Winter town hall".to_owned();
    case(&setup, &format!("New time: Winter town hall, {when}"));
    setup.before.as_mut().unwrap().0 =
        meeting("Autumn town hall", "2031-12-02T14:00:00Z", 60, "Europe/London");
    case(&setup, &format!("New title: Winter town hall, {when}"));
    setup.before.as_mut().unwrap().0.title = "Winter town hall".to_owned();
    case(&setup, &format!("Updated: Winter town hall, {when}"));
    setup.other_place = true;
    case(&setup, &format!("New link: Winter town hall, {when}"));
    setup.kind = MessageKind::Remind;
    case(&setup, &format!("Reminder: Winter town hall starts in 61 months, {when}"));
    setup.stamp = setup.meeting.start - jiff::SignedDuration::from_mins(58);
    case(&setup, &format!("Reminder: Winter town hall starts in 1 hour, {when}"));
    setup.stamp = setup.meeting.start;
    case(&setup, &format!("Reminder: Winter town hall has started, {when}"));
    setup.kind = MessageKind::Cancel;
    setup.practice = true;
    case(&setup, &format!("[Practice] Cancelled: Winter town hall, {when}"));
    setup.reason = CancelReason::Removed;
    case(&setup, &format!("[Practice] No longer on the list: Winter town hall, {when}"));
    setup.reason = CancelReason::Organizer;
    case(&setup, &format!("[Practice] Invitation cancelled: Winter town hall, {when}"));
    setup.test_copy = true;
    setup.reason = CancelReason::Invitation;
    case(&setup, &format!("[Test copy] [Practice] Invitation cancelled: Winter town hall, {when}"));
    setup.kind = MessageKind::Invite;
    setup.back_on = true;
    case(&setup, &format!("[Test copy] [Practice] Back on: Winter town hall, {when}"));
    setup.meeting.title = "x".repeat(300);
    let title = "x".repeat(150 - 32 - 37);
    case(&setup, &format!("[Test copy] [Practice] Back on: {title}…, {when}"));
}

#[test]
fn a_cancellation_says_why_and_has_no_link_and_no_role() {
    #[track_caller]
    fn case(reason: CancelReason, words: &str, label: &str, is_struck: bool) {
        let mut setup = later(MessageKind::Cancel, 2);
        setup.zone = Some(known_zone("Asia/Kolkata").unwrap());
        setup.practice = true;
        setup.test_copy = true;
        setup.reason = reason;
        assert_eq!(
            text_of(&setup),
            format!(
                "This is a test copy. Only you received this. You don't need to answer.

Hello Ada Lovelace,

{words}

Winter town hall

When:   Tuesday, 2 December 2031, 19:30–20:30 (Kolkata time)
        That is 14:00–15:00 (London time).

This message is for practice only.

Your calendar should remove the meeting, or ask you to confirm. If the meeting
is still there afterwards, please delete it. Please don't use the link from
earlier messages any more.

Questions? Contact Events team: events@example.org
"
            )
        );
        let message = setup.compose(&ada()).unwrap();
        let html = parsed(&message.bytes).body_html(0).unwrap().into_owned();
        assert!(html.contains(label) && html.contains("Only you received this"), "{html}");
        assert_eq!(html.contains("line-through"), is_struck);
        for text in [&html, &String::from_utf8(message.bytes).unwrap()] {
            assert!(!text.contains("http") && !text.contains("host"), "{text}");
        }
    }

    let words = "This online meeting has been cancelled:";
    case(CancelReason::Meeting, words, ">Cancelled<", true);
    let words = "You are no longer on the list for this online meeting:";
    case(CancelReason::Removed, words, ">No longer on the list<", false);
    let words = "Your invitation to this online meeting has been cancelled:";
    case(CancelReason::Invitation, words, ">Invitation cancelled<", false);
    let words = "This online meeting has another organizer now, so this invitation has been\n\
                 cancelled. If you are still invited, you will get a new one.";
    case(CancelReason::Organizer, words, ">Invitation cancelled<", false);
}

#[test]
fn a_reminder_says_how_soon_and_nothing_about_answers() {
    let mut setup = Setup::new();
    setup.kind = MessageKind::Remind;
    setup.test_copy = true;
    setup.stamp = setup.meeting.start - jiff::SignedDuration::from_mins(61);
    let link = setup.invite(&ada()).link.reveal().to_owned();
    let text = text_of(&setup);
    assert!(text.starts_with(
        "This is a test copy. Only you received this. You don't need to answer.\n\nHello Ada Lovelace,\n\nThis online meeting starts in 1 hour:\n\nAutumn town hall\n\n\
         When:   Tuesday, 14 October 2031, 14:00–15:30 (Berlin time)\n"
    ));
    assert!(text.lines().any(|line| line == link));
    assert!(
        text.contains(
            "If the meeting is not in your calendar yet, open the attached file invite.ics"
        )
    );
    let message = setup.compose(&ada()).unwrap();
    let html = parsed(&message.bytes).body_html(0).unwrap().into_owned();
    for body in [&text, &html] {
        let body = body.replace("You don't need to answer.", "");
        for word in ["reply", "answer", "accept", "decline"] {
            assert!(!body.replace(&link, "").contains(word), "{body}");
        }
    }
    assert!(html.contains("Starts in 1 hour"));
}

#[test]
fn somebody_whose_invitation_was_cancelled_is_told_that_it_is_valid_again() {
    let mut setup = Setup::new();
    setup.back_on = true;
    let text = text_of(&setup);
    assert!(
        text.contains(
            "You are invited to this online meeting again. Please ignore the earlier\ncancellation:"
        ),
        "{text}"
    );
    let message = setup.compose(&ada()).unwrap();
    assert!(parsed(&message.bytes).body_html(0).unwrap().contains(">Back on<"));
}

#[test]
fn the_organizer_gets_texts_for_the_organizer() {
    for (kind, words, absent) in [
        (MessageKind::Update, "because you are the organizer", "accept or decline"),
        (MessageKind::Cancel, "please delete it", "Your calendar should remove"),
        (MessageKind::Remind, "because you are the organizer", "Questions"),
    ] {
        let message = later(kind, 1).compose(&person("events@example.org", "Events team")).unwrap();
        let message = parsed(&message.bytes);
        let text = message.body_text(0).unwrap();
        assert!(text.contains(words) && !text.contains(absent), "{text}");
        let html = message.body_html(0).unwrap();
        assert!(html.contains(words) && !html.contains(absent), "{html}");
    }
}

#[test]
fn a_message_stays_below_sixteen_kibibytes() {
    let kinds =
        [MessageKind::Invite, MessageKind::Update, MessageKind::Cancel, MessageKind::Remind];
    for kind in kinds {
        let mut setup = later(kind, 1);
        setup.other_link = true;
        setup.other_place = true;
        setup.zone = Some(known_zone("America/New_York").unwrap());
        let message = setup.compose(&ada()).unwrap();
        assert!(message.bytes.len() < 16_384, "{kind}: {}", message.bytes.len());
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
